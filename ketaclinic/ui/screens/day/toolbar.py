"""The line above the board: which day, how full it is, and the new booking.

Signals of `Toolbar`: `day_wanted(date)`, `booking_wanted()`.
"""

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ketaclinic.domain.schedule import DayView
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screens.day.inspector_parts import KeyButton
from ketaclinic.ui.widgets.date_button import DateButton


class Toolbar(QWidget):
    """Day before, today, day after, calendar; the day in one line; New booking."""

    day_wanted = Signal(object)
    booking_wanted = Signal()

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__(accessibleName="Day")
        self._today = today
        self.before = self._arrow("back", "Day before", "PgUp")
        self.today = QPushButton("Today", accessibleName="Today", toolTip="Today (T)")
        self.after = self._arrow("forward", "Day after", "PgDn")
        self.date = DateButton("Date", today)
        self.summary = QLabel(accessibleName="Summary of the day")
        self.summary.setProperty("kind", "second")
        self.summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.new_booking = KeyButton("N")
        self.new_booking.setIcon(icon("add", "on_accent"))
        self.new_booking.setText("New booking")
        self.new_booking.setAccessibleName("New booking")
        self.new_booking.setStyleSheet("padding-right: 34px;")
        layout = QHBoxLayout(self, spacing=8)
        layout.setContentsMargins(0, 0, 0, 0)
        for button in (self.before, self.today, self.after, self.date):
            layout.addWidget(button)
        layout.addSpacing(8)
        layout.addWidget(self.summary, 1)
        layout.addWidget(self.new_booking)
        self.before.clicked.connect(self.go_before)
        self.after.clicked.connect(self.go_after)
        self.today.clicked.connect(self.go_today)
        self.date.date_chosen.connect(self.day_wanted)
        self.new_booking.clicked.connect(self.booking_wanted)

    @staticmethod
    def _arrow(picture: str, words: str, key: str) -> QPushButton:
        button = QPushButton(icon(picture), "", accessibleName=words, toolTip=f"{words} ({key})")
        button.setIconSize(QSize(15, 15))
        button.setFixedWidth(36)
        return button

    def go_before(self) -> None:
        """The day before the one shown."""
        self.day_wanted.emit(self.date.date - timedelta(days=1))

    def go_after(self) -> None:
        """The day after the one shown."""
        self.day_wanted.emit(self.date.date + timedelta(days=1))

    def go_today(self) -> None:
        """Today at this location."""
        self.day_wanted.emit(self._today())

    def show_date(self, day: date) -> None:
        """Names the day at once, before its visits are read."""
        self.date.set_date(day)
        self.today.setEnabled(day != self._today())

    def show_day(self, view: DayView) -> None:
        """Says how the day stands."""
        self.show_date(view.day)
        parts = [text.count(view.visits, "visit")]
        if view.series_starting:
            parts.append(f"{view.series_starting} series {'starts' if view.series_starting == 1 else 'start'}")
        if view.hours:
            parts.append(f"chair use {round(view.use * 100)} %")
        else:
            parts.append("closed")
        self.summary.setText(" · ".join(parts))
