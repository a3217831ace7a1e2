"""What becomes of a drop: visits moved, made longer, parked or placed, and overridden where that is asked.

Signals of `MovingDesk`: `day_changed()` read the day and the visit again; `placed(int)` a visit to select; `day_wanted(
date)` another day comes to the front; `moved_alone(MovedAlone)` one visit went somewhere else, its course did not;
`freed(tuple[Appointment, ...])` visits as they were before they went somewhere else.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from uuid import uuid4

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from ketaclinic.domain.appointments import MOVABLE, Appointment, Card, Status
from ketaclinic.domain.findings import ClinicError, Finding, Refused
from ketaclinic.domain.move_check import MoveCheck
from ketaclinic.domain.moves import VisitMove
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.ui import text
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.day.board import Board
from ketaclinic.ui.screens.day.carry import Act, Drop, Over, Placed, blocks, overridable
from ketaclinic.ui.screens.day.course_offer import MovedAlone

_UNDO = "Ctrl+Z undoes it."


class MovingDesk(QObject):
    """Stands between the hand on the board and the booking."""

    day_changed = Signal()
    placed = Signal(int)
    day_wanted = Signal(object)
    moved_alone = Signal(object)
    freed = Signal(object)

    def __init__(self, context: ScreenContext, board: Board, over: QWidget) -> None:
        super().__init__(over)
        self._context, self._board, self._over = context, board, over
        board.hand.picked_up.connect(self._load_checks)
        board.hand.dropped.connect(self.take)

    # asking while it is in the hand

    def _load_checks(self, appointment_ids: Sequence[int]) -> None:
        carry = self._board.hand.carry
        day = carry.place.day if carry is not None else None
        user, booking = self._context.user(), self._context.services.booking

        def read() -> tuple[MoveCheck, ...]:
            return tuple(booking.move_check(user, id_, day) for id_ in appointment_ids)

        self._context.ops.run(self, read, self._take_checks, latest="check")

    def _take_checks(self, checks: Sequence[MoveCheck]) -> None:
        for check in checks:
            self._board.hand.take_check(check.appointment.id, check)

    # what was let go of

    def take(self, drop: Drop) -> None:
        """Does what a drop asks for; where somebody must override something, that is asked first."""
        if drop.over is Over.PINBOARD:
            self.park([p.card for p in drop.placed])
        elif drop.over is Over.DAYS and drop.day is not None:
            self.open_move(drop.placed[0].card, drop.day)
        elif drop.findings:
            self._ask_override(drop, drop.findings)
        else:
            self._save(drop, ())

    def _ask_override(self, drop: Drop, findings: Sequence[Finding]) -> None:
        from ketaclinic.ui.dialogs.override_dialog import OverrideDialog  # noqa: PLC0415 - seldom needed

        dialog = OverrideDialog(self._over, self._context, findings)
        dialog.given.connect(partial(self._save, drop))
        dialog.open()

    def _save(self, drop: Drop, overrides: tuple[BookingOverride, ...]) -> None:
        self._context.ops.run(
            self,
            self._work(drop, overrides, uuid4().hex),
            partial(self._done, drop),
            partial(self._refused, drop),
        )

    def _work(
        self, drop: Drop, overrides: tuple[BookingOverride, ...], command: str
    ) -> Callable[[], tuple[Appointment, ...]]:
        user, booking = self._context.user(), self._context.services.booking
        first = drop.placed[0]
        a = first.card.appointment
        if drop.act is Act.LENGTH:
            return lambda: (booking.resize(user, a.id, a.version, first.minutes, command, overrides),)
        if len(drop.placed) > 1:
            moves = tuple(_move(placed) for placed in drop.placed)
            return lambda: booking.move_all(user, moves, command, overrides)
        put = booking.place if drop.from_pinboard else booking.move
        return lambda: (put(user, a.id, a.version, first.chair_id, first.starts_at, command, overrides),)

    def _done(self, drop: Drop, visits: tuple[Appointment, ...]) -> None:
        name, first = drop.placed[0].card.patient_name, visits[0]
        if drop.act is Act.LENGTH:
            self._say(f"{name} now {self._span(first)}, {text.length(first.phases.visit)}.")
        elif len(visits) > 1:
            self._say(f"Moved {text.count(len(visits), 'visit')}.")
            self.freed.emit(tuple(placed.card.appointment for placed in drop.placed))
        elif drop.from_pinboard:
            self._say(f"Placed {name}, {self.where(first)}.")
        else:
            self._say(f"Moved {name} to {self.where(first)}.")
            self._tell_moved(drop.placed[0].card, first)
        if drop.from_pinboard or drop.placed[0].card.appointment.starts_at.date() != first.starts_at.date():
            self.placed.emit(first.id)

    def _tell_moved(self, card: Card, now: Appointment) -> None:
        was = card.appointment
        self.moved_alone.emit(MovedAlone(now.id, was.starts_at, now.starts_at, was.chair_id, now.chair_id))
        if was.status is not Status.PROPOSED:
            self.freed.emit((was,))

    def _refused(self, drop: Drop, error: ClinicError) -> None:
        """Someone was faster, or a rule sees more than the hand did: what may be overridden is asked, the rest said."""
        found = error.findings if isinstance(error, Refused) else ()
        asked = overridable(found)
        if asked and not blocks(found) and not drop.findings:
            self._ask_override(drop, asked)
        else:
            first = drop.placed[0]
            self._board.hand.refuse_move(first.chair_id, first.starts_at, str(error))
        self.day_changed.emit()

    def _say(self, sentence: str) -> None:
        self._context.notify(f"{sentence} {_UNDO}")

    def where(self, visit: Appointment) -> str:
        """A place in words: "12:00–13:40, Chair 1", with the day where it is not the one in front."""
        view = self._board.view
        chairs = {c.id: c.name for c in view.chairs} if view else {}
        day = "" if view and visit.starts_at.date() == view.day else f"{text.weekday_day(visit.starts_at.date())}, "
        return ", ".join(filter(None, (f"{day}{self._span(visit)}", chairs.get(visit.chair_id, ""))))

    @staticmethod
    def _span(visit: Appointment) -> str:
        return text.span(visit.starts_at, visit.starts_at + timedelta(minutes=visit.phases.visit))

    # the pinboard

    def park(self, cards: Sequence[Card]) -> None:
        """Puts visits on the pinboard; their chairs are free again."""
        user, booking = self._context.user(), self._context.services.booking
        visits = [(c.appointment.id, c.appointment.version, uuid4().hex) for c in cards]
        if not visits:
            return

        def work() -> None:
            for id_, version, command in visits:
                booking.park(user, id_, version, command)

        def done(_nothing: None) -> None:
            who = cards[0].patient_name if len(cards) == 1 else text.count(len(cards), "visit")
            self._say(f"{who}: on the pinboard.")

        self._context.ops.run(self, work, done, partial(self._not_parked, cards[0]))

    def _not_parked(self, card: Card, error: ClinicError) -> None:
        a = card.appointment
        if self._board.card_of(a.id) is not None:
            self._board.hand.refuse_move(a.chair_id, a.starts_at, str(error))
        else:
            self._context.ops.failed.emit(str(error))
        self.day_changed.emit()

    # several, and by dialog

    def swap(self, one: Card, other: Card) -> None:
        """Two visits change places."""
        first, second = one.appointment, other.appointment
        placed = (
            Placed(one, 0, second.chair_id, second.starts_at, first.phases.total),
            Placed(other, 0, first.chair_id, first.starts_at, second.phases.total),
        )
        self._save(Drop(Act.MOVE, Over.BOARD, placed), ())

    def open_move(self, card: Card, day: date | None = None) -> None:
        """The dialog that moves or places a visit, also on another day; it opens on that day's nearest free start."""
        from ketaclinic.ui.dialogs.move_dialog import MoveDialog  # noqa: PLC0415 - the first window does without

        if card.appointment.status in MOVABLE:
            dialog = MoveDialog(self._context, card, day=day, parent=self._over)
            dialog.moved.connect(partial(self._moved_by_dialog, card))
            dialog.open()

    def _moved_by_dialog(self, card: Card, visit: Appointment) -> None:
        self._say(f"Moved {card.patient_name} to {self.where(visit)}.")
        self._tell_moved(card, visit)
        if visit.starts_at.date() == (self._board.view.day if self._board.view else None):
            self.placed.emit(visit.id)


def _move(placed: Placed) -> VisitMove:
    a = placed.card.appointment
    return VisitMove(a.id, a.version, placed.chair_id, placed.starts_at)
