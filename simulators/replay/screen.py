"""What the person who started the replay sees: progress, and a table at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from simulators.replay.report import Report, SentCounts

PLAIN_STEPS = 10


class Screen:
    """Progress goes to `progress`, plain lines where that is no terminal; results go to `results`."""

    def __init__(self, progress: Console, results: Console) -> None:
        self._progress = progress
        self._results = results

    def say(self, text: str) -> None:
        self._progress.print(text, markup=False, highlight=False, soft_wrap=True)

    @contextmanager
    def receipts(self, total: int) -> Iterator[Callable[[int], None]]:
        """Call what this gives with the number of receipts so far."""
        if not self._progress.is_terminal:
            yield _Steps(total, self.say).show
            return
        columns = (TextColumn("Receipts"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self._progress) as progress:
            task = progress.add_task("receipts", total=total)
            yield lambda done: progress.update(task, completed=done)

    def show(self, report: Report) -> None:
        """Name what could not be used, then the table."""
        for each in (*report.unusable, *report.refused):
            text = f"{each.file}:{each.line}: {each.reason}"
            self._results.print(text, markup=False, highlight=False, soft_wrap=True)
        self._results.print(table(report))


def open_screen() -> Screen:
    return Screen(Console(stderr=True), Console())


class _Steps:
    """Says a line at each tenth of the way."""

    def __init__(self, total: int, say: Callable[[str], None]) -> None:
        self._total = total
        self._say = say
        self._last_step = 0

    def show(self, done: int) -> None:
        step = PLAIN_STEPS * done // self._total
        if step > self._last_step:
            self._last_step = step
            self._say(f"Receipts: {done:,} of {self._total:,}")


def table(report: Report) -> Table:
    rows: list[tuple[str, int]] = [
        ("lines read", report.lines),
        ("  headings", report.headings),
        ("  readings", report.readings.sent),
        ("  events", report.events.sent),
        ("  repeats of an earlier line", report.repeats),
        ("  unusable", len(report.unusable)),
        *((f"    {reason}", count) for reason, count in report.unusable_by_reason()),
        *_rows("readings", report.readings),
        *_rows("events", report.events),
        ("tasks raised", sum(report.tasks_by_rule.values())),
        *((f"  {rule_id}", count) for rule_id, count in report.tasks_by_rule.items()),
    ]
    table = Table(box=box.SIMPLE, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for words, count in rows:
        table.add_row(words, f"{count:,}")
    return table


def _rows(what: str, sent: SentCounts) -> list[tuple[str, int]]:
    return [
        (f"{what} sent", sent.sent),
        ("  stored", sent.stored),
        ("  stored before", sent.stored_before),
        ("  refused", sent.refused),
    ]
