"""What goes in and out as JSON, with the field names of the original service."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, StringConstraints

from render_manager.base.amounts import MOST
from render_manager.domain.machines import MachineState
from render_manager.domain.task import FrameDetail
from render_manager.http_api.settings_out import CHANGEABLE
from render_manager.service.amending import MOST_SAMPLES
from render_manager.service.telling import TaskTold


def _whole(value: object) -> object:
    """In JSON 4.0 is a whole number like 4, and some programs write no other."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Text = Annotated[str, StringConstraints(max_length=4096, pattern=r"^[^\x00]*$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=4096, pattern=r"^[^\x00]*$")]
WHOLE = BeforeValidator(_whole)
Priority = Annotated[int, Field(ge=0, le=10), WHOLE]
Retries = Annotated[int, Field(ge=0, le=100), WHOLE]
FrameCount = Annotated[int, Field(ge=0, le=1_000_000), WHOLE]
Side = Annotated[int, Field(ge=1, le=65_536), WHOLE]
SideOrNone = Annotated[int, Field(ge=0, le=65_536), WHOLE]
"""0 is as in the scene."""
Status = Literal["pending", "running", "paused", "completed", "failed", "cancelled"]
FrameStatus = Literal["pending", "rendering", "completed", "failed"]
Suspicions = Literal["note", "retry", "fail"]
FrameOrders = Literal[
    "numbered", "ends_first", "every_4th", "every_8th", "every_16th", "every_32nd"
]
Moment = Annotated[float, Field(ge=0, le=7_258_118_400)] | Text
"""Seconds since 1970, or text such as "19:00", by the clock of the machine that renders."""


Needs = dict[Name, Annotated[int, Field(ge=0, le=MOST), WHOLE]] | Text
MachineNames = Annotated[list[Name], Field(max_length=100)]


class Asked(BaseModel):
    """A request: an unknown field is a mistake, so that none is overlooked."""

    model_config = ConfigDict(extra="forbid", strict=True)


class AfterAsked(Asked):
    """An earlier task to wait for; with `by_frame` each frame waits for the same frame of it."""

    task: Annotated[int, WHOLE]
    by_frame: bool = False


DependsOn = Text | Annotated[list[Annotated[int, WHOLE] | AfterAsked], Field(max_length=100)]
"""Text such as "3, 7/frame", or a list of numbers of tasks and objects."""


class NewTask(Asked):
    """A scene to be rendered. What is left out is as the scene or the settings have it."""

    project_file: Name = Field(description="The scene, by its path on the machine that renders")
    render_engine: Text | None = Field(None, description="maya, ue, blender, …; else by the file")
    priority: Priority | None = Field(None, description="0–3 low, 4–7 normal, 8–10 high")
    total_frames: Annotated[int, Field(ge=1, le=1_000_000), WHOLE] | None = Field(
        None, description="Frames 1 to this number"
    )
    frames: Text | None = Field(None, description='Such as "1-100x2,150"')
    max_retries: Retries | None = None
    output_dir: Name | None = None
    camera: Text | None = None
    layers: list[Name] | None = Field(None, max_length=1000)
    scene: Text | None = Field(None, description="The scene inside the file, of Blender")
    width: Side | None = None
    height: Side | None = None
    samples: Annotated[int, Field(ge=1, le=MOST_SAMPLES), WHOLE] | None = Field(
        None, description="Samples per pixel"
    )
    engine: Text | None = Field(None, description="Such as CYCLES")
    device: Text | None = Field(None, description="CPU, CUDA, OPTIX, HIP, ONEAPI or METAL")
    format: Text | None = Field(None, description="Such as PNG or OPEN_EXR_MULTILAYER")
    options: dict[Name, Text] | None = Field(
        None, description="Options of one renderer, such as sequence and map of Unreal"
    )
    on_suspicion: Suspicions | None = None
    start_at: Moment | None = Field(
        None,
        description='No frame before: seconds since 1970, or "19:00", "2026-11-27 08:00", "+2h"',
    )
    hours: Text | None = Field(
        None, description='When it may be rendered: "Mo-Fr 19:00-08:00, Sa-Su all day", or "always"'
    )
    ready_by: Moment | None = Field(None, description="When it should be done")
    machines: MachineNames | None = Field(
        None, description="Machines and pools that it is kept to; local is the queue's own"
    )
    needs: Needs | None = Field(
        None,
        description="What each run takes of the named limits, other than its renderer's runs do: "
        'such as {"gpu_gb": 8}, or "gpu_gb=8"',
    )
    frame_order: FrameOrders | None = Field(None, description="Which frames are rendered first")
    approve_after: FrameCount | None = Field(
        None, description="After so many frames it waits until somebody approves them; 0 is never"
    )
    depends_on: DependsOn | None = Field(
        None,
        description='Earlier tasks to wait for: [3, {"task": 7, "by_frame": true}] or "3, 7/frame"',
    )
    paused: bool = Field(False, description="Whether it waits until it is resumed")


class TaskPatch(Asked):
    """What is to be different. A picture that is another one renders every frame again."""

    priority: Priority | None = None
    max_retries: Retries | None = None
    paused: bool | None = None
    frames: Text | None = None
    camera: Text | None = None
    layers: list[Name] | None = Field(None, max_length=1000)
    width: SideOrNone | None = None
    height: SideOrNone | None = None
    samples: Annotated[int, Field(ge=0, le=MOST_SAMPLES), WHOLE] | None = Field(
        None, description="Samples per pixel; 0 is as in the scene"
    )
    engine: Text | None = Field(
        None, description="Such as CYCLES; an empty text is as in the scene"
    )
    device: Text | None = Field(None, description="An empty text is as in the scene")
    format: Text | None = Field(None, description="An empty text is as in the scene")
    output_dir: Name | None = None
    options: dict[Name, Text] | None = None
    on_suspicion: Suspicions | None = None
    start_at: Moment | None = Field(None, description="0 or an empty text takes it away")
    hours: Text | None = Field(None, description="An empty text is as for all tasks")
    ready_by: Moment | None = Field(None, description="0 or an empty text takes it away")
    machines: MachineNames | None = Field(None, description="An empty list is all of them")
    needs: Needs | None = Field(None, description="None at all are those of its renderer")
    frame_order: FrameOrders | None = None
    approve_after: FrameCount | None = None
    depends_on: DependsOn | None = Field(None, description="An empty list is none")


class Move(Asked):
    """Where in the queue a task goes: in front of another one, or last of its priority."""

    before: Annotated[int, WHOLE] | None = None
    priority: Priority | None = None


_NEEDS_PRIORITY: dict[str, Any] = {
    "if": {"properties": {"verb": {"const": "priority"}}},
    "then": {"required": ["priority"], "properties": {"priority": {"type": "integer"}}},
}


class Doing(Asked):
    """A verb for several tasks at once, which is one step of undo. `priority` is for `priority` and
    `move`, `before` for `move`, `failed_only` for `retry`, `changes` for `change`."""

    model_config = ConfigDict(json_schema_extra=_NEEDS_PRIORITY)

    verb: Literal[
        "approve",
        "cancel",
        "retry",
        "pause",
        "resume",
        "priority",
        "move",
        "duplicate",
        "remove",
        "change",
    ]
    tasks: Annotated[list[Annotated[int, WHOLE]], Field(min_length=1, max_length=100_000)]
    priority: Priority | None = None
    before: Annotated[int, WHOLE] | None = None
    failed_only: bool = False
    changes: TaskPatch | None = None


class Steering(Asked):
    """`enable` gives machines work again, `drain` lets them finish what they have, `disable` gives
    their frames to others at once, `set_hours` has them render in these hours alone, `forget` takes
    those that are away out of the list."""

    verb: Literal["enable", "drain", "disable", "set_hours", "forget"]
    machines: Annotated[list[Name], Field(min_length=1, max_length=1000)]
    hours: str | None = Field(
        None, max_length=500, description="For set_hours: Mo-Fr 19:00-08:00; without, always"
    )


class SettingsPatch(Asked):
    """Settings by name, in small letters, with their new values. All are taken on or none."""

    settings: dict[Name, JsonValue] = Field(
        min_length=1, max_length=200, json_schema_extra={"propertyNames": {"enum": [*CHANGEABLE]}}
    )


class Retry(Asked):
    failed_only: bool = False


class FrameNumbers(Asked):
    """Frames of a task, by number."""

    frames: (
        Annotated[list[Annotated[int, WHOLE]], Field(min_length=1, max_length=100_000)] | Name
    ) = Field(description='A list of numbers, or text such as "1-10,15"')


class ProblemOut(BaseModel):
    """What a renderer's log is blamed for: `cause` and `advice` in words, `text` as the log has it."""

    code: str
    text: str
    cause: str | None = None
    advice: str | None = None
    line: int | None = None


class AfterOut(BaseModel):
    """An earlier task; with `by_frame` each frame waits for the same frame of it."""

    task: int
    by_frame: bool


class TaskStatus(BaseModel):
    id: int
    status: Status
    progress_percentage: float = Field(ge=0, le=100)
    completed_frames: int
    total_frames: int
    error_message: str | None = None


class TaskOut(TaskStatus):
    """A task, with all fields of the original's RenderTask."""

    project_file: str
    render_engine: str
    priority: int
    retry_count: int
    max_retries: int
    celery_task_id: str | None = None
    name: str
    frames: str
    failed_frames: int
    output_dir: str
    camera: str | None = None
    layers: list[str] = []
    width: int | None = None
    height: int | None = None
    scene: str | None = Field(None, description="The scene inside the file, of Blender")
    samples: int | None = None
    engine: str | None = None
    device: str | None = None
    format: str | None = None
    options: dict[str, str] = {}
    on_suspicion: Suspicions
    suspicious_frames: int = 0
    start_at: float | None = Field(None, description="Seconds since 1970")
    hours: str | None = Field(None, description="When it may be rendered; none is as for all tasks")
    ready_by: float | None = Field(None, description="When it should be done")
    machines: list[str] = Field([], description="Machines and pools that it is kept to")
    needs: dict[str, int] = Field(
        {}, description="What each run takes of the named limits, other than its renderer's runs do"
    )
    frame_order: FrameOrders = "numbered"
    approve_after: int = 0
    awaits_approval: bool = Field(False, description="Whether its first frames are to be approved")
    depends_on: list[AfterOut] = Field([], description="Earlier tasks that it waits for")
    held: bool = Field(False, description="Whether the queue itself paused it, and says why")
    runs: int = Field(0, description="Renderers at work on it")
    phase: str | None = Field(None, description="loading, compiling, …, while nothing is rendered")
    warnings: list[str] = []
    problem: ProblemOut | None = None
    created_at: float = Field(description="Seconds since 1970")
    started_at: float | None = None
    finished_at: float | None = None
    elapsed_seconds: float = 0
    seconds_left: tuple[float, float] | None = Field(None, description="From … to")
    detail: TaskTold | None = Field(
        None, description="All that is known of it, if it is asked for with detail=full"
    )


class TaskPage(BaseModel):
    items: list[TaskOut]
    total: int = Field(description="How many there are, beside those on this page")


class FrameOut(BaseModel):
    """A frame, with all fields of the original's RenderFrame."""

    id: int
    task_id: int
    frame_number: int
    status: FrameStatus
    output_path: str | None = None
    thumbnail_path: str | None = None
    render_time: float | None = Field(None, description="Seconds")
    error_message: str | None = None
    files: list[str] = []
    suspicions: list[str] = []
    detail: FrameDetail | None = Field(
        None, description="Its files with size and layers, if asked for with detail=full"
    )


class RunOut(BaseModel):
    id: int
    task_id: int
    frames: str
    pid: int | None = None
    process_created: float | None = None
    command: str | None = Field(None, description="The command line, as it can be typed")
    log_path: str | None = None
    started_at: float
    ended_at: float | None = None
    exit_code: int | None = None
    outcome: str | None = None
    reason: str | None = None
    machine: str | None = Field(None, description="Who made it; null is this machine")


class Outlook(BaseModel):
    """Why a task is not being rendered, and what may come in its way; in sentences."""

    waiting: list[str]
    holdup: str | None = Field(None, description="What that machine lacks to begin with it")
    disk: str | None = Field(
        None, description="If the disk will not do for the frames that are left"
    )
    ready: list[str] = Field(
        [], description="When it will be done, whether that is in time, and what would help"
    )


class Done(BaseModel):
    tasks: list[int] = Field(description="The tasks that were named; of duplicate, the new ones")


class SettingOut(BaseModel):
    value: JsonValue
    origin: str = Field(description="given, environment, dotenv, file or default")
    may_change: bool = Field(description="Whether it can be changed from where this was asked")


class SettingsOut(BaseModel):
    """Settings by name. Secrets are never told, nor what only its own window is concerned with."""

    settings: dict[str, SettingOut]


class Uploaded(BaseModel):
    """`path` goes into `project_file`; of an archive, `scenes` are those in it."""

    path: str
    size: int
    scenes: list[str] = []


class RendererOut(BaseModel):
    name: str
    title: str
    suffixes: list[str]
    problems: list[str] = []
    is_from_documentation: bool = Field(False, description="Whether nobody has run it here yet")
    installations: list[dict[str, str | None]]
    how_to_install: str | None = None


class MachineRunOut(BaseModel):
    """A run under way on a machine."""

    id: int
    task_id: int
    task: str
    frames: str
    percent: float = Field(description="How much of its frames is done")


class MachineOut(BaseModel):
    """A machine that renders for this queue; the one that holds it is called local."""

    name: str
    state: MachineState
    reason: str | None = Field(None, description="Why it is given nothing")
    slots: int
    runs: list[MachineRunOut]
    speed: float | None = Field(None, description="Beside all together; 2 takes half the time")
    cpu: float | None = Field(None, description="Percent in use")
    memory: float | None = Field(None, description="Percent in use")
    renderers: dict[str, list[str]] = Field(description="Versions by name")
    pools: list[str]
    version: str
    is_local: bool
    hours: str = Field("", description="When it renders; empty is always")


class MachineLogOut(BaseModel):
    """The end of a machine's own log as far as it is known. Newer is asked for with each look."""

    text: str
    heard: float | None = Field(None, description="Seconds since 1970; null is never yet")


class Health(BaseModel):
    status: Literal["ok"] = "ok"
    version: str
    tasks: dict[str, int]
    running: int


class Undone(BaseModel):
    undone: str


class Fault(BaseModel):
    """What every error says."""

    detail: str
    field: str | None = None
