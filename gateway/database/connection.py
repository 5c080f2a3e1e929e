"""What store functions are verbs on, by a name for callers that leave the driver to the store."""

from __future__ import annotations

from typing import TypeAlias

from psycopg import AsyncConnection, ProgrammingError
from psycopg.conninfo import conninfo_to_dict

Connection: TypeAlias = AsyncConnection


def is_database_url(url: str) -> bool:
    """Whether the driver can make sense of `url`; its own complaint would quote the password."""
    try:
        conninfo_to_dict(url)
    except ProgrammingError:
        return False
    return True
