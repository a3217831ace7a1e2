"""Repaired days as rows: who may be out, what a repair writes, and the call list read back from it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from ketaclinic.clock import to_wall
from ketaclinic.db.busy_time import location_chairs
from ketaclinic.db.claims import CLAIMS
from ketaclinic.db.clinic import location
from ketaclinic.db.duty import duty
from ketaclinic.db.models import (
    AbsenceRow,
    AppointmentRow,
    CallRow,
    ChairRow,
    ClosureRow,
    PatientRow,
    RepairRow,
    SeriesRow,
    UserRow,
)
from ketaclinic.db.session_numbers import NUMBER
from ketaclinic.db.situations import wanted_visit
from ketaclinic.domain.appointments import FREES_THE_CHAIR, MOVABLE, Status
from ketaclinic.domain.booking_situation import MINUTES_OF_DAY, Wanted
from ketaclinic.domain.claims import ClaimKind, from_wall_minutes, wall_minutes
from ketaclinic.domain.duty import without
from ketaclinic.domain.findings import NotFound
from ketaclinic.domain.people import Role
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.repair import (
    CallLine,
    CallList,
    CallPlace,
    Outage,
    OutageKind,
    PastRepair,
    RepairChoices,
    in_calling_order,
)

PURPOSE = "repair"
"""Of the calls that a repair makes (`CallRow.purpose`)."""


def choices(session: Session, location_id: int, day: date, begins: datetime) -> RepairChoices:
    """Who and what may be out on a day; where nobody is entered for it, everybody of the role."""

    def people(role: Role) -> tuple[tuple[int, str, str], ...]:
        there = {user for user, starts, ends in duty(session, location_id, day, 1, role) if starts < ends}
        rows = session.execute(
            select(UserRow.id, UserRow.name, UserRow.login)
            .where(UserRow.role == role.value, UserRow.active)
            .order_by(UserRow.name, UserRow.id)
        ).all()
        return tuple((row.id, row.name, row.login) for row in rows if not there or row.id in there)

    chairs = tuple((chair.id, chair.name) for chair in location_chairs(session, location_id, day))
    return RepairChoices(people(Role.NURSE), people(Role.PRESCRIBER), chairs, begins)


def names_of(session: Session, location_id: int, outages: Iterable[Outage]) -> dict[tuple[OutageKind, int], str]:
    """What each outage is called, "Chair 3" or a name. Raises NotFound for who or what is not there."""
    found: dict[tuple[OutageKind, int], str] = {}
    for outage in outages:
        if outage.kind is OutageKind.CLINIC:
            found[outage.kind, outage.id] = "The clinic"
            continue
        if outage.kind is OutageKind.CHAIR:
            chair = session.get(ChairRow, outage.id)
            if chair is None or chair.location_id != location_id:
                raise NotFound("There is no such chair at this location. Nothing was changed.")
            found[outage.kind, outage.id] = chair.name
            continue
        user = session.get(UserRow, outage.id)
        if user is None or user.role != outage.kind.value or not user.active:
            raise NotFound(f"There is no such {outage.kind.value}. Nothing was changed.")
        found[outage.kind, outage.id] = user.name
    return found


def prescribers(session: Session) -> int:
    """How many prescribers there are."""
    query = select(func.count(UserRow.id)).where(UserRow.role == Role.PRESCRIBER.value, UserRow.active)
    return session.scalar(query) or 0


def phones(session: Session, patient_ids: Iterable[int]) -> dict[int, str]:
    """The telephone number of each patient."""
    rows = session.execute(select(PatientRow.id, PatientRow.phone).where(PatientRow.id.in_(sorted(set(patient_ids)))))
    return {row.id: row.phone for row in rows}


def write_outage(session: Session, location_id: int, outage: Outage, now: datetime) -> None:
    """An absence, or a closure around whoever still sits in the chair; part of the operation under way.

    Visits that can be moved are no reason to leave a chair open: they must be gone when the operation ends. `now` is
    wall-clock; a visit that was over by then is left as it is.
    """
    midnight = datetime.combine(outage.starts_at.date() + timedelta(days=1), time())
    ends_at = outage.ends_at or midnight
    if outage.kind in {OutageKind.NURSE, OutageKind.PRESCRIBER}:
        session.add(
            AbsenceRow(user_id=outage.id, starts_at=outage.starts_at, ends_at=ends_at, reason=outage.reason[:200])
        )
        return
    day = outage.starts_at.date()
    chairs = [chair.id for chair in location_chairs(session, location_id, day)]
    reason = outage.reason[:200] or ("Out of use" if outage.kind is OutageKind.CHAIR else "Closed")
    whole = (wall_minutes(outage.starts_at), wall_minutes(ends_at))
    concerned = [outage.id] if outage.kind is OutageKind.CHAIR else chairs
    held = {chair_id: _held(session, chair_id, *whole, now) for chair_id in concerned}
    if outage.kind is OutageKind.CLINIC and not any(held.values()):
        session.add(_closure(location_id, None, whole, reason))
        return
    for chair_id in concerned:
        for stretch in without(whole, held[chair_id]):
            session.add(_closure(location_id, chair_id, stretch, reason))


def unname_nurses(session: Session, location_id: int, day: date, outages: Iterable[Outage]) -> None:
    """Visits to come no longer name a nurse who is out."""
    out = [outage.id for outage in outages if outage.kind is OutageKind.NURSE]
    midnight = datetime.combine(day, time())
    query = select(AppointmentRow).where(
        AppointmentRow.location_id == location_id,
        AppointmentRow.starts_at >= midnight,
        AppointmentRow.starts_at < midnight + timedelta(days=1),
        AppointmentRow.nurse_id.in_(out),
        AppointmentRow.status.in_(sorted(MOVABLE)),
    )
    for row in session.scalars(query) if out else ():
        row.nurse_id = None


def _closure(location_id: int, chair_id: int | None, stretch: tuple[int, int], reason: str) -> ClosureRow:
    starts_at, ends_at = (from_wall_minutes(at) for at in stretch)
    return ClosureRow(location_id=location_id, chair_id=chair_id, starts_at=starts_at, ends_at=ends_at, reason=reason)


def _held(session: Session, chair_id: int, starts: int, ends: int, now: datetime) -> list[tuple[int, int]]:
    """What holds a chair in these minutes and stays: visits that cannot be moved, and closures."""
    query = select(AppointmentRow.starts_at, AppointmentRow.ends_at).where(
        AppointmentRow.chair_id == chair_id,
        AppointmentRow.location_id == select(ChairRow.location_id).where(ChairRow.id == chair_id).scalar_subquery(),
        AppointmentRow.starts_at >= from_wall_minutes(starts - MINUTES_OF_DAY),
        AppointmentRow.starts_at < from_wall_minutes(ends),
        AppointmentRow.status.not_in(sorted(FREES_THE_CHAIR)),
        or_(AppointmentRow.status.not_in(sorted(MOVABLE)), AppointmentRow.ends_at <= now),
    )
    visits = [(wall_minutes(row.starts_at), wall_minutes(row.ends_at)) for row in session.execute(query)]
    shut = session.execute(
        select(CLAIMS.c.starts, CLAIMS.c.ends).where(
            CLAIMS.c.kind == ClaimKind.CHAIR.value,
            CLAIMS.c.resource_id == chair_id,
            CLAIMS.c.closure_id.is_not(None),
            CLAIMS.c.starts < ends,
            CLAIMS.c.ends > starts,
        )
    )
    return [
        span for span in [*visits, *((row.starts, row.ends) for row in shut)] if span[0] < ends and span[1] > starts
    ]


def add_repair(
    session: Session, location_id: int, day: date, out: Sequence[str], data: dict[str, Any], at: datetime, user_id: int
) -> RepairRow:
    """The repair as it is kept."""
    row = RepairRow(location_id=location_id, day=day, out="; ".join(out)[:200], data=data, at=at, user_id=user_id)
    session.add(row)
    session.flush()
    return row


def latest(session: Session, location_id: int, day: date) -> PastRepair | None:
    """The last repair of a day, if there was one."""
    query = (
        select(RepairRow, UserRow.name)
        .outerjoin(UserRow, UserRow.id == RepairRow.user_id)
        .where(RepairRow.location_id == location_id, RepairRow.day == day)
        .order_by(RepairRow.id.desc())
        .limit(1)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        return None
    row: RepairRow = found[0]
    zone = location(session, location_id).zone
    calls = sum(bool(move["needs_call"]) for move in row.data["moves"])
    return PastRepair(row.id, row.day, row.out, to_wall(row.at, zone), found.name or "", calls)


def call_list(session: Session, repair_id: int) -> CallList:
    """Whom to ring after a repair, with numbers and places as they are now. Raises NotFound when it was undone."""
    row = session.get(RepairRow, repair_id)
    if row is None:
        raise NotFound("This repair is not there any more; it may have been undone.")
    place = location(session, row.location_id)
    made_by = session.scalar(select(UserRow.name).where(UserRow.id == row.user_id)) or ""
    moves = row.data["moves"]
    ids = [move["appointment"] for move in moves]
    visits = {
        visit.id: (visit, patient, series, number)
        for visit, patient, series, number in session.execute(
            select(AppointmentRow, PatientRow, SeriesRow, NUMBER)
            .join(PatientRow, PatientRow.id == AppointmentRow.patient_id)
            .join(SeriesRow, SeriesRow.id == AppointmentRow.series_id)
            .where(AppointmentRow.id.in_(ids))
        )
    }
    chairs = {chair.id: chair.name for chair in session.scalars(select(ChairRow))}
    outcomes = _outcomes(session, ids, row.at)
    lines = (_line(move, *visits[move["appointment"]], chairs, outcomes) for move in moves)
    return CallList(
        repair_id,
        place.name,
        row.day,
        tuple(row.data["out"]),
        to_wall(row.at, place.zone),
        made_by,
        in_calling_order(lines),
    )


def _outcomes(session: Session, appointment_ids: Sequence[int], since: datetime) -> dict[int, str]:
    """The last outcome of a call about each visit since the repair."""
    query = (
        select(CallRow.appointment_id, CallRow.outcome)
        .where(CallRow.appointment_id.in_(appointment_ids), CallRow.purpose == PURPOSE, CallRow.at >= since)
        .order_by(CallRow.id)
    )
    return {row.appointment_id: row.outcome for row in session.execute(query)}


def _line(
    move: dict[str, Any],
    visit: AppointmentRow,
    patient: PatientRow,
    series: SeriesRow,
    number: int,
    chairs: dict[int, str],
    outcomes: dict[int, str],
) -> CallLine:
    in_chair = timedelta(minutes=visit.prep + visit.infusion + visit.recovery)

    def said(starts_at: datetime, chair_id: int) -> CallPlace:
        return CallPlace(starts_at, starts_at + in_chair, chairs.get(chair_id, ""))

    holds = Status(visit.status) not in FREES_THE_CHAIR
    to = move["to"]
    promised = None if to is None else (datetime.fromisoformat(to["starts_at"]), to["chair"])
    stands = (visit.starts_at, visit.chair_id) if holds else None
    return CallLine(
        appointment_id=visit.id,
        patient_id=patient.id,
        patient_name=f"{patient.family_name}, {patient.given_name}".strip(", "),
        record=patient.record,
        label=f"M {number}" if series.open_ended else f"{number} of {series.sessions}",
        phone=patient.phone,
        language=patient.language,
        interpreter=patient.interpreter,
        was=said(datetime.fromisoformat(move["from"]["starts_at"]), move["from"]["chair"]),
        to=None if stands is None else said(*stands),
        another_day=move["another_day"],
        needs_call=move["needs_call"],
        stands=stands == promised,
        outcome=outcomes.get(visit.id, ""),
    )


def wanted_of(session: Session, appointment_ids: Iterable[int], protocols: Mapping[str, Protocol]) -> dict[int, Wanted]:
    """Visits as the rules see them, each where it stands now."""
    query = select(AppointmentRow).where(AppointmentRow.id.in_(sorted(set(appointment_ids))))
    return {row.id: wanted_visit(session, row, protocols) for row in session.scalars(query)}
