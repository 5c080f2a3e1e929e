"""Told means told: what could not be sent is said in the task, the list, the panel and the banner."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from alerting.rules import Priority
from gateway.database.migrate import shipped
from gateway.database.pool import Pool
from gateway.notifications.role import deliver_due
from gateway.operations.out_of_touch import OutOfTouch
from gateway.resources import Resources
from gateway.settings import Settings, SmtpSecurity, SmtpSettings, WebhookSettings
from gateway.staff import members as staff
from gateway.staff import team_hours
from gateway.web.operations.views import Attention
from gateway.web.teams.pages import unreachable
from tests.gateway.escalation.escalation_clinic import EscalationClinic
from tests.gateway.web.clinic import NOW, Clinic
from tests.gateway.web.conftest import SignIn
from tests.servers.mail_server import MailServer, open_mail_server
from tests.servers.ports import LOOPBACK

RAISED = NOW - timedelta(minutes=50)
MINUTE = timedelta(minutes=1)
LABEL = "message could not be sent"
UNSENT = "messages could not be sent since Sun 1 Mar, 11:10 UTC: e-mail is not set up"


@pytest.fixture
async def waiting(clinic: Clinic, pool: Pool) -> EscalationClinic:
    await clinic.conn.execute("UPDATE staff SET email = username || '@clinic.example'")
    await clinic.conn.commit()
    return EscalationClinic(clinic, pool)


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with open_mail_server() as server:
        yield server


@pytest.fixture
def with_mail(resources: Resources, mail: MailServer) -> Settings:
    smtp = SmtpSettings(LOOPBACK, mail.port, SmtpSecurity.NONE, "hearthbeat@clinic.example")
    return replace(resources.settings, smtp=smtp)


async def deliver(pool: Pool, settings: Settings, now: datetime) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        while await deliver_due(pool, settings, client, now):
            """There may be more."""


async def notes(client: httpx.AsyncClient, task_id: int) -> list[str]:
    """What the task's history says of clocks that ran out, the same to people and programs."""
    found = (await client.get(f"/api/tasks/{task_id}")).json()["transitions"]
    said = [each["note"] for each in found if each["action"] == "escalate"]
    page = (await client.get(f"/tasks/{task_id}")).text.replace("&#39;", "'")
    assert all(each in page for each in said)
    return said


async def test_a_history_says_what_became_of_the_messages_and_not_that_people_were_told(
    sign_in: SignIn, waiting: EscalationClinic, resources: Resources, with_mail: Settings, mail: MailServer
) -> None:
    task_id = await waiting.raise_task(Priority.URGENT, RAISED)
    await waiting.raise_task(Priority.URGENT, RAISED + MINUTE)  # another, at the same step
    await waiting.pass_until(RAISED + 16 * MINUTE)
    ann = await sign_in("ann")
    late = "Nobody has taken it in time: "
    assert await notes(ann, task_id) == [f"{late}2 messages to the team's nurses are on their way."]
    assert LABEL not in (await ann.get("/")).text

    await deliver(waiting.pool, resources.settings, RAISED + 16 * MINUTE)
    assert await notes(ann, task_id) == [f"{late}2 messages to the team's nurses could not be sent."]
    assert LABEL in (await ann.get("/")).text
    [step] = (await ann.get(f"/api/tasks/{task_id}")).json()["escalations"]
    assert (step["sent"], step["failed"]) == (0, 2)

    await waiting.pass_until(RAISED + 31 * MINUTE)
    mail.refusal = b"450 busy"
    await deliver(waiting.pool, with_mail, RAISED + 31 * MINUTE)
    backup = f"{late}a message to the backup could not be sent yet and is tried again."
    assert (await notes(ann, task_id))[1] == backup
    assert LABEL in (await ann.get("/")).text

    mail.refusal = None
    await deliver(waiting.pool, with_mail, RAISED + 40 * MINUTE)
    assert (await notes(ann, task_id))[1] == f"{late}a message to the backup was sent."
    assert LABEL not in (await ann.get("/")).text


async def test_what_could_not_be_sent_stands_in_panel_and_banner_until_the_same_people_are_reached(
    sign_in: SignIn, app: FastAPI, waiting: EscalationClinic, resources: Resources, with_mail: Settings
) -> None:
    clinic = waiting.clinic
    clients = {name: await sign_in(name) for name in ("ann", "ben", "cleo", "adam")}
    lead = "UPDATE team_plan SET lead_id = %s WHERE care_team_id = %s"
    await clinic.conn.execute(lead, [clinic.staff["ben"].staff_id, clinic.north])
    await clinic.conn.commit()

    async def who_reads(path: str, text: str) -> set[str]:
        for kind in (Attention, OutOfTouch):
            app.state.web.caches.of(kind).forget(clinic.organisation_id)
        return {name for name, each in clients.items() if text in (await each.get(path)).text}

    await waiting.raise_task(Priority.URGENT, RAISED)
    assert await who_reads("/banner", "could not be sent") == set()
    await deliver(waiting.pool, resources.settings, RAISED)
    for path in ("/banner", "/patients", "/setup"):
        assert await who_reads(path, f"2 {UNSENT}") == {"ben", "adam"}
        assert await who_reads(path, 'href="/setup/deliveries">See which') == {"adam"}
    assert await who_reads("/attention", f"2 {UNSENT}") == set(clients)

    await waiting.pass_until(RAISED + 16 * MINUTE)
    await deliver(waiting.pool, with_mail, RAISED + 16 * MINUTE)
    assert await who_reads("/banner", "could not be sent") == set()
    assert await who_reads("/attention", "No message failed.") == set(clients)
    page = (await clients["adam"].get("/setup/deliveries")).text
    assert page.count("given up at the first attempt") == 2
    assert "These people have NOT been notified" in page


async def test_a_plan_says_who_of_the_team_gets_no_message(
    sign_in: SignIn, waiting: EscalationClinic, resources: Resources, with_mail: Settings
) -> None:
    clinic = waiting.clinic
    plan = await team_hours.get(clinic.conn, clinic.staff["adam"], clinic.north)
    adam = await sign_in("adam")
    assert (
        "E-mail is not set up: nobody in this team gets a message"
        in (await adam.get(f"/setup/teams/{clinic.north}")).text
    )
    members = await staff.find(clinic.conn, clinic.staff["adam"], limit=10)
    assert unreachable(plan, members, with_mail) is None
    await clinic.conn.execute("UPDATE staff SET email = NULL WHERE username IN ('ben', 'cleo')")
    members = await staff.find(clinic.conn, clinic.staff["adam"], limit=10)
    notice = unreachable(plan, members, with_mail)
    assert notice is not None
    assert notice.text.startswith("No usable e-mail address: Ben Lee. They get no message")
    of_an_earlier_version = "UPDATE staff SET email = 'a,b@clinic.example' WHERE username = 'ann'"
    await clinic.conn.execute(of_an_earlier_version)
    members = await staff.find(clinic.conn, clinic.staff["adam"], limit=10)
    notice = unreachable(plan, members, with_mail)
    assert notice is not None
    assert notice.text.startswith("No usable e-mail address: Ann Lee, Ben Lee. They get no message")
    hooked = replace(resources.settings, webhook=WebhookSettings("http://pager.test/", Path("secret")))
    assert unreachable(plan, members, hooked) is None


async def test_a_history_of_an_earlier_version_says_what_became_of_its_messages(
    sign_in: SignIn, waiting: EscalationClinic, resources: Resources
) -> None:
    """It had written that people were told, in the moment in which the message was queued."""
    task_id = await waiting.raise_task(Priority.URGENT, RAISED)
    await waiting.pass_until(RAISED + 16 * MINUTE)
    await waiting.pass_until(RAISED + 50 * MINUTE)  # two levels in one moment
    await deliver(waiting.pool, resources.settings, NOW)
    as_it_was = """UPDATE task_transition SET clock_run = NULL, clock = NULL, step = NULL, note = %s
        WHERE action = 'escalate'"""
    await waiting.clinic.conn.execute(as_it_was, ["Nobody has taken it in time: the lead was told."])
    file = next(each for each in shipped() if each.endswith("escalation_delivery.sql"))
    _, _, rest = shipped()[file].partition(b"WITH told")
    await waiting.clinic.conn.execute(b"WITH told" + rest.partition(b";")[0])
    await waiting.clinic.conn.commit()
    late = "Nobody has taken it in time: "
    assert await notes(await sign_in("ann"), task_id) == [
        f"{late}2 messages to the team's nurses could not be sent.",
        f"{late}a message to the backup could not be sent.",
        f"{late}a message to the lead could not be sent.",
    ]
    await waiting.clinic.conn.execute("DELETE FROM notification")
    await waiting.clinic.conn.commit()
    assert (
        await notes(await sign_in("ann"), task_id) == [f"{late}the lead was told."] * 3
    )  # all that is known
