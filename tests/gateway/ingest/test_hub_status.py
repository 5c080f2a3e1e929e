"""What a hub is told when its word does not fit what the database holds of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from edge_agent.wire.messages import CareCommand, HubStatus, NewEpochCommand, ReplayCommand
from edge_agent.wire.topics import Channel, topic
from gateway.broker import Broker, Delivery
from gateway.database.pool import Pool
from gateway.hubs import hubs
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.ingest.hub_status import STALE_FOR, Answer, answers_to, keep, news_for
from gateway.settings import BrokerSettings
from tests.gateway.unreadable_rows import make_unreadable
from tests.gateway.ward import EPOCH, HUB, NOON, Ward, glucose, message
from tests.servers.ports import LOOPBACK

LEAVE = NewEpochCommand(epoch=EPOCH)


def says(assigned: int, receipted: int, epoch: int = EPOCH) -> HubStatus:
    return HubStatus(online=True, epoch=epoch, assigned=assigned, receipted=receipted)


@pytest.fixture
async def held(ward: Ward, pool: Pool) -> Ward:
    """Positions 3 to 5 are held."""
    readings = [glucose(100.0 + minute, NOON + timedelta(minutes=minute)) for minute in range(3)]
    await store_batch(pool, Registry(), [message(*readings, first=3)], NOON + timedelta(hours=1))
    return ward


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (says(assigned=9, receipted=0), []),
        (
            says(assigned=5, receipted=2),
            [Answer(ReplayCommand(epoch=EPOCH, first_position=1, last_position=2))],
        ),
        (
            says(assigned=9, receipted=8),
            [
                Answer(ReplayCommand(epoch=EPOCH, first_position=1, last_position=2)),
                Answer(ReplayCommand(epoch=EPOCH, first_position=6, last_position=8)),
            ],
        ),
        (says(assigned=4, receipted=4), [Answer(LEAVE, assigned=4)]),
        (says(assigned=4, receipted=0, epoch=EPOCH + 1), []),
        (HubStatus(online=True), []),
    ],
)
async def test_it_sends_again_what_is_missing_and_leaves_an_epoch_that_is_ahead_of_it(
    held: Ward, said: HubStatus, told: list[Answer]
) -> None:
    assert await answers_to(held.conn, HUB, said) == told


async def test_a_hub_that_uses_a_position_again_leaves_the_epoch(held: Ward, pool: Pool) -> None:
    other = message(glucose(55.0, NOON + timedelta(minutes=30)), first=5)
    await store_batch(pool, Registry(), [other], NOON + timedelta(hours=1))
    assert await answers_to(held.conn, HUB, says(assigned=5, receipted=5)) == [Answer(LEAVE)]


def test_that_it_has_assigned_less_is_believed_when_it_stands() -> None:
    at_once, later = NOON + timedelta(seconds=1), NOON + STALE_FOR
    assert [Answer(LEAVE, assigned=4).is_due(NOON, now) for now in (at_once, later)] == [False, True]
    assert Answer(LEAVE).is_due(NOON, at_once)


def holds(care: str | None) -> HubStatus:
    return HubStatus(online=True, care=care)


async def test_it_is_told_of_care_teams_until_it_says_what_they_plan_now(ward: Ward) -> None:
    assert await news_for(ward.conn, HUB, holds(""), NOON) == []  # nobody lives there
    await ward.assign(await ward.patient())
    [told] = await news_for(ward.conn, HUB, holds(""), NOON)
    assert isinstance(told, CareCommand)
    assert [team.hours for team in told.teams] == [()]  # nobody has said that it is ever there
    assert await news_for(ward.conn, HUB, holds(told.edition), NOON) == []
    await ward.set_team_hours(ward.team_id)
    [planned] = await news_for(ward.conn, HUB, holds(told.edition), NOON)
    assert isinstance(planned, CareCommand)
    assert planned.teams[0].time_zone == "Europe/Berlin"
    assert [news.command for news in await news_for(ward.conn, HUB, holds(""), NOON)] == ["care"]
    assert await news_for(ward.conn, HUB, holds(planned.edition), NOON) == []


async def test_a_hub_that_takes_no_such_word_is_not_sent_it(ward: Ward) -> None:
    await ward.assign(await ward.patient())
    assert await news_for(ward.conn, HUB, holds(None), NOON) == []


async def test_a_hub_that_cannot_be_answered_is_kept_and_the_next_is_heard(
    ward: Ward, pool: Pool, tmp_path: Path
) -> None:
    await ward.assign(await ward.patient(), since=NOON - timedelta(days=1))
    await ward.set_team_hours(ward.team_id)
    add_holiday = "INSERT INTO team_holiday (care_team_id, day) VALUES (%s, 'infinity')"
    await make_unreadable(ward.conn, "team_holiday", add_holiday, ward.team_id)
    await hubs.add(ward.conn, ward.nurse.organisation_id, "home-2", "no password")
    await ward.conn.commit()
    payload = HubStatus(online=True, care="").model_dump_json().encode()
    said = [
        Delivery(topic(hub, Channel.STATUS), payload, None, {}, 0, mid, is_retained=False)
        for mid, hub in enumerate([HUB, "home-2"], start=1)
    ]
    broker = Broker(BrokerSettings(LOOPBACK, 1, "gateway", tmp_path / "none"), "a client", [], 10)
    await keep(pool, {}, broker, said, NOON)
    found = await ward.conn.execute("SELECT name, online FROM hub ORDER BY name")
    assert await found.fetchall() == [(HUB, True), ("home-2", True)]
    reasons = await (await ward.conn.execute("SELECT reason FROM quarantine")).fetchall()
    assert reasons == [("a fault of ours: DataError",)]
