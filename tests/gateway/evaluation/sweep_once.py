"""What time alone does, at a moment of the test's own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from alerting.rules import RuleSet
from gateway.database.pool import Pool
from gateway.evaluation.evaluate import sweeps


async def sweep_once(pool: Pool, rule_sets: Mapping[str, RuleSet], now: datetime) -> None:
    """All of it, as the role `evaluate` does, but for what it looks for where nobody escalates."""
    for chore in sweeps(pool, rule_sets):
        if chore.name != "clocks":
            await chore.work(now)
