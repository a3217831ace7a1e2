"""What a repair plan says: each change, its cost and its proof, in words."""

from collections.abc import Iterable

from ketaclinic.domain.repair import RepairCost, RepairMove, RepairPlan
from ketaclinic.domain.resources import Chair
from ketaclinic.domain.wishes import PlannedSession
from ketaclinic.ui import text

GROUPS = (
    (0, "No place yet", "Stays on the pinboard until it is placed."),
    (1, "To another day", "Must be told."),
    (2, "At another time", "Must be told."),
    (3, "On another chair only", "Nobody needs to ring."),
)
"""Consequence, title and what follows from it, heaviest first."""


def place(session: PlannedSession, chairs: Iterable[Chair], *, with_day: bool = False) -> str:
    """A place as it is read: "11:15 · Chair 2", or with its day."""
    chair = next((chair.name for chair in chairs if chair.id == session.chair_id), "")
    at = text.clock(session.starts_at)
    if with_day:
        at = f"{text.weekday_day(session.starts_at.date())}, {at}"
    return f"{at} · {chair}" if chair else at


def change(move: RepairMove, chairs: tuple[Chair, ...]) -> str:
    """What changes: "10:00 · Chair 1 → 11:15 · Chair 2"."""
    was = place(move.from_, chairs)
    if move.place is None:
        return f"{was} → to be placed by hand"
    if move.to is not None and not move.shift:
        return f"{was} → {place(move.place, chairs).rpartition(' · ')[2]}"
    return f"{was} → {place(move.place, chairs, with_day=move.sent_away)}"


def by_how_much(move: RepairMove) -> str:
    """How much later or earlier on the day: "45 min later"; empty for another day or another chair."""
    if move.to is None or not move.shift:
        return ""
    return f"{text.length(abs(move.shift))} {'later' if move.shift > 0 else 'earlier'}"


def cost(found: RepairCost) -> str:
    """The tiers in one line: "1 to another day · 3 at another time, 1 h 45 min in all · 2 chairs"."""
    parts = []
    if found.sent:
        parts.append(f"{found.sent} to another day")
    if found.moved:
        parts.append(f"{found.moved} at another time, {text.length(found.shift)} in all")
    if found.chair_changes:
        parts.append(text.count(found.chair_changes, "change of chair", "changes of chair"))
    return " · ".join(parts) or "Everyone can stay where they are"


_FEWER = {
    "sent": ("patient fewer sent to another day", "patients fewer sent to another day"),
    "arrived_sent": ("patient fewer sent home", "patients fewer sent home"),
    "moved": ("patient fewer moved", "patients fewer moved"),
    "shift": ("minute less", "minutes less"),
    "chair_changes": ("change of chair fewer", "changes of chair fewer"),
}


def proof(plan: RepairPlan) -> str:
    """Whether there is nothing better: "Proven best", or how much better there may be at most."""
    if plan.optimal:
        return f"Proven best, in {plan.seconds:.1f} s" if plan.seconds >= 0.1 else "Proven best"
    return f"Not proven best: at most {text.count(plan.gap, *_FEWER[plan.unproven])} may be possible"


def spoken(move: RepairMove, chairs: tuple[Chair, ...]) -> str:
    """The accessible name of a line: who, what changes, by how much, whom to ring."""
    parts = [move.card.patient_name, change(move, chairs), by_how_much(move)]
    if move.calls:
        parts.append(f"ring {move.phone}" if move.phone else "ring, no telephone number")
    if move.fixed:
        parts.append("chosen by hand")
    return ", ".join(part for part in parts if part)
