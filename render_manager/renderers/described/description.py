"""What a renderer's TOML file may say.

The keys are explained where they are written: in the comments of `samples/povray.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from typing import Annotated, Literal

from pydantic import Field, model_validator

from render_manager.base.i18n import _
from render_manager.renderers.described.groups import GroupSpot
from render_manager.renderers.described.placeholders import (
    ALWAYS,
    BY_DEFAULT,
    IF_CHOSEN,
    OF_FRAME,
    OF_RUN,
    RESERVED,
    WrongKeyError,
    check_certain,
    check_known,
    check_needed,
    names_in,
)
from render_manager.renderers.described.spots import TextSpot
from render_manager.renderers.described.tables import (
    Defaults,
    FrameList,
    LogPatterns,
    ProblemPattern,
    ScenePatterns,
    Table,
)
from render_manager.renderers.described.template import Template, group_of
from render_manager.renderers.described.values import (
    ArgumentText,
    AsList,
    EnvText,
    Regex,
    Suffix,
    TemplateText,
    Text,
    TextRegex,
    Word,
)


class Description(Table):
    """A whole file. That its keys fit together has been checked."""

    name: Word
    title: Text
    suffixes: Annotated[tuple[Suffix, ...], AsList, Field(min_length=1)]
    executable: Annotated[tuple[Text, ...], AsList, Field(min_length=1)]
    version_args: tuple[str, ...] = ()
    version_pattern: Regex = re.compile(r"\d+(?:\.\d+)+")
    version_in_path: TextRegex | None = None
    proof: Literal["run", "documentation"] = "run"
    command: tuple[ArgumentText, ...]
    frames: Literal["one", "range", "list"]
    frame_list: FrameList = FrameList()
    output: Annotated[tuple[TemplateText, ...], AsList] = ()
    working_dir: TemplateText = Template.parse("{scene_dir}")
    env: dict[str, EnvText] = Field(default_factory=dict)
    forbidden_in_paths: Regex | None = None
    options: dict[str, str] = Field(default_factory=dict)
    needs: tuple[str, ...] = ()
    choices: dict[str, TextSpot] = Field(default_factory=dict)
    groups: GroupSpot | None = None
    defaults: Defaults = Defaults()
    scene: ScenePatterns = ScenePatterns()
    patterns: LogPatterns = LogPatterns()
    problem: tuple[ProblemPattern, ...] = ()

    @property
    def used(self) -> frozenset[str]:
        """The placeholders in command and environment."""
        return names_in([*self._items(), *self._environment()])

    @model_validator(mode="after")
    def _fits_together(self) -> Description:
        self._check_options()
        self._check_command()
        self._check_output()
        check_known("working_dir", [self.working_dir], ALWAYS)
        if self.frame_list.range is not None:
            check_known("frame_list.range", [self.frame_list.range], {"first", "last"})
        return self

    def _check_options(self) -> None:
        for name in self.options:
            if name in RESERVED or not name.isidentifier():
                raise WrongKeyError(
                    "options",
                    _("“{name}” cannot be the name of an option; choose another word").format(
                        name=name
                    ),
                )
        for key, names in (("needs", self.needs), ("choices", self.choices)):
            for name in names:
                if name not in self.options:
                    raise WrongKeyError(
                        key, _("“{name}” is not one of the [options]").format(name=name)
                    )

    def _check_command(self) -> None:
        run = OF_RUN[self.frames] | {"executable"}
        known = run | self._scene_names()
        certain = self._certain() | (run - {"padded"})
        check_known("command", self._items(), known)
        check_known("env", self._environment(), known - {"stretch"})
        for argument in self.command:
            check_certain("command", argument, certain)
        groups = [group_of(argument) for argument in self.command]
        check_needed(
            _always_there([*groups, *map(group_of, self._environment())], certain), self.frames
        )

    def _check_output(self) -> None:
        if not self.output and not self.patterns.saved:
            raise WrongKeyError(
                "output",
                _("say which files a frame leaves, here or by “saved” under [patterns]"),
            )
        for template in self.output:
            check_known("output", [template], self._scene_names() | OF_FRAME)
            check_certain("output", template, self._certain() | {"frame"})
            if not template.names & OF_FRAME:
                raise WrongKeyError(
                    "output",
                    _("“{text}” is the same for all frames; add {{frame:04d}}").format(
                        text=template.text
                    ),
                )

    def _items(self) -> list[Template]:
        return [template for argument in self.command for template in group_of(argument)]

    def _environment(self) -> list[Template]:
        return [value for value in self.env.values() if value is not None]

    def _scene_names(self) -> frozenset[str]:
        """The placeholders that are the same for every run of a task."""
        return frozenset(ALWAYS | BY_DEFAULT.keys() - {"padded"} | IF_CHOSEN | self.options.keys())

    def _certain(self) -> frozenset[str]:
        """The placeholders that stand for something in every run, whatever scene and user say."""
        defaulted = {name for name, key in BY_DEFAULT.items() if getattr(self.defaults, key)}
        chosen = {name for name, value in self.options.items() if value}
        return ALWAYS | defaulted | chosen | set(self.needs)


def _always_there(groups: Iterable[tuple[Template, ...]], certain: Set[str]) -> frozenset[str]:
    """The placeholders of the groups that are never left out."""
    return frozenset().union(*(names for group in groups if (names := names_in(group)) <= certain))
