"""Reads the chairs of a location as they stand: who sits where, who waits, each session with its facts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import to_wall
from ketaclinic.db import clinic, schedule, visits
from ketaclinic.db.models import ChairRow
from ketaclinic.db.schedule import BoardRow
from ketaclinic.domain.appointments import IN_CHAIR, OVER, Card, Status
from ketaclinic.domain.visit import Visit


@dataclass(frozen=True, slots=True)
class Chairside:
    """What the tiles are made of.

    Attributes:
        seated: visits in a chair, by chair; `visits` holds those whose session was opened, by visit id.
        arrived: cards of patients who have come and are not in a chair yet.
        chairs: chair id -> name.
        empty: name of each chair in use today that nobody sits in, with the visit that comes next to it.
    """

    now: datetime
    zone: str
    seated: tuple[BoardRow, ...]
    visits: Mapping[int, Visit]
    arrived: tuple[Card, ...]
    chairs: Mapping[int, str]
    nurses: int
    empty: tuple[tuple[str, BoardRow | None], ...] = ()


def read_chairside(
    session: Session,
    catalog: Catalog,
    location_id: int,
    now: datetime,
    holds: Callable[[BoardRow, str], bool] | None = None,
) -> Chairside:
    """The chairs of a location now; a session for which `holds` (given its visit and chair) is not read again."""
    location = clinic.location(session, location_id)
    wall = to_wall(now, location.zone)
    today = schedule.day_rows(session, location_id, wall.date())
    # A patient who stayed past midnight is still in the chair.
    yesterday = schedule.day_rows(session, location_id, wall.date() - timedelta(days=1))
    chairs = _chairs(session, location_id)
    seated = sorted(
        (row for row in (*yesterday, *today) if row.appointment.status in IN_CHAIR),
        key=lambda row: (chairs[row.appointment.chair_id].position, row.appointment.chair_id, row.appointment.id),
    )
    wanted = [r for r in seated if holds is None or not holds(r, chairs[r.appointment.chair_id].name)]
    opened = visits.sessions_of(session, [row.appointment.id for row in wanted])
    read = visits.VisitReader(session, catalog, now).many(list(opened.values()))
    arrived = [row for row in today if row.appointment.status is Status.ARRIVED]
    return Chairside(
        now=now,
        zone=location.zone,
        seated=tuple(seated),
        visits={visit.appointment.id: visit for visit in read},
        arrived=schedule.cards(session, arrived, wall.date(), location.zone, catalog),
        chairs={chair_id: chair.name for chair_id, chair in chairs.items()},
        nurses=visits.nurses_on_duty(session, location, wall),
        empty=tuple(_empty(chairs, seated, today, wall)),
    )


def _chairs(session: Session, location_id: int) -> Mapping[int, Row[int, int, str, date | None]]:
    """Chair id -> its row, retired ones too, in the clinic's order."""
    statement = (
        select(ChairRow.id, ChairRow.position, ChairRow.name, ChairRow.retired_on)
        .where(ChairRow.location_id == location_id)
        .order_by(ChairRow.position, ChairRow.id)
    )
    return {row.id: row for row in session.execute(statement)}


def _empty(
    chairs: Mapping[int, Row[int, int, str, date | None]],
    seated: Sequence[BoardRow],
    today: Sequence[BoardRow],
    wall: datetime,
) -> Iterator[tuple[str, BoardRow | None]]:
    taken = {row.appointment.chair_id for row in seated}
    for chair_id, chair in chairs.items():
        if chair_id in taken or (chair.retired_on is not None and chair.retired_on <= wall.date()):
            continue
        coming = (
            row
            for row in today
            if row.appointment.chair_id == chair_id
            and row.appointment.status not in OVER | IN_CHAIR
            and row.appointment.ends_at > wall
        )
        yield chair.name, min(coming, key=lambda row: row.appointment.starts_at, default=None)
