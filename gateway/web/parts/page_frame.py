"""What surrounds every page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeAlias

from fastapi import Depends

from gateway.staff.permissions import Permission, may
from gateway.staff.sessions import Staff
from gateway.web.guard.context import SignedIn
from gateway.web.parts.banner import StaffBanner
from gateway.web.parts.views import Frame


async def _frame(staff: SignedIn, banner: StaffBanner) -> Callable[[str], Frame]:
    def frame(title: str) -> Frame:
        return Frame(title, staff.name, banner, _links(staff))

    return frame


def _links(staff: Staff) -> list[tuple[str, str]]:
    care = [("/", "Tasks"), ("/patients", "Patients")] if may(staff.role, Permission.SEE_PATIENTS) else []
    return [*care, ("/setup", "Set-up")]


PageFrame: TypeAlias = Annotated[Callable[[str], Frame], Depends(_frame)]
"""Makes the frame of a page, given its title."""
