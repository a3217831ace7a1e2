"""Moves one visit to another start, chair or day: what a drag does, in a dialog.

Signals of `MoveDialog`: `moved(Appointment)`.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ketaclinic.clock import wall_now
from ketaclinic.domain.appointments import Appointment, Card, Status
from ketaclinic.domain.findings import ClinicError, Finding, Severity, blocking
from ketaclinic.domain.move_check import MoveCheck
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.resources import Chair
from ketaclinic.ui import text
from ketaclinic.ui.dialogs.answer_line import AnswerLine
from ketaclinic.ui.dialogs.start_chips import StartChips, one_chair_each
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.date_button import DateButton
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.time_edit import TimeEdit

_ANY = 0
_GRID = timedelta(minutes=15)


def around_itself(visit: Appointment, chairs: Sequence[int]) -> list[tuple[datetime, int]]:
    """Starts on the grid that only the visit itself stands in the way of: a little earlier or later."""
    midnight = datetime.combine(visit.starts_at.date(), datetime.min.time())
    first = (visit.starts_at - midnight - timedelta(minutes=visit.phases.total)) // _GRID
    last = (visit.ends_at - midnight) // _GRID
    starts = [midnight + step * _GRID for step in range(max(first, 0), last + 1)]
    return [(at, chair) for at in starts if at != visit.starts_at for chair in chairs]


class MoveDialog(Dialog):
    """Day, start and chair; the answer stands beneath while they change."""

    moved = Signal(object)

    def __init__(self, context: ScreenContext, card: Card, *, day: date | None = None, parent: QWidget) -> None:
        a = card.appointment
        self._placing = a.status is Status.PROPOSED
        stands = "meant for" if self._placing else "now"
        super().__init__(
            parent,
            "Place visit" if self._placing else "Move visit",
            subtitle=f"{card.patient_name} · {card.label} · {stands} {text.when(a.starts_at)}",
            width=560,
            height=520,
        )
        self._context, self._card, self._wanted_day = context, card, day
        self._offered = day is None
        self._check: MoveCheck | None = None
        self._starts: tuple[tuple[datetime, int], ...] = ()
        self._chairs: tuple[Chair, ...] = ()
        self._command = uuid4().hex
        self._build()
        self.add_cancel()
        self.confirm = self.add_button("Place visit" if self._placing else "Move visit", self._confirm, kind="primary")
        self.confirm.setEnabled(False)
        self._load_chairs()

    def _build(self) -> None:
        a = self._card.appointment
        self.day = DateButton("Day", self._today)
        self.day.least = self._today()
        self.day.set_date(max(self._wanted_day or a.starts_at.date(), self._today()))
        self.day.date_chosen.connect(self._day_changed)
        self.time = TimeEdit("Start", placeholder="e.g. 10:45")
        self.time.set_time(a.starts_at.time())
        self.time.time_changed.connect(self._changed)
        self.chair = QComboBox(accessibleName="Chair")
        self.chair.currentIndexChanged.connect(self._chair_changed)
        days = QHBoxLayout(spacing=6)
        for picture, words, slot in (
            ("back", "Day before", self._day_before),
            ("forward", "Day after", self._day_after),
        ):
            button = QPushButton(icon(picture), "", accessibleName=words)
            button.setFixedWidth(36)
            button.clicked.connect(slot)
            days.addWidget(button)
        days.insertWidget(1, self.day, 1)
        form = QFormLayout(horizontalSpacing=16, verticalSpacing=10)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.addRow("Day", days)
        form.addRow("Start", self.time)
        form.addRow("Chair", self.chair)
        self.body.addLayout(form)
        self.free_title = QLabel("Free starts")
        self.free_title.setProperty("kind", "label")
        self.body.addWidget(self.free_title)
        self.free = StartChips("Free starts")
        self.free.start_chosen.connect(self._start_chosen)
        inside = QWidget(objectName="scrolled")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.free)
        column.addStretch(1)
        scroll = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        scroll.setWidget(inside)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.addWidget(scroll, 1)
        self.answer = AnswerLine()
        self.body.addWidget(self.answer)

    def _today(self) -> date:
        return wall_now(self._context.clock, self._context.location.zone).date()

    def _load_chairs(self) -> None:
        user, services, day = self._context.user(), self._context.services, self.day.date
        location_id = self._card.appointment.location_id
        self._context.ops.run(self, lambda: services.clinic.chairs(user, location_id, day), self._show_chairs)

    def _show_chairs(self, chairs: tuple[Chair, ...]) -> None:
        self._chairs = chairs
        self.chair.blockSignals(True)
        self.chair.clear()
        self.chair.addItem("Any", _ANY)
        for chair in chairs:
            self.chair.addItem(chair.name, chair.id)
        self.chair.setCurrentIndex(max(self.chair.findData(self._card.appointment.chair_id), 0))
        self.chair.blockSignals(False)
        self._load_free()

    def _day_before(self) -> None:
        self._go(self.day.date - timedelta(days=1))

    def _day_after(self) -> None:
        self._go(self.day.date + timedelta(days=1))

    def _go(self, day: date) -> None:
        if day >= self._today():
            self.day.set_date(day)
            self._day_changed()

    def _day_changed(self) -> None:
        self._load_free()

    def _load_free(self) -> None:
        user, services, day = self._context.user(), self._context.services, self.day.date
        visit_card, chairs = self._card.appointment, tuple(c.id for c in self._chairs)
        visit, location_id, minutes = visit_card.id, visit_card.location_id, visit_card.phases.total

        def read() -> tuple[MoveCheck, tuple[tuple[datetime, int], ...]]:
            check = services.booking.move_check(user, visit, day)
            starts = services.booking.free(user, location_id, day, minutes)
            open_now = {(s.starts_at, s.chair_id) for s in starts}
            return check, tuple(sorted(open_now | set(around_itself(visit_card, chairs))))

        self._context.ops.run(self, read, self._show_free, latest="free")

    def _show_free(self, found: tuple[MoveCheck, tuple[tuple[datetime, int], ...]]) -> None:
        self._check, starts = found
        check = self._check
        self._starts = tuple(s for s in starts if not blocking(check.findings(s[1], s[0])))
        if not self._offered:
            self._offer_nearest()
        self._chair_changed()

    def _offer_nearest(self) -> None:
        """Dropped on a day: the free start nearest to the visit's own time, its own chair first, stands there."""
        self._offered = True
        a = self._card.appointment
        own = datetime.combine(self.day.date, a.starts_at.time())
        nearest = min(self._starts, key=lambda s: (abs(s[0] - own), s[1] != a.chair_id), default=None)
        if nearest is not None:
            self.time.set_time(nearest[0].time())
            self.chair.blockSignals(True)
            self.chair.setCurrentIndex(max(self.chair.findData(nearest[1]), 0))
            self.chair.blockSignals(False)

    def _chair_changed(self) -> None:
        chair = self.chair.currentData()
        shown = [s for s in self._starts if chair in {_ANY, None, s[1]}]
        self.free.show_starts(one_chair_each(shown), {}, days=False)
        self.free_title.setText("Free starts" if shown else "No free start that day on this chair")
        self._changed()

    def _start_chosen(self, at: datetime, _chair: int) -> None:
        self.time.set_time(at.time())
        self._changed()

    def chosen_place(self) -> tuple[datetime, int] | None:
        """Start and chair as chosen; where any chair will do, its own or one that is free then."""
        if self.time.time is None:
            return None
        at = datetime.combine(self.day.date, self.time.time)
        chair = self.chair.currentData()
        if chair in {_ANY, None}:
            own = self._card.appointment.chair_id
            offered = [c for start, c in self._starts if start == at]
            chair = own if own in offered or not offered else offered[0]
        return at, int(chair)

    def _changed(self) -> None:
        place, a = self.chosen_place(), self._card.appointment
        self.findings.show_sentence("")
        self.confirm.setEnabled(False)
        self.free.mark(place[0] if place else None)
        if place is None:
            self.answer.say(self.time.sentence or "Type a start, or take one of the free ones.")
        elif place == (a.starts_at, a.chair_id) and not self._placing:
            self.answer.say("This is where the visit is now.")
        elif self._check is not None:
            self._judge(self._check, *place)

    def _judge(self, check: MoveCheck, at: datetime, chair_id: int) -> None:
        findings = check.findings(chair_id, at)
        if blocking(findings):
            self.answer.say_why_not(findings)
            self.confirm.setEnabled(all(f.severity is not Severity.BLOCK for f in findings))
            return
        chair = next((c.name for c in self._chairs if c.id == chair_id), "")
        ends = at + timedelta(minutes=self._card.appointment.phases.visit)
        self.answer.say_free(f"{text.weekday_day(at.date())}, {text.span(at, ends)}, {chair}", findings)
        self.confirm.setEnabled(True)

    def _confirm(self) -> None:
        place = self.chosen_place()
        if place is None:
            return
        at, chair_id = place
        asked = blocking(self._check.findings(chair_id, at)) if self._check else ()
        if asked:
            self._ask_override(asked)
        else:
            self._save(())

    def _ask_override(self, findings: Sequence[Finding]) -> None:
        from ketaclinic.ui.dialogs.override_dialog import OverrideDialog  # noqa: PLC0415 - seldom needed

        dialog = OverrideDialog(self, self._context, findings)
        dialog.given.connect(self._save)
        dialog.open()

    def _save(self, overrides: tuple[BookingOverride, ...]) -> None:
        place, a = self.chosen_place(), self._card.appointment
        if place is None:
            return
        at, chair_id = place
        user, booking, command = self._context.user(), self._context.services.booking, self._command
        put = booking.place if self._placing else booking.move
        self.set_busy(busy=True)
        self._context.ops.run(
            self,
            lambda: put(user, a.id, a.version, chair_id, at, command, overrides),
            self._done,
            self._refused,
        )

    def _done(self, appointment: Appointment) -> None:
        self.moved.emit(appointment)
        self.accept()

    def _refused(self, error: ClinicError) -> None:
        self._command = uuid4().hex
        self.show_error(error)
        self._load_free()
