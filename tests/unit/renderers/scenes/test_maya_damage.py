"""Whatever is done to a scene's bytes, it is read or refused with a sentence, and soon."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from maya_scenes import ascii_scene, binary_scene, film_scene

from render_manager.base.errors import UserError
from render_manager.domain.job import SceneInfo
from render_manager.renderers.scenes.maya import read_maya

MUTATIONS = 1000
LONGEST_SECONDS = 5.0

SCENES = {
    "ascii": ascii_scene(film_scene()),
    "FOR4": binary_scene(film_scene(), wide=False),
    "FOR8": binary_scene(film_scene(), wide=True),
}
NASTY = [
    b'"',
    b"\\",
    b";",
    b"\n",
    b"\0",
    b"\xff" * 8,
    b"FOR8",
    b"/*",
    b"//Codeset: idna\n",
    b"9" * 400,
]


def damaged(data: bytes, chance: random.Random) -> bytes:
    """`data` with one of the things that happen to files, a few times."""
    for _time in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        length = chance.choice([1, 1, 8, 200])
        match chance.randrange(5):
            case 0:
                data = data[:at]
            case 1:
                data = data[:at] + chance.randbytes(length) + data[at + length :]
            case 2:
                data = data[:at] + data[at + length :]
            case 3:
                data = data[:at] + chance.choice(NASTY) + data[at:]
            case _:
                data = data[:at] + data[at // 2 : at] * chance.randint(1, 3) + data[at:]
    return data


@pytest.mark.parametrize("form", SCENES)
def test_any_damage_gives_a_result_or_a_sentence(tmp_path: Path, form: str) -> None:
    path = tmp_path / "shot.mx"
    for seed in range(MUTATIONS):
        path.write_bytes(damaged(SCENES[form], random.Random(seed)))
        began = time.monotonic()
        assert_read_or_refused(path, f"{form}, seed {seed}")
        assert time.monotonic() - began < LONGEST_SECONDS, f"{form}, seed {seed}"


@pytest.mark.parametrize("form", SCENES)
def test_any_cut_gives_a_result_or_a_sentence(tmp_path: Path, form: str) -> None:
    path = tmp_path / "shot.mx"
    data = SCENES[form]
    for length in range(0, len(data), max(1, len(data) // MUTATIONS)):
        path.write_bytes(data[:length])
        assert_read_or_refused(path, f"{form}, cut at {length}")


def assert_read_or_refused(path: Path, case: str) -> None:
    try:
        assert isinstance(read_maya(path), SceneInfo), case
    except UserError as refusal:
        assert str(refusal), case
    except Exception as error:
        raise AssertionError(case) from error
