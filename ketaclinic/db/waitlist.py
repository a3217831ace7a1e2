"""The waitlist: rows in, domain values out."""

from collections.abc import Iterable
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from ketaclinic.db.models import AppointmentRow, WaitlistRow
from ketaclinic.db.people import patient_to_write_for
from ketaclinic.domain.booking_situation import minute_of_day
from ketaclinic.domain.findings import NotFound, Stale
from ketaclinic.domain.waitlist import Waiting, WaitingFields


def open_entries(session: Session, location_id: int) -> tuple[Waiting, ...]:
    """Who waits at a location, the longest first."""
    statement = (
        select(WaitlistRow)
        .where(WaitlistRow.closed_at.is_(None), WaitlistRow.location_id == location_id)
        .order_by(WaitlistRow.since, WaitlistRow.id)
    )
    return tuple(waiting_value(row) for row in session.scalars(statement))


def of_patient(session: Session, patient_id: int) -> tuple[Waiting, ...]:
    """A patient's open entries, at every location."""
    statement = select(WaitlistRow).where(WaitlistRow.patient_id == patient_id, WaitlistRow.closed_at.is_(None))
    return tuple(waiting_value(row) for row in session.scalars(statement.order_by(WaitlistRow.since)))


def add(session: Session, fields: WaitingFields, since: datetime) -> Waiting:
    """A new entry. Raises NotFound for a patient or a visit that is not there, Stale for a merged record."""
    patient_to_write_for(session, fields.patient_id)
    row = WaitlistRow(since=since)
    fill(session, row, fields)
    session.add(row)
    session.flush()
    return waiting_value(row)


def fill(session: Session, row: WaitlistRow, fields: WaitingFields) -> None:
    """Writes what was typed. Raises NotFound for a visit of somebody else."""
    if fields.appointment_id is not None:
        visit = session.get(AppointmentRow, fields.appointment_id)
        if visit is None or visit.patient_id != fields.patient_id:
            raise NotFound("The visit to be moved up is not there any more. Nothing was saved.")
        row.series_id = visit.series_id
    else:
        row.series_id = fields.series_id
    row.patient_id, row.location_id = fields.patient_id, fields.location_id
    row.protocol_id, row.appointment_id = fields.protocol_id, fields.appointment_id
    row.notice_hours, row.weekdays = fields.notice_hours, sorted(fields.weekdays)
    row.earliest, row.latest = _minutes(fields.earliest), _minutes(fields.latest)
    row.note = fields.note


def row_of(session: Session, waiting_id: int, version: int) -> WaitlistRow:
    """The row of an open entry, to be changed.

    Raises:
        NotFound: there is no such entry.
        Stale: someone else changed or closed it since `version`.
    """
    row = session.get(WaitlistRow, waiting_id)
    if row is None:
        raise NotFound("This entry of the waitlist is not there any more. Nothing was changed.")
    if row.version != version or row.closed_at is not None:
        raise Stale("Someone else changed this entry of the waitlist meanwhile. Nothing was saved.")
    return row


def waiting_value(row: WaitlistRow) -> Waiting:
    """A row as a domain value."""
    fields = WaitingFields(
        patient_id=row.patient_id,
        location_id=row.location_id,
        protocol_id=row.protocol_id,
        appointment_id=row.appointment_id,
        series_id=row.series_id,
        notice_hours=row.notice_hours,
        weekdays=frozenset(row.weekdays),
        earliest=_time(row.earliest),
        latest=_time(row.latest),
        note=row.note,
    )
    return Waiting(row.id, fields, row.since, row.version)


def booked_since(session: Session, entries: Iterable[Waiting], now: datetime) -> frozenset[int]:
    """Ids of the appointments named in entries that are still to come and may be moved up; `now` is wall-clock."""
    ids = [entry.fields.appointment_id for entry in entries if entry.fields.appointment_id is not None]
    statement = select(AppointmentRow.id).where(AppointmentRow.id.in_(ids), AppointmentRow.starts_at > now)
    return frozenset(session.scalars(statement))


def _minutes(at: time | None) -> int | None:
    return None if at is None else minute_of_day(at)


def _time(minutes: int | None) -> time | None:
    return None if minutes is None else time(minutes // 60, minutes % 60)
