"""What is charted: sessions, answers, observations, events, orders and consents. Rows in, domain values out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from ketaclinic.db.models import (
    AnswerRow,
    AppointmentRow,
    ConsentRow,
    EncounterRow,
    EventRow,
    ObservationRow,
    OrderRow,
    SeriesRow,
    StatusChangeRow,
    UserRow,
)
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.checklists import Answer
from ketaclinic.domain.consents import Consent
from ketaclinic.domain.events import Event
from ketaclinic.domain.findings import NotFound
from ketaclinic.domain.observations import Observation
from ketaclinic.domain.orders import Order, OrderFields
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.visit import Encounter


def encounter_row(session: Session, encounter_id: int) -> EncounterRow:
    """The row of a session. Raises NotFound."""
    row = session.get(EncounterRow, encounter_id)
    if row is None:
        raise NotFound("This session is not there. Look at the chairs again.")
    return row


def encounter_id_of(session: Session, appointment_id: int) -> int | None:
    """The session opened for a visit, None while there is none."""
    return session.scalar(select(EncounterRow.id).where(EncounterRow.appointment_id == appointment_id))


def appointment_row(session: Session, appointment_id: int) -> AppointmentRow:
    """The row of a visit. Raises NotFound."""
    row = session.get(AppointmentRow, appointment_id)
    if row is None:
        raise NotFound("This visit is not there any more. Look at the day again.")
    return row


def protocol_id_of(session: Session, series_id: int) -> str:
    """The protocol of a series."""
    return session.get_one(SeriesRow, series_id).protocol_id


def add_encounter(
    session: Session,
    visit: AppointmentRow,
    protocol: Protocol,
    checklist_revisions: Mapping[str, int],
    at: datetime,
    user_id: int,
) -> int:
    """Opens a session for a visit, under the checklist versions of today; returns its id."""
    row = EncounterRow(
        appointment_id=visit.id,
        patient_id=visit.patient_id,
        protocol_id=protocol.id,
        protocol_revision=protocol.revision,
        checklist_revisions=dict(checklist_revisions),
        opened_at=at,
        opened_by=user_id,
    )
    session.add(row)
    session.flush()
    return row.id


def add_answer(session: Session, encounter_id: int, answer: Answer) -> None:
    """Keeps one answer; earlier ones stay."""
    session.add(
        AnswerRow(
            encounter_id=encounter_id,
            checklist_id=answer.checklist_id,
            item=answer.item,
            value={"v": answer.value},
            answered_at=answer.answered_at,
            user_id=answer.user_id,
            second_user_id=answer.second_user_id,
        )
    )
    session.flush()


def add_observation(session: Session, encounter_id: int, observation: Observation) -> int:
    """Keeps one row of observations; returns its id."""
    row = ObservationRow(
        encounter_id=encounter_id,
        due=observation.due,
        observed_at=observation.observed_at,
        entered_at=observation.entered_at,
        user_id=observation.user_id,
        values=dict(observation.values),
        note=observation.note,
        corrects_id=observation.corrects_id,
    )
    session.add(row)
    session.flush()
    return row.id


def add_event(
    session: Session,
    encounter_id: int,
    kind: str,
    data: Mapping[str, Any],
    *,
    happened_at: datetime,
    entered_at: datetime,
    user_id: int,
    second_user_id: int | None = None,
    corrects_id: int | None = None,
) -> int:
    """Keeps one event; returns its id."""
    row = EventRow(
        encounter_id=encounter_id,
        kind=kind,
        happened_at=happened_at,
        entered_at=entered_at,
        user_id=user_id,
        second_user_id=second_user_id,
        data=dict(data),
        corrects_id=corrects_id,
    )
    session.add(row)
    session.flush()
    return row.id


def observation_place(session: Session, observation_id: int) -> tuple[int, Observation, bool]:
    """The session a row of observations belongs to, the row, and whether it was corrected. Raises NotFound."""
    row = session.get(ObservationRow, observation_id)
    if row is None:
        raise NotFound("This row is not there. Look at the flowsheet again.")
    later = session.scalar(select(ObservationRow.id).where(ObservationRow.corrects_id == observation_id))
    return row.encounter_id, _observation(row), later is not None


def answers(session: Session, encounter_ids: Sequence[int]) -> dict[int, tuple[Answer, ...]]:
    """Every answer of each session in the order of entry."""
    found: dict[int, list[Answer]] = {encounter_id: [] for encounter_id in encounter_ids}
    statement = select(AnswerRow).where(AnswerRow.encounter_id.in_(encounter_ids)).order_by(AnswerRow.id)
    for row in session.scalars(statement):
        found[row.encounter_id].append(
            Answer(row.checklist_id, row.item, row.value["v"], row.answered_at, row.user_id, row.second_user_id)
        )
    return {encounter_id: tuple(given) for encounter_id, given in found.items()}


def event_place(session: Session, event_id: int) -> int:
    """The session an event belongs to. Raises NotFound."""
    row = session.get(EventRow, event_id)
    if row is None:
        raise NotFound("This entry is not there. Look at the session again.")
    return row.encounter_id


def observations(session: Session, encounter_ids: Sequence[int]) -> dict[int, tuple[Observation, ...]]:
    """Every row of observations of each session, corrected ones too."""
    found: dict[int, list[Observation]] = {encounter_id: [] for encounter_id in encounter_ids}
    statement = select(ObservationRow).where(ObservationRow.encounter_id.in_(encounter_ids)).order_by(ObservationRow.id)
    for row in session.scalars(statement):
        found[row.encounter_id].append(_observation(row))
    return {encounter_id: tuple(rows) for encounter_id, rows in found.items()}


def events(session: Session, encounter_ids: Sequence[int]) -> dict[int, tuple[Event, ...]]:
    """Every event of each session, in the order of entry."""
    found: dict[int, list[Event]] = {encounter_id: [] for encounter_id in encounter_ids}
    statement = select(EventRow).where(EventRow.encounter_id.in_(encounter_ids)).order_by(EventRow.id)
    for row in session.scalars(statement):
        found[row.encounter_id].append(
            Event(
                row.id,
                row.kind,
                row.happened_at,
                row.entered_at,
                row.user_id,
                row.second_user_id,
                row.data,
                row.corrects_id,
            )
        )
    return {encounter_id: tuple(rows) for encounter_id, rows in found.items()}


def arrived_at(session: Session, appointment_id: int) -> datetime | None:
    """When the patient first came to this visit; None when nobody stamped it."""
    statement = select(func.min(StatusChangeRow.at)).where(
        StatusChangeRow.appointment_id == appointment_id, StatusChangeRow.target == Status.ARRIVED.value
    )
    return session.scalar(statement)


def orders(session: Session, patient_ids: Iterable[int]) -> dict[int, tuple[Order, ...]]:
    """The orders of each patient, the latest first, with how many infusions were started under each."""
    ids = list(patient_ids)
    used = (
        select(func.count(EncounterRow.id))
        .where(
            EncounterRow.patient_id == OrderRow.patient_id,  # has an index; an order is of one patient
            EncounterRow.order_id == OrderRow.id,
            EncounterRow.started_at.is_not(None),
        )
        .correlate(OrderRow)
        .scalar_subquery()
    )
    withdrawer = aliased(UserRow)
    statement = (
        select(OrderRow, UserRow.name, used, withdrawer.name)
        .join(UserRow, UserRow.id == OrderRow.prescriber_id)
        .outerjoin(withdrawer, withdrawer.id == OrderRow.withdrawn_by)
        .where(OrderRow.patient_id.in_(ids))
        .order_by(OrderRow.id.desc())
    )
    found: dict[int, list[Order]] = {patient_id: [] for patient_id in ids}
    for row, name, count, taken_by in session.execute(statement):
        found[row.patient_id].append(_order(row, name, count, taken_by or ""))
    return {patient_id: tuple(kept) for patient_id, kept in found.items()}


def given_before(session: Session, encounter_ids: Sequence[int]) -> dict[int, int]:
    """How many infusions had been started under its order before each session that was started."""
    earlier = aliased(EncounterRow)
    statement = (
        select(EncounterRow.id, func.count(earlier.id))
        .outerjoin(
            earlier,
            and_(
                earlier.patient_id == EncounterRow.patient_id,  # has an index; an order is of one patient
                earlier.order_id == EncounterRow.order_id,
                earlier.started_at < EncounterRow.started_at,
            ),
        )
        .where(EncounterRow.id.in_(encounter_ids), EncounterRow.started_at.is_not(None))
        .group_by(EncounterRow.id)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def order(session: Session, order_id: int) -> Order:
    """The order. Raises NotFound."""
    row = order_row(session, order_id)
    return next(o for o in orders(session, [row.patient_id])[row.patient_id] if o.id == order_id)


def order_row(session: Session, order_id: int) -> OrderRow:
    """The row of an order. Raises NotFound."""
    row = session.get(OrderRow, order_id)
    if row is None:
        raise NotFound("This order is not there. Look at the patient's orders again.")
    return row


def add_order(session: Session, fields: OrderFields, prescriber_id: int) -> int:
    """Keeps a written order, unsigned; returns its id."""
    row = OrderRow(
        patient_id=fields.patient_id,
        protocol_id=fields.protocol_id,
        indication=fields.indication,
        mg_per_kg=fields.mg_per_kg,
        max_mg=fields.max_mg,
        minutes=fields.minutes,
        sessions=fields.sessions,
        weight_kg=fields.weight_kg,
        rescue=fields.rescue,
        rescue_codes=list(fields.rescue_codes),
        titrate_low=fields.titrate_low,
        titrate_high=fields.titrate_high,
        prescriber_id=prescriber_id,
        expires_on=fields.expires_on,
    )
    session.add(row)
    session.flush()
    return row.id


def consents(session: Session, patient_ids: Iterable[int]) -> dict[int, tuple[Consent, ...]]:
    """The consents of each patient, the latest first."""
    ids = list(patient_ids)
    statement = (
        select(ConsentRow, UserRow.name)
        .outerjoin(UserRow, UserRow.id == ConsentRow.witness_id)
        .where(ConsentRow.patient_id.in_(ids))
        .order_by(ConsentRow.signed_on.desc(), ConsentRow.id.desc())
    )
    found: dict[int, list[Consent]] = {patient_id: [] for patient_id in ids}
    for row, witness in session.execute(statement):
        found[row.patient_id].append(
            Consent(
                row.id,
                row.patient_id,
                row.document_id,
                row.revision,
                row.indication,
                row.signed_on,
                row.expires_on,
                witness or "",
                row.withdrawn_on,
                row.withdrawn_reason,
            )
        )
    return {patient_id: tuple(kept) for patient_id, kept in found.items()}


def add_consent(
    session: Session,
    patient_id: int,
    indication: str,
    document_id: int | None,
    revision: int,
    signed_on: date,
    expires_on: date,
    witness_id: int,
) -> int:
    """Keeps a signed consent; returns its id."""
    row = ConsentRow(
        patient_id=patient_id,
        document_id=document_id,
        revision=revision,
        indication=indication,
        signed_on=signed_on,
        expires_on=expires_on,
        witness_id=witness_id,
    )
    session.add(row)
    session.flush()
    return row.id


def consent_row(session: Session, consent_id: int) -> ConsentRow:
    """The row of a consent. Raises NotFound."""
    row = session.get(ConsentRow, consent_id)
    if row is None:
        raise NotFound("This consent is not there. Look at the patient's consents again.")
    return row


def statuses_of_patient(session: Session, patient_id: int, wanted: Iterable[str]) -> tuple[int, ...]:
    """Visits of a patient that stand at one of these statuses."""
    statement = select(AppointmentRow.id).where(
        AppointmentRow.patient_id == patient_id, AppointmentRow.status.in_(sorted(wanted))
    )
    return tuple(session.scalars(statement))


def encounter_value(row: EncounterRow) -> Encounter:
    """A row as a domain value."""
    return Encounter(
        id=row.id,
        appointment_id=row.appointment_id,
        patient_id=row.patient_id,
        opened_at=row.opened_at,
        order_id=row.order_id,
        checklist_revisions=row.checklist_revisions,
        started_at=row.started_at,
        stopped_at=row.stopped_at,
        outcome=row.outcome,
        signed_at=row.signed_at,
        signed_by=row.signed_by,
        version=row.version,
    )


def _observation(row: ObservationRow) -> Observation:
    return Observation(
        row.id, row.due, row.observed_at, row.entered_at, row.user_id, row.values, row.note, row.corrects_id
    )


def _order(row: OrderRow, prescriber: str, used: int, withdrawn_by: str) -> Order:
    fields = OrderFields(
        patient_id=row.patient_id,
        protocol_id=row.protocol_id,
        indication=row.indication,
        mg_per_kg=row.mg_per_kg,
        max_mg=row.max_mg,
        minutes=row.minutes,
        sessions=row.sessions,
        weight_kg=row.weight_kg,
        expires_on=row.expires_on,
        rescue=row.rescue,
        titrate_low=row.titrate_low,
        titrate_high=row.titrate_high,
        rescue_codes=tuple(row.rescue_codes or ()),
    )
    return Order(
        row.id,
        fields,
        row.prescriber_id,
        prescriber,
        row.signed_at,
        used,
        row.version,
        row.withdrawn_at,
        row.withdrawn_reason,
        withdrawn_by,
    )
