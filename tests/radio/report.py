"""How the guest tells of its scenes: lines of JSON among whatever else is on its console."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum

MARK = "RADIO "


class Verdict(StrEnum):
    """How a scene ended."""

    PASS = "pass"
    FAIL = "FAIL"


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
