"""What was done: the audit as it is read, and the visits that an undo puts back."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ketaclinic.db.changelog import LoggedOperation
from ketaclinic.db.clinic import location
from ketaclinic.db.models import AppointmentRow, ChangeRow, OperationRow, PatientRow, UserRow
from ketaclinic.domain.appointments import FREES_THE_CHAIR, Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.schedule import AuditEntry
from ketaclinic.domain.wishes import PlannedSession


def audit(session: Session, limit: int) -> tuple[AuditEntry, ...]:
    """The last operations, latest first."""
    rows = select(func.count(ChangeRow.id)).where(ChangeRow.seq == OperationRow.seq).scalar_subquery()
    statement = (
        select(OperationRow, UserRow.name, rows)
        .outerjoin(UserRow, UserRow.id == OperationRow.user_id)
        .order_by(OperationRow.seq.desc())
        .limit(limit)
    )
    return tuple(
        AuditEntry(op.seq, op.op, op.detail, op.at, name or "", op.station, count, op.undoes)
        for op, name, count in session.execute(statement)
    )


def named(session: Session, operation: LoggedOperation | None) -> str:
    """An operation as Edit names it: "Move appointment, Silva"; empty for none."""
    if operation is None:
        return ""
    if operation.op is Op.REPAIR_DAY:  # many patients: the day says more than one of their names
        return f"{operation.op.value}, {operation.detail}"
    statement = (
        select(PatientRow.family_name, PatientRow.given_name)
        .join(ChangeRow, ChangeRow.patient_id == PatientRow.id)
        .where(ChangeRow.seq == operation.seq)
        .order_by(PatientRow.merged_into_id.is_not(None), ChangeRow.id)
        .limit(1)
    )
    row = session.execute(statement).first()
    return f"{operation.op.value}, {row.family_name or row.given_name}" if row else operation.op.value


def put_back(session: Session, seq: int) -> Iterator[tuple[AppointmentRow, PlannedSession | None, str]]:
    """The visits that hold a place again after an operation was taken back.

    Yields:
        The visit's row as it is now, where it stood before and held its place (or None), and the zone of its location.
    """
    statement = (
        select(ChangeRow)
        .where(ChangeRow.seq == seq, ChangeRow.table == AppointmentRow.__tablename__)
        .order_by(ChangeRow.row_id)
    )
    for change in session.scalars(statement).all():
        row = session.get(AppointmentRow, change.row_id)
        if row is None or row.status in FREES_THE_CHAIR:
            continue
        left = change.after
        was = None
        if left is not None and Status(left["status"]) not in FREES_THE_CHAIR:
            starts, ends = (datetime.fromisoformat(left[key]) for key in ("starts_at", "ends_at"))
            was = PlannedSession(starts, ends, left["chair_id"])
        yield row, was, location(session, row.location_id).zone


def course_stands(session: Session, row: AppointmentRow, seq: int) -> bool:
    """Whether the other visits of a course stand as they did when an operation took place.

    The gaps of such a course are what they were before it: whoever takes it back answers for nothing new.
    """
    others = select(AppointmentRow.id).where(AppointmentRow.series_id == row.series_id)
    along = select(ChangeRow.row_id).where(ChangeRow.seq == seq, ChangeRow.table == AppointmentRow.__tablename__)
    statement = select(ChangeRow.before, ChangeRow.after).where(
        ChangeRow.table == AppointmentRow.__tablename__,
        ChangeRow.row_id.in_(others),
        ChangeRow.row_id.not_in(along),
        ChangeRow.seq > seq,
    )
    return all(_stands(before) == _stands(after) for before, after in session.execute(statement))


def _stands(image: dict[str, Any] | None) -> str:
    """On which day a logged visit counts for its course; empty where it does not."""
    if image is None or Status(image["status"]) in FREES_THE_CHAIR:
        return ""
    return str(image["starts_at"])[:10]
