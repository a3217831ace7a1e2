"""Booked visits that are, or would be, where they cannot stay."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.orm import Session

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.db import schedule
from ketaclinic.db.busy_time import HOLDS_A_CHAIR, busy_time
from ketaclinic.db.clinic import location
from ketaclinic.db.duty import midnights, rosters
from ketaclinic.db.duty_entries import roles
from ketaclinic.db.models import AppointmentRow, UserRow
from ketaclinic.db.plain import minutes, plain
from ketaclinic.domain.appointments import FREES_THE_CHAIR, OVER, Appointment, Card
from ketaclinic.domain.capacity_change import BrokenVisit, CapacityChange, changed_capacity
from ketaclinic.domain.duty import DAY
from ketaclinic.domain.out_of_place import Misfits, in_words, misfits, newly
from ketaclinic.domain.people import Role

_PREPS = select(AppointmentRow.id, AppointmentRow.prep).where(
    AppointmentRow.location_id == bindparam("location", type_=BigInteger),
    minutes(AppointmentRow.starts_at) >= bindparam("begin", type_=BigInteger),
    minutes(AppointmentRow.starts_at) < bindparam("end", type_=BigInteger),
    HOLDS_A_CHAIR,
)
_ON_DAY = (
    select(func.count())
    .select_from(AppointmentRow)
    .where(
        AppointmentRow.location_id == bindparam("location", type_=BigInteger),
        minutes(AppointmentRow.starts_at) >= bindparam("begin", type_=BigInteger),
        minutes(AppointmentRow.starts_at) < bindparam("end", type_=BigInteger),
        HOLDS_A_CHAIR,
    )
)


@dataclass(frozen=True, slots=True)
class Days:
    """The days asked about at a location; visits that are over by `now` (on its wall) are left out."""

    location_id: int
    first: date
    last: date
    now: datetime

    @property
    def count(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1


def last_booked(session: Session, location_id: int) -> date | None:
    """The last day on which anything is booked at a location."""
    statement = (
        select(AppointmentRow.starts_at)
        .where(AppointmentRow.location_id == location_id, AppointmentRow.status.not_in(sorted(FREES_THE_CHAIR)))
        .order_by(AppointmentRow.starts_at.desc())
        .limit(1)
    )
    starts = session.scalar(statement)
    return None if starts is None else starts.date()


def visits_on(session: Session, location_id: int, day: date) -> int:
    """How many visits hold a chair on a day."""
    begin = midnights(day, 1)[0]
    given = {"location": location_id, "begin": begin, "end": begin + DAY}
    return session.connection().execute(_ON_DAY, given).scalar_one()


def out_of_place(session: Session, catalog: Catalog, days: Days) -> tuple[BrokenVisit, ...]:
    """The visits of some days that cannot stay where they are, by time, each with its reasons."""
    busy = busy_time(session, location(session, days.location_id), days.first, days.count)
    return _told(session, catalog, days, misfits(busy, _preps(session, days)))


def would_break(session: Session, catalog: Catalog, days: Days, change: CapacityChange) -> tuple[BrokenVisit, ...]:
    """The visits that a change would leave where they cannot stay, or worse off than they are."""
    busy = busy_time(session, location(session, days.location_id), days.first, days.count)
    if not busy.visits:
        return ()
    entered = rosters(session, days.location_id, days.first, days.count)
    prescribers = _prescribers(session, change)
    known = roles(session, change.users) | {user: role for user, role in change.role_changes if role is not None}
    after = changed_capacity(busy, entered, change, known, prescribers)
    preps = _preps(session, days)
    return _told(session, catalog, days, newly(misfits(busy, preps), misfits(after, preps)))


def _prescribers(session: Session, change: CapacityChange) -> int:
    """How many prescribers there are once the change is made."""
    rows = session.scalars(select(UserRow.id).where(UserRow.role == Role.PRESCRIBER.value, UserRow.active))
    becoming = dict(change.role_changes)
    stay = [user for user in rows if becoming.get(user, Role.PRESCRIBER) is Role.PRESCRIBER]
    return len(stay) + sum(role is Role.PRESCRIBER and user not in stay for user, role in becoming.items())


def _preps(session: Session, days: Days) -> dict[int, int]:
    begin = midnights(days.first, 1)[0]
    given = {"location": days.location_id, "begin": begin, "end": begin + days.count * DAY}
    return {row[0]: row[1] for row in plain(session, _PREPS, given)}


def _told(session: Session, catalog: Catalog, days: Days, found: Misfits) -> tuple[BrokenVisit, ...]:
    """The visits with their names, read day by day; those that are over are left out."""
    if not found:
        return ()
    starts = select(AppointmentRow.starts_at).where(AppointmentRow.id.in_(sorted(found)))
    told: list[BrokenVisit] = []
    for day in sorted({at.date() for at in session.scalars(starts)}):
        told += (
            BrokenVisit(_card(row, catalog), in_words(reasons), tuple(reason.code for reason in reasons))
            for row in schedule.day_rows(session, days.location_id, day)
            if (reasons := found.get(row.appointment.id)) and not _is_over(row.appointment, days.now)
        )
    return tuple(told)


def _is_over(visit: Appointment, now: datetime) -> bool:
    return visit.status in OVER or visit.starts_at + timedelta(minutes=visit.phases.visit) <= now


def _card(row: schedule.BoardRow, catalog: Catalog) -> Card:
    """The visit with its names; what is missing of consent, order and escort is not asked here."""
    protocol = catalog.protocols.get(row.protocol_id)
    name = protocol.desk_name if protocol else row.protocol_id
    return Card(row.appointment, row.patient_name, row.record, row.label, name)
