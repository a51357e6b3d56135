"""Presets that are graphs (Movie Render Graph, Unreal 5.4 and newer).

The names are those of Epic's Python API of 5.4 to 5.8; farms that drive graphs (Royal Render's
script, and one for 5.8) make the pipeline and walk the nodes in this way. Unproven: no engine could
be run where this was written. A graph is changed in memory only, in a process that saves nothing.
"""

from typing import Any, Dict, List, Tuple

import unreal

NAMES = ".{shot_name}.{camera_name}.{layer_name}.{renderer_sub_name}.{frame_number}"


def is_graph(preset: Any) -> bool:
    return hasattr(unreal, "MovieGraphConfig") and isinstance(preset, unreal.MovieGraphConfig)


def is_graph_job(job: Any) -> bool:
    """A job has a configuration beside its graph, which then does not count."""
    return hasattr(job, "get_graph_preset") and job.get_graph_preset() is not None


def new_graph_pipeline(world: Any) -> Any:
    return unreal.new_object(
        unreal.MovieGraphPipeline, outer=world, base_type=unreal.MoviePipelineBase
    )


def adapt_graph(graph: Any, wanted: Dict[str, Any], first_last: Tuple[int, int], name: str) -> None:
    """Range, size, folder and names of all that the graph writes."""
    nodes = nodes_of(graph)
    outputs = [each for each in nodes if isinstance(each, unreal.MovieGraphFileOutputNode)]
    settings = [
        each for each in nodes if isinstance(each, unreal.MovieGraphGlobalOutputSettingNode)
    ]
    if not settings or not outputs:
        raise RuntimeError(
            "The graph needs a “Global Output Settings” node and a file output of its own, outside "
            "of subgraphs, so that frames and folder can be set."
        )
    for node in settings:
        adapt_settings(node, wanted, first_last)
    for node in outputs:
        override(node, "file_name_format", name + NAMES)
    for node in nodes:
        if isinstance(node, unreal.MovieGraphWarmUpSettingNode) and wanted.get("warm_up"):
            override(node, "num_warm_up_frames", max(node.num_warm_up_frames, wanted["warm_up"]))


def adapt_settings(node: Any, wanted: Dict[str, Any], first_last: Tuple[int, int]) -> None:
    set_bound(node, "custom_playback_range_start", first_last[0])
    set_bound(node, "custom_playback_range_end", first_last[1] + 1)  # which is not rendered
    override(node, "output_directory", unreal.DirectoryPath(wanted["output_dir"]))
    override(node, "zero_pad_frame_numbers", 4)
    if wanted.get("width") and wanted.get("height"):
        size = unreal.IntPoint(wanted["width"], wanted["height"])
        override(
            node,
            "output_resolution",
            unreal.MovieGraphNamedResolution(
                profile_name="Custom", resolution=size, description=""
            ),
        )


def set_bound(node: Any, name: str, frame: int) -> None:
    """A struct since a later 5.x, a number of another name before."""
    if hasattr(node, name):
        bound = unreal.MovieGraphSequencePlaybackRangeBound()
        bound.type = unreal.MovieGraphSequenceRangeType.CUSTOM
        bound.value = frame
        override(node, name, bound)
    else:
        override(node, name + "_frame", frame)


def override(node: Any, name: str, value: Any) -> None:
    """A value counts only where the switch beside it is on."""
    setattr(node, "override_" + name, True)
    setattr(node, name, value)


def nodes_of(graph: Any) -> List[Any]:
    """All nodes that lead to the graph's outputs."""
    found: List[Any] = []
    waiting = [graph.get_output_node()]
    while waiting:
        node = waiting.pop()
        if not any(node == each for each in found):
            found.append(node)
            for pin in node.get_input_pins():
                waiting += list(pin.get_connected_nodes())
    return found
