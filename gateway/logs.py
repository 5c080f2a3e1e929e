"""One line an event, `key=value`, to standard error. Ids only: never a measured value or a name."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class EventFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields = [f"{key}={value}" for key, value in vars(record).items() if key not in _STANDARD]
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = f"{at} {record.levelname.lower()} {record.getMessage()}"
        line = " ".join([head, *fields])
        if record.exc_info and record.exc_info[1]:
            line += "\n" + "\n".join(_where(record.exc_info[1]))
        return line


def kind_of(error: BaseException) -> str:
    """What kind of error it is, with the database's code. Its own words may hold what was sent."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    code = getattr(error, "sqlstate", None)
    name = type(error).__name__
    return f"{name} ({code})" if code else name


def _where(error: BaseException) -> Iterator[str]:
    """Where and what kind, of each error of a group."""
    parts = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    kind = type(error).__name__ if parts else kind_of(error)
    yield "".join([*traceback.format_tb(error.__traceback__), kind])
    for part in parts:
        yield from _where(part)


def configure() -> None:
    """Send events to standard error, from `info` on; also what nobody caught."""
    handler = logging.StreamHandler()
    handler.setFormatter(EventFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    sys.excepthook = _log_uncaught


def _log_uncaught(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
    logging.getLogger(__name__).critical("ended", exc_info=error)
