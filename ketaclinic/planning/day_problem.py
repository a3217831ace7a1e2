"""The question that day repair asks: which visits may start when and where, and what is left of chairs and nurses.

Built with the booking rules themselves, one visit at a time, so that the search knows of no rule that they do not. What
was already so before the outage and stays so is nobody's reason to move: an overload that a manager accepted is kept,
but no visit is moved into it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ketaclinic.domain.booking_rules import check_booking
from ketaclinic.domain.booking_situation import (
    MINUTES_OF_DAY,
    BookingLimits,
    BusyTime,
    ClosedStretch,
    PatientVisit,
    Situation,
    Visit,
    Wanted,
    clinic_day,
    situation_on,
)
from ketaclinic.domain.claims import from_wall_minutes, wall_minutes
from ketaclinic.domain.findings import blocking
from ketaclinic.domain.nurse_load import SAMPLES, SHARES, NurseUse, day_load, sample_at_or_after, shares_of
from ketaclinic.domain.wishes import PlannedSession

Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class DayVisit:
    """One visit of the day as it is booked.

    Attributes:
        wanted: as the rules see it, with where it stands now in `was`.
        patient_visits: all of the patient's other visits, anywhere; those of this day that may move as well are left
            out.
        stays: whether it cannot be moved: its patient is in a chair, it is over, or the clerk put it there.
        arrived: whether the patient is here, waiting.
    """

    appointment_id: int
    patient_id: int
    wanted: Wanted
    patient_visits: tuple[PatientVisit, ...] = ()
    stays: bool = False
    arrived: bool = False
    nurse_id: int | None = None

    @property
    def session(self) -> PlannedSession:
        """Where it stands."""
        return self.wanted.sessions[0]

    @property
    def starts(self) -> int:
        """Start of prep, minutes since 1970."""
        return wall_minutes(self.session.starts_at)

    def use_at(self, starts: int) -> NurseUse:
        """What it asks of the nurses when it starts then."""
        return self.wanted.use(replace(self.session, starts_at=from_wall_minutes(starts)))

    def as_busy(self) -> Visit:
        """What it holds where it stands."""
        starts = self.starts
        return Visit(
            self.appointment_id,
            self.session.chair_id,
            starts,
            starts + self.wanted.phases.total,
            self.use_at(starts),
        )


@dataclass(frozen=True, slots=True)
class Movable:
    """One visit that may be moved.

    Attributes:
        starts: minutes since 1970 it may start at, ascending; its own among them when it may stay.
        own: where it starts now.
        length: minutes it holds its chair.
        patient_length: minutes the patient is there.
        setup: minutes from its start to begin and end of the nurse's set-up.
        share: part of a nurse while monitored, in `nurse_load.SHARES`.
    """

    appointment_id: int
    patient_id: int
    chair_id: int
    own: int
    starts: tuple[int, ...]
    length: int
    patient_length: int
    setup: Stretch
    share: int
    arrived: bool
    nurse_id: int | None = None

    def shares_at(self, starts: int, first_sample: int) -> dict[int, int]:
        """What it takes of the nurses at each count of the day when it starts then."""
        setup, monitored, leaves = (
            sample_at_or_after(starts + offset) - first_sample for offset in (*self.setup, self.patient_length)
        )
        return {
            sample: SHARES if sample < monitored else self.share
            for sample in range(max(setup, 0), min(leaves, SAMPLES))
        }


@dataclass(frozen=True, slots=True)
class DayProblem:
    """What is searched: places for the visits that may be moved.

    Attributes:
        midnight: start of the day, minutes since 1970.
        chairs: the chairs in use, in their order.
        taken: for each chair the stretches nothing may be put into: closures, outages, visits that stay.
        spare: shares of nurses left for the visits, at every five minutes of the day.
        set_ups: stretches in which a nurse who is named sets up somebody who stays.
    """

    midnight: int
    chairs: tuple[int, ...]
    visits: tuple[Movable, ...]
    taken: Mapping[int, tuple[Stretch, ...]]
    spare: tuple[int, ...]
    set_ups: Mapping[int, tuple[Stretch, ...]]

    def open_at(self, chair_id: int, starts: int, length: int) -> bool:
        """Whether a chair is not taken by what cannot be moved."""
        return all(ends <= starts or starts + length <= begins for begins, ends in self.taken.get(chair_id, ()))


@dataclass(frozen=True, slots=True)
class Day:
    """One day at a location, before and with the outage.

    Attributes:
        before: as it is booked, the outage unknown.
        after: the same with the outage: fewer on duty, more closures.
    """

    day: date
    before: BusyTime
    after: BusyTime
    limits: BookingLimits
    now: int | None


def day_problem(clinic: Day, visits: Sequence[DayVisit]) -> DayProblem:
    """The question for a day and its visits (those that hold a chair)."""
    staying = [visit for visit in visits if visit.stays]
    moving = [visit for visit in visits if not visit.stays]
    after = clinic_day(clinic.after, clinic.day)
    before = clinic_day(clinic.before, clinic.day)
    first = after.midnight
    fixed = day_load(first, after.load.on_duty, (visit.as_busy().use for visit in staying))
    spare = [max(fixed.spare(sample), 0) for sample in range(SAMPLES)]
    accepted = frozenset(
        sample
        for sample in range(SAMPLES)
        if before.load.spare(sample) < 0 and after.load.on_duty[sample] >= before.load.on_duty[sample]
    )
    for sample in accepted:
        spare[sample] = before.load.shares[sample] + SHARES * before.load.in_setup[sample]
        spare[sample] -= fixed.shares[sample] + SHARES * fixed.in_setup[sample]
    chairs = tuple(chair.id for chair in clinic.after.chairs)
    return DayProblem(
        first,
        chairs,
        tuple(_movable(clinic, visit, accepted) for visit in moving),
        _taken(chairs, after.closures, staying),
        tuple(spare),
        _set_ups(staying),
    )


def _taken(
    chairs: Iterable[int], closures: Iterable[ClosedStretch], staying: Iterable[DayVisit]
) -> dict[int, tuple[Stretch, ...]]:
    shut = [(closed.chair_id, closed.starts, closed.ends) for closed in closures]
    held = [(visit.chair_id, visit.starts, visit.ends) for visit in (each.as_busy() for each in staying)]
    return {
        chair_id: tuple(sorted((starts, ends) for where, starts, ends in [*shut, *held] if where in {None, chair_id}))
        for chair_id in chairs
    }


def _set_ups(staying: Iterable[DayVisit]) -> dict[int, tuple[Stretch, ...]]:
    found: dict[int, tuple[Stretch, ...]] = {}
    for visit in staying:
        if visit.nurse_id is not None:
            use = visit.use_at(visit.starts)
            found[visit.nurse_id] = (*found.get(visit.nurse_id, ()), (use.setup_starts, use.setup_ends))
    return found


def _movable(clinic: Day, visit: DayVisit, accepted: frozenset[int]) -> Movable:
    wanted = visit.wanted
    needs = wanted.nurse
    found = Movable(
        visit.appointment_id,
        visit.patient_id,
        visit.session.chair_id,
        visit.starts,
        (),
        wanted.phases.total,
        wanted.phases.visit,
        (needs.setup_from, needs.setup_from + needs.setup_minutes),
        shares_of(needs.ratio),
        visit.arrived,
        visit.nurse_id,
    )
    before, after = (_alone(busy, clinic, visit) for busy in (clinic.before, clinic.after))
    hours = after.days[clinic.day].hours
    starts = [
        start
        for start in _grid(clinic, visit.starts)
        if any(opens <= start and start + found.length <= closes for opens, closes in hours)
        and not _against(visit, start, after)
    ]
    if accepted:
        first_sample = sample_at_or_after(wall_minutes_of(clinic.day))
        starts = [start for start in starts if accepted.isdisjoint(found.shares_at(start, first_sample))]
    if _against(visit, visit.starts, after) <= _against(visit, visit.starts, before):
        starts.append(visit.starts)
    return replace(found, starts=tuple(sorted(starts)))


def _alone(busy: BusyTime, clinic: Day, visit: DayVisit) -> Situation:
    """The day as one visit would find it if it were alone: closures of single chairs and other visits left out."""
    empty = replace(
        busy,
        visits=(),
        closures=tuple(closed for closed in busy.closures if closed.chair_id is None),
        patient_visits=visit.patient_visits,
    )
    return situation_on(empty, [clinic.day], clinic.limits, clinic.now)


def _against(visit: DayVisit, start: int, situation: Situation) -> frozenset[str]:
    """The codes of what speaks against a start, whatever the chair."""
    begins = from_wall_minutes(start)
    session = replace(visit.session, starts_at=begins, ends_at=from_wall_minutes(start + visit.wanted.phases.total))
    chair = next((key for key, chair in situation.chairs.items() if chair.retired_on is None), session.chair_id)
    asked = replace(visit.wanted, sessions=(replace(session, chair_id=chair),))
    if asked.only_changes_chair and asked.was is not None:  # all rules are asked, not those of the chair alone
        elsewhen = replace(asked.was, starts_at=from_wall_minutes(start + 1))
        asked = replace(asked, was=elsewhen)
    return frozenset(finding.code for finding in blocking(check_booking(asked, situation)))


def _grid(clinic: Day, own: int) -> list[int]:
    """The starts the planner offers, from now on, without the visit's own."""
    midnight = wall_minutes_of(clinic.day)
    since = midnight if clinic.now is None else max(midnight, clinic.now)
    step = clinic.limits.grid
    first = midnight + -(-(since - midnight) // step) * step
    return [start for start in range(first, midnight + MINUTES_OF_DAY, step) if start != own]


def wall_minutes_of(day: date) -> int:
    """Midnight of a day, minutes since 1970."""
    return (day - date(1970, 1, 1)).days * MINUTES_OF_DAY
