"""What must be there before a visit: consent and order, as far as the desk may know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, and_, func, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from ketaclinic.db.busy_time import HOLDS_A_CHAIR, minutes
from ketaclinic.db.models import AppointmentRow, ConsentRow, OrderRow, SeriesRow
from ketaclinic.domain.appointments import FREES_THE_CHAIR
from ketaclinic.domain.protocols import Protocol

_MICROSECONDS = 60_000_000  # of a minute: instants are stored in microseconds
_ONE_DAY = 24 * 60 * _MICROSECONDS  # wall-clock and UTC are less than this apart


@dataclass(frozen=True, slots=True)
class OrderStanding:
    """The signed order a visit would be given under; `left` counts this visit."""

    order_id: int
    expires_on: date
    left: int


def consents_on(session: Session, day: date, patient_ids: Iterable[int]) -> dict[int, date]:
    """Patients with a consent that holds on a day, each with the last day it holds."""
    statement = (
        select(ConsentRow.patient_id, func.max(ConsentRow.expires_on).label("until"))
        .where(
            ConsentRow.patient_id.in_(list(patient_ids)),
            ConsentRow.signed_on <= day,
            ConsentRow.expires_on >= day,
            or_(ConsentRow.withdrawn_on.is_(None), ConsentRow.withdrawn_on > day),
        )
        .group_by(ConsentRow.patient_id)
    )
    return {row.patient_id: row.until for row in session.connection().execute(statement)}


def orders_on(session: Session, day: date, appointment_ids: Iterable[int]) -> dict[int, OrderStanding]:
    """Visits of one day that a signed order covers, each with how that order stands.

    It is the order of the visit's series, or a signed one of the patient for the same protocol. Sessions are used up by
    every earlier visit that holds its place: of the series under that order; and, where the order came later than the
    series, by the visits of the series since it was signed.
    """
    visit, series, order = AppointmentRow, SeriesRow, OrderRow
    earlier, course = aliased(AppointmentRow), aliased(SeriesRow)
    since_signed = minutes(earlier.starts_at) * _MICROSECONDS >= type_coerce(order.signed_at, BigInteger) - _ONE_DAY
    used = (
        select(func.count(earlier.id))
        .join(course, course.id == earlier.series_id)
        .where(
            course.patient_id == visit.patient_id,
            or_(course.order_id == order.id, and_(course.id == series.id, since_signed)),
            earlier.starts_at < visit.starts_at,
            earlier.status.not_in(sorted(FREES_THE_CHAIR)),
        )
        .correlate(visit, series, order)
        .scalar_subquery()
    )
    statement = (
        select(visit.id, order.id, order.expires_on, order.sessions - used)
        .join(series, series.id == visit.series_id)
        .join(
            order,
            and_(
                order.patient_id == visit.patient_id,
                or_(order.id == series.order_id, order.protocol_id == series.protocol_id),
            ),
        )
        .where(visit.id.in_(list(appointment_ids)), order.signed_at.is_not(None), order.expires_on >= day)
        .order_by(order.id)
    )
    found: dict[int, OrderStanding] = {}
    for appointment_id, order_id, expires_on, left in session.connection().execute(statement):
        if left > 0 and (appointment_id not in found or left > found[appointment_id].left):
            found[appointment_id] = OrderStanding(order_id, expires_on, left)
    return found


def order_for(session: Session, patient_id: int, protocol: Protocol, day: date) -> int | None:
    """The newest signed order a new series of this protocol could be given under; None when there is none.

    An order counts while the visits booked under it are fewer than its sessions.
    """
    booked = (
        select(func.count(AppointmentRow.id))
        .join(SeriesRow, SeriesRow.id == AppointmentRow.series_id)
        .where(SeriesRow.order_id == OrderRow.id, SeriesRow.patient_id == OrderRow.patient_id, HOLDS_A_CHAIR)
        .correlate(OrderRow)
        .scalar_subquery()
    )
    statement = (
        select(OrderRow.id)
        .where(
            OrderRow.patient_id == patient_id,
            OrderRow.protocol_id == protocol.id,
            OrderRow.signed_at.is_not(None),
            OrderRow.expires_on >= day,
            OrderRow.sessions > booked,
        )
        .order_by(OrderRow.signed_at.desc())
        .limit(1)
    )
    return session.scalar(statement)
