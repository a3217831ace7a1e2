"""All about one patient: who, what must be seen, series with their dates, visits, escorts, documents.

Signals of `PatientPageView`: `edit_asked()`, `plan_asked()`, `print_asked()`, `escort_asked()`, `clinical_asked()`,
`visit_chosen(int)` an appointment's id, `document_chosen(str)` its kind.
"""

from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from ketaclinic.domain.appointments import Card
from ketaclinic.domain.handouts import Document
from ketaclinic.domain.people import ClinicalProfile, Role
from ketaclinic.services.patients import PatientPage
from ketaclinic.ui.screens.patients import cards
from ketaclinic.ui.screens.patients.header import PatientHeader
from ketaclinic.ui.widgets.card import TitledCard, empty_layout
from ketaclinic.ui.widgets.findings_panel import Notice

_SIDE = 356
_ROOM_FOR_TWO = 800
_ANY = 16_777_215  # QWIDGETSIZE_MAX


@dataclass(frozen=True, slots=True)
class PatientView:
    """What the page shows, read in one go. `profile` is None for who may not see it."""

    page: PatientPage
    coming: tuple[Card, ...]
    documents: tuple[Document, ...]
    profile: ClinicalProfile | None
    today: date
    zone: str


class PatientPageView(QScrollArea):
    """Shows one patient; asks for what is to be done, and does nothing itself."""

    edit_asked = Signal()
    plan_asked = Signal()
    print_asked = Signal()
    escort_asked = Signal()
    clinical_asked = Signal()
    visit_chosen = Signal(int)
    document_chosen = Signal(str)

    def __init__(self, role: Role) -> None:
        super().__init__(
            widgetResizable=True,
            frameShape=QFrame.Shape.NoFrame,
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
            accessibleName="Patient page",
        )
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view: PatientView | None = None
        self.header = PatientHeader(role)
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
        self.view = view
        fields = view.page.patient.fields
        self.header.show_patient(view.page, view.today)
        for layout in (self._notes, self._wide, self._narrow):
            empty_layout(layout)
        if fields.note:
            self._notes.addWidget(Notice(fields.note, tone="accent", icon="note", title="Note"))
        self._fill_wide(view)
        self._fill_narrow(view)
        if not same:
            self.verticalScrollBar().setValue(0)

    def _fill_wide(self, view: PatientView) -> None:
        visits = cards.coming_card(view.coming, view.today)
        visits.visit_chosen.connect(self.visit_chosen)
        self._wide.addWidget(visits)
        for progress in view.page.series:
            card = cards.SeriesCard(progress, view.today)
            card.visit_chosen.connect(self.visit_chosen)
            self._wide.addWidget(card)
        if not view.page.series:
            empty = TitledCard("Series")
            empty.say_empty("No series yet. Plan one: all its visits are proposed and booked in one stroke.")
            self._wide.addWidget(empty)
        self._wide.addStretch()

    def _fill_narrow(self, view: PatientView) -> None:
        self._narrow.addWidget(cards.details_card(view.page))
        if view.profile is not None:
            clinical = cards.clinical_card(view.profile)
            clinical.action.clicked.connect(self.clinical_asked)
            self._narrow.addWidget(clinical)
        escorts = cards.escorts_card(view.page.escorts)
        escorts.action.clicked.connect(self.escort_asked)
        self._narrow.addWidget(escorts)
        documents = cards.DocumentsCard(view.documents, view.zone)
        documents.action.clicked.connect(self.print_asked)
        documents.document_chosen.connect(self.document_chosen)
        self._narrow.addWidget(documents)
        self._narrow.addStretch()
