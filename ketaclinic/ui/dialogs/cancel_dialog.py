"""Takes a visit off the board: who cancelled, what the clinic's policy says of it, and why.

From here one goes on to the ways the course can go on, with all that was entered.

Signals of `CancelDialog`: `cancelled(Appointment)`; `freed(Appointment)` the visit as it was in the place it left;
`handed_on(MissedDialog)` the ways on are asked for there.
"""

from collections.abc import Sequence
from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLabel, QLineEdit, QRadioButton, QVBoxLayout, QWidget

from ketaclinic.domain.appointments import Appointment, Card, Status, Transition
from ketaclinic.domain.findings import ClinicError, Invalid
from ketaclinic.domain.policies import PolicyNotice
from ketaclinic.domain.schedule import Inspection
from ketaclinic.ui import text
from ketaclinic.ui.dialogs.policy_line import PolicyLine
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
    freed = Signal(object)
    handed_on = Signal(object)

    def __init__(self, context: ScreenContext, card: Card, steps: Sequence[Transition], *, parent: QWidget) -> None:
        a = card.appointment
        super().__init__(
            parent,
            "Cancel visit",
            subtitle=f"{card.patient_name} · {card.label} · {text.when(a.starts_at)}",
            width=640,
        )
        self._context, self._card = context, card
        self._command = uuid4().hex
        self._by_hand = False
        self._steps = tuple(steps)
        self._group = QButtonGroup(self)
        for index, step in enumerate(self._steps):
            self.body.addLayout(self._choice(index, step))
        self.policy = PolicyLine(context)
        self.policy.changed.connect(self._check)
        self.policy.said.connect(self._propose)
        self.body.addSpacing(4)
        self.body.addWidget(self.policy)
        self.reason = QLineEdit(placeholderText="Reason (optional)", accessibleName="Reason")
        self.body.addWidget(self.reason)
        self.hint.setText("Ctrl+Z undoes it.")
        self.add_cancel("Keep visit")
        self.elsewhere = self.add_button("Find another place…", self._find_another)
        self.confirm = self.add_button("Cancel visit", self._confirm, kind="danger")
        self._group.buttons()[0].setChecked(True)
        self._group.idClicked.connect(self._chosen)
        self._ask()

    @property
    def target(self) -> Status:
        """The status that is chosen."""
        return self._steps[self._group.checkedId()].target

    def _chosen(self, _index: int) -> None:
        self._by_hand = True
        self._ask()

    def _ask(self) -> None:
        self.policy.ask(self._card.appointment.id, self.target)

    def _propose(self, notice: PolicyNotice) -> None:
        """Marks the status that fits the notice given, unless somebody has chosen one."""
        fits = next((n for n, step in enumerate(self._steps) if step.target is notice.proposed), None)
        if not self._by_hand and fits is not None:
            marked = self._group.button(fits)
            if self._group.checkedButton().hasFocus():
                marked.setFocus()
            marked.setChecked(True)
        self._check()
        self.fit()

    def _check(self) -> None:
        lacking = self.policy.lacking
        self.hint.setText(lacking or "Ctrl+Z undoes it.")
        self.confirm.setEnabled(not lacking and not self._busy)
        self.fit()

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
        a, reason, target = self._card.appointment, self.reason.text().strip(), self.target
        user, services, command = self._context.user(), self._context.services, self._command
        answer = self.policy.answer
        self.set_busy(busy=True)
        self._context.ops.run(
            self,
            lambda: services.courses.lose(user, a.id, a.version, target, reason, answer, command),
            self._done,
            self._refused,
        )

    def _refused(self, error: ClinicError) -> None:
        self._command = uuid4().hex
        self.show_error(error)
        if isinstance(error, Invalid) and error.field == "waiver":
            self.policy.reason.setFocus()

    def _find_another(self) -> None:
        user, services, visit = self._context.user(), self._context.services, self._card.appointment.id
        self._context.ops.run(self, lambda: services.floor.inspect(user, visit), self._go_on, self.show_error)

    def _go_on(self, inspection: Inspection) -> None:
        from ketaclinic.ui.dialogs.missed_dialog import MissedDialog  # noqa: PLC0415 - often not needed

        dialog = MissedDialog(self.window(), self._context, inspection, self.target, reason=self.reason.text().strip())
        dialog.policy.keep(self.policy)
        self.handed_on.emit(dialog)
        self.accept()
        dialog.open()

    def _done(self, appointment: Appointment) -> None:
        self._context.notify(f"{self._card.patient_name}: {appointment.status.word.lower()}. Ctrl+Z undoes it.")
        self.cancelled.emit(appointment)
        self.freed.emit(self._card.appointment)
        self.accept()
