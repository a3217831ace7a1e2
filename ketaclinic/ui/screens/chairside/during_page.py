"""During the infusion: chart and flowsheet at the left, pump, alerts and what happened at the right."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ketaclinic.domain.encounters import EncounterView
from ketaclinic.ui.screens.chairside.adverse_panel import AdversePanel
from ketaclinic.ui.screens.chairside.alerts_panel import AlertsPanel, EarlierAlerts
from ketaclinic.ui.screens.chairside.chart_card import ChartCard
from ketaclinic.ui.screens.chairside.charting_desk import ChartingDesk
from ketaclinic.ui.screens.chairside.flowsheet import Flowsheet
from ketaclinic.ui.screens.chairside.pump_card import PumpCard
from ketaclinic.ui.screens.chairside.session_acts import SessionActs
from ketaclinic.ui.screens.chairside.story_panel import StoryPanel

_SIDE, _NARROW_SIDE = 372, 340
_CHART_LEAST, _CHART_SHARE = 150, 0.46


class DuringPage(QWidget):
    """The second step of a session."""

    def __init__(self, acts: SessionActs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chart = ChartCard()
        self.flowsheet = Flowsheet(acts)
        self.pump = PumpCard()
        self.alerts = AlertsPanel()
        self.adverse = AdversePanel()
        self.past = EarlierAlerts()
        self.story = StoryPanel()
        self._desk = ChartingDesk(self, acts, self.pump)
        self._lay_out()
        self.pump.pressed.connect(self._desk.press)
        acts.told.connect(self.pump.tell)
        self._desk.listen(self.alerts, self.adverse)
        self.story.correction_wanted.connect(self._desk.correct_event)
        self.flowsheet.correction_wanted.connect(self._desk.correct)
        self.flowsheet.gap_wanted.connect(self._desk.explain_gap)

    def _lay_out(self) -> None:
        left = QVBoxLayout(spacing=12)
        left.addWidget(self.chart, 1)
        left.addWidget(self.flowsheet, 1)  # how much each gets, says `_share`
        self._side = QWidget()
        right = QVBoxLayout(self._side, spacing=12)
        right.setContentsMargins(0, 0, 0, 0)
        below = QWidget(objectName="scrolled")
        column = QVBoxLayout(below, spacing=12)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.alerts)
        column.addWidget(self.adverse)
        column.addWidget(self.past)
        column.addWidget(self.story, 1)
        scroll = QScrollArea(widgetResizable=True, horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(below)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        right.addWidget(self.pump)
        right.addWidget(scroll, 1)
        self._side.setFixedWidth(_SIDE)
        layout = QHBoxLayout(self, spacing=14)
        layout.setContentsMargins(16, 14, 16, 16)
        layout.addLayout(left, 1)
        layout.addWidget(self._side)

    def show_view(self, view: EncounterView, now: datetime) -> None:
        """Shows the step as it is."""
        self.chart.show_view(view, now)
        self.flowsheet.show_view(view)
        self._share()
        self.pump.show_view(view, now)
        self.alerts.show_view(view)
        self.adverse.show_view(view)
        self.past.show_view(view)
        self.story.show_view(view)
        self.tick(now)

    def tick(self, now: datetime) -> None:
        """Counts on."""
        self.chart.tick(now)
        self.flowsheet.tick(now)
        self.pump.tick(now)

    def focus(self) -> None:
        """Puts the keyboard where the next value goes."""
        self.flowsheet.focus_entry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._side.setFixedWidth(_SIDE if self.width() > 1400 else _NARROW_SIDE)
        self._share()

    def _share(self) -> None:
        """The flowsheet gets what it needs, the chart the rest, within what a curve needs to be read."""
        room = self.height() - 30 - 12
        high = int(max(_CHART_LEAST, min(room * _CHART_SHARE, room - self.flowsheet.needed_height())))
        self.chart.setMinimumHeight(_CHART_LEAST)
        self.chart.setMaximumHeight(high)
        self.flowsheet.setMaximumHeight(max(1, room - high))
