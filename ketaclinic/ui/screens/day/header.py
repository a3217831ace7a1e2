"""The board's sticky edges: chair names on top, the time axis with the nurse strip at the left."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QToolTip, QWidget

from ketaclinic.domain.resources import Chair
from ketaclinic.domain.schedule import LoadPoint
from ketaclinic.ui import theme
from ketaclinic.ui.palette import mix
from ketaclinic.ui.screens.day.geometry import Geometry, clock

AXIS_WIDTH = 104
HEADER_HEIGHT = 36
_STRIP_LEFT = 56
_STRIP_RIGHT = 92
_STRETCH = 5
"""Minutes of one load point."""


class ChairHeader(QWidget):
    """The chairs' names with the part of the opening hours that each is held."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, accessibleName="Chairs")
        self._geometry: Geometry | None = None
        self._chairs: Sequence[Chair] = ()
        self._use: dict[int, float] = {}
        self._offset = 0
        theme.repaint_on_change(self)

    def show_chairs(self, geometry: Geometry, chairs: Sequence[Chair], use: dict[int, float]) -> None:
        """Shows these columns."""
        self._geometry, self._chairs, self._use = geometry, chairs, use
        self.setAccessibleDescription(", ".join(f"{c.name} {use[c.id]:.0%}" if c.id in use else c.name for c in chairs))
        self.update()

    def scroll_to(self, offset: int) -> None:
        """Follows the board sideways."""
        self._offset = offset
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setPen(theme.color(tokens.line))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)
        if self._geometry is None:
            painter.end()
            return
        painter.setFont(theme.font(12))
        small = painter.fontMetrics()
        for column, chair in enumerate(self._chairs):
            left = self._geometry.x(column) - self._offset
            right = self._geometry.x(column + 1) - self._offset
            if right < 0 or left > self.width():
                continue
            if column:
                painter.setPen(theme.color(tokens.line))
                painter.drawLine(left, 0, left, self.height())
            use = f"{self._use[chair.id]:.0%}".replace("%", " %") if chair.id in self._use else ""
            cell = QRect(left + 11, 0, right - left - 21, self.height() - 1)
            painter.setFont(theme.font(12))
            painter.setPen(theme.color(tokens.ink2))
            align = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
            painter.drawText(cell, int(align | Qt.AlignmentFlag.AlignRight), use)
            cell.setRight(cell.right() - small.horizontalAdvance(use) - 8)
            painter.setFont(theme.font(13, True))
            painter.setPen(theme.color(tokens.ink))
            name = painter.fontMetrics().elidedText(chair.name, Qt.TextElideMode.ElideRight, cell.width())
            painter.drawText(cell, int(align | Qt.AlignmentFlag.AlignLeft), name)
        painter.end()


class TimeAxis(QWidget):
    """Hours downwards, the nurses' load beside them, and the tag of the present minute."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, accessibleName="Time and nurse load")
        self._geometry: Geometry | None = None
        self._load: Sequence[LoadPoint] = ()
        self._offset = 0
        self._now: int | None = None
        theme.repaint_on_change(self)

    def show_day(self, geometry: Geometry, load: Sequence[LoadPoint]) -> None:
        """Shows these hours and this load."""
        self._geometry, self._load = geometry, load
        over = [p for p in load if not p.capacity_ok]
        self.setAccessibleDescription(
            f"More patients than nurses from {clock(over[0].at)}" if over else "Enough nurses all day"
        )
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
        if geometry is None or not self._load:
            return
        tokens = theme.tokens()
        most = max(max(p.on_duty, self._needed(p)) for p in self._load)
        if not most:
            return
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
        for lane in range(most):
            left = _STRIP_LEFT + lane * (wide + between)
            for kind, begins, ends in self._runs(lane):
                if kind != "none":
                    top, bottom = geometry.y(begins), geometry.y(ends)
                    painter.setBrush(looks[kind])
                    painter.drawRoundedRect(QRectF(left, top + 0.5, wide, max(bottom - top - 1, 1)), 2, 2)

    def _runs(self, lane: int) -> list[tuple[str, int, int]]:
        """What one nurse's lane shows, as stretches of equal kind."""
        runs: list[tuple[str, int, int]] = []
        for point in self._load:
            kind = self._kind(point, lane)
            if runs and runs[-1][0] == kind and runs[-1][2] == point.at:
                runs[-1] = (kind, runs[-1][1], point.at + _STRETCH)
            else:
                runs.append((kind, point.at, point.at + _STRETCH))
        return runs

    @staticmethod
    def _needed(point: LoadPoint) -> int:
        """Lanes that a minute fills: those on duty, and one more in red where they are not enough."""
        return point.on_duty if point.capacity_ok else max(point.on_duty, point.in_setup) + 1

    @staticmethod
    def _kind(point: LoadPoint, lane: int) -> str:
        if lane >= point.on_duty:
            return "over" if not point.capacity_ok and lane < TimeAxis._needed(point) else "none"
        if lane < point.in_setup:
            return "setup"
        return "shared" if point.monitored and lane < point.in_setup + point.monitored else "idle"

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

    def event(self, event: QEvent) -> bool:
        """Answers the question of the mouse at rest with the numbers."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            point = self.load_at(event.pos().y())
            if point is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos() + QPoint(8, 0), load_words(point), self)
            return True
        return super().event(event)


def load_words(point: LoadPoint) -> str:
    """The load in words: "10:45 · 1 in set-up · 3 monitored · 2 on duty"."""
    words = f"{clock(point.at)} · {point.in_setup} in set-up · {point.monitored} monitored · {point.on_duty} on duty"
    return words if point.capacity_ok else f"{words} · not enough nurses"
