"""A prescriber reads an order once more and signs it with the own PIN; after that it does not change.

Signals of `SignOrderDialog`: `signed(object)` the Order.
"""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.findings import ClinicError, Finding, Invalid, Severity
from ketaclinic.domain.orders import Order, rescue_choices
from ketaclinic.domain.people import Patient
from ketaclinic.ui.form import Field, Form
from ketaclinic.ui.order_words import order_rows
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.card import add_rows
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.pin_confirm import PIN_LENGTH


class SignOrderDialog(Dialog):
    """What is signed, what is worth a second look, and the PIN."""

    signed = Signal(object)

    def __init__(self, context: ScreenContext, patient: Patient, order: Order, *, parent: QWidget) -> None:
        super().__init__(parent, "Sign order", subtitle=f"{patient.name} · {patient.record}", width=560)
        self._context, self._order = context, order
        protocol = context.catalog.protocols.get(order.fields.protocol_id)
        add_rows(self.body, order_rows(order, protocol, dict(rescue_choices(context.catalog.observations))))
        meaning = QLabel(f"{context.user().name} signs this order. A signed order does not change any more.")
        meaning.setWordWrap(True)
        meaning.setProperty("kind", "second")
        self.body.addWidget(meaning)
        self.form = Form(
            (Field("pin", "Your PIN", kind="pin", required=True),),
            wall_now(context.clock, context.location.zone).date(),
            columns=1,
        )
        self.body.addWidget(self.form)
        pin = self.form.editor("pin")
        assert isinstance(pin, QLineEdit)
        pin.setMaxLength(PIN_LENGTH)
        pin.returnPressed.connect(self._sign)
        self.body.addStretch()
        self.add_cancel("Not now")
        self.add_button("Sign order", self._sign, kind="primary")
        check = partial(context.services.orders.check, context.user(), order.fields)
        context.ops.run(self, check, self._show_warnings)

    def _show_warnings(self, findings: tuple[Finding, ...]) -> None:
        self.findings.show_findings(findings)

    def _sign(self) -> None:
        main = self.main_button
        if main is None or not main.isEnabled():
            return
        pin = self.form.values()["pin"]
        if not pin:
            self._wrong_pin("Type your PIN to sign.")
            return
        self.set_busy(busy=True)
        sign = partial(self._context.services.orders.sign, self._context.user(), self._order.id, pin)
        self._context.ops.run(self, sign, self._done, self._refused)

    def _done(self, order: Order) -> None:
        self.set_busy(busy=False)
        self.signed.emit(order)
        self.accept()

    def _refused(self, error: ClinicError) -> None:
        if isinstance(error, Invalid) and error.field == "pin":
            self.set_busy(busy=False)
            self._wrong_pin(str(error))
            return
        self.show_error(error)

    def _wrong_pin(self, sentence: str) -> None:
        self.form.set_values({"pin": ""})
        self.form.show_findings([Finding("pin", Severity.BLOCK, sentence, subject="pin")])
        self.form.go_to_first_wrong()
