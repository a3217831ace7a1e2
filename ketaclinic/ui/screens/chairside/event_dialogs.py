"""What is recorded when something is done or happens at the chair: rate, medicine, oxygen, adverse event, gap, stop.

Each dialog gathers one event, sends it, and closes when it is recorded; a refusal stays in it with its reason.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QButtonGroup, QComboBox, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from ketaclinic.clock import to_instant, to_wall
from ketaclinic.domain import events
from ketaclinic.domain.encounters import EncounterView
from ketaclinic.domain.findings import ClinicError
from ketaclinic.ui.screens.chairside import moments
from ketaclinic.ui.screens.chairside.item_controls import clock_time
from ketaclinic.ui.screens.chairside.number_field import NumberField, plain
from ketaclinic.ui.screens.chairside.session_acts import SessionActs
from ketaclinic.ui.widgets.dialog import Dialog


class EventDialog(Dialog):
    """Base: a form, a time (now, unless typed), one button."""

    kind = ""
    title_text = ""
    button_text = "Record"
    with_time = True

    def __init__(self, parent: QWidget, acts: SessionActs, view: EncounterView) -> None:
        super().__init__(parent, self.title_text, subtitle=f"{view.header.name}, {view.header.chair}")
        self.acts, self.view = acts, view
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(14)
        self.form.setVerticalSpacing(10)
        self.body.addLayout(self.form)
        self.fill()
        self.at = QLineEdit(accessibleName="Time it happened", placeholderText="now, or hh:mm")
        self.at.setProperty("large", True)
        self.at.setFixedWidth(150)
        if self.with_time:
            self.add_row("At", self.at)
        self.add_cancel().setProperty("large", True)
        kind = "danger" if self.kind == events.STOP else "primary"
        self.add_button(self.button_text, self.submit, kind=kind).setProperty("large", True)

    def fill(self) -> None:
        """Adds the fields."""

    def gather(self) -> tuple[dict[str, Any], str]:
        """The data of the event, and what is missing or wrong in words ("" when nothing is)."""
        return {}, ""

    def add_row(self, label: str, field: QWidget) -> None:
        """Adds a field with its label."""
        words = QLabel(label)
        words.setProperty("kind", "label")
        words.setMinimumWidth(104)
        words.setBuddy(field)
        self.form.addRow(words, field)

    def submit(self) -> None:
        """Records the event."""
        data, wrong = self.gather()
        at, wrong_time = self._instant()
        if wrong or wrong_time:
            self.show_error(wrong or wrong_time)
            self.fit()
            return
        self.set_busy(busy=True)
        self.send(data, at)

    def send(self, data: dict[str, Any], at: datetime | None) -> None:
        """Hands the event to the service."""
        self.acts.record_event(self.kind, data, at, self.done, self.failed)

    def done(self, view: EncounterView) -> None:
        """It is recorded; what it calls for is said where the event was begun."""
        self.accept()
        self.acts.told.emit(view.findings)

    def failed(self, error: ClinicError) -> None:
        """It was refused; what was typed stays."""
        self.show_error(error)
        self.fit()

    def _instant(self) -> tuple[datetime | None, str]:
        words = self.at.text().strip()
        if not words:
            return None, ""
        at = clock_time(words)
        if at is None:
            return None, f"“{words}” is not a time. Write hours and minutes, e.g. 11:06."
        today = to_wall(self.acts.now(), self.view.zone).date()
        return to_instant(datetime.combine(today, at), self.view.zone), ""


def pick_list(name: str, options: tuple[tuple[str, str], ...]) -> QComboBox:
    """A large list of (code, words) with nothing chosen."""
    box = QComboBox(accessibleName=name, placeholderText="Choose …")
    box.setMinimumHeight(44)
    box.setMaxVisibleItems(16)
    for code, words in options:
        box.addItem(words, code)
    box.setCurrentIndex(-1)
    return box


def text_field(name: str, placeholder: str = "") -> QLineEdit:
    """A large field for words."""
    field = QLineEdit(accessibleName=name, placeholderText=placeholder)
    field.setProperty("large", True)
    return field


class Segments(QWidget):
    """Large buttons of which one is pressed; none at first."""

    def __init__(
        self, name: str, options: tuple[tuple[str, str], ...], changed: Callable[[], None] | None = None
    ) -> None:
        super().__init__(accessibleName=name)
        self._group = QButtonGroup(self)
        self._codes = [code for code, _ in options]
        row = QHBoxLayout(self, spacing=8)
        row.setContentsMargins(0, 0, 0, 0)
        for number, (_, words) in enumerate(options):
            button = QPushButton(words, checkable=True, accessibleName=f"{name}: {words}")
            button.setProperty("large", True)
            self._group.addButton(button, number)
            row.addWidget(button)
        row.addStretch(1)
        if changed is not None:
            self._group.idClicked.connect(changed)

    @property
    def code(self) -> str:
        """Of the button pressed, "" while none is."""
        number = self._group.checkedId()
        return self._codes[number] if number >= 0 else ""


class RateDialog(EventDialog):
    """A new pump rate."""

    kind, title_text, button_text = events.RATE, "Change the rate", "Record new rate"

    def fill(self) -> None:
        self._rate = NumberField("New pump rate, mL/h", width=140)
        self._reason = text_field("Reason of the change", "Reason, if any")
        now = QLabel(f"{plain(self.view.rate)} mL/h")
        now.setProperty("kind", "strong")
        self.add_row("Rate now", now)
        self.add_row("New, mL/h", self._rate)
        self.add_row("Why", self._reason)

    def gather(self) -> tuple[dict[str, Any], str]:
        rate = self._rate.number
        if rate is None or rate <= 0:
            return {}, "Enter the new rate in mL/h."
        reason = self._reason.text().strip()
        return {"rate": rate, **({"reason": reason} if reason else {})}, ""


class OxygenDialog(EventDialog):
    """Oxygen given, changed or ended."""

    kind, title_text, button_text = events.OXYGEN, "Oxygen", "Record oxygen"

    def fill(self) -> None:
        self._flow = NumberField("Oxygen, L/min", width=140)
        self.add_row("L/min", self._flow)
        hint = QLabel("0 when oxygen has ended")
        hint.setProperty("kind", "small")
        self.add_row("", hint)

    def gather(self) -> tuple[dict[str, Any], str]:
        flow = self._flow.number
        if flow is None or not 0 <= flow <= 15:
            return {}, "Enter the flow in litres a minute, 0 to 15."
        return {"l_min": flow}, ""


class MedicineDialog(EventDialog):
    """A medicine given, or another intervention."""

    kind, title_text, button_text = events.MEDICINE, "Give medicine", "Record medicine"

    def fill(self) -> None:
        catalog = self.acts.context.catalog.observations
        self._kinds = {i.code: i for i in catalog.interventions}
        self._what = pick_list("Medicine or intervention", tuple((i.code, i.text) for i in catalog.interventions))
        self._dose = text_field("Dose with its unit", "e.g. 4 mg")
        self._route = text_field("Route", "e.g. IV")
        self._response = text_field("Note", "Note, if any")
        self._ordered = Segments("Ordered", (("order", "In the order"), ("verbal", "Verbal order")))
        self._rescue = QLabel(wordWrap=True, visible=False)
        self._rescue.setProperty("kind", "warning")
        self.add_row("What", self._what)
        self.add_row("Dose", self._dose)
        self.add_row("Route", self._route)
        self.add_row("Note", self._response)
        self.add_row("Ordered", self._ordered)
        self.body.addWidget(self._rescue)
        self._what.currentIndexChanged.connect(self._chosen)

    def _chosen(self) -> None:
        kind = self._kinds[self._what.currentData()]
        self._dose.setPlaceholderText(f"e.g. {kind.dose}" if kind.dose else "with its unit")
        self._route.setPlaceholderText(f"e.g. {kind.route}" if kind.route else "")
        for field in (self._dose, self._route, self._ordered):
            field.setEnabled(kind.medicine)
        self._rescue.setText("A rescue medicine: a prescriber co-signs the session.")
        self._rescue.setVisible(kind.rescue)
        self.fit()

    def gather(self) -> tuple[dict[str, Any], str]:
        code = self._what.currentData()
        if not code:
            return {}, "Choose what was given or done."
        note = {"note": self._response.text().strip()} if self._response.text().strip() else {}
        if not self._kinds[code].medicine:
            return {"code": code, **note}, ""
        dose, route = self._dose.text().strip(), self._route.text().strip()
        if not dose or not route:
            return {}, "Enter dose with its unit, and route."
        if not self._ordered.code:
            return {}, "Say whether it stands in the order or was ordered verbally."
        return {"code": code, "dose": dose, "route": route, "order": self._ordered.code, **note}, ""

    def send(self, data: dict[str, Any], at: datetime | None) -> None:
        kind = events.MEDICINE if self._kinds[data["code"]].medicine else events.INTERVENTION
        self.acts.record_event(kind, data, at, self.done, self.failed)


class AdverseEventDialog(EventDialog):
    """An adverse event: what, how severe, since when."""

    kind, title_text, button_text = events.ADVERSE, "Adverse event", "Record adverse event"

    def fill(self) -> None:
        catalog = self.acts.context.catalog.observations
        self._kinds = {a.code: a for a in catalog.adverse_events}
        self._what = pick_list("Adverse event", tuple((a.code, a.text) for a in catalog.adverse_events))
        self._severity = Segments("Severity", tuple((s, s.capitalize()) for s in events.SEVERITIES))
        self._note = text_field("Note", "What was done, how it went")
        self._action = QLabel(wordWrap=True)
        self._action.setProperty("kind", "error")
        self.add_row("What", self._what)
        self.add_row("Severity", self._severity)
        self.add_row("Note", self._note)
        self.body.addWidget(self._action)
        self._action.hide()
        self._what.currentIndexChanged.connect(self._chosen)

    def _chosen(self) -> None:
        kind = self._kinds[self._what.currentData()]
        self._action.setText(kind.action)
        self._action.setProperty("kind", "error" if kind.level is not None else "second")
        self._action.style().polish(self._action)
        self._action.setVisible(bool(kind.action))
        self.fit()

    def gather(self) -> tuple[dict[str, Any], str]:
        code, severity = self._what.currentData(), self._severity.code
        if not code:
            return {}, "Choose what happened."
        if not severity:
            return {}, "Choose how severe it is."
        note = self._note.text().strip()
        return {"code": code, "severity": severity, **({"note": note} if note else {})}, ""


class GapDialog(EventDialog):
    """Why a check was not made; the completion of the session asks for it."""

    kind, title_text, button_text, with_time = events.GAP, "Why was the check missed?", "Record reason", False

    def __init__(self, parent: QWidget, acts: SessionActs, view: EncounterView, label: str) -> None:
        self._label = label
        super().__init__(parent, acts, view)

    def fill(self) -> None:
        check = QLabel(self._label)
        check.setProperty("kind", "strong")
        self._reason = text_field("Reason of the gap", "e.g. helped at chair 2")
        self.add_row("Check", check)
        self.add_row("Reason", self._reason)

    def gather(self) -> tuple[dict[str, Any], str]:
        reason = self._reason.text().strip()
        return {"label": self._label, "reason": reason}, "" if reason else "Enter the reason."


class StopDialog(EventDialog):
    """The end of the infusion, before the dose is in or after."""

    kind, title_text, button_text, with_time = events.STOP, "Stop the infusion", "Stop infusion", False

    def fill(self) -> None:
        dose = self.view.dose
        so_far = moments.given_now(self.view, self.acts.now())
        given = QLabel(f"{so_far:.1f} of {plain(dose.mg)} mg given" if dose is not None else "")
        given.setProperty("kind", "strong")
        self._early = dose is not None and so_far < dose.mg * 0.98
        self._reason = text_field("Reason of the stop", "e.g. patient asks" if self._early else "the whole dose is in")
        self.add_row("So far", given)
        self.add_row("Reason", self._reason)

    def gather(self) -> tuple[dict[str, Any], str]:
        reason = self._reason.text().strip()
        if self._early and not reason:
            return {}, "The dose is not in yet: enter why the infusion is stopped."
        return {"reason": reason}, ""

    def send(self, data: dict[str, Any], at: datetime | None) -> None:  # noqa: ARG002 - a stop is now
        self.acts.stop(data["reason"], self.done, self.failed)
