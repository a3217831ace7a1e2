"""The first start: the clinic is asked for page by page, and what is wrong is said on its page."""

import pytest
from PySide6.QtWidgets import QLabel

from ketaclinic.ui.setup_assistant import SetupAssistant
from tests.desk import AtTheDesk


def assistant(person: AtTheDesk) -> SetupAssistant:
    return person.find("Set up the clinic", SetupAssistant)


def step(person: AtTheDesk) -> str:
    return person.find("Steps").accessibleDescription()


def fill_clinic(person: AtTheDesk) -> None:
    person.type("Name of the clinic", "Riverside Ketamine Clinic")
    person.click("Next")


def fill_all(person: AtTheDesk, pin: str = "2468") -> None:
    fill_clinic(person)
    person.type("Name of the location", "Riverside")
    person.click("Next")
    person.click("Next")
    person.type("Name", "Helen Park")
    person.type("Sign-in name", "helen")
    person.type("PIN", pin)
    person.type("PIN once more", pin)
    person.click("Make the clinic")


def test_first_start_asks_for_the_clinic(newcomer: AtTheDesk) -> None:
    assert step(newcomer) == "Step 1 of 4: The clinic"
    assert not newcomer.sees("Back")


def test_clinic_needs_a_name(newcomer: AtTheDesk) -> None:
    newcomer.click("Next")
    assert step(newcomer) == "Step 1 of 4: The clinic"
    assert "The clinic needs a name." in newcomer.reads()


def test_chairs_hours_and_nurses_are_proposed(newcomer: AtTheDesk) -> None:
    fill_clinic(newcomer)
    assert newcomer.value("Monday") == "yes"
    assert newcomer.value("Sunday") == "no"
    assert not newcomer.find("Sunday opens").isEnabled()
    newcomer.click("Next")
    assert newcomer.value("Chairs") == "Chair 1\nChair 2\nChair 3\nChair 4"


def test_unknown_zone_is_said_on_its_page(newcomer: AtTheDesk) -> None:
    fill_clinic(newcomer)
    assistant(newcomer).hours.zone.setCurrentText("Mars/Olympus")
    newcomer.click("Next")
    assert step(newcomer) == "Step 2 of 4: Place and hours"
    assert "“Mars/Olympus” is not a time zone" in newcomer.reads()


def test_clinic_must_be_open_some_time(newcomer: AtTheDesk) -> None:
    fill_clinic(newcomer)
    for weekday in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        newcomer.tick(weekday)
    newcomer.click("Next")
    assert "The clinic must be open at some hours." in newcomer.reads()


def test_two_chairs_of_one_name_are_refused(newcomer: AtTheDesk) -> None:
    fill_clinic(newcomer)
    newcomer.click("Next")
    assistant(newcomer).chairs.names.setPlainText("Blue\nblue")
    newcomer.click("Next")
    assert "Two chairs have the same name." in newcomer.reads()


def test_nothing_is_lost_on_the_way_back(newcomer: AtTheDesk) -> None:
    fill_clinic(newcomer)
    newcomer.type("Name of the location", "Riverside")
    newcomer.click("Back")
    assert newcomer.value("Name of the clinic") == "Riverside Ketamine Clinic"
    newcomer.click("Next")
    assert newcomer.value("Name of the location") == "Riverside"


def test_pins_must_agree(newcomer: AtTheDesk) -> None:
    fill_clinic(newcomer)
    newcomer.click("Next")
    newcomer.click("Next")
    newcomer.type("Name", "Helen Park")
    newcomer.type("Sign-in name", "helen")
    newcomer.type("PIN", "2468")
    newcomer.type("PIN once more", "2469")
    newcomer.click("Make the clinic")
    assert "The two PINs differ. Type both again." in newcomer.reads()
    assert not newcomer.window.services.clinic.is_set_up()


@pytest.mark.parametrize("pin", ["12", "2 46 8"])
def test_weak_pin_is_refused_at_its_field(newcomer: AtTheDesk, pin: str) -> None:
    fill_all(newcomer, pin)
    assert not newcomer.window.services.clinic.is_set_up()
    assert newcomer.find("PIN").property("wrong") is True
    assert newcomer.value("Name") == "Helen Park"


def test_clinic_is_made_and_its_manager_signs_in(newcomer: AtTheDesk) -> None:
    fill_all(newcomer)
    assert newcomer.window.services.clinic.is_set_up()
    newcomer.sign_in("Helen Park", "2468")
    assert newcomer.window.user is not None
    assert newcomer.window.user.role.word == "Manager"
    assert newcomer.window.windowTitle() == "Settings – ketaclinic"
    assert newcomer.sees("Add who works here")
    said = "\n".join(label.text() for label in newcomer.all(QLabel))
    assert "Riverside · " in said
