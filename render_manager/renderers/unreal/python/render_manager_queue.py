"""What is asked for, as Movie Render Queue takes it: jobs with range, size, folder and names."""

from typing import Any, Dict, Tuple

import unreal
from render_manager_graph import adapt_graph, is_graph, is_graph_job


def make_queue(executor: Any, wanted: Dict[str, Any], first_last: Tuple[int, int]) -> Any:
    """A queue of the jobs that are wanted, each for that range. Presets are copied and never
    changed."""
    queue = unreal.new_object(unreal.MoviePipelineQueue, outer=executor)
    if wanted.get("queue"):
        source = loaded(wanted["queue"], "render queue")
        jobs = [queue.duplicate_job(job) for job in source.get_jobs() if is_on(job)]
    else:
        jobs = [make_job(queue, wanted)]
    if not jobs:
        raise RuntimeError("The render queue has no job that is switched on.")
    for number, job in enumerate(jobs):
        adapt(job, wanted, first_last, number if len(jobs) > 1 else None)
    return queue


def loaded(path: str, kind: str) -> Any:
    asset = unreal.load_asset(path)
    if asset is None:
        raise RuntimeError("The {} {} is not there.".format(kind, path))
    return asset


def is_on(job: Any) -> bool:
    return not hasattr(job, "is_enabled") or bool(job.is_enabled())


def make_job(queue: Any, wanted: Dict[str, Any]) -> Any:
    loaded(wanted["sequence"], "level sequence")
    job = queue.allocate_new_job(unreal.MoviePipelineExecutorJob)
    job.sequence = unreal.SoftObjectPath(wanted["sequence"])
    job.map = unreal.SoftObjectPath(wanted["map"])
    job.job_name = wanted["name"]
    if not wanted.get("preset"):
        config = job.get_configuration()
        config.find_or_add_setting_by_class(unreal.MoviePipelineDeferredPassBase)
        config.find_or_add_setting_by_class(unreal.MoviePipelineImageSequenceOutput_PNG)
        return job
    preset = loaded(wanted["preset"], "preset")
    if is_graph(preset):
        job.set_graph_preset(preset)
    else:
        job.set_configuration(preset)
    return job


def adapt(job: Any, wanted: Dict[str, Any], first_last: Tuple[int, int], number: Any) -> None:
    """Range, size, folder and names; frames before a range that begins within a shot are warmed up
    and thrown away."""
    name = plain_name(wanted["name"], number)
    if is_graph_job(job):
        adapt_graph(job.get_graph_preset(), wanted, first_last, name)
        return
    config = job.get_configuration()
    check_passes(config)
    output = config.find_or_add_setting_by_class(unreal.MoviePipelineOutputSetting)
    output.use_custom_playback_range = True
    output.custom_start_frame = first_last[0]
    output.custom_end_frame = first_last[1] + 1  # the end is not rendered
    output.output_directory = unreal.DirectoryPath(wanted["output_dir"])
    output.file_name_format = name + ".{shot_name}.{camera_name}.{render_pass}.{frame_number}"
    output.zero_pad_frame_numbers = 4
    output.override_existing_output = True
    if wanted.get("width") and wanted.get("height"):
        output.output_resolution = unreal.IntPoint(wanted["width"], wanted["height"])
    warm_up(config, wanted.get("warm_up") or 0)
    config.initialize_transient_settings()


def check_passes(config: Any) -> None:
    """With no pass that draws, Unreal 5.8 says that all went well and writes nothing."""
    kind = unreal.MoviePipelineRenderPass
    passes = config.find_settings_by_class(kind)
    if not any(type(each) is not kind for each in passes):
        raise RuntimeError(
            "The preset renders no pass, so nothing would be written. Add “Deferred Rendering” to it."
        )


def plain_name(name: str, number: Any) -> str:
    """Braces in a task's name would be taken for a token; each job of a queue has its number."""
    plain = name.replace("{", "(").replace("}", ")")
    return plain if number is None else f"{plain}.job{number + 1}"


def warm_up(config: Any, frames: int) -> None:
    """Unproven: `use_camera_cut_for_warm_up` False renders the first frame again and again, which
    settles anti-aliasing and effects, but not motion."""
    if frames and hasattr(unreal, "MoviePipelineAntiAliasingSetting"):
        setting = config.find_or_add_setting_by_class(unreal.MoviePipelineAntiAliasingSetting)
        setting.engine_warm_up_count = max(setting.engine_warm_up_count, frames)
        setting.render_warm_up_count = max(setting.render_warm_up_count, frames)
