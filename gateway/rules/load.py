"""One rule file to a frozen RuleSet. Every complaint names the file, the key and what is allowed."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from alerting.rules import RuleSet
from gateway.rules.error_lines import error_lines
from gateway.rules.tables.basics import Table
from gateway.rules.tables.file import FileTable


class RuleFileError(Exception):
    """A rule file cannot be used. Says where and what is allowed."""


Whole = TypeVar("Whole", bound=Table)


def load_rule_set(path: Path) -> RuleSet:
    """Read and check one file; its name is the set's name. Raises RuleFileError."""
    return load_table(path, FileTable).freeze(path.stem)


def load_table(path: Path, whole: type[Whole]) -> Whole:
    """Read one file and check it against the table that it should be. Raises RuleFileError."""
    try:
        return whole.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise RuleFileError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleFileError(f"{path}: not a TOML file: {error}") from error
    except ValidationError as error:
        raise RuleFileError("\n".join(f"{path}: {line}" for line in error_lines(error, whole))) from error
