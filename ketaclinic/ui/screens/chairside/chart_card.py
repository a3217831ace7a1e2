"""The chart of the session with its legend."""

from datetime import datetime

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.encounters import EncounterView
from ketaclinic.ui import theme
from ketaclinic.ui.screens.chairside.chart_data import chart_of
from ketaclinic.ui.widgets.vitals_chart import VitalsChart


class ChartCard(QFrame):
    """Vitals over time: pressure as a band, heart rate, saturation, events."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Vitals")
        self.setProperty("kind", "card")
        self._view: EncounterView | None = None
        self.chart = VitalsChart()
        self._legend = QLabel()
        self._baseline = QLabel()
        self._baseline.setProperty("kind", "second")
        title = QLabel("Vitals")
        title.setProperty("kind", "heading")
        head = QHBoxLayout(spacing=16)
        head.setContentsMargins(18, 10, 16, 0)
        head.addWidget(title)
        head.addWidget(self._legend)
        head.addStretch(1)
        head.addWidget(self._baseline)
        layout = QVBoxLayout(self, spacing=2)
        layout.setContentsMargins(0, 0, 6, 6)
        layout.addLayout(head)
        layout.addWidget(self.chart, 1)
        theme.signals.changed.connect(self._paint_legend)
        self._paint_legend()

    def _paint_legend(self) -> None:
        signs = (
            (Status.INFUSING, "∨∧", "BP"),
            (Status.CHECKED_IN, "○", "HR"),
            (Status.SCHEDULED, "■", "SpO₂"),
        )
        spans = [
            f'<span style="color:{theme.status(s).color}"><b>{glyph} {word}</b></span>' for s, glyph, word in signs
        ]
        self._legend.setText("&nbsp;&nbsp;&nbsp;".join(spans))

    def show_view(self, view: EncounterView, now: datetime) -> None:
        """Shows the curves of a session."""
        self._view = view
        row = view.baseline
        words = ""
        if row is not None and "sbp" in row.values and "dbp" in row.values:
            words = f"baseline {row.values['sbp']:.0f}/{row.values['dbp']:.0f}"
        self._baseline.setText(words)
        self.tick(now)

    def tick(self, now: datetime) -> None:
        """Moves the line of now."""
        if self._view is not None:
            self.chart.show_data(chart_of(self._view, now))
