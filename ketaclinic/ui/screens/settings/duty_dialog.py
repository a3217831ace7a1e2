"""One person on one day: everything entered, each with what can be done about it.

Signals of `DutyDialog`: `asked(str, object)` what is to be done, and with which pattern, shift or absence (or None).
"""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ketaclinic.domain.duty_entry import clock
from ketaclinic.domain.resources import Absence, Shift, ShiftPattern
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screens.settings.shift_cell import PersonDay
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.wrapped_text import WrappedText

_OFTEN = {1: "every", 2: "every second", 3: "every third", 4: "every fourth"}


class DutyDialog(Dialog):
    """Closes as soon as something is chosen; the form that follows takes its place."""

    asked = Signal(str, object)

    def __init__(self, parent: QWidget, person: PersonDay) -> None:
        super().__init__(parent, person.user.name, subtitle=text.full_day(person.day), width=560)
        for shift in person.shifts:
            self._row(_of_shift(shift), shift, (("Change shift", "edit-shift"), ("Take shift out", "remove-shift")))
        for usual in person.usual:
            words = _of_usual(usual) + (", not counted on this day" if person.shifts else "")
            self._row(words, usual, (("Change usual shift", "edit-usual"), ("End usual shift", "end-usual")))
        for absence in person.absences:
            self._row(_of_absence(absence), absence, (("Take absence out", "remove-absence"),))
        if not (person.shifts or person.usual or person.absences):
            self.body.addWidget(WrappedText(13, "Nothing is entered for this day.", bold=False))
        self.add_cancel("Close")
        if not person.shifts:
            self._footer("Other hours this day" if person.usual else "Shift this day", "add-shift")
        if not person.usual:
            self._footer("Usual shift", "add-usual")
        self._footer("Absent", "add-absence")

    def _row(self, words: str, entry: ShiftPattern | Shift | Absence, deeds: tuple[tuple[str, str], ...]) -> None:
        row = QHBoxLayout(spacing=8)
        row.addWidget(WrappedText(13, words, bold=False), 1)
        for said, deed in deeds:
            button = QPushButton(
                said.split(" ", 1)[0] if said != "Take absence out" else "Take out", accessibleName=said
            )
            if said.startswith("Take"):
                button.setText("Take out")
            button.setProperty("kind", "ghost")
            button.clicked.connect(partial(self._ask, deed, entry))
            row.addWidget(button)
        self.body.addLayout(row)

    def _footer(self, words: str, deed: str) -> None:
        button = QPushButton(icon("add"), words, accessibleName=words)
        button.clicked.connect(partial(self._ask, deed, None))
        self.footer.addWidget(button)

    def _ask(self, deed: str, entry: ShiftPattern | Shift | Absence | None) -> None:
        self.accept()
        self.asked.emit(deed, entry)


def _of_shift(shift: Shift) -> str:
    return f"This day only: {text.span(shift.starts_at, shift.ends_at)}{_breaks(shift.breaks)}"


def _of_usual(usual: ShiftPattern) -> str:
    often = f"{_OFTEN.get(usual.every_weeks, f'every {usual.every_weeks} weeks,')} {text.DAYS[usual.weekday]}"
    until = f", until {text.day_month_year(usual.valid_until)}" if usual.valid_until else ""
    return f"Usual, {often}: {clock(usual.starts)}–{clock(usual.ends)}{_breaks(usual.breaks)}{until}"


def _of_absence(absence: Absence) -> str:
    reason = f": {absence.reason}" if absence.reason else ""
    return f"Absent from {text.when(absence.starts_at)} to {text.when(absence.ends_at)}{reason}"


def _breaks(breaks: tuple[tuple[int, int], ...]) -> str:
    said = ", ".join(f"{clock(starts)}–{clock(ends)}" for starts, ends in breaks)
    return f", break {said}" if said else ""
