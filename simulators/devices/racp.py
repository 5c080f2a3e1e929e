"""0x2A52 Record Access Control Point, the device's side, pure (Glucose Service 1.0.1, 3.4)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from enum import IntEnum

from simulators.devices.memory import Record


class OpCode(IntEnum):
    """What the collector asks for."""

    REPORT = 1
    ABORT = 3
    COUNT = 4
    COUNT_RESPONSE = 5
    RESPONSE = 6


class Operator(IntEnum):
    """Which records are meant."""

    NULL = 0
    ALL = 1
    UP_TO = 2
    FROM = 3
    WITHIN = 4
    FIRST = 5
    LAST = 6


class ResponseCode(IntEnum):
    """How a procedure ended."""

    SUCCESS = 1
    OPCODE_NOT_SUPPORTED = 2
    INVALID_OPERATOR = 3
    OPERATOR_NOT_SUPPORTED = 4
    INVALID_OPERAND = 5
    NO_RECORDS = 6
    ABORT_UNSUCCESSFUL = 7
    NOT_COMPLETED = 8
    OPERAND_NOT_SUPPORTED = 9


_SEQUENCE_NUMBER = 1  # the filter type; user facing time (2) is optional and not supported
_BOUNDS = {Operator.UP_TO: 1, Operator.FROM: 1, Operator.WITHIN: 2}  # how many numbers an operator takes


class Refused(Exception):
    """The request is not one that the device carries out."""

    def __init__(self, code: ResponseCode) -> None:
        super().__init__(code.name)
        self.code = code


def response(opcode: int, code: ResponseCode) -> bytes:
    return struct.pack("<4B", OpCode.RESPONSE, Operator.NULL, opcode, code)


def count_response(count: int) -> bytes:
    return struct.pack("<BBH", OpCode.COUNT_RESPONSE, Operator.NULL, count)


def select(records: Sequence[Record], criterion: bytes) -> Sequence[Record]:
    """The records that `criterion` (operator and operand) means, oldest first. Raises Refused."""
    if not criterion or criterion[0] == Operator.NULL:
        raise Refused(ResponseCode.INVALID_OPERATOR)
    try:
        operator = Operator(criterion[0])
    except ValueError:
        raise Refused(ResponseCode.OPERATOR_NOT_SUPPORTED) from None
    low, high = _bounds(operator, criterion[1:])
    chosen = [record for record in records if low <= record.sequence <= high]
    match operator:
        case Operator.FIRST:
            return chosen[:1]
        case Operator.LAST:
            return chosen[-1:]
        case _:
            return chosen


def _bounds(operator: Operator, operand: bytes) -> tuple[int, int]:
    """The lowest and the highest sequence number meant. Raises Refused."""
    expected = _BOUNDS.get(operator, 0)
    if expected and operand and operand[0] != _SEQUENCE_NUMBER:
        raise Refused(ResponseCode.OPERAND_NOT_SUPPORTED)
    if len(operand) != (1 + 2 * expected if expected else 0):
        raise Refused(ResponseCode.INVALID_OPERAND)
    numbers = struct.unpack(f"<{expected}H", operand[1:])
    match operator:
        case Operator.UP_TO:
            return 0, numbers[0]
        case Operator.FROM:
            return numbers[0], 0xFFFF
        case Operator.WITHIN if numbers[0] > numbers[1]:
            raise Refused(ResponseCode.INVALID_OPERAND)
        case Operator.WITHIN:
            return numbers[0], numbers[1]
        case _:
            return 0, 0xFFFF
