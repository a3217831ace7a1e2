"""Weeks and months at a glance: what is booked, what is still free, where there are too few nurses.

Times are minutes of the day on the wall of the location.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.resources import Chair, Location

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Bar:
    """A visit as a bar of its chair's strip, prep to turnover; `label` is "4 of 6" or "M 3"."""

    appointment_id: int
    starts: int
    ends: int
    status: Status
    name: str
    label: str
    patient_id: int = 0


@dataclass(frozen=True, slots=True)
class Shut:
    """Part of a day that is closed: at one chair, or everywhere when `chair_id` is None."""

    chair_id: int | None
    starts: int
    ends: int
    reason: str


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of one day.

    Attributes:
        open_minutes: opening hours of all chairs together, less closures.
        held_minutes: of these, held by visits.
        free_starts: how many more visits of the standard kind would fit, from now on; booked one after the other, each
            of them keeps every rule of chairs, hours and nurses.
        short: stretches in which the visits need more nurses than are there.
    """

    open_minutes: int = 0
    held_minutes: int = 0
    free_starts: int = 0
    short: tuple[Span, ...] = ()

    @property
    def free_minutes(self) -> int:
        """Open time of the chairs that nobody holds."""
        return max(self.open_minutes - self.held_minutes, 0)

    @property
    def use(self) -> float:
        """The part of the open time that is held, 0 to 1."""
        return min(self.held_minutes / self.open_minutes, 1.0) if self.open_minutes else 0.0

    @property
    def overloaded(self) -> bool:
        """Whether there are too few nurses at any minute."""
        return bool(self.short)


@dataclass(frozen=True, slots=True)
class Standard:
    """The visit that free capacity is counted in: the length most protocols of the clinic have."""

    protocol_id: str
    short_name: str
    minutes: int


@dataclass(frozen=True, slots=True)
class WeekDay:
    """One day of a week.

    Attributes:
        chairs: each chair in use with its bars, in order; cancelled visits have none.
        visits: how many hold a chair.
        room: what is left.
        past: whether the day is over, so that nothing can be booked on it.
    """

    day: date
    hours: tuple[Span, ...]
    closures: tuple[Shut, ...]
    chairs: tuple[tuple[Chair, tuple[Bar, ...]], ...]
    visits: int
    room: Room
    past: bool = False

    @property
    def open_minutes(self) -> int:
        """Opening hours of all chairs together, less closures."""
        return self.room.open_minutes

    @property
    def held_minutes(self) -> int:
        """Of these, held by visits."""
        return self.room.held_minutes

    @property
    def free_minutes(self) -> int:
        """Of these, held by nobody."""
        return self.room.free_minutes

    @property
    def free_starts(self) -> int:
        """How many more standard visits would fit."""
        return self.room.free_starts

    @property
    def overloaded(self) -> bool:
        """Whether there are too few nurses at any minute."""
        return self.room.overloaded

    @property
    def bars(self) -> tuple[Bar, ...]:
        """Every visit of the day by time, then in the order of the chairs."""
        return tuple(sorted((bar for _, bars in self.chairs for bar in bars), key=lambda bar: bar.starts))


@dataclass(frozen=True, slots=True)
class WeekView:
    """Seven days of a location, from a Monday."""

    location: Location
    standard: Standard | None
    days: tuple[WeekDay, ...]

    @property
    def monday(self) -> date:
        """The first day."""
        return self.days[0].day

    @property
    def shown(self) -> tuple[WeekDay, ...]:
        """The days worth a column: those of the opening hours, and any other with visits; all where there are none."""
        found = tuple(day for day in self.days if day.hours or day.visits)
        return found or self.days


@dataclass(frozen=True, slots=True)
class MonthDay:
    """One day of a month.

    Attributes:
        use: part of the chairs' open time that is held, 0 to 1.
        free_starts: how many more standard visits would fit; None where the day has passed or the clinic is not open.
        closures: reasons of the closures of the whole location; those of a chair begin with its name.
        open: whether any time of it is open: not, when it is no weekday of the clinic's or closed all day.
        short: stretches in which there are too few nurses.
        holiday: name of the public holiday, whether the clinic closes or not; may be empty.
    """

    day: date
    visits: int
    use: float
    free_starts: int | None
    closures: tuple[str, ...]
    open: bool
    short: tuple[Span, ...] = ()
    holiday: str = ""

    @property
    def overloaded(self) -> bool:
        """Whether there are too few nurses at any minute."""
        return bool(self.short)


@dataclass(frozen=True, slots=True)
class MonthView:
    """The weeks of a month, from the Monday on or before its first day to the Sunday on or after its last."""

    location: Location
    standard: Standard | None
    first: date
    days: tuple[MonthDay, ...]

    @property
    def in_month(self) -> tuple[MonthDay, ...]:
        """The days of the month itself."""
        return tuple(day for day in self.days if day.day.month == self.first.month)


def monday_of(day: date) -> date:
    """The Monday on or before a day."""
    return day - timedelta(days=day.weekday())


def weeks_of_month(first: date) -> tuple[date, int]:
    """The Monday a month's calendar begins with, and how many days it shows."""
    begin = monday_of(first)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return begin, (monday_of(last) - begin).days + 7
