"""Someone else saved meanwhile: what you typed beside what is saved now, and the choice between them.

Signals of `TwoVersions`: `saved_taken()`, `typed_kept()`.
"""

from collections.abc import Mapping
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from ketaclinic.ui import text


class TwoVersions(QFrame):
    """Hidden until two versions are compared; `labels` names the fields."""

    saved_taken = Signal()
    typed_kept = Signal()

    def __init__(self, labels: Mapping[str, str]) -> None:
        super().__init__(accessibleName="Changed meanwhile")
        self.setProperty("kind", "panel")
        self._labels = dict(labels)
        self.sentence = QLabel(wordWrap=True)
        self.sentence.setProperty("kind", "strong")
        self._grid = QGridLayout(horizontalSpacing=16, verticalSpacing=4)
        self.keep = QPushButton("Keep what I typed", accessibleName="Keep what I typed")
        self.take = QPushButton("Take what is saved", accessibleName="Take what is saved")
        self.keep.clicked.connect(self._keep)
        self.take.clicked.connect(self._take)
        buttons = QHBoxLayout(spacing=8)
        buttons.addStretch()
        buttons.addWidget(self.take)
        buttons.addWidget(self.keep)
        layout = QVBoxLayout(self, spacing=8)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.addWidget(self.sentence)
        layout.addLayout(self._grid)
        layout.addLayout(buttons)
        self.hide()

    def compare(self, typed: Mapping[str, object], saved: Mapping[str, object]) -> None:
        """Shows each field in which the two differ."""
        while self._grid.count():
            widget = self._grid.takeAt(0).widget()
            if widget is not None:
                widget.deleteLater()
        differing = [name for name in self._labels if typed.get(name) != saved.get(name)]
        self.sentence.setText(
            "Someone else changed this patient meanwhile; nothing was saved. "
            + ("These differ:" if differing else "What you typed is what they saved.")
        )
        for column, heading in enumerate(("", "You typed", "Saved now")):
            self._grid.addWidget(_label(heading, "label"), 0, column)
        for row, name in enumerate(differing, start=1):
            self._grid.addWidget(_label(self._labels[name], "second"), row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(_label(_words(typed.get(name)), "strong"), row, 1)
            self._grid.addWidget(_label(_words(saved.get(name)), "strong"), row, 2)
        for column in (1, 2):
            self._grid.setColumnStretch(column, 1)
        self.show()

    def _keep(self) -> None:
        self.hide()
        self.typed_kept.emit()

    def _take(self) -> None:
        self.hide()
        self.saved_taken.emit()


def _label(words: str, kind: str) -> QLabel:
    label = QLabel(words, wordWrap=True)
    label.setProperty("kind", kind)
    return label


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return text.day_month_year(value)
    return str(value or "–")
