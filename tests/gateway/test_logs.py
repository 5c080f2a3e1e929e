"""Log lines: events with ids; never what was sent."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from gateway import logs


def test_an_error_is_logged_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("hearthbeat-test")
    sent = "Jo Doe"
    try:
        float(sent)
    except ValueError:
        logger.exception("batch_failed", extra={"hub": "home-1"})
    [record] = caplog.records
    line = logs.EventFormatter().format(record)
    assert "batch_failed hub=home-1" in line
    assert "ValueError" in line
    assert "test_logs.py" in line
    assert sent not in line
    assert line.split()[0].endswith("+00:00")


def test_each_error_of_a_group_is_logged_with_its_place_and_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sent = "Jo Doe"
    group = ExceptionGroup(sent, [ValueError(sent), KeyError(sent)])
    logging.getLogger("hearthbeat-test").error("role_ended", exc_info=group)
    line = logs.EventFormatter().format(caplog.records[-1])
    for kind in ("ExceptionGroup", "ValueError", "KeyError"):
        assert kind in line
    assert sent not in line


def test_what_nobody_caught_is_logged_without_its_words() -> None:
    program = "from gateway import logs; logs.configure(); int('Jo Doe')"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "ValueError" in ended.stderr
    assert "Jo Doe" not in ended.stderr.replace(program, "")
