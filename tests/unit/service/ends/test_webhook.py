"""Webhooks: the form of each kind, signatures, and what is tried again."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
import threading
from urllib.parse import parse_qs, urlsplit

import pytest
from listening import Hook, hook

from render_manager.base.errors import UserError
from render_manager.service.ends import webhook
from render_manager.service.ends.ended import Ended

NOW = 1_700_000_000.0
TOLD = Ended(
    7, "a <b> & @everyone", "failed", "maya", "/a.ma", "/out", 10, 4, 6, "No licence", None
)


def send(
    kind: str, to: Hook | str, secret: str | None = None, waits: tuple[float, ...] = (0.0, 0.0)
) -> None:
    url = to if isinstance(to, str) else to.url
    webhook.send(kind, url, secret, TOLD, lambda: NOW, threading.Event(), waits)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("slack", {"text": "a &lt;b&gt; &amp; @everyone"}),
        ("discord", {"content": "a <b> & @everyone", "allowed_mentions": {"parse": []}}),
        ("feishu", {"msg_type": "text", "content": {"text": "a <b> & @everyone"}}),
        ("dingtalk", {"msgtype": "text", "text": {"content": "a <b> & @everyone"}}),
    ],
)
def test_each_kind_has_its_form(kind: str, body: dict[str, object]) -> None:
    with hook() as listening:
        send(kind, listening)
    ((path, told),) = listening.told
    assert path == "/hook"
    ending = " has failed: 4 of 10 frames are there.\nNo licence"
    assert str(told) == str(body).replace("@everyone", "@everyone" + ending.replace("\n", "\\n"))


def test_plain_json_has_the_names_of_the_api() -> None:
    with hook() as listening:
        send("json", listening)
    ((_path, told),) = listening.told
    assert told["event"] == "task_ended"
    assert (told["task_id"], told["status"], told["completed_frames"]) == (7, "failed", 4)
    assert told["error_message"] == "No licence"


def test_feishu_is_signed_in_the_body() -> None:
    with hook() as listening:
        send("feishu", listening, "geheim")
    ((_path, told),) = listening.told
    digest = hmac.new(b"1700000000\ngeheim", b"", hashlib.sha256).digest()
    assert (told["timestamp"], told["sign"]) == ("1700000000", base64.b64encode(digest).decode())


def test_dingtalk_is_signed_in_the_address() -> None:
    with hook() as listening:
        send("dingtalk", listening.url + "?access_token=x", "geheim")
    ((path, _told),) = listening.told
    digest = hmac.new(b"geheim", b"1700000000000\ngeheim", hashlib.sha256).digest()
    assert parse_qs(urlsplit(path).query) == {
        "access_token": ["x"],
        "timestamp": ["1700000000000"],
        "sign": [base64.b64encode(digest).decode()],
    }


def test_what_may_get_better_is_tried_again() -> None:
    with hook((503, ""), (429, ""), (200, "ok")) as listening:
        send("slack", listening)
    assert len(listening.told) == 3


def test_what_stays_wrong_is_said_after_the_last_try() -> None:
    with hook((500, "")) as listening, pytest.raises(UserError, match="answers 500") as caught:
        send("slack", listening)
    assert len(listening.told) == 3
    assert listening.url not in str(caught.value)


def test_what_is_wrong_for_good_is_said_at_once() -> None:
    with hook((404, "")) as listening, pytest.raises(UserError, match="answers 404"):
        send("slack", listening)
    assert len(listening.told) == 1


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("feishu", '{"code": 19021, "msg": "sign match fail"}'),
        ("dingtalk", '{"errcode": 310000, "errmsg": "sign match fail"}'),
    ],
)
def test_a_refusal_with_status_200_is_one(kind: str, body: str) -> None:
    with hook((200, body)) as listening, pytest.raises(UserError, match="sign match fail"):
        send(kind, listening)
    assert len(listening.told) == 1


def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(UserError, match="was not told"):
            send("json", f"http://127.0.0.1:{free.getsockname()[1]}/")


def test_leaving_does_not_wait_for_another_try() -> None:
    is_over = threading.Event()
    is_over.set()
    with hook((500, "")) as listening, pytest.raises(UserError, match="answers 500"):
        webhook.send("json", listening.url, None, TOLD, lambda: NOW, is_over, (600.0,))
    assert len(listening.told) == 1
