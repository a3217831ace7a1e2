"""Everything about the selected visit, and its one next step; with nothing selected, what the day still lacks.

Signals of `Inspector`: `visit_wanted(SeriesVisit)` another date of the series, `card_wanted(int)` a visit named in the
overview, `escort_saved()`, `nothing_shown(bool)` whether the day's open points stand there, `foot_room(int)` the
height left beneath the pages. What may be done with the visit is asked for by its `actions`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ketaclinic.clock import wall_now
from ketaclinic.domain.appointments import OVER, Card, Status
from ketaclinic.domain.clearance import CLEARANCE, NEEDS_A_CALL
from ketaclinic.domain.people import age_on
from ketaclinic.domain.permissions import may
from ketaclinic.domain.schedule import DayView, Inspection
from ketaclinic.ui import text
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.day.course_offer import CourseOffer
from ketaclinic.ui.screens.day.escort_form import EscortForm
from ketaclinic.ui.screens.day.inspector_parts import Facts, Missing, SeriesStrip, cleared
from ketaclinic.ui.screens.day.overview import Overview
from ketaclinic.ui.screens.day.selection_page import SelectionPage
from ketaclinic.ui.screens.day.visit_actions import VisitActions
from ketaclinic.ui.widgets.chip import StatusChip
from ketaclinic.ui.widgets.findings_panel import Notice

WIDTH = 320


class Inspector(QFrame):
    """The panel at the right of the board."""

    visit_wanted = Signal(object)
    card_wanted = Signal(int)
    escort_saved = Signal()
    nothing_shown = Signal(bool)
    foot_room = Signal(int)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(accessibleName="Selected visit")
        self.setProperty("kind", "card")
        self.setFixedWidth(WIDTH)
        self._context = context
        self.inspection: Inspection | None = None
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
        self.wrong = Notice("", tone="red", icon="block", title="Out of place")
        self.offer = CourseOffer()
        self.facts = Facts("Visit")
        self.missing = QVBoxLayout(spacing=8)
        self.gates = Facts("Before the start")
        self.series_title = QLabel("Series")
        self.series_title.setProperty("kind", "section")
        self.series = SeriesStrip()
        self.series.visit_chosen.connect(self.visit_wanted)
        self.overview = Overview(self._context)
        self.overview.card_chosen.connect(self.card_wanted)
        self.several = SelectionPage()
        self.several.card_chosen.connect(self.card_wanted)
        self.foot = VisitActions(lambda: self._context.user().role)
        self.foot.escort_wanted.connect(self.add_escort)

    def _lay_out(self) -> None:
        inside = QWidget(objectName="scrolled")
        column = QVBoxLayout(inside, spacing=12)
        column.setContentsMargins(18, 18, 18, 12)
        head = QVBoxLayout(spacing=3)
        head.addWidget(self.name)
        head.addWidget(self.details)
        column.addLayout(head)
        column.addWidget(self.chip)
        column.addWidget(self.wrong)
        column.addWidget(self.offer)
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
        page = QWidget()
        layout = QVBoxLayout(page, spacing=0)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll, 1)
        layout.addWidget(self.foot)
        self.pages = QStackedWidget()
        self.pages.currentChanged.connect(self._page_changed)
        self.pages.addWidget(self.overview)
        self.pages.addWidget(page)
        self.pages.addWidget(self.several)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 1)
        whole.addWidget(self.pages, 1)
        self._foot = whole

    def add_foot(self, widget: QWidget) -> None:
        """Puts something beneath every page."""
        self._foot.addWidget(widget)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.foot_room.emit(self.height() - self.pages.minimumSizeHint().height())

    # what is shown

    def show_day(self, view: DayView, cards: Sequence[Card], now: datetime) -> None:
        """What the overview says when nothing is selected."""
        self.overview.show_day(view, cards, now)

    def show_nothing(self) -> None:
        """Nothing is selected: the day's open points."""
        self.inspection = None
        self.pages.setCurrentIndex(0)

    def show_several(self, cards: Sequence[Card]) -> None:
        """Several visits are selected: who they are, and what may be done with all of them."""
        self.inspection = None
        self.several.show_cards(cards)
        self.pages.setCurrentIndex(2)

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
        self.wrong.hide()
        self.offer.hide()
        self.tick()
        self.facts.show_facts(self._facts(inspection))
        self._show_missing(inspection)
        self.gates.show_facts(_gates(inspection))
        self.series.show_visits(inspection.series.visits, card.appointment.id)
        self.foot.show_visit(inspection, self._now().date())
        self.pages.setCurrentIndex(1)

    def _page_changed(self, page: int) -> None:
        self.nothing_shown.emit(page == 0)

    def show_wrong(self, reason: str) -> None:
        """Why the visit cannot stay where it is; nothing when it can."""
        if reason:
            self.wrong.say(reason, title="Out of place")
        self.wrong.setVisible(bool(reason))

    def tick(self) -> None:
        """Lets the waiting time grow."""
        if self.inspection is None:
            return
        card = self.inspection.card
        words = card.appointment.status.word
        if card.arrived_at is not None and card.appointment.status is Status.ARRIVED:
            minutes = max(int((self._now() - card.arrived_at) / timedelta(minutes=1)), 0)
            words = f"{words} {text.clock(card.arrived_at)} · waiting {text.length(minutes)}"
        if card.held_until is not None:
            by = f" by {self.inspection.held_by}" if self.inspection.held_by else ""
            words = f"{words} until {text.clock(card.held_until)}{by}"
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
            ("Chair", f"{inspection.chair.name} · {text.span(a.starts_at, a.leaves_at)}", ""),
        ]
        if inspection.gap_days is not None:
            facts.append(("Gap", f"{text.count(inspection.gap_days, 'day')} since the session before", ""))
        if inspection.nurse:
            facts.append(("Nurse", inspection.nurse, ""))
        if inspection.escort is not None:
            escort = inspection.escort
            words = ", ".join(filter(None, (escort.name, escort.relation)))
            facts.append(("Escort", " · ".join(filter(None, (words, escort.phone))), ""))
        facts += [("Overridden", words, "warning") for words in inspection.overrides]
        return facts

    def _show_missing(self, inspection: Inspection) -> None:
        if self._escort_form is not None:
            return
        cleared(self.missing)
        a = inspection.card.appointment
        if a.status in OVER:
            return
        if CLEARANCE in inspection.card.missing:
            words = "A prescriber looks at this patient before another visit is booked. This one stays booked."
            self.missing.addWidget(Missing("Not cleared", words, "Open patient…", self.foot.patient_wanted.emit))
        if NEEDS_A_CALL in inspection.card.missing:
            words = "A clinician calls this patient. Do not only book: tell a nurse or a prescriber."
            self.missing.addWidget(Missing("Needs a call", words))
        if inspection.escort is None:
            words = "Without a responsible adult the patient cannot be discharged."
            self.missing.addWidget(Missing("No escort recorded", words, "Add escort…", self.add_escort))
        if not inspection.consent.ok:
            words = f"{_sentence(inspection.consent.text)} The infusion cannot start without it."
            self.missing.addWidget(Missing("No valid consent", words, "Print consent…", self._print_consent))
        if not inspection.order.ok:
            words = f"{_sentence(inspection.order.text)} A prescriber signs it before the start."
            reads = may(self._context.user().role, "orders.of_patient")
            remedy = ("Orders of the patient…", self.foot.patient_wanted.emit) if reads else ()
            self.missing.addWidget(Missing("No order", words, *remedy))

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

    def _print_consent(self) -> None:
        self.foot.print_wanted.emit("consent")

    def _escort_given_up(self) -> None:
        self._escort_form = None
        if self.inspection is not None:
            self._show_missing(self.inspection)


def _gates(inspection: Inspection) -> list[tuple[str, str, str]]:
    rows = []
    for word, gate in (("Consent", inspection.consent), ("Order", inspection.order), ("Cleared", inspection.cleared)):
        rows.append((word, f"{'✓' if gate.ok else '○'} {gate.text}", "good" if gate.ok else ""))
    return rows


def _sentence(words: str) -> str:
    """Words of a gate as a sentence: "None on file."."""
    return f"{words[:1].upper()}{words[1:].rstrip('.')}." if words else ""
