"""Everything the desk may know about one visit, gathered for the inspector: rows in, domain values out."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import to_wall
from ketaclinic.db import gates, overrides, patient_pages, people, schedule
from ketaclinic.db.clinic import chair_value, location
from ketaclinic.db.models import (
    ChairRow,
    ChangeRow,
    ConsentRow,
    OperationRow,
    OrderRow,
    StatusChangeRow,
    UserRow,
)
from ketaclinic.db.visits import consent_revision
from ketaclinic.domain.appointments import FREES_THE_CHAIR, IN_CHAIR, Appointment, Status, transitions_from
from ketaclinic.domain.booking_situation import day_name
from ketaclinic.domain.people import Role
from ketaclinic.domain.schedule import Gate, Inspection
from ketaclinic.domain.series import SeriesProgress


def inspection(session: Session, appointment_id: int, role: Role, catalog: Catalog) -> Inspection:
    """One visit in full, with the steps this role may take next. Raises NotFound."""
    row = schedule.board_row(session, appointment_id)
    visit = row.appointment
    day = visit.starts_at.date()
    zone = location(session, visit.location_id).zone
    (card,) = schedule.cards(session, [row], day, zone, catalog)
    course = patient_pages.course(session, visit.series_id, catalog.protocols)
    return Inspection(
        card=card,
        patient=people.patient(session, visit.patient_id),
        chair=chair_value(session.get_one(ChairRow, visit.chair_id)),
        series=course,
        escort=None if visit.escort_id is None else people.escort(session, visit.escort_id),
        consent=_consent(session, visit.patient_id, day, consent_revision(catalog)),
        order=_order(session, visit, day),
        cleared=_cleared(session, visit, zone),
        gap_days=_gap_days(visit, course),
        next_steps=tuple(s for s in transitions_from(visit.status) if role in s.roles),
        nurse=_user_name(session, visit.nurse_id),
        phase_times=visit.phase_starts(),
        overrides=overrides.of_visit(session, appointment_id),
        held_by=_entered_by(session, appointment_id) if visit.status is Status.HELD else "",
    )


def _entered_by(session: Session, appointment_id: int) -> str:
    """Name of who made a visit, as the record of changes has it; empty for the program itself."""
    statement = (
        select(UserRow.name)
        .join(OperationRow, OperationRow.user_id == UserRow.id)
        .join(ChangeRow, ChangeRow.seq == OperationRow.seq)
        .where(ChangeRow.table == "appointments", ChangeRow.row_id == appointment_id)
        .order_by(ChangeRow.seq)
        .limit(1)
    )
    return session.scalar(statement) or ""


def _consent(session: Session, patient_id: int, day: date, revision: int | None) -> Gate:
    until = gates.consents_on(session, day, [patient_id], revision).get(patient_id)
    if until is not None:
        return Gate(ok=True, text=f"valid to {_written(until)}")
    latest = session.scalar(
        select(ConsentRow).where(ConsentRow.patient_id == patient_id).order_by(ConsentRow.signed_on.desc()).limit(1)
    )
    if latest is None:
        return Gate(ok=False, text="none on file")
    if latest.withdrawn_on is not None:
        return Gate(ok=False, text=f"withdrawn on {_written(latest.withdrawn_on)}")
    if latest.expires_on < day:
        return Gate(ok=False, text=f"ends on {_written(latest.expires_on)}, before this visit")
    if latest.signed_on > day:
        return Gate(ok=False, text=f"signed on {_written(latest.signed_on)}, after this visit")
    return Gate(ok=False, text=f"on revision {latest.revision} of the text; revision {revision} is in force")


def _order(session: Session, visit: Appointment, day: date) -> Gate:
    standing = gates.orders_on(session, day, [visit.id]).get(visit.id)
    if standing is not None:
        return Gate(ok=True, text=f"{standing.left} session{'s' * (standing.left != 1)} left")
    orders = session.scalars(select(OrderRow).where(OrderRow.patient_id == visit.patient_id)).all()
    if not orders:
        return Gate(ok=False, text="none on file")
    kept = [order for order in orders if order.withdrawn_at is None]
    if not kept:
        return Gate(ok=False, text="withdrawn by the prescriber")
    signed = [order for order in kept if order.signed_at is not None]
    if not signed:
        return Gate(ok=False, text="not signed yet")
    current = [order for order in signed if order.expires_on >= day]
    if not current:
        last = max(order.expires_on for order in signed)
        return Gate(ok=False, text=f"ends on {_written(last)}, before this visit")
    return Gate(ok=False, text="no sessions left for this visit")


def _cleared(session: Session, visit: Appointment, zone: str) -> Gate:
    """Whether a nurse has checked the patient in; by whom and when."""
    if visit.status not in IN_CHAIR | {Status.DISCHARGED}:
        return Gate(ok=False, text="not yet")
    statement = (
        select(StatusChangeRow.at, UserRow.name)
        .join(UserRow, UserRow.id == StatusChangeRow.user_id)
        .where(StatusChangeRow.appointment_id == visit.id, StatusChangeRow.target == Status.CHECKED_IN.value)
        .order_by(StatusChangeRow.at.desc())
        .limit(1)
    )
    stamp = session.execute(statement).one_or_none()
    return Gate(ok=True, text=f"by {stamp.name}, {to_wall(stamp.at, zone):%H:%M}" if stamp else "by a nurse")


def _gap_days(visit: Appointment, course: SeriesProgress) -> int | None:
    """Days since the session before that took or takes place; None for the first."""
    before = [
        v.starts_at.date() for v in course.visits if v.starts_at < visit.starts_at and v.status not in FREES_THE_CHAIR
    ]
    return (visit.starts_at.date() - max(before)).days if before else None


def _user_name(session: Session, user_id: int | None) -> str:
    return "" if user_id is None else session.get_one(UserRow, user_id).name


def _written(day: date) -> str:
    return f"{day_name(day).partition(' ')[2]} {day.year}"
