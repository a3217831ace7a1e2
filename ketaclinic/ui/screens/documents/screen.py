"""Documents: choose patient and document, see it, print it, save it, file it; print a filed one again."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from ketaclinic.clock import wall_now
from ketaclinic.domain.appointments import FREES_THE_CHAIR
from ketaclinic.domain.changes import Changes
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.handouts import Document, DocumentText, Handout
from ketaclinic.domain.patients import PatientPage
from ketaclinic.ui.screen import Screen, ScreenContext
from ketaclinic.ui.screens.documents.chooser import Chooser
from ketaclinic.ui.screens.documents.preview import Preview

_PRINTED_TABLES = ("patients", "appointments", "escorts", "series", "clinic", "locations", "orders")
"""Tables whose rows stand on what is printed."""


class DocumentsScreen(Screen):
    """The print shop of the clinic."""

    key = "documents"
    title = "Documents"
    icon = "documents"

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self.page: PatientPage | None = None
        self.kind = ""
        self.document: Document | None = None
        self._series_id: int | None = None
        self._wanted_visit: int | None = None
        self._wanted_kind = ""
        self._command = ""
        self.chooser = Chooser(context)
        self.preview = Preview()
        layout = QHBoxLayout(self, spacing=14)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.addWidget(self.chooser)
        layout.addWidget(self.preview, 1)
        self._connect()

    def _connect(self) -> None:
        self.chooser.patient_chosen.connect(self.choose_patient)
        self.chooser.visit_chosen.connect(self._visit_chosen)
        self.chooser.handout_chosen.connect(self.choose_handout)
        self.chooser.filed_chosen.connect(self.choose_filed)
        self.chooser.calendar_wanted.connect(self.save_calendar)
        self.preview.print_wanted.connect(self.print_document)
        self.preview.save_wanted.connect(self.save_document)
        self.preview.file_wanted.connect(self.file_document)
        self.add_action("Save as PDF", self.save_document, key="Ctrl+S", icon="save")
        self.add_action("Save calendar file", self.save_calendar, icon="save")
        self.add_action("File document", self.file_document, icon="document")
        self.add_action("Print document", self.print_document, icon="print")

    # coming and going

    def shown(self) -> None:
        """Comes to the front: typing starts at the patient where none is chosen."""
        if self.page is None:
            self.chooser.picker.setFocus(Qt.FocusReason.OtherFocusReason)

    def open(self, args: dict[str, Any]) -> None:
        """Goes to `patient_id`, for `appointment_id` or `series_id`, with `kind` in front."""
        if not args.get("patient_id"):
            return
        self._wanted_visit = args.get("appointment_id")
        self._wanted_kind = str(args.get("kind") or "")
        self._load(int(args["patient_id"]), args.get("series_id"))

    def refresh(self, changes: Changes | None = None) -> None:
        """Shows what is true now of the patient in front."""
        if self.page is None:
            return
        patient = self.page.patient.id
        if changes is None:
            self._load(patient, self._series_id)
            return
        if patient not in changes.patients and not changes.touches("clinic", "locations"):
            return
        if changes.touches("documents"):
            self._load_filed()
        if changes.touches(*_PRINTED_TABLES):
            self._load(patient, self._series_id)

    def print_here(self) -> bool:
        """Prints the document in front."""
        if self.preview.stack.currentWidget() is not self.preview.view:
            return False
        self.print_document()
        return True

    # the patient

    def choose_patient(self, patient_id: int) -> None:
        """Shows another patient."""
        self._wanted_visit, self._wanted_kind = None, self.kind or (self.document.kind if self.document else "")
        self._load(patient_id, None)

    def _load(self, patient_id: int, series_id: int | None) -> None:
        if self.page is None or self.page.patient.id != patient_id:
            self._forget()
        self._series_id = series_id
        services, user = self.context.services, self.context.user()

        def read() -> tuple[PatientPage, tuple[Handout, ...], tuple[Document, ...]]:
            printing = services.printing
            return (
                services.patients.page(user, patient_id),
                printing.available(user, "patient"),
                printing.of_patient(user, patient_id),
            )

        self.context.ops.run(self, read, self._loaded, self._not_loaded, latest="patient")

    def _loaded(self, read: tuple[PatientPage, tuple[Handout, ...], tuple[Document, ...]]) -> None:
        page, handouts, filed = read
        visit = self._wanted_visit if self._wanted_visit is not None else self.chooser.appointment_id
        self.page = page
        self.set_subtitle(page.patient.name)
        self.chooser.show_patient(page, visit)
        self._wanted_visit = None
        self.chooser.show_handouts([self._text(handout.kind) for handout in handouts])
        self._show_filed(filed)
        wanted, self._wanted_kind = self._wanted_kind or self.kind, ""
        if self.document is not None and not wanted:
            self.choose_filed(self.document.id)
        elif wanted:
            self.kind = ""
            self._select(wanted)
        else:
            self.preview.say("Choose a document", "It is shown here as it will be on paper.")

    def _not_loaded(self, error: ClinicError) -> None:
        self._forget()
        self.preview.say("This patient cannot be shown", str(error))

    def _forget(self) -> None:
        self.page, self.document, self._command = None, None, ""
        if not self._wanted_kind:
            self.kind = ""
        self.chooser.handouts.clearSelection()
        self.chooser.visit.clear()
        self.chooser.show_patient(None)
        self.preview.say("Choose a patient", "Then choose what to print.")
        self.set_subtitle("")

    def _text(self, kind: str) -> DocumentText:
        texts = self.context.catalog.documents[kind]
        return texts.get("en") or next(iter(texts.values()))

    # what is in front

    def _select(self, kind: str) -> None:
        """Selects in the list, which shows it; where it is selected already, shows it anew."""
        if self.chooser.handouts.currentIndex() == self.chooser.handout_rows.index_of(kind):
            self.choose_handout(kind)
        else:
            self.chooser.select_handout(kind)

    def choose_handout(self, kind: str) -> None:
        """Shows a document as it would be printed now."""
        if self.page is None:
            return
        self.kind, self.document, self._command = kind, None, str(uuid4())
        self.chooser.mark_filed(None)
        services, user = self.context.services, self.context.user()
        patient, visit, series = self._about()

        def make() -> bytes:
            return services.printing.preview(user, kind, patient, visit, series)

        self.context.ops.run(self, make, self._previewed, self._no_preview, latest="preview")

    def _about(self) -> tuple[int, int | None, int | None]:
        """Patient, visit and series to print for; a visit chosen in the list says which series."""
        assert self.page is not None
        visit = self.chooser.appointment_id
        return self.page.patient.id, visit, self._series_id if visit is None else None

    def _previewed(self, content: bytes) -> None:
        self.preview.show_pages(self._text(self.kind).title, content)

    def _no_preview(self, error: ClinicError) -> None:
        self.preview.say("There is nothing to print yet", str(error))

    def choose_filed(self, document_id: int) -> None:
        """Shows a filed document: exactly the bytes that were filed."""
        self.kind, self._command = "", ""
        services, user = self.context.services, self.context.user()
        self.context.ops.run(
            self,
            lambda: services.printing.stored(user, document_id),
            self._show_stored,
            self._not_opened,
            latest="preview",
        )

    def _show_stored(self, document: Document) -> None:
        self.document = document
        self.preview.show_pages(document.title, document.content, filed="Filed")
        self.chooser.mark_filed(document.id)

    def _not_opened(self, error: ClinicError) -> None:
        self.document = None
        self.preview.say("This copy stays closed", str(error))

    def _visit_chosen(self) -> None:
        if self.kind:
            self.choose_handout(self.kind)

    def _load_filed(self) -> None:
        if self.page is None:
            return
        services, user, patient = self.context.services, self.context.user(), self.page.patient.id
        self.context.ops.run(
            self, lambda: services.printing.of_patient(user, patient), self._show_filed, latest="filed"
        )

    def _show_filed(self, documents: tuple[Document, ...]) -> None:
        self.chooser.show_filed(documents)
        self.chooser.mark_filed(self.document.id if self.document else None)

    # what is done with it

    def print_document(self) -> None:
        """Asks for the printer, files the document, prints the bytes that were filed."""
        if self.page is None or not (self.kind or self.document):
            return
        from ketaclinic.ui.paper import ask_for_printer  # noqa: PLC0415 - with the first print

        ask_for_printer(self, self.preview.title.text(), self.print_on)

    def print_on(self, printer: Any) -> None:  # noqa: ANN401 - QPrinter, which is imported with the first print
        """Prints what is in front on a printer."""
        from ketaclinic.ui.paper import print_pages  # noqa: PLC0415 - with the first print

        def put(document: Document) -> None:
            try:
                print_pages(document.content, printer)
            except ClinicError as error:
                self.preview.show_problem("Not printed", str(error))
                return
            self.context.notify(f"“{document.title}” went to the printer and is filed.")

        self._with_filed(put)

    def save_document(self) -> None:
        """Asks where to, files the document, saves the bytes that were filed."""
        if self.page is None or not (self.kind or self.document):
            return
        from ketaclinic.ui.paper import ask_for_path  # noqa: PLC0415 - with the first print

        ask_for_path(self, f"{self.page.patient.record} {self.preview.title.text()}.pdf", self.save_to)

    def save_to(self, path: str) -> None:
        """Saves what is in front as a file."""
        services, user = self.context.services, self.context.user()

        def saved(target: object) -> None:
            self.context.notify(f"Saved as {getattr(target, 'name', target)} and filed.")

        def put(document: Document) -> None:
            self.context.ops.run(
                self, lambda: services.printing.save_as(user, document.id, path), saved, self._not_saved
            )

        self._with_filed(put)

    def save_calendar(self) -> None:
        """Asks where to, and saves the dates of the chosen visit's series for the patient's own calendar."""
        from ketaclinic.ui.dialogs.series_paper import save_calendar  # noqa: PLC0415 - with the first file

        series_id = self.series_in_front()
        if self.page is not None and series_id is not None:
            save_calendar(self, self.context, series_id, self.page.patient.record)

    def series_in_front(self) -> int | None:
        """The series of the chosen visit, or else of the next one, or of the last."""
        if self.page is None:
            return None
        now = wall_now(self.context.clock, self.context.location.zone)
        held = [
            (visit, series.series.id)
            for series in self.page.series
            for visit in series.visits
            if visit.status not in FREES_THE_CHAIR
        ]
        held.sort(key=lambda each: each[0].starts_at)
        chosen = [series for visit, series in held if visit.appointment_id == self.chooser.appointment_id]
        coming = [series for visit, series in held if visit.starts_at >= now]
        return next(iter(chosen or coming or [series for _, series in held[-1:]]), None)

    def file_document(self) -> None:
        """Files the document without printing it."""
        if self.page is not None and self.kind and self.document is None:
            self._with_filed(self._tell_filed)

    def _tell_filed(self, document: Document) -> None:
        self.context.notify(f"“{document.title}” is filed.")

    def _with_filed(self, then: Callable[[Document], None]) -> None:
        """Hands over the filed document in front; files it first where it is not yet, once however often asked."""
        if self.document is not None:
            then(self.document)
            return
        if self.page is None or not self.kind:
            return
        services, user = self.context.services, self.context.user()
        kind, command = self.kind, self._command
        patient, visit, series = self._about()

        def make() -> Document:
            return services.printing.render(user, kind, patient, visit, series, command_id=command)

        def made(document: Document) -> None:
            self.preview.set_busy(busy=False)
            if command == self._command:
                self._show_as_filed(document)
            then(document)

        self.preview.set_busy(busy=True)
        self.context.ops.run(self, make, made, self._not_filed)

    def _show_as_filed(self, document: Document) -> None:
        """The copy in front is now the one in the archive."""
        self.document, self.kind, self._command = document, "", ""
        self.preview.show_pages(document.title, document.content, filed="Filed")
        self.chooser.mark_filed(document.id)

    def _not_filed(self, error: ClinicError) -> None:
        self.preview.set_busy(busy=False)
        self.preview.show_problem("Not filed", str(error))

    def _not_saved(self, error: ClinicError) -> None:
        self.preview.show_problem("Not saved", str(error))
