"""What the guest tells is what the host reads; a scene that it does not come to has not passed."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.radio import __main__ as radio
from tests.radio.guest.__main__ import PLAYED
from tests.radio.guest.scene import SCENES
from tests.radio.report import SceneResult, Verdict, Versions, event_in, line_of

PASSED = SceneResult("all-at-once", Verdict.PASS, 3.5, ("cuff at the gateway 0.6 s after it woke",))
VERSIONS = Versions("6.1.0", "5.66", ("all-at-once", "early-indications"))


@pytest.mark.parametrize("event", [PASSED, VERSIONS])
def test_what_is_told_is_read(event: SceneResult | Versions) -> None:
    assert event_in(line_of(event)) == event
    assert event_in(f"bluetoothd: {line_of(event)}") is None


def test_the_scenes_that_can_be_named_are_those_that_there_are() -> None:
    assert {scene.__module__ for scene in SCENES.values()} == {module.__name__ for module in PLAYED}
    assert sorted(radio.scene_names()) == sorted(SCENES)


def test_a_guest_that_dies_before_its_last_scene_is_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Console:
        def __enter__(self) -> object:
            return iter([line_of(VERSIONS), line_of(PASSED), "kernel BUG"])

        def __exit__(self, *_: object) -> None:
            """It is over."""

    monkeypatch.setattr(radio, "LOG", tmp_path / "log")
    monkeypatch.setattr(radio, "ensure_system", lambda *_: None)
    monkeypatch.setattr(radio, "boot", lambda *_: Console())
    told = CliRunner().invoke(radio.main, ["--scene", "all-at-once", "--scene", "early-indications"])
    assert told.exit_code == 1
    assert "1 of 2 passed" in told.output
