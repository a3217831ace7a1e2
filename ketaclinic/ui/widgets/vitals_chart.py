"""The chart of a session: what the blood pressure did, when, and what was done about it, at one glance.

Signals of `VitalsChart`: `earlier_wanted()` the key E was pressed: lay the earlier sessions under it, or take them off.
"""

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ketaclinic.domain import chart
from ketaclinic.domain.chart import reading_text
from ketaclinic.ui import theme
from ketaclinic.ui.widgets import vitals_painting as painting
from ketaclinic.ui.widgets.vitals_painting import ChartBand, ChartData, ChartMark, ChartPoint, Plot

__all__ = ["ChartBand", "ChartData", "ChartMark", "ChartPoint", "VitalsChart", "paint_small", "reading_text"]

_LEFT, _NARROW_LEFT, _RIGHT, _TOP, _AXIS = 58.0, 44.0, 14.0, 20.0, 36.0
_STRIP, _LANE, _LANE_LEAST, _LANE_GAP, _MARK_ROW, _ROOMY = 15.0, 26.0, 17.0, 4.0, 17.0, 205
_FLAT, _FLAT_AXIS = 125, 21.0
_LEAST = 118.0  # pixels the pressure keeps, whatever else wants room
_KEPT_FIRST = (chart.SATURATION, chart.DISSOCIATION, chart.SEDATION, chart.RESPIRATION)
"""Which lanes stay where there is not room for all."""
_NEAR = 24.0


class VitalsChart(QWidget):
    """Draws `ChartData`; the mouse or the arrow keys show the values of one reading."""

    earlier_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            parent, accessibleName="Vitals chart", mouseTracking=True, focusPolicy=Qt.FocusPolicy.StrongFocus
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._data = ChartData()
        self._at: int | None = None  # number of the reading that is told
        self._earlier = False
        self._lane_height = _LANE

    def show_data(self, data: ChartData) -> None:
        """Draws these values from now on; nothing is repainted when they are the ones already shown."""
        if data == self._data:
            return
        self._data = data
        if self._at is not None and self._at >= len(data.points):
            self._at = None
        self.setAccessibleDescription(values_text(data))
        self.update()

    def show_earlier(self, wanted: bool) -> None:  # noqa: FBT001 - it is shown or it is not
        """Lays the earlier sessions under the curves, or takes them off."""
        self._earlier = wanted
        self.update()

    @property
    def data(self) -> ChartData:
        """What is drawn."""
        return self._data

    @property
    def reading(self) -> ChartPoint | None:
        """The reading whose values are told now."""
        return None if self._at is None else self._data.points[self._at]

    def sizeHint(self) -> QSize:
        return QSize(640, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 120)

    # --- reading it ---------------------------------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        plot, _ = self._plots()
        far = [abs(plot.x(p.minute) - event.position().x()) for p in self._data.points]
        near = min(range(len(far)), key=far.__getitem__, default=None)
        self._tell(near if near is not None and far[near] <= _NEAR else None)

    def leaveEvent(self, event: QEvent) -> None:
        self._tell(None)
        super().leaveEvent(event)

    def event(self, event: QEvent) -> bool:
        """Esc first puts the reading away; only then it leaves the session."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            own = event.key() == Qt.Key.Key_Escape and self._at is not None
            if own or (event.key() == Qt.Key.Key_E and not event.modifiers()):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._data.points) - 1
        here = self._at
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_E and not event.modifiers():
            self.earlier_wanted.emit()
        elif step is not None and last >= 0:
            self._tell(last if here is None else max(0, min(last, here + step)))
        elif event.key() == Qt.Key.Key_Home and last >= 0:
            self._tell(0)
        elif event.key() == Qt.Key.Key_End and last >= 0:
            self._tell(last)
        elif event.key() == Qt.Key.Key_Escape and here is not None:
            self._tell(None)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._tell(None)
        self.update()
        super().focusOutEvent(event)

    def _tell(self, number: int | None) -> None:
        if number == self._at:
            return
        self._at = number
        point = self.reading
        said = values_text(self._data)
        if point is not None:
            said = f"{self._data.wall_text(point.minute)}: {reading_text(point)}"
        self.setAccessibleDescription(said)
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))
        self.update()

    # --- where things stand -------------------------------------------------------------------------------------------

    @property
    def lanes(self) -> tuple[str, ...]:
        """The names of the lanes there is room for, top to bottom."""
        return tuple(lane.label for lane in self._lanes())

    def _lanes(self) -> tuple[chart.ChartLane, ...]:
        """The lanes there is room for, in their order; those nothing was observed for are left out."""
        seen = [lane for lane in self._data.lanes if any(p.value(lane.code) is not None for p in self._data.points)]
        free = self.height() - _TOP - self._axis - self._mark_rows * _MARK_ROW - _LEAST
        count = max(0, int(free // (_LANE_LEAST + _LANE_GAP)))
        kept = sorted(seen, key=lambda lane: _KEPT_FIRST.index(lane.code))[:count]
        self._lane_height = min(_LANE, free / len(kept) - _LANE_GAP) if kept else _LANE
        return tuple(lane for lane in seen if lane in kept)

    def _plots(self) -> tuple[Plot, list[tuple[chart.ChartLane, Plot]]]:
        """The main plot, and the lanes under it."""
        left = _LEFT if self.width() >= 420 else _NARROW_LEFT
        area = QRectF(self.rect()).adjusted(left, _TOP, -_RIGHT, -_AXIS - self._mark_rows * _MARK_ROW)
        lanes = self._lanes()
        high = self._lane_height
        main = area.adjusted(0, 0, 0, -len(lanes) * (high + _LANE_GAP))
        first, last = self._data.first, self._data.last
        plots = []
        for number, lane in enumerate(lanes):
            top = main.bottom() + _LANE_GAP + number * (high + _LANE_GAP)
            box = QRectF(area.left(), top, area.width(), high)
            air = (lane.high - lane.low) * 0.1
            plots.append((lane, Plot(box, first, last, lane.low - air, lane.high + air)))
        return painting.plot_of(self._data, main), plots

    @property
    def _flat(self) -> bool:
        """Whether every pixel is the curves': events are mere signs, and the axis counts minutes alone."""
        return self.height() < _FLAT

    @property
    def _axis(self) -> float:
        return _FLAT_AXIS if self._flat else _AXIS

    @property
    def _mark_rows(self) -> int:
        if not self._data.marks or self._flat:
            return 0
        return 2 if self.height() >= _ROOMY else 1

    # --- painting -----------------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - all of it is repainted, it is one picture
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint(painter)
        painter.end()

    def _paint(self, painter: QPainter) -> None:
        data = self._data
        plot, lanes = self._plots()
        painting.paint_bands(painter, plot, data.bands)
        self._paint_grid(painter, plot)
        painting.paint_course(painter, QRectF(plot.area.left(), 2, plot.area.width(), _STRIP), plot, data)
        painting.paint_pauses(painter, plot, data)
        for lane, under in lanes:
            painting.paint_lane(painter, under, lane, data)
            self._name_lane(painter, under, lane)
        if self._earlier:
            painting.paint_earlier(painter, plot, data.earlier, chart.SYSTOLIC)
            for lane, under in lanes:
                painting.paint_earlier(painter, under, data.earlier, lane.code)
        self._paint_baseline(painter, plot)
        painting.paint_pressure(painter, plot, data.points, marks=True, gaps=data.gaps)
        painting.paint_heart_rate(painter, plot, data.points, gaps=data.gaps)
        painting.paint_alerts(painter, plot, data.points, (chart.SYSTOLIC, chart.DIASTOLIC, chart.HEART_RATE))
        painting.paint_gaps(painter, plot, data.gaps)
        end = f"{'ended' if data.ended else 'ends'} {data.wall_text(data.end)}" if data.end is not None else ""
        painting.paint_end(painter, plot, data, end)
        below = lanes[-1][1].area.bottom() if lanes else plot.area.bottom()
        rows = [below + _MARK_ROW * (i + 0.6) for i in range(self._mark_rows)]
        painting.paint_marks(painter, plot, data.marks, rows)
        if data.now is not None:
            painting.paint_now(painter, plot, data.now, data.wall_text(data.now))
        self._paint_told(painter, plot, below)
        if not data.points:
            painter.setPen(QColor(theme.tokens().ink2))
            painter.setFont(theme.font(14))
            painter.drawText(plot.area, Qt.AlignmentFlag.AlignCenter, "No observations yet. The baseline comes first.")

    def _paint_told(self, painter: QPainter, plot: Plot, below: float) -> None:
        """The reading that is told, with a line through all its values; and the ring of the keyboard."""
        tokens = theme.tokens()
        point = self.reading
        if point is not None:
            painter.setPen(QPen(QColor(tokens.ink2), 1, Qt.PenStyle.DotLine))
            x = plot.x(point.minute)
            painter.drawLine(QPointF(x, plot.area.top()), QPointF(x, below))
            self._paint_reading(painter, plot, point)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.focus), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 1, -2, -1), 6, 6)

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
        bottom = float(self.height()) - self._axis
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
            if self._flat:
                return
        painter.setFont(theme.font(11))
        painter.setPen(QColor(theme.tokens().ink2))
        painter.drawText(QRectF(x - 34, clock_y, 68, 14), Qt.AlignmentFlag.AlignCenter, data.wall_text(minute))

    def _name_lane(self, painter: QPainter, plot: Plot, lane: chart.ChartLane) -> None:
        painter.setPen(QColor(theme.tokens().ink2))
        painter.setFont(theme.font(11))
        box = QRectF(0, plot.area.top(), plot.area.left() - 8, plot.area.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, lane.label)

    def _paint_baseline(self, painter: QPainter, plot: Plot) -> None:
        if self._data.baseline is None:
            return
        painter.setPen(QPen(QColor(theme.tokens().ink2), 1, Qt.PenStyle.DotLine))
        for value in self._data.baseline:
            painter.drawLine(QPointF(plot.area.left(), plot.y(value)), QPointF(plot.area.right(), plot.y(value)))

    def _paint_reading(self, painter: QPainter, plot: Plot, point: ChartPoint) -> None:
        tokens = theme.tokens()
        head = self._data.wall_text(point.minute)
        if self._data.started:
            head += f"  {point.minute:+.0f} min"
        lines = reading_text(point).split(" · ")
        font, bold = theme.font(12), theme.font(12, bold=True)
        widths = [QFontMetricsF(font).horizontalAdvance(line) for line in lines]
        width = max([QFontMetricsF(bold).horizontalAdvance(head), *widths]) + 20
        high = 12 + 17 * (len(lines) + 1)
        x = plot.x(point.minute)
        left = x + 12 if x + 12 + width < plot.area.right() else x - 12 - width
        top = min(plot.area.top() + 8, float(self.height()) - high - 2)
        box = QRectF(max(2.0, left), max(2.0, top), width, high)
        painter.setPen(QPen(QColor(tokens.line_strong), 1))
        painter.setBrush(QColor(tokens.surface))
        painter.drawRoundedRect(box, 8, 8)
        painter.setPen(QColor(tokens.ink))
        for number, line in enumerate((head, *lines)):
            painter.setFont(font if number else bold)
            row = QRectF(box.left() + 10, box.top() + 6 + 17 * number, width - 12, 17)
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter, line)


def values_text(data: ChartData) -> str:
    """Every reading in words, a line each, the last first: what a screen reader says of the chart."""
    if not data.points:
        return "no observations"
    told = [f"{data.wall_text(p.minute)}: {reading_text(p)}" for p in reversed(data.points)]
    missed = [f"{data.wall_text(gap)}: check not made" for gap in data.gaps]
    return "\n".join([f"{len(data.points)} readings, the last at {told[0]}", *told[1:], *missed])


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
    painting.paint_pressure(painter, plot, data.points, marks=False, gaps=data.gaps)
    painting.paint_heart_rate(painter, plot, data.points, dots=2.2, gaps=data.gaps)
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
        text = ("start" if minute == 0 else f"{minute:+d}") if data.started else data.wall_text(minute)
        painter.drawText(
            QRectF(plot.x(minute) - 30, plot.area.bottom() + 3, 60, 14), Qt.AlignmentFlag.AlignCenter, text
        )
