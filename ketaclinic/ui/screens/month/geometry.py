"""Where the days of a month lie in its picture."""

from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QPoint, QRect

HEAD = 26
"""Pixels of the weekdays' names."""


@dataclass(frozen=True, slots=True)
class MonthGeometry:
    """Seven columns and as many weeks as the month has, in a picture of a size."""

    width: int
    height: int
    begin: date
    days: int

    @property
    def weeks(self) -> int:
        """How many rows."""
        return max(self.days // 7, 1)

    def cell(self, index: int) -> QRect:
        """Where the day with this number lies."""
        week, weekday = divmod(index, 7)
        left, right = weekday * self.width // 7, (weekday + 1) * self.width // 7
        room = self.height - HEAD
        top, bottom = HEAD + week * room // self.weeks, HEAD + (week + 1) * room // self.weeks
        return QRect(left, top, right - left, bottom - top)

    def index_of(self, day: date) -> int | None:
        """The number of a day, None where it is not shown."""
        index = (day - self.begin).days
        return index if 0 <= index < self.days else None

    def day_at(self, at: QPoint) -> date | None:
        """The day at a point."""
        for index in range(self.days):
            if self.cell(index).contains(at):
                return self.begin + timedelta(days=index)
        return None
