"""Passwords of people: argon2id, with the library's parameters (RFC 9106, second recommended option)."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
_NOBODY = _HASHER.hash("nobody")
"""Checked when there is no such account, so that the answer takes as long."""

MAX_LENGTH = 1024
"""Longer ones are refused unread: hashing must not be a way to keep the gateway busy."""


_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")
"""Of their own: many who sign in at once keep each other waiting, and nobody else."""


async def hash_password(password: str) -> str:
    """Takes a core for tens of milliseconds, so it runs in a thread."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, password)


async def is_password(password: str, password_hash: str | None) -> bool:
    """Whether `password` is the one that was hashed; None stands for an account that does not exist."""
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _verify, password, password_hash)


def _verify(password: str, password_hash: str | None) -> bool:
    try:
        _HASHER.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None
