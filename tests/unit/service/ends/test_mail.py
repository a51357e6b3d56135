"""E-mails, to a server on this computer."""

from __future__ import annotations

import threading

import pytest
from listening import PostOffice, post_office

from render_manager.base.errors import UserError
from render_manager.base.settings import Settings, check
from render_manager.service.ends import mail
from render_manager.service.ends.ended import Ended

TOLD = Ended(7, "镜头 7", "completed", "maya", "/a.ma", "/out", 10, 10, 0, None, None)


def post(settings: Settings, office: PostOffice, security: str = "none") -> mail.Post:
    settings.adopt(
        {
            "smtp_host": "127.0.0.1",
            "smtp_port": office.port,
            "smtp_security": security,
            "mail_from": "farm@studio.example",
            "mail_to": check("mail_to", "ann@studio.example, bo@studio.example"),
        },
        {},
    )
    found = mail.post_of(settings)
    assert found is not None
    return found


def send(to: mail.Post) -> None:
    mail.send(to, TOLD, threading.Event(), (0.0, 0.0))


def test_a_letter_says_what_ended(settings: Settings) -> None:
    with post_office() as office:
        send(post(settings, office))
    (letter,) = office.letters
    assert letter["Subject"] == "镜头 7 is rendered: 10 of 10 frames."
    assert letter["From"] == "farm@studio.example"
    assert letter["To"] == "ann@studio.example, bo@studio.example"
    assert "/out" in letter.get_content()


def test_what_may_get_better_is_tried_again(settings: Settings) -> None:
    with post_office("451 later", "451 later") as office:
        to = post(settings, office)
        to = mail.Post(to.host, to.port, "none", "", None, to.sender, to.recipients[:1])
        send(to)
    assert len(office.letters) == 1


def test_a_refused_address_is_named(settings: Settings) -> None:
    with (
        post_office("550 who?", "550 who?") as office,
        pytest.raises(UserError, match=r"refuses ann@studio\.example, bo@"),
    ):
        send(post(settings, office))
    assert office.letters == []


def test_a_server_without_starttls_gets_no_letter(settings: Settings) -> None:
    with post_office() as office, pytest.raises(UserError, match="STARTTLS"):
        send(post(settings, office, "starttls"))
    assert office.letters == []


def test_without_a_server_there_is_no_post(settings: Settings) -> None:
    assert mail.post_of(settings) is None
