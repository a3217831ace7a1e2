"""Years that went by: past visits written in bulk, so that figures can be taken with a million appointments.

Every chair is taken in turn all day on every open day before the first one there is, back in time until there are
enough. The rows pass the same constraints and triggers as any others.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import func, select

from ketaclinic.bench.clinic import MeasuredClinic
from ketaclinic.db.bulk import BulkWriter
from ketaclinic.db.clinic import locations
from ketaclinic.db.models import AppointmentRow, ChairRow, PatientRow, SeriesRow
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.resources import Location
from ketaclinic.domain.series import SeriesStatus

_PROTOCOL = "induction-mood-2-per-week"
_CHUNK = 60_000
"""Visits written in one operation."""

Row = dict[str, Any]


def add_history(clinic: MeasuredClinic, appointments: int) -> int:
    """Fills the past until the file holds so many appointments; returns how many it added."""
    with clinic.store.reading() as session:
        (here, *_) = locations(session)
        chairs = list(session.scalars(select(ChairRow.id).order_by(ChairRow.position)))
        patients = session.scalar(select(func.count(PatientRow.id))) or 1
        there = session.scalar(select(func.count(AppointmentRow.id))) or 0
        first = session.scalar(select(func.min(AppointmentRow.starts_at))) or datetime.combine(clinic.day, time())
    protocol = clinic.catalog.protocols[_PROTOCOL]
    places = islice(_places(here, chairs, first.date(), protocol), max(appointments - there, 0))
    added = 0
    while chunk := list(islice(places, _CHUNK)):
        _write(clinic, protocol, here.id, patients, chunk)
        added += len(chunk)
    return added


def _places(here: Location, chairs: list[int], first: date, protocol: Protocol) -> Iterator[tuple[int, datetime]]:
    """(chair, start) of one visit after the other, day by day into the past."""
    length = timedelta(minutes=protocol.phases.total)
    day = first
    while True:
        day -= timedelta(days=1)
        for hours in here.open_on(day):
            for number, chair in enumerate(chairs):
                at = datetime.combine(day, hours.opens) + timedelta(minutes=15 * (number % 4))
                while at + length <= datetime.combine(day, hours.closes):
                    yield chair, at
                    at += length + timedelta(minutes=5)


def _write(
    clinic: MeasuredClinic, protocol: Protocol, location: int, patients: int, places: list[tuple[int, datetime]]
) -> None:
    """A series of six for every six visits, all discharged."""
    with clinic.store.writing(Op.FILL_DEMONSTRATION, detail=f"{len(places)} past visits") as writing:
        bulk = BulkWriter(writing.session)
        visits: list[Row] = []
        series: list[Row] = []
        for number, (chair, starts) in enumerate(places):
            position = number % protocol.sessions + 1
            patient = number % patients + 1  # so many that nobody is in two chairs at once
            if position == 1:
                series.append(_series(bulk, protocol, location, patient))
            visits.append(_visit(bulk, protocol, series[-1]["id"], location, patient, chair, starts, position))
        bulk.add(SeriesRow.__tablename__, series)
        bulk.add(AppointmentRow.__tablename__, visits)
        bulk.claim(visits)
        bulk.finish()


def _series(bulk: BulkWriter, protocol: Protocol, location: int, patient: int) -> Row:
    return {
        "id": bulk.new_id("series"),
        "patient_id": patient,
        "protocol_id": protocol.id,
        "protocol_revision": protocol.revision,
        "location_id": location,
        "sessions": protocol.sessions,
        "open_ended": False,
        "status": SeriesStatus.COMPLETED.value,
        "order_id": None,
    }


def _visit(
    bulk: BulkWriter,
    protocol: Protocol,
    series: int,
    location: int,
    patient: int,
    chair: int,
    starts: datetime,
    position: int,
) -> Row:
    phases, nurse = protocol.phases, protocol.nurse
    return {
        "id": bulk.new_id("appointments"),
        "series_id": series,
        "patient_id": patient,
        "location_id": location,
        "chair_id": chair,
        "starts_at": starts,
        "ends_at": starts + timedelta(minutes=phases.total),
        "prep": phases.prep,
        "infusion": phases.infusion,
        "recovery": phases.recovery,
        "turnover": phases.turnover,
        "setup_from": nurse.setup_from,
        "setup_minutes": nurse.setup_minutes,
        "ratio": nurse.ratio,
        "status": Status.DISCHARGED.value,
        "position": position,
        "session_number": position,
        "nurse_id": None,
    }
