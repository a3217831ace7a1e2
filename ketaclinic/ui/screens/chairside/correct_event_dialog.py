"""Putting an event right, its time, rate or dose, or striking what was entered in error; the old one stays, struck."""

from datetime import datetime
from typing import Any

from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QWidget

from ketaclinic.domain import events
from ketaclinic.domain.encounters import EncounterView, EventView
from ketaclinic.ui.screens.chairside.event_dialogs import EventDialog, text_field
from ketaclinic.ui.screens.chairside.moments import hour_minute
from ketaclinic.ui.screens.chairside.number_field import NumberField, number_of, plain
from ketaclinic.ui.screens.chairside.session_acts import SessionActs

_WORDS = {
    events.MEDICINE: (("dose", "Dose"), ("route", "Route"), ("note", "Note")),
    events.INTERVENTION: (("note", "Note"),),
    events.NOTE: (("text", "Text"),),
    events.GAP: (("reason", "Reason"),),
    events.PAUSE: (("reason", "Why"),),
    events.RESUME: (("reason", "Why"),),
    events.STOP: (("reason", "Why"),),
}
_NUMBERS = {events.RATE: ("rate", "mL/h"), events.OXYGEN: ("l_min", "L/min")}


class CorrectEventDialog(EventDialog):
    """The event as recorded, to be put right, with the reason."""

    title_text, button_text = "Correct an entry", "Save correction"

    def __init__(self, parent: QWidget, acts: SessionActs, view: EncounterView, event: EventView) -> None:
        self._event = event
        self.kind = ""
        super().__init__(parent, acts, view)
        self.at.setText(hour_minute(event.at, view.zone))

    def fill(self) -> None:
        event = self._event
        old = QLabel(event.text, wordWrap=True)
        old.setProperty("kind", "strong")
        self.add_row("Recorded", old)
        self._fields: dict[str, QLineEdit] = {}
        for name, label in _WORDS.get(event.kind, ()):
            field = text_field(label)
            field.setText(str(event.data.get(name) or ""))
            self._fields[name] = field
            self.add_row(label, field)
        self._number: tuple[str, NumberField] | None = None
        if event.kind in _NUMBERS:
            name, unit = _NUMBERS[event.kind]
            number = NumberField(f"Corrected value, {unit}", width=140)
            number.setText(plain(float(event.data[name])))
            self._number = (name, number)
            self.add_row(unit, number)
        self._reason = text_field("Why it is corrected", "e.g. wrong button, read again")
        self._void = QCheckBox("It never happened: entered in error")
        self._void.setAccessibleName("Entered in error")
        self._void.setVisible(event.kind not in {events.START, events.STOP})
        self.add_row("Why", self._reason)
        self.add_row("", self._void)

    def gather(self) -> tuple[dict[str, Any], str]:
        if not self._reason.text().strip():
            return {}, "Enter why the entry is corrected."
        if self._void.isChecked():
            return {"void": True}, ""
        data = {k: v for k, v in self._event.data.items() if k != "correction"}
        data |= {name: field.text().strip() for name, field in self._fields.items()}
        if self._number is not None:
            value = number_of(self._number[1].text())
            if value is None:
                return {}, "Enter the number that is right."
            data[self._number[0]] = value
        return data, ""

    def send(self, data: dict[str, Any], at: datetime | None) -> None:
        same = at is not None and hour_minute(at, self.view.zone) == hour_minute(self._event.at, self.view.zone)
        reason = self._reason.text().strip()
        self.acts.correct_event(self._event.id, data, None if same else at, reason, self.done, self.failed)
