"""How a day's column of the week is drawn: its head, its chairs' strips, and the visits as bars in status colours."""

from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.overview import Bar, WeekDay
from ketaclinic.ui import text, theme
from ketaclinic.ui.painting import elided, paint_hatch
from ketaclinic.ui.palette import mix
from ketaclinic.ui.screens.week.geometry import AXIS, HEAD, WeekGeometry

_WITH_WORDS = 46
"""Pixels of a strip from which names are written into the bars."""
_WITH_GLYPH = 13
_LINE = 15
_EVERY = 5


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked besides the visits.

    Attributes:
        today: index of today's column, -1 when it is not shown.
        now: minute of the day, for the line in today's column.
        cursor: index of the day the keyboard is at, -1 without the keyboard.
        bar: the visit the keyboard is at; 0 for the day itself.
    """

    today: int = -1
    now: int = 0
    cursor: int = -1
    bar: int = 0


def paint_axis(painter: QPainter, measure: WeekGeometry) -> None:
    """The hours at the left, and their lines across the week."""
    tokens = theme.tokens()
    painter.setFont(theme.font(11))
    for minute in range(measure.first, measure.last + 1, 60):
        y = measure.y(minute)
        painter.setPen(theme.color(tokens.line))
        painter.drawLine(AXIS - 4, y, measure.width, y)
        if minute < measure.last:
            painter.setPen(theme.color(tokens.ink2))
            painter.drawText(
                QRect(0, y - 8, AXIS - 10, 16),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                _clock(minute),
            )


def paint_day(painter: QPainter, measure: WeekGeometry, index: int, marks: Marks) -> None:
    """One day's column, from its head to its last minute."""
    tokens, day = theme.tokens(), measure.days[index]
    column = measure.column(index)
    painter.setPen(theme.color(tokens.line))
    painter.drawLine(column.left(), 0, column.left(), column.bottom())
    _paint_head(painter, measure, index, marks)
    _paint_ground(painter, measure, index, day)
    for place, (_, bars) in enumerate(day.chairs):
        wide = measure.strip(index, place).width()
        for bar in bars:
            _paint_bar(painter, measure.bar(index, place, bar), bar, wide)
    _paint_short(painter, measure, column, day)
    if index == marks.today and measure.first <= marks.now <= measure.last:
        y = measure.y(marks.now)
        painter.fillRect(QRect(column.left() + 1, y, column.width() - 1, 1), theme.color(tokens.now))
    if index == marks.cursor:
        _paint_cursor(painter, measure, index, marks.bar)


def _paint_head(painter: QPainter, measure: WeekGeometry, index: int, marks: Marks) -> None:
    tokens, day, head = theme.tokens(), measure.days[index], measure.head(index)
    left, room = head.left() + 12, head.width() - 24
    name = text.weekday_day(day.day)
    bold = theme.font(13, True)
    painter.setFont(bold)
    ink = tokens.ink3 if day.past else tokens.ink
    if index == marks.today:
        wide = QFontMetrics(bold).horizontalAdvance(name) + 14
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(tokens.accent))
        painter.drawRoundedRect(QRectF(left - 7, 7, min(wide, head.width() - 10), 21), 10, 10)
        ink = tokens.on_accent
    painter.setPen(theme.color(ink))
    painter.drawText(QRect(left, 8, room, 19), Qt.AlignmentFlag.AlignVCenter, elided(name, 13, True, room))
    painter.setFont(theme.font(12))
    painter.setPen(theme.color(tokens.ink2))
    painter.drawText(QRect(left, 30, room, 16), Qt.AlignmentFlag.AlignVCenter, elided(_visits(day), 12, False, room))
    words, colour = _room_words(day)
    painter.setFont(theme.font(12, True))
    painter.setPen(theme.color(colour))
    painter.drawText(QRect(left, 47, room, 16), Qt.AlignmentFlag.AlignVCenter, elided(words, 12, True, room))
    if day.open_minutes:
        track = QRectF(left, HEAD - 8, room, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(mix(tokens.accent, tokens.surface, 0.16)))
        painter.drawRoundedRect(track, 2, 2)
        track.setWidth(room * day.room.use)
        painter.setBrush(theme.color(tokens.accent))
        painter.drawRoundedRect(track, 2, 2)


def _visits(day: WeekDay) -> str:
    if not day.open_minutes:
        return text.count(day.visits, "visit") if day.visits else ""
    return f"{text.count(day.visits, 'visit')} · {day.room.use:.0%}".replace("%", " %")


def _room_words(day: WeekDay) -> tuple[str, str]:
    """The third line of a head and its colour: too few nurses, room for so many, full, closed."""
    tokens = theme.tokens()
    if day.room.short:
        return f"! Too few nurses {_clock(day.room.short[0][0])}", tokens.red
    if not day.open_minutes:
        return "Closed", tokens.ink3
    if day.past:
        return "", tokens.ink3
    return (f"Room for {day.free_starts}", tokens.accent_ink) if day.free_starts else ("Full", tokens.ink2)


def _paint_ground(painter: QPainter, measure: WeekGeometry, index: int, day: WeekDay) -> None:
    """Each chair's strip where it is open, with the chair's name above; hatched where it is closed."""
    tokens = theme.tokens()
    ground = theme.color(mix(tokens.ink, tokens.surface, 0.035))
    for place in range(len(day.chairs)):
        strip = measure.strip(index, place)
        for opens, closes in day.hours:
            y = measure.y(opens)
            painter.fillRect(QRect(strip.left(), y, strip.width(), measure.y(closes) - y), ground)
    _paint_names(painter, measure, index, day)
    for shut in day.closures:
        _paint_shut(painter, measure, index, day, shut.chair_id, shut.starts, shut.ends, shut.reason)


def _paint_names(painter: QPainter, measure: WeekGeometry, index: int, day: WeekDay) -> None:
    """The chairs' names above their strips; where they do not fit their numbers, of many narrow ones every fifth."""
    painter.setFont(theme.font(11))
    painter.setPen(theme.color(theme.tokens().ink2))
    marks = [chair_mark(chair.name, measure.strip(index, place).width()) for place, (chair, _) in enumerate(day.chairs)]
    crowded = not all(marks)
    for place, (chair, _) in enumerate(day.chairs):
        words, spill = marks[place], 2
        if crowded:
            fifth = place == 0 or (place + 1) % _EVERY == 0
            words, spill = (chair_number(chair.name) if fifth else ""), 12
        if words:
            strip = measure.strip(index, place)
            box = QRect(strip.left() - spill, HEAD, strip.width() + 2 * spill, measure.top - HEAD)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def _paint_shut(
    painter: QPainter,
    measure: WeekGeometry,
    index: int,
    day: WeekDay,
    chair_id: int | None,
    starts: int,
    ends: int,
    reason: str,
) -> None:
    tokens = theme.tokens()
    strips = [measure.strip(index, i) for i, (c, _) in enumerate(day.chairs) if chair_id is None or c.id == chair_id]
    if not strips:
        return
    y = measure.y(starts)
    rect = QRect(strips[0].left(), y, strips[-1].right() - strips[0].left() + 1, measure.y(ends) - y)
    painter.fillRect(rect, theme.color(mix(tokens.ink, tokens.surface, 0.06)))
    paint_hatch(painter, rect, theme.color(mix(tokens.ink, tokens.surface, 0.12)), step=7, thickness=2.0)
    if rect.width() >= _WITH_WORDS and rect.height() >= 2 * _LINE:
        painter.setFont(theme.font(11))
        words = elided(reason, 11, False, rect.width() - 12)
        box = QRectF(rect.left() + 3, rect.top() + 4, QFontMetrics(painter.font()).horizontalAdvance(words) + 6, _LINE)
        painter.fillRect(box, theme.color(tokens.surface))
        painter.setPen(theme.color(tokens.ink2))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


def _paint_bar(painter: QPainter, rect: QRect, bar: Bar, wide: int) -> None:
    look = theme.status(bar.status)
    fill = theme.color(look.fill)
    if bar.status in {Status.NO_SHOW, Status.HELD}:
        style = Qt.PenStyle.DashLine if bar.status is Status.HELD else Qt.PenStyle.SolidLine
        painter.fillRect(rect, theme.color(look.tint))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(fill, 1, style))
        painter.drawRect(rect.adjusted(0, 0, -1, -1))
    elif wide < _WITH_GLYPH:
        painter.fillRect(rect, fill)
        return
    else:
        painter.fillRect(rect, theme.color(look.strong_tint))
        painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), fill)
    if rect.height() < _LINE or wide < _WITH_GLYPH:
        return
    painter.setPen(theme.color(look.color))
    painter.setFont(theme.font(11))
    if wide < _WITH_WORDS:
        painter.drawText(
            QRect(rect.left() + 2, rect.top(), rect.width() - 2, _LINE), Qt.AlignmentFlag.AlignCenter, look.glyph
        )
        return
    room = rect.width() - 9
    painter.drawText(QPointF(rect.left() + 7, rect.top() + 12), elided(bar.name.partition(",")[0], 11, False, room))
    if rect.height() >= 2 * _LINE:
        painter.drawText(QPointF(rect.left() + 7, rect.top() + 26), _label(look.glyph, bar.label, room))


@lru_cache(maxsize=2048)
def _label(glyph: str, label: str, room: int) -> str:
    """Sign and place in the course: "○ 4 of 6", or "○ 4/6" where there is little room."""
    words = f"{glyph} {label}"
    fits = QFontMetrics(theme.font(11)).horizontalAdvance(words) <= room
    return words if fits else elided(words.replace(" of ", "/"), 11, False, room)


def _paint_short(painter: QPainter, measure: WeekGeometry, column: QRect, day: WeekDay) -> None:
    for starts, ends in day.room.short:
        y = measure.y(starts)
        high = max(measure.y(ends) - y, 4)
        painter.fillRect(QRect(column.left() + 2, y, 4, high), theme.color(theme.tokens().red_fill))


def _paint_cursor(painter: QPainter, measure: WeekGeometry, index: int, appointment_id: int) -> None:
    tokens, day = theme.tokens(), measure.days[index]
    rect = measure.head(index).adjusted(2, 2, -2, -2)
    for place, (_, bars) in enumerate(day.chairs):
        for bar in bars:
            if bar.appointment_id == appointment_id:
                rect = measure.bar(index, place, bar).adjusted(-2, -2, 2, 2)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.color(tokens.focus), 2))
    painter.drawRoundedRect(QRectF(rect), 6, 6)


@lru_cache(maxsize=512)
def chair_mark(name: str, room: int) -> str:
    """A chair's name where it fits; else its number, or nothing."""
    metrics = QFontMetrics(theme.font(11))
    fitting = (words for words in (name, chair_number(name)) if words and metrics.horizontalAdvance(words) <= room + 2)
    return next(fitting, "")


def chair_number(name: str) -> str:
    """The number a chair's name ends with; nothing where it ends with none."""
    last = name.rpartition(" ")[2]
    return last if last.isdigit() else ""


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
