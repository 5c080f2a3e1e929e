"""The floors of the house as a picture, from the import contracts: `python -m tests.house.architecture`."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "docs/architecture.md"
WIDTH = 96


def floors() -> dict[str, list[list[str]]]:
    """Of each package with floors its rooms, the highest floor first."""
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return {
        container: [[room.strip() for room in floor.split("|")] for floor in each["layers"]]
        for each in contracts
        if each["type"] == "layers"
        for container in each["containers"]
    }


def picture(container: str, rooms: Sequence[Sequence[str]]) -> str:
    """One line a floor, and below it what each room is, by its own docstring."""
    line = "─" * WIDTH
    drawn = [f"┌{line}┐", *_joined((" " + "  │  ".join(floor) for floor in rooms), f"├{line}┤"), f"└{line}┘"]
    said = [f"| `{room}` | {docstring(container, room)} |" for floor in rooms for room in floor]
    return "\n".join(["", "```", *drawn, "```", "", "| room | what it is |", "| --- | --- |", *said, ""])


def _joined(texts: Iterator[str], between: str) -> Iterator[str]:
    for number, text in enumerate(texts):
        if number:
            yield between
        yield f"│{text:{WIDTH}}│"


def docstring(container: str, room: str) -> str:
    """The first line of what a module or package says of itself."""
    folder = PROJECT / container.replace(".", "/")
    file = folder / room / "__init__.py"
    text = ast.get_docstring(ast.parse((file if file.exists() else folder / f"{room}.py").read_text())) or ""
    return text.partition("\n")[0]


def page() -> str:
    """The page with today's floors in the places of its pictures."""
    text = PAGE.read_text()
    for container, rooms in floors().items():
        begin, end = f"<!-- floors of {container} -->", f"<!-- end of {container} -->"
        before, _, rest = text.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(f"{PAGE.name} has no place for the floors of {container}: {begin} ... {end}")
        text = f"{before}{begin}\n{picture(container, rooms)}\n{end}{after}"
    return text


if __name__ == "__main__":
    PAGE.write_text(page())
