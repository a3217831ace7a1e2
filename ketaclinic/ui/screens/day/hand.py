"""The hand on the board: carries visits by mouse or keys, and shows what stands against the place they are over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from ketaclinic.domain.appointments import Card
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.move_check import MoveCheck
from ketaclinic.ui import text
from ketaclinic.ui.screens.day.canvas import Canvas, shown_cards
from ketaclinic.ui.screens.day.carry import Act, Carry, Companion, Drop, Hand, Over, Place, blocks, overridable
from ketaclinic.ui.screens.day.geometry import minute_of, next_on_grid, snapped
from ketaclinic.ui.screens.day.hand_view import HandView

_EDGE = 28
"""Pixels from the edge within which a drag scrolls."""
_OUTSIDE = 60
"""Pixels beyond the board from which a drop gives up instead of taking the nearest place."""
_TOGETHER = "Several visits go to another day on its board: hold them over the day until it opens."


class MovingHand(QObject):
    """Moves visits; nothing is saved until they are dropped where nothing stands against it.

    Signals:
        picked_up(tuple): these visits are in the hand; answer each with `take_check`.
        dropped(Drop): let go of at a place that may be, or that somebody may override.
        over_changed(Over): what the hand came over.
        days_hovered(QPoint): the hand moved over the calendar, in global coordinates.
        ended(): nothing is in the hand any more.
    """

    picked_up = Signal(object)
    dropped = Signal(object)
    over_changed = Signal(object)
    days_hovered = Signal(QPoint)
    ended = Signal()

    def __init__(self, board: QScrollArea, canvas: Canvas) -> None:
        super().__init__(board)
        self._board = board
        self.canvas = canvas
        self.carry: Carry | None = None
        self._seen = HandView(board, canvas)
        self.ghosts, self.bubble = self._seen.ghosts, self._seen.bubble
        self._zones: dict[Over, QWidget] = {}
        self.day_under: date | None = None  # the day of the calendar beneath the mouse
        self._edge_timer = QTimer(self, interval=16)
        self._edge_timer.timeout.connect(self._scroll_at_edge)
        self._mouse = QPoint()

    def add_zone(self, over: Over, widget: QWidget) -> None:
        """A place beside the board where visits may be dropped while it is visible."""
        self._zones[over] = widget

    # what is in the hand

    def follow_day(self) -> None:
        """After a day was shown: keeps what is in the hand, also on another day; lets go of what is gone."""
        carry, view = self.carry, self.canvas.view
        if carry is None or view is None:
            return
        there = {c.appointment.id for c in shown_cards(view)}
        if carry.origin is not None and carry.origin.day == view.day and carry.id not in there:
            self.give_up()
            return
        if carry.place.day != view.day:
            carry.place = replace(carry.place, day=view.day)
            self._ask(carry)
        for id_ in carry.ids:
            if id_ in self.canvas.cards:
                self.canvas.cards[id_].set_carried(carried=True)
        if self.canvas.measure is not None:
            carry.go(carry.place.column, carry.place.minute, self.canvas.measure.columns, self.canvas.measure.span)
        self._show_carry()

    @property
    def travels(self) -> bool:
        """Whether what is in the hand may come along to another day: one visit, by mouse or in the move mode."""
        carry = self.carry
        return carry is not None and carry.act is Act.MOVE and carry.hand is not Hand.ALT

    def pick_up(self, appointment_id: int, others: Sequence[int] = ()) -> None:
        """Starts the move mode: arrows choose, PgUp and PgDn change the day, Enter drops, Esc gives up."""
        if appointment_id in self.canvas.cards:
            self._begin(appointment_id, Hand.KEYS, others=others)
            self._board.setFocus(Qt.FocusReason.OtherFocusReason)

    def pick_up_length(self, appointment_id: int) -> None:
        """Starts changing the length by arrows: Enter takes it, Esc gives up."""
        if appointment_id in self.canvas.cards:
            self._begin(appointment_id, Hand.KEYS, act=Act.LENGTH)
            self._board.setFocus(Qt.FocusReason.OtherFocusReason)

    def pick_up_parked(self, card: Card, hand: Hand = Hand.KEYS) -> None:
        """Takes a visit from the pinboard; the move mode starts on the board, the mouse still at the pinboard."""
        view, measure = self.canvas.view, self.canvas.measure
        if view is None or measure is None or not self.canvas.chair_ids:
            return
        self.give_up()
        self.hush()
        a, chairs = card.appointment, self.canvas.chair_ids
        column = chairs.index(a.chair_id) if a.chair_id in chairs else 0
        minute = a.starts_at.hour * 60 + a.starts_at.minute
        place = Place(view.day, column, minute, a.phases.total)
        over = Over.PINBOARD if hand is Hand.MOUSE else Over.BOARD
        self.carry = Carry(card, hand, place, None, grip=(24, 10), over=over)
        self.carry.go(column, minute, measure.columns, measure.span)
        self._started()
        if hand is Hand.KEYS:
            self._board.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_check(self, appointment_id: int, check: MoveCheck) -> None:
        """Hears what may be answered about a visit in the hand."""
        if self.carry is not None and appointment_id in self.carry.ids:
            self.carry.checks[appointment_id] = check
            self._show_carry()

    def _begin(
        self,
        appointment_id: int,
        hand: Hand,
        grip: QPoint | None = None,
        act: Act = Act.MOVE,
        others: Sequence[int] = (),
    ) -> None:
        place = self._place_of(appointment_id)
        card = self.canvas.card_of(appointment_id)
        if card is None or place is None:
            return
        self.give_up()
        self.hush()
        at = grip or QPoint()
        along = tuple(c for id_ in others if id_ != appointment_id and (c := self._companion(id_, place)) is not None)
        self.carry = Carry(card, hand, place, place, act=act, others=along, grip=(at.x(), at.y()))
        for id_ in self.carry.ids:
            self.canvas.cards[id_].set_carried(carried=True)
        self._started()

    def _started(self) -> None:
        carry = self.carry
        if carry is None:
            return
        self._show_carry()
        self.over_changed.emit(carry.over)
        if carry.stuck is None:
            self._ask(carry)

    def _ask(self, carry: Carry) -> None:
        missing = tuple(
            id_ for id_ in carry.ids if id_ not in carry.checks or carry.place.day not in carry.checks[id_].days
        )
        if missing:
            self.picked_up.emit(missing)

    def _place_of(self, appointment_id: int) -> Place | None:
        card, view = self.canvas.card_of(appointment_id), self.canvas.view
        if card is None or view is None or card.appointment.chair_id not in self.canvas.chair_ids:
            return None
        a = card.appointment
        column = self.canvas.chair_ids.index(a.chair_id)
        return Place(view.day, column, minute_of(a.starts_at, view.day), a.phases.total)

    def _companion(self, appointment_id: int, lead: Place) -> Companion | None:
        place, card = self._place_of(appointment_id), self.canvas.card_of(appointment_id)
        if place is None or card is None:
            return None
        return Companion(card, place.column - lead.column, place.minute - lead.minute)

    # the mouse

    def mouse_picked_up(self, appointment_id: int, grip: QPoint, others: Sequence[int] = ()) -> None:
        """The mouse began to drag a card, holding it at `grip`."""
        self._begin(appointment_id, Hand.MOUSE, grip, others=others)

    def mouse_took_edge(self, appointment_id: int, grip: QPoint) -> None:
        """The mouse began to drag the lower edge of a card; the grip is counted from that edge."""
        self._begin(appointment_id, Hand.MOUSE, grip, act=Act.LENGTH)

    def mouse_dragged(self, where: QPoint) -> None:
        """The mouse moved on, in global coordinates."""
        if self.carry is None or self.carry.hand is not Hand.MOUSE:
            return
        self._mouse = where
        if not self._edge_timer.isActive() and self._edge_speed() != QPoint():
            self._edge_timer.start()
        self._follow_mouse()

    def _follow_mouse(self) -> None:
        measure, carry = self.canvas.measure, self.carry
        if measure is None or carry is None:
            return
        at = self.canvas.mapFromGlobal(self._mouse)
        before, carry.over = carry.over, self._over(carry)
        changed = before is not carry.over
        if carry.over is Over.BOARD and carry.stuck is None:
            step = self.canvas.step
            if carry.act is Act.LENGTH:
                ends = snapped(measure.minute(at.y() - carry.grip[1]), step)
                changed |= carry.stretch(ends - carry.place.minute, measure.span)
            else:
                minute = snapped(measure.minute(at.y() - carry.grip[1]), step)
                changed |= carry.go(measure.column(at.x()), minute, measure.columns, measure.span)
        if changed:
            self._show_carry()
        if before is not carry.over:
            self.over_changed.emit(carry.over)
        if carry.over is Over.DAYS:
            self.days_hovered.emit(self._mouse)

    def _over(self, carry: Carry) -> Over:
        if carry.act is Act.LENGTH:
            return Over.BOARD
        for over, widget in self._zones.items():
            if widget.isVisible() and widget.rect().contains(widget.mapFromGlobal(self._mouse)):
                return over
        port = self._board.viewport()
        inside = port.rect().adjusted(-_OUTSIDE, -_OUTSIDE, _OUTSIDE, _OUTSIDE)
        return Over.BOARD if inside.contains(port.mapFromGlobal(self._mouse)) else Over.OUTSIDE

    def _edge_speed(self) -> QPoint:
        at, port = self._board.viewport().mapFromGlobal(self._mouse), self._board.viewport().rect()

        def speed(value: int, low: int, high: int) -> int:
            if value < low + _EDGE:
                return -min((low + _EDGE - value) // 3 + 1, 14)
            return min((value - high + _EDGE) // 3 + 1, 14) if value > high - _EDGE else 0

        return QPoint(speed(at.x(), port.left(), port.right()), speed(at.y(), port.top(), port.bottom()))

    def _scroll_at_edge(self) -> None:
        speed = self._edge_speed()
        carry = self.carry
        if carry is None or carry.hand is not Hand.MOUSE or carry.over is not Over.BOARD or speed == QPoint():
            self._edge_timer.stop()
            return
        for bar, by in ((self._board.horizontalScrollBar(), speed.x()), (self._board.verticalScrollBar(), speed.y())):
            bar.setValue(bar.value() + by)
        self._follow_mouse()

    # the keys

    def alt_arrow(self, appointment_id: int, dx: int, dy: int, others: Sequence[int] = ()) -> None:
        """Alt with an arrow: picks up, and goes on by chairs or steps of the grid."""
        if self.carry is None:
            self._begin(appointment_id, Hand.ALT, others=others)
        self.step(dx, dy)

    def alt_length(self, appointment_id: int, dy: int) -> None:
        """Ctrl+Alt with an arrow: changes the length by a step of the grid."""
        if self.carry is None:
            self._begin(appointment_id, Hand.ALT, act=Act.LENGTH)
        self.step(0, dy)

    def alt_released(self) -> None:
        """Alt was let go: drops what it carried."""
        if self.carry is not None and self.carry.hand is Hand.ALT:
            self.drop()

    def step(self, dx: int, dy: int) -> None:
        """Goes on by chairs or steps of the grid; a start beside the grid first comes onto it."""
        carry, measure = self.carry, self.canvas.measure
        if carry is None or measure is None:
            return
        if carry.stuck is None:
            carry.over = Over.BOARD
            place, step = carry.place, self.canvas.step
            if carry.act is Act.LENGTH:
                ends = next_on_grid(place.minute + place.minutes, dy, step)
                carry.stretch(ends - place.minute, measure.span)
            else:
                minute = next_on_grid(place.minute, dy, step)
                carry.go(place.column + dx, minute, measure.columns, measure.span)
        self._show_carry()
        centre = self.ghosts.geometry().center()
        self._board.ensureVisible(centre.x(), centre.y(), 60, 90)
        self._show_carry()

    def _show_carry(self) -> None:
        if self.carry is not None:
            self._seen.show(self.carry, self._mouse)

    # letting go

    def drop(self) -> None:
        """Lets go: asks for the move, or shows at the place why it may not be and returns the visits."""
        carry = self.carry
        if carry is None:
            return
        if carry.over is Over.OUTSIDE:
            self.give_up()
            return
        if carry.over is not Over.BOARD:
            self._drop_beside(carry)
            return
        findings = carry.told(self.canvas.chair_ids)
        if blocks(findings):
            self.refuse(carry.place.column, carry.place.minute, blocks(findings), self._seen.title(carry))
            return
        if carry.moved:
            self._let_go(carry, overridable(findings))
        else:
            self.give_up()

    def park(self) -> None:
        """Puts what is in the hand on the pinboard."""
        if self.carry is not None and self.carry.act is Act.MOVE:
            self.carry.over = Over.PINBOARD
            self._drop_beside(self.carry)

    def _drop_beside(self, carry: Carry) -> None:
        stuck = carry.stuck
        if stuck is not None:
            findings = carry.told(self.canvas.chair_ids)
            self.refuse(carry.place.column, carry.place.minute, findings, self._seen.title(carry))
        elif carry.over is Over.PINBOARD:
            if carry.origin is None:
                self.give_up()
            else:
                self._let_go(carry, ())
        elif self.day_under is None:
            self.give_up()
        elif carry.others:
            one_by_one = Finding("one-by-one", Severity.BLOCK, _TOGETHER)
            self.refuse(carry.place.column, carry.place.minute, (one_by_one,), self._seen.title(carry))
        else:
            self._let_go(carry, (), self.day_under)

    def _let_go(self, carry: Carry, findings: tuple[Finding, ...], day: date | None = None) -> None:
        placed = carry.placed(self.canvas.chair_ids)
        drop = Drop(carry.act, carry.over, placed, carry.origin is None, findings, day)
        self.give_up()
        self.dropped.emit(drop)

    def refuse(self, column: int, minute: int, findings: Sequence[Finding], title: str) -> None:
        """Shows at a place why it may not be."""
        measure = self.canvas.measure
        self.give_up()
        if measure is None:
            return
        box = measure.box(column, minute, minute + 30)
        self._seen.refuse(title, findings, QRect(box.x, box.y, box.width, box.height))

    def refuse_move(self, chair_id: int, starts_at: datetime, sentence: str) -> None:
        """Shows at the place of a drop what the booking answered."""
        if self.canvas.view is None or chair_id not in self.canvas.chair_ids:
            return
        column = self.canvas.chair_ids.index(chair_id)
        title = f"{text.clock(starts_at)} · {self.canvas.view.chairs[column].name}"
        finding = Finding("refused", Severity.BLOCK, sentence)
        self.refuse(column, minute_of(starts_at, self.canvas.view.day), (finding,), title)

    def give_up(self) -> None:
        """Puts the visits back; nothing was saved."""
        carry = self.carry
        if carry is None:
            return
        self.carry = None
        for id_ in carry.ids:
            if id_ in self.canvas.cards:
                self.canvas.cards[id_].set_carried(carried=False)
        self._edge_timer.stop()
        self._seen.hide()
        self.canvas.release_held()
        self.ended.emit()

    def hush(self) -> None:
        """Takes a refusal away that was read."""
        self._seen.hush(empty=self.carry is None)
