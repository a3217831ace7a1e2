"""Everything about the selected visit, and its one next step; with nothing selected, what the day still lacks.

Signals of `Inspector`: `step_wanted(Transition)`, `move_wanted()`, `cancel_wanted()`, `print_wanted(str)` a kind of
handout, `patient_wanted()`, `session_wanted()`, `visit_wanted(SeriesVisit)` another date of the series,
`card_wanted(int)` a visit named in the overview, `escort_saved()`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ketaclinic.clock import wall_now
from ketaclinic.domain.appointments import IN_CHAIR, MOVABLE, OVER, Card, Status, Transition
from ketaclinic.domain.handouts import Handout
from ketaclinic.domain.people import Role, age_on
from ketaclinic.domain.schedule import DayView, Inspection
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.day.escort_form import EscortForm
from ketaclinic.ui.screens.day.inspector_parts import Facts, KeyButton, Missing, SeriesStrip, cleared
from ketaclinic.ui.screens.day.overview import Overview
from ketaclinic.ui.screens.day.steps import leaving_steps, other_steps, usual_step
from ketaclinic.ui.widgets.chip import StatusChip
from ketaclinic.ui.widgets.findings_panel import Notice

WIDTH = 320
_CLINICAL = frozenset({Role.NURSE, Role.PRESCRIBER})


class Inspector(QFrame):
    """The panel at the right of the board."""

    step_wanted = Signal(object)
    move_wanted = Signal()
    cancel_wanted = Signal()
    print_wanted = Signal(str)
    patient_wanted = Signal()
    session_wanted = Signal()
    visit_wanted = Signal(object)
    card_wanted = Signal(int)
    escort_saved = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(accessibleName="Selected visit")
        self.setProperty("kind", "card")
        self.setFixedWidth(WIDTH)
        self._context = context
        self.inspection: Inspection | None = None
        self.usual: Transition | None = None
        self._handouts: tuple[Handout, ...] = ()
        self._escort_form: EscortForm | None = None
        self._build()
        self._lay_out()

    def _build(self) -> None:
        plain = Qt.TextFormat.PlainText
        self.name = QLabel(wordWrap=True, textFormat=plain, accessibleName="Patient")
        self.name.setProperty("kind", "heading")
        self.details = QLabel(
            wordWrap=True, textFormat=plain, textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self.details.setProperty("kind", "small")
        self.chip = StatusChip()
        self.note = Notice("", tone="accent", icon="note", title="Note")
        self.facts = Facts("Visit")
        self.missing = QVBoxLayout(spacing=8)
        self.gates = Facts("Before the start")
        self.series_title = QLabel("Series")
        self.series_title.setProperty("kind", "section")
        self.series = SeriesStrip()
        self.series.visit_chosen.connect(self.visit_wanted)
        self.overview = Overview()
        self.overview.card_chosen.connect(self.card_wanted)
        self._build_buttons()

    def _build_buttons(self) -> None:
        self.waiting_for = QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter)
        self.waiting_for.setProperty("kind", "small")
        self.main = KeyButton("Ctrl ↵")
        self.main.setMinimumHeight(40)
        self.main.clicked.connect(self.press_main)
        self.move_button = QPushButton("Move…", accessibleName="Move")
        self.move_button.clicked.connect(self.move_wanted)
        self.print_button = QPushButton("Print", accessibleName="Print")
        self.print_menu = QMenu(self.print_button)
        self.print_button.setMenu(self.print_menu)
        self.more_button = QPushButton("More", accessibleName="More")
        self.more_menu = QMenu(self.more_button)
        self.more_button.setMenu(self.more_menu)
        for button in (self.print_button, self.more_button):
            button.setProperty("menu", "true")

    def _lay_out(self) -> None:
        inside = QWidget(objectName="scrolled")
        column = QVBoxLayout(inside, spacing=12)
        column.setContentsMargins(18, 18, 18, 12)
        head = QVBoxLayout(spacing=3)
        head.addWidget(self.name)
        head.addWidget(self.details)
        column.addLayout(head)
        column.addWidget(self.chip)
        column.addWidget(self.note)
        column.addWidget(self.facts)
        column.addLayout(self.missing)
        column.addWidget(self.gates)
        line = QFrame()
        line.setProperty("kind", "line")
        column.addWidget(line)
        column.addWidget(self.series_title)
        column.addWidget(self.series)
        column.addStretch(1)
        scroll = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        row = QHBoxLayout(spacing=8)
        for button in (self.move_button, self.print_button, self.more_button):
            row.addWidget(button, 1)
        foot = QVBoxLayout(spacing=8)
        foot.setContentsMargins(18, 10, 18, 18)
        foot.addWidget(self.waiting_for)
        foot.addWidget(self.main)
        foot.addLayout(row)
        page = QWidget()
        layout = QVBoxLayout(page, spacing=0)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll, 1)
        layout.addLayout(foot)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.overview)
        self.pages.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.addWidget(self.pages)

    # what is shown

    def show_day(self, view: DayView, cards: Sequence[Card], now: datetime) -> None:
        """What the overview says when nothing is selected."""
        self.overview.show_day(view, cards, now)

    def show_nothing(self) -> None:
        """Nothing is selected: the day's open points."""
        self.inspection = None
        self.pages.setCurrentIndex(0)

    def set_handouts(self, handouts: Sequence[Handout]) -> None:
        """What may be printed for a visit."""
        self._handouts = tuple(handouts)
        self.print_menu.clear()
        for handout in self._handouts:
            action = self.print_menu.addAction(handout.title)
            action.setData(handout.kind)
            action.triggered.connect(self._print)
        self.print_button.setVisible(bool(self._handouts))

    def show_visit(self, inspection: Inspection) -> None:
        """Shows one visit in full."""
        same = self.inspection is not None and (self.inspection.card.appointment.id == inspection.card.appointment.id)
        self.inspection = inspection
        if not same:
            self._escort_form = None
        patient, card = inspection.patient, inspection.card
        self.name.setText(patient.name)
        self.details.setText(self._details(inspection))
        self.note.say(patient.fields.note, title="Note")
        self.note.setVisible(bool(patient.fields.note))
        self.tick()
        self.facts.show_facts(self._facts(inspection))
        self._show_missing(inspection)
        self.gates.show_facts(_gates(inspection))
        self.series.show_visits(inspection.series.visits, card.appointment.id)
        self._show_buttons(inspection)
        self.pages.setCurrentIndex(1)

    def tick(self) -> None:
        """Lets the waiting time grow."""
        if self.inspection is None:
            return
        card = self.inspection.card
        words = card.appointment.status.word
        if card.arrived_at is not None and card.appointment.status is Status.ARRIVED:
            minutes = max(int((self._now() - card.arrived_at) / timedelta(minutes=1)), 0)
            words = f"{words} {text.clock(card.arrived_at)} · waiting {text.length(minutes)}"
        self.chip.set_status(card.appointment.status, words)

    def _now(self) -> datetime:
        return wall_now(self._context.clock, self._context.location.zone)

    def _details(self, inspection: Inspection) -> str:
        patient = inspection.patient
        born = patient.fields.born
        age = f"born {text.day_month_year(born)} ({age_on(born, self._now().date())})" if born else ""
        return " · ".join(filter(None, (patient.record, age, patient.fields.phone)))

    @staticmethod
    def _facts(inspection: Inspection) -> list[tuple[str, str, str]]:
        card = inspection.card
        a = card.appointment
        facts = [
            ("Series", f"{inspection.series.desk_name}, {card.label}", "strong"),
            ("When", text.weekday_day(a.starts_at.date()), ""),
            ("Chair", f"{inspection.chair.name} · {text.span(a.starts_at, a.phase_starts()[2][2])}", ""),
        ]
        if inspection.gap_days is not None:
            facts.append(("Gap", f"{text.count(inspection.gap_days, 'day')} since the session before", ""))
        if inspection.nurse:
            facts.append(("Nurse", inspection.nurse, ""))
        if inspection.escort is not None:
            escort = inspection.escort
            words = ", ".join(filter(None, (escort.name, escort.relation)))
            facts.append(("Escort", " · ".join(filter(None, (words, escort.phone))), ""))
        return facts

    def _show_missing(self, inspection: Inspection) -> None:
        if self._escort_form is not None:
            return
        cleared(self.missing)
        a = inspection.card.appointment
        if a.status in OVER:
            return
        if inspection.escort is None:
            words = "Without a responsible adult the patient cannot be discharged."
            self.missing.addWidget(Missing("No escort recorded", words, "Add escort…", self.add_escort))
        if not inspection.consent.ok:
            words = f"{_sentence(inspection.consent.text)} The infusion cannot start without it."
            self.missing.addWidget(Missing("No valid consent", words, "Print consent…", self._print_consent))
        if not inspection.order.ok:
            words = f"{_sentence(inspection.order.text)} A prescriber signs it before the start."
            self.missing.addWidget(Missing("No order", words))

    def add_escort(self) -> None:
        """Opens the form for the responsible adult in place."""
        if self.inspection is None:
            return
        a = self.inspection.card.appointment
        cleared(self.missing)
        self._escort_form = EscortForm(self._context, a.patient_id, a.id)
        self._escort_form.saved.connect(self._escort_done)
        self._escort_form.given_up.connect(self._escort_given_up)
        self.missing.addWidget(self._escort_form)
        self._escort_form.name.setFocus()

    def _escort_done(self) -> None:
        self._escort_form = None
        cleared(self.missing)
        self.escort_saved.emit()

    def _escort_given_up(self) -> None:
        self._escort_form = None
        if self.inspection is not None:
            self._show_missing(self.inspection)

    # buttons and menus

    def _show_buttons(self, inspection: Inspection) -> None:
        a = inspection.card.appointment
        steps = inspection.next_steps
        self.usual = usual_step(steps, today=a.starts_at.date() == self._now().date())
        clinical = self._context.user().role in _CLINICAL and a.status in IN_CHAIR
        self.main.setVisible(self.usual is not None or clinical)
        words = "Open session" if clinical else self.usual.verb if self.usual else ""
        self.main.setText(words)
        self.main.setAccessibleName(words)
        waits = "" if self.usual or clinical else _waits_for(a.status)
        self.waiting_for.setText(waits)
        self.waiting_for.setVisible(bool(waits))
        self.move_button.setEnabled(a.status in MOVABLE)
        self._fill(self.more_menu, inspection, whole=False)

    def menu_of(self, parent: QWidget) -> QMenu:
        """The menu of a card: the next step first, then everything else."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.inspection is not None:
            self._fill(menu, self.inspection, whole=True)
        return menu

    def _fill(self, menu: QMenu, inspection: Inspection, *, whole: bool) -> None:
        menu.clear()
        a = inspection.card.appointment
        if whole:
            if self.usual is not None and not self.usual.clinical:
                self._step_action(menu, self.usual)
            if a.status in MOVABLE:
                menu.addAction(icon("move"), "Move with arrows").setObjectName("carry")
                menu.addAction(icon("day"), "Move to another day…").triggered.connect(self.move_wanted)
            menu.addSeparator()
        for step in other_steps(inspection.next_steps, self.usual):
            self._step_action(menu, step)
        menu.addSeparator()
        if a.status in IN_CHAIR and self._context.user().role in _CLINICAL:
            menu.addAction(icon("chairside"), "Open session").triggered.connect(self.session_wanted)
        menu.addAction(icon("patient"), "Open patient").triggered.connect(self.patient_wanted)
        if inspection.escort is not None and a.status not in OVER:
            menu.addAction(icon("escort"), "Change escort…").triggered.connect(self.add_escort)
        if whole and self._handouts:
            prints = menu.addMenu(icon("print"), "Print")
            for action in self.print_menu.actions():
                prints.addAction(action)
        if leaving_steps(inspection.next_steps):
            menu.addSeparator()
            menu.addAction(icon("cancelled"), "Cancel visit…").triggered.connect(self.cancel_wanted)

    def _step_action(self, menu: QMenu, step: Transition) -> None:
        action = menu.addAction(icon(step.target.value if step.target is not Status.NO_SHOW else "no_show"), step.verb)
        action.setData(step)
        action.triggered.connect(self._take_step)

    def _take_step(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.step_wanted.emit(action.data())

    def _print(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.print_wanted.emit(str(action.data()))

    def _print_consent(self) -> None:
        self.print_wanted.emit("consent")

    def press_main(self) -> None:
        """The main button, also by Ctrl+Enter on the card."""
        if self.inspection is None:
            return
        status = self.inspection.card.appointment.status
        if status in IN_CHAIR and self._context.user().role in _CLINICAL:
            self.session_wanted.emit()
        elif self.usual is not None:
            self.step_wanted.emit(self.usual)

    def open_print_menu(self) -> None:
        """Ctrl+P: the handouts of this visit beneath their button."""
        if self.inspection is not None and self._handouts:
            self.print_menu.popup(self.print_button.mapToGlobal(QPoint(0, -self.print_menu.sizeHint().height())))


def _gates(inspection: Inspection) -> list[tuple[str, str, str]]:
    rows = []
    for word, gate in (("Consent", inspection.consent), ("Order", inspection.order), ("Cleared", inspection.cleared)):
        rows.append((word, f"{'✓' if gate.ok else '○'} {gate.text}", "good" if gate.ok else ""))
    return rows


def _sentence(words: str) -> str:
    """Words of a gate as a sentence: "None on file."."""
    return f"{words[:1].upper()}{words[1:].rstrip('.')}." if words else ""


def _waits_for(status: Status) -> str:
    return {
        Status.ARRIVED: "A nurse checks the patient in.",
        Status.CHECKED_IN: "With the nurse: the session starts at the chair.",
        Status.INFUSING: "With the nurse until the infusion stops.",
        Status.RECOVERING: "Recovering; the nurse discharges.",
        Status.READY: "Ready; the nurse discharges.",
    }.get(status, "")
