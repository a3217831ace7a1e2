"""The keyboard's own place on free time: Ctrl with arrows moves it, Enter books, the menu key opens its menu.

Signals of `PlaceCursor`: `chosen(int, int)` chair and minute to book at; `menu_wanted(int, int, QPoint)` the same with
the global place for a menu.
"""

from datetime import datetime

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QScrollArea

from ketaclinic.ui.screens.day.canvas import Canvas, FreePlace
from ketaclinic.ui.screens.day.geometry import clock, minute_of
from ketaclinic.ui.screens.day.speech import announce

_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class PlaceCursor(QObject):
    """What the mouse does by pointing, for the keys."""

    chosen = Signal(int, int)
    menu_wanted = Signal(int, int, QPoint)

    def __init__(self, board: QScrollArea, canvas: Canvas) -> None:
        super().__init__(board)
        self._board, self._canvas = board, canvas

    @property
    def shown(self) -> bool:
        """Whether it is on the board."""
        return self._canvas.cursor_place is not None

    def leave(self) -> None:
        """Takes it away."""
        self._canvas.show_cursor(None)

    def move(self, dx: int, dy: int, beside: int, now: datetime | None) -> None:
        """Goes on by a chair or a step; it begins at the visit `beside`, or else at the present minute."""
        canvas = self._canvas
        measure, view = canvas.measure, canvas.view
        if measure is None or view is None or not canvas.chair_ids:
            return
        at = canvas.cursor_place or self._first(beside, now)
        column = min(max(at.column + dx, 0), measure.columns - 1)
        minute = min(max(at.minute + dy * canvas.step, measure.span.first), measure.span.last - canvas.step)
        place = FreePlace(column, minute)
        canvas.show_cursor(place)
        self._board.setFocus(Qt.FocusReason.OtherFocusReason)
        centre = canvas.hover_rect(place).center()
        self._board.ensureVisible(centre.x(), centre.y(), 60, 60)
        closed = "" if canvas.is_open(place) else ", not open"
        announce(self._board, f"{clock(minute)}, {view.chairs[column].name}{closed}")

    def _first(self, beside: int, now: datetime | None) -> FreePlace:
        measure, view = self._canvas.measure, self._canvas.view
        first = measure.span.first if measure else 0
        if beside in self._canvas.spots():
            column, minute = self._canvas.spots()[beside]
        else:
            column, minute = 0, max(minute_of(now, view.day), first) if now and view else first
        return FreePlace(column, minute // self._canvas.step * self._canvas.step)

    def use(self, event: QKeyEvent) -> bool:
        """Acts on Enter and on the menu key; False for any other key, and where the time is not open."""
        place = self._canvas.cursor_place
        if place is None or not self._canvas.is_open(place):
            return False
        chair_id = self._canvas.chair_ids[place.column]
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in _ENTER:
            self.chosen.emit(chair_id, place.minute)
        elif event.key() == Qt.Key.Key_Menu or (event.key() == Qt.Key.Key_F10 and shift):
            below = self._canvas.mapToGlobal(self._canvas.hover_rect(place).bottomLeft())
            self.menu_wanted.emit(chair_id, place.minute, below)
        else:
            return False
        return True
