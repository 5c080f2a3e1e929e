"""How a message in quarantine stands: by itself, for who offers the choice and needs no database for that."""

from __future__ import annotations

from enum import StrEnum


class QuarantineState(StrEnum):
    """How a message in quarantine stands."""

    OPEN = "open"
    RETRIED = "retried"  # what could be stored of it is; what could not lies in quarantine for itself
    DISCARDED = "discarded"
