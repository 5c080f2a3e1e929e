"""What to know of a patient at once. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from edge_agent.wire.vitals import Vital
from gateway.ages import span
from gateway.patients.equipment import LastOutcome
from gateway.patients.limit_store import LimitInForce
from gateway.patients.patients import Patient
from gateway.patients.profiles import Entered, Profile
from gateway.patients.schedules import Pause, PauseKind, Scheduled
from gateway.readings.history import StoredReading
from gateway.tasks.contact_store import ContactAttempt
from gateway.tasks.outcomes import Outcome
from gateway.web.parts.chart_groups import ChartGroup, ordered
from gateway.web.parts.task_card import CHANNELS, PEOPLE
from gateway.web.parts.words import beginning, born, clock_time, ending, moment, remarks
from gateway.web.patient_page import sparkline
from gateway.web.patient_page.sparkline import LimitLine
from gateway.web.patient_page.views import Identity, Phone, Reach, VitalCard

WEEK = timedelta(days=7)
_AWAY = {PauseKind.HOLIDAY: "On holiday", PauseKind.HOSPITAL: "In hospital"}


def identity(
    patient: Patient,
    programmes: Sequence[str],
    entered: Entered | None,
    pauses: Sequence[Pause],
    *,
    schedule: Sequence[Scheduled],
    now: datetime,
) -> Identity:
    """Who it is; `programmes` by their titles."""
    profile = entered.profile if entered else Profile()
    medications = profile.risk_medications
    return Identity(
        patient_id=patient.patient_id,
        name=f"{patient.family_name}, {patient.given_name}",
        born=born(patient.birth_date, patient.time_zone, now),
        identifier=patient.identifier,
        second_identifier=profile.second_identifier,
        programmes=programmes,
        local_time=clock_time(now, patient.time_zone),
        expected=expected(schedule),
        pause=_pause(pauses, patient.time_zone, now),
        medications=None if medications is None else sorted(medications),
        entered=f"entered {moment(entered.entered_at, patient.time_zone, now).age} by {entered.entered_by}"
        if entered
        else None,
    )


def expected(schedule: Sequence[Scheduled]) -> list[str]:
    """How often what is measured, and what somebody said is not expected."""
    hours: dict[str, float] = {}
    for each in schedule:
        if each.every_hours is not None:
            hours[each.vital] = min(each.every_hours, hours.get(each.vital, each.every_hours))
    names = {vital.code: vital.display for vital in Vital}
    names |= {group.vitals[0].code: group.title.lower() for group in ChartGroup}
    texts = [f"{names[vital]} every {span(timedelta(hours=every))}" for vital, every in hours.items()]
    return texts + [
        f"no {names[each.vital]} (set by {each.set_by})" for each in schedule if each.vital not in hours
    ]


def _pause(pauses: Sequence[Pause], zone: str, now: datetime) -> str | None:
    for each in pauses:
        if each.begins_at <= now and (each.ends_at is None or now < each.ends_at):
            until = f"until {ending(each.ends_at, zone, now)}" if each.ends_at else "nobody knows until when"
            since = f"{_AWAY[PauseKind(each.kind)]} since {beginning(each.begins_at, zone, now)}"
            return f"{since}, {until}: no reading is expected"
    return None


def reach(
    patient: Patient,
    profile: Profile,
    *,
    contact: ContactAttempt | None,
    ended: LastOutcome | None,
    team: str,
    on_it: Sequence[str],
    now: datetime,
) -> Reach:
    """How to reach the patient, and who is on it."""
    zone = patient.time_zone
    return Reach(
        phone=_phone(profile.phone),
        language=profile.language,
        emergency_contact=profile.emergency_contact,
        emergency_phone=_phone(profile.emergency_phone),
        address=profile.address,
        last_contact=_contact(contact) if contact else None,
        last_contact_at=moment(contact.at, zone, now) if contact else None,
        last_outcome=f"{Outcome.from_code(ended.outcome).label} ({ended.title})" if ended else None,
        last_outcome_at=moment(ended.at, zone, now) if ended else None,
        team=team,
        on_it=on_it,
    )


def vitals(
    readings: Sequence[StoredReading],
    limits: Sequence[LimitInForce],
    raised: Collection[str],
    zone: str,
    now: datetime,
) -> list[VitalCard]:
    """A card for each vital that was measured; `readings` the newest first, `raised` by code."""
    found: dict[ChartGroup, list[tuple[StoredReading, Sequence[float]]]] = {}
    for reading in readings:
        for group in ChartGroup:
            if reading.counts and (values := group.values(reading)):
                found.setdefault(group, []).append((reading, values))
    return [
        _card(group, found[group], limits, is_raised=group.has_one_of(raised), zone=zone, now=now)
        for group in ordered(found, raised)
    ]


def _card(
    group: ChartGroup,
    found: Sequence[tuple[StoredReading, Sequence[float]]],
    limits: Sequence[LimitInForce],
    *,
    is_raised: bool,
    zone: str,
    now: datetime,
) -> VitalCard:
    newest, values = found[0]
    week = [(reading.measured_at, each) for reading, each in found if now - reading.measured_at < WEEK]
    own = [limit for limit in limits if group.has_one_of([limit.limit.vital])]
    lines = [
        LimitLine(
            [vital.code for vital in group.vitals].index(each.limit.vital), each.value, each.limit.outward > 0
        )
        for each in own
    ]
    return VitalCard(
        name=group.title,
        value=_pair(values),
        unit=group.unit,
        measured=moment(newest.measured_at, zone, now),
        is_old=not week,
        is_raised=is_raised,
        is_beyond=any(each.is_passed(values) for each in lines),
        remarks=remarks(newest.meal, newest.flags),
        limits=[group.limit_text(each) for each in own],
        has_own_limit=any(each.own for each in own),
        sparkline=sparkline.draw(week, lines, now) if week else None,
        description=_description(group, [each for _, each in week]),
    )


def _description(group: ChartGroup, week: Sequence[Sequence[float]]) -> str:
    if not week:
        return f"{group.title}: nothing measured in the last 7 days"
    columns = list(zip(*week, strict=True))
    low, high = _pair([min(column) for column in columns]), _pair([max(column) for column in columns])
    return f"{group.title}, last 7 days: {len(week)} readings, from {low} to {high} {group.unit}"


def _pair(values: Sequence[float]) -> str:
    return "/".join(f"{value:g}" for value in values)


def _contact(contact: ContactAttempt) -> str:
    whom, channel = dict(PEOPLE)[contact.whom], dict(CHANNELS)[contact.channel]
    reached = "reached" if contact.reached else "not reached"
    return f"{whom}, {reached}: {channel.lower()} by {contact.staff_name}"


def _phone(number: str) -> Phone | None:
    return Phone(number, "tel:" + re.sub(r"[^+\d]", "", number)) if number else None
