"""The frame that the week and the month share: a bar of dates, the picture in a card, and the ways from it to a day."""

from datetime import date, datetime
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.overview import Standard
from ketaclinic.ui import text
from ketaclinic.ui.screen import Screen, ScreenContext
from ketaclinic.ui.widgets.period_bar import PeriodBar

P = TypeVar("P", bound=QWidget)


class PeriodScreen(Screen, Generic[P]):
    """Some days of this location in one picture, `key` long ("week", "month").

    The canvas draws the picture; each screen says which days it shows and reads them with `refresh`.

    Attributes:
        view: what was read last; None until then.
    """

    def __init__(self, context: ScreenContext, canvas: P, tick: int) -> None:
        """`tick`: milliseconds between two looks at the clock."""
        super().__init__(context)
        self.view: Any = None
        self.canvas: P = canvas
        self.bar = PeriodBar(self.key, self._today)
        self._clock = QTimer(self, interval=tick)
        self._clock.timeout.connect(self.tick)
        self.bar.back_pressed.connect(self.go_back)
        self.bar.forward_pressed.connect(self.go_forward)
        self.bar.today_pressed.connect(self.go_today)
        self.bar.day_wanted.connect(self.show_date)
        self.bar.booking_wanted.connect(self.new_booking)
        self.add_action(f"This {self.key}", self.go_today, key="T", icon=self.icon)
        self.add_action(f"{self.title} before", self.go_back, key="PgUp", icon="back")
        self.add_action(f"{self.title} after", self.go_forward, key="PgDown", icon="forward")
        self.add_action("New booking", self.new_booking, key="N", icon="add")

    def lay_out(self, margins: tuple[int, int, int, int], *below: QWidget) -> None:
        """The bar over the picture in its card, with what stands below the picture."""
        frame = QFrame()
        frame.setProperty("kind", "card")
        inside = QVBoxLayout(frame, spacing=0)
        inside.setContentsMargins(*margins)
        inside.addWidget(self.canvas, 1)
        for widget in below:
            inside.addWidget(widget)
        whole = QVBoxLayout(self, spacing=12)
        whole.setContentsMargins(16, 14, 16, 14)
        whole.addWidget(self.bar)
        whole.addWidget(frame, 1)

    # what each screen says for itself

    @property
    def place(self) -> date:
        """The day the keyboard is at, or the first one shown."""
        return self._today()

    def show_date(self, day: date) -> None:
        """Shows the period of a day, with the keyboard on that day."""

    def go_back(self) -> None:
        """The period before."""

    def go_forward(self) -> None:
        """The period after."""

    def tick(self) -> None:
        """The clock went on."""

    # time

    def now(self) -> datetime:
        """What the clock on the wall shows at this location."""
        return wall_now(self.context.clock, self.context.location.zone)

    def _today(self) -> date:
        return self.now().date()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()

    # what is shown, and where one goes from it

    def shown(self) -> None:
        """Comes to the front."""
        if self.view is None:
            self.refresh()
        self.tick()
        self.canvas.setFocus()

    def open(self, args: dict[str, Any]) -> None:
        """Goes to the period of `day`."""
        if "day" in args:
            self.show_date(args["day"])

    def go_today(self) -> None:
        """The period that is now."""
        self.show_date(self._today())

    def open_day(self, day: date) -> None:
        """The day on its board."""
        self.context.navigate("day", {"day": day})

    def new_booking(self) -> None:
        """A booking on the day the keyboard is at, at no particular place."""
        self.context.navigate("day", {"day": max(self.place, self._today()), "book": True})


def in_one_line(visits: int, use: float | None, fit: int, standard: Standard | None, short: int) -> str:
    """Some days in one line: visits, share of the chairs in use, room for more, days with too few nurses."""
    parts = [text.count(visits, "visit")]
    if use is not None:
        parts.append(f"chair use {round(100 * use)} %")
    if fit and standard:
        parts.append(f"room for {fit:,} more ({standard.short_name.lower()}, {standard.minutes} min)")
    if short:
        parts.append(f"too few nurses on {text.count(short, 'day')}")
    return " · ".join(parts)
