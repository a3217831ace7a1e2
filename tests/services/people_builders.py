"""A clinic that is set up, with somebody in every role."""

from datetime import date, time

from ketaclinic.domain.people import Patient, PatientFields, Role, User
from ketaclinic.domain.resources import Clinic, Hours
from ketaclinic.domain.set_up import SetUp
from ketaclinic.services.bundle import Services

WEEKDAYS_8_TO_17 = tuple(Hours(weekday, time(8), time(17)) for weekday in range(5))
MANAGER_PIN = "246810"
STAFF_PIN = "1357"


def a_set_up(**changes: object) -> SetUp:
    """What a first manager answers the assistant."""
    given = {
        "clinic": Clinic("Lakeside Infusion", phone="(312) 555-0100"),
        "location_name": "Lakeside",
        "zone": "America/Chicago",
        "hours": WEEKDAYS_8_TO_17,
        "chairs": ("Chair 1", "Chair 2"),
        "usual_nurses": (2, 2, 2, 2, 2, 0, 0),
        "manager_login": "helen",
        "manager_name": "Helen Park",
        "manager_pin": MANAGER_PIN,
    }
    return SetUp(**(given | changes))  # type: ignore[arg-type]


def a_staffed_clinic(services: Services) -> dict[Role, User]:
    """Sets the clinic up and returns one user of each role; all but the manager have the PIN 1357."""
    manager = services.clinic.set_up(a_set_up())
    staff = {Role.MANAGER: manager}
    for role, login, name in (
        (Role.FRONT_DESK, "ada", "Ada Petrov"),
        (Role.NURSE, "maria", "Maria Ortiz"),
        (Role.PRESCRIBER, "rotimi", "Rotimi Adeyemi"),
    ):
        staff[role] = services.users.add(manager, login, name, role, STAFF_PIN)
    return staff


def some_fields(
    family: str = "Silva", given: str = "João", born: date | None = date(1961, 4, 3), **more: str
) -> PatientFields:
    """What is typed about a patient."""
    return PatientFields(family, given, born, **more)  # type: ignore[arg-type]


def a_patient(services: Services, by: User, family: str = "Silva", given: str = "João", **more: object) -> Patient:
    """A patient in the database."""
    return services.patients.add(by, some_fields(family, given, **more))  # type: ignore[arg-type]
