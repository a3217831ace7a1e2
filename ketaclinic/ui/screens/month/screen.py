"""Month: how full each day is, what is closed, and where there is room; a day is one click away."""

from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from ketaclinic.clock import wall_now
from ketaclinic.domain.changes import Changes
from ketaclinic.domain.overview import MonthView
from ketaclinic.ui import text
from ketaclinic.ui.screen import Screen, ScreenContext
from ketaclinic.ui.screens.month.canvas import MonthCanvas
from ketaclinic.ui.widgets.date_button import month_later
from ketaclinic.ui.widgets.period_bar import PeriodBar

_TICK = 60_000
"""Milliseconds between two looks at the clock: only midnight matters."""
_SHOWN_TABLES = frozenset(
    {"absences", "appointments", "chairs", "closures", "locations", "shift_patterns", "shifts", "users"}
)


class MonthScreen(Screen):
    """The weeks of one month at this location."""

    key = "month"
    title = "Month"
    icon = "month"

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self.view: MonthView | None = None
        self.first = self._today().replace(day=1)
        self._shown_on = self._today()
        self.bar = PeriodBar("month", self._today)
        self.canvas = MonthCanvas()
        self._clock = QTimer(self, interval=_TICK)
        self._clock.timeout.connect(self.tick)
        self._lay_out()
        self._connect()
        self._add_actions()
        self._show_period()

    def _lay_out(self) -> None:
        frame = QFrame()
        frame.setProperty("kind", "card")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(6, 6, 6, 6)
        inside.addWidget(self.canvas)
        whole = QVBoxLayout(self, spacing=12)
        whole.setContentsMargins(16, 14, 16, 14)
        whole.addWidget(self.bar)
        whole.addWidget(frame, 1)

    def _connect(self) -> None:
        self.bar.back_pressed.connect(self.go_back)
        self.bar.forward_pressed.connect(self.go_forward)
        self.bar.today_pressed.connect(self.go_today)
        self.bar.day_wanted.connect(self.show_date)
        self.bar.booking_wanted.connect(self.new_booking)
        self.canvas.day_wanted.connect(self._open_day)
        self.canvas.month_wanted.connect(self.show_date)

    def _add_actions(self) -> None:
        self.add_action("This month", self.go_today, key="T", icon="month")
        self.add_action("Month before", self.go_back, key="PgUp", icon="back")
        self.add_action("Month after", self.go_forward, key="PgDown", icon="forward")
        self.add_action("New booking", self.new_booking, key="N", icon="add")

    # time

    def now(self) -> datetime:
        """What the clock on the wall shows at this location."""
        return wall_now(self.context.clock, self.context.location.zone)

    def _today(self) -> date:
        return self.now().date()

    def tick(self) -> None:
        """The clock went on; at midnight another day is today."""
        if self.view is not None and self._shown_on != self._today():
            self._shown_on = self._today()
            self._show_period()
            self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()

    # what is shown

    def shown(self) -> None:
        """Comes to the front."""
        if self.view is None:
            self.refresh()
        self.tick()
        self.canvas.setFocus()

    def open(self, args: dict[str, Any]) -> None:
        """Goes to the month of `day`."""
        if "day" in args:
            self.show_date(args["day"])

    def show_date(self, day: date) -> None:
        """Shows the month of a day, with the keyboard on that day."""
        self.canvas.go_to(day)
        self.first = day.replace(day=1)
        self._show_period()
        self.refresh()

    def go_back(self) -> None:
        """The month before."""
        self.show_date(month_later(self._place(), -1))

    def go_forward(self) -> None:
        """The month after."""
        self.show_date(month_later(self._place(), 1))

    def go_today(self) -> None:
        """The month that is now."""
        self.show_date(self._today())

    def _place(self) -> date:
        """The day the keyboard is at, if it is in the month shown; else the month's first."""
        at = self.canvas.cursor_day
        return at if (at.year, at.month) == (self.first.year, self.first.month) else self.first

    def _show_period(self) -> None:
        today = self._today()
        is_now = (today.year, today.month) == (self.first.year, self.first.month)
        self.bar.show_period(self.first, text.month_name(self.first), is_now=is_now)

    def refresh(self, changes: Changes | None = None) -> None:
        """Reads the month again where a change touches one of its days."""
        if changes is not None and not self._concerned(changes):
            return
        user, overview = self.context.user(), self.context.services.overview
        location_id, first = self.context.location.id, self.first
        self.context.ops.run(self, lambda: overview.month(user, location_id, first), self._show, latest="month")

    def _concerned(self, changes: Changes) -> bool:
        if self.view is None or changes.tables.isdisjoint(_SHOWN_TABLES):
            return False
        if changes.days:
            begin, end = self.view.days[0].day, self.view.days[-1].day
            return any(begin <= day <= end for day in changes.days)
        return not changes.patients

    def _show(self, view: MonthView) -> None:
        if view.first != self.first:
            return
        self.view = view
        self.canvas.show_month(view, self._today())
        self.bar.say(_summary(view))

    # elsewhere

    def _open_day(self, day: date) -> None:
        self.context.navigate("day", {"day": day})

    def new_booking(self) -> None:
        """A booking on the day the keyboard is at, at no particular place."""
        self.context.navigate("day", {"day": max(self._place(), self._today()), "book": True})


def _summary(view: MonthView) -> str:
    """The month in one line."""
    days = view.in_month
    parts = [text.count(sum(day.visits for day in days), "visit")]
    opened = [day.use for day in days if day.open]
    if opened:
        parts.append(f"chair use {round(100 * sum(opened) / len(opened))} %")
    fit = sum(day.free_starts or 0 for day in days)
    if fit and view.standard:
        parts.append(f"room for {fit:,} more ({view.standard.short_name.lower()}, {view.standard.minutes} min)")
    short = sum(day.overloaded for day in days)
    if short:
        parts.append(f"too few nurses on {text.count(short, 'day')}")
    return " · ".join(parts)
