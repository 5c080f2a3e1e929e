"""Record Access Control Point (0x2A52) of the Glucose Service 1.0.1: asking a meter for its records."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum

from edge_agent.gatt.fields import FieldReader

MAX_SEQUENCE = 0xFFFF
_SEQUENCE_FILTER = 1


class Request(IntEnum):
    """The op codes a hub writes. Deleting (2) is left out on purpose: a meter's memory is the patient's."""

    REPORT = 1
    ABORT = 3
    COUNT = 4


class _Operator(IntEnum):
    NULL = 0
    ALL = 1
    FROM = 3


class _Answer(IntEnum):
    COUNT = 5
    OUTCOME = 6


class Outcome(Enum):
    """How a request ended. No records is a normal answer."""

    SUCCESS = 1
    OP_CODE_NOT_SUPPORTED = 2
    INVALID_OPERATOR = 3
    OPERATOR_NOT_SUPPORTED = 4
    INVALID_OPERAND = 5
    NO_RECORDS = 6
    ABORT_UNSUCCESSFUL = 7
    NOT_COMPLETED = 8
    OPERAND_NOT_SUPPORTED = 9


@dataclass(frozen=True)
class RecordCount:
    """The answer to a count."""

    count: int


@dataclass(frozen=True)
class RecordAccessOutcome:
    """The answer that ends a report or an abort, or refuses any request. `request` is its op code."""

    request: int
    outcome: Outcome


def report_all() -> bytes:
    """Send every stored record."""
    return bytes((Request.REPORT, _Operator.ALL))


def report_from(sequence: int) -> bytes:
    """Send the records from this sequence number on, itself included."""
    return bytes((Request.REPORT, *_from(sequence)))


def count_all() -> bytes:
    """Say how many records are stored."""
    return bytes((Request.COUNT, _Operator.ALL))


def count_from(sequence: int) -> bytes:
    """Say how many records are stored from this sequence number on."""
    return bytes((Request.COUNT, *_from(sequence)))


def abort() -> bytes:
    """Stop sending."""
    return bytes((Request.ABORT, _Operator.NULL))


def decode_record_access(payload: bytes) -> RecordCount | RecordAccessOutcome:
    """What a meter answers on 0x2A52. Raises DecodeError on anything else, a request included."""
    reader = FieldReader(payload)
    answer = reader.u8("op code")
    if answer not in (_Answer.COUNT, _Answer.OUTCOME):
        raise reader.wrong(1, "op code 5 (number of records) or 6 (response)")
    if reader.u8("operator") != _Operator.NULL:
        raise reader.wrong(1, "operator 0 (null)")
    if answer == _Answer.COUNT:
        count = reader.u16("number of records")
        reader.end()
        return RecordCount(count)
    request = reader.u8("op code of the request")
    try:
        outcome = Outcome(reader.u8("response code"))
    except ValueError:
        raise reader.wrong(1, "response code, 1 to 9") from None
    reader.end()
    return RecordAccessOutcome(request, outcome)


def _from(sequence: int) -> tuple[int, ...]:
    if not 0 <= sequence <= MAX_SEQUENCE:
        raise ValueError(f"a sequence number is 0 to {MAX_SEQUENCE}")
    return (_Operator.FROM, _SEQUENCE_FILTER, *sequence.to_bytes(2, "little"))
