"""The ground of the board: columns, lines, hatched hours, the free time under the mouse, and the cards upon it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ketaclinic.domain.appointments import NOT_ON_THE_BOARD, Card, Status
from ketaclinic.domain.schedule import DayView
from ketaclinic.ui import theme
from ketaclinic.ui.palette import mix
from ketaclinic.ui.screens.day.card import CardWidget
from ketaclinic.ui.screens.day.card_ground import BAR
from ketaclinic.ui.screens.day.card_words import Look
from ketaclinic.ui.screens.day.geometry import (
    GRID,
    Geometry,
    Shut,
    at_minute,
    clock,
    lanes,
    minute_of,
    minutes_between,
    shut_times,
)
from ketaclinic.ui.screens.day.ground import NowLine, paint_lines, paint_shut


def shown_cards(view: DayView) -> tuple[Card, ...]:
    """The cards that have a place on the board: what was cancelled or moved away has none, nor a chair not shown."""
    chairs = {chair.id for chair in view.chairs}
    visits = (c for c in view.cards if c.appointment.status not in NOT_ON_THE_BOARD)
    return tuple(c for c in visits if c.appointment.chair_id in chairs)


@dataclass(frozen=True, slots=True)
class FreePlace:
    """A start of the grid where nothing stands in the way of the eye."""

    column: int
    minute: int


class Canvas(QWidget):
    """Ground and cards of one day.

    Signals:
        free_time_clicked(int, int): chair id and minute of the day.
        card_made(CardWidget): a card joined the pool, to be connected once.
        emptied(): a click beside everything.
        free_menu_wanted(int, int, QPoint): a right click on free time, with the global place.
        banded(frozenset): the visits inside the rectangle being drawn with Shift.
    """

    free_menu_wanted = Signal(int, int, QPoint)
    banded = Signal(object)
    free_time_clicked = Signal(int, int)
    card_made = Signal(CardWidget)
    emptied = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, mouseTracking=True, accessibleName="Board")
        self.view: DayView | None = None
        self.measure: Geometry | None = None
        self.shut: tuple[Shut, ...] = ()
        self._pool: list[CardWidget] = []
        self._by_id: dict[int, CardWidget] = {}
        self._places: dict[int, QRect] = {}
        self._hover: FreePlace | None = None
        self._selected: frozenset[int] = frozenset()
        self._held: CardWidget | None = None
        self._band: QRect | None = None
        self._band_from: QPoint | None = None
        self.cursor_place: FreePlace | None = None
        self._wrong: dict[int, str] = {}
        self.ages = (15, 30)
        self.step = GRID
        self._now: datetime | None = None
        self._now_line = NowLine(self)
        theme.repaint_on_change(self)

    @property
    def cards(self) -> Mapping[int, CardWidget]:
        """The cards shown, by appointment."""
        return self._by_id

    @property
    def chair_ids(self) -> tuple[int, ...]:
        """The chairs of the columns, left to right."""
        return tuple(c.id for c in self.view.chairs) if self.view else ()

    def show_day(self, view: DayView, measure: Geometry, now: datetime | None) -> None:
        """Shows this day; a card whose visit stays keeps its widget, its focus and its place in the tab order."""
        self.view, self.measure, self._now, self._hover = view, measure, now, None
        self.cursor_place = None
        self.shut = shut_times(view.day, measure.span, view.hours, view.closures, self.chair_ids)
        self.resize(measure.width, measure.height)
        shown = shown_cards(view)
        self._assign(shown)
        self.lay_out(measure)
        self.show_now(now)
        self._order_tabs(shown)
        self.update()

    def _assign(self, shown: Sequence[Card]) -> None:
        self._set_held_aside({c.appointment.id for c in shown})
        keep = {c.appointment.id for c in shown}
        free = [w for w in self._pool if w.appointment_id not in keep]
        by_id = {w.appointment_id: w for w in self._pool if w.appointment_id in keep}
        names = {c.id: c.name for c in self.view.chairs} if self.view else {}
        for card in shown:
            widget = by_id.get(card.appointment.id)
            if widget is None:
                widget = free.pop() if free else self._new_card()
                by_id[card.appointment.id] = widget
            widget.show_card(card, names.get(card.appointment.chair_id, ""), self._look(card))
        for widget in free:
            widget.hide()
            widget.show_nothing()
        self._by_id = by_id

    def _set_held_aside(self, shown: set[int]) -> None:
        """The card in the mouse's hand leaves the pool while its own day is not in front, and comes back with it."""
        held = self._held
        if held is None:
            return
        if held.appointment_id in shown:
            if held not in self._pool:
                self._pool.append(held)
        elif held in self._pool:
            self._pool.remove(held)
            held.move(-20_000, 0)

    def _new_card(self) -> CardWidget:
        widget = CardWidget(self)
        self._pool.append(widget)
        self.card_made.emit(widget)
        return widget

    def _order_tabs(self, shown: Sequence[Card]) -> None:
        order = {chair: i for i, chair in enumerate(self.chair_ids)}
        ordered = sorted(shown, key=lambda c: (order.get(c.appointment.chair_id, 99), c.appointment.starts_at))
        widgets = [self._by_id[c.appointment.id] for c in ordered]
        for before, after in pairwise(widgets):
            QWidget.setTabOrder(before, after)

    def lay_out(self, measure: Geometry) -> None:
        """Puts every card at its place for this measure."""
        self.measure = measure
        self.resize(measure.width, measure.height)
        if self.view is None:
            return
        day = self.view.day
        self._places = {}
        for column, chair_id in enumerate(self.chair_ids):
            here = [w.card for w in self._by_id.values() if w.card and w.card.appointment.chair_id == chair_id]
            lane_of = lanes([c.appointment for c in here])
            for card in here:
                a = card.appointment
                lane, count = lane_of[a.id]
                box = measure.box(column, minute_of(a.starts_at, day), minute_of(a.ends_at, day), lane, count)
                self._places[a.id] = QRect(box.x, box.y, box.width, box.height)
        for id_, widget in self._by_id.items():
            place = self._places.get(id_)
            if place is not None:
                widget.setGeometry(place)
            widget.setVisible(place is not None)
        self.show_now(self._now)

    def place_of(self, appointment_id: int) -> QRect | None:
        """Where a visit lies."""
        return self._places.get(appointment_id)

    def card_of(self, appointment_id: int) -> Card | None:
        """The card shown of a visit."""
        widget = self._by_id.get(appointment_id)
        return widget.card if widget else None

    def spots(self) -> dict[int, tuple[int, int]]:
        """Column and minute of every visit shown."""
        view = self.view
        if view is None:
            return {}
        order = {chair: column for column, chair in enumerate(self.chair_ids)}
        visits = (w.card.appointment for w in self._by_id.values() if w.card)
        return {a.id: (order[a.chair_id], minute_of(a.starts_at, view.day)) for a in visits if a.chair_id in order}

    def select(self, ids: frozenset[int]) -> None:
        """Puts the halo around these visits."""
        if ids != self._selected:
            self._selected = ids
            self.update()

    def hold(self, appointment_id: int) -> None:
        """Keeps the widget of a card that the mouse holds, whatever day is shown: hidden, it would lose the mouse."""
        self._held = self._by_id.get(appointment_id)

    def release_held(self) -> None:
        """The mouse let go: the widget serves again."""
        held, self._held = self._held, None
        if held is not None and held.appointment_id not in self._by_id:
            held.hide()
            held.show_nothing()
            self._pool.append(held)

    def show_now(self, now: datetime | None) -> None:
        """Moves the now-line and lets the waiting times grow; None on other days."""
        self._now = now
        measure, view = self.measure, self.view
        minute = minute_of(now, view.day) if now and view else -1
        if measure is None or not measure.span.first <= minute <= measure.span.last:
            self._now_line.hide()
            return
        place = QRect(0, measure.y(minute), measure.width, 1)
        if place != self._now_line.geometry() or self._now_line.isHidden():
            self._now_line.setGeometry(place)
            self._now_line.show()
            self._now_line.raise_()
            self.update()
        crossed = [p for p in self._places.values() if p.top() <= place.y() <= p.bottom()]
        self._now_line.spare((p.left() + BAR + 2, p.right()) for p in crossed)
        names = {c.id: c.name for c in view.chairs} if view else {}
        for widget in self._by_id.values():
            if widget.card and widget.card.appointment.status is Status.ARRIVED:
                card = widget.card
                widget.show_card(card, names.get(card.appointment.chair_id, ""), self._look(card))

    def _look(self, card: Card) -> Look:
        wrong = self._wrong.get(card.appointment.id, "")
        if self._now is None or card.arrived_at is None or card.appointment.status is not Status.ARRIVED:
            return Look(wrong=wrong)
        waiting = max(minutes_between(card.arrived_at, self._now), 0)
        ageing = minutes_between(max(card.arrived_at, card.appointment.starts_at), self._now)
        amber, red = self.ages
        return Look(waiting, "red" if ageing >= red else "amber" if ageing >= amber else "", wrong)

    def show_wrong(self, wrong: Mapping[int, str]) -> None:
        """Marks the visits that cannot stay where they are, each with its reason."""
        if wrong != self._wrong:
            self._wrong = dict(wrong)
            names = {c.id: c.name for c in self.view.chairs} if self.view else {}
            for widget in self._by_id.values():
                if widget.card is not None:
                    chair = names.get(widget.card.appointment.chair_id, "")
                    widget.show_card(widget.card, chair, self._look(widget.card))

    def wrong_about(self, appointment_id: int) -> str:
        """Why a visit is out of place; empty when it is not."""
        return self._wrong.get(appointment_id, "")

    def paintEvent(self, event: QPaintEvent) -> None:
        measure, view = self.measure, self.view
        if measure is None or view is None:
            return
        painter = QPainter(self)
        dirty = event.rect()
        paint_lines(painter, measure, self.step, self.rect(), dirty)
        for shut in self.shut:
            paint_shut(painter, measure, shut, self.shut, dirty)
        for place, keyboard in ((self._hover, False), (self.cursor_place, True)):
            if place is not None:
                self._paint_offer(painter, place, keyboard=keyboard)
        for id_ in self._selected:
            self._paint_halo(painter, id_)
        if self._band is not None:
            self._paint_band(painter, self._band)
        painter.end()

    def hover_rect(self, place: FreePlace) -> QRect:
        """The box that offers a start."""
        measure = self.measure
        if measure is None:
            return QRect()
        box = measure.box(place.column, place.minute, place.minute + self.step)
        return QRect(box.x, box.y, box.width, max(box.height, 20))

    def _paint_offer(self, painter: QPainter, place: FreePlace, *, keyboard: bool) -> None:
        tokens = theme.tokens()
        rect = self.hover_rect(place)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(theme.color(tokens.focus if keyboard else tokens.accent_line), 2 if keyboard else 1))
        painter.setBrush(theme.color(tokens.accent_tint))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setFont(theme.font(12, True))
        painter.setPen(theme.color(tokens.accent_ink))
        painter.drawText(
            rect.adjusted(10, 0, -6, 0),
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            f"+ {clock(place.minute)}",
        )

    def _paint_halo(self, painter: QPainter, appointment_id: int) -> None:
        place = self._places.get(appointment_id)
        if place is None:
            return
        tokens = theme.tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color(mix(tokens.accent, tokens.surface, 0.28)), 3))
        painter.drawRoundedRect(QRectF(place).adjusted(-1.5, -1.5, 1.5, 1.5), 9, 9)
        painter.setPen(QPen(theme.color(tokens.accent), 2))
        painter.drawRoundedRect(QRectF(place).adjusted(-0.5, -0.5, 0.5, 0.5), 8, 8)

    @staticmethod
    def _paint_band(painter: QPainter, band: QRect) -> None:
        tokens = theme.tokens()
        ground = QColor(tokens.accent)
        ground.setAlphaF(0.10)
        painter.setPen(QPen(theme.color(tokens.accent), 1, Qt.PenStyle.DashLine))
        painter.setBrush(ground)
        painter.drawRect(band.adjusted(0, 0, -1, -1))

    def free_place(self, at: QPointF) -> FreePlace | None:
        """The start of the grid under a point, where that time is open, not past and not taken."""
        measure, view = self.measure, self.view
        if measure is None or view is None or not 0 <= at.x() < measure.width:
            return None
        column = measure.column(at.x())
        place = FreePlace(column, int(measure.minute(at.y()) // self.step) * self.step)
        return place if self.is_open(place) else None

    def is_open(self, place: FreePlace) -> bool:
        """Whether the board offers this start: within its hours, not closed and not past."""
        measure, view, minute = self.measure, self.view, place.minute
        if measure is None or view is None or not measure.span.first <= minute < measure.span.last:
            return False
        ends = minute + self.step
        if any(s.column == place.column and s.begins < ends and minute < s.ends for s in self.shut):
            return False
        return self._now is None or at_minute(view.day, ends) > self._now

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._band_from is not None:
            self._stretch_band(event.position().toPoint())
        else:
            self._set_hover(None if event.buttons() else self.free_place(event.position()))

    def leaveEvent(self, _event: QEvent) -> None:
        self._set_hover(None)

    def _set_hover(self, place: FreePlace | None) -> None:
        if place == self._hover:
            return
        for old in (self._hover, place):
            if old is not None:
                self.update(self.hover_rect(old).adjusted(-2, -2, 2, 2))
        self._hover = place
        self.setCursor(Qt.CursorShape.PointingHandCursor if place else Qt.CursorShape.ArrowCursor)

    def show_cursor(self, place: FreePlace | None) -> None:
        """Puts the keyboard's own place on free time; None takes it away."""
        if place != self.cursor_place:
            self.cursor_place = place
            self.update()

    def _stretch_band(self, to: QPoint) -> None:
        if self._band_from is None:
            return
        before, self._band = self._band, QRect(self._band_from, to).normalized()
        self.update((self._band if before is None else before.united(self._band)).adjusted(-2, -2, 2, 2))
        self.banded.emit(frozenset(id_ for id_, place in self._places.items() if place.intersects(self._band)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.button() == Qt.MouseButton.LeftButton and shift:
            self._set_hover(None)
            self._band_from = event.position().toPoint()
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._band_from is not None:
            was = self._band
            self._band_from = self._band = None
            self.update()
            if was is not None:
                return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        place = self.free_place(event.position())
        if place is None:
            self.emptied.emit()
        else:
            self.free_time_clicked.emit(self.chair_ids[place.column], place.minute)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = self.free_place(QPointF(event.pos()))
        if place is not None:
            self.free_menu_wanted.emit(self.chair_ids[place.column], place.minute, event.globalPos())
        event.accept()
