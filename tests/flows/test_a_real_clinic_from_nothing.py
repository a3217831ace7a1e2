"""A real clinic from an empty database: set up, staffed, a patient, an order, a series, a consent, and the start."""

from datetime import date, datetime

from PySide6.QtCore import Qt

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.encounters import EncounterView, ItemView, Step
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.wishes import SeriesWishes
from ketaclinic.services.bundle import Services
from ketaclinic.ui.widgets.pill import Pill
from tests.desk import AtTheDesk
from tests.ui.conftest import dressed_app, empty_store, newcomer

__all__ = ["dressed_app", "empty_store", "newcomer"]

MOOD = "induction-mood-2-per-week"
TUESDAY = date(2026, 11, 24)


def set_up_the_clinic(person: AtTheDesk) -> User:
    """The assistant of the first start, page by page; its first manager signs in."""
    person.type("Name of the clinic", "Riverside Ketamine Clinic")
    person.click("Next")
    person.type("Name of the location", "Riverside")
    person.find("Time zone").setCurrentText("America/Chicago")
    person.click("Next")
    person.click("Next")
    person.type("Name", "Helen Park")
    person.type("Sign-in name", "helen")
    person.type("PIN", "2468")
    person.type("PIN once more", "2468")
    person.click("Make the clinic")
    person.sign_in("Helen Park", "2468")
    assert person.window.user is not None
    return person.window.user


def staff(services: Services, manager: User) -> dict[Role, User]:
    """One person for each role."""
    names = {Role.FRONT_DESK: "Ada Petrov", Role.NURSE: "Maria Ortiz", Role.PRESCRIBER: "Rotimi Adeyemi"}
    return {role: services.users.add(manager, name.split()[0], name, role, "1357") for role, name in names.items()}


def change_places(person: AtTheDesk, name: str) -> None:
    """Somebody else sits down at the same window, on the patients screen."""
    person.window.lock()
    person.sign_in(name)
    person.go_to("Patients")


def add_patient(person: AtTheDesk) -> None:
    person.click("Add patient")
    person.type("Family name", "Nguyễn")
    person.type("Given name", "Thị Minh")
    person.type("Date of birth", "1 Jul 1990")
    person.type("Telephone", "312 555 0148")
    person.click("Save patient")


def open_patient(person: AtTheDesk) -> None:
    person.type("Search patients", "ngu")
    person.press(Qt.Key.Key_Return)


def write_and_sign(person: AtTheDesk) -> None:
    person.click("New order")
    person.choose("Protocol", "Mood induction, 0.5 mg/kg over 40 min, twice weekly")
    person.choose("Indication", "Treatment-resistant depression")
    for field, words in (
        ("Weight, kg", "58"),
        ("Dose, mg/kg", "0.5"),
        ("Ceiling, mg", "45"),
        ("Infusion, minutes", "40"),
        ("Number of infusions", "6"),
        ("Expires on", "23 May 2027"),
    ):
        person.type(field, words)
    person.click("Save and sign…")
    person.type("Your PIN", "1357")
    person.click("Sign order")


def record_consent(person: AtTheDesk) -> None:
    person.click("Record signed consent")
    person.type("Signed on", "23 Nov 2026")
    person.choose("Indication", "Treatment-resistant depression")
    person.click("Record consent")


def book_a_series(services: Services, clerk: User, patient_id: int) -> tuple[int, ...]:
    """The best of what the planner offers, from Tuesday on."""
    (here,) = services.clinic.locations(clerk)
    wishes = SeriesWishes(patient_id, MOOD, here.id, TUESDAY)
    best = services.booking.propose_series(clerk, wishes).proposals[0]
    return services.booking.book_series(clerk, wishes, best.sessions).appointment_ids


def pills(person: AtTheDesk) -> list[str]:
    return [pill.text() for pill in person.all(Pill)]


def gates_on_the_board(person: AtTheDesk, visit: int) -> str:
    """What the inspector of the day board says of a visit."""
    person.window.navigate("day", {"day": TUESDAY, "appointment_id": visit})
    return person.find("Before the start").accessibleDescription()


def gate(view: EncounterView, code: str) -> ItemView:
    """A point of the checklist before the start."""
    checklist = view.checklist(Step.BEFORE)
    assert checklist is not None
    return next(item for item in checklist.items if item.item.code == code)


def check_in(services: Services, visit: int, people: dict[Role, User]) -> EncounterView:
    """The patient comes, is checked in, and the session is opened."""
    for by, target in ((Role.FRONT_DESK, Status.ARRIVED), (Role.NURSE, Status.CHECKED_IN)):
        version = services.floor.inspect(people[by], visit).card.appointment.version
        services.floor.change_status(people[by], visit, version, target)
    return services.charting.open(people[Role.NURSE], visit)


def test_a_real_clinic_starts_its_first_infusion(
    newcomer: AtTheDesk, empty_store: Store, catalog: Catalog, clock: FixedClock
) -> None:
    person, services = newcomer, newcomer.window.services
    people = staff(services, set_up_the_clinic(person))

    change_places(person, "Ada Petrov")
    add_patient(person)
    (found,) = services.patients.search(people[Role.FRONT_DESK], "nguyen")
    first, *rest = book_a_series(services, people[Role.FRONT_DESK], found.id)
    assert len(rest) == 5
    assert pills(person).count("! order") == 6
    assert pills(person).count("! consent") == 6

    change_places(person, "Rotimi Adeyemi")
    open_patient(person)
    write_and_sign(person)
    assert "! order" not in pills(person)

    change_places(person, "Maria Ortiz")
    assert "Order: ✓" in gates_on_the_board(person, first)
    assert "Consent: ○" in gates_on_the_board(person, first)
    person.go_to("Patients")
    open_patient(person)
    record_consent(person)
    assert "! consent" not in pills(person)
    person.go_to("Day")
    assert "Consent: ✓" in person.find("Before the start").accessibleDescription()

    # What the desk had in front is up to date when it comes back.
    person.window.lock()
    person.sign_in("Ada Petrov")
    assert "✓ Consent: Signed on 23 Nov 2026, valid until 23 Nov 2027" in pills(person)
    assert "✓ Order: Signed, valid until 23 May 2027" in pills(person)

    # On Tuesday the nurse opens the session: neither order nor consent stands against the start.
    clock.at = datetime.combine(TUESDAY, clock.at.timetz())
    view = check_in(services, first, people)
    assert view.order == "Ketamine 0.5 mg/kg over 40 min, ceiling 45 mg, 0 of 6 given, until 2027-05-23"
    assert gate(view, "order").state.value == "met"
    assert gate(view, "consent").state.value == "met"
    assert {finding.code for finding in view.may_start}.isdisjoint({"order", "consent"})


def test_without_order_and_consent_the_start_stays_closed(newcomer: AtTheDesk, clock: FixedClock) -> None:
    person, services = newcomer, newcomer.window.services
    people = staff(services, set_up_the_clinic(person))
    change_places(person, "Ada Petrov")
    add_patient(person)
    (found,) = services.patients.search(people[Role.FRONT_DESK], "nguyen")
    first, *_ = book_a_series(services, people[Role.FRONT_DESK], found.id)
    clock.at = datetime.combine(TUESDAY, clock.at.timetz())
    view = check_in(services, first, people)
    assert {finding.code for finding in view.may_start} >= {"order", "consent"}
