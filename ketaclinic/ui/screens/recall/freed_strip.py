"""A line above the list: a place has become free, and how many may take it.

Signals of `FreedStrip`: `asked(int, object)` chair and start, show who.
"""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from ketaclinic.domain.freed_slot import Candidate
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon


class FreedStrip(QFrame):
    """Not there until a place is free and somebody may take it."""

    asked = Signal(int, object)

    def __init__(self) -> None:
        super().__init__(accessibleName="Freed place offer")
        self.setProperty("kind", "panel")
        self._place: tuple[int, datetime] | None = None
        self.words = QLabel()
        self.show_button = QPushButton("Show who may take it", accessibleName="Show who may take it")
        self.show_button.clicked.connect(self._ask)
        away = QPushButton(icon("close"), "", accessibleName="Leave the place free", toolTip="Leave the place free")
        away.setProperty("kind", "ghost")
        away.clicked.connect(self.hide)
        layout = QHBoxLayout(self, spacing=10)
        layout.setContentsMargins(14, 6, 8, 6)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.show_button)
        layout.addWidget(away)
        self.hide()

    def offer(self, chair_id: int, starts_at: datetime, candidates: tuple[Candidate, ...]) -> None:
        """Says that the place is free; says nothing where nobody may take it."""
        self._place = chair_id, starts_at
        if not candidates:
            self.hide()
            return
        may = "1 person may take it" if len(candidates) == 1 else f"{len(candidates)} people may take it"
        self.words.setText(f"{text.when(starts_at)} is free again · {may}, {candidates[0].name} first")
        self.show()

    def _ask(self) -> None:
        if self._place is not None:
            self.asked.emit(*self._place)
