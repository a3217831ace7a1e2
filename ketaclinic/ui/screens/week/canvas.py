"""The picture of a week: one widget, painted day by day; what did not change is not painted again.

Signals of `WeekCanvas`: `day_wanted(date)` a day's head, or Enter on it; `visit_wanted(date, int)` a bar;
`booking_wanted(date, int, int)` free time clicked: day, chair and minute of the day.
"""

from datetime import date, datetime

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from ketaclinic.domain.overview import Bar, WeekDay, WeekView
from ketaclinic.ui import text, theme
from ketaclinic.ui.screens.week.geometry import HEAD, Free, WeekGeometry, geometry
from ketaclinic.ui.screens.week.painting import Marks, paint_axis, paint_day

_LEAST = QSize(560, 380)


class WeekCanvas(QWidget):
    """Days as columns, chairs as strips, visits as bars; walked with the arrows."""

    day_wanted = Signal(object)
    visit_wanted = Signal(object, int)
    booking_wanted = Signal(object, int, int)

    def __init__(self) -> None:
        super().__init__(accessibleName="Week", mouseTracking=True, focusPolicy=Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(_LEAST)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.view: WeekView | None = None
        self.measure: WeekGeometry | None = None
        self.painted: list[date] = []
        self._now: datetime | None = None
        self._cursor: date | None = None
        self._bar = 0
        self._free: Free | None = None
        theme.repaint_on_change(self)

    # what is shown

    def show_week(self, view: WeekView, now: datetime) -> None:
        """Shows a week; only the days that differ from what is shown are painted."""
        before, self.view, self._now, self._free = self.measure, view, now, None
        self.measure = geometry(view, self.width(), self.height())
        if self._cursor not in {day.day for day in self.measure.days}:
            shown = [day.day for day in self.measure.days]
            self._cursor = now.date() if now.date() in shown else shown[0]
            self._bar = 0
        if not any(bar.appointment_id == self._bar for bar in self._day_of(self._cursor).bars):
            self._bar = 0
        self._describe()
        if before is None or not _same_frame(before, self.measure):
            self.update()
            return
        for index, (old, new) in enumerate(zip(before.days, self.measure.days, strict=True)):
            if old != new:
                self.update(self.measure.column(index))

    def tick(self, now: datetime) -> None:
        """The clock went on."""
        if self._now != now and self.measure is not None:
            self._now = now
            index = self._today()
            if index >= 0:
                self.update(self.measure.column(index))

    @property
    def last_day_seen(self) -> date | None:
        """The day it was when the week was last shown."""
        return self._now.date() if self._now else None

    @property
    def cursor_day(self) -> date | None:
        """The day the keyboard is at."""
        return self._cursor

    def go_to(self, day: date) -> None:
        """Puts the keyboard's place on a day."""
        self._move_to(day, 0)

    def _today(self) -> int:
        if self.measure is None or self._now is None:
            return -1
        return next((i for i, day in enumerate(self.measure.days) if day.day == self._now.date()), -1)

    def _index(self, day: date | None) -> int:
        days = self.measure.days if self.measure else ()
        return next((index for index, shown in enumerate(days) if shown.day == day), -1)

    def _day_of(self, day: date | None) -> WeekDay:
        assert self.measure is not None
        return self.measure.days[max(self._index(day), 0)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.view is not None:
            self.measure = geometry(self.view, self.width(), self.height())

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens, dirty, measure = theme.tokens(), event.rect(), self.measure
        painter.fillRect(dirty, theme.color(tokens.surface))
        if measure is None:
            painter.end()
            return
        painter.setClipRect(dirty)
        paint_axis(painter, measure)
        painter.drawLine(0, HEAD, measure.width, HEAD)
        minute = self._now.hour * 60 + self._now.minute if self._now else 0
        cursor = self._index(self._cursor) if self.hasFocus() else -1
        marks = Marks(self._today(), minute, cursor, self._bar)
        self.painted = []
        for index, day in enumerate(measure.days):
            if measure.column(index).intersects(dirty):
                self.painted.append(day.day)
                paint_day(painter, measure, index, marks)
        self._paint_free(painter, measure)
        painter.end()

    def _paint_free(self, painter: QPainter, measure: WeekGeometry) -> None:
        """Where a visit would begin if the mouse were pressed now."""
        place = self._free_rect(measure)
        if place is None:
            return
        tokens = theme.tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color(tokens.accent), 1.5))
        painter.setBrush(theme.color(tokens.accent_tint))
        painter.drawRoundedRect(QRectF(place).adjusted(1, 1, -1, -1), 3, 3)

    def _free_rect(self, measure: WeekGeometry) -> QRect | None:
        free = self._free
        if free is None or self.view is None:
            return None
        index = self._index(free.day)
        place = next(i for i, (chair, _) in enumerate(measure.days[index].chairs) if chair.id == free.chair_id)
        strip = measure.strip(index, place)
        long = self.view.standard.minutes if self.view.standard else 60
        busy = [bar.starts for bar in measure.days[index].chairs[place][1] if bar.starts > free.minute]
        ends = min([free.minute + long, *busy])
        return QRect(strip.left(), measure.y(free.minute), strip.width(), measure.y(ends) - measure.y(free.minute))

    # mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.measure is None:
            return
        at = event.position().toPoint()
        bar = self.measure.bar_at(at.x(), at.y())
        on_head = self.measure.index_at(at.x()) is not None and at.y() < HEAD
        free = None if bar or on_head else self._bookable(at.x(), at.y())
        self.setCursor(Qt.CursorShape.PointingHandCursor if bar or on_head or free else Qt.CursorShape.ArrowCursor)
        self._hover(free)

    def _bookable(self, x: int, y: int) -> Free | None:
        """Free time at a point that has not passed."""
        free = self.measure.free_at(x, y) if self.measure else None
        if free is None or self._now is None:
            return free
        passed = free.day == self._now.date() and free.minute < self._now.hour * 60 + self._now.minute
        return None if passed else free

    def _hover(self, free: Free | None) -> None:
        if free == self._free or self.measure is None:
            return
        for place in (self._free, free):
            self._free = place
            rect = self._free_rect(self.measure)
            if rect is not None:
                self.update(rect.adjusted(-2, -2, 2, 2))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or self.measure is None:
            return
        at = event.position().toPoint()
        index = self.measure.index_at(at.x())
        if index is None or not self.rect().contains(at):
            return
        day = self.measure.days[index].day
        found, free = self.measure.bar_at(at.x(), at.y()), self._bookable(at.x(), at.y())
        self._move_to(day, found[1].appointment_id if found else 0)
        if found is not None:
            self.visit_wanted.emit(day, found[1].appointment_id)
        elif free is not None:
            self.booking_wanted.emit(day, free.chair_id, free.minute)
        else:
            self.day_wanted.emit(day)

    def words_at(self, x: int, y: int) -> str:
        """What the mouse is told at a point: who, when and how it stands; or what is free; or the whole day."""
        if self.measure is None:
            return ""
        index = self.measure.index_at(x)
        if index is None:
            return ""
        found = self.measure.bar_at(x, y)
        if found is not None:
            return self._bar_words(self.measure.days[index], found[1])
        free = self._bookable(x, y)
        if free is not None:
            day = self.measure.days[index]
            name = next(chair.name for chair, _ in day.chairs if chair.id == free.chair_id)
            return f"{text.weekday_day(free.day)}, {_clock(free.minute)}, {name}: free. Click to book."
        return self._day_words(self.measure.days[index])

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            words = self.words_at(event.pos().x(), event.pos().y())
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    # keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if self.measure is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
            return
        days, at = self.measure.days, max(self._index(self._cursor), 0)
        moves = {Qt.Key.Key_Left: at - 1, Qt.Key.Key_Right: at + 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(days) - 1}
        if key in moves:
            self._move_to(days[min(max(moves[Qt.Key(key)], 0), len(days) - 1)].day, 0)
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self._walk(days[at], 1 if key == Qt.Key.Key_Down else -1)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            if self._bar:
                self.visit_wanted.emit(days[at].day, self._bar)
            else:
                self.day_wanted.emit(days[at].day)
        else:
            event.ignore()

    def _walk(self, day: WeekDay, step: int) -> None:
        """To the next or the last visit of the day; before the first one, to the day itself."""
        stops = [0, *(bar.appointment_id for bar in day.bars)]
        at = stops.index(self._bar) if self._bar in stops else 0
        self._move_to(day.day, stops[min(max(at + step, 0), len(stops) - 1)])

    def _move_to(self, day: date, appointment_id: int) -> None:
        touched = {self._index(self._cursor), self._index(day)} - {-1}
        self._cursor, self._bar = day, appointment_id
        self._describe()
        for index in touched:
            if self.measure is not None:
                self.update(self.measure.column(index))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._move_to(self._cursor or date.min, self._bar)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._move_to(self._cursor or date.min, self._bar)

    # words

    def _describe(self) -> None:
        if self.measure is None:
            return
        day = self._day_of(self._cursor)
        bar = next((bar for bar in day.bars if bar.appointment_id == self._bar), None)
        self.setAccessibleDescription(self._bar_words(day, bar) if bar else self._day_words(day))

    @staticmethod
    def _bar_words(day: WeekDay, bar: Bar) -> str:
        chair = next(chair.name for chair, bars in day.chairs if bar in bars)
        return (
            f"{bar.name} · {bar.label}\n{bar.status.word}\n"
            f"{text.weekday_day(day.day)}, {_clock(bar.starts)}–{_clock(bar.ends)}, {chair}"
        )

    def _day_words(self, day: WeekDay) -> str:
        lines = [f"{text.full_day(day.day)}: {text.count(day.visits, 'visit')}"]
        if day.open_minutes:
            lines.append(f"Chairs {day.room.use:.0%} used".replace("%", " %"))
            standard = self.view.standard if self.view else None
            if not day.past and standard:
                lines.append(f"Room for {day.free_starts} more: {standard.short_name}, {standard.minutes} min")
        else:
            lines.append("Closed")
        lines += dict.fromkeys(f"Closed: {shut.reason}" for shut in day.closures)
        lines += [f"Too few nurses {_clock(starts)}–{_clock(ends)}" for starts, ends in day.room.short]
        return "\n".join(lines)


def _same_frame(one: WeekGeometry, other: WeekGeometry) -> bool:
    """Whether two weeks have the same days at the same places."""
    place = (one.width, one.height, one.first, one.last, [d.day for d in one.days])
    return place == (other.width, other.height, other.first, other.last, [d.day for d in other.days])


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
