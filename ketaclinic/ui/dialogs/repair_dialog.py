"""Who or what is out, from when to when, and why: all that the repair of a day needs to know.

Signals of `RepairDialog`: `asked(Outage)`.
"""

from collections.abc import Mapping
from datetime import date, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QLineEdit, QWidget

from ketaclinic.domain.findings import ClinicError, Invalid
from ketaclinic.domain.repair import Outage, OutageKind, RepairChoices
from ketaclinic.ui import text
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.time_edit import TimeEdit

_KINDS = {
    OutageKind.NURSE: "Nurse",
    OutageKind.PRESCRIBER: "Prescriber",
    OutageKind.CHAIR: "",
}


class RepairDialog(Dialog):
    """Asks; nothing is saved by it."""

    asked = Signal(object)

    def __init__(
        self,
        context: ScreenContext,
        day: date,
        given: Mapping[str, object] | None = None,
        *,
        parent: QWidget,
        also: bool = False,
    ) -> None:
        """Asks about a day; `given` says what is known: `kind` and `id`, `since`, `until`, `reason`."""
        title = "Also out" if also else "Repair the day"
        super().__init__(parent, title, subtitle=text.full_day(day), width=540)
        self._context, self._day = context, day
        self._begins = datetime.combine(day, datetime.min.time())
        self._known: Mapping[str, object] = given or {}
        self._build()
        self.reason.setText(str(self._known.get("reason") or ""))
        self.hint.setText("Nothing is saved yet.")
        self.add_cancel()
        self.plan = self.add_button("Plan the repair", self._ask, kind="primary")
        self.plan.setEnabled(False)
        user, services, place = context.user(), context.services, context.location.id
        context.ops.run(self, lambda: services.repair.choices(user, place, day), self._show_choices, self.show_error)

    def _build(self) -> None:
        self.who = QComboBox(accessibleName="Who or what is out", maxVisibleItems=18)
        self.since = TimeEdit("Out from", placeholder="opening")
        self.until = TimeEdit("Out until", placeholder="end of day")
        self.reason = QLineEdit(
            placeholderText="Sick, pump broken, … (optional)", accessibleName="Reason", maxLength=200
        )
        for time_field in (self.since, self.until):
            time_field.time_changed.connect(self._changed)
        grid = QGridLayout(horizontalSpacing=12, verticalSpacing=4)
        for row, column, span, words, field in (
            (0, 0, 2, "Who or what is out", self.who),
            (2, 0, 1, "From", self.since),
            (2, 1, 1, "Until", self.until),
            (4, 0, 2, "Reason", self.reason),
        ):
            label = QLabel(words)
            label.setProperty("kind", "label")
            label.setBuddy(field)
            grid.addWidget(label, row, column, 1, span)
            grid.addWidget(field, row + 1, column, 1, span)
            grid.setRowMinimumHeight(row + 1, 40)
        self.body.addLayout(grid)

    def _show_choices(self, choices: RepairChoices) -> None:
        for kind, people in ((OutageKind.NURSE, choices.nurses), (OutageKind.PRESCRIBER, choices.prescribers)):
            for user_id, name, _ in people:
                self.who.addItem(f"{_KINDS[kind]} {name}", (kind, user_id))
        for chair_id, name in choices.chairs:
            self.who.addItem(name, (OutageKind.CHAIR, chair_id))
        self.who.addItem("The whole clinic", (OutageKind.CLINIC, self._context.location.id))
        self._begins = choices.begins
        since, until = self._known.get("since"), self._known.get("until")
        self.since.set_time(since.time() if isinstance(since, datetime) else choices.begins.time())
        if isinstance(until, datetime) and until.date() == self._day:
            self.until.set_time(until.time())
        for index in range(self.who.count()):
            kind, out_id = self.who.itemData(index)
            if kind == self._known.get("kind") and (kind is OutageKind.CLINIC or out_id == self._known.get("id")):
                self.who.setCurrentIndex(index)
        self.plan.setEnabled(True)

    def _changed(self, _time: object) -> None:
        sentence = self.since.sentence or self.until.sentence
        self.findings.show_sentence(sentence, title="Not a time")
        self.plan.setEnabled(not sentence)
        self.fit()

    def outage(self) -> Outage:
        """What was entered. Raises Invalid when it ends before it begins."""
        kind, who = self.who.currentData()
        starts_at = self._begins if self.since.time is None else datetime.combine(self._day, self.since.time)
        ends_at = None if self.until.time is None else datetime.combine(self._day, self.until.time)
        if ends_at is not None and ends_at <= starts_at:
            raise Invalid("ends_at", "It must end after it begins. Nothing was planned.")
        return Outage(kind, who, starts_at, ends_at, self.reason.text().strip())

    def _ask(self) -> None:
        try:
            outage = self.outage()
        except ClinicError as error:
            self.show_error(error)
            self.until.setFocus()
            return
        self.asked.emit(outage)
        self.accept()
