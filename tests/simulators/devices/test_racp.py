"""Which records a request means, and how a wrong one is refused."""

from __future__ import annotations

import pytest

from simulators.devices.memory import Record
from simulators.devices.racp import Refused, ResponseCode, count_response, response, select

RECORDS = [Record(sequence=number, measurement=b"") for number in (3, 4, 7, 300)]


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        ("01", [3, 4, 7, 300]),
        ("02 01 0400", [3, 4]),
        ("03 01 0700", [7, 300]),
        ("03 01 2d01", []),
        ("04 01 0400 2c01", [4, 7, 300]),
        ("05", [3]),
        ("06", [300]),
    ],
)
def test_records_are_chosen_by_their_numbers(criterion: str, expected: list[int]) -> None:
    assert [record.sequence for record in select(RECORDS, bytes.fromhex(criterion))] == expected


@pytest.mark.parametrize(
    ("criterion", "code"),
    [
        ("", ResponseCode.INVALID_OPERATOR),
        ("00", ResponseCode.INVALID_OPERATOR),
        ("07", ResponseCode.OPERATOR_NOT_SUPPORTED),
        ("01 01", ResponseCode.INVALID_OPERAND),
        ("03", ResponseCode.INVALID_OPERAND),
        ("03 01 07", ResponseCode.INVALID_OPERAND),
        ("03 01 0700 00", ResponseCode.INVALID_OPERAND),
        ("04 01 0700 0400", ResponseCode.INVALID_OPERAND),
        ("03 02 e80706 0f11111b", ResponseCode.OPERAND_NOT_SUPPORTED),
    ],
)
def test_a_wrong_request_is_refused_by_its_code(criterion: str, code: ResponseCode) -> None:
    with pytest.raises(Refused) as refused:
        select(RECORDS, bytes.fromhex(criterion))
    assert refused.value.code is code


def test_responses() -> None:
    assert response(1, ResponseCode.NO_RECORDS) == bytes.fromhex("06 00 01 06")
    assert count_response(515) == bytes.fromhex("05 00 03 02")
