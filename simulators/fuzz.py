"""Messages as no hub should send them, drawn by chance from a seed: most are good ones, damaged."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final, TypeAlias
from uuid import UUID

from edge_agent.wire import topics
from edge_agent.wire.messages import MAX_READINGS, Batch
from simulators.stream.meter import Meter

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | bool | None"

ODD: Final[Sequence[Json]] = (
    None, True, "", [], {}, -1, 0, 0.1, 2**31, 2**63, -(2**63), 10**400, 1e308, -1e308,
    float("nan"), float("inf"),
    "\x00", "\ud800", "\u202e", "٣", "NaN", "x" * 2000, "a\nb", "'; DROP TABLE reading; --",
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z",
    "2024-02-30T00:00:00Z", "2024-01-01T00:00:00", "00", "0g", "systolic_bp", {"readings": []}, [[[]]],
)  # fmt: skip
"""What takes the place of something that belongs there."""
DEEP: Final = 100_000
"""Brackets within each other: more than any reader follows."""
ODD_NUMBERS: Final = ("", "0", "-1", "1e3", "٣", "9" * 400, "one")
MOST_READINGS: Final = 5


@dataclass(frozen=True)
class FuzzedMessage:
    """What is published. `count`: positions that its header claims; 0: it cannot be read."""

    payload: bytes
    correlation: bytes | None
    properties: Sequence[tuple[str, str]]
    count: int


def fuzzed_messages(seed: int, count: int, epoch: int, now: datetime) -> Iterator[FuzzedMessage]:
    """`count` messages whose readable headers claim positions without a hole, from 1 on."""
    random = Random(seed)
    meter = Meter(
        f"fuzzed-{seed}", min(count * MOST_READINGS, 2**16), now - timedelta(days=2), timedelta(0, 1)
    )
    readings = meter.readings()
    position = 1
    for _ in range(count):
        batch = [
            reading for _, reading in zip(range(random.randint(1, MOST_READINGS)), readings, strict=False)
        ]
        if not batch:
            readings = meter.readings()
            batch = [next(readings)]
        good = Batch(readings=tuple(batch)).model_dump_json(exclude_defaults=True).encode()
        payload = random.choice(DAMAGES)(random, good)
        claimed = random.randint(1, MAX_READINGS) if _one_in(20, random) else len(batch)
        correlation = UUID(int=random.getrandbits(128)).bytes
        properties = [
            (topics.EPOCH_PROPERTY, str(epoch)),
            (topics.FIRST_POSITION_PROPERTY, str(position)),
            (topics.COUNT_PROPERTY, str(claimed)),
        ]
        if _one_in(20, random):
            yield FuzzedMessage(payload, *_unreadable_header(random, correlation, properties), count=0)
        else:
            yield FuzzedMessage(payload, correlation, properties, claimed)
            position += claimed


def _unreadable_header(
    random: Random, correlation: bytes, properties: Sequence[tuple[str, str]]
) -> tuple[bytes | None, Sequence[tuple[str, str]]]:
    match random.randrange(3):
        case 0:
            return random.choice((None, b"", correlation[:-1], correlation + b"\x00")), properties
        case 1:
            return correlation, random.sample(properties, k=2)
        case _:
            spoilt = list(properties)
            number = random.randrange(len(spoilt))
            spoilt[number] = (spoilt[number][0], random.choice(ODD_NUMBERS))
            return correlation, spoilt


def _one_in(number: int, random: Random) -> bool:
    return not random.randrange(number)


def _odd(random: Random) -> Json:
    return deepcopy(random.choice(ODD))


def _unharmed(_: Random, payload: bytes) -> bytes:
    return payload


def _flipped(random: Random, payload: bytes) -> bytes:
    spoilt = bytearray(payload)
    for _ in range(random.randint(1, 8)):
        spoilt[random.randrange(len(spoilt))] ^= 1 << random.randrange(8)
    return bytes(spoilt)


def _cut(random: Random, payload: bytes) -> bytes:
    return payload[: random.randrange(len(payload))]


def _noise(random: Random, _: bytes) -> bytes:
    return random.randbytes(random.randint(0, 2000))


def _deep(random: Random, _: bytes) -> bytes:
    opening = random.choice((b"[", b'{"readings":', b'{"readings":[[', b'{"a":'))
    return b'{"readings":[' * random.randint(0, 1) + opening * random.randint(1, DEEP // len(opening))


def _changed(random: Random, payload: bytes) -> bytes:
    """One to three places hold something else, are gone, or are new."""
    content: Json = json.loads(payload)
    for _ in range(random.randint(1, 3)):
        _change(random, content)
    return json.dumps(content, ensure_ascii=_one_in(2, random)).encode("utf-8", "surrogatepass")


def _change(random: Random, content: Json) -> None:
    """Somewhere in `content`, found by going down at random."""
    if isinstance(content, list) and content:
        number = random.randrange(len(content))
        if _one_in(5, random):
            content[number] = _odd(random)
        else:
            _change(random, content[number])
    elif isinstance(content, dict) and content:
        key = random.choice(list(content))
        inner = content[key]
        if isinstance(inner, (dict, list)) and inner and not _one_in(5, random):
            _change(random, inner)
        elif _one_in(10, random):
            del content[key]
        elif _one_in(10, random):
            content["new"] = _odd(random)
        else:
            content[key] = _odd(random)


DAMAGES: Final[Sequence[Callable[[Random, bytes], bytes]]] = (
    _unharmed, _flipped, _cut, _noise, _deep, _changed, _changed, _changed, _changed, _changed,
)  # fmt: skip
