"""The chairs of a location: added, renamed, retired, and what is booked on them: rows in, domain values out."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ketaclinic.db.clinic import chair_value, location
from ketaclinic.db.models import AppointmentRow, ChairRow
from ketaclinic.domain.appointments import FREES_THE_CHAIR
from ketaclinic.domain.closing import BookedThen
from ketaclinic.domain.findings import NotFound
from ketaclinic.domain.resources import Chair


def chair(session: Session, chair_id: int) -> Chair:
    """The chair. Raises NotFound."""
    return chair_value(_row(session, chair_id))


def add_chair(session: Session, location_id: int, name: str) -> Chair:
    """A new chair behind the others. Raises NotFound without such a location."""
    location(session, location_id)
    last = session.scalar(select(func.max(ChairRow.position)).where(ChairRow.location_id == location_id)) or 0
    row = ChairRow(location_id=location_id, name=name, position=last + 1)
    session.add(row)
    session.flush()
    return chair_value(row)


def rename_chair(session: Session, chair_id: int, name: str) -> Chair:
    """The chair under its new name. Raises NotFound."""
    row = _row(session, chair_id)
    row.name = name
    session.flush()
    return chair_value(row)


def retire_chair(session: Session, chair_id: int, day: date) -> Chair:
    """The chair, out of use from that day on. Raises NotFound."""
    row = _row(session, chair_id)
    row.retired_on = day
    session.flush()
    return chair_value(row)


def unretire_chair(session: Session, chair_id: int) -> Chair:
    """The chair in use again, from now on. Raises NotFound."""
    row = _row(session, chair_id)
    row.retired_on = None
    session.flush()
    return chair_value(row)


def retired_chairs(session: Session, location_id: int) -> tuple[Chair, ...]:
    """The chairs out of use, the last one first."""
    query = select(ChairRow).where(ChairRow.location_id == location_id, ChairRow.retired_on.is_not(None))
    return tuple(chair_value(row) for row in session.scalars(query.order_by(ChairRow.retired_on.desc(), ChairRow.id)))


def booked(
    session: Session,
    location_id: int,
    chair_id: int | None,
    since: datetime,
    until: datetime | None = None,
    *,
    without: Collection[str] = FREES_THE_CHAIR,
) -> tuple[BookedThen, ...]:
    """Visits on a chair, or on any of the location, between these times, by start; `without` leaves statuses out."""
    query = (
        select(ChairRow.name, AppointmentRow.starts_at, AppointmentRow.ends_at)
        .join(ChairRow, ChairRow.id == AppointmentRow.chair_id)
        .where(
            ChairRow.location_id == location_id,
            AppointmentRow.ends_at > since,
            AppointmentRow.status.not_in(sorted(without)),
        )
    )
    if chair_id is not None:
        query = query.where(AppointmentRow.chair_id == chair_id)
    if until is not None:
        query = query.where(AppointmentRow.starts_at < until)
    in_order = query.order_by(AppointmentRow.starts_at, ChairRow.position, AppointmentRow.id)
    return tuple(BookedThen(*row) for row in session.execute(in_order))


def _row(session: Session, chair_id: int) -> ChairRow:
    row = session.get(ChairRow, chair_id)
    if row is None:
        raise NotFound("There is no such chair. Nothing was changed.")
    return row
