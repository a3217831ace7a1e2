"""Every score of one scale, the latest first; a struck one stays, struck through.

Signals of `ScoresTable`: `correct_asked(object)` an Assessment.
"""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from ketaclinic.clock import to_wall
from ketaclinic.domain.assessments import PATIENT, Assessment
from ketaclinic.ui import text, theme

_HEADS = ("Day", "Total", "What it means", "Given by")
_ROW, _MOST_ROWS = 32, 7


class ScoresTable(QTableWidget):
    """Enter or a double click corrects the score of the row."""

    correct_asked = Signal(object)

    def __init__(self) -> None:
        super().__init__(0, len(_HEADS), accessibleName="Scores")
        self.setHorizontalHeaderLabels(_HEADS)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column in (0, 1, 3):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self._scores: list[Assessment] = []
        self.cellDoubleClicked.connect(self._ask)

    def show_scores(self, scores: Iterable[Assessment], zone: str) -> None:
        """Fills the table."""
        self._scores = sorted(scores, key=lambda a: (a.taken_at, a.id), reverse=True)
        self.setRowCount(len(self._scores))
        for row, score in enumerate(self._scores):
            for column, words in enumerate(_cells(score, zone)):
                item = QTableWidgetItem(words)
                item.setToolTip(_more(score, zone))
                if score.struck:
                    struck = QFont(theme.font(13))
                    struck.setStrikeOut(True)
                    item.setFont(struck)
                    item.setForeground(theme.color(theme.tokens().ink2))
                    item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{words}, corrected")
                self.setItem(row, column, item)
        shown = min(len(self._scores), _MOST_ROWS)
        self.setFixedHeight(self.horizontalHeader().sizeHint().height() + shown * _ROW + 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentRow() >= 0:
            self._ask(self.currentRow(), 0)
            return
        super().keyPressEvent(event)

    def _ask(self, row: int, _column: int) -> None:
        score = self._scores[row]
        if not score.struck:
            self.correct_asked.emit(score)


def _cells(score: Assessment, zone: str) -> tuple[str, str, str, str]:
    at = to_wall(score.taken_at, zone)
    total = "" if score.total is None else str(score.total)
    who = "Patient" if score.given_by == PATIENT else score.by
    return f"{text.day_month_year(at.date())}, {text.clock(at)}", total, score.band_text, who


def _more(score: Assessment, zone: str) -> str:
    entered = to_wall(score.entered_at, zone)
    said = [f"Entered {text.full_day(entered.date())}, {text.clock(entered)}, by {score.by}"]
    if score.struck:
        said.append("Corrected by a later one")
    if score.note:
        said.append(score.note)
    said.extend(f.message for f in score.findings)
    if not score.struck:
        said.append("Enter corrects it")
    return "\n".join(said)
