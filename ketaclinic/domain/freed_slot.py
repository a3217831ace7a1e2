"""A freed place, and who may take it: ranked, each with why; the program names people and books nobody."""

from dataclasses import dataclass
from datetime import date, datetime

from ketaclinic.domain.calls import CallNote
from ketaclinic.domain.recall import RecallKind
from ketaclinic.domain.waitlist import Waiting


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may legally take the place; nothing clinical.

    Attributes:
        why: in words, what speaks for them and what is worth knowing.
        appointment_id: the visit that is moved up or placed; None where a new one is booked.
        version: of that visit.
        moves_up: whether that visit has a later place now; else it has none.
        target: the day their next session should be; None where nothing says so.
        waited_days: days past that target, or on the waitlist.
        short_notice: whether they said that so short a notice will do.
        review: whether a prescriber reviews the gap when they take it.
        missing: what is not there yet for that day: "consent", "order".
        ends_at: when the chair would be free again.
    """

    kind: RecallKind
    patient_id: int
    name: str
    record: str
    phone: str
    protocol_id: str
    protocol: str
    why: tuple[str, ...]
    ends_at: datetime
    appointment_id: int | None = None
    version: int = 0
    moves_up: bool = False
    series_id: int | None = None
    target: date | None = None
    past_target: bool = False
    waited_days: int = 0
    short_notice: bool = False
    review: bool = False
    missing: tuple[str, ...] = ()
    waiting: Waiting | None = None
    last_call: CallNote | None = None

    @property
    def rank(self) -> tuple[bool, bool, int, bool, str]:
        """Sorts the best first: no review, past the target, waiting longest, short notice accepted."""
        return self.review, not self.past_target, -self.waited_days, not self.short_notice, self.name

    @property
    def key(self) -> tuple[int, int]:
        """What tells it from the others."""
        return self.patient_id, self.appointment_id or 0


@dataclass(frozen=True, slots=True)
class FreedSlot:
    """The place itself: a chair from a start on; `minutes` limits how long, None goes by what is booked after it."""

    location_id: int
    chair_id: int
    starts_at: datetime
    minutes: int | None = None
