"""What is wrong with scenes: those that cannot be read, missing files, warnings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from render_manager.base.i18n import _, ngettext
from render_manager.domain.preflight import listed
from render_manager.domain.task import Task
from render_manager.gui.task_sheet.notice import Notice, Tone
from render_manager.gui.theme import GAP, Theme

MOST = 6
"""Sentences that are shown; how many more there are is said."""


class SceneWarnings(QWidget):
    """A sentence each, the worst first."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notices = [Notice(theme) for _place in range(MOST + 1)]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP // 2)
        for notice in self.notices:
            layout.addWidget(notice)

    def show_tasks(self, tasks: Sequence[Task]) -> None:
        found = _gathered(tasks)
        for place, notice in enumerate(self.notices[:MOST]):
            sentence, tone = found[place] if place < len(found) else ("", Tone.QUIET)
            notice.say(sentence, tone)
        more = len(found) - MOST
        self.notices[MOST].say(
            ngettext("{count} more warning", "{count} more warnings", more).format(count=more)
            if more > 0
            else ""
        )
        self.setVisible(bool(found))


Found = Iterator[tuple[str, str, Tone]]


def _gathered(tasks: Sequence[Task]) -> list[tuple[str, Tone]]:
    """What is wrong; scenes of which the same is to be said share a sentence."""
    names: dict[tuple[str, Tone], list[str]] = {}
    for name, sentence, tone in (
        *_unreadable(tasks),
        *_findings(tasks),
        *_missing(tasks),
        *_warnings(tasks),
    ):
        names.setdefault((sentence, tone), []).append(name)
    if len(tasks) == 1:
        return list(names)
    return [
        (_("{scenes}: {sentence}").format(scenes=listed(of), sentence=sentence), tone)
        for (sentence, tone), of in names.items()
    ]


def _unreadable(tasks: Sequence[Task]) -> Found:
    for task in tasks:
        if task.is_broken:
            yield task.job.name, task.error_message or "", Tone.WRONG


def _findings(tasks: Sequence[Task]) -> Found:
    for task in tasks:
        for finding in () if task.is_broken else task.findings:
            yield task.job.name, finding.text, Tone.WRONG if finding.blocks else Tone.WARNING


def _missing(tasks: Sequence[Task]) -> Found:
    for task in tasks:
        files = task.job.scene.missing if task.job.scene else ()
        if files:
            yield task.job.name, _("Missing: {files}").format(files=listed(files)), Tone.WRONG


def _warnings(tasks: Sequence[Task]) -> Found:
    for task in tasks:
        for sentence in task.job.scene.warnings if task.job.scene else ():
            yield task.job.name, sentence, Tone.WARNING
