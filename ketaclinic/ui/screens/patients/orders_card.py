"""The orders of a patient: read by nurses, written and signed by prescribers; nobody else sees the card.

Signals of `OrdersCard`: `sign_asked(int)` and `withdraw_asked(int)` an order's id.
"""

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton

from ketaclinic.clock import to_wall
from ketaclinic.domain.orders import INDICATIONS, Order, order_problem, rescue_words, titration_words
from ketaclinic.domain.people import User
from ketaclinic.domain.permissions import may
from ketaclinic.domain.protocols import Protocol
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon
from ketaclinic.ui.order_words import ceiling, dose_line, protocol_name
from ketaclinic.ui.widgets.card import TitledCard, add_rows, line
from ketaclinic.ui.widgets.pill import Pill
from ketaclinic.ui.widgets.wrapped_text import WrappedText

_SHOWN = 4


class OrdersCard(TitledCard):
    """Every order with what it says, the latest first; `action` writes a new one."""

    sign_asked = Signal(int)
    withdraw_asked = Signal(int)

    def __init__(
        self,
        orders: tuple[Order, ...],
        user: User,
        protocols: Mapping[str, Protocol],
        today: date,
        zone: str,
        medicines: Mapping[str, str] | None = None,
    ) -> None:
        writes = may(user.role, "orders.write")
        super().__init__("Orders", action="New order…" if writes else "", action_icon="add", name="New order")
        self._user, self._protocols, self._today, self._zone = user, protocols, today, zone
        self._medicines = medicines or {}
        for number, order in enumerate(orders[:_SHOWN]):
            if number:
                self.body.addWidget(line())
            self._add(order)
        if len(orders) > _SHOWN:
            self.say_empty(f"and {len(orders) - _SHOWN} older")
        if not orders:
            self.say_empty(
                "No order yet. No infusion starts without a signed one."
                if writes
                else "No order yet. A prescriber writes and signs one before the first infusion."
            )

    def _add(self, order: Order) -> None:
        fields = order.fields
        head = QHBoxLayout(spacing=10)
        head.addWidget(WrappedText(13, protocol_name(order, self._protocols.get(fields.protocol_id))), 1)
        words, tone = order_state(order, self._today)
        head.addWidget(Pill(words, tone), 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(head)
        left = max(fields.sessions - order.used, 0)
        rows = [
            ("Indication", INDICATIONS.get(fields.indication, fields.indication)),
            ("Infusion", dose_line(order)),
            ("Titration", titration_words(fields)),
            ("Ceiling", ceiling(order)),
            ("Sessions", f"{order.used} of {fields.sessions} used, {left} left"),
            ("Expires", text.full_day(fields.expires_on)),
            ("Rescue", rescue_words(fields, self._medicines)),
            ("Signed", self._signed(order)),
            ("Withdrawn", self._withdrawn(order)),
        ]
        add_rows(self.body, [(word, value) for word, value in rows if value])
        if order.withdrawn:
            return
        if not order.signed:
            self._add_signing(order)
        elif may(self._user.role, "orders.withdraw") and fields.expires_on >= self._today:
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(self._withdrawal(order))
            self.body.addLayout(row)

    def _withdrawn(self, order: Order) -> str:
        if order.withdrawn_at is None:
            return ""
        when = text.when(to_wall(order.withdrawn_at, self._zone))
        return f"{order.withdrawn_by}, {when}: {order.withdrawn_reason}"

    def _withdrawal(self, order: Order) -> QPushButton:
        button = QPushButton("Withdraw…", accessibleName=f"Withdraw order {order.id}")
        button.setProperty("order", order.id)
        button.clicked.connect(self._withdraw_clicked)
        return button

    def _withdraw_clicked(self) -> None:
        self.withdraw_asked.emit(int(self.sender().property("order")))

    def _signed(self, order: Order) -> str:
        if order.signed_at is None:
            return ""
        return f"{order.prescriber}, {text.when(to_wall(order.signed_at, self._zone))}"

    def _add_signing(self, order: Order) -> None:
        own = order.prescriber_id == self._user.id
        said = "You wrote it and have not signed it." if own else f"{order.prescriber} wrote it and has to sign it."
        if order.fields.expires_on < self._today:
            own, said = False, f"{order.prescriber} wrote it and did not sign it in time."
        words = QLabel(said, wordWrap=True)
        words.setProperty("kind", "second")
        row = QHBoxLayout(spacing=10)
        row.addWidget(words, 1)
        if own and may(self._user.role, "orders.sign"):
            sign = QPushButton(icon("sign", "on_accent"), "Sign…", accessibleName="Sign order")
            sign.setProperty("kind", "primary")
            sign.setProperty("order", order.id)
            sign.clicked.connect(self._clicked)
            row.addWidget(sign)
        if may(self._user.role, "orders.withdraw"):
            row.insertWidget(1, self._withdrawal(order))
        self.body.addLayout(row)

    def _clicked(self) -> None:
        self.sign_asked.emit(int(self.sender().property("order")))


def order_state(order: Order, today: date) -> tuple[str, str]:
    """A word for where an order stands, and the tone of its pill."""
    if order.withdrawn:
        return "✕ Withdrawn", "neutral"
    if not order.signed:
        return ("Expired", "neutral") if order.fields.expires_on < today else ("! Not signed", "amber")
    if not order_problem(order, protocol_id=order.fields.protocol_id, day=today):
        return "✓ Signed", "green"
    return ("Expired", "neutral") if order.fields.expires_on < today else ("Used up", "neutral")
