"""Locations, chairs, shifts and closures: what a visit needs besides the patient."""

from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True)
class Hours:
    """The opening hours of one weekday (0 is Monday), as wall-clock times."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Location:
    """A site of the clinic; every appointment is wall-clock time in its `zone` (an IANA name)."""

    id: int
    name: str
    zone: str
    address: str = ""
    phone: str = ""
    hours: tuple[Hours, ...] = ()
    usual_nurses: tuple[int, ...] = (0, 0, 0, 0, 0, 0, 0)  # by weekday, where no shifts are entered
    version: int = 1
    country: str = ""  # ISO 3166-1, for the public holidays offered
    subdivision: str = ""  # its state or region, ISO 3166-2 without the country

    def open_on(self, day: date) -> tuple[Hours, ...]:
        """The stretches of opening hours of that day's weekday, in order."""
        return tuple(h for h in self.hours if h.weekday == day.weekday())


@dataclass(frozen=True, slots=True)
class Clinic:
    """Name and contacts as they stand on letterheads."""

    name: str
    phone: str = ""
    after_hours_phone: str = ""
    address: str = ""
    email: str = ""
    website: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class Chair:
    """Where a patient is infused; a room counts as one."""

    id: int
    location_id: int
    name: str
    position: int = 0
    retired_on: date | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """A user on duty on one day, wall-clock from `starts_at` to `ends_at`, in place of the pattern.

    `breaks` are (starts, ends) in minutes of the day.
    """

    id: int
    user_id: int
    location_id: int
    starts_at: datetime
    ends_at: datetime
    breaks: tuple[tuple[int, int], ...] = ()
    version: int = 1


@dataclass(frozen=True, slots=True)
class ShiftPattern:
    """A user's usual shift on a weekday (0 is Monday), in minutes of the day, every so many weeks from `valid_from`."""

    id: int
    user_id: int
    location_id: int
    weekday: int
    starts: int
    ends: int
    valid_from: date
    breaks: tuple[tuple[int, int], ...] = ()
    every_weeks: int = 1
    valid_until: date | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Absence:
    """Hours a user is away in spite of pattern and shift, wall-clock."""

    id: int
    user_id: int
    starts_at: datetime
    ends_at: datetime
    reason: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class DutySpan:
    """A user really there, wall-clock: patterns and shifts less breaks and absences. Empty when starts is ends."""

    user_id: int
    name: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Closure:
    """Hours in which nothing may be booked: at one chair, or at the whole location when `chair_id` is None."""

    id: int
    location_id: int
    chair_id: int | None
    starts_at: datetime
    ends_at: datetime
    reason: str
