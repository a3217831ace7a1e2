"""The rows of a new series, and of sessions added to a running one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ketaclinic.db.models import AppointmentRow, SeriesRow
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.series import SeriesStatus
from ketaclinic.domain.wishes import PlannedSession


def add_series(
    session: Session,
    patient_id: int,
    location_id: int,
    protocol: Protocol,
    sessions: Sequence[PlannedSession],
    first_position: int,
    order_id: int | None,
    holds: Sequence[datetime | None] = (),
) -> tuple[AppointmentRow, ...]:
    """A new series with its visits in order, scheduled or held.

    Args:
        session: of the transaction.
        patient_id: whose series.
        location_id: where.
        protocol: what is booked.
        sessions: in order of time.
        first_position: place of the first in its course.
        order_id: the order it is given under, when there is one.
        holds: for each session the instant (UTC) until which it is only held, None where it is booked; empty for none.
    """
    series = SeriesRow(
        patient_id=patient_id,
        protocol_id=protocol.id,
        protocol_revision=protocol.revision,
        location_id=location_id,
        sessions=len(sessions),
        open_ended=protocol.open_ended,
        status=SeriesStatus.ACTIVE.value,
        order_id=order_id,
    )
    session.add(series)
    session.flush()
    return add_visits(session, series, protocol, sessions, first_position, holds)


def add_visits(
    session: Session,
    series: SeriesRow,
    protocol: Protocol,
    sessions: Sequence[PlannedSession],
    first_position: int,
    holds: Sequence[datetime | None] = (),
) -> tuple[AppointmentRow, ...]:
    """Visits of a series, their places in it counted on from `first_position`; see `add_series`."""
    phases, nurse = protocol.phases, protocol.nurse
    until = tuple(holds) or (None,) * len(sessions)
    visits = tuple(
        AppointmentRow(
            series_id=series.id,
            patient_id=series.patient_id,
            location_id=series.location_id,
            chair_id=planned.chair_id,
            starts_at=planned.starts_at,
            ends_at=planned.starts_at + timedelta(minutes=phases.total),
            prep=phases.prep,
            infusion=phases.infusion,
            recovery=phases.recovery,
            turnover=phases.turnover,
            setup_from=nurse.setup_from,
            setup_minutes=nurse.setup_minutes,
            ratio=nurse.ratio,
            status=(Status.SCHEDULED if held is None else Status.HELD).value,
            held_until=held,
            position=position,
        )
        for position, (planned, held) in enumerate(zip(sessions, until, strict=True), start=first_position)
    )
    session.add_all(visits)
    session.flush()
    return visits


def last_place(session: Session, series_id: int) -> int:
    """The highest place a visit of this series has or had, so that none is given twice; 0 for an empty series."""
    statement = select(func.max(AppointmentRow.position)).where(AppointmentRow.series_id == series_id)
    return session.scalar(statement) or 0
