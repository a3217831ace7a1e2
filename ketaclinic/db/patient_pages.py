"""What stands on a patient's page besides the details: courses with visits, consent and order as the desk sees them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ketaclinic.db.models import AppointmentRow, ChairRow, ConsentRow, OrderRow, SeriesRow
from ketaclinic.db.session_numbers import NUMBER
from ketaclinic.domain.appointments import FREES_THE_CHAIR, Status
from ketaclinic.domain.people import PatientRow as PatientLine
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.series import Series, SeriesProgress, SeriesStatus, SeriesVisit


def courses(session: Session, patient_id: int, protocols: Mapping[str, Protocol]) -> tuple[SeriesProgress, ...]:
    """The patient's series, the latest first, each with its visits in the order of their days."""
    found = session.scalars(select(SeriesRow).where(SeriesRow.patient_id == patient_id).order_by(SeriesRow.id.desc()))
    return tuple(_progress(session, series_value(row), protocols) for row in found)


def course(session: Session, series_id: int, protocols: Mapping[str, Protocol]) -> SeriesProgress:
    """One series with its visits."""
    return _progress(session, series_value(session.get_one(SeriesRow, series_id)), protocols)


def series_value(row: SeriesRow) -> Series:
    """A row as a domain value."""
    return Series(
        id=row.id,
        patient_id=row.patient_id,
        protocol_id=row.protocol_id,
        protocol_revision=row.protocol_revision,
        location_id=row.location_id,
        sessions=row.sessions,
        open_ended=row.open_ended,
        status=SeriesStatus(row.status),
        order_id=row.order_id,
        version=row.version,
        stopped_reason=row.stopped_reason,
    )


def _progress(session: Session, series: Series, protocols: Mapping[str, Protocol]) -> SeriesProgress:
    statement = (
        select(
            AppointmentRow.id,
            AppointmentRow.starts_at,
            AppointmentRow.status,
            NUMBER,
            AppointmentRow.held_until,
            AppointmentRow.position,
            ChairRow.name,
        )
        .join(ChairRow, ChairRow.id == AppointmentRow.chair_id)
        .where(AppointmentRow.series_id == series.id)
        .order_by(AppointmentRow.starts_at, AppointmentRow.id)
    )
    visits = tuple(
        SeriesVisit(id_, starts_at, status, series.label(number), chair, held_until, position)
        for id_, starts_at, status, number, held_until, position, chair in session.execute(statement)
    )
    done = [visit for visit in visits if visit.status == Status.DISCHARGED]
    protocol = protocols.get(series.protocol_id)
    return SeriesProgress(
        series,
        protocol.desk_name if protocol else series.protocol_id,
        len(done),
        visits,
        _next_due(series, protocol, visits, len(done)),
    )


def _next_due(series: Series, protocol: Protocol | None, visits: tuple[SeriesVisit, ...], done: int) -> date | None:
    """The day of the next booked visit, or else the first day of the gap wanted after the last one."""
    if series.status is not SeriesStatus.ACTIVE:
        return None
    held = [visit for visit in visits if visit.status not in FREES_THE_CHAIR]
    if coming := [visit for visit in held if visit.status != Status.DISCHARGED]:
        return coming[0].starts_at.date()
    if protocol is None or not held or (not series.open_ended and done >= series.sessions):
        return None
    return held[-1].starts_at.date() + timedelta(days=protocol.gaps.target_after(len(held))[0])


def consent_words(session: Session, patient_id: int, today: date) -> str:
    """How the consent stands, without what it is for."""
    statement = select(ConsentRow).where(ConsentRow.patient_id == patient_id).order_by(ConsentRow.expires_on.desc())
    found = list(session.scalars(statement))
    if not found:
        return "No consent on file"
    kept = [row for row in found if row.withdrawn_on is None]
    if not kept:
        return f"Withdrawn on {max(row.withdrawn_on for row in found if row.withdrawn_on)}"
    latest = kept[0]
    if latest.expires_on < today:
        return f"Expired on {latest.expires_on}"
    return f"Signed on {latest.signed_on}, valid until {latest.expires_on}"


def order_words(session: Session, patient_id: int, today: date) -> str:
    """How the order stands, without what it says."""
    found = list(session.scalars(select(OrderRow).where(OrderRow.patient_id == patient_id)))
    if not found:
        return "No order"
    kept = [row for row in found if row.withdrawn_at is None]
    if not kept:
        return "Withdrawn by the prescriber"
    signed = [row for row in kept if row.signed_at is not None]
    if not signed:
        return "Written, not signed yet"
    latest = max(row.expires_on for row in signed)
    return f"Signed, valid until {latest}" if latest >= today else f"Expired on {latest}"


def with_next_visits(
    session: Session, lines: Iterable[PatientLine], now: datetime, protocols: Mapping[str, Protocol]
) -> tuple[PatientLine, ...]:
    """Lines of a patient list with each patient's next visit and where its series is: "Induction, 3 of 6"."""
    lines = tuple(lines)
    statement = (
        select(
            AppointmentRow.patient_id,
            AppointmentRow.starts_at,
            NUMBER,
            SeriesRow.protocol_id,
            SeriesRow.sessions,
            SeriesRow.open_ended,
        )
        .join(SeriesRow, SeriesRow.id == AppointmentRow.series_id)
        .where(
            AppointmentRow.patient_id.in_([line.id for line in lines]),
            AppointmentRow.starts_at >= now.replace(second=0),
            AppointmentRow.status.not_in(sorted(FREES_THE_CHAIR)),
        )
        .order_by(AppointmentRow.starts_at.desc())
    )
    coming: dict[int, tuple[datetime, str]] = {}
    for patient_id, starts_at, number, protocol_id, sessions, open_ended in session.execute(statement):
        protocol = protocols.get(protocol_id)
        name = protocol.short_name if protocol else protocol_id
        coming[patient_id] = starts_at, f"{name}, {f'M {number}' if open_ended else f'{number} of {sessions}'}"
    return tuple(
        replace(line, next_visit=coming[line.id][0], series=coming[line.id][1]) if line.id in coming else line
        for line in lines
    )
