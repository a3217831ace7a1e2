"""What a session's record needs beside the session itself: addenda, earlier answers, ledger lines, filed revisions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ketaclinic.db.documents import document
from ketaclinic.db.ledger import entry_value
from ketaclinic.db.models import (
    AddendumRow,
    AnswerRow,
    AppointmentRow,
    DocumentRow,
    EncounterRow,
    LedgerEntryRow,
    LocationRow,
    SeriesRow,
    UserRow,
)
from ketaclinic.db.session_numbers import NUMBER
from ketaclinic.domain.handouts import Document
from ketaclinic.domain.ledger import Entry
from ketaclinic.domain.records import Addendum, RecordLine


@dataclass(frozen=True, slots=True)
class SessionHead:
    """What of a session's row is not part of its visit."""

    protocol_revision: int
    opened_by: int
    location_id: int


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One stored answer, whether or not a later one took its place."""

    checklist_id: str
    item: str
    value: Any
    answered_at: datetime
    user_id: int


@dataclass(frozen=True, slots=True)
class EarlierStart:
    """An infusion that a patient was given before another one."""

    encounter_id: int
    label: str
    day: date
    started_at: datetime
    dose_mg: float | None
    minutes: int | None


def head(session: Session, encounter_id: int) -> SessionHead:
    """The rest of the session's row."""
    row = session.get_one(EncounterRow, encounter_id)
    visit = session.get_one(AppointmentRow, row.appointment_id)
    return SessionHead(row.protocol_revision, row.opened_by, visit.location_id)


def addenda(session: Session, encounter_id: int) -> tuple[Addendum, ...]:
    """What was added after the signature, in order."""
    statement = (
        select(AddendumRow, UserRow.name)
        .join(UserRow, UserRow.id == AddendumRow.user_id)
        .where(AddendumRow.encounter_id == encounter_id)
        .order_by(AddendumRow.id)
    )
    return tuple(
        Addendum(row.id, row.at, name, row.role, row.meaning, row.text) for row, name in session.execute(statement)
    )


def add_addendum(
    session: Session, encounter_id: int, *, at: datetime, user_id: int, role: str, meaning: str, text: str
) -> int:
    """Keeps an addendum; returns its id."""
    row = AddendumRow(encounter_id=encounter_id, at=at, user_id=user_id, role=role, meaning=meaning, text=text)
    session.add(row)
    session.flush()
    return row.id


def given_answers(session: Session, encounter_id: int) -> tuple[GivenAnswer, ...]:
    """Every answer given in a session, in the order of entry."""
    statement = select(AnswerRow).where(AnswerRow.encounter_id == encounter_id).order_by(AnswerRow.id)
    return tuple(
        GivenAnswer(row.checklist_id, row.item, row.value["v"], row.answered_at, row.user_id)
        for row in session.scalars(statement)
    )


def drug_entries(session: Session, encounter_id: int) -> tuple[Entry, ...]:
    """The ledger lines of a session, in the order they were written, with those that took one back."""
    statement = select(LedgerEntryRow).where(LedgerEntryRow.encounter_id == encounter_id).order_by(LedgerEntryRow.id)
    return tuple(entry_value(row) for row in session.scalars(statement))


def lines_of_patient(session: Session, patient_id: int, protocols: Mapping[str, str]) -> tuple[RecordLine, ...]:
    """The sessions of a patient, the latest first; `protocols` tells their names."""
    added = (
        select(func.count(AddendumRow.id))
        .where(AddendumRow.encounter_id == EncounterRow.id)
        .correlate(EncounterRow)
        .scalar_subquery()
    )
    statement = (
        select(EncounterRow, AppointmentRow.starts_at, SeriesRow, LocationRow.zone, UserRow.name, NUMBER, added)
        .join(AppointmentRow, AppointmentRow.id == EncounterRow.appointment_id)
        .join(SeriesRow, SeriesRow.id == AppointmentRow.series_id)
        .join(LocationRow, LocationRow.id == AppointmentRow.location_id)
        .outerjoin(UserRow, UserRow.id == EncounterRow.signed_by)
        .where(EncounterRow.patient_id == patient_id)
        .order_by(AppointmentRow.starts_at.desc(), EncounterRow.id.desc())
    )
    return tuple(
        RecordLine(
            encounter_id=row.id,
            appointment_id=row.appointment_id,
            day=starts_at.date(),
            label=_label(series, number),
            protocol=protocols.get(row.protocol_id, row.protocol_id),
            outcome=row.outcome,
            started_at=row.started_at,
            signed_at=row.signed_at,
            signed_by=name or "",
            dose_mg=row.dose_mg if row.started_at is not None else None,
            minutes=row.planned_minutes,
            addenda=count,
            zone=zone,
        )
        for row, starts_at, series, zone, name, number, count in session.execute(statement)
    )


def starts_before(
    session: Session, encounter_id: int, protocols: tuple[str, ...], limit: int
) -> tuple[EarlierStart, ...]:
    """The patient's infusions under these protocols before this session's visit, the latest first."""
    this = session.get_one(EncounterRow, encounter_id)
    visit = session.get_one(AppointmentRow, this.appointment_id)
    statement = (
        select(EncounterRow, AppointmentRow.starts_at, SeriesRow, NUMBER)
        .join(AppointmentRow, AppointmentRow.id == EncounterRow.appointment_id)
        .join(SeriesRow, SeriesRow.id == AppointmentRow.series_id)
        .where(
            EncounterRow.patient_id == this.patient_id,
            EncounterRow.id != encounter_id,
            EncounterRow.started_at.is_not(None),
            EncounterRow.protocol_id.in_(protocols),
            AppointmentRow.starts_at < visit.starts_at,
        )
        .order_by(AppointmentRow.starts_at.desc())
        .limit(limit)
    )
    return tuple(
        EarlierStart(row.id, _label(series, number), at.date(), row.started_at, row.dose_mg, row.planned_minutes)
        for row, at, series, number in session.execute(statement)
        if row.started_at is not None
    )


def filed(session: Session, encounter_id: int, revision: int) -> Document | None:
    """The filed record of a session in a revision, with its bytes; None while it was not filed."""
    statement = (
        select(DocumentRow.id)
        .where(DocumentRow.encounter_id == encounter_id, DocumentRow.revision == revision)
        .order_by(DocumentRow.id)
    )
    found = session.scalar(statement.limit(1))
    return None if found is None else document(session, found)


def _label(series: SeriesRow, number: int) -> str:
    return f"M {number}" if series.open_ended else f"{number} of {series.sessions}"
