"""The chart of a session: what the blood pressure did, when, and what was done about it, at one glance."""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ketaclinic.ui import theme
from ketaclinic.ui.widgets import vitals_painting as painting
from ketaclinic.ui.widgets.vitals_painting import ChartBand, ChartData, ChartMark, ChartPoint, Plot

__all__ = ["ChartBand", "ChartData", "ChartMark", "ChartPoint", "VitalsChart", "paint_small"]

_LEFT, _RIGHT, _TOP, _AXIS = 44.0, 14.0, 12.0, 36.0
_LANE, _MARK_ROW, _ROOMY = 34.0, 17.0, 205


class VitalsChart(QWidget):
    """Draws `ChartData`; hovering shows the values of the nearest reading. It has no state of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Vitals chart", mouseTracking=True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._data = ChartData()
        self._hovered: ChartPoint | None = None

    def show_data(self, data: ChartData) -> None:
        """Draws these values from now on; nothing is repainted when they are the ones already shown."""
        if data == self._data:
            return
        self._data = data
        self.setAccessibleDescription(_spoken(data))
        self.update()

    @property
    def data(self) -> ChartData:
        """What is drawn."""
        return self._data

    def sizeHint(self) -> QSize:
        return QSize(640, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 120)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - all of it is repainted, it is one picture
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint(painter)
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        plot, _ = self._plots()
        near = min(self._data.points, key=lambda p: abs(plot.x(p.minute) - event.position().x()), default=None)
        if near is not None and abs(plot.x(near.minute) - event.position().x()) > 24:
            near = None
        if near is not self._hovered:
            self._hovered = near
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = None
        self.update()
        super().leaveEvent(event)

    def _plots(self) -> tuple[Plot, Plot]:
        """The main plot and the lane of the saturation above it."""
        area = QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_AXIS)
        lane = QRectF(area.left(), area.top(), area.width(), _LANE)
        above = _LANE + 12 if self._has_lane else 0.0
        main = area.adjusted(0, above, 0, -self._mark_rows * _MARK_ROW)
        first, last = self._data.first, self._data.last
        return painting.plot_of(self._data, main), Plot(lane, first, last, 88.0, 100.0)

    @property
    def _has_lane(self) -> bool:
        """A small chart keeps its room for the pressure."""
        return self.height() >= _ROOMY

    @property
    def _mark_rows(self) -> int:
        if not self._data.marks:
            return 0
        return 2 if self.height() >= _ROOMY else 1

    def _paint(self, painter: QPainter) -> None:
        data = self._data
        plot, lane = self._plots()
        painting.paint_bands(painter, plot, data.bands)
        self._paint_grid(painter, plot)
        if self._has_lane:
            self._paint_lane(painter, lane)
        painting.paint_pauses(painter, plot, data)
        painting.paint_previous(painter, plot, data.previous)
        self._paint_baseline(painter, plot)
        painting.paint_pressure(painter, plot, data.points, marks=True)
        painting.paint_heart_rate(painter, plot, data.points)
        end = (
            f"{'ended' if data.ended else 'ends'} {painting.wall_text(data, data.end)}" if data.end is not None else ""
        )
        painting.paint_end(painter, plot, data, end)
        rows = [plot.area.bottom() + _MARK_ROW * (i + 0.6) for i in range(self._mark_rows)]
        painting.paint_marks(painter, plot, data.marks, rows)
        if data.now is not None:
            painting.paint_now(painter, plot, data.now, painting.wall_text(data, data.now))
        if self._hovered is not None:
            self._paint_reading(painter, plot, self._hovered)
        if not data.points:
            painter.setPen(QColor(theme.tokens().ink2))
            painter.setFont(theme.font(14))
            painter.drawText(plot.area, Qt.AlignmentFlag.AlignCenter, "No observations yet. The baseline comes first.")

    def _paint_grid(self, painter: QPainter, plot: Plot) -> None:
        tokens = theme.tokens()
        painter.setFont(theme.font(11))
        step = 20 if plot.area.height() > 130 else 40 if plot.area.height() > 50 else 80
        for value in range(int(plot.low), int(plot.high) + 1, step):
            y = plot.y(value)
            painter.setPen(QPen(QColor(tokens.line), 1))
            painter.drawLine(QPointF(plot.area.left(), y), QPointF(plot.area.right(), y))
            painter.setPen(QColor(tokens.ink2))
            box = QRectF(0, y - 8, plot.area.left() - 8, 16)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(value))
        bottom = float(self.height()) - _AXIS
        for minute in painting.tick_minutes(self._data, plot.area.width()):
            x = plot.x(minute)
            painter.setPen(QPen(QColor(tokens.line), 1))
            painter.drawLine(QPointF(x, plot.area.top()), QPointF(x, bottom + 4))
            self._paint_tick(painter, x, bottom, minute)

    def _paint_tick(self, painter: QPainter, x: float, bottom: float, minute: int) -> None:
        data = self._data
        word = ("start" if minute == 0 else f"{minute:+d}") if data.started else ""
        painter.setFont(theme.font(11, bold=True))
        painter.setPen(QColor(theme.tokens().ink))
        clock_y = bottom + 6
        if word:
            painter.drawText(QRectF(x - 34, bottom + 5, 68, 14), Qt.AlignmentFlag.AlignCenter, word)
            clock_y += 13
        painter.setFont(theme.font(11))
        painter.setPen(QColor(theme.tokens().ink2))
        painter.drawText(
            QRectF(x - 34, clock_y, 68, 14), Qt.AlignmentFlag.AlignCenter, painting.wall_text(data, minute)
        )

    def _paint_lane(self, painter: QPainter, lane: Plot) -> None:
        tokens = theme.tokens()
        painting.paint_saturation(painter, lane, self._data)
        painter.setPen(QColor(tokens.ink2))
        painter.setFont(theme.font(11))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, lane.area.top() - 2, lane.area.left() - 8, 16), flags, "100")
        painter.drawText(QRectF(0, lane.area.bottom() - 15, lane.area.left() - 8, 16), flags, "SpO₂")

    def _paint_baseline(self, painter: QPainter, plot: Plot) -> None:
        if self._data.baseline is None:
            return
        colour = QColor(theme.tokens().ink2)
        painter.setPen(QPen(colour, 1, Qt.PenStyle.DotLine))
        for value in self._data.baseline:
            painter.drawLine(QPointF(plot.area.left(), plot.y(value)), QPointF(plot.area.right(), plot.y(value)))

    def _paint_reading(self, painter: QPainter, plot: Plot, point: ChartPoint) -> None:
        tokens = theme.tokens()
        text = reading_text(point)
        head = painting.wall_text(self._data, point.minute)
        font, bold = theme.font(12), theme.font(12, bold=True)
        width = max(QFontMetricsF(font).horizontalAdvance(text), QFontMetricsF(bold).horizontalAdvance(head)) + 20
        x = plot.x(point.minute)
        left = x + 12 if x + 12 + width < plot.area.right() else x - 12 - width
        box = QRectF(left, plot.area.top() + 8, width, 44)
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(box, 8, 8)
        painter.setPen(QColor(tokens.ink))
        painter.setFont(bold)
        painter.drawText(box.adjusted(10, 5, -6, -22), Qt.AlignmentFlag.AlignVCenter, head)
        painter.setFont(font)
        painter.drawText(box.adjusted(10, 22, -6, -5), Qt.AlignmentFlag.AlignVCenter, text)


def reading_text(point: ChartPoint) -> str:
    """One reading in words: "146/91 · HR 88 · SpO₂ 97 %"."""
    parts = []
    if point.systolic is not None and point.diastolic is not None:
        parts.append(f"{point.systolic:.0f}/{point.diastolic:.0f}")
    if point.heart_rate is not None:
        parts.append(f"HR {point.heart_rate:.0f}")
    if point.saturation is not None:
        parts.append(f"SpO₂ {point.saturation:.0f} %")
    return " · ".join(parts)


def _spoken(data: ChartData) -> str:
    """What a screen reader says of the chart."""
    if not data.points:
        return "no observations"
    last = data.points[-1]
    when = painting.wall_text(data, last.minute)
    return f"{len(data.points)} readings, the last at {when}: {reading_text(last)}"


def paint_small(painter: QPainter, area: QRectF, data: ChartData) -> None:
    """The same picture in a tile: thresholds, band, heart rate, events as triangles, end and now; few words."""
    tokens = theme.tokens()
    plot = painting.plot_of(data, area.adjusted(28, 4, -2, -18))
    painting.paint_bands(painter, plot, data.bands)
    _small_axis(painter, plot, data)
    painting.paint_pauses(painter, plot, data)
    if data.baseline is not None:
        painter.setPen(QPen(QColor(tokens.ink3), 1, Qt.PenStyle.DotLine))
        for value in data.baseline:
            painter.drawLine(QPointF(plot.area.left(), plot.y(value)), QPointF(plot.area.right(), plot.y(value)))
    painting.paint_pressure(painter, plot, data.points, marks=False)
    painting.paint_heart_rate(painter, plot, data.points, dots=2.2)
    painting.paint_end(painter, plot, data, "")
    for mark in data.marks:
        painting.paint_mark(painter, QPointF(plot.x(mark.minute), plot.area.bottom() - 5), mark)
    if data.now is not None:
        painting.paint_now(painter, plot, data.now, "")


def _small_axis(painter: QPainter, plot: Plot, data: ChartData) -> None:
    tokens = theme.tokens()
    painter.setFont(theme.font(10))
    step = 40 if plot.area.height() > 70 else 80
    for value in range(80, int(plot.high) + 1, step):
        y = plot.y(value)
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.drawLine(QPointF(plot.area.left(), y), QPointF(plot.area.right(), y))
        painter.setPen(QColor(tokens.ink2))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(plot.area.left() - 30, y - 7, 25, 14), flags, str(value))
    painter.setPen(QColor(tokens.ink2))
    for minute in painting.tick_minutes(data, plot.area.width()):
        text = ("start" if minute == 0 else f"{minute:+d}") if data.started else painting.wall_text(data, minute)
        painter.drawText(
            QRectF(plot.x(minute) - 30, plot.area.bottom() + 3, 60, 14), Qt.AlignmentFlag.AlignCenter, text
        )
