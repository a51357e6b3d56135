"""Downloads: whole or not there, gone on with where they ended, not fetched twice."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from render_manager.client import ApiError, Client, NoAnswerError

DATA = bytes(range(256)) * 40
HEADERS = {"ETag": '"2800-1f"', "Last-Modified": "Wed, 25 Nov 2026 19:00:00 GMT"}


class Server:
    """Serves `data`; breaks off after `most` bytes if that is set."""

    def __init__(self) -> None:
        self.data = DATA
        self.etag = HEADERS["ETag"]
        self.most: int | None = None
        self.asked: list[httpx.Headers] = []
        self.sent = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.headers)
        headers = HEADERS | {"ETag": self.etag}
        first = 0
        if "range" in request.headers and request.headers.get("if-range") == self.etag:
            first = int(request.headers["range"].removeprefix("bytes=").removesuffix("-"))
        if first >= len(self.data):
            return httpx.Response(416)
        rest = self.data[first:]
        headers["Content-Length"] = str(len(rest))
        return httpx.Response(206 if first else 200, headers=headers, stream=self._stream(rest))

    def _stream(self, rest: bytes) -> httpx.SyncByteStream:
        server = self

        class Stream(httpx.SyncByteStream):
            def __iter__(self):  # type: ignore[no-untyped-def]
                for at in range(0, len(rest), 1000):
                    if server.most is not None and at >= server.most:
                        raise httpx.RemoteProtocolError("peer closed connection")
                    server.sent += 1
                    yield rest[at : at + 1000]

        return Stream()


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def manager(server: Server) -> Client:
    return Client("x", transport=httpx.MockTransport(server.answer))


def test_a_file_is_whole_and_alone(server: Server, manager: Client, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    got = manager.download(1, tmp_path / "new" / "a.exr", progress=lambda *each: told.append(each))
    assert got.read_bytes() == DATA
    assert [each.name for each in got.parent.iterdir()] == ["a.exr"]
    assert told[-1] == (len(DATA), len(DATA))


def test_what_broke_off_is_gone_on_with(server: Server, manager: Client, tmp_path: Path) -> None:
    target = tmp_path / "a.exr"
    server.most = 4000
    with pytest.raises(NoAnswerError):
        manager.download(1, target)
    assert not target.exists()
    server.most = None
    server.sent = 0
    assert manager.download(1, target).read_bytes() == DATA
    assert server.asked[-1]["range"] == "bytes=4000-"
    assert server.sent == 7
    assert [each.name for each in tmp_path.iterdir()] == ["a.exr"]


def test_a_file_that_changed_meanwhile_is_begun_anew(
    server: Server, manager: Client, tmp_path: Path
) -> None:
    target = tmp_path / "a.exr"
    server.most = 4000
    with pytest.raises(NoAnswerError):
        manager.download(1, target)
    server.most, server.data, server.etag = None, b"other" * 1000, '"1388-2f"'
    assert manager.download(1, target).read_bytes() == server.data
    assert [each.name for each in tmp_path.iterdir()] == ["a.exr"]


def test_a_part_that_is_longer_than_the_file_is_begun_anew(
    server: Server, manager: Client, tmp_path: Path
) -> None:
    target = tmp_path / "a.exr"
    (tmp_path / "a.exr.2800-1f.part").write_bytes(DATA + b"more")
    assert manager.download(1, target).read_bytes() == DATA
    assert [each.name for each in tmp_path.iterdir()] == ["a.exr"]


def test_what_is_here_is_not_fetched_again(server: Server, manager: Client, tmp_path: Path) -> None:
    manager.download(1, tmp_path / "a.exr")
    server.sent = 0
    manager.download(1, tmp_path / "a.exr")
    assert server.sent == 0
    (tmp_path / "a.exr").write_bytes(b"mine")
    assert manager.download(1, tmp_path / "a.exr").read_bytes() == DATA


def test_what_is_half_there_of_another_file_stays(manager: Client, tmp_path: Path) -> None:
    (tmp_path / "a.exr.2800-1f.part").write_bytes(b"theirs")
    assert manager.download(1, tmp_path / "a").read_bytes() == DATA
    assert (tmp_path / "a.exr.2800-1f.part").read_bytes() == b"theirs"


def test_a_refusal_leaves_nothing(tmp_path: Path) -> None:
    refusal = httpx.Response(404, json={"detail": "The frame has no file yet."})
    manager = Client("x", transport=httpx.MockTransport(lambda _request: refusal))
    with pytest.raises(ApiError, match="no file yet"):
        manager.download(1, tmp_path / "a.exr")
    assert list(tmp_path.iterdir()) == []
