"""Days to be repaired, and the best repair found by trying everything.

The oracle knows nothing of the solver, the rules or the shares: it walks through the day in steps of five minutes over
plain lists, with fractions of nurses.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from fractions import Fraction

from ketaclinic.domain.booking_situation import BusyTime, ClosedStretch, Wanted
from ketaclinic.domain.claims import from_wall_minutes
from ketaclinic.domain.protocols import NurseNeeds, Phases
from ketaclinic.domain.wishes import PlannedSession
from ketaclinic.planning.day_problem import Day, DayVisit
from ketaclinic.planning.day_repair import Places
from tests.planning.builders_planning import GAPS, LIMITS, MONDAY, a_location, at, chairs

SHORT = (Phases(15, 30, 15, 15), NurseNeeds(10, 15, 2))
LONG = (Phases(15, 45, 30, 15), NurseNeeds(10, 20, 3))
USUAL = (Phases(30, 40, 30, 15), NurseNeeds(20, 25, 2))


def a_visit(
    number: int,
    chair_id: int,
    clock: str,
    kind: tuple[Phases, NurseNeeds] = USUAL,
    *,
    stays: bool = False,
    arrived: bool = False,
    patient_id: int | None = None,
) -> DayVisit:
    starts = at(0, clock)
    stands = PlannedSession(from_wall_minutes(starts), from_wall_minutes(starts + kind[0].total), chair_id)
    wanted = Wanted("mood", *kind, GAPS, None, (stands,), series_id=number, was=stands)
    return DayVisit(number, patient_id or number, wanted, stays=stays, arrived=arrived)


@dataclass(frozen=True)
class Clinic:
    """A Monday: who is there, until when, and which chair is shut from when to when."""

    visits: tuple[DayVisit, ...]
    chair_count: int = 2
    opens: str = "08:00"
    closes: str = "12:00"
    nurses: tuple[tuple[str, str], ...] = (("00:00", "23:55"),)
    nurses_after: tuple[tuple[str, str], ...] | None = None
    shut: tuple[tuple[int | None, str, str], ...] = ()
    prescribers_after: tuple[tuple[str, str], ...] = ()
    now: str | None = None
    longest_recovery: int = 15

    def day(self) -> Day:
        """The day as the planner is given it."""
        opens, closes = (time.fromisoformat(clock) for clock in (self.opens, self.closes))
        rows = []
        for visit in self.visits:
            held, use = visit.as_busy(), visit.use_at(visit.starts)
            rows.append(
                (
                    visit.appointment_id,
                    held.chair_id,
                    held.starts,
                    held.ends,
                    use.setup_starts,
                    use.setup_ends,
                    use.leaves,
                    use.ratio,
                )
            )
        before = BusyTime(
            a_location(opens, closes, 5, 0),
            chairs(self.chair_count),
            at(0, "00:00"),
            1,
            self._spans(self.nurses),
            (),
            rows,
            (),
        )
        closed = tuple(ClosedStretch(chair, at(0, a), at(0, b), "out of use") for chair, a, b in self.shut)
        nurses = self.nurses if self.nurses_after is None else self.nurses_after
        after = replace(
            before,
            shifts=self._spans(nurses) or [(1, at(0, "00:00"), at(0, "00:00"))],
            closures=closed,
            prescribers=self._spans(self.prescribers_after),
        )
        limits = replace(LIMITS, longest_recovery=self.longest_recovery)
        return Day(MONDAY, before, after, limits, None if self.now is None else at(0, self.now))

    @staticmethod
    def _spans(clocks: Sequence[tuple[str, str]]) -> list[tuple[int, int, int]]:
        return [(number, at(0, a), at(0, b)) for number, (a, b) in enumerate(clocks, start=1)]


def best_by_trying(clinic: Clinic) -> tuple[int, int, int, int, int]:
    """The cost of the best day: sent away, of these here already, moved, minutes, chairs changed."""
    moving = [visit for visit in clinic.visits if not visit.stays]
    fixed = [(visit, visit.starts, visit.session.chair_id) for visit in clinic.visits if visit.stays]
    return min(_cost(placed) for placed in _every_day(clinic, moving, fixed))


def breaks_of(clinic: Clinic, places: Places) -> list[str]:
    """What a repaired day breaks, in words; nothing for a good one."""
    placed = [(visit, visit.starts, visit.session.chair_id) for visit in clinic.visits if visit.stays]
    wrong = []
    for visit in clinic.visits:
        place = None if visit.stays else places[visit.appointment_id]
        if place is not None:
            if not _may(clinic, visit, *place):
                wrong.append(f"visit {visit.appointment_id} may not be there")
            if any(_clash(visit, *place, *other) for other in placed):
                wrong.append(f"visit {visit.appointment_id} is where another is")
            placed.append((visit, *place))
    if not _nurses_enough(clinic, placed):
        wrong.append("too few nurses")
    return wrong


Placed = tuple[DayVisit, int, int]
Day_ = tuple[tuple[DayVisit, tuple[int, int] | None], ...]


def _every_day(clinic: Clinic, moving: Sequence[DayVisit], placed: Sequence[Placed]) -> Iterator[Day_]:
    if not moving:
        yield ()
        return
    visit, *rest = moving
    for place in [None, *_places(clinic, visit)]:
        if place is not None:
            if any(_clash(visit, *place, *other) for other in placed):
                continue
            if not _nurses_enough(clinic, [*placed, (visit, *place)]):
                continue
        there = placed if place is None else [*placed, (visit, *place)]
        for others in _every_day(clinic, rest, there):
            yield ((visit, place), *others)


def _places(clinic: Clinic, visit: DayVisit) -> Iterator[tuple[int, int]]:
    midnight = at(0, "00:00")
    for start in sorted({*range(midnight, midnight + 24 * 60, 15), visit.starts}):
        for chair in range(1, clinic.chair_count + 1):
            if _may(clinic, visit, start, chair):
                yield start, chair


def _may(clinic: Clinic, visit: DayVisit, start: int, chair: int) -> bool:
    phases = visit.wanted.phases
    total = phases.prep + phases.infusion + phases.recovery + phases.turnover
    leaves = start + phases.prep + phases.infusion + max(phases.recovery, clinic.longest_recovery)
    own = start == visit.starts
    if not own and clinic.now is not None and start < at(0, clinic.now):
        return False
    if not own and (start < at(0, clinic.opens) or max(start + total, leaves) > at(0, clinic.closes)):
        return False
    if not own and start % 15:
        return False
    for where, begins, ends in clinic.shut:
        if where in {None, chair} and start < at(0, ends) and at(0, begins) < start + total:
            return False
    if clinic.prescribers_after:
        for minute in range(start + phases.prep, start + phases.prep + phases.infusion + phases.recovery):
            if not any(at(0, a) <= minute < at(0, b) for a, b in clinic.prescribers_after):
                return False
    return True


def _clash(visit: DayVisit, start: int, chair: int, other: DayVisit, other_start: int, other_chair: int) -> bool:
    def spans(one: DayVisit, begins: int, *, patient: bool) -> range:
        phases = one.wanted.phases
        length = phases.prep + phases.infusion + phases.recovery + (0 if patient else phases.turnover)
        return range(begins, begins + length)

    if chair == other_chair and set(spans(visit, start, patient=False)) & set(spans(other, other_start, patient=False)):
        return True
    same = visit.patient_id == other.patient_id
    return same and bool(set(spans(visit, start, patient=True)) & set(spans(other, other_start, patient=True)))


def _nurses_enough(clinic: Clinic, placed: Sequence[Placed]) -> bool:
    nurses = clinic.nurses if clinic.nurses_after is None else clinic.nurses_after
    moving = [each for each in placed if not each[0].stays]
    for minute in range(at(0, "00:00"), at(0, "23:55"), 5):
        there = sum(at(0, a) <= minute < at(0, b) for a, b in nurses)
        if sum(_asked(placed, minute), Fraction()) > there and any(_asked(moving, minute)):
            return False
    return True


def _asked(placed: Sequence[Placed], minute: int) -> Iterator[Fraction]:
    for visit, start, _ in placed:
        phases, needs = visit.wanted.phases, visit.wanted.nurse
        set_up = start + needs.setup_from
        if set_up <= minute < set_up + needs.setup_minutes:
            yield Fraction(1)
        elif set_up <= minute < start + phases.prep + phases.infusion + phases.recovery:
            yield Fraction(1, needs.ratio)


def _cost(day: Day_) -> tuple[int, int, int, int, int]:
    sent = [visit for visit, place in day if place is None]
    stay = [(visit, place) for visit, place in day if place is not None]
    shifts = [abs(place[0] - visit.starts) for visit, place in stay]
    return (
        len(sent),
        sum(visit.arrived for visit in sent),
        sum(shift > 0 for shift in shifts),
        sum(shifts),
        sum(place[1] != visit.session.chair_id for visit, place in stay),
    )


def minutes_later(places: Mapping[int, tuple[int, int] | None], number: int, clock: str) -> int:
    """How much later than a time of Monday a visit was put."""
    place = places[number]
    assert place is not None
    return int(timedelta(minutes=place[0] - at(0, clock)).total_seconds() // 60)
