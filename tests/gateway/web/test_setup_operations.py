"""The set-up pages of what runs: the quarantine, what did not arrive, hubs."""

from __future__ import annotations

import re
from datetime import timedelta

from gateway import faults as troubles
from gateway.faults import Item, ItemKind, Rest
from gateway.notifications import outbox
from gateway.notifications.outbox import Announcement, Kind, NotificationState
from tests.gateway.web.clinic import HUB, NOW, Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.forms import faults, page, rows, send


async def test_the_quarantine_is_looked_at_and_worked(sign_in: SignIn, clinic: Clinic) -> None:
    adam, ann = await sign_in("adam"), await sign_in("ann")
    await clinic.add_hub()
    await clinic.conn.execute(
        "INSERT INTO quarantine (received_at, topic, reason, payload)"
        " VALUES (%s, %s, 'not JSON', '<script>alert(1)</script>')",
        [NOW, f"hearthbeat/1/{HUB}/readings"],
    )
    await clinic.conn.commit()
    text = await page(ann, "/setup/quarantine")
    assert "not JSON" in text
    assert f"<bdi>{HUB}</bdi>" in text
    [message_page] = re.findall(r'href="(/setup/quarantine/\d+)"', await page(adam, "/setup/quarantine"))
    assert (await ann.get(message_page)).status_code == 403
    assert "&lt;script&gt;alert" in await page(adam, message_page)
    assert "Nothing says which positions" in await send(adam, f"{message_page}/retry", 200)
    assert faults(await send(adam, f"{message_page}/discard", 422)) == ["Please fill this in."]
    await send(adam, f"{message_page}/discard", 303, reason="A test of the broker")
    assert "A test of the broker" in await page(adam, message_page)
    assert "Nothing lies in quarantine." in await page(adam, "/setup/quarantine")


async def test_what_did_not_arrive_is_shown_and_tried_again(sign_in: SignIn, clinic: Clinic) -> None:
    adam = await sign_in("adam")
    news = Announcement(clinic.organisation_id, "key", Kind.TASK_ESCALATED)
    await outbox.notify(clinic.conn, news, [clinic.staff["ann"].staff_id], NOW)
    for each in await outbox.take(clinic.conn, NOW, limit=10):
        await outbox.settle(
            clinic.conn, each, NotificationState.FAILED, NOW, problem="there is no e-mail address"
        )
    await clinic.conn.commit()
    text = await page(adam, "/setup/deliveries")
    assert "There is no e-mail address" in text
    retries = re.findall(r'action="([^"]+/retry)"', text)
    assert len(retries) == 2
    for retry in retries:
        await send(adam, retry, 303)
    assert "Everything has arrived." in await page(adam, "/setup/deliveries")


async def test_a_hub_is_enrolled_and_gets_another_password(sign_in: SignIn, clinic: Clinic) -> None:
    adam = await sign_in("adam")
    shown = await send(adam, "/setup/hubs", 200, name="home-17")
    assert "cannot send until" in await page(adam, "/setup/hubs/home-17/password")
    renewed = await send(adam, "/setup/hubs/home-17/password", 200)
    passwords = re.findall(r"Password at the broker</dt><dd><bdi>([^<]+)<", shown + renewed)
    assert len(set(passwords)) == 2
    assert faults(await send(adam, "/setup/hubs", 422, name="home-17")) == ["There is a hub named home-17."]
    listed = await page(adam, "/setup/hubs")
    assert "never heard from" in listed
    assert not any(password in listed for password in passwords)
    assert await rows(clinic, "SELECT name FROM hub") == [("home-17",)]


async def test_what_roles_could_not_work_on_is_shown_with_reason_since_when_and_next_try(
    sign_in: SignIn, clinic: Clinic
) -> None:
    adam = await sign_in("adam")
    assert "Nothing is set aside." in await page(adam, "/setup/set-aside")
    patient_id = await clinic.add_patient()
    rest = Rest(timedelta(minutes=1), timedelta(minutes=15))
    for kind, key in ((ItemKind.PATIENT, str(patient_id)), (ItemKind.CHORE, "outages")):
        await troubles.set_aside(clinic.conn, Item("evaluate", kind, key), "DataError (22008)", rest, NOW)
    for _ in range(3):
        await troubles.role_ended(clinic.conn, "notify", "AttributeError", NOW)
    await clinic.conn.commit()
    text = await page(adam, "/setup/set-aside")
    for shown in (
        f'href="/patients/{patient_id}"',
        "outages, as a whole",
        "DataError (22008)",
        "AttributeError",
    ):
        assert shown in text
    panel = await page(adam, "/attention")
    assert "evaluate: 2 items" in panel
    assert "notify was restarted 3 times since" in panel
    assert 'href="/setup/set-aside"' in panel
