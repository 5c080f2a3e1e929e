"""What store functions are verbs on, by a name for callers that leave the driver to the store."""

from __future__ import annotations

from typing import TypeAlias

from psycopg import AsyncConnection

Connection: TypeAlias = AsyncConnection
