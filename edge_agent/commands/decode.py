"""`hearthbeat-hub decode`: what the bytes of a characteristic say, as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import datetime
from enum import Enum
from typing import Any

import click

from edge_agent.commands.refusal import RefusedError
from edge_agent.wire.deferred_imports import deferred_imports

with deferred_imports():
    from edge_agent.gatt import characteristics, measurement
    from edge_agent.wire import messages

_SEPARATORS = re.compile(r"0x|[\s:,-]", re.IGNORECASE)
_NOT_HEX = re.compile(r"[^0-9a-fA-F]")


@click.command()
@click.argument("characteristic")
@click.argument("hex_bytes", metavar="HEX...", nargs=-1, required=True)
def decode(characteristic: str, hex_bytes: tuple[str, ...]) -> None:
    """Say what the bytes of a CHARACTERISTIC (2A35, 0x2a35 or a full UUID) mean.

    HEX may hold blanks, colons, commas and dashes. Bytes that the format does not allow end with status 2
    and one line that says at which byte and what was expected.
    """
    try:
        number = characteristics.characteristic_number(characteristic)
        decoded = characteristics.decode(number, _payload("".join(hex_bytes)))
    except (measurement.DecodeError, characteristics.UnknownCharacteristicError) as error:
        raise RefusedError(str(error)) from None
    output = {
        "characteristic": f"{number:04X}",
        "name": characteristics.CHARACTERISTICS[number].name,
        **_decoded_fields(decoded),
    }
    click.echo(json.dumps(output, default=_plain, ensure_ascii=False))


def _payload(text: str) -> bytes:
    digits = _SEPARATORS.sub("", text)
    if wrong := _NOT_HEX.search(digits):
        raise measurement.DecodeError(f"byte {wrong.start() // 2}: expected two hexadecimal digits")
    if len(digits) % 2:
        raise measurement.DecodeError(f"byte {len(digits) // 2}: expected two hexadecimal digits, one left")
    return bytes.fromhex(digits)


def _decoded_fields(decoded: characteristics.Decoded) -> dict[str, Any]:
    """Every answer has the keys of a measurement; what is no measurement fills none of its vitals."""
    if not isinstance(decoded, measurement.Measurement):
        base: dict[str, Any] = {
            "vitals": {},
            "measured_at": None,
            "user": None,
            "sequence": None,
            "flags": [],
            "absent": {},
        }
        return base | asdict(decoded)
    vitals = {vital.code: {"value": number, "unit": vital.unit} for vital, number in decoded.values.items()}
    return {
        "kind": decoded.kind,
        "vitals": vitals,
        "measured_at": decoded.device_clock,
        "user": decoded.user,
        "sequence": decoded.sequence,
        "flags": [flag.code for flag in decoded.flags],
        "absent": {vital.code: reason for vital, reason in decoded.absent.items()},
        "original": {vital.code: quantity for vital, quantity in decoded.original.items()},
        "meal": decoded.meal,
        "also": decoded.also,
        "site": decoded.site,
        "specimen": decoded.specimen,
        "rr_intervals_s": decoded.rr_intervals_s,
        "more_follows": decoded.more_follows,
    }


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.name.lower().replace("_", "-")
    if isinstance(value, messages.Quantity):
        return value.model_dump()
    raise TypeError(f"{type(value).__name__} has no JSON form")
