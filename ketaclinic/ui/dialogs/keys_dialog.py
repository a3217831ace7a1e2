"""The sheet of keys: everything that can be done without the mouse, as it is in force now."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ketaclinic.ui.widgets.dialog import Dialog

_ALWAYS = (
    ("Close, give up", "Esc"),
    ("Main button of a dialog", "Ctrl+Enter"),
    ("Next field", "Tab"),
    ("Open what is selected", "Enter"),
)


class KeysDialog(Dialog):
    """Lists keys in groups of a title and its actions."""

    def __init__(self, parent: QWidget, groups: Sequence[tuple[str, Sequence[QAction]]]) -> None:
        super().__init__(parent, "Keys", subtitle="Single letters act only where no text is typed.", width=760)
        grid = QGridLayout(horizontalSpacing=20, verticalSpacing=6)
        shown = [(title, [_line(action) for action in actions if not action.shortcut().isEmpty()])
                 for title, actions in groups]  # fmt: skip
        shown.append(("Dialogs and lists", [(words, _native(key)) for words, key in _ALWAYS]))
        half = (sum(len(lines) + 1 for _, lines in shown) + 1) // 2
        row = column = 0
        for title, lines in shown:
            if not lines:
                continue
            if row and row + len(lines) > half and not column:
                row, column = 0, 3
            heading = QLabel(title)
            heading.setProperty("kind", "section")
            grid.addWidget(heading, row, column, 1, 2)
            row += 1
            for words, key in lines:
                shortcut = QLabel(key, alignment=Qt.AlignmentFlag.AlignRight)
                shortcut.setProperty("kind", "label")
                grid.addWidget(QLabel(words), row, column)
                grid.addWidget(shortcut, row, column + 1)
                row += 1
        grid.setColumnStretch(0, 3)
        grid.setColumnMinimumWidth(2, 16)
        grid.setColumnStretch(3, 3)
        self.body.addLayout(grid)
        self.body.addStretch()
        self.add_button("Close", self.accept, kind="primary")


def _line(action: QAction) -> tuple[str, str]:
    keys = [key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()]
    return action.text(), " or ".join(keys)


def _native(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
