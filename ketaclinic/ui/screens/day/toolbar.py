"""The line above the board: which day, how full it is, and the new booking.

Signals of `Toolbar`: `day_wanted(date)`, `booking_wanted()`, `print_wanted()`, `repair_wanted()`,
`location_wanted(int)`.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from ketaclinic.domain.resources import Location
from ketaclinic.domain.schedule import DayView
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screens.day.inspector_parts import KeyButton
from ketaclinic.ui.widgets.date_button import DateButton
from ketaclinic.ui.widgets.elided_label import ElidedLabel

_NARROWEST = 640


class Toolbar(QWidget):
    """Day before, today, day after, calendar; the day in one line; New booking."""

    day_wanted = Signal(object)
    booking_wanted = Signal()
    print_wanted = Signal()
    repair_wanted = Signal()
    location_wanted = Signal(int)

    def __init__(self, today: Callable[[], date]) -> None:
        super().__init__(accessibleName="Day")
        self._today = today
        self._compact, self._needs = False, 0
        self.before = self._arrow("back", "Day before", "PgUp")
        self.today = QPushButton("Today", accessibleName="Today", toolTip="Today (T)")
        self.after = self._arrow("forward", "Day after", "PgDn")
        self.date = DateButton("Date", today)
        self.summary = ElidedLabel()
        self.summary.setAccessibleName("Summary of the day")
        self.summary.setProperty("kind", "second")
        self.new_booking = KeyButton("N")
        self.new_booking.setIcon(icon("add", "on_accent"))
        self.new_booking.setText("New booking")
        self.new_booking.setAccessibleName("New booking")
        self.new_booking.setStyleSheet("padding-right: 34px;")
        self.location = self._menu_button("Location")
        self.location.hide()
        self.step = self._menu_button("Step of the board")
        self.step.setToolTip("Larger and smaller: Ctrl+plus, Ctrl+minus, or Ctrl with the wheel")
        self.columns = self._menu_button("Chairs and views")
        self.columns.setProperty("menu", "")
        self.columns.setIcon(icon("down"))
        self.columns.setIconSize(QSize(12, 12))
        self.columns.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.columns.setToolTip("Which chairs are shown; F1 shows all")
        self.printer = QPushButton(icon("print"), "", accessibleName="Print the day", toolTip="Print (Ctrl+P)")
        self.printer.setFixedWidth(36)
        self.printer.clicked.connect(self.print_wanted)
        self.repair = QPushButton(
            icon("repair"),
            "",
            accessibleName="Repair the day",
            toolTip="Repair the day: somebody or a chair is out (Ctrl+R)",
        )
        self.repair.setFixedWidth(36)
        self.repair.clicked.connect(self.repair_wanted)
        layout = QHBoxLayout(self, spacing=8)
        layout.setContentsMargins(0, 0, 0, 0)
        for button in (self.before, self.today, self.after, self.date):
            layout.addWidget(button)
        layout.addSpacing(8)
        layout.addWidget(self.summary, 1)
        for button in (self.location, self.step, self.columns, self.repair, self.printer, self.new_booking):
            layout.addWidget(button)
        self.before.clicked.connect(self.go_before)
        self.after.clicked.connect(self.go_after)
        self.today.clicked.connect(self.go_today)
        self.date.date_chosen.connect(self.day_wanted)
        self.new_booking.clicked.connect(self.booking_wanted)

    def minimumSizeHint(self) -> QSize:
        return QSize(_NARROWEST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._compact:
            self._needs = self.layout().minimumSize().width()
        self._set_compact(compact=self.width() < self._needs)

    def _set_compact(self, *, compact: bool) -> None:
        """In a narrow window the words make room; the step stays under its keys and the wheel."""
        if compact != self._compact:
            self._compact = compact
            self.step.setVisible(not compact)
            self.new_booking.setText("New" if compact else "New booking")

    @staticmethod
    def _menu_button(words: str) -> QPushButton:
        button = QPushButton(accessibleName=words)
        button.setProperty("menu", "true")
        return button

    def show_locations(self, locations: Sequence[Location], here: int) -> None:
        """The sites to change to; nothing where there is only one."""
        self.location.setVisible(len(locations) > 1)
        if len(locations) < 2:
            return
        menu = QMenu(self)
        for place in locations:
            action = menu.addAction(place.name)
            action.setData(place.id)
            action.setCheckable(True)
            action.setChecked(place.id == here)
            action.triggered.connect(self._choose_location)
        before = self.location.menu()
        self.location.setMenu(menu)
        if before is not None:
            before.deleteLater()
        name = next((place.name for place in locations if place.id == here), "")
        self.location.setText(name)
        self.location.setAccessibleName(f"Location: {name}")

    def _choose_location(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.location_wanted.emit(int(action.data()))

    def show_columns(self, chairs: str, step: int) -> None:
        """Names the view in front and the minutes of a step."""
        shown = self.columns.fontMetrics().elidedText(chairs, Qt.TextElideMode.ElideRight, 150)
        self.columns.setText(shown)
        self.columns.setAccessibleName(f"Chairs and views: {chairs}")
        self.step.setText(f"{step} min")
        self.step.setAccessibleName(f"Step of the board: {step} minutes")

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
