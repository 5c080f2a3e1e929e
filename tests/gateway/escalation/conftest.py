"""A clinic whose tasks wait, in a database of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from psycopg import AsyncConnection

from gateway.database.pool import Pool
from tests.gateway.escalation.escalation_clinic import EscalationClinic
from tests.gateway.web.clinic import Clinic


@pytest.fixture
async def waiting(database_url: str, pool: Pool) -> AsyncIterator[EscalationClinic]:
    async with await AsyncConnection.connect(database_url) as conn:
        yield EscalationClinic(await Clinic.open(conn), pool)
