"""The hours of each weekday and how many nurses are usually there.

Signals of `WeekForm`: `changed()`.
"""

from datetime import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractSpinBox, QCheckBox, QGridLayout, QLabel, QSpinBox, QTimeEdit, QWidget

from ketaclinic.domain.resources import Hours, Location

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_USUAL = (time(8), time(17))


class WeekForm(QWidget):
    """A row for each weekday: open or not, from, to, nurses."""

    changed = Signal()

    def __init__(self, location: Location) -> None:
        super().__init__(accessibleName="Opening hours")
        self._days: list[tuple[QCheckBox, QTimeEdit, QTimeEdit, QSpinBox]] = []
        grid = QGridLayout(self, horizontalSpacing=16, verticalSpacing=8)
        grid.setContentsMargins(0, 0, 0, 0)
        for column, words in enumerate(("Open on", "From", "To", "Usual nurses")):
            label = QLabel(words)
            label.setProperty("kind", "label")
            grid.addWidget(label, 0, column)
            grid.setColumnStretch(column, 1)
        for number, weekday in enumerate(WEEKDAYS):
            self._add_day(grid, number, weekday, location)

    def _add_day(self, grid: QGridLayout, number: int, weekday: str, location: Location) -> None:
        stretches = [(h.opens, h.closes) for h in location.hours if h.weekday == number]
        opens = stretches[0][0] if stretches else _USUAL[0]
        closes = stretches[-1][1] if stretches else _USUAL[1]
        is_open = QCheckBox(weekday, checked=bool(stretches), accessibleName=weekday)
        first = QTimeEdit(opens, displayFormat="HH:mm", accessibleName=f"{weekday} opens", enabled=bool(stretches))
        last = QTimeEdit(closes, displayFormat="HH:mm", accessibleName=f"{weekday} closes", enabled=bool(stretches))
        nurses = QSpinBox(maximum=99, value=location.usual_nurses[number], accessibleName=f"Nurses on {weekday}")
        for field in (first, last):
            is_open.toggled.connect(field.setEnabled)
            field.timeChanged.connect(self._changed)
        for column, field in enumerate((is_open, first, last, nurses)):
            if isinstance(field, QAbstractSpinBox):
                field.lineEdit().setTextMargins(7, 0, 0, 0)  # WORKAROUND: style sheets do not reach this padding
            grid.addWidget(field, number + 1, column)
        is_open.toggled.connect(self._changed)
        nurses.valueChanged.connect(self._changed)
        self._days.append((is_open, first, last, nurses))

    def _changed(self) -> None:
        self.changed.emit()

    def hours(self) -> tuple[Hours, ...]:
        """The opening hours as they stand."""
        return tuple(
            Hours(number, _time(first), _time(last))
            for number, (is_open, first, last, _) in enumerate(self._days)
            if is_open.isChecked()
        )

    def nurses(self) -> tuple[int, ...]:
        """Monday to Sunday."""
        return tuple(nurses.value() for *_, nurses in self._days)


def _time(field: QTimeEdit) -> time:
    at = field.time()
    return time(at.hour(), at.minute())
