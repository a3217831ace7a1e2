"""Visits in the hand: one small state machine for the mouse and the keyboard, without a widget."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from ketaclinic.domain.appointments import IN_CHAIR, MOVABLE, Card, Status
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.move_check import MoveCheck
from ketaclinic.ui.screens.day.geometry import Span, at_minute
from ketaclinic.ui.screens.day.together import findings_together

RESIZABLE = (MOVABLE - {Status.PROPOSED}) | IN_CHAIR
"""Statuses of visits whose length may still change: also of one that recovers longer than planned."""


class Hand(StrEnum):
    """What carries: the mouse, Alt with arrows (let go to drop), or the move mode (Enter to drop)."""

    MOUSE = "mouse"
    ALT = "alt"
    KEYS = "keys"


class Act(StrEnum):
    """What is changed: where the visit is, or how long it is."""

    MOVE = "move"
    LENGTH = "length"


class Over(StrEnum):
    """What the hand is over."""

    BOARD = "board"
    PINBOARD = "pinboard"
    DAYS = "days"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visit would come to lie: day, column, minute of the day, and how many minutes it holds its chair."""

    day: date
    column: int
    minute: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Companion:
    """A visit that is moved along, so many columns and minutes away from the one in the hand."""

    card: Card
    columns: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Placed:
    """One visit at the place it is over now."""

    card: Card
    column: int
    chair_id: int
    starts_at: datetime
    minutes: int


@dataclass(slots=True)
class Carry:
    """Visits on their way to another place; nothing is saved until they are dropped.

    Attributes:
        origin: where the visit stands; None for one from the pinboard.
        grip: where the mouse holds it, in pixels.
        checks: what may be answered about each visit, by appointment.
    """

    card: Card
    hand: Hand
    place: Place
    origin: Place | None
    act: Act = Act.MOVE
    others: tuple[Companion, ...] = ()
    grip: tuple[int, int] = (0, 0)
    over: Over = Over.BOARD
    checks: dict[int, MoveCheck] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The visit in the hand itself."""
        return self.card.appointment.id

    @property
    def ids(self) -> tuple[int, ...]:
        """Every visit in the hand."""
        return (self.id, *(other.card.appointment.id for other in self.others))

    @property
    def moved(self) -> bool:
        """Whether it is over another place than its own."""
        return self.place != self.origin

    @property
    def stuck(self) -> Card | None:
        """The first visit that may not be moved, or made longer, at all."""
        cards = (self.card, *(other.card for other in self.others))
        allowed = RESIZABLE if self.act is Act.LENGTH else MOVABLE
        return next((card for card in cards if card.appointment.status not in allowed), None)

    def go(self, column: int, minute: int, columns: int, span: Span) -> bool:
        """Goes to another place, held inside the board with everything that goes along; False where it is already."""
        left = min(0, *(o.columns for o in self.others)) if self.others else 0
        right = max(0, *(o.columns for o in self.others)) if self.others else 0
        early = min(0, *(o.minutes for o in self.others)) if self.others else 0
        ends = (o.minutes + o.card.appointment.phases.total for o in self.others)
        late = max(self.place.minutes, *ends) if self.others else self.place.minutes
        column = min(max(column, -left), max(columns - 1 - right, -left))
        minute = min(max(minute, span.first - early), max(span.last - late, span.first - early))
        there = replace(self.place, column=column, minute=minute)
        changed, self.place = there != self.place, there
        return changed

    def stretch(self, minutes: int, span: Span) -> bool:
        """Makes the visit so long; never shorter than what is not recovery, never beyond the board's last minute."""
        phases = self.card.appointment.phases
        least = phases.total - phases.recovery
        longest = max(span.last - self.place.minute, least)
        there = replace(self.place, minutes=min(max(minutes, least), longest))
        changed, self.place = there != self.place, there
        return changed

    def placed(self, chair_ids: Sequence[int]) -> tuple[Placed, ...]:
        """Where each visit is now, the one in the hand first."""
        here = self.place
        found = [self._at(self.card, here.column, here.minute, here.minutes, chair_ids)]
        for other in self.others:
            total = other.card.appointment.phases.total
            found.append(
                self._at(other.card, here.column + other.columns, here.minute + other.minutes, total, chair_ids)
            )
        return tuple(found)

    def _at(self, card: Card, column: int, minute: int, minutes: int, chair_ids: Sequence[int]) -> Placed:
        return Placed(card, column, chair_ids[column], at_minute(self.place.day, minute), minutes)

    def findings(self, chair_ids: Sequence[int]) -> Mapping[int, tuple[Finding, ...]]:
        """What stands against the place of each visit; nothing at its own place."""
        stuck = self.stuck
        if stuck is not None:
            return {stuck.appointment.id: (Finding("not-movable", Severity.BLOCK, immovable(stuck)),)}
        if not self.moved:
            return {}
        placed = self.placed(chair_ids)
        if len(placed) == 1:
            check = self.checks.get(self.id)
            minutes = self.place.minutes if self.act is Act.LENGTH else None
            return {self.id: check.findings(placed[0].chair_id, placed[0].starts_at, minutes)} if check else {}
        targets = {p.card.appointment.id: (p.chair_id, p.starts_at) for p in placed}
        return findings_together(self.checks, targets)

    def told(self, chair_ids: Sequence[int]) -> tuple[Finding, ...]:
        """All findings in one list; where several visits are in the hand, each sentence begins with whose it is."""
        found = self.findings(chair_ids)
        if not self.others:
            return tuple(f for findings in found.values() for f in findings)
        names = {p.appointment.id: p.patient_name for p in (self.card, *(o.card for o in self.others))}
        return tuple(
            replace(f, message=f"{names[id_]}: {f.message}") for id_, findings in found.items() for f in findings
        )


def immovable(card: Card) -> str:
    """Why a visit stays where it is."""
    return f"{card.patient_name} is {card.appointment.status.word.lower()}; this visit stays where it is."


def blocks(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """What nobody may override."""
    return tuple(f for f in findings if f.severity is Severity.BLOCK)


def overridable(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """What a second person, or a reason, may settle."""
    return tuple(f for f in findings if f.severity is Severity.OVERRIDE)


@dataclass(frozen=True, slots=True)
class Drop:
    """What somebody let go of, and where.

    Attributes:
        findings: what has to be overridden first; nothing that blocks.
        day: the day of a calendar it was dropped on.
    """

    act: Act
    over: Over
    placed: tuple[Placed, ...]
    from_pinboard: bool = False
    findings: tuple[Finding, ...] = ()
    day: date | None = None

    @property
    def ids(self) -> tuple[int, ...]:
        """The visits, the one in the hand first."""
        return tuple(p.card.appointment.id for p in self.placed)
