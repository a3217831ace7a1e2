"""Another time for one session of a proposal: a day, its free starts, or any time with the reason why not.

Signals of `SessionEditor`: `session_changed(PlannedSession, PlannedSession)` the old and the new one; `closed()`.
"""

from datetime import date, datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from ketaclinic.clock import wall_now
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.wishes import Explanation, FreeStart, PlannedSession
from ketaclinic.ui import text
from ketaclinic.ui.dialogs.answer_line import AnswerLine
from ketaclinic.ui.dialogs.start_chips import StartChips, one_chair_each
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.date_button import DateButton
from ketaclinic.ui.widgets.time_edit import TimeEdit


class SessionEditor(QFrame):
    """Stands beneath the card whose session is changed; without a session it answers "Why not then?"."""

    session_changed = Signal(object, object)
    closed = Signal()

    def __init__(
        self,
        context: ScreenContext,
        patient_id: int,
        protocol: Protocol,
        chairs: dict[int, str],
        *,
        number: int,
        session: PlannedSession,
    ) -> None:
        super().__init__(accessibleName=f"Another time for session {number}")
        self.setProperty("kind", "panel")
        self._context, self._patient_id, self._protocol, self._chairs = context, patient_id, protocol, chairs
        self._session = session
        self._free: tuple[FreeStart, ...] = ()
        self._build(number)
        self._load()

    def _build(self, number: int) -> None:
        day = self._session.starts_at.date()
        title = QLabel(f"Session {number}: another time")
        title.setProperty("kind", "section")
        self.day = DateButton("Day of the session", self._today)
        self.day.least = self._today()
        self.day.set_date(day)
        self.day.date_chosen.connect(self._load)
        self.time = TimeEdit("Another start", placeholder="any start, e.g. 8:00")
        self.time.setFixedWidth(170)
        self.time.time_changed.connect(self._ask)
        close = QPushButton(icon("close"), "", accessibleName="Close times", toolTip="Close")
        close.setProperty("kind", "ghost")
        close.setFixedSize(30, 30)
        close.clicked.connect(self.closed)
        row = QHBoxLayout(spacing=8)
        row.addWidget(title)
        row.addSpacing(8)
        for picture, words, slot in (("back", "Day before", self._before), ("forward", "Day after", self._after)):
            button = QPushButton(icon(picture), "", accessibleName=f"{words} for this session")
            button.setFixedWidth(34)
            button.clicked.connect(slot)
            row.addWidget(button)
        row.insertWidget(3, self.day)
        row.addWidget(self.time)
        row.addStretch(1)
        row.addWidget(close)
        self.remark = QLabel()
        self.remark.setProperty("kind", "small")
        self.starts = StartChips("Free starts")
        self.starts.start_chosen.connect(self._take)
        self.answer = AnswerLine("Why not")
        self.nearest = StartChips("Nearest that would do")
        self.nearest.start_chosen.connect(self._take)
        self.nearest.hide()
        layout = QVBoxLayout(self, spacing=9)
        layout.setContentsMargins(14, 10, 10, 14)
        layout.addLayout(row)
        for widget in (self.answer, self.nearest, self.remark, self.starts):
            layout.addWidget(widget)

    def _today(self) -> date:
        return wall_now(self._context.clock, self._context.location.zone).date()

    def _before(self) -> None:
        self._go(self.day.date - timedelta(days=1))

    def _after(self) -> None:
        self._go(self.day.date + timedelta(days=1))

    def _go(self, day: date) -> None:
        if day >= self._today():
            self.day.set_date(day)
            self._load()

    def _load(self) -> None:
        user, services = self._context.user(), self._context.services
        location_id, day, minutes = self._context.location.id, self.day.date, self._protocol.phases.total
        self._context.ops.run(
            self,
            lambda: services.booking.free(user, location_id, day, minutes),
            self._show_free,
            self._cannot_tell,
            latest="free",
        )
        self._ask()

    def _show_free(self, free: tuple[FreeStart, ...]) -> None:
        self._free = free
        own = self._session.chair_id
        ordered = sorted(free, key=lambda f: (f.starts_at, f.chair_id != own))
        starts = one_chair_each([(f.starts_at, f.chair_id) for f in ordered])
        self.starts.show_starts(starts, self._chairs, days=False)
        self.starts.mark(self._session.starts_at)
        day = text.weekday_day(self.day.date)
        self.remark.setText(
            f"{text.count(len(starts), 'free start')} on {day}; the other sessions are planned again around it."
            if starts
            else f"Nothing is free on {day}."
        )

    def _take(self, at: datetime, chair_id: int) -> None:
        ends = at + timedelta(minutes=self._protocol.phases.total)
        self.session_changed.emit(self._session, PlannedSession(at, ends, chair_id))

    def _ask(self) -> None:
        self.nearest.hide()
        if self.time.sentence:
            self.answer.say(self.time.sentence)
            return
        if self.time.time is None:
            self.answer.clear()
            return
        at = datetime.combine(self.day.date, self.time.time)
        chair_id = next((f.chair_id for f in self._free if f.starts_at == at), self._session.chair_id)
        user, services, patient_id, protocol_id = (
            self._context.user(),
            self._context.services,
            self._patient_id,
            self._protocol.id,
        )
        self._context.ops.run(
            self,
            lambda: services.booking.why(user, patient_id, protocol_id, at, chair_id),
            self._answered,
            self._cannot_tell,
            latest="why",
        )

    def _answered(self, explanation: Explanation) -> None:
        if self.time.time is None:
            return
        at = datetime.combine(self.day.date, self.time.time)
        if explanation.free:
            chair_id = next((f.chair_id for f in self._free if f.starts_at == at), self._session.chair_id)
            self.answer.say_free(f"{text.clock(at)} would do.", explanation.findings)
            self.nearest.show_starts([(at, chair_id)], self._chairs, days=True)
            return
        self.answer.say_why_not(explanation.findings)
        self.nearest.show_starts([(s.starts_at, s.chair_id) for s in explanation.nearest], self._chairs, days=True)

    def _cannot_tell(self, error: ClinicError) -> None:
        self.answer.say(str(error))
