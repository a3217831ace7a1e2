"""What stands against taking something back, by name: who changed it since, who sits there now, who is away."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from ketaclinic.clock import to_wall
from ketaclinic.db.changelog import ChangedSince
from ketaclinic.db.clinic import location
from ketaclinic.db.models import AbsenceRow, AppointmentRow, ChangeRow, OperationRow, PatientRow, UserRow
from ketaclinic.domain.appointments import FREES_THE_CHAIR
from ketaclinic.domain.duty import LONGEST_STRETCH_DAYS
from ketaclinic.domain.findings import Finding
from ketaclinic.domain.people import Role

_NEEDED = {"nurse-load": Role.NURSE, "no-prescriber": Role.PRESCRIBER}
_AGAIN = "Nothing was changed: look at the day again first."


def who_changed(session: Session, since: ChangedSince) -> str:
    """The sentence for a row somebody changed after the operation: who, what and when, and what to do."""
    statement = (
        select(OperationRow.op, OperationRow.at, UserRow.name)
        .join(ChangeRow, ChangeRow.seq == OperationRow.seq)
        .outerjoin(UserRow, UserRow.id == OperationRow.user_id)
        .where(ChangeRow.table == since.table, ChangeRow.row_id == since.row_id, ChangeRow.seq > since.seq)
        .order_by(ChangeRow.seq.desc())
        .limit(1)
    )
    found = session.execute(statement).first()
    if found is None:
        return str(since)
    when, whom = _where_and_whom(session, since, found.at)
    return f"{found.name or 'The program'} changed {whom} since ({found.op}, {when}). {_AGAIN}"


def _where_and_whom(session: Session, since: ChangedSince, at: datetime) -> tuple[str, str]:
    """The time on the wall of the visit's location, and the patient; in UTC, and "this", for other rows."""
    row = session.get(AppointmentRow, since.row_id) if since.table == AppointmentRow.__tablename__ else None
    if row is None:
        return f"{at:%H:%M} UTC", "this"
    wall = to_wall(at, location(session, row.location_id).zone)
    return f"{wall.day} {wall:%b %H:%M}", f"the visit of {_name(session, row.patient_id)}"


def against(session: Session, row: AppointmentRow, findings: tuple[Finding, ...]) -> str:
    """Who is in the place of a visit, or away while it needs them; and what to do instead."""
    codes = {finding.code for finding in findings}
    said = []
    if "chair-taken" in codes:
        said += _in_the_chair(session, row)
    for code, role in _NEEDED.items():
        if code in codes:
            said += _away(session, row, role)
    return " ".join([*said, f"Nothing was changed: find {_name(session, row.patient_id)} another place."])


def _in_the_chair(session: Session, row: AppointmentRow) -> list[str]:
    statement = (
        select(AppointmentRow)
        .where(
            AppointmentRow.location_id == row.location_id,
            AppointmentRow.starts_at > row.starts_at - timedelta(days=1),
            AppointmentRow.starts_at < row.ends_at,
            AppointmentRow.ends_at > row.starts_at,
            AppointmentRow.chair_id == row.chair_id,
            AppointmentRow.id != row.id,
            AppointmentRow.status.not_in(sorted(FREES_THE_CHAIR)),
        )
        .order_by(AppointmentRow.starts_at)
    )
    return [f"{_name(session, one.patient_id)} is booked there." for one in session.scalars(statement)]


def _away(session: Session, row: AppointmentRow, role: Role) -> list[str]:
    """Those of a role who are away while the visit lasts; why is theirs to tell."""
    statement = (
        select(UserRow.name, AbsenceRow.starts_at, AbsenceRow.ends_at)
        .join(UserRow, UserRow.id == AbsenceRow.user_id)
        .where(
            AbsenceRow.starts_at > row.starts_at - timedelta(days=LONGEST_STRETCH_DAYS + 1),
            AbsenceRow.starts_at < row.ends_at,
            AbsenceRow.ends_at > row.starts_at,
            UserRow.role == role.value,
            UserRow.active,
        )
        .order_by(AbsenceRow.starts_at, UserRow.name)
    )
    day = row.starts_at.date()
    return [
        f"{name} is away from {_said(starts, day)} to {_said(ends, day)}."
        for name, starts, ends in session.execute(statement)
    ]


def _said(at: datetime, day: date) -> str:
    return f"{at:%H:%M}" if at.date() == day else f"{at.day} {at:%b}, {at:%H:%M}"


def _name(session: Session, patient_id: int) -> str:
    row = session.get_one(PatientRow, patient_id)
    return ", ".join(filter(None, (row.family_name, row.given_name)))
