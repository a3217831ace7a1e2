"""What became of each row of an imported list."""

from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from ketaclinic.services.importing import ImportResult, RefusedRow
from ketaclinic.ui.rows_model import Column, RowsModel


class ImportResultPanel(QWidget):
    """Counts, and each refused row with its line and reason."""

    def __init__(self) -> None:
        super().__init__(accessibleName="Result")
        self.taken, self.known, self.refused = (QLabel() for _ in range(3))
        columns: tuple[Column[RefusedRow], ...] = (
            Column("Line", lambda row: str(row.line), width=80, sort=lambda row: row.line, right=True),
            Column("Why it was not taken", lambda row: row.reason),
        )
        self.model = RowsModel(columns, lambda row: row.line, self)
        self.table = QTableView(
            accessibleName="Refused rows",
            showGrid=False,
            selectionBehavior=QAbstractItemView.SelectionBehavior.SelectRows,
            wordWrap=True,
        )
        self.table.setModel(self.model)
        self.table.verticalHeader().hide()
        self.table.setColumnWidth(0, 80)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        counts = QHBoxLayout(spacing=36)
        for number, words in ((self.taken, "taken"), (self.known, "known already"), (self.refused, "not taken")):
            number.setProperty("kind", "big")
            number.setAccessibleName(words)
            label = QLabel(words)
            label.setProperty("kind", "second")
            pair = QVBoxLayout(spacing=0)
            pair.addWidget(number)
            pair.addWidget(label)
            counts.addLayout(pair)
        counts.addStretch()
        layout = QVBoxLayout(self, spacing=14)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(counts)
        layout.addWidget(self.table, 1)
        layout.addStretch()

    def show_result(self, result: ImportResult) -> None:
        """Shows what became of the rows."""
        self.taken.setText(f"{result.imported:,}")
        self.known.setText(f"{result.known:,}")
        self.refused.setText(f"{len(result.refused):,}")
        self.model.replace(result.refused)
        self.table.resizeRowsToContents()
        self.table.setVisible(bool(result.refused))

    def refused_text(self) -> str:
        """The refused rows as lines of text."""
        return "\n".join(f"line {row.line}: {row.reason}" for row in self.model.rows)
