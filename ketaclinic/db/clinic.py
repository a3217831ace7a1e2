"""The clinic's name, its locations, chairs and closures: rows in, domain values out."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from ketaclinic.db.models import ChairRow, ClinicRow, ClosureRow, LocationRow
from ketaclinic.domain.duty import LONGEST_STRETCH_DAYS
from ketaclinic.domain.findings import NotFound, Stale
from ketaclinic.domain.resources import Chair, Clinic, Closure, Hours, Location
from ketaclinic.domain.set_up import SetUp


def is_set_up(session: Session) -> bool:
    """Whether the clinic has a name yet."""
    return session.scalar(select(ClinicRow.id).limit(1)) is not None


def is_demonstration(session: Session) -> bool:
    """Whether the patients are invented."""
    return bool(session.scalar(select(ClinicRow.demonstration).limit(1)))


def clinic(session: Session) -> Clinic:
    """Name and contacts. Raises NotFound before the first set-up."""
    row = _clinic_row(session)
    return Clinic(row.name, row.phone, row.after_hours_phone, row.address, row.email, row.website, version=row.version)


def save_clinic(session: Session, given: Clinic) -> Clinic:
    """Name and contacts as saved. Raises Stale when someone else was faster."""
    row = _clinic_row(session)
    if row.version != given.version:
        raise Stale("Someone else changed the clinic's details meanwhile. Nothing was saved: look at them first.")
    _fill_clinic(row, given)
    session.flush()
    return clinic(session)


def make_clinic(session: Session, given: SetUp) -> None:
    """The first rows: clinic, location and chairs."""
    row = ClinicRow(demonstration=False)
    _fill_clinic(row, given.clinic)
    location = LocationRow(
        name=given.location_name,
        zone=given.zone,
        address=given.clinic.address,
        phone=given.clinic.phone,
        hours=hours_json(given.hours),
        usual_nurses=list(given.usual_nurses),
    )
    session.add_all([row, location])
    session.flush()
    session.add_all(
        ChairRow(location_id=location.id, name=name, position=place) for place, name in enumerate(given.chairs, start=1)
    )
    session.flush()


def locations(session: Session) -> tuple[Location, ...]:
    """Every location, the first one first."""
    return tuple(location_value(row) for row in session.scalars(select(LocationRow).order_by(LocationRow.id)))


def location(session: Session, location_id: int) -> Location:
    """The location. Raises NotFound."""
    row = session.get(LocationRow, location_id)
    if row is None:
        raise NotFound("There is no such location.")
    return location_value(row)


def save_location(session: Session, given: Location) -> Location:
    """Name, contacts, hours and usual nurses as saved; the zone stays. Raises NotFound, Stale."""
    row = session.get(LocationRow, given.id)
    if row is None:
        raise NotFound("There is no such location.")
    if row.version != given.version:
        raise Stale("Someone else changed this location meanwhile. Nothing was saved: look at it first.")
    row.name, row.address, row.phone = given.name, given.address, given.phone
    row.hours, row.usual_nurses = hours_json(given.hours), list(given.usual_nurses)
    row.country, row.subdivision = given.country, given.subdivision
    session.flush()
    return location_value(row)


def add_location(session: Session, given: Location, chair_names: Iterable[str]) -> Location:
    """A new location with its chairs."""
    row = LocationRow(
        name=given.name,
        zone=given.zone,
        address=given.address,
        phone=given.phone,
        hours=hours_json(given.hours),
        usual_nurses=list(given.usual_nurses),
        country=given.country,
        subdivision=given.subdivision,
    )
    session.add(row)
    session.flush()
    session.add_all(
        ChairRow(location_id=row.id, name=name, position=place) for place, name in enumerate(chair_names, start=1)
    )
    session.flush()
    return location_value(row)


def chairs(session: Session, location_id: int, day: date | None = None) -> tuple[Chair, ...]:
    """The chairs in use on a day, in their order; without a day, those not retired."""
    in_use: ColumnElement[bool] = ChairRow.retired_on.is_(None)
    if day is not None:
        in_use = or_(in_use, ChairRow.retired_on > day)
    statement = select(ChairRow).where(ChairRow.location_id == location_id, in_use)
    return tuple(chair_value(row) for row in session.scalars(statement.order_by(ChairRow.position, ChairRow.id)))


def closures(session: Session, location_id: int, first: date, last: date) -> tuple[Closure, ...]:
    """Closures that touch the days from `first` to `last`."""
    opens, ends = _midnights(first, last)
    statement = select(ClosureRow).where(
        ClosureRow.location_id == location_id,
        ClosureRow.starts_at > opens - timedelta(days=LONGEST_STRETCH_DAYS + 1),
        ClosureRow.starts_at < ends,
        ClosureRow.ends_at > opens,
    )
    return tuple(closure_value(row) for row in session.scalars(statement.order_by(ClosureRow.starts_at, ClosureRow.id)))


def closure(session: Session, closure_id: int) -> Closure:
    """The closure. Raises NotFound."""
    row = session.get(ClosureRow, closure_id)
    if row is None:
        raise NotFound("This closure is not there any more. Nothing was changed.")
    return closure_value(row)


def add_closure(
    session: Session, location_id: int, chair_id: int | None, starts_at: datetime, ends_at: datetime, reason: str
) -> Closure:
    """A new closure; the store takes its claims. Raises NotFound for a chair of another location."""
    location(session, location_id)
    if chair_id is not None:
        chair = session.get(ChairRow, chair_id)
        if chair is None or chair.location_id != location_id:
            raise NotFound("There is no such chair at this location. Nothing was closed.")
    row = ClosureRow(location_id=location_id, chair_id=chair_id, starts_at=starts_at, ends_at=ends_at, reason=reason)
    session.add(row)
    session.flush()
    return closure_value(row)


def remove_closure(session: Session, closure_id: int) -> None:
    """Opens the hours again. Raises NotFound."""
    row = session.get(ClosureRow, closure_id)
    if row is None:
        raise NotFound("This closure is not there any more. Nothing was changed.")
    session.delete(row)


def hours_json(hours: Iterable[Hours]) -> list[list[int]]:
    """Opening hours as they are stored: [weekday, opens, closes] in minutes of the day; 1440 is midnight."""
    return [[h.weekday, _minutes(h.opens), _minutes(h.closes) or 24 * 60] for h in hours]


def location_value(row: LocationRow) -> Location:
    """A row as a domain value."""
    hours = tuple(Hours(weekday, _clock_time(opens), _clock_time(closes)) for weekday, opens, closes in row.hours)
    return Location(
        row.id,
        row.name,
        row.zone,
        row.address,
        row.phone,
        hours,
        tuple(row.usual_nurses),
        row.version,
        row.country,
        row.subdivision,
    )


def chair_value(row: ChairRow) -> Chair:
    """A row as a domain value."""
    return Chair(row.id, row.location_id, row.name, row.position, row.retired_on)


def closure_value(row: ClosureRow) -> Closure:
    """A row as a domain value."""
    return Closure(row.id, row.location_id, row.chair_id, row.starts_at, row.ends_at, row.reason)


def _clinic_row(session: Session) -> ClinicRow:
    row = session.scalar(select(ClinicRow).limit(1))
    if row is None:
        raise NotFound("The clinic is not set up yet.")
    return row


def _fill_clinic(row: ClinicRow, given: Clinic) -> None:
    row.name, row.phone, row.after_hours_phone = given.name, given.phone, given.after_hours_phone
    row.address, row.email, row.website = given.address, given.email, given.website


def _midnights(first: date, last: date) -> tuple[datetime, datetime]:
    return datetime.combine(first, time.min), datetime.combine(last + timedelta(days=1), time.min)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _clock_time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60) if minutes < 24 * 60 else time(23, 59)
