"""The line above a report: which month or day, how it stands in a sentence, saved as a table, printed.

Signals of `ReportBar`: those of `PeriodBar` without bookings; `save_pressed()`, `print_pressed()`.
"""

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton

from ketaclinic.ui.icons import icon
from ketaclinic.ui.widgets.period_bar import PeriodBar


class ReportBar(PeriodBar):
    """Back, this one, forward, calendar; the summary; Save and Print."""

    save_pressed = Signal()
    print_pressed = Signal()

    def __init__(self, period: str, now_words: str, today: Callable[[], date]) -> None:
        super().__init__(period, today)
        self.now.setText(now_words)
        self.now.setAccessibleName(now_words)
        self.now.setToolTip(f"{now_words} (T)")
        self.new_booking.hide()
        self.save = QPushButton(icon("save"), "Save as CSV…", accessibleName="Save as CSV")
        self.print = QPushButton(icon("print"), "Print…", accessibleName="Print", toolTip="Print (Ctrl+P)")
        layout = self.layout()
        if isinstance(layout, QHBoxLayout):
            layout.addWidget(self.save)
            layout.addWidget(self.print)
        self.save.clicked.connect(self.save_pressed)
        self.print.clicked.connect(self.print_pressed)
