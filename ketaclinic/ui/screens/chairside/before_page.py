"""Before the infusion: the checklist, the baseline, the dose with its blind second check, and the start."""

import textwrap
from datetime import date

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ketaclinic.clock import to_wall
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.encounters import EncounterView, Outcome, Step
from ketaclinic.domain.findings import ClinicError, Finding, Severity, blocking
from ketaclinic.ui import text
from ketaclinic.ui.screens.chairside.baseline_card import BaselineCard
from ketaclinic.ui.screens.chairside.checklist_desk import ChecklistDesk, can_be_confirmed
from ketaclinic.ui.screens.chairside.checklist_view import ChecklistPanel
from ketaclinic.ui.screens.chairside.dose_panel import DosePanel, DoseTyped
from ketaclinic.ui.screens.chairside.drug_card import DrugCard
from ketaclinic.ui.screens.chairside.item_dialogs import override_finding
from ketaclinic.ui.screens.chairside.second_check_dialog import SecondCheckDialog
from ketaclinic.ui.screens.chairside.session_acts import SessionActs
from ketaclinic.ui.screens.chairside.sign_off_dialog import SignOffDialog
from ketaclinic.ui.screens.chairside.titrate_dialog import TitrateDialog

_SIDE, _NAMED, _LETTERS = 420, 3, 56
_AROUND = 12
"""Pixels left around a sentence that is brought into view."""


class StartCard(QFrame):
    """The button that starts the infusion, and what stands against it.

    Signals:
        override_wanted(Finding): something that is no point of the checklist is to be overridden.
    """

    override_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Start")
        self.setProperty("kind", "card")
        self.missing = QLabel(wordWrap=True, accessibleName="What is still missing")
        self.button = QPushButton("Start infusion", accessibleName="Start infusion")
        self.button.setProperty("kind", "primary")
        self.button.setProperty("large", True)
        self.hint = QLabel(wordWrap=True, accessibleName="When to start", visible=False)
        self.hint.setProperty("kind", "second")
        self.override = QPushButton("Override…", visible=False)
        self.override.setProperty("kind", "amber")
        self.override.setProperty("large", True)
        self._finding: Finding | None = None
        self.check_in = QPushButton("Check in", accessibleName="Check in", visible=False)
        self.check_in.setProperty("kind", "primary")
        self.check_in.setProperty("large", True)
        self.not_today = QPushButton("Not today…", accessibleName="No infusion today")
        self.not_today.setProperty("large", True)
        layout = QVBoxLayout(self, spacing=8)
        layout.setContentsMargins(18, 12, 18, 14)
        layout.addWidget(self.missing)
        layout.addWidget(self.hint)
        layout.addWidget(self.override)
        layout.addWidget(self.check_in)
        buttons = QHBoxLayout(spacing=8)
        buttons.addWidget(self.not_today)
        buttons.addWidget(self.button, 1)
        layout.addLayout(buttons)
        self.override.clicked.connect(self._override_clicked)

    def show_findings(self, findings: tuple[Finding, ...], items: frozenset[str]) -> None:
        """Says what is still missing, the heaviest first, and holds the button until nothing is.

        `items` are the codes of the checklist: what is one of them is overridden at its own place.
        """
        here = (f for f in findings if f.severity is Severity.OVERRIDE and f.subject not in items)
        self._finding = next(here, None)
        self.override.setVisible(self._finding is not None)
        if self._finding is not None:
            self.override.setText(f"Override: {textwrap.shorten(self._finding.message, 40, placeholder=' …')}")
            self.override.setAccessibleName(f"Override {self._finding.message}")
        against = sorted(blocking(findings), key=lambda f: f.code.startswith("open-"))
        self.button.setEnabled(not against)
        if not against:
            warned = [f.message for f in findings if f.severity is Severity.WARN]
            self.say(" ".join(["Everything is there.", *warned]), "warning" if warned else "good")
            return
        told = [f.message.removeprefix("Not done: ") for f in against]
        lines = [f"· {textwrap.shorten(words, _LETTERS, placeholder=' …')}" for words in told[:_NAMED]]
        if len(against) > _NAMED:
            lines.append(f"· and {len(against) - _NAMED} more")
        self.missing.setToolTip("\n".join(told))
        points = "1 point stands" if len(against) == 1 else f"{len(against)} points stand"
        self.say("\n".join([f"{points} against the start:", *lines]), "second")

    def show_hint(self, words: str) -> None:
        """Proposes the minute to start in; it holds nobody back."""
        self.hint.setText(words)
        self.hint.setVisible(bool(words))

    def _override_clicked(self) -> None:
        if self._finding is not None:
            self.override_wanted.emit(self._finding)

    def say(self, words: str, kind: str) -> None:
        """A few lines above the button."""
        self.missing.setText(text.with_read_dates(words))
        self.missing.setProperty("kind", kind)
        self.missing.style().polish(self.missing)


class BeforePage(QWidget):
    """The first step of a session.

    Signals:
        covered(bool): while a second person computes, what the first computed must be seen nowhere.
    """

    covered = Signal(bool)

    def __init__(self, acts: SessionActs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._acts = acts
        self._view: EncounterView | None = None
        self.checklist = ChecklistPanel()
        self.baseline = BaselineCard(acts)
        self.dose = DosePanel()
        self.drug = DrugCard(acts)
        self.start = StartCard()
        self._lay_out()
        self._desk = ChecklistDesk(self.checklist, acts)
        self.dose.dose_set.connect(self._set_dose)
        self._told: QWidget | None = None
        self.dose.told.connect(self._words_told)
        self.dose.titration_wanted.connect(self._titrate)
        self.dose.second_check_wanted.connect(self._second_check)
        self.start.button.clicked.connect(self._start)
        self.start.override_wanted.connect(self._override_start)
        self.start.check_in.clicked.connect(self._check_in)
        self.start.not_today.clicked.connect(self._not_today)

    def _lay_out(self) -> None:
        inside = QWidget(objectName="scrolled")
        cards = QVBoxLayout(inside, spacing=14)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.addWidget(self.baseline)
        cards.addWidget(self.dose)
        cards.addWidget(self.drug)
        cards.addStretch(1)
        scroll = QScrollArea(widgetResizable=True, horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll = scroll
        self._side = QWidget()
        self._side.setFixedWidth(_SIDE)
        self._covered = QLabel(
            "A second person computes. Nothing of the first calculation is to be seen meanwhile.", wordWrap=True
        )
        self._covered.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._covered.setProperty("kind", "second")
        self._covered.hide()
        column = QVBoxLayout(self._side, spacing=14)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll, 1)
        column.addWidget(self.start)
        layout = QHBoxLayout(self, spacing=14)
        layout.setContentsMargins(16, 14, 16, 16)
        layout.addWidget(self.checklist, 1)
        layout.addWidget(self._side)
        layout.addWidget(self._covered, 1)

    def show_view(self, view: EncounterView) -> None:
        """Shows the step as it is."""
        self._view = view
        checklist = view.checklist(Step.BEFORE)
        locked = view.started_at is not None or view.signed_at is not None
        if checklist is not None:
            if view.signed_at is not None:
                self.checklist.lock()
            self.checklist.show_checklist(checklist, view.header, self._today(view), view.zone)
        self.baseline.show_view(view)
        self.dose.show_view(view)
        self.drug.show_view(view)
        if locked:
            self.dose.lock()
        self.start.setVisible(not locked)
        self.start.check_in.setVisible(view.status is Status.ARRIVED)
        self.start.not_today.setVisible(view.status is Status.CHECKED_IN)
        items = frozenset(i.item.code for i in checklist.items) if checklist is not None else frozenset()
        self.start.show_findings(view.may_start, items)
        self.start.show_hint(view.start_hint)

    def focus(self) -> None:
        """Puts the keyboard on the first open point."""
        self.checklist.focus_next_open()

    def _today(self, view: EncounterView) -> date:
        return to_wall(self._acts.now(), view.zone).date()

    def _override_start(self, finding: Finding) -> None:
        override_finding(self, self._acts, finding)

    def _set_dose(self, typed: DoseTyped) -> None:
        self._acts.act(
            lambda charting, by, number: charting.set_dose(
                by,
                number,
                typed.weight_kg,
                typed.concentration,
                confirmed=typed.confirmed,
                vial_id=typed.vial_id,
                mg=typed.mg,
                ml=typed.ml,
            ),
            self._dose_taken,
            self._dose_refused,
        )

    def _dose_taken(self, _view: EncounterView) -> None:
        self.dose.taken()

    def _dose_refused(self, error: ClinicError) -> None:
        self.dose.refuse(error, asked_again=can_be_confirmed(error))

    def _words_told(self, words: QWidget) -> None:
        self._told = words
        QTimer.singleShot(0, self._bring_into_view)  # once it has its place

    def _bring_into_view(self) -> None:
        if self._told is not None:
            self._scroll.ensureWidgetVisible(self._told, 0, _AROUND)
            self._told = None

    def _titrate(self) -> None:
        if self._view is not None:
            TitrateDialog(self, self._acts, self._view).open()

    def _second_check(self) -> None:
        """Everything the first has chosen or computed goes out of sight while the second person computes."""
        if self._view is not None:
            dialog = SecondCheckDialog(self, self._acts, self._view)
            self._cover(covered=True)
            dialog.closed.connect(self._uncover)
            dialog.open()

    def _uncover(self) -> None:
        self._cover(covered=False)

    def _cover(self, *, covered: bool) -> None:
        self.checklist.setVisible(not covered)
        self._side.setVisible(not covered)
        self._covered.setVisible(covered)
        self.covered.emit(covered)

    def _check_in(self) -> None:
        self._acts.check_in(self._start_refused)

    def _not_today(self) -> None:
        if self._view is not None:
            SignOffDialog(self, self._acts, self._view, Outcome.NOT_STARTED).open()

    def _start(self) -> None:
        self.start.button.setEnabled(False)
        self._acts.start(self._start_refused)

    def _start_refused(self, error: ClinicError) -> None:
        self._acts.reload()
        self.start.say(str(error), "error")
