"""The client asks for what the API's description has: nothing is missing, nothing is different."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, get_type_hints

import pytest

from render_manager.client import AsyncClient, Client, asks, replies
from render_manager.client.asks import ALL, Ask
from render_manager.http_api.models import (
    Doing,
    FrameNumbers,
    Move,
    NewTask,
    Retry,
    SettingsPatch,
    Steering,
    TaskPatch,
)
from render_manager.http_api.openapi import openapi

VALUES: dict[str, Any] = {
    "task_id": 7,
    "frame_id": 7,
    "status": "pending",
    "order": "-id",
    "priority": 8,
    "on_suspicion": "note",
    "frame_order": "ends_first",
    "layers": ["beauty"],
    "options": {"take": "a"},
    "detail": "full",
    "verb": "move",
    "tasks": [1, 2],
    "changes": {"camera": "persp"},
    "settings": {"max_retries": 2},
    "machines": ["farm1"],
    "steer_machines.verb": "drain",
}
"""What is given for an argument of that name, maybe in one ask only; a text, number or truth for
others, by their kind."""

DESCRIBED = openapi()
ASKED = (Doing, FrameNumbers, Move, NewTask, Retry, SettingsPatch, Steering, TaskPatch)
MODELS = {model.__name__: model for model in ASKED}
NAMES = pytest.mark.parametrize("ask", ALL, ids=lambda ask: ask.__name__)


def full(ask: Callable[..., Ask[Any]]) -> Ask[Any]:
    """The request with every argument given."""
    parameters = inspect.signature(ask).parameters.items()
    return ask(**{name: _value(ask.__name__, each) for name, each in parameters})


def _value(ask: str, parameter: inspect.Parameter) -> Any:
    kind = str(parameter.annotation)
    plain = 5 if kind.startswith("int") else True if kind.startswith("bool") else "1-3"
    return VALUES.get(f"{ask}.{parameter.name}", VALUES.get(parameter.name, plain))


def operation(ask: Ask[Any]) -> dict[str, Any]:
    found: dict[str, Any] = DESCRIBED["paths"][ask.path][ask.method.lower()]
    return found


def test_every_route_has_a_method_and_no_method_asks_for_something_else() -> None:
    described = {
        (method.upper(), path) for path, each in DESCRIBED["paths"].items() for method in each
    }
    asked = [(ask.method, ask.path) for ask in map(full, ALL)]
    assert sorted(asked) == sorted(described)


@NAMES
def test_the_query_takes_what_the_description_has(ask: Callable[..., Ask[Any]]) -> None:
    asked = full(ask)
    parameters = operation(asked)["parameters"]
    described = {each["name"] for each in parameters if each["in"] == "query"}
    if asked.path.endswith("/upload"):
        described.remove("name")  # the form says it
    assert set(asked.query) == described
    assert len(asked.ids) == sum(each["in"] == "path" for each in parameters)
    assert "{" not in asked.target


@NAMES
def test_the_body_takes_what_the_description_has(ask: Callable[..., Ask[Any]]) -> None:
    asked = full(ask)
    content = operation(asked).get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        assert asked.body is None
        return
    model = MODELS[content["application/json"]["schema"]["$ref"].rpartition("/")[2]]
    assert asked.body is not None
    assert set(asked.body) == set(model.model_fields)
    model.model_validate(asked.body)


@pytest.mark.parametrize(
    ("reply", "model"),
    [
        *((name, name) for name in ("TaskStatus", "TaskPage", "Uploaded", "Health", "Undone")),
        *((name, name) for name in ("Outlook", "Done")),
        *((name, f"{name}Out") for name in ("Task", "Frame", "Run", "Renderer", "Problem")),
        *((name, f"{name}Out") for name in ("Machine", "MachineRun", "MachineLog")),
        *((name, f"{name}Out") for name in ("Settings", "Setting")),
    ],
)
def test_replies_have_the_keys_of_the_description(reply: str, model: str) -> None:
    described = DESCRIBED["components"]["schemas"][model]["properties"]
    assert set(get_type_hints(getattr(replies, reply))) == set(described)


@pytest.mark.parametrize("client", [Client, AsyncClient])
def test_both_clients_have_a_method_for_each_with_its_words(client: type) -> None:
    for ask in ALL:
        method = getattr(client, ask.__name__)
        assert method.__doc__
        assert next(iter(inspect.signature(method).parameters)) == "self"
    assert list(inspect.signature(client(url="http://x").retry_frames).parameters) == [
        "task_id",
        "frames",
    ]


def test_both_clients_have_the_same_methods() -> None:
    def public(client: type) -> dict[str, list[str]]:
        methods = {name: getattr(client, name) for name in vars(client) if name[0] != "_"}
        return {name: list(inspect.signature(each).parameters) for name, each in methods.items()}

    assert public(Client) == public(AsyncClient)


def test_what_is_not_said_is_not_sent() -> None:
    assert asks.submit("a.blend").body == {"project_file": "a.blend"}
    assert asks.tasks().query == {}
    assert asks.retry(3).body is None
