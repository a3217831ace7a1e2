"""Finishes a task: what was decided, in a few words."""

from uuid import uuid4

from PySide6.QtWidgets import QLineEdit, QWidget

from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.tasks import Task
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.wrapped_text import WrappedText


class TaskDialog(Dialog):
    """Closes when the outcome is written down."""

    def __init__(self, context: ScreenContext, task: Task, name: str, *, parent: QWidget) -> None:
        super().__init__(parent, task.word, subtitle=f"{name} · {task.role.word}", width=520)
        self._context, self._task, self._command = context, task, uuid4().hex
        self.body.addWidget(WrappedText(13, task.text, bold=False))
        self.outcome = QLineEdit(placeholderText="What was decided", accessibleName="Outcome")
        self.body.addWidget(self.outcome)
        self.add_cancel()
        self.add_button("Finish task", self._finish, kind="primary")

    def _finish(self) -> None:
        user, services, task = self._context.user(), self._context.services, self._task
        outcome = self.outcome.text().strip()
        self.set_busy(busy=True)
        self._context.ops.run(
            self,
            lambda: services.courses.finish_task(user, task.id, task.version, outcome, self._command),
            self._done,
            self._refused,
        )

    def _done(self, _task: Task) -> None:
        self.set_busy(busy=False)
        self._context.notify("Task finished.")
        self.accept()

    def _refused(self, error: ClinicError) -> None:
        self.show_error(error)
        self.outcome.setFocus()
