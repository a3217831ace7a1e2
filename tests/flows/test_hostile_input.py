"""Whatever is typed or asked for: taken, or refused in one sentence; never an error of the program."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime

import pytest

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.people import Patient, Role, User
from ketaclinic.domain.resources import Clinic
from ketaclinic.domain.wishes import SeriesWishes
from ketaclinic.services.bundle import Services
from tests.services.people_builders import STAFF_PIN, a_patient, a_staffed_clinic, some_fields

INDUCTION = "induction-mood-2-per-week"
FIVE, SIX = datetime(2027, 1, 5, 8), datetime(2027, 1, 5, 9)
TYPED = {
    "a NUL": "a\x00b",
    "half a sign": "a\ud83db",
    "a page in one word": "x" * 5000,
    "a line break": "a\nb",
    "from right to left": "\u202eabc",
    "quotes": "'; --\"%_<b>&amp;",
}
Tries = Mapping[str, Callable[[], object]]


@dataclass(frozen=True)
class House:
    """A staffed clinic with one patient."""

    services: Services
    staff: dict[Role, User]
    patient: Patient

    @property
    def desk(self) -> User:
        return self.staff[Role.FRONT_DESK]


@pytest.fixture
def house(services: Services) -> House:
    staff = a_staffed_clinic(services)
    return House(services, staff, a_patient(services, staff[Role.FRONT_DESK]))


def errors_of(tries: Tries) -> list[str]:
    """What was neither taken nor refused in a sentence."""
    found = []
    for what, attempt in tries.items():
        try:
            attempt()
        except ClinicError as refusal:
            if not str(refusal).strip():
                found.append(f"{what}: refused without a word")
        except Exception as error:  # noqa: BLE001 - the very thing looked for
            found.append(f"{what}: {type(error).__name__}: {error}")
    return found


@pytest.mark.parametrize("text", TYPED.values(), ids=TYPED)
def test_what_is_typed_about_people_is_taken_or_told(house: House, text: str) -> None:
    patients, desk, patient = house.services.patients, house.desk, house.patient
    nurse = house.staff[Role.NURSE]
    lines = [field.name for field in fields(patient.fields) if isinstance(getattr(patient.fields, field.name), str)]

    def adding(line: str) -> Callable[[], object]:
        return lambda: patients.add(desk, replace(some_fields(), **{line: text}))

    tries: dict[str, Callable[[], object]] = {
        **{f"patient, {line}": adding(line) for line in lines},
        "edit": lambda: patients.edit(desk, patient.id, patient.version, some_fields(text, text)),
        "command": lambda: patients.add(desk, some_fields(), command_id=text[:60]),
        "search": lambda: patients.search(desk, text),
        "record": lambda: patients.by_record(desk, text),
        "same person": lambda: patients.same_person(desk, some_fields(text, text, phone=text)),
        "escort": lambda: patients.add_escort(desk, patient.id, text, "555 0100"),
        "escort, telephone": lambda: patients.add_escort(desk, patient.id, "Rosa", f"1{text}"),
        "escort, relation": lambda: patients.add_escort(desk, patient.id, "Rosa", "555 0100", text),
        "allergies": lambda: patients.edit_clinical_profile(
            nurse, replace(patients.clinical_profile(nurse, patient.id), allergies=text, medicines=text)
        ),
        "list": lambda: house.services.importing.run(
            desk, f'Name,DOB\n"{text}",1961-04-03\n'.encode("utf-8", "surrogatepass")
        ),
    }
    assert errors_of(tries) == []
    assert len(patients.search(desk, "silva")) <= len(lines) + 3


@pytest.mark.parametrize("text", TYPED.values(), ids=TYPED)
def test_what_is_typed_about_the_house_is_taken_or_told(house: House, text: str) -> None:
    services, desk, manager = house.services, house.desk, house.staff[Role.MANAGER]
    wishes = SeriesWishes(house.patient.id, INDUCTION, 1, date(2026, 12, 1))
    booked = services.booking.book_series(
        desk, wishes, services.booking.propose_series(desk, wishes).proposals[0].sessions
    )
    visit = services.floor.inspect(desk, booked.appointment_ids[0]).card.appointment
    filed = services.printing.render(desk, "consent", house.patient.id)
    tries: Tries = {
        "closure": lambda: services.clinic.add_closure(desk, 1, None, FIVE, SIX, text),
        "clinic": lambda: services.clinic.edit_clinic(manager, Clinic(text, text, text, text, text, text)),
        "sign-in name": lambda: services.users.add(manager, text, "Mia", Role.NURSE, STAFF_PIN),
        "name": lambda: services.users.add(manager, "mia", text, Role.NURSE, STAFF_PIN),
        "new PIN": lambda: services.users.add(manager, "eva", "Eva", Role.NURSE, text),
        "sign in": lambda: services.users.sign_in(text, STAFF_PIN),
        "PIN": lambda: services.users.sign_in("ada", text),
        "reason": lambda: services.booking.cancel(desk, visit.id, visit.version, Status.CANCELLED_BY_CLINIC, text),
        "protocol": lambda: services.booking.why(desk, house.patient.id, text, FIVE, 1),
        "document": lambda: services.printing.render(desk, text, house.patient.id),
        "language": lambda: services.printing.render(desk, "consent", house.patient.id, language=text),
        "consent after all that": lambda: services.printing.render(desk, "consent", house.patient.id),
        "itinerary after all that": lambda: services.printing.render(desk, "itinerary", house.patient.id),
        "file": lambda: services.printing.save_as(desk, filed.id, f"/nowhere/{text}"),
    }
    assert errors_of(tries) == []


@pytest.mark.parametrize("number", [2**63, 10**30, -1, 0])
def test_a_number_of_nothing_is_told(house: House, number: int) -> None:
    services, desk, nurse = house.services, house.desk, house.staff[Role.NURSE]
    manager, prescriber = house.staff[Role.MANAGER], house.staff[Role.PRESCRIBER]
    wishes = SeriesWishes(house.patient.id, INDUCTION, 1, date(2026, 12, 1), count=number)
    tries: Tries = {
        "patient": lambda: services.patients.page(desk, number),
        "print": lambda: services.printing.render(desk, "consent", number),
        "print for a visit": lambda: services.printing.render(desk, "consent", house.patient.id, number),
        "stored": lambda: services.printing.stored(desk, number),
        "day": lambda: services.booking.day(desk, number, date(2026, 12, 1)),
        "inspect": lambda: services.floor.inspect(desk, number),
        "escort": lambda: services.patients.choose_escort(desk, number, number),
        "series": lambda: services.booking.propose_series(desk, wishes),
        "chair": lambda: services.booking.why(desk, house.patient.id, INDUCTION, FIVE, number),
        "closure": lambda: services.clinic.add_closure(desk, 1, number, FIVE, SIX, "Pump"),
        "opening again": lambda: services.clinic.remove_closure(desk, number),
        "shift": lambda: services.clinic.add_shifts(manager, [(number, 1, FIVE, SIX)]),
        "user": lambda: services.users.edit(manager, number, name="Mia"),
        "clinical details": lambda: services.patients.clinical_profile(nurse, number),
        "sign": lambda: services.orders.sign(prescriber, number, STAFF_PIN),
        "session": lambda: services.charting.open(nurse, number),
        "chairs": lambda: services.charting.floor(nurse, number),
    }
    assert errors_of(tries) == []
