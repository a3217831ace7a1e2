"""A repair of a course in words: what it is called, what happens, what follows from it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from ketaclinic.domain.booking_situation import day_name
from ketaclinic.domain.courses import Course, CourseMark, MarkKind, Placed, Strategy
from ketaclinic.domain.wishes import PlannedSession

TITLES = {
    Strategy.APPEND: "Add one at the end",
    Strategy.SHIFT: "Move the rest back",
    Strategy.REPLACE: "Take the next free place",
    Strategy.LEAVE: "Place it later",
    Strategy.EDIT: "Change the series",
}
_HELD = {MarkKind.GIVEN, MarkKind.KEPT, MarkKind.MOVED, MarkKind.ADDED}


def place_words(place: PlannedSession, chair: str) -> str:
    """A place as one says it: "Thu 17 Dec at 09:30, Chair 2"."""
    at = f"{day_name(place.starts_at)} at {place.starts_at:%H:%M}"
    return f"{at}, {chair}" if chair else at


def facts(
    course: Course, marks: Sequence[CourseMark], placed: Sequence[Placed], chairs: Mapping[int, str]
) -> tuple[str, ...]:
    """What follows from a change, in a few words each: end, gaps, window, clock time, chair."""
    held = [mark for mark in marks if mark.kind in _HELD]
    if not held:
        return ()
    return tuple(
        words
        for words in (
            _end(course, held),
            _gaps(held),
            _window(course, held),
            _times(placed),
            _chairs(placed, chairs),
        )
        if words
    )


def _end(course: Course, held: Sequence[CourseMark]) -> str:
    last = held[-1].starts_at.date()
    planned = max((v.day for v in course.given_or_booked()), default=last)
    later = (last - planned).days
    if not later:
        return f"Ends as planned, {day_name(last)}"
    return f"Ends {day_name(last)}, {_days(abs(later))} {'later' if later > 0 else 'earlier'}"


def _gaps(held: Sequence[CourseMark]) -> str:
    gaps = sorted({mark.gap for mark in held if mark.gap is not None})
    if not gaps:
        return ""
    return f"Gaps {_days(gaps[0])}" if len(gaps) == 1 else f"Gaps {gaps[0]} to {_days(gaps[-1])}"


def _window(course: Course, held: Sequence[CourseMark]) -> str:
    if course.window_days is None:
        return ""
    length = (held[-1].starts_at.date() - held[0].starts_at.date()).days
    return f"{length} of {_days(course.window_days)} from first to last"


def _times(placed: Sequence[Placed]) -> str:
    changed = Counter(
        f"{p.to.starts_at:%H:%M}" for p in placed if p.to.starts_at.time() != p.visit.place.starts_at.time()
    )
    if not placed:
        return ""
    if not changed:
        return "Same clock time"
    if len(changed) > 2:
        return f"{sum(changed.values())} at another clock time"
    return "At " + " and ".join(f"{at}{f' ({n} visits)' if n > 1 else ''}" for at, n in sorted(changed.items()))


def _chairs(placed: Sequence[Placed], chairs: Mapping[int, str]) -> str:
    if not placed:
        return ""
    changed = Counter(chairs.get(p.to.chair_id, "?") for p in placed if p.to.chair_id != p.visit.place.chair_id)
    if not changed:
        return "Same chair"
    if len(changed) > 2:
        return f"{sum(changed.values())} on other chairs"
    if len(placed) == 1:
        return f"On {next(iter(changed))}"
    return " and ".join(f"{count} on {chair}" for chair, count in sorted(changed.items()))


def longest_gap(marks: Sequence[CourseMark]) -> int:
    """Most days between two sessions that take place."""
    held = [mark.starts_at.date() for mark in marks if mark.kind in _HELD]
    return max(((later - earlier).days for earlier, later in pairwise(held)), default=0)


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"
