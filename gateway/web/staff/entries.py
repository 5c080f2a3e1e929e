"""What is sent about people who work here and their care teams, and by people to sign in."""

from __future__ import annotations

from typing import Annotated
from unicodedata import category

from fastapi import Depends
from pydantic import AfterValidator, Field, StringConstraints

from gateway.staff.members import MemberDetails
from gateway.staff.permissions import Permission, Role
from gateway.staff.sessions import Staff
from gateway.web.guard.context import allowed
from gateway.web.parts.fields import Body, Email, Id, Text

StaffManager = Annotated[Staff, Depends(allowed(Permission.MANAGE_STAFF))]
Username = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$")]


class PlaceEntry(Body):
    """What somebody is called, may do and works in. Without an address no e-mail reaches them."""

    name: Text
    role: Role
    email: Email | None = None
    care_team_ids: Annotated[list[Id], Field(max_length=100)]

    @property
    def details(self) -> MemberDetails:
        return MemberDetails(self.name, self.role, self.email, self.care_team_ids)


class MemberEntry(PlaceEntry):
    """Somebody new."""

    username: Username


class CareTeamEntry(Body):
    """A new care team."""

    name: Text


def _is_text(typed: str) -> str:
    """Half a surrogate pair, which JSON can say, cannot be hashed. Raises ValueError."""
    if any(category(each) == "Cs" for each in typed):
        raise ValueError("expected text in Unicode")
    return typed


Password = Annotated[str, AfterValidator(_is_text)]


class Credentials(Body):
    """What somebody signs in with."""

    username: Text
    password: Password


class NewPassword(Body):
    """The password that you have, and the one to have from now on."""

    current_password: Password
    new_password: Password
