"""Asks once before a dialog throws away what was typed."""

from PySide6.QtWidgets import QVBoxLayout

from ketaclinic.ui.form import Form
from ketaclinic.ui.widgets.findings_panel import Notice


class Unsaved:
    """Stands at the end of a dialog's body when it is closed with something typed; typing on takes it away."""

    def __init__(self, form: Form, body: QVBoxLayout) -> None:
        self._form, self._body = form, body
        self._notice: Notice | None = None
        form.changed.connect(self._forget)

    def may_close(self, *, also: bool = False) -> bool:
        """True when nothing was typed (or chosen outside the form: `also`), or when it is asked a second time."""
        if not (self._form.is_changed or also) or self._notice is not None:
            return True
        self._notice = Notice(
            "What you typed is not saved. Close once more to throw it away, or go on typing.", title="Not saved yet"
        )
        self._body.addWidget(self._notice)
        return False

    def _forget(self, _field: str) -> None:
        if self._notice is not None:
            self._notice.hide()
            self._notice.deleteLater()
            self._notice = None
