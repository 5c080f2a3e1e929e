"""What the roles of one process share, opened and closed in one place."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from alerting.rules import RuleSet
from gateway.broker import Broker
from gateway.database import migrate
from gateway.database.pool import Pool, open_pool
from gateway.loop import pause
from gateway.metrics import Metrics
from gateway.rules import load_shipped
from gateway.rules.critical_values import CriticalValues, load_critical_values
from gateway.settings import Settings


class RoleFailure(NamedTuple):
    """Why a role ended, as the kind of error, and when."""

    why: str
    at: datetime


@dataclass(frozen=True)
class Resources:
    """Borrowed by every role. `stop` is set when the process is asked to end."""

    settings: Settings
    pool: Pool
    rule_sets: Mapping[str, RuleSet]
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    metrics: Metrics = field(default_factory=Metrics)
    critical_values: CriticalValues = field(default_factory=load_critical_values)
    brokers: dict[str, Broker | None] = field(default_factory=dict)
    """The connection of each channel that is served here; None: given up for the moment."""

    ended: dict[str, RoleFailure] = field(default_factory=dict)
    """Roles that have ended here, and when they did last: each was begun again."""

    @property
    def urgent(self) -> frozenset[str]:
        """The programmes with rules that cannot wait for the next working day."""
        return frozenset(name for name, rule_set in self.rule_sets.items() if rule_set.is_pressing)

    async def pause(self, seconds: float) -> None:
        """Wait so long, or until the process is asked to end."""
        await pause(self.stop, seconds)

    def connected(self) -> list[tuple[str, bool]]:
        """Each channel that is served here, and whether its connection is there."""
        return [(name, broker is not None and broker.is_connected) for name, broker in self.brokers.items()]


@asynccontextmanager
async def open_resources(settings: Settings) -> AsyncIterator[Resources]:
    """Open all of it. Raises RuleFileError, NotMigrated and KindChanged before anything runs."""
    rule_sets = load_shipped()
    async with open_pool(settings.database_url) as pool:
        async with pool.connection() as conn:
            await migrate.check(conn)
        yield Resources(settings=settings, pool=pool, rule_sets=rule_sets)
