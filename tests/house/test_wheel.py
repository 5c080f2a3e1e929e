"""What is in the wheel: all the files that the packages read at run time, and nothing of the workshop."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
ASSETS = PROJECT / "gateway/web/assets"
PACKAGES = ("edge_agent", "gateway", "alerting", "simulators")
VENDORED = (
    "htmx.min.js",
    "uplot.js",
    "uplot.css",
    "swagger-ui-bundle.js",
    "swagger-ui.css",
    "swagger-ui.LICENSE",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a wheel that is built from this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    built = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (file,) = folder.glob("*.whl")
    with zipfile.ZipFile(file) as archive:
        return set(archive.namelist())


def test_every_file_of_the_packages_is_in_it(wheel: set[str]) -> None:
    ours = {
        str(file.relative_to(PROJECT))
        for package in PACKAGES
        for file in (PROJECT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and ASSETS not in file.parents
    }
    assert {Path(name).suffix for name in ours} >= {".py", ".sql", ".js", ".css"}
    assert ours <= wheel


def test_the_assets_are_in_it(wheel: set[str]) -> None:
    assert {f"gateway/web/static/vendor/{name}" for name in VENDORED} <= wheel


def test_nothing_else_is_in_it(wheel: set[str]) -> None:
    folders = {name.partition("/")[0] for name in wheel}
    assert folders - set(PACKAGES) == {folder for folder in folders if folder.endswith(".dist-info")}
    assert not [name for name in wheel if "node_modules" in name or "package" in Path(name).name]
