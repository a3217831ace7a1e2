"""The page of the inspector for several selected visits: who they are, and what may be done with all of them.

Signals of `SelectionPage`: `confirm_wanted()`, `park_wanted()`, `swap_wanted()`, `print_wanted()`, `carry_wanted()`,
`card_chosen(int)` one of them alone.
"""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ketaclinic.domain.appointments import MOVABLE, Card, Status
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screens.day.inspector_parts import cleared
from ketaclinic.ui.screens.day.overview import Line


class SelectionPage(QWidget):
    """Several visits and their common acts."""

    confirm_wanted = Signal()
    park_wanted = Signal()
    swap_wanted = Signal()
    print_wanted = Signal()
    carry_wanted = Signal()
    card_chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__(accessibleName="Selected visits")
        self.title = QLabel(wordWrap=True)
        self.title.setProperty("kind", "heading")
        hint = QLabel("Alt with arrows, or a drag, moves them together: all of them, or none.", wordWrap=True)
        hint.setProperty("kind", "small")
        head = QVBoxLayout(spacing=3)
        head.setContentsMargins(18, 18, 18, 12)
        head.addWidget(self.title)
        head.addWidget(hint)
        inside = QWidget(objectName="scrolled")
        self._lines = QVBoxLayout(inside, spacing=2)
        self._lines.setContentsMargins(8, 0, 8, 8)
        self._lines.setAlignment(Qt.AlignmentFlag.AlignTop)
        scroll = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        self.carry = self._button("Move together with arrows", "move", self.carry_wanted)
        self.confirm = self._button("Confirm all", "confirmed", self.confirm_wanted)
        self.park = self._button("Put on pinboard", "pin", self.park_wanted)
        self.swap = self._button("Swap places", "repeat", self.swap_wanted)
        self.print = self._button("Print cards…", "print", self.print_wanted)
        foot = QVBoxLayout(spacing=8)
        foot.setContentsMargins(18, 10, 18, 18)
        for button in (self.carry, self.confirm, self.park, self.swap, self.print):
            foot.addWidget(button)
        layout = QVBoxLayout(self, spacing=0)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(scroll, 1)
        layout.addLayout(foot)

    @staticmethod
    def _button(words: str, picture: str, signal: SignalInstance) -> QPushButton:
        button = QPushButton(icon(picture), words, accessibleName=words.rstrip("…"))
        button.clicked.connect(signal)
        return button

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Shows these visits, and which of the acts fit all or some of them."""
        self.title.setText(f"{text.count(len(cards), 'visit')} selected")
        cleared(self._lines)
        for card in cards:
            a = card.appointment
            line = Line(card, f"{card.label} · {a.status.word}", "ink2")
            line.card_chosen.connect(self.card_chosen)
            self._lines.addWidget(line)
        movable = all(c.appointment.status in MOVABLE for c in cards)
        self.carry.setEnabled(movable)
        self.park.setEnabled(movable)
        self.swap.setVisible(len(cards) == 2)
        self.swap.setEnabled(movable)
        unconfirmed = sum(c.appointment.status is Status.SCHEDULED for c in cards)
        self.confirm.setVisible(bool(unconfirmed))
        self.confirm.setText("Confirm all" if unconfirmed == len(cards) else f"Confirm {unconfirmed} of them")
