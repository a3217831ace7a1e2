"""Where a chair and a minute lie on the board, as plain arithmetic: no widget, so that it can be tested by numbers."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from ketaclinic.domain.appointments import Appointment, Card
from ketaclinic.domain.resources import Closure, Hours

GRID = 15
"""Minutes between the starts that the board offers, until somebody zooms in."""
PAD = 10
"""Pixels above the first and below the last minute."""
LEAST_PER_MINUTE = 0.86
"""Pixels of a minute below which the day scrolls instead of shrinking."""
MOST_PER_MINUTE = 1.75
LEAST_COLUMN = 136
"""Pixels of a column below which the board scrolls sideways."""
GAP = 3
"""Pixels between a card and its column's line."""

_DEFAULT = (8 * 60, 18 * 60)


def minute_of(at: datetime, day: date) -> int:
    """Minutes from midnight of `day`; negative before it, above 1440 after it."""
    return int((at - datetime.combine(day, time())).total_seconds() // 60)


def at_minute(day: date, minute: int) -> datetime:
    """The wall-clock time of a minute of the day."""
    return datetime.combine(day, time()) + timedelta(minutes=minute)


def minutes_between(earlier: datetime, later: datetime) -> int:
    """Whole minutes from one time to another."""
    return int((later - earlier) / timedelta(minutes=1))


def clock(minute: int) -> str:
    """A minute of the day as the wall shows it, "09:05"."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def snapped(minute: float, step: int = GRID) -> int:
    """The nearest start of the grid."""
    return math.floor(minute / step + 0.5) * step


def next_on_grid(minute: int, steps: int, step: int = GRID) -> int:
    """So many steps of the grid further; a minute beside the grid first comes onto it."""
    if not steps:
        return minute
    if minute % step:
        minute, steps = (minute // step * step, steps) if steps > 0 else (-(-minute // step) * step, steps)
    return minute + steps * step


@dataclass(frozen=True, slots=True)
class Span:
    """The minutes of the day that the board shows, whole half hours."""

    first: int
    last: int

    @property
    def minutes(self) -> int:
        """How long it is."""
        return self.last - self.first


def span_of(day: date, hours: Iterable[Hours], appointments: Iterable[Appointment]) -> Span:
    """From the opening or the first visit to the closing or the last one, to whole half hours."""
    marks: list[int] = []
    for h in hours:
        marks += [h.opens.hour * 60 + h.opens.minute, h.closes.hour * 60 + h.closes.minute]
    for a in appointments:
        marks += [max(minute_of(a.starts_at, day), 0), min(minute_of(a.ends_at, day), 24 * 60)]
    first, last = (min(marks), max(marks)) if marks else _DEFAULT
    return Span(first // 30 * 30, -(-last // 30) * 30)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the board, in pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Geometry:
    """The board's measure: columns of equal width side by side, minutes downwards."""

    span: Span
    columns: int
    column_width: float
    per_minute: float

    @classmethod
    def fitted(cls, span: Span, columns: int, width: int, height: int, step: int = GRID) -> "Geometry":
        """Fills the view where the day fits into it, and scrolls where it does not.

        A smaller step draws the same day larger, so that a step stays as high as it was.
        """
        wanted = (height - 2 * PAD) / max(span.minutes, 1)
        per_minute = min(max(wanted, LEAST_PER_MINUTE), MOST_PER_MINUTE) * GRID / step
        return cls(span, columns, max(width / max(columns, 1), LEAST_COLUMN), per_minute)

    @property
    def width(self) -> int:
        """Pixels of all columns."""
        return round(self.column_width * self.columns)

    @property
    def height(self) -> int:
        """Pixels of the whole day with its margins."""
        return round(self.span.minutes * self.per_minute) + 2 * PAD

    def y(self, minute: float) -> int:
        """The pixel line of a minute of the day."""
        return PAD + round((minute - self.span.first) * self.per_minute)

    def minute(self, y: float) -> float:
        """The minute of the day at a pixel line."""
        return self.span.first + (y - PAD) / self.per_minute

    def x(self, column: int) -> int:
        """The left edge of a column."""
        return round(column * self.column_width)

    def column(self, x: float) -> int:
        """The column at a pixel, held inside the board."""
        return min(max(int(x // self.column_width), 0), max(self.columns - 1, 0))

    def box(self, column: int, begins: float, ends: float, lane: int = 0, lanes: int = 1) -> Box:
        """The rectangle of a visit, beside others where several lie side by side in one column."""
        left, right = self.x(column) + GAP, self.x(column + 1) - GAP
        wide = (right - left - (lanes - 1) * 2) / lanes
        x = left + round(lane * (wide + 2))
        top = self.y(begins) + 1
        return Box(x, top, max(round(wide), 8), max(self.y(ends) - 1 - top, 6))


def lanes(appointments: Sequence[Appointment]) -> dict[int, tuple[int, int]]:
    """Lane and number of lanes for each visit of one chair, by id: those that overlap in time lie side by side."""
    placed: dict[int, tuple[int, int]] = {}
    for group in _overlapping(appointments):
        lane_ends: list[datetime] = []
        lane_of: dict[int, int] = {}
        for a in group:
            lane = next((i for i, ends in enumerate(lane_ends) if ends <= a.starts_at), len(lane_ends))
            lane_ends[lane : lane + 1] = [a.ends_at]
            lane_of[a.id] = lane
        placed.update({id_: (lane, len(lane_ends)) for id_, lane in lane_of.items()})
    return placed


def _overlapping(appointments: Sequence[Appointment]) -> list[list[Appointment]]:
    groups: list[list[Appointment]] = []
    ends: datetime | None = None
    for a in sorted(appointments, key=lambda a: (a.starts_at, a.id)):
        if ends is None or a.starts_at >= ends:
            groups.append([])
            ends = a.ends_at
        groups[-1].append(a)
        ends = max(ends, a.ends_at)
    return groups


@dataclass(frozen=True, slots=True)
class Shut:
    """Minutes in which nothing may be booked at one column, and why."""

    column: int
    begins: int
    ends: int
    reason: str
    closure_id: int | None = None


def shut_times(
    day: date, span: Span, hours: Sequence[Hours], closures: Iterable[Closure], chair_ids: Sequence[int]
) -> tuple[Shut, ...]:
    """Everything hatched: before opening, between opening hours, after closing, and the closures."""
    found: list[Shut] = []
    edge = span.first
    gaps: list[tuple[int, int]] = []
    for h in sorted(hours, key=lambda h: h.opens):
        opens, closes = h.opens.hour * 60 + h.opens.minute, h.closes.hour * 60 + h.closes.minute
        if opens > edge:
            gaps.append((edge, opens))
        edge = max(edge, closes)
    if edge < span.last:
        gaps.append((edge, span.last))
    for column, chair_id in enumerate(chair_ids):
        found += [Shut(column, begins, ends, "") for begins, ends in gaps]
        for c in closures:
            if c.chair_id not in {None, chair_id}:
                continue
            begins = max(minute_of(c.starts_at, day), span.first)
            ends = min(minute_of(c.ends_at, day), span.last)
            if begins < ends:
                found.append(Shut(column, begins, ends, c.reason, c.id))
    return tuple(found)


def neighbour(cards: Sequence[Card], chair_order: Sequence[int], current_id: int, dx: int, dy: int) -> int | None:
    """The visit an arrow key leads to: up and down in time, sideways to the nearest time at another chair."""
    by_id = {c.appointment.id: c.appointment for c in cards}
    here = by_id.get(current_id)
    if here is None or here.chair_id not in chair_order:
        return None
    if dy:
        column = sorted((a for a in by_id.values() if a.chair_id == here.chair_id), key=lambda a: (a.starts_at, a.id))
        index = column.index(here) + dy
        return column[index].id if 0 <= index < len(column) else None
    position = chair_order.index(here.chair_id) + dx
    while 0 <= position < len(chair_order):
        there = [a for a in by_id.values() if a.chair_id == chair_order[position]]
        if there:
            return min(there, key=lambda a: (abs(a.starts_at - here.starts_at), a.starts_at)).id
        position += dx
    return None
