"""An order or a consent is taken back: why, since when, and who says so. What was signed stays to be read.

Signals of both dialogs: `withdrawn(object)` the Order or Consent.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.consents import Consent
from ketaclinic.domain.findings import ClinicError, Finding, Invalid, Severity
from ketaclinic.domain.orders import Order
from ketaclinic.domain.people import Patient
from ketaclinic.ui import text
from ketaclinic.ui.dialogs.unsaved import Unsaved
from ketaclinic.ui.form import Field, Form
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.pin_confirm import PIN_LENGTH

_REASON = Field("reason", "Reason", kind="lines", required=True, span=2)
_PIN = Field("pin", "Your PIN", kind="pin", required=True)
_DAY = Field("withdrawn_on", "Withdrawn on", kind="date", required=True, placeholder="Day month year", ages=False)


class _WithdrawDialog(Dialog):
    """What both have in common: a reason, one more field, and a refusal said at its field."""

    withdrawn = Signal(object)

    def __init__(
        self, context: ScreenContext, title: str, subtitle: str, meaning: str, last: Field, *, parent: QWidget
    ) -> None:
        super().__init__(parent, title, subtitle=subtitle, width=560)
        self.context = context
        words = QLabel(meaning, wordWrap=True)
        words.setProperty("kind", "second")
        self.body.addWidget(words)
        self.form = Form((_REASON, last), wall_now(context.clock, context.location.zone).date())
        self.body.addWidget(self.form)
        self.body.addStretch()
        self._unsaved = Unsaved(self.form, self.body)
        self.add_cancel()
        self.add_button(title, self._withdraw, kind="danger")

    def work(self) -> Callable[[], Order | Consent]:
        """The act, with what stands in the form."""
        raise LookupError("a dialog without an act")

    def missing(self) -> tuple[Finding, ...]:
        """What is still to be typed."""
        raise LookupError("a dialog without an act")

    def _withdraw(self) -> None:
        missing = list(self.form.findings()) or list(self.missing())
        if not self.form.values()["reason"]:
            missing.insert(0, Finding("missing", Severity.BLOCK, "Say why.", subject="reason"))
        if missing:
            self.form.show_findings(missing)
            self.form.go_to_first_wrong()
            return
        self.set_busy(busy=True)
        self.context.ops.run(self, self.work(), self._done, self._refused)

    def _done(self, taken: Order | Consent) -> None:
        self.set_busy(busy=False)
        self.withdrawn.emit(taken)
        self.accept()

    def _refused(self, error: ClinicError) -> None:
        if not isinstance(error, Invalid):
            self.show_error(error)
            return
        self.set_busy(busy=False)
        if error.field == "pin":
            self.form.editor("pin").setProperty("wrong", True)
            self.form.set_values({"pin": ""})
        self.form.show_findings([Finding("refused", Severity.BLOCK, str(error), subject=error.field)])
        self.form.go_to_first_wrong()

    def may_close(self) -> bool:
        return self._unsaved.may_close()


class WithdrawOrderDialog(_WithdrawDialog):
    """A prescriber takes an order back, signed or not, with the own PIN."""

    def __init__(self, context: ScreenContext, patient: Patient, order: Order, *, parent: QWidget) -> None:
        self._order = order
        super().__init__(
            context,
            "Withdraw order",
            f"{patient.name} · {patient.record}",
            "Nothing is started under it any more. An infusion that runs goes on, and its chair is told. "
            "The order stays to be read.",
            _PIN,
            parent=parent,
        )
        pin = self.form.editor("pin")
        assert isinstance(pin, QLineEdit)
        pin.setMaxLength(PIN_LENGTH)
        pin.returnPressed.connect(self._withdraw)

    def missing(self) -> tuple[Finding, ...]:
        if self.form.values()["pin"]:
            return ()
        return (Finding("missing", Severity.BLOCK, "Type your PIN to withdraw it.", subject="pin"),)

    def work(self) -> Callable[[], Order | Consent]:
        typed, services = self.form.values(), self.context.services
        return partial(services.orders.withdraw, self.context.user(), self._order.id, typed["reason"], typed["pin"])


class WithdrawConsentDialog(_WithdrawDialog):
    """A nurse or prescriber notes that the patient has withdrawn a consent."""

    def __init__(self, context: ScreenContext, patient: Patient, consent: Consent, *, parent: QWidget) -> None:
        self._consent = consent
        super().__init__(
            context,
            "Withdraw consent",
            f"{patient.name} · {patient.record} · signed {text.day_month_year(consent.signed_on)}",
            "From that day on nothing is started under it. An infusion that runs goes on, and its chair is told.",
            _DAY,
            parent=parent,
        )
        today = wall_now(context.clock, context.location.zone).date()
        self.form.set_hint("withdrawn_on", f"Today is {text.full_day(today)}")

    def missing(self) -> tuple[Finding, ...]:
        if self.form.values()["withdrawn_on"]:
            return ()
        return (Finding("missing", Severity.BLOCK, "Enter the day of the withdrawal.", subject="withdrawn_on"),)

    def work(self) -> Callable[[], Order | Consent]:
        typed, services = self.form.values(), self.context.services
        day = typed["withdrawn_on"]
        return partial(services.consents.withdraw, self.context.user(), self._consent.id, typed["reason"], day)
