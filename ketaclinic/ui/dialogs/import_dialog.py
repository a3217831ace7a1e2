"""Takes patients over from another program's list: look first, correct, then all in one stroke.

Signals of `ImportDialog`: `imported(object)` the ImportResult.
"""

import threading
from functools import partial
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ketaclinic.domain.findings import ClinicError
from ketaclinic.services.importing import ImportPreview, ImportResult
from ketaclinic.ui.csv_out import SaveList
from ketaclinic.ui.dialogs.import_preview import ImportPreviewPanel
from ketaclinic.ui.dialogs.import_result import ImportResultPanel
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.empty_state import EmptyState

_GIVEN_UP = "The import was given up. Nothing was imported."


class ImportDialog(Dialog):
    """Choose a file, see what was understood, import, see what became of each row."""

    imported = Signal(object)
    _progressed = Signal(int, int)

    def __init__(self, context: ScreenContext, *, parent: QWidget) -> None:
        super().__init__(
            parent,
            "Import patients",
            subtitle="A CSV file as other programs export it. Nothing is saved until you have seen it.",
            width=1080,
            height=760,
        )
        self._context = context
        self._data = b""
        self._command = str(uuid4())
        self._stop = threading.Event()
        self.path = QLineEdit(placeholderText="File, or drop it here", accessibleName="File to import")
        self.path.returnPressed.connect(self._load_typed)
        self.browse = QPushButton(icon("open"), "Choose file", accessibleName="Choose file")
        self.browse.clicked.connect(self._browse)
        self.empty = EmptyState(
            "import",
            "Which list?",
            "Names, dates of birth, telephone numbers. Whoever is known already is not taken twice.",
        )
        self.preview = ImportPreviewPanel()
        self.result = ImportResultPanel()
        SaveList(self.result.table, context, self.result.model, "Not imported")
        self.progress = QProgressBar(textVisible=False, accessibleName="Progress")
        self.progress.hide()
        self.pages = QStackedWidget()
        for page in (self.empty, self.preview, self.result):
            self.pages.addWidget(page)
        self._fill()
        self.preview.corrected.connect(self._look_again)
        self._progressed.connect(self._show_progress)
        self.setAcceptDrops(True)

    def _fill(self) -> None:
        self.file_row = QWidget()
        row = QHBoxLayout(self.file_row, spacing=8)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.path, 1)
        row.addWidget(self.browse)
        column = QVBoxLayout(spacing=12)
        column.addWidget(self.file_row)
        column.addWidget(self.pages, 1)
        column.addWidget(self.progress)
        self.body.addLayout(column, 1)
        self.copy = self.add_button("Copy refused rows", self._copy)
        self.copy.hide()
        self.cancel = self.add_cancel()
        self.run = self.add_button("Import", self.take_over, kind="primary", name="Import patients")
        self.run.setEnabled(False)

    # -- the file

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.load(event.mimeData().urls()[0].toLocalFile())

    def _browse(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "Import patients", "", "Lists (*.csv *.txt *.tsv);;All files (*)")
        if chosen:
            self.load(chosen)

    def _load_typed(self) -> None:
        self.load(self.path.text().strip())

    def load(self, path: str) -> None:
        """Reads a file and shows what was understood."""
        self.path.setText(path)
        importing, by = self._context.services.importing, self._context.user()
        read = partial(importing.read, by, Path(path))
        self._context.ops.run(self, read, self._loaded, self._cannot_read, latest="read")

    def _loaded(self, data: bytes) -> None:
        self._data = data
        look = partial(self._context.services.importing.preview, self._context.user(), data)
        self._context.ops.run(self, look, self._show_preview, self._cannot_read, latest="look")

    def _look_again(self) -> None:
        matching = self.preview.matching
        shown = self.preview.preview
        if shown is not None and (self.preview.encoding, self.preview.delimiter) != (shown.encoding, shown.delimiter):
            matching = {}  # other columns: match them anew
        look = partial(
            self._context.services.importing.preview,
            self._context.user(),
            self._data,
            self.preview.encoding,
            self.preview.delimiter,
            matching or None,
        )
        self._context.ops.run(self, look, self._show_preview, self.show_error, latest="look")

    def _show_preview(self, preview: ImportPreview) -> None:
        self.findings.show_sentence("")
        self.preview.show_preview(preview)
        self.pages.setCurrentWidget(self.preview)
        named = {"family_name", "full_name"} & set(self.preview.matching)
        self.run.setText(f"Import {preview.count} rows")
        self.run.setEnabled(bool(named) and not self.preview.must_ask)
        if not named:
            self.hint.setText("Choose the column that holds the family name or the full name.")
        else:
            self.hint.setText("Choose how dates are written." if self.preview.must_ask else "")

    def _cannot_read(self, error: ClinicError) -> None:
        self.pages.setCurrentWidget(self.empty)
        self.run.setEnabled(False)
        self.findings.show_sentence(str(error), title="Not read")

    # -- taking them over

    def take_over(self) -> None:
        """Imports what is shown; on the page of the result it closes."""
        if self.pages.currentWidget() is self.result:
            self.accept()
            return
        self.set_busy(busy=True)
        self.progress.setRange(0, 0)
        self.progress.show()
        self.cancel.setText("Give up")
        work = partial(
            self._context.services.importing.run,
            self._context.user(),
            self._data,
            self.preview.matching,
            self.preview.date_order,
            self.preview.encoding,
            self.preview.delimiter,
            self._command,
            self._tell,
        )
        self._context.ops.run(self, work, self._done, self._refused)

    def _tell(self, done: int, of: int) -> None:
        """Called on the database thread: passes the progress on, and stops when the user gave up."""
        if self._stop.is_set() and done < of:  # all rows done: they are saved
            raise ClinicError(_GIVEN_UP)
        self._progressed.emit(done, of)

    def _show_progress(self, done: int, of: int) -> None:
        self.progress.setRange(0, of)
        self.progress.setValue(done)

    def reject(self) -> None:
        if self.progress.isVisible():
            self.give_up()
        else:
            super().reject()

    def give_up(self) -> None:
        """Stops the import under way; nothing of it is saved."""
        self._stop.set()

    def _done(self, result: ImportResult) -> None:
        self.set_busy(busy=False)
        self.progress.hide()
        self.result.show_result(result)
        self.pages.setCurrentWidget(self.result)
        self.file_row.hide()
        self.set_title("Imported" if result.imported else "Nothing to import", self.path.text())
        self.copy.setVisible(bool(result.refused))
        self.cancel.hide()
        self.run.setText("Done")
        self.run.setAccessibleName("Done")
        self.run.setFocus()
        self.imported.emit(result)

    def _refused(self, error: ClinicError) -> None:
        self._stop.clear()
        self.progress.hide()
        self.cancel.setText("Cancel")
        self._command = str(uuid4())
        self.set_busy(busy=False)
        self.findings.show_sentence(str(error), title="Nothing was imported")

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.result.refused_text())
        self.hint.setText("Copied.")
