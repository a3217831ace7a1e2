"""The medicines an order lets a nurse give without asking, each a button to be pressed; none is pressed beforehand.

Signals of `MedicineChips`: `changed()`.
"""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ketaclinic.ui.widgets.flow_layout import FlowLayout


class MedicineChips(QWidget):
    """Several of a list."""

    changed = Signal()

    def __init__(self, title: str, choices: Iterable[tuple[str, str]]) -> None:
        super().__init__(accessibleName=title)
        label = QLabel(title)
        label.setProperty("kind", "label")
        column = QVBoxLayout(self, spacing=6)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(label)
        chips = QWidget()
        flow = FlowLayout(chips)
        self._buttons: dict[str, QPushButton] = {}
        for code, words in choices:
            button = QPushButton(words, checkable=True, accessibleName=f"Rescue medicine {words}")
            button.toggled.connect(self.changed)
            flow.addWidget(button)
            self._buttons[code] = button
        column.addWidget(chips)

    @property
    def codes(self) -> tuple[str, ...]:
        """Those that are pressed."""
        return tuple(code for code, button in self._buttons.items() if button.isChecked())
