"""Who is not cleared for the next booking, and how many infusions there were since the last tests: rows counted."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import BigInteger, BindParameter, bindparam, func, select
from sqlalchemy.orm import Session

from ketaclinic.db.models import EncounterRow, TaskRow
from ketaclinic.domain.clearance import FLAGGED, Clearance, clearance_of
from ketaclinic.domain.tasks import LABS_DUE, REVIEW_RESPONSE, REVIEW_URINARY

_PATIENTS: BindParameter[int] = bindparam("patients", type_=BigInteger, expanding=True)
_OPEN = select(TaskRow.patient_id, TaskRow.kind).where(
    TaskRow.patient_id.in_(_PATIENTS), TaskRow.done_at.is_(None), TaskRow.kind.in_(sorted(FLAGGED))
)


def flagged(session: Session, patient_ids: Iterable[int]) -> dict[int, Clearance]:
    """The patients among these who are not cleared or need a call; the others are cleared."""
    ids = list(patient_ids)
    if not ids:
        return {}
    kinds: dict[int, list[str]] = {}
    for patient_id, kind in session.connection().execute(_OPEN, {"patients": ids}):
        kinds.setdefault(patient_id, []).append(kind)
    return {patient_id: clearance_of(found) for patient_id, found in kinds.items()}


def not_cleared(session: Session, patient_id: int) -> bool:
    """Whether a further visit of this patient needs the prescriber's word."""
    return flagged(session, [patient_id]).get(patient_id) is Clearance.NOT_CLEARED


def open_before(session: Session, patient_id: int, appointment_id: int) -> tuple[tuple[str, str], ...]:
    """(kind, clinical words) of open tasks that came of other visits than this one and stand against its start."""
    statement = (
        select(TaskRow.kind, TaskRow.detail)
        .where(
            TaskRow.patient_id == patient_id,
            TaskRow.done_at.is_(None),
            TaskRow.kind.in_([LABS_DUE, REVIEW_RESPONSE, REVIEW_URINARY]),
            func.coalesce(TaskRow.appointment_id, 0) != appointment_id,
        )
        .order_by(TaskRow.id)
    )
    return tuple((row.kind, row.detail) for row in session.execute(statement))


def infusions_since_tests(session: Session, patient_id: int) -> tuple[int, datetime | None]:
    """How many infusions a patient was given since tests were last entered as done, and when that was."""
    last = session.scalar(
        select(func.max(TaskRow.done_at)).where(TaskRow.patient_id == patient_id, TaskRow.kind == LABS_DUE)
    )
    started = select(func.count(EncounterRow.id)).where(
        EncounterRow.patient_id == patient_id, EncounterRow.started_at.is_not(None)
    )
    if last is not None:
        started = started.where(EncounterRow.started_at > last)
    return session.scalar(started) or 0, last


def has_open(session: Session, patient_id: int, kind: str) -> bool:
    """Whether a task of this kind is open for a patient."""
    statement = select(TaskRow.id).where(
        TaskRow.patient_id == patient_id, TaskRow.done_at.is_(None), TaskRow.kind == kind
    )
    return session.scalar(statement.limit(1)) is not None
