"""An e-mail goes to exactly one mailbox, or nowhere."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from gateway.mailbox import check_mailbox, is_mailbox


@pytest.mark.parametrize(
    "address",
    ["ann@example.org", "a@b", "ann+team@clinic.example", "o'brien@xn--bcher-kva.example", f"{'a' * 64}@x"],
)
def test_one_mailbox_stays_as_it_is(address: str) -> None:
    assert check_mailbox(address) == address
    mail = EmailMessage()
    mail["To"] = address
    assert [each.addr_spec for each in mail["To"].addresses] == [address]


@pytest.mark.parametrize(
    "address",
    [
        *("", "ann", "@x", "ann@", "a@b@c", "a b@x", "a..b@x", ".a@x", "a@x.", "a@x..y", "a@[127.0.0.1]"),
        *("a:b;@x", "a,b@evil.example", "Ann <ann@x>", "ann@x, bob@x", '"a:b"@x', "ann(comment)@x"),
        *("ann@x\r\nBcc: bob@x", "ann@x\n", "a\0@x", "=?utf-8?q?a?=@x", "a@=?utf-8?q?a?="),
        *(f"{'a' * 65}@x", f"a@{'x' * 253}"),
    ],
)
def test_what_is_not_one_mailbox_is_refused(address: str) -> None:
    assert not is_mailbox(address)
    with pytest.raises(ValueError, match="expected one address such as"):
        check_mailbox(address)


@pytest.mark.parametrize("address", ["änn@example.org", "ann@bücher.example"])
def test_what_many_servers_do_not_take_is_refused_with_a_word_why(address: str) -> None:
    with pytest.raises(ValueError, match="without accents"):
        check_mailbox(address)
