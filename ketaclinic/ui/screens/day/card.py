"""A visit on the board: a widget that paints itself, takes the focus and speaks its name."""

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from ketaclinic.domain.appointments import Card
from ketaclinic.ui.screens.day.card_ground import paint_ground
from ketaclinic.ui.screens.day.card_words import NOTHING, CardText, Look, card_text, paint_words, spoken
from ketaclinic.ui.screens.day.carry import RESIZABLE

_EDGE = 7
"""Pixels at the foot of a card by which its length is changed."""
_LEAST_FOR_EDGE = 34
"""Height of a card below which its foot is no handle."""
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}

_WALKED = {
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
}
"""Ways of the focus that also select; a window that comes to the front selects nothing."""


class CardWidget(QAbstractButton):
    """One visit. It is pooled: `show_card` gives it another visit without making a widget.

    Signals:
        chosen(int): the visit was pressed or took the focus.
        added(int): Ctrl and a press, or Ctrl+Space: in or out of the selection.
        reached(int): Shift and a press: everything up to here.
        clicked_alone(int): a plain click that did not become a drag.
        picked_up(int, QPoint): the mouse began to drag; the point is where it holds the card.
        edge_taken(int, QPoint): the mouse began to drag the lower edge; the point is counted from that edge.
        dragged(QPoint): the mouse moved with the card, in global coordinates.
        dropped(): the mouse let go of the card.
        arrow_pressed(int, int, int): an arrow key, as appointment id, chairs, steps.
        reach_pressed(int, int, int): Shift with an arrow key, the same way.
        carry_pressed(int, int, int): Alt with an arrow key, the same way.
        length_pressed(int, int): Ctrl+Alt with up or down.
        carry_released(): the Alt key was let go.
        opened(int, QPoint): Enter or the menu key, with the global place for a menu.
        next_step_wanted(int): Ctrl+Enter.
        opened_twice(int): a double click.
        rested(int): the mouse came over the card; 0 when it left.
    """

    chosen = Signal(int)
    added = Signal(int)
    reached = Signal(int)
    clicked_alone = Signal(int)
    picked_up = Signal(int, QPoint)
    edge_taken = Signal(int, QPoint)
    dragged = Signal(QPoint)
    dropped = Signal()
    arrow_pressed = Signal(int, int, int)
    reach_pressed = Signal(int, int, int)
    carry_pressed = Signal(int, int, int)
    length_pressed = Signal(int, int)
    carry_released = Signal()
    opened = Signal(int, QPoint)
    next_step_wanted = Signal(int)
    opened_twice = Signal(int)
    rested = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, focusPolicy=Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover, True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.card: Card | None = None
        self.words: CardText | None = None
        self.carried = False
        self._chair = self._wrong = ""
        self._press: QPoint | None = None
        self._dragging = self._at_edge = False
        self.setMouseTracking(True)

    @property
    def appointment_id(self) -> int:
        """The visit shown, 0 for none."""
        return self.card.appointment.id if self.card else 0

    def show_card(self, card: Card, chair: str, look: Look = NOTHING) -> None:
        """Shows this visit from now on."""
        words = card_text(card, look)
        if (card, words, chair, look.wrong) == (self.card, self.words, self._chair, self._wrong):
            return
        self.card, self.words, self._chair, self._wrong = card, words, chair, look.wrong
        self.setAccessibleName(spoken(card, chair, look))
        self.setAccessibleDescription(
            f"{card.desk_name}. Enter opens, Alt with arrows moves, Ctrl and Alt with arrows changes the length."
        )
        self.update()

    def show_nothing(self) -> None:
        """Waits in the pool for another visit."""
        self.card = self.words = None
        self.carried = False
        self.setAccessibleName("")

    def set_carried(self, *, carried: bool) -> None:
        """Pales while its ghost is in the hand."""
        if carried != self.carried:
            self.carried = carried
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self.card is None or self.words is None:
            return
        painter = QPainter(self)
        rect = QRect(0, 0, self.width(), self.height())
        if self.carried:
            painter.setOpacity(0.35)
        paint_ground(painter, rect, self.card)
        paint_words(painter, rect, self.words, self.card.appointment.status)
        painter.end()

    def _near_edge(self, at: QPoint) -> bool:
        """Whether the mouse is where the length is changed."""
        return self.resizable and self.height() >= _LEAST_FOR_EDGE and at.y() >= self.height() - _EDGE

    @property
    def resizable(self) -> bool:
        """Whether this visit's length may be changed."""
        return self.card is not None and self.card.appointment.status in RESIZABLE

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.rested.emit(0)
        left = event.button() == Qt.MouseButton.LeftButton
        if left and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.added.emit(self.appointment_id)
        elif left and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.reached.emit(self.appointment_id)
        else:
            if left:
                self._press = event.position().toPoint()
                self._dragging, self._at_edge = False, self._near_edge(self._press)
            self.chosen.emit(self.appointment_id)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        here = event.position().toPoint()
        if self._press is None or not event.buttons() & Qt.MouseButton.LeftButton:
            edge = self._near_edge(here)
            self.setCursor(Qt.CursorShape.SizeVerCursor if edge else Qt.CursorShape.PointingHandCursor)
            return
        if not self._dragging:
            if (here - self._press).manhattanLength() < QApplication.startDragDistance():
                return
            self._dragging = True
            if self._at_edge:
                self.edge_taken.emit(self.appointment_id, self._press - QPoint(0, self.height()))
            else:
                self.picked_up.emit(self.appointment_id, self._press)
        self.dragged.emit(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_pressed, was_dragging = self._press is not None, self._dragging
        self._dragging, self._press = False, None
        if event.button() == Qt.MouseButton.LeftButton and was_dragging:
            self.dropped.emit()
        elif event.button() == Qt.MouseButton.LeftButton and was_pressed:
            self.clicked_alone.emit(self.appointment_id)
        event.accept()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.rested.emit(self.appointment_id)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.rested.emit(0)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.opened_twice.emit(self.appointment_id)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.opened.emit(self.appointment_id, event.globalPos())
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in _WALKED:
            self.chosen.emit(self.appointment_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _ARROWS.get(Qt.Key(event.key()))
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if step and alt and ctrl and step[1]:
            self.length_pressed.emit(self.appointment_id, step[1])
        elif step and alt and not ctrl:
            self.carry_pressed.emit(self.appointment_id, *step)
        elif step and shift and not ctrl:
            self.reach_pressed.emit(self.appointment_id, *step)
        elif step and not ctrl:
            self.arrow_pressed.emit(self.appointment_id, *step)
        elif event.key() == Qt.Key.Key_Space and ctrl:
            self.added.emit(self.appointment_id)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and ctrl:
            self.next_step_wanted.emit(self.appointment_id)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.opened.emit(self.appointment_id, self.mapToGlobal(QPoint(18, min(self.height(), 40))))
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Alt and not event.isAutoRepeat():
            self.carry_released.emit()
        event.ignore()
