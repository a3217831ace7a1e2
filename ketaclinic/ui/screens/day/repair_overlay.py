"""The repaired day drawn over the board before anything is saved: who leaves a place is faded, who comes is a ghost.

Signals of `RepairOverlay`: `visit_chosen(int)` a visit was clicked, 0 beside all; `placed(int, int, datetime)` a visit
was dragged to a chair and a start.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QScrollArea, QWidget

from ketaclinic.domain.appointments import MOVABLE, Card
from ketaclinic.domain.repair import RepairMove, RepairPlan
from ketaclinic.ui import text, theme
from ketaclinic.ui.screens.day.canvas import Canvas
from ketaclinic.ui.screens.day.card_ground import RADIUS, paint_ground
from ketaclinic.ui.screens.day.card_words import card_text, paint_words
from ketaclinic.ui.screens.day.geometry import GRID, at_minute, minute_of, snapped

_VEIL = 0.74
"""How much of the ground covers what leaves its place."""
_START = 6
"""Pixels the mouse moves before a click becomes a drag."""
_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -GRID),
    Qt.Key.Key_Down: (0, GRID),
}


@dataclass(slots=True)
class _Drag:
    card: Card
    grip: QPoint
    at: QPoint
    begun: bool = False
    column: int = 0
    minute: int = 0


class RepairOverlay(QWidget):
    """Covers the board while a repair is looked at; what is beneath stays as it is booked, and out of reach.

    A visit is put elsewhere by a drag, or by arrows once it is chosen: Enter puts it there, Esc leaves it.
    """

    visit_chosen = Signal(int)
    placed = Signal(int, int, object)

    def __init__(self, board: QScrollArea, canvas: Canvas) -> None:
        super().__init__(board.viewport(), accessibleName="Repaired day")
        self._board, self._canvas = board, canvas
        self._moves: dict[int, RepairMove] = {}
        self._chosen = 0
        self._drag: _Drag | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()
        canvas.installEventFilter(self)
        board.viewport().installEventFilter(self)
        theme.repaint_on_change(self)

    def show_plan(self, plan: RepairPlan | None) -> None:
        """Draws a plan; None for nothing yet, while the search runs."""
        self._moves = {} if plan is None else {move.card.appointment.id: move for move in plan.moves}
        self._drag = None
        self._canvas.setEnabled(False)
        self.setGeometry(self._board.viewport().rect())
        self.show()
        self.raise_()
        self.update()

    def leave(self) -> None:
        """The repair is over."""
        self._moves, self._drag, self._chosen = {}, None, 0
        self._canvas.setEnabled(True)
        self.hide()

    def choose(self, appointment_id: int) -> None:
        """Puts the halo around a visit of the plan and brings it into view."""
        self._chosen = appointment_id
        place = self.place_of(appointment_id) or self._canvas.place_of(appointment_id)
        if place is not None and self._drag is None:
            centre = place.center()
            self._board.ensureVisible(centre.x(), centre.y(), place.width() // 2, place.height() // 2 + 10)
        self.update()

    @property
    def dragging(self) -> bool:
        """Whether a visit is in the hand."""
        return self._drag is not None and self._drag.begun

    def let_go(self) -> None:
        """Puts what is in the hand back where the plan has it."""
        self._drag = None
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.Resize, QEvent.Type.Move} and self.isVisible():
            self.setGeometry(self._board.viewport().rect())
            self.update()
        return super().eventFilter(watched, event)

    # where things are

    def place_of(self, appointment_id: int) -> QRect | None:
        """Where a visit is on the repaired day; None when it is on another."""
        move = self._moves.get(appointment_id)
        if move is None:
            return self._canvas.place_of(appointment_id)
        return None if move.to is None else self._box(move.card, move.to.chair_id, move.to.starts_at)

    def _box(self, card: Card, chair_id: int, starts_at: datetime) -> QRect | None:
        canvas, view = self._canvas, self._canvas.view
        if canvas.measure is None or view is None or chair_id not in canvas.chair_ids:
            return None
        begins = minute_of(starts_at, view.day)
        column = canvas.chair_ids.index(chair_id)
        box = canvas.measure.box(column, begins, begins + card.appointment.phases.total)
        return QRect(box.x, box.y, box.width, box.height)

    def _visit_at(self, point: QPoint) -> Card | None:
        for move in self._moves.values():
            place = self.place_of(move.card.appointment.id)
            if place is not None and place.contains(point):
                return move.card
        for id_, widget in self._canvas.cards.items():
            place = self._canvas.place_of(id_)
            if id_ not in self._moves and place is not None and place.contains(point):
                return widget.card
        for move in self._moves.values():  # where it stood, when nothing new lies there
            place = self._canvas.place_of(move.card.appointment.id)
            if place is not None and place.contains(point):
                return move.card
        return None

    # mouse

    def _on_canvas(self, event: QMouseEvent) -> QPoint:
        return event.position().toPoint() - self._canvas.pos()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._on_canvas(event)
        card = self._visit_at(at) if event.button() == Qt.MouseButton.LeftButton else None
        if card is None:
            self.visit_chosen.emit(0)
            return
        self.visit_chosen.emit(card.appointment.id)
        place = self.place_of(card.appointment.id) or self._canvas.place_of(card.appointment.id)
        if place is not None and card.appointment.status in MOVABLE:
            self._drag = _Drag(card, at - place.topLeft(), at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at, drag = self._on_canvas(event), self._drag
        if drag is None:
            over = self._visit_at(at) is not None
            self.setCursor(Qt.CursorShape.OpenHandCursor if over else Qt.CursorShape.ArrowCursor)
            return
        if not drag.begun and (at - drag.at).manhattanLength() < _START:
            return
        drag.begun = True
        self._drag_to(drag, at)

    def _drag_to(self, drag: _Drag, at: QPoint) -> None:
        measure = self._canvas.measure
        if measure is not None:
            minute = snapped(measure.minute(at.y() - drag.grip.y()), GRID)
            self._hold(drag, measure.column(at.x()), minute)

    def _hold(self, drag: _Drag, column: int, minute: int) -> None:
        """The visit in the hand over a place, held inside the board."""
        measure = self._canvas.measure
        if measure is None:
            return
        total = drag.card.appointment.phases.total
        drag.minute = min(max(minute, measure.span.first), max(measure.span.last - total, measure.span.first))
        drag.column = min(max(column, 0), measure.columns - 1)
        self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._put_down()

    def _put_down(self) -> None:
        drag, self._drag = self._drag, None
        view = self._canvas.view
        self.update()
        if drag is not None and drag.begun and view is not None:
            chair_id = self._canvas.chair_ids[drag.column]
            self.placed.emit(drag.card.appointment.id, chair_id, at_minute(view.day, drag.minute))

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None and self._step(*step):
            return
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.dragging:
            self._put_down()
            return
        super().keyPressEvent(event)

    def _step(self, columns: int, minutes: int) -> bool:
        """Takes the chosen visit up, or carries it on; False where none is chosen."""
        drag, view = self._drag, self._canvas.view
        if drag is None:
            move, widget = self._moves.get(self._chosen), self._canvas.cards.get(self._chosen)
            card = move.card if move is not None else widget.card if widget is not None else None
            if card is None or view is None or card.appointment.status not in MOVABLE:
                return False
            stands = move.to if move is not None and move.to is not None else card.appointment
            if stands.chair_id not in self._canvas.chair_ids:
                return False
            drag = self._drag = _Drag(card, QPoint(), QPoint(), begun=True)
            drag.column = self._canvas.chair_ids.index(stands.chair_id)
            drag.minute = minute_of(stands.starts_at, view.day)
        minute = drag.minute + minutes
        if minutes and minute % GRID:
            minute = minute // GRID * GRID + (GRID if minutes < 0 else 0)
        self._hold(drag, drag.column + columns, minute)
        return True

    # painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.translate(self._canvas.pos())
        for move in self._moves.values():
            self._paint_left(painter, move)
        for move in self._moves.values():
            self._paint_arrow(painter, move)
        for move in self._moves.values():
            place = self.place_of(move.card.appointment.id)
            if place is not None and move.to is not None:
                self._paint_ghost(painter, move.card, place, move.to.starts_at, fixed=move.fixed)
        if self._chosen:
            self._paint_halo(painter)
        if self._drag is not None and self._drag.begun:
            self._paint_drag(painter, self._drag)
        painter.end()

    def _paint_left(self, painter: QPainter, move: RepairMove) -> None:
        """Where a visit stood: faded, with a dashed line around it."""
        place = self._canvas.place_of(move.card.appointment.id)
        if place is None:
            return
        tokens = theme.tokens()
        veil = QColor(tokens.surface)
        veil.setAlphaF(_VEIL)
        rect = QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setBrush(veil)
        painter.setPen(QPen(theme.color(tokens.ink3), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(rect, RADIUS, RADIUS)
        if move.to is None:
            self._paint_sent(painter, move, place)

    def _paint_sent(self, painter: QPainter, move: RepairMove, place: QRect) -> None:
        tokens = theme.tokens()
        words = "to place by hand"
        if move.new_place is not None:
            at = move.new_place.starts_at
            words = f"→ {text.weekday_day(at.date())}, {text.clock(at)}"
        painter.setFont(theme.font(12, True))
        wide = painter.fontMetrics().horizontalAdvance(words) + 18
        pill = QRectF(0, 0, min(wide, place.width() - 8), 22)
        pill.moveCenter(QRectF(place).center())
        painter.setPen(QPen(theme.color(tokens.accent_line), 1))
        painter.setBrush(theme.color(tokens.surface))
        painter.drawRoundedRect(pill, 11, 11)
        painter.setPen(theme.color(tokens.accent_ink))
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(pill.width()) - 10)
        painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), shown)

    def _paint_arrow(self, painter: QPainter, move: RepairMove) -> None:
        left, place = self._canvas.place_of(move.card.appointment.id), self.place_of(move.card.appointment.id)
        if left is None or place is None or move.to is None:
            return
        begin, end = _ends(QRectF(left), QRectF(place))
        colour = theme.color(theme.tokens().accent)
        path = QPainterPath(begin)
        bend = QPointF((begin.x() + end.x()) / 2, (begin.y() + end.y()) / 2)
        path.quadTo(QPointF(bend.x() + (end.y() - begin.y()) * 0.12, bend.y() - (end.x() - begin.x()) * 0.12), end)
        painter.setPen(QPen(colour, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        before = path.pointAtPercent(0.9)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(_head(before, end))

    @staticmethod
    def _paint_ghost(painter: QPainter, card: Card, place: QRect, starts_at: datetime, *, fixed: bool) -> None:
        tokens = theme.tokens()
        moved = replace(card, appointment=replace(card.appointment, starts_at=starts_at))
        paint_ground(painter, place, moved, lifted=True)
        words = replace(card_text(moved), missing=(), note=False, struck=False)
        paint_words(painter, place, words, card.appointment.status)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color(tokens.accent), 2.5 if fixed else 2.0))
        painter.drawRoundedRect(QRectF(place).adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def _paint_halo(self, painter: QPainter) -> None:
        place = self.place_of(self._chosen) or self._canvas.place_of(self._chosen)
        if place is None:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.color(theme.tokens().focus), 3))
        painter.drawRoundedRect(QRectF(place).adjusted(-1.5, -1.5, 1.5, 1.5), RADIUS + 2, RADIUS + 2)

    def _paint_drag(self, painter: QPainter, drag: _Drag) -> None:
        measure, view = self._canvas.measure, self._canvas.view
        if measure is None or view is None:
            return
        box = measure.box(drag.column, drag.minute, drag.minute + drag.card.appointment.phases.total)
        place = QRect(box.x, box.y, box.width, box.height)
        painter.setOpacity(0.94)
        self._paint_ghost(painter, drag.card, place, at_minute(view.day, drag.minute), fixed=True)
        painter.setOpacity(1.0)


def _ends(left: QRectF, place: QRectF) -> tuple[QPointF, QPointF]:
    """From where to where an arrow goes: side to side between columns, edge to edge within one."""
    if abs(left.center().x() - place.center().x()) < left.width() / 2:
        down = place.top() > left.top()
        begin = QPointF(left.right() - 14, left.top() + 12 if down else left.bottom() - 12)
        return begin, QPointF(place.right() - 14, place.top() if down else place.bottom())
    right = place.left() > left.left()
    inside = 26 if abs(place.left() - left.left()) < left.width() * 1.2 else 0  # between neighbours, to be seen at all
    begin = QPointF(left.right() - inside if right else left.left() + inside, left.top() + min(left.height() / 2, 26))
    end = QPointF(place.left() if right else place.right(), place.top() + min(place.height() / 2, 26))
    return begin, end


def _head(before: QPointF, tip: QPointF) -> QPolygonF:
    along = tip - before
    length = max((along.x() ** 2 + along.y() ** 2) ** 0.5, 0.001)
    unit = along / length
    across = QPointF(-unit.y(), unit.x())
    return QPolygonF([tip, tip - unit * 10 + across * 5, tip - unit * 10 - across * 5])
