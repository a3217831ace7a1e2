"""Recovery: observations go on, the discharge list is answered, the criteria decide, the nurse signs."""

from datetime import datetime

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from ketaclinic.clock import to_wall
from ketaclinic.domain.encounters import EncounterView, Outcome, Step
from ketaclinic.domain.people import Role
from ketaclinic.ui.screens.chairside.adverse_panel import AdversePanel
from ketaclinic.ui.screens.chairside.alerts_panel import AlertsPanel, EarlierAlerts
from ketaclinic.ui.screens.chairside.chart_card import ChartCard
from ketaclinic.ui.screens.chairside.charting_desk import ChartingDesk
from ketaclinic.ui.screens.chairside.checklist_desk import ChecklistDesk
from ketaclinic.ui.screens.chairside.checklist_view import ChecklistPanel
from ketaclinic.ui.screens.chairside.cosign_dialog import CosignDialog
from ketaclinic.ui.screens.chairside.criteria_card import CriteriaCard
from ketaclinic.ui.screens.chairside.drug_card import DrugCard
from ketaclinic.ui.screens.chairside.flowsheet import Flowsheet
from ketaclinic.ui.screens.chairside.pump_card import EventBar
from ketaclinic.ui.screens.chairside.session_acts import SessionActs
from ketaclinic.ui.screens.chairside.sign_off_dialog import SignOffDialog
from ketaclinic.ui.screens.chairside.story_panel import StoryPanel

_SIDE, _NARROW_SIDE = 440, 390
_ALERTS, _ALERT_SHARE, _BAR = 150, 0.36, 12
"""The least pixels for what is open, its share of the height where there is more room, and its scroll bar."""
_COMES_OR_GOES = {QEvent.Type.ShowToParent, QEvent.Type.HideToParent}
_TABS = ("Discharge list", "Vitals and flowsheet", "What happened")


class RecoveryPage(QWidget):
    """The third step of a session; the left side shows the vitals or the discharge list."""

    def __init__(self, acts: SessionActs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._acts = acts
        self._view: EncounterView | None = None
        self.chart = ChartCard()
        self.flowsheet = Flowsheet(acts)
        self.checklist = ChecklistPanel()
        self.events = EventBar()
        self.alerts = AlertsPanel()
        self.adverse = AdversePanel()
        self.past = EarlierAlerts()
        self.story = StoryPanel()
        self.criteria = CriteriaCard()
        self.drug = DrugCard(acts)
        self._desk = ChartingDesk(self, acts, self.events)
        self._lay_out()
        self.drug.installEventFilter(self)
        self.events.pressed.connect(self._desk.press)
        acts.told.connect(self.events.tell)
        self._desk.listen(self.alerts, self.adverse)
        self.story.correction_wanted.connect(self._desk.correct_event)
        self.flowsheet.correction_wanted.connect(self._desk.correct)
        self.flowsheet.gap_wanted.connect(self._desk.explain_gap)
        self._checklist_desk = ChecklistDesk(self.checklist, acts)
        self.criteria.sign_off_wanted.connect(self._sign_off)
        self.criteria.leave_wanted.connect(self._leave)
        self.criteria.cosign_wanted.connect(self._cosign)

    def _lay_out(self) -> None:
        vitals = QWidget()
        curves = QVBoxLayout(vitals, spacing=12)
        curves.setContentsMargins(0, 0, 0, 0)
        curves.addWidget(self.chart, 4)
        curves.addWidget(self.flowsheet, 7)
        self._left = QStackedWidget()
        self._left.addWidget(self.checklist)
        self._left.addWidget(vitals)
        happened = QWidget()
        told = QVBoxLayout(happened, spacing=12)
        told.setContentsMargins(0, 0, 0, 0)
        told.addWidget(self.past)
        told.addWidget(self.story, 1)
        self._left.addWidget(happened)
        self._tabs = QButtonGroup(self)
        tabs = QHBoxLayout(spacing=8)
        for number, words in enumerate(_TABS):
            button = QPushButton(words.removesuffix(" and flowsheet"), checkable=True, accessibleName=words)
            button.setProperty("large", True)
            self._tabs.addButton(button, number)
            tabs.addWidget(button)
        tabs.addWidget(self.events, 1)
        self._tabs.button(0).setChecked(True)
        self._tabs.idClicked.connect(self._left.setCurrentIndex)
        left = QVBoxLayout(spacing=10)
        left.addLayout(tabs)
        left.addWidget(self._left, 1)
        self._open = QScrollArea(widgetResizable=True, horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        both = QWidget(objectName="scrolled")
        column = QVBoxLayout(both, spacing=8)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.alerts)
        column.addWidget(self.drug)
        column.addWidget(self.adverse)
        column.addStretch(1)
        self._open.setWidget(both)
        self._side = QWidget()
        right = self._right = QVBoxLayout(self._side, spacing=12)
        right.setContentsMargins(0, 0, 0, 0)
        right.addWidget(self._open)
        right.addWidget(self.criteria, 1)
        layout = QHBoxLayout(self, spacing=14)
        layout.setContentsMargins(16, 12, 16, 16)
        layout.addLayout(left, 1)
        layout.addWidget(self._side, 0, Qt.AlignmentFlag.AlignRight)

    def show_view(self, view: EncounterView, now: datetime) -> None:
        """Shows the step as it is."""
        self._view = view
        self.chart.show_view(view, now)
        self.flowsheet.show_view(view)
        self.events.setVisible(view.signed_at is None)
        self.alerts.show_view(view)
        self.adverse.show_view(view)
        self.drug.show_view(view)
        self.past.show_view(view)
        self.story.show_view(view)
        self._share()
        self.criteria.show_view(view, may_cosign=self._acts.context.user().role is Role.PRESCRIBER)
        checklist = view.checklist(Step.RECOVERY)
        if checklist is not None:
            if view.signed_at is not None:
                self.checklist.lock()
            self.checklist.show_checklist(checklist, view.header, to_wall(now, view.zone).date(), view.zone)
        self.tick(now)

    def tick(self, now: datetime) -> None:
        """Counts on."""
        self.chart.tick(now)
        self.flowsheet.tick(now)
        if self._view is not None:
            self.criteria.tick(self._view, now)
        due = self._view.next_due if self._view is not None else None
        words = "Vitals" + (" · check due" if due is not None and now >= due.due_at else "")
        button = self._tabs.button(1)
        if button.text() != words:
            button.setText(words)

    def focus(self, *, entry: bool = False) -> None:
        """Puts the keyboard on the next value, or on the next open point."""
        number = 1 if entry else 0
        self._tabs.button(number).setChecked(True)
        self._left.setCurrentIndex(number)
        if entry:
            self.flowsheet.focus_entry()
        else:
            self.checklist.focus_next_open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._side.setFixedWidth(_SIDE if self.width() > 1400 else _NARROW_SIDE)
        self._share()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.drug and event.type() in _COMES_OR_GOES:  # it is read off the window's thread
            self._share()
        return super().eventFilter(watched, event)

    def _share(self) -> None:
        """What is open gets what it needs, up to a share of the height: the criteria are never pushed out of sight."""
        inside = self._open.widget()
        shown = any(not part.isHidden() for part in (self.alerts, self.adverse, self.drug))
        self._open.setVisible(shown)
        layout = inside.layout()
        wide = self._side.width() - _BAR
        needed = layout.heightForWidth(wide) if layout.hasHeightForWidth() else layout.sizeHint().height()
        high = min(needed, max(_ALERTS, int(self.height() * _ALERT_SHARE)))
        self._open.setMinimumHeight(min(high, _ALERTS))
        self._open.setMaximumHeight(high)
        self._right.setStretch(0, high)
        self._right.setStretch(1, max(1, self.height() - high))

    def _sign_off(self) -> None:
        self._open_sign_off(Outcome.DISCHARGED)

    def _cosign(self) -> None:
        if self._view is not None:
            CosignDialog(self, self._acts, self._view).open()

    def _leave(self) -> None:
        self._open_sign_off(Outcome.LEFT_AGAINST_ADVICE)

    def _open_sign_off(self, outcome: Outcome) -> None:
        if self._view is not None:
            SignOffDialog(self, self._acts, self._view, outcome).open()
