"""How the guest tells of its scenes: lines of JSON among whatever else is on its console."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from enum import StrEnum

MARK = "RADIO "
KERNEL_FAULT = re.compile(r"\] (list_(?:del|add) corruption.*|kernel BUG at .*|BUG: .*|Oops: .*)")
"""As the kernel says it (lib/list_debug.c, lib/bug.c, arch/x86/mm/fault.c), its time in front."""


class Verdict(StrEnum):
    """How a scene ended."""

    PASS = "pass"
    FAIL = "FAIL"
    KERNEL = "BUG"  # of the guest's kernel, whatever the hub did


@dataclass(frozen=True)
class SceneResult:
    """One scene. `seen`: figures and facts worth a line; of a failed one, what was expected and what was."""

    scene: str
    verdict: Verdict
    seconds: float
    seen: tuple[str, ...] = ()


@dataclass(frozen=True)
class Versions:
    """What it was tried on."""

    kernel: str
    bluetoothd: str
    scenes: tuple[str, ...] = field(default=())


def line_of(event: SceneResult | Versions) -> str:
    """As the guest prints it."""
    return MARK + json.dumps({"event": type(event).__name__, **asdict(event)})


def event_in(line: str) -> SceneResult | Versions | None:
    """What a line of the console tells; None: it is no event."""
    if not line.startswith(MARK):
        return None
    content = json.loads(line.removeprefix(MARK))
    if content.pop("event") == Versions.__name__:
        return Versions(**content | {"scenes": tuple(content["scenes"])})
    return SceneResult(**content | {"verdict": Verdict(content["verdict"]), "seen": tuple(content["seen"])})


def kernel_fault_in(line: str) -> str | None:
    """What the guest's kernel says of its own failure; None: nothing."""
    found = KERNEL_FAULT.search(line)
    return None if found is None else found[1]
