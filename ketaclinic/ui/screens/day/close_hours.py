"""Closes hours where one points at them: the chair or the whole location, from when to when, and why.

Signals of `CloseHours`: `closed_hours(Closure)`.
"""

from datetime import datetime, timedelta
from functools import partial
from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.findings import ClinicError, Finding, Invalid, Severity
from ketaclinic.domain.resources import Chair, Closure
from ketaclinic.ui import text
from ketaclinic.ui.form import Field, Form
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog

_LENGTH = timedelta(hours=1)


class CloseHours(Dialog):
    """One form; hours with visits in them stay open, and the refusal names the visits."""

    closed_hours = Signal(object)

    def __init__(self, context: ScreenContext, chair: Chair, starts_at: datetime, *, parent: QWidget) -> None:
        super().__init__(parent, "Close hours", subtitle=text.full_day(starts_at.date()), width=560)
        self._context, self._day = context, starts_at.date()
        self._command = uuid4().hex
        where = ((chair.id, chair.name), (None, "Whole location"))
        fields = (
            Field("starts_at", "From", kind="time", required=True),
            Field("ends_at", "To", kind="time", required=True),
            Field("chair", "Where", kind="choice", choices=where),
            Field("reason", "Reason", required=True, placeholder="Pump service, meeting, …"),
        )
        self.form = Form(fields, wall_now(context.clock, context.location.zone).date())
        ends = min(starts_at + _LENGTH, datetime.combine(self._day, datetime.max.time()))
        self.form.set_values({"starts_at": starts_at.time(), "ends_at": ends.time(), "chair": chair.id})
        self.body.addWidget(self.form)
        self.add_cancel()
        self.add_button("Close these hours", self._save, kind="primary")

    def _save(self) -> None:
        found = self.form.findings()
        self.findings.show_findings(self.form.show_findings(found))
        if self.form.go_to_first_wrong():
            return
        typed = self.form.values()
        starts, ends = (datetime.combine(self._day, typed[name]) for name in ("starts_at", "ends_at"))
        context, by = self._context, self._context.user()
        self.set_busy(busy=True)
        work = partial(
            context.services.clinic.add_closure,
            by,
            context.location.id,
            typed["chair"],
            starts,
            ends,
            typed["reason"],
            self._command,
        )
        context.ops.run(self, work, self._done, self._refused)

    def _done(self, closure: Closure) -> None:
        self.set_busy(busy=False)
        self._context.notify(f"Closed: {closure.reason}, {text.span(closure.starts_at, closure.ends_at)}.")
        self.closed_hours.emit(closure)
        self.accept()

    def _refused(self, error: ClinicError) -> None:
        self._command = uuid4().hex
        if isinstance(error, Invalid):
            self.set_busy(busy=False)
            self.form.show_findings([Finding("closure", Severity.BLOCK, str(error), subject=error.field)])
            self.form.go_to_first_wrong()
        else:
            self.show_error(error)
        self.fit()
