"""What the recall lists are made of: visits of the last months with their courses, what is to place, what is held."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.orm import Session

from ketaclinic.db.busy_time import HOLDS_A_CHAIR
from ketaclinic.db.models import AppointmentRow, PatientRow, SeriesRow
from ketaclinic.db.plain import minutes
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.booking_situation import PatientVisit
from ketaclinic.domain.claims import wall_minutes
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.recall import SeenVisit

T = TypeVar("T")
_CHUNK = 500
"""Ids in one statement."""

_starts = minutes(AppointmentRow.starts_at)
_SEEN = (
    select(
        AppointmentRow.id,
        AppointmentRow.patient_id,
        AppointmentRow.series_id,
        _starts,
        AppointmentRow.status,
        AppointmentRow.position,
        AppointmentRow.replaces_id,
        SeriesRow.protocol_id,
        SeriesRow.sessions,
        SeriesRow.open_ended,
        SeriesRow.status,
    )
    .join(SeriesRow, SeriesRow.id == AppointmentRow.series_id)
    .where(
        AppointmentRow.location_id == bindparam("location", type_=BigInteger),
        _starts >= bindparam("begin", type_=BigInteger),
    )
)


@dataclass(frozen=True, slots=True)
class RecallPatient:
    """What a recall line says of a patient; demographics only."""

    id: int
    record: str
    name: str
    phone: str
    language: str
    interpreter: bool
    note: str
    active: bool
    spoken_name: str


@dataclass(frozen=True, slots=True)
class WaitingVisit:
    """A visit without a place, or one whose hold ends; `starts_at` is where it stood or stands, on the wall."""

    id: int
    patient_id: int
    series_id: int
    protocol_id: str
    starts_at: datetime
    position: int
    sessions: int
    open_ended: bool
    held_until: datetime | None = None


def seen_visits(session: Session, location_id: int, since: date) -> Iterator[SeenVisit]:
    """Every visit of a location from a day on, of any status, with its course; in no order."""
    begin = wall_minutes(datetime.combine(since, time()))
    result = session.connection().execute(_SEEN, {"location": location_id, "begin": begin})
    cursor = result.cursor
    assert cursor is not None
    rows = cursor.fetchall()  # as the driver hands them over: numbers and text, tens of thousands
    result.close()
    return map(SeenVisit._make, rows)


def seen_elsewhere(session: Session, location_id: int, patient_ids: Iterable[int], since: date) -> set[int]:
    """Of these patients, those with a visit at another location from a day on that holds its place."""
    begin = datetime.combine(since, time())
    found: set[int] = set()
    for chunk in chunks(patient_ids):
        statement = select(AppointmentRow.patient_id).where(
            AppointmentRow.patient_id.in_(chunk),
            AppointmentRow.starts_at >= begin,
            AppointmentRow.location_id != location_id,
            HOLDS_A_CHAIR,
        )
        found.update(session.scalars(statement))
    return found


def patients(session: Session, patient_ids: Iterable[int]) -> dict[int, RecallPatient]:
    """The patients of some ids."""
    found: dict[int, RecallPatient] = {}
    columns = (
        PatientRow.id,
        PatientRow.record,
        PatientRow.family_name,
        PatientRow.given_name,
        PatientRow.preferred_name,
        PatientRow.phone,
        PatientRow.language,
        PatientRow.interpreter,
        PatientRow.note,
        PatientRow.active,
        PatientRow.merged_into_id,
    )
    for chunk in chunks(patient_ids):
        for row in session.connection().execute(select(*columns).where(PatientRow.id.in_(chunk))):
            found[row.id] = RecallPatient(
                row.id,
                row.record,
                f"{row.family_name}, {row.given_name}".strip(", "),
                row.phone,
                row.language,
                bool(row.interpreter),
                row.note,
                bool(row.active) and row.merged_into_id is None,
                f"{row.preferred_name or row.given_name} {row.family_name}".strip(),
            )
    return found


def to_place(session: Session, location_id: int) -> tuple[WaitingVisit, ...]:
    """Visits that wait for a place, by where they stood."""
    statement = _waiting_visits().where(
        AppointmentRow.location_id == location_id, AppointmentRow.status == Status.PROPOSED.value
    )
    return tuple(WaitingVisit(*row) for row in session.execute(statement.order_by(AppointmentRow.starts_at)))


def holds_ending(session: Session, location_id: int, until: datetime) -> tuple[WaitingVisit, ...]:
    """Held visits whose hold ends by an instant, the soonest first."""
    statement = _waiting_visits().where(
        AppointmentRow.held_until.is_not(None),
        AppointmentRow.held_until <= until,
        AppointmentRow.location_id + 0 == location_id,  # only the few held visits are looked at, by their own index
        AppointmentRow.status == Status.HELD.value,
    )
    return tuple(WaitingVisit(*row) for row in session.execute(statement.order_by(AppointmentRow.held_until)))


def appointment_rows(session: Session, appointment_ids: Iterable[int]) -> Iterator[AppointmentRow]:
    """The rows of some visits, in no order."""
    for chunk in chunks(appointment_ids):
        yield from session.scalars(select(AppointmentRow).where(AppointmentRow.id.in_(chunk)))


def _waiting_visits() -> Any:  # noqa: ANN401 - a Select of nine columns
    return select(
        AppointmentRow.id,
        AppointmentRow.patient_id,
        AppointmentRow.series_id,
        SeriesRow.protocol_id,
        AppointmentRow.starts_at,
        AppointmentRow.position,
        SeriesRow.sessions,
        SeriesRow.open_ended,
        AppointmentRow.held_until,
    ).join(SeriesRow, SeriesRow.id == AppointmentRow.series_id)


def visits_of_patients(
    session: Session, patient_ids: Iterable[int], families: dict[str, str]
) -> dict[int, tuple[PatientVisit, ...]]:
    """Each patient's visits that hold a chair, anywhere, in order; `families` by protocol."""
    visit = AppointmentRow.prep + AppointmentRow.infusion + AppointmentRow.recovery
    found: dict[int, list[PatientVisit]] = {}
    for chunk in chunks(patient_ids):
        statement = (
            select(
                AppointmentRow.patient_id,
                AppointmentRow.id,
                AppointmentRow.series_id,
                SeriesRow.protocol_id,
                _starts,
                _starts + visit,
            )
            .join(SeriesRow, SeriesRow.id == AppointmentRow.series_id)
            .where(AppointmentRow.patient_id.in_(chunk), HOLDS_A_CHAIR)
            .order_by(_starts)
        )
        for patient_id, id_, series_id, protocol_id, starts, leaves in session.connection().execute(statement):
            one = PatientVisit(id_, series_id, families.get(protocol_id, ""), starts, leaves)
            found.setdefault(patient_id, []).append(one)
    return {key: tuple(visits) for key, visits in found.items()}


def families_of(protocols: Iterable[Protocol]) -> dict[str, str]:
    """The family of each protocol."""
    return {protocol.id: protocol.family for protocol in protocols}


def chunks(ids: Iterable[T]) -> Iterator[Sequence[T]]:
    """Ids in portions that one statement takes."""
    several = iter(dict.fromkeys(ids))
    while chunk := list(islice(several, _CHUNK)):
        yield chunk
