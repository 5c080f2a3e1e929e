"""Decoders against a bare `struct` loop over the same bytes, in turns, medians."""

from __future__ import annotations

import struct
from collections.abc import Callable
from statistics import median
from time import process_time
from typing import Final

from edge_agent.gatt.characteristics import decode
from simulators.bench.table import BenchResult

ROUNDS: Final = 5
VALUES: Final = {
    # Blood Pressure Service 1.1.1: 138/86, mean 103, with time, pulse, user and status.
    "blood pressure": (0x2A35, "1e 8a00 5600 6700 ea07 03 01 07 1e 00 4700 01 0000", "<BHHHHBBBBBHBH"),
    # Weight Scale Service 1.0: 80 kg, with time and user.
    "weight": (0x2A9D, "06 803e ea07 03 01 07 1e 00 01", "<BHHBBBBBB"),
    # Glucose Service 1.0.1: record 8, 105 mg/dL.
    "glucose": (0x2A18, "02 0800 ea07 03 01 08 1e 00 69b0 11", "<BHHBBBBBHB"),
}


def decode_rates(count: int) -> list[BenchResult]:
    rows = []
    for name, (number, text, layout) in VALUES.items():
        payload, unpack = bytes.fromhex(text), struct.Struct(layout).unpack

        def ours(number: int = number, payload: bytes = payload) -> object:
            return decode(number, payload)

        def bare(unpack: Callable[[bytes], object] = unpack, payload: bytes = payload) -> object:
            return unpack(payload)

        pairs = [(_rate(ours, count), _rate(bare, count)) for _ in range(ROUNDS)]
        rows.append(BenchResult(f"{name}: decoded", median(rate for rate, _ in pairs), "values/s"))
        ratio = median(rate / struct_rate for rate, struct_rate in pairs)
        rows.append(BenchResult(f"{name}: to a bare struct loop", ratio, "ratio"))
    return rows


def _rate(call: Callable[[], object], count: int) -> float:
    began = process_time()
    for _ in range(count):
        call()
    return count / (process_time() - began)
