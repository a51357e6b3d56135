"""Options, scenes and lists of words as JSON text, and back.

JSON escapes lone surrogates, so that any text goes in. What is empty is left out.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any

from render_manager.domain.evidence import Expectation, ExpectedFile, Suspicion
from render_manager.domain.frames import format_frames, parse_frames
from render_manager.domain.job import RenderOptions, SceneCamera, SceneInfo, SceneLayer

_OPTIONS = frozenset(each.name for each in fields(RenderOptions))
_SCENE = frozenset(each.name for each in fields(SceneInfo))


def text_of(stored: bytes) -> str:
    """A text that is no valid Unicode, and so is stored as bytes."""
    try:
        return stored.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:  # a damaged disk
        return stored.decode("utf-8", "replace")


def options_text(options: RenderOptions) -> str:
    return _text(_telling(options, _OPTIONS))


@lru_cache(maxsize=1000)
def options_of(text: str) -> RenderOptions:
    """Raises ValueError or TypeError if `text` is not what `options_text` made."""
    return RenderOptions(**_known(json.loads(text), _OPTIONS))


def scene_text(scene: SceneInfo | None) -> str | None:
    if scene is None:
        return None
    told = _telling(scene, _SCENE)
    told["cameras"] = [(camera.name, camera.renderable) for camera in scene.cameras]
    told["layers"] = [
        (layer.name, layer.renderable, layer.node, layer.is_referenced) for layer in scene.layers
    ]
    return _text(told)


def scene_of(text: str | None) -> SceneInfo | None:
    """Raises ValueError, TypeError or KeyError if `text` is not what `scene_text` made."""
    if text is None:
        return None
    known = _known(json.loads(text), _SCENE)
    choices = known.get("choices", {})
    known["choices"] = {name: tuple(values) for name, values in choices.items()}
    known["cameras"] = tuple(SceneCamera(*each) for each in known["cameras"])
    known["layers"] = tuple(SceneLayer(*each) for each in known["layers"])
    return SceneInfo(**known)


def words_text(words: Sequence[str]) -> str | None:
    return _text(words) if words else None


def words_of(text: str | None) -> tuple[str, ...]:
    return tuple(json.loads(text)) if text else ()


def expected_text(expected: Expectation) -> str | None:
    files = [(file.pattern, file.size, file.layers, file.is_sure) for file in expected]
    return _text(files) if files else None


def expected_of(text: str | None) -> Expectation:
    """Raises ValueError or TypeError if `text` is not what `expected_text` made."""
    files = json.loads(text) if text else ()
    return tuple(
        ExpectedFile(pattern, (width, height), tuple(layers), is_sure)
        for pattern, (width, height), layers, is_sure in files
    )


def suspicions_text(suspicions: Mapping[int, Sequence[Suspicion]]) -> str | None:
    """By kind, the frames as ranges."""
    frames: defaultdict[str, list[int]] = defaultdict(list)
    for number, each in suspicions.items():
        for suspicion in each:
            frames[suspicion.value].append(number)
    return _text({kind: format_frames(each) for kind, each in frames.items()}) if frames else None


def suspicions_of(text: str | None) -> dict[int, tuple[Suspicion, ...]]:
    """Raises ValueError or UserError if `text` is not what `suspicions_text` made."""
    kinds: dict[str, str] = json.loads(text) if text else {}
    found: defaultdict[int, list[Suspicion]] = defaultdict(list)
    for suspicion in Suspicion:
        for number in parse_frames(kinds[suspicion]) if suspicion in kinds else ():
            found[number].append(suspicion)
    return {number: tuple(each) for number, each in found.items()}


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


def _telling(value: object, names: frozenset[str]) -> dict[str, Any]:
    """The fields that say something; both classes have nothing but empty defaults."""
    return {name: each for name in names if (each := getattr(value, name)) not in (None, (), {})}


def _known(plain: dict[str, Any], names: frozenset[str]) -> dict[str, Any]:
    """What one of `names` has, with lists as tuples."""
    return {
        name: tuple(each) if isinstance(each, list) else each
        for name, each in plain.items()
        if name in names
    }
