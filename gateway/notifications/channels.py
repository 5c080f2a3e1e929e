"""The two ways out: a mail server, and a program that listens."""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage

import httpx

from gateway.notifications import message
from gateway.notifications.outbox import Notification
from gateway.settings import SmtpSecurity, SmtpSettings, WebhookSettings

PATIENCE_S = 15.0
"""For each answer; a delivery ends well within the lease."""
FIRST_FAILURE = 500
"""From here on a mail server means it for good (RFC 5321, section 4.2.1)."""


class NotDelivered(Exception):
    """It did not arrive. Says why in words without addresses; `for_good` where trying again is of no use."""

    def __init__(self, why: str, *, for_good: bool = False) -> None:
        super().__init__(why)
        self.for_good = for_good


def send_email(smtp: SmtpSettings, mail: EmailMessage) -> None:
    """Hand it to the mail server. Blocks: for a thread. Raises NotDelivered and SettingError."""
    try:
        with _connected(smtp) as server:
            if smtp.username is not None:
                server.login(smtp.username, smtp.password())
            server.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        codes = sorted({code for code, _ in error.recipients.values()})
        raise NotDelivered(
            f"the mail server refused the address ({', '.join(map(str, codes))})",
            for_good=codes[0] >= FIRST_FAILURE,
        ) from error
    except smtplib.SMTPResponseException as error:
        raise NotDelivered(f"the mail server refused ({error.smtp_code})") from error
    except (smtplib.SMTPException, OSError) as error:
        raise NotDelivered(f"the mail server cannot be reached or used: {type(error).__name__}") from error


def _connected(smtp: SmtpSettings) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if smtp.security is SmtpSecurity.TLS:
        return smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=PATIENCE_S, context=context)
    server = smtplib.SMTP(smtp.host, smtp.port, timeout=PATIENCE_S)
    if smtp.security is SmtpSecurity.STARTTLS:
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


async def post(
    client: httpx.AsyncClient,
    webhook: WebhookSettings,
    notification: Notification,
    public_url: str,
    now: datetime,
) -> None:
    """Tell the program. Raises NotDelivered unless it answers 2xx, and SettingError."""
    content = message.body(notification, public_url)
    headers = {
        "Content-Type": "application/json",
        "Hearthbeat-Signature": message.signature(webhook.secret(), content, now),
    }
    try:
        answer = await client.post(webhook.url, content=content, headers=headers)
    except httpx.HTTPError as error:
        raise NotDelivered(f"the webhook cannot be reached: {type(error).__name__}") from error
    if not answer.is_success:
        raise NotDelivered(f"the webhook answered {answer.status_code}")
