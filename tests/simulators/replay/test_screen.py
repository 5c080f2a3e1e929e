"""The progress: a bar on a terminal, a few plain lines elsewhere."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from simulators.replay.screen import Screen


def show_all(*, is_terminal: bool) -> str:
    output = StringIO()
    screen = Screen(Console(file=output, force_terminal=is_terminal, width=80), Console(file=StringIO()))
    with screen.receipts(1000) as show:
        for done in range(0, 1001, 7):
            show(done)
        show(1000)
    return output.getvalue()


def test_elsewhere_a_line_is_said_at_each_tenth() -> None:
    lines = show_all(is_terminal=False).splitlines()
    assert len(lines) == 10
    assert lines[0] == "Receipts: 105 of 1,000"
    assert lines[-1] == "Receipts: 1,000 of 1,000"


def test_on_a_terminal_there_is_a_bar() -> None:
    shown = show_all(is_terminal=True)
    assert "━" in shown
    assert "1000/1000" in shown
