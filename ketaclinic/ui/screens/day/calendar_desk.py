"""The small month at the foot of the inspector: how full days are, another day at a click, a visit dropped on a day.

A card held over a day for a moment opens that day with the card still in the hand.

Signals of `CalendarDesk`: `day_wanted(date)`.
"""

from datetime import date

from PySide6.QtCore import QObject, QPoint, QSize, QTimer, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.changes import Changes
from ketaclinic.domain.overview import MonthView
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.day.board import Board
from ketaclinic.ui.screens.day.carry import Act, Hand, Over
from ketaclinic.ui.widgets.mini_calendar import MiniCalendar

_READS_AFTER = 300
"""Milliseconds after the last change before the month is counted again."""
_OPENS_AFTER = 650
"""Milliseconds a card rests over a day before that day comes to the front."""


class CalendarBox(QFrame):
    """The month with a line above it; asks for no height, and is left out where the window is low."""

    def __init__(self, calendar: MiniCalendar) -> None:
        super().__init__()
        line = QFrame()
        line.setProperty("kind", "line")
        layout = QVBoxLayout(self, spacing=8)
        layout.setContentsMargins(18, 0, 18, 12)
        layout.addWidget(line)
        layout.addWidget(calendar)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)

    def tall(self) -> int:
        """The height it needs to be read."""
        return super().minimumSizeHint().height()


class CalendarDesk(QObject):
    """Shown beside the day's open points, and while the mouse has something in the hand."""

    day_wanted = Signal(object)

    def __init__(self, context: ScreenContext, board: Board, over: QWidget) -> None:
        super().__init__(over)
        self._context, self._board = context, board
        self.calendar = MiniCalendar(self._today)
        self.box = CalendarBox(self.calendar)
        self._resting: date | None = None
        self._at_rest = True
        self._has_room = True
        self._rest = QTimer(self, singleShot=True, interval=_OPENS_AFTER)
        self._rest.timeout.connect(self._open_resting)
        hand = board.hand
        hand.add_zone(Over.DAYS, self.calendar)
        hand.over_changed.connect(self._over_changed)
        hand.days_hovered.connect(self._hovered)
        hand.ended.connect(self._ended)
        self.calendar.day_chosen.connect(self.day_wanted)
        self.calendar.month_shown.connect(self._read_later)
        self._later = QTimer(self, singleShot=True, interval=_READS_AFTER)
        self._later.timeout.connect(self._read)

    def _today(self) -> date:
        return wall_now(self._context.clock, self._context.location.zone).date()

    def show_day(self, day: date) -> None:
        """Marks the day in front."""
        if self.calendar.day != day:
            self.calendar.set_day(day)

    def show_at_rest(self, *, shown: bool) -> None:
        """Whether it stands there while nothing is in the hand."""
        self._at_rest = shown
        self._show()

    def _show(self) -> None:
        if self.box.isHidden():
            self._later.start()
        carry = self._board.hand.carry
        dragged = carry is not None and carry.hand is Hand.MOUSE and carry.act is Act.MOVE and carry.stuck is None
        self.box.setVisible(self._has_room and (self._at_rest or dragged))

    def give_room(self, height: int) -> None:
        """How high it may be; it leaves where it could not be read, as on a small laptop."""
        fits = height >= self.box.tall()
        if fits != self._has_room:
            self._has_room = fits
            self._show()

    # how full the days are

    def refresh(self, changes: Changes | None = None) -> None:
        """Reads the month in view again where visits or hours changed."""
        if changes is None or changes.touches("appointments", "closures", "locations", "chairs"):
            self._later.start()

    def pause(self) -> None:
        """Nobody looks: nothing is read until somebody does again."""
        self._later.stop()

    def _read_later(self, _month: date) -> None:
        self._later.start()

    def _read(self) -> None:
        """Reads the month in view, after the day in front had its turn."""
        if not self.box.isVisible():
            return
        month = self.calendar.month
        user, location_id = self._context.user(), self._context.location.id
        overview = self._context.services.overview
        self._context.ops.run(self, lambda: overview.month(user, location_id, month), self._take, latest="month")

    def _take(self, month: MonthView) -> None:
        self.calendar.set_load({day.day: day.use for day in month.days if day.open})

    # something in the hand

    def _over_changed(self, over: Over) -> None:
        self._show()
        if over is not Over.DAYS:
            self._leave()

    def _hovered(self, where: QPoint) -> None:
        day = self.calendar.carry_over(self.calendar.mapFromGlobal(where))
        self._board.hand.day_under = day
        if day != self._resting:
            self._resting = day
            self._rest.stop()
            if day is not None:
                self._rest.start()

    def _open_resting(self) -> None:
        view = self._board.view
        if self._resting is not None and view is not None and self._resting != view.day:
            self.day_wanted.emit(self._resting)

    def _leave(self) -> None:
        self._rest.stop()
        self._resting = None
        self._board.hand.day_under = None
        self.calendar.carry_ended()

    def _ended(self) -> None:
        self._leave()
        self._show()
