"""What the guest tells is what the host reads; a scene that it does not come to has not passed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.radio import __main__ as radio
from tests.radio.guest.__main__ import PLAYED
from tests.radio.guest.scene import SCENES
from tests.radio.report import SceneResult, Verdict, Versions, event_in, line_of

PLAYED_HERE = ("all-at-once", "early-indications", "private-address")
FAULT = "[   65.827007] list_del corruption, ff16ef61dc66a540->prev is LIST_POISON2 (dead000000000122)"
PASSED = SceneResult("all-at-once", Verdict.PASS, 3.5, ("cuff at the gateway 0.6 s after it woke",))
VERSIONS = Versions("6.1.0", "5.66", ("all-at-once", "early-indications"))


def passed(name: str) -> SceneResult:
    return SceneResult(name, Verdict.PASS, 1.0)


@pytest.mark.parametrize("event", [PASSED, VERSIONS])
def test_what_is_told_is_read(event: SceneResult | Versions) -> None:
    assert event_in(line_of(event)) == event
    assert event_in(f"bluetoothd: {line_of(event)}") is None


def test_the_scenes_that_can_be_named_are_those_that_there_are() -> None:
    assert {scene.__module__ for scene in SCENES.values()} == {module.__name__ for module in PLAYED}
    assert sorted(radio.scene_names()) == sorted(SCENES)


def test_after_a_guest_that_died_another_plays_the_rest(played: Play) -> None:
    told = played(
        [line_of(VERSIONS), line_of(passed("all-at-once")), "it is silent"],
        [line_of(passed("private-address"))],
    )
    assert told.exit_code == 1
    assert "2 of 3 passed" in told.output
    assert "FAIL  early-indications" in told.output


def test_a_scene_in_which_the_kernel_fails_is_told_as_that(played: Play) -> None:
    told = played(
        [line_of(passed("all-at-once")), FAULT, "and on it goes, for minutes"],
        [line_of(passed("private-address"))],
    )
    assert told.exit_code == 1
    assert "BUG   early-indications" in told.output
    assert "list_del corruption, ff16ef61dc66a540->prev is LIST_POISON2" in told.output


def test_scenes_that_all_passed_are_a_success(played: Play) -> None:
    assert played([line_of(passed(name)) for name in PLAYED_HERE]).exit_code == 0


Play = Callable[..., Result]
"""Takes what each guest says; what `python -m tests.radio` makes of it."""


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Play:
    def play(*guests: list[str]) -> Result:
        consoles = iter(guests)
        monkeypatch.setattr(radio, "LOG", tmp_path / "log")
        monkeypatch.setattr(radio, "ensure_system", lambda *_: None)
        monkeypatch.setattr(radio, "boot", lambda *_: nullcontext(iter(next(consoles))))
        return CliRunner().invoke(radio.main, [f"--scene={name}" for name in PLAYED_HERE])

    return play
