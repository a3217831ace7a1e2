"""What may be entered of shifts and absences, checked before it is saved: each finding names its field."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from math import gcd

from ketaclinic.domain.duty import DAY, LONGEST_SHIFT, LONGEST_STRETCH_DAYS, Span, week_of
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.resources import ShiftPattern

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LONGEST_REASON = 200
_MOST_WEEKS = 8


def pattern_findings(pattern: ShiftPattern) -> Iterator[Finding]:
    """What must be put right about a usual shift."""
    if not 0 <= pattern.weekday <= 6:
        yield wrong("weekday", "Choose a day of the week.")
    if not 0 <= pattern.starts < pattern.ends <= DAY:
        yield wrong("ends_at", "A usual shift must end after it begins, by midnight.")
    else:
        yield from break_findings(pattern.starts, pattern.ends, pattern.breaks)
    if not 1 <= pattern.every_weeks <= _MOST_WEEKS:
        yield wrong("every_weeks", f"A usual shift comes every week, or every 2 to {_MOST_WEEKS} weeks.")
    if pattern.valid_until is not None and pattern.valid_until < pattern.valid_from:
        yield wrong("valid_until", "The last day is before the first.")


def shift_findings(starts_at: datetime, ends_at: datetime, breaks: Sequence[Span]) -> Iterator[Finding]:
    """What must be put right about a shift of one day."""
    if ends_at <= starts_at:
        yield wrong("ends_at", "A shift must end after it begins. No shift was entered.")
    elif ends_at - starts_at > timedelta(minutes=LONGEST_SHIFT):
        yield wrong("ends_at", "A shift lasts at most 24 hours. No shift was entered.")
    else:
        begins = starts_at.hour * 60 + starts_at.minute
        yield from break_findings(begins, begins + (ends_at - starts_at) // timedelta(minutes=1), breaks)


def break_findings(starts: int, ends: int, breaks: Sequence[Span]) -> Iterator[Finding]:
    """What must be put right about breaks: each within the shift, none over another, something left between them."""
    reached = starts
    for begins, finishes in sorted(breaks):
        if finishes <= begins:
            yield wrong("break_until", "A break must end after it begins.")
            return
        if begins < starts or finishes > ends:
            yield wrong("break_from", "A break must lie within the shift.")
            return
        if begins < reached:
            yield wrong("break_from", "Two breaks lie over each other.")
            return
        reached = finishes
    if sum(finishes - begins for begins, finishes in breaks) >= ends - starts:
        yield wrong("break_from", "Nothing of the shift is left beside its breaks.")


def stretch_findings(starts_at: datetime, ends_at: datetime, what: str) -> Iterator[Finding]:
    """What must be put right about an absence or a closure, which `what` names: "An absence"."""
    if ends_at <= starts_at:
        yield wrong("ends_at", f"{what} must end after it begins.")
    elif ends_at - starts_at > timedelta(days=LONGEST_STRETCH_DAYS):
        yield wrong("ends_at", f"{what} lasts at most a year. Enter a longer one in parts.")


def clash(pattern: ShiftPattern, others: Iterable[ShiftPattern]) -> ShiftPattern | None:
    """Another usual shift of the same user at the same hours of the same weeks; None where there is none."""
    return next((other for other in others if other.id != pattern.id and _meet(pattern, other)), None)


def clash_finding(name: str, pattern: ShiftPattern, other: ShiftPattern) -> Finding:
    """The sentence for a user who would be in two usual shifts at once."""
    hours = f"{clock(other.starts)} to {clock(other.ends)}"
    text = f"{name} has a usual shift on {WEEKDAYS[pattern.weekday]}s from {hours} already. Nothing was entered."
    return Finding("shift-overlaps", Severity.BLOCK, text, subject="starts_at")


def clock(minutes: int) -> str:
    """A minute of the day as it is written, 24:00 for midnight at its end."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def wrong(field: str, sentence: str) -> Finding:
    """What must be put right at a field."""
    return Finding("duty", Severity.BLOCK, sentence, subject=field)


def _meet(one: ShiftPattern, other: ShiftPattern) -> bool:
    if (one.user_id, one.weekday) != (other.user_id, other.weekday):
        return False
    if one.ends <= other.starts or other.ends <= one.starts:
        return False
    if one.valid_until is not None and one.valid_until < other.valid_from:
        return False
    if other.valid_until is not None and other.valid_until < one.valid_from:
        return False
    apart = week_of(one.valid_from.toordinal() - _EPOCH) - week_of(other.valid_from.toordinal() - _EPOCH)
    return not apart % gcd(one.every_weeks, other.every_weeks)


_EPOCH = datetime(1970, 1, 1).toordinal()
