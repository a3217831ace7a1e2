"""What a prescriber decides about a rule that is overridden too often: kept with the month, shown with the rule."""

from datetime import date
from uuid import uuid4

from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget

from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.governance import RuleReview, RuleRow
from ketaclinic.domain.overrides import SHORTEST_REASON
from ketaclinic.ui import text
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.reports.lists import rule_words
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.wrapped_text import WrappedText


class ReviewRuleDialog(Dialog):
    """Closes when the decision is written down."""

    def __init__(self, parent: QWidget, context: ScreenContext, row: RuleRow, month: date) -> None:
        super().__init__(parent, row.title, subtitle=f"Review of {text.month_name(month)}", width=560)
        self._context, self._row, self._month, self._command = context, row, month, uuid4().hex
        self.body.addWidget(WrappedText(13, rule_words(row), bold=False))
        label = QLabel("What was decided")
        label.setProperty("kind", "label")
        self.decision = QPlainTextEdit(
            accessibleName="What was decided",
            tabChangesFocus=True,
            placeholderText="Keep the rule and why, change its number from …, or leave it out for whom",
        )
        self.decision.setFixedHeight(92)
        label.setBuddy(self.decision)
        self.body.addWidget(label)
        self.body.addWidget(self.decision)
        self.add_cancel()
        self.confirm = self.add_button("Save decision", self.submit, kind="primary")
        self.decision.textChanged.connect(self._check)
        self._check()
        self.decision.setFocus()

    def _check(self) -> None:
        short = SHORTEST_REASON - len(" ".join(self.decision.toPlainText().split()))
        self.hint.setText(f"{short} more {'letter' if short == 1 else 'letters'}" if short > 0 else "")
        self.confirm.setEnabled(short <= 0 and not self._busy)

    def submit(self) -> None:
        """Keeps the decision; what was typed stays where it cannot be kept."""
        if self._busy or not self.confirm.isEnabled():
            return
        user, reports = self._context.user(), self._context.services.reports
        rule, month, words, command = self._row.rule, self._month, self.decision.toPlainText(), self._command
        self.set_busy(busy=True)
        self._context.ops.run(
            self, lambda: reports.review_rule(user, rule, month, words, command), self._done, self._refused
        )

    def _done(self, _review: RuleReview) -> None:
        self.set_busy(busy=False)
        self._context.notify(f"The review of “{self._row.title}” is kept.")
        self.accept()

    def _refused(self, error: ClinicError) -> None:
        self.show_error(error)
        self.decision.setFocus()
