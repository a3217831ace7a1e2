"""Who may take a place that became free: ranked, each with why; called one after another, booked by a person.

Signals of `FreedSlotDialog`: `taken(int)` a visit has the place now, its id.
"""

from datetime import date, datetime
from functools import partial
from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.appointments import Appointment
from ketaclinic.domain.calls import CallOutcome, CallPurpose
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.freed_slot import Candidate
from ketaclinic.domain.names import fold
from ketaclinic.domain.resources import Chair
from ketaclinic.domain.wishes import BookedSeries
from ketaclinic.ui import text
from ketaclinic.ui.csv_out import SaveList
from ketaclinic.ui.rows_model import Column
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.call_table import CallTable, call_words
from ketaclinic.ui.widgets.date_button import DateButton
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.empty_state import EmptyState
from ketaclinic.ui.widgets.time_edit import TimeEdit
from ketaclinic.ui.widgets.wrapped_text import WrappedText


def why_words(candidate: Candidate) -> str:
    """All that speaks for somebody, in one line."""
    return " · ".join(candidate.why)


def _columns() -> tuple[Column[Candidate], ...]:
    return (
        Column("Patient", lambda c: c.name, 200, sort=lambda c: fold(c.name)),
        Column("Telephone", lambda c: c.phone or "no telephone", 148),
        Column("Why", why_words, sort=lambda c: c.rank),
        Column("Missing", lambda c: ", ".join(c.missing), 142),
        Column("Last call", lambda c: call_words(c.last_call), 176),
    )


def _look(candidate: Candidate, number: int) -> str:
    if number == 1:
        return "" if candidate.phone else "amber"
    return {0: "strong", 2: "lines", 3: "pills", 4: "quiet"}.get(number, "")


class FreedSlotDialog(Dialog):
    """The place on top, the people beneath, the outcome of each call by one key."""

    taken = Signal(int)

    def __init__(
        self,
        parent: QWidget,
        context: ScreenContext,
        chair_id: int | None = None,
        starts_at: datetime | None = None,
        minutes: int | None = None,
    ) -> None:
        super().__init__(
            parent,
            "Who may take a freed place",
            subtitle="Best first: past the target, waiting longest, short notice accepted. Nobody is booked by itself.",
            width=1180,
            height=680,
        )
        self._context, self._minutes, self._wanted_chair = context, minutes, chair_id
        self._commands: dict[tuple[int, int], str] = {}
        self._build(starts_at)
        self.add_cancel("Close")
        self.confirm = self.add_button("Book", self._accepted, kind="primary", name="Book the place")
        self._keys()
        self._row_chosen(None)
        self._load_chairs()

    def _build(self, starts_at: datetime | None) -> None:
        today = self._today()
        self.day = DateButton("Day", self._today)
        self.day.least = today
        self.day.set_date(max(starts_at.date(), today) if starts_at else today)
        self.day.date_chosen.connect(self._ask)
        self.time = TimeEdit("Start", placeholder="e.g. 10:45")
        self.time.set_time(starts_at.time() if starts_at else None)
        self.time.time_changed.connect(self._ask)
        self.time.setFixedWidth(110)
        self.chair = QComboBox(accessibleName="Chair")
        self.chair.setMinimumWidth(170)
        self.chair.currentIndexChanged.connect(self._ask)
        place = QHBoxLayout(spacing=8)
        for widget in (self.day, self.time, self.chair):
            place.addWidget(widget)
        place.addStretch(1)
        self.count = QLabel()
        self.count.setProperty("kind", "second")
        place.addWidget(self.count)
        self.body.addLayout(place)
        self.empty = EmptyState("patients", "Say which place is free", "A day, a start and a chair.")
        self.table = CallTable(
            "Who may take it",
            _columns(),
            _look,
            lambda candidate: candidate.key,
            empty=self.empty,
        )
        SaveList(self.table.view, self._context, self.table.model, "freed-place")
        self.table.row_chosen.connect(self._row_chosen)
        self.table.entered.connect(self._accepted)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self._person())

    def _person(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("kind", "panel")
        self.name = WrappedText(13)
        self.why = WrappedText(13, bold=False)
        words = QVBoxLayout(spacing=3)
        words.addWidget(self.name)
        words.addWidget(self.why)
        layout = QHBoxLayout(frame, spacing=8)
        layout.setContentsMargins(14, 10, 12, 10)
        layout.addLayout(words, 1)
        self._outcomes: list[QPushButton] = []
        for outcome, key in (
            (CallOutcome.DECLINED, "D"),
            (CallOutcome.VOICEMAIL, "V"),
            (CallOutcome.UNREACHABLE, "U"),
        ):
            button = QPushButton(f"{outcome.word}   {key}", accessibleName=outcome.word)
            button.clicked.connect(partial(self._note, outcome))
            self._outcomes.append(button)
            layout.addWidget(button)
        return frame

    def _keys(self) -> None:
        """Letters act while no text is typed; a field that is typed into keeps them."""
        for outcome, key in (
            (CallOutcome.DECLINED, "D"),
            (CallOutcome.VOICEMAIL, "V"),
            (CallOutcome.UNREACHABLE, "U"),
        ):
            action = QAction(outcome.word, self, shortcut=key)
            action.triggered.connect(partial(self._note, outcome))
            self.addAction(action)
        copy = QAction("Copy telephone number", self, shortcut="Ctrl+C")
        copy.triggered.connect(self._copy)
        self.addAction(copy)

    def first_field(self) -> QWidget | None:
        """The list where the place is known, else its start."""
        return self.table.view if self.time.time is not None else self.time

    # -- the place

    def _today(self) -> date:
        return wall_now(self._context.clock, self._context.location.zone).date()

    @property
    def starts_at(self) -> datetime | None:
        """The start of the place; None until it is typed."""
        return datetime.combine(self.day.date, self.time.time) if self.time.time is not None else None

    def _load_chairs(self) -> None:
        user, services = self._context.user(), self._context.services
        here, day = self._context.location.id, self.day.date
        self._context.ops.run(self, lambda: services.clinic.chairs(user, here, day), self._show_chairs)

    def _show_chairs(self, chairs: tuple[Chair, ...]) -> None:
        blocked = self.chair.blockSignals(True)
        self.chair.clear()
        for chair in chairs:
            self.chair.addItem(chair.name, chair.id)
        if self._wanted_chair is not None:
            self.chair.setCurrentIndex(max(self.chair.findData(self._wanted_chair), 0))
        self.chair.blockSignals(blocked)
        self._ask()

    def _ask(self, *_: object) -> None:
        starts_at, chair_id = self.starts_at, self.chair.currentData()
        if starts_at is None or chair_id is None:
            self._show((), "Say which place is free", "A day, a start and a chair.")
            return
        user, services, here = self._context.user(), self._context.services, self._context.location.id
        minutes = self._minutes
        self._context.ops.run(
            self,
            lambda: services.recall.candidates(user, here, chair_id, starts_at, minutes),
            self._found,
            self._cannot,
            latest="candidates",
        )

    def _found(self, candidates: tuple[Candidate, ...]) -> None:
        self._show(
            candidates,
            "Nobody may take this place",
            "Nobody on the waitlist, to place or due fits it by gap, length, nurses, notice and wishes.",
        )

    def _cannot(self, error: ClinicError) -> None:
        self._show((), "Nobody may take this place", str(error))

    def _show(self, candidates: tuple[Candidate, ...], title: str, words: str) -> None:
        self.empty.say(title, words)
        self.table.show_rows(candidates)
        count = len(candidates)
        self.count.setText(f"{count} {'person' if count == 1 else 'people'}" if count else "")

    # -- the person

    def _row_chosen(self, candidate: Candidate | None) -> None:
        there = candidate is not None
        for button in (*self._outcomes, self.confirm):
            button.setEnabled(there)
        self.name.set_text(f"{candidate.name} · {candidate.protocol}" if candidate else "")
        self.why.set_text(why_words(candidate) if candidate else "")
        words = "Book" if candidate is None or candidate.appointment_id is None else "Move up"
        if candidate is not None and candidate.appointment_id is not None and not candidate.moves_up:
            words = "Place here"
        self.confirm.setText(f"{words}…")

    def _note(self, outcome: CallOutcome, *_: object) -> None:
        candidate: Candidate | None = self.table.current()
        if candidate is None:
            return
        self._record(candidate, outcome, candidate.appointment_id)
        self.table.go_on(lambda other: other.last_call is None)

    def _record(self, candidate: Candidate, outcome: CallOutcome, appointment_id: int | None) -> None:
        user, services = self._context.user(), self._context.services
        self._context.ops.run(
            self,
            lambda: services.calls.record_offer(
                user, candidate.patient_id, CallPurpose.FREED_SLOT, outcome, appointment_id=appointment_id
            ),
            lambda _: self._noted(candidate, outcome),
            self.show_error,
        )

    def _noted(self, candidate: Candidate, outcome: CallOutcome) -> None:
        self._context.notify(f"{candidate.name}: {outcome.word.lower()}.")
        if outcome is not CallOutcome.ACCEPTED:
            self._ask()

    def _copy(self) -> None:
        candidate: Candidate | None = self.table.current()
        if candidate is not None and candidate.phone:
            QGuiApplication.clipboard().setText(candidate.phone)
            self._context.notify(f"{candidate.phone} copied.")

    # -- taking the place

    def _accepted(self, *_: object) -> None:
        candidate: Candidate | None = self.table.current()
        starts_at = self.starts_at
        if candidate is None or starts_at is None:
            return
        if candidate.appointment_id is None:
            self._book(candidate, starts_at)
        else:
            ask = _TakePlace(self, candidate, starts_at, self.chair.currentText())
            ask.wanted.connect(partial(self._move, candidate, starts_at, self.chair.currentData()))
            ask.open()

    def _book(self, candidate: Candidate, starts_at: datetime) -> None:
        from ketaclinic.ui.dialogs.book_dialog import BookDialog  # noqa: PLC0415 - opened from here or not

        dialog = BookDialog(
            self._context,
            starts_at.date(),
            patient_id=candidate.patient_id,
            chair_id=self.chair.currentData(),
            starts_at=starts_at,
            protocol_id=candidate.protocol_id,
            parent=self,
        )
        dialog.series_wanted.connect(partial(self._plan, candidate))
        dialog.booked.connect(partial(self._has_it, candidate))
        dialog.open()

    def _plan(self, candidate: Candidate, patient_id: int, protocol_id: str, first: date, around: object) -> None:
        from ketaclinic.ui.dialogs.plan_series_dialog import PlanSeriesDialog  # noqa: PLC0415 - opened from here or not

        planner = PlanSeriesDialog(
            self._context,
            patient_id,
            protocol_id,
            first,
            around=around if isinstance(around, datetime) else None,
            parent=self,
        )
        planner.booked.connect(partial(self._planned, candidate))
        planner.open()

    def _planned(self, candidate: Candidate, booked: BookedSeries) -> None:
        self._has_it(candidate, booked.appointment_ids[0])

    def _move(self, candidate: Candidate, starts_at: datetime, chair_id: int) -> None:
        user, booking = self._context.user(), self._context.services.booking
        visit, version = candidate.appointment_id or 0, candidate.version
        take = booking.move if candidate.moves_up else booking.place
        command = self._commands.setdefault(candidate.key, uuid4().hex)
        self.set_busy(busy=True)
        self._context.ops.run(
            self,
            lambda: take(user, visit, version, chair_id, starts_at, command_id=command),
            partial(self._moved, candidate),
            self.show_error,
        )

    def _moved(self, candidate: Candidate, visit: Appointment) -> None:
        self.set_busy(busy=False)
        self._has_it(candidate, visit.id)

    def _has_it(self, candidate: Candidate, appointment_id: int) -> None:
        self._record(candidate, CallOutcome.ACCEPTED, appointment_id)
        if candidate.waiting is not None:
            user, services, waiting = self._context.user(), self._context.services, candidate.waiting
            self._context.ops.run(
                self, lambda: services.recall.close_waiting(user, waiting.id, waiting.version, "Booked")
            )
        self._context.notify(f"{candidate.name} has the place. Ctrl+Z undoes it.")
        self.taken.emit(appointment_id)
        self.accept()


class _TakePlace(Dialog):
    """Asks once more before a visit is moved up or placed. Signals: `wanted()`."""

    wanted = Signal()

    def __init__(self, parent: QWidget, candidate: Candidate, starts_at: datetime, chair: str) -> None:
        super().__init__(parent, "Give them the place?", subtitle=candidate.name, width=480)
        words = f"{candidate.why[0].capitalize()}. The new place: {text.when(starts_at)}, {chair}."
        self.body.addWidget(WrappedText(13, words, bold=False))
        if candidate.missing:
            missing = WrappedText(13, f"Not there yet: {', '.join(candidate.missing)}.", bold=False)
            self.body.addWidget(missing)
        self.add_cancel("Not yet")
        self.add_button("Give the place", self._yes, kind="primary")

    def _yes(self) -> None:
        self.accept()
        self.wanted.emit()
