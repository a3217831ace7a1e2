"""The strip above the board for visits that have no place yet: dropped there they are parked, dragged away placed.

What it shows is in the database: another desk sees it, and it is there again tomorrow.

Signals of `Pinboard`: `picked_up(Card)`, `dragged(QPoint)` in global coordinates, `dropped()` the mouse and a parked
visit; `place_wanted(Card)` Enter on one; `menu_wanted(Card, QPoint)` its menu, with the global place.
"""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from ketaclinic.domain.appointments import Card, Status
from ketaclinic.ui import text, theme
from ketaclinic.ui.palette import mix

HEIGHT = 52
_CARD = 40
_WIDEST = 240
_HINT = "Drop a card here while you change the day"


class ParkedCard(QAbstractButton):
    """One visit to place: who, which session, since when, and the day it was meant for."""

    picked_up = Signal(object)
    dragged = Signal(QPoint)
    dropped = Signal()
    place_wanted = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, card: Card, parent: QWidget) -> None:
        super().__init__(parent, focusPolicy=Qt.FocusPolicy.StrongFocus)
        self.card = card
        a = card.appointment
        self._first = (card.patient_name, card.label)
        meant = f"for {text.weekday_day(a.starts_at.date())}"
        self._second = f"{meant} · here since {text.day_month(card.since.date())}" if card.since else meant
        self.setAccessibleName(f"To place: {card.patient_name}, {card.label}, {self._second}")
        self.setAccessibleDescription("Enter takes it to the board, arrows choose the place.")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._press: QPoint | None = None
        self._dragging = False
        theme.repaint_on_change(self)

    def sizeHint(self) -> QSize:
        bold, plain = QFontMetrics(theme.font(13, True)), QFontMetrics(theme.font(12))
        first = bold.horizontalAdvance(self._first[0]) + 10 + bold.horizontalAdvance(self._first[1])
        wide = max(first, plain.horizontalAdvance(self._second))
        return QSize(min(wide + 32, _WIDEST), _CARD)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens()
        look = tokens.status[Status.PROPOSED]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._dragging:
            painter.setOpacity(0.4)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        lit = self.underMouse() or self.hasFocus()
        border = tokens.focus if self.hasFocus() else mix(look.fill, tokens.surface, 0.5)
        painter.setPen(QPen(theme.color(border), 2 if self.hasFocus() else 1))
        painter.setBrush(theme.color(look.strong_tint if lit else look.tint))
        painter.drawRoundedRect(frame, 7, 7)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(look.fill))
        painter.drawRoundedRect(QRectF(5, 8, 4, self.height() - 16), 2, 2)
        left, right = 17, self.width() - 11
        painter.setFont(theme.font(13, True))
        painter.setPen(theme.color(tokens.ink))
        name, label = self._first
        wide = painter.fontMetrics().horizontalAdvance(label)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRect(left, 3, right - left, 18), int(middle | Qt.AlignmentFlag.AlignRight), label)
        shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, right - left - wide - 10)
        painter.drawText(QRect(left, 3, right - left - wide - 8, 18), int(middle), shown)
        painter.setFont(theme.font(12))
        painter.setPen(theme.color(tokens.ink2))
        room = QRect(left, 20, right - left, 16)
        shown = painter.fontMetrics().elidedText(self._second, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, int(middle), shown)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.button() == Qt.MouseButton.LeftButton:
            self._press = event.position().toPoint()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        if not self._dragging:
            if (event.position().toPoint() - self._press).manhattanLength() < QApplication.startDragDistance():
                return
            self._dragging = True
            self.update()
            self.picked_up.emit(self.card)
        self.dragged.emit(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        was_dragging, self._dragging, self._press = self._dragging, False, None
        self.update()
        event.accept()
        if was_dragging and event.button() == Qt.MouseButton.LeftButton:
            self.dropped.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.place_wanted.emit(self.card)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()
        self.menu_wanted.emit(self.card, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.place_wanted.emit(self.card)
        elif event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Right)
        else:
            event.ignore()


class _Row(QScrollArea):
    """Scrolls sideways, with the wheel too."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        by = event.angleDelta().x() or event.angleDelta().y()
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - by // 2)
        event.accept()


class Pinboard(QFrame):
    """Visits to place, one beside the other; also the place where visits are dropped while the day is changed."""

    picked_up = Signal(object)
    dragged = Signal(QPoint)
    dropped = Signal()
    place_wanted = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Pinboard")
        self.cards: tuple[Card, ...] = ()
        self._over = False
        self._title = QLabel("Pinboard")
        self._title.setProperty("kind", "section")
        self._hint = QLabel(_HINT)
        self._hint.setProperty("kind", "second")
        inside = QWidget(objectName="scrolled")
        self._row = QHBoxLayout(inside, spacing=8)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addStretch(1)
        self._scroll = _Row(widgetResizable=True, frameShape=QFrame.Shape.NoFrame)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setFixedHeight(_CARD + 2)
        self._scroll.setWidget(inside)
        self._scroll.horizontalScrollBar().rangeChanged.connect(self._show_more)
        self._scroll.horizontalScrollBar().valueChanged.connect(self._show_more)
        self._more = QLabel()
        self._more.setProperty("kind", "second")
        layout = QHBoxLayout(self, spacing=12)
        layout.setContentsMargins(14, 5, 14, 5)
        layout.addWidget(self._title)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self._more)
        layout.addWidget(self._hint)
        self.setFixedHeight(HEIGHT)
        theme.repaint_on_change(self)

    @property
    def parked(self) -> list[ParkedCard]:
        """The widgets of what is to be placed, in their order."""
        found = [self._row.itemAt(i).widget() for i in range(self._row.count())]
        return [w for w in found if isinstance(w, ParkedCard)]

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Shows these visits; a card that stays keeps its widget and its focus."""
        shown = tuple(cards)
        if shown == self.cards:
            return
        kept = {w.card: w for w in self.parked}
        self.cards = shown
        for card, widget in kept.items():
            if card not in shown:
                self._row.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        for index, card in enumerate(shown):
            if card in kept:
                self._row.removeWidget(kept[card])
            self._row.insertWidget(index, kept.get(card) or self._made(card))
        self.setAccessibleDescription(text.count(len(shown), "visit") + " to place")
        self._show_more()

    def _made(self, card: Card) -> ParkedCard:
        made = ParkedCard(card, self)
        made.picked_up.connect(self.picked_up)
        made.dragged.connect(self.dragged)
        made.dropped.connect(self.dropped)
        made.place_wanted.connect(self.place_wanted)
        made.menu_wanted.connect(self.menu_wanted)
        return made

    def _show_more(self) -> None:
        """Says how many are beyond the edge."""
        bar = self._scroll.horizontalScrollBar()
        right = bar.value() + self._scroll.viewport().width()
        beyond = sum(w.geometry().right() > right for w in self.parked) if bar.maximum() else 0
        self._more.setText(f"+{beyond}" if beyond else "")
        self._more.setVisible(bool(beyond))
        self._hint.setVisible(len(self.cards) < 4)

    def focus_first(self) -> None:
        """Gives the keyboard to the first visit there is to place."""
        if self.parked:
            self.parked[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def set_over(self, *, over: bool) -> None:
        """Lights up while visits are held over it."""
        if over != self._over:
            self._over = over
            self._hint.setText("Let go to put it on the pinboard" if over else _HINT)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.color(tokens.accent if self._over else tokens.line_strong), 2 if self._over else 1)
        pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(theme.color(tokens.accent_tint if self._over else tokens.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        painter.end()
