"""Products that stray from their standard, and what was seen of them where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from edge_agent.profiles.repairs import Repair, as_it_is, beurer_user_and_pulse
from edge_agent.profiles.services import Pairing

CURRENT_TIME = 0x2A2B
DATE_TIME = 0x2A08


@dataclass(frozen=True)
class Product:
    """One product or family. What is left out is as the standard has it."""

    product: str
    known_by: str  # a pattern somewhere in its manufacturer, model or advertised name
    source: str
    repair: Repair = as_it_is
    hurried: bool = False  # it switches off unless it may tell its measurements first
    clock: int = CURRENT_TIME  # the characteristic that sets and tells its time
    pairing: Pairing | None = None  # None: as its service has it
    ready: str | None = None


STANDARD = Product("a device as its standard has it", "", "Bluetooth SIG")

PRODUCTS: Sequence[Product] = (
    Product(
        "Beurer BM 85",
        r"\bBM ?85\b",
        "github.com/derdilla/blood-pressure-monitor-fl, pull requests 735 and 737",
        repair=beurer_user_and_pulse,
    ),
    Product(
        "A&D UA-651BLE",
        "UA-651",
        "github.com/andengineering/AndroidSampleCode, issue 1 (switches off while its services are walked)",
        hurried=True,
        clock=DATE_TIME,
        ready="Hold its START button until the display shows Pr.",
    ),
)


def product_of(*texts: str | None) -> Product:
    """The product that calls itself so: manufacturer, model, advertised name. In doubt, the standard."""
    text = " ".join(filter(None, texts))
    return next((each for each in PRODUCTS if re.search(each.known_by, text, re.IGNORECASE)), STANDARD)
