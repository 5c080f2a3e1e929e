"""The page as HTML. Pure: what it says is a parameter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from html import escape
from typing import Final

from edge_agent.outbox import LatestReading, OutboxCounts
from edge_agent.page import words
from edge_agent.page.care_hours import Coverage, coverage
from edge_agent.page.schedule import Slot
from edge_agent.publisher import HubHealth
from edge_agent.wire.messages import TeamHours

LOW_BATTERY_PERCENT: Final = 15
"""Devices that warn do so at about a tenth; a week earlier a battery can still be bought."""
PATIENCE: Final = timedelta(hours=24)
"""So long a home may be without a connection before somebody should look."""


@dataclass(frozen=True)
class PageContent:
    """All that the page says."""

    latest: Sequence[LatestReading]
    counts: OutboxCounts
    health: HubHealth
    due: Sequence[Slot]
    teams: Sequence[TeamHours]  # of the people in this home; none: nothing is known of them
    now: datetime
    zone: tzinfo

    @property
    def knows_the_time(self) -> bool:
        return self.health.clock_synchronised is not False

    @property
    def coverage(self) -> Coverage | None:
        """When somebody looks, as far as it can be said."""
        return coverage(self.teams, self.now, self.zone) if self.teams and self.knows_the_time else None


def render(content: PageContent) -> str:
    cards = "".join(_card(each, content) for each in content.latest)
    nothing = "<p>Nothing has been measured yet. Take a measurement near this box.</p>"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Your measurements</title>
<link rel="stylesheet" href="/page.css">
</head>
<body>
<main>
<h1>Your measurements</h1>
<section aria-labelledby="standing">
<h2 id="standing">{_status(content)}</h2>
{"".join(f"<p>{escape(line)}</p>" for line in _what_to_do(content))}
</section>
{_due(content)}{cards or nothing}
{_care(content)}
{_as_of(content)}<p><a href="/">Look again</a></p>
</main>
<footer>
<p><strong>This is not an emergency service.</strong> Nobody watches these values all the time.
If you feel very ill, call your emergency number.</p>
<p>Not a cleared medical device.</p>
</footer>
</body>
</html>
"""


def _as_of(content: PageContent) -> str:
    """A page that stays open says nothing of what came later."""
    at = words.when(content.now, content.now, content.zone)
    return f"<p>This is how it was {at[0].lower()}{at[1:]}.</p>\n" if content.knows_the_time else ""


def _due(content: PageContent) -> str:
    if not content.due:
        return ""
    if not content.knows_the_time:
        items = "<p>This box will say it when it knows the time.</p>"
    else:
        items = "".join(_slot(each, content) for each in content.due)
        items = f"<ul>{items}</ul>"
    return f"""<section aria-labelledby="due">
<h2 id="due">To measure today</h2>
{items}
</section>
"""


def _care(content: PageContent) -> str:
    if not content.teams:
        return ""
    known = content.coverage
    if known is None:
        items = "<p>This box will say it when it knows the time.</p>"
    else:
        lines = (f'<li><p>{day}</p><p class="state">{times}</p></li>' for day, times in words.week(known))
        items = f"<ul>{''.join(lines)}</ul>"
    beyond = (
        "It may be some time before they see a value."
        if known is not None and known.is_always
        else "At other times nobody looks at what you measure."
    )
    return f"""<section aria-labelledby="care">
<h2 id="care">When your care team looks</h2>
{items}
<p>{beyond} {words.DO_NOT_WAIT}</p>
</section>
"""


def _slot(slot: Slot, content: PageContent) -> str:
    return f"""<li class="{slot.state}">
<p>{words.measured(slot.kind, slot.user)}</p>
<p>{words.when(slot.at, content.now, content.zone)}</p>
<p class="state">{words.STATES[slot.state]}</p>
</li>
"""


def _card(latest: LatestReading, content: PageContent) -> str:
    reading = latest.reading
    mark = {None: "waiting", "quarantined": "refused"}.get(latest.outcome, "arrived")
    return f"""<article class="{mark}">
<h2>{words.measured(reading.kind, reading.user)}</h2>
<p class="value">{escape(words.values(reading))}</p>
<p>{words.when(reading.measured_at, content.now, content.zone)}</p>
<p class="arrival">{words.arrival(latest)}</p>
</article>
"""


def _status(content: PageContent) -> str:
    waiting = content.counts.waiting + content.counts.unnumbered
    if content.health.problems:
        return "Something is wrong"
    if waiting == 0:
        return "Everything has arrived" if content.counts.assigned else "Ready for your first measurement"
    return "1 measurement waits to be sent" if waiting == 1 else f"{waiting} measurements wait to be sent"


def _what_to_do(content: PageContent) -> list[str]:
    lines = [words.ADVICE[problem] for problem in content.health.problems]
    oldest = content.counts.oldest_waiting_at
    if oldest is not None and content.now - oldest > PATIENCE:
        lines.append(
            "There has been no connection for more than a day. Nothing is lost. Check that the router is on, "
            "unplug it and plug it in again. If that does not help, call your care team."
        )
    elif oldest is not None:
        lines.append(
            "You need not do anything: what waits is kept here, and sent as soon as there is a connection."
        )
    if not content.knows_the_time:
        lines.append(
            "This box does not know the time yet. It will when it has been connected to the internet."
        )
    lines += [
        f"The battery of {each.device.model or 'one of your devices'} is low "
        f"({each.battery_percent} %). Please change it."
        for each in content.health.devices
        if each.battery_percent is not None and each.battery_percent <= LOW_BATTERY_PERCENT
    ]
    if (known := content.coverage) is not None and not known.looks_at(content.now):
        lines.append(f"{words.nobody_now(known, content.now)} {words.DO_NOT_WAIT}")
    return lines
