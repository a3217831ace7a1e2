"""How much room there still is: each day's open and held time, and how many more visits of one kind would fit.

Counted in bulk for a week or a month: one pass over the starts of a day, all days and chairs at once.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ketaclinic.domain.booking_situation import MINUTES_OF_DAY, VISIT_COLUMNS, BookingLimits, BusyTime
from ketaclinic.domain.nurse_load import SAMPLES, SHARES, STEP, shares_of
from ketaclinic.domain.overview import Room, Span
from ketaclinic.domain.protocols import NurseNeeds, Phases
from ketaclinic.planning.capacity import Capacity, open_starts, spare_shares

Ints = npt.NDArray[np.int64]


def rooms(
    busy: BusyTime, phases: Phases, nurse: NurseNeeds, limits: BookingLimits, now: int | None
) -> tuple[Room, ...]:
    """What is left of each day of what was read.

    Args:
        busy: what is taken.
        phases: planned minutes of the visits that are to be fitted in.
        nurse: what each of them asks of the nurses.
        limits: the clinic's numbers.
        now: none of them starts before it, wall-clock minutes since 1970; None for no limit.
    """
    visits = np.asarray(busy.visits, dtype=np.int64).reshape(-1, len(VISIT_COLUMNS))
    spare = spare_shares(busy, visits).reshape(busy.days, SAMPLES)
    short = tuple(_stretches(day) for day in spare < 0)
    opened, held = _open_minutes(busy), _held_minutes(busy, visits)
    fit = how_many_fit(open_starts(busy, phases, nurse, limits, now), spare.copy(), phases, nurse)
    return tuple(Room(opened[day], int(held[day]), int(fit[day]), short[day]) for day in range(busy.days))


def how_many_fit(capacity: Capacity, spare: Ints, phases: Phases, nurse: NurseNeeds) -> Ints:
    """[day] how many visits can be booked one after the other, the earliest start first, on the first chair free.

    For chairs alone that is the most there can be; where nurses are scarce another order might fit in one more.
    `spare` ([day, count], shares of nurses) is used up.
    """
    share = shares_of(nurse.ratio)
    fitted = np.zeros(capacity.days, dtype=np.int64)
    next_free = np.zeros((capacity.days, len(capacity.chair_ids)), dtype=np.int64)
    for index in np.flatnonzero(capacity.free.any(axis=(1, 2))):
        start = int(capacity.starts[index])
        open_chairs = capacity.free[index] & (next_free <= start)
        alone, shared = _counts(start, phases, nurse)
        many = open_chairs.sum(axis=1)
        for part, each in ((alone, SHARES), (shared, share)):
            if part.start < part.stop:
                many = np.minimum(many, spare[:, part].min(axis=1) // each)
        many = np.maximum(many, 0)
        if not many.any():
            continue
        taken = open_chairs & (open_chairs.cumsum(axis=1) <= many[:, None])
        next_free[taken] = start + phases.total
        spare[:, alone] -= (many * SHARES)[:, None]
        spare[:, shared] -= (many * share)[:, None]
        fitted += many
    return fitted


def _counts(start: int, phases: Phases, nurse: NurseNeeds) -> tuple[slice, slice]:
    """The counts of the day at which a visit has a nurse to itself, and at which it shares one."""
    setup, monitored, leaves = (
        min(-(-(start + offset) // STEP), SAMPLES)
        for offset in (nurse.setup_from, nurse.setup_from + nurse.setup_minutes, phases.visit)
    )
    return slice(setup, monitored), slice(monitored, leaves)


def _stretches(short: npt.NDArray[np.bool_]) -> tuple[Span, ...]:
    """Runs of counts that are short, as minutes of the day."""
    if not short.any():
        return ()
    edges = np.flatnonzero(np.diff(short.astype(np.int8), prepend=0, append=0))
    return tuple((int(first) * STEP, int(last) * STEP) for first, last in edges.reshape(-1, 2))


def _held_minutes(busy: BusyTime, visits: Ints) -> Ints:
    """[day] minutes of the opening hours that visits hold, all chairs together."""
    held = np.zeros(busy.days, dtype=np.int64)
    known = visits[np.isin(visits[:, 1], [chair.id for chair in busy.chairs])]
    begin, end = (known[:, column] - busy.first_midnight for column in (2, 3))
    day = begin // MINUTES_OF_DAY
    inside = (day >= 0) & (day < busy.days)
    day, begin, end = day[inside], begin[inside], end[inside]
    weekday = (day + busy.first_day.weekday()) % 7
    for number in range(7):
        here = weekday == number
        for opens, closes in busy.hours_of(number):
            midnight = day[here] * MINUTES_OF_DAY
            minutes = np.minimum(end[here] - midnight, closes) - np.maximum(begin[here] - midnight, opens)
            held += np.bincount(day[here], weights=np.maximum(minutes, 0), minlength=busy.days).astype(np.int64)
    return held


def _open_minutes(busy: BusyTime) -> list[int]:
    """Each day's opening hours of every chair in use, less what is closed."""
    opened = []
    for day in range(busy.days):
        midnight = busy.first_midnight + day * MINUTES_OF_DAY
        hours = busy.hours_of((busy.first_day.weekday() + day) % 7)
        chairs = [c.id for c in busy.chairs if c.retired_on is None or (c.retired_on - busy.first_day).days > day]
        shut = [
            (closed.chair_id, closed.starts - midnight, closed.ends - midnight)
            for closed in busy.closures
            if closed.starts < midnight + MINUTES_OF_DAY and closed.ends > midnight
        ]
        whole = sum(closes - opens for opens, closes in hours)
        if not shut:
            opened.append(whole * len(chairs))
            continue
        gone = ([(a, b) for at, a, b in shut if at is None or at == chair] for chair in chairs)
        opened.append(sum(whole - _covered(hours, gaps) for gaps in gone))
    return opened


def _covered(hours: Sequence[Span], gaps: Sequence[Span]) -> int:
    """Minutes of the opening hours that gaps cover, each minute once."""
    covered = 0
    for opens, closes in hours:
        reached = opens
        for starts, ends in sorted(gaps):
            begin, end = max(starts, reached), min(ends, closes)
            if begin < end:
                covered += end - begin
                reached = end
    return covered
