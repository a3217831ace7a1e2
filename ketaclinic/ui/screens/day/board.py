"""The board: sticky chairs and hours around the scrolling day, and the hand that moves visits on it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QScrollArea, QWidget

from ketaclinic.domain.appointments import Card
from ketaclinic.domain.schedule import DayView
from ketaclinic.ui import theme
from ketaclinic.ui.screens.day.axis import AXIS_WIDTH, TimeAxis
from ketaclinic.ui.screens.day.canvas import Canvas, shown_cards
from ketaclinic.ui.screens.day.card import CardWidget
from ketaclinic.ui.screens.day.geometry import Geometry, at_minute, minute_of, neighbour, span_of
from ketaclinic.ui.screens.day.hand import MovingHand
from ketaclinic.ui.screens.day.header import HEADER_HEIGHT, ChairHeader
from ketaclinic.ui.screens.day.place_cursor import PlaceCursor
from ketaclinic.ui.screens.day.selection import Selection, in_order

_CORNER = 12
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class Board(QScrollArea):
    """One day as chairs by time.

    Signals:
        card_chosen(int): an appointment was selected alone; 0 for none.
        several_chosen(tuple): more than one is selected.
        free_time_clicked(int, datetime): chair and wall-clock start.
        free_menu_wanted(int, datetime, QPoint): a menu for free time, with the global place.
        zoom_wanted(int, QPoint): Ctrl and the wheel: +1 larger, -1 smaller, at this point of the viewport.
        menu_wanted(int, QPoint): Enter or right click on a card, with the global place.
        next_step_wanted(int): Ctrl+Enter on a card.
        opened_twice(int): a double click on a card.
        card_rested(int): the mouse came over a card; 0 when it left.
    """

    card_rested = Signal(int)

    card_chosen = Signal(int)
    several_chosen = Signal(object)
    free_time_clicked = Signal(int, object)
    free_menu_wanted = Signal(int, object, QPoint)
    zoom_wanted = Signal(int, QPoint)
    menu_wanted = Signal(int, QPoint)
    next_step_wanted = Signal(int)
    opened_twice = Signal(int)

    def __init__(self, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="Day board", frameShape=QFrame.Shape.NoFrame)
        self._now = now
        self.view: DayView | None = None
        self.selection = Selection()
        self._settled = False
        self.setViewportMargins(AXIS_WIDTH, HEADER_HEIGHT, 1, _CORNER // 2)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.canvas = Canvas(self)
        self.setWidget(self.canvas)
        self.viewport().setAutoFillBackground(False)
        self.canvas.setAutoFillBackground(False)
        self._build_edges()
        self.hand = MovingHand(self, self.canvas)
        self.place_cursor = PlaceCursor(self, self.canvas)
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
        self.canvas.free_menu_wanted.connect(self._free_menu)
        self.canvas.banded.connect(self._banded)
        self.place_cursor.chosen.connect(self._free_time_clicked)
        self.place_cursor.menu_wanted.connect(self._free_menu)
        self.canvas.emptied.connect(self._emptied)

    def _adopt(self, card: CardWidget) -> None:
        hand = self.hand
        card.chosen.connect(self._card_chosen)
        card.added.connect(self._card_added)
        card.reached.connect(self._card_reached)
        card.clicked_alone.connect(self._clicked_alone)
        card.picked_up.connect(self._picked_up)
        card.edge_taken.connect(hand.mouse_took_edge)
        card.dragged.connect(hand.mouse_dragged)
        card.dropped.connect(hand.drop)
        card.arrow_pressed.connect(self._arrow)
        card.reach_pressed.connect(self._reach)
        card.carry_pressed.connect(self._carry_arrow)
        card.length_pressed.connect(hand.alt_length)
        card.carry_released.connect(hand.alt_released)
        card.opened.connect(self._card_opened)
        card.next_step_wanted.connect(self.next_step_wanted)
        card.opened_twice.connect(self.opened_twice)
        card.rested.connect(self.card_rested)

    # what is shown

    def show_day(self, view: DayView) -> None:
        """Shows a day. The same day again keeps selection, focus and scroll; a visit in the hand stays there."""
        same = self.view is not None and self.view.day == view.day
        self.view = view
        if not same:
            if self.hand.travels and self.hand.carry is not None:
                self.canvas.hold(self.hand.carry.id)
            else:
                self.hand.give_up()
            self._settled = False
        self.canvas.show_day(view, self._fitted(), self._now_here())
        self._show_edges()
        self._choose(self.selection.among(self.canvas.cards))
        if self.isVisible() and self.window().isActiveWindow() and QApplication.focusWidget() is None:
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # the card it was on has gone
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
        step = self.canvas.step
        measure = Geometry.fitted(span, columns, size.width(), size.height(), step)
        bar = self.verticalScrollBar().sizeHint().width()
        if measure.width > size.width():
            measure = Geometry.fitted(span, columns, size.width(), size.height() - bar, step)
        if measure.height > size.height():
            measure = Geometry.fitted(span, columns, size.width() - bar, size.height(), step)
        return measure

    def set_step(self, step: int, at: QPoint | None = None) -> None:
        """Draws the day larger or smaller; the minute at a point of the viewport stays under it."""
        before = self.canvas.measure
        if step == self.canvas.step:
            return
        self.canvas.step = step
        if self.view is None or before is None:
            return
        point = at or QPoint(0, self.viewport().height() // 2)
        bar = self.verticalScrollBar()
        minute = before.minute(point.y() + bar.value())
        self.canvas.lay_out(self._fitted())
        self._show_edges()
        self.hand.follow_day()
        if self.canvas.measure is not None:
            bar.setValue(self.canvas.measure.y(minute) - point.y())
        self.canvas.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.angleDelta().y():
                at = self.viewport().mapFromGlobal(event.globalPosition().toPoint())
                self.zoom_wanted.emit(1 if event.angleDelta().y() > 0 else -1, at)
            event.accept()
        else:
            super().wheelEvent(event)

    def _show_edges(self) -> None:
        view, measure = self.view, self.canvas.measure
        if view is None or measure is None:
            return
        self.header.show_chairs(measure, view.chairs, view.chair_use if view.hours else {})
        self.axis.show_day(measure, view)
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

    @property
    def selected(self) -> int:
        """The visit the keyboard stands on; 0 for none."""
        return self.selection.lead

    def select(self, appointment_id: int, *, focus: bool = False) -> None:
        """Selects a visit alone and brings it into view; 0 for none."""
        known = appointment_id if appointment_id in self.canvas.cards else 0
        self._choose(self.selection.only(known), focus=focus)

    def _choose(self, selection: Selection, *, focus: bool = False) -> None:
        """Shows a selection and tells what it is now."""
        before, self.selection = self.selection, selection
        self.canvas.select(selection.ids)
        widget = self.canvas.cards.get(selection.lead)
        if widget is not None and focus:
            self.place_cursor.leave()
            self.ensureWidgetVisible(widget, 20, 40)
            if not widget.hasFocus():
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
        if (before.ids, before.lead) == (selection.ids, selection.lead):
            return
        if selection.several:
            self.several_chosen.emit(tuple(in_order(selection.ids, self.canvas.spots())))
        elif before.several or before.lead != selection.lead:
            self.card_chosen.emit(selection.lead)

    def card_of(self, appointment_id: int) -> Card | None:
        """The card shown of a visit."""
        return self.canvas.card_of(appointment_id)

    def selected_cards(self) -> tuple[Card, ...]:
        """Every selected visit, by chair and time."""
        ids = in_order(self.selection.ids, self.canvas.spots())
        return tuple(card for id_ in ids if (card := self.card_of(id_)) is not None)

    def _others(self, appointment_id: int) -> tuple[int, ...]:
        """The visits that go along with this one."""
        ids = self.selection.ids
        return tuple(ids - {appointment_id}) if appointment_id in ids else ()

    def _card_chosen(self, appointment_id: int) -> None:
        self.hand.hush()
        if self.hand.carry is not None and self.hand.carry.id != appointment_id:
            self.hand.give_up()
        if appointment_id in self.selection.ids:
            self._choose(replace(self.selection, lead=appointment_id))  # a drag takes them all along
        else:
            self.select(appointment_id)

    def _clicked_alone(self, appointment_id: int) -> None:
        self._choose(self.selection.only(appointment_id))

    def _card_added(self, appointment_id: int) -> None:
        self.hand.give_up()
        self._choose(self.selection.toggled(appointment_id))

    def _card_reached(self, appointment_id: int) -> None:
        self.hand.give_up()
        self._choose(self.selection.reaching(appointment_id, self.canvas.spots()))

    def _banded(self, ids: frozenset[int]) -> None:
        self._choose(self.selection.these(ids))

    def _picked_up(self, appointment_id: int, grip: QPoint) -> None:
        self.hand.mouse_picked_up(appointment_id, grip, self._others(appointment_id))

    def _carry_arrow(self, appointment_id: int, dx: int, dy: int) -> None:
        self.hand.alt_arrow(appointment_id, dx, dy, self._others(appointment_id))

    def carry_selected(self) -> None:
        """Starts the move mode with everything that is selected."""
        self.hand.pick_up(self.selected, self._others(self.selected))

    def _emptied(self) -> None:
        self.hand.hush()
        self.place_cursor.leave()
        if self.hand.carry is not None:
            self.hand.give_up()
        self.select(0)

    def _free_time_clicked(self, chair_id: int, minute: int) -> None:
        self.hand.hush()
        if self.view is not None:
            self.free_time_clicked.emit(chair_id, at_minute(self.view.day, minute))

    def _free_menu(self, chair_id: int, minute: int, where: QPoint) -> None:
        self.hand.hush()
        if self.view is not None:
            self.free_menu_wanted.emit(chair_id, at_minute(self.view.day, minute), where)

    # keys

    def _arrow(self, appointment_id: int, dx: int, dy: int) -> None:
        self.hand.hush()
        if self.hand.carry is not None:
            self.hand.step(dx, dy)
            return
        there = self._beside(appointment_id, dx, dy)
        if there is not None:
            self.select(there, focus=True)

    def _reach(self, appointment_id: int, dx: int, dy: int) -> None:
        there = self._beside(appointment_id, dx, dy)
        if there is not None:
            self._choose(self.selection.reaching(there, self.canvas.spots()), focus=True)

    def _beside(self, appointment_id: int, dx: int, dy: int) -> int | None:
        shown = shown_cards(self.view) if self.view else ()
        return neighbour(shown, self.canvas.chair_ids, appointment_id, dx, dy)

    def _card_opened(self, appointment_id: int, where: QPoint) -> None:
        if self.hand.carry is not None:
            self.hand.drop()
        else:
            self.hand.hush()
            self.menu_wanted.emit(appointment_id, where)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _ARROWS.get(Qt.Key(event.key()))
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if self.hand.carry is not None and (step or event.key() in _ENTER):
            if step:
                self.hand.step(*step)
            else:
                self.hand.drop()
        elif event.key() == Qt.Key.Key_Escape and self._something_to_leave():
            self.hand.give_up()
            self.hand.hush()
            self.place_cursor.leave()
        elif step and ctrl and not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.place_cursor.move(*step, self.selected, self._now_here())
        elif self.place_cursor.use(event):
            event.accept()
        elif (step or event.key() in _ENTER) and not event.modifiers() and self.canvas.cards:
            self.select(self._first_card(), focus=True)
        else:
            event.ignore()

    def _something_to_leave(self) -> bool:
        return self.hand.carry is not None or self.hand.bubble.isVisible() or self.place_cursor.shown

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
