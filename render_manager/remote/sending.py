"""Scenes of this machine on their way into the queue of another one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from render_manager.base.errors import UserError
from render_manager.base.i18n import _
from render_manager.client import ApiError
from render_manager.remote.asking import in_words
from render_manager.remote.greeting import KeyedClient, There, other_version
from render_manager.service.queue_service import Progress

ARCHIVES = (".zip",)
"""What is unpacked there."""

Told = list[Mapping[str, Any]]
"""Tasks as they are told."""


class Sending:
    """Its methods are for the thread that sends."""

    def __init__(self, client: KeyedClient, there: There) -> None:
        self._client = client
        self._there = there

    def hand_over(self, scene: Path, progress: Progress, hold: bool) -> tuple[Told, str]:
        """The tasks, and what the person should know of it or nothing. Raises UserError."""
        try:
            with in_words():
                if scene.name.lower().endswith(ARCHIVES):
                    return self._send_archive(scene, progress, hold), ""
                return self._name_or_send(scene, progress, hold)
        except OSError as error:
            sentence = _("“{scene}” cannot be read ({why}).")
            why = error.strerror or error
            raise UserError(sentence.format(scene=scene.name, why=why)) from None
        except (ValueError, KeyError, TypeError):
            raise UserError(other_version(self._there.name, self._there.version)) from None

    def _name_or_send(self, scene: Path, progress: Progress, hold: bool) -> tuple[Told, str]:
        try:
            return [self._submit(str(scene), hold)], ""
        except ApiError as error:
            if error.field != "project_file" or self._there.is_here:
                raise
        sent = self._client.upload(scene, progress=progress)
        return [self._submit(sent["path"], hold)], self._sent_alone()

    def _send_archive(self, archive: Path, progress: Progress, hold: bool) -> Told:
        sent = self._client.upload(archive, progress=progress)
        if not sent["scenes"]:
            sentence = _("There is no scene in “{archive}” that can be rendered.")
            raise UserError(sentence.format(archive=archive.name))
        return [self._submit(path, hold) for path in sent["scenes"]]

    def _submit(self, path: str, hold: bool) -> Mapping[str, Any]:
        return self._client.submit(path, paused=hold, detail="full")

    def _sent_alone(self) -> str:
        return _(
            "The scene was sent to {name} alone. Textures and other files that it needs did not "
            "travel with it; drop an archive (.zip) of the whole project, and they do."
        ).format(name=self._there.name)
