"""Templates: each is given one frozen dataclass, named `it`; a name that it does not have fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Protocol
from uuid import uuid4

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse


class View(Protocol):
    """What a template shows."""

    template: ClassVar[str]


_ENVIRONMENT = Environment(
    loader=PackageLoader("gateway.web", "."),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,  # or each line of a list looks at its file
)
_ENVIRONMENT.globals["fresh"] = uuid4  # for the hidden field by which a form is known that is sent twice


def render(view: View, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """`view` in its template."""
    text = _ENVIRONMENT.get_template(view.template).render(it=view)
    return HTMLResponse(text, status, headers)
