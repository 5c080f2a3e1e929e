"""Units in which readings may be written besides the canonical ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from edge_agent.wire.vitals import SYMBOLS, Vital


@dataclass(frozen=True)
class Conversion:
    """canonical = (number - zero) x factor, rounded to `decimals`, as a hub does."""

    factor: float
    decimals: int
    source: str
    zero: float = 0.0


_BY_CANONICAL: Mapping[str, Mapping[str, Conversion]] = {
    "mm[Hg]": {"kPa": Conversion(1000 / 133.322387415, 1, "1 mmHg = 133.322387415 Pa (BS 350:2004)")},
    "kg": {"[lb_av]": Conversion(0.45359237, 3, "exact (International Yard and Pound Agreement, 1959)")},
    "mg/dL": {"mmol/L": Conversion(18.0156, 1, "molar mass of glucose 180.156 g/mol (IUPAC 2021, abridged)")},
    "Cel": {"[degF]": Conversion(5 / 9, 2, "exact (NIST SP 811, B.8)", zero=32.0)},
}
_WRITTEN = {symbol: unit for unit, symbol in SYMBOLS.items() if symbol != unit} | {
    "lb": "[lb_av]",
    "°F": "[degF]",
    "bpm": "/min",
}
"""What people write for a UCUM unit."""


def units_of(vital: Vital) -> tuple[str, ...]:
    """The units that `to_canonical` knows, the canonical one first."""
    ucum = (vital.unit, *_BY_CANONICAL.get(vital.unit, {}))
    return (*ucum, *(written for written, unit in _WRITTEN.items() if unit in ucum))


def to_canonical(vital: Vital, number: float, unit: str) -> float:
    """The number in the vital's own unit. Raises ValueError, naming the units that are allowed."""
    unit = _WRITTEN.get(unit, unit)
    if unit == vital.unit:
        return number
    conversion = _BY_CANONICAL.get(vital.unit, {}).get(unit)
    if conversion is None:
        raise ValueError(f"unknown {unit!r} for {vital.code}; allowed are {', '.join(units_of(vital))}")
    return round((number - conversion.zero) * conversion.factor, conversion.decimals)
