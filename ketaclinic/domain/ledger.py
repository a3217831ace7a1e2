"""The drug ledger's arithmetic: what a vial holds and what a session was given, exact in whole micrograms.

Of each vial: opening + received - administered - wasted - returned + settled = on hand. What was drawn for a session
is administered or wasted; until then it is out of the vial and still on hand. `settled` is what a count found more
(or less) than the ledger and somebody explained; without such a count it is zero.

Entries are only added. A wrong one is taken back by another that points at it, with a reason and a witness.
Sources: 21 CFR 1304.21(a) asks for a complete, accurate and current record of what was received, administered and
disposed of; the perpetual inventory by vial and the witness are good practice and the policy of most clinics.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

MICROGRAMS = 1000
"""Of a milligram."""
_MOST_MG = 100_000
"""More than any clinic has in one entry: 100 g."""


class EntryKind(StrEnum):
    """What happened to the drug."""

    OPENING = "opening"  # in stock when the ledger began
    RECEIVED = "received"
    DRAWN = "drawn"
    ADMINISTERED = "administered"
    WASTED = "wasted"
    RETURNED = "returned"
    COUNTED = "counted"
    SETTLED = "settled"
    REVERSED = "reversed"

    @property
    def word(self) -> str:
        """As it stands on screen and on paper."""
        return _WORDS[self]


_WORDS = {
    EntryKind.OPENING: "In stock at the start",
    EntryKind.RECEIVED: "Received",
    EntryKind.DRAWN: "Drawn",
    EntryKind.ADMINISTERED: "Administered",
    EntryKind.WASTED: "Wasted",
    EntryKind.RETURNED: "Returned",
    EntryKind.COUNTED: "Counted",
    EntryKind.SETTLED: "Count settled",
    EntryKind.REVERSED: "Reversed",
}

INCOMING = frozenset({EntryKind.OPENING, EntryKind.RECEIVED})
REVERSIBLE = INCOMING | {EntryKind.DRAWN, EntryKind.ADMINISTERED, EntryKind.WASTED, EntryKind.RETURNED}
"""A count is never taken back (count again), nor is a reversal (enter it anew)."""


class Moment(StrEnum):
    """When a count is made."""

    OPEN = "open"
    CLOSE = "close"

    @property
    def word(self) -> str:
        """As it stands on screen and on paper."""
        return {"open": "Opening count", "close": "Closing count"}[self]


@dataclass(frozen=True, slots=True)
class Vial:
    """A vial as its label reads. `volume_ul` in microlitres, so that `content_ug` is exact."""

    id: int
    location_id: int
    lot: str
    expires_on: date
    mg_per_ml: int
    volume_ul: int
    received_at: datetime
    source: str = ""
    finished_at: datetime | None = None

    @property
    def content_ug(self) -> int:
        """What a full one holds: mg/mL times µL is µg."""
        return self.mg_per_ml * self.volume_ul

    @property
    def number(self) -> str:
        """As the clinic writes it on the vial: "V-0012"."""
        return f"V-{self.id:04}"

    @property
    def label(self) -> str:
        """Strength and size: "50 mg/mL, 10 mL"."""
        return f"{self.mg_per_ml} mg/mL, {millilitres(self.volume_ul)} mL"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger. `amount_ug` is positive; of `settled` it is signed.

    `at` is when it was written, `happened_at` when it truly was where it was entered late.
    """

    id: int
    vial_id: int
    kind: EntryKind
    amount_ug: int
    at: datetime
    user_id: int
    witness_id: int | None = None
    encounter_id: int | None = None
    count_id: int | None = None
    reverses_id: int | None = None
    reason: str = ""
    happened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """Sums over entries, reversals taken off; of a vial, or of what a session had from one or all vials."""

    opening_ug: int = 0
    received_ug: int = 0
    drawn_ug: int = 0
    administered_ug: int = 0
    wasted_ug: int = 0
    wasted_drawn_ug: int = 0
    returned_ug: int = 0
    settled_ug: int = 0

    @property
    def on_hand_ug(self) -> int:
        """What the clinic answers for: in the vial, or drawn and neither given nor wasted yet."""
        came = self.opening_ug + self.received_ug + self.settled_ug
        return came - self.administered_ug - self.wasted_ug - self.returned_ug

    @property
    def out_ug(self) -> int:
        """Drawn for a session and neither administered nor wasted yet."""
        return self.drawn_ug - self.administered_ug - self.wasted_drawn_ug

    @property
    def in_vial_ug(self) -> int:
        """What is in the vial itself; what a count must find."""
        return self.on_hand_ug - self.out_ug

    @property
    def possible(self) -> bool:
        """Whether nothing was taken that was not there."""
        sums = (self.opening_ug, self.received_ug, self.drawn_ug, self.administered_ug, self.wasted_ug)
        return min(*sums, self.wasted_drawn_ug, self.returned_ug, self.out_ug, self.in_vial_ug) >= 0

    @property
    def possible_for_session(self) -> bool:
        """Whether a session was given and wasted no more of a vial than was drawn for it."""
        return min(self.drawn_ug, self.administered_ug, self.wasted_drawn_ug, self.out_ug) >= 0

    @property
    def reconciled(self) -> bool:
        """Whether all that was drawn was administered or wasted."""
        return self.out_ug == 0

    def plus(self, kind: EntryKind, amount_ug: int, *, session: bool) -> "Balance":
        """The sums with one more entry; `session` tells whether it is about what a session was drawn."""
        values = {name: getattr(self, name) for name in _SUMS}
        for name in _moves(kind, session=session):
            values[name] += amount_ug
        return Balance(**values)


_SUMS = tuple(Balance.__dataclass_fields__)
_MOVES: Mapping[EntryKind, tuple[str, ...]] = {
    EntryKind.OPENING: ("opening_ug",),
    EntryKind.RECEIVED: ("received_ug",),
    EntryKind.DRAWN: ("drawn_ug",),
    EntryKind.ADMINISTERED: ("administered_ug",),
    EntryKind.WASTED: ("wasted_ug",),
    EntryKind.RETURNED: ("returned_ug",),
    EntryKind.SETTLED: ("settled_ug",),
}


def _moves(kind: EntryKind, *, session: bool) -> tuple[str, ...]:
    if kind is EntryKind.WASTED and session:
        return ("wasted_ug", "wasted_drawn_ug")
    return _MOVES.get(kind, ())


def balance_of(entries: Iterable[Entry]) -> Balance:
    """The sums over entries in the order they were written; a reversal takes off what it points at."""
    return next(reversed([balance for _, balance in running(entries)]), Balance())


def running(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Balance]]:
    """Each entry with the sums after it. Of a reversal whose entry is not among them nothing is taken off."""
    seen: dict[int, Entry] = {}
    balance = Balance()
    for entry in entries:
        seen[entry.id] = entry
        counted, sign = entry, 1
        if entry.kind is EntryKind.REVERSED and entry.reverses_id in seen:
            counted, sign = seen[entry.reverses_id], -1
        if counted.kind is not EntryKind.REVERSED:
            balance = balance.plus(counted.kind, sign * counted.amount_ug, session=counted.encounter_id is not None)
        yield entry, balance


def summed(balances: Iterable[Balance]) -> Balance:
    """The sums of several balances together."""
    total = dict.fromkeys(_SUMS, 0)
    for balance in balances:
        for name in _SUMS:
            total[name] += getattr(balance, name)
    return Balance(**total)


def effect(kind: EntryKind, amount_ug: int) -> int:
    """What an entry changes of what is on hand."""
    if kind in INCOMING or kind is EntryKind.SETTLED:
        return amount_ug
    return -amount_ug if kind in {EntryKind.ADMINISTERED, EntryKind.WASTED, EntryKind.RETURNED} else 0


@dataclass(frozen=True, slots=True)
class CountLine:
    """One vial of a count, in micrograms."""

    vial_id: int
    expected_ug: int
    counted_ug: int

    @property
    def difference_ug(self) -> int:
        """Counted less expected."""
        return self.counted_ug - self.expected_ug


@dataclass(frozen=True, slots=True)
class Count:
    """A count as it stands: who counted, who witnessed, what was found, how a difference was explained.

    `last_entry` is the number of the ledger's last line when it was made: what comes later moved the stock.
    """

    id: int
    location_id: int
    moment: Moment
    day: date
    at: datetime
    user_id: int
    witness_id: int
    lines: tuple[CountLine, ...]
    discrepancy: bool
    last_entry: int = 0
    explanation: str = ""
    explained_at: datetime | None = None
    explained_by: int | None = None
    explained_witness_id: int | None = None
    closed_at: datetime | None = None
    closed_by: int | None = None

    @property
    def unexplained(self) -> bool:
        """Whether it differs and nobody has said why."""
        return self.discrepancy and self.explained_at is None

    def off(self, tolerance_ul: int = 0, vials: Mapping[int, Vial] | None = None) -> tuple[CountLine, ...]:
        """The lines that differ by more than may be read off a vial."""
        known = vials or {}
        return tuple(line for line in self.lines if differs(line, known.get(line.vial_id), tolerance_ul))


def differs(line: CountLine, vial: Vial | None, tolerance_ul: int) -> bool:
    """Whether a vial holds another amount than the ledger says, by more than the clinic allows."""
    allowed = vial.mg_per_ml * tolerance_ul if vial else 0
    return abs(line.difference_ug) > allowed


class VialState(StrEnum):
    """How a vial stands."""

    GOOD = "good"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    EMPTY = "empty"

    @property
    def word(self) -> str:
        """As it stands on screen and on paper."""
        return {"good": "In date", "expiring": "Expiring soon", "expired": "Expired", "empty": "Empty"}[self]


def vial_state(vial: Vial, balance: Balance, today: date, soon_days: int) -> VialState:
    """A vial may be used up to and on the day of its expiry."""
    if balance.on_hand_ug <= 0:
        return VialState.EMPTY
    if vial.expires_on < today:
        return VialState.EXPIRED
    return VialState.EXPIRING if (vial.expires_on - today).days <= soon_days else VialState.GOOD


@dataclass(frozen=True, slots=True)
class SessionDrug:
    """What the ledger says of one session's drug, over all its vials."""

    balance: Balance = field(default_factory=Balance)

    @property
    def reconciled(self) -> bool:
        """Whether drug was drawn for it, and all of it administered or wasted."""
        return self.balance.drawn_ug > 0 and self.balance.reconciled

    @property
    def words(self) -> str:
        """Why the waste of the session is reconciled, or why not yet."""
        drawn, out = self.balance.drawn_ug, self.balance.out_ug
        if drawn <= 0:
            return "Nothing is drawn for this session in the drug ledger."
        told = (
            f"{milligrams(drawn)} mg drawn, {milligrams(self.balance.administered_ug)} mg administered, "
            f"{milligrams(self.balance.wasted_drawn_ug)} mg wasted"
        )
        return f"{told}." if out == 0 else f"{told}: {milligrams(abs(out))} mg open."


def micrograms(typed: str | float | Decimal) -> int:
    """Milligrams as typed ("41.5", "41,5") in whole micrograms.

    Raises:
        ValueError: with the sentence for who typed it.
    """
    return _whole(typed, "mg", _MOST_MG)


def microlitres(typed: str | float | Decimal) -> int:
    """Millilitres as typed in whole microlitres. Raises ValueError with the sentence for who typed it."""
    return _whole(typed, "mL", _MOST_MG)


def _whole(typed: str | float | Decimal, unit: str, most: int) -> int:
    """Thousandths of what was typed. A comma is a decimal one: no amount here needs thousands set apart."""
    try:
        value = Decimal(str(typed).strip().removesuffix(unit).strip().replace(",", "."))
    except InvalidOperation:
        raise ValueError(f"Type a number of {unit}, such as 41.5.") from None
    if not value.is_finite() or value < 0:
        raise ValueError(f"The amount must be a number of {unit}, 0 or more.")
    if value > most:
        raise ValueError(f"More than {most} {unit} cannot be.")
    exact = value * MICROGRAMS
    if exact != exact.to_integral_value():
        raise ValueError(f"At most three decimals of {unit} are kept.")
    return int(exact)


def milligrams(amount_ug: int) -> str:
    """Micrograms as they are read: "41.5", "-3.25", "500"."""
    sign, whole, rest = ("-" if amount_ug < 0 else ""), *divmod(abs(amount_ug), MICROGRAMS)
    return f"{sign}{whole}" + (f".{rest:03}".rstrip("0") if rest else "")


def millilitres(volume_ul: int) -> str:
    """Microlitres as they are read, in mL."""
    return milligrams(volume_ul)


def drawn_volume(amount_ug: int, mg_per_ml: int) -> str:
    """How much of a vial an amount is, in mL to a hundredth: "0.83"."""
    return f"{Decimal(amount_ug) / (mg_per_ml * MICROGRAMS):.2f}"
