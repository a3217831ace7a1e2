"""Takes down the responsible adult who takes a patient home.

Signals of `EscortDialog`: `saved(object)` the Escort.
"""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.findings import ClinicError, Finding, Invalid, Severity
from ketaclinic.domain.people import Escort, Patient
from ketaclinic.ui.form import Field, Form
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog

_FIELDS = (
    Field("name", "Name", required=True, span=2),
    Field("phone", "Telephone", required=True, placeholder="To be reached that day"),
    Field("relation", "Relation", placeholder="Wife, friend, …"),
)


class EscortDialog(Dialog):
    """Name, telephone, relation."""

    saved = Signal(object)

    def __init__(self, context: ScreenContext, patient: Patient, *, parent: QWidget) -> None:
        super().__init__(parent, "Add escort", subtitle=f"Takes {patient.spoken_name} home.", width=560)
        self._context, self._patient = context, patient
        self.form = Form(_FIELDS, wall_now(context.clock, context.location.zone).date())
        self.body.addWidget(self.form)
        self.body.addStretch()
        self.add_cancel()
        self.add_button("Save escort", self._save, kind="primary")

    def _save(self) -> None:
        self.set_busy(busy=True)
        typed = self.form.values()
        work = partial(
            self._context.services.patients.add_escort,
            self._context.user(),
            self._patient.id,
            typed["name"],
            typed["phone"],
            typed["relation"],
        )
        self._context.ops.run(self, work, self._done, self._refused)

    def _done(self, escort: Escort) -> None:
        self.set_busy(busy=False)
        self.saved.emit(escort)
        self.accept()

    def _refused(self, error: ClinicError) -> None:
        if not isinstance(error, Invalid):
            self.show_error(error)
            return
        self.set_busy(busy=False)
        self.form.show_findings([Finding("escort", Severity.BLOCK, str(error), subject=error.field)])
        self.form.go_to_first_wrong()
