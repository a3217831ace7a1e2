"""The day pack of the chairs: a sheet for each visit with its grid of checks, and the run sheet of all of them."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock, to_instant, to_wall
from ketaclinic.db import sheets as rows
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import IN_CHAIR, Card, Status
from ketaclinic.domain.checklists import Checklist, ChecklistItem, ItemKind
from ketaclinic.domain.monitoring import planned_checks
from ketaclinic.domain.people import User
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.sheets import ChairCard, ChairCards, DueTime, FormList, FormRow, RunCheck, SheetVisit
from ketaclinic.services.booking import Booking
from ketaclinic.services.list_facts import ListFacts

_STILL_TO_TREAT = IN_CHAIR | {Status.SCHEDULED, Status.CONFIRMED, Status.ARRIVED}
_WRITES = {ItemKind.DATETIME: "_", ItemKind.TEXT: "_", ItemKind.CHOICE: "_", ItemKind.INSTRUMENT: "points"}
_PRESSURES = ("sbp", "dbp")


class ChairFacts:
    """Puts protocols, checklists and visits together for the paper at the chair."""

    def __init__(self, store: Store, catalog: Catalog, clock: Clock, lists: ListFacts) -> None:
        self._store, self._catalog, self._clock, self._lists = store, catalog, clock, lists
        self._booking = Booking(store, catalog, clock)

    def chair_cards(self, by: User, location_id: int, day: date) -> ChairCards:
        """A card for each visit still to be treated, and every check of the day by its time."""
        view = self._booking.day(by, location_id, day)
        wanted = {card.appointment.id: card for card in view.cards if card.appointment.status in _STILL_TO_TREAT}
        visits = [visit for visit in self._lists.visits(by, view) if visit.appointment_id in wanted]
        with self._store.reading() as session:
            shown = rows.shown(session, wanted, clinical=False)
        cards = tuple(
            self._chair_card(visit, wanted[visit.appointment_id], shown[visit.appointment_id], view.location.zone)
            for visit in visits
        )
        return ChairCards(self._lists.head(by, view.location), day, cards, _run_checks(cards))

    def _chair_card(self, visit: SheetVisit, card: Card, shown: rows.Shown, zone: str) -> ChairCard:
        phases = card.appointment.phases
        infusion_at = visit.starts_at + timedelta(minutes=phases.prep)
        protocol = self._catalog.protocols.get(shown.protocol_id)
        if protocol is None:
            return ChairCard(card.desk_name, 0, (), (), (), (), visit, infusion_at)
        planned = planned_checks(protocol.monitoring, to_instant(infusion_at, zone), phases.infusion, phases.recovery)
        due = tuple(DueTime(label, to_wall(at, zone)) for label, at in planned)
        return self._form(protocol, due, visit, infusion_at)

    def blank_checklists(self, by: User, location_id: int) -> ChairCards:
        """A blank card for each protocol, the checks named but without times: for the day the power is out."""
        location = self._lists.location(location_id)
        start = self._clock.now()
        cards = []
        for protocol in sorted(self._catalog.protocols.values(), key=lambda one: one.desk_name):
            planned = planned_checks(protocol.monitoring, start, protocol.phases.infusion, protocol.phases.recovery)
            cards.append(self._form(protocol, tuple(DueTime(label) for label, _ in planned)))
        return ChairCards(self._lists.head(by, location), None, tuple(cards))

    def _form(
        self,
        protocol: Protocol,
        due: tuple[DueTime, ...],
        visit: SheetVisit | None = None,
        infusion_at: datetime | None = None,
    ) -> ChairCard:
        lists = [self._catalog.checklists[key] for key in protocol.checklists if key in self._catalog.checklists]
        return ChairCard(
            protocol=protocol.desk_name,
            protocol_revision=protocol.revision,
            due=due,
            columns=self._columns(protocol.family),
            before=tuple(_form_list(one) for one in lists if one.step == "before"),
            after=tuple(_form_list(one) for one in lists if one.step != "before"),
            visit=visit,
            infusion_at=infusion_at,
        )

    def _columns(self, family: str) -> tuple[tuple[str, str], ...]:
        """What is measured, the two pressures in one column."""
        fields = [field for field in self._catalog.observations.for_family(family) if not field.computed]
        found = [("BP", field.unit) for field in fields if field.code == _PRESSURES[0]]
        return (*found, *((field.short, field.unit) for field in fields if field.code not in _PRESSURES))


def _run_checks(cards: Iterable[ChairCard]) -> tuple[RunCheck, ...]:
    found = [
        RunCheck(
            due.at,
            due.label,
            card.visit.chair,
            card.visit.patient,
            card.visit.record,
            card.visit.label,
            card.visit.nurse,
        )
        for card in cards
        if card.visit is not None
        for due in card.due
        if due.at is not None
    ]
    return tuple(sorted(found, key=lambda check: (check.at, check.chair, check.record)))


def _form_list(checklist: Checklist) -> FormList:
    numbers = sorted({item.row for item in checklist.items})
    return FormList(
        checklist.title,
        checklist.version,
        tuple(
            FormRow(number, tuple((item.text, _writes(item)) for item in checklist.items if item.row == number))
            for number in numbers
        ),
    )


def _writes(item: ChecklistItem) -> str:
    """What stands after the line to write on: a unit, or only the line; "" for a box alone."""
    return (item.unit or "_") if item.kind is ItemKind.NUMBER else _WRITES.get(item.kind, "")
