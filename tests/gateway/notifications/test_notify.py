"""Notifications delivered to a real mail server and a real receiver: at least once, and failures seen."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from gateway import faults
from gateway.database.pool import Pool
from gateway.notifications import outbox
from gateway.notifications.channels import NotDelivered, send_email
from gateway.notifications.outbox import LEASE, Announcement, Kind, NotificationState
from gateway.notifications.role import GIVE_UP_AFTER, deliver_due, wait
from gateway.settings import BrokerSettings, Settings, SmtpSecurity, SmtpSettings, WebhookSettings
from gateway.staff import organisations
from gateway.staff.permissions import Role
from tests.gateway.unreadable_rows import YEAR_10000, make_unreadable
from tests.gateway.ward import NOON, Ward
from tests.servers.mail_server import MailServer, open_mail_server
from tests.servers.patience import PATIENCE_S, eventually
from tests.servers.ports import LOOPBACK, free_port
from tests.servers.processes import Process, command
from tests.servers.webhook_receiver import Receiver, open_receiver

CONSOLE = "https://console.example"
SECRET = "a secret that both sides know"


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with open_mail_server() as server:
        yield server


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with open_receiver() as server:
        yield server


@pytest.fixture
def settings(tmp_path: Path, mail: MailServer, receiver: Receiver) -> Settings:
    (tmp_path / "secret").write_text(SECRET)
    return Settings(
        "no database of its own",
        BrokerSettings(LOOPBACK, 1, "gateway", tmp_path / "none"),
        None,
        LOOPBACK,
        1,
        public_url=CONSOLE,
        smtp=SmtpSettings(LOOPBACK, mail.port, SmtpSecurity.NONE, "hearthbeat@clinic.example"),
        webhook=WebhookSettings(receiver.url, tmp_path / "secret"),
    )


async def tell(ward: Ward, email: str | None = "nora@clinic.example") -> None:
    await ward.conn.execute("UPDATE staff SET email = %s", [email])
    news = Announcement(ward.nurse.organisation_id, "a-key", Kind.TASK_ESCALATED)
    await outbox.notify(ward.conn, news, [ward.nurse.staff_id], NOON)
    await ward.conn.commit()


async def deliver(pool: Pool, settings: Settings, now: datetime = NOON) -> int:
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
        return await deliver_due(pool, settings, client, now)


async def states(ward: Ward) -> dict[str, tuple[str, str | None]]:
    """State and problem by channel."""
    rows = await (await ward.conn.execute("SELECT channel, state, problem FROM notification")).fetchall()
    await ward.conn.commit()
    return {channel: (state, problem) for channel, state, problem in rows}


async def test_people_are_mailed_and_programs_are_told_once(
    ward: Ward, pool: Pool, settings: Settings, mail: MailServer, receiver: Receiver
) -> None:
    await tell(ward)
    assert await deliver(pool, settings) == 2
    assert await deliver(pool, settings, NOON + timedelta(days=2)) == 0
    [sent] = mail.mails
    assert (sent["To"], sent["From"]) == ("nora@clinic.example", "hearthbeat@clinic.example")
    assert f"{CONSOLE}/" in sent.get_content()
    [request] = receiver.requests
    assert set(json.loads(request.body)) == {"id", "kind", "organisation_id", "task_id", "link", "made_at"}
    assert await states(ward) == {"email": ("sent", None), "webhook": ("sent", None)}


async def test_a_receiver_can_tell_that_it_was_us_and_when(
    ward: Ward, pool: Pool, settings: Settings, receiver: Receiver
) -> None:
    await tell(ward)
    await deliver(pool, settings)
    [request] = receiver.requests
    at, signed = (part.partition("=")[2] for part in request.headers["hearthbeat-signature"].split(","))
    expected = hmac.new(SECRET.encode(), f"{at}.".encode() + request.body, hashlib.sha256).hexdigest()
    assert (int(at), signed) == (int(NOON.timestamp()), expected)


async def test_what_fails_is_tried_again_with_the_same_id_and_given_up_after_a_day(
    ward: Ward, pool: Pool, settings: Settings, mail: MailServer, receiver: Receiver
) -> None:
    receiver.status, mail.refusal = 503, b"450 busy"
    await tell(ward)
    now = NOON
    for attempt in (1, 2):
        assert await deliver(pool, settings, now) == 2
        assert await deliver(pool, settings, now + wait(attempt) - timedelta(seconds=1)) == 0
        now += wait(attempt)
    assert await states(ward) == {
        "email": ("waiting", "the mail server refused the address (450)"),
        "webhook": ("waiting", "the webhook answered 503"),
    }
    assert len({json.loads(each.body)["id"] for each in receiver.requests}) == 1
    mail.refusal = None
    await deliver(pool, settings, now)
    assert len(mail.mails) == 1
    assert await deliver(pool, settings, NOON + GIVE_UP_AFTER) == 1
    assert (await states(ward))["webhook"] == ("failed", "the webhook answered 503")
    async with pool.connection() as conn:
        [trouble] = await outbox.in_trouble(conn, ward.nurse, limit=10)
        await outbox.try_again(conn, ward.nurse, trouble.notification_id, NOON + GIVE_UP_AFTER)
    assert trouble.state is NotificationState.FAILED
    receiver.status = 200
    assert await deliver(pool, settings, NOON + GIVE_UP_AFTER) == 1
    assert (await states(ward))["webhook"] == ("sent", None)


async def test_an_address_that_is_wrong_or_missing_is_given_up_at_once(
    ward: Ward, pool: Pool, settings: Settings, mail: MailServer
) -> None:
    mail.refusal = b"550 no such mailbox"
    await tell(ward)
    await deliver(pool, settings)
    assert (await states(ward))["email"] == ("failed", "the mail server refused the address (550)")
    await ward.conn.execute("DELETE FROM notification")
    await tell(ward, None)
    await deliver(pool, settings)
    assert (await states(ward))["email"] == ("failed", "there is no e-mail address")


async def test_servers_that_are_not_there_are_waited_for(ward: Ward, pool: Pool, settings: Settings) -> None:
    assert settings.smtp is not None
    assert settings.webhook is not None
    away = replace(
        settings,
        smtp=replace(settings.smtp, port=free_port()),
        webhook=replace(settings.webhook, url=f"http://{LOOPBACK}:{free_port()}/"),
    )
    await tell(ward)
    await deliver(pool, away)
    assert await states(ward) == {
        "email": ("waiting", "the mail server cannot be reached or used: ConnectionRefusedError"),
        "webhook": ("waiting", "the webhook cannot be reached: ConnectError"),
    }


async def test_without_a_way_out_people_hear_of_it_and_programs_are_not_missed(
    ward: Ward, pool: Pool, settings: Settings
) -> None:
    bare = replace(settings, smtp=None, webhook=None)
    await tell(ward)
    await deliver(pool, bare)
    assert await states(ward) == {"email": ("failed", "e-mail is not set up"), "webhook": ("dropped", None)}


async def test_what_somebody_has_taken_is_left_to_them_for_a_while(ward: Ward) -> None:
    await tell(ward)
    first = await outbox.take(ward.conn, NOON, limit=10)
    assert await outbox.take(ward.conn, NOON + LEASE - timedelta(seconds=1), limit=10) == []
    again = await outbox.take(ward.conn, NOON + LEASE, limit=10)
    assert [(await outbox.get(ward.conn, each)).attempts for each in again] == [2, 2]
    assert set(first) == set(again)


async def test_killed_between_sending_and_saying_so_it_is_sent_again_as_the_same(
    ward: Ward, database_url: str, tmp_path: Path, receiver: Receiver
) -> None:
    (tmp_path / "secret").write_text(SECRET)
    environment = {
        "HEARTHBEAT_DATABASE_URL": database_url,
        "HEARTHBEAT_BROKER_PASSWORD_FILE": "none",
        "HEARTHBEAT_WEBHOOK_URL": receiver.url,
        "HEARTHBEAT_WEBHOOK_SECRET_FILE": str(tmp_path / "secret"),
    }
    role = Process(command("hearthbeat"), "run", "notify", log=tmp_path / "log", environment=environment)
    await tell(ward)
    receiver.answers.clear()
    with role:
        await role.until(lambda: len(receiver.requests) == 1)
        role.kill()
    receiver.answers.set()
    await ward.conn.execute("UPDATE notification SET next_attempt_at = now()")  # its lease has ended
    await ward.conn.commit()
    with role:
        await role.until(lambda: len(receiver.requests) == 2)

        async def is_sent() -> bool:
            return (await states(ward))["webhook"][0] == "sent"

        await eventually(is_sent)
    first, again = (UUID(json.loads(each.body)["id"]) for each in receiver.requests)
    assert first == again


async def two_more(ward: Ward) -> list[UUID]:
    """Messages to three people in all; their ids, the first's first."""
    for name in ("ben", "cora"):
        staff_id = await organisations.add_staff(
            ward.conn,
            ward.nurse.organisation_id,
            username=name,
            name=name,
            role=Role.NURSE,
            password_hash="no password",
            care_team_ids=[ward.team_id],
            now=NOON,
        )
        await ward.conn.execute(
            "UPDATE staff SET email = %s WHERE staff_id = %s", [f"{name}@clinic.example", staff_id]
        )
        news = Announcement(ward.nurse.organisation_id, f"of-{name}", Kind.TASK_ESCALATED)
        await outbox.notify(ward.conn, news, [staff_id], NOON)
    found = await ward.conn.execute(
        "SELECT notification_id FROM notification WHERE channel = 'email' ORDER BY staff_id"
    )
    ids = [each for (each,) in await found.fetchall()]
    await ward.conn.commit()
    return ids


@pytest.mark.parametrize("address", ["a:b;@x", "a,b@clinic.example", "a\r\nBcc: b@clinic.example"])
async def test_an_address_that_is_no_mailbox_is_a_failure_of_its_own(
    ward: Ward, pool: Pool, settings: Settings, mail: MailServer, address: str
) -> None:
    await tell(ward, address)
    await two_more(ward)
    await deliver(pool, settings)
    assert sorted(sent["To"] for sent in mail.mails) == ["ben@clinic.example", "cora@clinic.example"]
    bad = "SELECT state, problem FROM notification WHERE channel = 'email' AND state <> 'sent'"
    [(state, problem)] = await (await ward.conn.execute(bad)).fetchall()
    assert state == "waiting"
    assert problem.startswith("the message could not be made or sent: ")
    assert address not in problem
    await ward.conn.execute("UPDATE staff SET email = 'nora@clinic.example' WHERE email = %s", [address])
    await ward.conn.commit()
    assert await deliver(pool, settings, NOON + wait(1)) == 1
    assert mail.mails[-1]["To"] == "nora@clinic.example"


async def test_one_that_cannot_be_read_is_set_aside_and_heals(
    ward: Ward, pool: Pool, settings: Settings, mail: MailServer
) -> None:
    await tell(ward)
    bad, *_ = await two_more(ward)
    change = "UPDATE notification SET made_at = %s WHERE notification_id = %s"
    await make_unreadable(ward.conn, "notification", change, YEAR_10000, bad)
    await deliver(pool, settings)
    assert len(mail.mails) == 2
    [aside] = await faults.list_set_aside(ward.conn, ward.nurse.organisation_id, limit=10)
    assert (aside.role, aside.kind, aside.item) == ("notify", "notification", str(bad))
    await ward.conn.execute(change, [NOON, bad])
    await ward.conn.commit()
    assert await deliver(pool, settings, NOON + LEASE) == 1
    assert len(mail.mails) == 3
    assert await ward.count("set_aside") == 0


async def test_an_address_of_two_that_are_both_refused_is_a_failure_and_no_end(
    settings: Settings, mail: MailServer
) -> None:
    assert settings.smtp is not None
    mail.refusal = b"550 unknown"
    both = EmailMessage()
    both["From"], both["To"] = "hearthbeat@clinic.example", "a@clinic.example, b@clinic.example"
    with pytest.raises(NotDelivered, match="550") as refused:
        await asyncio.to_thread(send_email, settings.smtp, both)
    assert refused.value.for_good
