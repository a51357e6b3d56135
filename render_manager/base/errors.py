"""The one exception that is meant for a person."""

from __future__ import annotations


class UserError(Exception):
    """Something the user can mend: one sentence that says what is wrong and what to do.

    Every door shows `str(error)` as it is, where the user is looking, and nothing else.
    Any other exception is a bug and goes to the log with its traceback.

    `field` names the input at fault (an API field, a settings key), if there is one.
    """

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class ConflictError(UserError):
    """The verb does not fit the state of the thing (the API's 409)."""


class NotFoundError(UserError):
    """There is no such task, frame, run or renderer (the API's 404)."""
