"""A card with a list of rows and what can be done with the one that is chosen.

Signals of `ListCard`: `activated(object)` a row was double-clicked or Enter pressed on it.
"""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QHeaderView, QLabel, QPushButton, QStackedWidget, QVBoxLayout

from ketaclinic.ui.csv_out import SaveList
from ketaclinic.ui.icons import icon
from ketaclinic.ui.rows_model import Column, RowsModel
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.cells import PAD, CellDelegate, Look, RowsView

R = TypeVar("R")
_ROW = 44


class ListCard(QFrame, Generic[R]):
    """Shows rows; add what can be done with `add_button`."""

    activated = Signal(object)

    def __init__(
        self,
        title: str,
        words: str,
        columns: Sequence[Column[R]],
        identity: Callable[[R], object],
        look: Look,
        *,
        empty: str,
    ) -> None:
        super().__init__(accessibleName=f"{title} card")
        self.setProperty("kind", "card")
        self.model = RowsModel(columns, identity, self)
        self._needs_row: list[QPushButton] = []
        self._buttons = QHBoxLayout(spacing=8)
        self.table = RowsView(title)
        self.empty = QLabel(empty, wordWrap=True, alignment=Qt.AlignmentFlag.AlignTop)
        self.empty.setProperty("kind", "second")
        self.empty.setContentsMargins(PAD, 8, 0, 0)
        self._stack = QStackedWidget()
        self._lay_out(title, words)
        self._dress(columns, look)

    def _lay_out(self, title: str, words: str) -> None:
        heading = QLabel(title)
        heading.setProperty("kind", "heading")
        second = QLabel(words, wordWrap=True)
        second.setProperty("kind", "second")
        said = QVBoxLayout(spacing=2)
        said.addWidget(heading)
        said.addWidget(second)
        head = QHBoxLayout(spacing=16)
        head.setContentsMargins(PAD, 0, PAD, 0)
        head.addLayout(said, 1)
        head.addLayout(self._buttons)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.empty)
        layout = QVBoxLayout(self, spacing=10)
        layout.setContentsMargins(10, 16, 10, 10)
        layout.addLayout(head)
        layout.addWidget(self._stack, 1)

    def _dress(self, columns: Sequence[Column[R]], look: Look) -> None:
        self.table.setModel(self.model)
        self.table.setItemDelegate(CellDelegate(look, self.table, _ROW))
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(_ROW)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        for number, column in enumerate(columns):
            fixed = QHeaderView.ResizeMode.Fixed if column.width else QHeaderView.ResizeMode.Stretch
            header.setSectionResizeMode(number, fixed)
            if column.width:
                header.resizeSection(number, column.width)
        self.table.selectionModel().selectionChanged.connect(self._chosen_changed)
        self.model.modelReset.connect(self._chosen_changed)
        self.table.doubleClicked.connect(self._activate)
        self.table.entered_row.connect(self._activate)

    def add_button(
        self,
        words: str,
        slot: Callable[[], None],
        *,
        name: str = "",
        icon_name: str = "",
        kind: str = "plain",
        needs_row: bool | None = None,
    ) -> QPushButton:
        """Adds something to do; what is not primary needs a chosen row unless it says otherwise."""
        button = QPushButton(words, accessibleName=name or words)
        button.setProperty("kind", kind)
        if icon_name:
            button.setIcon(icon(icon_name, "on_accent" if kind == "primary" else None))
        button.clicked.connect(slot)
        self._buttons.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
        if kind != "primary" if needs_row is None else needs_row:
            self._needs_row.append(button)
            button.setEnabled(False)
        return button

    def offer_csv(self, context: ScreenContext, filename: str) -> None:
        """Offers the list as a CSV file in its context menu."""
        SaveList(self.table, context, self.model, filename)

    def show_rows(self, rows: Sequence[R]) -> None:
        """Replaces the rows; the chosen one stays chosen while it is there."""
        chosen = self.chosen()
        self.model.replace(rows)
        self._stack.setCurrentWidget(self.table if rows else self.empty)
        if chosen is not None:
            self.choose(self.model.identity(chosen))
        self._chosen_changed()

    def chosen(self) -> R | None:
        """The row that is chosen, or None."""
        rows = self.table.selectionModel().selectedRows()
        return self.model.row(rows[0]) if rows else None

    def choose(self, identity: object) -> None:
        """Chooses a row as a click does."""
        index = self.model.index_of(identity)
        if index.isValid():
            self.table.setCurrentIndex(index)

    def _chosen_changed(self) -> None:
        there = self.chosen() is not None
        for button in self._needs_row:
            button.setEnabled(there)

    def _activate(self, index: QModelIndex) -> None:
        row = self.model.row(index)
        if row is not None:
            self.activated.emit(row)
