"""The vials a dose may be drawn from, as the drug ledger has them here and now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from ketaclinic.domain.ledger import Balance, Vial, milligrams


@dataclass(frozen=True, slots=True)
class VialView:
    """A vial as it is offered at the chair.

    Attributes:
        left_ug: what is in it, in micrograms.
        why: why it may not be chosen; "" for one that may.
    """

    id: int
    number: str
    lot: str
    mg_per_ml: int
    expires_on: date
    left_ug: int
    why: str = ""

    @property
    def usable(self) -> bool:
        """Whether it may be chosen."""
        return not self.why

    @property
    def left_mg(self) -> str:
        """What is in it, in mg: "200"."""
        return milligrams(self.left_ug)


@dataclass(frozen=True, slots=True)
class Stock:
    """What is here for one session: the vials, earliest expiry first, and what was drawn for it already, by strength.

    Where a ledger is kept and nothing is in stock there is a `Stock` with no vials: nothing is on hand.
    """

    vials: tuple[VialView, ...]
    drawn_ug: Mapping[int, int] = field(default_factory=dict)
    drawn_from: frozenset[int] = frozenset()

    def on_hand_ug(self, mg_per_ml: float) -> int:
        """Of one strength: in usable vials, and drawn for this session."""
        left = sum(v.left_ug for v in self.vials if v.usable and v.mg_per_ml == mg_per_ml)
        return left + sum(amount for strength, amount in self.drawn_ug.items() if strength == mg_per_ml)

    def problem_of(self, vial_id: int | None) -> str:
        """Why the vial that was chosen can no longer be drawn from; "" when it can, or was already."""
        if vial_id is None or vial_id in self.drawn_from:
            return ""
        kept = next((v for v in self.vials if v.id == vial_id), None)
        if kept is None:
            return "Nothing is left in the vial that was chosen. Choose another one."
        return f"{kept.number}: {kept.why} Choose another one." if kept.why else ""


def stock_of(
    vials: Iterable[Vial],
    balances: Mapping[int, Balance],
    session: Mapping[int, Balance],
    strengths: Iterable[float],
    today: date,
) -> Stock:
    """The vials with something in them, earliest expiry first; those that may not be used say why.

    Args:
        vials: of the location, in stock.
        balances: of each of them.
        session: what was drawn for this session from each vial.
        strengths: mg/mL that the clinic infuses.
        today: at the location; a vial may be used up to and on the day of its expiry.
    """
    known = {vial.id: vial for vial in vials}
    offered = []
    for vial in sorted(known.values(), key=lambda v: (v.expires_on, v.lot, v.id)):
        left = balances[vial.id].in_vial_ug if vial.id in balances else 0
        if left > 0:
            why = _why_not(vial, strengths, today)
            offered.append(VialView(vial.id, vial.number, vial.lot, vial.mg_per_ml, vial.expires_on, left, why))
    drawn: dict[int, int] = {}
    for vial_id, balance in session.items():
        if balance.out_ug > 0 and vial_id in known:
            drawn[known[vial_id].mg_per_ml] = drawn.get(known[vial_id].mg_per_ml, 0) + balance.out_ug
    return Stock(tuple(offered), drawn, frozenset(v for v, balance in session.items() if balance.out_ug > 0))


def _why_not(vial: Vial, strengths: Iterable[float], today: date) -> str:
    if vial.expires_on < today:
        return f"Expired on {vial.expires_on.isoformat()}."
    return "" if vial.mg_per_ml in set(strengths) else f"{vial.mg_per_ml} mg/mL is not infused here."
