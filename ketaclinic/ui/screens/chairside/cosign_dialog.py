"""The prescriber signs too, from the own sign-in, before the nurse closes the session."""

from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from ketaclinic.domain.encounters import EncounterView
from ketaclinic.domain.findings import ClinicError
from ketaclinic.ui.screens.chairside.session_acts import SessionActs
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.findings_panel import Notice
from ketaclinic.ui.widgets.pin_confirm import pin_field


class CosignDialog(Dialog):
    """Says what is signed for, and asks for the own PIN."""

    def __init__(self, parent: QWidget, acts: SessionActs, view: EncounterView) -> None:
        super().__init__(parent, "Co-sign", subtitle=f"{view.header.name}, {view.header.record}")
        self._acts = acts
        user = acts.context.user()
        self.body.addWidget(Notice(f"Because of {view.cosign}.", tone="amber", icon="sign", title="You sign too"))
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        self._pin = pin_field("Your PIN")
        words = QLabel(f"{user.name}, your PIN")
        words.setProperty("kind", "label")
        words.setMinimumWidth(120)
        words.setBuddy(self._pin)
        form.addRow(words, self._pin)
        self.body.addLayout(form)
        self.add_cancel().setProperty("large", True)
        self._sign = self.add_button("Co-sign", self.submit, kind="primary")
        self._sign.setProperty("large", True)
        self._pin.textChanged.connect(self._check)
        self._check()

    def submit(self) -> None:
        """Signs."""
        self.set_busy(busy=True)
        self._acts.cosign(self._pin.text(), self._done, self._failed)

    def _check(self) -> None:
        self._sign.setEnabled(bool(self._pin.text()))

    def _done(self, _view: EncounterView) -> None:
        self.accept()

    def _failed(self, error: ClinicError) -> None:
        self.show_error(error)
        self._pin.clear()
        self._pin.setFocus()
        self.fit()
