"""The line above a week or a month: which one, how it stands in a sentence, and the new booking.

Signals of `PeriodBar`: `back_pressed()`, `forward_pressed()`, `today_pressed()`, `day_wanted(date)` another day taken
from the calendar, `booking_wanted()`.
"""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ketaclinic.ui.icons import icon
from ketaclinic.ui.widgets.date_button import DateButton


class PeriodBar(QWidget):
    """Back, this one, forward, calendar; the summary; New booking."""

    back_pressed = Signal()
    forward_pressed = Signal()
    today_pressed = Signal()
    day_wanted = Signal(object)
    booking_wanted = Signal()

    def __init__(self, period: str, today: Callable[[], date]) -> None:
        super().__init__(accessibleName=period.capitalize())
        self.back = self._arrow("back", f"{period.capitalize()} before", "PgUp")
        self.now = QPushButton(f"This {period}", accessibleName=f"This {period}", toolTip=f"This {period} (T)")
        self.forward = self._arrow("forward", f"{period.capitalize()} after", "PgDn")
        self.date = DateButton("Date", today)
        self.summary = QLabel(accessibleName=f"Summary of the {period}")
        self.summary.setProperty("kind", "second")
        self.summary.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.new_booking = QPushButton(
            icon("add", "on_accent"), "New booking", accessibleName="New booking", toolTip="New booking (N)"
        )
        self.new_booking.setProperty("kind", "primary")
        layout = QHBoxLayout(self, spacing=8)
        layout.setContentsMargins(0, 0, 0, 0)
        for button in (self.back, self.now, self.forward, self.date):
            layout.addWidget(button)
        layout.addSpacing(8)
        layout.addWidget(self.summary, 1)
        layout.addWidget(self.new_booking)
        self.back.clicked.connect(self.back_pressed)
        self.forward.clicked.connect(self.forward_pressed)
        self.now.clicked.connect(self.today_pressed)
        self.date.date_chosen.connect(self.day_wanted)
        self.new_booking.clicked.connect(self.booking_wanted)

    @staticmethod
    def _arrow(picture: str, words: str, key: str) -> QPushButton:
        button = QPushButton(icon(picture), "", accessibleName=words, toolTip=f"{words} ({key})")
        button.setIconSize(QSize(15, 15))
        button.setFixedWidth(36)
        return button

    def show_period(self, day: date, words: str, *, is_now: bool) -> None:
        """Names the week or month shown, before it is read."""
        self.date.set_date(day)
        self.date.setText(words)
        self.date.setAccessibleName(f"Date, {words}")
        self.now.setEnabled(not is_now)

    def say(self, summary: str) -> None:
        """Says how the week or month stands."""
        self.summary.setText(summary)
        self.summary.setToolTip(summary)
