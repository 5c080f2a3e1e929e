"""Numbers for Prometheus, in its text format 0.0.4: what is counted, and nothing of anybody's health.

https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import NamedTuple

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of a histogram: from a batch in a few milliseconds to one that waits for locks."""


class MetricRow(NamedTuple):
    """A row of the table of metrics."""

    name: str
    type: str
    help: str


class Metric(Enum):
    """Everything that is told."""

    RECEIVED = MetricRow("hearthbeat_messages_received_total", "counter", "Messages stored or quarantined.")
    POSITIONS = MetricRow(
        "hearthbeat_positions_total", "counter", "Positions receipted, by what became of them."
    )
    RECEIPTS = MetricRow("hearthbeat_receipts_total", "counter", "Receipts given to the broker.")
    BATCH = MetricRow("hearthbeat_batch_seconds", "histogram", "From opening a batch to its commit.")
    BROKER = MetricRow(
        "hearthbeat_broker_connected", "gauge", "Whether this process is connected, by channel."
    )
    DATABASE = MetricRow("hearthbeat_database_ready", "gauge", "Whether the database answers this process.")
    DUE = MetricRow("hearthbeat_due", "gauge", "Uploads that wait to be judged.")
    LAG = MetricRow("hearthbeat_evaluation_lag_seconds", "gauge", "How long the oldest of them waits.")
    UNJUDGED = MetricRow(
        "hearthbeat_patients_unjudged", "gauge", "Patients on whose readings some rule fails."
    )
    UNRECEIPTED = MetricRow(
        "hearthbeat_oldest_unreceipted_seconds",
        "gauge",
        "For how long at most a reading waits at a hub for its receipt, as hubs say.",
    )
    MISSING = MetricRow(
        "hearthbeat_positions_missing", "gauge", "Not held, below one that is: lost or on their way."
    )
    CLOCKS_LAG = MetricRow(
        "hearthbeat_clocks_lag_seconds",
        "gauge",
        "How long a task waits whose clock should have been looked at.",
    )
    OVERDUE = MetricRow("hearthbeat_tasks_overdue", "gauge", "Open tasks whose clock has run out.")
    QUARANTINED = MetricRow(
        "hearthbeat_quarantined", "gauge", "Messages in quarantine that nobody dealt with."
    )
    CANARY_AGE = MetricRow(
        "hearthbeat_canary_age_seconds", "gauge", "Since a reading of nobody last came all the way."
    )
    CANARY = MetricRow(
        "hearthbeat_canary_seconds", "gauge", "How long that took, from a hub's sending to its receipt."
    )
    HUBS_ONLINE = MetricRow("hearthbeat_hubs_online", "gauge", "Hubs that say they are connected.")
    HUBS_STALLED = MetricRow(
        "hearthbeat_hubs_stalled", "gauge", "Connected hubs of whose waiting readings none arrives."
    )
    UNDELIVERED = MetricRow(
        "hearthbeat_notifications_failed", "gauge", "Notifications that were given up and nobody dealt with."
    )
    UNDELIVERED_AGE = MetricRow(
        "hearthbeat_oldest_notification_seconds", "gauge", "How long the oldest of those on their way waits."
    )
    SET_ASIDE = MetricRow(
        "hearthbeat_set_aside", "gauge", "What a role could not work on and comes back to, by role."
    )
    ROLE_ENDS = MetricRow(
        "hearthbeat_role_ends_total", "counter", "How often a role of this process ended and was begun again."
    )


Labels = tuple[tuple[str, str], ...]


class Sample(NamedTuple):
    """A number of one metric; `labels` tell several apart."""

    metric: Metric
    value: float
    labels: Labels = ()


class Metrics:
    """What one process has counted since it started."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[Metric, Labels]] = Counter()
        self._buckets = [0] * (len(BUCKETS_S) + 1)
        self._seconds = 0.0

    def count(self, metric: Metric, number: int = 1, **labels: str) -> None:
        """Add to a counter."""
        self._counts[metric, tuple(labels.items())] += number

    def took(self, seconds: float) -> None:
        """A batch took so long."""
        self._buckets[bisect_left(BUCKETS_S, seconds)] += 1
        self._seconds += seconds

    def text(self, gauges: Iterable[Sample]) -> str:
        """All of it, with `gauges` as they stand."""
        samples: dict[Metric, list[str]] = {}
        counted = (Sample(metric, number, labels) for (metric, labels), number in self._counts.items())
        for sample in (*counted, *gauges):
            line = _line(sample.metric.value.name, dict(sample.labels), sample.value)
            samples.setdefault(sample.metric, []).append(line)
        samples[Metric.BATCH] = list(self._histogram())
        return "\n".join(_lines(samples)) + "\n"

    def _histogram(self) -> Iterator[str]:
        name, below = Metric.BATCH.value.name, 0
        for bound, number in zip((*BUCKETS_S, "+Inf"), self._buckets, strict=True):
            below += number
            yield _line(f"{name}_bucket", {"le": str(bound)}, below)
        yield _line(f"{name}_sum", {}, self._seconds)
        yield _line(f"{name}_count", {}, below)


def _lines(samples: Mapping[Metric, list[str]]) -> Iterator[str]:
    for metric in Metric:
        if metric in samples:
            yield f"# HELP {metric.value.name} {metric.value.help}"
            yield f"# TYPE {metric.value.name} {metric.value.type}"
            yield from samples[metric]


def _line(name: str, labels: Mapping[str, str], value: float) -> str:
    text = ",".join(f'{label}="{content}"' for label, content in labels.items())
    return f"{name}{{{text}}} {value}" if text else f"{name} {value}"
