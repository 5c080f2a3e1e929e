"""Where an e-mail goes: exactly one mailbox, as RFC 5321 and 5322 have it."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.headerregistry import Address

LONGEST_MAILBOX = 254
"""Characters: RFC 5321, sections 4.5.3.1.1 and 4.5.3.1.3, as corrected by erratum 1690."""
LONGEST_LOCAL = 64
_HOST = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_SYNTAX = frozenset('"()<>[]:;,\\')
"""What makes a group, a list, a comment, a quoted or a literal part of it: no mailbox needs one."""


def check_mailbox(text: str) -> str:
    """`text`, where it is the address of one mailbox. Raises ValueError, saying what was expected."""
    if not text.isascii():
        raise ValueError(
            "expected letters without accents: many mail servers take no others (a domain: as xn--...)"
        )
    if len(text) > LONGEST_MAILBOX or not text.isprintable() or " " in text or _SYNTAX & set(text):
        raise ValueError("expected one address such as ann@example.org")
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise ValueError("expected one address such as ann@example.org") from error
    is_whole = address.addr_spec == text and _HOST.fullmatch(address.domain)
    if not is_whole or len(address.username) > LONGEST_LOCAL:
        raise ValueError("expected one address such as ann@example.org")
    return text


def is_mailbox(text: str) -> bool:
    """Whether an e-mail can be sent there."""
    try:
        check_mailbox(text)
    except ValueError:
        return False
    return True
