"""A date as a button, and the month that opens beneath it: arrows choose, Enter takes, Esc closes.

Signals of `DateButton`: `date_chosen(date)` the user took another day.
"""

import calendar
from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ketaclinic.ui import text, theme
from ketaclinic.ui.icons import icon

_CELL = QSize(36, 32)
_TOP = 22
_STEPS = {
    Qt.Key.Key_Left: timedelta(days=-1),
    Qt.Key.Key_Right: timedelta(days=1),
    Qt.Key.Key_Up: timedelta(days=-7),
    Qt.Key.Key_Down: timedelta(days=7),
}


def month_later(day: date, months: int) -> date:
    """The same day of another month, or its last one where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class MonthGrid(QWidget):
    """Six weeks of days that paint themselves.

    Signals:
        taken(date): a click or Enter.
        month_changed(date): another month is shown.
    """

    taken = Signal(object)
    month_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, focusPolicy=Qt.FocusPolicy.StrongFocus, mouseTracking=True, accessibleName="Calendar")
        self.day = date(2000, 1, 1)
        self._month = self.day.replace(day=1)
        self._today: date | None = None
        self._least: date | None = None
        self._hover: date | None = None
        self.setFixedSize(_CELL.width() * 7, _TOP + _CELL.height() * 6)

    def show_day(self, day: date, today: date, least: date | None) -> None:
        """Shows the month of a day; days before `least` cannot be taken."""
        self.day, self._today, self._least = day, today, least
        self._show_month(day)

    def turn(self, months: int) -> None:
        """Shows another month."""
        self._show_month(month_later(self._month, months))

    def _show_month(self, day: date) -> None:
        self._month = day.replace(day=1)
        self.month_changed.emit(self._month)
        self.setAccessibleDescription(text.full_day(self.day))
        self.update()

    def _first(self) -> date:
        return self._month - timedelta(days=self._month.weekday())

    def cell_of(self, day: date) -> QRect:
        """Where a day lies in the month shown."""
        index = (day - self._first()).days
        corner = QPoint(index % 7 * _CELL.width(), _TOP + index // 7 * _CELL.height())
        return QRect(corner, _CELL)

    def _day_at(self, at: QPointF) -> date | None:
        if at.y() < _TOP or not self.rect().contains(at.toPoint()):
            return None
        index = int(at.x() // _CELL.width()) + 7 * int((at.y() - _TOP) // _CELL.height())
        day = self._first() + timedelta(days=index)
        return None if self._least and day < self._least else day

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(11, True))
        painter.setPen(theme.color(tokens.ink3))
        for index, word in enumerate(text.DAYS):
            cell = QRect(index * _CELL.width(), 0, _CELL.width(), _TOP)
            painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, word[:2])
        for index in range(42):
            self._paint_day(painter, self._first() + timedelta(days=index))
        painter.end()

    def _paint_day(self, painter: QPainter, day: date) -> None:
        tokens = theme.tokens()
        cell = QRectF(self.cell_of(day)).adjusted(2, 2, -2, -2)
        chosen, closed = day == self.day, bool(self._least and day < self._least)
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen or day == self._hover:
            painter.setBrush(theme.color(tokens.accent if chosen else tokens.hover))
            painter.drawRoundedRect(cell, 7, 7)
        if day == self._today and not chosen:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color(tokens.accent), 1))
            painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        other = day.month != self._month.month or closed
        painter.setFont(theme.font(13, chosen or day == self._today))
        ink = tokens.on_accent if chosen else tokens.ink3 if other else tokens.ink
        painter.setOpacity(0.55 if other and not chosen else 1.0)
        painter.setPen(theme.color(ink))
        painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, str(day.day))
        painter.setOpacity(1.0)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._day_at(event.position())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        day = self._day_at(event.position())
        if day is not None:
            self.taken.emit(day)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.turn(-1 if event.angleDelta().y() > 0 else 1)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None:
            self._go(self.day + step)
        elif event.key() in {Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}:
            self._go(month_later(self.day, -1 if event.key() == Qt.Key.Key_PageUp else 1))
        elif event.key() == Qt.Key.Key_T and self._today:
            self._go(self._today)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.taken.emit(self.day)
        else:
            event.ignore()

    def _go(self, day: date) -> None:
        self.day = max(day, self._least) if self._least else day
        self._show_month(self.day)


class MonthPopup(QFrame):
    """The month beneath a date button. Signals: `taken(date)`."""

    taken = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setProperty("kind", "popup")
        self.grid = MonthGrid(self)
        self.name = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.name.setProperty("kind", "section")
        self._lay_out()
        self.grid.taken.connect(self._take)
        self.grid.month_changed.connect(self._name_month)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        for picture, words, slot in (("back", "Month before", self._before), ("forward", "Next month", self._after)):
            button = QPushButton(icon(picture), "", accessibleName=words, toolTip=words)
            button.setProperty("kind", "ghost")
            button.setFixedSize(30, 28)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(slot)
            top.addWidget(button)
        top.insertWidget(1, self.name, 1)
        layout = QVBoxLayout(self, spacing=6)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.addLayout(top)
        layout.addWidget(self.grid)

    def _before(self) -> None:
        self.grid.turn(-1)

    def _after(self) -> None:
        self.grid.turn(1)

    def _name_month(self, month: date) -> None:
        self.name.setText(text.month_name(month))

    def _take(self, day: date) -> None:
        self.close()
        self.taken.emit(day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color(tokens.surface))
        painter.setPen(theme.color(tokens.line_strong))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


class DateButton(QPushButton):
    """Shows a date and lets another be taken. Signals: `date_chosen(date)`."""

    date_chosen = Signal(object)

    def __init__(self, name: str, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName=name)
        self.setIcon(icon("day"))
        self._today = today
        self._name = name
        self.least: date | None = None
        self.date = today()
        self.popup: MonthPopup | None = None
        self.set_date(self.date)
        self.clicked.connect(self.open)

    def set_date(self, day: date) -> None:
        """Shows a day."""
        self.date = day
        self.setText(text.full_day(day))
        self.setAccessibleName(f"{self._name}, {text.full_day(day)}")

    def open(self) -> None:
        """Opens the month beneath the button."""
        if self.popup is None:
            self.popup = MonthPopup(self)
            self.popup.taken.connect(self._take)
        self.popup.grid.show_day(self.date, self._today(), self.least)
        self.popup.adjustSize()
        self.popup.move(self.mapToGlobal(QPoint(0, self.height() + 4)))
        self.popup.show()
        self.popup.grid.setFocus()

    def _take(self, day: date) -> None:
        self.set_date(day)
        self.date_chosen.emit(day)
