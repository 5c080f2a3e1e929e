"""Numbers of rows, as they stand in addresses."""

from __future__ import annotations

LAST_ID = 2**31 - 1


def is_id(text: str) -> bool:
    """Whether a part of an address can be the number of a row."""
    return text.isdecimal() and 1 <= int(text) <= LAST_ID
