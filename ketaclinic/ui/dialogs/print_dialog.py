"""A list on paper: seen as it will be, printed, saved as a PDF. Lists are not filed: tomorrow's are others."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ketaclinic.domain.findings import ClinicError
from ketaclinic.services.saving import save_file
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.empty_state import EmptyState
from ketaclinic.ui.widgets.pdf_view import PdfView

_WIDTH, _HEIGHT = 1080, 1400
_SETTLES_MS = 150
"""How long after the last change of an option the pages are made anew."""


class PrintDialog(Dialog):
    """Shows the pages that `render` makes. A dialog with choices adds them to `options` and overrides `job`."""

    def __init__(
        self, parent: QWidget, context: ScreenContext, title: str, render: Callable[[], bytes], filename: str
    ) -> None:
        super().__init__(parent, title, width=_WIDTH, height=_HEIGHT)
        self._context, self._render, self._filename = context, render, filename
        self.options = QHBoxLayout(spacing=8)
        self.view = PdfView()
        self.page_label = QLabel()
        self.page_label.setProperty("kind", "second")
        self.zoom_label = self._ghost("", "Fit the width", "Fit the width (Ctrl+0)", self.view.fit_width)
        self.empty = EmptyState("print", "One moment", "The pages are being made.")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.view)
        self._later = QTimer(self, singleShot=True, interval=_SETTLES_MS)
        self._later.timeout.connect(self.make)
        self._lay_out()
        self.view.page_changed.connect(self._show_page)
        self.view.zoom_changed.connect(self._show_zoom)
        self._enable(there=False)

    def _lay_out(self) -> None:
        smaller = self._ghost("zoom_out", "Smaller", "Smaller (Ctrl+minus)", self.view.zoom_out)
        larger = self._ghost("zoom_in", "Larger", "Larger (Ctrl+plus)", self.view.zoom_in)
        line = QHBoxLayout(spacing=4)
        line.addLayout(self.options)
        line.addStretch(1)
        line.addWidget(self.page_label)
        line.addSpacing(10)
        for widget in (smaller, self.zoom_label, larger):
            line.addWidget(widget)
        frame = QFrame()
        frame.setProperty("kind", "card")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.stack)
        self.body.addLayout(line)
        self.body.addWidget(frame, 1)
        self.add_cancel("Close")
        self.save_button = self.add_button("Save as PDF…", self.save, name="Save as PDF")
        self.save_button.setIcon(icon("save"))
        self.save_button.setToolTip("Save as PDF (Ctrl+S)")
        self.print_button = self.add_button("Print…", self.print, kind="primary", name="Print")
        self.print_button.setIcon(icon("print", "on_accent"))
        self.print_button.setToolTip("Print (Ctrl+P or Ctrl+Enter)")

    @staticmethod
    def _ghost(name: str, words: str, tip: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(accessibleName=words, toolTip=tip)
        if name:
            button.setIcon(icon(name))
        button.setProperty("kind", "ghost")
        button.clicked.connect(slot)
        return button

    # the pages

    def open(self) -> None:
        """Opens and makes the pages."""
        super().open()
        self.make()

    def job(self) -> Callable[[], bytes]:
        """What makes the pages, with the choices as they stand; called off the window's thread."""
        return self._render

    def option_changed(self, *_: object) -> None:
        """Makes the pages anew in a moment; connect every choice to it."""
        self._later.start()

    def make(self) -> None:
        """Makes the pages."""
        self._later.stop()
        self._context.ops.run(self, self.job(), self._made, self._not_made, latest="pages")

    def _made(self, content: bytes) -> None:
        self.findings.show_sentence("")
        page = self.view.page
        self.view.set_content(content)
        self.view.show_page(min(page, self.view.pages))
        self.stack.setCurrentWidget(self.view)
        self._enable(there=True)

    def _not_made(self, error: ClinicError) -> None:
        self.view.clear()
        self.empty.say("There is nothing to print", str(error))
        self.stack.setCurrentWidget(self.empty)
        self._enable(there=False)

    def _enable(self, *, there: bool) -> None:
        for button in (self.save_button, self.print_button):
            button.setEnabled(there)

    def _show_page(self, number: int) -> None:
        self.page_label.setText(f"Page {number} of {self.view.pages}" if number else "")

    def _show_zoom(self, per_cent: int) -> None:
        self.zoom_label.setText(f"{per_cent} %")

    # what is done with them

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        keys = {Qt.Key.Key_P: self.print_button, Qt.Key.Key_S: self.save_button}
        if control and event.key() in keys:
            keys[Qt.Key(event.key())].click()
            event.accept()
            return
        super().keyPressEvent(event)

    def print(self) -> None:
        """Asks for the printer."""
        from ketaclinic.ui.paper import ask_for_printer, first_page  # noqa: PLC0415 - with the first print

        if self.view.content:
            ask_for_printer(self, self.title.text(), self.print_on, first_page(self.view.content))

    def print_on(self, printer: Any) -> None:  # noqa: ANN401 - QPrinter, which is imported with the first print
        """Prints the pages and closes; a printer that fails is told here, and the pages stay."""
        from ketaclinic.ui import paper  # noqa: PLC0415 - with the first print

        try:
            paper.print_pages(self.view.content, printer)
        except ClinicError as error:
            self.show_error(error)
            return
        self._context.notify(f"“{self.title.text()}” went to the printer.")
        self.accept()

    def save(self) -> None:
        """Asks where to."""
        from ketaclinic.ui.paper import ask_for_path  # noqa: PLC0415 - with the first print

        if self.view.content:
            ask_for_path(self, self._filename, self.save_to)

    def save_to(self, path: str) -> None:
        """Saves the pages as they are shown; a full disk is told here."""
        keep = partial(save_file, path, self.view.content, kept="The pages are still here")
        self._context.ops.run(self, keep, self._saved, self.show_error)

    def _saved(self, target: Path) -> None:
        self.findings.show_sentence("")
        self._context.notify(f"Saved as {target.name}.")
