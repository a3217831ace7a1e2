"""What the desk does with a visit: its next step, a cancellation, a new booking; each one intention.

Signals of `VisitActs`: `day_changed()` read the day and the visit again; `booked(int)` an appointment to select;
`freed(Appointment)` a visit that left its place.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.appointments import Appointment, Card, Status, Transition
from ketaclinic.domain.findings import ClinicError
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.schedule import Inspection
from ketaclinic.domain.wishes import BookedSeries
from ketaclinic.ui import text
from ketaclinic.ui.dialogs.asked_word import ask_for_word
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.day.steps import leaving_steps

if TYPE_CHECKING:
    from ketaclinic.ui.dialogs.missed_dialog import MissedDialog


class VisitActs(QObject):
    """Owns the work under way; its dialogs stand over the window of `over`."""

    day_changed = Signal()
    booked = Signal(int)
    freed = Signal(object)

    def __init__(self, context: ScreenContext, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._context = context

    def take_step(self, inspection: Inspection, step: Transition) -> None:
        """Changes the status of a visit; what is held of a series is booked or given up as a whole."""
        a = inspection.card.appointment
        user, services, command = self._context.user(), self._context.services, uuid4().hex
        if step.target is Status.NO_SHOW:
            self.open_missed(inspection, step.target)
            return
        if step.source is Status.HELD and step.target in {Status.SCHEDULED, Status.LAPSED}:
            self._settle_hold(inspection, step.target)
            return
        self._context.ops.run(
            self,
            lambda: services.floor.change_status(user, a.id, a.version, step.target, command_id=command),
            partial(self._stepped, inspection.patient.name),
            self._step_refused,
        )

    def _settle_hold(self, inspection: Inspection, target: Status, overrides: tuple[BookingOverride, ...] = ()) -> None:
        booking, user = self._context.services.booking, self._context.user()
        series, command = inspection.card.appointment.series_id, uuid4().hex
        books = target is Status.SCHEDULED
        told = "What was held is booked." if books else "The hold is released."

        def work() -> BookedSeries:
            if books:
                return booking.confirm_hold(user, series, command, overrides)
            return booking.release_hold(user, series, command)

        self._context.ops.run(
            self,
            work,
            lambda _booked: self._context.notify(f"{inspection.patient.name}: {told} Ctrl+Z undoes it."),
            partial(self._hold_refused, inspection),
        )

    def _hold_refused(self, inspection: Inspection, error: ClinicError) -> None:
        """Somebody's word lets a hold be booked all the same, where the rules ask for one."""
        if not ask_for_word(self._over, self._context, error, partial(self._settle_hold, inspection, Status.SCHEDULED)):
            self._step_refused(error)

    def _stepped(self, name: str, appointment: Appointment) -> None:
        self._context.notify(f"{name}: {appointment.status.word}.")

    def confirm_all(self, cards: Sequence[Card]) -> None:
        """Confirms every scheduled one of these visits."""
        visits = [c.appointment for c in cards if c.appointment.status is Status.SCHEDULED]
        user, floor = self._context.user(), self._context.services.floor

        def work() -> int:
            for a in visits:
                floor.change_status(user, a.id, a.version, Status.CONFIRMED, command_id=uuid4().hex)
            return len(visits)

        self._context.ops.run(self, work, self._confirmed, self._step_refused)

    def _confirmed(self, count: int) -> None:
        self._context.notify(f"{text.count(count, 'visit')} confirmed.")

    def _step_refused(self, error: ClinicError) -> None:
        self._context.ops.failed.emit(str(error))
        self.day_changed.emit()

    def open_missed(self, inspection: Inspection, target: Status) -> None:
        """The ways a course can go on after a session that does not take place."""
        from ketaclinic.ui.dialogs.missed_dialog import MissedDialog  # noqa: PLC0415 - the first window does without

        dialog = MissedDialog(self._over, self._context, inspection, target)
        self._handed_on(dialog)
        dialog.open()

    def _handed_on(self, missed: "MissedDialog") -> None:
        missed.freed.connect(self.freed)

    def open_cancel(self, inspection: Inspection) -> None:
        """The dialog that takes a visit off the board, with its reason."""
        from ketaclinic.ui.dialogs.cancel_dialog import CancelDialog  # noqa: PLC0415 - the first window does without

        steps = leaving_steps(inspection.next_steps)
        if steps:
            dialog = CancelDialog(self._context, inspection.card, steps, parent=self._over)
            dialog.freed.connect(self.freed)
            dialog.handed_on.connect(self._handed_on)
            dialog.open()

    def open_cancel_of(self, card: Card) -> None:
        """The same for a visit nobody has selected, e.g. one on the pinboard."""
        user, floor = self._context.user(), self._context.services.floor
        self._context.ops.run(self, lambda: floor.inspect(user, card.appointment.id), self.open_cancel)

    def _first_day(self, day: date) -> date:
        return max(day, wall_now(self._context.clock, self._context.location.zone).date())

    def plan_series(self, day: date, around: datetime | None = None) -> None:
        """The planner, from a day on, around a start somebody pointed at."""
        self._open_planner(first_day=self._first_day(day), around=around)

    def open_booking(
        self,
        day: date,
        *,
        patient_id: int | None = None,
        chair_id: int | None = None,
        starts_at: datetime | None = None,
    ) -> None:
        """The dialog of a new booking, at a place or at none."""
        from ketaclinic.ui.dialogs.book_dialog import BookDialog  # noqa: PLC0415 - the first window does without

        dialog = BookDialog(
            self._context,
            self._first_day(day),
            patient_id=patient_id,
            chair_id=chair_id,
            starts_at=starts_at,
            parent=self._over,
        )
        dialog.series_wanted.connect(self._plan_from_booking)
        dialog.booked.connect(self.booked)
        dialog.open()

    def _plan_from_booking(self, patient_id: int, protocol_id: str, first_day: date, starts_at: object) -> None:
        self._open_planner(
            patient_id=patient_id,
            protocol_id=protocol_id,
            first_day=first_day,
            around=starts_at if isinstance(starts_at, datetime) else None,
        )

    def _open_planner(
        self,
        *,
        first_day: date,
        patient_id: int | None = None,
        protocol_id: str | None = None,
        around: datetime | None = None,
    ) -> None:
        from ketaclinic.ui.dialogs.plan_series_dialog import PlanSeriesDialog  # noqa: PLC0415

        PlanSeriesDialog(self._context, patient_id, protocol_id, first_day, around=around, parent=self._over).open()

    def open_patient(self, inspection: Inspection) -> None:
        """The patient's page."""
        self._context.navigate("patients", {"patient_id": inspection.patient.id})

    def open_session(self, inspection: Inspection) -> None:
        """The session at the chair."""
        self._context.navigate("chairside", {"appointment_id": inspection.card.appointment.id})

    def print_handout(self, inspection: Inspection, kind: str) -> None:
        """A handout of this visit, in the documents."""
        a = inspection.card.appointment
        args = {"patient_id": a.patient_id, "appointment_id": a.id, "series_id": a.series_id, "kind": kind}
        self._context.navigate("documents", args)
