"""Reads sessions with everything their rules ask, many at once: a fixed number of queries for one chair or forty."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import to_wall
from ketaclinic.db import charting, clearance, ledger, people
from ketaclinic.db.clinic import location
from ketaclinic.db.duty import duty
from ketaclinic.db.models import (
    AppointmentRow,
    ChairRow,
    ClinicalProfileRow,
    EncounterRow,
    EscortRow,
    LocationRow,
    PatientRow,
    SeriesRow,
    UserRow,
)
from ketaclinic.db.session_numbers import NUMBER
from ketaclinic.db.vial_stock import stock_for
from ketaclinic.domain import events, monitoring
from ketaclinic.domain.alerts import visit_alerts
from ketaclinic.domain.appointments import IN_CHAIR, Appointment, Status
from ketaclinic.domain.booking_situation import MINUTES_OF_DAY, minute_of_day
from ketaclinic.domain.checklists import Checklist
from ketaclinic.domain.claims import wall_minutes
from ketaclinic.domain.clinical_limits import ClinicalLimits, clinical_limits
from ketaclinic.domain.consents import Consent, best_consent
from ketaclinic.domain.findings import NotFound
from ketaclinic.domain.late_answers import answers_that_count
from ketaclinic.domain.ledger import SessionDrug, summed
from ketaclinic.domain.observations import Level
from ketaclinic.domain.orders import Order, order_problem
from ketaclinic.domain.people import ClinicalProfile, Escort, Role
from ketaclinic.domain.protocols import Phases, Protocol
from ketaclinic.domain.resources import Location
from ketaclinic.domain.stagger import OtherChecks
from ketaclinic.domain.vial_choice import Stock
from ketaclinic.domain.visit import Around, Encounter, Prescriber, Visit

_Head = tuple[EncounterRow, AppointmentRow, PatientRow, SeriesRow, ChairRow, LocationRow, int]


class VisitReader:
    """Sessions of one moment, read in one session of the database."""

    def __init__(self, session: Session, catalog: Catalog, now: datetime) -> None:
        self._session = session
        self._catalog = catalog
        self._now = now
        self._limits: ClinicalLimits = clinical_limits(catalog.rules)
        users = session.execute(select(UserRow.id, UserRow.name, UserRow.role, UserRow.active)).all()
        self._there: dict[int, tuple[Prescriber, ...]] = {}
        self._names = {user.id: user.name for user in users}
        self._prescribers = [(u.id, u.name) for u in users if u.active and u.role == Role.PRESCRIBER.value]

    def one(self, encounter_id: int, *, acting: int | None = None) -> Visit:
        """One session; with `acting` also what else is going on that its start must look at. Raises NotFound."""
        charting.encounter_row(self._session, encounter_id)
        visit = self.many([encounter_id])[0]
        if acting is None or visit.encounter.started_at is not None:
            return visit
        return replace(visit, around=self._around(visit, acting), stock=self.stock(visit))

    def stock(self, visit: Visit) -> Stock | None:
        """The vials a session may draw from; None where its location keeps no ledger."""
        today = to_wall(self._now, visit.zone).date()
        strengths = visit.charted.concentrations
        return stock_for(self._session, visit.appointment.location_id, visit.encounter.id, strengths, today)

    def many(self, encounter_ids: Sequence[int]) -> tuple[Visit, ...]:
        """Sessions by id, in no order that matters."""
        if not encounter_ids:
            return ()
        heads = self._heads(encounter_ids)
        patients = sorted({head[0].patient_id for head in heads})
        answers = charting.answers(self._session, encounter_ids)
        observations = charting.observations(self._session, encounter_ids)
        happened = charting.events(self._session, encounter_ids)
        orders = charting.orders(self._session, patients)
        consents = charting.consents(self._session, patients)
        profiles = self._profiles(patients)
        escorts = self._escorts(heads)
        drugs = self._drugs(heads)
        given = charting.given_before(self._session, encounter_ids)
        visits = []
        for head in heads:
            encounter_row, visit_row, patient_row, series_row, chair_row, location_row, number = head
            encounter = charting.encounter_value(encounter_row)
            protocol = self._protocol(encounter_row.protocol_id)
            day = to_wall(encounter.started_at or self._now, location_row.zone).date()
            checklists = self._checklists(encounter, protocol)
            counting, late = answers_that_count(answers[encounter.id], checklists, encounter.started_at)
            order, order_problem_ = _order_for(orders[patient_row.id], encounter, series_row.order_id, protocol, day)
            if order is not None and encounter.id in given:  # as it stood at the start
                order = replace(order, used=given[encounter.id])
            consent, consent_problem_ = self._consent_for(consents[patient_row.id], order, encounter, day)
            visits.append(
                Visit(
                    now=min(self._now, encounter.signed_at or self._now),
                    zone=location_row.zone,
                    encounter=encounter,
                    appointment=appointment_value(visit_row),
                    protocol=protocol,
                    patient=people.patient_value(patient_row),
                    profile=profiles.get(patient_row.id, ClinicalProfile(patient_row.id, version=0)),
                    label=f"M {number}" if series_row.open_ended else f"{number} of {series_row.sessions}",
                    chair=chair_row.name,
                    nurse=self._names.get(visit_row.nurse_id or 0, ""),
                    escort=escorts.get(visit_row.escort_id or 0),
                    order=order,
                    order_problem=order_problem_,
                    consent=consent,
                    consent_problem=consent_problem_,
                    answers=counting,
                    late_answers=late,
                    observations=observations[encounter.id],
                    events=happened[encounter.id],
                    checklists=checklists,
                    instruments=self._catalog.instruments,
                    charted=self._catalog.observations,
                    limits=self._limits,
                    prescribers=self._on_site(location_row.id, location_row.zone),
                    names=self._names,
                    drug=drugs.get(encounter.id),
                )
            )
        return tuple(visits)

    def _drugs(self, heads: Sequence[_Head]) -> Mapping[int, SessionDrug]:
        """What the drug ledger says of the sessions that began since their location keeps one."""
        since = ledger.keeps_ledger(self._session, (head[5].id for head in heads))
        if not since:
            return {}
        kept = [
            head[0]
            for head in heads
            if head[5].id in since and (head[0].started_at is None or head[0].started_at >= since[head[5].id])
        ]
        found = ledger.session_balances(self._session, (row.id for row in kept))
        return {row.id: SessionDrug(summed(found.get(row.id, {}).values())) for row in kept}

    def _protocol(self, protocol_id: str) -> Protocol:
        protocol = self._catalog.protocols.get(protocol_id)
        if protocol is None:
            raise NotFound(
                f"The protocol “{protocol_id}” of this session is missing. Put its file back, then start again."
            )
        return protocol

    def _heads(self, encounter_ids: Sequence[int]) -> list[_Head]:
        statement = (
            select(EncounterRow, AppointmentRow, PatientRow, SeriesRow, ChairRow, LocationRow, NUMBER)
            .join(AppointmentRow, AppointmentRow.id == EncounterRow.appointment_id)
            .join(PatientRow, PatientRow.id == EncounterRow.patient_id)
            .join(SeriesRow, SeriesRow.id == AppointmentRow.series_id)
            .join(ChairRow, ChairRow.id == AppointmentRow.chair_id)
            .join(LocationRow, LocationRow.id == AppointmentRow.location_id)
            .where(EncounterRow.id.in_(encounter_ids))
        )
        return [(row[0], row[1], row[2], row[3], row[4], row[5], row[6]) for row in self._session.execute(statement)]

    def _profiles(self, patient_ids: Sequence[int]) -> dict[int, ClinicalProfile]:
        statement = select(ClinicalProfileRow).where(ClinicalProfileRow.patient_id.in_(patient_ids))
        return {row.patient_id: _profile(row) for row in self._session.scalars(statement)}

    def _escorts(self, heads: Sequence[_Head]) -> Mapping[int, Escort]:
        ids = [head[1].escort_id for head in heads if head[1].escort_id is not None]
        statement = select(EscortRow).where(EscortRow.id.in_(ids))
        return {row.id: people.escort_value(row) for row in self._session.scalars(statement)}

    def _consent_for(
        self, consents: tuple[Consent, ...], order: Order | None, encounter: Encounter, day: date
    ) -> tuple[Consent | None, str]:
        indication = order.fields.indication if order else None
        signed_before = tuple(c for c in consents if c.signed_on <= day)
        if encounter.started_at is None:
            revision = consent_revision(self._catalog)
            return best_consent(signed_before, day=day, revision=revision, indication=indication)
        # A withdrawal touches no infusion that runs: what stood at the start goes on standing.
        stood = (
            replace(c, withdrawn_on=None) if c.withdrawn_on and c.withdrawn_on >= day else c for c in signed_before
        )
        best, problem = best_consent(tuple(stood), day=day, revision=None, indication=indication)
        return next((c for c in consents if best is not None and c.id == best.id), None), problem

    def _checklists(self, encounter: Encounter, protocol: Protocol) -> tuple[Checklist, ...]:
        """The lists in the versions this session was asked."""
        kept = self._catalog.checklists
        asked = encounter.checklist_revisions or {name: kept[name].version for name in protocol.checklists}
        return tuple(kept.get(f"{name}@{version}", kept[name]) for name, version in asked.items() if name in kept)

    def _on_site(self, location_id: int, zone: str) -> tuple[Prescriber, ...]:
        if location_id not in self._there:
            self._there[location_id] = self._read_on_site(location_id, zone)
        return self._there[location_id]

    def _read_on_site(self, location_id: int, zone: str) -> tuple[Prescriber, ...]:
        wall = to_wall(self._now, zone)
        now = wall_minutes(wall)
        there = duty(self._session, location_id, wall.date(), 1, Role.PRESCRIBER)
        on_shift = {user for user, starts, ends in there if starts <= now < ends}
        return tuple(Prescriber(user_id, name, user_id in on_shift) for user_id, name in self._prescribers)

    def _around(self, visit: Visit, acting: int) -> Around:
        others = self._others(visit)
        running = [v for v in others if v.encounter.started_at and not v.encounter.stopped_at]
        mine = [v for v in others if v.encounter.started_at and _started_by(v) == acting]
        red = [v.patient.name for v in mine if any(a.active and a.level is Level.RED for a in visit_alerts(v))]
        missed = [v.patient.name for v in mine if v.patient.name not in red and v.check_is_missed]
        last_id, last = self._last(visit)
        day = to_wall(self._now, visit.zone).date()
        return Around(
            chair_running=next(
                (v.patient.name for v in running if v.appointment.chair_id == visit.appointment.chair_id), ""
            ),
            started_today=last == day,
            last_start=last,
            last_events=self._last_events(visit, last_id),
            red_elsewhere=tuple(red),
            missed_elsewhere=tuple(missed),
            others_due=tuple(OtherChecks(v.chair, self._expected(v), v in mine) for v in others),
            same_name=self._same_name(visit),
            closes_at=self._closes_at(visit),
            longest_recovery=self._catalog.rules.whole("booking.longest-recovery"),
            open_tasks=clearance.open_before(self._session, visit.patient.id, visit.appointment.id),
        )

    def _expected(self, visit: Visit) -> tuple[datetime, ...]:
        until = self._now + timedelta(minutes=self._limits.stagger_ahead)
        return monitoring.expected_checks(visit.protocol.monitoring, visit.course, self._now, until)

    def _closes_at(self, visit: Visit) -> datetime | None:
        """The end of the opening hours we are in, on the wall; None outside them and on any other day."""
        wall = to_wall(self._now, visit.zone)
        if wall.date() != visit.appointment.starts_at.date():
            return None
        place = location(self._session, visit.appointment.location_id)
        midnight = datetime.combine(wall.date(), time())
        spans = (
            (
                midnight + timedelta(minutes=minute_of_day(hours.opens)),
                midnight + timedelta(minutes=minute_of_day(hours.closes) or MINUTES_OF_DAY),
            )
            for hours in place.open_on(wall.date())
        )
        return next((closes for opens, closes in spans if opens <= wall < closes), None)

    def _others(self, visit: Visit) -> tuple[Visit, ...]:
        """The other sessions under way at this location."""
        statement = (
            select(EncounterRow.id)
            .join(AppointmentRow, AppointmentRow.id == EncounterRow.appointment_id)
            .where(
                AppointmentRow.location_id == visit.appointment.location_id,
                AppointmentRow.status.in_(sorted(IN_CHAIR)),
                EncounterRow.id != visit.encounter.id,
                EncounterRow.started_at.is_not(None),
            )
        )
        return self.many(list(self._session.scalars(statement)))

    def _last(self, visit: Visit) -> tuple[int | None, date | None]:
        """The patient's latest other session, and the day on which it truly began, whenever it was booked for."""
        statement = (
            select(EncounterRow.id, EncounterRow.started_at)
            .where(
                EncounterRow.patient_id == visit.patient.id,
                EncounterRow.id != visit.encounter.id,
                EncounterRow.started_at.is_not(None),
            )
            .order_by(EncounterRow.started_at.desc())
            .limit(1)
        )
        row = self._session.execute(statement).first()
        if row is None or row[1] is None:
            return None, None
        return row[0], to_wall(row[1], visit.zone).date()

    def _last_events(self, visit: Visit, last_id: int | None) -> tuple[events.Event, ...]:
        """What happened in the session before, which the nurse asks before the start only."""
        if last_id is None or visit.encounter.started_at is not None:
            return ()
        return events.valid_events(charting.events(self._session, [last_id])[last_id])

    def _same_name(self, visit: Visit) -> tuple[str, ...]:
        """Record numbers of others of this name who are booked here on the same day."""
        begins = datetime.combine(visit.appointment.starts_at.date(), time())
        statement = (
            select(PatientRow.record)
            .join(AppointmentRow, AppointmentRow.patient_id == PatientRow.id)
            .where(
                AppointmentRow.location_id == visit.appointment.location_id,
                AppointmentRow.starts_at >= begins,
                AppointmentRow.starts_at < begins + timedelta(days=1),
                PatientRow.family_name == visit.patient.fields.family_name,
                PatientRow.given_name == visit.patient.fields.given_name,
                PatientRow.id != visit.patient.id,
            )
            .distinct()
            .order_by(PatientRow.record)
        )
        return tuple(self._session.scalars(statement))


def sessions_of(session: Session, appointment_ids: Sequence[int]) -> dict[int, int]:
    """Visit id -> session id, for those that have one."""
    statement = select(EncounterRow.appointment_id, EncounterRow.id).where(
        EncounterRow.appointment_id.in_(appointment_ids)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def nurses_on_duty(session: Session, location: Location, wall: datetime) -> int:
    """Nurses whose shift covers a time on the wall; where none is entered that day, the usual number."""
    there = duty(session, location.id, wall.date(), 1, Role.NURSE)
    if not there:
        return location.usual_nurses[wall.weekday()]
    now = wall_minutes(wall)
    return len({user for user, starts, ends in there if starts <= now < ends})


def consent_revision(catalog: Catalog) -> int | None:
    """The revision of the consent text in force; None when the clinic has no such text."""
    texts = catalog.documents.get("consent", {})
    text = texts.get("en") or next(iter(texts.values()), None)
    return text.revision if text else None


def appointment_value(row: AppointmentRow) -> Appointment:
    """A row as a domain value."""
    return Appointment(
        id=row.id,
        series_id=row.series_id,
        patient_id=row.patient_id,
        location_id=row.location_id,
        chair_id=row.chair_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        phases=Phases(row.prep, row.infusion, row.recovery, row.turnover),
        status=Status(row.status),
        position=row.position,
        session_number=row.session_number,
        nurse_id=row.nurse_id,
        escort_id=row.escort_id,
        version=row.version,
    )


def _order_for(
    orders: tuple[Order, ...], encounter: Encounter, series_order: int | None, protocol: Protocol, day: date
) -> tuple[Order | None, str]:
    """The order an infusion is given under: once started the one it was started under, else the best there is."""
    if encounter.order_id is not None:
        return next((o for o in orders if o.id == encounter.order_id), None), ""
    first = sorted(orders, key=lambda o: (o.id != series_order, not o.signed, o.withdrawn, -o.id))
    for order in first:
        if not order_problem(order, protocol_id=protocol.id, day=day):
            return order, ""
    return None, order_problem(first[0] if first else None, protocol_id=protocol.id, day=day)


def _started_by(visit: Visit) -> int | None:
    return next((e.user_id for e in visit.happened if e.kind == events.START), None)


def _profile(row: ClinicalProfileRow) -> ClinicalProfile:
    return ClinicalProfile(
        row.patient_id, row.allergies, row.diagnosis, row.medicines, row.childbearing_potential, row.version
    )
