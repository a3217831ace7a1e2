"""Archived PDFs, and the visits that stand on handouts: rows in, domain values out."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, undefer

from ketaclinic.db.models import AppointmentRow, DocumentRow, EscortRow, OrderRow, PatientRow, SeriesRow, UserRow
from ketaclinic.db.patient_pages import series_value
from ketaclinic.db.session_numbers import NUMBER
from ketaclinic.domain.appointments import FREES_THE_CHAIR
from ketaclinic.domain.findings import NotFound, StoreUnusable
from ketaclinic.domain.handouts import BookedVisit, Document, DocumentText
from ketaclinic.domain.series import Series, SeriesStatus


def file_document(
    session: Session,
    text: DocumentText,
    content: bytes,
    *,
    patient_id: int,
    user_id: int,
    made_at: datetime,
    pages: int,
    clinical: bool,
    encounter_id: int | None = None,
) -> Document:
    """Archives a PDF with its SHA-256; `encounter_id` of the session whose record it is."""
    row = DocumentRow(
        patient_id=patient_id,
        kind=text.kind,
        title=text.title,
        revision=text.revision,
        language=text.language,
        made_at=made_at,
        user_id=user_id,
        pages=pages,
        digest=hashlib.sha256(content).hexdigest(),
        clinical=clinical,
        encounter_id=encounter_id,
        content=content,
    )
    session.add(row)
    session.flush()
    return document(session, row.id)


def document(session: Session, document_id: int) -> Document:
    """An archived PDF with its bytes, checked against their digest.

    Raises:
        NotFound: there is no such document.
        StoreUnusable: the bytes are not those that were filed.
    """
    row = session.get(DocumentRow, document_id, options=[undefer(DocumentRow.content)])
    if row is None:
        raise NotFound("This document is not in the archive. Nothing was printed.")
    if hashlib.sha256(row.content).hexdigest() != row.digest:
        raise StoreUnusable(
            f"Document {document_id} is damaged: its bytes are not those that were filed. Nothing was printed; "
            "print the document anew, and have the database checked."
        )
    return _value(row, _name(session, row.user_id), row.content)


def of_patient(session: Session, patient_id: int) -> tuple[Document, ...]:
    """The patient's documents, the latest first, without their bytes."""
    statement = (
        select(DocumentRow, UserRow.name)
        .outerjoin(UserRow, UserRow.id == DocumentRow.user_id)
        .where(DocumentRow.patient_id == patient_id)
        .order_by(DocumentRow.made_at.desc(), DocumentRow.id.desc())
    )
    return tuple(_value(row, name or "") for row, name in session.execute(statement))


def visit(session: Session, appointment_id: int) -> BookedVisit:
    """One visit. Raises NotFound."""
    found = _visits(session, _select().where(AppointmentRow.id == appointment_id))
    if not found:
        raise NotFound("This visit is not there any more. Nothing was printed.")
    return found[0]


def visit_after(session: Session, patient_id: int, moment: datetime) -> BookedVisit | None:
    """The patient's first visit that starts after a moment (wall-clock) and holds its chair."""
    statement = _select().where(
        AppointmentRow.patient_id == patient_id,
        AppointmentRow.starts_at > moment,
        AppointmentRow.status.not_in([status.value for status in FREES_THE_CHAIR]),
    )
    found = _visits(session, statement.limit(1))
    return found[0] if found else None


def visits_of_series(session: Session, series_id: int) -> tuple[BookedVisit, ...]:
    """The visits of a series that hold their chairs, in order."""
    statement = _select().where(
        AppointmentRow.series_id == series_id,
        AppointmentRow.status.not_in([status.value for status in FREES_THE_CHAIR]),
    )
    return _visits(session, statement)


def series_printed(
    session: Session, patient_id: int, appointment: BookedVisit | None, series_id: int | None
) -> Series | None:
    """The series a document is about: the one given, else that of the visit, else the patient's latest.

    Raises:
        NotFound: the visit or series is not there, or is another patient's.
    """
    given = {series_id, appointment.series_id if appointment else None} - {None}
    found = [series(session, number) for number in given if number is not None]
    if any(one.patient_id != patient_id for one in found):
        raise NotFound("This visit or series is another patient's. Nothing was printed.")
    chosen = [one for one in found if series_id in {None, one.id}]
    return chosen[0] if chosen else latest_series(session, patient_id)


def series(session: Session, series_id: int) -> Series:
    """The series. Raises NotFound."""
    row = session.get(SeriesRow, series_id)
    if row is None:
        raise NotFound("This series is not there any more. Nothing was printed.")
    return series_value(row)


def latest_series(session: Session, patient_id: int) -> Series | None:
    """The patient's latest series under way, or else the latest of all."""
    statement = select(SeriesRow).where(SeriesRow.patient_id == patient_id).order_by(SeriesRow.id.desc())
    rows = session.scalars(statement).all()
    under_way = [row for row in rows if row.status == SeriesStatus.ACTIVE]
    return series_value((under_way or rows)[0]) if rows else None


def ordered_indication(session: Session, patient_id: int) -> str | None:
    """The indication of the patient's latest order that stands; clinical, never for the front desk."""
    of_patient = select(OrderRow.indication).where(OrderRow.patient_id == patient_id)
    standing = of_patient.where(OrderRow.withdrawn_at.is_(None)).order_by(OrderRow.id.desc())
    return session.scalar(standing.limit(1))


_Visits = Select[AppointmentRow, SeriesRow, EscortRow, int]


def _select() -> _Visits:
    return (
        select(AppointmentRow, SeriesRow, EscortRow, NUMBER)
        .join(SeriesRow, SeriesRow.id == AppointmentRow.series_id)
        .join(PatientRow, PatientRow.id == AppointmentRow.patient_id)
        .outerjoin(EscortRow, EscortRow.id == AppointmentRow.escort_id)
        .order_by(AppointmentRow.starts_at, AppointmentRow.id)
    )


def _visits(session: Session, statement: _Visits) -> tuple[BookedVisit, ...]:
    found: list[BookedVisit] = []
    for row, course, escort, number in session.execute(statement):
        found.append(
            BookedVisit(
                appointment_id=row.id,
                series_id=row.series_id,
                location_id=row.location_id,
                label=str(number) if course.open_ended else f"{number} of {course.sessions}",
                status=row.status,
                starts_at=row.starts_at,
                leaves_at=row.starts_at + timedelta(minutes=row.prep + row.infusion + row.recovery),
                escort_name=escort.name if escort else "",
                escort_phone=escort.phone if escort else "",
            )
        )
    return tuple(found)


def _name(session: Session, user_id: int | None) -> str:
    user = session.get(UserRow, user_id) if user_id is not None else None
    return user.name if user else ""


def _value(row: DocumentRow, made_by: str, content: bytes = b"") -> Document:
    return Document(
        id=row.id,
        patient_id=row.patient_id,
        kind=row.kind,
        title=row.title,
        revision=row.revision,
        language=row.language,
        made_at=row.made_at,
        made_by=made_by,
        pages=row.pages,
        digest=row.digest,
        clinical=row.clinical,
        content=content,
    )
