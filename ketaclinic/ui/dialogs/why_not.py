"""Answers "Why not then?": any start that was not offered, with every reason, and the nearest that would do.

Signals of `WhyNot`: `start_chosen(PlannedSession)` a start that would do was taken; `answered()`.
"""

from datetime import date, datetime, time, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.people import PatientRow
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.wishes import Explanation, PlannedSession, SeriesWishes
from ketaclinic.ui import text
from ketaclinic.ui.dialogs.answer_line import AnswerLine
from ketaclinic.ui.dialogs.start_chips import StartChips
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.date_button import DateButton
from ketaclinic.ui.widgets.time_edit import TimeEdit

_MOST_NEAREST = 3


class WhyNot(QWidget):
    """A button that opens a day and a time; the answer stands beneath."""

    start_chosen = Signal(object)
    answered = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(accessibleName="Why not")
        self._context = context
        self._patient: PatientRow | None = None
        self._protocol: Protocol | None = None
        self._chairs: dict[int, str] = {}
        self._wishes: SeriesWishes | None = None
        self.button = QPushButton("Why not at another time?", accessibleName="Why not at another time?")
        self.button.clicked.connect(self._open)
        self.fields = QWidget()
        self.day = DateButton("Day asked for", self._today)
        self.day.least = self._today()
        self.day.date_chosen.connect(self._ask)
        self.time = TimeEdit("Start asked for", placeholder="e.g. 8:00")
        self.time.time_changed.connect(self._ask)
        row = QHBoxLayout(self.fields, spacing=8)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.day, 3)
        row.addWidget(self.time, 2)
        self.fields.hide()
        self.answer = AnswerLine("Why not")
        self.nearest = StartChips("Nearest that would do")
        self.nearest.start_chosen.connect(self._take)
        self.nearest.hide()
        layout = QVBoxLayout(self, spacing=8)
        layout.setContentsMargins(0, 4, 0, 0)
        for widget in (self.button, self.fields, self.answer, self.nearest):
            layout.addWidget(widget)

    def follow(
        self,
        patient: PatientRow | None,
        protocol: Protocol | None,
        chairs: dict[int, str],
        wishes: SeriesWishes | None,
    ) -> None:
        """Hears for whom and what it is asked."""
        changed = (patient, protocol) != (self._patient, self._protocol)
        self._patient, self._protocol, self._chairs, self._wishes = patient, protocol, chairs, wishes
        self.setVisible(patient is not None and protocol is not None)
        if wishes is not None and self.time.time is None:
            self.day.set_date(wishes.first_day)
        if changed and self.time.time is not None:
            self._ask()

    def _today(self) -> date:
        return wall_now(self._context.clock, self._context.location.zone).date()

    def _open(self) -> None:
        self.button.hide()
        self.fields.show()
        self.time.setFocus()

    def _ask(self) -> None:
        self.nearest.hide()
        at = self.time.time
        if at is None or self._patient is None or self._protocol is None:
            self.answer.say(self.time.sentence)
            return
        start = datetime.combine(self.day.date, at)
        user, services = self._context.user(), self._context.services
        patient_id, protocol_id, chairs = self._patient.id, self._protocol.id, self._asked_chairs()

        def first_that_does() -> tuple[int, Explanation]:
            answers = [(c, services.booking.why(user, patient_id, protocol_id, start, c)) for c in chairs]
            return next((a for a in answers if a[1].free), answers[0])

        if chairs:
            self._context.ops.run(self, first_that_does, self._answered, self._cannot_tell, latest="why")

    def _asked_chairs(self) -> tuple[int, ...]:
        wishes = self._wishes
        wanted = (wishes.chair_id or wishes.preferred_chair_id) if wishes else None
        return (wanted,) if wanted is not None else tuple(self._chairs)

    def _answered(self, found: tuple[int, Explanation]) -> None:
        chair_id, explanation = found
        at = self.time.time
        if at is None:
            return
        start = datetime.combine(self.day.date, at)
        if explanation.free:
            words = f"{text.weekday_day(start.date())} {text.clock(start)} would do, on {self._chairs[chair_id]}."
            self.answer.say_free(words, explanation.findings)
            self.nearest.show_starts([(start, chair_id)], self._chairs, days=True)
            self.answered.emit()
            return
        self.answer.say_why_not(explanation.findings)
        nearest = [(s.starts_at, s.chair_id) for s in explanation.nearest[:_MOST_NEAREST]]
        self.nearest.show_starts(nearest, self._chairs, days=True)
        self.answered.emit()

    def _cannot_tell(self, error: ClinicError) -> None:
        self.answer.say(str(error))

    def _take(self, at: datetime, chair_id: int) -> None:
        if self._protocol is None:
            return
        ends = at + timedelta(minutes=self._protocol.phases.total)
        self.time.set_time(time(at.hour, at.minute))
        self.day.set_date(at.date())
        self.answer.clear()
        self.nearest.hide()
        self.start_chosen.emit(PlannedSession(at, ends, chair_id))
