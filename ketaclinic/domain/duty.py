"""Who is really there: usual shifts and shifts of one day, less breaks and absences.

Plain tuples of wall-clock minutes since 1970 throughout, so that twelve weeks of everybody take a millisecond.
A shift entered for a day stands in place of the user's usual one on that day, wherever either of them is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

DAY = 24 * 60
LONGEST_SHIFT = DAY
"""Minutes a shift may last, so that those touching a day are found from their start alone."""
LONGEST_STRETCH_DAYS = 366
"""Days one absence or closure may last; longer ones are entered in parts. Older ones need not be looked at."""

Span = tuple[int, int]
DutyTuple = tuple[int, int, int]
"""(user id, starts, ends); starts is ends where somebody entered for that day is away for all of it."""


@dataclass(frozen=True, slots=True)
class UsualShift:
    """A user's usual shift on a weekday (0 is Monday), valid between two days counted from 1970.

    Attributes:
        starts: minute of the day; `ends` and `breaks` likewise.
        every_weeks: 2 for every second week; the week (from Monday) that holds `valid_from` is the first.
        id: of the entry, so that a change of it can be thought through.
    """

    user_id: int
    weekday: int
    starts: int
    ends: int
    valid_from: int
    valid_until: int | None = None
    every_weeks: int = 1
    breaks: tuple[Span, ...] = ()
    id: int = 0

    def is_on(self, day: int) -> bool:
        """Whether it applies on a day counted from 1970 (of its weekday or not)."""
        if day < self.valid_from or (self.valid_until is not None and day > self.valid_until):
            return False
        return weekday_of(day) == self.weekday and not (week_of(day) - week_of(self.valid_from)) % self.every_weeks


@dataclass(frozen=True, slots=True)
class OneShift:
    """A shift of one day, breaks in minutes of that day; `here` is whether it is at the location asked about."""

    user_id: int
    starts: int
    ends: int
    breaks: tuple[Span, ...] = ()
    here: bool = True
    id: int = 0


@dataclass(frozen=True, slots=True)
class Away:
    """Hours a user is away in spite of all that is entered."""

    user_id: int
    starts: int
    ends: int
    id: int = 0


@dataclass(frozen=True, slots=True)
class Roster:
    """What is entered of who works when at one location."""

    usual: Sequence[UsualShift] = ()
    shifts: Sequence[OneShift] = ()
    away: Sequence[Away] = ()


def weekday_of(day: int) -> int:
    """The weekday of a day counted from 1970, 0 for Monday; the first of January 1970 was a Thursday."""
    return (day + 3) % 7


def week_of(day: int) -> int:
    """The number of a day's week, from Monday to Sunday."""
    return (day + 3) // 7


def on_duty(roster: Roster, midnights: Iterable[int]) -> list[DutyTuple]:
    """Everybody there on some days, each given by its midnight, in the order of users and times.

    A user entered for a day but away for all of it is there with no length, so that the day still counts as entered.
    """
    days = sorted({midnight // DAY for midnight in midnights})
    if not days:
        return []
    away: dict[int, list[Span]] = {}
    for gone in roster.away:
        away.setdefault(gone.user_id, []).append((gone.starts, gone.ends))
    found: set[DutyTuple] = set()
    for user, starts, ends, breaks in _entered(roster, days):
        gaps = away.get(user, ())
        if not breaks and not gaps:
            found.add((user, starts, ends))
            continue
        midnight = starts - starts % DAY
        left = without((starts, ends), (*((midnight + a, midnight + b) for a, b in breaks), *gaps))
        found.update((user, a, b) for a, b in left)
        found.update((user, at, at) for at in _days_lost(starts, ends, left))
    first, last = days[0] * DAY, (days[-1] + 1) * DAY
    return sorted(span for span in found if span[1] < last and (span[2] > first or span[1] >= first))


def unnamed(roster: Roster, entered: Sequence[DutyTuple], usual: Mapping[int, int]) -> list[DutyTuple]:
    """The usual number on days nobody is entered for but somebody is away, less whoever is away.

    They have no names, so their user ids are negative. Who has usual shifts here, or one of that day anywhere, is not
    among them: that user's absence is told by those.

    Args:
        roster: what is entered at the location.
        entered: who is there on these days by pattern or shift.
        usual: the usual number by the midnight of each day.
    """
    found: list[DutyTuple] = []
    busy = {(shift.user_id, shift.starts // DAY) for shift in roster.shifts}
    named = {usual_shift.user_id for usual_shift in roster.usual}
    for midnight, number in usual.items():
        gone: dict[int, list[Span]] = {}
        for away in roster.away:
            known = away.user_id in named or (away.user_id, midnight // DAY) in busy
            if away.starts < midnight + DAY and away.ends > midnight and not known:
                gone.setdefault(away.user_id, []).append((away.starts, away.ends))
        if not gone or is_entered(entered, midnight):
            continue
        for place in range(number):
            whole = (midnight, midnight + DAY)
            left = without(whole, _more_than(place, gone.values()))
            found += [(-1 - place, a, b) for a, b in left or [(midnight, midnight)]]
    return found


def _more_than(number: int, gone: Iterable[Sequence[Span]]) -> list[Span]:
    """When more than so many are away at once."""
    away = [covered((0, *span) for span in spans) for spans in gone]
    edges = sorted({edge for spans in away for span in spans for edge in span})
    return [
        (begins, ends)
        for begins, ends in pairwise(edges)
        if sum(any(a <= begins < b for a, b in spans) for spans in away) > number
    ]


def _entered(roster: Roster, days: Sequence[int]) -> Iterable[tuple[int, int, int, tuple[Span, ...]]]:
    """Every shift of these days and the evening before, as (user, starts, ends, breaks)."""
    replaced = {(shift.user_id, shift.starts // DAY) for shift in roster.shifts}
    by_weekday: dict[int, list[UsualShift]] = {}
    for usual in roster.usual:
        by_weekday.setdefault(usual.weekday, []).append(usual)
    for day in days:
        for usual in by_weekday.get(weekday_of(day), ()):
            if usual.is_on(day) and (usual.user_id, day) not in replaced:
                yield usual.user_id, day * DAY + usual.starts, day * DAY + usual.ends, usual.breaks
    for shift in roster.shifts:
        if shift.here:
            yield shift.user_id, shift.starts, shift.ends, shift.breaks


def without(stretch: Span, gaps: Iterable[Span]) -> list[Span]:
    """What is left of a stretch when gaps are cut out of it, in order."""
    left, reached = [], stretch[0]
    for starts, ends in sorted(gaps):
        if ends <= reached or starts >= stretch[1]:
            continue
        if starts > reached:
            left.append((reached, starts))
        reached = max(reached, ends)
    if reached < stretch[1]:
        left.append((reached, stretch[1]))
    return left


def _days_lost(starts: int, ends: int, left: Sequence[Span]) -> list[int]:
    """Where, on each day a shift touches, it would have begun, if nothing of it is left on that day."""
    lost = []
    for day in range(starts // DAY, (ends - 1) // DAY + 1):
        midnight = day * DAY
        if not any(a < midnight + DAY and b > midnight for a, b in left):
            lost.append(max(starts, midnight))
    return lost


def is_entered(spans: Iterable[DutyTuple], midnight: int) -> bool:
    """Whether anybody is entered for a day, there or away."""
    return any(span[1] < midnight + DAY and (span[2] > midnight or span[1] >= midnight) for span in spans)


def covered(spans: Iterable[DutyTuple]) -> list[Span]:
    """When at least one of them is there, in order; hand-overs without a gap make one stretch."""
    result: list[Span] = []
    for starts, ends in sorted((starts, ends) for _, starts, ends in spans if starts < ends):
        if result and starts <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], ends))
        else:
            result.append((starts, ends))
    return result


def cover_on(spans: Sequence[DutyTuple], midnight: int) -> tuple[Span, ...] | None:
    """When at least one is there on a day; None where nobody is entered for it, so that someone is taken to be."""
    touching = [s for s in spans if s[1] < midnight + DAY and (s[2] > midnight or s[1] >= midnight)]
    return tuple(covered(touching)) if touching else None


def first_gap(stretch: Span, cover: Iterable[Span]) -> Span | None:
    """The first part of a stretch in which nobody is there; None where it is covered."""
    gaps = without(stretch, cover)
    return gaps[0] if gaps else None


def breaks_of(value: object) -> tuple[Span, ...]:
    """Breaks out of a column of [starts, ends] pairs."""
    return tuple((int(starts), int(ends)) for starts, ends in value) if isinstance(value, list) else ()


def by_user(spans: Iterable[DutyTuple]) -> Mapping[int, list[Span]]:
    """The stretches of each user, those without length left out."""
    found: dict[int, list[Span]] = {}
    for user, starts, ends in spans:
        if starts < ends:
            found.setdefault(user, []).append((starts, ends))
    return found
