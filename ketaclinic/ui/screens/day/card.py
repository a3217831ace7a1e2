"""A visit on the board: a widget that paints itself, takes the focus and speaks its name."""

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from ketaclinic.domain.appointments import Card
from ketaclinic.ui.screens.day.card_ground import paint_ground
from ketaclinic.ui.screens.day.card_words import CardText, card_text, paint_words, spoken, told

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
        chosen(int): the visit was clicked or took the focus.
        picked_up(int, QPoint): the mouse began to drag; the point is where it holds the card.
        dragged(QPoint): the mouse moved with the card, in global coordinates.
        dropped(): the mouse let go of the card.
        arrow_pressed(int, int, int): an arrow key, as appointment id, chairs, steps.
        carry_pressed(int, int, int): Alt with an arrow key, the same way.
        carry_released(): the Alt key was let go.
        opened(int, QPoint): Enter or the menu key, with the global place for a menu.
        next_step_wanted(int): Ctrl+Enter.
        opened_twice(int): a double click.
    """

    chosen = Signal(int)
    picked_up = Signal(int, QPoint)
    dragged = Signal(QPoint)
    dropped = Signal()
    arrow_pressed = Signal(int, int, int)
    carry_pressed = Signal(int, int, int)
    carry_released = Signal()
    opened = Signal(int, QPoint)
    next_step_wanted = Signal(int)
    opened_twice = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, focusPolicy=Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover, True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.card: Card | None = None
        self.words: CardText | None = None
        self.carried = False
        self._press: QPoint | None = None
        self._dragging = False

    @property
    def appointment_id(self) -> int:
        """The visit shown, 0 for none."""
        return self.card.appointment.id if self.card else 0

    def show_card(self, card: Card, chair: str, waiting: int | None) -> None:
        """Shows this visit from now on."""
        words = card_text(card, waiting)
        if card == self.card and words == self.words:
            return
        self.card, self.words = card, words
        self.setAccessibleName(spoken(card, chair))
        self.setAccessibleDescription(f"{card.desk_name}. Enter opens, Alt with arrows moves.")
        self.setToolTip(told(card, chair))
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

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton:
            self._press = event.position().toPoint()
            self._dragging = False
        self.chosen.emit(self.appointment_id)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        here = event.position().toPoint()
        if not self._dragging:
            if (here - self._press).manhattanLength() < QApplication.startDragDistance():
                return
            self._dragging = True
            self.picked_up.emit(self.appointment_id, self._press)
        self.dragged.emit(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_dragging, self._dragging, self._press = self._dragging, False, None
        if was_dragging and event.button() == Qt.MouseButton.LeftButton:
            self.dropped.emit()
        event.accept()

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
        if step and alt and not ctrl:
            self.carry_pressed.emit(self.appointment_id, *step)
        elif step and not ctrl:
            self.arrow_pressed.emit(self.appointment_id, *step)
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
