"""The totals of one scale over time as a picture: bands shaded, infusions marked, response and remission as lines.

Pure painting over a frozen value; the table beside it says the same to the keyboard and to a screen reader.
"""

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from ketaclinic.ui import text, theme
from ketaclinic.ui.painting import elided

_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 8, 22, 24
_WORDS = 150  # pixels that the words of the bands may take at the right
_APART = 13  # between two numbers of the axis
_HEIGHT = 216
_REACH = 16.0  # pixels around a point in which the mouse finds it
_MOST_SHADE = 0.16


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One score on the clinic's wall."""

    at: datetime
    total: int
    words: str = ""


@dataclass(frozen=True, slots=True)
class CurveBand:
    """A range of totals with its word; the first is the lightest."""

    low: int
    high: int
    text: str


@dataclass(frozen=True, slots=True)
class Curve:
    """Everything one curve shows.

    Attributes:
        response: total at and below which the course counts as a response; None without one.
        remission: likewise.
        infusions: when each began, with its label ("3").
    """

    title: str
    maximum: int
    points: tuple[CurvePoint, ...]
    bands: tuple[CurveBand, ...] = ()
    infusions: tuple[tuple[datetime, str], ...] = ()
    response: float | None = None
    remission: int | None = None


class ScoreCurve(QWidget):
    """Draws a `Curve`; the mouse over a point tells its day and value."""

    def __init__(self, curve: Curve, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(_HEIGHT)
        self.setMinimumWidth(260)
        self.setMouseTracking(True)
        self.show_curve(curve)
        theme.repaint_on_change(self)

    def show_curve(self, curve: Curve) -> None:
        """Draws another one."""
        self.curve = curve
        metrics = QFontMetricsF(theme.font(11))
        widest = max((metrics.horizontalAdvance(band.text) for band in curve.bands), default=0.0)
        self._words = min(_WORDS, widest + 10)
        last = curve.points[-1] if curve.points else None
        said = f"last {last.total} on {text.day_month_year(last.at.date())}" if last else "no score"
        self.setAccessibleName(f"Curve of {curve.title}: {said}")
        self.update()

    # -- where things are

    def _frame(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT - self._words, -_BOTTOM)

    def _span(self) -> tuple[datetime, datetime]:
        times = [p.at for p in self.curve.points] + [at for at, _ in self.curve.infusions]
        return min(times), max(times)

    def _x(self, at: datetime) -> float:
        first, last = self._span()
        frame, whole = self._frame(), (last - first).total_seconds()
        inside = frame.adjusted(10, 0, -10, 0)
        return (
            inside.center().x() if not whole else inside.left() + inside.width() * (at - first).total_seconds() / whole
        )

    def _y(self, total: float) -> float:
        frame = self._frame()
        return frame.bottom() - frame.height() * total / max(1, self.curve.maximum)

    def point_at(self, place: QPointF) -> CurvePoint | None:
        """The score under the mouse."""
        near = [
            ((QPointF(self._x(p.at), self._y(p.total)) - place).manhattanLength(), number)
            for number, p in enumerate(self.curve.points)
        ]
        best = min(near, default=None)
        return self.curve.points[best[1]] if best is not None and best[0] <= _REACH else None

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            found = self.point_at(QPointF(event.pos()))
            if found is None:
                QToolTip.hideText()
            else:
                said = f"{text.full_day(found.at.date())}, {text.clock(found.at)}: {found.total}"
                QToolTip.showText(event.globalPos(), f"{said}, {found.words}".removesuffix(", "), self)
            return True
        return super().event(event)

    # -- painting

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(11))
        self._paint_bands(painter)
        if self.curve.points:
            self._paint_infusions(painter)
            self._paint_goals(painter)
            self._paint_points(painter)
            self._paint_days(painter)
        painter.end()

    def _paint_bands(self, painter: QPainter) -> None:
        now, frame = theme.tokens(), self._frame()
        steps = max(1, len(self.curve.bands) - 1)
        edges = [0, *(band.high + 1 for band in self.curve.bands[:-1]), self.curve.maximum]
        for number, band in enumerate(self.curve.bands):
            shade = QColor(now.ink2)
            shade.setAlphaF(_MOST_SHADE * number / steps)
            top, bottom = self._y(edges[number + 1]), self._y(edges[number])
            painter.fillRect(QRectF(frame.left(), top, frame.width(), bottom - top), shade)
            painter.setPen(theme.color(now.ink2))
            if bottom - top >= _APART:
                room = QRectF(frame.right() + 8, top, self._words, bottom - top)
                said = elided(band.text, 11, False, int(self._words))
                painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, said)
        painter.setPen(QPen(theme.color(now.line_strong), 1))
        painter.drawLine(frame.bottomLeft(), frame.bottomRight())
        painter.setPen(theme.color(now.ink2))
        below = float("inf")
        for total in dict.fromkeys(edges):
            if below - self._y(total) < _APART:
                continue
            below = self._y(total)
            room = QRectF(0, self._y(total) - 8, _LEFT - 7, 16)
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(total))

    def _paint_infusions(self, painter: QPainter) -> None:
        now, frame = theme.tokens(), self._frame()
        metrics, written = QFontMetricsF(painter.font()), -1000.0
        for at, label in self.curve.infusions:
            x = self._x(at)
            painter.setPen(QPen(theme.color(now.accent_line), 1))
            painter.drawLine(QPointF(x, frame.top()), QPointF(x, frame.bottom()))
            width = metrics.horizontalAdvance(label)
            if x - width / 2 > written + 3:
                painter.setPen(theme.color(now.accent_ink))
                painter.drawText(QPointF(x - width / 2, frame.top() - 6), label)
                written = x + width / 2

    def _paint_goals(self, painter: QPainter) -> None:
        now, frame = theme.tokens(), self._frame()
        for value, word in ((self.curve.response, "Response"), (self.curve.remission, "Remission")):
            if value is None:
                continue
            y = self._y(value)
            painter.setPen(QPen(theme.color(now.green), 1.2, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(frame.left(), y), QPointF(frame.right(), y))
            painter.setPen(theme.color(now.green))
            painter.drawText(QPointF(frame.left() + 6, y - 3), word)

    def _paint_points(self, painter: QPainter) -> None:
        now = theme.tokens()
        places = [QPointF(self._x(p.at), self._y(p.total)) for p in self.curve.points]
        painter.setPen(QPen(theme.color(now.accent), 2))
        painter.drawPolyline(places)
        painter.setBrush(QBrush(theme.color(now.surface)))
        for place in places[:-1]:
            painter.drawEllipse(place, 3.5, 3.5)
        painter.setBrush(QBrush(theme.color(now.accent)))
        painter.drawEllipse(places[-1], 4.5, 4.5)
        painter.setFont(theme.font(13, True))
        painter.setPen(theme.color(now.ink))
        said = str(self.curve.points[-1].total)
        width = QFontMetricsF(painter.font()).horizontalAdvance(said)
        above = places[-1].y() - 9 if places[-1].y() > self._frame().top() + 16 else places[-1].y() + 20
        painter.drawText(QPointF(min(places[-1].x() - width / 2, self.width() - width - 2), above), said)
        painter.setFont(theme.font(11))

    def _paint_days(self, painter: QPainter) -> None:
        first, last = self._span()
        frame = self._frame()
        painter.setPen(theme.color(theme.tokens().ink2))
        below = QRectF(frame.left(), frame.bottom() + 5, frame.width(), 16)
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft, text.day_month_year(first.date()))
        if last.date() != first.date():
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, text.day_month_year(last.date()))
