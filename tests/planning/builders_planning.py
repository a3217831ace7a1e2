"""Small clinics for the planner's tests, and the series found by trying everything.

The oracle knows nothing of the planner: it walks minute by minute through plain lists.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise

from ketaclinic.domain.booking_situation import BookingLimits, BusyTime, ClosedStretch, PatientVisit
from ketaclinic.domain.claims import wall_minutes
from ketaclinic.domain.protocols import DoseLimits, Gaps, MonitoringSchedule, NurseNeeds, Phases, Protocol
from ketaclinic.domain.resources import Chair, Hours, Location
from ketaclinic.domain.wishes import SeriesWishes
from ketaclinic.planning.request import SeriesRequest
from ketaclinic.planning.weights import PlannerWeights

MONDAY = date(2026, 11, 30)
WEIGHTS = PlannerWeights(
    gap_day=1000,
    same_time_change=2000,
    same_time_minute=20,
    time_change=50,
    time_minute=1,
    chair_change=100,
    first_day=200,
    finish_week=500,
    late_hour=10,
)
PHASES = Phases(30, 40, 30, 15)
NURSE = NurseNeeds(20, 25, 2)
GAPS = Gaps(2, 7, ((3, 4),))
LIMITS = BookingLimits(longest_recovery=60, grid=15)


def at(day: int, clock: str) -> int:
    """Wall-clock minutes of a time on a day counted from Monday 30 November 2026."""
    hour, minute = clock.split(":")
    return wall_minutes(datetime.combine(MONDAY + timedelta(days=day), time(int(hour), int(minute))))


def a_location(opens: time = time(8), closes: time = time(17), days: int = 5, nurses: int = 4) -> Location:
    hours = tuple(Hours(weekday, opens, closes) for weekday in range(days))
    return Location(1, "Riverside", "America/Chicago", hours=hours, usual_nurses=(nurses,) * 7)


def chairs(count: int) -> tuple[Chair, ...]:
    return tuple(Chair(number, 1, f"Chair {number}", number) for number in range(1, count + 1))


def a_protocol(
    sessions: int = 6,
    phases: Phases = PHASES,
    nurse: NurseNeeds = NURSE,
    gaps: Gaps = GAPS,
    window: int | None = 21,
    family: str = "mood",
) -> Protocol:
    return Protocol(
        id="induction",
        revision=1,
        desk_name="Induction",
        short_name="Induction",
        clinical_name="Induction",
        family=family,
        indications=("depression",),
        sessions=sessions,
        open_ended=False,
        phases=phases,
        gaps=gaps,
        window_days=window,
        review_days=None,
        nurse=nurse,
        monitoring=MonitoringSchedule(15, (5,), 10, (15, 30), 15, 3, 5),
        dose=DoseLimits(0.5, 1.0, 1.5, 200.0),
        minimum_recovery=30,
        checklists=(),
    )


def a_visit(
    number: int,
    chair: int,
    starts: int,
    phases: Phases = PHASES,
    nurse: NurseNeeds = NURSE,
) -> tuple[int, ...]:
    setup = starts + nurse.setup_from
    return (
        number,
        chair,
        starts,
        starts + phases.total,
        setup,
        setup + nurse.setup_minutes,
        starts + phases.visit,
        nurse.ratio,
    )


def busy(
    location: Location | None = None,
    chair_count: int = 1,
    days: int = 85,
    visits: tuple[tuple[int, ...], ...] = (),
    closures: tuple[ClosedStretch, ...] = (),
    shifts: tuple[tuple[int, int, int], ...] = (),
    patient_visits: tuple[PatientVisit, ...] = (),
    prescribers: tuple[tuple[int, int, int], ...] = (),
) -> BusyTime:
    return BusyTime(
        location or a_location(),
        chairs(chair_count),
        at(0, "00:00"),
        days,
        shifts,
        closures,
        visits,
        patient_visits,
        prescribers,
    )


def a_request(protocol: Protocol | None = None, **wishes: object) -> SeriesRequest:
    given = SeriesWishes(patient_id=1, protocol_id="induction", location_id=1, first_day=MONDAY)
    return SeriesRequest(replace(given, **wishes), protocol or a_protocol(), LIMITS, WEIGHTS)  # type: ignore[arg-type]


# --- the oracle ------------------------------------------------------------------------------------------------------

Place = tuple[int, int, int]
"""(day, minute of the day, chair id)."""


@dataclass
class TriedAll:
    """Every series there is, one after the other."""

    request: SeriesRequest
    busy: BusyTime

    def places(self) -> list[Place]:
        """Every single session that may be, by day."""
        grid = self.request.limits.grid
        pinned = {
            (p.starts_at - datetime.combine(MONDAY, time())) // timedelta(minutes=1) for p in self.request.wishes.pinned
        }
        found: list[Place] = []
        for day in range(self.busy.days):
            minutes = {*range(0, 24 * 60, grid), *(p % 1440 for p in pinned if p // 1440 == day)}
            found += [
                (day, minute, chair.id)
                for minute in sorted(minutes)
                for chair in self.busy.chairs
                if self._wished(day, minute, chair.id) and self._open(day, minute, chair.id)
            ]
        return found

    def series(self) -> Iterator[tuple[int, tuple[Place, ...]]]:
        """Every complete series with its cost."""
        places = self.places()
        pinned = {(p.starts_at.date() - MONDAY).days for p in self.request.wishes.pinned}

        def grow(so_far: tuple[Place, ...]) -> Iterator[tuple[Place, ...]]:
            if len(so_far) == self.request.count:
                if pinned <= {day for day, _, _ in so_far} and self._course_holds(so_far):
                    yield so_far
                return
            for place in places:
                if not so_far or self._may_follow(so_far, place):
                    yield from grow((*so_far, place))

        for found in grow(()):
            yield self.cost(found), found

    def _may_follow(self, so_far: tuple[Place, ...], place: Place) -> bool:
        gaps, window = self.request.protocol.gaps, self.request.protocol.window_days
        gap = place[0] - so_far[-1][0]
        if not gaps.min_days <= gap <= gaps.max_days:
            return False
        return window is None or place[0] - so_far[0][0] <= window

    def cost(self, series: tuple[Place, ...]) -> int:
        weights, wishes = self.request.weights, self.request.wishes
        gaps = self.request.protocol.gaps
        earliest = wishes.earliest or min(h.opens for h in self.busy.location.hours)
        base = earliest.hour * 60 + earliest.minute
        change, minute = (
            (weights.same_time_change, weights.same_time_minute)
            if wishes.same_time
            else (weights.time_change, weights.time_minute)
        )
        wished = (wishes.first_day - MONDAY).days
        there = self.course_days()
        total = 0 if there else max(series[0][0] - wished, 0) * weights.first_day
        if there:
            total += self._cost_of_going_on(series[0], there, change, minute)
        preferred = wishes.preferred_chair_id
        if preferred is not None and any(chair.id == preferred for chair in self.busy.chairs):
            total += sum(weights.preferred_chair for _, _, chair in series if chair != preferred)
        total += max(series[-1][0] - wished, 0) // 7 * weights.finish_week
        for _, start, _ in series:
            total += max(start - base, 0) * weights.late_hour // 60
        for number, (one, two) in enumerate(pairwise(series), start=self.request.first_position):
            low, high = gaps.targets[min(number, len(gaps.targets)) - 1]
            gap = two[0] - one[0]
            total += weights.gap_day * (low - gap if gap < low else gap - high if gap > high else 0)
            if one[1] != two[1]:
                total += change + minute * abs(one[1] - two[1])
            if one[2] != two[2]:
                total += weights.chair_change
        return total

    def course_days(self) -> list[int]:
        """Days of the visits the series goes on from, counted from Monday."""
        course = self.request.course
        return sorted((visit.day - MONDAY).days for visit in course.visits) if course else []

    def _cost_of_going_on(self, first: Place, there: list[int], change: int, minute: int) -> int:
        """Days to the neighbours on either side off their target, another clock time, another chair than the last."""
        weights, course = self.request.weights, self.request.course
        assert course is not None
        low, high = self.request.protocol.gaps.targets[
            min(max(self.request.first_position - 1, 1), len(self.request.protocol.gaps.targets)) - 1
        ]
        total = 0
        earlier = min((first[0] - day for day in there if day < first[0]), default=None)
        later = min((day - first[0] for day in there if day > first[0]), default=None)
        for gap in (earlier, later):
            if gap is not None:
                total += weights.gap_day * (low - gap if gap < low else gap - high if gap > high else 0)
        last = max(course.visits, key=lambda visit: visit.starts)
        if last.starts % 1440 != first[1]:
            total += change + minute * abs(last.starts % 1440 - first[1])
        if last.chair_id != first[2] and any(chair.id == last.chair_id for chair in self.busy.chairs):
            total += weights.chair_change
        return total

    def _course_holds(self, series: tuple[Place, ...]) -> bool:
        """Whether gaps and window hold over the visits there are and the new ones, in the order of their days."""
        there, course = self.course_days(), self.request.course
        if course is None or not there:
            return True
        if len(series) > 1 and series[0][0] < there[-1]:
            return False
        if not course.strict:
            return True
        gaps, window = self.request.protocol.gaps, self.request.protocol.window_days
        new = {day for day, _, _ in series}
        days = sorted([*there, *new])
        for one, two in pairwise(days):
            if (one in new or two in new) and not gaps.min_days <= two - one <= gaps.max_days:
                return False
        return window is None or days[-1] - days[0] <= window

    def _wished(self, day: int, minute: int, chair: int) -> bool:
        wishes = self.request.wishes
        for pinned in wishes.pinned:
            if (pinned.starts_at.date() - MONDAY).days == day:
                return (pinned.starts_at.hour * 60 + pinned.starts_at.minute, pinned.chair_id) == (minute, chair)
        weekday = (MONDAY + timedelta(days=day)).weekday()
        return (
            day >= (wishes.first_day - MONDAY).days
            and (not wishes.weekdays or weekday in wishes.weekdays)
            and (wishes.earliest is None or minute >= wishes.earliest.hour * 60 + wishes.earliest.minute)
            and (wishes.latest is None or minute <= wishes.latest.hour * 60 + wishes.latest.minute)
            and (wishes.chair_id is None or chair == wishes.chair_id)
        )

    def _open(self, day: int, minute: int, chair: int) -> bool:
        phases = self.request.protocol.phases
        midnight = self.busy.first_midnight + day * 1440
        start = midnight + minute
        end = start + phases.prep + phases.infusion + phases.recovery + phases.turnover
        leaves = end - phases.turnover
        long = start + phases.prep + phases.infusion + max(self.request.limits.longest_recovery, phases.recovery)
        weekday = (MONDAY + timedelta(days=day)).weekday()
        inside = False
        for hours in self.busy.location.hours:
            opens = midnight + hours.opens.hour * 60 + hours.opens.minute
            closes = midnight + hours.closes.hour * 60 + hours.closes.minute
            if hours.weekday == weekday and start >= opens and end <= closes and long <= closes:
                inside = True
        if not inside or (self.request.now is not None and start < self.request.now):
            return False
        for visit in self.busy.visits:
            if visit[1] == chair and not (end <= visit[2] or visit[3] <= start):
                return False
        for closed in self.busy.closures:
            if closed.chair_id in {None, chair} and not (end <= closed.starts or closed.ends <= start):
                return False
        for visit in self.busy.patient_visits:
            if not (leaves <= visit.starts or visit.leaves <= start):
                return False
            apart = abs((MONDAY + timedelta(days=day) - visit.day).days)
            if apart == 0 or (
                visit.family == self.request.protocol.family and apart < self.request.protocol.gaps.min_days
            ):
                return False
        return self._nurses(start, midnight) and self._prescriber(start, midnight)

    def _prescriber(self, start: int, midnight: int) -> bool:
        entered = [s for s in self.busy.prescribers if midnight <= s[1] < midnight + 1440 or s[1] <= midnight < s[2]]
        phases = self.request.protocol.phases
        leaves = start + phases.prep + phases.infusion + phases.recovery
        return not entered or all(
            any(starts <= minute < ends for _, starts, ends in entered) for minute in range(start + phases.prep, leaves)
        )

    def _nurses(self, start: int, midnight: int) -> bool:
        nurse, phases = self.request.protocol.nurse, self.request.protocol.phases
        mine = a_visit(0, 0, start, phases, nurse)
        for minute in range(midnight, midnight + 1440, 5):
            if not mine[4] <= minute < mine[6]:
                continue
            alone, shared = 0, Fraction(0)
            for visit in (*self.busy.visits, mine):
                if visit[4] <= minute < visit[5]:
                    alone += 1
                elif visit[5] <= minute < visit[6]:
                    shared += Fraction(1, visit[7])
            if alone + shared > self._on_duty(minute, midnight):
                return False
        return True

    def _on_duty(self, minute: int, midnight: int) -> int:
        today = [s for s in self.busy.shifts if midnight <= s[1] < midnight + 1440 or s[1] <= midnight < s[2]]
        if not today:
            return self.busy.location.usual_nurses[
                (MONDAY + timedelta(days=(midnight - self.busy.first_midnight) // 1440)).weekday()
            ]
        return len({user for user, starts, ends in today if starts <= minute < ends})
