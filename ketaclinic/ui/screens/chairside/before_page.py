"""Before the infusion: the checklist, the baseline, the dose with its blind second check, and the start."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ketaclinic.clock import to_wall
from ketaclinic.domain.encounters import EncounterView, ItemView, Step
from ketaclinic.domain.findings import ClinicError, Finding, Severity, blocking
from ketaclinic.ui.screens.chairside.baseline_card import BaselineCard
from ketaclinic.ui.screens.chairside.checklist_view import ChecklistPanel
from ketaclinic.ui.screens.chairside.dose_panel import DosePanel
from ketaclinic.ui.screens.chairside.item_dialogs import ask_item, override_item
from ketaclinic.ui.screens.chairside.second_check_dialog import SecondCheckDialog
from ketaclinic.ui.screens.chairside.session_acts import SessionActs

_SIDE, _NAMED = 420, 3


class StartCard(QFrame):
    """The button that starts the infusion, and what stands against it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Start")
        self.setProperty("kind", "card")
        self.missing = QLabel(wordWrap=True, accessibleName="What is still missing")
        self.button = QPushButton("Start infusion", accessibleName="Start infusion")
        self.button.setProperty("kind", "primary")
        self.button.setProperty("large", True)
        layout = QVBoxLayout(self, spacing=8)
        layout.setContentsMargins(18, 12, 18, 14)
        layout.addWidget(self.missing)
        layout.addWidget(self.button)

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        """Says what is still missing, the heaviest first, and holds the button until nothing is."""
        against = sorted(blocking(findings), key=lambda f: f.code.startswith("open-"))
        self.button.setEnabled(not against)
        if not against:
            warned = [f.message for f in findings if f.severity is Severity.WARN]
            self.say(" ".join(["Everything is there.", *warned]), "warning" if warned else "good")
            return
        lines = [f"· {f.message.removeprefix('Not done: ')}" for f in against[:_NAMED]]
        if len(against) > _NAMED:
            lines.append(f"· and {len(against) - _NAMED} more")
        points = "1 point stands" if len(against) == 1 else f"{len(against)} points stand"
        self.say("\n".join([f"{points} against the start:", *lines]), "second")

    def say(self, words: str, kind: str) -> None:
        """A few lines above the button."""
        self.missing.setText(words)
        self.missing.setProperty("kind", kind)
        self.missing.style().polish(self.missing)


class BeforePage(QWidget):
    """The first step of a session."""

    def __init__(self, acts: SessionActs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._acts = acts
        self._view: EncounterView | None = None
        self.checklist = ChecklistPanel()
        self.baseline = BaselineCard(acts)
        self.dose = DosePanel()
        self.start = StartCard()
        self._lay_out()
        self.checklist.answered.connect(self._answer)
        self.checklist.override_wanted.connect(self._override)
        self.checklist.asked.connect(self._ask)
        self.dose.dose_set.connect(self._set_dose)
        self.dose.second_check_wanted.connect(self._second_check)
        self.start.button.clicked.connect(self._start)

    def _lay_out(self) -> None:
        inside = QWidget(objectName="scrolled")
        cards = QVBoxLayout(inside, spacing=14)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.addWidget(self.baseline)
        cards.addWidget(self.dose)
        cards.addStretch(1)
        scroll = QScrollArea(widgetResizable=True, horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        side = QWidget()
        side.setFixedWidth(_SIDE)
        column = QVBoxLayout(side, spacing=14)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll, 1)
        column.addWidget(self.start)
        layout = QHBoxLayout(self, spacing=14)
        layout.setContentsMargins(16, 14, 16, 16)
        layout.addWidget(self.checklist, 1)
        layout.addWidget(side)

    def show_view(self, view: EncounterView) -> None:
        """Shows the step as it is."""
        self._view = view
        checklist = view.checklist(Step.BEFORE)
        locked = view.started_at is not None or view.signed_at is not None
        if checklist is not None:
            if locked:
                self.checklist.lock()
            self.checklist.show_checklist(checklist, view.header, self._today(view), view.zone)
        self.baseline.show_view(view)
        self.dose.show_view(view)
        if locked:
            self.dose.lock()
        self.start.setVisible(not locked)
        self.start.show_findings(view.may_start)

    def focus(self) -> None:
        """Puts the keyboard on the first open point."""
        self.checklist.focus_next_open()

    def _today(self, view: EncounterView) -> date:
        return to_wall(self._acts.now(), view.zone).date()

    def _answer(self, checklist_id: str, code: str, value: object) -> None:
        def refused(error: ClinicError) -> None:
            self.checklist.refuse(code, str(error))

        self._acts.answer(checklist_id, code, value, refused)

    def _override(self, item: ItemView) -> None:
        override_item(self, self._acts, item)

    def _ask(self, checklist_id: str, item: ItemView) -> None:
        if self._view is not None:
            ask_item(self, self._acts, self._view, checklist_id, item)

    def _set_dose(self, weight: float, concentration: float) -> None:
        self._acts.set_dose(weight, concentration, self._dose_refused)

    def _dose_refused(self, error: ClinicError) -> None:
        self.dose.refuse(str(error))

    def _second_check(self) -> None:
        if self._view is not None:
            SecondCheckDialog(self, self._acts, self._view).open()

    def _start(self) -> None:
        self.start.button.setEnabled(False)
        self._acts.start(self._start_refused)

    def _start_refused(self, error: ClinicError) -> None:
        self._acts.reload()
        self.start.say(str(error), "error")
