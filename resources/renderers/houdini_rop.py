"""Runs inside hython (Houdini 18 and later): renders any list of frames of one ROP.

    hython houdini_rop.py --scene=FILE --frames=1,2,5 [--rop=/out/mantra1]

It prints, each line at once and beginning with `[render-manager]`:

    frame 5 started
    frame 5 saved PATH        a file of the frame that is there and was written by it
    frame 5 finished in 1.25
    refused: WHY              scene or ROP is not to be had (exit code 3)
    failed: WHY               a frame could not be rendered (exit code 4)
    done                      all frames are rendered (exit code 0)

It stands alone and runs on Python 3.7. The scene on disk is not changed.
Unproven: it has been run against a stand-in for `hou` only.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import Any, Callable, List, NoReturn, Optional  # noqa: UP035 - Python 3.7

import hou

REFUSED, FAILED = 3, 4
PLACES = ("/out", "/stage")
OUTPUTS = (
    "vm_picture",
    "picture",
    "outputimage",
    "copoutput",
    "RS_outputFileNamePrefix",
    "ar_picture",
    "SettingsOutput_img_file_path",
    "sopoutput",
    "lopoutput",
)
"""The parameters by which ROPs name their file: Mantra, Karma, OpenGL, USD, COPs, Redshift, Arnold,
V-Ray, geometry."""


class StopError(Exception):
    """The run cannot go on."""

    def __init__(self, word: str, why: str, exit_code: int) -> None:
        super().__init__(why)
        self.word, self.exit_code = word, exit_code


def refuse(why: str) -> NoReturn:
    raise StopError("refused", why, REFUSED)


def tell(text: str) -> None:
    """Print a line, whatever the console's encoding."""
    data = "[render-manager] {}\n".format(" ".join(text.split("\n"))).encode("utf-8", "replace")
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def main(arguments: Optional[List[str]] = None) -> int:  # noqa: UP006, UP045 - Python 3.7
    parser = argparse.ArgumentParser()
    parser.add_argument("--scene", required=True)
    parser.add_argument("--frames", required=True)
    parser.add_argument("--rop", default="")
    asked = parser.parse_args(arguments)
    try:
        open_scene(asked.scene)
        rop = find_rop(asked.rop)
        for frame in map(int, asked.frames.split(",")):
            render(rop, frame)
    except StopError as stop:
        tell(f"{stop.word}: {stop}")
        return stop.exit_code
    tell("done")
    return 0


def open_scene(path: str) -> None:
    """Load the scene; what is only missing in it (assets, nodes) is told and does not stop."""
    if not os.path.isfile(path):  # noqa: PTH113
        refuse(f"there is no scene {path}")
    try:
        hou.hipFile.load(path, suppress_save_prompt=True, ignore_load_warnings=False)
    except hou.LoadWarning as warning:
        print(f"Warning: {warning}", flush=True)
    except hou.OperationFailed as error:
        refuse(f"the scene cannot be opened: {error}")


def find_rop(path: str) -> Any:
    """The ROP that was asked for, or the only one."""
    if path:
        node = hou.node(path)
        if node is None or not hasattr(node, "render"):
            refuse(f"there is no ROP {path}; the scene has {listed(all_rops())}")
        return node
    rops = all_rops()
    if len(rops) != 1:
        refuse(f"say which ROP to render; the scene has {listed(rops)}")
    return rops[0]


def all_rops() -> List[Any]:  # noqa: UP006 - Python 3.7
    """The nodes of /out and /stage that can render, are not switched off, and end their chain."""
    places = [place for place in map(hou.node, PLACES) if place is not None]
    nodes = [node for place in places for node in place.children()]
    return [node for node in nodes if hasattr(node, "render") and is_last(node)]


def is_last(node: Any) -> bool:
    asked: Optional[Callable[[], bool]] = getattr(node, "isBypassed", None)  # noqa: UP045 - Python 3.7
    return not node.outputs() and not (asked and asked())


def listed(rops: List[Any]) -> str:  # noqa: UP006 - Python 3.7
    return ", ".join(rop.path() for rop in rops) or "none"


def render(rop: Any, frame: int) -> None:
    tell(f"frame {frame} started")
    # a file's time may be a little behind the clock's
    began, begin = time.time() - 2, time.monotonic()
    try:
        rop.render(frame_range=(frame, frame, 1), ignore_inputs=False)
    except hou.Error as error:
        raise StopError("failed", f"frame {frame}: {error}", FAILED) from None
    for path in outputs(rop, frame):
        if is_written(path, began):
            tell(f"frame {frame} saved {path}")
    tell(f"frame {frame} finished in {time.monotonic() - begin:.3f}")


def outputs(rop: Any, frame: int) -> List[str]:  # noqa: UP006 - Python 3.7
    """Where the ROP's parameters say that the frame goes."""
    parms = [rop.parm(name) for name in OUTPUTS]
    return [parm.evalAsStringAtFrame(frame) for parm in parms if parm is not None]


def is_written(path: str, began: float) -> bool:
    try:
        return os.path.getmtime(path) >= began  # noqa: PTH204
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
