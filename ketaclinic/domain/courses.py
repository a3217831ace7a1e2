"""A running course changed as a whole: what is asked, and what it would come to.

A missed visit stays as a fact; the visit that stands for it takes its place in the course (`replaces_id`). Numbers are
given when an infusion starts, so nothing is renumbered (`clinical.md` 8.2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from ketaclinic.domain.appointments import CANCELLED, OVER, Status
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.protocols import Gaps, NurseNeeds, Phases
from ketaclinic.domain.wishes import PlannedSession

LOST = OVER - {Status.DISCHARGED}
"""What will not be given any more: missed, cancelled, rescheduled, lapsed."""
AHEAD = frozenset({Status.HELD, Status.SCHEDULED, Status.CONFIRMED})
"""What a change of the whole course may move."""
NEW = 0
"""Stands for the visit that is not there yet where visits are named by their ids."""


class Scope(StrEnum):
    """How far a change of one session reaches."""

    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"

    @property
    def word(self) -> str:
        """As it is asked on screen."""
        return {"this": "This one", "following": "This and the following", "all": "All"}[self]


class Cause(StrEnum):
    """Why a session does not take place where it was booked."""

    MISSED = "missed"
    CANCELLED = "cancelled"
    MOVED = "moved"


class Strategy(StrEnum):
    """What is done about it (`clinical.md` 8.2)."""

    APPEND = "append"
    SHIFT = "shift"
    REPLACE = "replace"
    LEAVE = "leave"
    EDIT = "edit"


def cause_of(target: Status) -> Cause:
    """Why a visit that gets this status does not take place."""
    if target in CANCELLED:
        return Cause.CANCELLED
    return Cause.MOVED if target is Status.RESCHEDULED else Cause.MISSED


@dataclass(frozen=True, slots=True)
class SeriesChange:
    """A change of every session in scope.

    Attributes:
        days: days later (or earlier, when negative).
        starts: the clock time; None for each visit's own.
        chair_id: the chair; None for each visit's own.
        weekday: 0 to 6; visits on the weekday of the session that was taken up go to this day of the same week.
        only_weekday: whether `days` concerns only the visits on the weekday of the session that was taken up.
    """

    days: int = 0
    starts: time | None = None
    chair_id: int | None = None
    weekday: int | None = None
    only_weekday: bool = False

    def of(self, stands: PlannedSession, anchor: date) -> PlannedSession:
        """Where a session would go; `anchor` is the day of the one that was taken up."""
        day = stands.starts_at.date()
        alike = day.weekday() == anchor.weekday()
        if alike or not self.only_weekday:
            day += timedelta(days=self.days)
        if self.weekday is not None and alike:
            day += timedelta(days=self.weekday - day.weekday())
        starts = datetime.combine(day, self.starts or stands.starts_at.time())
        length = stands.ends_at - stands.starts_at
        return PlannedSession(starts, starts + length, self.chair_id or stands.chair_id)


@dataclass(frozen=True, slots=True)
class CourseVisit:
    """One visit of a course, whatever became of it; wall-clock."""

    id: int
    version: int
    position: int
    status: Status
    place: PlannedSession
    phases: Phases
    nurse: NurseNeeds
    session_number: int | None = None
    replaces_id: int | None = None

    @property
    def day(self) -> date:
        """The day it is or was on."""
        return self.place.starts_at.date()


@dataclass(frozen=True, slots=True)
class Course:
    """A series with all its visits by time, and what its protocol asks.

    Attributes:
        visits: every row, also missed ones and those to place.
        version: of the series itself.
    """

    series_id: int
    version: int
    patient_id: int
    record: str
    location_id: int
    sessions: int
    open_ended: bool
    active: bool
    family: str
    gaps: Gaps
    window_days: int | None
    visits: tuple[CourseVisit, ...]

    def visit(self, appointment_id: int) -> CourseVisit:
        """One visit by its id. Raises StopIteration when it is not of this course."""
        return next(v for v in self.visits if v.id == appointment_id)

    def given_or_booked(self, without: int = NEW) -> tuple[CourseVisit, ...]:
        """Visits that were given or hold a place, by time; without one of them where asked."""
        return tuple(
            v for v in self.visits if v.status not in LOST and v.status is not Status.PROPOSED and v.id != without
        )

    def ahead(self, now: datetime) -> tuple[CourseVisit, ...]:
        """Visits that are still to come and have not begun, by time."""
        return tuple(v for v in self.visits if v.status in AHEAD and v.place.starts_at > now)

    def stand_in(self, visit: CourseVisit) -> CourseVisit | None:
        """The visit that stands for a missed one already; None when there is none."""
        return next(
            (v for v in self.visits if v.position == visit.position and v.id != visit.id and v.status not in LOST), None
        )

    def label(self, number: int) -> str:
        """A number as on a card: "4 of 6", or "M 3" for maintenance."""
        return f"M {number}" if self.open_ended else f"{number} of {self.sessions}"

    def numbers(
        self, places: Mapping[int, PlannedSession] | None = None, gone: frozenset[int] = frozenset()
    ) -> dict[int, int]:
        """The number each visit has or would be given, were they given in the order of their days.

        A session that was missed keeps its number free until another visit stands for it.

        Args:
            places: where visits would be instead; `NEW` for the one that stands for a visit that is gone.
            gone: visits that become missed or cancelled.
        """
        moved = dict(places or {})
        base = min((v.position for v in self.visits), default=1)
        lost = [v for v in self.visits if v.status in LOST or v.id in gone]
        kept = [v for v in self.visits if v not in lost]
        filled = {v.position for v in kept} | {v.position for v in lost if NEW in moved and v.id in gone}
        given = {v.id: v.session_number for v in kept if v.session_number is not None}
        waiting = {v.id: moved.get(v.id, v.place).starts_at for v in kept if v.id not in given}
        if NEW in moved:
            waiting[NEW] = moved[NEW].starts_at
        free = {v.position: v.place.starts_at for v in reversed(lost) if v.position not in filled}
        order = sorted([*((at, key) for key, at in waiting.items()), *((at, -1) for at in free.values())])
        return given | {key: base + len(given) + rank for rank, (_, key) in enumerate(order) if key >= NEW}


@dataclass(frozen=True, slots=True)
class Placed:
    """One visit of a course at a new place; `was` is None for the visit that is not there yet."""

    visit: CourseVisit
    to: PlannedSession
    was: PlannedSession | None

    @property
    def key(self) -> int:
        """Its id, or `NEW`."""
        return self.visit.id if self.was is not None else NEW


@dataclass(frozen=True, slots=True)
class RepairedVisit:
    """One visit as a repair would leave it.

    Attributes:
        appointment_id: None for the visit that stands for the missed one.
        label: "4 of 6", as it would read then.
        was: where it stands; None for a new one.
        to: where it would go; None when it stays where it is, or waits to be placed.
        findings: what is to be known of the new place; for a visit that cannot go, why.
        nearest: for a visit that cannot go: the nearest place that would do.
        chair: name of the chair it would be on.
    """

    appointment_id: int | None
    position: int
    label: str
    was: PlannedSession | None
    to: PlannedSession | None
    findings: tuple[Finding, ...] = ()
    nearest: PlannedSession | None = None
    chair: str = ""


class MarkKind(StrEnum):
    """What a day of the course would be."""

    GIVEN = "given"
    KEPT = "kept"
    MOVED = "moved"
    ADDED = "added"
    MISSED = "missed"
    TO_PLACE = "to_place"


@dataclass(frozen=True, slots=True)
class CourseMark:
    """One session of the course as it would be: day, label, what it is, and the days since the one before."""

    starts_at: datetime
    label: str
    kind: MarkKind
    gap: int | None = None
    too_long: bool = False


@dataclass(frozen=True, slots=True)
class SeriesRepair:
    """A change of a course with all its consequences, to be shown and then taken as it stands or not at all.

    Attributes:
        strategy: what is done.
        title: on its card: "Add one at the end".
        text: what happens, in one sentence.
        visits: every visit concerned.
        findings: everything that speaks against it or is worth knowing.
        review: whether it makes a task for the prescriber.
        last_day: of the course, then.
        facts: consequences in a few words each: "Ends Thu 17 Dec, 3 days later".
        marks: the whole course as it would be.
        versions: (appointment id, version) of every visit of the course, so that it is not taken on old knowledge.
    """

    strategy: Strategy
    title: str
    text: str
    visits: tuple[RepairedVisit, ...]
    findings: tuple[Finding, ...]
    review: bool
    last_day: date | None
    series_id: int
    appointment_id: int
    facts: tuple[str, ...] = ()
    marks: tuple[CourseMark, ...] = ()
    versions: tuple[tuple[int, int], ...] = ()
    series_version: int = 0

    @property
    def possible(self) -> bool:
        """Whether nothing blocks it."""
        return all(f.severity is not Severity.BLOCK for f in self.findings)

    @property
    def changes(self) -> bool:
        """Whether it would change anything."""
        return any(v.to is not None or v.was is None for v in self.visits)


def stamps(course: Course) -> tuple[tuple[int, int], ...]:
    """Id and version of each visit of a course."""
    return tuple(sorted((v.id, v.version) for v in course.visits))
