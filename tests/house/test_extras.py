"""Each extra installs what its command imports: `hearthbeat[gateway]` alone runs a gateway."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
import pytest

PROJECT = Path(__file__).parents[2]
PACKAGES = ("edge_agent", "gateway", "alerting", "simulators")
RUNS = {"edge": "edge_agent.cli", "gateway": "gateway.cli", "sim": "simulators.cli"}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, include_external_packages=True, cache_dir=None)


@pytest.mark.parametrize(("extra", "command"), RUNS.items())
def test_an_extra_has_all_that_its_command_imports(
    graph: grimp.ImportGraph, extra: str, command: str
) -> None:
    imported = {each.partition(".")[0] for each in graph.find_upstream_modules(command)}
    outside = imported - set(PACKAGES) - sys.stdlib_module_names
    assert {"click", "pydantic"} < outside
    distributions = packages_distributions()
    installed = declared(extra)
    assert {name for name in outside if installed.isdisjoint(map(normal, distributions[name]))} == set()


def declared(extra: str) -> set[str]:
    """The distributions that `hearthbeat[extra]` names, itself or by way of another extra."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    names = [*project["dependencies"], *project["optional-dependencies"][extra]]
    found = set[str]()
    for name in names:
        if others := re.match(r"hearthbeat\[(.+)\]", name):
            found = found.union(*map(declared, others[1].split(",")))
        else:
            found.add(normal(re.split(r"[^A-Za-z0-9._-]", name)[0]))
    return found


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
