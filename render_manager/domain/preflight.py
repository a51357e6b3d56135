"""What can be known to be wrong with a task before a renderer is started. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from render_manager.base.i18n import N_, _, ngettext
from render_manager.domain.job import RenderJob, SceneInfo

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


NO_RENDERER = "no_renderer"
"""The code of what says that the renderer is not on this machine, or cannot be used."""


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


def unknown_camera(camera: str | None, scene: SceneInfo | None) -> str | None:
    """A sentence if the scene has cameras and not this one."""
    known = [each.name for each in scene.cameras] if scene else []
    if not camera or not known or camera in known:
        return None
    sentence = _("The scene has no camera “{camera}”. It has: {known}.")
    return sentence.format(camera=camera, known=listed(known))


def unknown_layer(layers: Sequence[str], scene: SceneInfo | None) -> str | None:
    """A sentence if the scene has layers and one of these is not among them."""
    known = [each.name for each in scene.layers] if scene else []
    gone = [layer for layer in layers if known and layer not in known]
    if not gone:
        return None
    sentence = _("The scene has no layer “{layer}”. It has: {known}.")
    return sentence.format(layer=gone[0], known=listed(known))


def _cameras(job: RenderJob) -> Iterator[Finding]:
    known = job.scene.cameras if job.scene else ()
    if told := unknown_camera(job.options.camera, job.scene):
        yield Finding("no_camera", told, Level.ERROR)
    elif known and not job.options.camera and all(each.renderable is False for each in known):
        text = _("No camera of the scene is set to be rendered. Choose one for the task.")
        yield Finding("no_camera", text, Level.ERROR)


def _layers(job: RenderJob) -> Iterator[Finding]:
    if told := unknown_layer(job.options.layers, job.scene):
        yield Finding("unknown_layer", told, Level.ERROR)


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
