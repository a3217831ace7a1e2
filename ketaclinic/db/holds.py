"""Temporary holds: those that have run out give up their places, those of a series are taken up."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from ketaclinic.db import schedule
from ketaclinic.db.models import AppointmentRow
from ketaclinic.db.types import Instant
from ketaclinic.domain.appointments import Status

_RUN_OUT = "The hold ran out."
_EXPIRED = select(AppointmentRow.id).where(
    AppointmentRow.held_until.is_not(None),  # so that the index of what is held serves
    AppointmentRow.held_until <= bindparam("now", type_=Instant),
    AppointmentRow.status == Status.HELD.value,
)


def any_expired(session: Session, now: datetime) -> bool:
    """Whether a hold has run out; one look into an index of the holds there are."""
    return session.connection().execute(_EXPIRED, {"now": now}).first() is not None


def lapse_expired(session: Session, now: datetime) -> tuple[AppointmentRow, ...]:
    """Lets every hold that has run out give up its place; part of the operation under way.

    Args:
        session: of the transaction.
        now: the instant, in UTC.
    """
    ids = session.connection().execute(_EXPIRED, {"now": now}).scalars().all()
    if not ids:
        return ()
    rows = tuple(session.scalars(select(AppointmentRow).where(AppointmentRow.id.in_(ids)).order_by(AppointmentRow.id)))
    for row in rows:
        lapse(session, row, now, None, _RUN_OUT)
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
