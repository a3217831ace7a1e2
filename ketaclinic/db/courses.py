"""A course with all its visits as the rules see it, and the rows a change of it writes."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ketaclinic.db.models import AppointmentRow, ChangeRow, PatientRow, SeriesRow
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.booking_situation import day_name
from ketaclinic.domain.courses import LOST, Course, CourseVisit
from ketaclinic.domain.findings import Finding, NotFound, Refused, Severity
from ketaclinic.domain.protocols import Gaps, NurseNeeds, Phases, Protocol
from ketaclinic.domain.series import SeriesStatus
from ketaclinic.domain.wishes import PlannedSession

_UNBOUND = Gaps(1, 36_500, ((1, 36_500),))
"""Gaps of a course whose protocol is no longer among the resources: one session a day, nothing else is known."""
_GONE = "This series is not there any more. Nothing was changed."


def course_of_visit(session: Session, appointment_id: int, protocols: Mapping[str, Protocol]) -> Course:
    """The course a visit belongs to. Raises NotFound."""
    series_id = session.scalar(select(AppointmentRow.series_id).where(AppointmentRow.id == appointment_id))
    if series_id is None:
        raise NotFound("This visit is not there any more. Look at the day again.")
    return course(session, series_id, protocols)


def course(session: Session, series_id: int, protocols: Mapping[str, Protocol]) -> Course:
    """A course with all its visits by time. Raises NotFound."""
    row = session.get(SeriesRow, series_id)
    if row is None:
        raise NotFound(_GONE)
    protocol = protocols.get(row.protocol_id)
    record = session.scalar(select(PatientRow.record).where(PatientRow.id == row.patient_id)) or ""
    return Course(
        series_id=row.id,
        version=row.version,
        patient_id=row.patient_id,
        record=record,
        location_id=row.location_id,
        sessions=row.sessions,
        open_ended=row.open_ended,
        active=row.status == SeriesStatus.ACTIVE.value,
        family=protocol.family if protocol else "",
        gaps=protocol.gaps if protocol else _UNBOUND,
        window_days=protocol.window_days if protocol else None,
        visits=tuple(visit_value(visit) for visit in visit_rows(session, series_id)),
    )


def visit_rows(session: Session, series_id: int) -> list[AppointmentRow]:
    """The rows of a course by time."""
    statement = (
        select(AppointmentRow)
        .where(AppointmentRow.series_id == series_id)
        .order_by(AppointmentRow.starts_at, AppointmentRow.id)
    )
    return list(session.scalars(statement))


def visit_value(row: AppointmentRow) -> CourseVisit:
    """A row as a domain value."""
    return CourseVisit(
        id=row.id,
        version=row.version,
        position=row.position,
        status=Status(row.status),
        place=PlannedSession(row.starts_at, row.ends_at, row.chair_id),
        phases=Phases(row.prep, row.infusion, row.recovery, row.turnover),
        nurse=NurseNeeds(row.setup_from, row.setup_minutes, row.ratio),
        session_number=row.session_number,
        replaces_id=row.replaces_id,
    )


def series_row(session: Session, series_id: int) -> SeriesRow:
    """The row of a series, to be changed. Raises NotFound."""
    row = session.get(SeriesRow, series_id)
    if row is None:
        raise NotFound(_GONE)
    return row


def stand_in(missed: AppointmentRow, place: PlannedSession, status: Status) -> AppointmentRow:
    """A new visit in the place of a missed one: same position, length and escort; its nurse is named on the day."""
    return AppointmentRow(
        series_id=missed.series_id,
        patient_id=missed.patient_id,
        location_id=missed.location_id,
        chair_id=place.chair_id,
        starts_at=place.starts_at,
        ends_at=place.ends_at,
        prep=missed.prep,
        infusion=missed.infusion,
        recovery=missed.recovery,
        turnover=missed.turnover,
        setup_from=missed.setup_from,
        setup_minutes=missed.setup_minutes,
        ratio=missed.ratio,
        status=status.value,
        position=missed.position,
        escort_id=missed.escort_id,
        replaces_id=missed.id,
    )


def refuse_if_stood_for(session: Session, visit: AppointmentRow) -> None:
    """Lets a visit hold its place again only while no other stands for it: one session of a course is given once.

    Raises:
        Refused: another visit has its place in the course.
    """
    with session.no_autoflush:
        other = session.scalar(
            select(AppointmentRow.starts_at)
            .where(
                AppointmentRow.series_id == visit.series_id,
                AppointmentRow.position == visit.position,
                AppointmentRow.id != visit.id,
                AppointmentRow.status.not_in(sorted(LOST)),
            )
            .limit(1)
        )
    if other is not None:
        day = f"{day_name(other)} {other.year}"
        text = f"On {day} another visit stands for it; cancel that one first. Nothing was changed."
        raise Refused([Finding("stood-for", Severity.BLOCK, text)])


def refuse_if_doubled(session: Session, seq: int) -> None:
    """Lets an operation be taken back only while none of its visits has another in its place now.

    Raises:
        Refused: another visit stands for one of them.
    """
    changed = select(ChangeRow.row_id).where(ChangeRow.seq == seq, ChangeRow.table == AppointmentRow.__tablename__)
    for row in session.scalars(select(AppointmentRow).where(AppointmentRow.id.in_(changed))):
        if Status(row.status) not in LOST:
            refuse_if_stood_for(session, row)


def complete_when_given(session: Session, series_id: int) -> None:
    """Marks a course with an end as completed when all its sessions have been given."""
    row = session.get(SeriesRow, series_id)
    if row is None or row.open_ended or row.status != SeriesStatus.ACTIVE.value:
        return
    given = session.scalar(
        select(func.count(AppointmentRow.id)).where(
            AppointmentRow.series_id == series_id, AppointmentRow.status == Status.DISCHARGED.value
        )
    )
    if (given or 0) >= row.sessions:
        row.status = SeriesStatus.COMPLETED.value
