"""What a home is told of its care teams, by whose devices speak through its hub now."""

from __future__ import annotations

from datetime import date, timedelta

from edge_agent.wire.messages import MAX_TEAMS, CareCommand, Opening
from gateway.hubs import care_hours
from gateway.patients import patients
from gateway.patients.patients import NewPatient
from gateway.staff import organisations
from tests.gateway.ward import HUB, METER, NOON, SCALE, Ward

HOUR = timedelta(hours=1)


async def told(ward: Ward) -> CareCommand:
    return await care_hours.of_hub(ward.conn, HUB, NOON)


async def admit(ward: Ward, identifier: str, team_id: int) -> int:
    new = NewPatient(
        identifier, "Doe", "Jo", date(1950, 1, 1), "Europe/Berlin", ("diabetes",), care_team_id=team_id
    )
    return await patients.add_patient(ward.conn, ward.nurse, new)


async def test_hours_and_the_holidays_to_come(ward: Ward) -> None:
    await ward.assign(await ward.patient())
    past, coming = NOON.date() - timedelta(days=2), NOON.date() + timedelta(days=2)
    await ward.set_team_hours(ward.team_id, holidays=(past, coming))
    [team] = (await told(ward)).teams
    assert team.time_zone == "Europe/Berlin"
    assert team.hours == (Opening(weekday=1, opens=480, closes=1020),)
    assert team.holidays == (coming,)


async def test_what_is_planned_otherwise_is_another_edition(ward: Ward) -> None:
    nobody = await told(ward)
    await ward.assign(await ward.patient())
    without = await told(ward)
    await ward.set_team_hours(ward.team_id)
    planned = await told(ward)
    assert (nobody.teams, len({nobody.edition, without.edition, planned.edition})) == ((), 3)
    assert await told(ward) == planned


async def test_two_who_live_together_with_teams_of_their_own(ward: Ward) -> None:
    second = await organisations.add_care_team(ward.conn, ward.nurse.organisation_id, "Other")
    await ward.set_team_hours(ward.team_id)
    await ward.set_team_hours(second, closes=720)
    await ward.assign(await ward.patient())
    spouse = await admit(ward, "P2", second)
    await ward.assign(spouse, SCALE, until=NOON + HOUR)
    assert [team.hours[0].closes for team in (await told(ward)).teams] == [720, 1020]
    after = await care_hours.of_hub(ward.conn, HUB, NOON + HOUR)
    assert [team.hours[0].closes for team in after.teams] == [1020]


async def test_plans_that_are_the_same_are_told_once(ward: Ward) -> None:
    await ward.set_team_hours(ward.team_id)
    other = await organisations.add_care_team(ward.conn, ward.nurse.organisation_id, "Other")
    await ward.set_team_hours(other)
    await ward.assign(await ward.patient(), METER)
    await ward.assign(await admit(ward, "P2", other), SCALE)
    assert len((await told(ward)).teams) == 1


async def test_of_more_plans_than_are_told_nothing_is_promised(ward: Ward) -> None:
    for number in range(MAX_TEAMS + 1):
        team_id = await organisations.add_care_team(ward.conn, ward.nurse.organisation_id, f"Team {number}")
        await ward.set_team_hours(team_id, closes=540 + number)
        patient_id = await admit(ward, f"P-{number}", team_id)
        await ward.assign(patient_id, METER.model_copy(update={"identifier": f"meter-{number}"}))
    assert [team.hours for team in (await told(ward)).teams] == [()]
