"""One line an event, `key=value`, to standard error. Ids only: never a measured value or a name."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class EventFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = [f"{key}={value}" for key, value in vars(record).items() if key not in _STANDARD]
        head = f"{self.formatTime(record)} {record.levelname.lower()} {record.getMessage()}"
        line = " ".join([head, *fields])
        if record.exc_info and record.exc_info[0]:
            line += "\n" + _where(record.exc_info[0], record.exc_info[2])
        return line


def _where(kind: type[BaseException], trace: TracebackType | None) -> str:
    """Where and what kind. An error's own words may hold what was sent."""
    return "".join([*traceback.format_tb(trace), kind.__name__])


def configure() -> None:
    """Send events to standard error, from `info` on."""
    handler = logging.StreamHandler()
    handler.setFormatter(EventFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
