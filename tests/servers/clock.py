"""A clock on the wall that tests move, for processes: libfaketime stands between them and the real one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

LIBRARIES = Path("/usr/lib")
PATTERN = "**/faketime/libfaketimeMT.so.1"
RUN_FIRST = Path(__file__).with_name("moved")


class Clock:
    """Runs as the real one does, and ahead of it by what it was moved. Monotonic clocks stay as they are."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._ahead = timedelta()
        self._write()

    @property
    def environment(self) -> Mapping[str, str]:
        """Of processes that go by it. Raises RuntimeError naming the Debian package: a test never skips."""
        library = next(LIBRARIES.glob(PATTERN), None)
        if library is None:
            raise RuntimeError("the tests need libfaketime: apt-get install faketime, or run `make test`")
        return {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "PYTHONPATH": str(RUN_FIRST),
        }

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def move_to(self, moment: datetime) -> None:
        """Ahead, never back; where it is past the moment already it stays."""
        self._ahead += max(moment - self.now(), timedelta())
        self._write()

    def _write(self) -> None:
        new = self._file.with_suffix(".new")
        new.write_text(f"+{self._ahead.total_seconds():.6f}\n")
        new.replace(self._file)
