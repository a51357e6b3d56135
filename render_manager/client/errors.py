"""What can go wrong, in a sentence."""

from __future__ import annotations

import json
from typing import Any


class ApiError(Exception):
    """The server refused. `status` is that of HTTP, `detail` the server's sentence, and `field` the
    input at fault, if there is one."""

    def __init__(self, status: int, detail: str, field: str | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.field = field


class NoAnswerError(ApiError):
    """Nothing came back, or not all of it: `status` is 0, and `why` says what stood in the way.
    `may_be_done`: it was asked for, so that it may have been done all the same."""

    def __init__(self, url: str, why: str, *, may_be_done: bool = False) -> None:
        advice = (
            "What was asked for may have been done all the same: look before you ask again."
            if may_be_done
            else "Start Render Manager there, switch its API on, and check address and port."
        )
        super().__init__(0, f"There is no answer from {url} ({why}). {advice}")
        self.url = url
        self.why = why
        self.may_be_done = may_be_done


def error_of(status: int, body: bytes) -> ApiError:
    """What the reply to a request that failed says."""
    try:
        said: Any = json.loads(body)
    except ValueError:
        said = None
    detail = said.get("detail") if isinstance(said, dict) else None
    if not isinstance(detail, str):
        return ApiError(status, f"The server answered {status} and did not say why.")
    field = said.get("field")
    return ApiError(status, detail, field if isinstance(field, str) else None)
