"""The bar on top: where one is, the search over everything, undo and redo by name, the lock.

Signals of `TopBar`: `undo_pressed()`, `redo_pressed()`, `lock_pressed()`.
"""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from ketaclinic.domain.changes import UndoState
from ketaclinic.ui.icons import icon
from ketaclinic.ui.widgets.elided_label import ElidedLabel
from ketaclinic.ui.widgets.global_search import GlobalSearch


class TopBar(QFrame):
    """Title and subtitle of the screen in front, and what acts everywhere."""

    undo_pressed = Signal()
    redo_pressed = Signal()
    lock_pressed = Signal()

    def __init__(self, actions: Callable[[], list[QAction]]) -> None:
        super().__init__(accessibleName="Top bar")
        self.setProperty("kind", "top")
        self.setFixedHeight(57)
        self.title = QLabel()
        self.title.setProperty("kind", "title")
        self.subtitle = ElidedLabel()
        self.subtitle.setProperty("kind", "second")
        self.search = GlobalSearch(actions)
        self.undo = self._button("Undo", "undo", "Ctrl+Z")
        self.redo = self._button("", "redo", "Ctrl+Shift+Z")
        self.redo.setAccessibleName("Redo")
        self.lock = self._button("Lock", "lock", "Ctrl+L")
        self.undo.clicked.connect(self.undo_pressed)
        self.redo.clicked.connect(self.redo_pressed)
        self.lock.clicked.connect(self.lock_pressed)
        layout = QHBoxLayout(self, spacing=8)
        layout.setContentsMargins(20, 0, 16, 0)
        layout.addWidget(self.title)
        layout.addSpacing(4)
        layout.addWidget(self.subtitle, 1)
        layout.addWidget(self.search, 1)
        layout.addSpacing(8)
        for button in (self.undo, self.redo, self.lock):
            layout.addWidget(button)
        self.show_undo(UndoState())

    @staticmethod
    def _button(word: str, icon_name: str, key: str) -> QPushButton:
        button = QPushButton(icon(icon_name), word, accessibleName=word, toolTip=f"{word} ({key})")
        button.setProperty("kind", "ghost")
        return button

    def show_screen(self, title: str, subtitle: str) -> None:
        """Says which screen is in front."""
        self.title.setText(title)
        self.subtitle.setText(subtitle)

    def show_undo(self, state: UndoState) -> None:
        """Names what can be taken back or done again."""
        self.undo.setText(f"Undo “{_short(state.undo)}”" if state.undo else "Undo")
        self.undo.setEnabled(bool(state.undo))
        self.undo.setToolTip(f"Undo “{state.undo}” (Ctrl+Z)" if state.undo else "Nothing to undo")
        self.redo.setEnabled(bool(state.redo))
        self.redo.setToolTip(f"Redo “{state.redo}” (Ctrl+Shift+Z)" if state.redo else "Nothing to redo")


def _short(words: str) -> str:
    """At most some thirty letters, whole words."""
    if len(words) <= 32:
        return words
    return words[:32].rpartition(" ")[0].rstrip(",") + " …"
