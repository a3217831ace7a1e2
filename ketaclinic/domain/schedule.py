"""What the desk looks at: a day of the board, and one visit in full."""

from dataclasses import dataclass
from datetime import date, datetime

from ketaclinic.domain.appointments import Card, Transition
from ketaclinic.domain.people import Escort, Patient
from ketaclinic.domain.protocols import PhaseKind
from ketaclinic.domain.resources import Chair, Closure, DutySpan, Hours, Location
from ketaclinic.domain.series import SeriesProgress


@dataclass(frozen=True, slots=True)
class LoadPoint:
    """Nurse load at one minute of the day (the strip beside the time axis).

    Attributes:
        at: minute of the day, a multiple of five.
        in_setup: visits that have a nurse to themselves.
        monitored: visits that share nurses.
        on_duty: nurses there.
        capacity_ok: whether monitored visits fit into the nurses not in set-up.
    """

    at: int
    in_setup: int
    monitored: int
    on_duty: int
    capacity_ok: bool


@dataclass(frozen=True, slots=True)
class DayView:
    """One day at one location as the board shows it.

    Attributes:
        chairs: those in use that day, in their order.
        cards: every appointment of the day, also what was cancelled or missed, by start and chair.
        load: every five minutes of the opening hours.
        visits: appointments that hold a chair.
        series_starting: of these, first sessions of a series.
        chair_use: part of the opening hours each chair is held, 0 to 1.
        duty: the nurses who are there, where shifts are entered; empty where the usual number counts.
    """

    location: Location
    day: date
    chairs: tuple[Chair, ...]
    hours: tuple[Hours, ...]
    closures: tuple[Closure, ...]
    cards: tuple[Card, ...]
    load: tuple[LoadPoint, ...]
    visits: int
    series_starting: int
    chair_use: dict[int, float]
    duty: tuple[DutySpan, ...] = ()

    @property
    def use(self) -> float:
        """Mean chair use of the day, 0 to 1."""
        return sum(self.chair_use.values()) / len(self.chair_use) if self.chair_use else 0.0


@dataclass(frozen=True, slots=True)
class Gate:
    """One thing that must be there before the start or the release, and how it stands in words."""

    ok: bool
    text: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything the desk may know about one visit; nothing clinical.

    Attributes:
        consent: valid on the day of the visit or not.
        order: signed, not expired, sessions left or not.
        cleared: whether a nurse has checked the patient in.
        gap_days: days since the session before; None for the first.
        next_steps: what may come next for this user's role, the usual step first.
        nurse: name of the nurse of the set-up, or empty.
        phase_times: each phase with its planned wall-clock start and end.
        overrides: booking rules that were overridden for this visit, why and by whose word.
        held_by: name of who holds it, while it is held; or empty.
    """

    card: Card
    patient: Patient
    chair: Chair
    series: SeriesProgress
    escort: Escort | None
    consent: Gate
    order: Gate
    cleared: Gate
    gap_days: int | None
    next_steps: tuple[Transition, ...]
    nurse: str
    phase_times: tuple[tuple[PhaseKind, datetime, datetime], ...]
    overrides: tuple[str, ...] = ()
    held_by: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit: who did what when, from where; `at` is an instant in UTC."""

    seq: int
    op: str
    detail: str
    at: datetime
    user: str
    station: str
    rows: int
    undoes: int | None = None
