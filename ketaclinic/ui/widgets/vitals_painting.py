"""The vitals of one session as a picture: blood pressure as a band, heart rate, lanes, events, thresholds, now.

Pure painting over frozen values (`domain.chart`): the large chart of a session and the small one of a tile are the same
code. No colour says anything alone: each curve has its shape, each alert its sign, each earlier session its own dashes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from ketaclinic.domain import chart
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.chart import (
    ChartBand,
    ChartData,
    ChartLane,
    ChartMark,
    ChartPoint,
    EarlierLine,
    tick_minutes,
)
from ketaclinic.ui import theme

__all__ = ["ChartBand", "ChartData", "ChartMark", "ChartPoint", "Plot", "tick_minutes"]

_LOW, _HIGH = 40.0, 200.0  # what the axis shows at least, mmHg and beats per minute
_SIGN = 14.0  # mmHg above the highest value, for the sign of an alert
EARLIER_DASHES: tuple[tuple[float, ...], ...] = ((6, 3), (2, 3), (8, 3, 2, 3), (4, 2), (1, 2), (10, 4))
"""Dashes of the session before, of the one before that, and so on."""


@dataclass(frozen=True, slots=True)
class Plot:
    """The rectangle of the curves and its two scales."""

    area: QRectF
    first: float
    last: float
    low: float
    high: float

    def x(self, minute: float) -> float:
        """Pixels from the left for a minute."""
        return self.area.left() + (minute - self.first) / (self.last - self.first) * self.area.width()

    def y(self, value: float) -> float:
        """Pixels from the top for a value."""
        return self.area.bottom() - (value - self.low) / (self.high - self.low) * self.area.height()

    def held(self, value: float) -> float:
        """Pixels from the top for a value, at the edge where it lies beyond."""
        return self.y(min(max(value, self.low), self.high))

    def minute(self, x: float) -> float:
        """The minute under a pixel."""
        return self.first + (x - self.area.left()) / self.area.width() * (self.last - self.first)


def plot_of(data: ChartData, area: QRectF) -> Plot:
    """Scales wide enough for every value, never narrower than the usual range, so that two charts compare."""
    values = [v for p in data.points for v in (p.systolic, p.diastolic, p.heart_rate) if v is not None]
    low = min([_LOW, *values])
    high = max([_HIGH, *(value + _SIGN for value in values)])
    return Plot(area, data.first, data.last, low - low % 10, high + (-high) % 10)


def paint_bands(painter: QPainter, plot: Plot, bands: Sequence[ChartBand]) -> None:
    """Shades the thresholds."""
    tokens = theme.tokens()
    tints = {"amber": tokens.amber_tint, "red": tokens.red_tint}
    for band in bands:
        top, bottom = plot.y(min(band.high, plot.high)), plot.y(max(band.low, plot.low))
        if bottom > top:
            painter.fillRect(QRectF(plot.area.left(), top, plot.area.width(), bottom - top), QColor(tints[band.tone]))


def paint_pauses(painter: QPainter, plot: Plot, data: ChartData) -> None:
    """Hatches the minutes in which the pump stood."""
    tokens = theme.tokens()
    for begun, ended in data.pauses:
        finish = ended if ended is not None else (data.now if data.now is not None else begun)
        stretch = QRectF(QPointF(plot.x(begun), plot.area.top()), QPointF(plot.x(finish), plot.area.bottom()))
        colour = QColor(tokens.ink3)
        colour.setAlpha(90)
        painter.fillRect(stretch, QBrush(colour, Qt.BrushStyle.BDiagPattern))


def paint_pressure(
    painter: QPainter, plot: Plot, points: Sequence[ChartPoint], *, marks: bool, gaps: Sequence[float] = ()
) -> None:
    """The blood pressure: a tinted band between systolic and diastolic, with V and Λ at each reading, and the mean."""
    colour = QColor(theme.status(Status.INFUSING).color)
    for run in chart.runs(points, gaps, chart.SYSTOLIC, chart.DIASTOLIC):
        upper = [QPointF(plot.x(p.minute), plot.y(p.systolic or 0.0)) for p in run]
        lower = [QPointF(plot.x(p.minute), plot.y(p.diastolic or 0.0)) for p in run]
        _paint_band(painter, upper, lower, colour, marks=marks)
    if marks:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, 1.4))
        for run in chart.runs(points, gaps, chart.MEAN):
            painter.drawPolyline(QPolygonF([QPointF(plot.x(p.minute), plot.y(p.mean or 0.0)) for p in run]))


def _paint_band(
    painter: QPainter, upper: Sequence[QPointF], lower: Sequence[QPointF], colour: QColor, *, marks: bool
) -> None:
    fill = QColor(colour)
    fill.setAlpha(38)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawPolygon(QPolygonF([*upper, *reversed(lower)]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 1.0 if marks else 1.8))
    painter.drawPolyline(QPolygonF(upper))
    painter.drawPolyline(QPolygonF(lower))
    reach = 4.5 if marks else 3.0
    for high, low in zip(upper, lower, strict=True):
        painter.setPen(QPen(colour, 1.2))
        if marks:
            painter.drawLine(high, low)
        painter.setPen(QPen(colour, 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        if marks or len(upper) == 1:
            _chevron(painter, high, reach, -1)
            _chevron(painter, low, reach, 1)


def _chevron(painter: QPainter, at: QPointF, reach: float, towards: int) -> None:
    """V with its point on the systolic value, Λ with its point on the diastolic value."""
    painter.drawPolyline(
        QPolygonF(
            [
                QPointF(at.x() - reach, at.y() + towards * reach * 1.5),
                at,
                QPointF(at.x() + reach, at.y() + towards * reach * 1.5),
            ]
        )
    )


def paint_heart_rate(
    painter: QPainter, plot: Plot, points: Sequence[ChartPoint], *, dots: float = 3.2, gaps: Sequence[float] = ()
) -> None:
    """The heart rate as a line with dots, in a hue that is neither due (amber) nor alert (red)."""
    colour = QColor(theme.status(Status.CHECKED_IN).color)
    for run in chart.runs(points, gaps, chart.HEART_RATE):
        line = [QPointF(plot.x(p.minute), plot.y(p.heart_rate or 0.0)) for p in run]
        painter.setPen(QPen(colour, 1.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(line))
        painter.setBrush(QColor(theme.tokens().surface))
        for at in line:
            painter.drawEllipse(at, dots, dots)


def paint_lane(painter: QPainter, plot: Plot, lane: ChartLane, data: ChartData) -> None:
    """One value in a lane of its own with its limits, so that a fall of three per cent can be seen."""
    paint_bands(painter, plot, lane.bands)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(theme.tokens().line), 1))
    painter.drawRect(plot.area)
    colour = QColor(theme.status(Status.SCHEDULED).color)
    for run in chart.runs(data.points, data.gaps, lane.code):
        line = [QPointF(plot.x(p.minute), plot.held(p.value(lane.code) or 0.0)) for p in run]
        painter.setPen(QPen(colour, 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(line))
        painter.setBrush(colour)
        for at in line:
            painter.drawRect(QRectF(at.x() - 2.2, at.y() - 2.2, 4.4, 4.4))
    paint_alerts(painter, plot, data.points, (lane.code,))


def paint_alerts(painter: QPainter, plot: Plot, points: Sequence[ChartPoint], codes: Sequence[str]) -> None:
    """A sign above each value out of its limits: ! for amber, !! for red."""
    tokens = theme.tokens()
    painter.setFont(theme.font(11, bold=True))
    for point in points:
        for code in codes:
            level, value = point.level(code), point.value(code)
            if not level or value is None:
                continue
            painter.setPen(QColor(tokens.red if level == "red" else tokens.amber))
            above = -21.0 if code != chart.DIASTOLIC else 8.0
            box = QRectF(plot.x(point.minute) - 10, plot.held(value) + above, 20, 13)
            if box.top() < plot.area.top() - 8:
                box.moveLeft(box.left() + 11)
                box.moveTop(plot.held(value) - 6)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "!!" if level == "red" else "!")


def paint_gaps(painter: QPainter, plot: Plot, gaps: Sequence[float]) -> None:
    """A cross where a check was due that nobody made."""
    painter.setPen(QPen(QColor(theme.tokens().ink2), 1.6))
    y = plot.area.bottom() - 8
    for gap in gaps:
        x = plot.x(gap)
        painter.drawLine(QPointF(x - 3.5, y - 3.5), QPointF(x + 3.5, y + 3.5))
        painter.drawLine(QPointF(x - 3.5, y + 3.5), QPointF(x + 3.5, y - 3.5))


def earlier_pen(number: int) -> QPen:
    """The line of the session so many before this one (0: the one just before), fainter the older."""
    colour = QColor(theme.tokens().ink2)
    colour.setAlpha(max(90, 200 - 28 * number))
    pen = QPen(colour, 1.3)
    pen.setDashPattern(list(EARLIER_DASHES[number % len(EARLIER_DASHES)]))
    return pen


def paint_earlier(painter: QPainter, plot: Plot, sessions: Sequence[EarlierLine], code: str) -> None:
    """One value of the sessions before, each with its own dashes, so that this one can be judged by them."""
    painter.save()
    painter.setClipRect(plot.area)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for number, session in reversed(list(enumerate(sessions))):
        line = [QPointF(plot.x(m), plot.held(value)) for m, value in _values(session.points, code)]
        if len(line) > 1:
            painter.setPen(earlier_pen(number))
            painter.drawPolyline(QPolygonF(line))
    painter.restore()


def _values(points: Sequence[ChartPoint], code: str) -> Iterator[tuple[float, float]]:
    for point in points:
        value = point.value(code)
        if value is not None:
            yield point.minute, value


def paint_course(painter: QPainter, strip: QRectF, plot: Plot, data: ChartData) -> None:
    """What the pump did, as a strip with words: infusion, pauses, recovery."""
    if not data.started:
        return
    tokens = theme.tokens()
    end = data.end if data.end is not None else data.last
    last = data.last if data.now is None else max(min(data.now, data.last), end)
    for begun, ended, status, word in (
        (0.0, end, Status.INFUSING, "Infusion" if data.ended else "Infusion, as planned"),
        (end, last, Status.RECOVERING, "Recovery"),
    ):
        left, right = plot.x(begun), plot.x(min(ended, data.last))
        if right - left < 2 or (status is Status.RECOVERING and not data.ended):
            continue
        box = QRectF(left, strip.top(), right - left, strip.height())
        look = QColor(theme.status(status).color)
        ground = QColor(look)
        ground.setAlpha(46)
        painter.fillRect(box, ground)
        painter.fillRect(QRectF(left, strip.bottom() - 2, right - left, 2), look)
        _fitting_word(painter, box, word)
    colour = QColor(tokens.ink2)
    for paused, resumed in data.pauses:
        finish = resumed if resumed is not None else (data.now if data.now is not None else paused)
        box = QRectF(plot.x(paused), strip.top(), max(2.0, plot.x(finish) - plot.x(paused)), strip.height())
        painter.fillRect(box, QColor(tokens.surface))
        painter.fillRect(box, QBrush(colour, Qt.BrushStyle.BDiagPattern))


def _fitting_word(painter: QPainter, box: QRectF, word: str) -> None:
    font = theme.font(11)
    for said in (word, word.split(",", maxsplit=1)[0]):
        if QFontMetricsF(font).horizontalAdvance(said) + 12 <= box.width():
            painter.setFont(font)
            painter.setPen(QColor(theme.tokens().ink))
            painter.drawText(box.adjusted(6, 0, -4, -2), Qt.AlignmentFlag.AlignVCenter, said)
            return


def paint_now(painter: QPainter, plot: Plot, minute: float, text: str) -> None:
    """The line of now with the time on it."""
    tokens = theme.tokens()
    x = plot.x(minute)
    painter.setPen(QPen(QColor(tokens.ink), 1.6))
    painter.drawLine(QPointF(x, plot.area.top()), QPointF(x, plot.area.bottom()))
    if text:
        _tag(painter, QPointF(x, plot.area.top()), text, QColor(tokens.ink), QColor(tokens.surface), plot.area)


def paint_end(painter: QPainter, plot: Plot, data: ChartData, text: str) -> None:
    """The planned or true end of the infusion."""
    if data.end is None or not plot.first <= data.end <= plot.last:
        return
    colour = QColor(theme.status(Status.INFUSING).color)
    x = plot.x(data.end)
    painter.setPen(QPen(colour, 1.4, Qt.PenStyle.SolidLine if data.ended else Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(x, plot.area.top()), QPointF(x, plot.area.bottom()))
    if text:
        painter.setFont(theme.font(11))
        wide = QFontMetricsF(painter.font()).horizontalAdvance(text) + 12
        beside_gap = any(x - 5 < plot.x(gap) < x + wide for gap in data.gaps)
        painter.drawText(QPointF(x + 5, plot.area.bottom() - (22 if beside_gap else 6)), text)


def _tag(painter: QPainter, at: QPointF, text: str, ground: QColor, ink: QColor, inside: QRectF) -> None:
    """A small filled label centred on a point, kept inside the chart."""
    font = theme.font(11, bold=True)
    painter.setFont(font)
    width = QFontMetricsF(font).horizontalAdvance(text) + 12
    left = min(max(at.x() - width / 2, inside.left()), inside.right() - width)
    box = QRectF(left, at.y() - 9, width, 18)
    path = QPainterPath()
    path.addRoundedRect(box, 9, 9)
    painter.fillPath(path, ground)
    painter.setPen(ink)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def paint_marks(painter: QPainter, plot: Plot, marks: Sequence[ChartMark], rows: Sequence[float]) -> None:
    """Events as triangles with their words, each in the first row in which it covers no other."""
    font = theme.font(11)
    metrics = QFontMetricsF(font)
    painter.setFont(font)
    taken = [float("-inf")] * len(rows)
    for mark in sorted(marks, key=lambda m: m.minute):
        x = plot.x(mark.minute)
        text = metrics.elidedText(mark.text, Qt.TextElideMode.ElideRight, 170)
        width = metrics.horizontalAdvance(text)
        left = x + 7 if x + 7 + width <= plot.area.right() else x - 7 - width
        row = next((i for i, end in enumerate(taken) if min(left, x - 5) > end), None)
        colour = QColor(theme.tokens().ink)
        y = rows[row] if row is not None else plot.area.bottom() - 5
        paint_mark(painter, QPointF(x, y), mark)
        if row is not None:
            painter.setPen(colour)
            painter.drawText(QPointF(left, y + 4), text)
            taken[row] = max(left + width, x + 5) + 6


def paint_mark(painter: QPainter, at: QPointF, mark: ChartMark) -> None:
    """A triangle: filled for an adverse event, hollow for what was done."""
    tokens = theme.tokens()
    painter.setPen(QPen(QColor(tokens.ink), 1.3))
    painter.setBrush(QColor(tokens.ink if mark.adverse else tokens.surface))
    x, y = at.x(), at.y()
    painter.drawPolygon(QPolygonF([QPointF(x - 4, y + 3.5), QPointF(x, y - 4), QPointF(x + 4, y + 3.5)]))
