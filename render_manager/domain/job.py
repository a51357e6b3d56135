"""What to render and how: the part of a task that a renderer needs, as a plain value."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SceneCamera:
    name: str
    renderable: bool | None = None


@dataclass(frozen=True, slots=True)
class SceneLayer:
    """`node` is what the renderer calls it, if that is not the name that people know. One that
    `is_referenced` comes with another scene, and may or may not be rendered with this one."""

    name: str
    renderable: bool | None = None
    node: str | None = None
    is_referenced: bool = False


@dataclass(frozen=True, slots=True)
class SceneInfo:
    """What was read from a scene file without starting the program that made it.

    What cannot be known is None, and a warning says why. `prefix` is the output path or name as
    the scene has it; `format` is the file type in capitals ("PNG", "OPEN_EXR"). `naming` is a
    file's name in the scene's own scheme, with a # for each digit of the frame ("shot.####.exr").

    `single_frame` is the one to render of a scene that is not set to be an animation, whatever its
    range. `size_may_differ` says that the files may have another size than `width` and `height`.

    `choices` are what can be chosen of the scene beside camera, layers and scene: by the name of an
    option in `RenderOptions.extra` ("sequence", "take"), the values it may have. `scripts` names
    what the scene runs of its own while it is opened or rendered. `references` are the files that
    it reads other parts of the scene from. `modified` is when the file was saved that was read, in
    seconds since the epoch by the clock of its disk.
    """

    renderer: str
    version: str | None = None
    start: int | None = None
    end: int | None = None
    step: int | None = None
    single_frame: int | None = None
    fps: float | None = None
    width: int | None = None
    height: int | None = None
    size_may_differ: bool = False
    cameras: tuple[SceneCamera, ...] = ()
    layers: tuple[SceneLayer, ...] = ()
    scenes: tuple[str, ...] = ()
    prefix: str | None = None
    format: str | None = None
    naming: str | None = None
    engine: str | None = None
    camera: str | None = None
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    modified: float | None = None

    @property
    def frames(self) -> range:
        """What the scene itself would render; empty if it is not known."""
        if self.single_frame is not None:
            return range(self.single_frame, self.single_frame + 1)
        if self.start is None or self.end is None:
            return range(0)
        return range(self.start, self.end + 1, self.step or 1)


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """What the user wants different from the scene; None and empty mean "as in the scene".

    `width` and `height` are the final size in pixels. `extra` holds options that only one
    renderer knows (custom renderers may ask for any).
    """

    camera: str | None = None
    layers: tuple[str, ...] = ()
    scene: str | None = None
    width: int | None = None
    height: int | None = None
    samples: int | None = None
    engine: str | None = None
    device: str | None = None
    format: str | None = None
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RenderJob:
    """All that a renderer needs to know of a task, to render any of its frames.

    `output_dir` is an absolute folder that our output goes to; `name` is the stem of the file
    names there. `expected_size` is the picture size in pixels that evidence demands, or None if it
    is not known beforehand.
    """

    project_file: str
    renderer: str
    name: str
    output_dir: str
    options: RenderOptions = RenderOptions()
    scene: SceneInfo | None = None

    @property
    def expected_size(self) -> tuple[int, int] | None:
        scene = None if self.scene is None or self.scene.size_may_differ else self.scene
        width = self.options.width or (scene.width if scene else None)
        height = self.options.height or (scene.height if scene else None)
        return (width, height) if width and height else None
