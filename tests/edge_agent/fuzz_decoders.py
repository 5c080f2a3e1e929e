"""Mutated bytes for every decoder, led by which of its lines they reach, until the time is over.

`python -m tests.edge_agent.fuzz_decoders -max_total_time=60`; the options are libFuzzer's.
"""

from __future__ import annotations

import math
import sys
from importlib import import_module


def main() -> None:
    atheris = import_module("atheris")  # it has no types
    with atheris.instrument_imports(include=["edge_agent"]):
        characteristics = import_module("edge_agent.gatt.characteristics")
        measurement = import_module("edge_agent.gatt.measurement")
    numbers = sorted(characteristics.CHARACTERISTICS)

    def decode_one(data: bytes) -> None:
        """The first byte chooses the characteristic. Any exception but a DecodeError is a finding."""
        if not data:
            return
        try:
            said = characteristics.decode(numbers[data[0] % len(numbers)], data[1:])
        except measurement.DecodeError:
            return
        if isinstance(said, measurement.Measurement):
            if not all(map(math.isfinite, said.values.values())):
                raise AssertionError("a value that is no number")
            if said.values.keys() & said.absent.keys():
                raise AssertionError("a vital that is measured and absent")

    atheris.Setup(sys.argv, decode_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
