"""The measuring services of the Bluetooth SIG that a hub reads (assigned numbers of GATT services)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

RECORD_ACCESS = 0x2A52


class Retention(Enum):
    """What a device does with a measurement that it could not hand over at once."""

    UNTIL_DELIVERED = "it tells by itself as soon as it is listened to, and deletes what was received"
    UNTIL_ASKED = "it keeps numbered records, and sends them when it is asked to"


class Pairing(Enum):
    """What a person has to do so that a device trusts the hub."""

    JUST_WORKS = "nothing but make it ready to pair"
    PASSKEY = "type the six digits that it shows"
    NONE = "nothing at all: it cannot pair, and tells whoever connects"


@dataclass(frozen=True)
class MeasuringService:
    """A row of the table. `ready` is how a person makes such a device ready to pair."""

    noun: str
    measurements: tuple[int, ...]  # the characteristics that it says its measurements with
    pairing: Pairing
    ready: str
    retention: Retention = Retention.UNTIL_DELIVERED


SERVICES: Mapping[int, MeasuringService] = {
    0x1808: MeasuringService(
        "blood glucose meter",
        (0x2A18, 0x2A34),
        Pairing.PASSKEY,
        "Switch it on and choose Bluetooth, then Pairing in its menu.",
        Retention.UNTIL_ASKED,
    ),
    0x1809: MeasuringService(
        "thermometer",
        (0x2A1C,),
        Pairing.JUST_WORKS,
        "Switch it on. If it has a Bluetooth button, hold it until its light blinks.",
    ),
    0x1810: MeasuringService(
        "blood pressure monitor",
        (0x2A35,),
        Pairing.JUST_WORKS,
        "Hold its Bluetooth or START button for about 5 seconds, until its display blinks or says Pr.",
    ),
    # Spot checks alone: a continuous stream (0x2A5F) is no home measurement.
    0x1822: MeasuringService(
        "pulse oximeter",
        (0x2A5E,),
        Pairing.JUST_WORKS,
        "Put it on a finger, or hold its button, until its display is lit.",
    ),
    0x181D: MeasuringService(
        "scale",
        (0x2A9D,),
        Pairing.JUST_WORKS,
        "Hold the button at its underside until its display blinks, or step on it for a moment.",
    ),
    # A scale that has a Weight Scale Service too says each weighing on both: only that one is listened to.
    0x181B: MeasuringService(
        "body analysis scale",
        (0x2A9C,),
        Pairing.JUST_WORKS,
        "Hold the button at its underside until its display blinks, or step on it for a moment.",
    ),
}
_SAYS_IT_TOO: Mapping[int, int] = {0x181B: 0x181D}
"""Services whose measurements another one of the same device repeats."""


def listened_to(offered: Iterable[int]) -> list[int]:
    """Of the services that a device offers, those that the hub reads; each measurement comes once."""
    known = [number for number in SERVICES if number in set(offered)]
    return [number for number in known if _SAYS_IT_TOO.get(number) not in known]


def service_of(offered: Iterable[int]) -> int | None:
    """The service that tells best what the device is; None for a device that the hub does not read."""
    return next(iter(listened_to(offered)), None)
