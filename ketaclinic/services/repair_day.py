"""One day read for its repair, and the plan made of what the search found, everything checked by the booking rules."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.db import busy_time, repairs, schedule
from ketaclinic.db.situations import Rulebook
from ketaclinic.db.store import Reads
from ketaclinic.domain.appointments import FREES_THE_CHAIR, MOVABLE, Card, Status
from ketaclinic.domain.booking_rules import check_booking
from ketaclinic.domain.booking_situation import BusyTime, PatientVisit, Wanted, clinic_day, situation_on
from ketaclinic.domain.claims import from_wall_minutes, wall_minutes
from ketaclinic.domain.findings import ClinicError, Finding, Refused, Severity, Stale, blocking
from ketaclinic.domain.moves import VisitMove
from ketaclinic.domain.nurse_load import NurseUse
from ketaclinic.domain.outages import Standing, remaining, stretch_of, with_outages
from ketaclinic.domain.protocols import Gaps, NurseNeeds, Phases
from ketaclinic.domain.repair import Outage, OutageKind, RepairMove
from ketaclinic.domain.resources import Location
from ketaclinic.domain.wishes import PlannedSession
from ketaclinic.planning.day_problem import DayVisit
from ketaclinic.planning.day_repair import Places

_log = logging.getLogger(__name__)
_UNCHECKED = (
    "The repaired day did not pass the booking rules; nothing was changed. Move the visits by hand and report this."
)


@dataclass(frozen=True, slots=True)
class DayRead:
    """A day as it is booked, read in one go.

    Attributes:
        cards: of the visits that hold a chair, by start and chair.
        wanted: each of them as the rules see it.
        own: all visits of each patient.
        phones: of each patient.
        prescribers: how many there are.
    """

    location: Location
    day: date
    busy: BusyTime
    cards: tuple[Card, ...]
    wanted: Mapping[int, Wanted]
    own: Mapping[int, tuple[PatientVisit, ...]]
    phones: Mapping[int, str]
    prescribers: int

    @property
    def versions(self) -> tuple[tuple[int, int], ...]:
        """(appointment id, version) of every visit."""
        return tuple((card.appointment.id, card.appointment.version) for card in self.cards)

    def chair_name(self, chair_id: int) -> str:
        """The name of a chair."""
        return next((chair.name for chair in self.busy.chairs if chair.id == chair_id), "the chair")


def read_day(session: Reads, location: Location, day: date, rules: Rulebook, catalog: Catalog) -> DayRead:
    """Everything a repair needs to know of a day."""
    rows = [
        row for row in schedule.day_rows(session, location.id, day) if row.appointment.status not in FREES_THE_CHAIR
    ]
    patients = {row.appointment.patient_id for row in rows}
    return DayRead(
        location,
        day,
        busy_time.busy_time(session, location, day, 1),
        schedule.cards(session, rows, day, location.zone, catalog),
        repairs.wanted_of(session, (row.appointment.id for row in rows), rules.protocols),
        {each: busy_time.visits_of_patient(session, each, rules.protocols) for each in patients},
        repairs.phones(session, patients),
        repairs.prescribers(session),
    )


@dataclass(frozen=True, slots=True)
class Pins:
    """Places chosen by hand: on the day, and on other days."""

    here: Mapping[int, PlannedSession]
    elsewhere: Mapping[int, PlannedSession]


def pins_of(read: DayRead, fixed: Sequence[VisitMove]) -> Pins:
    """The places chosen by hand.

    Raises:
        Stale: a visit has changed since it was chosen, or is not on this day any more.
        Refused: a visit cannot be moved as it stands.
    """
    here: dict[int, PlannedSession] = {}
    elsewhere: dict[int, PlannedSession] = {}
    by_id = {card.appointment.id: card.appointment for card in read.cards}
    for move in fixed:
        visit = by_id.get(move.appointment_id)
        if visit is None or visit.version != move.version:
            raise Stale("Someone changed this visit meanwhile. Nothing was saved: repair the day again.")
        if visit.status not in MOVABLE:
            text = f"This visit is {visit.status.word.lower()}; it stays where it is."
            raise Refused([Finding("not-movable", Severity.BLOCK, text)])
        length = timedelta(minutes=read.wanted[visit.id].phases.total)
        place = PlannedSession(move.starts_at, move.starts_at + length, move.chair_id)
        (here if move.starts_at.date() == read.day else elsewhere)[visit.id] = place
    return Pins(here, elsewhere)


def visits_of(read: DayRead, pins: Pins, outages: Sequence[Outage], now: int) -> tuple[DayVisit, ...]:
    """The visits of the day for the search; those put on another day by hand are left out."""
    nurses_out = {outage.id: stretch_of(outage, read.day) for outage in outages if outage.kind is OutageKind.NURSE}
    found = []
    movable = {
        card.appointment.id
        for card in read.cards
        if card.appointment.status in MOVABLE
        and wall_minutes(card.appointment.ends_at) > now
        and card.appointment.id not in pins.here
    }
    leaving = movable | set(pins.elsewhere)
    for card in read.cards:
        visit = card.appointment
        if visit.id in pins.elsewhere:
            continue
        wanted = read.wanted[visit.id]
        others = tuple(
            own
            for own in read.own[visit.patient_id]
            if own.appointment_id != visit.id and own.appointment_id not in leaving
        )
        nurse_id = None if visit.nurse_id in nurses_out else visit.nurse_id
        found.append(
            DayVisit(
                visit.id,
                visit.patient_id,
                replace(wanted, sessions=(pins.here.get(visit.id, wanted.sessions[0]),)),
                patient_visits=others,
                stays=visit.id not in movable,
                arrived=visit.status is Status.ARRIVED,
                nurse_id=nurse_id,
            )
        )
    known = {visit.appointment_id for visit in found} | set(pins.elsewhere)
    return (*found, *(_from_before(row) for row in read.busy.visits if row[0] not in known))


def _from_before(row: Sequence[int]) -> DayVisit:
    """A visit that began the evening before: it holds its chair and stays."""
    number, chair_id, starts, ends, setup_starts, setup_ends, leaves, ratio = row
    stands = PlannedSession(from_wall_minutes(starts), from_wall_minutes(ends), chair_id)
    phases = Phases(prep=0, infusion=leaves - starts, recovery=0, turnover=ends - leaves)
    needs = NurseNeeds(setup_starts - starts, setup_ends - setup_starts, ratio)
    wanted = Wanted("", phases, needs, Gaps(1, 1, ((1, 1),)), None, (stands,), was=stands)
    return DayVisit(number, -number, wanted, stays=True)


@dataclass(frozen=True, slots=True)
class Repaired:
    """The day as it is to be.

    Attributes:
        after: what is left of the day with the outage, the visits where they are to be.
        moves: what changes, those sent away without a place yet.
        findings: what no move mends, and what speaks against places chosen by hand.
    """

    after: BusyTime
    moves: tuple[RepairMove, ...]
    findings: tuple[Finding, ...]


def repaired_day(read: DayRead, outages: Sequence[Outage], places: Places, pins: Pins, rules: Rulebook) -> Repaired:
    """The day put together from the places found, each of them checked by the booking rules.

    Raises:
        ClinicError: the search made a day that the rules refuse; it is not shown.
    """
    goes = _goes(read, places, pins)
    after = with_outages(read.busy, read.day, outages, read.prescribers)
    after = replace(after, visits=[row for row in (_row(read, row, goes) for row in read.busy.visits) if row])
    moves, findings = [], []
    for card in read.cards:
        visit = card.appointment
        stands = PlannedSession(visit.starts_at, visit.ends_at, visit.chair_id)
        to = goes.get(visit.id, stands)
        if to == stands:
            continue
        by_hand = visit.id in pins.here or visit.id in pins.elsewhere
        calls = to is None or to.starts_at != stands.starts_at
        phone = read.phones.get(visit.patient_id, "")
        new_place = pins.elsewhere.get(visit.id)
        moves.append(RepairMove(card, stands, to, new_place, phone, calls=calls, fixed=by_hand))
        if to is not None:
            against = check_moved(read, after, goes, visit.id, to, rules)
            if blocking(against) and not by_hand:
                _log.error("repair of %s: visit %d refused: %s", read.day, visit.id, [f.code for f in against])
                raise ClinicError(_UNCHECKED)
            findings += [named(finding, card) for finding in against]
    left = remaining(clinic_day(read.busy, read.day), clinic_day(after, read.day), standing(read, after, goes))
    in_order = sorted(moves, key=lambda move: (move.consequence, move.from_.starts_at, move.card.appointment.id))
    return Repaired(after, tuple(in_order), (*left, *findings))


Goes = Mapping[int, PlannedSession | None]
"""The place on the day of each visit that may change it; None for another day."""


def _goes(read: DayRead, places: Places, pins: Pins) -> Goes:
    found: dict[int, PlannedSession | None] = {}
    for number, place in places.items():
        if place is None:
            found[number] = None
            continue
        begins = from_wall_minutes(place[0])
        length = timedelta(minutes=read.wanted[number].phases.total)
        found[number] = PlannedSession(begins, begins + length, place[1])
    return {**found, **pins.here, **dict.fromkeys(pins.elsewhere)}


def row_at(wanted: Wanted, appointment_id: int, place: PlannedSession) -> tuple[int, ...]:
    """What a visit takes at a place, as a row of `BusyTime.visits`."""
    use: NurseUse = wanted.use(place)
    starts = wall_minutes(place.starts_at)
    ends = starts + wanted.phases.total
    return (appointment_id, place.chair_id, starts, ends, use.setup_starts, use.setup_ends, use.leaves, use.ratio)


def _row(read: DayRead, row: Sequence[int], goes: Goes) -> Sequence[int] | None:
    if row[0] not in goes:
        return row
    place = goes[row[0]]
    return None if place is None else row_at(read.wanted[row[0]], row[0], place)


def check_moved(
    read: DayRead, after: BusyTime, goes: Goes, appointment_id: int, to: PlannedSession, rules: Rulebook
) -> tuple[Finding, ...]:
    """Every finding about one visit at its new place, with all the others at theirs."""
    patient_id = next(c.appointment.patient_id for c in read.cards if c.appointment.id == appointment_id)
    own = []
    for visit in read.own[patient_id]:
        place = goes.get(visit.appointment_id, visit)
        if isinstance(place, PlannedSession):
            starts = wall_minutes(place.starts_at)
            own.append(replace(visit, starts=starts, leaves=starts + visit.leaves - visit.starts))
        elif place is not None:
            own.append(place)
    busy = replace(after, patient_visits=tuple(own))
    situation = situation_on(busy, [read.day], rules.limits, rules.now, leaving_out=frozenset({appointment_id}))
    return check_booking(replace(read.wanted[appointment_id], sessions=(to,)), situation)


def standing(read: DayRead, after: BusyTime, goes: Goes) -> tuple[Standing, ...]:
    """Every visit of the repaired day, for what no move mends."""
    cards = {card.appointment.id: card for card in read.cards}
    found = []
    for row in after.visits:
        card = cards.get(row[0])
        if card is not None:
            place = goes.get(row[0]) or read.wanted[row[0]].sessions[0]
            chair = read.chair_name(place.chair_id)
            found.append(Standing(row[0], card.patient_name, chair, read.wanted[row[0]], place))
    return tuple(found)


def in_trouble(before: DayRead, after: DayRead) -> tuple[Finding, ...]:
    """What of the outage is not mended on the day as it was saved."""
    return remaining(
        clinic_day(before.busy, before.day), clinic_day(after.busy, after.day), standing(after, after.busy, {})
    )


def named(finding: Finding, card: Card) -> Finding:
    """A finding about one visit of several, its sentence beginning with whose."""
    subject = f"appointment {card.appointment.id}"
    return replace(finding, message=f"{card.patient_name}: {finding.message}", subject=subject)
