"""A visit in the hand: one small state machine for the mouse and the keyboard, without a widget."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from ketaclinic.domain.appointments import MOVABLE, Card
from ketaclinic.domain.findings import Finding, Severity, blocking


class MoveCheck(Protocol):
    """Answers what stands against a place, at once and without the database."""

    def findings(self, chair_id: int, starts_at: datetime) -> tuple[Finding, ...]:
        """Every rule's answer for this place."""
        ...


class Hand(StrEnum):
    """What carries: the mouse, Alt with arrows (let go to drop), or the move mode (Enter to drop)."""

    MOUSE = "mouse"
    ALT = "alt"
    KEYS = "keys"


@dataclass(slots=True)
class Carry:
    """One visit on its way to another place; nothing is saved until it is dropped."""

    card: Card
    hand: Hand
    column: int
    minute: int
    origin: tuple[int, int]
    grip: tuple[int, int] = (0, 0)
    check: MoveCheck | None = None
    outside: bool = False  # the mouse left the board

    @property
    def moved(self) -> bool:
        """Whether it is over another place than its own."""
        return (self.column, self.minute) != self.origin

    @property
    def movable(self) -> bool:
        """Whether a visit of this status may be moved at all."""
        return self.card.appointment.status in MOVABLE

    def findings(self, chair_ids: Sequence[int], starts_at: datetime) -> tuple[Finding, ...]:
        """What stands against the place it is over now; nothing at its own place."""
        if not self.movable:
            return (Finding("not-movable", Severity.BLOCK, immovable(self.card)),)
        if not self.moved or self.check is None:
            return ()
        return self.check.findings(chair_ids[self.column], starts_at)

    def blocked(self, chair_ids: Sequence[int], starts_at: datetime) -> bool:
        """Whether it may not be dropped here."""
        return bool(blocking(self.findings(chair_ids, starts_at)))


def immovable(card: Card) -> str:
    """Why a visit stays where it is."""
    return f"{card.patient_name} is {card.appointment.status.word.lower()}; this visit stays where it is."
