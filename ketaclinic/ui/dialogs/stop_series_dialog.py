"""Ends a course before its time: why, and what becomes of the visits ahead.

Signals of `StopSeriesDialog`: `stopped(BookedSeries)`.
"""

from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QWidget

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.series import SeriesProgress
from ketaclinic.domain.wishes import BookedSeries
from ketaclinic.ui import text
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog

_AHEAD = {Status.PROPOSED, Status.HELD, Status.SCHEDULED, Status.CONFIRMED}


class StopSeriesDialog(Dialog):
    """Asks for the reason; can be undone."""

    stopped = Signal(object)

    def __init__(self, parent: QWidget, context: ScreenContext, patient_name: str, progress: SeriesProgress) -> None:
        super().__init__(parent, "Stop series", subtitle=f"{patient_name} · {progress.desk_name}", width=520)
        self._context, self._progress, self._name = context, progress, patient_name
        self._command = uuid4().hex
        ahead = [v for v in progress.visits if v.status in _AHEAD]
        of = "" if progress.series.open_ended else f" of {progress.series.sessions}"
        given = f"{progress.done}{of} given" if of else f"{text.count(progress.done, 'session')} given"
        self.body.addWidget(QLabel(f"{given}, {text.count(len(ahead), 'visit')} ahead.", wordWrap=True))
        self.reason = QLineEdit(placeholderText="Reason", accessibleName="Reason")
        self.reason.textChanged.connect(self._check)
        self.body.addWidget(self.reason)
        words = "Cancel the visit ahead" if len(ahead) == 1 else f"Cancel the {len(ahead)} visits ahead"
        self.cancel_ahead = QCheckBox(words, accessibleName=words, checked=True)
        self.cancel_ahead.setVisible(bool(ahead))
        self.body.addWidget(self.cancel_ahead)
        self.add_cancel("Keep series")
        self.confirm = self.add_button("Stop series", self._confirm, kind="danger")
        self._check()

    def _check(self) -> None:
        said = bool(self.reason.text().strip())
        self.confirm.setEnabled(said and not self._busy)
        self.hint.setText("Frees the chairs. Ctrl+Z undoes it." if said else "Say why the series ends.")

    def _confirm(self) -> None:
        user, services, command = self._context.user(), self._context.services, self._command
        series_id, reason, cancel = self._progress.series.id, self.reason.text().strip(), self.cancel_ahead.isChecked()
        self.set_busy(busy=True)
        self._context.ops.run(
            self, lambda: services.courses.stop(user, series_id, reason, cancel, command), self._done, self._refused
        )

    def _done(self, stopped: BookedSeries) -> None:
        visits = text.count(len(stopped.appointment_ids), "visit")
        self._context.notify(f"{self._name}: series stopped, {visits} cancelled. Ctrl+Z undoes it.")
        self.accept()
        self.stopped.emit(stopped)

    def _refused(self, error: ClinicError) -> None:
        self._command = uuid4().hex
        self.show_error(error)
