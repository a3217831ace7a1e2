"""The right side: the document as it will be on paper, and what can be done with it.

Signals of `Preview`: `print_wanted()`, `save_wanted()`, `file_wanted()`.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ketaclinic.ui.icons import icon
from ketaclinic.ui.widgets.empty_state import EmptyState
from ketaclinic.ui.widgets.findings_panel import FindingsPanel
from ketaclinic.ui.widgets.pdf_view import PdfView
from ketaclinic.ui.widgets.pill import Pill


class Preview(QFrame):
    """Pages, their size, and the buttons Print, Save as PDF and File."""

    print_wanted = Signal()
    save_wanted = Signal()
    file_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.title = QLabel()
        self.title.setProperty("kind", "heading")
        self.state = Pill("", "neutral")
        self.page_label = QLabel()
        self.page_label.setProperty("kind", "second")
        self.zoom_label = QPushButton("100 %", accessibleName="Fit the width", toolTip="Fit the width (Ctrl+0)")
        self.zoom_label.setProperty("kind", "ghost")
        self.problems = FindingsPanel()
        self.view = PdfView()
        self.empty = EmptyState("documents", "Choose a patient", "Then choose what to print.")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.view)
        self._lay_out()
        self.view.page_changed.connect(self._show_page)
        self.view.zoom_changed.connect(self._show_zoom)
        self.say("Choose a patient", "Then choose what to print.")

    def _lay_out(self) -> None:
        smaller = self._button("zoom_out", "Smaller", "Smaller (Ctrl+minus)")
        larger = self._button("zoom_in", "Larger", "Larger (Ctrl+plus)")
        smaller.clicked.connect(self.view.zoom_out)
        larger.clicked.connect(self.view.zoom_in)
        self.zoom_label.clicked.connect(self.view.fit_width)
        self.file_button = QPushButton(icon("document"), "File", accessibleName="File", toolTip="Keep in the archive")
        self.save_button = QPushButton(icon("save"), "Save as PDF…", accessibleName="Save as PDF")
        self.save_button.setToolTip("Save as PDF (Ctrl+S)")
        self.print_button = QPushButton(icon("print", "on_accent"), "Print…", accessibleName="Print")
        self.print_button.setProperty("kind", "primary")
        self.print_button.setToolTip("Print (Ctrl+P)")
        self.file_button.clicked.connect(self.file_wanted)
        self.save_button.clicked.connect(self.save_wanted)
        self.print_button.clicked.connect(self.print_wanted)
        first = QHBoxLayout(spacing=10)
        first.addWidget(self.title)
        first.addWidget(self.state)
        first.addStretch(1)
        for button in (self.file_button, self.save_button, self.print_button):
            first.addWidget(button)
        second = QHBoxLayout(spacing=4)
        second.addWidget(self.page_label)
        second.addStretch(1)
        for widget in (smaller, self.zoom_label, larger):
            second.addWidget(widget)
        self._tools: tuple[QWidget, ...] = (smaller, self.zoom_label, larger, self.page_label)
        layout = QVBoxLayout(self, spacing=8)
        layout.setContentsMargins(18, 14, 14, 14)
        layout.addLayout(first)
        layout.addLayout(second)
        layout.addWidget(self.problems)
        layout.addWidget(self.stack, 1)

    @staticmethod
    def _button(name: str, words: str, tip: str) -> QPushButton:
        button: QPushButton = QPushButton(icon(name), "", accessibleName=words, toolTip=tip)
        button.setProperty("kind", "ghost")
        return button

    # what is shown

    def show_pages(self, title: str, content: bytes, *, filed: str = "") -> None:
        """Shows a document; `filed` says when it was filed, empty for one that is not."""
        self.problems.show_sentence("")
        self.title.setText(title)
        self.mark_filed(filed)
        self.view.set_content(content)
        self.stack.setCurrentWidget(self.view)
        self._enable(there=True)
        self.file_button.setVisible(not filed)

    def mark_filed(self, words: str) -> None:
        """Says beside the title that this copy is in the archive."""
        self.state.set_text(words, "green")
        self.state.setVisible(bool(words))
        self.file_button.setVisible(not words)

    def say(self, title: str, words: str = "") -> None:
        """Shows a sentence where the pages would be."""
        self.problems.show_sentence("")
        self.title.clear()
        self.view.clear()
        self.empty.say(title, words)
        self.stack.setCurrentWidget(self.empty)
        self.state.hide()
        self._enable(there=False)

    def show_problem(self, title: str, sentence: str) -> None:
        """Shows a refusal above the pages, which stay."""
        self.problems.show_sentence(sentence, title=title)

    def set_busy(self, *, busy: bool) -> None:
        """Holds the buttons while something is under way."""
        for button in (self.file_button, self.save_button, self.print_button):
            button.setEnabled(not busy)

    def _enable(self, *, there: bool) -> None:
        for widget in (*self._tools, self.title, self.file_button, self.save_button, self.print_button):
            widget.setVisible(there)

    def _show_page(self, number: int) -> None:
        self.page_label.setText(f"Page {number} of {self.view.pages}" if number else "")

    def _show_zoom(self, per_cent: int) -> None:
        self.zoom_label.setText(f"{per_cent} %")
