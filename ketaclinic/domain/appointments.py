"""Appointments and the one table of their status transitions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ketaclinic.domain.people import Role
from ketaclinic.domain.protocols import NurseNeeds, PhaseKind, Phases


class Status(StrEnum):
    """Where a visit stands."""

    PROPOSED = "proposed"
    HELD = "held"
    SCHEDULED = "scheduled"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    CHECKED_IN = "checked_in"
    INFUSING = "infusing"
    RECOVERING = "recovering"
    READY = "ready"
    DISCHARGED = "discharged"
    NO_SHOW = "no_show"
    CANCELLED_BY_PATIENT = "cancelled_by_patient"
    CANCELLED_BY_CLINIC = "cancelled_by_clinic"
    CANCELLED_LATE = "cancelled_late"
    RESCHEDULED = "rescheduled"
    LAPSED = "lapsed"

    @property
    def word(self) -> str:
        """The status as it is written on screen."""
        return _WORDS.get(self, self.value.replace("_", " ").capitalize())


_WORDS = {
    Status.PROPOSED: "To place",
    Status.LAPSED: "Hold lapsed",
    Status.NO_SHOW: "No-show",
    Status.CHECKED_IN: "Checked in",
    Status.CANCELLED_BY_PATIENT: "Cancelled by patient",
    Status.CANCELLED_BY_CLINIC: "Cancelled by clinic",
    Status.CANCELLED_LATE: "Cancelled late",
}

CANCELLED = frozenset({Status.CANCELLED_BY_PATIENT, Status.CANCELLED_BY_CLINIC, Status.CANCELLED_LATE})
FREES_THE_CHAIR = CANCELLED | {Status.NO_SHOW, Status.RESCHEDULED, Status.PROPOSED, Status.LAPSED}
"""Statuses that hold nothing: their claims are released. A visit *to place* has none to hold."""
IN_CHAIR = frozenset({Status.CHECKED_IN, Status.INFUSING, Status.RECOVERING, Status.READY})
MOVABLE = frozenset({Status.PROPOSED, Status.HELD, Status.SCHEDULED, Status.CONFIRMED, Status.ARRIVED})
OVER = (FREES_THE_CHAIR - {Status.PROPOSED}) | {Status.DISCHARGED}
NOT_ON_THE_BOARD = CANCELLED | {Status.RESCHEDULED, Status.PROPOSED, Status.LAPSED}
"""What has no place on the board of its day."""

_DESK = frozenset({Role.FRONT_DESK, Role.NURSE, Role.PRESCRIBER, Role.MANAGER})
_CLINICAL = frozenset({Role.NURSE, Role.PRESCRIBER})


@dataclass(frozen=True, slots=True)
class Transition:
    """One permitted change of status: the verb on its button and who may press it."""

    source: Status
    target: Status
    verb: str
    roles: frozenset[Role]
    clinical: bool = False  # made by charting (start, stop, sign-off), not by a button at the desk


def _leave(source: Status) -> tuple[Transition, ...]:
    return (
        Transition(source, Status.CANCELLED_BY_PATIENT, "Cancelled by patient", _DESK),
        Transition(source, Status.CANCELLED_BY_CLINIC, "Cancelled by clinic", _DESK),
        Transition(source, Status.CANCELLED_LATE, "Cancelled late", _DESK),
        Transition(source, Status.RESCHEDULED, "Rescheduled", _DESK),
    )


TRANSITIONS: tuple[Transition, ...] = (
    Transition(Status.PROPOSED, Status.HELD, "Hold", _DESK),
    Transition(Status.PROPOSED, Status.SCHEDULED, "Schedule", _DESK),
    *_leave(Status.PROPOSED),
    Transition(Status.HELD, Status.SCHEDULED, "Schedule", _DESK),
    Transition(Status.HELD, Status.PROPOSED, "Put on pinboard", _DESK),
    Transition(Status.HELD, Status.LAPSED, "Release hold", _DESK),
    *_leave(Status.HELD),
    Transition(Status.SCHEDULED, Status.CONFIRMED, "Confirm", _DESK),
    Transition(Status.SCHEDULED, Status.ARRIVED, "Arrived", _DESK),
    Transition(Status.SCHEDULED, Status.NO_SHOW, "No-show", _DESK),
    Transition(Status.SCHEDULED, Status.PROPOSED, "Put on pinboard", _DESK),
    *_leave(Status.SCHEDULED),
    Transition(Status.CONFIRMED, Status.ARRIVED, "Arrived", _DESK),
    Transition(Status.CONFIRMED, Status.NO_SHOW, "No-show", _DESK),
    Transition(Status.CONFIRMED, Status.PROPOSED, "Put on pinboard", _DESK),
    Transition(Status.CONFIRMED, Status.SCHEDULED, "Take confirmation back", _DESK),
    *_leave(Status.CONFIRMED),
    Transition(Status.ARRIVED, Status.CHECKED_IN, "Check in", _CLINICAL),
    Transition(Status.ARRIVED, Status.CONFIRMED, "Not here after all", _DESK),
    Transition(Status.ARRIVED, Status.CANCELLED_BY_PATIENT, "Left before treatment", _DESK),
    Transition(Status.ARRIVED, Status.CANCELLED_BY_CLINIC, "Sent home", _CLINICAL),
    Transition(Status.CHECKED_IN, Status.INFUSING, "Start infusion", _CLINICAL, clinical=True),
    Transition(Status.CHECKED_IN, Status.ARRIVED, "Back to waiting", _CLINICAL),
    Transition(Status.CHECKED_IN, Status.CANCELLED_BY_CLINIC, "Held today, sent home", _CLINICAL),
    Transition(Status.INFUSING, Status.RECOVERING, "Stop infusion", _CLINICAL, clinical=True),
    Transition(Status.RECOVERING, Status.READY, "Criteria met", _CLINICAL, clinical=True),
    Transition(Status.RECOVERING, Status.DISCHARGED, "Discharge", _CLINICAL, clinical=True),
    Transition(Status.READY, Status.DISCHARGED, "Discharge", _CLINICAL, clinical=True),
    Transition(Status.READY, Status.RECOVERING, "Back to recovery", _CLINICAL, clinical=True),
    Transition(Status.NO_SHOW, Status.ARRIVED, "Arrived after all", _DESK),
)


def transitions_from(status: Status) -> tuple[Transition, ...]:
    """What may come next, the usual step first."""
    return tuple(t for t in TRANSITIONS if t.source is status)


def transition(source: Status, target: Status) -> Transition | None:
    """The transition between two statuses, or None where there is none."""
    return next((t for t in TRANSITIONS if t.source is source and t.target is target), None)


@dataclass(frozen=True, slots=True)
class Appointment:
    """A booked visit. `starts_at` and `ends_at` are wall-clock at the location, prep to turnover."""

    id: int
    series_id: int
    patient_id: int
    location_id: int
    chair_id: int
    starts_at: datetime
    ends_at: datetime
    phases: Phases
    status: Status
    position: int  # place in the plan of its series, from 1
    session_number: int | None = None  # given when the infusion starts
    nurse_id: int | None = None
    escort_id: int | None = None
    version: int = 1
    held_until: datetime | None = None  # UTC; while held: when the hold lapses
    replaces_id: int | None = None  # the missed visit it stands for
    nurse_needs: NurseNeeds | None = None  # what it asks of the nurses, as its protocol said when it was booked

    @property
    def leaves_at(self) -> datetime:
        """When the patient leaves: wall-clock, before the turnover."""
        return self.starts_at + timedelta(minutes=self.phases.visit)

    def phase_starts(self) -> tuple[tuple[PhaseKind, datetime, datetime], ...]:
        """Each phase with its planned wall-clock start and end."""
        return phase_spans(self.starts_at, self.phases)


def phase_spans(starts_at: datetime, phases: Phases) -> tuple[tuple[PhaseKind, datetime, datetime], ...]:
    """Each phase with its wall-clock start and end."""
    spans = []
    at = starts_at
    for kind in PhaseKind:
        end = at + timedelta(minutes=getattr(phases, kind.value))
        spans.append((kind, at, end))
        at = end
    return tuple(spans)


@dataclass(frozen=True, slots=True)
class Card:
    """What the board shows of one appointment: nothing clinical, so that every role may see it.

    Attributes:
        label: "4 of 6", "M 3".
        missing: what is not there yet, of "consent", "escort", "order"; "clearance" or "clinician's call" for who is
            not cleared or is to be called; "note" when the patient has a note.
        arrived_at: wall-clock, when status became arrived.
        since: wall-clock, since when a visit is to be placed; None for every other.
        held_until: wall-clock, when the hold lapses; None for what is not held.
    """

    appointment: Appointment
    patient_name: str
    record: str
    label: str
    desk_name: str
    missing: tuple[str, ...] = ()
    arrived_at: datetime | None = None
    since: datetime | None = None
    held_until: datetime | None = None
