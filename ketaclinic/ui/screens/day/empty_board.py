"""What the board says on a day on which nothing can be booked, and what to do about it.

Signals of `EmptyBoard`: `day_wanted(date)` the next open day; `settings_wanted()`.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QEvent, QObject, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ketaclinic.domain.people import Role
from ketaclinic.domain.resources import Closure
from ketaclinic.domain.schedule import DayView
from ketaclinic.ui import text, theme
from ketaclinic.ui.widgets.empty_state import EmptyState

_AHEAD = 60
_SIZE = (380, 220)


@dataclass(frozen=True, slots=True)
class Emptiness:
    """Why nothing can be booked, what to do, and where its button leads: a day, the settings, or nowhere."""

    title: str
    words: str
    day: date | None = None
    settings: bool = False


def why_empty(view: DayView, visits: int) -> Emptiness | None:
    """Why a day is empty and stays so; None where there is something to see or to book."""
    if not view.chairs:
        words = "A manager adds chairs in the settings, or brings a retired one back."
        return Emptiness("No chair is in use here", words, settings=True)
    if visits:
        return None
    following = next_open(view)
    after = (
        f"The next open day is {text.full_day(following)}." if following else "See the opening hours in the settings."
    )
    if not view.hours:
        return Emptiness(f"Closed on {view.day:%A}s", after, following)
    shut = closed_all_day(view)
    return Emptiness(f"Closed: {shut.reason}", after, following) if shut is not None else None


def closed_all_day(view: DayView) -> Closure | None:
    """The closure of the whole location that leaves no opening hour of the day."""
    whole = (c for c in view.closures if c.chair_id is None)
    for closure in whole:
        if all(closure.starts_at <= _at(view.day, h.opens) and _at(view.day, h.closes) <= closure.ends_at
               for h in view.hours):  # fmt: skip
            return closure
    return None


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock)


def next_open(view: DayView) -> date | None:
    """The next day whose weekday has opening hours."""
    days = (view.day + timedelta(days=ahead) for ahead in range(1, _AHEAD))
    return next((day for day in days if view.location.open_on(day)), None)


class EmptyBoard(QWidget):
    """A small card in the middle of the board."""

    day_wanted = Signal(object)
    settings_wanted = Signal()

    def __init__(self, viewport: QWidget) -> None:
        super().__init__(viewport, accessibleName="Nothing to book")
        self._found: Emptiness | None = None
        self.state = EmptyState("closure", "", "", "Go there", self)
        self.state.acted.connect(self._act)
        self.resize(*_SIZE)
        viewport.installEventFilter(self)
        theme.repaint_on_change(self)
        self.hide()

    def show_day(self, view: DayView, visits: int, role: Role) -> None:
        """Says why nothing can be booked, or goes."""
        self._found = found = why_empty(view, visits)
        self.setVisible(found is not None)
        if found is None:
            return
        self.state.say(found.title, found.words)
        words = f"Go to {text.weekday_day(found.day)}" if found.day else "Open the settings"
        self.state.button.setText(words)
        self.state.button.setAccessibleName(words)
        self.state.button.setVisible(found.day is not None or (found.settings and role is Role.MANAGER))
        self._place()
        self.raise_()

    def _act(self) -> None:
        if self._found is None:
            return
        if self._found.day is not None:
            self.day_wanted.emit(self._found.day)
        else:
            self.settings_wanted.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parent() and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        room = self.parentWidget().rect()
        self.resize(min(_SIZE[0], room.width() - 24), min(_SIZE[1], room.height() - 24))
        self.move((room.width() - self.width()) // 2, max((room.height() - self.height()) * 2 // 5, 0))
        self.state.setGeometry(self.rect().adjusted(20, 8, -20, -8))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color(tokens.line), 1))
        painter.setBrush(theme.color(tokens.surface))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 12, 12)
        painter.end()
