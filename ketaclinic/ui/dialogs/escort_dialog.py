"""Takes down, corrects or takes off the list the responsible adult who takes a patient home.

Signals of `EscortDialog`: `saved(object)` the Escort, `removed()`.
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
    removed = Signal()

    def __init__(
        self, context: ScreenContext, patient: Patient, *, parent: QWidget, escort: Escort | None = None
    ) -> None:
        title = "Add escort" if escort is None else "Edit escort"
        super().__init__(parent, title, subtitle=f"Takes {patient.spoken_name} home.", width=560)
        self._context, self._patient, self._escort = context, patient, escort
        self.form = Form(_FIELDS, wall_now(context.clock, context.location.zone).date())
        if escort is not None:
            self.form.set_values({"name": escort.name, "phone": escort.phone, "relation": escort.relation})
        self.body.addWidget(self.form)
        self.body.addStretch()
        if escort is not None:
            self.add_button("Take off the list", self._remove, name="Take escort off the list")
        self.add_cancel()
        self.add_button("Save escort", self._save, kind="primary")

    def _save(self) -> None:
        self.set_busy(busy=True)
        typed = self.form.values()
        patients, user = self._context.services.patients, self._context.user()
        given = (typed["name"], typed["phone"], typed["relation"])
        if self._escort is None:
            work = partial(patients.add_escort, user, self._patient.id, *given)
        else:
            work = partial(patients.edit_escort, user, self._escort.id, self._escort.version, *given)
        self._context.ops.run(self, work, self._done, self._refused)

    def _done(self, escort: Escort) -> None:
        self.set_busy(busy=False)
        self.saved.emit(escort)
        self.accept()

    def _remove(self) -> None:
        if self._escort is None:
            return
        self.set_busy(busy=True)
        patients, user = self._context.services.patients, self._context.user()
        work = partial(patients.remove_escort, user, self._escort.id, self._escort.version)
        self._context.ops.run(self, work, self._taken_off, self.show_error)

    def _taken_off(self, _nothing: None) -> None:
        self.set_busy(busy=False)
        self.removed.emit()
        self.accept()

    def _refused(self, error: ClinicError) -> None:
        if not isinstance(error, Invalid):
            self.show_error(error)
            return
        self.set_busy(busy=False)
        self.form.show_findings([Finding("escort", Severity.BLOCK, str(error), subject=error.field)])
        self.form.go_to_first_wrong()
