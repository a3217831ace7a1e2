"""Tasks of the roles: added with the change that makes them, read by role or patient, finished with an outcome."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from ketaclinic.db.models import PatientRow, TaskRow
from ketaclinic.domain.findings import NotFound, Stale
from ketaclinic.domain.people import Role
from ketaclinic.domain.tasks import Task

_TASKS: Select[*tuple[Any, ...]] = select(
    TaskRow, PatientRow.family_name, PatientRow.given_name, PatientRow.record, PatientRow.phone
).join(PatientRow, PatientRow.id == TaskRow.patient_id)


def add_task(
    session: Session,
    kind: str,
    role: str,
    patient_id: int,
    text: str,
    *,
    series_id: int | None = None,
    appointment_id: int | None = None,
    due_on: date | None = None,
    at: datetime,
    by_id: int | None,
    detail: str = "",
) -> TaskRow:
    """A new open task, part of the operation under way.

    An open task of the same kind, subject and words is not repeated: it is returned as it is.

    Args:
        session: of the transaction.
        kind: one of `domain.tasks`.
        role: value of the role that is to look at it.
        patient_id: whom it is about.
        text: one sentence, nothing clinical.
        series_id: the course it is about.
        appointment_id: the visit it is about.
        due_on: the day it should be done by.
        at: the instant, in UTC.
        by_id: who made it necessary; None for the program itself.
        detail: the clinical side of it, read by clinical roles alone.
    """
    same = select(TaskRow).where(
        TaskRow.patient_id == patient_id,
        TaskRow.done_at.is_(None),
        TaskRow.kind == kind,
        TaskRow.series_id == series_id,
        TaskRow.appointment_id == appointment_id,
        TaskRow.text == text,
    )
    found = session.scalars(same.limit(1)).first()
    if found is not None:
        return found
    row = TaskRow(
        kind=kind,
        role=role,
        patient_id=patient_id,
        series_id=series_id,
        appointment_id=appointment_id,
        text=text,
        detail=detail,
        due_on=due_on,
        created_at=at,
        created_by=by_id,
    )
    session.add(row)
    return row


def open_tasks(session: Session, role: str | None = None, patient_id: int | None = None) -> tuple[Task, ...]:
    """What is still to be looked at, what is due first at the top; of one role or one patient where asked."""
    wanted = _TASKS.where(TaskRow.done_at.is_(None))
    if role is not None:
        wanted = wanted.where(TaskRow.role == role)
    if patient_id is not None:
        wanted = wanted.where(TaskRow.patient_id == patient_id)
    found = [_task(row) for row in session.execute(wanted.order_by(TaskRow.id))]
    return tuple(sorted(found, key=lambda task: (task.due_on or date.max, task.created_at, task.id)))


def was_made(session: Session, kind: str, patient_id: int, series_id: int | None) -> bool:
    """Whether there was a task of this kind about this course, open or finished."""
    same = select(TaskRow.id).where(
        TaskRow.patient_id == patient_id, TaskRow.kind == kind, TaskRow.series_id == series_id
    )
    return session.scalar(same.limit(1)) is not None


def task(session: Session, task_id: int) -> Task:
    """One task. Raises NotFound."""
    row = session.execute(_TASKS.where(TaskRow.id == task_id)).one_or_none()
    if row is None:
        raise NotFound("This task is not there any more. Nothing was changed.")
    return _task(row)


def task_row(session: Session, task_id: int, version: int) -> TaskRow:
    """The row of an open task, to be finished.

    Raises:
        NotFound: there is no such task.
        Stale: someone else finished or changed it since `version`.
    """
    row = session.get(TaskRow, task_id)
    if row is None:
        raise NotFound("This task is not there any more. Nothing was changed.")
    if row.version != version or row.done_at is not None:
        raise Stale("Someone else has finished this task meanwhile. Nothing was saved.")
    return row


def finish_for_visit(
    session: Session, kind: str, appointment_id: int, *, at: datetime, by_id: int, outcome: str
) -> None:
    """Finishes the open tasks of a kind that were made for a visit."""
    wanted = select(TaskRow).where(
        TaskRow.done_at.is_(None), TaskRow.kind == kind, TaskRow.appointment_id == appointment_id
    )
    for row in session.scalars(wanted):
        row.done_at, row.done_by, row.outcome = at, by_id, outcome


def _task(row: Row[*tuple[Any, ...]]) -> Task:
    found: TaskRow = row[0]
    return Task(
        id=found.id,
        kind=found.kind,
        role=Role(found.role),
        patient_id=found.patient_id,
        text=found.text,
        created_at=found.created_at,
        patient_name=f"{row.family_name}, {row.given_name}".strip(", "),
        record=row.record,
        phone=row.phone,
        series_id=found.series_id,
        appointment_id=found.appointment_id,
        due_on=found.due_on,
        created_by=found.created_by,
        done_at=found.done_at,
        outcome=found.outcome,
        version=found.version,
        detail=found.detail,
    )
