"""The description says what is there."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from pydantic import TypeAdapter

from render_manager.http_api.openapi import adapter, openapi, openapi_json
from render_manager.http_api.routes import ROUTES

PATHS = openapi()["paths"]


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


def test_every_route_is_described_and_nothing_else() -> None:
    described = {(verb.upper(), path) for path, verbs in PATHS.items() for verb in verbs}
    assert described == {(route.method, route.path) for route in ROUTES}


def test_what_is_referred_to_is_there() -> None:
    whole = json.loads(openapi_json())
    known = {f"#/components/schemas/{name}" for name in whole["components"]["schemas"]}
    assert references(whole) == known
    names = [verb["operationId"] for verbs in PATHS.values() for verb in verbs.values()]
    assert len({*names}) == len(names)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_operation_says_what_it_takes_and_answers(route: Any) -> None:
    told = PATHS[route.path][route.method.lower()]
    assert told["summary"]
    assert {str(route.status), "4XX"} <= {*told["responses"]}
    ids = re.findall(r"\{(\w+)\}", route.path)
    in_path = [each["name"] for each in told["parameters"] if each["in"] == "path"]
    assert in_path == ids
    in_query = [each["name"] for each in told["parameters"] if each["in"] == "query"]
    assert in_query[: len(route.query)] == [query.name for query in route.query]
    assert ("requestBody" in told) == (route.takes is not None or route.path.endswith("/upload"))
    if not isinstance(route.answers, str) and route.answers is not None:
        assert isinstance(adapter(route), TypeAdapter)


def test_what_is_refused_is_no_wish_by_the_description() -> None:
    schemas = openapi()["components"]["schemas"]
    names = schemas["SettingsPatch"]["properties"]["settings"]["propertyNames"]["enum"]
    assert "max_retries" in names and not {"api_token", "ui_theme", "nonsense"} & {*names}
    assert schemas["Doing"]["if"] == {"properties": {"verb": {"const": "priority"}}}
    assert schemas["Doing"]["then"]["required"] == ["priority"]
