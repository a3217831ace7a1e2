"""A small clinic on two chairs with two nurses, and what the booking tests do with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from ketaclinic.db.models import (
    AppointmentRow,
    ChairRow,
    ClinicRow,
    ConsentRow,
    EscortRow,
    LocationRow,
    OrderRow,
    PatientRow,
    UserRow,
)
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Appointment
from ketaclinic.domain.changes import Op
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.schedule import DayView
from ketaclinic.domain.wishes import BookedSeries, PlannedSession, SeriesWishes
from ketaclinic.services.bundle import Services

MONDAY = date(2026, 11, 30)
"""A week after the fixed clock's Monday."""
INDUCTION = "induction-mood-2-per-week"
DESK = User(1, "desk", "Ada Petrov", Role.FRONT_DESK)
NURSE = User(2, "nurse", "Maria Ortiz", Role.NURSE)
NURSE_2 = User(3, "nurse2", "Sam Lee", Role.NURSE)
PRESCRIBER = User(4, "prescriber", "Rotimi Adeyemi", Role.PRESCRIBER)
MANAGER = User(5, "manager", "Helen Park", Role.MANAGER)


def on(day: int, clock: str) -> datetime:
    """Wall-clock on a day counted from Monday 30 November 2026."""
    hour, minute = clock.split(":")
    return datetime.combine(MONDAY + timedelta(days=day), time(int(hour), int(minute)))


def session(day: int, clock: str, chair: int = 1, minutes: int = 115) -> PlannedSession:
    starts = on(day, clock)
    return PlannedSession(starts, starts + timedelta(minutes=minutes), chair)


@dataclass
class Desk:
    """The clinic, and the clerk in front of it."""

    services: Services
    store: Store

    def wishes(self, patient: int = 1, protocol: str = INDUCTION, **more: object) -> SeriesWishes:
        given = {"patient_id": patient, "protocol_id": protocol, "location_id": 1, "first_day": MONDAY}
        return SeriesWishes(**(given | more))  # type: ignore[arg-type]

    def book(self, patient: int, *sessions: PlannedSession, by: User = DESK, command: str = "") -> BookedSeries:
        return self.services.booking.book_series(by, self.wishes(patient), sessions, command)

    def day(self, day: int) -> DayView:
        return self.services.booking.day(DESK, 1, MONDAY + timedelta(days=day))

    def visit(self, appointment_id: int) -> Appointment:
        return self.services.floor.inspect(DESK, appointment_id).card.appointment

    def board(self, day: int = 0) -> list[tuple[str, str, int, str]]:
        """The day as one reads it: (name, start, chair, status)."""
        return [
            (
                card.patient_name,
                f"{card.appointment.starts_at:%H:%M}",
                card.appointment.chair_id,
                card.appointment.status,
            )
            for card in self.day(day).cards
        ]


def a_desk(
    services: Services, store: Store, *, chairs: int = 2, nurses: int = 2, zone: str = "America/Chicago"
) -> Desk:
    """Users 1 to 5 of every role, patients 1 to 4, chairs from 1 on; open Monday to Friday, 08:00 to 17:00."""
    with store.writing(Op.SET_UP_CLINIC) as writing:
        rows = writing.session
        rows.add(ClinicRow(name="Riverside"))
        hours = [[day, 480, 1020] for day in range(5)]
        rows.add(LocationRow(name="Riverside", zone=zone, hours=hours, usual_nurses=[nurses] * 7))
        rows.flush()
        rows.add_all(ChairRow(location_id=1, name=f"Chair {n}", position=n) for n in range(1, chairs + 1))
        for user in (DESK, NURSE, NURSE_2, PRESCRIBER, MANAGER):
            rows.add(UserRow(login=user.login, name=user.name, role=user.role.value, pin_hash="-"))
            rows.flush()
        for number, (family, given) in enumerate(
            (("Silva", "João"), ("Okafor", "Chidinma"), ("Nguyễn", "Thị Minh"), ("Lefèvre", "Zoë")), start=1
        ):
            rows.add(PatientRow(record=f"KC-{number:04}", family_name=family, given_name=given))
            rows.flush()
    return Desk(services, store)


def write(store: Store, rows: Sequence[object]) -> None:
    """Rows of other areas, put in as they are."""
    with store.writing(Op.FILL_DEMONSTRATION) as writing:
        writing.session.add_all(rows)


def a_signed_order(patient: int = 1, sessions: int = 6, expires: date = date(2027, 6, 1), **more: object) -> OrderRow:
    given = {
        "patient_id": patient,
        "protocol_id": INDUCTION,
        "indication": "depression",
        "mg_per_kg": 0.5,
        "max_mg": 60.0,
        "minutes": 40,
        "sessions": sessions,
        "weight_kg": 80.0,
        "prescriber_id": PRESCRIBER.id,
        "signed_at": datetime(2026, 11, 20, 15, tzinfo=UTC),
        "expires_on": expires,
    }
    return OrderRow(**(given | more))


def a_consent(patient: int = 1, expires: date = date(2027, 3, 2), **more: object) -> ConsentRow:
    given = {
        "patient_id": patient,
        "revision": 1,
        "indication": "depression",
        "signed_on": date(2026, 11, 20),
        "expires_on": expires,
    }
    return ConsentRow(**(given | more))


def an_escort(patient: int = 1, name: str = "Rosa Silva") -> EscortRow:
    return EscortRow(patient_id=patient, name=name, phone="(312) 555-0148")


def stored_visits(store: Store) -> list[tuple[int, int, str, datetime, str]]:
    """What the database holds: (id, patient, chair, start, status)."""
    from sqlalchemy import select

    with store.reading() as rows:
        columns = (
            AppointmentRow.id,
            AppointmentRow.patient_id,
            AppointmentRow.chair_id,
            AppointmentRow.starts_at,
            AppointmentRow.status,
        )
        return [tuple(row) for row in rows.execute(select(*columns).order_by(AppointmentRow.id))]  # type: ignore[misc]
