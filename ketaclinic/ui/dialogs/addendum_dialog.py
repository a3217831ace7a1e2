"""An addendum to a signed record: what it means, what is added, and the own PIN."""

from collections.abc import Callable
from uuid import uuid4

from PySide6.QtWidgets import QButtonGroup, QFormLayout, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QWidget

from ketaclinic.domain.findings import ClinicError, Invalid
from ketaclinic.domain.records import Meaning, SessionRecord
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.pin_confirm import pin_field


class AddendumDialog(Dialog):
    """Adds to a record that does not change any more; `done` gets the record with its addendum."""

    def __init__(
        self,
        parent: QWidget,
        context: ScreenContext,
        encounter_id: int,
        who: str,
        done: Callable[[SessionRecord], None],
    ) -> None:
        super().__init__(parent, "Add addendum", subtitle=who, width=620)
        self._context, self._encounter_id, self._done = context, encounter_id, done
        self._command = uuid4().hex
        self._help = QLabel("The record stays as it was signed. Choose why you add to it.", wordWrap=True)
        self._help.setProperty("kind", "second")
        self.text = QPlainTextEdit(accessibleName="Addendum", tabChangesFocus=True)
        self.text.setMinimumHeight(150)
        self.pin = pin_field("Your PIN")
        self._meanings = QButtonGroup(self)
        self._lay_out()
        self.add_cancel().setProperty("large", True)
        self._sign = self.add_button("Sign addendum", self.submit, kind="primary")
        self._sign.setProperty("large", True)
        self._meanings.idClicked.connect(self._meaning_chosen)
        self.text.textChanged.connect(self.check)
        self.pin.textChanged.connect(self.check)
        self.check()

    def _lay_out(self) -> None:
        row = QHBoxLayout(spacing=8)
        for number, meaning in enumerate(Meaning):
            button = QPushButton(
                meaning.capitalize(), checkable=True, accessibleName=meaning.capitalize(), toolTip=meaning.help
            )
            button.setProperty("large", True)
            self._meanings.addButton(button, number)
            row.addWidget(button, 1)
        said = QLabel("What you add")
        said.setProperty("kind", "label")
        said.setBuddy(self.text)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        words = QLabel(f"{self._context.user().name}, your PIN")
        words.setProperty("kind", "label")
        words.setBuddy(self.pin)
        form.addRow(words, self.pin)
        self.body.addLayout(row)
        self.body.addWidget(self._help)
        self.body.addWidget(said)
        self.body.addWidget(self.text)
        self.body.addLayout(form)

    @property
    def meaning(self) -> str:
        """As chosen, "" while nothing is."""
        number = self._meanings.checkedId()
        return list(Meaning)[number].value if number >= 0 else ""

    def check(self) -> None:
        """Holds the button until everything is there."""
        missing = (
            ("the meaning", self.meaning),
            ("the words", self.text.toPlainText().strip()),
            ("your PIN", self.pin.text()),
        )
        lacking = [name for name, given in missing if not given]
        self.hint.setText(f"Still missing: {', '.join(lacking)}" if lacking else "")
        self._sign.setEnabled(not lacking)

    def submit(self) -> None:
        """Signs it."""
        records, by, number = self._context.services.records, self._context.user(), self._encounter_id
        said, meaning, pin, command = self.text.toPlainText(), self.meaning, self.pin.text(), self._command
        self.set_busy(busy=True)
        self._context.ops.run(
            self, lambda: records.add_addendum(by, number, said, meaning, pin, command), self._signed, self._failed
        )

    def _meaning_chosen(self, number: int) -> None:
        self._help.setText(list(Meaning)[number].help)
        self.check()
        if not self.text.toPlainText():
            self.text.setFocus()

    def _signed(self, record: SessionRecord) -> None:
        self.accept()
        self._done(record)

    def _failed(self, error: ClinicError) -> None:
        self.show_error(error)
        if isinstance(error, Invalid) and error.field == "text":
            self.text.setFocus()
        else:
            self.pin.clear()
            self.pin.setFocus()
        self.fit()
