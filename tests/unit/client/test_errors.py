"""Replies that are no success, servers that are none, and no server at all."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from render_manager.client import ApiError, Client, NoAnswerError


def client_of(answer: Callable[[httpx.Request], httpx.Response]) -> Client:
    return Client("render01:8787", "secret", transport=httpx.MockTransport(answer))


def test_the_token_is_shown_and_the_address_needs_no_scheme() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"undone": "Cancel"})

    with client_of(answer) as manager:
        assert manager.undo() == {"undone": "Cancel"}
    assert str(seen[0].url) == "http://render01:8787/api/undo"
    assert seen[0].headers["authorization"] == "Bearer secret"


@pytest.mark.parametrize(
    ("reply", "detail", "field"),
    [
        (httpx.Response(422, json={"detail": "Too high.", "field": "priority"}), "Too high.", "priority"),
        (httpx.Response(422, json={"detail": "Too high.", "field": 3}), "Too high.", None),
        (httpx.Response(422, json={"detail": [{"msg": "x"}]}), "The server answered 422", None),
        (httpx.Response(422, text="<html>"), "The server answered 422", None),
        (httpx.Response(422, content=b"\xff\xfe"), "The server answered 422", None),
        (httpx.Response(422, json=["x"]), "The server answered 422", None),
    ],
)  # fmt: skip
def test_a_refusal_has_the_sentence_of_the_server(
    reply: httpx.Response, detail: str, field: str | None
) -> None:
    with client_of(lambda _request: reply) as manager, pytest.raises(ApiError) as caught:
        manager.task(1)
    assert (caught.value.status, caught.value.field) == (422, field)
    assert str(caught.value).startswith(detail)


def test_another_server_at_that_address_is_told() -> None:
    with (
        client_of(lambda _request: httpx.Response(200, text="<html>")) as manager,
        pytest.raises(ApiError, match="no Render Manager"),
    ):
        manager.health()


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (httpx.ConnectError("Connection refused"), "Connection refused"),
        (httpx.ReadTimeout(""), "takes too long"),
        (httpx.RemoteProtocolError("peer closed connection"), "peer closed"),
        (httpx.ReadError(""), "ReadError"),
    ],
)
def test_no_answer_is_a_sentence(error: httpx.HTTPError, why: str) -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        raise error

    with client_of(answer) as manager, pytest.raises(NoAnswerError, match=why) as caught:
        manager.health()
    assert caught.value.status == 0
    assert "http://render01:8787" in str(caught.value)


@pytest.mark.parametrize(
    "url", ["", "ftp://x", "http://", "http://x:port", "http://[::1", "x:99999"]
)
def test_what_is_no_address_is_said_before_anything_is_asked(url: str) -> None:
    with pytest.raises(ApiError, match="no address"):
        Client(url)


def test_a_token_that_cannot_be_one_is_said() -> None:
    with pytest.raises(ApiError, match="token"):
        Client("x", "密码")
