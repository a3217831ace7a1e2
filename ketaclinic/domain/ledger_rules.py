"""What may be written into the drug ledger, and what stands against closing its day; answered with findings."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.ledger import (
    Balance,
    Count,
    Entry,
    EntryKind,
    Moment,
    SessionDrug,
    Vial,
    drawn_volume,
    milligrams,
)
from ketaclinic.domain.people import User
from ketaclinic.domain.permissions import CLINICAL

_NOTHING = "Nothing was written."


def check_received(
    lot: str, expires_on: date, mg_per_ml: int, volume_ul: int, vials: int, today: date, strengths: Collection[int]
) -> tuple[Finding, ...]:
    """What stands against taking vials into stock, field by field. An expired one is taken in, to be returned."""
    found = []
    if not lot.strip():
        found.append(_block("ledger-lot", "The lot is missing: it stands on the vial.", "lot"))
    elif len(lot.strip()) > 80:
        found.append(_block("ledger-lot", "A lot has at most 80 letters.", "lot"))
    if mg_per_ml not in strengths:
        listed = ", ".join(str(s) for s in sorted(strengths))
        found.append(_block("ledger-strength", f"Choose the vial's strength: {listed} mg/mL.", "mg_per_ml"))
    if volume_ul <= 0 or volume_ul > 1_000_000:
        found.append(_block("ledger-volume", "The volume of a vial is more than 0 and at most 1000 mL.", "volume"))
    if not 1 <= vials <= 200:
        found.append(_block("ledger-vials", "From 1 to 200 vials are taken in at once.", "vials"))
    if expires_on < today:
        text = f"This lot expired on {expires_on.isoformat()}: nothing may be drawn from it."
        found.append(Finding("ledger-expired", Severity.WARN, text, subject="expires_on"))
    return tuple(found)


def check_draw(
    vial: Vial, held: Balance, amount_ug: int, today: date, strength: float | None, dose_ug: int | None, drawn_ug: int
) -> tuple[Finding, ...]:
    """What stands against drawing from a vial for a session.

    Args:
        vial: the one to draw from.
        held: its sums.
        amount_ug: what is to be drawn.
        today: at the location.
        strength: mg/mL that the session's dose was computed for; None while none was chosen.
        dose_ug: the session's dose, None while there is none.
        drawn_ug: drawn for the session before.
    """
    found = [*_some(amount_ug)]
    if vial.expires_on < today:
        text = f"{vial.number} expired on {vial.expires_on.isoformat()}. {_NOTHING} Take another vial."
        found.append(_block("ledger-expired", text, "vial"))
    if strength is not None and strength != vial.mg_per_ml:
        text = (
            f"The dose of this session was computed for {strength:g} mg/mL and checked; {vial.number} holds "
            f"{vial.mg_per_ml} mg/mL. {_NOTHING} Take another vial, or compute and check the dose anew."
        )
        found.append(_block("ledger-strength", text, "vial"))
    if amount_ug > held.in_vial_ug:
        text = (
            f"{milligrams(amount_ug)} mg is more than {vial.number} holds: {milligrams(held.in_vial_ug)} mg "
            f"({drawn_volume(held.in_vial_ug, vial.mg_per_ml)} mL). {_NOTHING} Check amount, strength and vial."
        )
        found.append(_block("ledger-overdrawn", text, "amount"))
    if dose_ug is not None and drawn_ug + amount_ug > dose_ug > 0:
        text = (
            f"{milligrams(drawn_ug + amount_ug)} mg drawn for a dose of {milligrams(dose_ug)} mg: "
            "what is left over is wasted with a witness."
        )
        found.append(Finding("ledger-above-dose", Severity.WARN, text, subject="amount"))
    return tuple(found)


def check_used(vial: Vial, drawn: Balance, amount_ug: int, kind: EntryKind) -> tuple[Finding, ...]:
    """What stands against giving or wasting so much of what a session had drawn from this vial."""
    found = [*_some(amount_ug)]
    if amount_ug > drawn.out_ug:
        done = "administered" if kind is EntryKind.ADMINISTERED else "wasted"
        text = (
            f"{milligrams(amount_ug)} mg cannot be {done}: {milligrams(drawn.out_ug)} mg drawn from {vial.number} for "
            f"this session are left. {_NOTHING} Write down first what was drawn."
        )
        found.append(_block("ledger-not-drawn", text, "amount"))
    return tuple(found)


def check_taken(vial: Vial, held: Balance, amount_ug: int) -> tuple[Finding, ...]:
    """What stands against wasting or returning so much straight from a vial."""
    found = [*_some(amount_ug)]
    if amount_ug > held.in_vial_ug:
        text = (
            f"{milligrams(amount_ug)} mg is more than {vial.number} holds: {milligrams(held.in_vial_ug)} mg. {_NOTHING}"
        )
        found.append(_block("ledger-overdrawn", text, "amount"))
    return tuple(found)


def check_reversal(entry: Entry, later: Balance, session: Balance, reversed_by: int | None) -> tuple[Finding, ...]:
    """What stands against taking an entry back: `later` and `session` are the sums as they would be without it."""
    if entry.kind is EntryKind.REVERSED:
        return (_block("ledger-reversal", f"This line takes another back already. {_NOTHING} Enter it anew."),)
    if entry.kind in {EntryKind.COUNTED, EntryKind.SETTLED}:
        return (_block("ledger-count", f"A count is not taken back. {_NOTHING} Count again."),)
    if reversed_by is not None:
        return (_block("ledger-reversed", f"This line was taken back already, by line {reversed_by}. {_NOTHING}"),)
    if not later.possible or not session.possible_for_session:
        text = f"Later lines rest on this one. {_NOTHING} Correct those first, the newest first."
        return (_block("ledger-needed", text),)
    return ()


def check_witness(by: User, witness: User | None) -> tuple[Finding, ...]:
    """A witness is another active nurse or prescriber than the one who acts."""
    if witness is None:
        return (_block("ledger-witness", f"A witness signs this with the own PIN. {_NOTHING}", "witness"),)
    if witness.id == by.id:
        return (_block("same-person", f"The witness must be someone else than you. {_NOTHING}", "witness"),)
    if not witness.active or witness.role not in CLINICAL:
        text = f"{witness.name} may not witness this: it takes a nurse or a prescriber. {_NOTHING}"
        return (_block("wrong-role", text, "witness"),)
    return ()


def check_lines(counted: Mapping[int, int], vials: Sequence[Vial]) -> tuple[Finding, ...]:
    """A count names every vial in stock once, and none else."""
    there = {vial.id for vial in vials}
    found = [
        _block("ledger-not-counted", f"{vial.number} was not counted. {_NOTHING}", f"vial-{vial.id}")
        for vial in vials
        if vial.id not in counted
    ]
    if any(vial_id not in there for vial_id in counted):
        found.append(
            _block("ledger-other-stock", f"The stock has changed meanwhile. {_NOTHING} Look at it again, then count.")
        )
    if any(amount < 0 for amount in counted.values()):
        found.append(_block("ledger-amount", f"A vial holds 0 mL or more. {_NOTHING}"))
    return tuple(found)


def against_close(
    today: Sequence[Count], unexplained: Sequence[Count], open_sessions: Sequence[str], *, moved_since: bool
) -> tuple[Finding, ...]:
    """What stands against closing the ledger's day; nothing here can be overridden.

    Args:
        today: the day's counts, in order.
        unexplained: counts of any day that differ without an explanation.
        open_sessions: who has drug drawn that is neither administered nor wasted.
        moved_since: whether something was written after the last closing count.
    """
    found = [
        _block(
            "ledger-open-session",
            f"{name}: drug was drawn and is neither administered nor wasted yet.",
        )
        for name in open_sessions
    ]
    found += [
        _block(
            "ledger-discrepancy",
            f"The {count.moment.word.lower()} of {count.day.isoformat()} differs from the ledger and nobody has "
            "explained it.",
            f"count-{count.id}",
        )
        for count in unexplained
    ]
    closing = [count for count in today if count.moment is Moment.CLOSE]
    if not closing:
        found.append(_block("ledger-no-count", "The closing count of today is missing."))
    elif moved_since:
        found.append(_block("ledger-moved", "Something was written after the closing count: count again."))
    return tuple(found)


def reconciliation(drug: SessionDrug) -> tuple[Finding, ...]:
    """Whether all that was drawn for a session was administered or wasted; fails closed when nothing was drawn."""
    return () if drug.reconciled else (_block("ledger-open-session", drug.words, "waste"),)


def _some(amount_ug: int) -> tuple[Finding, ...]:
    return () if amount_ug > 0 else (_block("ledger-amount", f"The amount must be above 0 mg. {_NOTHING}", "amount"),)


def _block(code: str, text: str, subject: str = "") -> Finding:
    return Finding(code, Severity.BLOCK, text, subject=subject)
