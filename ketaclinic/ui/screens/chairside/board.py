"""Everything the chairside board shows, read in one go: the chairs in use, each session, the empty chairs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ketaclinic.clock import wall_now
from ketaclinic.domain.appointments import IN_CHAIR, OVER, Card
from ketaclinic.domain.changes import Changes
from ketaclinic.domain.encounters import ChairsideView, EncounterView
from ketaclinic.domain.people import User
from ketaclinic.ui.screen import ScreenContext


@dataclass(frozen=True, slots=True)
class EmptyChair:
    """A chair nobody sits in, and who comes next to it today (None: nobody)."""

    chair: str
    next_card: Card | None


@dataclass(frozen=True, slots=True)
class Board:
    """One reading of the floor.

    Attributes:
        sessions: the open session of each appointment in a chair, by appointment id.
        empty: chairs not in use, in the clinic's order.
    """

    floor: ChairsideView
    sessions: Mapping[int, EncounterView] = field(default_factory=dict)
    empty: tuple[EmptyChair, ...] = ()


def read_board(context: ScreenContext, by: User, known: Board | None = None, changes: Changes | None = None) -> Board:
    """Reads the floor; sessions that `changes` does not concern are taken over from what is `known`."""
    services = context.services
    floor = services.charting.floor(by, context.location.id)
    sessions: dict[int, EncounterView] = {}
    for tile in floor.tiles:
        if tile.encounter_id is None:
            continue
        before = known.sessions.get(tile.appointment_id) if known is not None else None
        if before is not None and changes is not None and before.header.patient_id not in changes.patients:
            sessions[tile.appointment_id] = before
        else:
            sessions[tile.appointment_id] = services.charting.view(by, tile.encounter_id)
    now = wall_now(context.clock, context.location.zone)
    day = services.booking.day(by, context.location.id, now.date())
    taken = {tile.chair for tile in floor.tiles}
    empty = tuple(
        EmptyChair(chair.name, _next_card(day.cards, chair.id, now)) for chair in day.chairs if chair.name not in taken
    )
    return Board(floor, sessions, empty)


def _next_card(cards: tuple[Card, ...], chair_id: int, now: datetime) -> Card | None:
    """The next visit of today in a chair that is neither over nor already there."""
    coming = [
        card
        for card in cards
        if card.appointment.chair_id == chair_id
        and card.appointment.status not in OVER | IN_CHAIR
        and card.appointment.ends_at > now
    ]
    return min(coming, key=lambda card: card.appointment.starts_at, default=None)
