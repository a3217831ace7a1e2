"""The responsible adult, typed or chosen where it is missed: in the inspector, without a dialog.

Signals of `EscortForm`: `saved()` the visit has its escort; `given_up()`.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout

from ketaclinic.domain.findings import ClinicError, Invalid
from ketaclinic.domain.people import Escort
from ketaclinic.services.patients import PatientPage
from ketaclinic.ui.screen import ScreenContext


class EscortForm(QFrame):
    """Known escorts as buttons, a new one as name and telephone."""

    saved = Signal()
    given_up = Signal()

    def __init__(self, context: ScreenContext, patient_id: int, appointment_id: int) -> None:
        super().__init__(accessibleName="Escort")
        self.setProperty("kind", "panel")
        self._context = context
        self._patient_id, self._appointment_id = patient_id, appointment_id
        self._lay_out()
        user = context.user()
        context.ops.run(self, lambda: context.services.patients.page(user, patient_id), self._show_known)

    def _lay_out(self) -> None:
        title = QLabel("Who takes the patient home?")
        title.setProperty("kind", "section")
        self.known = QVBoxLayout(spacing=6)
        self.name = QLineEdit(placeholderText="Name", accessibleName="Escort name")
        self.phone = QLineEdit(placeholderText="Phone", accessibleName="Escort phone")
        self.relation = QLineEdit(placeholderText="Relation (optional)", accessibleName="Escort relation")
        self.error = QLabel(wordWrap=True)
        self.error.setProperty("kind", "error")
        self.error.hide()
        self.save = QPushButton("Save escort", accessibleName="Save escort")
        self.save.setProperty("kind", "primary")
        self.save.clicked.connect(self._save)
        cancel = QPushButton("Cancel", accessibleName="Cancel escort")
        cancel.setProperty("kind", "ghost")
        cancel.clicked.connect(self.given_up)
        buttons = QHBoxLayout()
        buttons.addWidget(self.save)
        buttons.addWidget(cancel)
        buttons.addStretch(1)
        layout = QVBoxLayout(self, spacing=8)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.addWidget(title)
        layout.addLayout(self.known)
        for widget in (self.name, self.phone, self.relation, self.error):
            layout.addWidget(widget)
        layout.addLayout(buttons)

    def _show_known(self, page: PatientPage) -> None:
        for escort in page.escorts:
            words = ", ".join(filter(None, (escort.name, escort.relation, escort.phone)))
            button = QPushButton(words, accessibleName=f"Escort {escort.name}")
            button.setProperty("escort", escort.id)
            button.clicked.connect(self._choose_known)
            self.known.addWidget(button)

    def _choose_known(self) -> None:
        button = self.sender()
        if button is not None:
            self._choose(int(button.property("escort")))

    def _save(self) -> None:
        user, services = self._context.user(), self._context.services
        typed = (self.name.text().strip(), self.phone.text().strip(), self.relation.text().strip())
        if not typed[0]:
            self._refuse(Invalid("name", "An escort needs a name."))
            return
        self.save.setEnabled(False)
        self._context.ops.run(
            self, lambda: services.patients.add_escort(user, self._patient_id, *typed), self._added, self._refuse
        )

    def _added(self, escort: Escort) -> None:
        self._choose(escort.id)

    def _choose(self, escort_id: int) -> None:
        user, services = self._context.user(), self._context.services
        appointment_id = self._appointment_id
        self._context.ops.run(
            self,
            lambda: services.patients.choose_escort(user, appointment_id, escort_id),
            self._chosen,
            self._refuse,
        )

    def _chosen(self, _result: object) -> None:
        self.saved.emit()

    def _refuse(self, error: ClinicError) -> None:
        self.save.setEnabled(True)
        self.error.setText(str(error))
        self.error.show()
        wrong = self.phone if isinstance(error, Invalid) and "phone" in error.field else self.name
        wrong.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._save()
        else:
            super().keyPressEvent(event)
