"""The nearest real places for the visits of a running course: same clock time and chair where they are to be had."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from ketaclinic.domain.booking_situation import MINUTES_OF_DAY, BookingLimits, BusyTime, minute_of_day
from ketaclinic.domain.courses import CourseVisit
from ketaclinic.domain.wishes import PlannedSession
from ketaclinic.planning.capacity import Capacity, open_starts
from ketaclinic.planning.weights import PlannerWeights

Costs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_NEVER = np.int64(2**40)
_LONGEST_SHIFT = 28
"""Days that a whole course is shifted by at most."""


@dataclass(frozen=True, slots=True)
class Apart:
    """A day that sessions must keep away from by at least so many days."""

    day: date
    least: int


@dataclass(frozen=True, slots=True)
class Aim:
    """Where a visit should go best: between two days, at a clock time, on a chair."""

    first: date
    last: date
    like: PlannedSession


class Places:
    """The free places of one kind of visit, as if the visits that are moved were not there."""

    def __init__(
        self,
        busy: BusyTime,
        kind: CourseVisit,
        limits: BookingLimits,
        now: int | None,
        weights: PlannerWeights,
        leaving_out: Collection[int],
        clock_times: Iterable[time] = (),
    ) -> None:
        free_of_own = replace(
            busy,
            visits=[row for row in busy.visits if row[0] not in leaving_out],
            patient_visits=tuple(v for v in busy.patient_visits if v.appointment_id not in leaving_out),
        )
        extra = sorted({minute_of_day(at) for at in clock_times})
        self._capacity: Capacity = open_starts(free_of_own, kind.phases, kind.nurse, limits, now, extra_starts=extra)
        self._first: date = busy.first_day
        self._weights = weights
        self._length = timedelta(minutes=kind.phases.total)

    @property
    def last_day(self) -> date:
        """The last day it knows of."""
        return self._first + timedelta(days=self._capacity.days - 1)

    def best(self, aim: Aim, apart: Iterable[Apart] = (), *, after: date | None = None) -> PlannedSession | None:
        """The free place of least cost; None when there is none.

        Args:
            aim: what costs nothing.
            apart: days to keep away from.
            after: it must be on a later day than this; None for any day.
        """
        days = self._days(apart)
        if after is not None:
            days[: max((after - self._first).days + 1, 0)] = False
        found = self._cheapest(aim, days)
        return found[1] if found else None

    def on_day(self, day: date, like: PlannedSession, apart: Iterable[Apart] = ()) -> tuple[int, PlannedSession] | None:
        """The place of one day that is most like another place, with its points; None when there is none."""
        days = self._days(apart)
        others = np.ones(self._capacity.days, dtype=bool)
        at = (day - self._first).days
        if 0 <= at < len(others):
            others[at] = False
        days[others] = False
        return self._cheapest(Aim(day, day, like), days)

    def _days(self, apart: Iterable[Apart]) -> Bools:
        days = np.ones(self._capacity.days, dtype=bool)
        for one in apart:
            at, least = (one.day - self._first).days, max(one.least, 1)
            days[max(at - least + 1, 0) : max(at + least, 0)] = False
        return days

    def _cheapest(self, aim: Aim, days: Bools) -> tuple[int, PlannedSession] | None:
        capacity, weights = self._capacity, self._weights
        if not capacity.free.size:
            return None
        day = np.arange(capacity.days)
        low, high = ((d - self._first).days for d in (aim.first, aim.last))
        by_day = weights.gap_day * np.maximum(np.maximum(low - day, day - high), 0)
        off = np.abs(capacity.starts - minute_of_day(aim.like.starts_at.time()))
        by_start = np.where(off > 0, weights.same_time_change + weights.same_time_minute * off, 0)
        other = np.array([chair != aim.like.chair_id for chair in capacity.chair_ids])
        cost: Costs = by_start[:, None, None] + by_day[None, :, None] + (weights.chair_change * other)[None, None, :]
        cost = np.where(capacity.free & days[None, :, None], cost, _NEVER)
        by_time = cost.transpose(1, 0, 2)  # of equals, the earlier day, then the earlier start
        at = np.unravel_index(int(by_time.argmin()), by_time.shape)
        least = int(by_time[at])
        if least >= _NEVER:
            return None
        return least, self._session(int(at[1]), int(at[0]), int(at[2]))

    def _session(self, start: int, day: int, chair: int) -> PlannedSession:
        capacity = self._capacity
        midnight = datetime.combine(self._first + timedelta(days=day), time())
        begins = midnight + timedelta(minutes=int(capacity.starts[start]) % MINUTES_OF_DAY)
        return PlannedSession(begins, begins + self._length, capacity.chair_ids[chair])


def shifted(
    places: Sequence[Places], stands: Sequence[PlannedSession], apart: Sequence[Apart], weights: PlannerWeights
) -> tuple[int, tuple[PlannedSession, ...]] | None:
    """All visits the same number of days later, each on a free place of its new day; the fewest points, then days.

    Args:
        places: the free places of each visit's kind.
        stands: where the visits stand, by time.
        apart: days to keep away from.
        weights: what a later day, another clock time and another chair cost.

    Returns:
        How many days, and the places; None when no shift of up to four weeks would do.
    """
    best: tuple[int, int, tuple[PlannedSession, ...]] | None = None
    for days in range(1, _LONGEST_SHIFT + 1):
        found = [
            free.on_day(stand.starts_at.date() + timedelta(days=days), stand, apart)
            for free, stand in zip(places, stands, strict=True)
        ]
        kept = [one for one in found if one is not None]
        cost = days * weights.first_day + sum(points for points, _ in kept)
        if len(kept) == len(found) and (best is None or cost < best[0]):
            best = cost, days, tuple(place for _, place in kept)
    return best and (best[1], best[2])
