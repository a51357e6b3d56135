"""An e-mail when a task ends."""

from __future__ import annotations

import smtplib
import ssl
import threading
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.base.settings import Settings
from render_manager.service.ends.ended import Ended

TIMEOUT = 20.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class Post:
    """The server that takes the mail, and who writes to whom."""

    host: str
    port: int
    security: str
    user: str
    password: str | None
    sender: str
    recipients: tuple[str, ...]


def post_of(settings: Settings) -> Post | None:
    """As the settings have it; None if there is no server or nobody to write to."""
    if not settings.smtp_host or not settings.mail_to:
        return None
    return Post(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_user,
        settings.smtp_password,
        settings.mail_from or settings.smtp_user or settings.mail_to[0],
        settings.mail_to,
    )


def send(post: Post, told: Ended, is_over: threading.Event, waits: tuple[float, ...]) -> None:
    """Send it, again after a while where that may help. Raises UserError; for worker threads."""
    for wait in (*waits, None):
        try:
            _send(post, _letter(post, told))
            return
        except smtplib.SMTPResponseException as error:
            text = error.smtp_error
            said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
            reason = f"{error.smtp_code} {said}"[:300]
            may_help = 400 <= error.smtp_code < 500
        except smtplib.SMTPRecipientsRefused as error:
            reason = _("it refuses {addresses}").format(addresses=", ".join(error.recipients))
            may_help = all(code < 500 for code, _text in error.recipients.values())
        except ssl.SSLError as error:
            reason, may_help = _("no secure connection ({why})").format(why=error.reason), False
        except (OSError, smtplib.SMTPException) as error:
            reason, may_help = getattr(error, "strerror", None) or str(error), True
        if wait is None or not may_help or is_over.wait(wait):
            raise UserError(
                _("The e-mail was not sent by {host}: {reason}.").format(
                    host=post.host, reason=reason.rstrip(".")
                )
            )


def _letter(post: Post, told: Ended) -> EmailMessage:
    letter = EmailMessage()
    # A name may have any letters but a line's end.
    letter["Subject"] = " ".join(told.sentence.splitlines()[0].split())
    letter["From"] = post.sender
    letter["To"] = ", ".join(post.recipients)
    letter["Date"] = formatdate(localtime=True)
    letter["Message-ID"] = make_msgid(domain="render-manager")
    letter.set_content("\n".join(filter(None, (told.sentence, told.output_dir))) + "\n")
    return letter


def _send(post: Post, letter: EmailMessage) -> None:
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if post.security == "tls":
        server = smtplib.SMTP_SSL(post.host, post.port, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(post.host, post.port, timeout=TIMEOUT)
    with server:
        if post.security == "starttls":
            server.starttls(context=context)
        if post.user and post.password is not None:
            server.login(post.user, post.password)
        server.send_message(letter)
