"""Stands for the module `unreal` inside the engine, as far as our executor uses it.

It enforces what was seen in real engines: plain attributes of an executor are gone at the next
callback, `_post_init` is never called, a pipeline that is started within the callback of another
one's end fails, and the engine stays open until the executor says that it has finished.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

FAULTS: dict[str, Any] = json.loads(os.environ.get("FAKE_UNREAL_FAULTS") or "{}")
ENGINE = SimpleNamespace(
    executors={}, is_in_finish=False, has_quit=False, pipeline=None, assets={}, warm_ups=[]
)


class EngineError(RuntimeError):
    """The real engine would crash or hang here."""


# --- how Python meets the engine ----------------------------------------------------------------


def uclass() -> Any:
    def take(kind: type) -> type:
        ENGINE.executors[kind.__name__] = kind
        return kind

    return take


def ufunction(**_how: Any) -> Any:
    return lambda function: function


def log(text: str) -> None:
    print(f"LogPython: {text}", flush=True)


def new_object(kind: type, outer: Any = None, base_type: Any = None) -> Any:
    if outer is None:
        raise EngineError("an object without an outer is collected at once")
    if base_type is not None and not issubclass(kind, base_type):
        raise EngineError(f"{kind.__name__} is no {base_type.__name__}")
    return kind()


def load_asset(path: str) -> Any:
    return ENGINE.assets.get(path)


class SystemLibrary:
    @staticmethod
    def quit_editor() -> None:
        ENGINE.has_quit = True


class MoviePipelinePythonHostExecutor:
    target_pipeline_class: Any = None

    def _post_init(self) -> None:
        raise EngineError("_post_init is not called")

    def __setattr__(self, name: str, value: Any) -> None:
        """As in the engine: it is gone before the next callback."""

    def get_last_loaded_world(self) -> object:
        return "world"

    def on_begin_frame(self) -> None:
        pass

    def on_executor_finished_impl(self) -> None:
        ENGINE.has_quit = True

    def on_executor_errored_impl(self, pipeline: Any, fatal: bool, reason: str) -> None:
        log(f"Error: {reason}")


# --- values -------------------------------------------------------------------------------------


class SoftObjectPath(str):
    pass


class DirectoryPath(str):
    pass


class IntPoint(SimpleNamespace):
    def __init__(self, x: int, y: int) -> None:
        super().__init__(x=x, y=y)


class MoviePipelineOutputData(SimpleNamespace):
    pass


class MoviePipelineSetting:
    pass


class MoviePipelineRenderPass(MoviePipelineSetting):
    """Abstract: renders nothing (seen in 5.8)."""


class MoviePipelineDeferredPassBase(MoviePipelineRenderPass):
    pass


class MoviePipelineImageSequenceOutput_PNG(MoviePipelineSetting):  # noqa: N801 - the engine's
    pass


class MoviePipelineAntiAliasingSetting(MoviePipelineSetting):
    engine_warm_up_count = 0
    render_warm_up_count = 0


class MoviePipelineOutputSetting(MoviePipelineSetting):
    use_custom_playback_range = False
    custom_start_frame = 0
    custom_end_frame = 0
    output_directory = DirectoryPath("Saved/MovieRenders")
    file_name_format = "{sequence_name}.{frame_number}"
    zero_pad_frame_numbers = 4
    override_existing_output = False
    output_resolution = IntPoint(96, 54)


class Config:
    def __init__(self) -> None:
        self.settings: dict[type, Any] = {}
        self.is_ready = False

    def find_or_add_setting_by_class(self, kind: type) -> Any:
        return self.settings.setdefault(kind, kind())

    def find_settings_by_class(self, kind: type) -> list[Any]:
        return [each for each in self.settings.values() if isinstance(each, kind)]

    def initialize_transient_settings(self) -> None:
        self.is_ready = True


class MoviePipelineExecutorJob:
    def __init__(self) -> None:
        self.sequence = self.map = self.job_name = ""
        self._config = Config()
        self._graph: MovieGraphConfig | None = None

    def get_graph_preset(self) -> MovieGraphConfig | None:
        return self._graph

    def set_graph_preset(self, graph: MovieGraphConfig) -> None:
        """The configuration stays, and does not count any more."""
        self._graph = graph

    def get_configuration(self) -> Config:
        return self._config

    def set_configuration(self, preset: Any) -> None:
        """A copy: what is changed of it does not change the asset."""
        self._config.settings = {kind: kind() for kind in preset.settings}

    def is_enabled(self) -> bool:
        return True


class MoviePipelineQueue:
    def __init__(self) -> None:
        self._jobs: list[MoviePipelineExecutorJob] = []

    def allocate_new_job(self, kind: type) -> Any:
        self._jobs.append(kind())
        return self._jobs[-1]

    def duplicate_job(self, job: MoviePipelineExecutorJob) -> MoviePipelineExecutorJob:
        self._jobs.append(MoviePipelineExecutorJob())
        self._jobs[-1].__dict__.update(job.__dict__)
        return self._jobs[-1]

    def get_jobs(self) -> list[MoviePipelineExecutorJob]:
        return list(self._jobs)


# --- graphs -------------------------------------------------------------------------------------


class MovieGraphSequenceRangeType:
    CUSTOM = "custom"


class MovieGraphSequencePlaybackRangeBound(SimpleNamespace):
    pass


class MovieGraphNamedResolution(SimpleNamespace):
    pass


class MovieGraphInitConfig:
    pass


class MovieGraphNode:
    def __init__(self, *before: MovieGraphNode) -> None:
        self.before = before

    def get_input_pins(self) -> list[Any]:
        return [SimpleNamespace(get_connected_nodes=lambda: list(self.before))]

    def effective(self, name: str, otherwise: Any) -> Any:
        """A value without the switch beside it does not count."""
        return getattr(self, name) if getattr(self, f"override_{name}", False) else otherwise


class MovieGraphGlobalOutputSettingNode(MovieGraphNode):
    custom_playback_range_start: Any = None
    custom_playback_range_end: Any = None


class MovieGraphFileOutputNode(MovieGraphNode):
    pass


class MovieGraphWarmUpSettingNode(MovieGraphNode):
    num_warm_up_frames = 0


class MovieGraphConfig:
    """Outputs that a file output and the settings lead to, through a node between."""

    def __init__(self, *nodes: MovieGraphNode) -> None:
        self.nodes = nodes
        self._output = MovieGraphNode(MovieGraphNode(*nodes), *nodes)

    def get_output_node(self) -> MovieGraphNode:
        return self._output

    def first(self, kind: type) -> Any:
        return next(each for each in self.nodes if isinstance(each, kind))


# --- the pipeline -------------------------------------------------------------------------------


class Delegate:
    def __init__(self) -> None:
        self.listeners: list[tuple[Any, str]] = []

    def add_function_unique(self, executor: Any, name: str) -> None:
        self.listeners.append((executor, name))

    def broadcast(self, results: MoviePipelineOutputData) -> None:
        for executor, name in self.listeners:
            getattr(executor, name)(results)


class MoviePipelineBase:
    """What renders; a graph and a configuration have each their own."""

    output: Any
    passes: list[str]

    def __init__(self) -> None:
        self.on_movie_pipeline_work_finished_delegate = Delegate()
        self.done = 0
        self.is_shut_down = False
        self.files: dict[str, list[str]] = {}

    def begin(self, job: MoviePipelineExecutorJob) -> None:
        if ENGINE.is_in_finish:
            raise EngineError("a pipeline was started within the callback of another one's end")
        self.job = job
        ENGINE.pipeline = self

    def results(self) -> MoviePipelineOutputData:
        raise NotImplementedError

    @property
    def frames(self) -> range:
        return range(self.output.custom_start_frame, self.output.custom_end_frame)

    def step(self) -> None:
        """One tick of the engine."""
        if self.done < len(self.frames) and not self.is_shut_down:
            self.render(self.frames[self.done])
            self.done += 1
            return
        print("LogMovieRenderPipeline: Movie Pipeline completed. Duration: +00:00:16.8", flush=True)
        ENGINE.pipeline, ENGINE.is_in_finish = None, True
        self.on_movie_pipeline_work_finished_delegate.broadcast(self.results())
        ENGINE.is_in_finish = False

    def request_shutdown(self, is_error: bool) -> None:
        self.is_shut_down = True

    def outputs(self) -> dict[str, Any]:
        return {name: SimpleNamespace(file_paths=paths) for name, paths in self.files.items()}

    def render(self, frame: int) -> None:
        time.sleep(FAULTS.get("seconds", 0.0))
        for name in self.passes:
            text = self.output.file_name_format.format(
                shot_name="Shot",
                layer_name="Layer",
                renderer_sub_name=name,
                camera_name="Cam A",
                render_pass=name,
                frame_number=f"{frame:0{self.output.zero_pad_frame_numbers}d}",
            )
            path = Path(self.output.output_directory, f"{text}.png")
            path.parent.mkdir(parents=True, exist_ok=True)
            skipped = frame in FAULTS.get("lacks_pass", []) and name == "WorldNormal" and once("l")
            if not skipped:
                draw(path, self.output.output_resolution, frame)
                self.files.setdefault(name, []).append(str(path))
        if frame == FAULTS.get("crash_at") and once("crash"):
            crash()


class MoviePipeline(MoviePipelineBase):
    def initialize(self, job: MoviePipelineExecutorJob) -> None:
        self.begin(job)
        config = job.get_configuration()
        if not config.is_ready:
            raise EngineError("initialize_transient_settings was not called")
        self.output = config.find_or_add_setting_by_class(MoviePipelineOutputSetting)
        passes = [
            kind
            for kind in config.settings
            if issubclass(kind, MoviePipelineRenderPass) and kind is not MoviePipelineRenderPass
        ]
        self.passes = ["FinalImage", "WorldNormal"] if passes else []
        warm_up = config.settings.get(MoviePipelineAntiAliasingSetting)
        ENGINE.warm_ups.append(warm_up.engine_warm_up_count if warm_up else 0)
        print(f"LogFake: warm-up {ENGINE.warm_ups[-1]}", flush=True)

    def results(self) -> MoviePipelineOutputData:
        shots = [SimpleNamespace(render_pass_data=self.outputs())]
        return MoviePipelineOutputData(shot_data=shots, success=bool(self.passes))


class MovieGraphPipeline(MoviePipelineBase):
    def initialize(self, job: MoviePipelineExecutorJob, _how: MovieGraphInitConfig) -> None:
        self.begin(job)
        graph = job.get_graph_preset()
        if graph is None:
            raise EngineError("a graph's pipeline was given a job without a graph")
        settings = graph.first(MovieGraphGlobalOutputSettingNode)
        names = graph.first(MovieGraphFileOutputNode)
        warm_up = graph.first(MovieGraphWarmUpSettingNode)
        size = settings.effective("output_resolution", None)
        self.passes = ["beauty"]
        self.output = SimpleNamespace(
            custom_start_frame=settings.effective("custom_playback_range_start", None).value,
            custom_end_frame=settings.effective("custom_playback_range_end", None).value,
            output_directory=settings.effective("output_directory", None),
            output_resolution=size.resolution if size else IntPoint(96, 54),
            zero_pad_frame_numbers=settings.effective("zero_pad_frame_numbers", 1),
            file_name_format=names.effective("file_name_format", "{sequence_name}.{frame_number}"),
        )
        ENGINE.warm_ups.append(warm_up.effective("num_warm_up_frames", 0))
        print(f"LogFake: warm-up {ENGINE.warm_ups[-1]}", flush=True)

    def results(self) -> MoviePipelineOutputData:
        graphs = [SimpleNamespace(render_layer_data=self.outputs())]
        return MoviePipelineOutputData(graph_data=graphs, success=True)


MoviePipelinePythonHostExecutor.target_pipeline_class = MoviePipeline


class MoviePipelineLibrary:
    kind: type = MoviePipeline

    @classmethod
    def get_current_segment_name(cls, pipeline: MoviePipelineBase) -> tuple[str, str]:
        cls.check(pipeline)
        return "Shot", "Cam A"

    @classmethod
    def get_current_segment_state(cls, pipeline: MoviePipelineBase) -> str:
        cls.check(pipeline)
        return "RENDERING" if pipeline.done else "WARMING_UP"

    @classmethod
    def check(cls, pipeline: MoviePipelineBase) -> None:
        if not isinstance(pipeline, cls.kind):
            raise TypeError(f"{cls.__name__} does not take this pipeline")

    @staticmethod
    def get_pipeline_state(pipeline: MoviePipelineBase) -> str:
        return "PRODUCING_FRAMES" if pipeline.done < len(pipeline.frames) else "FINALIZE"

    @staticmethod
    def get_overall_output_frames(pipeline: MoviePipelineBase) -> tuple[int, int]:
        if FAULTS.get("no_progress"):
            raise AttributeError("this version does not tell")
        return pipeline.done, len(pipeline.frames)


class MovieGraphLibrary(MoviePipelineLibrary):
    kind = MovieGraphPipeline


def draw(path: Path, size: IntPoint, frame: int) -> None:
    import numpy as np
    import OpenImageIO as oiio

    pixels = np.random.default_rng(frame).uniform(0.2, 0.6, (size.y, size.x, 4))
    pixels[..., 3] = 1.0
    output = oiio.ImageOutput.create(str(path))
    assert output is not None
    output.open(str(path), oiio.ImageSpec(size.x, size.y, 4, "uint8"))
    output.write_image(pixels.astype(np.float32))
    output.close()


def crash() -> None:
    print(
        "[2026.10.03-08.57.40:950][  4]LogWindows: Error: appError called: Assertion failed: "
        "(Index >= 0) & (Index < ArrayNum) [File:D:/build/Array.h] [Line: 1067] \n"
        "Array index out of bounds: 1 into an array of size 1",
        flush=True,
    )
    os._exit(3)


def once(what: str) -> bool:
    """Whether this has not happened before, in this or an earlier start."""
    file = Path(FAULTS["folder"]) / f"fake_unreal.{what}"
    if file.exists():
        return False
    file.touch()
    return True


def run(executor_name: str) -> int:
    """What the engine does with an executor until it says that it has finished."""
    executor = ENGINE.executors[executor_name]()
    executor.execute_delayed(None)
    for _tick in range(100_000):
        if ENGINE.has_quit:
            break
        executor.on_begin_frame()
        if ENGINE.pipeline is not None:
            ENGINE.pipeline.step()
    else:
        print("LogFake: the engine stays open for ever", flush=True)
        return 99
    while FAULTS.get("hang_at_end"):
        time.sleep(1)
    return int(FAULTS.get("exit_code", 0))
