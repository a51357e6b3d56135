"""Who means harm, or sends nonsense: refused with a sentence, and all others are served meanwhile."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import psutil
import pytest
from raw_http import Meanwhile, ask, connect, head, read_all, status_of

from render_manager.base.errors import UserError
from render_manager.base.settings import Settings
from render_manager.http_api.access import guard_of

from .conftest import Served, end_server, start_server


@contextmanager
def server(home: Path, **env: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another one, with the token "secret-of-a-test"; and its address."""
    process, words = start_server(home, API_TOKEN="secret-of-a-test", **env)
    try:
        yield process, words[0]
    finally:
        if process.poll() is None:
            end_server(process)
        with process:  # closes its pipes
            pass


def client_of(url: str) -> httpx.Client:
    headers = {"Authorization": "Bearer secret-of-a-test"}
    return httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=20)


# --- who may --------------------------------------------------------------------------------------

PLACES = (
    ("GET", "/api/tasks/"),
    ("POST", "/api/tasks/"),
    ("GET", "/api/tasks/1/log"),
    ("GET", "/api/files/download/1"),
    ("POST", "/api/files/upload"),
    ("GET", "/api/renderers"),
    ("GET", "/api/nothing"),
    ("HEAD", "/api/tasks/"),
    ("GET", "//x/api/tasks/"),
    ("GET", "/%61pi/tasks/"),
)


@pytest.mark.parametrize(("method", "path"), PLACES)
@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
        ({"Authorization": "Bearer "}, 401),
        ({"Authorization": "Basic TOKEN"}, 401),
        ({"Cookie": "render_manager=TOKEN"}, 401),
        ({"Authorization": "Bearer TOKEN", "Host": "evil.example"}, 403),
        ({"Authorization": "Bearer TOKEN", "Host": "127.0.0.1.evil.example"}, 403),
        ({"Authorization": "Bearer TOKEN", "Host": ""}, 403),
        ({"Authorization": "Bearer TOKEN", "Origin": "http://evil.example"}, 403),
        ({"Authorization": "Bearer TOKEN", "Origin": "http://127.0.0.1:1"}, 403),
        ({"Authorization": "Bearer TOKEN", "Origin": "null"}, 403),
    ],
)
def test_nobody_is_let_in(
    served: Served, method: str, path: str, said: dict[str, str], status: int
) -> None:
    headers = {name: value.replace("TOKEN", served.token) for name, value in said.items()}
    assert status_of(ask(served.port, head(method, path, **headers))) == status


def test_a_form_of_another_page_is_not_taken(served: Served) -> None:
    """With the cookie that a browser would add by itself."""
    with httpx.Client(base_url=served.url, trust_env=False) as browser:
        assert browser.get(served.pairing_link).status_code == 303
        assert browser.get("/api/tasks/").status_code == 200
        scene = served.scene("csrf")
        for sent in (
            {"Origin": "http://evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ):
            body = json.dumps({"project_file": scene, "frames": "1"})
            plain = {**sent, "Content-Type": "text/plain"}
            assert browser.post("/api/tasks/", content=body, headers=plain).status_code == 403
            form = browser.post("/api/files/upload", files={"file": ("x.fake", b"")}, headers=sent)
            assert form.status_code == 403
        assert browser.get(served.pairing_link).status_code == 403
    assert served.client.get("/api/tasks/", params={"search": "csrf"}).json()["total"] == 0


def test_two_headers_of_which_one_decides_are_refused(served: Served) -> None:
    for name in ("Host", "Origin", "Authorization", "Content-Length"):
        twice = head("GET", "/api/tasks/", served.token).removesuffix(b"\r\n")
        twice += f"{name}: 1\r\n{name}: 2\r\n\r\n".encode()
        assert status_of(ask(served.port, twice)) == 400, name


# --- paths and names ------------------------------------------------------------------------------

ELSEWHERE = (
    "/etc/passwd",
    "../../../../etc/passwd",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/etc/passwd",
    "....//....//etc/passwd",
    "..\\..\\etc\\passwd",
    "file:///etc/passwd",
    "C:\\Windows\\win.ini",
    "\\\\server\\share\\x",
    "%00",
)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_no_path_leads_out(served: Served, name: str) -> None:
    for path in (
        f"/{name}",
        f"/web/{name}",
        f"/docs/{name}",
        f"/api/files/download/{name}",
        f"/api/files/thumbnail/{name}",
        f"/api/tasks/{name}/log",
    ):
        reply = ask(served.port, head("GET", path.replace(" ", "%20"), served.token))
        assert status_of(reply) in (400, 404), path
        assert b"root:" not in reply


@pytest.mark.parametrize("name", ELSEWHERE)
def test_no_upload_leaves_its_folder(served: Served, name: str) -> None:
    for sent in (
        served.client.post("/api/files/upload", content=b"x", params={"name": name}),
        served.client.post("/api/files/upload", content=b"x", headers={"X-File-Name": name}),
        served.client.post("/api/files/upload", files={"file": (name, b"x")}),
    ):
        if sent.status_code == 201:
            path = Path(sent.json()["path"])
            assert path.parent.parent == served.uploads
            assert path.resolve().is_relative_to(served.uploads.resolve())
        else:
            assert sent.status_code == 422


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_link_in_the_folder_does_not_lead_out(served: Served, tmp_path: Path) -> None:
    secret = tmp_path / "secret.fake"
    secret.write_text("{}", "utf-8")
    served.uploads.mkdir(exist_ok=True)
    (served.uploads / "link.fake").symlink_to(secret)
    (served.uploads / "folder").symlink_to(tmp_path)
    for path in ("link.fake", "folder/secret.fake", "folder/../folder/secret.fake"):
        asked = {"project_file": str(served.uploads / path), "render_engine": "fake"}
        reply = served.client.post("/api/tasks/", json=asked)
        assert (reply.status_code, reply.json()["field"]) == (422, "project_file")
    task = served.submit("link output", paused=True)
    out = served.home / "renders"
    out.mkdir(exist_ok=True)
    (out / "away").symlink_to(tmp_path)
    for folder in (out / "away", out / ".." / "uploads", Path("/tmp")):
        asked = {"output_dir": str(folder)}
        reply = served.client.patch(f"/api/tasks/{task['id']}", json=asked)
        assert (reply.status_code, reply.json()["field"]) == (422, "output_dir")


def test_an_archive_with_a_link_or_a_way_out_leaves_nothing(served: Served, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.fake")
    link.external_attr = 0o120777 << 16
    before = {*served.uploads.rglob("*")}
    for entry in (zipfile.ZipInfo("../../out.fake"), zipfile.ZipInfo("/out.fake"), link):
        archive = tmp_path / "bad.zip"
        with zipfile.ZipFile(archive, "w") as made:
            made.writestr("fine.fake", "{}")
            made.writestr(entry, "/etc/passwd")
        with archive.open("rb") as file:
            reply = served.client.post("/api/files/upload", files={"file": ("bad.zip", file)})
        assert (reply.status_code, reply.json()["field"]) == (422, "file")
    assert {*served.uploads.rglob("*")} == before


# --- too much, too slow ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (head("POST", "/api/tasks/", "TOKEN", Content_Length="10000000000"), 413),
        (head("POST", "/api/tasks/", "TOKEN", Content_Length="9" * 30), 400),
        (head("POST", "/api/tasks/", "TOKEN", Content_Length="-1"), 400),
        (head("POST", "/api/tasks/", "TOKEN", Content_Length="1e3"), 400),
        (head("POST", "/api/tasks/", "TOKEN", Transfer_Encoding="chunked"), 411),
        (head("POST", "/api/tasks/", Content_Length="10000000000"), 401),
        (head("GET", "/api/health", Content_Length="10"), 413),
        (head("GET", "/", Transfer_Encoding="chunked"), 413),
        (head("POST", "/api/files/upload?name=x", "TOKEN", Content_Length="9" * 18), 413),
        (head("POST", "/api/files/upload", Transfer_Encoding="chunked"), 401),
        (head("GET", "/" + "x" * 9_000, "TOKEN"), 400),
        (head("GET", "/", "TOKEN", Long="x" * 40_000), 431),
        (head("GET", "*", "TOKEN"), 400),
        (head("GET", "//[", "TOKEN"), 400),
        (head("GET", "/?" + "a=1&" * 100, "TOKEN"), 400),
        (head("GET", "/%ff", "TOKEN"), 400),
        (head("BREW", "/api/tasks/", "TOKEN"), 405),
        (head("get", "/", "TOKEN"), 400),
        (b"GET / HTTP/1.1\nHost: 127.0.0.1\n\n\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n X: y\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", 400),
    ],
)
def test_what_is_too_large_or_no_request_is_refused_at_once(
    served: Served, sent: bytes, status: int
) -> None:
    reply = ask(served.port, sent.replace(b"TOKEN", served.token.encode()))
    assert status_of(reply) == status
    assert b'{"detail":"' in reply


def test_a_second_request_in_the_same_breath_does_nothing(served: Served) -> None:
    task = served.submit("in one breath", paused=True)
    first = head("GET", "/api/health", served.token)
    second = head("DELETE", f"/api/tasks/{task['id']}", served.token)
    replies = ask(served.port, first + second)
    assert status_of(replies) == 200
    assert b"204 No" not in replies
    assert served.task(task["id"])["status"] == "paused"


def test_an_upload_that_is_too_large_is_told_so_while_it_is_sent(served: Served) -> None:
    """A client that sends first and reads then still gets the answer."""
    with connect(served.port) as made:
        path = "/api/files/upload?name=x.fake"
        made.sendall(head("POST", path, served.token, Content_Length="9" * 17))
        made.sendall(bytes(3_000_000))
        assert status_of(read_all(made)) == 413


def test_chunks_without_end_and_broken_ones(served: Served) -> None:
    start = head(
        "POST", "/api/files/upload?name=endless.fake", served.token, Transfer_Encoding="chunked"
    )
    with connect(served.port) as made, Meanwhile(served.port) as meanwhile:
        made.sendall(start)
        for _each in range(200):
            made.sendall(b"10000\r\n" + bytes(0x10000) + b"\r\n")
    assert meanwhile.failures == 0
    assert status_of(ask(served.port, start + b"xyz\r\n")) == 400
    assert [*served.uploads.glob("endless*")] == []


def wait_for(condition: Callable[[], bool], port: int) -> None:
    """Ask for the health until it is so."""
    for _each in range(5_000):
        if condition():
            return
        ask(port, head("GET", "/api/health"))
    raise AssertionError("it never came to be")


def test_an_upload_that_ends_in_the_middle_leaves_nothing(served: Served) -> None:
    with connect(served.port) as made:
        path = "/api/files/upload?name=half.fake"
        made.sendall(head("POST", path, served.token, Content_Length="1000") + b"x" * 500)
        wait_for(lambda: any(served.uploads.glob(".part-*")), served.port)
    wait_for(lambda: not any(served.uploads.glob(".part-*")), served.port)
    assert [*served.uploads.glob("half*")] == []


def test_a_thousand_who_never_ask_keep_nobody_out(served: Served) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(connect(served.port)) for _ in range(500)]
        with Meanwhile(served.port) as meanwhile:
            slow += [stack.enter_context(connect(served.port)) for _ in range(500)]
            for each in slow:
                try:
                    each.sendall(b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-")
                except ConnectionError:
                    continue  # it had to go for a newer one
            for _each in range(20):
                assert served.client.get("/api/health").status_code == 200
    assert meanwhile.failures == 0
    assert meanwhile.answered


def test_bodies_that_never_come_keep_nobody_out(served: Served) -> None:
    with ExitStack() as stack:
        for _each in range(300):
            slow = stack.enter_context(connect(served.port))
            slow.sendall(head("POST", "/api/tasks/", served.token, Content_Length="1000"))
        assert served.client.get("/api/tasks/").status_code == 200
        assert served.client.post("/api/undo").status_code in (200, 409)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_it_goes_on_after_it_could_open_no_more_files(tmp_path: Path) -> None:
    with (
        server(tmp_path / "home", TEST_OPEN_FILES="90") as (_process, url),
        client_of(url) as client,
    ):
        port = int(url.rpartition(":")[2])
        with ExitStack() as stack:
            for _each in range(150):
                stack.enter_context(connect(port))

        def is_served() -> bool:
            try:
                return client.get("/api/health").status_code == 200
            except httpx.TransportError:
                return False

        assert any(is_served() for _each in range(1_000))


def test_many_requests_leave_the_memory_as_it_was(served: Served) -> None:
    number = json.loads((served.home / "api.json").read_text("utf-8"))["pid"]
    process = psutil.Process(number)
    asked = head("GET", "/api/tasks/?limit=1", served.token)
    files = process.num_fds() if hasattr(process, "num_fds") else 0
    before = process.memory_info().rss
    for _each in range(500):
        assert status_of(ask(served.port, asked)) == 200
    assert process.memory_info().rss - before < 15_000_000
    if files:
        assert process.num_fds() < files + 20


# --- ended in the middle --------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")
def test_killed_while_it_takes_an_upload_and_a_task(tmp_path: Path) -> None:
    home = tmp_path / "home"
    uploads = home / "uploads"
    uploads.mkdir(parents=True)
    (uploads / "s.fake").write_text("{}", "utf-8")
    created: list[int] = []
    with server(home) as (process, url):
        port = int(url.rpartition(":")[2])
        asked = {"project_file": str(uploads / "s.fake"), "frames": "1-50", "paused": True}

        def post() -> None:
            with client_of(url) as client:
                try:
                    while True:
                        created.append(client.post("/api/tasks/", json=asked).json()["id"])
                except httpx.HTTPError:
                    return

        poster = threading.Thread(target=post)
        with connect(port) as made:
            path = "/api/files/upload?name=half.fake"
            start = head("POST", path, "secret-of-a-test", Content_Length="100000000")
            made.sendall(start + bytes(1_000_000))
            poster.start()
            wait_for(lambda: any(uploads.glob(".part-*")) and len(created) > 5, port)
            process.send_signal(signal.SIGKILL)
            process.wait(10)
        poster.join()
    assert any(uploads.glob(".part-*"))
    with server(home) as (_process, url), client_of(url) as client:
        assert {path.name for path in uploads.iterdir()} == {"s.fake"}
        tasks = client.get("/api/tasks/", params={"limit": 1000, "order": "-id"}).json()["items"]
        assert {*created[-900:]} <= {task["id"] for task in tasks}
        for task in tasks[:20]:
            assert (task["total_frames"], task["status"]) == (50, "paused")
            frames = client.get(f"/api/tasks/{task['id']}/frames").json()
            assert [frame["frame_number"] for frame in frames] == [*range(1, 51)]


# --- where it listens -----------------------------------------------------------------------------


def test_open_to_the_network_it_answers_to_its_names_and_shows_one_folder(tmp_path: Path) -> None:
    allowed, beside = tmp_path / "shows", tmp_path / "shows2"
    for folder in (allowed, beside):
        folder.mkdir()
        (folder / "a.fake").write_text("{}", "utf-8")
    (allowed / "out.fake").symlink_to(beside / "a.fake")
    everywhere = {"API_HOST": "0.0.0.0", "API_ALLOWED_DIRS": str(allowed)}
    with server(tmp_path / "home", **everywhere) as (_process, url), client_of(url) as client:
        for host, status in (
            ("127.0.0.1", 200),
            (socket.gethostname(), 200),
            ("evil.example", 403),
            ("0.0.0.0", 403),
        ):
            assert client.get("/api/tasks/", headers={"Host": host}).status_code == status, host
        for path, status in (
            (allowed / "a.fake", 201),
            (beside / "a.fake", 422),
            (allowed / ".." / "shows2" / "a.fake", 422),
            (allowed / "out.fake", 422),
        ):
            asked = {"project_file": str(path), "render_engine": "fake", "paused": True}
            assert client.post("/api/tasks/", json=asked).status_code == status, path


def test_ipv6(tmp_path: Path) -> None:
    with server(tmp_path / "home", API_HOST="::1") as (_process, url), client_of(url) as client:
        assert url.startswith("http://[::1]:")
        for host in ("[::1]", "localhost", url.removeprefix("http://")):
            assert client.get("/api/tasks/", headers={"Host": host}).status_code == 200
        assert client.get("/api/tasks/", headers={"Host": "[::2]"}).status_code == 403


def test_without_a_token_it_opens_to_this_machine_alone() -> None:
    for host, is_fine in (
        ("127.0.0.1", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("::ffff:127.0.0.1", False),
    ):
        settings = Settings.model_construct(api_auth="none", api_host=host)
        if is_fine:
            assert guard_of(settings).token is None
        else:
            with pytest.raises(UserError) as caught:
                guard_of(settings)
            assert caught.value.field == "API_AUTH"
