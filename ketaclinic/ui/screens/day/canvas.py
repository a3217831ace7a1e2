"""The ground of the board: columns, lines, hatched hours, the free time under the mouse, and the cards upon it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ketaclinic.domain.appointments import NOT_ON_THE_BOARD, Card, Status
from ketaclinic.domain.schedule import DayView
from ketaclinic.ui import theme
from ketaclinic.ui.palette import mix
from ketaclinic.ui.screens.day.card import CardWidget
from ketaclinic.ui.screens.day.card_ground import BAR, paint_hatch
from ketaclinic.ui.screens.day.geometry import (
    GRID,
    Geometry,
    Shut,
    clock,
    lanes,
    minute_of,
    shut_times,
)


def shown_cards(view: DayView) -> tuple[Card, ...]:
    """The cards that have a place on the board: what was cancelled or moved away has none."""
    return tuple(c for c in view.cards if c.appointment.status not in NOT_ON_THE_BOARD)


@dataclass(frozen=True, slots=True)
class FreePlace:
    """A start of the grid where nothing stands in the way of the eye."""

    column: int
    minute: int


class NowLine(QWidget):
    """The present minute across the board; so faint over a card's words that it strikes nothing through.

    Never takes the mouse.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words: tuple[tuple[int, int], ...] = ()
        self.hide()

    def spare(self, words: Iterable[tuple[int, int]]) -> None:
        """The stretches, left and right, where words stand."""
        found = tuple(sorted(words))
        if found != self._words:
            self._words = found
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        red = theme.color(theme.tokens().now)
        x = 0
        for left, right in self._words:
            painter.setOpacity(0.85)
            painter.fillRect(x, 0, left - x, self.height(), red)
            painter.setOpacity(0.22)
            painter.fillRect(left, 0, right - left, self.height(), red)
            x = right
        painter.setOpacity(0.85)
        painter.fillRect(x, 0, self.width() - x, self.height(), red)
        painter.end()


class Canvas(QWidget):
    """Ground and cards of one day.

    Signals:
        free_time_clicked(int, int): chair id and minute of the day.
        card_made(CardWidget): a card joined the pool, to be connected once.
        emptied(): a click beside everything.
    """

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
        self._selected = 0
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
        self.shut = shut_times(view.day, measure.span, view.hours, view.closures, self.chair_ids)
        self.resize(measure.width, measure.height)
        shown = shown_cards(view)
        self._assign(shown)
        self.lay_out(measure)
        self.show_now(now)
        self._order_tabs(shown)
        self.update()

    def _assign(self, shown: Sequence[Card]) -> None:
        keep = {c.appointment.id for c in shown}
        free = [w for w in self._pool if w.appointment_id not in keep]
        by_id = {w.appointment_id: w for w in self._pool if w.appointment_id in keep}
        names = {c.id: c.name for c in self.view.chairs} if self.view else {}
        for card in shown:
            widget = by_id.get(card.appointment.id)
            if widget is None:
                widget = free.pop() if free else self._new_card()
                by_id[card.appointment.id] = widget
            widget.show_card(card, names.get(card.appointment.chair_id, ""), self._waiting(card))
        for widget in free:
            widget.hide()
            widget.show_nothing()
        self._by_id = by_id

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

    def select(self, appointment_id: int) -> None:
        """Puts the halo around this visit; 0 for none."""
        if appointment_id != self._selected:
            self._selected = appointment_id
            self.update()

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
                widget.show_card(card, names.get(card.appointment.chair_id, ""), self._waiting(card))

    def _waiting(self, card: Card) -> int | None:
        if self._now is None or card.arrived_at is None:
            return None
        return max(int((self._now - card.arrived_at) / timedelta(minutes=1)), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        measure, view = self.measure, self.view
        if measure is None or view is None:
            return
        painter = QPainter(self)
        self._paint_lines(painter, measure)
        dirty = event.rect()
        for shut in self.shut:
            self._paint_shut(painter, measure, shut, dirty)
        self._paint_hover(painter, measure)
        self._paint_halo(painter)
        painter.end()

    def _paint_lines(self, painter: QPainter, measure: Geometry) -> None:
        tokens = theme.tokens()
        half = theme.color(mix(tokens.line, tokens.surface, 0.45))
        whole = theme.color(tokens.line)
        for minute in range(measure.span.first, measure.span.last + 1, 30):
            painter.setPen(half if minute % 60 else whole)
            y = measure.y(minute)
            painter.drawLine(0, y, self.width(), y)
        painter.setPen(whole)
        for column in range(measure.columns + 1):
            x = measure.x(column)
            painter.drawLine(x, 0, x, self.height())

    def _paint_shut(self, painter: QPainter, measure: Geometry, shut: Shut, dirty: QRect) -> None:
        tokens = theme.tokens()
        rect = QRect(measure.x(shut.column) + 1, measure.y(shut.begins), 0, 0)
        rect.setRight(measure.x(shut.column + 1) - 1)
        rect.setBottom(measure.y(shut.ends))
        if not rect.intersects(dirty):
            return
        named = shut.closure_id is not None
        ground = mix(tokens.ink, tokens.surface, 0.05 if named else 0.03)
        painter.fillRect(rect, theme.color(ground))
        paint_hatch(painter, rect, theme.color(mix(tokens.ink, tokens.surface, 0.09 if named else 0.06)))
        whole_site = named and shut.column and self._same_left(shut)
        if not shut.reason or rect.height() < 18 or whole_site:
            return
        painter.setFont(theme.font(12))
        words = painter.fontMetrics().elidedText(shut.reason, Qt.TextElideMode.ElideRight, rect.width() - 24)
        wide = painter.fontMetrics().horizontalAdvance(words) + 14
        pill = QRect(rect.left() + 5, rect.top() + min(6, (rect.height() - 20) // 2 + 1), wide, 20)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(ground))
        painter.drawRoundedRect(pill, 5, 5)
        painter.setPen(theme.color(tokens.ink2))
        painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), words)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _same_left(self, shut: Shut) -> bool:
        """Whether the same closure begins further left, where its reason is written."""
        return any(s.closure_id == shut.closure_id and s.column < shut.column for s in self.shut)

    def hover_rect(self, place: FreePlace) -> QRect:
        """The box that offers a start."""
        measure = self.measure
        if measure is None:
            return QRect()
        box = measure.box(place.column, place.minute, place.minute + GRID)
        return QRect(box.x, box.y, box.width, max(box.height, 20))

    def _paint_hover(self, painter: QPainter, measure: Geometry) -> None:
        if self._hover is None or measure is None:
            return
        tokens = theme.tokens()
        rect = self.hover_rect(self._hover)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(QPen(theme.color(tokens.accent_line), 1))
        painter.setBrush(theme.color(tokens.accent_tint))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setFont(theme.font(12, True))
        painter.setPen(theme.color(tokens.accent_ink))
        painter.drawText(
            rect.adjusted(10, 0, -6, 0),
            int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
            f"+ {clock(self._hover.minute)}",
        )

    def _paint_halo(self, painter: QPainter) -> None:
        place = self._places.get(self._selected)
        if place is None:
            return
        tokens = theme.tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color(mix(tokens.accent, tokens.surface, 0.28)), 3))
        painter.drawRoundedRect(QRectF(place).adjusted(-1.5, -1.5, 1.5, 1.5), 9, 9)
        painter.setPen(QPen(theme.color(tokens.accent), 2))
        painter.drawRoundedRect(QRectF(place).adjusted(-0.5, -0.5, 0.5, 0.5), 8, 8)

    def free_place(self, at: QPointF) -> FreePlace | None:
        """The start of the grid under a point, where that time is open, not past and not taken."""
        measure, view = self.measure, self.view
        if measure is None or view is None or not 0 <= at.x() < measure.width:
            return None
        column = measure.column(at.x())
        minute = int(measure.minute(at.y()) // GRID) * GRID
        if not measure.span.first <= minute < measure.span.last:
            return None
        if any(s.column == column and s.begins < minute + GRID and minute < s.ends for s in self.shut):
            return None
        start = datetime.combine(view.day, datetime.min.time()) + timedelta(minutes=minute)
        if self._now is not None and start + timedelta(minutes=GRID) <= self._now:
            return None
        return FreePlace(column, minute)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
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

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self.free_place(event.position()) if event.button() == Qt.MouseButton.LeftButton else None
        if place is None:
            self.emptied.emit()
        else:
            self.free_time_clicked.emit(self.chair_ids[place.column], place.minute)
