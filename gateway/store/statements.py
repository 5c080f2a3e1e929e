"""SQL lives in `sql/*.sql` under a name: `-- name: claim_task` begins a statement, the next name ends it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

_NAME = re.compile(rb"^-- name: (\w+)\n", re.MULTILINE)


def load(file: str) -> Mapping[str, bytes]:
    """The statements of `sql/FILE`, by name. Raises ValueError if a name stands twice."""
    parts = _NAME.split(files(__package__).joinpath("sql", file).read_bytes())
    names = [name.decode() for name in parts[1::2]]
    if len(set(names)) != len(names):
        raise ValueError(f"{file}: a statement name stands twice")
    return dict(zip(names, (text.strip() for text in parts[2::2]), strict=True))
