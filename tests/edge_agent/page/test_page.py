"""The page of the hub as a browser shows it, and what it does not answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, timedelta
from http.client import HTTPConnection
from uuid import uuid4

import pytest
from playwright.async_api import Page as BrowserPage

from edge_agent.outbox import Outbox
from edge_agent.page import Page, open_page
from edge_agent.page.words import values
from edge_agent.publisher import HubHealth
from edge_agent.settings import PageSettings
from edge_agent.wire.codes import Flag, HubProblem
from edge_agent.wire.messages import CareCommand, DeviceStatus, Quantity, Quarantined, Receipt
from edge_agent.wire.vitals import Vital
from tests.edge_agent.page.home_page import (
    CUFF,
    NOW,
    PRESSURE_TWICE,
    WEIGH_DAILY,
    blood_pressure,
    office_hours,
    open_home_page,
)
from tests.edge_agent.samples import NOON, weight
from tests.servers.chromium import PHONE
from tests.servers.patience import PATIENCE_S, patience
from tests.servers.ports import LOOPBACK


async def ask(port: int, method: str = "GET", path: str = "/", host: str = "localhost") -> tuple[int, str]:
    def connect() -> tuple[int, str]:
        connection = HTTPConnection(LOOPBACK, port, timeout=PATIENCE_S)
        connection.request(method, path, headers={"Host": host})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    return await asyncio.to_thread(connect)


async def test_the_last_measurement_of_each_device_and_whether_it_has_arrived(
    outbox: Outbox, browser_page: BrowserPage
) -> None:
    outbox.add_all([weight(79.0, captured_at=NOON - timedelta(days=1)), weight(80.5, captured_at=NOON)])
    outbox.settle(Receipt(batch_id=uuid4(), epoch=outbox.epoch, stored=(1, 2)), NOON)
    outbox.add_all([blood_pressure(NOON - timedelta(days=1))])
    await browser_page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    async with open_home_page(outbox) as port:
        await browser_page.goto(f"http://{LOOPBACK}:{port}/")
        cards = await browser_page.get_by_role("article").all_inner_texts()
        assert [line for line in cards[0].splitlines() if line] == [
            "Weight",
            "80.5 kg",
            "Today at 12:00",
            "It has arrived.",
        ]
        assert "138 over 86 mmHg, pulse rate 71 beats a minute" in cards[1]
        assert "Yesterday at 12:00" in cards[1]
        assert "Kept here, waiting to be sent." in cards[1]
        assert len(cards) == 2
        assert await browser_page.get_by_role("heading", name="1 measurement waits to be sent").is_visible()
        assert "not an emergency service" in await browser_page.inner_text("footer")
        assert await fits_and_is_large(browser_page)


async def fits_and_is_large(page: BrowserPage) -> bool:
    """Nothing to scroll sideways, no print below 20 pixels, contrast at least 7 to 1 (WCAG 2.2, 1.4.6)."""
    checked: bool = await page.evaluate(
        """() => {
            const light = (text) => {
                const part = text.match(/\\d+/g).slice(0, 3).map((value) => {
                    const share = value / 255;
                    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
                });
                return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
            };
            const ground = (element) => {
                const colour = getComputedStyle(element).backgroundColor;
                return colour === "rgba(0, 0, 0, 0)" ? ground(element.parentElement) : colour;
            };
            const print = [...document.body.querySelectorAll("h1, h2, p, a, li, strong")];
            return document.documentElement.scrollWidth <= innerWidth && print.every((element) => {
                const style = getComputedStyle(element);
                const [dark, bright] = [light(style.color), light(ground(element))].sort((a, b) => a - b);
                return parseFloat(style.fontSize) >= 20 && (bright + 0.05) / (dark + 0.05) >= 7;
            });
        }"""
    )
    return checked


async def test_it_is_read_without_seeing_it(outbox: Outbox, browser_page: BrowserPage) -> None:
    outbox.add_all([weight(captured_at=NOON)])
    async with open_home_page(outbox) as port:
        await browser_page.goto(f"http://{LOOPBACK}:{port}/")
        assert await browser_page.title() == "Your measurements"
        tree = await browser_page.locator("body").aria_snapshot()
    assert '- heading "Your measurements" [level=1]' in tree
    assert '- region "1 measurement waits to be sent"' in tree
    assert '- link "Look again"' in tree
    assert await browser_page.locator("html").get_attribute("lang") == "en"
    assert await browser_page.locator("script").count() == 0


async def test_what_is_wrong_is_said_with_what_to_do(outbox: Outbox) -> None:
    outbox.add_all([weight(captured_at=NOW - timedelta(days=2))])
    low = DeviceStatus(device=CUFF, battery_percent=9)
    health = HubHealth((low,), clock_synchronised=False, problems=(HubProblem.DISK_FULL,))
    async with open_home_page(outbox, health) as port:
        status, html = await ask(port)
    assert status == 200
    for words in ("no room left", "router", "does not know the time", "Something is wrong"):
        assert words in html
    assert "This is how it was" not in html
    assert "The battery of &lt;b&gt;C1&lt;/b&gt; is low (9 %)" in html


async def test_what_could_not_be_used_is_said(outbox: Outbox) -> None:
    outbox.add_all([weight(captured_at=NOON)])
    refused = Quarantined(position=1, reason="measured before 1980")
    outbox.settle(Receipt(batch_id=uuid4(), epoch=outbox.epoch, quarantined=(refused,)), NOON)
    async with open_home_page(outbox) as port:
        html = (await ask(port))[1]
    assert "could not be used. Please tell your care team." in html
    assert '<article class="refused">' in html
    assert "This is how it was today at 14:00." in html


async def test_what_is_due_today_is_said_in_plain_words(outbox: Outbox, browser_page: BrowserPage) -> None:
    outbox.add_all([weight(captured_at=NOON - timedelta(hours=5)), weight(captured_at=NOON)])
    await browser_page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    async with open_home_page(
        outbox, due=[WEIGH_DAILY, PRESSURE_TWICE], now=NOW + timedelta(hours=4)
    ) as port:
        await browser_page.goto(f"http://{LOOPBACK}:{port}/")
        due = browser_page.get_by_role("region", name="To measure today").get_by_role("listitem")
        assert [item.split("\n\n") for item in await due.all_inner_texts()] == [
            ["Blood pressure, person 2 of the device", "Today at 07:00", "Missed. Go on with the next one."],
            ["Weight", "Today at 07:00", "Done."],
            ["Blood pressure, person 2 of the device", "Today at 19:00", "Later."],
        ]
        assert await fits_and_is_large(browser_page)


async def test_without_the_time_nothing_is_called_missed(outbox: Outbox) -> None:
    async with open_home_page(outbox, HubHealth(clock_synchronised=False), [WEIGH_DAILY]) as port:
        _, html = await ask(port)
    assert "when it knows the time" in html
    assert "<li class" not in html


async def test_when_nobody_looks_is_said_with_what_to_do(outbox: Outbox, browser_page: BrowserPage) -> None:
    outbox.add_all([weight(captured_at=NOON)])
    outbox.care.store(office_hours())
    await browser_page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    async with open_home_page(
        outbox, now=NOON + timedelta(days=(5 - NOON.weekday()) % 7)
    ) as port:  # on Saturday
        await browser_page.goto(f"http://{LOOPBACK}:{port}/")
        section = browser_page.get_by_role("region", name="When your care team looks")
        assert [item.split("\n\n") for item in await section.get_by_role("listitem").all_inner_texts()] == [
            ["Today, Saturday", "nobody looks"],
            ["Sunday", "nobody looks"],
            ["Monday to Friday", "08:00 to 17:00"],
        ]
        assert "call your doctor, or if it cannot wait your emergency number" in await section.inner_text()
        first = browser_page.get_by_role("region").first
        assert "They look again Monday at 08:00. If you feel ill, do not wait" in await first.inner_text()
        assert await fits_and_is_large(browser_page)
    async with open_home_page(outbox, HubHealth(clock_synchronised=False)) as port:
        _, html = await ask(port)
    assert "when it knows the time" in html
    assert "Nobody of your care team looks" not in html


async def test_a_home_without_patients_has_no_care_team(outbox: Outbox) -> None:
    async with open_home_page(outbox) as port:
        outbox.care.store(office_hours())
        assert "care team looks" in (await ask(port))[1]
        outbox.care.store(CareCommand(edition="0" * 16, teams=()))
        assert "care team looks" not in (await ask(port))[1]


async def test_before_the_first_measurement_it_says_how_to_begin(outbox: Outbox) -> None:
    async with open_home_page(outbox) as port:
        assert "Take a measurement near this box." in (await ask(port))[1]


@pytest.mark.parametrize(
    ("method", "path", "host", "status"),
    [
        ("GET", "/page.css", "localhost", 200),
        ("HEAD", "/", "192.168.1.5:8425", 200),
        ("GET", "/", "[::1]:8425", 200),
        ("GET", "/", "hub.local", 200),
        ("POST", "/", "localhost", 405),
        ("GET", "/hub.toml", "localhost", 404),
        ("GET", "/../hub.toml", "localhost", 404),
        ("GET", "/", "evil.example", 421),
        ("GET", "/", "", 421),
    ],
)
async def test_it_answers_for_itself_alone(
    outbox: Outbox, method: str, path: str, host: str, status: int
) -> None:
    outbox.add_all([weight(captured_at=NOON)])
    async with open_home_page(outbox) as port:
        answered, body = await ask(port, method, path, host)
    assert answered == status
    assert ("80 kg" in body) == (status == 200 and method == "GET" and path == "/")


async def test_nonsense_costs_nothing(outbox: Outbox) -> None:
    async with open_home_page(outbox) as port:
        for nonsense in (b"\xff" * 20_000, b"\r\n\r\n", b"GET", b"GET / HTTP/1.1\r\nHost\r\n\r\n"):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            writer.write(nonsense)
            writer.write_eof()
            async with patience("the end of the connection"):
                assert b" 200 " not in await reader.read()
            writer.close()
        assert (await ask(port))[0] == 200


async def test_a_taken_port_does_not_stop_the_hub(outbox: Outbox, caplog: pytest.LogCaptureFixture) -> None:
    async with open_home_page(outbox) as port:
        page = Page(outbox, HubHealth, UTC, (), now=lambda: NOW)
        async with open_page(page, PageSettings(LOOPBACK, port)):
            assert "no_page" in caplog.text
        async with open_page(page, PageSettings(LOOPBACK, 0)):
            pass


def test_the_devices_own_unit_is_shown() -> None:
    in_pounds = weight(80.0).model_copy(
        update={"original": {Vital.BODY_WEIGHT: Quantity(value=176.37, unit="[lb_av]")}}
    )
    assert values(in_pounds) == "176.4 lb"
    assert values(weight(80.0)) == "80 kg"
    open_home_page = weight(80.0).model_copy(update={"flags": (Flag.DEMONSTRATION_DATA,)})
    assert values(open_home_page) == "No value of yours: a test of the device, or another kind of value."
