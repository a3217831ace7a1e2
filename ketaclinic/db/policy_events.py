"""Late cancellations, missed visits and late arrivals under the clinic's policy, as rows."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ketaclinic.db.models import AppointmentRow, PolicyEventRow
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.policies import PolicyEvent, PolicyKind


def of_patient(session: Session, patient_id: int) -> tuple[PolicyEvent, ...]:
    """What was noted for a patient, the latest first."""
    statement = (
        select(PolicyEventRow, AppointmentRow.starts_at)
        .join(AppointmentRow, AppointmentRow.id == PolicyEventRow.appointment_id)
        .where(PolicyEventRow.patient_id == patient_id)
        .order_by(PolicyEventRow.at.desc(), PolicyEventRow.id.desc())
    )
    return tuple(
        PolicyEvent(
            id=row.id,
            appointment_id=row.appointment_id,
            kind=PolicyKind(row.kind),
            visit=starts_at,
            notice_minutes=row.notice_minutes,
            fee=row.fee,
            currency=row.currency,
            waived=row.waived,
            reason=row.reason,
            at=row.at,
            version=row.version,
        )
        for row, starts_at in session.execute(statement)
    )


def of_visit(session: Session, appointment_id: int, kind: PolicyKind) -> PolicyEventRow | None:
    """What was noted for a visit already."""
    return session.scalars(
        select(PolicyEventRow)
        .where(PolicyEventRow.appointment_id == appointment_id, PolicyEventRow.kind == kind.value)
        .order_by(PolicyEventRow.id.desc())
        .limit(1)
    ).first()


def missed_before(session: Session, patient_id: int, appointment_id: int) -> int:
    """Visits of a patient that count as missed, without the one asked about."""
    statement = select(func.count(AppointmentRow.id)).where(
        AppointmentRow.patient_id == patient_id,
        AppointmentRow.status == Status.NO_SHOW.value,
        AppointmentRow.id != appointment_id,
    )
    return session.scalar(statement) or 0
