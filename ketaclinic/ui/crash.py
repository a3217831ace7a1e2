"""What the user sees of a bug: what is safe, what to do, and the details to hand on; the log has them too."""

import logging
import sys
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QWidget

from ketaclinic.ui.widgets.dialog import Dialog

_log = logging.getLogger(__name__)

_SAFE = (
    "ketaclinic met something it did not expect. Everything saved before is kept; what you did last may not be saved. "
    "Look whether it is there, then go on. If it happens again, restart the program and send these details to whoever "
    "looks after it. They hold no patient’s name."
)


class CrashDialog(Dialog):
    """Shows a bug once, with details that can be copied."""

    def __init__(self, parent: QWidget, error: BaseException) -> None:
        super().__init__(parent, "Something went wrong", width=620)
        words = QLabel(_SAFE, wordWrap=True)
        self.details = QPlainTextEdit(_details(error), readOnly=True, accessibleName="Details")
        self.details.setFixedHeight(150)
        self.body.addWidget(words)
        self.body.addWidget(self.details)
        self.copy = self.add_button("Copy details", self._copy)
        self.add_button("Go on", self.accept, kind="primary")

    def first_field(self) -> QPushButton | None:
        return self.main_button

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details.toPlainText())
        self.hint.setText("Copied.")


class CrashWatch(QObject):
    """Catches what nobody caught, logs it, and tells `crashed(object)` on the thread of the window."""

    crashed = Signal(object)

    def install(self) -> None:
        """Takes over `sys.excepthook`."""
        sys.excepthook = self._hook

    def uninstall(self) -> None:
        """Gives it back."""
        sys.excepthook = sys.__excepthook__

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log.critical("unexpected error", exc_info=(kind, error, trace))
        self.crashed.emit(error)


def _details(error: BaseException) -> str:
    """Where it happened, without the values that were at hand: they may name a patient."""
    steps = traceback.extract_tb(error.__traceback__)
    lines = [f"{step.filename.rpartition('ketaclinic')[2] or step.name}:{step.lineno} {step.name}" for step in steps]
    return "\n".join([type(error).__name__, *lines])
