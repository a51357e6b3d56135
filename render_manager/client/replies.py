"""What comes back, as plain dicts with these keys. The server's own models hold for what they mean."""

from __future__ import annotations

from typing import Any, TypedDict


class TaskStatus(TypedDict):
    id: int
    status: str
    progress_percentage: float
    completed_frames: int
    total_frames: int
    error_message: str | None


class After(TypedDict):
    """An earlier task; with `by_frame` each frame waits for the same frame of it."""

    task: int
    by_frame: bool


class Problem(TypedDict):
    """What a renderer's log is blamed for: cause and advice in words, `text` as the log has it."""

    code: str
    text: str
    cause: str | None
    advice: str | None
    line: int | None


class Task(TaskStatus):
    """Times are seconds since 1970."""

    project_file: str
    render_engine: str
    priority: int
    retry_count: int
    max_retries: int
    celery_task_id: str | None
    name: str
    frames: str
    failed_frames: int
    output_dir: str
    camera: str | None
    layers: list[str]
    width: int | None
    height: int | None
    scene: str | None
    samples: int | None
    engine: str | None
    device: str | None
    format: str | None
    options: dict[str, str]
    on_suspicion: str
    suspicious_frames: int
    start_at: float | None
    hours: str | None
    ready_by: float | None
    machines: list[str]
    needs: dict[str, int]
    depends_on: list[After]
    frame_order: str
    approve_after: int
    awaits_approval: bool
    held: bool
    runs: int
    phase: str | None
    warnings: list[str]
    problem: Problem | None
    created_at: float
    started_at: float | None
    finished_at: float | None
    elapsed_seconds: float
    seconds_left: list[float] | None
    detail: dict[str, Any] | None


class TaskPage(TypedDict):
    """`total` counts those that are not on this page too."""

    items: list[Task]
    total: int


class Frame(TypedDict):
    id: int
    task_id: int
    frame_number: int
    status: str
    output_path: str | None
    thumbnail_path: str | None
    render_time: float | None
    error_message: str | None
    files: list[str]
    suspicions: list[str]
    detail: dict[str, Any] | None


class Run(TypedDict):
    id: int
    task_id: int
    frames: str
    pid: int | None
    process_created: float | None
    command: str | None
    log_path: str | None
    started_at: float
    ended_at: float | None
    exit_code: int | None
    outcome: str | None
    reason: str | None
    machine: str | None


class Outlook(TypedDict):
    waiting: list[str]
    holdup: str | None
    disk: str | None
    ready: list[str]


class Done(TypedDict):
    tasks: list[int]


class Setting(TypedDict):
    """`may_change` says whether it can be changed from where it was asked."""

    value: Any
    origin: str
    may_change: bool


class Settings(TypedDict):
    settings: dict[str, Setting]


class Uploaded(TypedDict):
    """`path` goes into `project_file`; of an archive, `scenes` are those in it."""

    path: str
    size: int
    scenes: list[str]


class Renderer(TypedDict):
    name: str
    title: str
    suffixes: list[str]
    problems: list[str]
    is_from_documentation: bool
    installations: list[dict[str, str | None]]
    how_to_install: str | None


class MachineRun(TypedDict):
    id: int
    task_id: int
    task: str
    frames: str
    percent: float


class Machine(TypedDict):
    """`state` is idle, rendering, draining, off, set aside, resting or away; `reason` says why it is given
    nothing; `speed` is how fast it is beside all together, `cpu` and `memory` are percent."""

    name: str
    state: str
    reason: str | None
    slots: int
    runs: list[MachineRun]
    speed: float | None
    cpu: float | None
    memory: float | None
    renderers: dict[str, list[str]]
    pools: list[str]
    version: str
    is_local: bool
    hours: str


class MachineLog(TypedDict):
    text: str
    heard: float | None


class Health(TypedDict):
    status: str
    version: str
    tasks: dict[str, int]
    running: int


class Undone(TypedDict):
    undone: str
