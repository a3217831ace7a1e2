"""The board's left edge: the hours, the nurses' load beside them, and the present minute."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QToolTip, QWidget

from ketaclinic.domain.schedule import DayView, LoadPoint
from ketaclinic.ui import theme
from ketaclinic.ui.palette import mix
from ketaclinic.ui.screens.day.geometry import Geometry, clock
from ketaclinic.ui.screens.day.load_words import load_words, strip_words, who_words
from ketaclinic.ui.screens.day.speech import announce

AXIS_WIDTH = 104
_STRIP_LEFT = 56
_STRIP_RIGHT = 92
_STRETCH = 5
"""Minutes of one load point."""
_KEY_STEP = 15
_ROUNDED = 4
"""Pixels from which on a lane has round corners."""


Run = tuple[str, int, int]
"""A stretch of one nurse's lane: its kind, the minute it begins and the one it ends."""


def lanes_of(load: Sequence[LoadPoint]) -> list[list[Run]]:
    """What each nurse's lane shows of a day, as stretches of equal kind; a lane that stands empty has none there."""
    most = max((_filled(point) for point in load), default=0)
    lanes: list[list[Run]] = [[] for _ in range(most)]
    running: list[tuple[str, int]] = [("", 0)] * most
    last: LoadPoint | None = None
    ends = 0
    for point in load:
        if last is None or point.at != ends or not _same(last, point):
            kinds = _kinds(point, most)
            for lane, kind in enumerate(kinds):
                before, begins = running[lane]
                if kind != before or point.at != ends:
                    if before:
                        lanes[lane].append((before, begins, ends))
                    running[lane] = (kind, point.at)
        last, ends = point, point.at + _STRETCH
    for lane, (kind, begins) in enumerate(running):
        if kind:
            lanes[lane].append((kind, begins, ends))
    return lanes


def _same(one: LoadPoint, other: LoadPoint) -> bool:
    return (one.in_setup, one.monitored, one.on_duty, one.capacity_ok) == (
        other.in_setup,
        other.monitored,
        other.on_duty,
        other.capacity_ok,
    )


def _filled(point: LoadPoint) -> int:
    """Lanes that a minute fills: those on duty, and one more in red where they are not enough."""
    return point.on_duty if point.capacity_ok else max(point.on_duty, point.in_setup) + 1


def _kinds(point: LoadPoint, most: int) -> list[str]:
    """What each lane shows at a minute; "" for nothing."""
    there = (["setup"] * point.in_setup + ["shared"] * point.monitored)[: point.on_duty]
    there += ["idle"] * (point.on_duty - len(there))
    there += ["over"] * (_filled(point) - len(there))
    return there + [""] * (most - len(there))


class TimeAxis(QWidget):
    """Hours downwards, the nurses' load beside them, and the tag of the present minute.

    The mouse at rest hears who; with the keyboard on it, up and down go through the day.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, accessibleName="Time and nurse load", focusPolicy=Qt.FocusPolicy.TabFocus)
        self._view: DayView | None = None
        self._geometry: Geometry | None = None
        self._load: Sequence[LoadPoint] = ()
        self._lanes: list[list[Run]] = []
        self._asked: int | None = None
        self._offset = 0
        self._now: int | None = None
        theme.repaint_on_change(self)

    def show_day(self, geometry: Geometry, view: DayView) -> None:
        """Shows these hours and this load."""
        self._geometry, self._load, self._view = geometry, view.load, view
        self._lanes = lanes_of(view.load)
        self._asked = None
        self.setAccessibleDescription(strip_words(view.load))
        self.update()

    def show_now(self, minute: int | None) -> None:
        """Puts the tag at this minute; None on other days."""
        if minute != self._now:
            self._now = minute
            self.update()

    def scroll_to(self, offset: int) -> None:
        """Follows the board downwards."""
        self._offset = offset
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._geometry is not None:
            painter.translate(0, -self._offset)
            self._paint_strip(painter)
            self._paint_hours(painter)
            self._paint_now(painter)
            self._paint_asked(painter)
        painter.end()

    def _paint_hours(self, painter: QPainter) -> None:
        geometry = self._geometry
        if geometry is None:
            return
        painter.setFont(theme.font(12))
        painter.setPen(theme.color(theme.tokens().ink2))
        first = -(-geometry.span.first // 60) * 60
        for minute in range(first, geometry.span.last + 1, 60):
            if self._now is not None and abs(geometry.y(minute) - geometry.y(self._now)) < 19:
                continue
            y = geometry.y(minute)
            painter.drawText(
                QRect(0, y - 9, _STRIP_LEFT - 12, 18),
                int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
                clock(minute),
            )

    def _paint_strip(self, painter: QPainter) -> None:
        geometry = self._geometry
        if geometry is None or not self._lanes:
            return
        tokens = theme.tokens()
        most = len(self._lanes)
        between = 2 if most <= 6 else 1
        wide = max(min((_STRIP_RIGHT - _STRIP_LEFT - between * (most - 1)) / most, 10), 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(Qt.PenStyle.NoPen)
        looks = {
            "setup": theme.color(tokens.accent),
            "shared": theme.color(mix(tokens.accent, tokens.surface, 0.42)),
            "idle": theme.color(tokens.line),
            "over": theme.color(tokens.red_fill),
        }
        narrow = wide < _ROUNDED
        for lane, runs in enumerate(self._lanes):
            left = _STRIP_LEFT + lane * (wide + between)
            for kind, begins, ends in runs:
                top, bottom = geometry.y(begins), geometry.y(ends)
                box = QRectF(left, top + 0.5, wide, max(bottom - top - 1, 1))
                if narrow:  # corners nobody sees would cost more than all the cards of a day
                    painter.fillRect(box, looks[kind])
                else:
                    painter.setBrush(looks[kind])
                    painter.drawRoundedRect(box, 2, 2)

    def _paint_now(self, painter: QPainter) -> None:
        geometry = self._geometry
        if geometry is None or self._now is None or not geometry.span.first <= self._now <= geometry.span.last:
            return
        y = geometry.y(self._now)
        tokens = theme.tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(theme.color(tokens.now), 1.0))
        painter.drawLine(46, y, self.width(), y)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(tokens.now))
        painter.drawRoundedRect(QRectF(5, y - 9, 41, 18), 5, 5)
        painter.drawPolygon(QPolygonF([QPointF(45, y - 4), QPointF(50, y), QPointF(45, y + 4)]))
        painter.setFont(theme.font(11, True))
        painter.setPen(theme.color(tokens.on_red))
        painter.drawText(QRect(5, y - 9, 41, 18), int(Qt.AlignmentFlag.AlignCenter), clock(self._now))

    def load_at(self, y: int) -> LoadPoint | None:
        """The load at a pixel line of this widget."""
        if self._geometry is None:
            return None
        minute = self._geometry.minute(y + self._offset)
        return next((p for p in self._load if p.at <= minute < p.at + _STRETCH), None)

    def words_at(self, point: LoadPoint) -> str:
        """What is said about a minute: the numbers, and who."""
        return who_words(self._view, point) if self._view is not None else load_words(point)

    def event(self, event: QEvent) -> bool:
        """Answers the question of the mouse at rest with the numbers and the names."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            point = self.load_at(event.pos().y())
            if point is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos() + QPoint(8, 0), self.words_at(point), self)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -_KEY_STEP, Qt.Key.Key_Down: _KEY_STEP}.get(Qt.Key(event.key()))
        if step is None or not self._load or self._geometry is None:
            event.ignore()
            return
        first, last = self._load[0].at, self._load[-1].at
        start = self._now if self._now is not None else first
        asked = start // _STRETCH * _STRETCH if self._asked is None else self._asked + step
        self._asked = min(max(asked, first), last)
        point = next((p for p in self._load if p.at == self._asked), None)
        if point is not None:
            words = self.words_at(point)
            announce(self, words.replace("\n", ". "))
            at = self.mapToGlobal(QPoint(self.width(), self._geometry.y(point.at) - self._offset))
            QToolTip.showText(at, words, self)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._asked = None
        QToolTip.hideText()
        self.setAccessibleDescription(strip_words(self._load))
        self.update()

    def _paint_asked(self, painter: QPainter) -> None:
        """Where the keyboard is on the strip."""
        geometry = self._geometry
        if geometry is None or not self.hasFocus():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(theme.color(theme.tokens().focus), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._asked is None:
            top, bottom = geometry.y(geometry.span.first), geometry.y(geometry.span.last)
        else:
            top, bottom = geometry.y(self._asked) - 2, geometry.y(self._asked + _STRETCH) + 2
        painter.drawRoundedRect(QRectF(_STRIP_LEFT - 4, top, _STRIP_RIGHT - _STRIP_LEFT + 8, bottom - top), 4, 4)
