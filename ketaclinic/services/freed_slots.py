"""Who may take a freed place: everyone who waits, each asked of the booking rules as if the place were theirs."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock, to_wall, wall_now
from ketaclinic.db import busy_time, clearance, gates, situations, waitlist
from ketaclinic.db import recall as rows
from ketaclinic.db.models import AppointmentRow
from ketaclinic.db.recall import RecallPatient
from ketaclinic.db.store import Reads
from ketaclinic.db.visits import consent_revision
from ketaclinic.domain.appointments import MOVABLE, Status
from ketaclinic.domain.booking_rules import check_booking
from ketaclinic.domain.booking_situation import BusyTime, PatientVisit, Situation, Wanted, day_name, situation_on
from ketaclinic.domain.clearance import Clearance
from ketaclinic.domain.findings import blocking
from ketaclinic.domain.freed_slot import Candidate, FreedSlot
from ketaclinic.domain.overrides import REVIEWED
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.recall import Due, RecallKind
from ketaclinic.domain.resources import Location
from ketaclinic.domain.waitlist import Waiting, notice_words
from ketaclinic.domain.wishes import PlannedSession
from ketaclinic.services.rulebook import rulebook

_CALLED = frozenset({RecallKind.MAINTENANCE_DUE, RecallKind.OVERDUE})


@dataclass(slots=True)
class _Asked:
    """Somebody who might take the place, before the rules are asked."""

    kind: RecallKind
    patient_id: int
    protocol: Protocol
    series_id: int | None = None
    row: AppointmentRow | None = None
    due: Due | None = None
    waiting: Waiting | None = None
    why: list[str] = field(default_factory=list)

    @property
    def identity(self) -> tuple[int, int]:
        return self.patient_id, self.row.id if self.row else 0


def candidates_for(
    session: Reads, slot: FreedSlot, location: Location, due: Iterable[Due], catalog: Catalog, clock: Clock
) -> tuple[Candidate, ...]:
    """Everyone who may legally take the place, the best first; at most as many as the clinic's rules say."""
    now = wall_now(clock, location.zone)
    asked = list(_who_waits(session, slot, due, catalog, now))
    known = rows.patients(session, (one.patient_id for one in asked))
    asked = _cleared(session, asked)
    asked = [one for one in asked if one.patient_id in known and known[one.patient_id].active]
    own = rows.visits_of_patients(
        session, (one.patient_id for one in asked), rows.families_of(catalog.protocols.values())
    )
    place = _Place(session, slot, location, catalog, clock)
    found = []
    for one in asked:
        candidate = place.ask(one, known[one.patient_id], own.get(one.patient_id, ()), now)
        if candidate is not None:
            found.append(candidate)
    best = sorted(found, key=lambda candidate: candidate.rank)[: catalog.rules.whole("recall.most-candidates")]
    return tuple(_with_papers(session, best, slot.starts_at.date(), catalog))


def _who_waits(
    session: Reads, slot: FreedSlot, due: Iterable[Due], catalog: Catalog, now: datetime
) -> Iterator[_Asked]:
    """From the waitlist, to place, due for maintenance; each patient and visit once, the strongest wish first."""
    seen: set[tuple[int, int]] = set()
    for one in (
        *_on_the_waitlist(session, slot, catalog, now),
        *_to_place(session, slot, catalog),
        *_due(due, catalog),
    ):
        if one.identity not in seen and not _longer(one.protocol, one.row, slot):
            seen.add(one.identity)
            yield one


def _cleared(session: Reads, asked: Iterable[_Asked]) -> list[_Asked]:
    """Without those whose further visits need a prescriber's word; who has a place may still come sooner."""
    waiting = list(asked)
    flags = clearance.flagged(session, {one.patient_id for one in waiting})
    return [
        one
        for one in waiting
        if flags.get(one.patient_id) is not Clearance.NOT_CLEARED
        or (one.row is not None and one.row.status != Status.PROPOSED.value)
    ]


def _on_the_waitlist(session: Reads, slot: FreedSlot, catalog: Catalog, now: datetime) -> Iterator[_Asked]:
    for entry in waitlist.open_entries(session, slot.location_id):
        protocol = catalog.protocols.get(entry.fields.protocol_id)
        if protocol is None or entry.would_come(slot.starts_at, now):
            continue
        row = None
        if entry.fields.appointment_id is not None:
            row = session.get(AppointmentRow, entry.fields.appointment_id)
            if row is None or Status(row.status) not in MOVABLE - {Status.ARRIVED}:
                continue
            if row.status != Status.PROPOSED.value and row.starts_at <= slot.starts_at:
                continue  # the place is no earlier than what they have
        series_id = row.series_id if row is not None else entry.fields.series_id
        yield _Asked(RecallKind.WAITING, entry.fields.patient_id, protocol, series_id, row, waiting=entry)


def _to_place(session: Reads, slot: FreedSlot, catalog: Catalog) -> Iterator[_Asked]:
    protocols = {visit.id: visit.protocol_id for visit in rows.to_place(session, slot.location_id)}
    for row in rows.appointment_rows(session, protocols):
        protocol = catalog.protocols.get(protocols[row.id])
        if protocol is not None:
            yield _Asked(RecallKind.TO_PLACE, row.patient_id, protocol, row.series_id, row)


def _due(due: Iterable[Due], catalog: Catalog) -> Iterator[_Asked]:
    for one in due:
        if one.kind in _CALLED:
            yield _Asked(one.kind, one.patient_id, catalog.protocols[one.protocol_id], one.series_id, due=one)


def _longer(protocol: Protocol, row: AppointmentRow | None, slot: FreedSlot) -> bool:
    """Whether the visit takes longer than the place is offered for."""
    if slot.minutes is None:
        return False
    total = protocol.phases.total
    if row is not None:
        total = row.prep + row.infusion + row.recovery + row.turnover
    return total > slot.minutes


class _Place:
    """The freed place and the day around it, read once; asked for one person after another."""

    def __init__(self, session: Reads, slot: FreedSlot, location: Location, catalog: Catalog, clock: Clock) -> None:
        self._session, self._slot, self._zone = session, slot, location.zone
        self._protocols = catalog.protocols
        self._rules = rulebook(catalog, clock, location.zone)
        self._day = slot.starts_at.date()
        self._busy: BusyTime = busy_time.busy_time(session, location, self._day, 1)
        self._situation = self._without(frozenset())

    def _without(self, leaving_out: frozenset[int]) -> Situation:
        return situation_on(self._busy, {self._day}, self._rules.limits, self._rules.now, leaving_out)

    def ask(
        self, one: _Asked, patient: RecallPatient, own: tuple[PatientVisit, ...], now: datetime
    ) -> Candidate | None:
        """The candidate, when the rules let them have the place; None otherwise."""
        moved = frozenset({one.row.id}) if one.row is not None else frozenset[int]()
        others = tuple(visit for visit in own if visit.appointment_id not in moved)
        situation = self._without(moved) if moved and self._is_today(one.row) else self._situation
        wanted = self._wanted(one)
        found = blocking(check_booking(wanted, replace(situation, patient_visits=others)))
        if any(finding.code not in REVIEWED for finding in found):
            return None
        last = _last_before(others, wanted.family, self._day)
        target = self._target(one, last)
        past = target is not None and target < self._day
        return Candidate(
            kind=one.kind,
            patient_id=one.patient_id,
            name=patient.name,
            record=patient.record,
            phone=patient.phone,
            protocol_id=one.protocol.id,
            protocol=one.protocol.desk_name,
            why=tuple(self._why(one, last, target, [f.message for f in found], now)),
            ends_at=wanted.sessions[0].ends_at,
            appointment_id=one.row.id if one.row is not None else None,
            version=one.row.version if one.row is not None else 0,
            moves_up=one.row is not None and one.row.status != Status.PROPOSED.value,
            series_id=one.series_id,
            target=target,
            past_target=past,
            waited_days=self._waited(one, target, now),
            short_notice=one.waiting is not None,
            review=bool(found),
            waiting=one.waiting,
        )

    def _is_today(self, row: AppointmentRow | None) -> bool:
        return row is not None and row.starts_at.date() == self._day

    def _wanted(self, one: _Asked) -> Wanted:
        starts = self._slot.starts_at
        if one.row is not None:
            wanted = situations.wanted_visit(self._session, one.row, self._protocols)
            held = one.row.status != Status.PROPOSED.value
            ends = starts + timedelta(minutes=wanted.phases.total)
            place = PlannedSession(starts, ends, self._slot.chair_id)
            return replace(wanted, sessions=(place,), was=wanted.was if held else None)
        protocol = one.protocol
        ends = starts + timedelta(minutes=protocol.phases.total)
        wanted = situations.wanted_series(protocol, [PlannedSession(starts, ends, self._slot.chair_id)])
        return replace(wanted, series_id=one.series_id)

    def _target(self, one: _Asked, last: date | None) -> date | None:
        if one.due is not None:
            return one.due.due
        if last is None or one.series_id is None:
            return None  # a new course has no day it should begin on
        position = one.row.position - 1 if one.row is not None else 1
        return last + timedelta(days=one.protocol.gaps.target_after(max(position, 1))[0])

    def _waited(self, one: _Asked, target: date | None, now: datetime) -> int:
        past = (self._day - target).days if target is not None else 0
        waits = (now.date() - to_wall(one.waiting.since, self._zone).date()).days if one.waiting else 0
        return max(past, waits, 0)

    def _why(
        self, one: _Asked, last: date | None, target: date | None, reviews: list[str], now: datetime
    ) -> Iterator[str]:
        if one.row is not None and one.row.status != Status.PROPOSED.value:
            yield f"booked {day_name(one.row.starts_at)} at {one.row.starts_at:%H:%M}, would come sooner"
        elif one.row is not None:
            yield f"session {one.row.position} has no place yet"
        elif one.due is not None:
            yield f"{'overdue' if one.kind is RecallKind.OVERDUE else 'due'} for maintenance"
        if target is not None:
            yield _against_target((self._day - target).days)
        if last is not None:
            least = one.protocol.gaps.min_days
            yield f"{_days((self._day - last).days)} since the last session, at least {least} needed"
        if one.waiting is not None:
            waits = (now.date() - to_wall(one.waiting.since, self._zone).date()).days
            yield "waits since today" if waits == 0 else f"waits {_days(waits)}"
            yield f"takes {notice_words(one.waiting.fields.notice_hours)} notice"
        yield from (f"a prescriber reviews it: {text}" for text in reviews)


def _with_papers(session: Reads, best: list[Candidate], day: date, catalog: Catalog) -> Iterator[Candidate]:
    """The candidates with what is not there yet on that day: consent, order."""
    consents = gates.consents_on(session, day, {c.patient_id for c in best}, consent_revision(catalog))
    ids = [c.appointment_id for c in best if c.appointment_id is not None]
    orders: Mapping[int, object] = gates.orders_on(session, day, ids) if ids else {}
    for candidate in best:
        missing = []
        if candidate.patient_id not in consents:
            missing.append("consent")
        protocol = catalog.protocols[candidate.protocol_id]
        if candidate.appointment_id is not None:
            ordered = candidate.appointment_id in orders
        else:
            ordered = gates.order_for(session, candidate.patient_id, protocol, day) is not None
        if not ordered:
            missing.append("order")
        yield replace(candidate, missing=tuple(missing))


def _last_before(visits: tuple[PatientVisit, ...], family: str, day: date) -> date | None:
    days = [visit.day for visit in visits if visit.family == family and visit.day < day]
    return max(days, default=None)


def _against_target(days: int) -> str:
    if days == 0:
        return "on the day it should be"
    return f"{_days(days)} past the target" if days > 0 else f"{_days(-days)} before the target"


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"
