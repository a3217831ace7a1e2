"""Week: each day's chairs at a glance, with what is still free; a day, a visit or free time is one click away."""

from datetime import date, datetime, time, timedelta
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout

from ketaclinic.clock import wall_now
from ketaclinic.domain.changes import Changes
from ketaclinic.domain.overview import WeekView, monday_of
from ketaclinic.ui import text
from ketaclinic.ui.screen import Screen, ScreenContext
from ketaclinic.ui.screens.week.canvas import WeekCanvas
from ketaclinic.ui.widgets.period_bar import PeriodBar
from ketaclinic.ui.widgets.status_legend import StatusLegend

_TICK = 20_000
"""Milliseconds between two looks at the clock."""
SHOWN_TABLES = frozenset(
    {
        "absences",
        "appointments",
        "chairs",
        "closures",
        "locations",
        "patients",
        "series",
        "shift_patterns",
        "shifts",
        "users",
    }
)
"""What the picture of a week or a month is made of."""


class WeekScreen(Screen):
    """Seven days of this location, those that are open as columns."""

    key = "week"
    title = "Week"
    icon = "week"

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self.view: WeekView | None = None
        self.monday = monday_of(self.now().date())
        self.bar = PeriodBar("week", self._today)
        self.canvas = WeekCanvas()
        self.legend = StatusLegend()
        self._clock = QTimer(self, interval=_TICK)
        self._clock.timeout.connect(self.tick)
        self._lay_out()
        self._connect()
        self._add_actions()
        self._show_period()

    def _lay_out(self) -> None:
        frame = QFrame()
        frame.setProperty("kind", "card")
        inside = QVBoxLayout(frame, spacing=0)
        inside.setContentsMargins(10, 8, 10, 6)
        inside.addWidget(self.canvas, 1)
        inside.addWidget(self.legend)
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
        self.canvas.visit_wanted.connect(self._open_visit)
        self.canvas.booking_wanted.connect(self._book_at)

    def _add_actions(self) -> None:
        self.add_action("This week", self.go_today, key="T", icon="week")
        self.add_action("Week before", self.go_back, key="PgUp", icon="back")
        self.add_action("Week after", self.go_forward, key="PgDown", icon="forward")
        self.add_action("New booking", self.new_booking, key="N", icon="add")

    # time

    def now(self) -> datetime:
        """What the clock on the wall shows at this location."""
        return wall_now(self.context.clock, self.context.location.zone)

    def _today(self) -> date:
        return self.now().date()

    def tick(self) -> None:
        """The clock went on; at midnight another day is today, and what has passed is no longer free."""
        if self.view is not None and self.canvas.last_day_seen != self._today():
            self.refresh()
        self.canvas.tick(self.now())

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
        """Goes to the week of `day`."""
        if "day" in args:
            self.show_date(args["day"])

    def show_date(self, day: date) -> None:
        """Shows the week of a day, with the keyboard on that day."""
        self.monday = monday_of(day)
        self._show_period()
        self.canvas.go_to(day)
        self.refresh()

    def go_back(self) -> None:
        """The week before."""
        self._turn(-7)

    def go_forward(self) -> None:
        """The week after."""
        self._turn(7)

    def _turn(self, days: int) -> None:
        self.show_date((self.canvas.cursor_day or self.monday) + timedelta(days=days))

    def go_today(self) -> None:
        """The week that is now."""
        self.show_date(self._today())

    def _show_period(self) -> None:
        last = self.monday + timedelta(days=6)
        begins = text.day_month(self.monday) if self.monday.year == last.year else text.day_month_year(self.monday)
        if self.monday.month == last.month:
            begins = str(self.monday.day)
        words = f"{begins} – {text.day_month_year(last)}"
        self.bar.show_period(self.monday, words, is_now=self.monday <= self._today() <= last)

    def refresh(self, changes: Changes | None = None) -> None:
        """Reads the week again where a change touches one of its days."""
        if changes is not None and not self._concerned(changes):
            return
        user, overview = self.context.user(), self.context.services.overview
        location_id, monday = self.context.location.id, self.monday
        self.context.ops.run(self, lambda: overview.week(user, location_id, monday), self._show, latest="week")

    def _concerned(self, changes: Changes) -> bool:
        if self.view is None or changes.tables.isdisjoint(SHOWN_TABLES):
            return False
        if changes.days:
            return any(self.monday <= day < self.monday + timedelta(days=7) for day in changes.days)
        shown = {bar.patient_id for day in self.view.days for bar in day.bars}
        return not changes.patients or not changes.patients.isdisjoint(shown)

    def _show(self, view: WeekView) -> None:
        if view.monday != self.monday:
            return
        self.view = view
        self.canvas.show_week(view, self.now())
        self.legend.show_statuses(bar.status for day in view.days for bar in day.bars)
        self.bar.say(_summary(view))

    # elsewhere

    def print_here(self) -> bool:
        """Ctrl+P: the week on paper."""
        from ketaclinic.ui.dialogs.day_sheet_dialog import open_week_sheet  # noqa: PLC0415 - with the first print

        open_week_sheet(self, self.context, self.monday)
        return True

    def _open_day(self, day: date) -> None:
        self.context.navigate("day", {"day": day})

    def _open_visit(self, day: date, appointment_id: int) -> None:
        self.context.navigate("day", {"day": day, "appointment_id": appointment_id})

    def _book_at(self, day: date, chair_id: int, minute: int) -> None:
        starts_at = datetime.combine(day, time()) + timedelta(minutes=minute)
        self.context.navigate("day", {"day": day, "book": True, "chair_id": chair_id, "starts_at": starts_at})

    def new_booking(self) -> None:
        """A booking on the day the keyboard is at, at no particular place."""
        day = max(self.canvas.cursor_day or self.monday, self._today())
        self.context.navigate("day", {"day": day, "book": True})


def _summary(view: WeekView) -> str:
    """The week in one line."""
    visits = sum(day.visits for day in view.days)
    opened, held = (sum(day.open_minutes for day in view.days), sum(day.held_minutes for day in view.days))
    parts = [text.count(visits, "visit")]
    if opened:
        parts.append(f"chair use {round(100 * held / opened)} %")
    fit = sum(day.free_starts for day in view.days)
    if fit and view.standard:
        parts.append(f"room for {fit:,} more ({view.standard.short_name.lower()}, {view.standard.minutes} min)")
    short = sum(day.overloaded for day in view.days)
    if short:
        parts.append(f"too few nurses on {text.count(short, 'day')}")
    return " · ".join(parts)
