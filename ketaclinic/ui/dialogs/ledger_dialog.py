"""The base of the ledger's dialogs: a form, below it who signs, and what is still missing in words.

A dialog that needs a witness asks for the own PIN and for the witness's name and PIN; the witness signs first, then the
act is done, or refused here with everything typed still there.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import uuid4

from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.findings import ClinicError, Finding, Invalid, Severity
from ketaclinic.domain.ledger import drawn_volume, micrograms
from ketaclinic.domain.people import User
from ketaclinic.domain.permissions import CLINICAL
from ketaclinic.ui.form import Field, Form
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.pin_confirm import PinConfirm, pin_field


class LedgerDialog(Dialog):
    """One entry of the ledger. Subclasses name their fields, what is missing, and the act."""

    def __init__(
        self,
        parent: QWidget,
        context: ScreenContext,
        title: str,
        *,
        button: str,
        subtitle: str = "",
        witnessed: bool = False,
        width: int = 560,
        columns: int = 2,
    ) -> None:
        super().__init__(parent, title, subtitle=subtitle, width=width)
        self.context = context
        self.command = uuid4().hex
        self.today = wall_now(context.clock, context.location.zone).date()
        holder = self.holder()
        self.form = Form(self.fields(), self.today, columns=columns)
        self.form.changed.connect(self.changed)
        self.body.addWidget(holder or self.form)
        if holder is not None:
            self.form.setObjectName("scrolled")
            self.form.layout().setContentsMargins(0, 0, 14, 0)
            holder.setWidget(self.form)
        self.pin = pin_field("Your PIN")
        self.second = PinConfirm("Witness")
        self.signing = QWidget()
        self._lay_out_signing()
        self.body.addWidget(self.signing)
        self.signing.setVisible(False)
        self.witnessed = witnessed
        if witnessed:
            self.signing.setVisible(True)
            context.ops.run(self, context.services.users.who_may_sign_in, self._offer)
        self.add_cancel()
        self.confirm = self.add_button(button, self.submit, kind="primary")
        self.pin.textChanged.connect(self.check)
        self.second.changed.connect(self.check)
        self.check()

    def _lay_out_signing(self) -> None:
        label = QLabel("Your own PIN")
        label.setProperty("kind", "label")
        label.setMinimumWidth(120)
        label.setBuddy(self.pin)
        own = QHBoxLayout(spacing=14)
        own.addWidget(label)
        own.addWidget(self.pin, 1)
        column = QVBoxLayout(self.signing, spacing=10)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(own)
        column.addWidget(self.second)

    def _offer(self, users: tuple[User, ...]) -> None:
        self.second.offer(users, CLINICAL, self.context.user())

    # -- what a dialog is made of

    def holder(self) -> QScrollArea | None:
        """What the form scrolls in; None where it never grows."""
        return None

    def fields(self) -> Sequence[Field]:
        """The fields of the form."""
        return ()

    def missing(self) -> str:
        """What the fields still lack, in words; "" when they are complete."""
        return ""

    def act(self, by: User, values: dict[str, Any], pin: str, witness: User | None) -> object:  # noqa: ARG002
        """What is done, off the window's thread, with the values as they were gathered."""
        raise LookupError("a dialog without an act")

    def gather(self) -> dict[str, Any]:
        """The values of the form and of what else the dialog holds."""
        return self.form.values()

    def changed(self, *_: object) -> None:
        """Something was typed: says what is missing."""
        self.check()

    def succeeded(self, _result: Any) -> None:  # noqa: ANN401 - as the act's answer
        """Says in passing what was done; the dialog closes."""

    # -- amounts

    def amount(self, name: str = "amount") -> int:
        """The amount typed in mg, in micrograms; 0 while it is none."""
        try:
            return micrograms(self.form.values()[name])
        except ValueError:
            return 0

    def amount_fault(self, name: str = "amount") -> str:
        """What is wrong with the amount typed; "" when it is one."""
        typed = str(self.form.values()[name])
        if not typed:
            return "The amount"
        try:
            return "" if micrograms(typed) > 0 else "An amount above 0 mg"
        except ValueError as error:
            return str(error).rstrip(".")

    def show_volume(self, mg_per_ml: int | None) -> None:
        """How many mL the amount is, beneath its field."""
        told = self.amount()
        hint = f"{drawn_volume(told, mg_per_ml)} mL of {mg_per_ml} mg/mL" if mg_per_ml and told else ""
        self.form.set_hint("amount", hint)

    # -- doing

    def check(self, *_: object) -> None:
        """Says what is still missing and holds the button until nothing is."""
        lacking = self.missing() or next((f.message.rstrip(".") for f in self.form.findings()), "")
        if not lacking and self.witnessed:
            lacking = "" if self.pin.text() else "Your own PIN"
            lacking = lacking or ("" if self.second.complete else "Name and PIN of the witness")
        self.hint.setText(f"Still missing: {lacking}" if lacking else "")
        self.confirm.setEnabled(not lacking and not self._busy)

    def submit(self) -> None:
        """Has the witness sign where one must, then does the act."""
        if not self.confirm.isEnabled() or self._busy:
            return
        values, pin = self.gather(), self.pin.text()
        self.set_busy(busy=True)
        self.findings.show_sentence("")
        if not self.witnessed:
            self._run(values, pin, None)
            return
        users, by = self.context.services.users, self.context.user()
        work = partial(users.second_person, by, self.second.login, self.second.pin, CLINICAL)
        self.context.ops.run(self, work, partial(self._run, values, pin), self._witness_failed)

    def _run(self, values: dict[str, Any], pin: str, witness: User | None) -> None:
        work: Callable[[], object] = partial(self.act, self.context.user(), values, pin, witness)
        self.context.ops.run(self, work, self._done, self.failed)

    def _witness_failed(self, error: ClinicError) -> None:
        self.show_error(error)
        self.second.wrong_pin()
        self.check()
        self.fit()

    def failed(self, error: ClinicError) -> None:
        """Shows the refusal where it was typed; nothing entered is lost."""
        self.set_busy(busy=False)
        left = self.form.show_findings(getattr(error, "findings", ()))
        if isinstance(error, Invalid):
            if error.field == "pin":
                self.pin.clear()
            finding = Finding("invalid", Severity.BLOCK, str(error), subject=error.field)
            left = self.form.show_findings([finding])
        if left:
            self.findings.show_findings(left)
        elif not getattr(error, "findings", ()) and not isinstance(error, Invalid):
            self.show_error(error)
        self.form.go_to_first_wrong()
        self.check()
        self.fit()

    def _done(self, result: object) -> None:
        self.set_busy(busy=False)
        self.accept()
        self.succeeded(result)
        warned = [finding.message for finding in getattr(result, "findings", ())]
        if warned:
            self.context.notify(" ".join(warned))
