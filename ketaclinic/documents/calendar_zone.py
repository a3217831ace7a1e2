"""A time zone written out for a calendar file: when its clocks change, as a yearly rule wherever there is one.

Rules rather than lists of dates: Outlook reads a zone from its yearly rules, and a rule holds for visits booked later.
The moment of a change stands on the clock as it was before (RFC 5545, 3.6.5).
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_LOOKS_AHEAD = 8
"""Years in which a change must follow one rule to be written as that rule."""
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class _Change:
    """One change of the clock; `onset` is wall-clock as it was before."""

    onset: datetime
    before: timedelta
    after: timedelta
    name: str

    @property
    def forward(self) -> bool:
        """Whether the clock goes forward: what calendars call daylight."""
        return self.after > self.before

    @property
    def place(self) -> tuple[object, ...]:
        """What is the same every year where the change follows a rule."""
        return self.onset.month, self.onset.weekday(), self.onset.time(), self.before, self.after, self.name

    @property
    def week(self) -> int:
        """1 for the first such weekday of its month, and so on."""
        return (self.onset.day - 1) // 7 + 1

    @property
    def is_last(self) -> bool:
        """Whether it is the last such weekday of its month."""
        return self.onset.day + 7 > calendar.monthrange(self.onset.year, self.onset.month)[1]


@lru_cache(maxsize=8)
def time_zone(name: str, first: int, last: int) -> Timezone:
    """The zone by its IANA name for visits between two years."""
    found = Timezone()
    found.add("tzid", name)
    changes = list(_changes(ZoneInfo(name), first, last + _LOOKS_AHEAD))
    ahead, back = ([one for one in changes if one.forward is forward] for forward in (True, False))
    rules = (_rule(ahead, first, last), _rule(back, first, last))
    if changes and all(rules):
        for one, rule in zip((ahead, back), rules, strict=True):
            found.add_component(_observance(one[0], rule))
        return found
    found.add_component(_beginning(ZoneInfo(name), first))
    for change in changes:
        if change.onset.year <= last:
            found.add_component(_observance(change, None))
    return found


def _changes(zone: ZoneInfo, first: int, last: int) -> Iterator[_Change]:
    """Every change of the clock from the first to the last year, in order."""
    day, end, step = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC), timedelta(days=1)
    while day < end:
        before, after = _offset(zone, day), _offset(zone, day + step)
        if before != after:
            moment = _moment(zone, day, day + step)
            name = moment.astimezone(zone).tzname() or ""
            yield _Change((moment + before).replace(tzinfo=None), before, after, name)
        day += step


def _moment(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The instant between two at which the offset changes, to the minute."""
    before = _offset(zone, low)
    while high - low > timedelta(minutes=1):
        middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return high


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _rule(changes: list[_Change], first: int, last: int) -> dict[str, object] | None:
    """The yearly rule that all these changes follow, one in each year; None where there is none."""
    years = [change.onset.year for change in changes]
    if years != list(range(first, last + _LOOKS_AHEAD + 1)) or len({change.place for change in changes}) != 1:
        return None
    month, weekday = changes[0].onset.month, _WEEKDAYS[changes[0].onset.weekday()]
    if all(change.is_last for change in changes):
        return {"freq": "yearly", "bymonth": month, "byday": f"-1{weekday}"}
    if len({change.week for change in changes}) == 1:
        return {"freq": "yearly", "bymonth": month, "byday": f"{changes[0].week}{weekday}"}
    return None


def _observance(change: _Change, rule: dict[str, object] | None) -> TimezoneDaylight | TimezoneStandard:
    made = TimezoneDaylight() if change.forward else TimezoneStandard()
    made.add("dtstart", change.onset)
    made.add("tzoffsetfrom", change.before)
    made.add("tzoffsetto", change.after)
    made.add("tzname", change.name)
    if rule is not None:
        made.add("rrule", rule)
    return made


def _beginning(zone: ZoneInfo, year: int) -> TimezoneStandard:
    """How the clock stands before the first change that is written out."""
    start = datetime(year, 1, 1, tzinfo=zone)
    offset = start.utcoffset() or timedelta()
    made = TimezoneStandard()
    made.add("dtstart", start.replace(tzinfo=None))
    made.add("tzoffsetfrom", offset)
    made.add("tzoffsetto", offset)
    made.add("tzname", start.tzname() or zone.key)
    return made
