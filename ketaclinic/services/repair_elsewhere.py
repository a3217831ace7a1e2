"""Where those go who cannot stay: each to the planner's best place, with the places already given to others taken."""

from dataclasses import replace
from datetime import timedelta

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.db import busy_time
from ketaclinic.db.situations import Rulebook
from ketaclinic.db.store import Store
from ketaclinic.domain.booking_rules import check_booking
from ketaclinic.domain.booking_situation import BusyTime, day_name, situation_on
from ketaclinic.domain.claims import from_wall_minutes
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.repair import RepairMove
from ketaclinic.planning.other_day import best_elsewhere
from ketaclinic.planning.weights import weights_from
from ketaclinic.services.repair_day import DayRead, Repaired, named, row_at

_BEFORE, _AFTER = 7, 28
"""Days around the repaired one among which places are looked for."""


def placed(
    store: Store, catalog: Catalog, read: DayRead, done: Repaired, rules: Rulebook
) -> tuple[tuple[RepairMove, ...], tuple[Finding, ...]]:
    """The moves, those sent to another day with their places there; and what is worth knowing about these."""
    sent = [move for move in done.moves if move.sent_away]
    if not sent:
        return done.moves, ()
    first = read.day - timedelta(days=_BEFORE)
    if rules.now is not None:
        first = max(first, from_wall_minutes(rules.now).date())
    last = max([read.day + timedelta(days=_AFTER), *(m.new_place.starts_at.date() for m in sent if m.new_place)])
    with store.reading() as session:
        busy = busy_time.busy_time(session, read.location, first, (last - first).days + 1)
    places: dict[int, RepairMove] = {}
    findings: list[Finding] = []
    for move in sorted(sent, key=lambda one: (one.new_place is None, one.from_.starts_at)):
        visit = move.card.appointment
        wanted, own = read.wanted[visit.id], read.own[visit.patient_id]
        here = replace(busy, patient_visits=own)
        place = move.new_place
        if place is None:
            place = best_elsewhere(here, wanted, visit.id, rules.limits, rules.now, weights_from(catalog.rules))
        else:
            findings += [named(each, move.card) for each in _against(here, move, read, rules)]
        if place is None:
            text = (
                f"No day from {day_name(first)} to {day_name(last)} keeps every rule of the series; place it by hand."
            )
            findings.append(named(Finding("to-place", Severity.WARN, text), move.card))
        else:
            busy = replace(busy, visits=[*busy.visits, row_at(wanted, visit.id, place)])
        places[visit.id] = replace(move, new_place=place)
    moves = (places.get(move.card.appointment.id, move) for move in done.moves)
    in_order = sorted(moves, key=lambda move: (move.consequence, move.from_.starts_at, move.card.appointment.id))
    return tuple(in_order), tuple(findings)


def _against(busy: BusyTime, move: RepairMove, read: DayRead, rules: Rulebook) -> tuple[Finding, ...]:
    """What speaks against a place on another day that was chosen by hand."""
    visit = move.card.appointment
    place = move.new_place
    if place is None:
        return ()
    day = place.starts_at.date()
    situation = situation_on(busy, [day], rules.limits, rules.now, leaving_out=frozenset({visit.id}))
    return check_booking(replace(read.wanted[visit.id], sessions=(place,)), situation)
