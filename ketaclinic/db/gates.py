"""What must be there before a visit: consent and order, as far as the desk may know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import BigInteger, BindParameter, Date, and_, bindparam, func, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from ketaclinic.db.busy_time import HOLDS_A_CHAIR
from ketaclinic.db.models import AppointmentRow, ConsentRow, EncounterRow, OrderRow, SeriesRow
from ketaclinic.db.plain import minutes
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


_DAY = bindparam("day", type_=Date)
_PATIENTS: BindParameter[int] = bindparam("patients", type_=BigInteger, expanding=True)
_VISITS: BindParameter[int] = bindparam("visits", type_=BigInteger, expanding=True)

_ANY_CONSENTS = (
    select(ConsentRow.patient_id, func.max(ConsentRow.expires_on).label("until"))
    .where(
        ConsentRow.patient_id.in_(_PATIENTS),
        ConsentRow.signed_on <= _DAY,
        ConsentRow.expires_on >= _DAY,
        or_(ConsentRow.withdrawn_on.is_(None), ConsentRow.withdrawn_on > _DAY),
    )
    .group_by(ConsentRow.patient_id)
)
_CONSENTS = _ANY_CONSENTS.where(ConsentRow.revision == bindparam("revision", type_=BigInteger))

_earlier, _course, _given = aliased(AppointmentRow), aliased(SeriesRow), aliased(EncounterRow)
_since_signed = minutes(_earlier.starts_at) * _MICROSECONDS >= type_coerce(OrderRow.signed_at, BigInteger) - _ONE_DAY
_used = (
    select(func.count(_earlier.id))
    .join(_course, _course.id == _earlier.series_id)
    .outerjoin(_given, _given.appointment_id == _earlier.id)
    .where(
        _course.patient_id == AppointmentRow.patient_id,
        or_(
            _given.order_id == OrderRow.id,
            and_(
                _given.order_id.is_(None),
                or_(_course.order_id == OrderRow.id, and_(_course.id == SeriesRow.id, _since_signed)),
            ),
        ),
        _earlier.starts_at < AppointmentRow.starts_at,
        _earlier.status.not_in(sorted(FREES_THE_CHAIR)),
    )
    .correlate(AppointmentRow, SeriesRow, OrderRow)
    .scalar_subquery()
)
_ORDERS = (
    select(AppointmentRow.id, OrderRow.id, OrderRow.expires_on, OrderRow.sessions - _used)
    .join(SeriesRow, SeriesRow.id == AppointmentRow.series_id)
    .join(
        OrderRow,
        and_(
            OrderRow.patient_id == AppointmentRow.patient_id,
            or_(OrderRow.id == SeriesRow.order_id, OrderRow.protocol_id == SeriesRow.protocol_id),
        ),
    )
    .where(
        AppointmentRow.id.in_(_VISITS),
        OrderRow.signed_at.is_not(None),
        OrderRow.withdrawn_at.is_(None),
        OrderRow.expires_on >= _DAY,
    )
    .order_by(OrderRow.id)
)


def consents_on(session: Session, day: date, patient_ids: Iterable[int], revision: int | None) -> dict[int, date]:
    """Patients with a consent that holds on a day, each with the last day it holds.

    Args:
        session: to read with.
        day: of the visit.
        patient_ids: the patients asked about.
        revision: of the consent text that is in force; None where there is none, and then any revision counts.
    """
    given = {"patients": list(patient_ids), "day": day, "revision": revision}
    rows = session.connection().execute(_CONSENTS if revision is not None else _ANY_CONSENTS, given)
    return {row.patient_id: row.until for row in rows}


def orders_on(session: Session, day: date, appointment_ids: Iterable[int]) -> dict[int, OrderStanding]:
    """Visits of one day that a signed order covers, each with how that order stands.

    It is the order of the visit's series, or a signed one of the patient for the same protocol. Sessions are used up by
    every earlier visit that holds its place: those given under the order; and, of those not begun yet, those of the
    series under it and, where the order came later than the series, those of the series since it was signed.
    """
    found: dict[int, OrderStanding] = {}
    rows = session.connection().execute(_ORDERS, {"visits": list(appointment_ids), "day": day})
    for appointment_id, order_id, expires_on, left in rows:
        if left > 0 and (appointment_id not in found or left > found[appointment_id].left):
            found[appointment_id] = OrderStanding(order_id, expires_on, left)
    return found


_booked = (
    select(func.count(AppointmentRow.id))
    .join(SeriesRow, SeriesRow.id == AppointmentRow.series_id)
    .outerjoin(EncounterRow, EncounterRow.appointment_id == AppointmentRow.id)
    .where(
        SeriesRow.patient_id == OrderRow.patient_id,
        func.coalesce(EncounterRow.order_id, SeriesRow.order_id) == OrderRow.id,
        HOLDS_A_CHAIR,
    )
    .correlate(OrderRow)
    .scalar_subquery()
)
SIGNED_ORDERS = (
    select(OrderRow.id, OrderRow.expires_on, (OrderRow.sessions - _booked).label("left"))
    .where(
        OrderRow.patient_id == bindparam("patient", type_=BigInteger),
        OrderRow.protocol_id == bindparam("protocol"),
        OrderRow.signed_at.is_not(None),
        OrderRow.withdrawn_at.is_(None),
    )
    .order_by(OrderRow.signed_at.desc())
)
"""A patient's signed orders of a protocol, the newest first, each with the sessions neither given nor booked."""


def order_for(session: Session, patient_id: int, protocol: Protocol, day: date) -> int | None:
    """The newest signed order a new series of this protocol could be given under; None when there is none.

    An order counts while the visits given or booked under it are fewer than its sessions.
    """
    orders = session.connection().execute(SIGNED_ORDERS, {"patient": patient_id, "protocol": protocol.id})
    return next((order.id for order in orders if order.expires_on >= day and order.left > 0), None)
