"""A new booking: who, what and when; one session here, or a whole series from here.

Signals of `BookDialog`: `booked(int)` the appointment made; `series_wanted(int, str, date, object)` patient, protocol,
first day and the start that was asked for, or None.
"""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QLabel, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.findings import ClinicError, Finding, Severity
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.resources import Chair
from ketaclinic.domain.wishes import BookedSeries, Explanation, FreeStart, PlannedSession, SeriesWishes
from ketaclinic.ui import text
from ketaclinic.ui.dialogs.answer_line import AnswerLine
from ketaclinic.ui.dialogs.start_chips import StartChips, one_chair_each
from ketaclinic.ui.dialogs.who import Who
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.date_button import DateButton
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.time_edit import TimeEdit

_ANY = 0
_MOST_STARTS = 24


class BookDialog(Dialog):
    """Opened from free time, by N, or for a patient."""

    booked = Signal(int)
    series_wanted = Signal(int, str, object, object)

    def __init__(
        self,
        context: ScreenContext,
        day: date,
        *,
        parent: QWidget,
        patient_id: int | None = None,
        chair_id: int | None = None,
        starts_at: datetime | None = None,
        protocol_id: str = "",
    ) -> None:
        super().__init__(parent, "New booking", width=600)
        self._context = context
        self._protocols: tuple[Protocol, ...] = ()
        self._chairs: tuple[Chair, ...] = ()
        self._free: tuple[FreeStart, ...] = ()
        self._wanted_chair, self._wanted_protocol = chair_id, protocol_id
        self._command = uuid4().hex
        self._asked: tuple[Finding, ...] = ()
        self._build(day, starts_at.time() if starts_at else None)
        self.add_cancel()
        self.series = self.add_button("Plan a series from here…", self._want_series)
        self.confirm = self.add_button("Book this session", self._confirm, kind="primary")
        self._load(patient_id)

    def _build(self, day: date, at: time | None) -> None:
        self.who = Who(self._context)
        self.who.patient_changed.connect(self._patient_changed)
        self.protocol = QComboBox(accessibleName="Protocol")
        self.protocol.currentIndexChanged.connect(self._protocol_changed)
        self.day = DateButton("Day", self._today)
        self.day.least = self._today()
        self.day.set_date(day)
        self.day.date_chosen.connect(self._day_changed)
        self.time = TimeEdit("Start", placeholder="e.g. 10:45")
        self.time.set_time(at)
        self.time.time_changed.connect(self._ask)
        self.chair = QComboBox(accessibleName="Chair")
        self.chair.currentIndexChanged.connect(self._ask)
        when = QHBoxLayout(spacing=8)
        when.addWidget(self.day, 3)
        when.addWidget(self.time, 2)
        when.addWidget(self.chair, 2)
        form = QFormLayout(horizontalSpacing=16, verticalSpacing=12)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.addRow("Patient", self.who)
        form.addRow("Protocol", self.protocol)
        form.addRow("When", when)
        self.body.addLayout(form)
        self.answer = AnswerLine()
        self.body.addWidget(self.answer)
        self.starts_title = QLabel("Free starts that day")
        self.starts_title.setProperty("kind", "label")
        self.starts = StartChips("Free starts")
        self.starts.start_chosen.connect(self._start_chosen)
        self.body.addWidget(self.starts_title)
        self.body.addWidget(self.starts)
        self.body.addStretch(1)

    def _today(self) -> date:
        return wall_now(self._context.clock, self._context.location.zone).date()

    # what may be chosen

    def _load(self, patient_id: int | None) -> None:
        user, services = self._context.user(), self._context.services
        location_id, day = self._context.location.id, self.day.date
        run = self._context.ops.run
        run(self, lambda: services.clinic.chairs(user, location_id, day), self._show_chairs)
        run(self, lambda: services.booking.protocols(user), self._show_protocols)
        if patient_id is not None:
            self.who.load(patient_id)

    def _show_chairs(self, chairs: tuple[Chair, ...]) -> None:
        self._chairs = chairs
        self.chair.blockSignals(True)
        self.chair.clear()
        self.chair.addItem("Any chair", _ANY)
        for chair in chairs:
            self.chair.addItem(chair.name, chair.id)
        self.chair.setCurrentIndex(max(self.chair.findData(self._wanted_chair), 0))
        self.chair.blockSignals(False)

    def _show_protocols(self, protocols: tuple[Protocol, ...]) -> None:
        self._protocols = protocols
        self.protocol.blockSignals(True)
        self.protocol.clear()
        for protocol in protocols:
            self.protocol.addItem(protocol.length, protocol.id)
        self.protocol.setCurrentIndex(max(self.protocol.findData(self._wanted_protocol), 0))
        self.protocol.blockSignals(False)
        self._protocol_changed()

    def chosen_protocol(self) -> Protocol | None:
        """The protocol that is chosen."""
        return next((p for p in self._protocols if p.id == self.protocol.currentData()), None)

    def _patient_changed(self) -> None:
        self._ask()
        self.fit()

    def _protocol_changed(self) -> None:
        protocol = self.chosen_protocol()
        if protocol is not None:
            words = "Plan visits from here…" if protocol.open_ended else f"Plan {protocol.sessions} sessions from here…"
            self.series.setText(words)
            self.series.setAccessibleName(words)
            self.series.setVisible(protocol.sessions > 1 or protocol.open_ended)
        self._load_free()
        self._ask()

    def _day_changed(self) -> None:
        self._load_free()
        self._ask()

    def _load_free(self) -> None:
        protocol = self.chosen_protocol()
        if protocol is None:
            return
        user, services = self._context.user(), self._context.services
        location_id, day, minutes = self._context.location.id, self.day.date, protocol.phases.total
        self._context.ops.run(
            self,
            lambda: services.booking.free(user, location_id, day, minutes),
            self._show_free,
            self._cannot_tell,
            latest="free",
        )

    def _show_free(self, free: tuple[FreeStart, ...]) -> None:
        self._free = free
        starts = one_chair_each([(f.starts_at, f.chair_id) for f in free])[:_MOST_STARTS]
        if self.time.time is None:
            self._offer("Free starts that day" if starts else "Nothing is free that day", starts, days=False)
        self._ask()

    def _offer(self, title: str, starts: list[tuple[datetime, int]], *, days: bool) -> None:
        self.starts_title.setText(title)
        self.starts_title.setVisible(bool(title))
        self.starts.show_starts(starts, {c.id: c.name for c in self._chairs}, days=days)
        self.fit()

    def _start_chosen(self, at: datetime, chair_id: int) -> None:
        self.day.set_date(at.date())
        self.time.set_time(at.time())
        if self.chair.currentData() not in {_ANY, chair_id}:
            self.chair.setCurrentIndex(max(self.chair.findData(chair_id), 0))
        self._load_free()

    # the answer

    def place(self) -> tuple[datetime, int] | None:
        """Start and chair as chosen; where any chair will do, one that is free then."""
        if self.time.time is None or not self._chairs:
            return None
        at = datetime.combine(self.day.date, self.time.time)
        chair = self.chair.currentData()
        if chair in {_ANY, None}:
            chair = next((f.chair_id for f in self._free if f.starts_at == at), self._chairs[0].id)
        return at, int(chair)

    def _ask(self) -> None:
        self._asked = ()
        self.findings.show_sentence("")
        self.confirm.setEnabled(False)
        protocol, place = self.chosen_protocol(), self.place()
        self.series.setEnabled(self.who.chosen is not None and protocol is not None)
        if self.time.sentence:
            self.answer.say(self.time.sentence)
        elif protocol is None or place is None or self.who.chosen is None:
            self.answer.clear()
        else:
            user, services, patient_id = self._context.user(), self._context.services, self.who.chosen.id
            protocol_id, (at, chair_id) = protocol.id, place
            self._context.ops.run(
                self,
                lambda: services.booking.why(user, patient_id, protocol_id, at, chair_id),
                self._answered,
                self._cannot_tell,
                latest="why",
            )
        self.fit()

    def _answered(self, explanation: Explanation) -> None:
        place, protocol = self.place(), self.chosen_protocol()
        if place is None or protocol is None:
            return
        at, chair_id = place
        if explanation.free:
            chair = next((c.name for c in self._chairs if c.id == chair_id), "")
            ends = at + timedelta(minutes=protocol.phases.visit)
            words = f"Free: {text.weekday_day(at.date())}, {text.span(at, ends)}, {chair}."
            self.answer.say_free(words, explanation.findings)
            self._offer("", [], days=False)
            self.confirm.setEnabled(True)
        else:
            self.answer.say_why_not(explanation.findings)
            self._asked = tuple(f for f in explanation.findings if f.severity is Severity.OVERRIDE)
            self.confirm.setEnabled(all(f.severity is not Severity.BLOCK for f in explanation.findings))
            nearest = [(s.starts_at, s.chair_id) for s in explanation.nearest]
            self._offer("Nearest that would do" if nearest else "", nearest, days=True)
        self.fit()

    def _cannot_tell(self, error: ClinicError) -> None:
        self.answer.say(str(error))
        self.fit()

    # booking

    def _want_series(self) -> None:
        protocol, place = self.chosen_protocol(), self.place()
        if self.who.chosen is None or protocol is None:
            self.who.setFocus()
            return
        patient_id, day = self.who.chosen.id, self.day.date
        at = place[0] if place and self.time.time else None
        self.accept()
        self.series_wanted.emit(patient_id, protocol.id, day, at)

    def _confirm(self) -> None:
        if not self._asked:
            self._book(())
            return
        from ketaclinic.ui.dialogs.override_dialog import OverrideDialog  # noqa: PLC0415 - seldom needed

        dialog = OverrideDialog(self, self._context, self._asked)
        dialog.given.connect(self._book)
        dialog.open()

    def _book(self, overrides: tuple[BookingOverride, ...]) -> None:
        protocol, place = self.chosen_protocol(), self.place()
        if self.who.chosen is None or protocol is None or place is None:
            return
        at, chair_id = place
        session = PlannedSession(at, at + timedelta(minutes=protocol.phases.total), chair_id)
        wishes = SeriesWishes(self.who.chosen.id, protocol.id, self._context.location.id, at.date(), count=1)
        user, services, command = self._context.user(), self._context.services, self._command
        self.set_busy(busy=True)
        self._context.ops.run(
            self,
            lambda: services.booking.book_series(user, wishes, (session,), command, overrides),
            self._done,
            self._refused,
        )

    def _done(self, booked: BookedSeries) -> None:
        name = self.who.chosen.name if self.who.chosen else ""
        place = self.place()
        when = text.when(place[0]) if place else ""
        self._context.notify(f"Booked {name}, {when}. Ctrl+Z undoes it.")
        self.booked.emit(booked.appointment_ids[0])
        self.accept()

    def _refused(self, error: ClinicError) -> None:
        self._command = uuid4().hex
        self._load_free()
        self.show_error(error)
        self.fit()
