"""Calls that were made, and what a call needs to know: rows in, domain values out."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from ketaclinic.clock import to_wall
from ketaclinic.db.models import CallRow, EscortRow, UserRow
from ketaclinic.db.recall import chunks
from ketaclinic.domain.calls import CallNote, CallOutcome, CallPurpose
from ketaclinic.domain.people import Escort

_CALLS: Select[*tuple[Any, ...]] = (
    select(
        CallRow.id,
        CallRow.patient_id,
        CallRow.appointment_id,
        CallRow.purpose,
        CallRow.outcome,
        CallRow.at,
        CallRow.note,
        UserRow.name,
    )
    .outerjoin(UserRow, UserRow.id == CallRow.user_id)
    .order_by(CallRow.at.desc(), CallRow.id.desc())
)


def of_visits(session: Session, appointment_ids: Iterable[int], zone: str) -> dict[int, tuple[CallNote, ...]]:
    """Calls about each visit, the latest first."""
    found: dict[int, list[CallNote]] = {}
    for chunk in chunks(appointment_ids):
        for row in session.execute(_CALLS.where(CallRow.appointment_id.in_(chunk))):
            found.setdefault(row.appointment_id, []).append(_note(row, zone))
    return {key: tuple(notes) for key, notes in found.items()}


def last_of_patients(session: Session, patient_ids: Iterable[int], since: datetime, zone: str) -> dict[int, CallNote]:
    """The last call to each patient since an instant."""
    found: dict[int, CallNote] = {}
    for chunk in chunks(patient_ids):
        for row in session.execute(_CALLS.where(CallRow.patient_id.in_(chunk), CallRow.at >= since)):
            found.setdefault(row.patient_id, _note(row, zone))
    return found


def add(
    session: Session,
    patient_id: int,
    appointment_id: int | None,
    purpose: CallPurpose,
    outcome: CallOutcome,
    note: str,
    at: datetime,
    by_id: int,
) -> None:
    """One more call, part of the operation under way."""
    session.add(
        CallRow(
            patient_id=patient_id,
            appointment_id=appointment_id,
            purpose=purpose.value,
            outcome=outcome.value,
            note=note,
            at=at,
            user_id=by_id,
        )
    )


def escorts(session: Session, escort_ids: Iterable[int]) -> dict[int, Escort]:
    """The escorts of some ids."""
    found: dict[int, Escort] = {}
    for chunk in chunks(escort_ids):
        for row in session.scalars(select(EscortRow).where(EscortRow.id.in_(chunk))):
            found[row.id] = Escort(row.id, row.patient_id, row.name, row.phone, row.relation, row.version)
    return found


def _note(row: Row[*tuple[Any, ...]], zone: str) -> CallNote:
    return CallNote(
        row.id,
        row.patient_id,
        row.appointment_id,
        CallPurpose(row.purpose),
        CallOutcome(row.outcome),
        to_wall(row.at, zone).replace(microsecond=0),
        row.name or "",
        row.note,
    )
