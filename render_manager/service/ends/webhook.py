"""A message to a webhook: the form that each kind documents, signed where the bot asks so."""

from __future__ import annotations

import base64
import hmac
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.service.ends.ended import Ended

if TYPE_CHECKING:
    import httpx

TIMEOUT = 10.0
"""Seconds for connecting, and for each answer."""

WAITS = (2.0, 10.0, 30.0)
"""Seconds before each further try."""

LONGEST_WAIT = 120.0
"""Seconds that a server may ask us to wait."""

MOST_LETTERS = 1900
"""Discord takes 2,000."""


def message(
    kind: str, url: str, secret: str | None, told: Ended, now: float
) -> tuple[str, dict[str, Any]]:
    """Where it goes to, and what."""
    text = told.sentence[:MOST_LETTERS]
    match kind:
        case "slack":
            for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
                text = text.replace(sign, entity)
            return url, {"text": text}
        case "discord":
            return url, {"content": text, "allowed_mentions": {"parse": []}}
        case "feishu":
            return url, {**_feishu_sign(secret, now), "msg_type": "text", "content": {"text": text}}
        case "dingtalk":
            return url + _dingtalk_sign(secret, now, url), {
                "msgtype": "text",
                "text": {"content": text},
            }
        case _:
            return url, told.as_json()


def send(
    kind: str,
    url: str,
    secret: str | None,
    told: Ended,
    clock: Callable[[], float],
    is_over: threading.Event,
    waits: tuple[float, ...] = WAITS,
) -> None:
    """Send it, again after a while where that may help. Raises UserError; for worker threads.

    The sentence never has the address, which is a secret itself.
    """
    import httpx  # which takes its time

    with httpx.Client(timeout=TIMEOUT) as client:
        for wait in (*waits, None):
            # Signed anew each time, as a signature holds for an hour and the clock goes on.
            where, body = message(kind, url, secret, told, clock())
            try:
                reply = client.post(where, json=body)
                reason, may_help = _refusal(reply)
                asked = reply.headers.get("Retry-After", "")
            except httpx.InvalidURL:
                reason, may_help, asked = _("its address is none"), False, ""
            except httpx.TimeoutException:
                reason, may_help, asked = _("it does not answer"), True, ""
            except httpx.HTTPError as error:
                reason, may_help, asked = _why(error), True, ""
            if reason is None:
                return
            pause = min(float(asked), LONGEST_WAIT) if asked.isdecimal() else wait
            if wait is None or pause is None or not may_help or is_over.wait(pause):
                raise UserError(_("The webhook was not told: {reason}.").format(reason=reason))


def _why(error: httpx.HTTPError) -> str:
    return str(error).strip(" .") or type(error).__name__


def _refusal(reply: httpx.Response) -> tuple[str | None, bool]:
    """Why the message was not taken, and whether another try may help.

    Feishu and DingTalk say it in a body that comes with status 200.
    """
    if reply.is_success:
        try:
            said = reply.json()
        except ValueError:
            return None, False
        if not isinstance(said, dict) or not (said.get("errcode") or said.get("code")):
            return None, False
        reason = str(said.get("errmsg") or said.get("msg") or said)[:200]
        return _("it refuses: {reason}").format(reason=reason), False
    may_help = reply.status_code == 429 or reply.status_code >= 500
    return _("it answers {status}").format(status=reply.status_code), may_help


def _feishu_sign(secret: str | None, now: float) -> dict[str, str]:
    """The key is what is signed, and the text is empty: that is how Feishu has it."""
    if secret is None:
        return {}
    stamp = str(int(now))
    digest = hmac.digest(f"{stamp}\n{secret}".encode(), b"", "sha256")
    return {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}


def _dingtalk_sign(secret: str | None, now: float, url: str) -> str:
    if secret is None:
        return ""
    stamp = str(int(now * 1000))
    digest = hmac.digest(secret.encode(), f"{stamp}\n{secret}".encode(), "sha256")
    sign = quote_plus(base64.b64encode(digest))
    return f"{'&' if '?' in url else '?'}timestamp={stamp}&sign={sign}"
