"""Counts nurses at every five minutes over raw columns: the doctor's own sum, apart from the rule it checks."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, Row, text

from ketaclinic.domain.claims import from_wall_minutes

_VISITS = text("""
    SELECT location_id, starts_at, prep + infusion + recovery AS visit, setup_from, setup_minutes, ratio
    FROM appointments WHERE starts_at >= :since AND status NOT IN
        ('no_show', 'cancelled_by_patient', 'cancelled_by_clinic', 'cancelled_late', 'rescheduled',
         'proposed', 'lapsed')
""")
_SHIFTS = text("""
    SELECT shifts.location_id, shifts.user_id, shifts.starts_at, shifts.ends_at, shifts.breaks
    FROM shifts JOIN users ON users.id = shifts.user_id
    WHERE users.role = 'nurse' AND users.active AND shifts.ends_at > :since
""")
_PATTERNS = text("""
    SELECT shift_patterns.location_id, user_id, weekday, starts, ends, breaks, every_weeks, valid_from, valid_until
    FROM shift_patterns JOIN users ON users.id = shift_patterns.user_id
    WHERE users.role = 'nurse' AND users.active
""")
_ABSENCES = text("""
    SELECT absences.user_id, absences.starts_at, absences.ends_at
    FROM absences JOIN users ON users.id = absences.user_id
    WHERE users.role = 'nurse' AND users.active AND absences.ends_at > :since
""")
_USUAL = text("SELECT id, usual_nurses FROM locations")
_DAY = 24 * 60
_STEP = 5
_EPOCH = date(1970, 1, 1)

Minute = tuple[int, int]
"""(location id, minutes since 1970)."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """Five minutes of a day in which a location's visits need more nurses than are on duty."""

    location_id: int
    day: str
    time: str


def shortages(connection: Connection, since: int) -> Iterator[Shortage]:
    """Every shortage from `since` (minutes since 1970) on, by location and minute."""
    in_setup: Counter[Minute] = Counter()
    shared: dict[Minute, Fraction] = {}
    for visit in connection.execute(_VISITS, {"since": since}):
        _count(visit, in_setup, shared)
    nurses = _Nurses(connection, since)
    for location, minute in sorted({*in_setup, *shared}):
        needed = in_setup[location, minute] + shared.get((location, minute), Fraction(0))
        if needed > nurses.on_duty(location, minute):
            yield Shortage(location, *_written(minute))


def first_of_each_day(found: Iterable[Shortage]) -> tuple[Shortage, ...]:
    """The first shortage of each location and day, in order."""
    firsts: dict[tuple[int, str], Shortage] = {}
    for shortage in found:
        firsts.setdefault((shortage.location_id, shortage.day), shortage)
    return tuple(firsts.values())


def _count(visit: Row[Any], in_setup: Counter[Minute], shared: dict[Minute, Fraction]) -> None:
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


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A shift as entered: who, from when to when, and when the breaks are; all in minutes since 1970."""

    user: int
    starts: int
    ends: int
    breaks: tuple[tuple[int, int], ...]

    def holds(self, minute: int) -> bool:
        return self.starts <= minute < self.ends and not any(a <= minute < b for a, b in self.breaks)


class _Nurses:
    """Who is on duty: shifts of the day, else the usual ones, less breaks and absences; or else the usual number."""

    def __init__(self, connection: Connection, since: int) -> None:
        self._usual = {row.id: _read(row.usual_nurses) for row in connection.execute(_USUAL)}
        self._patterns = connection.execute(_PATTERNS).all()
        self._away = [tuple(row) for row in connection.execute(_ABSENCES, {"since": since})]
        self._shifts: dict[int, list[_Stretch]] = {}
        self._begun: set[tuple[int, int]] = set()
        for shift in connection.execute(_SHIFTS, {"since": since}):
            entered = _stretch(shift.user_id, shift.starts_at // _DAY, shift.starts_at, shift.ends_at, shift.breaks)
            self._shifts.setdefault(shift.location_id, []).append(entered)
            self._begun.add((shift.user_id, shift.starts_at // _DAY))
        self._days: dict[tuple[int, int], list[_Stretch]] = {}

    def on_duty(self, location: int, minute: int) -> int:
        day = minute // _DAY
        if (location, day) not in self._days:
            self._days[location, day] = self._entered(location, day)
        entered = self._days[location, day]
        if not entered:
            weekday = (day + 3) % 7  # the first of January 1970 was a Thursday
            named = {row.user_id for row in self._patterns if row.location_id == location}
            away = {who for who, a, b in self._away if a <= minute < b and (who, day) not in self._begun}
            gone = away - named
            return max(int(self._usual[location][weekday]) - len(gone), 0)
        there = {stretch.user for stretch in entered if stretch.holds(minute)}
        return sum(not any(who == user and a <= minute < b for who, a, b in self._away) for user in there)

    def _entered(self, location: int, day: int) -> list[_Stretch]:
        found = [s for s in self._shifts.get(location, ()) if s.starts < (day + 1) * _DAY and s.ends > day * _DAY]
        for row in self._patterns:
            if row.location_id == location and (row.user_id, day) not in self._begun and _applies(row, day):
                midnight = day * _DAY
                found.append(_stretch(row.user_id, day, midnight + row.starts, midnight + row.ends, row.breaks))
        return found


def _applies(pattern: Row[Any], day: int) -> bool:
    """Whether a usual shift is on a day: its weekday, between its dates, in a week that counts."""
    at = _EPOCH + timedelta(days=day)
    since, until = _date(pattern.valid_from), pattern.valid_until
    if at.weekday() != pattern.weekday or at < since or (until is not None and at > _date(until)):
        return False
    monday, first_monday = at - timedelta(days=at.weekday()), since - timedelta(days=since.weekday())
    weeks = (monday - first_monday).days // 7
    return weeks % int(pattern.every_weeks) == 0


def _stretch(user: int, day: int, starts: int, ends: int, breaks: str | list[list[int]]) -> _Stretch:
    return _Stretch(user, starts, ends, tuple((day * _DAY + a, day * _DAY + b) for a, b in _read(breaks)))


def _date(column: str | date) -> date:
    """A date, which one engine hands over as text."""
    return date.fromisoformat(column) if isinstance(column, str) else column


def _read(column: str | list[Any]) -> list[Any]:
    """The JSON column, which one engine hands over as text."""
    found: list[Any] = json.loads(column) if isinstance(column, str) else column
    return found


def _written(minute: int) -> tuple[str, str]:
    at = from_wall_minutes(minute)
    return at.date().isoformat(), f"{at:%H:%M}"
