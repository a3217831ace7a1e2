"""The drug ledger as its screen and its report show it: frozen lines with names, lots and running balances."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from ketaclinic.domain.findings import Finding
from ketaclinic.domain.ledger import (
    Balance,
    Count,
    CountLine,
    Entry,
    EntryKind,
    SessionDrug,
    Vial,
    VialState,
    effect,
    milligrams,
    summed,
)
from ketaclinic.domain.sheets import ListHead


@dataclass(frozen=True, slots=True)
class StockLine:
    """A vial with what it holds and how it stands."""

    vial: Vial
    balance: Balance
    state: VialState


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One entry as it is read.

    Attributes:
        at_wall: when, on the location's wall.
        balance: of the vial after it.
        patient: whose session it was, with the record number; "" where it was none.
        reversed_by: id of the entry that takes this one back.
        of_reversed: the entry that this one takes back.
        happened_wall: when it truly was, where it was entered late.
    """

    entry: Entry
    vial: Vial
    at_wall: datetime
    balance: Balance
    by: str
    witness: str = ""
    patient: str = ""
    record: str = ""
    reversed_by: int | None = None
    of_reversed: Entry | None = None
    happened_wall: datetime | None = None

    @property
    def what(self) -> str:
        """What happened: "Wasted", "Reversed line 12 (Wasted)"."""
        if self.of_reversed is not None:
            return f"Reversed line {self.of_reversed.id} ({self.of_reversed.kind.word.lower()})"
        return self.entry.kind.word

    @property
    def change_ug(self) -> int:
        """What it changes of what is on hand."""
        if self.of_reversed is not None:
            return -effect(self.of_reversed.kind, self.of_reversed.amount_ug)
        return effect(self.entry.kind, self.entry.amount_ug)

    @property
    def note(self) -> str:
        """Reason, and whether it was taken back."""
        taken_back = f"Taken back by line {self.reversed_by}." if self.reversed_by is not None else ""
        return " ".join(filter(None, (self.late, self.entry.reason, taken_back)))

    @property
    def late(self) -> str:
        """When it truly was, where it was entered late: "Happened 2026-11-23 09:50, entered later."."""
        return f"Happened {self.happened_wall:%Y-%m-%d %H:%M}, entered later." if self.happened_wall else ""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session that drug may be drawn for, or that has some to account for.

    Attributes:
        strength: mg/mL its dose was computed for, None while none was chosen; `dose_ug` likewise.
        chosen_vial: the vial named with the dose, if one was.
        given_ug: what the pump has given by now: proposed as administered once the infusion was stopped.
        by_vial: vial id -> what was drawn, given and wasted of it for this session.
    """

    encounter_id: int
    patient: str
    record: str
    label: str
    chair: str
    day: date
    started: bool
    stopped: bool
    signed: bool
    strength: float | None = None
    dose_ug: int | None = None
    chosen_vial: int | None = None
    given_ug: int = 0
    by_vial: Mapping[int, Balance] = field(default_factory=dict)

    @property
    def drug(self) -> SessionDrug:
        """Its sums over all vials."""
        return SessionDrug(summed(self.by_vial.values()))

    @property
    def words(self) -> str:
        """Who, which visit and where: "Silva, João (K0001), 2 of 6, Chair 1"."""
        return f"{self.patient} ({self.record}), {self.label}, {self.chair}"


@dataclass(frozen=True, slots=True)
class DrugAtChair:
    """What the chair needs of the ledger: the session's account, and the stock to draw from."""

    session: SessionLine
    stock: tuple[StockLine, ...]

    @property
    def open_vial(self) -> tuple[Vial, int] | None:
        """A vial with drug drawn for this session that is not accounted for, and how much; None when there is none."""
        known = {line.vial.id: line.vial for line in self.stock}
        found = ((known[v], b.out_ug) for v, b in self.session.by_vial.items() if b.out_ug > 0 and v in known)
        return next(found, None)

    @property
    def owed_ug(self) -> int:
        """What the pump gave and nobody has written down as administered yet."""
        return max(0, self.session.given_ug - self.session.drug.balance.administered_ug)


@dataclass(frozen=True, slots=True)
class CountView:
    """A count with names, and its lines with the vials they are about."""

    count: Count
    at_wall: datetime
    by: str
    witness: str
    off: tuple[tuple[Vial, CountLine], ...]
    explained_by: str = ""
    explained_witness: str = ""
    closed_by: str = ""

    @property
    def result(self) -> str:
        """What was found: "8 vials, as the ledger says", "V-0003 is 5 mg short"."""
        if not self.off:
            vials = len(self.count.lines)
            return f"{vials} {'vial' if vials == 1 else 'vials'}, as the ledger says"
        return "; ".join(
            f"{vial.number} has {milligrams(abs(line.difference_ug))} mg {'less' if line.difference_ug < 0 else 'more'}"
            for vial, line in self.off
        )


@dataclass(frozen=True, slots=True)
class LedgerDay:
    """How the ledger's day stands: its counts, what stands against closing it, and who has closed it."""

    day: date
    counts: tuple[CountView, ...]
    unexplained: tuple[CountView, ...]
    against_close: tuple[Finding, ...]
    kept: bool = True

    @property
    def closed(self) -> CountView | None:
        """The closing count that closed the day, None while it is open."""
        return next((c for c in reversed(self.counts) if c.count.closed_at is not None), None)


@dataclass(frozen=True, slots=True)
class VialSummary:
    """One vial over a period: opening + received - administered - wasted - returned + settled = on hand."""

    vial: Vial
    opening_ug: int
    received_ug: int
    administered_ug: int
    wasted_ug: int
    returned_ug: int
    settled_ug: int
    closing_ug: int


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """The ledger of one location over a period, for an inspector: every entry, count and open point, nothing else."""

    clinic: str
    location: str
    address: str
    zone: str
    first: date
    last: date
    made_at: datetime  # on the location's wall
    made_by: str
    vials: tuple[VialSummary, ...]
    lines: tuple[LedgerLine, ...]
    counts: tuple[CountView, ...]
    open_sessions: tuple[SessionLine, ...]


@dataclass(frozen=True, slots=True)
class LedgerSheet:
    """The report as it is printed: with whose list it is, by whom and where the audit stood."""

    head: ListHead
    report: LedgerReport


def summary(vial: Vial, before: Balance, after: Balance) -> VialSummary:
    """A vial over a period, from its sums before and at the end of it."""
    return VialSummary(
        vial,
        before.on_hand_ug,
        after.received_ug + after.opening_ug - before.received_ug - before.opening_ug,
        after.administered_ug - before.administered_ug,
        after.wasted_ug - before.wasted_ug,
        after.returned_ug - before.returned_ug,
        after.settled_ug - before.settled_ug,
        after.on_hand_ug,
    )


SHOWN_AMOUNT = frozenset({EntryKind.DRAWN, EntryKind.COUNTED})
"""Kinds whose amount is told although it changes nothing of what is on hand."""
