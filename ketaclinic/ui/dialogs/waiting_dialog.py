"""The waitlist in dialogs: somebody who would come sooner, and why they wait no longer.

Signals of `WaitingDialog`: `saved(Waiting)`.
"""

from functools import partial
from uuid import uuid4

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QRadioButton, QVBoxLayout, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.appointments import OVER, Card
from ketaclinic.domain.findings import ClinicError, Finding, Invalid, Severity
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.waitlist import Waiting, WaitingFields, notice_words
from ketaclinic.ui import text
from ketaclinic.ui.dialogs.who import Who
from ketaclinic.ui.form import Field, Form
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.widgets.dialog import Dialog

_NEW = 0
"""Stands for a visit of its own among the choices of what is waited for."""
_NOTICES = (0, 1, 2, 4, 8, 24, 48, 72, 168)
_FIELDS = (
    Field("appointment_id", "Waits for", "choice", span=2, choices=((_NEW, "A place of their own"),)),
    Field("protocol_id", "Protocol", "choice"),
    Field(
        "notice_hours",
        "Notice needed",
        "choice",
        choices=tuple((hours, notice_words(hours).capitalize()) for hours in _NOTICES),
        hint="A place sooner than that is not offered.",
    ),
    Field("earliest", "Starts from", "time", placeholder="any"),
    Field("latest", "Starts to", "time", placeholder="any"),
    Field("note", "Note", "lines", span=2, placeholder="Lives near, needs a driver, …"),
)


class WaitingDialog(Dialog):
    """What they wait for, at what notice, on which days and at what times."""

    saved = Signal(object)

    def __init__(
        self,
        context: ScreenContext,
        *,
        patient_id: int | None = None,
        waiting: Waiting | None = None,
        name: str = "",
        parent: QWidget,
    ) -> None:
        title = "Change wish" if waiting is not None else "Add to waitlist"
        super().__init__(parent, title, subtitle=name, width=600)
        self._context, self._waiting, self._command = context, waiting, uuid4().hex
        self._patient_id = waiting.fields.patient_id if waiting is not None else 0
        self._protocols: tuple[Protocol, ...] = ()
        self._coming: tuple[Card, ...] = ()
        self._build()
        self.add_cancel()
        self.confirm = self.add_button(
            "Save wish" if waiting is not None else "Add to waitlist", self._save, kind="primary"
        )
        self._load(patient_id)

    def _build(self) -> None:
        self.who: Who | None = None
        if self._waiting is None:
            self.who = Who(self._context)
            self.who.patient_changed.connect(self._patient_changed)
            label = QLabel("Patient *")
            label.setProperty("kind", "label")
            self.body.addWidget(label)
            self.body.addWidget(self.who)
        self.form = Form(_FIELDS, wall_now(self._context.clock, self._context.location.zone).date())
        self.form.set_values({"notice_hours": 24})
        self.form.changed.connect(self._changed)
        days = QLabel("Days")
        days.setProperty("kind", "label")
        self.body.addWidget(days)
        self.body.addLayout(self._weekdays())
        self.body.addWidget(self.form)
        self.body.addStretch(1)

    def _weekdays(self) -> QHBoxLayout:
        opens = sorted({hours.weekday for hours in self._context.location.hours}) or list(range(5))
        row = QHBoxLayout(spacing=6)
        self.days: dict[int, QPushButton] = {}
        for weekday in opens:
            button = QPushButton(text.DAYS[weekday], accessibleName=text.DAYS[weekday], checkable=True, checked=True)
            self.days[weekday] = button
            row.addWidget(button, 1)
        return row

    # -- what may be chosen

    def _load(self, patient_id: int | None) -> None:
        user, services = self._context.user(), self._context.services
        self._context.ops.run(self, lambda: services.booking.protocols(user), self._show_protocols)
        if self._waiting is not None:
            self._load_coming()
        elif patient_id is not None and self.who is not None:
            self.who.load(patient_id)

    def _show_protocols(self, protocols: tuple[Protocol, ...]) -> None:
        self._protocols = protocols
        self.form.set_choices("protocol_id", [(protocol.id, protocol.length) for protocol in protocols])
        if self._waiting is not None:
            self._show_wish(self._waiting.fields)

    def _show_wish(self, fields: WaitingFields) -> None:
        choices = sorted({*_NOTICES, fields.notice_hours})
        self.form.set_choices("notice_hours", [(hours, notice_words(hours).capitalize()) for hours in choices])
        self.form.set_values(
            {
                "protocol_id": fields.protocol_id,
                "notice_hours": fields.notice_hours,
                "earliest": fields.earliest,
                "latest": fields.latest,
                "note": fields.note,
            }
        )
        for weekday, button in self.days.items():
            button.setChecked(not fields.weekdays or weekday in fields.weekdays)

    def _patient_changed(self) -> None:
        chosen = self.who.chosen if self.who is not None else None
        self._patient_id = chosen.id if chosen is not None else 0
        self._show_coming(())
        if self._patient_id:
            self._load_coming()

    def _load_coming(self) -> None:
        user, services, patient_id = self._context.user(), self._context.services, self._patient_id
        self._context.ops.run(
            self, lambda: services.booking.upcoming(user, patient_id), self._show_coming, latest="coming"
        )

    def _show_coming(self, cards: tuple[Card, ...]) -> None:
        here = self._context.location.id
        self._coming = tuple(c for c in cards if c.appointment.location_id == here and c.appointment.status not in OVER)
        choices = [(_NEW, "A place of their own")]
        for card in self._coming:
            visit = card.appointment
            choices.append((visit.id, f"An earlier place than {text.when(visit.starts_at)}, {card.label}"))
        self.form.set_choices("appointment_id", choices)
        if self._waiting is not None:
            self.form.set_values({"appointment_id": self._waiting.fields.appointment_id or _NEW})
        self._changed("appointment_id")

    def _changed(self, name: str) -> None:
        """A booked visit has its protocol already."""
        if name != "appointment_id":
            return
        chosen = self.form.values()["appointment_id"]
        card = next((c for c in self._coming if c.appointment.id == chosen), None)
        self.form.editor("protocol_id").setEnabled(card is None)
        if card is not None:
            named = next((p.id for p in self._protocols if p.desk_name == card.desk_name), None)
            if named is not None:
                self.form.set_values({"protocol_id": named})

    # -- saving

    def _fields(self) -> WaitingFields:
        typed = self.form.values()
        ticked = frozenset(weekday for weekday, button in self.days.items() if button.isChecked())
        visit = next((c.appointment for c in self._coming if c.appointment.id == typed["appointment_id"]), None)
        return WaitingFields(
            patient_id=self._patient_id,
            location_id=self._context.location.id,
            protocol_id=typed["protocol_id"] or "",
            appointment_id=visit.id if visit is not None else None,
            series_id=visit.series_id if visit is not None else None,
            notice_hours=typed["notice_hours"],
            weekdays=frozenset() if len(ticked) == len(self.days) else ticked,
            earliest=typed["earliest"],
            latest=typed["latest"],
            note=typed["note"],
        )

    def _save(self) -> None:
        if not self._patient_id:
            self.findings.show_sentence("Choose who waits: three letters of the name are enough.")
            if self.who is not None:
                self.who.picker.field.setFocus()
            return
        if not any(button.isChecked() for button in self.days.values()):
            self.findings.show_sentence("Choose at least one day on which they can come.")
            return
        unreadable = self.form.findings()
        self.form.show_findings(unreadable)
        if unreadable:
            self.form.go_to_first_wrong()
            return
        user, recall, fields = self._context.user(), self._context.services.recall, self._fields()
        work = partial(recall.add_waiting, user, fields, self._command)
        if self._waiting is not None:
            work = partial(recall.edit_waiting, user, self._waiting.id, self._waiting.version, fields)
        self.set_busy(busy=True)
        self._context.ops.run(self, work, self._done, self._refused)

    def _done(self, waiting: Waiting) -> None:
        self.set_busy(busy=False)
        self._context.notify("Wish saved." if self._waiting is not None else "On the waitlist.")
        self.saved.emit(waiting)
        self.accept()

    def _refused(self, error: ClinicError) -> None:
        if not isinstance(error, Invalid):
            self.show_error(error)
            return
        self.set_busy(busy=False)
        left = self.form.show_findings([Finding("wish", Severity.BLOCK, str(error), subject=error.field)])
        if left:
            self.findings.show_findings(left)
        self.form.go_to_first_wrong()


class CloseWaitingDialog(Dialog):
    """Takes somebody off the waitlist, with why."""

    _REASONS = ("Booked", "Does not want to wait any longer", "Cannot be reached")

    def __init__(self, context: ScreenContext, waiting: Waiting, name: str, *, parent: QWidget) -> None:
        super().__init__(parent, "Take off waitlist", subtitle=name, width=460)
        self._context, self._waiting = context, waiting
        column = QVBoxLayout(spacing=6)
        self._reasons = [QRadioButton(reason, accessibleName=reason) for reason in self._REASONS]
        for button in self._reasons:
            column.addWidget(button)
        self._reasons[0].setChecked(True)
        self.body.addLayout(column)
        self.add_cancel("Keep waiting")
        self.add_button("Take off list", self._take_off, kind="primary")

    def _take_off(self) -> None:
        reason = next(button.text() for button in self._reasons if button.isChecked())
        user, services, waiting = self._context.user(), self._context.services, self._waiting
        self.set_busy(busy=True)
        self._context.ops.run(
            self,
            lambda: services.recall.close_waiting(user, waiting.id, waiting.version, reason),
            self._done,
            self.show_error,
        )

    def _done(self, _: None) -> None:
        self.set_busy(busy=False)
        self.accept()
