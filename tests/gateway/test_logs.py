"""Log lines: events with ids; never what was sent."""

from __future__ import annotations

import logging

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
