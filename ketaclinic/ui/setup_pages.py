"""Two pages of the set-up assistant: place and hours, chairs and nurses."""

from datetime import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QCompleter,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from ketaclinic.catalog.clinic import ClinicDefaults
from ketaclinic.domain.resources import Hours

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_USUAL = (time(8), time(17))
PLACES = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
"""Where clinics are: the beginnings of zones that name a place."""


def _label(words: str, buddy: QWidget | None = None) -> QLabel:
    label = QLabel(words)
    label.setProperty("kind", "label")
    if buddy is not None:
        label.setBuddy(buddy)
    return label


def _give_room(field: QAbstractSpinBox) -> None:
    """WORKAROUND: style sheets do not reach the padding of the line inside a spin box."""
    field.lineEdit().setTextMargins(7, 0, 0, 0)


class HoursPage(QWidget):
    """Location, zone, and the hours of each weekday."""

    def __init__(self, defaults: ClinicDefaults, zone: str) -> None:
        super().__init__()
        self.name = QLineEdit(defaults.location_name, accessibleName="Name of the location")
        self.zone = QComboBox(editable=True, accessibleName="Time zone")
        self.zone.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.zone.addItems(_zones())
        self.zone.completer().setFilterMode(Qt.MatchFlag.MatchContains)
        self.zone.completer().setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.zone.setCurrentText(zone)
        self._days: list[tuple[QCheckBox, QTimeEdit, QTimeEdit]] = []
        grid = QGridLayout(self, horizontalSpacing=16, verticalSpacing=8)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.addWidget(_label("Name of the location *", self.name), 0, 0, 1, 2)
        grid.addWidget(_label("Time zone *", self.zone), 0, 2, 1, 2)
        grid.addWidget(self.name, 1, 0, 1, 2)
        grid.addWidget(self.zone, 1, 2, 1, 2)
        grid.addWidget(_label("Open on"), 2, 0)
        grid.addWidget(_label("From"), 2, 1)
        grid.addWidget(_label("To"), 2, 2)
        for number, weekday in enumerate(_WEEKDAYS):
            self._add_day(grid, number, weekday, defaults)
        for column in range(4):
            grid.setColumnStretch(column, 1)

    def _add_day(self, grid: QGridLayout, number: int, weekday: str, defaults: ClinicDefaults) -> None:
        proposed = [(h.opens, h.closes) for h in defaults.hours if h.weekday == number]
        opens, closes = proposed[0] if proposed else _USUAL
        is_open = QCheckBox(weekday, checked=bool(proposed), accessibleName=weekday)
        fields = []
        for word, at in (("opens", opens), ("closes", closes)):
            field = QTimeEdit(at, displayFormat="HH:mm", accessibleName=f"{weekday} {word}", enabled=bool(proposed))
            is_open.toggled.connect(field.setEnabled)
            _give_room(field)
            fields.append(field)
        grid.addWidget(is_open, number + 3, 0)
        grid.addWidget(fields[0], number + 3, 1)
        grid.addWidget(fields[1], number + 3, 2)
        self._days.append((is_open, fields[0], fields[1]))

    def hours(self) -> tuple[Hours, ...]:
        """The opening hours as they stand."""
        found = []
        for number, (is_open, opens, closes) in enumerate(self._days):
            if is_open.isChecked():
                first, last = opens.time(), closes.time()
                found.append(Hours(number, time(first.hour(), first.minute()), time(last.hour(), last.minute())))
        return tuple(found)


class ChairsPage(QWidget):
    """Names of the chairs, one a line, and the usual nurses of each weekday."""

    def __init__(self, defaults: ClinicDefaults) -> None:
        super().__init__()
        self.names = QPlainTextEdit("\n".join(defaults.chairs), accessibleName="Chairs", tabChangesFocus=True)
        self.names.setFixedHeight(150)
        self._nurses: list[QSpinBox] = []
        column = QVBoxLayout(self, spacing=6)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(_label("Chairs, one a line *", self.names))
        column.addWidget(self.names)
        column.addSpacing(10)
        column.addWidget(_label("Nurses on duty, where no shifts are entered"))
        grid = QGridLayout(horizontalSpacing=8, verticalSpacing=4)
        for number, weekday in enumerate(_WEEKDAYS):
            spin = QSpinBox(
                maximum=99, value=defaults.usual_nurses[number], accessibleName=f"Nurses on {weekday}", minimumWidth=64
            )
            _give_room(spin)
            heading = QLabel(weekday[:3])
            heading.setProperty("kind", "small")
            grid.addWidget(heading, 0, number)
            grid.addWidget(spin, 1, number)
            self._nurses.append(spin)
        column.addLayout(grid)

    def chairs(self) -> tuple[str, ...]:
        """The names, without empty lines."""
        return tuple(line.strip() for line in self.names.toPlainText().splitlines() if line.strip())

    def nurses(self) -> tuple[int, ...]:
        """Monday to Sunday."""
        return tuple(spin.value() for spin in self._nurses)


def _zones() -> list[str]:
    from zoneinfo import available_timezones  # noqa: PLC0415 - reads a folder; only at the first start

    return sorted(zone for zone in available_timezones() if zone.partition("/")[0] in PLACES)
