"""Units that devices speak besides the canonical ones, and how their numbers become canonical."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Unit:
    """canonical = (number - zero) x factor, rounded to `decimals`, finer than such devices resolve."""

    ucum: str
    factor: Decimal
    decimals: int
    source: str
    zero: Decimal = Decimal(0)

    def to_canonical(self, number: Decimal) -> float:
        return round(float((number - self.zero) * self.factor), self.decimals)


KILOPASCAL = Unit("kPa", 1000 / Decimal("133.322387415"), 1, "1 mmHg = 133.322387415 Pa (BS 350:2004)")
POUND = Unit("[lb_av]", Decimal("0.45359237"), 3, "exact (International Yard and Pound Agreement, 1959)")
FAHRENHEIT = Unit("[degF]", Decimal(5) / 9, 2, "exact (NIST SP 811, B.8)", zero=Decimal(32))
GLUCOSE_G_PER_MOL = Decimal("180.156")
"""C6H12O6 with the standard atomic weights C 12.011, H 1.008, O 15.999 (IUPAC 2021, abridged)."""
MMOL_PER_LITRE = Unit("mmol/L", GLUCOSE_G_PER_MOL / 10, 1, "mg/dL = mmol/L x molar mass in g/mol / 10")
