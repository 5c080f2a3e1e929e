"""What the templates of staff show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from gateway.web.parts.views import Frame


@dataclass(frozen=True)
class SignInPage:
    template: ClassVar = "staff/sign_in.html"
    frame: Frame
    username: str
    notice: str | None
