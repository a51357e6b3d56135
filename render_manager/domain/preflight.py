"""What can be known to be wrong with a task before a renderer is started. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from render_manager.base.i18n import N_, _, ngettext
from render_manager.domain.job import RenderJob

MOST_NAMED = 3


class Level(StrEnum):
    """How much a finding matters: worth knowing; likely to fail, but the user may know better; or
    so that no renderer can be started at all."""

    WARNING = "warning"
    ERROR = "error"
    IMPOSSIBLE = "impossible"


class ScriptPolicy(StrEnum):
    """What the user wants of scenes that run scripts of their own."""

    ALLOW = "allow"
    WARN = "warn"
    REFUSE = "refuse"


CHOICES: Mapping[str, str] = {
    ScriptPolicy.ALLOW: N_("Run them"),
    ScriptPolicy.WARN: N_("Run them, and warn"),
    ScriptPolicy.REFUSE: N_("Hold the task"),
}
"""The policies as the settings call them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`text` is a sentence that says what is wrong and what to do."""

    code: str
    text: str
    level: Level = Level.WARNING

    @property
    def blocks(self) -> bool:
        return self.level is not Level.WARNING


def blocking(findings: Sequence[Finding]) -> Finding | None:
    """The first finding for which the task should not be started."""
    return next((finding for finding in findings if finding.blocks), None)


def look_through(job: RenderJob, scripts: ScriptPolicy) -> Iterator[Finding]:
    """What the job and its scene say of themselves."""
    yield from _cameras(job)
    yield from _layers(job)
    yield from _scripts(job, scripts)


def _cameras(job: RenderJob) -> Iterator[Finding]:
    known = job.scene.cameras if job.scene else ()
    names = [camera.name for camera in known]
    if job.options.camera and names and job.options.camera not in names:
        sentence = _("The scene has no camera “{camera}”. It has: {known}.")
        text = sentence.format(camera=job.options.camera, known=listed(names))
        yield Finding("no_camera", text, Level.ERROR)
    elif known and not job.options.camera and all(each.renderable is False for each in known):
        text = _("No camera of the scene is set to be rendered. Choose one for the task.")
        yield Finding("no_camera", text, Level.ERROR)


def _layers(job: RenderJob) -> Iterator[Finding]:
    known = [layer.name for layer in job.scene.layers] if job.scene else []
    if gone := [layer for layer in job.options.layers if known and layer not in known]:
        sentence = _("The scene has no layer “{layer}”. It has: {known}.")
        text = sentence.format(layer=gone[0], known=listed(known))
        yield Finding("unknown_layer", text, Level.ERROR)


def _scripts(job: RenderJob, policy: ScriptPolicy) -> Iterator[Finding]:
    scripts = job.scene.scripts if job.scene else ()
    if not scripts or policy is ScriptPolicy.ALLOW:
        return
    told = ngettext(
        "The scene runs a script of its own: {scripts}.",
        "The scene runs scripts of its own: {scripts}.",
        len(scripts),
    ).format(scripts=listed(scripts))
    if policy is ScriptPolicy.REFUSE:
        refused = _("Such scenes are refused here (SCENE_SCRIPTS).")
        yield Finding("scripts", f"{told} {refused}", Level.ERROR)
    else:
        warned = _("Render it only if you trust where it is from.")
        yield Finding("scripts", f"{told} {warned}")


def listed(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    named = ", ".join(names[:MOST_NAMED])
    if len(names) <= MOST_NAMED:
        return named
    return _("{names} and {count} more").format(names=named, count=len(names) - MOST_NAMED)
