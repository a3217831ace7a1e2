"""Where days, chairs and minutes lie in the picture of a week: plain arithmetic without a widget."""

import math
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QRect

from ketaclinic.domain.overview import Bar, WeekDay, WeekView

AXIS = 52
"""Pixels of the hours at the left."""
HEAD = 76
"""Pixels of a day's head: its name, its visits, its room."""
NAMES = 20
"""Pixels of the chairs' names beneath the head."""
_PADDING = 8
_FOOT = 8
_HOUR = 60
GRID = 15
"""Minutes a clicked start is rounded down to."""


@dataclass(frozen=True, slots=True)
class Free:
    """A free minute under the mouse, on the grid."""

    day: date
    chair_id: int
    minute: int


@dataclass(frozen=True, slots=True)
class WeekGeometry:
    """The measure of one week in a picture of a size."""

    width: int
    height: int
    days: tuple[WeekDay, ...]
    first: int
    last: int

    @property
    def top(self) -> int:
        """Where the first minute lies."""
        return HEAD + NAMES

    def y(self, minute: float) -> int:
        """Where a minute of the day lies, within the hours shown."""
        inside = min(max(minute, self.first), self.last)
        room = self.height - self.top - _FOOT
        return self.top + round((inside - self.first) * room / max(self.last - self.first, 1))

    def column(self, index: int) -> QRect:
        """The whole column of a day, its head included."""
        room = self.width - AXIS
        left = AXIS + index * room // len(self.days)
        right = AXIS + (index + 1) * room // len(self.days)
        return QRect(left, 0, right - left, self.height)

    def head(self, index: int) -> QRect:
        """The head of a day's column."""
        column = self.column(index)
        return QRect(column.left(), 0, column.width(), HEAD)

    def strip(self, index: int, chair: int) -> QRect:
        """The strip of a chair in a day's column, over the hours shown; `chair` is its place in the day."""
        column = self.column(index)
        count = max(len(self.days[index].chairs), 1)
        room = column.width() - 2 * _PADDING
        left = column.left() + _PADDING + chair * room // count
        right = column.left() + _PADDING + (chair + 1) * room // count
        gap = 2 if room // count >= 8 else 1
        return QRect(left, self.top, max(right - left - gap, 1), self.y(self.last) - self.top)

    def bar(self, index: int, chair: int, bar: Bar) -> QRect:
        """Where a visit lies."""
        strip = self.strip(index, chair)
        begins = self.y(bar.starts)
        return QRect(strip.left(), begins, strip.width(), max(self.y(bar.ends) - begins - 1, 2))

    def index_at(self, x: int) -> int | None:
        """The day at an abscissa."""
        if not AXIS <= x < self.width or not self.days:
            return None
        guess = min((x - AXIS) * len(self.days) // max(self.width - AXIS, 1), len(self.days) - 1)
        return next(i for i in (guess, guess + 1, guess - 1) if self.column(i).left() <= x <= self.column(i).right())

    def bar_at(self, x: int, y: int) -> tuple[int, Bar] | None:
        """The day and the visit at a point."""
        index = self.index_at(x)
        if index is None:
            return None
        for place, (_, bars) in enumerate(self.days[index].chairs):
            strip = self.strip(index, place)
            if strip.left() <= x <= strip.right():
                return next(
                    ((index, bar) for bar in reversed(bars) if self.bar(index, place, bar).contains(x, y)), None
                )
        return None

    def free_at(self, x: int, y: int) -> Free | None:
        """The free start at a point: open, not closed, nobody there; None elsewhere and on days that have passed."""
        index = self.index_at(x)
        if index is None or not self.top <= y < self.y(self.last):
            return None
        day = self.days[index]
        if day.past:
            return None
        exact = self.first + (y - self.top) * (self.last - self.first) / max(self.y(self.last) - self.top, 1)
        minute = int(exact) // GRID * GRID
        for place, (chair, bars) in enumerate(day.chairs):
            strip = self.strip(index, place)
            if not strip.left() <= x <= strip.right():
                continue
            is_open = any(opens <= minute < closes for opens, closes in day.hours)
            shut = any(s.starts <= exact < s.ends and s.chair_id in {None, chair.id} for s in day.closures)
            busy = any(bar.starts <= exact < bar.ends for bar in bars)
            return None if shut or busy or not is_open else Free(day.day, chair.id, minute)
        return None


def geometry(view: WeekView, width: int, height: int) -> WeekGeometry:
    """The measure of a week: whole hours around all opening hours and visits."""
    days = view.shown
    spans = [span for day in days for span in day.hours]
    spans += [(bar.starts, bar.ends) for day in days for _, bars in day.chairs for bar in bars]
    first = min((starts for starts, _ in spans), default=8 * _HOUR) // _HOUR * _HOUR
    last = math.ceil(max((ends for _, ends in spans), default=18 * _HOUR) / _HOUR) * _HOUR
    return WeekGeometry(width, height, days, first, min(last, 24 * _HOUR))
