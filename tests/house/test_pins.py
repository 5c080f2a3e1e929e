"""What is installed is pinned by hash, and no file says from which host: that is the installer's setting."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
ASSETS = PROJECT / "gateway/web/assets"


@pytest.mark.parametrize("file", list(PROJECT.glob("requirements*.txt")), ids=lambda file: file.name)
def test_python_packages_are_pinned_by_hash(file: Path) -> None:
    entries = re.split(r"\n(?=\S)", file.read_text().strip())
    for entry in entries:
        assert re.fullmatch(
            r"[a-z0-9.-]+==\S+( ;[^\\]+)? \\\n(    --hash=sha256:[0-9a-f]{64}( \\\n)?)+", entry
        ), entry


def test_assets_are_pinned_by_hash() -> None:
    lock = json.loads((ASSETS / "package-lock.json").read_text())
    fetched = {name: package for name, package in lock["packages"].items() if name}
    assert fetched
    for name, package in fetched.items():
        assert package["integrity"].startswith("sha512-"), name


@pytest.mark.parametrize(
    "file", [ASSETS / "package-lock.json", ASSETS / ".npmrc", *PROJECT.glob("requirements*.txt")]
)
def test_no_host_is_named(file: Path) -> None:
    assert "://" not in file.read_text()
