"""SQL lives beside its module: `-- name: claim_task` begins a statement, the next name ends it.

The columns of a reading's vitals are filled in: `{vitals}` is their names, `{vitals: r.$}` what follows the
colon once for each of them, with its name for `$`; in the order of the vital table, with commas between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable

from edge_agent.wire.vitals import Vital

PACKAGE = "gateway"
_NAME = re.compile(rb"^-- name: (\w+)\n", re.MULTILINE)
_VITALS = re.compile(rb"\{vitals(?:: ([^{}]+))?\}")


def load(module: str) -> Mapping[str, bytes]:
    """The statements of the file of the module's name, by name. Raises ValueError if a name stands twice."""
    package, _, name = module.rpartition(".")
    parts = _NAME.split(files(package).joinpath(f"{name}.sql").read_bytes())
    names = [name.decode() for name in parts[1::2]]
    if len(set(names)) != len(names):
        raise ValueError(f"{module}: a statement name stands twice")
    return dict(zip(names, (_filled(text.strip()) for text in parts[2::2]), strict=True))


def load_all() -> Mapping[str, bytes]:
    """Every statement, by its module without the package and its name: `evaluation.load.series`."""
    return {
        f"{module.removeprefix(PACKAGE)[1:]}.{name}": text
        for module in _modules(files(PACKAGE), PACKAGE)
        for name, text in load(module).items()
    }


def _modules(folder: Traversable, package: str) -> Iterator[str]:
    """The modules that have statements beside them."""
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        if each.is_dir():
            yield from _modules(each, f"{package}.{each.name}")
        name, _, suffix = each.name.rpartition(".")
        if suffix == "sql" and folder.joinpath(f"{name}.py").is_file():
            yield f"{package}.{name}"


def _filled(text: bytes) -> bytes:
    return _VITALS.sub(_each, text)


def _each(found: re.Match[bytes]) -> bytes:
    form: bytes = found[1] or b"$"
    return b", ".join(form.replace(b"$", vital.code.encode()) for vital in Vital)
