"""The chart of a session on paper, as lines and shapes: it prints in grey as it does in colour.

Pressure as a band with its two chevrons and the mean, heart rate as circles, and under them a lane for each other
value. What happened is numbered on the chart and told in words beneath it, so that no word is cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reportlab.lib.colors import Color, HexColor

from ketaclinic.documents.record_pages import PALE_AMBER, PALE_RED, RecordPages
from ketaclinic.domain.chart import (
    DIASTOLIC,
    HEART_RATE,
    MEAN,
    SYSTOLIC,
    ChartBand,
    ChartData,
    ChartLane,
    ChartMark,
    runs,
    tick_minutes,
)

_PRESSURE, _HEART, _OTHER = HexColor("#0B6E75"), HexColor("#4B2AA8"), HexColor("#1F4FA3")
_BAND = HexColor("#CFE5E6")
_MAIN, _LANE, _BETWEEN, _AXIS, _MARKS = 150.0, 25.0, 5.0, 26.0, 13.0
_LEFT = 44.0
_LOW, _HIGH = 40.0, 200.0


@dataclass(frozen=True, slots=True)
class _Plot:
    left: float
    bottom: float
    width: float
    height: float
    first: float
    last: float
    low: float
    high: float

    def x(self, minute: float) -> float:
        return self.left + (minute - self.first) / (self.last - self.first) * self.width

    def y(self, value: float) -> float:
        held = min(max(value, self.low), self.high)
        return self.bottom + (held - self.low) / (self.high - self.low) * self.height


def draw_chart(pages: RecordPages, data: ChartData) -> None:
    """Draws the chart at `pages.top`, with its legend and the numbered events under it."""
    lanes = [lane for lane in data.lanes if any(p.value(lane.code) is not None for p in data.points)]
    marks = sorted(data.marks, key=lambda m: m.minute)
    height = _MAIN + (_LANE + _BETWEEN) * len(lanes) + _AXIS + 14 + (_MARKS if marks else 0)
    pages.room(height)
    legend = pages.top - 10
    _legend(pages, legend)
    top = legend - 8
    values = [v for p in data.points for v in (p.systolic, p.diastolic, p.heart_rate) if v is not None]
    low = min(_LOW, *(v - 10 for v in values)) if values else _LOW
    high = max(_HIGH, *(v + 10 for v in values)) if values else _HIGH
    wide = pages.wide - _LEFT
    main = _Plot(pages.left + _LEFT, top - _MAIN, wide, _MAIN, data.first, data.last, low, high)
    bottom = main.bottom
    plots = []
    for lane in lanes:
        bottom -= _LANE + _BETWEEN
        plots.append((lane, _Plot(main.left, bottom, wide, _LANE, data.first, data.last, *_room(lane))))
    bottom -= _MARKS if marks else 0
    _ground(pages, main, data.bands)
    _grid(pages, main, data, bottom)
    for lane, plot in plots:
        _lane(pages, plot, lane, data)
    _course(pages, main, data, bottom)
    _pressure(pages, main, data)
    _heart(pages, main, data)
    _numbers(pages, main, marks, bottom + 4)
    pages.top = bottom - _AXIS
    _told(pages, data, marks)


def _room(lane: ChartLane) -> tuple[float, float]:
    """The scale of a lane with a little air, so that its ends can be told from its frame."""
    air = (lane.high - lane.low) * 0.08
    return lane.low - air, lane.high + air


def _legend(pages: RecordPages, y: float) -> None:
    canvas, x = pages.canvas, pages.left + _LEFT
    canvas.setLineWidth(1.1)
    canvas.setStrokeColor(_PRESSURE)
    _chevron(pages, x + 3, y + 4.5, 2.6, 1)
    _chevron(pages, x + 3, y + 1, 2.6, -1)
    x += 10 + pages.text(x + 10, y, "Systolic and diastolic, mmHg", size=7.5) + 12
    canvas.setStrokeColor(_PRESSURE)
    canvas.line(x, y + 2.5, x + 8, y + 2.5)
    x += 11 + pages.text(x + 11, y, "Mean", size=7.5) + 12
    _circle(pages, x + 3, y + 2.5)
    x += 9 + pages.text(x + 9, y, "Heart rate, /min", size=7.5) + 12
    _cross(pages, x + 3, y + 2.5)
    x += 9 + pages.text(x + 9, y, "Check not made", size=7.5) + 12
    canvas.setFillColor(PALE_AMBER)
    canvas.rect(x, y - 1, 10, 7, stroke=0, fill=1)
    canvas.setFillColor(PALE_RED)
    canvas.rect(x + 10, y - 1, 10, 7, stroke=0, fill=1)
    pages.text(x + 23, y, "Limits", size=7.5)


def _ground(pages: RecordPages, plot: _Plot, bands: Sequence[ChartBand]) -> None:
    """Shaded limits, each with its number, so that grey says as much."""
    for band in bands:
        low, high = plot.y(band.low), plot.y(min(band.high, plot.high))
        if high > low:
            pages.canvas.setFillColor(PALE_AMBER if band.tone == "amber" else PALE_RED)
            pages.canvas.rect(plot.left, low, plot.width, high - low, stroke=0, fill=1)


def _grid(pages: RecordPages, plot: _Plot, data: ChartData, bottom: float) -> None:
    canvas = pages.canvas
    for value in range(int(plot.low // 20 * 20), int(plot.high) + 1, 20):
        if value >= plot.low:
            pages.rule(plot.left, plot.y(value), plot.left + plot.width)
            pages.text(plot.left - 5, plot.y(value) - 2.5, str(value), size=7, color=pages.tones.second, right=True)
    for minute in tick_minutes(data, plot.width, 40):
        x = plot.x(minute)
        pages.upright(x, bottom, plot.bottom + plot.height)
        word = ("start" if minute == 0 else f"{minute:+d}") if data.started else ""
        pages.text(x, bottom - 9, word, size=7, bold=True, middle=True)
        pages.text(x, bottom - 18, data.wall_text(minute), size=7, color=pages.tones.second, middle=True)
    canvas.setStrokeColor(pages.tones.rule)
    canvas.rect(plot.left, plot.bottom, plot.width, plot.height)
    if data.baseline is not None:
        canvas.setDash(1, 2)
        canvas.setStrokeColor(pages.tones.ink)
        for pressure in data.baseline:
            canvas.line(plot.left, plot.y(pressure), plot.left + plot.width, plot.y(pressure))
        canvas.setDash()


def _course(pages: RecordPages, plot: _Plot, data: ChartData, bottom: float) -> None:
    """Start and end of the infusion as upright lines, pauses hatched, missed checks crossed."""
    canvas = pages.canvas
    ends = ((0.0, "start") if data.started else None, (data.end, "end") if data.end is not None else None)
    for end in ends:
        if end is not None and end[0] is not None:
            canvas.setStrokeColor(pages.tones.ink)
            canvas.setLineWidth(0.9)
            canvas.line(plot.x(end[0]), bottom, plot.x(end[0]), plot.bottom + plot.height)
    if data.started and data.end is not None:
        y = plot.bottom + plot.height - 8
        pages.text((plot.x(0) + plot.x(data.end)) / 2, y, "Infusion", size=7, color=pages.tones.second, middle=True)
        pages.text(
            (plot.x(data.end) + plot.left + plot.width) / 2,
            y,
            "Recovery",
            size=7,
            color=pages.tones.second,
            middle=True,
        )
    canvas.setLineWidth(0.5)
    canvas.setStrokeColor(pages.tones.second)
    for begun, ended in data.pauses:
        left, right = plot.x(begun), plot.x(ended if ended is not None else data.end or data.last)
        canvas.saveState()
        clip = canvas.beginPath()
        clip.rect(left, plot.bottom, right - left, plot.height)
        canvas.clipPath(clip, stroke=0)
        step = left - plot.height
        while step < right:
            canvas.line(step, plot.bottom, step + plot.height, plot.bottom + plot.height)
            step += 5
        canvas.restoreState()
    for gap in data.gaps:
        _cross(pages, plot.x(gap), plot.bottom + 6)


def _pressure(pages: RecordPages, plot: _Plot, data: ChartData) -> None:
    canvas = pages.canvas
    for run in runs(data.points, data.gaps, SYSTOLIC, DIASTOLIC):
        upper = [(plot.x(p.minute), plot.y(p.systolic or 0)) for p in run]
        lower = [(plot.x(p.minute), plot.y(p.diastolic or 0)) for p in run]
        path = canvas.beginPath()
        path.moveTo(*upper[0])
        for at in (*upper[1:], *reversed(lower)):
            path.lineTo(*at)
        path.close()
        canvas.setFillColor(_BAND)
        canvas.setFillAlpha(0.6)
        canvas.drawPath(path, stroke=0, fill=1)
        canvas.setFillAlpha(1)
        canvas.setStrokeColor(_PRESSURE)
        canvas.setLineWidth(0.6)
        for (x, high), (_, low) in zip(upper, lower, strict=True):
            canvas.line(x, low, x, high)
        canvas.setLineWidth(1.2)
        for (x, high), (_, low) in zip(upper, lower, strict=True):
            _chevron(pages, x, high, 2.8, 1)
            _chevron(pages, x, low, 2.8, -1)
    for run in runs(data.points, data.gaps, MEAN):
        _line(pages, [(plot.x(p.minute), plot.y(p.mean or 0)) for p in run], _PRESSURE, 0.9)


def _heart(pages: RecordPages, plot: _Plot, data: ChartData) -> None:
    for run in runs(data.points, data.gaps, HEART_RATE):
        line = [(plot.x(p.minute), plot.y(p.heart_rate or 0)) for p in run]
        _line(pages, line, _HEART, 0.9)
        for x, y in line:
            _circle(pages, x, y)


def _lane(pages: RecordPages, plot: _Plot, lane: ChartLane, data: ChartData) -> None:
    canvas = pages.canvas
    _ground(pages, plot, lane.bands)
    canvas.setStrokeColor(pages.tones.rule)
    canvas.setLineWidth(0.5)
    canvas.rect(plot.left, plot.bottom, plot.width, plot.height)
    middle = plot.bottom + plot.height / 2
    pages.text(plot.left - 20, middle - 2.5, lane.label, size=7, bold=True, right=True)
    for value, y in ((lane.high, plot.bottom + plot.height - 6), (lane.low, plot.bottom + 1)):
        pages.text(plot.left - 5, y, f"{value:.0f}", size=6.5, color=pages.tones.second, right=True)
    for run in runs(data.points, data.gaps, lane.code):
        line = [(plot.x(p.minute), plot.y(p.value(lane.code) or 0)) for p in run]
        _line(pages, line, _OTHER, 0.9)
        canvas.setFillColor(_OTHER)
        for x, y in line:
            canvas.rect(x - 1.5, y - 1.5, 3, 3, stroke=0, fill=1)


def _numbers(pages: RecordPages, plot: _Plot, marks: Sequence[ChartMark], y: float) -> None:
    """A triangle with its number for each event: filled for an adverse one."""
    canvas = pages.canvas
    free = float("-inf")
    for number, mark in enumerate(marks, start=1):
        x = plot.x(mark.minute)
        path = canvas.beginPath()
        path.moveTo(x - 2.8, y)
        path.lineTo(x, y + 5.2)
        path.lineTo(x + 2.8, y)
        path.close()
        canvas.setStrokeColor(pages.tones.ink)
        canvas.setLineWidth(0.8)
        canvas.setFillColor(pages.tones.ink if mark.adverse else HexColor("#FFFFFF"))
        canvas.drawPath(path, stroke=1, fill=1)
        at = max(x + 4, free)
        free = at + pages.text(at, y + 0.5, str(number), size=6.5, bold=True) + 2


def _told(pages: RecordPages, data: ChartData, marks: Sequence[ChartMark]) -> None:
    if marks:
        said = (
            f"{number}\u00a0 {data.wall_text(mark.minute)} {mark.text}" for number, mark in enumerate(marks, start=1)
        )
        pages.paragraph("   ".join(f"{words}." for words in said), size=7.5)
    if data.baseline is not None:
        high, low = data.baseline
        pages.paragraph(f"Dotted: baseline {high:.0f}/{low:.0f} mmHg.", size=7.5, quiet=True)


def _line(pages: RecordPages, points: Sequence[tuple[float, float]], colour: Color, width: float) -> None:
    canvas = pages.canvas
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(width)
    canvas.lines([(*a, *b) for a, b in pairwise(points)])


def _chevron(pages: RecordPages, x: float, y: float, reach: float, towards: int) -> None:
    rise = towards * reach * 1.4
    pages.canvas.lines([(x - reach, y + rise, x, y), (x, y, x + reach, y + rise)])


def _circle(pages: RecordPages, x: float, y: float) -> None:
    pages.canvas.setStrokeColor(_HEART)
    pages.canvas.setFillColor(HexColor("#FFFFFF"))
    pages.canvas.setLineWidth(0.9)
    pages.canvas.circle(x, y, 1.9, stroke=1, fill=1)


def _cross(pages: RecordPages, x: float, y: float) -> None:
    pages.canvas.setStrokeColor(pages.tones.ink)
    pages.canvas.setLineWidth(1.1)
    pages.canvas.lines([(x - 2.4, y - 2.4, x + 2.4, y + 2.4), (x - 2.4, y + 2.4, x + 2.4, y - 2.4)])
