"""The check of one reading, the same on the hub and in the gateway: what cannot be takes nothing along."""

from __future__ import annotations

from datetime import timedelta

from edge_agent.wire.codes import AbsentReason, Flag
from edge_agent.wire.instants import EARLIEST
from edge_agent.wire.messages import Reading

LATEST_AFTER_CAPTURE = timedelta(minutes=5)
"""What two clocks may differ by. Measured later than captured is a clock gone wrong."""


def without_what_cannot_be(reading: Reading) -> Reading:
    """The reading as it can be used: a number that cannot be is absent, a time that cannot be the capture's.

    The reading's id and what its device said of the time stay: it is the same reading when it comes again.
    """
    changes = _implausible(reading) | _timeless(reading)
    return reading.model_copy(update=changes) if changes else reading


def _implausible(reading: Reading) -> dict[str, object]:
    wrong = {vital for vital, quantity in reading.values.items() if not vital.is_plausible(quantity.value)}
    if not wrong:
        return {}
    return {
        "values": {vital: each for vital, each in reading.values.items() if vital not in wrong},
        "original": {vital: each for vital, each in reading.original.items() if vital not in wrong},
        "absent": {
            **reading.absent,
            **{vital: AbsentReason.IMPLAUSIBLE for vital in reading.values if vital in wrong},
        },
    }


def _timeless(reading: Reading) -> dict[str, object]:
    if EARLIEST <= reading.measured_at <= reading.captured_at + LATEST_AFTER_CAPTURE:
        return {}
    return {
        "measured_at": reading.captured_at,
        "flags": tuple(dict.fromkeys((*reading.flags, Flag.TIME_FAULT))),
    }
