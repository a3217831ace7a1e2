"""What lists on paper show besides the board, and where the audit ends: rows in, domain values out."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, BindParameter, ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session

from ketaclinic.db.models import (
    AppointmentRow,
    AuditHeadRow,
    ClinicalProfileRow,
    EscortRow,
    OperationRow,
    PatientRow,
    SeriesRow,
    UserRow,
)
from ketaclinic.db.session_numbers import NUMBER
from ketaclinic.domain.appointments import FREES_THE_CHAIR, Status

_VISITS: BindParameter[int] = bindparam("visits", type_=BigInteger, expanding=True)
_SHOWN: Select[*tuple[Any, ...]] = (
    select(
        AppointmentRow.id,
        AppointmentRow.position,
        AppointmentRow.session_number,
        SeriesRow.protocol_id,
        PatientRow.given_name,
        PatientRow.preferred_name,
        PatientRow.born,
        PatientRow.phone,
        PatientRow.language,
        PatientRow.interpreter,
        PatientRow.note,
        EscortRow.name.label("escort"),
        EscortRow.phone.label("escort_phone"),
        UserRow.name.label("nurse"),
    )
    .join(PatientRow, PatientRow.id == AppointmentRow.patient_id)
    .join(SeriesRow, SeriesRow.id == AppointmentRow.series_id)
    .outerjoin(EscortRow, EscortRow.id == AppointmentRow.escort_id)
    .outerjoin(UserRow, UserRow.id == AppointmentRow.nurse_id)
    .where(AppointmentRow.id.in_(_VISITS))
)
_ALLERGIES = (
    select(AppointmentRow.id, ClinicalProfileRow.allergies)
    .join(ClinicalProfileRow, ClinicalProfileRow.patient_id == AppointmentRow.patient_id)
    .where(AppointmentRow.id.in_(_VISITS))
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a list shows of a visit besides its card; `allergies` is None where they were not asked for."""

    protocol_id: str
    given_name: str
    preferred_name: str
    born: date | None
    phone: str
    language: str
    interpreter: bool
    note: str
    escort: str
    escort_phone: str
    nurse: str
    allergies: str | None = None


@dataclass(frozen=True, slots=True)
class SeriesEntry:
    """One visit of a series for a calendar; wall-clock. `version` rises with every change."""

    appointment_id: int
    starts_at: datetime
    leaves_at: datetime
    label: str
    status: Status
    version: int


def shown(session: Session, appointment_ids: Iterable[int], *, clinical: bool) -> dict[int, Shown]:
    """What lists show of these visits; allergies only for clinical readers."""
    ids = list(appointment_ids)
    if not ids:
        return {}
    connection = session.connection()
    allergies: dict[int, str] = {}
    if clinical:
        allergies = {row.id: row.allergies for row in connection.execute(_ALLERGIES, {"visits": ids})}
    return {
        row.id: Shown(
            protocol_id=row.protocol_id,
            given_name=row.given_name,
            preferred_name=row.preferred_name,
            born=row.born,
            phone=row.phone,
            language=row.language,
            interpreter=bool(row.interpreter),
            note=row.note,
            escort=row.escort or "",
            escort_phone=row.escort_phone or "",
            nurse=row.nurse or "",
            allergies=allergies.get(row.id, "") if clinical else None,
        )
        for row in connection.execute(_SHOWN, {"visits": ids})
    }


def audit_end(session: Session) -> tuple[int, str]:
    """The number of the last operation and the seal it ends with; (0, "") where nothing was done yet."""
    row = session.execute(select(AuditHeadRow.seq, AuditHeadRow.chain)).one_or_none()
    return (0, "") if row is None else (row.seq, row.chain)


def house(session: Session) -> str:
    """A short name for this clinic's database that never changes and that no other one has."""
    first = session.scalar(select(OperationRow.mac).order_by(OperationRow.seq).limit(1))
    return hashlib.sha256((first or "").encode()).hexdigest()[:12]


def entries_of_series(session: Session, series_id: int) -> tuple[SeriesEntry, ...]:
    """The visits of a series that hold their chairs, by time."""
    return _entries(session, series_id, AppointmentRow.status.not_in(sorted(FREES_THE_CHAIR)))


def entries_called_off(session: Session, series_id: int, since: datetime) -> tuple[SeriesEntry, ...]:
    """The visits of a series that were to begin after a time and hold no place any more, by that time."""
    off = AppointmentRow.status.in_(sorted(FREES_THE_CHAIR - {Status.NO_SHOW}))
    return _entries(session, series_id, off, AppointmentRow.starts_at > since)


def _entries(session: Session, series_id: int, *wanted: ColumnElement[bool]) -> tuple[SeriesEntry, ...]:
    statement = (
        select(AppointmentRow, SeriesRow, NUMBER)
        .join(SeriesRow, SeriesRow.id == AppointmentRow.series_id)
        .where(AppointmentRow.series_id == series_id, *wanted)
        .order_by(AppointmentRow.starts_at, AppointmentRow.id)
    )
    found = []
    for row, course, number in session.execute(statement):
        found.append(
            SeriesEntry(
                appointment_id=row.id,
                starts_at=row.starts_at,
                leaves_at=row.starts_at + timedelta(minutes=row.prep + row.infusion + row.recovery),
                label=str(number) if course.open_ended else f"{number} of {course.sessions}",
                status=Status(row.status),
                version=row.version,
            )
        )
    return tuple(found)
