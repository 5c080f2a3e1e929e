"""The text that Prometheus reads."""

from __future__ import annotations

from gateway.metrics import Metric, Metrics, Sample


def test_counters_gauges_and_the_histogram_stand_under_their_help_and_type() -> None:
    metrics = Metrics()
    metrics.count(Metric.POSITIONS, 3, outcome="stored")
    metrics.count(Metric.POSITIONS, 1, outcome="before")
    metrics.count(Metric.POSITIONS, 12_345_678, outcome="stored")
    for seconds in (0.005, 0.03, 60.0):
        metrics.took(seconds)
    text = metrics.text([Sample(Metric.BROKER, 1, (("channel", "readings"),)), Sample(Metric.LAG, 2.5)])
    assert text == (
        "# HELP hearthbeat_positions_total Positions receipted, by what became of them.\n"
        "# TYPE hearthbeat_positions_total counter\n"
        'hearthbeat_positions_total{outcome="stored"} 12345681\n'
        'hearthbeat_positions_total{outcome="before"} 1\n'
        "# HELP hearthbeat_batch_seconds From opening a batch to its commit.\n"
        "# TYPE hearthbeat_batch_seconds histogram\n"
        'hearthbeat_batch_seconds_bucket{le="0.005"} 1\n'
        'hearthbeat_batch_seconds_bucket{le="0.01"} 1\n'
        'hearthbeat_batch_seconds_bucket{le="0.025"} 1\n'
        'hearthbeat_batch_seconds_bucket{le="0.05"} 2\n'
        'hearthbeat_batch_seconds_bucket{le="0.1"} 2\n'
        'hearthbeat_batch_seconds_bucket{le="0.25"} 2\n'
        'hearthbeat_batch_seconds_bucket{le="0.5"} 2\n'
        'hearthbeat_batch_seconds_bucket{le="1.0"} 2\n'
        'hearthbeat_batch_seconds_bucket{le="2.5"} 2\n'
        'hearthbeat_batch_seconds_bucket{le="5.0"} 2\n'
        'hearthbeat_batch_seconds_bucket{le="10.0"} 2\n'
        'hearthbeat_batch_seconds_bucket{le="+Inf"} 3\n'
        "hearthbeat_batch_seconds_sum 60.035\n"
        "hearthbeat_batch_seconds_count 3\n"
        "# HELP hearthbeat_broker_connected Whether this process is connected, by channel.\n"
        "# TYPE hearthbeat_broker_connected gauge\n"
        'hearthbeat_broker_connected{channel="readings"} 1\n'
        "# HELP hearthbeat_evaluation_lag_seconds How long the oldest of them waits.\n"
        "# TYPE hearthbeat_evaluation_lag_seconds gauge\n"
        "hearthbeat_evaluation_lag_seconds 2.5\n"
    )
