"""A month beside the board: how full each day is, another day at a click, and a visit dropped on any day of the year.

Signals of `MiniCalendar`: `day_chosen(date)` a click or Enter; `visit_dropped(int, date)` an appointment let go over a
day; `month_shown(date)` the first of the month now in view, so that its load can be read.
"""

from collections.abc import Callable, Mapping
from datetime import date

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ketaclinic.ui import text, theme
from ketaclinic.ui.icons import icon
from ketaclinic.ui.widgets.date_button import MonthGrid

VISIT_MIME = "application/x-ketaclinic-visit"
"""What a carried visit is: its appointment id, as digits in UTF-8."""
_TURN_MS = 600
"""How long a visit is held over an arrow before the page turns."""
_BAR = 3.0
_KEYS = frozenset(
    {
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
        Qt.Key.Key_Space,
        Qt.Key.Key_T,
    }
)


def visit_mime(appointment_id: int) -> QMimeData:
    """What a drag of this visit carries."""
    data = QMimeData()
    data.setData(VISIT_MIME, QByteArray(str(appointment_id).encode()))
    return data


def visit_in(data: QMimeData) -> int:
    """The appointment a drag carries; 0 when it carries something else."""
    if not data.hasFormat(VISIT_MIME):
        return 0
    digits = data.data(VISIT_MIME).data().decode("utf-8", "replace")
    return int(digits) if digits.isascii() and digits.isdigit() else 0


class _LoadGrid(MonthGrid):
    """The month's days with a bar for how full each is; its keys are its own while it has the keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self.load: Mapping[date, float] = {}
        self.target: date | None = None
        theme.repaint_on_change(self)

    def describe(self) -> None:
        """Says the chosen day and how full it is to who cannot see it."""
        words = text.full_day(self.day)
        share = self.load.get(self.day)
        self.setAccessibleDescription(words if share is None else f"{words}, {share:.0%} full".replace("%", " %"))

    def day_at(self, at: QPoint) -> date | None:
        """The day at a point of the grid."""
        return self._day_at(QPointF(at))

    def _show_month(self, day: date) -> None:
        super()._show_month(day)
        self.describe()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() in {Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier}
            if plain and event.key() in _KEYS:
                event.accept()  # the screen's own PgUp and T wait while the calendar is used
                return True
        return super().event(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = None
        self.update()
        super().leaveEvent(event)

    def _paint_day(self, painter: QPainter, day: date) -> None:
        super()._paint_day(painter, day)
        tokens = theme.tokens()
        cell = QRectF(self.cell_of(day)).adjusted(2, 2, -2, -2)
        share = self.load.get(day)
        if share:
            track = QRectF(cell.left() + 6, cell.bottom() - _BAR - 2, cell.width() - 12, _BAR)
            chosen = day == self.day
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(tokens.on_accent if chosen else tokens.accent))
            painter.setOpacity(0.3)
            painter.drawRoundedRect(track, 1.5, 1.5)
            painter.setOpacity(1.0)
            track.setWidth(max(track.width() * min(share, 1.0), _BAR))
            painter.drawRoundedRect(track, 1.5, 1.5)
        if day == self.target or (self.hasFocus() and day == self.day):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.color(tokens.focus if day == self.target else tokens.ink), 2))
            painter.drawRoundedRect(cell, 7, 7)

    def focusInEvent(self, event: QEvent) -> None:  # type: ignore[override]
        super().focusInEvent(event)  # type: ignore[arg-type]
        self.update()

    def focusOutEvent(self, event: QEvent) -> None:  # type: ignore[override]
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.update()


class MiniCalendar(QWidget):
    """A small month that takes dropped visits; a visit held over an arrow turns the page.

    A board that carries cards with a hand of its own, not with the system's drag, asks `carry_over` at each move and
    says `carry_ended` at the end; nothing can be dropped on a day that has passed.
    """

    day_chosen = Signal(object)
    visit_dropped = Signal(int, object)
    month_shown = Signal(object)

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent, acceptDrops=True, accessibleName="Month")
        self.grid = _LoadGrid()
        self._name = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._name.setProperty("kind", "section")
        self._before = self._arrow("back", "Month before")
        self._after = self._arrow("forward", "Next month")
        self._today = today
        self._turning = 0
        self._turn = QTimer(self, interval=_TURN_MS)
        self._turn.timeout.connect(self._turn_page)
        self._before.clicked.connect(self._page_before)
        self._after.clicked.connect(self._page_after)
        self.grid.taken.connect(self._take)
        self.grid.month_changed.connect(self._month_changed)
        self.setFocusProxy(self.grid)
        self._lay_out()
        self.set_day(today())

    def _arrow(self, picture: str, words: str) -> QPushButton:
        button = QPushButton(icon(picture), "", accessibleName=words, toolTip=words)
        button.setProperty("kind", "ghost")
        button.setFixedSize(30, 28)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    def _lay_out(self) -> None:
        top = QHBoxLayout(spacing=4)
        top.addWidget(self._before)
        top.addWidget(self._name, 1)
        top.addWidget(self._after)
        whole = QVBoxLayout(self, spacing=4)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addLayout(top)
        whole.addWidget(self.grid, alignment=Qt.AlignmentFlag.AlignHCenter)

    # what is shown

    @property
    def day(self) -> date:
        """The chosen day."""
        return self.grid.day

    @property
    def month(self) -> date:
        """The first of the month in view."""
        return self.grid._month  # noqa: SLF001 - one widget in two classes

    def set_day(self, day: date) -> None:
        """Chooses a day and shows its month, without telling."""
        self.grid.show_day(day, self._today(), None)

    def set_load(self, load: Mapping[date, float]) -> None:
        """How full each day is, 0 to 1; a day that is not named has no bar."""
        if load != self.grid.load:
            self.grid.load = dict(load)
            self.grid.describe()
            self.grid.update()

    def _month_changed(self, month: date) -> None:
        self._name.setText(text.month_name(month))
        self.month_shown.emit(month)

    def _page_before(self) -> None:
        self.grid.turn(-1)

    def _page_after(self) -> None:
        self.grid.turn(1)

    def _take(self, day: date) -> None:
        self.set_day(day)
        self.day_chosen.emit(day)

    # a visit carried over it

    def carry_over(self, at: QPoint) -> date | None:
        """A visit is held over this point; the day it would go to. Over an arrow the page turns after a moment."""
        self._turning = next((d for d, b in ((-1, self._before), (1, self._after)) if b.geometry().contains(at)), 0)
        if not self._turning:
            self._turn.stop()
        elif not self._turn.isActive():
            self._turn.start()
        day = self.grid.day_at(self.grid.mapFrom(self, at))
        if day is not None and day < self._today():
            day = None
        if day != self.grid.target:
            self.grid.target = day
            self.grid.update()
        return day

    def carry_ended(self) -> None:
        """The visit was let go or carried away."""
        self._turn.stop()
        self._turning = 0
        self.grid.target = None
        self.grid.update()

    def _turn_page(self) -> None:
        self.grid.turn(self._turning)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if visit_in(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if not visit_in(event.mimeData()) or self.carry_over(event.position().toPoint()) is None:
            event.ignore()
        else:
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.carry_ended()
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        appointment_id = visit_in(event.mimeData())
        day = self.carry_over(event.position().toPoint())
        self.carry_ended()
        if not appointment_id or day is None:
            event.ignore()
            return
        event.acceptProposedAction()
        self.visit_dropped.emit(appointment_id, day)
