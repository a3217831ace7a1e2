"""Counting: every vial read off without seeing what the ledger expects, and a difference explained.

Signals of `CountDialog`: `differed(object)` the count that does not agree, once it is kept.
"""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from ketaclinic.domain.ledger import Moment, microlitres, millilitres
from ketaclinic.domain.ledger_views import CountView, LedgerDay, StockLine
from ketaclinic.domain.people import User
from ketaclinic.ui import text
from ketaclinic.ui.dialogs.ledger_dialog import LedgerDialog
from ketaclinic.ui.form import Field
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.findings_panel import Notice

_REASON = 15
_TALL = 320
_WITHOUT_SCROLLING = 4


class CountDialog(LedgerDialog):
    """What is in each vial, in mL; what the ledger expects is not shown until it is counted."""

    differed = Signal(object)

    def __init__(self, parent: QWidget, context: ScreenContext, stock: Sequence[StockLine], moment: Moment) -> None:
        self._stock = tuple(stock)
        self._first = moment
        super().__init__(
            parent, context, "Count", button="Keep the count", witnessed=True, width=620,
            subtitle="Read off each vial what is in it. What the ledger expects shows afterwards.",
        )  # fmt: skip

    def holder(self) -> QScrollArea | None:
        """Many vials scroll; who signs stays in sight."""
        if len(self._stock) <= _WITHOUT_SCROLLING:
            return None
        scroll = QScrollArea(widgetResizable=True, frameShape=QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFixedHeight(_TALL)
        self.body.addWidget(scroll)
        return scroll

    def fields(self) -> Sequence[Field]:
        """The moment, and a field for each vial."""
        moments = sorted(Moment, key=lambda m: m is not self._first)
        return (
            Field("moment", "When", "choice", span=2, choices=tuple((m, m.word) for m in moments)),
            *(
                Field(
                    f"vial-{line.vial.id}",
                    f"{line.vial.number}, mL",
                    hint=f"{line.vial.mg_per_ml} mg/mL · lot {line.vial.lot}",
                )
                for line in self._stock
            ),
        )

    def missing(self) -> str:
        """The first vial that has no amount."""
        values = self.form.values()
        for line in self._stock:
            try:
                microlitres(values[f"vial-{line.vial.id}"] or "x")
            except ValueError:
                return f"what is in {line.vial.number}, in mL"
        return ""

    def act(self, by: User, values: dict[str, Any], pin: str, witness: User | None) -> object:
        """Keeps the count."""
        assert witness is not None
        counted = {
            line.vial.id: microlitres(values[f"vial-{line.vial.id}"]) * line.vial.mg_per_ml for line in self._stock
        }
        moment, here = Moment(values["moment"]), self.context.location.id
        return self.context.services.ledger.count(by, here, moment, counted, pin, witness, self.command)

    def succeeded(self, result: LedgerDay) -> None:
        """Says what was found; a difference goes on to its explanation."""
        view = result.counts[-1]
        self.context.notify(f"{view.count.moment.word}: {view.result}.")
        if view.count.unexplained:
            self.differed.emit(view)


class ExplainDialog(LedgerDialog):
    """Why a count differs, and whether what was counted is the balance from now on."""

    def __init__(self, parent: QWidget, context: ScreenContext, view: CountView) -> None:
        self._view = view
        title = f"{view.count.moment.word} of {text.day_month(view.count.day)} differs"
        super().__init__(parent, context, title, button="Explain", witnessed=True, columns=1, width=620)
        shown = "; ".join(
            f"{vial.number}, lot {vial.lot}: {_ml(line.counted_ug, vial.mg_per_ml)} mL counted, "
            f"{_ml(line.expected_ug, vial.mg_per_ml)} mL expected"
            for vial, line in view.off
        )
        self.body.insertWidget(0, Notice(f"{shown}.", tone="red", icon="block", title=f"{view.result}."))

    def fields(self) -> Sequence[Field]:
        """Why, and what follows."""
        return (
            Field(
                "explanation", "Explanation", "lines", required=True, placeholder="What happened, or was read wrongly"
            ),
            Field(
                "settle",
                "What follows",
                "choice",
                choices=(
                    (False, "The ledger stands: the count was wrong, or the missing line is written"),
                    (True, "What was counted is the balance from now on"),
                ),
                hint="A loss or theft is reported to the authorities within one business day.",
            ),
        )

    def missing(self) -> str:
        """The explanation."""
        short = _REASON - len(" ".join(self.form.values()["explanation"].split()))
        return f"An explanation, {text.count(short, 'more letter')}" if short > 0 else ""

    def act(self, by: User, values: dict[str, Any], pin: str, witness: User | None) -> object:
        """Writes it down."""
        assert witness is not None
        return self.context.services.ledger.explain(
            by,
            self._view.count.id,
            values["explanation"],
            pin,
            witness,
            settle=values["settle"],
            command_id=self.command,
        )


def _ml(amount_ug: int, mg_per_ml: int) -> str:
    return millilitres(round(amount_ug / mg_per_ml))
