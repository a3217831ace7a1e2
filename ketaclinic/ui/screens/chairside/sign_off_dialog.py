"""Signing off: the own PIN, the prescriber's where a co-signature is due; leaving against advice is its own way."""

from PySide6.QtWidgets import QFormLayout, QLabel, QPlainTextEdit, QWidget

from ketaclinic.domain.encounters import EncounterView, Outcome
from ketaclinic.domain.findings import ClinicError, Invalid
from ketaclinic.domain.people import Role, User
from ketaclinic.services.charting import Charting
from ketaclinic.ui.screens.chairside.session_acts import SessionActs
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.findings_panel import Notice
from ketaclinic.ui.widgets.pin_confirm import PinConfirm, pin_field

_TITLES = {
    Outcome.DISCHARGED: "Sign off and discharge",
    Outcome.LEFT_AGAINST_ADVICE: "Leaves against advice",
    Outcome.NOT_STARTED: "No infusion today",
}
_BUTTONS = {
    Outcome.DISCHARGED: "Sign and discharge",
    Outcome.LEFT_AGAINST_ADVICE: "Sign: left against advice",
    Outcome.NOT_STARTED: "Sign: sent home",
}


class SignOffDialog(Dialog):
    """Closes the session; after it the record is read only."""

    def __init__(self, parent: QWidget, acts: SessionActs, view: EncounterView, outcome: Outcome) -> None:
        super().__init__(parent, _TITLES[outcome], subtitle=f"{view.header.name}, {view.header.record}")
        self._acts, self._view, self._outcome = acts, view, outcome
        user = acts.context.user()
        if outcome is Outcome.LEFT_AGAINST_ADVICE:
            unmet = [c.text for c in view.criteria if not c.met]
            self.body.addWidget(
                Notice(
                    "; ".join(unmet) or "every criterion is met",
                    tone="red",
                    icon="block",
                    title="Recorded as left against advice, never as a discharge. Not met:",
                )
            )
        self._reason: QPlainTextEdit | None = None
        self._least = int(acts.context.catalog.rules["clinical.override-reason"])
        if outcome is not Outcome.DISCHARGED:
            self._add_reason()
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        self._pin = pin_field("Your PIN")
        words = QLabel(f"{user.name}, your PIN")
        words.setProperty("kind", "label")
        words.setMinimumWidth(120)
        words.setBuddy(self._pin)
        form.addRow(words, self._pin)
        self.body.addLayout(form)
        self._cosigner: PinConfirm | None = None
        if view.cosign:
            self._add_cosigner(view.cosign)
        self.add_cancel().setProperty("large", True)
        kind = "primary" if outcome is Outcome.DISCHARGED else "danger"
        self._sign = self.add_button(_BUTTONS[outcome], self.submit, kind=kind)
        self._sign.setProperty("large", True)
        self._pin.textChanged.connect(self.check)
        self.check()

    def _add_reason(self) -> None:
        label = QLabel(f"Reason, at least {self._least} characters")
        label.setProperty("kind", "label")
        self._reason = QPlainTextEdit(accessibleName="Reason", tabChangesFocus=True)
        self._reason.setFixedHeight(80)
        self._reason.textChanged.connect(self.check)
        self.body.addWidget(label)
        self.body.addWidget(self._reason)

    def _add_cosigner(self, why: str) -> None:
        self.body.addWidget(Notice(f"Because of {why}.", tone="amber", icon="sign", title="A prescriber co-signs"))
        cosigner = PinConfirm("Prescriber")
        self.body.addWidget(cosigner)
        cosigner.changed.connect(self.check)
        self._cosigner = cosigner
        users = self._acts.context.services.users
        self._acts.context.ops.run(self, users.who_may_sign_in, self._offer)

    def _offer(self, users: tuple[User, ...]) -> None:
        if self._cosigner is not None:
            self._cosigner.offer(users, (Role.PRESCRIBER,), self._acts.context.user())

    def check(self) -> None:
        """Holds the button until the PINs are there."""
        lacking = []
        if len(self._reason_text()) < self._least and self._reason is not None:
            lacking.append("the reason")
        if not self._pin.text():
            lacking.append("your PIN")
        if self._cosigner is not None and not self._cosigner.complete:
            lacking.append("the prescriber's name and PIN")
        self.hint.setText(f"Still missing: {', '.join(lacking)}" if lacking else "")
        self._sign.setEnabled(not lacking)

    def submit(self) -> None:
        """Signs."""
        pin, outcome, reason = self._pin.text(), self._outcome.value, self._reason_text()
        self.set_busy(busy=True)
        if self._cosigner is None:
            self._acts.act(
                lambda c, by, n: c.sign_off(by, n, pin, outcome=outcome, reason=reason), self._done, self._failed
            )
            return

        def both(charting: Charting, by: User, number: int, cosigner: User) -> object:
            return charting.sign_off(by, number, pin, outcome=outcome, cosigner=cosigner, reason=reason)

        self._acts.with_second(
            self._cosigner.login, self._cosigner.pin, frozenset({Role.PRESCRIBER}), both, self._done, self._failed
        )

    def _reason_text(self) -> str:
        return self._reason.toPlainText().strip() if self._reason is not None else ""

    def _done(self, _view: EncounterView) -> None:
        self.accept()

    def _failed(self, error: ClinicError) -> None:
        """Says why; a PIN that was wrong is typed anew, and where signing was refused both are."""
        self.show_error(error)
        field = error.field if isinstance(error, Invalid) else ""
        if self._cosigner is not None and field != "pin":
            self._cosigner.wrong_pin()
        if field != "second-pin":
            self._pin.clear()
            self._pin.setFocus()
        self.fit()
