"""The series planner: complete series that break no rule, best first, and why a start is not among them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from ketaclinic.domain.booking_situation import MINUTES_OF_DAY, BusyTime, day_name, minute_of_day
from ketaclinic.domain.claims import from_wall_minutes
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.wishes import PlannedSession, Proposal
from ketaclinic.planning import wording
from ketaclinic.planning.capacity import Capacity, open_starts
from ketaclinic.planning.course import Course, CourseProblem, CourseSolver
from ketaclinic.planning.request import SeriesRequest

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


def propose(request: SeriesRequest, busy: BusyTime) -> tuple[Proposal, ...]:
    """Up to five complete and truly different series within the days read, best first; none when there is none.

    The first is the best of all. The others are, each exactly, the best that begins on another weekday than the first
    uses, the best at quite another time of day, the best with both, and the best that begins on another day.
    """
    table = _Table(request, busy)
    problem = table.problem()
    solver = CourseSolver(problem)
    best = solver.best()
    if best is None:
        return ()
    elsewhen = CourseSolver(_at_other_times(problem, best))
    courses = [best]
    for asked, begins in (
        (solver, table.on_other_weekdays(best)),
        (elsewhen, table.every_day()),
        (elsewhen, table.on_other_weekdays(best)),
        (solver, None),
    ):
        days = table.on_other_days(courses) if begins is None else begins
        course = asked.best(table.unlike(courses, days, asked.problem.starts))
        if course is not None:
            courses.append(course)
    return tuple(table.proposal(course) for course in sorted(courses, key=lambda course: course.cost))


def _at_other_times(problem: CourseProblem, best: Course) -> CourseProblem:
    """The same problem without the starts near the usual clock time of the best series; pinned days stay."""
    usual = Counter(minute for minute, _, _ in best.sessions).most_common(1)[0][0]
    apart = np.abs(problem.starts - usual) >= problem.weights.other_time
    if not problem.pinned_days:
        return replace(problem, allowed=np.ascontiguousarray(problem.allowed[apart]), starts=problem.starts[apart])
    allowed = problem.allowed.copy()
    pinned = list(problem.pinned_days)
    allowed[~apart] = False
    allowed[:, pinned] = problem.allowed[:, pinned]
    return replace(problem, allowed=allowed)


def obstacles(request: SeriesRequest, busy: BusyTime) -> tuple[Finding, ...]:
    """Why there is no complete series: which single wish, given up, would make one possible."""
    wishes = request.wishes
    given_up = (
        (bool(wishes.pinned), replace(wishes, pinned=()), "pinned", "without the sessions that were fixed"),
        (wishes.chair_id is not None, replace(wishes, chair_id=None), "chair", "on any chair"),
        (bool(wishes.weekdays), replace(wishes, weekdays=frozenset()), "weekdays", "on other weekdays as well"),
        (
            wishes.earliest is not None or wishes.latest is not None,
            replace(wishes, earliest=None, latest=None),
            "time",
            "at other times of day as well",
        ),
    )
    until = busy.first_day + timedelta(days=busy.days - 1)
    text = (
        f"No complete series of {request.count} keeps every rule and wish from {day_name(request.wished_day)} "
        f"to {day_name(until)}."
    )
    found = [Finding("no-series", Severity.BLOCK, text)]
    for asked, fewer_wishes, subject, words in given_up:
        if asked and _possible(replace(request, wishes=fewer_wishes), busy):
            found.append(Finding("would-do", Severity.WARN, f"There is one {words}.", subject=subject))
    return tuple(found) if len(found) > 1 else (*found, _longest(request, busy))


def _longest(request: SeriesRequest, busy: BusyTime) -> Finding:
    """How many sessions would fit, where giving up a wish does not help."""
    for count in range(request.count - 1, max(len(request.wishes.pinned), 1) - 1, -1):
        if _possible(replace(request, wishes=replace(request.wishes, count=count)), busy):
            text = f"There is one of {count} session{'s' * (count != 1)}."
            return Finding("would-do", Severity.WARN, text, subject="count")
    return Finding("no-start", Severity.WARN, "Not a single session fits in these days.", subject="first_day")


def nearest_starts(
    request: SeriesRequest, busy: BusyTime, starts_at: datetime, chair_id: int, most: int = 4
) -> tuple[PlannedSession, ...]:
    """The nearest starts at which one session would break no rule, each on the chair asked for where that is free."""
    table = _Table(request, busy)
    allowed = table.allowed()
    start, day, chair = np.nonzero(allowed)
    if not len(start):
        return ()
    minutes = busy.first_midnight + day * MINUTES_OF_DAY + table.capacity.starts[start]
    asked = (starts_at - from_wall_minutes(0)) // timedelta(minutes=1)
    listed = np.array(table.capacity.chair_ids)
    order = np.lexsort((chair, listed[chair] != chair_id, minutes, np.abs(minutes - asked)))
    found: dict[int, PlannedSession] = {}
    for index in order:
        minute = int(minutes[index])
        if minute not in found:
            found[minute] = table.session(int(table.capacity.starts[start[index]]), int(day[index]), int(chair[index]))
            if len(found) == most:
                break
    return tuple(sorted(found.values(), key=lambda session: session.starts_at))


def _possible(request: SeriesRequest, busy: BusyTime) -> bool:
    return CourseSolver(_Table(request, busy).problem()).best() is not None


class _Table:
    """The request laid over the clinic's capacity: indices on one side, sessions on the other."""

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
            window=protocol.window_days,
            pinned_days=tuple(self._day(session) for session in self.pinned),
            wished_day=(request.wished_day - self.busy.first_day).days,
            earliest=self.earliest,
            same_time=request.wishes.same_time,
            weights=request.weights,
        )

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
        allowed &= self._spaced()[:, None]
        return allowed

    def every_day(self) -> Bools:
        """Every day."""
        return np.ones(self.busy.days, dtype=bool)

    def on_other_weekdays(self, course: Course) -> Bools:
        """The days whose weekday a series does not use."""
        return ~np.isin(self.weekdays, [self.weekdays[day] for _, day, _ in course.sessions])

    def on_other_days(self, courses: Sequence[Course]) -> Bools:
        """The days on which no series found so far begins."""
        return ~np.isin(np.arange(self.busy.days), [course.sessions[0][1] for course in courses])

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
        request = self.request
        sessions = tuple(self.session(*at) for at in course.sessions)
        tariff = wording.Tariff(
            request.weights, request.targets, request.wished_day, self.earliest, request.wishes.same_time
        )
        own = wording.charges(sessions, tariff)
        chairs = {chair.id: chair for chair in self.busy.chairs}
        return Proposal(
            sessions=sessions,
            cost=float(course.cost),
            why=tuple(f"{charge.why} ({charge.points})" for charge in own),
            findings=(),
            title=wording.title(sessions),
            summary=wording.summary(sessions, chairs),
            remark=wording.remark(own),
        )
