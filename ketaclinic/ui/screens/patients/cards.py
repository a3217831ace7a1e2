"""The cards of the patient page."""

from collections.abc import Callable, Iterable
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from ketaclinic.clock import to_wall
from ketaclinic.domain.appointments import FREES_THE_CHAIR, Card
from ketaclinic.domain.handouts import Document
from ketaclinic.domain.people import ClinicalProfile, Escort
from ketaclinic.domain.series import SeriesProgress, SeriesStatus
from ketaclinic.services.patients import PatientPage
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon
from ketaclinic.ui.widgets.card import TitledCard, add_rows, line
from ketaclinic.ui.widgets.chip import StatusChip
from ketaclinic.ui.widgets.pill import Pill
from ketaclinic.ui.widgets.visit_chips import VisitChips
from ketaclinic.ui.widgets.wrapped_text import WrappedText

_MISSING = {
    "consent": "! consent",
    "escort": "! escort",
    "order": "! order",
    "clearance": "! not cleared",
    "clinician's call": "! needs a call",
}
_SHOWN_DOCUMENTS = 6


class SeriesCard(TitledCard):
    """One course: how far it is, and each visit's date.

    Signals: `visit_chosen(int)`; `cards_asked(int)` and `calendar_asked(int)`, both the series' id.
    """

    visit_chosen = Signal(int)
    cards_asked = Signal(int)
    calendar_asked = Signal(int)

    def __init__(self, progress: SeriesProgress, today: date) -> None:
        series = progress.series
        super().__init__(progress.desk_name)
        tone, state = {
            SeriesStatus.ACTIVE: ("accent", "Running"),
            SeriesStatus.COMPLETED: ("green", "✓ Completed"),
            SeriesStatus.STOPPED: ("neutral", "Stopped"),
        }[series.status]
        of = "" if series.open_ended else f" of {series.sessions}"
        said = [f"{progress.done}{of} done" if of else text.count(progress.done, "session") + " done"]
        if progress.next_due and series.status is SeriesStatus.ACTIVE:
            said.append(f"next {text.full_day(progress.next_due)}")
        head = QHBoxLayout(spacing=10)
        head.addWidget(Pill(state, tone))
        second = QLabel(" · ".join(said))
        second.setProperty("kind", "second")
        head.addWidget(second, 1)
        self._series_id = series.id
        if any(visit.status not in FREES_THE_CHAIR for visit in progress.visits):
            head.addWidget(self._button("print", "Appointment card", self._ask_cards))
            head.addWidget(self._button("appointment", "Save calendar file", self._ask_calendar))
        self.body.addLayout(head)
        chips = VisitChips(progress.visits, today)
        chips.visit_chosen.connect(self.visit_chosen)
        self.body.addWidget(chips)

    @staticmethod
    def _button(name: str, words: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(icon(name), "", accessibleName=words, toolTip=words)
        button.setProperty("kind", "ghost")
        button.clicked.connect(slot)
        return button

    def _ask_cards(self) -> None:
        self.cards_asked.emit(self._series_id)

    def _ask_calendar(self) -> None:
        self.calendar_asked.emit(self._series_id)


class ComingCard(TitledCard):
    """The visits ahead, soonest first. Signal: `visit_chosen(int)`."""

    visit_chosen = Signal(int)

    def __init__(self, coming: Iterable[Card], today: date) -> None:
        super().__init__("Coming visits")
        grid = QGridLayout(horizontalSpacing=14, verticalSpacing=4)
        number = -1
        for number, card in enumerate(coming):
            self._add(grid, number, card, today)
        grid.setColumnStretch(3, 1)
        self.body.addLayout(grid)
        if number < 0:
            self.say_empty("No visit is booked.")

    def _add(self, grid: QGridLayout, number: int, card: Card, today: date) -> None:
        visit = card.appointment
        day = visit.starts_at.date()
        words = "Today" if day == today else text.weekday_day(day)
        button = QPushButton(words, accessibleName=f"Show {text.full_day(day)} on the day board")
        button.setProperty("kind", "link")
        button.setProperty("appointment", visit.id)
        button.clicked.connect(self._clicked)
        grid.addWidget(button, number, 0)
        grid.addWidget(QLabel(text.span(visit.starts_at, visit.ends_at)), number, 1)
        grid.addWidget(QLabel(card.label), number, 2)
        grid.addWidget(StatusChip(visit.status), number, 3, Qt.AlignmentFlag.AlignLeft)
        missing = QHBoxLayout(spacing=5)
        for what in card.missing:
            if what in _MISSING:
                missing.addWidget(Pill(_MISSING[what], "amber"))
        grid.addLayout(missing, number, 4)

    def _clicked(self) -> None:
        self.visit_chosen.emit(int(self.sender().property("appointment")))


class DocumentsCard(TitledCard):
    """What was printed and filed, latest first. Signal: `document_chosen(str)` its kind."""

    document_chosen = Signal(str)

    def __init__(self, documents: tuple[Document, ...], zone: str) -> None:
        super().__init__("Documents", action="Print", action_icon="print", name="Print documents")
        for document in documents[:_SHOWN_DOCUMENTS]:
            made = to_wall(document.made_at, zone)
            button = QPushButton(
                icon("pdf"), document.title, accessibleName=f"{document.title}, {text.day_month_year(made.date())}"
            )
            button.setProperty("kind", "link")
            button.setProperty("document", document.kind)
            button.clicked.connect(self._clicked)
            when = QLabel(text.day_month_year(made.date()))
            when.setProperty("kind", "small")
            row = QHBoxLayout()
            row.addWidget(button, 1)
            row.addWidget(when)
            self.body.addLayout(row)
        if len(documents) > _SHOWN_DOCUMENTS:
            self.say_empty(f"and {len(documents) - _SHOWN_DOCUMENTS} older")
        if not documents:
            self.say_empty("Nothing is filed yet.")

    def _clicked(self) -> None:
        self.document_chosen.emit(str(self.sender().property("document")))


def coming_card(coming: Iterable[Card], today: date) -> ComingCard:
    """The visits ahead."""
    return ComingCard(coming, today)


def details_card(page: PatientPage, *, may_merge: bool) -> TitledCard:
    """What the desk keeps; what is not known takes no room."""
    fields = page.patient.fields
    action = "Merge…" if may_merge else ""
    card = TitledCard("Details", action=action, name="Merge with another record")
    emergency = " · ".join(filter(None, (fields.emergency_contact, fields.emergency_phone)))
    rows = [
        ("Telephone", fields.phone),
        ("E-mail", fields.email),
        ("Address", fields.address),
        ("Language", fields.language),
        ("Emergency", emergency),
        ("Other number", fields.external_id),
    ]
    add_rows(card.body, [(word, value) for word, value in rows if value])
    if not any(value for _, value in rows):
        card.say_empty("Only the name is known.")
    return card


def clinical_card(profile: ClinicalProfile) -> TitledCard:
    """What only clinical roles see."""
    card = TitledCard("Clinical", action="Edit", action_icon="edit", name="Edit clinical details")
    bearing = {True: "yes", False: "no", None: "not asked"}[profile.childbearing_potential]
    add_rows(
        card.body,
        [
            ("Allergies", profile.allergies or "not asked"),
            ("Diagnosis", profile.diagnosis or "–"),
            ("Medicines", profile.medicines or "–"),
            ("Childbearing", bearing),
        ],
    )
    return card


class EscortsCard(TitledCard):
    """Who may take the patient home. Signal: `escort_chosen(int)` to be corrected."""

    escort_chosen = Signal(int)

    def __init__(self, escorts: tuple[Escort, ...], *, editable: bool) -> None:
        super().__init__("Escorts", action="Add", action_icon="add", name="Add escort")
        for number, escort in enumerate(escorts):
            if number:
                self.body.addWidget(line())
            self._add(escort, editable=editable)
        if not escorts:
            self.say_empty("Nobody is known. No patient goes home alone.")
        self.action.setVisible(editable)

    def _add(self, escort: Escort, *, editable: bool) -> None:
        words = QVBoxLayout(spacing=1)
        name = WrappedText(13, escort.name)
        second = QLabel(" · ".join(filter(None, (escort.relation, escort.phone))), wordWrap=True)
        second.setProperty("kind", "second")
        words.addWidget(name)
        words.addWidget(second)
        row = QHBoxLayout(spacing=8)
        row.addLayout(words, 1)
        if editable:
            button = QPushButton(icon("edit"), "", accessibleName=f"Edit escort {escort.name}", toolTip="Edit escort")
            button.setProperty("kind", "ghost")
            button.setProperty("escort", escort.id)
            button.clicked.connect(self._clicked)
            row.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)

    def _clicked(self) -> None:
        self.escort_chosen.emit(int(self.sender().property("escort")))
