"""The head of a request: read as it is meant, or refused; nothing in between."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render_manager.http_api.message import as_json, fault, read_head

START = b"GET / HTTP/1.1\r\n"


def test_what_it_says() -> None:
    head = read_head(
        b"POST /api/tasks/?name=%E7%81%AF&a=1&a=2&b HTTP/1.1\r\n"
        b"Host: here\r\nX-Two: 1\r\nx-two:\t2 \r\nContent-Length: 12\r\nCookie: a=1; b=2=3"
    )
    assert (head.method, head.path, head.query) == (
        "POST",
        "/api/tasks/",
        {"name": "灯", "a": "2", "b": ""},
    )
    assert (head.header("x-two"), head.header("host"), head.header("none")) == ("2", "here", "")
    assert (head.cookie("b"), head.cookie("c"), head.has_body) == ("2=3", "", True)


def test_text_that_is_not_percent_encoded() -> None:
    for text in ("灯光", "é\x85", "name with\xa0that"):
        line = f"GET /?q={text.replace(' ', '+')} HTTP/1.1".encode()
        assert read_head(line).query == {"q": text}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GET /",
        b"GET / HTTP/2",
        b"GET  / HTTP/1.1",
        b"GET / HTTP/1.1 ",
        b" GET / HTTP/1.1",
        b"GET\t/ HTTP/1.1",
        b"GET * HTTP/1.1",
        b"GET x HTTP/1.1",
        b"GET //[ HTTP/1.1",
        b"GET /\xff HTTP/1.1",
        b"GET /%ff HTTP/1.1",
        b"GET /a\x00 HTTP/1.1",
        START + b"no colon",
        START + b": empty",
        START + b"a b: c",
        START + b"a : c",
        START + b" a: folded",
        START + b"a: b\nc: d",
        START + b"a: b\rc: d",
        START + b"a: \0",
        START + b"Host: a\r\nhost: a",
        START + b"Origin: a\r\norigin: b",
        START + b"Content-Length: 1\r\nContent-Length: 1",
        START + b"Content-Length: 1\r\nTransfer-Encoding: chunked",
        START + b"Content-Length: -1",
        START + b"Content-Length: +1",
        START + b"Content-Length: 1,1",
        START + b"Content-Length: 0x1",
        START + b"Content-Length: ",
        START + b"Content-Length: \xb2",
        START + b"Content-Length: " + b"1" * 19,
        b"GET /?" + b"a&" * 100 + b" HTTP/1.1",
    ],
)
def test_what_is_no_request(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_head(data)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200))
def test_nothing_else_comes_of_noise(data: bytes) -> None:
    for noise in (data, START + data, b"GET /" + data + b" HTTP/1.1"):
        try:
            head = read_head(noise)
        except ValueError:
            continue
        assert head.path.startswith("/")
        assert not any("\n" in text or "\r" in text for text in head.headers.values())


@settings(max_examples=20, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.text(max_size=9))
def test_a_path_and_a_query_come_out_as_they_went_in(path: str, name: str) -> None:
    name = name.encode("utf-8", "replace").decode()
    line = f"GET /x{quote(path)}?name={quote(name, safe='')} HTTP/1.1"
    head = read_head(line.encode("ascii"))
    assert (head.path, head.query) == ("/x" + path, {"name": name})


def test_replies() -> None:
    assert as_json({"名": "\ud800"}).body == '{"名":"?"}'.encode()
    assert fault(404, "No.").body == b'{"detail":"No."}'
    assert fault(422, "No.", "a", Allow="GET").headers == {"Allow": "GET"}
