"""What the booking rules look at: the visit somebody wants, and the days it would be put into.

Everything is plain values in wall-clock minutes since 1970, so that a rule can be asked hundreds of times a second.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import NamedTuple

from ketaclinic.domain.claims import from_wall_minutes, wall_minutes
from ketaclinic.domain.duty import cover_on
from ketaclinic.domain.nurse_load import DayLoad, NurseUse, day_load, nurse_use, nurses_on_duty
from ketaclinic.domain.protocols import Gaps, NurseNeeds, Phases
from ketaclinic.domain.resources import Chair, Location
from ketaclinic.domain.wishes import PlannedSession

MINUTES_OF_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class BookingLimits:
    """The clinic's own numbers for booking, in minutes.

    Attributes:
        longest_recovery: recovery to allow for after the last infusion of the day (`clinical.md` 8.3).
        grid: the planner offers starts at multiples of it.
    """

    longest_recovery: int
    grid: int


class Visit(NamedTuple):
    """A visit that holds its chair: what it takes of chair and nurses. Hundreds are made for each question."""

    appointment_id: int
    chair_id: int
    starts: int
    ends: int
    use: NurseUse


@dataclass(frozen=True, slots=True)
class PatientVisit:
    """Another visit of the patient, at any location: from the start of prep to the end of recovery."""

    appointment_id: int
    series_id: int
    family: str
    starts: int
    leaves: int
    chair_id: int = 0

    @property
    def day(self) -> date:
        """The day it is on."""
        return from_wall_minutes(self.starts).date()


@dataclass(frozen=True, slots=True)
class ClosedStretch:
    """A closure of one chair, or of all when `chair_id` is None."""

    chair_id: int | None
    starts: int
    ends: int
    reason: str


@dataclass(frozen=True, slots=True)
class BusyTime:
    """What is taken at one location over some days, as read in one go; the raw material of planner and rules.

    Attributes:
        first_midnight: start of the first day.
        days: how many days from there.
        shifts: (user id, starts, ends) of nurses that touch these days; without length who is entered but away.
        visits: what holds a chair, as rows of `VISIT_COLUMNS`.
        patient_visits: all of the patient's visits, anywhere, that the spacing of these days may depend on, in order.
        prescribers: as `shifts`, of prescribers.
    """

    location: Location
    chairs: tuple[Chair, ...]
    first_midnight: int
    days: int
    shifts: Sequence[tuple[int, int, int]]
    closures: tuple[ClosedStretch, ...]
    visits: Sequence[Sequence[int]]
    patient_visits: tuple[PatientVisit, ...]
    prescribers: Sequence[tuple[int, int, int]] = ()

    @property
    def first_day(self) -> date:
        """The first day read."""
        return from_wall_minutes(self.first_midnight).date()

    def hours_of(self, weekday: int) -> tuple[tuple[int, int], ...]:
        """Opening hours of a weekday as (opens, closes) in minutes of the day."""
        hours = (h for h in self.location.hours if h.weekday == weekday)
        return tuple((minute_of_day(h.opens), minute_of_day(h.closes) or MINUTES_OF_DAY) for h in hours)


VISIT_COLUMNS = (
    "appointment_id",
    "chair_id",
    "starts",
    "ends",
    "setup_starts",
    "setup_ends",
    "leaves",
    "ratio",
)
"""What a row of `BusyTime.visits` holds: ids, and wall-clock minutes since 1970."""


@dataclass(frozen=True, slots=True)
class ClinicDay:
    """One day at one location; the visits that are being moved are left out of `visits` and `load`.

    Attributes:
        hours: opening hours as (opens, closes) in minutes since 1970.
        prescribers: when at least one prescriber is there, as (starts, ends); None where none is entered for the day,
            so that one is taken to be there.
    """

    midnight: int
    hours: tuple[tuple[int, int], ...]
    closures: tuple[ClosedStretch, ...]
    visits: tuple[Visit, ...]
    load: DayLoad
    prescribers: tuple[tuple[int, int], ...] | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """The clinic and the patient as they are without the visits asked for.

    Attributes:
        days: every day that a session asked for is on.
        patient_visits: what else the patient has, anywhere, in order.
        now: nothing is booked before it; None where what is past is being put back (undo).
        cleared: whether a further visit needs no prescriber's word; only new visits are asked.
    """

    chairs: Mapping[int, Chair]
    days: Mapping[date, ClinicDay]
    patient_visits: tuple[PatientVisit, ...]
    limits: BookingLimits
    now: int | None
    cleared: bool = True


@dataclass(frozen=True, slots=True)
class Wanted:
    """Sessions somebody wants booked, or one visit somebody wants to move.

    Attributes:
        series_id: the series they belong to; None for a new one.
        was: where the one visit stands now, when it is a move.
        stood: what of the spacing it broke there, as (code, days); None where that is still to be found out.
    """

    family: str
    phases: Phases
    nurse: NurseNeeds
    gaps: Gaps
    window_days: int | None
    sessions: tuple[PlannedSession, ...]
    series_id: int | None = None
    was: PlannedSession | None = None
    stood: tuple[tuple[str, int], ...] | None = None

    @property
    def only_changes_chair(self) -> bool:
        """Whether the visit keeps its time and length, so that only the chair is in question."""
        was = self.was
        return was is not None and all((s.starts_at, s.ends_at) == (was.starts_at, was.ends_at) for s in self.sessions)

    def use(self, session: PlannedSession) -> NurseUse:
        """What a session asks of the nurses."""
        return nurse_use(wall_minutes(session.starts_at), self.phases, self.nurse)


def clinic_day(busy: BusyTime, day: date, leaving_out: frozenset[int] = frozenset()) -> ClinicDay:
    """One day out of what was read, without the visits that are being moved."""
    midnight = wall_minutes(datetime.combine(day, time()))
    end = midnight + MINUTES_OF_DAY
    visits = tuple(
        Visit(row[0], row[1], row[2], row[3], NurseUse(row[4], row[5], row[6], row[7]))
        for row in busy.visits
        if row[2] < end and row[3] > midnight and row[0] not in leaving_out
    )
    on_duty = nurses_on_duty(midnight, busy.shifts, busy.location.usual_nurses[day.weekday()])
    return ClinicDay(
        midnight,
        tuple((midnight + opens, midnight + closes) for opens, closes in busy.hours_of(day.weekday())),
        tuple(closed for closed in busy.closures if closed.starts < end and closed.ends > midnight),
        visits,
        day_load(midnight, on_duty, (visit.use for visit in visits)),
        cover_on(busy.prescribers, midnight),
    )


def situation_on(
    busy: BusyTime,
    days: Iterable[date],
    limits: BookingLimits,
    now: int | None,
    leaving_out: frozenset[int] = frozenset(),
) -> Situation:
    """How things stand on the days asked about, without the visits that are being moved."""
    asked = set(days)
    rows: dict[date, list[Sequence[int]]] = {day: [] for day in asked}
    midnights = {wall_minutes(datetime.combine(day, time())) // MINUTES_OF_DAY: found for day, found in rows.items()}
    for row in busy.visits:
        for number in range(row[2] // MINUTES_OF_DAY, (row[3] - 1) // MINUTES_OF_DAY + 1):
            if number in midnights:
                midnights[number].append(row)
    return Situation(
        {chair.id: chair for chair in busy.chairs},
        {day: clinic_day(replace(busy, visits=rows[day]), day, leaving_out) for day in asked},
        tuple(visit for visit in busy.patient_visits if visit.appointment_id not in leaving_out),
        limits,
        now,
    )


def minute_of_day(at: time) -> int:
    """A time of day as minutes since midnight."""
    return at.hour * 60 + at.minute


def clock(minutes: int) -> str:
    """The time of day as the desk reads it: "09:30"."""
    hour, minute = divmod(minutes % MINUTES_OF_DAY, 60)
    return f"{hour:02}:{minute:02}"


_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def weekday_name(weekday: int) -> str:
    """A weekday as the desk reads it, "Mon" for 0."""
    return _WEEKDAYS[weekday]


def day_name(day: date | datetime) -> str:
    """The day as the desk reads it, the same on every computer: "Mon 30 Nov"."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
