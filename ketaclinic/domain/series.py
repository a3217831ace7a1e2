"""Series: one patient's course under one protocol, and how far it is."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ketaclinic.domain.appointments import FREES_THE_CHAIR, Status

_LOST = FREES_THE_CHAIR - {Status.PROPOSED}


class SeriesStatus(StrEnum):
    """Where a course stands."""

    ACTIVE = "active"
    COMPLETED = "completed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Series:
    """One patient's course."""

    id: int
    patient_id: int
    protocol_id: str
    protocol_revision: int
    location_id: int
    sessions: int
    open_ended: bool
    status: SeriesStatus
    order_id: int | None = None
    version: int = 1
    stopped_reason: str = ""

    def label(self, position: int) -> str:
        """The place as on a card: "4 of 6", or "M 3" for maintenance."""
        return f"M {position}" if self.open_ended else f"{position} of {self.sessions}"


@dataclass(frozen=True, slots=True)
class SeriesProgress:
    """A series with its visits, for the patient page and the inspector."""

    series: Series
    desk_name: str
    done: int
    visits: tuple["SeriesVisit", ...]
    next_due: date | None = None

    @property
    def missing(self) -> tuple["SeriesVisit", ...]:
        """Missed and cancelled visits that no other stands for, by day."""
        kept = {v.position for v in self.visits if v.status not in _LOST}
        return tuple(v for v in self.visits if v.status in _LOST - {Status.LAPSED} and v.position not in kept)


@dataclass(frozen=True, slots=True)
class SeriesVisit:
    """One visit of a series: appointment id, wall-clock start, status value, label, chair name.

    Attributes:
        position: its place in the plan; shared with the visit that stands for it.
        held_until: end of its hold, in UTC.
    """

    appointment_id: int
    starts_at: datetime
    status: str
    label: str
    chair: str
    held_until: datetime | None = None
    position: int = 0
