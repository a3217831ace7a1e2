"""Adds a patient in under a minute, or changes one; says what is wrong where it is typed, and loses nothing.

Signals of `PatientDialog`: `saved(object)` the Patient; `known_chosen(int)` someone known was meant instead.
"""

from dataclasses import fields as value_fields
from functools import partial
from uuid import uuid4

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.findings import ClinicError, Finding, Refused, Stale
from ketaclinic.domain.people import Patient, PatientFields, PatientRow
from ketaclinic.ui.dialogs.two_versions import TwoVersions
from ketaclinic.ui.form import Field, Form
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.card import empty_layout
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.findings_panel import Notice
from ketaclinic.ui.widgets.patient_picker import patient_line
from ketaclinic.ui.widgets.tall_scroll import TallScroll

_PAUSE_MS = 250

FIELDS = (
    Field("family_name", "Family name", required=True),
    Field("given_name", "Given name"),
    Field("preferred_name", "Called", placeholder="If not by the given name"),
    Field("born", "Date of birth", kind="date"),
    Field("phone", "Telephone"),
    Field("email", "E-mail"),
    Field("address", "Address", kind="lines", span=2),
    Field("language", "Language", placeholder="If not English"),
    Field("interpreter", "Needs an interpreter", kind="yes"),
    Field("emergency_contact", "Emergency contact"),
    Field("emergency_phone", "Emergency telephone"),
    Field("note", "Note everyone must see", kind="lines", span=2),
    Field("external_id", "Number in another program"),
)


class PatientDialog(Dialog):
    """The form of a patient; closes only when it is saved."""

    saved = Signal(object)
    known_chosen = Signal(int)

    def __init__(
        self, context: ScreenContext, patient: Patient | None = None, *, parent: QWidget, name: str = ""
    ) -> None:
        title = "Add patient" if patient is None else "Edit patient"
        super().__init__(parent, title, subtitle=f"{patient.name} · {patient.record}" if patient else "", width=680)
        self._context = context
        self._patient = patient
        self._command = str(uuid4())
        self._touched: set[str] = set()
        self._leaving: Notice | None = None
        today = wall_now(context.clock, context.location.zone).date()
        self.form = Form(FIELDS, today)
        self.known = QFrame(accessibleName="May be the same person")
        self._known = QVBoxLayout(self.known, spacing=6)
        self._known.setContentsMargins(0, 0, 0, 0)
        self.known.hide()
        self.versions = TwoVersions({spec.name: spec.label for spec in FIELDS})
        self.versions.saved_taken.connect(self._take_saved)
        self.versions.typed_kept.connect(self._keep_typed)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._look)
        self._lay_out()
        self._fill(patient, name)
        self.form.changed.connect(self._changed)
        self.form.left.connect(self._left)

    def _lay_out(self) -> None:
        inside = QWidget(objectName="scrolled")
        column = QVBoxLayout(inside, spacing=12)
        column.setContentsMargins(2, 2, 10, 2)
        column.addWidget(self.form)
        scroll = TallScroll()
        scroll.setWidget(inside)
        self.body.addWidget(scroll, 1)
        self.body.addWidget(self.known)
        self.body.addWidget(self.versions)
        self.add_cancel()
        self.save = self.add_button("Save patient", self._save, kind="primary")

    def _fill(self, patient: Patient | None, name: str) -> None:
        if patient is not None:
            self.form.set_values(_values(patient.fields))
        elif name:
            family, _, given = name.partition(",") if "," in name else _split(name)
            self.form.set_values({"family_name": family.strip(), "given_name": given.strip()})

    # -- while typing

    def _changed(self, name: str) -> None:
        self._touched.add(name)
        self._forget_leaving()
        self._pause.start()

    def _left(self, name: str) -> None:
        if name in self._touched:
            self._check(frozenset({name}))

    def _check(self, only: frozenset[str]) -> None:
        check = partial(self._context.services.patients.check, self._typed())
        self._context.ops.run(self, check, partial(self._show_checked, only), latest="check")

    def _show_checked(self, only: frozenset[str], findings: tuple[Finding, ...]) -> None:
        self.form.show_findings(self._with_unreadable(findings), only=only)

    def _look(self) -> None:
        """Asks whether the person is known already."""
        if self._patient is not None:
            return
        find = partial(self._context.services.patients.same_person, self._context.user(), self._typed())
        self._context.ops.run(self, find, self._show_known, latest="known")

    def _show_known(self, rows: tuple[PatientRow, ...]) -> None:
        empty_layout(self._known)
        for row in rows[:3]:
            notice = Notice(f"{row.name} · {patient_line(row)}", tone="amber", title="Is it the same person?")
            button = QPushButton("Open instead", accessibleName=f"Open {row.name} instead")
            button.setProperty("patient", row.id)
            button.clicked.connect(self._open_known)
            notice.layout().addWidget(button)
            self._known.addWidget(notice)
        self.known.setVisible(bool(rows))

    def _open_known(self) -> None:
        self.known_chosen.emit(int(self.sender().property("patient")))
        self.accept()

    # -- saving

    def _typed(self) -> PatientFields:
        return PatientFields(**self.form.values())

    def _with_unreadable(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        unreadable = self.form.findings()
        concerned = {finding.subject for finding in unreadable}
        return (*unreadable, *(finding for finding in findings if finding.subject not in concerned))

    def _save(self) -> None:
        if self.form.findings():
            self._refused(Refused(self.form.findings()))
            return
        self.findings.show_sentence("")
        self.set_busy(busy=True)
        patients, by = self._context.services.patients, self._context.user()
        if self._patient is None:
            work = partial(patients.add, by, self._typed(), self._command)
        else:
            work = partial(patients.edit, by, self._patient.id, self._patient.version, self._typed())
        self._context.ops.run(self, work, self._done, self._refused)

    def _done(self, patient: Patient) -> None:
        self.set_busy(busy=False)
        self.saved.emit(patient)
        self.accept()

    def _refused(self, error: ClinicError) -> None:
        self.set_busy(busy=False)
        self._command = str(uuid4())
        if isinstance(error, Stale) and self._patient is not None:
            read = partial(self._context.services.patients.get, self._context.user(), self._patient.id)
            self._context.ops.run(self, read, self._show_versions)
            return
        if isinstance(error, Refused):
            rest = self.form.show_findings(self._with_unreadable(error.findings))
            self.findings.show_findings(rest)
            self.form.go_to_first_wrong()
            return
        self.show_error(error)

    # -- someone else was faster

    def _show_versions(self, saved: Patient) -> None:
        self._patient = saved
        self.versions.compare(_values(self._typed()), _values(saved.fields))
        self.save.setEnabled(False)

    def _take_saved(self) -> None:
        assert self._patient is not None
        self.form.set_values(_values(self._patient.fields))
        self.form.show_findings(())
        self.save.setEnabled(True)

    def _keep_typed(self) -> None:
        self.save.setEnabled(True)
        self.save.setFocus()

    # -- leaving

    def may_close(self) -> bool:
        if not self.form.is_changed or self._leaving is not None:
            return True
        self._leaving = Notice(
            "What you typed is not saved. Close once more to throw it away, or go on typing.", title="Not saved yet"
        )
        self.body.addWidget(self._leaving)
        return False

    def _forget_leaving(self) -> None:
        if self._leaving is not None:
            self._leaving.hide()
            self._leaving.deleteLater()
            self._leaving = None


def _values(given: PatientFields) -> dict[str, object]:
    return {one.name: getattr(given, one.name) for one in value_fields(given)}


def _split(name: str) -> tuple[str, str, str]:
    given, _, family = name.rpartition(" ")
    return family, "", given
