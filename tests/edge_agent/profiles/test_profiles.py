from __future__ import annotations

from datetime import datetime

import pytest

from edge_agent.gatt.characteristics import CHARACTERISTICS, decode
from edge_agent.gatt.measurement import Measurement
from edge_agent.profiles import PRODUCTS, SERVICES, product_of
from edge_agent.profiles.products import STANDARD
from edge_agent.profiles.repairs import as_it_is, beurer_user_and_pulse
from edge_agent.profiles.services import listened_to, service_of
from edge_agent.wire.codes import AbsentReason, Flag
from edge_agent.wire.vitals import Vital

CUFF = 0x2A35
BM85_PULSE_63 = bytes.fromhex("56 6A00 4700 0000 EA07 08 0B 12 1F 00 003F 00 0000")
BM85_IRREGULAR = bytes.fromhex("56 7600 5000 0000 EA07 08 0B 14 1B 00 003C 00 0004")
STANDARD_CUFF = bytes.fromhex("16 7C00 5600 6100 E807 06 0F 11 11 1B 3300 0000")
WITH_A_USER = bytes.fromhex("1E 7C00 5600 6100 E807 06 0F 11 11 1B 3300 01 0000")


def test_every_service_says_its_measurements_in_what_can_be_decoded() -> None:
    for service in SERVICES.values():
        assert set(service.measurements) <= CHARACTERISTICS.keys()


def test_a_scale_that_says_a_weighing_twice_is_listened_to_once() -> None:
    assert listened_to([0x180A, 0x181B, 0x181D]) == [0x181D]
    assert listened_to([0x181B]) == [0x181B]
    assert listened_to([0x1810, 0x1808]) == [0x1808, 0x1810]
    assert service_of([0x180A, 0x180F]) is None


@pytest.mark.parametrize(
    ("said", "product"),
    [
        (("Beurer", "BM85", None), "Beurer BM 85"),
        ((None, None, "BM 85"), "Beurer BM 85"),
        ((None, None, "A&D_UA-651BLE_88C32F"), "A&D UA-651BLE"),
        (("Beurer", "BM855", "BM855"), STANDARD.product),
        ((None, None, None), STANDARD.product),
    ],
)
def test_a_product_is_known_by_what_it_says_of_itself(said: tuple[str | None, ...], product: str) -> None:
    assert product_of(*said).product == product


def test_every_product_says_where_its_ways_were_seen() -> None:
    assert all(product.source and product.known_by for product in PRODUCTS)


def test_the_bm85_shows_what_its_repaired_bytes_say() -> None:
    """Recorded values: pull requests 735 and 737 of blood-pressure-monitor-fl."""
    said = decode(CUFF, beurer_user_and_pulse(CUFF, BM85_PULSE_63))
    assert isinstance(said, Measurement)
    assert said.values == {Vital.SYSTOLIC_BP: 106, Vital.DIASTOLIC_BP: 71, Vital.PULSE_RATE: 63}
    assert said.absent == {Vital.MEAN_ARTERIAL_PRESSURE: AbsentReason.NOT_A_NUMBER}
    assert (said.user, said.device_clock, said.flags) == (
        0,
        datetime.fromisoformat("2026-08-11T18:31:00"),
        (),
    )
    irregular = decode(CUFF, beurer_user_and_pulse(CUFF, BM85_IRREGULAR))
    assert isinstance(irregular, Measurement)
    assert irregular.values[Vital.PULSE_RATE] == 60
    assert irregular.flags == (Flag.IRREGULAR_PULSE,)


@pytest.mark.parametrize(
    "value", [STANDARD_CUFF, WITH_A_USER, b"", BM85_PULSE_63[:-1], BM85_PULSE_63 + b"\0"]
)
def test_a_repair_leaves_alone_what_is_not_broken_in_its_way(value: bytes) -> None:
    assert beurer_user_and_pulse(CUFF, value) == value
    assert beurer_user_and_pulse(0x2A9D, BM85_PULSE_63) == BM85_PULSE_63
    assert as_it_is(CUFF, value) == value
