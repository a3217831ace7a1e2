"""What can be done with a row of the recall lists: each act with its key, and which of them the current row takes."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtGui import QAction

from ketaclinic.domain.calls import CallOutcome, ConfirmRow
from ketaclinic.domain.people import Role
from ketaclinic.domain.permissions import may
from ketaclinic.domain.recall import RecallKind, RecallRow

Acts = tuple[QAction | None, tuple[QAction, ...]]
"""The one next step of a row, and what else it takes."""


class RowActions:
    """Made once by the screen that has the slots; `allow` lets the current row's keys act and no others."""

    def __init__(
        self,
        add: Callable[..., QAction],
        main: Callable[[], None],
        note: Callable[[CallOutcome], None],
        *,
        cancel: Callable[[], None],
        patient: Callable[[], None],
        edit: Callable[[], None],
        close: Callable[[], None],
    ) -> None:
        def enter(name: str, picture: str = "open") -> QAction:
            action = add(name, main, icon=picture)
            action.setProperty("key_word", "Enter")
            return action

        def call(name: str, outcome: CallOutcome, key: str, picture: str) -> QAction:
            return add(name, partial(note, outcome), key=key, icon=picture)

        self.open = enter("Open visit")
        self.plan = enter("Plan series", "plan")
        self.made_up = enter("Make up for it", "repeat")
        self.place = enter("Place visit", "pin")
        self.book = enter("Book", "add")
        self.hold = enter("Book the held visits", "held")
        self.task = enter("Finish task", "checklist")
        self.confirmed = call("Confirmed", CallOutcome.CONFIRMED, "C", "confirmed")
        self.voicemail = call("Voicemail", CallOutcome.VOICEMAIL, "V", "phone")
        self.unreachable = call("Unreachable", CallOutcome.UNREACHABLE, "U", "no_show")
        self.cancelled = add("Cancelled", cancel, key="X", icon="cancelled")
        self.declined = call("Declined", CallOutcome.DECLINED, "D", "close")
        self.patient = add("Open patient", patient, key="P", icon="patient")
        self.edit = add("Edit wish", edit, key="E", icon="edit")
        self.close = add("Take off list", close, key="Del", icon="close")

    def allow(self, row: Any, role: Role) -> Acts:  # noqa: ANN401 - a row of either list
        """Lets what the row takes be pressed, and nothing else; answers it for the buttons."""
        main, others = self._of(row, role)
        for action in vars(self).values():
            allowed = action is main or action in others
            action.setEnabled(allowed)
            action.setVisible(allowed)
        return main, others

    def _of(self, row: Any, role: Role) -> Acts:  # noqa: ANN401
        called = (self.voicemail, self.unreachable, self.declined, self.patient)
        if isinstance(row, ConfirmRow):
            return self.confirmed, (self.voicemail, self.unreachable, self.cancelled, self.open)
        if not isinstance(row, RecallRow):
            return None, ()
        if row.kind is RecallKind.REVIEW:
            return (self.task if may(role, "courses.finish_task") else None), (self.patient,)
        if row.kind is RecallKind.WAITING:
            return (self.place if row.appointment_id is not None else self.book), (*called, self.edit, self.close)
        if row.kind is RecallKind.HOLD_ENDING:
            return self.hold, called
        if row.kind is RecallKind.TO_PLACE:
            return self.place, called
        return (self.plan if row.appointment_id is None else self.made_up), called
