"""Overrides of a month, rule by rule: how often each stood, how often it gave way, and what was decided about it."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any, ClassVar

from PySide6.QtWidgets import QPushButton

from ketaclinic.domain.governance import OverrideReport, RuleRow
from ketaclinic.domain.permissions import may
from ketaclinic.ui import text
from ketaclinic.ui.rows_model import Column
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.reports.lists import RULES, RULES_SAVED, rule_look, rule_words
from ketaclinic.ui.screens.reports.report_page import ReportPage
from ketaclinic.ui.widgets.call_table import CallTable
from ketaclinic.ui.widgets.date_button import month_later
from ketaclinic.ui.widgets.empty_state import EmptyState

_EMPTY = ("No rule stood in the way", "What stood against a start or a booking in this month is counted here.")


class MonthPage(ReportPage):
    """Its button opens the review of the chosen rule, for a prescriber."""

    title = "Overrides by month"
    tables: ClassVar[frozenset[str]] = frozenset({"events", "booking_overrides", "rule_reviews", "appointments"})

    def __init__(self, context: ScreenContext) -> None:
        table = CallTable(
            "Rules", RULES, rule_look, lambda row: (row.area, row.rule), empty=EmptyState("reports", *_EMPTY)
        )
        super().__init__(context, table, period="month", now="This month")
        self.report: OverrideReport | None = None
        self.month = self.today().replace(day=1)
        self.review_button = QPushButton("Review rule…", accessibleName="Review rule")
        self.review_button.clicked.connect(self.review)
        self.beneath.addWidget(self.review_button)
        self.table.entered.connect(self.review)
        self.chosen(None)

    def look(self) -> None:
        """Reads the month."""
        self._show_period()
        user, here, month = self.context.user(), self.context.location.id, self.month
        if may(user.role, "reports.overrides"):
            self.read(partial(self.context.services.reports.overrides, user, month, here), self._show)

    def _show_period(self) -> None:
        is_now = self.month == self.today().replace(day=1)
        self.bar.show_period(self.month, text.month_name(self.month), is_now=is_now)
        self.bar.forward.setEnabled(not is_now)

    def _show(self, report: OverrideReport) -> None:
        self.report = report
        self.table.show_rows(report.rows)
        overridden = sum(row.overridden for row in report.rows)
        said = f"{text.count(overridden, 'override')} · {text.count(len(report.rows), 'rule')}"
        if report.to_review:
            said += f" · {report.to_review} to review"
        self.bar.say(said if report.rows else "Nothing was overridden, and nothing stood.")
        self.bar.save.setEnabled(bool(report.rows))

    def show_date(self, day: date) -> None:
        """Shows the month of a day; the future has no overrides."""
        self.month = min(day, self.today()).replace(day=1)
        self.look()

    def go_back(self) -> None:
        """The month before."""
        self.show_date(month_later(self.month, -1))

    def go_forward(self) -> None:
        """The month after."""
        self.show_date(month_later(self.month, 1))

    def words_of(self, row: RuleRow) -> str:
        """All of a rule's month in words."""
        return rule_words(row)

    def chosen(self, row: RuleRow | None) -> None:
        """Offers the review of a rule that somebody has overridden."""
        reviews = may(self.context.user().role, "reports.review_rule")
        self.review_button.setVisible(reviews and row is not None)
        self.review_button.setEnabled(row is not None and row.overridden > 0)
        if row is not None:
            self.review_button.setProperty("kind", "amber" if row.to_review else "")
            self.review_button.style().polish(self.review_button)

    def review(self, *_: object) -> None:
        """What is to become of the chosen rule."""
        row: RuleRow | None = self.table.current()
        if (
            row is None
            or not self.review_button.isEnabled()
            or not may(self.context.user().role, "reports.review_rule")
        ):
            return
        from ketaclinic.ui.screens.reports.review_dialog import ReviewRuleDialog  # noqa: PLC0415 - seldom needed

        ReviewRuleDialog(self, self.context, row, self.month).open()

    def saved(self) -> tuple[Sequence[Column[Any]], str]:
        """Every rule of the month."""
        return RULES_SAVED, f"overrides-{self.month:%Y-%m}"

    def printed(self) -> tuple[str, Callable[[], bytes], str]:
        """The month's report."""
        render = partial(
            self.context.services.reports.overrides_pdf, self.context.user(), self.month, self.context.location.id
        )
        return "Overrides of the month", render, f"Overrides {self.month:%Y-%m}.pdf"
