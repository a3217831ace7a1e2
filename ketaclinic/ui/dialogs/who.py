"""Whom a booking is for: found by three letters, or added without leaving the dialog.

Signals of `Who`: `patient_changed()` another patient, or none while something else is typed.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ketaclinic.domain.people import Patient, PatientRow
from ketaclinic.domain.permissions import may
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.patient_picker import PatientPicker


def row_of(patient: Patient) -> PatientRow:
    """A patient as a line of the picker."""
    return PatientRow(patient.id, patient.record, patient.name, patient.fields.born, patient.fields.phone)


class Who(QWidget):
    """The search field, and beneath it "New patient…" for roles that may add one."""

    patient_changed = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(accessibleName="Patient")
        self._context = context
        self.chosen: PatientRow | None = None
        self.picker = PatientPicker(context)
        self.picker.patient_chosen.connect(self._take)
        self.picker.field.textEdited.connect(self._typed)
        self.picker.add_asked.connect(self._add)
        self.add = QPushButton("New patient…", accessibleName="New patient")
        self.add.setProperty("kind", "link")
        self.add.setCursor(Qt.CursorShape.PointingHandCursor)
        self.add.clicked.connect(self._add_typed)
        self._may_add = may(context.user().role, "patients.add")
        self.setFocusProxy(self.picker)
        layout = QVBoxLayout(self, spacing=0)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.picker)
        layout.addWidget(self.add, alignment=Qt.AlignmentFlag.AlignLeft)
        self.add.setVisible(self._may_add)  # in its place, or else it were a window of its own for a moment

    def load(self, patient_id: int) -> None:
        """Chooses a patient by id."""
        user, services = self._context.user(), self._context.services
        self._context.ops.run(self, lambda: services.patients.get(user, patient_id), self.choose)

    def choose(self, patient: Patient) -> None:
        """Chooses this patient."""
        self.picker.set_chosen(row_of(patient))
        self._take()

    def _take(self) -> None:
        self._set(self.picker.chosen)

    def _typed(self) -> None:
        self._set(None)

    def _set(self, row: PatientRow | None) -> None:
        changed = row != self.chosen
        self.chosen = row
        self.add.setVisible(self._may_add and row is None)
        if changed:
            self.patient_changed.emit()

    def _add_typed(self) -> None:
        self._add(self.picker.field.text().strip())

    def _add(self, words: str) -> None:
        if not self._may_add:
            return
        from ketaclinic.ui.dialogs.patient_dialog import PatientDialog  # noqa: PLC0415 - most bookings do without

        dialog = PatientDialog(self._context, parent=self, name=words)
        dialog.saved.connect(self.choose)
        dialog.known_chosen.connect(self.load)
        dialog.open()
