"""A list of people to call: rows that paint themselves, sorted by a click on a heading, walked with the arrows.

Signals of `CallTable`: `row_chosen(object)` another row is current, None for none; `entered(object)` Enter or a double
click.
"""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QStackedWidget

from ketaclinic.domain.calls import CallNote
from ketaclinic.ui import text
from ketaclinic.ui.rows_model import Column, RowsModel
from ketaclinic.ui.widgets.cells import CellDelegate, Look, RowsView
from ketaclinic.ui.widgets.empty_state import EmptyState

ROW = 40
_STRETCHED, _SCROLL_BAR = 190, 14
_LEAST = {"Last call": 168, "Missing": 84, "Patient": 150}
"""Columns that can be read in part, with the pixels they keep."""


def call_words(note: CallNote | None) -> str:
    """The last call in a cell: "Voicemail 20 Nov 14:05"."""
    if note is None:
        return ""
    return f"{note.outcome.word} {text.day_month(note.at.date())} {text.clock(note.at)}"


class _Table(RowsView):
    """Home and End go to the ends of the list; letters are the screen's."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Home, Qt.Key.Key_End} and self.model().rowCount():
            self.selectRow(0 if event.key() == Qt.Key.Key_Home else self.model().rowCount() - 1)
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:  # noqa: N802 - Qt's name
        """Letters are outcomes of calls here, not a search."""


class CallTable(QStackedWidget):
    """One tab's list, or what it says when it is empty."""

    row_chosen = Signal(object)
    entered = Signal(object)

    def __init__(
        self,
        name: str,
        columns: Sequence[Column[Any]],
        look: Look,
        identity: Callable[[Any], object],
        *,
        empty: EmptyState,
    ) -> None:
        super().__init__()
        self.model: RowsModel[Any] = RowsModel(columns, identity, self)
        self.view = _Table(name)
        self.empty = empty
        self.addWidget(self.view)
        self.addWidget(empty)
        self._dress(columns, look)
        self.setCurrentWidget(empty)

    def _dress(self, columns: Sequence[Column[Any]], look: Look) -> None:
        self.view.setModel(self.model)
        self.view.setItemDelegate(CellDelegate(look, self.view, ROW, marked=True))
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(ROW)
        header = self.view.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(48)
        for number, column in enumerate(columns):
            fixed = QHeaderView.ResizeMode.Fixed if column.width else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(number, fixed)
            if column.width:
                header.resizeSection(number, column.width)
        header.sectionClicked.connect(self._sort)
        self._sorted = (-1, False)
        self.view.selectionModel().currentRowChanged.connect(self._current_changed)
        self.view.entered_row.connect(self._enter)
        self.view.doubleClicked.connect(self._enter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """In a narrow window the columns that can be read in part give way, so that names keep their room."""
        header, columns = self.view.horizontalHeader(), self.model.columns
        room = self.width() - sum(column.width or _STRETCHED for column in columns) - _SCROLL_BAR
        gives = {n: c.width - _LEAST[c.heading] for n, c in enumerate(columns) if c.heading in _LEAST and c.width}
        whole = sum(gives.values())
        share = min(1.0, max(0.0, -room / whole)) if whole else 0.0
        for number, give in gives.items():
            header.resizeSection(number, columns[number].width - round(give * share))

    # -- rows

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Replaces the rows; the current one stays, or the one in its place where it is gone."""
        current = self.current()
        place = self.view.currentIndex().row()
        self.model.replace(rows)
        self.setCurrentWidget(self.view if rows else self.empty)
        if not rows:
            self.row_chosen.emit(None)
            return
        index = self.model.index_of(self.model.identity(current)) if current is not None else QModelIndex()
        number = index.row() if index.isValid() else min(max(place, 0), len(rows) - 1)
        self.view.setCurrentIndex(self.model.index(number, 0))
        self.row_chosen.emit(self.current())

    def current(self) -> Any:  # noqa: ANN401 - a row of this list
        """The row with the mark, or None."""
        return self.model.row(self.view.currentIndex())

    def choose(self, identity: object) -> None:
        """Goes to a row."""
        index = self.model.index_of(identity)
        if index.isValid():
            self.view.setCurrentIndex(index)

    def go_on(self, wanted: Callable[[Any], bool]) -> None:
        """Goes to the next row that is wanted, after the current one, then from the top; else one row down."""
        count, at = self.model.rowCount(), self.view.currentIndex().row()
        for step in range(1, count):
            number = (at + step) % count
            if wanted(self.model.rows[number]):
                self.view.setCurrentIndex(self.model.index(number, 0))
                return
        if at + 1 < count:
            self.view.setCurrentIndex(self.model.index(at + 1, 0))

    def _sort(self, number: int) -> None:
        down = self._sorted == (number, False)
        self._sorted = (number, down)
        order = Qt.SortOrder.DescendingOrder if down else Qt.SortOrder.AscendingOrder
        header = self.view.horizontalHeader()
        header.setSortIndicatorShown(True)
        header.setSortIndicator(number, order)
        self.model.sort(number, order)

    def _current_changed(self) -> None:
        self.row_chosen.emit(self.current())

    def _enter(self, index: QModelIndex) -> None:
        row = self.model.row(index)
        if row is not None:
            self.entered.emit(row)
