"""The schedule as the desk sees it, and the rows a booking writes: rows in, domain values out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, literal_column, or_, select
from sqlalchemy.orm import Session

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import to_wall
from ketaclinic.db import clearance, gates
from ketaclinic.db.busy_time import HOLDS_A_CHAIR
from ketaclinic.db.clinic import location
from ketaclinic.db.models import (
    AppointmentRow,
    ChairRow,
    PatientRow,
    SeriesRow,
    StatusChangeRow,
)
from ketaclinic.db.session_numbers import NUMBER
from ketaclinic.db.visits import consent_revision
from ketaclinic.domain.appointments import OVER, Appointment, Card, Status
from ketaclinic.domain.findings import NotFound, Stale
from ketaclinic.domain.protocols import NurseNeeds, Phases, Protocol
from ketaclinic.domain.resources import Location
from ketaclinic.domain.wishes import SeriesWishes

BEFORE_THE_START = frozenset(
    {Status.PROPOSED, Status.HELD, Status.SCHEDULED, Status.CONFIRMED, Status.ARRIVED, Status.CHECKED_IN}
)
"""Where consent and order are still to be asked for."""

_CARDS: Select[*tuple[Any, ...]] = (
    select(
        AppointmentRow.id,
        AppointmentRow.series_id,
        AppointmentRow.patient_id,
        AppointmentRow.location_id,
        AppointmentRow.chair_id,
        AppointmentRow.starts_at,
        AppointmentRow.ends_at,
        AppointmentRow.prep,
        AppointmentRow.infusion,
        AppointmentRow.recovery,
        AppointmentRow.turnover,
        AppointmentRow.setup_from,
        AppointmentRow.setup_minutes,
        AppointmentRow.ratio,
        AppointmentRow.status,
        AppointmentRow.position,
        AppointmentRow.session_number,
        NUMBER.label("number"),
        AppointmentRow.nurse_id,
        AppointmentRow.escort_id,
        AppointmentRow.version,
        AppointmentRow.held_until,
        AppointmentRow.replaces_id,
        PatientRow.family_name,
        PatientRow.given_name,
        PatientRow.record,
        (PatientRow.note != "").label("has_note"),
        SeriesRow.protocol_id,
        SeriesRow.sessions,
        SeriesRow.open_ended,
    )
    .join(PatientRow, PatientRow.id == AppointmentRow.patient_id)
    .join(SeriesRow, SeriesRow.id == AppointmentRow.series_id)
    .order_by(AppointmentRow.starts_at, AppointmentRow.chair_id, AppointmentRow.id)
)
_ON_DAY = _CARDS.where(
    AppointmentRow.location_id == bindparam("location"),
    AppointmentRow.starts_at >= bindparam("begin"),
    AppointmentRow.starts_at < bindparam("end"),
    AppointmentRow.status.not_in([Status.PROPOSED.value, Status.LAPSED.value]),
)
_TO_PLACE = _CARDS.where(
    AppointmentRow.location_id == bindparam("location"), AppointmentRow.status == literal_column("'proposed'")
)
"""The status is written out, so that the index of what is to place serves."""
_ONE = _CARDS.where(AppointmentRow.id == bindparam("appointment"))
_OF_PATIENT = _CARDS.where(
    AppointmentRow.patient_id == bindparam("patient"), AppointmentRow.starts_at >= bindparam("begin"), HOLDS_A_CHAIR
)
_LAST_TO = (
    select(StatusChangeRow.appointment_id, func.max(StatusChangeRow.at).label("at"))
    .where(
        StatusChangeRow.appointment_id.in_(bindparam("visits", expanding=True)),
        StatusChangeRow.target == bindparam("target"),
    )
    .group_by(StatusChangeRow.appointment_id)
)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A visit with the names that stand on its card."""

    appointment: Appointment
    patient_name: str
    record: str
    has_note: bool
    protocol_id: str
    label: str


def day_rows(session: Session, location_id: int, day: date) -> tuple[BoardRow, ...]:
    """Every visit of a day at a location, cancelled ones included, by start and chair; not those still to place."""
    begin = datetime.combine(day, time())
    given = {"location": location_id, "begin": begin, "end": begin + timedelta(days=1)}
    return tuple(map(_board_row, session.connection().execute(_ON_DAY, given).all()))


def board_row(session: Session, appointment_id: int) -> BoardRow:
    """One visit. Raises NotFound."""
    row = session.connection().execute(_ONE, {"appointment": appointment_id}).one_or_none()
    if row is None:
        raise NotFound("This visit is not there any more. Look at the day again.")
    return _board_row(row)


def coming_rows(session: Session, patient_id: int, since: datetime) -> tuple[BoardRow, ...]:
    """A patient's visits from a wall-clock time on, at every location, that hold a chair."""
    rows = session.connection().execute(_OF_PATIENT, {"patient": patient_id, "begin": since})
    return tuple(_board_row(row) for row in rows)


def cards(session: Session, rows: Sequence[BoardRow], day: date, zone: str, catalog: Catalog) -> tuple[Card, ...]:
    """Cards of visits of one day, with what is not there yet."""
    before = [row.appointment for row in rows if row.appointment.status in BEFORE_THE_START]
    patients = {visit.patient_id for visit in before}
    consents = gates.consents_on(session, day, patients, consent_revision(catalog)) if before else {}
    orders = gates.orders_on(session, day, (visit.id for visit in before)) if before else {}
    flags = clearance.flagged(session, patients)
    arrived = _since(session, rows, Status.ARRIVED, zone)
    parked = _since(session, rows, Status.PROPOSED, zone)
    found = []
    for row in rows:
        visit = row.appointment
        missing = []
        if visit.status in BEFORE_THE_START:
            missing += ["consent"] * (visit.patient_id not in consents)
        if visit.status not in OVER:
            missing += ["escort"] * (visit.escort_id is None)
        if visit.status in BEFORE_THE_START:
            missing += ["order"] * (visit.id not in orders)
            if visit.patient_id in flags:
                missing.append(flags[visit.patient_id].badge)
        missing += ["note"] * row.has_note
        protocol = catalog.protocols.get(row.protocol_id)
        name = protocol.desk_name if protocol else row.protocol_id
        held = visit.held_until if visit.status is Status.HELD else None
        times = arrived.get(visit.id), parked.get(visit.id), to_wall(held, zone) if held else None
        found.append(Card(visit, row.patient_name, row.record, row.label, name, tuple(missing), *times))
    return tuple(found)


def _since(session: Session, rows: Iterable[BoardRow], status: Status, zone: str) -> dict[int, datetime]:
    """Since when each visit of a status has it, on the wall of its location."""
    ids = [row.appointment.id for row in rows if row.appointment.status is status]
    if not ids:
        return {}
    stamps = session.connection().execute(_LAST_TO, {"visits": ids, "target": status.value})
    return {stamp.appointment_id: to_wall(stamp.at, zone) for stamp in stamps}


def _board_row(row: Row[*tuple[Any, ...]]) -> BoardRow:
    """A row of `_CARDS`, its columns taken in their order: by name they cost a third of a day's reading."""
    (
        id_, series, patient, place, chair, starts, ends, prep, infusion, recovery, turnover, setup_from, setup, ratio,
        status, position, session_number, number, nurse, escort, version, held_until, replaces,
        family, given, record, has_note, protocol, sessions, open_ended,
    ) = row  # fmt: skip
    visit = Appointment(
        id_,
        series,
        patient,
        place,
        chair,
        starts,
        ends,
        _phases(prep, infusion, recovery, turnover),
        Status(status),
        position,
        session_number,
        nurse,
        escort,
        version,
        held_until,
        replaces,
        _needs(setup_from, setup, ratio),
    )
    label = f"M {number}" if open_ended else f"{number} of {sessions}"
    return BoardRow(visit, f"{family}, {given}".strip(", "), record, bool(has_note), protocol, label)


@lru_cache(maxsize=256)
def _phases(prep: int, infusion: int, recovery: int, turnover: int) -> Phases:
    """The same value for all visits of these lengths."""
    return Phases(prep, infusion, recovery, turnover)


@lru_cache(maxsize=256)
def _needs(setup_from: int, setup_minutes: int, ratio: int) -> NurseNeeds:
    return NurseNeeds(setup_from, setup_minutes, ratio)


def appointment_row(session: Session, appointment_id: int, version: int) -> AppointmentRow:
    """The row of a visit, to be changed.

    Raises:
        NotFound: there is no such visit.
        Stale: someone else changed it since `version`.
    """
    row = session.get(AppointmentRow, appointment_id)
    if row is None:
        raise NotFound("This visit is not there any more. Nothing was changed.")
    if row.version != version:
        raise Stale("Someone else changed this visit meanwhile. Nothing was saved: look at it again first.")
    return row


def last_position(session: Session, patient_id: int, protocol_id: str) -> int:
    """The place of the patient's last visit in open courses of a protocol; 0 when there is none."""
    statement = (
        select(func.max(AppointmentRow.position))
        .join(SeriesRow, SeriesRow.id == AppointmentRow.series_id)
        .where(
            SeriesRow.patient_id == patient_id,
            SeriesRow.protocol_id == protocol_id,
            or_(HOLDS_A_CHAIR, AppointmentRow.status == Status.PROPOSED.value),
        )
    )
    return session.scalar(statement) or 0


def next_position(session: Session, wishes: SeriesWishes, protocol: Protocol) -> int:
    """The place in its course that the first of the sessions wished for would have."""
    if wishes.series_id is not None and not protocol.open_ended:
        statement = select(func.max(AppointmentRow.position)).where(AppointmentRow.series_id == wishes.series_id)
        return (session.scalar(statement) or 0) + 1
    return 1 + (last_position(session, wishes.patient_id, protocol.id) if protocol.open_ended else 0)


def series_row(session: Session, series_id: int) -> SeriesRow:
    """The row of a series, to be changed. Raises NotFound."""
    row = session.get(SeriesRow, series_id)
    if row is None:
        raise NotFound("This series is not there any more. Nothing was changed.")
    return row


def to_place_rows(session: Session, location_id: int) -> tuple[BoardRow, ...]:
    """The visits of a location that still have to be placed, by the day they were meant for."""
    return tuple(_board_row(row) for row in session.connection().execute(_TO_PLACE, {"location": location_id}))


def set_status(
    session: Session, row: AppointmentRow, target: Status, at: datetime, user_id: int | None, reason: str
) -> None:
    """Changes a visit's status and stamps the change; what is held no longer has no end of its hold either."""
    session.add(
        StatusChangeRow(
            appointment_id=row.id, source=row.status, target=target.value, at=at, user_id=user_id, reason=reason
        )
    )
    row.status = target.value
    if target is not Status.HELD:
        row.held_until = None


def location_of_chair(session: Session, chair_id: int) -> Location:
    """Where a chair is. Raises NotFound."""
    row = session.get(ChairRow, chair_id)
    if row is None:
        raise NotFound("There is no such chair.")
    return location(session, row.location_id)
