"""What can be wrong with a file that should be a frame, each in one sentence for a person."""

from __future__ import annotations

from render_manager.base.errors import UserError
from render_manager.base.i18n import _


class BadFrame(UserError):  # noqa: N818  it is what it says, and reads well where it is raised
    """The file is no evidence of a frame; the sentence names the file and the fault."""


def missing(path: str) -> BadFrame:
    return BadFrame(_("“{file}” was not written.").format(file=path))


def gone(file: str) -> BadFrame:
    return BadFrame(_("“{file}” is no longer there: it was moved or deleted.").format(file=file))


def unreadable(file: str, error: OSError) -> BadFrame:
    return BadFrame(
        _("“{file}” cannot be opened: {why}.").format(
            file=file, why=error.strerror or type(error).__name__
        )
    )


def too_old(file: str) -> BadFrame:
    return BadFrame(
        _("“{file}” is older than this run: it was there before and not written again.").format(
            file=file
        )
    )


def still_growing(file: str) -> BadFrame:
    return BadFrame(_("“{file}” is still being written.").format(file=file))


def empty(file: str) -> BadFrame:
    return BadFrame(_("“{file}” is empty.").format(file=file))


def only_zeros(file: str) -> BadFrame:
    return BadFrame(
        _("“{file}” holds zeros where the picture should be: it was never written.").format(
            file=file
        )
    )


def other_kind(file: str, found: str) -> BadFrame:
    return BadFrame(
        _("“{file}” is not what its name says: it holds a {kind} picture.").format(
            file=file, kind=found
        )
    )


def not_kind(file: str, expected: str) -> BadFrame:
    return BadFrame(
        _("“{file}” is not what its name says: it holds no {kind} picture.").format(
            file=file, kind=expected
        )
    )


def ends_early(file: str) -> BadFrame:
    return BadFrame(
        _("“{file}” ends too early: the last part of the picture is missing.").format(file=file)
    )


def incomplete(file: str, unwritten: int, total: int) -> BadFrame:
    return BadFrame(
        _(
            "“{file}” is incomplete: {unwritten} of {total} pieces of the picture "
            "were never written."
        ).format(file=file, unwritten=unwritten, total=total)
    )


def without_picture(file: str) -> BadFrame:
    return BadFrame(_("“{file}” has no picture in it.").format(file=file))


def damaged(file: str) -> BadFrame:
    return BadFrame(_("“{file}” is damaged: its tables do not fit together.").format(file=file))


def undecodable(file: str, why: str) -> BadFrame:
    """`why` is the decoder's own text; its first line is shown."""
    line = (why.strip() or _("the decoder does not say why")).splitlines()[0][:160].rstrip(".")
    return BadFrame(
        _("“{file}” is damaged or no picture: it cannot be decoded ({why}).").format(
            file=file, why=line
        )
    )


def too_large(file: str) -> BadFrame:
    return BadFrame(
        _("“{file}” claims to be a larger picture than can be read: it may be damaged.").format(
            file=file
        )
    )


def wrong_size(file: str, found: tuple[int, int], expected: tuple[int, int]) -> BadFrame:
    return BadFrame(
        _("“{file}” is {found} pixels, but {expected} were asked for.").format(
            file=file, found="{} × {}".format(*found), expected="{} × {}".format(*expected)
        )
    )


def crashes_decoder(file: str) -> BadFrame:
    return BadFrame(
        _("“{file}” is damaged: reading it crashed the decoder twice.").format(file=file)
    )


def takes_too_long(file: str) -> BadFrame:
    return BadFrame(
        _(
            "“{file}” could not be read in time. See that the disk or server it lies on answers."
        ).format(file=file)
    )


def unlooked(file: str) -> BadFrame:
    return BadFrame(
        _(
            "“{file}” cannot be shown: the process that reads pictures failed. "
            "The program's log says more."
        ).format(file=file)
    )
