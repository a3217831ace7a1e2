"""Who takes the patient home: one of those known, or a new one with name and telephone."""

from PySide6.QtWidgets import QButtonGroup, QFormLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ketaclinic.domain.encounters import EncounterView
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.patients import PatientPage
from ketaclinic.domain.people import Escort
from ketaclinic.ui.screens.chairside.event_dialogs import text_field
from ketaclinic.ui.screens.chairside.session_acts import SessionActs
from ketaclinic.ui.widgets.dialog import Dialog


class EscortDialog(Dialog):
    """Names the responsible adult of this visit."""

    def __init__(self, parent: QWidget, acts: SessionActs, view: EncounterView) -> None:
        super().__init__(parent, "Responsible adult", subtitle=f"Who takes {view.header.name} home", width=520)
        self._acts, self._view = acts, view
        self._known: tuple[Escort, ...] = ()
        self._group = QButtonGroup(self)
        self._list = QVBoxLayout(spacing=8)
        self._name = text_field("Name of the escort", "Somebody else: name")
        self._phone = text_field("Telephone of the escort", "Telephone")
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.setVerticalSpacing(10)
        self._add_row(form, "New escort", self._name)
        self._add_row(form, "Telephone", self._phone)
        self.body.addLayout(self._list)
        self.body.addLayout(form)
        self.add_cancel().setProperty("large", True)
        self._save = self.add_button("Name this escort", self.submit, kind="primary")
        self._save.setProperty("large", True)
        self._group.idClicked.connect(self._chosen)
        self._name.textEdited.connect(self._typed)
        self._phone.textEdited.connect(self._typed)
        self._load()
        self._check()

    @staticmethod
    def _add_row(form: QFormLayout, label: str, field: QLineEdit) -> None:
        words = QLabel(label)
        words.setProperty("kind", "label")
        words.setMinimumWidth(110)
        words.setBuddy(field)
        form.addRow(words, field)

    def _load(self) -> None:
        context, patient_id = self._acts.context, self._view.header.patient_id
        patients, by = context.services.patients, context.user()
        context.ops.run(self, lambda: patients.page(by, patient_id), self._offer)

    def _offer(self, page: PatientPage) -> None:
        self._known = page.escorts
        for number, escort in enumerate(self._known):
            words = ", ".join(filter(None, (escort.name, escort.relation, escort.phone)))
            button = QPushButton(words, checkable=True, accessibleName=f"Escort {escort.name}")
            button.setProperty("large", True)
            self._group.addButton(button, number)
            self._list.addWidget(button)
        self.fit()

    def _chosen(self, _number: int) -> None:
        self._name.clear()
        self._phone.clear()
        self._check()

    def _typed(self, _text: str) -> None:
        self._group.setExclusive(False)
        for button in self._group.buttons():
            button.setChecked(False)
        self._group.setExclusive(True)
        self._check()

    def _check(self) -> None:
        ready = self._group.checkedId() >= 0 or bool(self._name.text().strip() and self._phone.text().strip())
        self._save.setEnabled(ready)
        self.hint.setText("" if ready else "Choose one, or enter name and telephone")

    def submit(self) -> None:
        """Names the escort."""
        if not self._save.isEnabled():
            return
        patients, by = self._acts.context.services.patients, self._acts.context.user()
        patient_id, appointment_id = self._view.header.patient_id, self._view.appointment_id
        known = self._known[self._group.checkedId()] if self._group.checkedId() >= 0 else None
        name, phone = self._name.text().strip(), self._phone.text().strip()

        def work() -> None:
            escort = known or patients.add_escort(by, patient_id, name, phone)
            patients.choose_escort(by, appointment_id, escort.id)

        self.set_busy(busy=True)
        self._acts.context.ops.run(self, work, self._done, self._failed)

    def _done(self, _nothing: None) -> None:
        self._acts.reload()
        self.accept()

    def _failed(self, error: ClinicError) -> None:
        self.show_error(error)
        self._check()
        self.fit()
