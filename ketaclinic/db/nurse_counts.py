"""Counts nurses at every five minutes over raw columns: the doctor's own sum, apart from the rule it checks."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Connection, Row, text

from ketaclinic.domain.claims import from_wall_minutes

_VISITS = text("""
    SELECT location_id, starts_at, prep + infusion + recovery AS visit, setup_from, setup_minutes, ratio
    FROM appointments WHERE starts_at >= :since AND status NOT IN
        ('no_show', 'cancelled_by_patient', 'cancelled_by_clinic', 'cancelled_late', 'rescheduled',
         'proposed', 'lapsed')
""")
_SHIFTS = text("""
    SELECT shifts.location_id, shifts.user_id, shifts.starts_at, shifts.ends_at
    FROM shifts JOIN users ON users.id = shifts.user_id
    WHERE users.role = 'nurse' AND shifts.ends_at > :since
""")
_USUAL = text("SELECT id, usual_nurses FROM locations")
_DAY = 24 * 60
_STEP = 5

Minute = tuple[int, int]
"""(location id, minutes since 1970)."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """A day and time of day at which a location's visits need more nurses than are on duty."""

    location_id: int
    day: str
    time: str


def shortages(connection: Connection, since: int) -> Iterator[Shortage]:
    """The first shortage of each location and day from `since` (minutes since 1970) on, in order."""
    in_setup: Counter[Minute] = Counter()
    shared: dict[Minute, Fraction] = {}
    for visit in connection.execute(_VISITS, {"since": since}):
        _count(visit, in_setup, shared)
    nurses = _Nurses(connection, since)
    told: set[tuple[int, int]] = set()
    for location, minute in sorted({*in_setup, *shared}):
        day = minute // _DAY
        needed = in_setup[location, minute] + shared.get((location, minute), Fraction(0))
        if (location, day) not in told and needed > nurses.on_duty(location, minute):
            told.add((location, day))
            yield Shortage(location, *_written(minute))


def _count(visit: Row[tuple[int, ...]], in_setup: Counter[Minute], shared: dict[Minute, Fraction]) -> None:
    """A nurse alone during set-up; from then to the end of recovery its part of a shared one."""
    begins = visit.starts_at + visit.setup_from
    alone_until = begins + visit.setup_minutes
    first = begins + -begins % _STEP
    for minute in range(first, visit.starts_at + visit.visit, _STEP):
        place = (visit.location_id, minute)
        if minute < alone_until:
            in_setup[place] += 1
        else:
            shared[place] = shared.get(place, Fraction(0)) + Fraction(1, visit.ratio)


class _Nurses:
    """Who is on duty: the shifts entered for a day, or the usual number where none is."""

    def __init__(self, connection: Connection, since: int) -> None:
        self._usual = {row.id: _numbers(row.usual_nurses) for row in connection.execute(_USUAL)}
        self._shifts: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
        for shift in connection.execute(_SHIFTS, {"since": since}):
            for day in range(shift.starts_at // _DAY, (shift.ends_at - 1) // _DAY + 1):
                entered = self._shifts.setdefault((shift.location_id, day), [])
                entered.append((shift.user_id, shift.starts_at, shift.ends_at))

    def on_duty(self, location: int, minute: int) -> int:
        entered = self._shifts.get((location, minute // _DAY))
        if entered is None:
            weekday = (minute // _DAY + 3) % 7  # the first of January 1970 was a Thursday
            return self._usual[location][weekday]
        return len({user for user, starts, ends in entered if starts <= minute < ends})


def _numbers(column: str | list[int]) -> list[int]:
    """The JSON column, which one engine hands over as text."""
    found: list[int] = json.loads(column) if isinstance(column, str) else column
    return found


def _written(minute: int) -> tuple[str, str]:
    at = from_wall_minutes(minute)
    return at.date().isoformat(), f"{at:%H:%M}"
