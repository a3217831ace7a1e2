"""The one table model: frozen rows shown through column definitions; sorted and refreshed without losing the place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

R = TypeVar("R")
RowRole = Qt.ItemDataRole.UserRole + 1
"""The whole row, for delegates that paint it."""
_NOWHERE = QModelIndex()


@dataclass(frozen=True)  # no slots: Column[Row](…) notes its type on the instance
class Column(Generic[R]):
    """One column: its heading, the text of a row, and how it sorts and stands.

    Attributes:
        width: pixels; 0 stretches.
        sort: what it sorts by; the text when None.
        right: numbers stand at the right.
        tip: what more the pointer shows.
    """

    heading: str
    text: Callable[[R], str]
    width: int = 0
    sort: Callable[[R], Any] | None = None
    right: bool = False
    tip: Callable[[R], str] | None = None


class RowsModel(QAbstractTableModel, Generic[R]):
    """Rows of frozen values. `identity` tells which row is which when they are replaced."""

    def __init__(
        self, columns: Sequence[Column[R]], identity: Callable[[R], Any], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._identity = identity
        self._rows: list[R] = []
        self._sorted: tuple[int, bool] | None = None

    @property
    def rows(self) -> tuple[R, ...]:
        """The rows as they stand."""
        return tuple(self._rows)

    @property
    def columns(self) -> tuple[Column[R], ...]:
        """The column definitions."""
        return self._columns

    def row(self, index: QModelIndex | QPersistentModelIndex) -> R | None:
        """The row at an index, or None."""
        return self._rows[index.row()] if index.isValid() else None

    def identity(self, row: R) -> object:
        """What tells this row from the others."""
        return self._identity(row)

    def index_of(self, identity: object) -> QModelIndex:
        """Where the row of that identity stands; invalid when it is not there."""
        for number, row in enumerate(self._rows):
            if self._identity(row) == identity:
                return self.index(number, 0)
        return QModelIndex()

    def replace(self, rows: Sequence[R]) -> None:
        """Shows other rows. Equal identities in equal order only change in place, so selection and scroll stay."""
        new = self._in_order(rows)
        if [self._identity(r) for r in new] == [self._identity(r) for r in self._rows]:
            changed = [n for n, (a, b) in enumerate(zip(self._rows, new, strict=True)) if a != b]
            self._rows = new
            for number in changed:
                self.dataChanged.emit(self.index(number, 0), self.index(number, len(self._columns) - 1))
            return
        self.beginResetModel()
        self._rows = new
        self.endResetModel()

    def _in_order(self, rows: Sequence[R]) -> list[R]:
        if self._sorted is None:
            return list(rows)
        number, down = self._sorted
        column = self._columns[number]
        return sorted(rows, key=column.sort or column.text, reverse=down)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorts by a column, as the header asks; the rows keep that order when they are replaced."""
        if not 0 <= column < len(self._columns):
            return
        self._sorted = (column, order == Qt.SortOrder.DescendingOrder)
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        held = [self._identity(self._rows[index.row()]) for index in before]
        self._rows = self._in_order(self._rows)
        places = {self._identity(row): number for number, row in enumerate(self._rows)}
        after = [self.index(places[one], index.column()) for one, index in zip(held, before, strict=True)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row, column = self._rows[index.row()], self._columns[index.column()]
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return column.text(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.tip(row) if column.tip else None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return row if role == RowRole else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].heading
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if self._columns[section].right else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None
