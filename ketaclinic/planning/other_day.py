"""The best place on another day for a visit that must leave its own."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from ketaclinic.domain.booking_rules import check_booking
from ketaclinic.domain.booking_situation import BookingLimits, BusyTime, Wanted, minute_of_day, situation_on
from ketaclinic.domain.findings import blocking
from ketaclinic.domain.wishes import PlannedSession
from ketaclinic.planning.capacity import open_starts
from ketaclinic.planning.weights import PlannerWeights

_TRIES = 60
"""Places looked at with all the rules before a visit is left to be placed by hand."""


def best_elsewhere(
    busy: BusyTime,
    wanted: Wanted,
    appointment_id: int,
    limits: BookingLimits,
    now: int | None,
    weights: PlannerWeights,
    avoiding: Collection[date] = (),
) -> PlannedSession | None:
    """The place with the fewest points on another day that breaks no rule; None when there is none.

    The nearest day costs least; another clock time and another chair cost what they cost the series planner. The visit
    stays between the sessions of its series before and after it, so that no session overtakes another.

    Args:
        busy: the days that may be chosen from, with the patient's visits.
        wanted: the visit, with where it stands in `was`.
        appointment_id: its id, so that it is not in its own way.
        limits: the clinic's numbers.
        now: nothing starts before it.
        weights: the planner's.
        avoiding: days besides its own that it may not be on.
    """
    stands = wanted.was or wanted.sessions[0]
    own_day, own_minute = stands.starts_at.date(), minute_of_day(stands.starts_at.time())
    without = replace(
        busy,
        visits=[row for row in busy.visits if row[0] != appointment_id],
        patient_visits=tuple(v for v in busy.patient_visits if v.appointment_id != appointment_id),
    )
    capacity = open_starts(without, wanted.phases, wanted.nurse, limits, now, extra_starts=[own_minute])
    days = [busy.first_day + timedelta(days=n) for n in range(capacity.days)]
    open_days = _between_sessions(without, wanted, own_day, days)
    open_days &= np.array([day != own_day and day not in avoiding for day in days], dtype=bool)
    away = np.abs(np.array([(day - own_day).days for day in days], dtype=np.int64))
    off = np.abs(capacity.starts - own_minute)
    other_chair = np.array([chair != stands.chair_id for chair in capacity.chair_ids], dtype=np.int64)
    by_start = np.where(off > 0, weights.same_time_change + weights.same_time_minute * off, 0)
    cost = by_start[:, None, None] + (weights.gap_day * away)[None, :, None]
    cost = cost + (weights.chair_change * other_chair)[None, None, :]
    found = np.argwhere(capacity.free & open_days[None, :, None])
    points = cost[found[:, 0], found[:, 1], found[:, 2]]
    for index in np.argsort(points, kind="stable")[:_TRIES]:
        start, day, chair = (int(at) for at in found[index])
        begins = datetime.combine(days[day], time()) + timedelta(minutes=int(capacity.starts[start]))
        ends = begins + timedelta(minutes=wanted.phases.total)
        session = PlannedSession(begins, ends, capacity.chair_ids[chair])
        situation = situation_on(without, [days[day]], limits, now)
        if not blocking(check_booking(replace(wanted, sessions=(session,)), situation)):
            return session
    return None


def _between_sessions(busy: BusyTime, wanted: Wanted, own_day: date, days: list[date]) -> npt.NDArray[np.bool_]:
    """Days after the series' session before this one and before the one after it."""
    siblings = [visit.day for visit in busy.patient_visits if visit.series_id == wanted.series_id]
    before = max((day for day in siblings if day < own_day), default=date.min)
    after = min((day for day in siblings if day > own_day), default=date.max)
    return np.array([before < day < after for day in days], dtype=bool)
