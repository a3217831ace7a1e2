"""Another place for one visit of a repair plan, chosen by hand.

Signals of `PlaceForm`: `place_wanted(int, int, datetime)` appointment, chair, start; `freed(int)` the plan may choose
again.
"""

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from ketaclinic.domain.appointments import Card
from ketaclinic.domain.resources import Chair
from ketaclinic.domain.wishes import PlannedSession
from ketaclinic.ui.widgets.date_button import DateButton
from ketaclinic.ui.widgets.time_edit import TimeEdit


class PlaceForm(QFrame):
    """Day, start and chair of the visit that is chosen."""

    place_wanted = Signal(int, int, object)
    freed = Signal(int)

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__(accessibleName="Another place")
        self.setProperty("kind", "panel")
        self._today = today
        self._appointment_id = 0
        self.title = QLabel(wordWrap=True)
        self.title.setProperty("kind", "label")
        self.day = DateButton("Day of the visit", today)
        self.time = TimeEdit("Start of the visit", placeholder="e.g. 10:45")
        self.chair = QComboBox(accessibleName="Chair of the visit")
        self.sentence = QLabel(wordWrap=True)
        self.sentence.setProperty("kind", "error")
        self.sentence.hide()
        self.put = QPushButton("Put there", accessibleName="Put there")
        self.free = QPushButton("Let the plan choose", accessibleName="Let the plan choose")
        self.free.setProperty("kind", "ghost")
        self.put.clicked.connect(self._put)
        self.free.clicked.connect(self._free)
        self.time.returnPressed.connect(self._put)
        self._lay_out()
        self.hide()

    def _lay_out(self) -> None:
        grid = QGridLayout(horizontalSpacing=8, verticalSpacing=6)
        grid.addWidget(self.day, 0, 0, 1, 2)
        grid.addWidget(self.time, 1, 0)
        grid.addWidget(self.chair, 1, 1)
        grid.setColumnStretch(1, 1)
        self.time.setMaximumWidth(92)
        row = QHBoxLayout(spacing=6)
        row.addWidget(self.put)
        row.addWidget(self.free)
        row.addStretch(1)
        column = QVBoxLayout(self, spacing=8)
        column.setContentsMargins(12, 10, 12, 12)
        column.addWidget(self.title)
        column.addLayout(grid)
        column.addWidget(self.sentence)
        column.addLayout(row)

    def show_visit(self, card: Card, place: PlannedSession, chairs: tuple[Chair, ...], *, fixed: bool) -> None:
        """Offers another place for a visit, beginning at the one it has in the plan."""
        self._appointment_id = card.appointment.id
        self.title.setText(f"Another place for {card.patient_name}")
        self.day.least = self._today()
        self.day.set_date(place.starts_at.date())
        self.time.set_time(place.starts_at.time())
        self.chair.clear()
        for chair in chairs:
            self.chair.addItem(chair.name, chair.id)
        self.chair.setCurrentIndex(max(self.chair.findData(place.chair_id), 0))
        self.free.setVisible(fixed)
        self._say("")
        self.show()

    def _say(self, sentence: str) -> None:
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))

    def _put(self) -> None:
        if self.time.time is None:
            self._say(self.time.sentence or "Type the start, such as 10:45.")
            self.time.setFocus()
            return
        starts_at = datetime.combine(self.day.date, self.time.time)
        self.place_wanted.emit(self._appointment_id, self.chair.currentData(), starts_at)

    def _free(self) -> None:
        self.freed.emit(self._appointment_id)
