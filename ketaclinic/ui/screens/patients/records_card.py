"""The sessions a patient has had, each with its record: printed from here, opened at the chairs.

Signals of `RecordsCard`: `print_asked(RecordLine)`; `open_asked(int)` an appointment's id.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton

from ketaclinic.clock import to_wall
from ketaclinic.domain.records import OUTCOMES, RecordLine
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon
from ketaclinic.ui.widgets.card import TitledCard
from ketaclinic.ui.widgets.wrapped_text import WrappedText

_SHOWN = 6


class RecordsCard(TitledCard):
    """One line for each session: when, which, what was given, who signed it; the latest first."""

    print_asked = Signal(object)
    open_asked = Signal(int)

    def __init__(self, lines: tuple[RecordLine, ...], *, all_of_them: bool = False) -> None:
        super().__init__("Session records")
        self._lines = lines
        self._grid = QGridLayout(horizontalSpacing=12, verticalSpacing=6)
        self._grid.setColumnStretch(2, 1)
        self.body.addLayout(self._grid)
        if not lines:
            self.say_empty("No session yet. Its record stands here from the moment it is opened.")
            return
        shown = lines if all_of_them else lines[:_SHOWN]
        for number, line in enumerate(shown):
            self._add(number, line)
        if len(shown) < len(lines):
            self._more = QPushButton(f"Show {len(lines) - len(shown)} older", accessibleName="Show older sessions")
            self._more.setProperty("kind", "link")
            self._more.clicked.connect(self._show_all)
            self.body.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)

    def _add(self, number: int, line: RecordLine) -> None:
        day = text.day_month_year(line.day)
        opened = QPushButton(day, accessibleName=f"Open the session of {day}")
        opened.setProperty("kind", "link")
        opened.setProperty("appointment", line.appointment_id)
        opened.clicked.connect(self._open_clicked)
        label = QLabel(line.label, textFormat=Qt.TextFormat.PlainText)
        label.setProperty("kind", "strong")
        printed = QPushButton(icon("print"), "", accessibleName=f"Print the record of {day}", toolTip="Print record")
        printed.setProperty("kind", "ghost")
        printed.setProperty("line", line.encounter_id)
        printed.clicked.connect(self._print_clicked)
        self._grid.addWidget(opened, number, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(label, number, 1)
        self._grid.addWidget(WrappedText(13, standing(line), bold=False), number, 2)
        self._grid.addWidget(printed, number, 3, Qt.AlignmentFlag.AlignTop)

    def _show_all(self) -> None:
        self._more.hide()
        for number, line in enumerate(self._lines[_SHOWN:], start=_SHOWN):
            self._add(number, line)

    def _open_clicked(self) -> None:
        self.open_asked.emit(int(self.sender().property("appointment")))

    def _print_clicked(self) -> None:
        wanted = int(self.sender().property("line"))
        self.print_asked.emit(next(line for line in self._lines if line.encounter_id == wanted))


def standing(line: RecordLine) -> str:
    """What was given and how it stands: "41.2 mg over 40 min · Discharged, signed 10:15 by Maria Ortiz"."""
    how = OUTCOMES.get(line.outcome, line.outcome)
    if line.signed_at is not None:
        how = f"{how}, signed {to_wall(line.signed_at, line.zone):%H:%M}" + (
            f" by {line.signed_by}" if line.signed_by else ""
        )
    else:
        how = f"{how}, not signed"
    added = f"{line.addenda} {'addendum' if line.addenda == 1 else 'addenda'}" if line.addenda else ""
    return " · ".join(filter(None, (line.dose_words, how, added)))
