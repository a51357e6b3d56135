"""The description of the API (OpenAPI 3.1), from the table of routes and the models."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from render_manager import __version__
from render_manager.http_api import models
from render_manager.http_api.queries import Query
from render_manager.http_api.routes import ROUTES, Route

SCHEMAS = "#/components/schemas/{model}"


@cache
def openapi_json() -> bytes:
    return json.dumps(openapi(), ensure_ascii=False).encode()


def openapi() -> dict[str, Any]:
    used = {model for route in ROUTES for model in _models(route)} | {models.Fault}
    _keys, schema = models_json_schema(
        [
            (model, "validation" if issubclass(model, models.Asked) else "serialization")
            for model in sorted(used, key=str)
        ],
        ref_template=SCHEMAS,
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Render Manager",
            "version": __version__,
            "description": "Queue scenes, follow their frames, fetch the pictures.",
        },
        "paths": _paths(),
        "components": {
            "schemas": schema["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return paths


def _operation(route: Route) -> dict[str, Any]:
    told: dict[str, Any] = {
        "summary": route.says,
        "operationId": _operation_id(route),
        "parameters": [*_path_parameters(route), *map(_query, route.query)],
        "responses": {str(route.status): _answer(route), "4XX": _FAULT},
    }
    if route.streams and route.method == "GET":
        told["parameters"] += _PART
        told["responses"] |= {
            "206": {**_answer(route), "description": "The part that Range asks for"},
            "304": {"description": "It is as If-None-Match has it"},
        }
    if route.takes is not None:
        told["requestBody"] = {
            "required": route.needs_body,
            "content": {"application/json": {"schema": _ref(route.takes)}},
        }
    elif route.path.endswith("/upload"):
        told["parameters"].append(_UPLOAD_NAME)
        told["requestBody"] = {"required": True, "content": _UPLOAD}
    if route.path == "/api/health":
        told["security"] = []
    return told


_PART = [
    {"name": name, "in": "header", "schema": {"type": "string"}, "description": says}
    for name, says in (
        ("Range", "Such as bytes=0-999"),
        ("If-Range", "The part only if it is still the file with this ETag"),
        ("If-None-Match", "Only if it is another one than that with this ETag"),
    )
]

_UPLOAD_NAME = {
    "name": "name",
    "in": "query",
    "description": "What the file is called, where no form says so",
    "schema": {"type": "string"},
}

_UPLOAD = {
    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "required": ["file"],
            "properties": {
                "file": {"type": "string", "contentMediaType": "application/octet-stream"}
            },
        }
    },
}


def _operation_id(route: Route) -> str:
    words = [word for word in re.split(r"[/{}]+", route.path.removeprefix("/api")) if word]
    return "_".join([route.method.lower(), *(word.removesuffix("_id") for word in words)])


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 0, "maximum": 10**18 - 1},
        }
        for name in re.findall(r"\{(\w+)\}", route.path)
    ]


def _query(query: Query) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if query.least is not None:
        schema = {"type": "integer", "minimum": query.least, "maximum": query.most}
    if query.choices:
        schema["enum"] = list(query.choices)
    if query.default != "":
        schema["default"] = query.default
    return {"name": query.name, "in": "query", "description": query.says, "schema": schema}


def _answer(route: Route) -> dict[str, Any]:
    if route.answers is None:
        return {"description": "Done"}
    if isinstance(route.answers, str):
        binary = {"schema": {"type": "string"}}
        return {"description": route.says, "content": {"*/*": binary}}
    schema: dict[str, Any] = _ref(models.Fault)
    if get_origin(route.answers) is list:
        schema = {"type": "array", "items": _ref(get_args(route.answers)[0])}
    else:
        schema = _ref(route.answers)
    return {"description": route.says, "content": {"application/json": {"schema": schema}}}


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": SCHEMAS.format(model=model.__name__)}


def _models(route: Route) -> list[type[BaseModel]]:
    asked = [route.takes] if route.takes else []
    if route.answers is None or isinstance(route.answers, str):
        return asked
    inner = get_args(route.answers) if get_origin(route.answers) is list else (route.answers,)
    return [*asked, *inner]


_FAULT = {
    "description": "What is wrong, in a sentence",
    "content": {"application/json": {"schema": _ref(models.Fault)}},
}


def adapter(route: Route) -> TypeAdapter[Any]:
    """What checks the answer of a route."""
    return TypeAdapter(route.answers)
