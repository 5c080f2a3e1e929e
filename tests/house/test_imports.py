"""The import rules of the house: they hold, and they can be broken."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

PROJECT = Path(__file__).parents[2]
PACKAGES = ("edge_agent", "gateway", "alerting", "simulators")

MAY_IMPORT = {
    "edge_agent.wire": {"pydantic"},
    "alerting": {"numpy"},
    "edge_agent": {"bleak", "click", "dbus_fast", "paho", "pydantic"},
}
"""Libraries beside the standard one. What a hub imports is what a hub must install."""
BY_NAME = {"import_module", "__import__"}
"""What imports by a string, where neither the rules nor the test of circles can see it."""


DRIVER = {"psycopg", "psycopg_pool"}


def add_import(file: Path, imported: str) -> None:
    file.write_text(f"{file.read_text()}\nimport {imported}\n")


def imports_driver(file: Path) -> bool:
    nodes = list(ast.walk(ast.parse(file.read_text())))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return not DRIVER.isdisjoint(name.partition(".")[0] for name in names)


def may_import_driver(module: Path) -> bool:
    """What has statements beside it, and the floor that they stand on. Pages and commands have none."""
    if module.parts[:2] in {("gateway", "web"), ("gateway", "commands")}:
        return False
    return module.parts[:2] == ("gateway", "database") or (
        module.parts[0] == "gateway" and (PROJECT / module).with_suffix(".sql").exists()
    )


def strangers_to_driver(folder: Path) -> set[str]:
    """The modules in `folder` that import the driver of the database and may not."""
    return {
        str(module)
        for package in PACKAGES
        for file in (folder / package).rglob("*.py")
        if not may_import_driver(module := file.relative_to(folder)) and imports_driver(file)
    }


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
    ]
    return subprocess.run(
        [*command, "--no-cache", "--no-logo"], cwd=folder, capture_output=True, text=True, check=False
    )


def test_the_rules_hold() -> None:
    report = lint_imports(PROJECT)
    assert report.returncode == 0, report.stdout


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_no_other_library_is_imported(package: str) -> None:
    graph = grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)
    modules = {package} | graph.find_descendants(package)
    imported = {
        each.partition(".")[0]
        for module in modules
        for each in graph.find_modules_directly_imported_by(module)
    }
    assert imported - sys.stdlib_module_names - set(PACKAGES) <= MAY_IMPORT[package]


def test_no_module_imports_itself_through_others() -> None:
    """Not later either: a deferred import is an import like any other."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    imported = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    TopologicalSorter(imported).prepare()  # raises CycleError, which names the circle


def test_pages_import_nothing_of_the_api() -> None:
    """What both need lies below both: bodies in `entries`, what is done in a module of its own."""
    graph = grimp.build_graph("gateway", cache_dir=None)
    api = {each for each in graph.find_descendants("gateway.web") if each.endswith((".api", "_api"))}
    assert "gateway.web.hubs.api" in api
    importers = {importer for each in api for importer in graph.find_modules_that_directly_import(each)}
    assert importers == {"gateway.web.app"}


def test_no_import_is_hidden_in_a_string() -> None:
    hidden = [
        f"{file.relative_to(PROJECT)}:{node.lineno}"
        for package in PACKAGES
        for file in (PROJECT / package).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Name | ast.Attribute | ast.alias)
        and {getattr(node, "id", ""), getattr(node, "attr", ""), getattr(node, "name", "")} & BY_NAME
    ]
    assert hidden == []


def test_the_driver_is_imported_beside_statements_alone() -> None:
    assert strangers_to_driver(PROJECT) == set()


@pytest.mark.parametrize(
    "module", ["gateway/cli.py", "gateway/ingest/rows.py", "gateway/web/app.py", "simulators/cli.py"]
)
@pytest.mark.parametrize("imported", ["psycopg", "psycopg_pool", "psycopg.rows as rows"])
def test_the_driver_elsewhere_is_found(tmp_path: Path, module: str, imported: str) -> None:
    for package in PACKAGES:
        (tmp_path / package).mkdir()
    (tmp_path / module).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(PROJECT / module, tmp_path / module)
    assert strangers_to_driver(tmp_path) == set()
    add_import(tmp_path / module, imported)
    assert strangers_to_driver(tmp_path) == {module}


@pytest.mark.parametrize(
    ("module", "imported", "rule"),
    [
        ("edge_agent/wire/vitals.py", "edge_agent.gatt", "edge_agent.wire imports nothing else of ours"),
        ("edge_agent/reading_ids.py", "gateway", "edge_agent imports nothing else of ours"),
        ("alerting/__init__.py", "edge_agent.wire", "alerting imports nothing else of ours"),
        (
            "gateway/__init__.py",
            "edge_agent.reading_ids",
            "gateway imports edge_agent.wire and alerting alone",
        ),
        ("edge_agent/reading_ids.py", "bleak", "bleak and dbus_fast are imported where Bluetooth is, alone"),
        (
            "simulators/__init__.py",
            "paho.mqtt.client",
            "paho is imported by edge_agent.publisher and gateway.broker alone",
        ),
        (
            "gateway/staff/members.py",
            "gateway.tasks.tasks",
            "gateway has floors: a room imports those below it alone",
        ),
        (
            "gateway/web/parts/words.py",
            "gateway.web.tasks",
            "gateway.web has floors: a room imports those below it alone",
        ),
        (
            "gateway/web/guard/ids.py",
            "gateway.web.parts.views",
            "gateway.web has floors: a room imports those below it alone",
        ),
        (
            "gateway/web/hubs/entries.py",
            "gateway.web.staff.entries",
            "gateway.web has floors: a room imports those below it alone",
        ),
        ("gateway/web/guard/ids.py", "gateway.web.guard.context", "no circle of rooms in gateway"),
    ],
)
def test_a_forbidden_import_is_found(tmp_path: Path, module: str, imported: str, rule: str) -> None:
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    for package in PACKAGES:
        shutil.copytree(
            PROJECT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "static")
        )
    add_import(tmp_path / module, imported)

    report = lint_imports(tmp_path)

    assert report.returncode == 1
    assert f"{rule} BROKEN" in report.stdout
