"""A signed session, read only: its curves and rows, who signed what, and what was added since.

Signals of `ClosedPage`: `print_wanted()`; `addendum_wanted()`.
"""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ketaclinic.clock import to_wall
from ketaclinic.domain.encounters import EncounterView, SignatureView
from ketaclinic.domain.records import OUTCOMES, Addendum, SessionRecord
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screens.chairside.chart_card import ChartCard
from ketaclinic.ui.screens.chairside.flowsheet import Flowsheet
from ketaclinic.ui.screens.chairside.session_acts import SessionActs
from ketaclinic.ui.widgets.card import TitledCard, empty_layout

_SIDE, _NARROW_SIDE = 420, 360


class ClosedPage(QWidget):
    """What the session page shows first once a session is signed."""

    print_wanted = Signal()
    addendum_wanted = Signal()

    def __init__(self, acts: SessionActs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: EncounterView | None = None
        self._record: SessionRecord | None = None
        self.chart = ChartCard()
        self.flowsheet = Flowsheet(acts)
        self.outcome = QLabel(wordWrap=True)
        self.outcome.setProperty("kind", "heading")
        self._standing = QLabel(wordWrap=True)
        self._standing.setProperty("kind", "second")
        self.print_button = QPushButton("Print record", accessibleName="Print record", toolTip="Ctrl+P")
        self.print_button.setIcon(icon("print", "on_accent"))
        self.print_button.setProperty("kind", "primary")
        self.print_button.setProperty("large", True)
        self.add_button = QPushButton(icon("sign"), "Add addendum…", accessibleName="Add addendum")
        self.add_button.setProperty("large", True)
        self.signatures = TitledCard("Signatures")
        self.addenda = TitledCard("Addenda")
        self._lay_out()
        self.print_button.clicked.connect(self.print_wanted)
        self.add_button.clicked.connect(self.addendum_wanted)

    def _lay_out(self) -> None:
        left = QVBoxLayout(spacing=12)
        left.addWidget(self.chart, 6)
        left.addWidget(self.flowsheet, 7)
        head = QFrame()
        head.setProperty("kind", "card")
        inside = QVBoxLayout(head, spacing=8)
        inside.setContentsMargins(16, 14, 16, 14)
        inside.addWidget(self.outcome)
        inside.addWidget(self._standing)
        buttons = QHBoxLayout(spacing=8)
        buttons.addWidget(self.print_button, 1)
        buttons.addWidget(self.add_button, 1)
        inside.addLayout(buttons)
        below = QWidget(objectName="scrolled")
        column = QVBoxLayout(below, spacing=12)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(head)
        column.addWidget(self.addenda)
        column.addWidget(self.signatures)
        column.addStretch(1)
        self._side = QScrollArea(widgetResizable=True, horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._side.setFrameShape(QFrame.Shape.NoFrame)
        self._side.setWidget(below)
        self._side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._side.setFixedWidth(_SIDE)
        layout = QHBoxLayout(self, spacing=14)
        layout.setContentsMargins(16, 14, 16, 16)
        layout.addLayout(left, 1)
        layout.addWidget(self._side)

    def show_view(self, view: EncounterView, now: datetime) -> None:
        """Shows the curves and rows of a signed session; who signed comes with its record."""
        if self._view is not None and self._view.id != view.id:
            self._record = None
        self._view = view
        self.chart.show_view(view, now)
        self.flowsheet.show_view(view)
        self.flowsheet.tick(now)
        self.outcome.setText(OUTCOMES.get(view.outcome, view.outcome))
        if self._record is None:
            self._fill(view, view.signatures, ())

    def show_record(self, record: SessionRecord) -> None:
        """Shows who signed what, and what was added since."""
        self._record = record
        self._fill(record.view, record.signatures, record.addenda)
        self._standing.setText(f"{record.standing}. Nothing in it changes any more; what is missing is added.")

    def _fill(self, view: EncounterView, signatures: tuple[SignatureView, ...], addenda: tuple[Addendum, ...]) -> None:
        for card in (self.signatures, self.addenda):
            empty_layout(card.body)
        for given in signatures:
            role = given.role.replace("_", " ")
            who = f"{given.name}, {role}" if role else given.name
            _add(self.signatures, _line(given.meaning.capitalize(), who, _at(given.at, view.zone), given.text))
        if not signatures:
            self.signatures.say_empty("Nobody has signed yet.")
        for added in addenda:
            who = f"{added.by}, {added.role.replace('_', ' ')}"
            line = _line(added.meaning.capitalize(), who, _at(added.at, view.zone), added.text, quiet=False)
            _add(self.addenda, line)
        if not addenda:
            self.addenda.say_empty("Nothing was added since it was signed.")

    def focus(self) -> None:
        """Puts the keyboard on the next step."""
        self.print_button.setFocus()

    def tick(self, now: datetime) -> None:
        """Nothing counts on in a signed session."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._side.setFixedWidth(_SIDE if self.width() > 1300 else _NARROW_SIDE)


def _add(card: TitledCard, line: QWidget) -> None:
    card.body.addWidget(line)
    line.show()  # at once, not with the next event


def _at(instant: datetime, zone: str) -> str:
    wall = to_wall(instant, zone)
    return f"{text.day_month_year(wall.date())}, {wall:%H:%M}"


def _line(meaning: str, who: str, when: str, said: str, *, quiet: bool = True) -> QWidget:
    """What was signed, by whom and when; then its words in full."""
    whole = QWidget(accessibleName=f"{meaning}, {who}, {when}")
    layout = QVBoxLayout(whole, spacing=1)
    layout.setContentsMargins(0, 4, 0, 6)
    first = QLabel(f"{meaning} · {when}", wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    first.setProperty("kind", "strong")
    second = QLabel(who, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    layout.addWidget(first)
    layout.addWidget(second)
    if said:
        words = QLabel(said, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if quiet:
            words.setProperty("kind", "small")
        layout.addWidget(words)
    return whole
