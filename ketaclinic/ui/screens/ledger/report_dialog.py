"""The ledger of some days on paper, for an inspector or the clinic's own look."""

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtWidgets import QLabel, QWidget

from ketaclinic.ui.dialogs.print_dialog import PrintDialog
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.date_edit import DateEdit


class LedgerReportDialog(PrintDialog):
    """The report from one day to another."""

    def __init__(self, parent: QWidget, context: ScreenContext, first: date, last: date) -> None:
        name = f"Drug ledger {first.isoformat()} to {last.isoformat()}.pdf"
        self._report = partial(context.services.ledger.report_pdf, context.user(), context.location.id)
        super().__init__(parent, context, "Drug ledger", partial(self._report, first, last), name)
        self._days = first, last
        self.first, self.last = (self._day(words, day, last) for words, day in (("From", first), ("To", last)))

    def _day(self, words: str, day: date, today: date) -> DateEdit:
        edit = DateEdit(today)
        edit.setAccessibleName(words)
        edit.setFixedWidth(130)
        edit.set_day(day)
        edit.day_changed.connect(self.option_changed)
        label = QLabel(words)
        label.setProperty("kind", "label")
        label.setBuddy(edit)
        self.options.addWidget(label)
        self.options.addWidget(edit)
        return edit

    def job(self) -> Callable[[], bytes]:
        """The report of the days as they stand; a day that is none leaves the one before."""
        first, last = (edit.day() or kept for edit, kept in zip((self.first, self.last), self._days, strict=True))
        self._days = first, last
        self._filename = f"Drug ledger {first.isoformat()} to {last.isoformat()}.pdf"
        return partial(self._report, first, last)
