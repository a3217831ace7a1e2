"""The left side: which patient, for which visit, and which document, to print or filed already.

Signals of `Chooser`: `patient_chosen(int)`; `visit_chosen()` another visit; `handout_chosen(str)` the kind;
`filed_chosen(int)` the id of a filed document; `calendar_wanted()` the dates as a file.
"""

from collections.abc import Sequence

from PySide6.QtCore import QItemSelection, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QListView, QPushButton, QSizePolicy, QVBoxLayout

from ketaclinic.domain.appointments import FREES_THE_CHAIR
from ketaclinic.domain.handouts import Document, DocumentText
from ketaclinic.domain.patients import PatientPage
from ketaclinic.domain.people import PatientRow
from ketaclinic.domain.series import SeriesVisit
from ketaclinic.ui import text
from ketaclinic.ui.csv_out import SaveList
from ketaclinic.ui.icons import icon
from ketaclinic.ui.rows_model import RowsModel
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.documents.rows import (
    ROW,
    DocumentDelegate,
    columns,
    filed_columns,
    filed_words,
    list_view,
    text_words,
)
from ketaclinic.ui.widgets.patient_picker import PatientPicker, patient_line

_NEXT_VISIT = "The next visit"


class Chooser(QFrame):
    """Patient, visit, documents."""

    patient_chosen = Signal(int)
    visit_chosen = Signal()
    handout_chosen = Signal(str)
    filed_chosen = Signal(int)
    calendar_wanted = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setFixedWidth(340)
        self.picker = PatientPicker(context)
        self.picker.field.setPlaceholderText("Name, phone, birth date, record no.")
        self.details = QLabel(wordWrap=True)
        self.details.setProperty("kind", "small")
        self.visit = QComboBox(accessibleName="For which visit")
        self.handouts = list_view("Documents to print")
        self.filed = list_view("Filed documents")
        words = filed_words(context.location.zone)
        self.handout_rows = RowsModel(columns(text_words), lambda row: row.kind, self)
        self.filed_rows = RowsModel(columns(words), lambda row: row.id, self)
        for view, rows, said in (
            (self.handouts, self.handout_rows, text_words),
            (self.filed, self.filed_rows, words),
        ):
            view.setModel(rows)
            view.setItemDelegate(DocumentDelegate(said, view))
        SaveList(self.filed, context, self.filed_rows, "Filed documents", filed_columns(context.location.zone))
        self.none_filed = QLabel("Nothing filed yet. What you print or save is filed here.", wordWrap=True)
        self.none_filed.setProperty("kind", "small")
        self._lay_out()
        self.picker.patient_chosen.connect(self.patient_chosen)
        self.visit.currentIndexChanged.connect(self._visit_changed)
        self.handouts.selectionModel().selectionChanged.connect(self._handout_selected)
        self.filed.selectionModel().selectionChanged.connect(self._filed_selected)
        self.show_patient(None)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self, spacing=6)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.addWidget(self.picker)
        layout.addWidget(self.details)
        self._visit_title = self._title("For")
        self._handouts_title = self._title("Print")
        self._filed_title = self._title("Filed")
        self.calendar = QPushButton(icon("save"), "Calendar file…", accessibleName="Calendar file")
        self.calendar.setToolTip("The dates of the series for Outlook, Apple's or Google's calendar")
        self.calendar.clicked.connect(self.calendar_wanted)
        for title, widget in (
            (self._visit_title, self.visit),
            (self._handouts_title, self.handouts),
            (self._filed_title, self.filed),
        ):
            layout.addSpacing(6)
            layout.addWidget(title)
            layout.addWidget(widget, 50 if widget is self.filed else 0)
            if widget is self.handouts:
                layout.addWidget(self.calendar)
        layout.addWidget(self.none_filed)
        layout.addStretch(1)
        self.filed.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @staticmethod
    def _title(words: str) -> QLabel:
        label = QLabel(words)
        label.setProperty("kind", "label")
        return label

    # what is shown

    def show_patient(self, page: PatientPage | None, appointment_id: int | None = None) -> None:
        """Shows a patient, or that none is chosen."""
        known = page is not None
        for widget in (self.details, self._visit_title, self.visit, self._handouts_title, self.handouts):
            widget.setVisible(known)
        self._filed_title.setVisible(known)
        if page is None:
            self.calendar.hide()
            self.show_filed(())
            self.none_filed.hide()
            return
        patient = page.patient
        fields = patient.fields
        row = PatientRow(patient.id, patient.record, patient.name, fields.born, fields.phone)
        self.picker.set_chosen(row)
        interpreter = f"Interpreter needed: {fields.language or 'language not noted'}" if fields.interpreter else ""
        self.details.setText("\n".join(filter(None, (patient_line(row), interpreter))))
        self._show_visits(page, appointment_id)

    def _show_visits(self, page: PatientPage, appointment_id: int | None) -> None:
        held = [visit for series in page.series for visit in series.visits if visit.status not in FREES_THE_CHAIR]
        held.sort(key=lambda visit: visit.starts_at)
        with QSignalBlocker(self.visit):
            self.visit.clear()
            self.visit.addItem(_NEXT_VISIT, None)
            for visit in held:
                self.visit.addItem(_visit_words(visit), visit.appointment_id)
            place = self.visit.findData(appointment_id) if appointment_id is not None else 0
            self.visit.setCurrentIndex(max(0, place))
        self._visit_title.setVisible(bool(held))
        self.calendar.setVisible(bool(held))
        self.visit.setVisible(bool(held))

    def show_handouts(self, texts: Sequence[DocumentText]) -> None:
        """Shows what can be printed."""
        self.handout_rows.replace(texts)
        self.handouts.setFixedHeight(len(texts) * ROW + 4)

    def show_filed(self, documents: Sequence[Document]) -> None:
        """Shows what was filed for the patient."""
        with QSignalBlocker(self.filed.selectionModel()):
            self.filed_rows.replace(documents)
        self.filed.setVisible(bool(documents))
        self.none_filed.setVisible(not documents)

    @property
    def appointment_id(self) -> int | None:
        """The visit to print for; None for the next."""
        chosen = self.visit.currentData()
        return int(chosen) if chosen is not None else None

    def select_handout(self, kind: str) -> None:
        """Selects a document to print, as a click does."""
        self.handouts.setCurrentIndex(self.handout_rows.index_of(kind))

    def mark_filed(self, document_id: int | None) -> None:
        """Shows which filed document is in front, without choosing it anew; None for none."""
        self._unselect(self.filed)
        if document_id is not None:
            self._unselect(self.handouts)
            with QSignalBlocker(self.filed.selectionModel()):
                self.filed.setCurrentIndex(self.filed_rows.index_of(document_id))

    # what is chosen

    def _visit_changed(self, _index: int) -> None:
        self.visit_chosen.emit()

    def _handout_selected(self, selected: QItemSelection) -> None:
        row = self._chosen(self.handouts, self.handout_rows, selected)
        if isinstance(row, DocumentText):
            self._unselect(self.filed)
            self.handout_chosen.emit(row.kind)

    def _filed_selected(self, selected: QItemSelection) -> None:
        row = self._chosen(self.filed, self.filed_rows, selected)
        if isinstance(row, Document):
            self._unselect(self.handouts)
            self.filed_chosen.emit(row.id)

    @staticmethod
    def _chosen(view: QListView, rows: RowsModel[object], selected: QItemSelection) -> object:  # noqa: ARG004
        indexes = selected.indexes()
        return rows.row(indexes[0]) if indexes else None

    @staticmethod
    def _unselect(view: QListView) -> None:
        with QSignalBlocker(view.selectionModel()):
            view.selectionModel().clear()
        view.viewport().update()


def _visit_words(visit: SeriesVisit) -> str:
    return f"{text.weekday_day(visit.starts_at.date())}, {text.clock(visit.starts_at)} · {visit.label}"
