"""Temporary holds: those that have run out give up their places, those of a series are taken up."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from ketaclinic.db import schedule
from ketaclinic.db.models import AppointmentRow
from ketaclinic.domain.appointments import Status

_RUN_OUT = "The hold ran out."


def any_expired(session: Session, now: datetime) -> bool:
    """Whether a hold has run out; one look into an index of the holds there are."""
    return session.scalar(_expired(now).with_only_columns(AppointmentRow.id).limit(1)) is not None


def lapse_expired(session: Session, now: datetime) -> tuple[AppointmentRow, ...]:
    """Lets every hold that has run out give up its place; part of the operation under way.

    Args:
        session: of the transaction.
        now: the instant, in UTC.
    """
    rows = tuple(session.scalars(_expired(now).order_by(AppointmentRow.id)))
    for row in rows:
        lapse(session, row, now, None, _RUN_OUT)
    if rows:
        session.flush()
    return rows


def lapse(session: Session, row: AppointmentRow, now: datetime, user_id: int | None, reason: str) -> None:
    """One hold given up."""
    schedule.set_status(session, row, Status.LAPSED, now, user_id, reason)


def confirm(session: Session, row: AppointmentRow, now: datetime, user_id: int) -> None:
    """One hold made a booking."""
    schedule.set_status(session, row, Status.SCHEDULED, now, user_id, "")


def held_of_series(session: Session, series_id: int) -> Sequence[AppointmentRow]:
    """The visits of a series that are only held, in their order."""
    statement = (
        select(AppointmentRow)
        .where(AppointmentRow.series_id == series_id, AppointmentRow.status == Status.HELD.value)
        .order_by(AppointmentRow.position, AppointmentRow.id)
    )
    return session.scalars(statement).all()


def _expired(now: datetime) -> Select[tuple[AppointmentRow]]:
    return select(AppointmentRow).where(
        AppointmentRow.held_until.is_not(None),
        AppointmentRow.held_until <= now,
        AppointmentRow.status == Status.HELD.value,
    )
