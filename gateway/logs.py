"""One line an event, `key=value`, to standard error. Ids only: never a measured value or a name."""

from __future__ import annotations

import logging

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class _EventFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = [f"{key}={value}" for key, value in vars(record).items() if key not in _STANDARD]
        head = f"{self.formatTime(record)} {record.levelname.lower()} {record.getMessage()}"
        line = " ".join([head, *fields])
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


def configure() -> None:
    """Send events to standard error, from `info` on."""
    handler = logging.StreamHandler()
    handler.setFormatter(_EventFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
