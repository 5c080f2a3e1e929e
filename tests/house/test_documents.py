"""What README and the documents call a file, a folder or a module of this project is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
DOCUMENTS = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]
PACKAGES = ("alerting", "edge_agent", "gateway", "simulators", "tests")
FOLDERS = (*PACKAGES, "deploy", "docs")
ENDINGS = (".acl", ".conf", ".css", ".html", ".js", ".json", ".md", ".py", ".sql", ".toml", ".yaml")
OF_OTHERS = ("hub.toml", "gateway.env")
"""Beside somebody's hub, and somebody's gateway."""
MENTION = re.compile(r"`([\w*./-]+)(?:::(\w+))?`")


def wrong_mentions(text: str, folder: Path) -> Iterator[str]:
    """Mentions of what is not there, `file.py::name` where the file has no such name.

    `more.py` is sought beside what is named before it on its line, and in `folder`, where the document lies.
    Where nothing is named before, it may be anywhere.
    """
    for line in text.splitlines():
        beside: set[Path] = set()
        for path, name in MENTION.findall(line):
            if is_path(path):
                found = matches(path, beside, folder)
                if not any(not name or name in file.read_text() for file in found):
                    yield f"{path}::{name}" if name else path
                if path.startswith(FOLDERS):
                    beside |= {each if each.is_dir() else each.parent for each in found}
            elif is_dotted(path) and not is_module(path):
                yield path


def is_path(mention: str) -> bool:
    if mention in OF_OTHERS or mention.startswith(("/", ".")):
        return False
    return mention.startswith(tuple(f"{folder}/" for folder in FOLDERS)) or mention.endswith(ENDINGS)


def is_dotted(mention: str) -> bool:
    return mention not in OF_OTHERS and mention.startswith(tuple(f"{package}." for package in PACKAGES))


def matches(path: str, beside: set[Path], folder: Path) -> list[Path]:
    if whole := [*PROJECT.glob(path.rstrip("/")), *folder.glob(path)]:
        return whole
    if beside:
        return [file for each in beside for file in each.glob(path)]
    return [file for each in FOLDERS for file in (PROJECT / each).rglob(path)]


def is_module(dotted: str) -> bool:
    """Whether it is a package or a module, or a name that its module has."""
    file = PROJECT / dotted.replace(".", "/")
    if file.is_dir() or file.with_suffix(".py").is_file():
        return True
    module = file.parent.with_suffix(".py")
    return module.is_file() and re.search(rf"\b{file.name}\b", module.read_text()) is not None


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_documents_name_is_there(document: Path) -> None:
    assert list(wrong_mentions(document.read_text(), document.parent)) == []


def test_a_wrong_mention_is_seen() -> None:
    text = """
        `vitals.py`, `gone.sql`
        `edge_agent/wire/vitals.py`, `codes.py`, `gone.py`, `alerting.gone` and `alerting.rules.Gone`
        `codes.py`, `vitals.py::Vital`, `vitals.py::Gone`, `tests/gone/`, `gateway/rules/sets/*.sql`
        `docs/rules.md`, `codes.py`
        `codes.py`
    """
    assert list(wrong_mentions(text, PROJECT)) == [
        *("gone.sql", "gone.py", "alerting.gone", "alerting.rules.Gone"),
        *("vitals.py::Gone", "tests/gone/", "gateway/rules/sets/*.sql"),
        "codes.py",
    ]
