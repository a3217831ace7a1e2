"""The flowsheet as a table: lines are vitals and scales, columns are times."""

from collections.abc import Callable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush

from ketaclinic.domain.encounters import EncounterView
from ketaclinic.ui import theme
from ketaclinic.ui.screens.chairside import flow_rows
from ketaclinic.ui.screens.chairside.flow_rows import FlowColumn, FlowRow
from ketaclinic.ui.screens.chairside.moments import hour_minute

_NOWHERE = QModelIndex()
LevelRole = Qt.ItemDataRole.UserRole + 1
"""Amber, red or None."""
StruckRole = Qt.ItemDataRole.UserRole + 2
MissedRole = Qt.ItemDataRole.UserRole + 3
TypedRole = Qt.ItemDataRole.UserRole + 4


class FlowsheetModel(QAbstractTableModel):
    """What was observed, transposed; a repaint is enough when only values differ."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[FlowRow, ...] = ()
        self._columns: tuple[FlowColumn, ...] = ()
        self._zone = "UTC"
        self._roles: dict[int, Callable[[FlowRow, FlowColumn], object]] = {
            Qt.ItemDataRole.DisplayRole: flow_rows.cell_text,
            Qt.ItemDataRole.AccessibleTextRole: self._spoken,
            LevelRole: flow_rows.cell_level,
            StruckRole: _is_struck,
            MissedRole: _is_missed,
            TypedRole: _is_typed,
            Qt.ItemDataRole.ToolTipRole: self._tip,
        }

    @property
    def lines(self) -> tuple[FlowRow, ...]:
        """The lines, top to bottom."""
        return self._lines

    def column(self, number: int) -> FlowColumn | None:
        """A column by its place."""
        return self._columns[number] if 0 <= number < len(self._columns) else None

    def show_view(self, view: EncounterView) -> bool:
        """Shows a session; True when columns were added or removed."""
        lines, columns = flow_rows.rows_of(view.fields), flow_rows.columns_of(view)
        if (lines, columns) == (self._lines, self._columns):
            return False
        grown = len(columns) != len(self._columns)
        self.beginResetModel()
        self._lines, self._columns, self._zone = lines, columns, view.zone
        self.endResetModel()
        return grown

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        give = self._roles.get(role)
        if give is None or not index.isValid():
            return None
        return give(self._lines[index.row()], self._columns[index.column()])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation == Qt.Orientation.Vertical:
            if role == Qt.ItemDataRole.DisplayRole and 0 <= section < len(self._lines):
                return self._lines[section].heading
            return None
        column = self.column(section)
        if column is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{hour_minute(column.at, self._zone)}\n{self._word(column)}"
        if role == Qt.ItemDataRole.ForegroundRole and column.missed:
            return QBrush(theme.color(theme.tokens().amber))
        return None

    def _word(self, column: FlowColumn) -> str:
        row = column.row
        if row is None:
            return f"{flow_rows.short_label(column.label)} missed"
        if row.struck:
            return "corrected"
        label = flow_rows.short_label(column.label)
        return f"{label} · late" if row.late else label

    def _tip(self, _line: FlowRow, column: FlowColumn) -> str:
        row = column.row
        if row is None:
            return f"{column.label}: nothing was recorded"
        parts = [f"{column.label}, observed {hour_minute(row.observed_at, self._zone)} by {row.by}"]
        if row.late:
            parts.append(f"entered {hour_minute(row.entered_at, self._zone)}")
        if row.struck:
            parts.append("struck: corrected by a later entry")
        if row.note:
            parts.append(row.note)
        return "\n".join(parts)

    def _spoken(self, line: FlowRow, column: FlowColumn) -> str:
        value = flow_rows.cell_text(line, column) or "nothing"
        level = flow_rows.cell_level(line, column)
        return f"{line.label} at {hour_minute(column.at, self._zone)}: {value}" + (f", {level.value}" if level else "")


def _is_struck(_line: FlowRow, column: FlowColumn) -> bool:
    return column.row is not None and column.row.struck


def _is_missed(_line: FlowRow, column: FlowColumn) -> bool:
    return column.missed


def _is_typed(line: FlowRow, _column: FlowColumn) -> bool:
    return line.typed
