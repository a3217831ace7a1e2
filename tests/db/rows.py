"""A small clinic as bare rows, for tests of the store: two chairs, a desk, two nurses, three patients."""

from datetime import datetime, timedelta
from typing import Any

from ketaclinic.db.models import (
    AppointmentRow,
    ChairRow,
    ClinicRow,
    ClosureRow,
    LocationRow,
    PatientRow,
    SeriesRow,
    UserRow,
)
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op

NINE = datetime(2026, 11, 24, 9, 0)
DESK, NURSE, NURSE_2, MANAGER = 1, 2, 3, 4


def a_clinic(store: Store, *, chairs: int = 2, nurses: int = 2, patients: int = 3) -> None:
    """One operation; ids count from 1 on both engines."""
    with store.writing(Op.SET_UP_CLINIC) as writing:
        session = writing.session
        session.add(ClinicRow(name="Riverside"))
        hours = [[day, 480, 1080] for day in range(7)]
        session.add(LocationRow(name="Riverside", zone="America/Chicago", hours=hours, usual_nurses=[nurses] * 7))
        session.flush()
        for number in range(1, chairs + 1):
            session.add(ChairRow(location_id=1, name=f"Chair {number}", position=number))
        for login, role in (("desk", "front_desk"), ("nurse", "nurse"), ("nurse2", "nurse"), ("manager", "manager")):
            session.add(UserRow(login=login, name=login, role=role, pin_hash="-"))
        for number in range(1, patients + 1):
            session.add(PatientRow(record=f"KC-{number:04d}", family_name=f"Patient {number}"))


def a_series(
    store: Store, patient: int, *visits: tuple[int, datetime], command_id: str = "", **given: Any
) -> list[int]:
    """Books visits of 115 minutes, each (chair, start), as one series; their ids."""
    with store.writing(Op.BOOK_SERIES, by=DESK, command_id=command_id) as writing:
        if writing.earlier is not None:
            ids: list[int] = writing.earlier["appointments"]
            return ids
        series = SeriesRow(
            patient_id=patient,
            protocol_id="induction-mood-2-per-week",
            protocol_revision=1,
            location_id=1,
            sessions=len(visits),
            status="active",
        )
        writing.session.add(series)
        writing.session.flush()
        rows = [a_visit(series.id, patient, chair, at, n, **given) for n, (chair, at) in enumerate(visits, start=1)]
        writing.session.add_all(rows)
        writing.session.flush()
        ids = [row.id for row in rows]
        writing.result = {"appointments": ids}
    return ids


def a_visit(series: int, patient: int, chair: int, at: datetime, position: int = 1, **given: Any) -> AppointmentRow:
    """15 minutes prep, 40 infusion, 50 recovery, 10 turnover; a nurse alone for the first 20, then one for three."""
    values: dict[str, Any] = {
        "series_id": series,
        "patient_id": patient,
        "location_id": 1,
        "chair_id": chair,
        "starts_at": at,
        "ends_at": at + timedelta(minutes=115),
        "prep": 15,
        "infusion": 40,
        "recovery": 50,
        "turnover": 10,
        "setup_from": 0,
        "setup_minutes": 20,
        "ratio": 3,
        "status": "scheduled",
        "position": position,
    }
    return AppointmentRow(**(values | given))


def move(
    store: Store, appointment: int, *, chair: int | None = None, at: datetime | None = None, by: int = DESK
) -> None:
    """Moves a visit, as the store sees it."""
    with store.writing(Op.MOVE_APPOINTMENT, by=by) as writing:
        row = writing.session.get_one(AppointmentRow, appointment)
        if chair is not None:
            row.chair_id = chair
        if at is not None:
            row.starts_at, row.ends_at = at, at + timedelta(minutes=115)


def a_closure(store: Store, chair: int | None, starts: datetime, ends: datetime) -> None:
    """Closes a chair, or all of the location."""
    with store.writing(Op.ADD_CLOSURE, by=DESK) as writing:
        writing.session.add(
            ClosureRow(location_id=1, chair_id=chair, starts_at=starts, ends_at=ends, reason="cleaning")
        )


def claims(store: Store) -> list[tuple[str, int, str, str]]:
    """(kind, resource, starts, ends) of every claim, in order, times as "24 09:00"."""
    from ketaclinic.db.claims import CLAIMS
    from ketaclinic.domain.claims import from_wall_minutes

    with store.reading() as session:
        rows = session.execute(CLAIMS.select().order_by(CLAIMS.c.kind, CLAIMS.c.resource_id, CLAIMS.c.starts)).all()
    return [
        (
            row.kind,
            row.resource_id,
            f"{from_wall_minutes(row.starts):%d %H:%M}",
            f"{from_wall_minutes(row.ends):%d %H:%M}",
        )
        for row in rows
    ]
