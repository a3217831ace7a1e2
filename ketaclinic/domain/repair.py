"""Day repair: who or what is out, which visits change place because of it, and whom to ring.

A repaired day keeps every booking rule with the outage. Among all such days the plan is the one with, in this order:
nobody in a chair moved, the fewest patients sent to another day (of those, the fewest who are here already), the fewest
moved to another time, the least total shift in minutes, the fewest changes of chair.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from threading import Lock

from ketaclinic.domain.appointments import Card, Status
from ketaclinic.domain.findings import Finding
from ketaclinic.domain.wishes import PlannedSession


class OutageKind(StrEnum):
    """What is out."""

    NURSE = "nurse"
    PRESCRIBER = "prescriber"
    CHAIR = "chair"
    CLINIC = "clinic"


@dataclass(frozen=True, slots=True)
class Outage:
    """Somebody or something that is not there for some hours, wall-clock.

    Attributes:
        id: of the user or the chair; of the location where the whole clinic is closed.
        ends_at: None for the rest of the day.
        name: as the desk reads it, "Chair 3"; filled in by the service.
    """

    kind: OutageKind
    id: int
    starts_at: datetime
    ends_at: datetime | None = None
    reason: str = ""
    name: str = ""

    @property
    def text(self) -> str:
        """One line: "Nurse Okafor out from 11:00 to 15:00: sick"."""
        until = "" if self.ends_at is None else f" to {self.ends_at:%H:%M}"
        shut = {OutageKind.CHAIR: "out of use", OutageKind.CLINIC: "closed"}.get(self.kind, "out")
        reason = f": {self.reason}" if self.reason else ""
        return f"{self.name or self.kind.value.capitalize()} {shut} from {self.starts_at:%H:%M}{until}{reason}"


@dataclass(frozen=True, slots=True)
class RepairCost:
    """What a plan costs, tier by tier: each tier outweighs all that follow.

    Attributes:
        sent: patients sent to another day.
        arrived_sent: of these, those who are here already.
        moved: patients who come at another time of the day.
        shift: minutes, earlier or later, summed over those moved.
        chair_changes: visits on another chair than they were booked on.
    """

    sent: int = 0
    arrived_sent: int = 0
    moved: int = 0
    shift: int = 0
    chair_changes: int = 0

    @property
    def tiers(self) -> tuple[int, int, int, int, int]:
        """As a tuple to be compared: the smaller is the better plan."""
        return (self.sent, self.arrived_sent, self.moved, self.shift, self.chair_changes)


@dataclass(slots=True)
class RepairSearch:
    """A search under way: tells of each better day, and can be given up from another thread.

    Attributes:
        better: called with the cost of each better day found, on the thread that searches.
        stopped: whether somebody gave up; what was found by then is answered.
    """

    better: Callable[[RepairCost], None] | None = None
    stopped: bool = False
    _halt: Callable[[], None] | None = None
    _lock: Lock = field(default_factory=Lock)

    def stop(self) -> None:
        """Ends the search soon."""
        with self._lock:
            self.stopped = True
            if self._halt is not None:
                self._halt()

    def runs(self, halt: Callable[[], None] | None) -> None:
        """Says how the search is halted; None while nothing runs."""
        with self._lock:
            self._halt = halt

    def tell(self, cost: RepairCost) -> None:
        """Tells of a better day."""
        if self.better is not None:
            self.better(cost)


@dataclass(frozen=True, slots=True)
class RepairChoices:
    """Who and what may be out on a day.

    Attributes:
        nurses: (user id, name, sign-in name), by name; where shifts are entered, of those on duty that day.
        prescribers: likewise.
        chairs: (chair id, name).
        begins: wall-clock, when an outage begins if nobody says: now on the day itself, else when the clinic opens.
    """

    nurses: tuple[tuple[int, str, str], ...]
    prescribers: tuple[tuple[int, str, str], ...]
    chairs: tuple[tuple[int, str], ...]
    begins: datetime


@dataclass(frozen=True, slots=True)
class RepairMove:
    """One visit that changes place.

    Attributes:
        card: the visit as it is booked now.
        from_: where it stands now.
        to: its new place on the same day; None when it goes to another day.
        new_place: where it goes on another day; None when it stays on this one, or is still to be placed.
        phone: of the patient, as it is dialled.
        calls: whether the patient must be told: a change of chair alone is no change for them.
        fixed: whether the clerk chose this place by hand.
    """

    card: Card
    from_: PlannedSession
    to: PlannedSession | None
    new_place: PlannedSession | None = None
    phone: str = ""
    calls: bool = True
    fixed: bool = False

    @property
    def sent_away(self) -> bool:
        """Whether the patient does not come on this day."""
        return self.to is None

    @property
    def place(self) -> PlannedSession | None:
        """Where the visit goes, on whatever day; None when it is still to be placed."""
        return self.to or self.new_place

    @property
    def shift(self) -> int:
        """Minutes later on the same day, negative for earlier; 0 for who goes to another day."""
        return 0 if self.to is None else int((self.to.starts_at - self.from_.starts_at).total_seconds() // 60)

    @property
    def consequence(self) -> int:
        """0 still to be placed, 1 another day, 2 another time, 3 another chair; the order they are shown in."""
        if self.to is None:
            return 0 if self.new_place is None else 1
        return 2 if self.shift else 3


def cost_of_moves(moves: Iterable[RepairMove]) -> RepairCost:
    """What moves cost, tier by tier, those chosen by hand included."""
    listed = tuple(moves)
    here = [move for move in listed if move.to is not None]
    return RepairCost(
        sent=sum(move.sent_away for move in listed),
        arrived_sent=sum(move.sent_away and move.card.appointment.status is Status.ARRIVED for move in listed),
        moved=sum(move.shift != 0 for move in here),
        shift=sum(abs(move.shift) for move in here),
        chair_changes=sum(move.to is not None and move.to.chair_id != move.from_.chair_id for move in here),
    )


@dataclass(frozen=True, slots=True)
class RepairPlan:
    """The repaired day, nothing of it saved yet.

    Attributes:
        moves: what changes, by consequence and time; visits not named stay.
        optimal: whether no better plan exists, proven for every tier.
        gap: how far the first tier that is not proven may still be from its best, in its own unit; 0 when proven.
        unproven: name of that tier, as in `RepairCost`; empty when all are proven.
        seconds: that the search took.
        findings: what the plan cannot repair (a patient in a chair without a nurse), and what speaks against places
            fixed by hand.
        versions: (appointment id, version) of every visit of the day the plan was made from.
    """

    location_id: int
    day: date
    outages: tuple[Outage, ...]
    moves: tuple[RepairMove, ...]
    optimal: bool
    gap: int
    seconds: float
    findings: tuple[Finding, ...]
    cost: RepairCost
    versions: tuple[tuple[int, int], ...] = ()
    unproven: str = ""

    @property
    def to_call(self) -> tuple[RepairMove, ...]:
        """Who must be told, soonest first."""
        return tuple(sorted((move for move in self.moves if move.calls), key=_when_to_ring))

    @property
    def changes_nothing(self) -> bool:
        """Whether every visit can stay where it is."""
        return not self.moves


def _when_to_ring(move: RepairMove) -> tuple[datetime, datetime]:
    soonest = move.from_.starts_at if move.place is None else min(move.from_.starts_at, move.place.starts_at)
    return soonest, move.from_.starts_at


@dataclass(frozen=True, slots=True)
class AppliedRepair:
    """A repair that was saved; the call list is asked for by its id."""

    repair_id: int
    moved: int = 0
    sent: int = 0
    to_place: int = 0


@dataclass(frozen=True, slots=True)
class PastRepair:
    """A repair made earlier, as the day names it; `made_at` is wall-clock."""

    repair_id: int
    day: date
    out: str
    made_at: datetime
    made_by: str
    calls: int


@dataclass(frozen=True, slots=True)
class CallPlace:
    """A place as it is said on the telephone; wall-clock, prep to the end of recovery."""

    starts_at: datetime
    ends_at: datetime
    chair: str


@dataclass(frozen=True, slots=True)
class CallLine:
    """One patient to ring, or one card to carry to another chair.

    Attributes:
        label: "4 of 6".
        was: where the visit stood.
        to: where it is now; None while it is still to be placed.
        another_day: whether the patient does not come on the repaired day.
        needs_call: False for a change of chair alone.
        stands: False when the visit was changed again after the repair, so that `to` no longer holds.
        outcome: of the last call about it, as written; empty while nobody rang.
    """

    appointment_id: int
    patient_id: int
    patient_name: str
    record: str
    label: str
    phone: str
    language: str
    interpreter: bool
    was: CallPlace
    to: CallPlace | None
    another_day: bool
    needs_call: bool = True
    stands: bool = True
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class CallList:
    """Whom to ring after a repair, soonest first, and which cards only change their chair.

    Attributes:
        out: one line for each outage.
        made_at: wall-clock.
    """

    repair_id: int
    location_name: str
    day: date
    out: tuple[str, ...]
    made_at: datetime
    made_by: str
    lines: tuple[CallLine, ...]

    @property
    def calls(self) -> tuple[CallLine, ...]:
        """Who must be told."""
        return tuple(line for line in self.lines if line.needs_call)

    @property
    def chairs_only(self) -> tuple[CallLine, ...]:
        """Visits that keep their time on another chair: nobody rings for these."""
        return tuple(line for line in self.lines if not line.needs_call)


def in_calling_order(lines: Iterable[CallLine]) -> tuple[CallLine, ...]:
    """Lines by the soonest of the old and the new time."""

    def soonest(line: CallLine) -> tuple[datetime, datetime]:
        new = line.was.starts_at if line.to is None else line.to.starts_at
        return min(line.was.starts_at, new), line.was.starts_at

    return tuple(sorted(lines, key=soonest))
