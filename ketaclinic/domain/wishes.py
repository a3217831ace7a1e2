"""What the clerk asks of the series planner, and what it answers."""

from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise

from ketaclinic.domain.findings import Finding


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One session of a series, not booked yet; wall-clock at the location, prep to turnover."""

    starts_at: datetime
    ends_at: datetime
    chair_id: int


@dataclass(frozen=True, slots=True)
class SeriesWishes:
    """For whom, what, and how the patient would like it.

    Attributes:
        first_day: the first date a session may be on.
        weekdays: weekdays sessions may be on, 0 is Monday; empty means every day the clinic is open.
        earliest: earliest start of a visit; None for no wish.
        latest: latest start of a visit; None for no wish.
        same_time: keep the same clock time from session to session, strongly.
        count: how many sessions to plan; None for the protocol's own number.
        chair_id: the only chair that will do; None for any.
        preferred_chair_id: the chair the patient would like; another one costs points.
        series_id: a running course that the sessions are added to; None for a new one.
        pinned: sessions that stay exactly as they are; the others are planned around them.
    """

    patient_id: int
    protocol_id: str
    location_id: int
    first_day: date
    weekdays: frozenset[int] = frozenset()
    earliest: time | None = None
    latest: time | None = None
    same_time: bool = True
    count: int | None = None
    chair_id: int | None = None
    pinned: tuple[PlannedSession, ...] = ()
    preferred_chair_id: int | None = None
    series_id: int | None = None


@dataclass(frozen=True, slots=True)
class CostLine:
    """One thing that is not as wished, and its points."""

    points: int
    text: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """One complete series that may be booked as it stands.

    Attributes:
        cost: points of everything that is not as wished; the best proposal has the fewest.
        why: what costs points and how many, in words; what every proposal keeps is left out.
        findings: what is worth knowing (an order that ends too soon), and for a running course what a prescriber
            must look at; a proposal never carries a finding that blocks.
        title: "Mon · Thu at 09:30".
        summary: "17 days · same time · Chair 2".
        remark: what sets it apart from the best, or "every wish kept".
        costs: the same as `why`, as values; their points add up to `cost`.
    """

    sessions: tuple[PlannedSession, ...]
    cost: float
    why: tuple[str, ...]
    findings: tuple[Finding, ...]
    title: str
    summary: str = ""
    remark: str = ""
    costs: tuple[CostLine, ...] = ()

    @property
    def gaps(self) -> tuple[int, ...]:
        """Calendar days between consecutive sessions."""
        days = [session.starts_at.date() for session in self.sessions]
        return tuple((later - earlier).days for earlier, later in pairwise(days))


@dataclass(frozen=True, slots=True)
class Proposals:
    """The planner's answer: up to five truly different series, best first; when none, the findings say why."""

    proposals: tuple[Proposal, ...]
    findings: tuple[Finding, ...]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class FreeStart:
    """A visit could start here, on this chair."""

    starts_at: datetime
    chair_id: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether one start would do; if not, every reason, and the nearest starts that would."""

    free: bool
    findings: tuple[Finding, ...]
    nearest: tuple[PlannedSession, ...]


@dataclass(frozen=True, slots=True)
class BookedSeries:
    """What a booking made: the series and its appointments in order."""

    series_id: int
    appointment_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MaintenanceWindow:
    """When the next maintenance session of a patient is due, by the protocol's taper.

    Attributes:
        due_from: the first day the protocol allows.
        target: the day it aims at.
        latest: the last day before a prescriber must look at it.
        session_number: place of that session in the course, from 1.
        protocol_id: of the maintenance.
    """

    due_from: date
    target: date
    latest: date
    session_number: int
    protocol_id: str = ""
