"""What is taken over some days, read as plain numbers in a few statements that are put together once.

The planner reads thousands of visits for each answer: no objects are made for them, and their times stay minutes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import cast

from sqlalchemy import BigInteger, bindparam, select
from sqlalchemy.orm import Session

from ketaclinic.clock import skipped_by_the_clock
from ketaclinic.db.duty import duty_on
from ketaclinic.db.models import AppointmentRow, ChairRow, ClosureRow, SeriesRow
from ketaclinic.db.plain import minutes, plain
from ketaclinic.domain.appointments import FREES_THE_CHAIR
from ketaclinic.domain.booking_situation import MINUTES_OF_DAY, BusyTime, ClosedStretch, PatientVisit
from ketaclinic.domain.claims import wall_minutes
from ketaclinic.domain.duty import LONGEST_STRETCH_DAYS
from ketaclinic.domain.people import Role
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.resources import Chair, Location

HOLDS_A_CHAIR = AppointmentRow.status.not_in(sorted(FREES_THE_CHAIR))

_starts = minutes(AppointmentRow.starts_at)
_visit = AppointmentRow.prep + AppointmentRow.infusion + AppointmentRow.recovery
_BEGIN, _END = bindparam("begin", type_=BigInteger), bindparam("end", type_=BigInteger)
_LOCATION, _PATIENT = bindparam("location", type_=BigInteger), bindparam("patient", type_=BigInteger)

_VISITS = select(
    AppointmentRow.id,
    AppointmentRow.chair_id,
    _starts,
    minutes(AppointmentRow.ends_at),
    _starts + AppointmentRow.setup_from,
    _starts + AppointmentRow.setup_from + AppointmentRow.setup_minutes,
    _starts + _visit,
    AppointmentRow.ratio,
).where(
    AppointmentRow.location_id == _LOCATION,
    _starts >= _BEGIN - MINUTES_OF_DAY,  # what began the evening before, found by the index
    _starts < _END,
    minutes(AppointmentRow.ends_at) > _BEGIN,
    HOLDS_A_CHAIR,
)

_PATIENT_VISITS = (
    select(
        AppointmentRow.id,
        AppointmentRow.series_id,
        SeriesRow.protocol_id,
        _starts,
        _starts + _visit,
        AppointmentRow.chair_id,
    )
    .join(SeriesRow, SeriesRow.id == AppointmentRow.series_id)
    .where(AppointmentRow.patient_id == _PATIENT, HOLDS_A_CHAIR)
    .order_by(_starts)
)

_CLOSURES = (
    select(ClosureRow.chair_id, minutes(ClosureRow.starts_at), minutes(ClosureRow.ends_at), ClosureRow.reason)
    .where(
        ClosureRow.location_id == _LOCATION,
        minutes(ClosureRow.starts_at) > _BEGIN - (LONGEST_STRETCH_DAYS + 1) * MINUTES_OF_DAY,
        minutes(ClosureRow.starts_at) < _END,
        minutes(ClosureRow.ends_at) > _BEGIN,
    )
    .order_by(minutes(ClosureRow.starts_at))
)

_CHAIRS = (
    select(ChairRow.id, ChairRow.location_id, ChairRow.name, ChairRow.position, ChairRow.retired_on)
    .where(ChairRow.location_id == _LOCATION)
    .order_by(ChairRow.position, ChairRow.id)
)


def busy_time(
    session: Session, location: Location, first: date, days: int, patient_visits: tuple[PatientVisit, ...] = ()
) -> BusyTime:
    """Everything that planner and rules need of some days at one location, with the visits of the patient concerned."""
    return _read(session, location, first, days, [(first, days)], patient_visits)


def busy_time_on(
    session: Session, location: Location, days: Iterable[date], patient_visits: tuple[PatientVisit, ...]
) -> BusyTime:
    """The same, but of single days: the visits of the days between them are left out."""
    wanted = sorted(set(days))
    span = (wanted[-1] - wanted[0]).days + 1
    return _read(session, location, wanted[0], span, [(day, 1) for day in wanted], patient_visits)


def _read(
    session: Session,
    location: Location,
    first: date,
    days: int,
    stretches: Iterable[tuple[date, int]],
    patient_visits: tuple[PatientVisit, ...],
) -> BusyTime:
    given = _given(location.id, first, days)
    asked = list(stretches)
    read = [plain(session, _VISITS, _given(location.id, day, count)) for day, count in asked]
    # Where days are read one by one, a visit of the evening before one may come twice.
    visits = read[0] if len(read) == 1 else list(dict.fromkeys(row for rows in read for row in rows))
    there = duty_on(session, location.id, (day + timedelta(days=n) for day, count in asked for n in range(count)))
    return BusyTime(
        location=location,
        chairs=location_chairs(session, location.id, first),
        first_midnight=given["begin"],
        days=days,
        shifts=there[Role.NURSE],
        prescribers=there[Role.PRESCRIBER],
        closures=(
            *(ClosedStretch(*row) for row in plain(session, _CLOSURES, given)),
            *_skipped(location, first, days),
        ),
        visits=cast("Sequence[Sequence[int]]", visits),
        patient_visits=patient_visits,
    )


def _skipped(location: Location, first: date, days: int) -> Iterable[ClosedStretch]:
    """Opening hours that the wall never shows: no visit can be where the clock goes forward."""
    last = first + timedelta(days=days - 1)
    for year in range(first.year, last.year + 1):
        for begins, ends in skipped_by_the_clock(location.zone, year):
            day = begins.date()
            open_then = any(
                datetime.combine(day, hours.opens) < ends and datetime.combine(day, hours.closes) > begins
                for hours in location.open_on(day)
            )
            if first <= day <= last and open_then:
                yield ClosedStretch(None, wall_minutes(begins), wall_minutes(ends), "the clock goes forward")


def _given(location_id: int, first: date, days: int) -> dict[str, int]:
    begin = wall_minutes(datetime.combine(first, time()))
    return {"location": location_id, "begin": begin, "end": begin + days * MINUTES_OF_DAY}


def location_chairs(session: Session, location_id: int, day: date) -> tuple[Chair, ...]:
    """The chairs of a location in their order, without those retired by then."""
    rows = session.connection().execute(_CHAIRS, {"location": location_id})
    return tuple(Chair(*row) for row in rows if row.retired_on is None or row.retired_on > day)


def visits_of_patient(session: Session, patient_id: int, protocols: Mapping[str, Protocol]) -> tuple[PatientVisit, ...]:
    """All of a patient's visits that hold a chair, anywhere, in order."""
    families = {key: protocol.family for key, protocol in protocols.items()}
    return tuple(
        PatientVisit(appointment_id, series_id, families.get(protocol_id, ""), starts, leaves, chair_id)
        for appointment_id, series_id, protocol_id, starts, leaves, chair_id in plain(
            session, _PATIENT_VISITS, {"patient": patient_id}
        )
    )
