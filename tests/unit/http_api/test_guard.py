"""Who may ask."""

from __future__ import annotations

import pytest

from render_manager.http_api.guard import COOKIE, Guard, cookie_value, host_name, is_loopback
from render_manager.http_api.message import Head

GUARD = Guard("the token", "the owner's key", origins=frozenset({"https://studio.example"}))


def head(method: str = "GET", **headers: str) -> Head:
    said = {"host": "127.0.0.1:8000", "authorization": "Bearer the token"}
    said |= {name.replace("_", "-"): value for name, value in headers.items()}
    return Head(method, "/api/tasks/", {}, {name: text for name, text in said.items() if text})


def status(guard: Guard, asked: Head) -> int:
    refusal = guard.refusal(asked)
    return refusal.status if refusal else 200


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, 200),
        ({"authorization": "bearer   the token "}, 200),
        ({"authorization": "Bearer the owner's key"}, 200),
        ({"authorization": ""}, 401),
        ({"authorization": "the token"}, 401),
        ({"authorization": "Bearer the toke"}, 401),
        ({"authorization": "Bearer the token2"}, 401),
        ({"authorization": "Bearer ñ"}, 401),
        ({"authorization": "", "cookie": f"a=b; {COOKIE}={cookie_value('the token')}"}, 200),
        ({"authorization": "", "cookie": f"{COOKIE}=the token"}, 401),
        ({"authorization": "", "cookie": f"{COOKIE}={cookie_value('another')}"}, 401),
        ({"authorization": "Bearer " + cookie_value("the token")}, 401),
        ({"host": "localhost"}, 200),
        ({"host": "LOCALHOST:1"}, 200),
        ({"host": "[::1]:8000"}, 200),
        ({"host": "localhost.evil.example"}, 403),
        ({"host": ""}, 403),
        ({"origin": "http://127.0.0.1:8000"}, 200),
        ({"origin": "https://127.0.0.1:8000"}, 200),
        ({"origin": "http://127.0.0.1:8001"}, 403),
        ({"origin": "http://127.0.0.1"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "https://studio.example"}, 200),
        ({"origin": "https://studio.example.evil"}, 403),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_who_is_let_in(method: str, said: dict[str, str], expected: int) -> None:
    assert status(GUARD, head(method, **said)) == expected


def test_a_page_of_elsewhere_may_lead_here_but_change_nothing() -> None:
    for site in ("cross-site", "same-site"):
        assert status(GUARD, head("POST", sec_fetch_site=site)) == 403
        page = Head("GET", "/", {}, {"host": "localhost", "sec-fetch-site": site})
        assert GUARD.refusal(page, needs_token=False) is None
    assert status(GUARD, head("POST", sec_fetch_site="same-origin")) == 200


def test_without_a_token_host_and_origin_still_count() -> None:
    guard = Guard(None)
    assert status(guard, head(authorization="")) == 200
    assert status(guard, head(authorization="", host="evil.example")) == 403
    assert status(guard, head("POST", authorization="", origin="http://evil.example")) == 403


def test_only_the_key_is_the_owners() -> None:
    assert GUARD.is_owner(head(authorization="Bearer the owner's key"))
    assert not GUARD.is_owner(head())
    assert not Guard(None).is_owner(head(authorization="Bearer "))


def test_host_names_and_loopback() -> None:
    names = ["A.example:80", "[::1]", "[::1]:80", "a", ":80", "[", ""]
    assert [host_name(name) for name in names] == ["a.example", "::1", "::1", "a", "", "", ""]
    assert [is_loopback(host) for host in ("localhost", "127.9.9.9", "::1")] == [True] * 3
    assert [is_loopback(host) for host in ("0.0.0.0", "::", "a.example")] == [False] * 3


def test_a_page_of_an_allowed_site_may_read_the_answer() -> None:
    allowed = GUARD.for_page_of(head(origin="https://studio.example"))
    assert allowed["Access-Control-Allow-Origin"] == "https://studio.example"
    assert GUARD.for_page_of(head()) == GUARD.for_page_of(head(origin="https://evil.example")) == {}
    preflight = GUARD.to_preflight(head("OPTIONS", origin="https://studio.example"))
    assert preflight is not None
    assert preflight.status == 204
    assert GUARD.to_preflight(head("OPTIONS", origin="https://evil.example")) is None
    assert GUARD.to_preflight(head("GET", origin="https://studio.example")) is None


def test_a_page_of_elsewhere_embeds_nothing() -> None:
    """Where nobody has to show a token, the browser's own word is all there is."""
    nobody = Guard(None)
    assert status(nobody, head(sec_fetch_site="cross-site")) == 403
    assert status(nobody, head(sec_fetch_site="same-site")) == 403
    assert status(nobody, head(sec_fetch_site="same-origin")) == 200
