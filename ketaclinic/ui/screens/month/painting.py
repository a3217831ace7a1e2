"""How a day of the month is drawn: its number, its visits, how full its chairs are, and what is particular about it."""

from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from ketaclinic.domain.overview import MonthDay
from ketaclinic.ui import text, theme
from ketaclinic.ui.painting import elided, paint_hatch
from ketaclinic.ui.palette import mix, readable

_PADDING = 10
_LINE = 17
_LEAST_HEAT, _MOST_HEAT = 0.03, 0.30
"""Share of the accent in the ground of an empty and of a full day."""


def paint_cell(painter: QPainter, cell: QRect, day: MonthDay, *, other_month: bool, today: bool) -> None:
    """One day; `other_month`: it belongs to the month before or after, and is quieter."""
    tokens = theme.tokens()
    inner = cell.adjusted(1, 1, 0, 0)
    painter.fillRect(inner, theme.color(_ground(day, other_month=other_month)))
    if not day.open:
        paint_hatch(painter, inner, theme.color(mix(tokens.ink, tokens.surface, 0.055)), step=9, thickness=2.0)
    _paint_number(painter, cell, day, today=today, other_month=other_month)
    _paint_lines(painter, cell, day, other_month=other_month)
    if day.open:
        _paint_use(painter, cell, day, faint=other_month)


def _ground(day: MonthDay, *, other_month: bool) -> str:
    tokens = theme.tokens()
    if not day.open:
        return tokens.surface2
    heat = (_LEAST_HEAT + (_MOST_HEAT - _LEAST_HEAT) * day.use) * (0.3 if other_month else 1.0)
    return mix(tokens.accent, tokens.surface, heat if day.visits else 0.0)


def _paint_number(painter: QPainter, cell: QRect, day: MonthDay, *, today: bool, other_month: bool) -> None:
    tokens = theme.tokens()
    number = text.day_month(day.day) if day.day.day == 1 else str(day.day.day)
    painter.setFont(theme.font(13, True))
    wide = QFontMetrics(painter.font()).horizontalAdvance(number)
    box = QRect(cell.left() + _PADDING, cell.top() + 7, wide + 2, 20)
    if today:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(tokens.accent))
        painter.drawRoundedRect(QRectF(box).adjusted(-6, 0, 6, 0), 10, 10)
    ink = tokens.on_accent if today else tokens.ink if day.open and not other_month else tokens.ink2
    painter.setPen(theme.color(ink))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, number)
    if day.visits:
        room = cell.width() - wide - 3 * _PADDING - 6
        painter.setFont(theme.font(12))
        short = _visits(day, room)
        painter.setPen(
            theme.color(_ink_on(tokens.ink2 if other_month else tokens.ink, _ground(day, other_month=other_month)))
        )
        right = QRect(cell.right() - _PADDING - room, box.top(), room, box.height())
        painter.drawText(right, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, short)


def _visits(day: MonthDay, room: int) -> str:
    """The longest of "15 visits · 76 %", "15 visits" and "15" that fits."""
    metrics, visits = QFontMetrics(theme.font(12)), text.count(day.visits, "visit")
    choices = (f"{visits} · {round(day.use * 100)} %" if day.open else visits, visits)
    return next((words for words in choices if metrics.horizontalAdvance(words) <= room), f"{day.visits:,}")


@lru_cache(maxsize=512)
def _ink_on(colour: str, ground: str) -> str:
    """The colour, readable on the warmth of a full day."""
    return readable(colour, ground)


def _paint_lines(painter: QPainter, cell: QRect, day: MonthDay, *, other_month: bool) -> None:
    """What is particular, the gravest first, as far as there is room above the bar of use."""
    top, room = cell.top() + 32, cell.width() - 2 * _PADDING
    ground = _ground(day, other_month=other_month)
    for words, colour, bold in lines_of(day):
        if top + _LINE > cell.bottom() - 10:
            return
        painter.setFont(theme.font(12, bold))
        painter.setPen(theme.color(_ink_on(colour, ground)))
        box = QRect(cell.left() + _PADDING, top, room, _LINE)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, elided(words, 12, bold, room))
        top += _LINE


def lines_of(day: MonthDay) -> list[tuple[str, str, bool]]:
    """The lines of a day with colour and weight: too few nurses, what is free, what is closed, the holiday."""
    tokens = theme.tokens()
    found: list[tuple[str, str, bool]] = []
    if day.short:
        at = day.short[0][0]
        found.append((f"! Too few nurses {at // 60:02}:{at % 60:02}", tokens.red, True))
    if day.free_starts is not None:
        free = f"Room for {day.free_starts}" if day.free_starts else "Full"
        found.append((free, tokens.accent_ink if day.free_starts else tokens.ink2, bool(day.free_starts)))
    found += [(reason, tokens.ink2, False) for reason in day.closures]
    if day.holiday and day.holiday not in day.closures:
        found.append((day.holiday, tokens.ink2, False))
    return found


def _paint_use(painter: QPainter, cell: QRect, day: MonthDay, *, faint: bool) -> None:
    tokens = theme.tokens()
    track = QRectF(cell.left() + _PADDING, cell.bottom() - 8, cell.width() - 2 * _PADDING, 4)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(mix(tokens.accent, tokens.surface, 0.18)))
    painter.drawRoundedRect(track, 2, 2)
    track.setWidth(track.width() * day.use)
    painter.setBrush(theme.color(tokens.accent_line if faint else tokens.accent))
    painter.drawRoundedRect(track, 2, 2)


def paint_focus(painter: QPainter, cell: QRect) -> None:
    """The frame around the day the keyboard is at."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color(theme.tokens().focus), 2))
    painter.drawRoundedRect(QRectF(cell).adjusted(3, 3, -2, -2), 6, 6)
