"""Files that go out and come in, over the wire."""

from __future__ import annotations

import io
import os
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from raw_http import ask, connect, head, read_all, status_of

from .conftest import Served

NAME = "镜头 “7” it's 50%.fake"
UPLOAD = "/api/files/upload"


@pytest.fixture(scope="module")
def done(served: Served) -> dict[str, Any]:
    """A task that was rendered, with its first frame under "frame"."""
    task = served.submit("镜头 'A' 50%", frames="1-2")
    served.wait_for_end(task["id"])
    frames = served.client.get(f"/api/tasks/{task['id']}/frames").json()
    path = Path(frames[0]["output_path"])
    path.write_bytes(bytes(range(256)) * 40)
    return {**task, "frame": frames[0], "path": path, "bytes": path.read_bytes()}


def fetch(served: Served, done: dict[str, Any], **headers: str) -> httpx.Response:
    said = {name.replace("_", "-"): value for name, value in headers.items()}
    return served.client.get(f"/api/files/download/{done['frame']['id']}", headers=said)


# --- going out ------------------------------------------------------------------------------------


def test_a_file_comes_with_its_name_and_kind(served: Served, done: dict[str, Any]) -> None:
    reply = fetch(served, done)
    assert reply.content == done["bytes"]
    assert reply.headers["content-type"] == "image/png"
    assert int(reply.headers["content-length"]) == len(done["bytes"])
    said = reply.headers["content-disposition"]
    assert said.endswith(f"filename*=UTF-8''{quote(done['path'].name, safe='')}")
    assert said.isascii()


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-", 0, 10_240),
        ("bytes=100-199", 100, 200),
        ("bytes=10000-99999", 10_000, 10_240),
        ("bytes=-10", 10_230, 10_240),
        ("bytes=-99999", 0, 10_240),
    ],
)
def test_a_part_of_a_file(
    served: Served, done: dict[str, Any], asked: str, first: int, end: int
) -> None:
    reply = fetch(served, done, Range=asked)
    assert reply.status_code == 206
    assert reply.content == done["bytes"][first:end]
    assert reply.headers["content-range"] == f"bytes {first}-{end - 1}/10240"


@pytest.mark.parametrize(
    "asked", ["bytes=5-2", "bytes=0-1,3-4", "bytes=-", "lines=1-2", "bytes=x-y"]
)
def test_a_range_that_is_none_is_passed_over(
    served: Served, done: dict[str, Any], asked: str
) -> None:
    reply = fetch(served, done, Range=asked)
    assert (reply.status_code, reply.content) == (200, done["bytes"])


@pytest.mark.parametrize("asked", ["bytes=10240-", "bytes=99999-100000", "bytes=-0"])
def test_a_range_behind_the_end(served: Served, done: dict[str, Any], asked: str) -> None:
    reply = fetch(served, done, Range=asked)
    assert reply.status_code == 416
    assert reply.headers["content-range"] == "bytes */10240"
    assert reply.json()["detail"] == "The file has 10240 bytes."


def test_what_is_known_is_not_sent_again(served: Served, done: dict[str, Any]) -> None:
    tag = fetch(served, done).headers["etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        reply = fetch(served, done, If_None_Match=known)
        assert (reply.status_code, reply.content) == (304, b"")
        assert reply.headers["etag"] == tag
    assert fetch(served, done, If_None_Match='"other"').status_code == 200


def test_a_part_is_sent_only_of_the_same_file(served: Served, done: dict[str, Any]) -> None:
    tag = fetch(served, done).headers["etag"]
    assert fetch(served, done, Range="bytes=0-9", If_Range=tag).status_code == 206
    assert fetch(served, done, Range="bytes=0-9", If_Range='"other"').status_code == 200
    date = formatdate(usegmt=True)
    assert fetch(served, done, Range="bytes=0-9", If_Range=date).status_code == 200


@pytest.mark.parametrize(
    "path", ["/api/files/download/{frame}", "/api/tasks/{task}", "/api/health"]
)
def test_the_head_alone(served: Served, done: dict[str, Any], path: str) -> None:
    where = path.format(frame=done["frame"]["id"], task=done["id"])
    whole = served.client.get(where)
    sent = ask(served.port, head("HEAD", where, served.token, Range="bytes=0-9"))
    assert status_of(sent) == 200
    assert sent.endswith(b"\r\n\r\n")
    assert f"content-length: {len(whole.content)}\r\n".encode() in sent.lower()


def test_one_of_several_files(served: Served, done: dict[str, Any]) -> None:
    where = f"/api/files/download/{done['frame']['id']}"
    for name in (done["path"].name, str(done["path"])):
        assert served.client.get(where, params={"file": name}).content == done["bytes"]
    for name in ("other.png", "../" + done["path"].name, "/etc/passwd", "\0"):
        reply = served.client.get(where, params={"file": name})
        assert (reply.status_code, "has no file" in reply.json()["detail"]) == (404, True)


def test_what_is_no_file_any_more(served: Served, done: dict[str, Any]) -> None:
    other = served.client.get(f"/api/tasks/{done['id']}/frames").json()[1]
    path, where = Path(other["output_path"]), f"/api/files/download/{other['id']}"
    path.unlink()
    assert served.client.get(where).status_code == 404
    path.mkdir()
    assert served.client.get(where).status_code == 404
    path.rmdir()
    if sys.platform != "win32":
        os.mkfifo(path)
        assert served.client.get(where).status_code == 404
        path.unlink()


def test_the_log_from_a_place_on(served: Served, done: dict[str, Any]) -> None:
    where = f"/api/tasks/{done['id']}/log"
    log = served.client.get(where)
    assert log.headers["content-type"] == "text/plain; charset=utf-8"
    size = len(log.content)
    assert size > 20
    assert served.client.get(where, params={"offset": 5}).content == log.content[5:]
    assert served.client.get(where, params={"tail": 7}).content == log.content[-7:]
    assert served.client.get(where, params={"tail": 10**9}).content == log.content
    for offset in (size, size + 1_000):
        reply = served.client.get(where, params={"offset": offset})
        assert (reply.status_code, reply.content) == (200, b"")
    for wrong in ({"offset": -1}, {"tail": "all"}, {"run": 2**60}):
        assert served.client.get(where, params=wrong).status_code == 422
    assert served.client.get(where, params={"run": 987_654}).status_code == 404


# --- coming in ------------------------------------------------------------------------------------


def test_a_form_with_a_name_of_its_own(served: Served) -> None:
    for name in (NAME, "镜头.fake"):
        reply = served.client.post(UPLOAD, files={"file": (name, b"{}")})
        assert reply.status_code == 201
        path = Path(reply.json()["path"])
        assert path.read_bytes() == b"{}"
        assert reply.json() == {"path": str(path), "size": 2, "scenes": [str(path)]}
        assert path.name.startswith("镜头")
    task = served.client.post("/api/tasks/", json={"project_file": str(path), "paused": True})
    assert task.status_code == 201


def test_bytes_and_chunks(served: Served) -> None:
    data = os.urandom(3_000_000)
    pieces = (data[at : at + 70_001] for at in range(0, len(data), 70_001))
    for sent in (
        served.client.post(UPLOAD, params={"name": "纹理.tx"}, content=data),
        served.client.post(UPLOAD, headers={b"X-File-Name": "纹理.tx".encode()}, content=data),
        served.client.post(UPLOAD, params={"name": "纹理.tx"}, content=pieces),
    ):
        assert sent.status_code == 201
        path = Path(sent.json()["path"])
        assert (path.name, sent.json()["scenes"]) == ("纹理.tx", [])
        assert path.read_bytes() == data


def test_a_name_as_curl_sends_it(served: Served) -> None:
    start = head("POST", f"{UPLOAD}?name=灯光.fake", served.token, Content_Length="2")
    assert status_of(reply := ask(served.port, start + b"{}")) == 201
    assert "灯光.fake".encode() in reply


def test_who_waits_for_a_go_ahead_gets_it(served: Served) -> None:
    said = {"Content_Length": "2", "Expect": "100-continue"}
    for path in (f"{UPLOAD}?name=wait.fake", "/api/tasks/"):
        with connect(served.port) as made:
            made.sendall(head("POST", path, served.token, **said))
            assert made.recv(1_000).startswith(b"HTTP/1.1 100 ")
            made.sendall(b"{}")
            assert status_of(read_all(made)) in (201, 422)
    with connect(served.port) as made:
        made.sendall(head("POST", UPLOAD, **said))
        assert status_of(read_all(made)) == 401


def part_of(said: bytes) -> bytes:
    """The beginning of a form."""
    return b"--b\r\nContent-Disposition: form-data; " + said + b"\r\n\r\n1"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"nothing of the kind"),
        ("multipart/form-data; boundary=b", part_of(b'name="a"') + b"\r\n--b--\r\n"),
        ("multipart/form-data; boundary=b", part_of(b'name="file"; filename="a"')),
        ("multipart/form-data; boundary=b", b"--b\r\nX: " + b"x" * 100_000),
        ("multipart/form-data; boundary=" + "b" * 10_000, b"x"),
        ("application/octet-stream", b"x"),
        ("", b""),
    ],
)
def test_a_body_that_is_no_file(served: Served, kind: str, body: bytes) -> None:
    before = {*served.uploads.rglob("*")}
    reply = served.client.post(UPLOAD, content=body, headers={"Content-Type": kind})
    assert (reply.status_code, reply.json()["field"]) == (422, "file")
    assert {*served.uploads.rglob("*")} == before


@pytest.mark.parametrize("name", ["", ".", "..", "CON", "nul.txt", "   ", "/"])
def test_a_name_that_is_none(served: Served, name: str) -> None:
    reply = served.client.post(UPLOAD, params={"name": name}, content=b"x")
    assert (reply.status_code, reply.json()["field"]) == (422, "file")


@pytest.mark.parametrize("name", ["名" * 200 + ".fake", "x" * 5_000, "a" * 300 + "." + "b" * 300])
def test_a_name_that_is_too_long_is_cut(served: Served, name: str) -> None:
    reply = served.client.post(UPLOAD, params={"name": name}, content=b"x")
    assert reply.status_code == 201
    assert Path(reply.json()["path"]).name[:9] == name[:9]


def archive_of(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return made.getvalue()


def test_an_archive_of_a_project(served: Served) -> None:
    packed = archive_of(**{"场景/shot.fake": b"{}", "场景/tex/a.png": b"png", "b.fake": b"{}"})
    reply = served.client.post(UPLOAD, files={"file": ("项目.zip", packed)})
    assert reply.status_code == 201
    home = Path(reply.json()["path"])
    assert (home.name, reply.json()["size"]) == ("项目", len(packed))
    assert reply.json()["scenes"] == sorted(
        [str(home / "b.fake"), str(home / "场景" / "shot.fake")]
    )
    assert (home / "场景" / "tex" / "a.png").read_bytes() == b"png"
    assert not (home / "项目.zip").exists()


def test_an_archive_that_is_none(served: Served) -> None:
    packed = archive_of(**{"a.fake": os.urandom(5_000)})
    for data in (b"", b"PK", packed[:-30], packed[:200] + bytes(200) + packed[400:]):
        reply = served.client.post(UPLOAD, files={"file": ("broken.zip", data)})
        assert (reply.status_code, reply.json()["field"]) == (422, "file")
    assert [*served.uploads.glob("broken*")] == []


def test_uploads_of_the_same_name_at_the_same_time(served: Served) -> None:
    def send(number: int) -> dict[str, Any]:
        said = {"Authorization": f"Bearer {served.token}"}
        data = str(number).encode()
        files = {"file": ("same.fake", data)}
        reply = httpx.post(served.url + UPLOAD, files=files, headers=said, trust_env=False)
        return {"data": data, **reply.json()}

    with ThreadPoolExecutor(8) as pool:
        sent = [*pool.map(send, range(24))]
    assert len({each["path"] for each in sent}) == 24
    assert all(Path(each["path"]).read_bytes() == each["data"] for each in sent)
