"""The ledger's day in one line: what was counted, what is open, and the button that closes it.

Signals of `DayStrip`: `explain_asked(object)` the count to explain; `close_asked()`.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from ketaclinic.domain.ledger_views import CountView, LedgerDay
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon
from ketaclinic.ui.widgets.elided_label import ElidedLabel


class DayStrip(QFrame):
    """Stands above the lists; nothing is said while no ledger is kept."""

    explain_asked = Signal(object)
    close_asked = Signal()

    def __init__(self) -> None:
        super().__init__(accessibleName="Day of the ledger")
        self.setProperty("kind", "card")
        self._unexplained: CountView | None = None
        self.counts = ElidedLabel()
        self.against = ElidedLabel()
        self.against.setProperty("kind", "warning")
        self.explain = QPushButton("Explain…", accessibleName="Explain the difference")
        self.explain.clicked.connect(self._explain)
        self.close_day = QPushButton(icon("lock"), "Close day", accessibleName="Close day of the ledger")
        self.close_day.clicked.connect(self.close_asked)
        self.done = QLabel()
        self.done.setProperty("kind", "second")
        layout = QHBoxLayout(self, spacing=12)
        layout.setContentsMargins(18, 8, 12, 8)
        layout.addWidget(self.counts, 1)
        layout.addWidget(self.against, 1)
        layout.addWidget(self.done)
        layout.addWidget(self.explain)
        layout.addWidget(self.close_day)

    def show_day(self, day: LedgerDay, *, writes: bool) -> None:
        """Shows how the day stands; `writes` tells whether this user may close it."""
        self.setVisible(day.kept)
        told = [_count_words(view) for view in day.counts]
        self.counts.setText(" · ".join(told) if told else "Not counted yet today")
        self.counts.setToolTip("\n".join(told))
        self._unexplained = day.unexplained[0] if day.unexplained else None
        closed = day.closed
        against = [text.with_read_dates(finding.message) for finding in day.against_close]
        open_ = closed is None or bool(against)
        self.against.setVisible(open_ and bool(against))
        more = f"  and {len(against) - 1} more" if len(against) > 1 else ""
        self.against.setText(f"{against[0]}{more}" if against else "")
        self.against.setToolTip("\n".join(against))
        self.done.setText(f"✓ Closed by {closed.closed_by}" if closed and not against else "")
        self.explain.setVisible(writes and self._unexplained is not None)
        self.close_day.setVisible(writes and open_)
        self.close_day.setEnabled(not against)
        self.close_day.setToolTip("" if not against else "\n".join(("Not yet:", *against)))

    def _explain(self) -> None:
        if self._unexplained is not None:
            self.explain_asked.emit(self._unexplained)


def _count_words(view: CountView) -> str:
    state = " (explained)" if view.count.discrepancy and not view.count.unexplained else ""
    return f"{view.count.moment.word} {text.clock(view.at_wall)}: {view.result}{state}"
