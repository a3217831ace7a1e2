"""A session that does not take place: every way the course can go on, side by side, and one of them taken.

Signals of `MissedDialog`: `freed(Appointment)` the visit as it was in the place it left; `repaired(BookedSeries)`.
"""

from functools import partial
from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QPushButton, QWidget

from ketaclinic.domain.appointments import CANCELLED, Status
from ketaclinic.domain.courses import SeriesRepair, cause_of
from ketaclinic.domain.findings import ClinicError, Finding, Invalid, Refused, Severity
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.schedule import Inspection
from ketaclinic.domain.wishes import BookedSeries
from ketaclinic.ui import text
from ketaclinic.ui.dialogs.course_card import CourseCard
from ketaclinic.ui.dialogs.policy_line import PolicyLine
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.tall_scroll import TallScroll

_WIDE = 1040
_BESIDE = 860
"""Width from which all cards stand in one row."""
_TITLES = {Status.NO_SHOW: "Missed session", Status.RESCHEDULED: "Move session to another day"}
_ALONE = {Status.NO_SHOW: "Mark missed only", Status.RESCHEDULED: ""}


class MissedDialog(Dialog):
    """Shows the ways on as cards; nothing is saved before one is taken."""

    repaired = Signal(object)
    freed = Signal(object)

    def __init__(
        self, parent: QWidget, context: ScreenContext, inspection: Inspection, target: Status, *, reason: str = ""
    ) -> None:
        a = inspection.card.appointment
        super().__init__(
            parent,
            _TITLES.get(target, "Cancelled session"),
            subtitle=f"{inspection.card.patient_name} · {inspection.card.label} · {text.when(a.starts_at)}",
            width=_WIDE,
        )
        self._context, self._inspection, self._target = context, inspection, target
        self._command = uuid4().hex
        self._done_already = a.status is target
        self.cards: list[CourseCard] = []
        self.policy = PolicyLine(context)
        self.policy.changed.connect(self._check)
        self.body.addWidget(self.policy)
        self._question = QLabel("How does the course go on?")
        self._question.setProperty("kind", "label")
        self.body.addWidget(self._question)
        self._build_shelf()
        self.reason = QLineEdit(reason, placeholderText="Reason (optional)", accessibleName="Reason")
        self.body.addWidget(self.reason)
        self._build_buttons()
        if self._done_already:
            self.reason.hide()
        else:
            self.policy.ask(a.id, target)
        self._load()

    def _build_shelf(self) -> None:
        self._shelf = QWidget(objectName="scrolled", accessibleName="Ways to go on")
        self._grid = QGridLayout(self._shelf, horizontalSpacing=10, verticalSpacing=10)
        self._grid.setContentsMargins(0, 0, 0, 0)
        scroll = TallScroll()
        scroll.setWidget(self._shelf)
        self.body.addWidget(scroll, 1)

    def _build_buttons(self) -> None:
        self.add_cancel("Back")
        alone = _ALONE.get(self._target, "Cancel visit only")
        self.alone: QPushButton | None = None
        if alone and not self._done_already:
            self.alone = self.add_button(alone, self._lose_only)
        self.confirm = self.add_button("Take this way", self._take, kind="primary")
        self.confirm.setEnabled(False)

    @property
    def chosen(self) -> SeriesRepair | None:
        """The way that is marked."""
        return next((card.repair for card in self.cards if card.isChecked()), None)

    def first_field(self) -> QWidget | None:
        """The way that is marked, so that the arrow keys go through them at once."""
        return next((card for card in self.cards if card.isChecked()), super().first_field())

    # -- showing

    def _load(self) -> None:
        a = self._inspection.card.appointment
        user, services, cause = self._context.user(), self._context.services, cause_of(self._target)
        self._context.ops.run(
            self,
            lambda: services.courses.missed_options(user, a.id, cause),
            self._show,
            self._cannot,
            latest="options",
        )

    def _cannot(self, error: ClinicError) -> None:
        """Nothing can be made up; what became of the visit can still be said."""
        self._question.hide()
        self.show_error(error)
        self.fit()

    def _show(self, options: tuple[SeriesRepair, ...]) -> None:
        before = self.chosen.strategy if self.chosen else None
        for card in self.cards:
            card.hide()
            card.deleteLater()
        self.cards = [CourseCard(option) for option in options]
        for card in self.cards:
            card.chosen.connect(self._chosen)
            card.taken.connect(self._take)
        self._lay_out()
        usual = [card for card in self.cards if card.repair.possible]
        wanted = next((card for card in usual if card.repair.strategy is before), usual[0] if usual else None)
        if wanted is not None:
            wanted.setChecked(True)
            wanted.setFocus()
        self._check()
        self.fit()

    def _lay_out(self) -> None:
        most = len(self.cards) if self.card.width() >= _BESIDE or not self.isVisible() else 2
        for number, card in enumerate(self.cards):
            self._grid.addWidget(card, number // max(most, 1), number % max(most, 1))
            card.show()

    def _chosen(self, _card: CourseCard) -> None:
        self._check()

    def _check(self) -> None:
        chosen, lacking = self.chosen, self.policy.lacking
        said = lacking
        if not said and chosen is not None:
            said = "Asks for a reason; the prescriber reviews it." if chosen.review else "Ctrl+Z undoes it."
        self.hint.setText(said)
        self.confirm.setEnabled(chosen is not None and not lacking and not self._busy)
        if self.alone is not None:
            self.alone.setEnabled(not lacking and not self._busy)

    # -- doing

    def _take(self, _card: object = None) -> None:
        chosen = self.chosen
        if chosen is None or not self.confirm.isEnabled():
            return
        if any(f.severity is Severity.OVERRIDE for f in chosen.findings):
            self._ask_override(chosen.findings)
            return
        self._apply(())

    def _ask_override(self, findings: tuple[Finding, ...]) -> None:
        from ketaclinic.ui.dialogs.override_dialog import OverrideDialog  # noqa: PLC0415 - seldom needed

        asked = [finding for finding in findings if finding.severity is not Severity.WARN]
        dialog = OverrideDialog(self, self._context, asked)
        dialog.given.connect(self._apply)
        dialog.open()

    def _apply(self, overrides: tuple[BookingOverride, ...]) -> None:
        chosen = self.chosen
        if chosen is None:
            return
        user, services = self._context.user(), self._context.services
        work = partial(
            services.courses.apply,
            user,
            chosen,
            None if self._done_already else self._target,
            self.reason.text().strip(),
            overrides,
            self.policy.answer,
            self._command,
        )
        self.set_busy(busy=True)
        self._context.ops.run(self, work, self._applied, self._refused)

    def _applied(self, booked: BookedSeries) -> None:
        chosen = self.chosen
        said = chosen.text if chosen else ""
        self._context.notify(f"{self._inspection.card.patient_name}: {said} Ctrl+Z undoes it.")
        self._left()
        self.accept()
        self.repaired.emit(booked)

    def _lose_only(self) -> None:
        a = self._inspection.card.appointment
        user, services = self._context.user(), self._context.services
        work = partial(
            services.courses.lose,
            user,
            a.id,
            a.version,
            self._target,
            self.reason.text().strip(),
            self.policy.answer,
            self._command,
        )
        self.set_busy(busy=True)
        self._context.ops.run(self, work, self._lost, self._refused)

    def _lost(self, _visit: object) -> None:
        undo = " Ctrl+Z undoes it." if self._target in CANCELLED else ""
        self._context.notify(f"{self._inspection.card.patient_name}: {self._target.word.lower()}.{undo}")
        self._left()
        self.accept()

    def _left(self) -> None:
        """The visit has left its place just now; one that had left it before was told of then."""
        if not self._done_already:
            self.freed.emit(self._inspection.card.appointment)

    def _refused(self, error: ClinicError) -> None:
        """Keeps all that was entered; the ways on are read again, for the world may have changed."""
        self._command = uuid4().hex
        self.show_error(error)
        if isinstance(error, Invalid) and error.field == "waiver":
            self.policy.reason.setFocus()
        if isinstance(error, Refused) and any(f.severity is Severity.OVERRIDE for f in error.findings):
            self._ask_override(error.findings)
        else:
            self._load()
        self._check()
