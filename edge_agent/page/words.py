"""Measurements, times and troubles as one says them to a person who is not an engineer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby
from typing import Final

from edge_agent.outbox import LatestReading
from edge_agent.page.care_hours import DAYS, Coverage, Span, whole_day
from edge_agent.page.schedule import SlotState
from edge_agent.wire.codes import HubProblem, ReadingKind, is_of_a_patient
from edge_agent.wire.messages import Quantity, Reading
from edge_agent.wire.vitals import SYMBOLS, Vital

KINDS: Final = {
    ReadingKind.BLOOD_PRESSURE: "Blood pressure",
    ReadingKind.BODY_WEIGHT: "Weight",
    ReadingKind.BLOOD_GLUCOSE: "Blood sugar",
    ReadingKind.OXYGEN_SATURATION: "Oxygen",
    ReadingKind.BODY_TEMPERATURE: "Temperature",
    ReadingKind.HEART_RATE: "Pulse",
    ReadingKind.EVENT: "Note",
}
UNITS: Final = SYMBOLS | {"/min": "beats a minute", "[degF]": "°F", "[lb_av]": "lb"}
"""What a patient reads for a UCUM unit."""
STATES: Final = {
    SlotState.DONE: "Done.",
    SlotState.DUE: "Please measure.",
    SlotState.MISSED: "Missed. Go on with the next one.",
    SlotState.LATER: "Later.",
}
ADVICE: Final = {
    HubProblem.DISK_FULL: (
        "This box has no room left for new measurements. Go on measuring: your devices keep them. "
        "Please tell your care team that the box needs service."
    ),
    HubProblem.OUTBOX_SET_ASIDE: (
        "The memory of this box was damaged. Some measurements from before may not have arrived. "
        "Please tell your care team."
    ),
}
DO_NOT_WAIT: Final = (
    "If you feel ill, do not wait for a call: call your doctor, or if it cannot wait your emergency number."
)


def values(reading: Reading) -> str:
    """The numbers as the device showed them: in its own unit where that is another."""
    if not is_of_a_patient(reading.flags):
        return "No value of yours: a test of the device, or another kind of value."
    if not reading.values:
        return "No result. Please measure again."
    shown = {vital: reading.original.get(vital, quantity) for vital, quantity in reading.values.items()}
    parts = []
    systolic, diastolic = shown.pop(Vital.SYSTOLIC_BP, None), shown.pop(Vital.DIASTOLIC_BP, None)
    if systolic is not None and diastolic is not None:
        parts.append(f"{_number(systolic)} over {_number(diastolic)} {_unit(systolic)}")
        shown.pop(Vital.MEAN_ARTERIAL_PRESSURE, None)  # on no cuff's display
    parts += [
        f"{_name(vital, reading)}{_number(quantity)} {_unit(quantity)}" for vital, quantity in shown.items()
    ]
    return ", ".join(parts)


def measured(kind: ReadingKind, user: int | None) -> str:
    return KINDS[kind] if user is None else f"{KINDS[kind]}, person {user} of the device"


def when(at: datetime, now: datetime, zone: tzinfo) -> str:
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    days = (today - local.date()).days
    day = {0: "Today", 1: "Yesterday"}.get(days, f"{local:%A}, {local.day} {local:%B %Y}")
    return f"{day} at {local:%H:%M}"


def week(coverage: Coverage) -> list[tuple[str, str]]:
    """The days ahead, those that are alike together, and when somebody looks on them."""
    day_times = [
        (day, _looked_at(spans, whole_day(day, coverage.zone), coverage.zone))
        for day, spans in coverage.days()
    ]
    if len({times for _, times in day_times}) == 1:
        return [("Every day", day_times[0][1])]
    (today, todays), *others = day_times
    lines = [(f"Today, {today:%A}", todays)]
    for times, alike in groupby(others, key=lambda each: each[1]):
        lines.append((_days([day for day, _ in alike]), times))
    return lines


def nobody_now(coverage: Coverage, now: datetime) -> str:
    """What somebody who has just measured is to know while nobody looks."""
    again = coverage.next_look(now)
    if again is None:
        return "Nobody of your care team looks at this now."
    local = again.astimezone(coverage.zone)
    days = (local.date() - coverage.today).days
    weekday = f"{local:%A}" if days < DAYS else f"{local:%A}, {local.day} {local:%B}"
    day = {0: "today", 1: "tomorrow"}.get(days, weekday)
    return f"Nobody of your care team looks at this now. They look again {day} at {local:%H:%M}."


def arrival(latest: LatestReading) -> str:
    if latest.outcome == "quarantined":
        return "It has arrived, but could not be used. Please tell your care team."
    return "Kept here, waiting to be sent." if latest.outcome is None else "It has arrived."


def _name(vital: Vital, reading: Reading) -> str:
    return "" if len(reading.values) == 1 else f"{vital.display} "


def _number(quantity: Quantity) -> str:
    return f"{quantity.value:.1f}".removesuffix(".0")


def _unit(quantity: Quantity) -> str:
    return UNITS.get(quantity.unit, quantity.unit)


def _looked_at(spans: Sequence[Span], day: Span, zone: tzinfo) -> str:
    if not spans:
        return "nobody looks"
    if list(spans) == [day]:
        return "day and night"
    times = (
        f"{'midnight' if begins == day[0] else f'{begins.astimezone(zone):%H:%M}'} to "
        f"{'midnight' if ends == day[1] else f'{ends.astimezone(zone):%H:%M}'}"
        for begins, ends in spans
    )
    return " and ".join(times)


def _days(alike: Sequence[date]) -> str:
    first, last = alike[0], alike[-1]
    if first == last:
        return f"{first:%A}"
    return f"{first:%A} {'and' if last - first == timedelta(days=1) else 'to'} {last:%A}"
