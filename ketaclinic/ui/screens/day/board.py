"""The board: sticky chairs and hours around the scrolling day, and the hand that moves visits on it."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QWidget

from ketaclinic.domain.appointments import Card
from ketaclinic.domain.schedule import DayView
from ketaclinic.ui import theme
from ketaclinic.ui.screens.day.canvas import Canvas, shown_cards
from ketaclinic.ui.screens.day.card import CardWidget
from ketaclinic.ui.screens.day.geometry import Geometry, at_minute, minute_of, neighbour, span_of
from ketaclinic.ui.screens.day.hand import MovingHand
from ketaclinic.ui.screens.day.header import AXIS_WIDTH, HEADER_HEIGHT, ChairHeader, TimeAxis

_CORNER = 12
_FIRST_KEYS = {Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Enter}


class Board(QScrollArea):
    """One day as chairs by time.

    Signals:
        card_chosen(int): an appointment was selected; 0 for none.
        free_time_clicked(int, datetime): chair and wall-clock start.
        menu_wanted(int, QPoint): Enter or right click on a card, with the global place.
        next_step_wanted(int): Ctrl+Enter on a card.
        opened_twice(int): a double click on a card.
    """

    card_chosen = Signal(int)
    free_time_clicked = Signal(int, object)
    menu_wanted = Signal(int, QPoint)
    next_step_wanted = Signal(int)
    opened_twice = Signal(int)

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Day board", frameShape=QFrame.Shape.NoFrame)
        self._now = now
        self.view: DayView | None = None
        self.selected = 0
        self._settled = False
        self.setViewportMargins(AXIS_WIDTH, HEADER_HEIGHT, 1, _CORNER // 2)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.canvas = Canvas(self)
        self.setWidget(self.canvas)
        self.viewport().setAutoFillBackground(False)
        self.canvas.setAutoFillBackground(False)
        self._build_edges()
        self.hand = MovingHand(self, self.canvas)
        self._connect()
        theme.repaint_on_change(self)

    def _build_edges(self) -> None:
        self.header = ChairHeader(self)
        self.axis = TimeAxis(self)
        self.corner = QLabel("Nurses", self, alignment=Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter)
        self.corner.setProperty("kind", "small")

    def _connect(self) -> None:
        self.verticalScrollBar().valueChanged.connect(self.axis.scroll_to)
        self.horizontalScrollBar().valueChanged.connect(self.header.scroll_to)
        self.canvas.card_made.connect(self._adopt)
        self.canvas.free_time_clicked.connect(self._free_time_clicked)
        self.canvas.emptied.connect(self._emptied)

    def _adopt(self, card: CardWidget) -> None:
        card.chosen.connect(self._card_chosen)
        card.picked_up.connect(self.hand.mouse_picked_up)
        card.dragged.connect(self.hand.mouse_dragged)
        card.dropped.connect(self.hand.drop)
        card.arrow_pressed.connect(self._arrow)
        card.carry_pressed.connect(self.hand.alt_arrow)
        card.carry_released.connect(self.hand.alt_released)
        card.opened.connect(self._card_opened)
        card.next_step_wanted.connect(self.next_step_wanted)
        card.opened_twice.connect(self.opened_twice)

    # what is shown

    def show_day(self, view: DayView) -> None:
        """Shows a day. The same day again keeps selection, focus and scroll; a visit in the hand stays there."""
        same = self.view is not None and self.view.day == view.day
        self.view = view
        if not same:
            self.hand.give_up()
            self._settled = False
        self.canvas.show_day(view, self._fitted(), self._now_here())
        self._show_edges()
        if self.selected not in self.canvas.cards:
            self.select(0)
        self.hand.follow_day()
        if not self._settled:
            self._scroll_to_the_hour()

    def tick(self) -> None:
        """Moves the now-line on."""
        now = self._now_here()
        self.canvas.show_now(now)
        self.axis.show_now(minute_of(now, self.view.day) if now and self.view else None)

    def _now_here(self) -> datetime | None:
        now = self._now()
        return now if self.view is not None and self.view.day == now.date() else None

    def _fitted(self) -> Geometry:
        view = self.view
        shown = [c.appointment for c in shown_cards(view)] if view else []
        span = span_of(view.day, view.hours, shown) if view else span_of(datetime(2000, 1, 1).date(), (), ())
        size = self.maximumViewportSize()
        columns = max(len(view.chairs), 1) if view else 1
        measure = Geometry.fitted(span, columns, size.width(), size.height())
        if measure.height > size.height():
            bar = self.verticalScrollBar().sizeHint().width()
            measure = Geometry.fitted(span, columns, size.width() - bar, size.height())
        return measure

    def _show_edges(self) -> None:
        view, measure = self.view, self.canvas.measure
        if view is None or measure is None:
            return
        self.header.show_chairs(measure, view.chairs, view.chair_use if view.hours else {})
        self.axis.show_day(measure, view.load)
        self.corner.setVisible(any(p.on_duty or p.monitored for p in view.load))
        self.tick()

    def _scroll_to_the_hour(self) -> None:
        measure, now = self.canvas.measure, self._now_here()
        if measure is None or not self.isVisible():
            return
        self._settled = True
        minute = minute_of(now, now.date()) if now else measure.span.first
        self.verticalScrollBar().setValue(max(measure.y(minute) - self.viewport().height() // 3, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        port = self.viewport().geometry()
        self.header.setGeometry(port.left(), 0, port.width(), HEADER_HEIGHT)
        self.axis.setGeometry(1, port.top(), AXIS_WIDTH - 1, port.height())
        self.corner.setGeometry(50, 0, AXIS_WIDTH - 52, HEADER_HEIGHT - 8)
        if self.view is not None:
            self.canvas.lay_out(self._fitted())
            self._show_edges()
            if not self._settled:
                self._scroll_to_the_hour()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.hand.give_up()
        self.hand.hush()

    def event(self, event: QEvent) -> bool:
        """Paints the rounded ground of the whole board before its parts."""
        if event.type() == QEvent.Type.Paint and isinstance(event, QPaintEvent):
            self._paint_frame()
            return True
        return super().event(event)

    def _paint_frame(self) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(theme.color(tokens.line), 1))
        painter.setBrush(theme.color(tokens.surface))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), _CORNER, _CORNER)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(theme.color(tokens.line))
        painter.drawLine(1, HEADER_HEIGHT - 1, AXIS_WIDTH, HEADER_HEIGHT - 1)
        painter.end()

    # selection

    def select(self, appointment_id: int, *, focus: bool = False) -> None:
        """Selects a visit and brings it into view; 0 for none."""
        widget = self.canvas.cards.get(appointment_id)
        chosen = appointment_id if widget is not None else 0
        self.canvas.select(chosen)
        if widget is not None and focus:
            self.ensureWidgetVisible(widget, 20, 40)
            if not widget.hasFocus():
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
        if chosen != self.selected:
            self.selected = chosen
            self.card_chosen.emit(chosen)

    def card_of(self, appointment_id: int) -> Card | None:
        """The card shown of a visit."""
        widget = self.canvas.cards.get(appointment_id)
        return widget.card if widget else None

    def _card_chosen(self, appointment_id: int) -> None:
        if self.hand.carry is not None and self.hand.carry.card.appointment.id != appointment_id:
            self.hand.give_up()
        self.hand.hush()
        self.select(appointment_id)

    def _emptied(self) -> None:
        self.hand.hush()
        if self.hand.carry is not None:
            self.hand.give_up()
        self.select(0)

    def _free_time_clicked(self, chair_id: int, minute: int) -> None:
        self.hand.hush()
        if self.view is not None:
            self.free_time_clicked.emit(chair_id, at_minute(self.view.day, minute))

    def _arrow(self, appointment_id: int, dx: int, dy: int) -> None:
        self.hand.hush()
        if self.hand.carry is not None:
            self.hand.step(dx, dy)
            return
        shown = shown_cards(self.view) if self.view else ()
        there = neighbour(shown, self.canvas.chair_ids, appointment_id, dx, dy)
        if there is not None:
            self.select(there, focus=True)

    def _card_opened(self, appointment_id: int, where: QPoint) -> None:
        if self.hand.carry is not None:
            self.hand.drop()
        else:
            self.hand.hush()
            self.menu_wanted.emit(appointment_id, where)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and (self.hand.carry is not None or self.hand.bubble.isVisible()):
            self.hand.give_up()
            self.hand.hush()
        elif event.key() in _FIRST_KEYS and not event.modifiers() and self.canvas.cards:
            self.select(self._first_card(), focus=True)
        else:
            event.ignore()

    def _first_card(self) -> int:
        """Where the arrows begin: the selected visit, or the next one to come."""
        if self.selected:
            return self.selected
        now = self._now()
        shown = sorted(shown_cards(self.view) if self.view else (), key=lambda c: c.appointment.starts_at)
        coming = [c for c in shown if c.appointment.ends_at > now] or shown
        return coming[0].appointment.id

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._emptied()
        event.accept()
