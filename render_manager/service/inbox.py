"""The inbox: a folder that other programs lay scenes into, which are queued from there.

A file system watcher tells at once, and a slow timer looks after what it missed. Each request is
queued exactly once, also if the program is killed in between (see `inbox_folder.py` and
`inbox_admission.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer

from render_manager.base.errors import UserError
from render_manager.base.i18n import _, ngettext
from render_manager.service.inbox_admission import Admission
from render_manager.service.inbox_folder import REQUEST, InboxFolder, Taken
from render_manager.service.inbox_patience import Patience
from render_manager.service.inbox_request import MOST_IN_A_NAME, Request, is_whole, read_request
from render_manager.service.task_service import TaskService

LOOK_MS = 2000
SETTLE_MS = 30
"""Between what the watcher says and the look, so that ten changes make one look."""
RUNNING_MS = 5000
"""How often `running.json` is renewed; `client.py` takes it as stale after four times that."""
TIDY_MS = 60 * 60 * 1000
AT_ONCE = 20
"""Requests queued before the window gets its turn again: each is a commit to disk."""


class Inbox(QObject):
    """Between `start` and `stop`, queues what is laid into the folder."""

    def __init__(self, service: TaskService, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._folder = InboxFolder(folder)
        self._admission = Admission(service)
        self._patience = Patience()
        self._arrived: list[tuple[str, str]] = []
        """Who sent what, until it is told at the end of a look."""
        self._was_said = False
        self._told: set[str] = set()
        self._ours: set[Path] = set()
        """What this manager itself has taken; whatever else is taken is of one that was killed."""
        self._unanswered: dict[Path, dict[str, object]] = {}
        self._watcher = QFileSystemWatcher(self)
        self._soon = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._watcher.directoryChanged.connect(self._soon.start)
        self._soon.timeout.connect(self._look)
        self._timers = [
            self._every(LOOK_MS, self._look),
            self._every(RUNNING_MS, self._say_running),
            self._every(TIDY_MS, self._tidy),
        ]

    def start(self) -> None:
        """Say that somebody is here, and begin with what a killed manager had taken."""
        if self._prepare():
            self._tidy()
            self._say_running()
        for timer in self._timers:
            timer.start()
        self._soon.start()

    def stop(self) -> None:
        for timer in (*self._timers, self._soon):
            timer.stop()
        if watched := self._watcher.directories():
            self._watcher.removePaths(watched)
        self._folder.say_ended()

    # --- looking ------------------------------------------------------------------------------

    def _look(self) -> None:
        if not self._prepare():
            return
        try:
            found = self._folder.requests()
            self._settle_what_was_taken()
        except OSError as error:
            self._tell_of_folder(error)
            return
        is_taken = (self._take(request) for request in found)
        if sum(islice(filter(None, is_taken), AT_ONCE)) == AT_ONCE:
            self._soon.start()
        self._tell_what_arrived()

    def _take(self, request: Path) -> bool:
        """What is locked or still being written is looked at again the next time."""
        try:
            if self._is_in_the_making(request):
                return False
            taken = self._folder.take(request)
        except OSError as error:
            self._be_patient(request, error)
            return False
        self._patience.forget(request)
        self._ours.add(taken.path)
        self._queue(taken)
        return True

    def _is_in_the_making(self, request: Path) -> bool:
        raw = self._folder.read(request)
        is_part = raw is not None and not is_whole(raw)
        return is_part and self._patience.may_still_be_written(request)

    def _settle_what_was_taken(self) -> None:
        for taken in self._folder.left_taken():
            self._queue(taken)

    def _be_patient(self, file: Path, error: OSError) -> None:
        """What is in use for a moment is tried again without a word."""
        if isinstance(error, FileNotFoundError):
            self._patience.forget(file)
        elif self._patience.is_exhausted(file):
            sentence = _(
                "{file} in the inbox cannot be read ({why}), so its scene is not queued. "
                "Allow Render Manager to read and move it, or delete it."
            )
            self._tell_once(sentence.format(file=_readable(file.name), why=error.strerror or error))

    # --- queueing -----------------------------------------------------------------------------

    def _queue(self, taken: Taken) -> None:
        """Queue it, answer, and only then take the request away."""
        if taken.path in self._unanswered:
            self._answer(taken, self._unanswered[taken.path])
            return
        try:
            request = read_request(self._folder.read(taken.path))
        except UserError as error:
            self._reject(taken, str(error))
        except OSError as error:
            self._be_patient(taken.path, error)  # it stays taken, and the next look settles it
        else:
            self._patience.forget(taken.path)
            self._answer(taken, self._settle(request, taken))

    def _settle(self, request: Request, taken: Taken) -> dict[str, object]:
        """The answer. What a killed manager had taken may be queued already."""
        submission = request.submission()
        if taken.path in self._ours:
            task, refusal = self._admission.admit(submission)
        else:
            task, refusal = self._admission.admit_again(submission, taken.stamp)
        scene, sender = _readable(Path(request.project_file).name), _readable(request.sender)
        sender = sender or _("Another program")
        if task is None:
            sentence = _("{sender} sent {scene}, which was not queued: {why}")
            told = sentence.format(sender=sender, scene=scene, why=refusal)
            self._service.noticed.emit(told)
            return {"error": refusal}
        self._arrived.append((sender, scene))
        return {"task_id": task.id}

    def _answer(self, taken: Taken, answer: dict[str, object]) -> None:
        """Without the answer the request stays taken: a later look answers, and queues nothing."""
        self._unanswered[taken.path] = answer
        try:
            self._folder.reply(taken.name, answer)
            taken.path.unlink(missing_ok=True)
            del self._unanswered[taken.path]
            self._ours.discard(taken.path)
        except OSError as error:
            self._tell_of_folder(error)

    def _reject(self, taken: Taken, why: str) -> None:
        name = _readable(f"{taken.name}{REQUEST}")
        sentence = _("{file} in the inbox cannot be used: {why}.").format(file=name, why=why)
        try:
            self._folder.reject(taken.path, taken.name)
            self._folder.reply(taken.name, {"error": sentence})
        except OSError as error:
            self._tell_of_folder(error)
        self._tell_once(sentence)

    # --- saying -------------------------------------------------------------------------------

    def _tell_what_arrived(self) -> None:
        """In one sentence, however many there were."""
        arrived, self._arrived = self._arrived, []
        if len(arrived) == 1:
            sender, scene = arrived[0]
            said = _("{sender} sent {scene}.").format(sender=sender, scene=scene)
            self._service.noticed.emit(said)
        elif arrived:
            sentence = ngettext(
                "{senders} sent {count} scene.", "{senders} sent {count} scenes.", len(arrived)
            )
            senders = ", ".join(dict.fromkeys(sender for sender, _scene in arrived))
            self._service.noticed.emit(sentence.format(senders=senders, count=len(arrived)))

    def _tell_of_folder(self, error: OSError) -> None:
        sentence = _(
            "The inbox {folder} cannot be used ({why}). Other programs cannot send scenes."
        )
        why = error.strerror or error
        self._tell_once(sentence.format(folder=self._folder.path, why=why))

    def _tell_once(self, sentence: str) -> None:
        """Not every two seconds."""
        if sentence not in self._told:
            self._told.add(sentence)
            self._service.noticed.emit(sentence)

    def _say_running(self) -> None:
        """On Windows the file is out of reach while a submitter reads it; the next time will do."""
        try:
            self._folder.say_running()
            self._was_said = True
        except OSError as error:
            if not self._was_said:
                self._tell_of_folder(error)
            self._was_said = False

    # --- housekeeping -------------------------------------------------------------------------

    def _prepare(self) -> bool:
        """The folder is there and watched, also if somebody has removed it meanwhile."""
        try:
            self._folder.prepare()
        except OSError as error:
            self._tell_of_folder(error)
            return False
        if not self._watcher.directories():
            self._watcher.addPath(str(self._folder.path))
        return True

    def _tidy(self) -> None:
        try:
            self._folder.tidy()
        except OSError as error:
            self._tell_of_folder(error)

    def _every(self, interval_ms: int, what: Callable[[], None]) -> QTimer:
        timer = QTimer(self, interval=interval_ms)
        timer.timeout.connect(what)
        return timer


def _readable(name: str) -> str:
    """In one line, whatever bytes it is made of."""
    return " ".join(name.encode("utf-8", "replace").decode().split())[:MOST_IN_A_NAME]
