"""SQL lives beside its module: `-- name: claim_task` begins a statement, the next name ends it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

_NAME = re.compile(rb"^-- name: (\w+)\n", re.MULTILINE)


def load(module: str) -> Mapping[str, bytes]:
    """The statements of the file of the module's name, by name. Raises ValueError if a name stands twice."""
    package, _, name = module.rpartition(".")
    parts = _NAME.split(files(package).joinpath(f"{name}.sql").read_bytes())
    names = [name.decode() for name in parts[1::2]]
    if len(set(names)) != len(names):
        raise ValueError(f"{module}: a statement name stands twice")
    return dict(zip(names, (text.strip() for text in parts[2::2]), strict=True))
