"""The head of the patient page: the name, what tells the patient from a namesake, what is missing, what to do."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from ketaclinic.domain.clearance import Clearance
from ketaclinic.domain.people import Patient, Role, age_on
from ketaclinic.domain.permissions import may
from ketaclinic.services.patients import PatientPage
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon
from ketaclinic.ui.widgets.card import empty_layout
from ketaclinic.ui.widgets.flow_layout import FlowLayout
from ketaclinic.ui.widgets.pill import Pill
from ketaclinic.ui.widgets.wrapped_text import WrappedText


class PatientHeader(QFrame):
    """Its buttons are `edit`, `print` and `plan`."""

    def __init__(self, role: Role) -> None:
        super().__init__(accessibleName="Patient")
        self.setProperty("kind", "card")
        self.name = WrappedText(24)
        self.line = QLabel(wordWrap=True, textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse)
        self.line.setProperty("kind", "second")
        self.plan = QPushButton(icon("plan", "on_accent"), "Plan series", accessibleName="Plan series")
        self.plan.setProperty("kind", "primary")
        self.print = QPushButton(icon("print"), "Print", accessibleName="Print for this patient")
        self.edit = QPushButton(icon("edit"), "Edit", accessibleName="Edit patient")
        self._pills = QVBoxLayout()
        words = QVBoxLayout(spacing=3)
        words.addWidget(self.name)
        words.addWidget(self.line)
        top = QHBoxLayout(spacing=8)
        top.addLayout(words, 1)
        for button in (self.edit, self.print, self.plan):
            top.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self, spacing=10)
        layout.setContentsMargins(20, 16, 18, 16)
        layout.addLayout(top)
        layout.addLayout(self._pills)
        if not may(role, "patients.edit"):
            self.edit.hide()
        if not may(role, "booking.book_series"):
            self.plan.hide()

    def show_patient(self, page: PatientPage, consent_problem: str, today: date) -> None:
        """Shows a patient's name and how things stand; a consent with a problem is none."""
        patient = page.patient
        fields = patient.fields
        self.name.set_text(patient.name)
        self.line.setText(identity(patient, today))
        holder = QFrame()
        flow = FlowLayout(holder, gap=6)
        if fields.preferred_name:
            flow.addWidget(Pill(f"Called {fields.preferred_name}", "accent"))
        if fields.interpreter:
            flow.addWidget(Pill(f"Interpreter{': ' + fields.language if fields.language else ''}", "accent"))
        old = consent_problem and page.consent.startswith("Signed")
        consent = "Not on the text in force" if old else page.consent
        for word, said in (("Consent", consent), ("Order", page.order)):
            flow.addWidget(_gate(word, said))
        if page.clearance is not Clearance.CLEARED:
            flow.addWidget(Pill(f"! {page.clearance.word}", "amber"))
        if not page.escorts:
            flow.addWidget(Pill("! No escort known", "amber"))
        if not patient.active:
            flow.addWidget(Pill("Not active", "neutral"))
        empty_layout(self._pills)
        self._pills.addWidget(holder)


def identity(patient: Patient, today: date) -> str:
    """Record number, date of birth with age, telephone."""
    born = patient.fields.born
    said = f"born {text.day_month_year(born)} ({age_on(born, today)})" if born else "date of birth not known"
    return " · ".join(filter(None, (patient.record, said, patient.fields.phone)))


def _gate(word: str, said: str) -> Pill:
    fine = said.startswith("Signed")
    return Pill(f"{'✓' if fine else '!'} {word}: {text.with_read_dates(said)}", "green" if fine else "amber")
