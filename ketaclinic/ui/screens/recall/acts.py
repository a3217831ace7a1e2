"""What the desk does from the recall lists: calls noted, courses planned, visits placed; each one intention.

Signals of `RecallActs`: `read_again()` something was refused, look anew; `freed(Appointment)` a visit that
left its place.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.appointments import CANCELLED, Appointment, Card, Status
from ketaclinic.domain.calls import CallOutcome, CallPurpose, ConfirmRow
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.recall import RecallRow
from ketaclinic.domain.schedule import Inspection
from ketaclinic.domain.waitlist import Waiting
from ketaclinic.ui import text
from ketaclinic.ui.dialogs.asked_word import ask_for_word
from ketaclinic.ui.screen import ScreenContext

if TYPE_CHECKING:
    from ketaclinic.ui.dialogs.missed_dialog import MissedDialog

_LEAVES = CANCELLED | {Status.RESCHEDULED}


class RecallActs(QObject):
    """Owns the work under way; its dialogs stand over the window of `over`."""

    read_again = Signal()
    freed = Signal(object)

    def __init__(self, context: ScreenContext, over: QWidget) -> None:
        super().__init__(over)
        self._context, self._over = context, over

    # -- calls

    def note_call(self, row: ConfirmRow, outcome: CallOutcome) -> None:
        """Records a call about a visit to be confirmed."""
        visit, user, services = row.card.appointment, self._context.user(), self._context.services
        command = uuid4().hex
        self._context.ops.run(
            self,
            lambda: services.calls.record(user, visit.id, visit.version, outcome, command_id=command),
            partial(self._noted, row.card.patient_name, outcome),
            self._refused,
        )

    def note_offer(self, row: RecallRow, outcome: CallOutcome) -> None:
        """Records a call to somebody who should book."""
        user, services, command = self._context.user(), self._context.services, uuid4().hex
        self._context.ops.run(
            self,
            lambda: services.calls.record_offer(
                user, row.patient_id, CallPurpose.RECALL, outcome, appointment_id=row.appointment_id, command_id=command
            ),
            lambda _: self._noted(row.name, outcome),
            self._refused,
        )

    def _noted(self, name: str, outcome: CallOutcome, _visit: Appointment | None = None) -> None:
        self._context.notify(f"{name}: {outcome.word.lower()}.")

    def _refused(self, error: ClinicError) -> None:
        self._context.ops.failed.emit(str(error))
        self.read_again.emit()

    def cancel(self, row: ConfirmRow) -> None:
        """Opens the cancellation of a visit; the call is noted with it."""
        self._with_inspection(row.card.appointment.id, self._open_cancel)

    def _open_cancel(self, inspection: Inspection) -> None:
        from ketaclinic.ui.dialogs.cancel_dialog import CancelDialog  # noqa: PLC0415 - most calls do without

        steps = [step for step in inspection.next_steps if step.target in _LEAVES]
        if steps:
            dialog = CancelDialog(self._context, inspection.card, steps, parent=self._over)
            dialog.closed.connect(partial(self._note_cancelled, inspection.card))
            dialog.freed.connect(self.freed)
            dialog.handed_on.connect(self._handed_on)
            dialog.open()

    def _handed_on(self, missed: "MissedDialog") -> None:
        missed.freed.connect(self.freed)

    def _note_cancelled(self, card: Card, accepted: bool) -> None:  # noqa: FBT001 - a signal's argument
        """The call is noted whichever way the course goes on."""
        if not accepted:
            return
        user, services, visit = self._context.user(), self._context.services, card.appointment
        self._context.ops.run(
            self,
            lambda: services.calls.record_offer(
                user,
                visit.patient_id,
                CallPurpose.CONFIRMATION,
                CallOutcome.CANCELLED,
                appointment_id=visit.id,
            ),
            None,
            self._refused,
        )

    # -- booking

    def plan(self, row: RecallRow) -> None:
        """The planner, with all that is known of this person."""
        from ketaclinic.ui.dialogs.plan_series_dialog import PlanSeriesDialog  # noqa: PLC0415 - opened from here or not

        today = self._now().date()
        first = max(today, row.due) if row.due is not None and row.waiting is None else today
        PlanSeriesDialog(
            self._context,
            row.patient_id,
            row.protocol_id or None,
            first,
            series_id=row.series_id if row.waiting is None else None,
            sessions=row.sessions,
            parent=self._over,
        ).open()

    def make_up(self, row: RecallRow) -> None:
        """Every way the course can go on after a visit that did not take place."""
        if row.appointment_id is not None:
            self._with_inspection(row.appointment_id, self._open_missed)

    def _open_missed(self, inspection: Inspection) -> None:
        from ketaclinic.ui.dialogs.missed_dialog import MissedDialog  # noqa: PLC0415 - as above

        MissedDialog(self._over, self._context, inspection, inspection.card.appointment.status).open()

    def place(self, row: RecallRow) -> None:
        """The dialog that gives a visit its place, or an earlier one."""
        if row.appointment_id is not None:
            self._with_inspection(row.appointment_id, partial(self._open_move, row.waiting))

    def _open_move(self, waiting: Waiting | None, inspection: Inspection) -> None:
        from ketaclinic.ui.dialogs.move_dialog import MoveDialog  # noqa: PLC0415 - as above

        dialog = MoveDialog(self._context, inspection.card, parent=self._over)
        if waiting is not None:
            dialog.moved.connect(partial(self.close_waiting, waiting))
        dialog.open()

    def book(self, row: RecallRow) -> None:
        """The dialog of one booking for somebody on the waitlist; the entry is closed with it."""
        from ketaclinic.ui.dialogs.book_dialog import BookDialog  # noqa: PLC0415 - as above

        dialog = BookDialog(
            self._context,
            self._now().date(),
            patient_id=row.patient_id,
            protocol_id=row.protocol_id,
            parent=self._over,
        )
        if row.waiting is not None:
            dialog.booked.connect(partial(self.close_waiting, row.waiting))
        dialog.series_wanted.connect(partial(self._plan_from_booking, row))
        dialog.open()

    def _plan_from_booking(self, row: RecallRow, *_wanted: object) -> None:
        self.plan(row)

    def close_waiting(self, waiting: Waiting, *_booked: object) -> None:
        """Takes an entry off the waitlist, because its patient was booked."""
        user, services = self._context.user(), self._context.services
        self._context.ops.run(
            self,
            lambda: services.recall.close_waiting(user, waiting.id, waiting.version, "Booked"),
            None,
            self._refused,
        )

    def book_hold(self, row: RecallRow, overrides: tuple[BookingOverride, ...] = ()) -> None:
        """Turns held visits into booked ones; where the rules ask for somebody's word, it is asked for."""
        user, services, series = self._context.user(), self._context.services, row.series_id or 0
        self._context.ops.run(
            self,
            lambda: services.booking.confirm_hold(user, series, command_id=uuid4().hex, overrides=overrides),
            lambda booked: self._context.notify(
                f"Booked {text.count(len(booked.appointment_ids), 'session')} for {row.name}. Ctrl+Z undoes it."
            ),
            partial(self._hold_refused, row),
        )

    def _hold_refused(self, row: RecallRow, error: ClinicError) -> None:
        if not ask_for_word(self._over, self._context, error, partial(self.book_hold, row)):
            self._refused(error)

    # -- elsewhere

    def open_visit(self, row: ConfirmRow) -> None:
        """The visit on its day."""
        visit = row.card.appointment
        self._context.navigate("day", {"day": visit.starts_at.date(), "appointment_id": visit.id})

    def open_patient(self, patient_id: int) -> None:
        """The patient's page."""
        self._context.navigate("patients", {"patient_id": patient_id})

    def _with_inspection(self, appointment_id: int, then: Callable[[Inspection], None]) -> None:
        user, services = self._context.user(), self._context.services
        self._context.ops.run(self, lambda: services.floor.inspect(user, appointment_id), then, self._refused)

    def _now(self) -> datetime:
        return wall_now(self._context.clock, self._context.location.zone)
