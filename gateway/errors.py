"""What may become of what is asked: one base for each, from which the errors of every room derive.

An error's class name is its code for programs and its text is for people: neither holds health data.
"""

from __future__ import annotations


class Unknown(Exception):
    """It is not there, or not within the reach of whoever asks, who learns no difference."""


class Conflict(Exception):
    """It cannot be done to what it has become meanwhile, or beside what is there already."""


class Refused(Exception):
    """It can be read and cannot be done: something that was entered is not right."""


class Forbidden(Exception):
    """Whoever asks may not, or not alone."""


class Unavailable(Exception):
    """What it takes is away at the moment, or not ready: the same may be done later."""
