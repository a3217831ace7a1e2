"""Records that a patient has signed the consent: when, for what, and on which filed copy.

Signals of `ConsentDialog`: `saved(object)` the Consent.
"""

from collections.abc import Iterable
from functools import partial
from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QWidget

from ketaclinic.clock import to_wall, wall_now
from ketaclinic.domain.consents import Consent, months_later
from ketaclinic.domain.findings import ClinicError, Finding, Invalid, Severity
from ketaclinic.domain.handouts import Document
from ketaclinic.domain.orders import INDICATIONS
from ketaclinic.domain.people import Patient
from ketaclinic.ui import text
from ketaclinic.ui.dialogs.unsaved import Unsaved
from ketaclinic.ui.form import Field, Form
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog

_ON_PAPER = (None, "On paper, not filed")
_FIELDS = (
    Field("signed_on", "Signed on", kind="date", required=True, placeholder="Day month year", ages=False),
    Field(
        "indication",
        "Indication",
        kind="choice",
        required=True,
        choices=((None, "Choose the indication"), *INDICATIONS.items()),
    ),
    Field("document_id", "Signed copy", kind="choice", span=2, choices=(_ON_PAPER,)),
)


class ConsentDialog(Dialog):
    """Who records it is its witness."""

    saved = Signal(object)

    def __init__(
        self,
        context: ScreenContext,
        patient: Patient,
        documents: Iterable[Document],
        *,
        parent: QWidget,
        ordered: Iterable[str] = (),
    ) -> None:
        """Opens empty but for the copy.

        Args:
            context: what the dialog works with.
            patient: who has signed.
            documents: everything filed for the patient, the latest first.
            parent: where it opens.
            ordered: indications of the orders in force, to go by.
        """
        super().__init__(parent, "Record signed consent", subtitle=f"{patient.name} · {patient.record}", width=600)
        self._context, self._patient = context, patient
        self._command = str(uuid4())
        self._today = wall_now(context.clock, context.location.zone).date()
        self._filed = {copy.id: copy for copy in documents if copy.kind == "consent"}
        self.form = Form(_FIELDS, self._today)
        self.form.set_choices("document_id", [*((id_, self._copy_words(id_)) for id_ in self._filed), _ON_PAPER])
        if self._filed:
            self.form.set_values({"document_id": next(iter(self._filed))})
        names = ", ".join(dict.fromkeys(INDICATIONS.get(code, code) for code in ordered))
        self.form.set_hint("indication", f"The order is for: {names}" if names else "")
        self.form.set_hint("signed_on", f"Today is {text.full_day(self._today)}")
        self.body.addWidget(self.form)
        witness = QLabel(f"{context.user().name} stands as the witness.")
        witness.setProperty("kind", "second")
        self.body.addWidget(witness)
        self.body.addStretch()
        self._unsaved = Unsaved(self.form, self.body)
        self.form.changed.connect(self._changed)
        self.add_cancel()
        self.add_button("Record consent", self._save, kind="primary")

    def _copy_words(self, document_id: int) -> str:
        copy = self._filed[document_id]
        made = to_wall(copy.made_at, self._context.location.zone)
        return f"{copy.title}, revision {copy.revision}, filed {text.when(made)}"

    def _changed(self, name: str) -> None:
        if name in {"signed_on", "document_id"}:
            self.form.set_hint("signed_on", self._held_until())
            self.form.show_findings(self._doubts(), only=frozenset({"signed_on", "document_id"}))

    def _held_until(self) -> str:
        signed_on = self.form.values()["signed_on"]
        if signed_on is None:
            return f"Today is {text.full_day(self._today)}"
        months = self._context.catalog.rules.whole("clinical.consent-months")
        return f"Holds until {text.day_month_year(months_later(signed_on, months))}"

    def _doubts(self) -> tuple[Finding, ...]:
        """What may be a slip: a copy that was printed after the day it is said to be signed on."""
        typed = self.form.values()
        copy = self._filed.get(typed["document_id"] or 0)
        if copy is None or typed["signed_on"] is None:
            return ()
        made = to_wall(copy.made_at, self._context.location.zone).date()
        if made <= typed["signed_on"]:
            return ()
        words = f"This copy was printed on {text.day_month_year(made)}, after the day of the signature."
        return (Finding("copy-later", Severity.WARN, words, subject="document_id"),)

    # -- saving

    def _save(self) -> None:
        typed = self.form.values()
        if missing := self._missing():
            self.form.show_findings((*missing, *self._doubts()))
            self.form.go_to_first_wrong()
            return
        self.findings.show_sentence("")
        self.set_busy(busy=True)
        work = partial(
            self._context.services.consents.record,
            self._context.user(),
            self._patient.id,
            typed["indication"],
            typed["document_id"],
            typed["signed_on"],
            self._command,
        )
        self._context.ops.run(self, work, self._done, self._refused)

    def _missing(self) -> tuple[Finding, ...]:
        typed = self.form.values()
        found = list(self.form.findings())
        if typed["signed_on"] is None and not found:
            found.append(Finding("no-date", Severity.BLOCK, "Enter the day of the signature.", subject="signed_on"))
        if typed["signed_on"] is not None and typed["signed_on"] > self._today:
            words = "The day of the signature lies ahead."
            found.append(Finding("ahead", Severity.BLOCK, words, subject="signed_on"))
        if typed["indication"] is None:
            words = "Choose what the consent is for."
            found.append(Finding("no-indication", Severity.BLOCK, words, subject="indication"))
        return tuple(found)

    def _done(self, consent: Consent) -> None:
        self.set_busy(busy=False)
        self.saved.emit(consent)
        self.accept()

    def _refused(self, error: ClinicError) -> None:
        self._command = str(uuid4())
        if not isinstance(error, Invalid):
            self.show_error(error)
            return
        self.set_busy(busy=False)
        self.form.show_findings([Finding("consent", Severity.BLOCK, str(error), subject=error.field)])
        self.form.go_to_first_wrong()

    def may_close(self) -> bool:
        return self._unsaved.may_close()
