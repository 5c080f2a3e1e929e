"""The errors of the domain: each has a base that says what became of what was asked."""

from __future__ import annotations

import ast
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from inspect import getmembers, isclass
from pathlib import Path

import gateway
from gateway import errors
from gateway.errors import Conflict, Forbidden, Refused, Unavailable, Unknown
from gateway.staff.sessions import NotSignedIn
from gateway.staff.sign_in import TooManyAttempts, WrongPassword
from gateway.web.guard.errors import HTTP_STATUS

BASES = {Unknown, Conflict, Refused, Forbidden, Unavailable}
WHO_ASKS = {NotSignedIn, WrongPassword, TooManyAttempts}
"""They have codes of their own in HTTP."""
NEVER_ANSWERED = {
    "AccountClosed": "a command's",
    "AssignedMeanwhile": "a role's, which begins again",
    "BadInput": "a command's",
    "BeginAgain": "a role's",
    "FormRefused": "a page's, which shows the form again",
    "LeaseLost": "a role's, which begins again",
    "NotDelivered": "a role's, which tries again",
    "NotSetUp": "a role's, which gives up",
    "RowError": "a command's",
    "RuleFileError": "a start's",
    "SettingError": "a start's",
}
"""What no request raises, and who does."""


def defined() -> Iterator[type[Exception]]:
    for found in pkgutil.walk_packages(gateway.__path__, "gateway."):
        module = import_module(found.name)
        hasattr(module, "__all__")  # runs it, where its import was deferred
        for _, each in getmembers(module, isclass):
            if issubclass(each, Exception) and each.__module__ == found.name:
                yield each


def test_every_error_that_a_request_raises_has_a_base() -> None:
    others = {each.__name__ for each in defined() if not issubclass(each, tuple(BASES | WHO_ASKS))}
    assert others == set(NEVER_ANSWERED)


def test_the_table_of_http_names_bases_alone() -> None:
    ours = {each for each in HTTP_STATUS if each.__module__.startswith("gateway")}
    assert ours == BASES | WHO_ASKS


def test_errors_import_nothing() -> None:
    tree = ast.parse(Path(errors.__file__).read_text())
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(each) for each in imported] == ["from __future__ import annotations"]
