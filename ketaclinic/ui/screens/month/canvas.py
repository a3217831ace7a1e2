"""The picture of a month: one widget, painted day by day; what did not change is not painted again.

Signals of `MonthCanvas`: `day_wanted(date)` a click, or Enter; `month_wanted(date)` the arrows left the days shown.
"""

from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from ketaclinic.domain.overview import MonthDay, MonthView
from ketaclinic.ui import text, theme
from ketaclinic.ui.screens.month.geometry import HEAD, MonthGeometry
from ketaclinic.ui.screens.month.painting import paint_cell, paint_focus

_LEAST = QSize(560, 380)
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}


class MonthCanvas(QWidget):
    """Weeks as rows; walked with the arrows."""

    day_wanted = Signal(object)
    month_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__(accessibleName="Month", mouseTracking=True, focusPolicy=Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(_LEAST)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.view: MonthView | None = None
        self.measure: MonthGeometry | None = None
        self.painted: list[date] = []
        self.cursor_day = date.min
        self._today = date.min
        self._hover: date | None = None
        theme.repaint_on_change(self)

    # what is shown

    def show_month(self, view: MonthView, today: date) -> None:
        """Shows a month; only the days that differ from what is shown are painted."""
        before, self.view = self.view, view
        self.measure = MonthGeometry(self.width(), self.height(), view.days[0].day, len(view.days))
        if self.measure.index_of(self.cursor_day) is None:
            self.cursor_day = today if self.measure.index_of(today) is not None else view.first
        self._describe()
        same = before is not None and (before.first, self._today) == (view.first, today)
        self._today = today
        if before is None or not same:
            self.update()
            return
        for index, (old, new) in enumerate(zip(before.days, view.days, strict=True)):
            if old != new:
                self.update(self.measure.cell(index))

    def go_to(self, day: date) -> None:
        """Puts the keyboard's place on a day."""
        touched = (self.cursor_day, day)
        self.cursor_day = day
        self._describe()
        for one in touched:
            self._update_day(one)

    def _update_day(self, day: date | None) -> None:
        index = self.measure.index_of(day) if self.measure and day else None
        if self.measure is not None and index is not None:
            self.update(self.measure.cell(index))

    def _day_of(self, day: date) -> MonthDay | None:
        index = self.measure.index_of(day) if self.measure else None
        return self.view.days[index] if self.view is not None and index is not None else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.view is not None:
            self.measure = MonthGeometry(self.width(), self.height(), self.view.days[0].day, len(self.view.days))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, dirty = theme.tokens(), event.rect()
        painter.fillRect(dirty, theme.color(tokens.surface))
        measure, view = self.measure, self.view
        if measure is None or view is None:
            painter.end()
            return
        painter.setClipRect(dirty)
        if dirty.top() < HEAD:
            self._paint_weekdays(painter, measure)
        self.painted = []
        for index, day in enumerate(view.days):
            cell = measure.cell(index)
            if not cell.intersects(dirty):
                continue
            self.painted.append(day.day)
            self._paint_lines(painter, cell)
            other = day.day.month != view.first.month
            paint_cell(painter, cell, day, other_month=other, today=day.day == self._today)
            if day.day == self._hover:
                painter.fillRect(cell.adjusted(1, 1, 0, 0), theme.color(tokens.hover))
                paint_cell(painter, cell, day, other_month=other, today=day.day == self._today)
            if day.day == self.cursor_day and self.hasFocus():
                paint_focus(painter, cell)
        painter.end()

    def _paint_lines(self, painter: QPainter, cell: QRect) -> None:
        line = theme.color(theme.tokens().line)
        painter.fillRect(QRect(cell.left(), cell.top(), cell.width(), 1), line)
        if cell.left():
            painter.fillRect(QRect(cell.left(), cell.top(), 1, cell.height()), line)

    def _paint_weekdays(self, painter: QPainter, measure: MonthGeometry) -> None:
        painter.setFont(theme.font(12, True))
        painter.setPen(theme.color(theme.tokens().ink2))
        for weekday, name in enumerate(text.DAYS):
            cell = measure.cell(weekday)
            painter.drawText(
                QRect(cell.left() + 10, 0, cell.width() - 10, HEAD - 2), Qt.AlignmentFlag.AlignVCenter, name
            )

    # mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(self.measure.day_at(event.position().toPoint()) if self.measure else None)

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)
        super().leaveEvent(event)

    def _point_at(self, day: date | None) -> None:
        if day != self._hover:
            before, self._hover = self._hover, day
            self.setCursor(Qt.CursorShape.PointingHandCursor if day else Qt.CursorShape.ArrowCursor)
            self._update_day(before)
            self._update_day(day)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        day = self.measure.day_at(event.position().toPoint()) if self.measure else None
        if event.button() == Qt.MouseButton.LeftButton and day is not None:
            self.go_to(day)
            self.day_wanted.emit(day)

    def words_at(self, at: QPoint) -> str:
        """What the mouse is told at a point: the day in full."""
        day = self.measure.day_at(at) if self.measure else None
        found = self._day_of(day) if day else None
        return self._words(found) if found else ""

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.words_at(event.pos()), self)
            return True
        return super().event(event)

    # keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.view is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
            return
        key = event.key()
        if key in _STEPS:
            self._walk(self.cursor_day + timedelta(days=_STEPS[Qt.Key(key)]))
        elif key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            in_month = self.view.in_month
            self._walk(in_month[0 if key == Qt.Key.Key_Home else -1].day)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.day_wanted.emit(self.cursor_day)
        else:
            event.ignore()

    def _walk(self, day: date) -> None:
        """To a day; one of another month brings that month."""
        assert self.view is not None
        if (day.year, day.month) == (self.view.first.year, self.view.first.month):
            self.go_to(day)
        else:
            self.month_wanted.emit(day)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._update_day(self.cursor_day)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._update_day(self.cursor_day)

    # words

    def _describe(self) -> None:
        day = self._day_of(self.cursor_day)
        if day is not None:
            self.setAccessibleDescription(self._words(day))

    def _words(self, day: MonthDay) -> str:
        lines = [f"{text.full_day(day.day)}: {text.count(day.visits, 'visit')}"]
        if day.open:
            lines.append(f"Chairs {day.use:.0%} used".replace("%", " %"))
        else:
            lines.append("Closed")
        standard = self.view.standard if self.view else None
        if day.free_starts is not None and standard:
            lines.append(f"Room for {day.free_starts} more: {standard.short_name}, {standard.minutes} min")
        lines += [f"Closed: {reason}" for reason in day.closures]
        if day.holiday:
            lines.append(f"Public holiday: {day.holiday}")
        lines += [f"Too few nurses {_clock(starts)}–{_clock(ends)}" for starts, ends in day.short]
        return "\n".join(lines)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
