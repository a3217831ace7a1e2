"""What is asked of the series planner, and how far it has to look for the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ketaclinic.domain.booking_situation import BookingLimits, PatientVisit
from ketaclinic.domain.claims import from_wall_minutes
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.wishes import Proposal, SeriesWishes
from ketaclinic.planning.weights import PlannerWeights

_SLACK_DAYS = 28
"""Days beyond the targets' own length that courses with long gaps are looked at."""
_FIRST_LOOK_DAYS = 21
"""Days beyond the targets' own length that are looked at first."""
_ENOUGH = 3
"""Proposals to choose from, below which the planner looks further ahead."""


@dataclass(frozen=True, slots=True)
class CourseSoFar:
    """The visits that new sessions go on from.

    Attributes:
        visits: of the running course, in order; for maintenance the patient's last of the family; may be empty.
        position: place of the first new session in its course.
        strict: whether gaps and window of the protocol hold together with these visits; else only the least gap does,
            and longer ones cost points.
    """

    visits: tuple[PatientVisit, ...]
    position: int
    strict: bool


@dataclass(frozen=True, slots=True)
class SeriesRequest:
    """What is asked of the planner.

    Attributes:
        now: nothing starts before it, wall-clock minutes since 1970; None for no limit.
        first_position: place of the first session in the course; above 1 when it goes on.
        course: what the sessions go on from; None for a new course.
    """

    wishes: SeriesWishes
    protocol: Protocol
    limits: BookingLimits
    weights: PlannerWeights
    now: int | None = None
    first_position: int = 1
    course: CourseSoFar | None = None

    @property
    def goes_on(self) -> bool:
        """Whether there are visits that the new sessions go on from."""
        return self.course is not None and bool(self.course.visits)

    @property
    def target_before(self) -> tuple[int, int]:
        """The wanted range of the gap between the visit before and the first session."""
        return self.protocol.gaps.target_after(max(self.first_position - 1, 1))

    @property
    def count(self) -> int:
        """How many sessions are to be planned."""
        return self.wishes.count or self.protocol.sessions

    @property
    def targets(self) -> tuple[tuple[int, int], ...]:
        """The wanted range of each gap."""
        gaps = self.protocol.gaps
        return tuple(gaps.target_after(self.first_position + index) for index in range(self.count - 1))

    @property
    def wished_day(self) -> date:
        """The first date wished, or today where that has passed."""
        wished = self.wishes.first_day
        return wished if self.now is None else max(wished, from_wall_minutes(self.now).date())

    @property
    def first_day(self) -> date:
        """The first day a session may be on; a pinned session may be before the date wished."""
        return min([self.wished_day, *(session.starts_at.date() for session in self.wishes.pinned)])

    @property
    def days(self) -> int:
        """How many days from there are looked at."""
        reach = sum(high for _, high in self.targets) + _SLACK_DAYS
        if self.goes_on:
            reach += self.target_before[1]
        ahead = max(
            self.weights.horizon, reach, *((s.starts_at.date() - self.first_day).days for s in self.wishes.pinned), 0
        )
        return ahead + 1

    def first_look(self, patient_visits: Sequence[PatientVisit]) -> int:
        """Days to look at first; the whole horizon only where these do not settle it.

        While the patient is in another course of the family there is seldom room for a new one, so the look begins
        after that.
        """
        reach = sum(high for _, high in self.targets) + _FIRST_LOOK_DAYS
        if self.goes_on:
            reach += self.target_before[1]
        course = (visit.day for visit in patient_visits if visit.family == self.protocol.family)
        other = max((day - self.first_day for day in course), default=timedelta()).days
        return self.days if self.wishes.pinned else min(reach + max(other, 0), self.days)

    def settles(self, proposals: Sequence[Proposal], days: int) -> bool:
        """Whether the best series within the first `days` is the best of all, with enough others to choose from.

        A series with a session beyond them ends late, and, its window being limited, begins late: it costs at least
        that.
        """
        if days >= self.days:
            return True
        span = self.protocol.window_days
        if span is None:
            span = (self.count - 1) * self.protocol.gaps.max_days
        later = days - (self.wished_day - self.first_day).days
        least = max(later, 0) // 7 * self.weights.finish_week
        if not self.goes_on:
            least += max(later - span, 0) * self.weights.first_day
        return len(proposals) >= _ENOUGH and proposals[0].cost <= least
