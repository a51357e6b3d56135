"""Fetching Blender from the window: the button, how far it is, and what can be done afterwards."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from render_manager.base.errors import UserError
from render_manager.base.i18n import N_, _, ngettext
from render_manager.gui.theme import GAP
from render_manager.service.provision import FETCHABLE, FetchProgress, failed_for_lack_of
from render_manager.service.queue_service import QueueService

PHASES = {
    "waiting": N_("Another program is fetching it…"),
    "downloading": N_("Downloading Blender…"),
    "installing": N_("Installing Blender…"),
}

BEGINNING = FetchProgress("downloading", 0.0)

STEPS = 1000


class FetchOffer(QWidget):
    """Shows itself only if there is something to do or to say."""

    def __init__(self, service: QueueService, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._provision = service.provision
        self._progress = BEGINNING
        self._lacking: list[int] = []
        self._build()
        self._provision.found.connect(self._look)
        self._provision.progressed.connect(self._take_progress)
        self._provision.fetched.connect(self._take_end)
        self.retranslate()
        self._look()

    def retranslate(self) -> None:
        self.fetch.setText(_("Fetch Blender (about 370 MB)"))
        self.stop.setText(_("Stop"))
        self.bar.setAccessibleName(_("Downloading Blender…"))
        self._name_retry()
        self._phase.setText(_(PHASES[self._progress.phase]))

    # --- gestures -----------------------------------------------------------------------------

    def _begin(self) -> None:
        self._say("")
        self._provision.fetch_blender()
        self._take_progress(BEGINNING)
        self._look()
        self.stop.setFocus(Qt.FocusReason.OtherFocusReason)

    def _halt(self) -> None:
        self.stop.setEnabled(False)
        self._provision.stop_fetching()

    def _try_again(self) -> None:
        try:
            self._service.retry(self._lacking)
        except UserError as error:
            self._say(str(error))
        self._look()

    # --- what became of it --------------------------------------------------------------------

    def _take_progress(self, progress: FetchProgress) -> None:
        self._progress = progress
        self._phase.setText(_(PHASES[progress.phase]))
        self.bar.setValue(round(STEPS * progress.fraction))

    def _take_end(self, problem: str) -> None:
        self._say(problem)
        self.stop.setEnabled(True)
        self._look()

    def _look(self) -> None:
        """What can be done now: fetch, stop, or retry what failed without it."""
        is_fetching = self._provision.is_fetching
        found = self._provision.renderers or ()
        blender = next((one for one in found if one.name == FETCHABLE), None)
        is_here = blender is not None and bool(blender.installations)
        is_missing = blender is not None and not is_here
        self._lacking = self._without_it() if is_here else []
        self._name_retry()
        self.fetch.setVisible(is_missing and self._provision.can_fetch and not is_fetching)
        self._busy.setVisible(is_fetching)
        self.retry.setVisible(bool(self._lacking))

    def _without_it(self) -> list[int]:
        return failed_for_lack_of(self._service.catalog.get(FETCHABLE), self._service.queue)

    def _name_retry(self) -> None:
        count = len(self._lacking)
        self.retry.setText(
            ngettext(
                "Retry the {count} task that failed without Blender",
                "Retry the {count} tasks that failed without Blender",
                count,
            ).format(count=count)
        )

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    # --- how it is built ----------------------------------------------------------------------

    def _build(self) -> None:
        self.fetch, self.stop, self.retry = QPushButton(), QPushButton(), QPushButton()
        self.fetch.clicked.connect(self._begin)
        self.stop.clicked.connect(self._halt)
        self.retry.clicked.connect(self._try_again)
        for button in (self.fetch, self.stop, self.retry):
            button.setAutoDefault(False)
        self.problem = QLabel()
        self.problem.setObjectName("problem")
        self.problem.setTextFormat(Qt.TextFormat.PlainText)
        self.problem.setWordWrap(True)
        self.problem.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.problem.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        for part in (self.problem, self.fetch, self._progress_line(), self.retry):
            left = Qt.AlignmentFlag.AlignLeft
            is_button = isinstance(part, QPushButton)
            layout.addWidget(part, 0, left if is_button else Qt.AlignmentFlag(0))

    def _progress_line(self) -> QWidget:
        self._busy, self._phase, self.bar = QWidget(), QLabel(), QProgressBar()
        self._phase.setObjectName("dim")
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        line = QHBoxLayout(self._busy)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2 * GAP)
        line.addWidget(self._phase)
        line.addWidget(self.bar, 1)
        line.addWidget(self.stop)
        return self._busy
