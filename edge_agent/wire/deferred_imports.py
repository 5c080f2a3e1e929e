"""Modules of ours that run when something of them is first used: a command answers `--help` without them.

They are ordinary imports of modules, so that the type checker and the import rules see them as any other.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

OURS = ("alerting", "edge_agent", "gateway", "simulators")
_WAITING = "__waiting_loader__"


class _Deferred(ModuleType):
    """A module that runs when it is asked for something, other than for a module in it."""

    def __getattr__(self, name: str) -> object:
        if _WAITING not in vars(self) or any(isinstance(each, _Finder) for each in sys.meta_path):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}", name=name, obj=self)
        vars(self).pop(_WAITING).exec_module(self)
        return getattr(self, name)


class _Loader(Loader):
    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Deferred(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Its own loader does so later."""
        vars(module)[_WAITING] = module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not fullname.startswith(OURS):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


@contextmanager
def deferred_imports() -> Iterator[None]:
    """Within it `from package import module` runs neither. Names of what has not run cannot be imported."""
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
