"""What every report has: a month or a day, a list, what may be cut of it in words, saved and printed."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.ui.csv_out import save_rows
from ketaclinic.ui.dialogs.print_dialog import PrintDialog
from ketaclinic.ui.rows_model import Column
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.reports.report_bar import ReportBar
from ketaclinic.ui.widgets.call_table import CallTable


class ReportPage(QWidget):
    """One report. A page reads itself when it comes to the front, and when `tables` change while it is there."""

    title: ClassVar[str] = ""
    tables: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, context: ScreenContext, table: CallTable, *, period: str, now: str) -> None:
        super().__init__(accessibleName=self.title)
        self.context, self.table = context, table
        self.bar = bar = ReportBar(period, now, self.today)
        self.told = QLabel(
            wordWrap=True,
            accessibleName="Chosen line",
            textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse,
        )
        self.told.setProperty("kind", "second")
        self.beneath = QHBoxLayout(spacing=12)
        self.beneath.setContentsMargins(16, 8, 16, 6)
        self.beneath.addWidget(self.told, 1)
        self._frame = QFrame()
        self._frame.setProperty("kind", "card")
        self._inside = QVBoxLayout(self._frame, spacing=0)
        self._inside.setContentsMargins(1, 6, 1, 8)
        self._inside.addWidget(table, 1)
        self._inside.addLayout(self.beneath)
        layout = QVBoxLayout(self, spacing=12)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(bar)
        layout.addWidget(self._frame, 1)
        bar.save_pressed.connect(self.save)
        bar.print_pressed.connect(self.print_here)
        bar.back_pressed.connect(self.go_back)
        bar.forward_pressed.connect(self.go_forward)
        bar.today_pressed.connect(self.go_now)
        bar.day_wanted.connect(self.show_date)
        table.row_chosen.connect(self._row_chosen)

    def today(self) -> date:
        """On the wall of this location."""
        return wall_now(self.context.clock, self.context.location.zone).date()

    # what a page says for itself

    def look(self) -> None:
        """Reads the report."""

    def show_date(self, day: date) -> None:
        """Shows the month or day of a date."""

    def go_back(self) -> None:
        """The one before."""

    def go_forward(self) -> None:
        """The one after."""

    def go_now(self) -> None:
        """The present one."""
        self.show_date(self.today())

    def words_of(self, row: Any) -> str:  # noqa: ANN401 - a row of this report
        """All of a row in words."""
        return str(row)

    def chosen(self, row: Any) -> None:  # noqa: ANN401 - a row of this report
        """Another row is current, None for none."""

    def saved(self) -> tuple[Sequence[Column[Any]], str]:
        """The columns of the table that is saved, and the file's name."""
        raise AssertionError("every report says what is saved of it")

    def printed(self) -> tuple[str, Callable[[], bytes], str]:
        """Title, what makes the pages, and the file's name."""
        raise AssertionError("every report says what is printed of it")

    # what is alike

    def _row_chosen(self, row: Any) -> None:  # noqa: ANN401 - a row of this report
        self.told.setText(self.words_of(row) if row is not None else "")
        self.told.setVisible(row is not None)
        self.chosen(row)

    def replace_table(self, table: CallTable) -> None:
        """Another list in the place of the one there is, where another role reads other columns."""
        self._inside.replaceWidget(self.table, table)
        self.table.hide()
        self.table.deleteLater()
        self.table = table
        table.row_chosen.connect(self._row_chosen)

    def save(self) -> None:
        """The table into a file."""
        columns, name = self.saved()
        save_rows(self, self.context, columns, self.table.model.rows, name)

    def print_here(self) -> None:
        """The report on paper."""
        title, render, name = self.printed()
        PrintDialog(self, self.context, title, render, name).open()

    def read(self, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Reads away from the window's thread; only the last answer counts."""
        self.context.ops.run(self, partial(work), then, latest="report")
