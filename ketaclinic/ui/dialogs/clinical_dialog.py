"""Allergies, diagnosis, medicines: for clinical roles alone."""

from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.people import ClinicalProfile, Patient
from ketaclinic.ui.form import Field, Form
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog

_FIELDS = (
    Field("allergies", "Allergies", kind="lines", span=2, placeholder="“None known” once asked; empty means not asked"),
    Field("diagnosis", "Diagnosis", kind="lines", span=2),
    Field("medicines", "Medicines", kind="lines", span=2),
    Field(
        "childbearing_potential",
        "Childbearing potential",
        kind="choice",
        choices=((None, "Not asked"), (True, "Yes"), (False, "No")),
    ),
)


class ClinicalDialog(Dialog):
    """Changes what is known clinically; what changed is in the audit."""

    def __init__(self, context: ScreenContext, patient: Patient, profile: ClinicalProfile, *, parent: QWidget) -> None:
        super().__init__(parent, "Clinical details", subtitle=f"{patient.name} · {patient.record}", width=600)
        self._context, self._profile = context, profile
        self.form = Form(_FIELDS, wall_now(context.clock, context.location.zone).date())
        self.form.set_values({spec.name: getattr(profile, spec.name) for spec in _FIELDS})
        self.body.addWidget(self.form)
        self.body.addStretch()
        self.add_cancel()
        self.add_button("Save clinical details", self._save, kind="primary")

    def _save(self) -> None:
        self.set_busy(busy=True)
        changed = replace(self._profile, **self.form.values())
        work = partial(self._context.services.patients.edit_clinical_profile, self._context.user(), changed)
        self._context.ops.run(self, work, self._done, self.show_error)

    def _done(self, _profile: ClinicalProfile) -> None:
        self.set_busy(busy=False)
        self.accept()
