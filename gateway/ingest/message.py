"""What a delivered message holds: its readings, or why it cannot be used. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf
from uuid import UUID

from pydantic import ValidationError

from edge_agent.wire import topics
from edge_agent.wire.instants import EARLIEST
from edge_agent.wire.messages import Batch, BatchHeader, Reading
from edge_agent.wire.plausibility import LATEST_AFTER_CAPTURE, without_what_cannot_be

LONGEST_REASON = 120
MOST_DIGITS = 400
"""Of a whole number: the largest that a double holds has 309. Python reads none of over 4,300."""


@dataclass(frozen=True)
class Rejection:
    """Why something cannot be used, in words without a measured value."""

    reason: str
    payload: bytes


@dataclass(frozen=True)
class Message:
    """A message whose header could be read, and so has positions that can be accounted for."""

    topic: str
    hub: str
    header: BatchHeader
    payload: bytes
    content: Sequence[Reading | Rejection] | Rejection  # by position; a Rejection: of the whole message


@dataclass(frozen=True)
class UnreadableMessage:
    """A message without a readable header: nothing is known of it but its bytes."""

    topic: str
    refused: Rejection


def read_message(
    topic: str, payload: bytes, correlation: bytes | None, properties: Mapping[str, str], now: datetime
) -> Message | UnreadableMessage:
    """Open one message of `readings` or `backlog`, delivered at `now`."""
    try:
        hub, _ = topics.parse(topic)
        header = _header(correlation, properties)
    except ValueError as error:
        return UnreadableMessage(topic, Rejection(f"header: {_words(error)}", payload))
    return Message(topic, hub, header, payload, _content(header, payload, now))


def _header(correlation: bytes | None, properties: Mapping[str, str]) -> BatchHeader:
    if correlation is None:
        raise ValueError("no correlation data: expected the 16 bytes of the batch id")
    return BatchHeader.model_validate(
        {
            "batch_id": UUID(bytes=correlation),
            "epoch": properties.get(topics.EPOCH_PROPERTY),
            "first_position": properties.get(topics.FIRST_POSITION_PROPERTY),
            "count": properties.get(topics.COUNT_PROPERTY),
        }
    )


def _content(header: BatchHeader, payload: bytes, now: datetime) -> Sequence[Reading | Rejection] | Rejection:
    contents: Sequence[Reading | Rejection]
    try:
        contents = Batch.model_validate_json(payload).readings
    except ValidationError as error:
        singly = _one_by_one(payload)
        if singly is None:
            return Rejection(_words(error), payload)
        contents = singly
    if len(contents) != header.count:
        return Rejection(f"{len(contents)} readings, {header.count} in the header", payload)
    latest = now + LATEST_AFTER_CAPTURE
    return [_checked(content, latest) for content in contents]


def _one_by_one(payload: bytes) -> list[Reading | Rejection] | None:
    """Each reading for itself, so that a bad one does not take its neighbours along; None: no readings."""
    try:
        table = json.loads(payload, parse_int=_whole)
    except (ValueError, RecursionError):  # the second: brackets within brackets without end
        return None
    if not isinstance(table, dict) or table.keys() != {"readings"} or not isinstance(table["readings"], list):
        return None
    contents: list[Reading | Rejection] = []
    for entry in table["readings"]:
        text = json.dumps(entry)
        try:
            contents.append(Reading.model_validate_json(text))
        except ValidationError as error:
            contents.append(Rejection(_words(error), text.encode()))
    return contents


def _whole(digits: str) -> float:
    """The number; one of more digits than any field takes is too large: its reading alone is refused."""
    return int(digits) if len(digits) <= MOST_DIGITS else inf


def _checked(content: Reading | Rejection, latest: datetime) -> Reading | Rejection:
    if isinstance(content, Rejection):
        return content
    reason = _unusable(content, latest)
    if reason:
        return Rejection(reason, content.model_dump_json().encode())
    return without_what_cannot_be(content)


def _unusable(reading: Reading, latest: datetime) -> str | None:
    """By when it was captured alone, on the hub's own clock: nothing else makes a reading useless."""
    if reading.captured_at < EARLIEST:
        return "captured_at: before 1980"
    if reading.captured_at > latest:
        return "captured_at: more than five minutes ahead of the gateway's clock"
    return None


def _words(error: ValueError) -> str:
    """The first complaint, with its place and without the value that it is about."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        text = f"{place}: {first['msg']}" if place else first["msg"]
    else:
        text = str(error)
    return "".join(char if char.isprintable() else "?" for char in text)[:LONGEST_REASON]
