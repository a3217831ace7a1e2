"""Somebody on a patient's page who writes orders and records consents: the page object of those tests."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from shiboken6 import isValid

from ketaclinic.domain.orders import Order, OrderFields
from ketaclinic.domain.people import Patient, Role, User
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.ui.screens.patients.screen import PatientsScreen
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.pill import Pill
from tests.desk import AtTheDesk
from tests.ui.conftest import Practice

MOOD = "induction-mood-2-per-week"
MOOD_NAME = "Mood induction, 0.5 mg/kg over 40 min, twice weekly"
DEPRESSION = "Treatment-resistant depression"
WRITTEN: dict[str, str] = {
    "Weight, kg": "82",
    "Dose, mg/kg": "0.5",
    "Ceiling, mg": "60",
    "Infusion, minutes": "40",
    "Number of infusions": "6",
    "Expires on": "23 May 2027",
    "Rescue medicines": "Ondansetron 4 mg IV",
}


@dataclass
class AtThePatient:
    """One window, and whoever sits down at it."""

    someone: AtTheDesk
    practice: Practice
    prescriber: User

    def sit_down(self, name: str, patient: Patient | None = None) -> AtTheDesk:
        """Signs in, locking the one before out, and opens a patient's page (João's where none is named)."""
        window = self.someone.window
        if window.user is None:
            window.start()  # asks anew: users were added since the window opened
        else:
            window.lock()
        self.someone.sign_in(name)
        self.show(patient)
        return self.someone

    def show(self, patient: Patient | None = None) -> None:
        """Goes to a patient's page."""
        self.someone.window.navigate("patients", {"patient_id": (patient or self.practice.joao).id})

    @property
    def screen(self) -> PatientsScreen:
        """The screen in front."""
        found = self.someone.window.desk.current if self.someone.window.desk else None
        assert isinstance(found, PatientsScreen)
        return found

    def pills(self) -> list[str]:
        """The remarks in front, from the top."""
        return [pill.text() for pill in self.someone.all(Pill)]

    def fill_order(self, **changes: str) -> None:
        """Types an order of 0.5 mg/kg for 82 kg; changes by the names of the fields."""
        self.someone.choose("Protocol", MOOD_NAME)
        self.someone.choose("Indication", DEPRESSION)
        for name, words in (WRITTEN | changes).items():
            self.someone.type(name, words)

    def orders(self) -> tuple[Order, ...]:
        """What is in the database."""
        return self.practice.services.orders.of_patient(self.prescriber, self.practice.joao.id)

    def order(self, *, sign: bool = True, **changes: Any) -> Order:
        """An order from elsewhere, of 0.5 mg/kg for 82 kg, for depression."""
        given: dict[str, Any] = {
            "patient_id": self.practice.joao.id,
            "protocol_id": MOOD,
            "indication": "depression",
            "mg_per_kg": 0.5,
            "max_mg": 60.0,
            "minutes": 40,
            "sessions": 6,
            "weight_kg": 82.0,
            "expires_on": date(2027, 5, 23),
        }
        orders = self.practice.services.orders
        written = orders.write(self.prescriber, OrderFields(**(given | changes)))
        return orders.sign(self.prescriber, written.id, "1357") if sign else written

    def book(self, at: datetime) -> int:
        """One visit of João on the first chair."""
        services, clerk = self.practice.services, self.practice.clerk
        (here,) = services.clinic.locations(clerk)
        minutes = self.practice.catalog.protocols[MOOD].phases.total
        session = PlannedSession(at, at + timedelta(minutes=minutes), services.clinic.chairs(clerk, here.id)[0].id)
        wishes = SeriesWishes(self.practice.joao.id, MOOD, here.id, at.date(), count=1)
        return services.booking.book_series(clerk, wishes, (session,)).appointment_ids[0]


def freed(dialog: Dialog) -> bool:
    """Whether a closed dialog is gone from memory."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return not isValid(dialog)


def press_enter(person: AtTheDesk) -> None:
    """Return, where the keyboard is."""
    person.press(Qt.Key.Key_Return)


@pytest.fixture
def at_patient(someone: AtTheDesk, practice: Practice) -> AtThePatient:
    """The clinic of the window's tests, with the prescriber Rotimi Adeyemi."""
    prescriber = practice.services.users.add(practice.manager, "rotimi", "Rotimi Adeyemi", Role.PRESCRIBER, "1357")
    return AtThePatient(someone, practice, prescriber)
