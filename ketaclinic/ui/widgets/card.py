"""A white card with a title, perhaps one thing to do at its right, and room for what it holds."""

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ketaclinic.ui.icons import icon
from ketaclinic.ui.widgets.wrapped_text import WrappedText


class TitledCard(QFrame):
    """Fill `body`."""

    def __init__(self, title: str, *, action: str = "", action_icon: str = "", name: str = "") -> None:
        super().__init__(accessibleName=title)
        self.setProperty("kind", "card")
        self.title = QLabel(title)
        self.title.setProperty("kind", "section")
        self.action = QPushButton(action, accessibleName=name or action)
        self.action.setProperty("kind", "ghost")
        if action_icon:
            self.action.setIcon(icon(action_icon))
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.action)
        if not action:
            self.action.hide()
        self.body = QVBoxLayout(spacing=8)
        layout = QVBoxLayout(self, spacing=8)
        layout.setContentsMargins(18, 12 if action else 15, 14 if action else 18, 16)
        layout.addLayout(head)
        layout.addLayout(self.body)

    def say_empty(self, words: str) -> None:
        """Says in one quiet line that there is nothing."""
        label = QLabel(words, wordWrap=True)
        label.setProperty("kind", "second")
        self.body.addWidget(label)


def empty_layout(layout: QVBoxLayout | QHBoxLayout) -> None:
    """Takes everything out of a layout and lets it go."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def add_rows(layout: QVBoxLayout, rows: Iterable[tuple[str, str]]) -> None:
    """Adds words and their values in two columns; values of any length wrap."""
    grid = QGridLayout(horizontalSpacing=14, verticalSpacing=7)
    for number, (word, value) in enumerate(rows):
        label = QLabel(word)
        label.setProperty("kind", "second")
        grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(WrappedText(13, value, bold=False), number, 1)
    grid.setColumnMinimumWidth(0, 84)
    grid.setColumnStretch(1, 1)
    layout.addLayout(grid)


def line() -> QWidget:
    """A hairline between two parts."""
    made = QFrame()
    made.setProperty("kind", "line")
    return made
