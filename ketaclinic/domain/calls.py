"""Calls to patients and their outcomes, the list for confirming, and who has arrived or is late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from ketaclinic.domain.appointments import Card
from ketaclinic.domain.findings import Finding
from ketaclinic.domain.resources import Closure, Location


class CallPurpose(StrEnum):
    """What a call was for."""

    CONFIRMATION = "confirmation"
    REPAIR = "repair"
    FREED_SLOT = "freed_slot"
    RECALL = "recall"

    @property
    def word(self) -> str:
        """As it is written on screen."""
        return {"confirmation": "to confirm", "repair": "to move", "freed_slot": "freed place", "recall": "recall"}[
            self
        ]


class CallOutcome(StrEnum):
    """How a call ended."""

    CONFIRMED = "confirmed"
    VOICEMAIL = "voicemail"
    UNREACHABLE = "unreachable"
    CANCELLED = "cancelled"
    ACCEPTED = "accepted"
    DECLINED = "declined"

    @property
    def word(self) -> str:
        """As it is written on screen."""
        return self.value.capitalize()


@dataclass(frozen=True, slots=True)
class CallNote:
    """One call that was made. `at` is wall-clock at the location; `by` the name of who called."""

    id: int
    patient_id: int
    appointment_id: int | None
    purpose: CallPurpose
    outcome: CallOutcome
    at: datetime
    by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmRow:
    """One visit to be confirmed by telephone, with all that is to be said in the call; nothing clinical.

    Attributes:
        escort: who takes the patient home, or that nobody is named yet.
        missing: what is not there yet: "consent", "escort", "order", "clearance".
        reminders: arrival, food and drink, in sentences.
        calls: made about this visit, the latest first.
    """

    card: Card
    chair: str
    phone: str
    spoken_name: str
    escort: str
    missing: tuple[str, ...]
    reminders: tuple[str, ...]
    language: str = ""
    interpreter: bool = False
    note: str = ""
    calls: tuple[CallNote, ...] = ()

    @property
    def last_call(self) -> CallNote | None:
        """The latest call about this visit."""
        return self.calls[0] if self.calls else None


@dataclass(frozen=True, slots=True)
class ConfirmationList:
    """The visits of the next working days, by day and start."""

    days: tuple[date, ...]
    rows: tuple[ConfirmRow, ...]


@dataclass(frozen=True, slots=True)
class ArrivalRow:
    """Somebody who waits, or who should be here and is not.

    Attributes:
        arrived_at: wall-clock; None for who is not here.
        waiting_minutes: since the arrival.
        late_minutes: since the start that was booked; 0 before it.
        ageing: minutes that count as waiting: since the arrival or the booked start, whichever is later.
        finishes_at: wall-clock end, turnover included, when the visit begins now or at its time.
        closes_at: when the clinic closes; None on a day without hours.
        findings: what beginning now would break, with what would do.
    """

    card: Card
    chair: str
    arrived_at: datetime | None
    waiting_minutes: int
    late_minutes: int
    ageing: int
    finishes_at: datetime
    closes_at: datetime | None
    findings: tuple[Finding, ...] = ()

    @property
    def here(self) -> bool:
        """Whether the patient waits in the clinic."""
        return self.arrived_at is not None


@dataclass(frozen=True, slots=True)
class FastingHours:
    """Hours before the arrival without solid food, and without anything to drink."""

    solids: int
    liquids: int


def next_working_days(
    location: Location, today: date, closures: Sequence[Closure], count: int, look_ahead: int
) -> tuple[date, ...]:
    """The next days the clinic works on: with opening hours that no closure takes away whole.

    Args:
        location: with its opening hours.
        today: is left out.
        closures: those of the location from today on.
        count: how many days.
        look_ahead: days that are looked at, at most.
    """
    found: list[date] = []
    for ahead in range(1, look_ahead + 1):
        day = today + timedelta(days=ahead)
        if _works(location, day, closures):
            found.append(day)
        if len(found) == count:
            break
    return tuple(found)


def _works(location: Location, day: date, closures: Sequence[Closure]) -> bool:
    whole = [c for c in closures if c.chair_id is None]
    for hours in location.open_on(day):
        opens = datetime.combine(day, hours.opens)
        closes = datetime.combine(day, hours.closes)
        if hours.closes == time():
            closes += timedelta(days=1)
        if not _covered(opens, closes, whole):
            return True
    return False


def _covered(opens: datetime, closes: datetime, closures: Sequence[Closure]) -> bool:
    """Whether closures leave nothing of these hours."""
    at = opens
    for closure in sorted(closures, key=lambda c: c.starts_at):
        if closure.starts_at <= at < closure.ends_at:
            at = closure.ends_at
    return at >= closes


def reminders(card: Card, fasting: FastingHours) -> tuple[str, ...]:
    """What is said in a confirmation call, with its times; a planned visit begins with the arrival."""
    starts = card.appointment.starts_at
    leaves = starts + timedelta(minutes=card.appointment.phases.visit)
    solids = starts - timedelta(hours=fasting.solids)
    liquids = starts - timedelta(hours=fasting.liquids)
    day_before = "" if solids.date() == starts.date() else " the day before"
    return (
        f"Arrive at {starts:%H:%M}; home at about {leaves:%H:%M}.",
        f"No solid food after {solids:%H:%M}{day_before}, clear liquids until {liquids:%H:%M}.",
        "Nobody drives home alone: an adult takes the patient home and stays.",
        "Illness, new medicines or a pregnancy: put the call through to a nurse.",
    )


def round_up(at: datetime, step: int = 5) -> datetime:
    """The next multiple of `step` minutes at or after a time."""
    over = timedelta(minutes=at.minute % step, seconds=at.second, microseconds=at.microsecond)
    return at if not over else at - over + timedelta(minutes=step)
