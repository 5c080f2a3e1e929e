"""What is said. Pure, and nothing of anybody's health: what it is about is behind the link."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from gateway.notifications.outbox import Kind, Notification

_SAID: Mapping[Kind, str] = {
    Kind.TASK_RAISED: "A new task waits for somebody to take it.",
    Kind.TASK_OFFERED: "A task was handed to you. It waits until you accept it.",
    Kind.TASK_ESCALATED: "A task was not dealt with in time.",
    Kind.TASK_WOKEN: "A task is back: it was put aside, or there is more to it now.",
}

_EMAIL = """\
{said}

{link}

Sign in there to see what it is about: e-mails hold no health data.
Hearthbeat is not an emergency service.
"""


def link(notification: Notification, public_url: str) -> str:
    """Where the console shows what it is about."""
    task = notification.task_id
    return f"{public_url}/" if task is None else f"{public_url}/tasks/{task}"


def email(notification: Notification, to: str, sender: str, public_url: str) -> EmailMessage:
    """A repeated one has the same Message-ID, by which mailboxes know it."""
    text = _SAID[notification.kind]
    message = EmailMessage()
    message["From"] = sender
    message["To"] = Address(addr_spec=to)  # one mailbox, whatever was entered; ValueError where it is none
    message["Subject"] = f"Hearthbeat: {text.partition('.')[0]}"
    message["Date"] = format_datetime(notification.made_at)
    message["Message-ID"] = f"<{notification.notification_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_EMAIL.format(said=text, link=link(notification, public_url)))
    return message


def body(notification: Notification, public_url: str) -> bytes:
    """What programs are sent, as JSON. They drop an `id` that they know."""
    content = {
        "id": str(notification.notification_id),
        "kind": notification.kind,
        "organisation_id": notification.organisation_id,
        "task_id": notification.task_id,
        "link": link(notification, public_url),
        "made_at": notification.made_at.isoformat(),
    }
    return json.dumps(content).encode()


def signature(secret: str, content: bytes, now: datetime) -> str:
    """The time of this attempt, in seconds since 1970, and HMAC-SHA256 of it, a full stop and the body."""
    at = str(int(now.timestamp()))
    signed = hmac.new(secret.encode(), at.encode() + b"." + content, hashlib.sha256)
    return f"t={at},v1={signed.hexdigest()}"
