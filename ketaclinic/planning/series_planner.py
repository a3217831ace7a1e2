"""The series planner: complete series that break no rule, best first, and why a start is not among them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from ketaclinic.domain.booking_situation import MINUTES_OF_DAY, BusyTime, day_name
from ketaclinic.domain.claims import from_wall_minutes
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.wishes import PlannedSession, Proposal
from ketaclinic.planning.course import Course, CourseProblem, CourseSolver
from ketaclinic.planning.request import SeriesRequest
from ketaclinic.planning.series_table import SeriesTable

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
MOST_PROPOSALS = 5
_LOOKS = 6
"""Series looked at for one more proposal before it is given up."""


def propose(request: SeriesRequest, busy: BusyTime) -> tuple[Proposal, ...]:
    """Up to five complete and truly different series within the days read, best first; none when there is none.

    The first is the best of all. The others are looked for, each exactly, as the best that begins on a weekday the
    first does not use (one that shares no weekday with it counts always), the best at quite another time of day, the
    best with both, the best that begins a week or more later, and the best on other chairs. Of two that are much alike
    the cheaper one stays.
    """
    table = SeriesTable(request, busy)
    problem = table.problem()
    solver = CourseSolver(problem)
    best = solver.best()
    if best is None:
        return ()
    elsewhen = CourseSolver(_at_other_times(problem, best))
    courses = [best]
    first_other = _on_other_weekdays(solver, best, table)
    if first_other is not None:
        courses.append(first_other)
    for asked, days in (
        (elsewhen, table.every_day()),
        (elsewhen, table.on_other_weekdays(best)),
        (solver, table.a_week_later(best)),
    ):
        course = _another(asked, days, courses, table)
        if course is not None:
            courses.append(course)
    if len(courses) < MOST_PROPOSALS and not request.wishes.pinned:
        elsewhere = CourseSolver(_on_other_chairs(problem, best))
        course = _another(elsewhere, table.every_day(), courses, table)
        if course is not None:
            courses.append(course)
    return tuple(table.proposal(course) for course in sorted(courses, key=_cost))


def _on_other_weekdays(solver: CourseSolver, best: Course, table: SeriesTable) -> Course | None:
    """The best series unlike the best of all that begins on a weekday that one does not use.

    Begins are given up where the best from them is too much alike, and with them series that were not; the best that
    shares no weekday at all is therefore looked for as well.
    """
    begins = table.on_other_weekdays(best)
    found = _another(solver, begins, [best], table)
    if solver.problem.pinned_days or not begins.any():
        return found
    allowed = solver.problem.allowed.copy()
    allowed[:, ~begins] = False
    foreign = CourseSolver(replace(solver.problem, allowed=allowed)).best()
    return min((course for course in (found, foreign) if course is not None), key=_cost, default=None)


def _cost(course: Course) -> float:
    return course.cost


def _another(asked: CourseSolver, days: Bools, courses: Sequence[Course], table: SeriesTable) -> Course | None:
    """The best series with its first session on these days that is truly unlike all found so far.

    Where one turns out to be like another after all, its begin is left out and the next best is looked at, a few times.
    """
    begins = table.unlike(courses, days, asked.problem.starts)
    for _ in range(_LOOKS):
        course = asked.best(begins)
        if course is None:
            return None
        if all(table.differ(course, other) for other in courses):
            return course
        minute, day, _chair = course.sessions[0]
        begins[np.abs(asked.problem.starts - minute) < table.request.weights.other_time, day] = False
    return None


def _on_other_chairs(problem: CourseProblem, best: Course) -> CourseProblem:
    """The same problem without the chairs of the best series."""
    allowed = problem.allowed.copy()
    allowed[:, :, sorted({chair for _, _, chair in best.sessions})] = False
    return replace(problem, allowed=allowed)


def _at_other_times(problem: CourseProblem, best: Course) -> CourseProblem:
    """The same problem without the starts near the usual clock time of the best series; pinned days stay."""
    apart = np.abs(problem.starts - best.usual_start) >= problem.weights.other_time
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
    table = SeriesTable(request, busy)
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
    return CourseSolver(SeriesTable(request, busy).problem()).best() is not None
