"""What is taken as JSON, and what the description says of it."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from render_manager.http_api.models import FrameNumbers, Move, NewTask, TaskPatch
from render_manager.http_api.openapi import openapi


def test_a_whole_number_however_it_is_written() -> None:
    task = NewTask.model_validate_json('{"project_file": "a", "priority": 4.0, "width": 1e3}')
    assert (task.priority, task.width) == (4, 1000)
    assert Move.model_validate_json('{"before": 2.0}').before == 2
    assert FrameNumbers.model_validate_json('{"frames": [1.0, 2]}').frames == [1, 2]


@pytest.mark.parametrize("wrong", ["4.5", "true", '"4"', "-1", "11", "1e300", "Infinity", "NaN"])
def test_what_is_no_priority(wrong: str) -> None:
    with pytest.raises(ValidationError):
        TaskPatch.model_validate_json(f'{{"priority": {wrong}}}')


def test_the_description_has_the_bounds() -> None:
    said = openapi()["components"]["schemas"]
    assert said["TaskPatch"]["properties"]["priority"]["anyOf"][0] == {
        "type": "integer",
        "minimum": 0,
        "maximum": 10,
    }
    assert said["NewTask"]["properties"]["width"]["anyOf"][0]["minimum"] == 1
