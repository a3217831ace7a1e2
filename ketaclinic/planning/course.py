"""The best complete series, exactly: dynamic programming backwards over sessions, on days × starts × chairs.

The cost of a series is the sum of what each session costs alone (a late start, a late first or last day) and what each
pair of consecutive sessions costs (the gap, a change of clock time, a change of chair). `value[k][t, d, c]` is the
least cost of sessions k to the last when session k is on day d at start t on chair c. The change of clock time, which
pairs every start with every other, is a min-plus spread: two passes over the starts instead of all pairs.

The window (days from first to last session) is no part of the state. Without it the values are a lower bound; a first
day whose best series breaks the window is solved again by itself, on the days of its window only, and then holds
exactly. Costs are whole numbers, so equal means equal.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ketaclinic.planning.weights import PlannerWeights

Costs = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
NEVER = np.int32(2**29)


@dataclass(frozen=True, slots=True)
class CourseProblem:
    """What a series must keep and what it should.

    Attributes:
        allowed: [start, day, chair] where a session may be.
        starts: minutes of the day of the first axis, ascending.
        sessions: how many.
        min_gap: fewest days between consecutive sessions.
        max_gap: most days between consecutive sessions.
        targets: wanted days (low, high) after session 1, 2, …; one for each gap.
        window: most days from the first to the last session; None for no limit.
        pinned_days: days on which there must be a session, ascending.
        wished_day: index of the first day wished.
        earliest: minute of the day that costs nothing.
        same_time: whether the same clock time is wished.
        begin: points of the first day being that day; `NEVER` where the series may not begin.
        before: start and chair of the visit before the first session, each None where it does not matter.
        preferred_chair: index of the chair that costs nothing; None where all are alike.
    """

    allowed: Bools
    starts: Ints
    sessions: int
    min_gap: int
    max_gap: int
    targets: tuple[tuple[int, int], ...]
    window: int | None
    pinned_days: tuple[int, ...]
    wished_day: int
    earliest: int
    same_time: bool
    weights: PlannerWeights
    begin: Ints | None = None
    before: tuple[int | None, int | None] = (None, None)
    preferred_chair: int | None = None

    @property
    def time_change(self) -> int:
        """Points for a change of clock time."""
        return self.weights.same_time_change if self.same_time else self.weights.time_change

    @property
    def time_minute(self) -> int:
        """Points for each minute of it."""
        return self.weights.same_time_minute if self.same_time else self.weights.time_minute

    def gap_cost(self, session: int, gap: int) -> int:
        """Points of a gap of so many days after a session (from 0)."""
        low, high = self.targets[session]
        return self.weights.gap_day * max(low - gap, gap - high, 0)


@dataclass(frozen=True, slots=True)
class Course:
    """A complete series: its cost, and for each session minute of the day, index of the day, index of the chair."""

    cost: int
    sessions: tuple[tuple[int, int, int], ...]

    @property
    def usual_start(self) -> int:
        """The minute of the day most sessions start at, the first of equals."""
        return Counter(minute for minute, _, _ in self.sessions).most_common(1)[0][0]


@dataclass(slots=True)
class CourseSolver:
    """Answers "the best series that begins here" for one problem, as often as asked."""

    problem: CourseProblem
    _values: list[Costs] = field(init=False)
    _lead: Costs = field(init=False)
    _alone: dict[int, list[Costs]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._values = self._solve(0, self.problem.allowed.shape[1])
        self._lead = self._values[0].min(axis=2, initial=NEVER)

    def best(self, begins: Bools | None = None) -> Course | None:
        """The series of least cost whose first session is at a [start, day] in `begins`; None when there is none.

        Of equals, the one that begins earlier, by day and then by time.
        """
        lead = self._lead if begins is None else np.where(begins, self._lead, NEVER)
        while lead.size:
            day, start = np.unravel_index(int(lead.T.argmin()), lead.T.shape)
            if lead[start, day] >= NEVER:
                return None
            course = self._follow(int(start), int(day))
            if self._keeps_window(course) or int(day) in self._alone:
                return course
            self._solve_alone(int(day))
            lead = self._lead if begins is None else np.where(begins, self._lead, NEVER)
        return None

    def _keeps_window(self, course: Course) -> bool:
        window = self.problem.window
        return window is None or course.sessions[-1][1] - course.sessions[0][1] <= window

    def _solve_alone(self, day: int) -> None:
        """Solves again for one first day, with no day beyond its window; replaces the bound by the truth."""
        assert self.problem.window is not None
        values = self._solve(day, min(day + self.problem.window + 1, self.problem.allowed.shape[1]))
        self._alone[day] = values
        self._lead[:, day] = values[0][:, 0].min(axis=1, initial=NEVER)

    def _solve(self, first: int, end: int) -> list[Costs]:
        """Values of every session on days `first` to `end`."""
        p = self.problem
        closed = ~p.allowed[:, first:end]
        days = np.arange(first, end)
        after_wish = np.maximum(days - p.wished_day, 0)
        late = (np.maximum(p.starts - p.earliest, 0) * p.weights.late_hour // 60).astype(np.int32)[:, None, None]
        if p.preferred_chair is not None:
            late = late + self._chair_points(p.preferred_chair, p.weights.preferred_chair)
        last = np.broadcast_to((late + (after_wish // 7 * p.weights.finish_week)[None, :, None]), closed.shape)
        value: Costs = last.astype(np.int32)
        if p.pinned_days:
            value[:, days < p.pinned_days[-1]] = NEVER
        value[closed] = NEVER
        values = [value]
        for session in range(p.sessions - 2, -1, -1):
            value = self._before(session, self._spread(value), first)
            value += late
            value[closed] = NEVER
            values.append(np.minimum(value, NEVER, out=value))
        value += self._begin(first, end, after_wish)
        if p.pinned_days:
            value[:, days > p.pinned_days[0]] = NEVER
        np.minimum(value, NEVER, out=value)
        values.reverse()
        return values

    def _chair_points(self, kept: int, points: int) -> Costs:
        """[1, 1, chair]: points for every chair but one."""
        chairs = np.full(self.problem.allowed.shape[2], points, dtype=np.int32)
        chairs[kept : kept + 1] = 0
        return chairs[None, None, :]

    def _begin(self, first: int, end: int, after_wish: Ints) -> Costs:
        """[start, day, chair]: what it costs to begin there, after the visit before where the course goes on."""
        p = self.problem
        begin = after_wish * p.weights.first_day if p.begin is None else p.begin[first:end]
        points: Costs = begin.astype(np.int32)[None, :, None]
        start, chair = p.before
        if start is not None:
            apart = np.abs(p.starts - start)
            points = points + (apart * p.time_minute + p.time_change * (apart > 0)).astype(np.int32)[:, None, None]
        if chair is not None:
            points = points + self._chair_points(chair, p.weights.chair_change)
        return points

    def _before(self, session: int, onward: Costs, first: int) -> Costs:
        """Least cost from each place to the next session, over every gap allowed."""
        p = self.problem
        count = onward.shape[1]
        value = np.full(onward.shape, NEVER, dtype=np.int32)
        room = np.empty_like(onward)
        for gap in range(p.min_gap, min(p.max_gap, count - 1) + 1):
            into = value[:, : count - gap]
            here = np.add(onward[:, gap:], np.int32(p.gap_cost(session, gap)), out=room[:, : count - gap])
            for pinned in p.pinned_days:  # a pinned day is never skipped
                here[:, max(pinned - gap + 1 - first, 0) : max(pinned - first, 0)] = NEVER
            np.minimum(into, here, out=into)
        return value

    def _spread(self, value: Costs) -> Costs:
        """For each start and chair, the least cost of going on from the best start and chair of the same day."""
        p = self.problem
        steps = (np.diff(p.starts) * p.time_minute).astype(np.int32)
        spread = value.copy()
        room = np.empty_like(value[:1])[0] if len(value) else value
        for at in range(1, len(spread)):
            np.minimum(spread[at], np.add(spread[at - 1], steps[at - 1], out=room), out=spread[at])
        for at in range(len(spread) - 2, -1, -1):
            np.minimum(spread[at], np.add(spread[at + 1], steps[at], out=room), out=spread[at])
        spread += np.int32(p.time_change)
        np.minimum(spread, value, out=spread)
        other_chair = spread.min(axis=2, keepdims=True, initial=NEVER) + np.int32(p.weights.chair_change)
        np.minimum(spread, other_chair, out=spread)
        return spread

    def _follow(self, start: int, day: int) -> Course:
        """The series behind a value: forwards from its first session.

        Of equally good next days it takes one whose weekday the series has already, then the earliest.
        """
        p = self.problem
        values, offset = (self._alone[day], day) if day in self._alone else (self._values, 0)
        chair = int(values[0][start, day - offset].argmin())
        cost = int(values[0][start, day - offset, chair])
        sessions = [(int(p.starts[start]), day, chair)]
        for session in range(p.sessions - 1):
            onward = values[session + 1]
            furthest = min(p.max_gap, onward.shape[1] - 1 - (day - offset))
            nearest_pin = min((pinned for pinned in p.pinned_days if pinned > day), default=day + furthest)
            gaps = np.arange(p.min_gap, min(furthest, nearest_pin - day) + 1)
            block = onward[:, day - offset + gaps].transpose(1, 0, 2).astype(np.int64)
            apart = np.abs(p.starts - p.starts[start]) * p.time_minute + p.time_change * (p.starts != p.starts[start])
            block += apart[None, :, None]
            block += np.array([p.gap_cost(session, int(gap)) for gap in gaps])[:, None, None]
            block += p.weights.chair_change * (np.arange(block.shape[2]) != chair)
            best_of_gap = block.min(axis=(1, 2))
            equals = np.flatnonzero(best_of_gap == best_of_gap.min())
            weekdays = {before % 7 for _, before, _ in sessions}
            gap_at = min((int(at) for at in equals), key=lambda at: ((day + int(gaps[at])) % 7 not in weekdays, at))
            start, chair = (int(i) for i in np.unravel_index(int(block[gap_at].argmin()), block.shape[1:]))
            day += int(gaps[gap_at])
            sessions.append((int(p.starts[start]), day, chair))
        return Course(cost, tuple(sessions))
