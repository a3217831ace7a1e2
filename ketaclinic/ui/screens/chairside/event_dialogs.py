"""What is recorded at the chair about pump, oxygen and checks; medicines and adverse events have files of their own.

Each dialog gathers one event, sends it, and closes when it is recorded; a refusal stays in it with its reason.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QButtonGroup, QComboBox, QFormLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from ketaclinic.domain import events
from ketaclinic.domain.encounters import EncounterView
from ketaclinic.domain.findings import ClinicError
from ketaclinic.ui.screens.chairside import moments
from ketaclinic.ui.screens.chairside.number_field import NumberField, plain
from ketaclinic.ui.screens.chairside.session_acts import SessionActs
from ketaclinic.ui.screens.chairside.true_time import HINT, read_time
from ketaclinic.ui.widgets.dialog import Dialog


class EventDialog(Dialog):
    """Base: a form, a time (now, unless typed), one button."""

    kind = ""
    title_text = ""
    button_text = "Record"
    with_time = True
    width_wanted = 560
    time_label = "At"

    def __init__(self, parent: QWidget, acts: SessionActs, view: EncounterView) -> None:
        who = f"{view.header.name}, {view.header.chair}"
        super().__init__(parent, self.title_text, subtitle=who, width=self.width_wanted)
        self.acts, self.view = acts, view
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(14)
        self.form.setVerticalSpacing(10)
        self.body.addLayout(self.form)
        self.fill()
        self.at = QLineEdit(accessibleName="Time it happened", placeholderText=HINT)
        self.at.setProperty("large", True)
        self.at.setFixedWidth(230)
        if self.with_time:
            self.add_row(self.time_label, self.at)
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

    def add_pair(self, label: str, field: QWidget, second_label: str, second: QWidget) -> None:
        """Adds two fields in one line."""
        both = QWidget()
        row = QHBoxLayout(both, spacing=10)
        row.setContentsMargins(0, 0, 0, 0)
        words = QLabel(second_label)
        words.setProperty("kind", "label")
        words.setMinimumWidth(76)
        words.setBuddy(second)
        row.addWidget(field, 1)
        row.addWidget(words)
        row.addWidget(second, 1)
        self.add_row(label, both)

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
        return read_time(self.at.text(), self.acts.now(), self.view.zone)


def pick_list(name: str, options: tuple[tuple[str, str], ...]) -> QComboBox:
    """A large list of (code, words) with nothing chosen."""
    box = QComboBox(accessibleName=name, placeholderText="Choose …")
    box.setProperty("large", True)
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

    def press(self, code: str) -> None:
        """Presses the button of a code, where there is one."""
        if code in self._codes:
            self._group.button(self._codes.index(code)).setChecked(True)


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

    kind, title_text, button_text = events.STOP, "Stop the infusion", "Stop infusion"

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

    def send(self, data: dict[str, Any], at: datetime | None) -> None:
        self.acts.stop(data["reason"], at, self.done, self.failed)


class NoteDialog(EventDialog):
    """A few words on what happened."""

    kind, title_text, button_text = events.NOTE, "Note", "Record note"

    def fill(self) -> None:
        self._words = text_field("Note", "What happened")
        self.add_row("Note", self._words)

    def gather(self) -> tuple[dict[str, Any], str]:
        words = self._words.text().strip()
        return {"text": words}, "" if words else "Write what happened."


class LateDialog(EventDialog):
    """A pause or a resume that was made earlier and is written down now."""

    kind, title_text, button_text = events.PAUSE, "What the pump did earlier", "Record late entry"

    def fill(self) -> None:
        self._what = Segments("What", ((events.PAUSE, "Paused"), (events.RESUME, "Resumed")))
        self._reason = text_field("Reason", "Reason, if any")
        self.add_row("What", self._what)
        self.add_row("Why", self._reason)

    def gather(self) -> tuple[dict[str, Any], str]:
        if not self._what.code:
            return {}, "Choose whether the pump was paused or resumed."
        if not self.at.text().strip():
            return {}, "Enter when it was, e.g. 14:05 or 5 min ago."
        return {"what": self._what.code, "reason": self._reason.text().strip()}, ""

    def send(self, data: dict[str, Any], at: datetime | None) -> None:
        work = self.acts.pause if data["what"] == events.PAUSE else self.acts.resume
        work(self.failed, data["reason"], at, self.done)
