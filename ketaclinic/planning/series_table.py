"""A request laid over the clinic's capacity: indices of starts, days and chairs on one side, sessions on the other."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from ketaclinic.domain.booking_situation import MINUTES_OF_DAY, BusyTime, minute_of_day
from ketaclinic.domain.wishes import CostLine, PlannedSession, Proposal
from ketaclinic.planning import wording
from ketaclinic.planning.capacity import Capacity, open_starts
from ketaclinic.planning.course import NEVER, Course, CourseProblem
from ketaclinic.planning.request import SeriesRequest

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
_WEEK = 7


class SeriesTable:
    """One request over the days read."""

    def __init__(self, request: SeriesRequest, busy: BusyTime) -> None:
        self.request = request
        self.busy = busy
        pinned = tuple(sorted(request.wishes.pinned, key=lambda session: session.starts_at))
        self.pinned = pinned
        extra = [minute_of_day(session.starts_at.time()) for session in pinned]
        protocol = request.protocol
        self.capacity: Capacity = open_starts(
            busy, protocol.phases, protocol.nurse, request.limits, request.now, extra_starts=extra
        )
        self.weekdays = (np.arange(busy.days) + busy.first_day.weekday()) % 7

    def problem(self) -> CourseProblem:
        """What the solver is asked."""
        request, protocol = self.request, self.request.protocol
        return CourseProblem(
            allowed=self.allowed(),
            starts=self.capacity.starts,
            sessions=request.count,
            min_gap=max(protocol.gaps.min_days, 1),
            max_gap=protocol.gaps.max_days,
            targets=request.targets,
            window=None if self.strict else protocol.window_days,
            pinned_days=tuple(self._day(session) for session in self.pinned),
            wished_day=(request.wished_day - self.busy.first_day).days,
            earliest=self.earliest,
            same_time=request.wishes.same_time,
            weights=request.weights,
            begin=self._begin(),
            before=self._before(),
            preferred_chair=self._chair(request.wishes.preferred_chair_id),
        )

    @property
    def strict(self) -> bool:
        """Whether gaps and window of the protocol hold together with visits there are."""
        return self.request.goes_on and self.request.course is not None and self.request.course.strict

    def _visit_days(self) -> list[int]:
        """The days of the visits the course goes on from, counted from the first day read."""
        course = self.request.course
        return sorted((visit.day - self.busy.first_day).days for visit in (course.visits if course else ()))

    def _begin(self) -> Ints | None:
        """[day]: points of the gaps between the first session and the visits there are; None for a new course."""
        there = self._visit_days()
        if not there:
            return None
        weights, gaps = self.request.weights, self.request.protocol.gaps
        low, high = self.request.target_before
        points = np.zeros(self.busy.days, dtype=np.int64)
        for day in range(self.busy.days):
            at = bisect_left(there, day)
            around = [abs(day - other) for other in (*there[max(at - 1, 0) : at], *there[at : at + 1])]
            too_far = self.strict and max(around) > gaps.max_days
            if 0 in around or too_far or (at < len(there) and self.request.count > 1):
                points[day] = NEVER
            else:
                points[day] = sum(weights.gap_day * max(low - gap, gap - high, 0) for gap in around)
        return points

    def _before(self) -> tuple[int | None, int | None]:
        """Start (minute of the day) and index of the chair of the last visit there is."""
        course = self.request.course
        if course is None or not course.visits:
            return None, None
        last = course.visits[-1]
        return last.starts % MINUTES_OF_DAY, self._chair(last.chair_id)

    def _chair(self, chair_id: int | None) -> int | None:
        """The index of a chair; None for none, or for one that is not here."""
        ids = self.capacity.chair_ids
        return ids.index(chair_id) if chair_id is not None and chair_id in ids else None

    @property
    def earliest(self) -> int:
        """The minute of the day that costs nothing: the earliest wished, or when the clinic opens."""
        if self.request.wishes.earliest is not None:
            return minute_of_day(self.request.wishes.earliest)
        return min((minute_of_day(hours.opens) for hours in self.busy.location.hours), default=0)

    def allowed(self) -> Bools:
        """[start, day, chair] where a session may be: open, far enough from the patient's other visits, as wished."""
        wishes, starts = self.request.wishes, self.capacity.starts
        free = self.capacity.free
        days = np.arange(self.busy.days) >= (self.request.wished_day - self.busy.first_day).days
        if wishes.weekdays:
            days &= np.isin(self.weekdays, list(wishes.weekdays))
        times = starts % self.request.limits.grid == 0
        if wishes.earliest is not None:
            times &= starts >= minute_of_day(wishes.earliest)
        if wishes.latest is not None:
            times &= starts <= minute_of_day(wishes.latest)
        allowed: Bools = free & (times[:, None] & days)[:, :, None]
        if wishes.chair_id is not None:
            allowed &= np.array([chair_id == wishes.chair_id for chair_id in self.capacity.chair_ids], dtype=bool)
        for session in self.pinned:
            day = self._day(session)
            here = np.zeros((len(starts), len(self.capacity.chair_ids)), dtype=bool)
            here[starts == minute_of_day(session.starts_at.time())] = [
                chair_id == session.chair_id for chair_id in self.capacity.chair_ids
            ]
            if 0 <= day < self.busy.days:
                allowed[:, day] = free[:, day] & here
        allowed &= (self._spaced() & self._in_window())[:, None]
        return allowed

    def _in_window(self) -> Bools:
        """Days within the window of a course that has begun."""
        days = np.arange(self.busy.days)
        there, window = self._visit_days(), self.request.protocol.window_days
        if not self.strict or window is None:
            return np.ones(self.busy.days, dtype=bool)
        inside: Bools = np.maximum(days, there[-1]) - np.minimum(days, there[0]) <= window
        return inside

    def every_day(self) -> Bools:
        """Every day."""
        return np.ones(self.busy.days, dtype=bool)

    def on_other_weekdays(self, course: Course) -> Bools:
        """The days whose weekday a series does not use."""
        return ~np.isin(self.weekdays, [self.weekdays[day] for _, day, _ in course.sessions])

    def a_week_later(self, course: Course) -> Bools:
        """The days from a week after a series begins."""
        return np.asarray(np.arange(self.busy.days) >= course.sessions[0][1] + _WEEK)

    def differ(self, one: Course, other: Course) -> bool:
        """Whether two series are truly different: in weekdays, time of day, chairs, or the week they begin in.

        Weekdays differ where at least half of the sessions of one are on weekdays that the other does not use.
        """
        here, there = ([int(self.weekdays[day]) for _, day, _ in course.sessions] for course in (one, other))
        foreign = sum(weekday not in there for weekday in here)
        apart = abs(one.usual_start - other.usual_start)
        return (
            2 * foreign >= len(here)
            or apart >= self.request.weights.other_time
            or not {chair for *_, chair in one.sessions} & {chair for *_, chair in other.sessions}
            or abs(one.sessions[0][1] - other.sessions[0][1]) >= _WEEK
        )

    def unlike(self, courses: Sequence[Course], days: Bools, starts: Ints) -> Bools:
        """[start, day] of first sessions on these days, without the begin of any series found so far."""
        begins = np.broadcast_to(days, (len(starts), len(days))).copy()
        for course in courses:
            minute, day, _ = course.sessions[0]
            begins[np.abs(starts - minute) < self.request.weights.other_time, day] = False
        return begins

    def _spaced(self) -> Bools:
        """Days that keep the least gap to the patient's other visits of the family, and no second visit on a day."""
        spaced = np.ones(self.busy.days, dtype=bool)
        for visit in self.busy.patient_visits:
            least = self.request.protocol.gaps.min_days if visit.family == self.request.protocol.family else 1
            at = (visit.day - self.busy.first_day).days
            spaced[max(at - max(least, 1) + 1, 0) : max(at + max(least, 1), 0)] = False
        return spaced

    def _day(self, session: PlannedSession) -> int:
        return (session.starts_at.date() - self.busy.first_day).days

    def session(self, minute: int, day: int, chair: int) -> PlannedSession:
        """The session at a minute of the day, an index of a day and of a chair."""
        midnight = datetime.combine(self.busy.first_day + timedelta(days=day), time())
        begins = midnight + timedelta(minutes=minute)
        ends = begins + timedelta(minutes=self.request.protocol.phases.total)
        return PlannedSession(begins, ends, self.capacity.chair_ids[chair])

    def proposal(self, course: Course) -> Proposal:
        """A course as the clerk reads it."""
        sessions = tuple(self.session(*at) for at in course.sessions)
        own = wording.charges(sessions, self._tariff())
        chairs = {chair.id: chair for chair in self.busy.chairs}
        return Proposal(
            sessions=sessions,
            cost=float(course.cost),
            why=tuple(f"{charge.why} ({charge.points})" for charge in own),
            findings=(),
            title=wording.title(sessions),
            summary=wording.summary(sessions, chairs),
            remark=wording.remark(own),
            costs=tuple(CostLine(charge.points, charge.why) for charge in own),
        )

    def _tariff(self) -> wording.Tariff:
        """What the points of a proposal are counted by, for its words."""
        request = self.request
        visits = request.course.visits if request.course is not None else ()
        start, chair = self._before()
        return wording.Tariff(
            request.weights,
            request.targets,
            request.wished_day,
            self.earliest,
            request.wishes.same_time,
            preferred_chair=None
            if self._chair(request.wishes.preferred_chair_id) is None
            else request.wishes.preferred_chair_id,
            visits=tuple(visit.day for visit in visits),
            target_before=request.target_before,
            number_before=request.first_position - 1,
            start_before=start,
            chair_before=None if chair is None else self.capacity.chair_ids[chair],
        )
