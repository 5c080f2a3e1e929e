"""What is installed is pinned by hash, for each Python that is promised, and no file says from which host."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

PROJECT = Path(__file__).parents[2]
ASSETS = PROJECT / "gateway/web/assets"
PYTHONS = ("3.11", "3.13")
"""What Debian 12 and 13 have: the pins were made for these and tried on both."""
MACHINES = ("x86_64", "aarch64")


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


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("python", PYTHONS)
def test_each_python_has_one_pin_of_what_the_project_asks_for(python: str, machine: str) -> None:
    here = {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "platform_machine": machine,
        "sys_platform": "linux",
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
    }
    lines = (PROJECT / "requirements.txt").read_text().splitlines()
    every = [Requirement(line.rstrip(" \\")) for line in lines if not line.startswith(" ")]
    pins = [each for each in every if each.marker is None or each.marker.evaluate(here)]
    versions = {each.name: str(each.specifier).removeprefix("==") for each in pins}
    assert len(versions) == len(pins), "one version of each"
    for wanted in map(Requirement, asked_for()):
        if wanted.name != "hearthbeat" and (wanted.marker is None or wanted.marker.evaluate(here)):
            assert wanted.specifier.contains(versions[wanted.name]), wanted


def test_these_are_the_pythons_that_are_promised() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    oldest, *newer = PYTHONS
    wanted = SpecifierSet(project["project"]["requires-python"])
    assert wanted == SpecifierSet(f">={oldest}")
    assert all(wanted.contains(python) for python in newer)
    assert project["tool"]["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"
    assert f"Debian 12 or newer with Python {oldest} or newer" in (PROJECT / "README.md").read_text()


def asked_for() -> list[str]:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"].values()
    built_with = project["build-system"]["requires"]
    return [*project["project"]["dependencies"], *built_with, *(each for extra in extras for each in extra)]
