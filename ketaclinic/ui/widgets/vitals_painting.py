"""The vitals of one session as a picture: blood pressure as a band, heart rate, saturation, events, thresholds, now.

Pure painting over frozen values: the large chart of a session and the small one of a tile are the same code.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from ketaclinic.domain.appointments import Status
from ketaclinic.ui import theme

_LOW, _HIGH = 40.0, 200.0  # what the axis shows at least, mmHg and beats per minute


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One row of observations at its minute after the start (negative before it)."""

    minute: float
    systolic: float | None = None
    diastolic: float | None = None
    heart_rate: float | None = None
    saturation: float | None = None


@dataclass(frozen=True, slots=True)
class ChartMark:
    """A clinical event at its minute: what it says, and whether it was an adverse one."""

    minute: float
    text: str
    adverse: bool = False


@dataclass(frozen=True, slots=True)
class ChartBand:
    """A stretch of blood pressure, mmHg, that is shaded amber or red."""

    low: float
    high: float
    tone: str


@dataclass(frozen=True, slots=True)
class ChartData:
    """Everything one chart shows; minutes count from `zero` (the start, or the first observation before it).

    Attributes:
        points: observations in force, in order.
        bands: shaded thresholds.
        marks: events.
        pauses: minutes from and to while the pump stood; the last may be open (None: still pausing).
        now: the minute of now; None once the session is signed.
        end: the planned or true end of the infusion.
        baseline: systolic and diastolic before the start.
        zero: wall-clock of minute 0.
        started: whether minute 0 is the start of the infusion.
        until: the axis reaches at least to this minute.
    """

    points: tuple[ChartPoint, ...] = ()
    bands: tuple[ChartBand, ...] = ()
    marks: tuple[ChartMark, ...] = ()
    pauses: tuple[tuple[float, float | None], ...] = ()
    now: float | None = None
    end: float | None = None
    ended: bool = False
    baseline: tuple[float, float] | None = None
    zero: datetime | None = None
    started: bool = False
    until: float = 70.0
    saturation_limits: tuple[float, float] = (94.0, 90.0)
    previous: tuple[ChartPoint, ...] = field(default=())

    @property
    def first(self) -> float:
        """Where the axis begins."""
        return min([0.0, *(p.minute for p in self.points)]) - 3

    @property
    def last(self) -> float:
        """Where the axis ends."""
        reached = [self.until, *(p.minute for p in self.points)]
        if self.now is not None:
            reached.append(self.now)
        return max(reached) + 4


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

    def minute(self, x: float) -> float:
        """The minute under a pixel."""
        return self.first + (x - self.area.left()) / self.area.width() * (self.last - self.first)


def plot_of(data: ChartData, area: QRectF) -> Plot:
    """Scales wide enough for every value, never narrower than the usual range, so that two charts compare."""
    values = [v for p in data.points for v in (p.systolic, p.diastolic, p.heart_rate) if v is not None]
    low = min([_LOW, *values])
    high = max([_HIGH, *values])
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


def paint_pressure(painter: QPainter, plot: Plot, points: Sequence[ChartPoint], *, marks: bool) -> None:
    """The blood pressure: a tinted band between systolic and diastolic, with V and Λ at each reading."""
    colour = QColor(theme.status(Status.INFUSING).color)
    read = [(plot.x(p.minute), p.systolic, p.diastolic) for p in points if p.systolic and p.diastolic]
    if not read:
        return
    upper = [QPointF(x, plot.y(high)) for x, high, _ in read if high is not None]
    lower = [QPointF(x, plot.y(low)) for x, _, low in read if low is not None]
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


def paint_heart_rate(painter: QPainter, plot: Plot, points: Sequence[ChartPoint], *, dots: float = 3.2) -> None:
    """The heart rate as a line with dots, in a hue that is neither due (amber) nor alert (red)."""
    colour = QColor(theme.status(Status.CHECKED_IN).color)
    line = [QPointF(plot.x(p.minute), plot.y(p.heart_rate)) for p in points if p.heart_rate]
    if not line:
        return
    painter.setPen(QPen(colour, 1.8))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(line))
    painter.setBrush(QColor(theme.tokens().surface))
    for at in line:
        painter.drawEllipse(at, dots, dots)


def paint_saturation(painter: QPainter, lane: Plot, data: ChartData) -> None:
    """The oxygen saturation in a lane of its own, so that a fall of three per cent can be seen."""
    tokens = theme.tokens()
    amber, red = data.saturation_limits
    for low, high, tint in ((red, amber, tokens.amber_tint), (lane.low, red, tokens.red_tint)):
        top, bottom = lane.y(high), lane.y(low)
        painter.fillRect(QRectF(lane.area.left(), top, lane.area.width(), bottom - top), QColor(tint))
    colour = QColor(theme.status(Status.SCHEDULED).color)
    line = [
        QPointF(lane.x(p.minute), lane.y(max(p.saturation, lane.low))) for p in data.points if p.saturation is not None
    ]
    painter.setPen(QPen(colour, 1.6))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(line))
    painter.setBrush(colour)
    for at in line:
        painter.drawRect(QRectF(at.x() - 2.4, at.y() - 2.4, 4.8, 4.8))


def paint_previous(painter: QPainter, plot: Plot, points: Sequence[ChartPoint]) -> None:
    """The systolic curve of the session before, dashed, so that this one can be judged by it."""
    line = [QPointF(plot.x(p.minute), plot.y(p.systolic)) for p in points if p.systolic]
    if len(line) > 1:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.tokens().ink3), 1.2, Qt.PenStyle.DashLine))
        painter.drawPolyline(QPolygonF(line))


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
        painter.drawText(QPointF(x + 5, plot.area.bottom() - 6), text)


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


def tick_minutes(data: ChartData, width: float) -> tuple[int, ...]:
    """Round minutes for the axis, no closer than some sixty pixels."""
    span = data.last - data.first
    step = next((s for s in (5, 10, 15, 20, 30, 60, 120) if width * s / span >= 62), 240)
    first = int(-(-data.first // step) * step)
    return tuple(range(first, int(data.last) + 1, step))


def wall_text(data: ChartData, minute: float) -> str:
    """The wall-clock time of a minute as "11:31"."""
    return (data.zero + timedelta(minutes=minute)).strftime("%H:%M") if data.zero is not None else ""
