"""What another machine refuses, as errors that a person can read."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from urllib.parse import urlsplit

from render_manager.base.errors import ConflictError, NotFoundError, UserError
from render_manager.base.i18n import _
from render_manager.client import ApiError, NoAnswerError

_KINDS = {404: NotFoundError, 409: ConflictError}


@contextlib.contextmanager
def in_words() -> Iterator[None]:
    """Raises UserError for what the client raises."""
    try:
        yield
    except ApiError as error:
        raise user_error(error) from None


def user_error(error: ApiError) -> UserError:
    if isinstance(error, NoAnswerError) and error.may_be_done:
        sentence = _(
            "{name} did not answer in time. What you asked for may have been done all the same: look "
            "at the list before you ask again."
        )
        return UserError(sentence.format(name=urlsplit(error.url).netloc))
    if isinstance(error, NoAnswerError):
        sentence = _(
            "Render Manager does not answer at {url} ({why}). See that it runs there, and that its "
            "API is switched on."
        )
        return UserError(sentence.format(url=error.url, why=error.why))
    if error.status == 401:
        return UserError(
            _(
                "The server does not know this token. Give its own with --token or "
                "RENDER_MANAGER_TOKEN: it is in the file api-token of its data folder."
            )
        )
    return _KINDS.get(error.status, UserError)(error.detail, field=error.field)
