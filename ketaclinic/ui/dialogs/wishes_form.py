"""What the patient wishes: the left side of the series planner. Bad input is shown at its field.

Signals of `WishesForm`: `wishes_changed()`; `typed()` the same while a time is being typed.
"""

from datetime import date, datetime, time

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ketaclinic.clock import wall_now
from ketaclinic.domain.people import PatientRow
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.resources import Chair
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.ui import text
from ketaclinic.ui.dialogs.who import Who
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.date_button import DateButton
from ketaclinic.ui.widgets.time_edit import TimeEdit

_ANY = 0
_MOST_SESSIONS = 40
_TRIALS = (2, 3)


def protocol_words(protocol: Protocol) -> str:
    """What the desk needs to know of a protocol: sessions, window, gaps, length."""
    count = "planned" if protocol.open_ended else "sessions"
    parts = [f"{protocol.sessions} {count}"]
    if protocol.window_days:
        parts[0] += f" in {protocol.window_days} days"
    low, high = protocol.gaps.target_after(1)
    aim = f"{low}" if low == high else f"{low} to {high}"
    parts.append(f"gaps {protocol.gaps.min_days} to {protocol.gaps.max_days} days, aim {aim}")
    parts.append(f"{protocol.phases.total} min")
    return " · ".join(parts)


class WishesForm(QWidget):
    """Patient, protocol, how many sessions, first day, weekdays, time of day, clock time, chair, trial sessions."""

    wishes_changed = Signal()
    typed = Signal()

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(accessibleName="Wishes")
        self._context = context
        self._protocols: tuple[Protocol, ...] = ()
        self._wanted_protocol = ""
        self.series_id: int | None = None
        self.pinned: tuple[PlannedSession, ...] = ()
        self._build()
        self._lay_out()

    def _build(self) -> None:
        self.who = Who(self._context)
        self.who.patient_changed.connect(self._patient_changed)
        self.protocol = QComboBox(accessibleName="Protocol")
        self.protocol.currentIndexChanged.connect(self._protocol_changed)
        self.explained = QLabel(wordWrap=True)
        self.explained.setProperty("kind", "small")
        self.first = DateButton("From", self._today)
        self.first.least = self._today()
        self.first.date_chosen.connect(self._changed)
        opens = sorted({h.weekday for h in self._context.location.hours}) or list(range(5))
        self.days: dict[int, QPushButton] = {}
        for weekday in opens:
            button = QPushButton(text.DAYS[weekday], accessibleName=text.DAYS[weekday], checkable=True, checked=True)
            button.setStyleSheet("padding: 5px 0px;")
            button.clicked.connect(self._changed)
            self.days[weekday] = button
        self.earliest = TimeEdit("Earliest start")
        self.latest = TimeEdit("Latest start")
        for field in (self.earliest, self.latest):
            field.time_changed.connect(self._time_typed)
        self.error = QLabel(wordWrap=True)
        self.error.setProperty("kind", "error")
        self.error.hide()
        self.same_time = QCheckBox("Keep the same clock time", checked=True)
        self.same_time.setAccessibleName("Keep the same clock time")
        self.same_time.clicked.connect(self._changed)
        self.chair = QComboBox(accessibleName="Chair")
        self.chair.addItem("Any", _ANY)
        self.chair.currentIndexChanged.connect(self._chair_chosen)
        self.only_chair = QCheckBox("No other chair will do", accessibleName="No other chair will do")
        self.only_chair.clicked.connect(self._changed)
        self.only_chair.hide()
        self.sessions = QSpinBox(accessibleName="Sessions", minimum=1, maximum=_MOST_SESSIONS, keyboardTracking=True)
        self.sessions.setFixedWidth(92)
        self.sessions.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.sessions.valueChanged.connect(self._count_typed)
        self.trial = QComboBox(accessibleName="Trial sessions")
        self.trial.addItem("Book all", None)
        for first in _TRIALS:
            self.trial.addItem(f"Book {first}, hold the rest", first)
        self.trial.setToolTip("The sessions after the trial are held until it is clear whether the course goes on.")
        self.trial.currentIndexChanged.connect(self._trial_chosen)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self, spacing=5)
        column.setContentsMargins(0, 0, 0, 0)

        def add(word: str, *widgets: QWidget) -> None:
            label = QLabel(word)
            label.setProperty("kind", "label")
            column.addWidget(label)
            for widget in widgets:
                column.addWidget(widget)
            column.addSpacing(7)

        days, band = QWidget(), QWidget()
        row = QHBoxLayout(days, spacing=4)
        row.setContentsMargins(0, 0, 0, 0)
        for button in self.days.values():
            row.addWidget(button, 1)
        times = QHBoxLayout(band, spacing=8)
        times.setContentsMargins(0, 0, 0, 0)
        times.addWidget(self.earliest, 1)
        times.addWidget(QLabel("to"))
        times.addWidget(self.latest, 1)
        add("Patient", self.who)
        add("Protocol", self.protocol, self.explained)
        counted = QWidget()
        count = QHBoxLayout(counted, spacing=8)
        count.setContentsMargins(0, 0, 0, 0)
        count.addWidget(self.sessions)
        count.addWidget(self.trial, 1)
        add("Sessions", counted)
        add("From", self.first)
        add("Days", days)
        add("Starts between", band, self.error)
        column.addWidget(self.same_time)
        column.addSpacing(7)
        add("Chair", self.chair, self.only_chair)

    def _today(self) -> date:
        return wall_now(self._context.clock, self._context.location.zone).date()

    # what may be chosen

    def load(self, patient_id: int | None, protocol_id: str | None, first_day: date | None) -> None:
        """Reads what may be chosen, and chooses what is given."""
        self._wanted_protocol = protocol_id or ""
        self.first.set_date(max(first_day or self._today(), self._today()))
        user, services = self._context.user(), self._context.services
        location_id, day = self._context.location.id, self.first.date
        run = self._context.ops.run
        run(self, lambda: services.clinic.chairs(user, location_id, day), self._show_chairs)
        run(self, lambda: services.booking.protocols(user), self._show_protocols)
        if patient_id is not None:
            self.who.load(patient_id)

    def around(self, starts_at: datetime) -> None:
        """Wishes starts within an hour and a half of a time that was asked for."""
        minutes = starts_at.hour * 60 + starts_at.minute
        low, high = max(minutes - 90, 0), min(minutes + 90, 23 * 60 + 59)
        self.earliest.set_time(time(low // 60, low % 60))
        self.latest.set_time(time(high // 60, high % 60))

    def _show_chairs(self, chairs: tuple[Chair, ...]) -> None:
        for chair in chairs:
            self.chair.addItem(chair.name, chair.id)

    def _show_protocols(self, protocols: tuple[Protocol, ...]) -> None:
        self._protocols = protocols
        self.protocol.blockSignals(True)
        for protocol in protocols:
            self.protocol.addItem(protocol.desk_name, protocol.id)
        self.protocol.setCurrentIndex(max(self.protocol.findData(self._wanted_protocol), 0))
        self.protocol.blockSignals(False)
        self._protocol_changed()

    def chosen_patient(self) -> PatientRow | None:
        """The patient it is for."""
        return self.who.chosen

    def chosen_protocol(self) -> Protocol | None:
        """The protocol that is planned."""
        return next((p for p in self._protocols if p.id == self.protocol.currentData()), None)

    def chairs(self) -> dict[int, str]:
        """Names of the chairs."""
        items = range(1, self.chair.count())
        return {int(self.chair.itemData(i)): self.chair.itemText(i) for i in items}

    # what was chosen

    def _patient_changed(self) -> None:
        self.pinned = ()
        self._changed()

    def _protocol_changed(self) -> None:
        protocol = self.chosen_protocol()
        self.explained.setText(protocol_words(protocol) if protocol else "")
        self.sessions.blockSignals(True)
        self.sessions.setValue(protocol.sessions if protocol else 1)
        self.sessions.blockSignals(False)
        self.pinned = ()
        self._changed()

    def _chair_chosen(self) -> None:
        self.only_chair.setVisible(bool(self.chair.currentData()))
        self._changed()

    def _count_typed(self) -> None:
        self.pinned = self.pinned[: self.sessions.value()]
        self.typed.emit()

    def _trial_chosen(self) -> None:
        self.typed.emit()

    def trial_sessions(self) -> int | None:
        """How many sessions are booked while the rest is held; None for all."""
        first: int | None = self.trial.currentData()
        return first if first is not None and first < self.sessions.value() else None

    def go_on_with(self, series_id: int, sessions: int) -> None:
        """Plans further sessions of a running course."""
        self.series_id = series_id
        self.protocol.setEnabled(False)
        self.who.setEnabled(False)
        self.sessions.setValue(sessions)
        self.trial.hide()

    def _changed(self) -> None:
        self.wishes_changed.emit()

    def _time_typed(self) -> None:
        self.typed.emit()

    def pin(self, session: PlannedSession, instead_of: PlannedSession) -> None:
        """Holds a session at its new place; the others are planned around it."""
        kept = [p for p in self.pinned if p != instead_of]
        self.pinned = tuple(sorted([*kept, session], key=lambda s: s.starts_at))
        self._changed()

    def unpin(self) -> None:
        """Lets every session be planned freely again."""
        self.pinned = ()
        self._changed()

    def wishes(self) -> SeriesWishes | None:
        """The wishes as they stand; None while something is missing or wrong, which its field then says."""
        sentence = self.earliest.sentence or self.latest.sentence
        early, late = self.earliest.time, self.latest.time
        weekdays = frozenset(day for day, button in self.days.items() if button.isChecked())
        if not sentence and early and late and early > late:
            sentence = "The latest start is before the earliest one."
        if not weekdays:
            sentence = sentence or "Choose at least one day of the week."
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        protocol = self.chosen_protocol()
        patient = self.who.chosen
        if sentence or protocol is None or patient is None:
            return None
        chair_id: int | None = self.chair.currentData() or None
        return SeriesWishes(
            patient_id=patient.id,
            protocol_id=protocol.id,
            location_id=self._context.location.id,
            first_day=self.first.date,
            weekdays=weekdays,
            earliest=early,
            latest=late,
            same_time=self.same_time.isChecked(),
            count=self.sessions.value(),
            chair_id=chair_id if self.only_chair.isChecked() else None,
            preferred_chair_id=None if self.only_chair.isChecked() else chair_id,
            pinned=self.pinned,
            series_id=self.series_id,
        )
