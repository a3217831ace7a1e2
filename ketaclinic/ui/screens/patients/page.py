"""All about one patient: who, what must be seen, series with their dates, visits, escorts, documents.

Signals of `PatientPageView`: `edit_asked()`, `plan_asked()`, `print_asked()`, `escort_asked()`, `clinical_asked()`,
`visit_chosen(int)` an appointment's id, `document_chosen(str)` its kind, `order_asked()`, `sign_asked(int)` an order's
id, `withdraw_order_asked(int)`, `withdraw_consent_asked(int)`, `consent_asked()`, `merge_asked()`,
`escort_chosen(int)` an escort to be corrected, `cards_asked(int)` the wallet card of a series, `calendar_asked(int)`
its calendar file, `make_up_asked(int)` a missed visit, `stop_asked(int)` a series, `finish_asked(int)` a task,
`score_asked()`, `score_chosen(object)` an Assessment to be corrected, `record_asked(object)` a RecordLine to be
printed, `session_asked(int)` an appointment whose session is to be opened.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from ketaclinic.domain.appointments import Card
from ketaclinic.domain.assessments import ScoreTrend
from ketaclinic.domain.consents import Consent
from ketaclinic.domain.handouts import Document
from ketaclinic.domain.instruments import Instrument
from ketaclinic.domain.orders import Order
from ketaclinic.domain.people import ClinicalProfile, User
from ketaclinic.domain.permissions import may
from ketaclinic.domain.policies import PolicyEvent
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.records import KIND as SESSION_RECORD
from ketaclinic.domain.records import RecordLine
from ketaclinic.domain.tasks import Task
from ketaclinic.services.patients import PatientPage
from ketaclinic.ui.screens.patients import cards
from ketaclinic.ui.screens.patients.consent_card import ConsentCard
from ketaclinic.ui.screens.patients.course_notes import CourseNotes, policy_card
from ketaclinic.ui.screens.patients.header import PatientHeader
from ketaclinic.ui.screens.patients.orders_card import OrdersCard
from ketaclinic.ui.screens.patients.records_card import RecordsCard
from ketaclinic.ui.screens.patients.scores_card import ScoresCard
from ketaclinic.ui.widgets.card import TitledCard, empty_layout
from ketaclinic.ui.widgets.findings_panel import Notice

_SIDE = 356
_ROOM_FOR_TWO = 800
_ANY = 16_777_215  # QWIDGETSIZE_MAX


@dataclass(frozen=True, slots=True)
class PatientView:
    """What the page shows, read in one go.

    Attributes:
        profile, orders: None for who may not see them.
        consents: the latest first, without what they are for where that may not be seen.
        tasks: of the patient, still open.
        policy_events: late cancellations and missed visits, with the fee noted or waived.
        standing: the consent that counts today and "", or the latest and why it does not.
        trend, records: the scores and the sessions; None for who may not see them.
    """

    page: PatientPage
    coming: tuple[Card, ...]
    documents: tuple[Document, ...]
    profile: ClinicalProfile | None
    orders: tuple[Order, ...] | None
    consents: tuple[Consent, ...]
    standing: tuple[Consent | None, str]
    today: date
    zone: str
    tasks: tuple[Task, ...] = ()
    policy_events: tuple[PolicyEvent, ...] = ()
    trend: ScoreTrend | None = None
    records: tuple[RecordLine, ...] | None = None


class PatientPageView(QScrollArea):
    """Shows one patient; asks for what is to be done, and does nothing itself."""

    edit_asked = Signal()
    plan_asked = Signal()
    print_asked = Signal()
    escort_asked = Signal()
    clinical_asked = Signal()
    visit_chosen = Signal(int)
    document_chosen = Signal(str)
    order_asked = Signal()
    sign_asked = Signal(int)
    withdraw_order_asked = Signal(int)
    withdraw_consent_asked = Signal(int)
    consent_asked = Signal()
    make_up_asked = Signal(int)
    stop_asked = Signal(int)
    finish_asked = Signal(int)
    merge_asked = Signal()
    escort_chosen = Signal(int)
    cards_asked = Signal(int)
    calendar_asked = Signal(int)
    score_asked = Signal()
    score_chosen = Signal(object)
    record_asked = Signal(object)
    session_asked = Signal(int)

    def __init__(
        self, user: User, protocols: Mapping[str, Protocol], scales: Mapping[str, Instrument] | None = None
    ) -> None:
        super().__init__(
            widgetResizable=True,
            frameShape=QFrame.Shape.NoFrame,
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
            accessibleName="Patient page",
        )
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._user, self._protocols, self._scales = user, protocols, scales or {}
        self.medicines: Mapping[str, str] = {}
        self._scores: ScoresCard | None = None
        self.view: PatientView | None = None
        self.header = PatientHeader(user.role)
        self.header.edit.clicked.connect(self.edit_asked)
        self.header.plan.clicked.connect(self.plan_asked)
        self.header.print.clicked.connect(self.print_asked)
        self._notes = QVBoxLayout(spacing=10)
        self._wide = QVBoxLayout(spacing=12)
        self._narrow = QVBoxLayout(spacing=12)
        inside = QWidget(objectName="scrolled")
        self._side = QWidget()
        self._narrow.setContentsMargins(0, 0, 0, 0)
        self._side.setLayout(self._narrow)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, spacing=12)
        self._columns.addLayout(self._wide, 1)
        self._columns.addWidget(self._side)
        whole = QVBoxLayout(inside, spacing=12)
        whole.setContentsMargins(0, 0, 4, 2)
        whole.addWidget(self.header)
        whole.addLayout(self._notes)
        whole.addLayout(self._columns)
        whole.addStretch()
        self.setWidget(inside)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _ROOM_FOR_TWO
        self._side.setMinimumWidth(_SIDE if beside else 0)
        self._side.setMaximumWidth(_SIDE if beside else _ANY)
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._columns.direction() != direction:
            self._columns.setDirection(direction)

    def show_patient(self, view: PatientView) -> None:
        """Replaces what is shown; the place on the page stays when it is the same patient."""
        same = self.view is not None and self.view.page.patient.id == view.page.patient.id
        shown = self._scores.shown if same and self._scores is not None else ""
        self.view = view
        fields = view.page.patient.fields
        self.header.show_patient(view.page, view.standing[1], view.today)
        for layout in (self._notes, self._wide, self._narrow):
            empty_layout(layout)
        if fields.note:
            self._notes.addWidget(Notice(fields.note, tone="accent", icon="note", title="Note"))
        self._fill_wide(view, shown)
        self._fill_narrow(view)
        if not same:
            self.verticalScrollBar().setValue(0)

    def _fill_wide(self, view: PatientView, shown: str) -> None:
        visits = cards.coming_card(view.coming, view.today)
        visits.visit_chosen.connect(self.visit_chosen)
        self._wide.addWidget(visits)
        if view.orders is not None:
            orders = OrdersCard(view.orders, self._user, self._protocols, view.today, view.zone, self.medicines)
            orders.withdraw_asked.connect(self.withdraw_order_asked)
            orders.action.clicked.connect(self.order_asked)
            orders.sign_asked.connect(self.sign_asked)
            self._wide.addWidget(orders)
        for progress in view.page.series:
            card = cards.SeriesCard(progress, view.today)
            card.visit_chosen.connect(self.visit_chosen)
            card.cards_asked.connect(self.cards_asked)
            card.calendar_asked.connect(self.calendar_asked)
            notes = CourseNotes(progress, (t for t in view.tasks if t.series_id == progress.series.id), self._user)
            notes.make_up_asked.connect(self.make_up_asked)
            notes.stop_asked.connect(self.stop_asked)
            notes.finish_asked.connect(self.finish_asked)
            card.body.addWidget(notes)
            self._wide.addWidget(card)
        if not view.page.series:
            empty = TitledCard("Series")
            empty.say_empty("No series yet. Plan one: all its visits are proposed and booked in one stroke.")
            self._wide.addWidget(empty)
        self._scores = ScoresCard(view.trend, self._scales, shown) if view.trend is not None else None
        if self._scores is not None:
            self._scores.record_asked.connect(self.score_asked)
            self._scores.correct_asked.connect(self.score_chosen)
            self._wide.addWidget(self._scores)
        if view.records is not None:
            records = RecordsCard(view.records)
            records.print_asked.connect(self.record_asked)
            records.open_asked.connect(self.session_asked)
            self._wide.addWidget(records)
        self._wide.addStretch()

    def _fill_narrow(self, view: PatientView) -> None:
        details = cards.details_card(view.page, may_merge=may(self._user.role, "patients.merge"))
        details.action.clicked.connect(self.merge_asked)
        self._narrow.addWidget(details)
        if view.profile is not None:
            clinical = cards.clinical_card(view.profile)
            clinical.action.clicked.connect(self.clinical_asked)
            self._narrow.addWidget(clinical)
        consent = ConsentCard(view.consents, view.standing, view.coming, self._user.role)
        consent.print_asked.connect(self._print_consent)
        consent.record_asked.connect(self.consent_asked)
        consent.withdraw_asked.connect(self.withdraw_consent_asked)
        self._narrow.addWidget(consent)
        escorts = cards.EscortsCard(view.page.escorts, editable=may(self._user.role, "patients.edit_escort"))
        escorts.escort_chosen.connect(self.escort_chosen)
        escorts.action.clicked.connect(self.escort_asked)
        self._narrow.addWidget(escorts)
        if view.policy_events:
            self._narrow.addWidget(policy_card(view.policy_events))
        papers = tuple(document for document in view.documents if document.kind != SESSION_RECORD)  # on their own card
        documents = cards.DocumentsCard(papers, view.zone)
        documents.action.clicked.connect(self.print_asked)
        documents.document_chosen.connect(self.document_chosen)
        self._narrow.addWidget(documents)
        self._narrow.addStretch()

    def _print_consent(self) -> None:
        self.document_chosen.emit("consent")
