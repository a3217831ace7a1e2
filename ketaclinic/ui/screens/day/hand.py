"""The hand on the board: carries a visit by mouse or keys, and shows what stands against the place it is over."""

from datetime import datetime, timedelta

from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtWidgets import QScrollArea

from ketaclinic.domain.findings import Finding, Severity, blocking
from ketaclinic.ui import text
from ketaclinic.ui.screens.day.canvas import Canvas, shown_cards
from ketaclinic.ui.screens.day.carry import Carry, Hand, MoveCheck
from ketaclinic.ui.screens.day.geometry import GRID, at_minute, minute_of, snapped
from ketaclinic.ui.screens.day.ghost import Bubble, Ghost

_EDGE = 28
"""Pixels from the edge within which a drag scrolls."""
_OUTSIDE = 60
"""Pixels beyond the board from which a drop gives up instead of taking the nearest place."""
_LEAVE = "Let go here to leave it where it is"
_REFUSAL_STAYS = 7000
"""Milliseconds a refusal stays to be read; any key or press takes it away earlier."""


class MovingHand(QObject):
    """Moves one visit at a time; nothing is saved until it is dropped where nothing stands against it.

    Signals:
        picked_up(int): a visit is in the hand; answer with `take_check`.
        move_wanted(int, int, datetime): dropped: appointment, chair, wall-clock start.
    """

    picked_up = Signal(int)
    move_wanted = Signal(int, int, object)

    def __init__(self, board: QScrollArea, canvas: Canvas) -> None:
        super().__init__(board)
        self._board = board
        self.canvas = canvas
        self.carry: Carry | None = None
        self.ghost = Ghost(canvas)
        self.bubble = Bubble(board.viewport())
        self._bubble_timer = QTimer(self, singleShot=True, interval=_REFUSAL_STAYS)
        self._bubble_timer.timeout.connect(self.bubble.hide)
        self._edge_timer = QTimer(self, interval=16)
        self._edge_timer.timeout.connect(self._scroll_at_edge)
        self._mouse = QPoint()

    def follow_day(self) -> None:
        """After the day was shown again: keeps the visit in the hand where it is, or lets go when it is gone."""
        carry, view = self.carry, self.canvas.view
        if carry is None:
            return
        cards = shown_cards(view) if view else ()
        if any(c.appointment.id == carry.card.appointment.id for c in cards):
            self.canvas.cards[carry.card.appointment.id].set_carried(carried=True)
            self._show_carry()
        else:
            self.give_up()

    def pick_up(self, appointment_id: int) -> None:
        """Starts the move mode: arrows choose, Enter drops, Esc gives up."""
        widget = self.canvas.cards.get(appointment_id)
        if widget is not None:
            widget.setFocus(Qt.FocusReason.OtherFocusReason)
            self._begin(appointment_id, Hand.KEYS)

    def take_check(self, appointment_id: int, check: MoveCheck) -> None:
        """Hears what may be answered about the visit in the hand."""
        if self.carry is not None and self.carry.card.appointment.id == appointment_id:
            self.carry.check = check
            self._show_carry()

    def _begin(self, appointment_id: int, hand: Hand, grip: QPoint | None = None) -> None:
        widget, view = self.canvas.cards.get(appointment_id), self.canvas.view
        card = widget.card if widget else None
        if card is None or view is None or card.appointment.chair_id not in self.canvas.chair_ids:
            return
        self.hush()
        a = card.appointment
        place = (self.canvas.chair_ids.index(a.chair_id), minute_of(a.starts_at, view.day))
        at = grip or QPoint()
        self.carry = Carry(card, hand, *place, origin=place, grip=(at.x(), at.y()))
        self.canvas.cards[appointment_id].set_carried(carried=True)
        self._show_carry()
        if self.carry.movable:
            self.picked_up.emit(appointment_id)

    def mouse_picked_up(self, appointment_id: int, grip: QPoint) -> None:
        """The mouse began to drag a card, holding it at `grip`."""
        self._begin(appointment_id, Hand.MOUSE, grip)

    def mouse_dragged(self, where: QPoint) -> None:
        """The mouse moved on with the card, in global coordinates."""
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
        outside, carry.outside = carry.outside, self._is_outside()
        minute = snapped(measure.minute(at.y() - carry.grip[1]))
        self._place(measure.column(at.x()), minute)
        if outside != carry.outside:
            self._show_carry()

    def _edge_speed(self) -> QPoint:
        at, port = self._board.viewport().mapFromGlobal(self._mouse), self._board.viewport().rect()

        def speed(value: int, low: int, high: int) -> int:
            if value < low + _EDGE:
                return -min((low + _EDGE - value) // 3 + 1, 14)
            return min((value - high + _EDGE) // 3 + 1, 14) if value > high - _EDGE else 0

        return QPoint(speed(at.x(), port.left(), port.right()), speed(at.y(), port.top(), port.bottom()))

    def _is_outside(self) -> bool:
        """Whether the mouse left the board: letting go there gives up."""
        port = self._board.viewport()
        return (
            not port.rect().adjusted(-_OUTSIDE, -_OUTSIDE, _OUTSIDE, _OUTSIDE).contains(port.mapFromGlobal(self._mouse))
        )

    def _scroll_at_edge(self) -> None:
        speed = self._edge_speed()
        if self.carry is None or self.carry.hand is not Hand.MOUSE or speed == QPoint():
            self._edge_timer.stop()
            return
        for bar, by in ((self._board.horizontalScrollBar(), speed.x()), (self._board.verticalScrollBar(), speed.y())):
            bar.setValue(bar.value() + by)
        self._follow_mouse()

    def alt_arrow(self, appointment_id: int, dx: int, dy: int) -> None:
        """Alt with an arrow: picks up, and goes on by chairs or steps of the grid."""
        if self.carry is None:
            self._begin(appointment_id, Hand.ALT)
        self.step(dx, dy)

    def alt_released(self) -> None:
        """Alt was let go: drops what it carried."""
        if self.carry is not None and self.carry.hand is Hand.ALT:
            self.drop()

    def step(self, dx: int, dy: int) -> None:
        """Goes on by chairs or steps of the grid; a start beside the grid first comes onto it."""
        carry = self.carry
        if carry is None:
            return
        minute = carry.minute
        if dy:
            on_grid = minute % GRID == 0
            minute = minute + dy * GRID if on_grid else (minute // GRID + (1 if dy > 0 else 0)) * GRID
        self._place(carry.column + dx, minute)
        self._board.ensureVisible(self.ghost.geometry().center().x(), self.ghost.geometry().center().y(), 60, 90)
        self._show_carry()

    def _place(self, column: int, minute: int) -> None:
        carry, measure = self.carry, self.canvas.measure
        if carry is None or measure is None:
            return
        if not carry.movable:
            self._show_carry()
            return
        total = carry.card.appointment.phases.total
        column = min(max(column, 0), measure.columns - 1)
        minute = min(max(minute, measure.span.first), max(measure.span.last - total, measure.span.first))
        if (column, minute) != (carry.column, carry.minute):
            carry.column, carry.minute = column, minute
            self._show_carry()

    def _starts_at(self, carry: Carry) -> datetime:
        day = self.canvas.view.day if self.canvas.view else carry.card.appointment.starts_at.date()
        return at_minute(day, carry.minute)

    def _carry_title(self, carry: Carry) -> str:
        starts = self._starts_at(carry)
        chair = self.canvas.view.chairs[carry.column].name if self.canvas.view else ""
        return f"{text.span(starts, starts + timedelta(minutes=carry.card.appointment.phases.visit))} · {chair}"

    def _show_carry(self) -> None:
        carry, measure = self.carry, self.canvas.measure
        if carry is None or measure is None:
            return
        if carry.outside:
            self.ghost.hide()
            self._say(_LEAVE, (), self.canvas.cards[carry.card.appointment.id].geometry())
            return
        starts = self._starts_at(carry)
        findings = carry.findings(self.canvas.chair_ids, starts)
        box = measure.box(carry.column, carry.minute, carry.minute + carry.card.appointment.phases.total)
        place = QRect(box.x, box.y, box.width, box.height)
        title = self._carry_title(carry)
        self.ghost.show_at(carry.card, place, title.split(" · ")[0], blocked=bool(blocking(findings)))
        self._say(title, findings, place)

    def _say(self, title: str, findings: tuple[Finding, ...], place: QRect) -> None:
        self._bubble_timer.stop()
        beside = place.translated(self.canvas.pos())
        self.bubble.say(title, findings, beside, self._board.viewport().rect())

    def drop(self) -> None:
        """Lets go: asks for the move, or shows at the place why it may not be and returns the visit."""
        carry = self.carry
        if carry is None:
            return
        starts = self._starts_at(carry)
        if carry.outside:
            self.give_up()
            return
        stands_against = blocking(carry.findings(self.canvas.chair_ids, starts))
        if stands_against:
            self.refuse(carry.column, carry.minute, stands_against, self._carry_title(carry))
            return
        moved, column = carry.moved, carry.column
        self.give_up()
        if moved:
            self.move_wanted.emit(carry.card.appointment.id, self.canvas.chair_ids[column], starts)

    def refuse(self, column: int, minute: int, findings: tuple[Finding, ...], title: str) -> None:
        """Shows at a place why it may not be."""
        measure = self.canvas.measure
        self.give_up()
        if measure is None:
            return
        box = measure.box(column, minute, minute + 30)
        self._say(title, findings, QRect(box.x, box.y, box.width, box.height))
        self._bubble_timer.start()

    def refuse_move(self, chair_id: int, starts_at: datetime, sentence: str) -> None:
        """Shows at the place of a drop what the booking answered."""
        if self.canvas.view is None or chair_id not in self.canvas.chair_ids:
            return
        column = self.canvas.chair_ids.index(chair_id)
        title = f"{text.clock(starts_at)} · {self.canvas.view.chairs[column].name}"
        finding = Finding("refused", Severity.BLOCK, sentence)
        self.refuse(column, minute_of(starts_at, self.canvas.view.day), (finding,), title)

    def give_up(self) -> None:
        """Puts the visit back; nothing was saved."""
        if self.carry is None:
            return
        widget = self.canvas.cards.get(self.carry.card.appointment.id)
        if widget is not None:
            widget.set_carried(carried=False)
        self.carry = None
        self._edge_timer.stop()
        self.ghost.hide()
        self.bubble.hide()

    def hush(self) -> None:
        """Takes a refusal away that was read."""
        self._bubble_timer.stop()
        if self.carry is None:
            self.bubble.hide()
