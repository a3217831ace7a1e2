"""Every word that was given on a day: which rule, when, at which chair, who asked, who approved, and why."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, ClassVar

from ketaclinic.domain.governance import DayOverrides, OverrideLine
from ketaclinic.domain.permissions import may
from ketaclinic.ui import text
from ketaclinic.ui.rows_model import Column
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.reports.lists import COUNTED, DAY_SAVED, TOLD, counted_look, line_look, line_words
from ketaclinic.ui.screens.reports.report_page import ReportPage
from ketaclinic.ui.widgets.call_table import CallTable
from ketaclinic.ui.widgets.empty_state import EmptyState

_EMPTY = ("Nothing was overridden on this day", "Every word that lets a start or a booking pass stands here.")


class DayPage(ReportPage):
    """Patients and reasons are there for who treats; others see which rules, and who gave the word."""

    title = "Overrides of a day"
    tables: ClassVar[frozenset[str]] = frozenset({"events", "booking_overrides"})

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, _list(told=True), period="day", now="Today")
        self._told = True
        self.report: DayOverrides | None = None
        self.day = self.today()

    def look(self) -> None:
        """Reads the day."""
        is_now = self.day == self.today()
        self.bar.show_period(self.day, text.full_day(self.day), is_now=is_now)
        self.bar.forward.setEnabled(not is_now)
        user, here, day = self.context.user(), self.context.location.id, self.day
        if may(user.role, "reports.overrides_of_day"):
            self.read(partial(self.context.services.reports.overrides_of_day, user, day, here), self._show)

    def _show(self, report: DayOverrides) -> None:
        if report.told != self._told:
            self._told = report.told
            self.replace_table(_list(told=report.told))
        self.report = report
        self.table.show_rows(tuple(enumerate(report.lines)))
        said = text.count(len(report.lines), "override") if report.lines else "Nothing was overridden."
        if report.lines and not report.told:
            said += " · patients and reasons are left to those who treat"
        self.bar.say(said)
        self.bar.save.setEnabled(bool(report.lines))

    def show_date(self, day: date) -> None:
        """Shows a day that has been."""
        self.day = min(day, self.today())
        self.look()

    def go_back(self) -> None:
        """The day before."""
        self.show_date(self.day - timedelta(days=1))

    def go_forward(self) -> None:
        """The day after."""
        self.show_date(self.day + timedelta(days=1))

    def words_of(self, row: tuple[int, OverrideLine]) -> str:
        """All of an override in words."""
        return line_words(row[1])

    def saved(self) -> tuple[Sequence[Column[Any]], str]:
        """Every override of the day."""
        return _numbered(DAY_SAVED if self._told else COUNTED), f"overrides-{self.day.isoformat()}"

    def printed(self) -> tuple[str, Callable[[], bytes], str]:
        """The day's report."""
        reports = self.context.services.reports
        render = partial(reports.overrides_of_day_pdf, self.context.user(), self.day, self.context.location.id)
        return "Overrides of the day", render, f"Overrides {self.day.isoformat()}.pdf"


def _list(*, told: bool) -> CallTable:
    look = line_look if told else counted_look
    return CallTable(
        "Overrides",
        _numbered(TOLD if told else COUNTED),
        lambda row, column: look(row[1], column),
        lambda row: row[0],
        empty=EmptyState("reports", *_EMPTY),
    )


def _numbered(columns: Sequence[Column[OverrideLine]]) -> tuple[Column[tuple[int, OverrideLine]], ...]:
    """The columns for lines with their number of the day: two overrides may read the same."""
    return tuple(
        Column(
            column.heading,
            partial(_of_line, column.text),
            column.width,
            right=column.right,
            tip=partial(_of_line, column.tip) if column.tip else None,
        )
        for column in columns
    )


def _of_line(told: Callable[[OverrideLine], str], row: tuple[int, OverrideLine]) -> str:
    return told(row[1])
