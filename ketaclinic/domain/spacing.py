"""Days between a patient's sessions: what the protocol allows, and where what is wanted breaks it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ketaclinic.domain.booking_situation import PatientVisit, Wanted, day_name
from ketaclinic.domain.wishes import PlannedSession

_MOOD = "mood"


@dataclass(frozen=True, slots=True)
class Breach:
    """One place where sessions are too close, too far apart, or spread too long.

    Attributes:
        session: number of the session asked for, from 1, that shows it.
        days: by how many days.
        hard: whether nobody may override it (a second mood infusion on one day, `clinical.md` 9 #12).
    """

    code: str
    session: int
    days: int
    text: str
    hard: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    """A day of the patient: of a session asked for (number from 1) or of a visit there is (0)."""

    day: date
    number: int
    family: str


def spacing_breaches(
    wanted: Wanted, sessions: Sequence[PlannedSession], others: Sequence[PatientVisit]
) -> tuple[Breach, ...]:
    """Every breach of spacing that the sessions would make among themselves and with the patient's other visits.

    Gaps and window hold within a series; the least gap holds between all visits of one family of protocols.
    """
    asked = [_Mark(s.starts_at.date(), number, wanted.family) for number, s in enumerate(sessions, start=1)]
    siblings = [_Mark(v.day, 0, v.family) for v in others if _same_series(wanted, v)]
    strangers = [_Mark(v.day, 0, v.family) for v in others if not _same_series(wanted, v)]
    course = sorted(asked + siblings, key=lambda mark: (mark.day, mark.number))
    return (
        *_second_infusions(asked, siblings + strangers),
        *_gaps(wanted, course),
        *_close_to_strangers(wanted, asked, strangers),
        *_window(wanted, course),
    )


def _same_series(wanted: Wanted, visit: PatientVisit) -> bool:
    return wanted.series_id is not None and visit.series_id == wanted.series_id


def _second_infusions(asked: Sequence[_Mark], others: Sequence[_Mark]) -> Iterator[Breach]:
    for index, mark in enumerate(asked):
        same_day = [other for other in [*asked[:index], *others] if other.day == mark.day]
        if same_day:
            hard = mark.family == _MOOD and any(other.family == _MOOD for other in same_day)
            text = f"The patient already has a session on {day_name(mark.day)}."
            yield Breach("second-infusion", mark.number, 1, text, hard)


def _gaps(wanted: Wanted, course: Sequence[_Mark]) -> Iterator[Breach]:
    least, most = wanted.gaps.min_days, wanted.gaps.max_days
    for earlier, later in pairwise(course):
        gap = (later.day - earlier.day).days
        number = later.number or earlier.number or _left_between(wanted, earlier, later)
        if not number or gap == 0:
            continue
        pair = f"between {day_name(earlier.day)} and {day_name(later.day)}"
        if gap < least:
            yield Breach("gap-short", number, least - gap, f"Only {_days(gap)} {pair}; at least {least} are needed.")
        if gap > most:
            yield Breach("gap-long", number, gap - most, f"{_days(gap)} {pair}; more than {most} need a review.")


def _left_between(wanted: Wanted, earlier: _Mark, later: _Mark) -> int:
    """The visit that is moved, where the two became neighbours because it left from between them; else 0."""
    return int(wanted.was is not None and earlier.day < wanted.was.starts_at.date() < later.day)


def _close_to_strangers(wanted: Wanted, asked: Sequence[_Mark], strangers: Sequence[_Mark]) -> Iterator[Breach]:
    least = wanted.gaps.min_days
    for mark in asked:
        near = [other for other in strangers if other.family == wanted.family and other.day != mark.day]
        for other in near:
            gap = abs((mark.day - other.day).days)
            if gap < least:
                from_other = f"from the patient's other session on {day_name(other.day)}"
                text = f"Only {_days(gap)} {from_other}; at least {least} are needed."
                yield Breach("gap-short", mark.number, least - gap, text)


def _window(wanted: Wanted, course: Sequence[_Mark]) -> Iterator[Breach]:
    if wanted.window_days is None or not course:
        return
    first, last = course[0], course[-1]
    length = (last.day - first.day).days
    if length > wanted.window_days:
        number = last.number or first.number or next(mark.number for mark in course if mark.number)
        text = f"The series takes {length} days from first to last session; at most {wanted.window_days} are planned."
        yield Breach("window-long", number, length - wanted.window_days, text)


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"
