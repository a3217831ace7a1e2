"""A prescriber writes an order; the protocol's usual values stand beside the fields, never in them.

Signals of `OrderDialog`: `saved(object)` the Order as written, not signed yet.
"""

from collections.abc import Iterable
from functools import partial
from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.clinical_limits import clinical_limits, number
from ketaclinic.domain.consents import months_later
from ketaclinic.domain.findings import ClinicError, Finding, Refused
from ketaclinic.domain.order_typed import pounds_words, typed_order
from ketaclinic.domain.orders import INDICATIONS, Order, OrderFields, order_dose_words, rescue_choices
from ketaclinic.domain.people import Patient
from ketaclinic.domain.protocols import Protocol
from ketaclinic.ui import text
from ketaclinic.ui.dialogs.medicine_chips import MedicineChips
from ketaclinic.ui.dialogs.unsaved import Unsaved
from ketaclinic.ui.form import Field, Form
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.tall_scroll import TallScroll

_NO_PROTOCOL = (None, "Choose a protocol")
_NO_INDICATION = (None, "Choose the indication")
_FIELDS = (
    Field("protocol_id", "Protocol", kind="choice", required=True, span=2, choices=(_NO_PROTOCOL,)),
    Field("indication", "Indication", kind="choice", required=True, span=2, choices=(_NO_INDICATION,)),
    Field("weight_kg", "Weight, kg", required=True),
    Field("mg_per_kg", "Dose, mg/kg", required=True),
    Field("max_mg", "Ceiling, mg", required=True),
    Field("minutes", "Infusion, minutes", required=True),
    Field("sessions", "Number of infusions", required=True),
    Field("expires_on", "Expires on", kind="date", required=True, placeholder="Day month year", ages=False),
    Field("titrate_low", "Titration from, mg/kg", placeholder="Empty: no other dose"),
    Field("titrate_high", "Titration to, mg/kg", placeholder="Empty: no other dose"),
    Field("rescue", "Rescue medicines", kind="lines", span=2, placeholder="Doses, routes, what is not listed below"),
)


class OrderDialog(Dialog):
    """The form of a new order; it is written here and signed in the next step."""

    saved = Signal(object)

    def __init__(
        self, context: ScreenContext, patient: Patient, *, parent: QWidget, booked: Iterable[str] = ()
    ) -> None:
        super().__init__(parent, "New order", subtitle=f"{patient.name} · {patient.record}", width=640)
        self._context, self._patient = context, patient
        self._command = str(uuid4())
        self._touched: set[str] = set()
        self._protocol: Protocol | None = None
        self._limits = clinical_limits(context.catalog.rules)
        self._today = wall_now(context.clock, context.location.zone).date()
        self.form = Form(_FIELDS, self._today)
        self.form.set_choices(
            "protocol_id", [_NO_PROTOCOL, *((p.id, p.clinical_name) for p in context.catalog.protocols.values())]
        )
        self.form.set_hint("protocol_id", f"Booked: {', '.join(booked)}" if booked else "")
        self.medicines = MedicineChips("A nurse may give without asking", rescue_choices(context.catalog.observations))
        self.dose = QLabel(wordWrap=True, accessibleName="What the order comes to")
        self.dose.setProperty("kind", "strong")
        self._lay_out()
        self._unsaved = Unsaved(self.form, self.body)
        self.form.changed.connect(self._changed)
        self.form.left.connect(self._left)
        self._show_hints()

    def _lay_out(self) -> None:
        inside = QWidget(objectName="scrolled")
        column = QVBoxLayout(inside, spacing=12)
        column.setContentsMargins(2, 2, 10, 2)
        column.addWidget(self.form)
        column.addWidget(self.medicines)
        column.addStretch()
        scroll = TallScroll()
        scroll.setWidget(inside)
        self.body.addWidget(scroll, 1)
        self.body.addWidget(self.dose)
        self.add_cancel()
        self.add_button("Save and sign…", self._save, kind="primary")

    # -- while typing

    def _changed(self, name: str) -> None:
        self._touched.add(name)
        if name == "protocol_id":
            self._take_protocol()
        order, _ = self._typed()
        self.form.set_hint("weight_kg", self._weight_hint(order))
        self._show_dose(order)

    def _left(self, name: str) -> None:
        if name in self._touched:
            order, unread = self._typed()
            check = partial(self._context.services.orders.check, self._context.user(), order)
            self._context.ops.run(self, check, partial(self._show_checked, unread), latest="check")

    def _show_checked(self, unread: tuple[Finding, ...], findings: tuple[Finding, ...]) -> None:
        self.form.show_findings(_together(unread, findings), only=frozenset(self._touched))

    def _typed(self) -> tuple[OrderFields, tuple[Finding, ...]]:
        typed = self.form.values() | {"rescue_codes": self.medicines.codes}
        order, unread = typed_order(self._patient.id, typed)
        return order, _together(self.form.findings(), unread)

    def _take_protocol(self) -> None:
        self._protocol = self._context.catalog.protocols.get(self.form.values()["protocol_id"] or "")
        indications = self._protocol.indications if self._protocol else ()
        self.form.set_choices("indication", [_NO_INDICATION, *((code, INDICATIONS[code]) for code in indications)])
        self._show_hints()

    def _show_hints(self) -> None:
        """What the protocol says of each number; the prescriber decides."""
        months = int(self._limits.order_months)
        latest = text.day_month_year(months_later(self._today, months))
        self.form.set_hint("expires_on", f"At most {months} months: {latest}")
        self.form.set_hint("weight_kg", self._weight_hint(self._typed()[0]))
        protocol = self._protocol
        if protocol is None:
            return
        dose = protocol.dose
        self.form.set_hint(
            "mg_per_kg",
            f"Usual {number(dose.usual_mg_per_kg)}; attested again above {number(dose.reattest_above_mg_per_kg)}; "
            f"at most {number(dose.max_mg_per_kg)}",
        )
        self.form.set_hint("titrate_low", "What a prescriber may set on a day without a new order")
        self.form.set_hint("titrate_high", f"At most {number(dose.max_mg_per_kg)}; the ceiling in mg holds for it too")
        self.form.set_hint("max_mg", f"At most {number(dose.max_mg)} under this protocol")
        self.form.set_hint("minutes", f"The protocol plans {protocol.phases.infusion}; the chair is booked for that")
        many = "open course" if protocol.open_ended else f"{protocol.sessions} in this course"
        self.form.set_hint("sessions", many[:1].upper() + many[1:])

    def _weight_hint(self, order: OrderFields) -> str:
        limits = f"{number(self._limits.weight_lowest)} to {number(self._limits.weight_highest)} kg"
        return pounds_words(order.weight_kg) or limits

    def _show_dose(self, order: OrderFields) -> None:
        likely = self._limits.weight_lowest <= order.weight_kg <= self._limits.weight_highest
        words = order_dose_words(order) if likely else ""
        over = f", over {order.minutes} min" if words and order.minutes > 0 else ""
        self.dose.setText(f"Each infusion: {words}{over}" if words else "")
        self.dose.setVisible(bool(words))

    # -- saving

    def _save(self) -> None:
        order, unread = self._typed()
        if unread:
            check = partial(self._context.services.orders.check, self._context.user(), order)
            self._context.ops.run(self, check, partial(self._refuse, unread), self.show_error, latest="check")
            return
        self.findings.show_sentence("")
        self.set_busy(busy=True)
        write = partial(self._context.services.orders.write, self._context.user(), order, self._command)
        self._context.ops.run(self, write, self._done, self._refused)

    def _done(self, order: Order) -> None:
        self.set_busy(busy=False)
        self.accept()
        self.saved.emit(order)

    def _refused(self, error: ClinicError) -> None:
        self.set_busy(busy=False)
        self._command = str(uuid4())
        if isinstance(error, Refused):
            self._refuse((), error.findings)
            return
        self.show_error(error)

    def _refuse(self, unread: tuple[Finding, ...], findings: tuple[Finding, ...]) -> None:
        self._touched.update(spec.name for spec in _FIELDS)
        self.findings.show_findings(self.form.show_findings(_together(unread, findings)))
        self.form.go_to_first_wrong()

    def may_close(self) -> bool:
        return self._unsaved.may_close(also=bool(self.medicines.codes))


def _together(first: tuple[Finding, ...], second: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Both; of a field that `first` speaks of, `second` says nothing."""
    concerned = {finding.subject for finding in first}
    return (*first, *(finding for finding in second if finding.subject not in concerned))
