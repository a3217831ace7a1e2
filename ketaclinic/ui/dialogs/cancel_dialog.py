"""Takes a visit off the board: who cancelled, and why.

Signals of `CancelDialog`: `cancelled(Appointment)`.
"""

from collections.abc import Sequence
from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLabel, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from ketaclinic.domain.appointments import Appointment, Card, Status, Transition
from ketaclinic.ui import text
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog

_EXPLAINED = {
    Status.CANCELLED_BY_PATIENT: "The patient called in time.",
    Status.CANCELLED_BY_CLINIC: "The clinic could not keep the visit.",
    Status.CANCELLED_LATE: "Inside the clinic's hours of notice.",
    Status.RESCHEDULED: "Another date takes its place.",
}


class CancelDialog(Dialog):
    """Frees the chair at once; can be undone."""

    cancelled = Signal(object)

    def __init__(self, context: ScreenContext, card: Card, steps: Sequence[Transition], *, parent: QWidget) -> None:
        a = card.appointment
        super().__init__(
            parent,
            "Cancel visit",
            subtitle=f"{card.patient_name} · {card.label} · {text.when(a.starts_at)}",
            width=520,
        )
        self._context, self._card = context, card
        self._command = uuid4().hex
        self._steps = tuple(steps)
        self._group = QButtonGroup(self)
        for index, step in enumerate(self._steps):
            self.body.addLayout(self._choice(index, step))
        self.reason = QLineEdit(placeholderText="Reason (optional)", accessibleName="Reason")
        self.body.addSpacing(4)
        self.body.addWidget(self.reason)
        self.hint.setText("Frees the chair. Ctrl+Z undoes it.")
        self.add_cancel("Keep visit")
        self.confirm = self.add_button("Cancel visit", self._confirm, kind="danger")
        self._group.buttons()[0].setChecked(True)

    def _choice(self, index: int, step: Transition) -> QVBoxLayout:
        button = QRadioButton(step.verb, accessibleName=step.verb)
        self._group.addButton(button, index)
        words = QLabel(_EXPLAINED.get(step.target, ""))
        words.setProperty("kind", "small")
        words.setContentsMargins(26, 0, 0, 0)
        column = QVBoxLayout(spacing=0)
        column.addWidget(button)
        column.addWidget(words)
        return column

    def _confirm(self) -> None:
        step = self._steps[self._group.checkedId()]
        a, reason = self._card.appointment, self.reason.text().strip()
        user, services, command = self._context.user(), self._context.services, self._command
        self.set_busy(busy=True)
        self._context.ops.run(
            self,
            lambda: services.booking.cancel(user, a.id, a.version, step.target, reason, command_id=command),
            self._done,
            self.show_error,
        )

    def _done(self, appointment: Appointment) -> None:
        self._context.notify(f"{self._card.patient_name}: {appointment.status.word.lower()}. Ctrl+Z undoes it.")
        self.cancelled.emit(appointment)
        self.accept()
