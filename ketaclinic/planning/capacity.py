"""Where a visit could start: every chair, every day, every start on the grid, counted in bulk.

Exact to the minute for chairs, patient and hours, and at every five minutes for nurses, whatever the times of the
visits that are there: an interval is turned into the range of starts it forbids, and the ranges are summed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ketaclinic.domain.booking_rules import latest_leaving
from ketaclinic.domain.booking_situation import MINUTES_OF_DAY, VISIT_COLUMNS, BookingLimits, BusyTime
from ketaclinic.domain.claims import from_wall_minutes
from ketaclinic.domain.duty import covered
from ketaclinic.domain.nurse_load import SAMPLES, SHARES, STEP, merged, shares_of
from ketaclinic.domain.protocols import NurseNeeds, Phases
from ketaclinic.domain.wishes import FreeStart

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Capacity:
    """The open starts of one kind of visit.

    Attributes:
        first_midnight: start of day 0.
        starts: minutes of the day a visit may start at, ascending.
        chair_ids: the chairs, in their order.
        free: [start, day, chair] is true where a visit could start as far as the clinic is concerned, and the patient.
    """

    first_midnight: int
    starts: Ints
    chair_ids: tuple[int, ...]
    free: Bools

    @property
    def days(self) -> int:
        """How many days it covers."""
        return int(self.free.shape[1])


def open_starts(
    busy: BusyTime,
    phases: Phases,
    nurse: NurseNeeds,
    limits: BookingLimits,
    now: int | None,
    extra_starts: Sequence[int] = (),
) -> Capacity:
    """Finds every start at which a visit of this kind would break no rule but the spacing of sessions.

    Args:
        busy: what is taken.
        phases: planned minutes of the visit.
        nurse: what it asks of the nurses.
        limits: the clinic's numbers.
        now: nothing starts before it; None for no limit.
        extra_starts: minutes of the day off the grid that somebody asked for.
    """
    starts = _grid(busy, phases, limits, extra_starts)
    once = _within_hours(busy, phases, limits, starts)
    if now is not None:
        once &= _minutes(busy, starts) >= now
    visits = np.asarray(busy.visits, dtype=np.int64).reshape(-1, len(VISIT_COLUMNS))
    once &= _nurses_enough(busy, visits, phases, nurse, starts)
    once &= _prescriber_there(busy, phases, starts)
    once &= _patient_free(busy, phases, starts)
    free = _chairs_free(busy, visits, phases, starts)
    free &= once[:, :, None]
    return Capacity(busy.first_midnight, starts, tuple(chair.id for chair in busy.chairs), free)


def _grid(busy: BusyTime, phases: Phases, limits: BookingLimits, extra: Sequence[int]) -> Ints:
    hours = busy.location.hours
    step = limits.grid
    opens = min((opens for h in {h.weekday for h in hours} for opens, _ in busy.hours_of(h)), default=0)
    closes = max((closes for h in {h.weekday for h in hours} for _, closes in busy.hours_of(h)), default=0)
    grid = range(-(-opens // step) * step, closes - phases.total + 1, step)
    return np.array(sorted({*grid, *extra}), dtype=np.int64)


def _weekdays(busy: BusyTime) -> Ints:
    return (np.arange(busy.days) + busy.first_day.weekday()) % 7


def _minutes(busy: BusyTime, starts: Ints) -> Ints:
    """Minutes since 1970 of each [start, day]."""
    return busy.first_midnight + np.arange(busy.days) * MINUTES_OF_DAY + starts[:, None]


def _within_hours(busy: BusyTime, phases: Phases, limits: BookingLimits, starts: Ints) -> Bools:
    by_weekday = np.zeros((len(starts), 7), dtype=bool)
    leaves = latest_leaving(0, phases, limits.longest_recovery)
    for weekday in range(7):
        for opens, closes in busy.hours_of(weekday):
            by_weekday[:, weekday] |= (starts >= opens) & (starts + max(phases.total, leaves) <= closes)
    return by_weekday[:, _weekdays(busy)]


def _patient_free(busy: BusyTime, phases: Phases, starts: Ints) -> Bools:
    minutes = _minutes(busy, starts)
    free = np.ones(minutes.shape, dtype=bool)
    end = busy.first_midnight + busy.days * MINUTES_OF_DAY
    for visit in busy.patient_visits:
        if visit.leaves > busy.first_midnight and visit.starts < end:
            free &= (minutes + phases.visit <= visit.starts) | (minutes >= visit.leaves)
    return free


def _prescriber_there(busy: BusyTime, phases: Phases, starts: Ints) -> Bools:
    """[start, day] where none is entered that day, or one is there from the infusion's start to recovery's end."""
    there = np.ones((len(starts), busy.days), dtype=bool)
    entered = _days_entered(busy, busy.prescribers)
    if not entered.any():
        return there
    cover = np.array(covered(busy.prescribers), dtype=np.int64).reshape(-1, 2) - busy.first_midnight
    steps = np.zeros((len(starts) + 1) * busy.days, dtype=np.int64)
    first = cover[:, 0] // MINUTES_OF_DAY
    longest = int(((cover[:, 1] - 1) // MINUTES_OF_DAY - first).max(initial=0))
    for later in range(longest + 1):
        day = first + later
        low = np.searchsorted(starts, cover[:, 0] - day * MINUTES_OF_DAY - phases.prep, side="left")
        high = np.searchsorted(starts, cover[:, 1] - day * MINUTES_OF_DAY - phases.visit, side="right")
        here = (day >= 0) & (day < busy.days) & (low < high)
        steps += np.bincount((low * busy.days + day)[here], minlength=len(steps))
        steps -= np.bincount((high * busy.days + day)[here], minlength=len(steps))
    there[:, entered] = (steps.reshape(-1, busy.days).cumsum(axis=0)[:-1] > 0)[:, entered]
    return there


def _days_entered(busy: BusyTime, spans: Sequence[tuple[int, int, int]]) -> Bools:
    """[day] whether anybody is entered for it, there or away."""
    stretches = np.array(spans, dtype=np.int64).reshape(-1, 3)[:, 1:] - busy.first_midnight
    first = np.clip(stretches[:, 0] // MINUTES_OF_DAY, 0, busy.days)
    after = np.maximum(-(-stretches[:, 1] // MINUTES_OF_DAY), stretches[:, 0] // MINUTES_OF_DAY + 1)
    last = np.clip(after, 0, busy.days)
    steps = np.bincount(first, minlength=busy.days + 1) - np.bincount(last, minlength=busy.days + 1)
    entered: Bools = steps.cumsum()[: busy.days] > 0
    return entered


def _chairs_free(busy: BusyTime, visits: Ints, phases: Phases, starts: Ints) -> Bools:
    """[start, day, chair] where the chair is in use and neither taken nor closed from prep to turnover."""
    rows = np.concatenate([visits[:, 1:4], _closed(busy)])
    chair = _positions(busy, rows[:, 0])
    begin = rows[:, 1] - busy.first_midnight
    end = rows[:, 2] - busy.first_midnight
    first_day = begin // MINUTES_OF_DAY
    layer = busy.days * len(busy.chairs)
    steps = np.zeros((len(starts) + 1) * layer, dtype=np.int64)
    longest = int(((end - 1) // MINUTES_OF_DAY - first_day).max(initial=0))
    for later in range(longest + 1):
        day = first_day + later
        here = (chair >= 0) & (day >= 0) & (day < busy.days) & (end > day * MINUTES_OF_DAY)
        at = day[here] * len(busy.chairs) + chair[here]
        midnight = day[here] * MINUTES_OF_DAY
        low = np.searchsorted(starts, begin[here] - midnight - phases.total, side="right")
        high = np.searchsorted(starts, end[here] - midnight, side="left")
        steps += np.bincount(low * layer + at, minlength=len(steps))
        steps -= np.bincount(high * layer + at, minlength=len(steps))
    held = steps.reshape(len(starts) + 1, busy.days, len(busy.chairs)).cumsum(axis=0)[:-1]
    free: Bools = held == 0
    for index, item in enumerate(busy.chairs):
        if item.retired_on is not None:
            free[:, max((item.retired_on - busy.first_day).days, 0) :, index] = False
    return free


def _positions(busy: BusyTime, chair_ids: Ints) -> Ints:
    """Place of each chair in the list of chairs, -1 for a chair that is not in it."""
    listed = np.array([chair.id for chair in busy.chairs], dtype=np.int64)
    order = np.argsort(listed)
    if not len(order):
        return np.full(len(chair_ids), -1, dtype=np.int64)
    place = order[np.minimum(np.searchsorted(listed, chair_ids, sorter=order), len(order) - 1)]
    return np.where(listed[place] == chair_ids, place, -1)


def _closed(busy: BusyTime) -> Ints:
    everywhere = [chair.id for chair in busy.chairs]
    rows = [
        (chair_id, closed.starts, closed.ends)
        for closed in busy.closures
        for chair_id in (everywhere if closed.chair_id is None else [closed.chair_id])
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def spare_shares(busy: BusyTime, visits: Ints) -> Ints:
    """[count] shares of nurses neither in set-up nor monitoring, every five minutes from the first midnight on."""
    count = busy.days * SAMPLES
    first = busy.first_midnight // STEP
    setup, monitored, leaves = (np.clip(-(-visits[:, column] // STEP) - first, 0, count) for column in (4, 5, 6))
    shares = SHARES // np.maximum(visits[:, 7], 1)
    asked = _steps(setup, SHARES, count) + _steps(monitored, shares - SHARES, count) + _steps(leaves, -shares, count)
    spare: Ints = (_on_duty(busy) * SHARES).reshape(-1) - asked.cumsum()[:count]
    return spare


def _nurses_enough(busy: BusyTime, visits: Ints, phases: Phases, nurse: NurseNeeds, starts: Ints) -> Bools:
    """[start, day] where at every five minutes of the visit there are nurses enough, the visit itself included."""
    spare = spare_shares(busy, visits)
    setup_at, monitored_at, leaves_at = (
        np.minimum(-(-(starts + offset) // STEP), SAMPLES)
        for offset in (nurse.setup_from, nurse.setup_from + nurse.setup_minutes, phases.visit)
    )
    too_few = _short_until(spare < SHARES, busy.days)
    too_few_to_share = _short_until(spare < shares_of(nurse.ratio), busy.days)
    short = too_few[:, monitored_at] - too_few[:, setup_at]
    short += too_few_to_share[:, leaves_at] - too_few_to_share[:, monitored_at]
    enough: Bools = (short == 0).T
    return enough


def _steps(at: Ints, amount: Ints | int, count: int) -> Ints:
    """How much is added at each count; `at` may be one past the last."""
    if isinstance(amount, int):
        return np.bincount(at, minlength=count + 1) * amount
    return np.bincount(at, weights=amount, minlength=count + 1).astype(np.int64)


def _short_until(short: Bools, days: int) -> Ints:
    """[day, count]: how many counts of the day, before this one, are short."""
    sums = np.zeros((days, SAMPLES + 1), dtype=np.int64)
    np.cumsum(short.reshape(days, SAMPLES), axis=1, out=sums[:, 1:])
    return sums


def _on_duty(busy: BusyTime) -> Ints:
    """[day, count] nurses there: by shift where any touches the day, else the usual number of the weekday."""
    usual = np.array(busy.location.usual_nurses, dtype=np.int64)[_weekdays(busy)]
    shifts = np.array(merged(busy.shifts), dtype=np.int64).reshape(-1, 3)
    if not len(shifts):
        return np.repeat(usual[:, None], SAMPLES, axis=1)
    count = busy.days * SAMPLES
    starts, ends = (np.clip(-(-(shifts[:, c] - busy.first_midnight) // STEP), 0, count) for c in (1, 2))
    there = (_steps(starts, 1, count) - _steps(ends, 1, count)).cumsum()[:count].reshape(busy.days, SAMPLES)
    return np.where(_days_entered(busy, busy.shifts)[:, None], there, usual[:, None])


def free_starts(
    busy: BusyTime, phases: Phases, nurse: NurseNeeds, limits: BookingLimits, now: int | None
) -> tuple[FreeStart, ...]:
    """The open starts as values, by time and then in the order of the chairs."""
    capacity = open_starts(busy, phases, nurse, limits, now)
    found = np.argwhere(capacity.free.transpose(1, 0, 2))
    return tuple(
        FreeStart(
            from_wall_minutes(capacity.first_midnight + int(day) * MINUTES_OF_DAY + int(capacity.starts[start])),
            capacity.chair_ids[chair],
        )
        for day, start, chair in found
    )
