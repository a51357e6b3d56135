"""What a submitter writes into the inbox, checked word for word: it comes from outside."""

from __future__ import annotations

from codecs import BOM_UTF8
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import from_json

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.domain.job import RenderOptions
from render_manager.service.schemas import Submission

Text = Annotated[str, Field(max_length=4096)]
Name = Annotated[str, Field(max_length=256)]
Pixels = Annotated[int, Field(ge=1, le=65_536)]

MOST_IN_A_NAME = 255
"""Characters in the name of a file or folder; no system that we run on takes more."""


class Request(BaseModel):
    """A scene to be queued. None and empty mean "the default"; keys that nobody knows are let be."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    version: Literal[1]
    """The form of the request; `submitters/client.py` writes it."""
    project_file: Annotated[str, Field(min_length=1, max_length=4096)]
    render_engine: Name | None = None
    frames: Annotated[str, Field(max_length=100_000)] | None = None
    priority: Annotated[int, Field(ge=0, le=10)] | None = None
    output_dir: Text | None = None
    camera: Text | None = None
    layers: Annotated[list[Text], Field(max_length=1000)] = []
    scene: Text | None = None
    width: Pixels | None = None
    height: Pixels | None = None
    extra: Annotated[dict[Name, Text], Field(max_length=100)] = {}
    hold: bool = False
    sender: Annotated[Name, Field(alias="from")] = ""

    @field_validator("project_file", "output_dir")
    @classmethod
    def _is_a_full_path(cls, path: str | None) -> str | None:
        """The manager's current folder is not the sender's."""
        if path and not Path(path).is_absolute():
            raise ValueError("not a full path")
        if path and ("\0" in path or max(map(len, Path(path).parts)) > MOST_IN_A_NAME):
            raise ValueError("not a path that a disk can have")
        return path

    def submission(self) -> Submission:
        return Submission(
            project_file=self.project_file,
            render_engine=self.render_engine or None,
            frames=(self.frames or "").strip() or None,
            priority=self.priority,
            output_dir=self.output_dir or None,
            options=RenderOptions(
                camera=self.camera or None,
                layers=tuple(layer for layer in self.layers if layer),
                scene=self.scene or None,
                width=self.width,
                height=self.height,
                extra={name: value for name, value in self.extra.items() if value},
            ),
            hold=self.hold,
        )


def read_request(raw: bytes | None) -> Request:
    """None stands for what cannot be a request. Raises UserError saying what is wrong, to be put
    into a sentence."""
    if raw is None:
        raise UserError(_("it is larger than a megabyte, or no ordinary file"))
    try:
        return Request.model_validate_json(raw.removeprefix(BOM_UTF8))
    except ValidationError as error:
        raise UserError(_why_not(error)) from None


def is_whole(raw: bytes) -> bool:
    """Whether it is JSON to its end; one that is still being written is not."""
    try:
        from_json(raw.removeprefix(BOM_UTF8))
    except ValueError:
        return False
    return True


def _why_not(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"])
    if first["type"] == "json_invalid":
        return _("it is no JSON that can be read")
    if field == "version":
        return _("it was written for another version of Render Manager")
    if not field:
        return _("it does not hold a request")
    return _("“{field}” is missing or cannot be used").format(field=field[:80])
