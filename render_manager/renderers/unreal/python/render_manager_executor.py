"""Runs inside Unreal: renders the ranges that Render Manager asks for, and says how far it is.

What to render stands as JSON in the environment variable RENDER_MANAGER_JOB. Python 3.7 (Unreal
4.27) and newer.

Unproven: no engine could be run where this was written. What is known of executors in Python was
seen by others with Unreal 5.6 (unreal-render-farm): plain attributes of the executor are lost
between callbacks, so all state is in `STATE`; `_post_init` is not called; the next pipeline must be
started on the next tick; an executor that does not report its end keeps Unreal open for ever.
"""

import functools
import json
import os
import traceback
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

import render_manager_status as status
import unreal
from render_manager_graph import is_graph_job, new_graph_pipeline
from render_manager_queue import make_queue

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
        self.passes: List[str] = []
        """Those that files were seen of."""


STATE = State()


# --- what is told ---------------------------------------------------------------------------------


def tell(state: str, **facts: Any) -> None:
    """Where the render is: state, range, shot, frame, warm-up, files and passes, errors."""
    said = {"version": 1, "state": state, "job": STATE.index + 1, "jobs": len(STATE.ranges)}
    said.update(facts)
    extra = {
        "errors": STATE.errors[-20:],
        "files": STATE.files[-MOST_FILES:],
        "passes": STATE.passes,
        "warm_up": STATE.wanted.get("warm_up") or 0,
    }
    status.tell(said, extra)


def report(sentence: str) -> None:
    STATE.errors.append(sentence)
    status.mark("error", errors=[sentence])


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
        STATE.queue = make_queue(STATE.executor, STATE.wanted, STATE.ranges[STATE.index])
        STATE.jobs = list(STATE.queue.get_jobs())
    job = STATE.jobs.pop(0)
    world = STATE.executor.get_last_loaded_world()
    pipeline = new_graph_pipeline(world) if is_graph_job(job) else new_pipeline(world)
    listen_to(pipeline)
    STATE.pipeline = pipeline
    if is_graph_job(job):
        pipeline.initialize(job, unreal.MovieGraphInitConfig())
    else:
        pipeline.initialize(job)


def new_pipeline(world: Any) -> Any:
    """As Epic's example makes it (MoviePipelineExampleRuntimeExecutor.py, in the plug-in)."""
    return unreal.new_object(
        STATE.executor.target_pipeline_class, outer=world, base_type=unreal.MoviePipeline
    )


def listen_to(pipeline: Any) -> None:
    pipeline.on_movie_pipeline_work_finished_delegate.add_function_unique(
        STATE.executor, "on_range_finished"
    )
    if hasattr(pipeline, "on_movie_pipeline_shot_work_finished_delegate"):
        pipeline.on_movie_pipeline_shot_work_finished_delegate.add_function_unique(
            STATE.executor, "on_shot_finished"
        )


def tell_progress() -> None:
    """That a version of Unreal cannot be asked in this way must not end its render."""
    try:
        facts = progress()
    except Exception as error:
        facts = {"state": "rendering", "text": str(error)}
    tell(**facts)


def progress() -> Dict[str, Any]:
    pipeline = STATE.pipeline
    is_graph = not isinstance(pipeline, unreal.MoviePipeline)
    library = unreal.MovieGraphLibrary if is_graph else unreal.MoviePipelineLibrary
    state = str(library.get_pipeline_state(pipeline)).lower()
    word = "finalizing" if "final" in state or "export" in state else "rendering"
    if "uninit" in state:
        word = "loading"
    current, total = library.get_overall_output_frames(pipeline)
    facts = {
        "state": word,
        "frames_done": current,
        "frames_total": total,
        "is_last": not STATE.jobs,
    }
    if word == "rendering":
        first, last = STATE.ranges[STATE.index]
        facts["frame"] = min(first + max(0, current), last)
        facts["shot"] = " ".join(str(part) for part in library.get_current_segment_name(pipeline))
        facts["is_warming_up"] = "warm" in str(library.get_current_segment_state(pipeline)).lower()
    return facts


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
    """The files of each frame and pass. Unproven: a pass has its files in the order of the
    frames."""
    first = STATE.ranges[STATE.index][0]
    found = [
        {"frame": number_in(path, first + offset), "path": str(path), "pass": name}
        for name, paths in files_by_pass(results)
        for offset, path in enumerate(paths)
    ]
    known = {one["path"] for one in STATE.files}
    STATE.files += [one for one in found if one["path"] not in known]
    STATE.passes = sorted({*STATE.passes, *(str(one["pass"]) for one in found)})
    for at in range(0, len(found), MOST_FILES):
        status.mark("files", files=found[at : at + MOST_FILES])


def files_by_pass(results: Any) -> List[Tuple[str, Any]]:
    """A preset tells of shots and passes, a graph of layers (as seen with Unreal 5.8)."""
    maps = [shot.render_pass_data for shot in getattr(results, "shot_data", None) or []]
    maps += [graph.render_layer_data for graph in getattr(results, "graph_data", None) or []]
    return [(pass_name(key), output.file_paths) for one in maps for key, output in one.items()]


def pass_name(key: Any) -> str:
    """What the key of a pass calls it: a struct with several names."""
    names = ("layer_name", "renderer_name", "sub_resource_name", "name", "camera_name")
    said = [str(getattr(key, name, "") or "") for name in names]
    return ".".join(part for part in said if part) or str(key)


def number_in(path: str, otherwise: int) -> int:
    """The frame as the file's name says it, which comes last in ours."""
    digits = Path(str(path)).stem.rpartition(".")[2]
    return int(digits) if digits.lstrip("-").isdigit() else otherwise


def end(state: str) -> None:
    """Say how it ended, and let Unreal go: once."""
    if STATE.is_over:
        return
    STATE.is_over = True
    tell(state)
    status.mark(state, state=state)
    executor = STATE.executor
    if executor is None:
        unreal.SystemLibrary.quit_editor()
    elif state != "failed":
        executor.on_executor_finished_impl()
    else:
        executor.on_executor_errored_impl(None, True, STATE.errors[-1] if STATE.errors else "")
        executor.on_executor_finished_impl()
