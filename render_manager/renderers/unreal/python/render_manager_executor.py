"""Runs inside Unreal: renders the ranges that Render Manager asks for, and says how far it is.

What to render stands as JSON in the environment variable RENDER_MANAGER_JOB; the state goes to the
file that RENDER_MANAGER_STATUS_FILE names, by atomic replace, and what must not be lost goes to
the log as well, after the mark `[render-manager]`. Python 3.7 (Unreal 4.27) and newer.

Unproven: no engine could be run where this was written. What is known of executors in Python was
seen by others with Unreal 5.6 (unreal-render-farm): plain attributes of the executor are lost
between callbacks, so all state is in `STATE`; `_post_init` is not called; the next pipeline must be
started on the next tick; an executor that does not report its end keeps Unreal open for ever.
"""

import functools
import json
import os
import time
import traceback
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

import unreal

MARK = "[render-manager] "
LEAST_SECONDS = 0.5
HEARTBEAT_SECONDS = 5.0
MOST_FILES = 100
"""In one line of the log, of which 64 KB are read, and in the status file."""


class State:
    """All that is remembered: an executor's own attributes do not last."""

    def __init__(self) -> None:
        self.wanted: Dict[str, Any] = {}
        self.executor: Any = None
        self.pipeline: Any = None
        self.queue: Any = None
        self.jobs: List[Any] = []
        self.ranges: List[Tuple[int, int]] = []
        self.index = -1
        self.is_next_due = False
        self.is_stopping = False
        self.is_over = False
        self.errors: List[str] = []
        self.files: List[Dict[str, Any]] = []
        self.told: Dict[str, Any] = {}
        self.told_at = 0.0


STATE = State()


# --- what is told ---------------------------------------------------------------------------------


def tell(state: str, **facts: Any) -> None:
    """Write the status file: at once when the state is another one, else at most twice a second."""
    now = time.time()
    said = {"version": 1, "state": state, "job": STATE.index + 1, "jobs": len(STATE.ranges)}
    said.update(facts)
    pause = LEAST_SECONDS if said != STATE.told else HEARTBEAT_SECONDS
    if state == STATE.told.get("state") and now - STATE.told_at < pause:
        return
    STATE.told, STATE.told_at = said, now
    write_status(
        dict(said, heartbeat=now, errors=STATE.errors[-20:], files=STATE.files[-MOST_FILES:])
    )


def write_status(said: Dict[str, Any]) -> None:
    path = os.environ.get("RENDER_MANAGER_STATUS_FILE")
    if not path:
        return
    new = Path(path + ".tmp")
    try:
        new.write_text(json.dumps(said), encoding="utf-8")
        new.replace(path)
    except OSError:  # Windows, while it is being read: the next one follows soon
        pass


def mark(event: str, **facts: Any) -> None:
    """A line in the log, for what must not be lost."""
    unreal.log(MARK + json.dumps(dict(facts, event=event)))


def report(sentence: str) -> None:
    STATE.errors.append(sentence)
    mark("error", errors=[sentence])


def guarded(function: Callable[..., None]) -> Callable[..., None]:
    """An exception must end the render and Unreal with it, or it stays open for ever."""

    @functools.wraps(function)
    def act(*arguments: Any) -> None:
        try:
            function(*arguments)
        except Exception:
            report(traceback.format_exc())
            end("failed")

    return act


# --- the queue ------------------------------------------------------------------------------------


def make_queue(index: int) -> Any:
    """A queue of one job: the range of that index. Presets are copied, never changed."""
    wanted, first_last = STATE.wanted, STATE.ranges[index]
    queue = unreal.new_object(unreal.MoviePipelineQueue, outer=STATE.executor)
    if wanted.get("queue"):
        source = unreal.load_asset(wanted["queue"])
        if source is None:
            raise RuntimeError("The render queue {} is not there.".format(wanted["queue"]))
        jobs = [queue.duplicate_job(job) for job in source.get_jobs() if is_on(job)]
    else:
        jobs = [make_job(queue, wanted)]
    if not jobs:
        raise RuntimeError("The render queue has no job that is switched on.")
    for number, job in enumerate(jobs):
        adapt(job, wanted, first_last, number if len(jobs) > 1 else None)
    return queue


def is_on(job: Any) -> bool:
    return not hasattr(job, "is_enabled") or bool(job.is_enabled())


def make_job(queue: Any, wanted: Dict[str, Any]) -> Any:
    job = queue.allocate_new_job(unreal.MoviePipelineExecutorJob)
    job.sequence = unreal.SoftObjectPath(wanted["sequence"])
    job.map = unreal.SoftObjectPath(wanted["map"])
    job.job_name = wanted["name"]
    if wanted.get("preset"):
        preset = unreal.load_asset(wanted["preset"])
        if preset is None:
            raise RuntimeError("The preset {} is not there.".format(wanted["preset"]))
        use_preset(job, preset)
    else:
        config = job.get_configuration()
        config.find_or_add_setting_by_class(unreal.MoviePipelineDeferredPassBase)
        config.find_or_add_setting_by_class(unreal.MoviePipelineImageSequenceOutput_PNG)
    return job


def use_preset(job: Any, preset: Any) -> None:
    """A graph (Unreal 5.4 and newer) is set as a graph. Unproven: its ranges cannot be changed from
    here, so it renders its own."""
    if hasattr(unreal, "MovieGraphConfig") and isinstance(preset, unreal.MovieGraphConfig):
        job.set_graph_preset(preset)
    else:
        job.set_configuration(preset)


def adapt(job: Any, wanted: Dict[str, Any], first_last: Tuple[int, int], number: Any) -> None:
    """Range, size, folder and names; frames before a range that begins within a shot are warmed up
    and thrown away."""
    config = job.get_configuration()
    if config is None:
        report("A graph's range and output cannot be changed from here: it renders its own.")
        return
    output = config.find_or_add_setting_by_class(unreal.MoviePipelineOutputSetting)
    output.use_custom_playback_range = True
    output.custom_start_frame = first_last[0]
    output.custom_end_frame = first_last[1] + 1  # the end is not rendered
    output.output_directory = unreal.DirectoryPath(wanted["output_dir"])
    output.file_name_format = name_format(wanted["name"], number)
    output.zero_pad_frame_numbers = 4
    output.override_existing_output = True
    if wanted.get("width") and wanted.get("height"):
        output.output_resolution = unreal.IntPoint(wanted["width"], wanted["height"])
    warm_up(config, wanted.get("warm_up") or 0)
    config.initialize_transient_settings()


def name_format(name: str, number: Any) -> str:
    """Pictures of several passes and cameras must not overwrite each other; the frame comes last.
    Braces in a task's name would be taken for a token."""
    plain = name.replace("{", "(").replace("}", ")")
    part = "" if number is None else f".job{number + 1}"
    return plain + part + ".{shot_name}.{camera_name}.{render_pass}.{frame_number}"


def warm_up(config: Any, frames: int) -> None:
    """Unproven: `use_camera_cut_for_warm_up` False renders the first frame again and again, which
    settles anti-aliasing and effects, but not motion."""
    if frames and hasattr(unreal, "MoviePipelineAntiAliasingSetting"):
        setting = config.find_or_add_setting_by_class(unreal.MoviePipelineAntiAliasingSetting)
        setting.engine_warm_up_count = max(setting.engine_warm_up_count, frames)
        setting.render_warm_up_count = max(setting.render_warm_up_count, frames)


# --- the executor ---------------------------------------------------------------------------------


@unreal.uclass()
class RenderManagerExecutor(unreal.MoviePipelinePythonHostExecutor):  # type: ignore[misc]
    """What `-ExecutorPythonClass` names. Its callbacks do nothing but call functions of this file."""

    @unreal.ufunction(override=True)  # type: ignore[untyped-decorator]
    def execute_delayed(self, queue: Any) -> None:
        begin(self)

    @unreal.ufunction(override=True)  # type: ignore[untyped-decorator]
    def on_begin_frame(self) -> None:
        super().on_begin_frame()
        tick()

    @unreal.ufunction(override=True)  # type: ignore[untyped-decorator]
    def is_rendering(self) -> bool:
        return STATE.pipeline is not None

    @unreal.ufunction(  # type: ignore[untyped-decorator]
        ret=None, params=[unreal.MoviePipelineOutputData]
    )
    def on_range_finished(self, results: Any) -> None:
        take_results(results)

    @unreal.ufunction(  # type: ignore[untyped-decorator]
        ret=None, params=[unreal.MoviePipelineOutputData]
    )
    def on_shot_finished(self, results: Any) -> None:
        gather_files(results)


@guarded
def begin(executor: Any) -> None:
    STATE.executor = executor
    STATE.wanted = json.loads(os.environ["RENDER_MANAGER_JOB"])
    STATE.ranges = [(first, last) for first, last in STATE.wanted["ranges"]]
    if STATE.wanted.get("warm_up"):
        unreal.log("Each range is warmed up by {} frames.".format(STATE.wanted["warm_up"]))
    tell("loading")
    STATE.is_next_due = True


@guarded
def tick() -> None:
    if STATE.is_over:
        return
    if is_to_stop() and STATE.pipeline is None:
        end("stopped")
    elif STATE.is_next_due:
        STATE.is_next_due = False
        start_next()
    elif STATE.pipeline is not None:
        stop_if_asked()
        tell_progress()


def is_to_stop() -> bool:
    """Whether Render Manager asks to make room for a more urgent render."""
    path = os.environ.get("RENDER_MANAGER_STOP_FILE")
    return bool(path) and Path(str(path)).exists()


def stop_if_asked() -> None:
    """Movie Render Queue writes what it has rendered before it shuts down."""
    if is_to_stop() and not STATE.is_stopping:
        STATE.is_stopping = True
        STATE.pipeline.request_shutdown(False)


def start_next() -> None:
    """The next job of the queue, or the first one of the next range."""
    if not STATE.jobs:
        STATE.index += 1
        STATE.queue = make_queue(STATE.index)
        STATE.jobs = list(STATE.queue.get_jobs())
    job = STATE.jobs.pop(0)
    executor = STATE.executor
    # As Epic's example makes it (MoviePipelineExampleRuntimeExecutor.py, in the plug-in's Content).
    pipeline = unreal.new_object(
        executor.target_pipeline_class,
        outer=executor.get_last_loaded_world(),
        base_type=unreal.MoviePipeline,
    )
    pipeline.on_movie_pipeline_work_finished_delegate.add_function_unique(
        executor, "on_range_finished"
    )
    if hasattr(pipeline, "on_movie_pipeline_shot_work_finished_delegate"):
        pipeline.on_movie_pipeline_shot_work_finished_delegate.add_function_unique(
            executor, "on_shot_finished"
        )
    STATE.pipeline = pipeline
    pipeline.initialize(job)


def tell_progress() -> None:
    library = unreal.MoviePipelineLibrary
    pipeline = STATE.pipeline
    state = str(library.get_pipeline_state(pipeline)).lower()
    word = "finalizing" if "final" in state or "export" in state else "rendering"
    if "uninit" in state:
        word = "loading"
    current, total = library.get_overall_output_frames(pipeline)
    first = STATE.ranges[STATE.index][0]
    facts = {"frames_done": current, "frames_total": total, "is_last": not STATE.jobs}
    if word == "rendering":
        facts["frame"] = min(first + max(0, current), STATE.ranges[STATE.index][1])
    tell(word, **facts)


@guarded
def take_results(results: Any) -> None:
    """The next range is started on the next tick: within this callback Unreal is not ready."""
    gather_files(results)
    if STATE.is_stopping:
        end("stopped")
        return
    if not getattr(results, "success", True):
        report("Movie Render Queue says that the render failed.")
        end("failed")
        return
    STATE.pipeline = None
    if STATE.jobs or STATE.index + 1 < len(STATE.ranges):
        STATE.is_next_due = True
    else:
        end("finished")


def gather_files(results: Any) -> None:
    """The files of each frame. Unproven: a pass has its files in the order of the frames."""
    first = STATE.ranges[STATE.index][0]
    found: List[Dict[str, Any]] = []
    for shot in results.shot_data:
        for render_pass in shot.render_pass_data.values():
            found += [
                {"frame": number_in(path, first + offset), "path": str(path)}
                for offset, path in enumerate(render_pass.file_paths)
            ]
    known = {one["path"] for one in STATE.files}
    STATE.files += [one for one in found if one["path"] not in known]
    for at in range(0, len(found), MOST_FILES):
        mark("files", files=found[at : at + MOST_FILES])


def number_in(path: str, otherwise: int) -> int:
    """The frame as the file's name says it, which comes last in ours."""
    digits = Path(str(path)).stem.rpartition(".")[2]
    return int(digits) if digits.lstrip("-").isdigit() else otherwise


def end(state: str) -> None:
    """Say how it ended, and let Unreal go: once."""
    if STATE.is_over:
        return
    STATE.is_over = True
    STATE.told_at = 0.0
    tell(state)
    mark(state, state=state)
    executor = STATE.executor
    if executor is None:
        unreal.SystemLibrary.quit_editor()
    elif state != "failed":
        executor.on_executor_finished_impl()
    else:
        executor.on_executor_errored_impl(None, True, STATE.errors[-1] if STATE.errors else "")
        executor.on_executor_finished_impl()
