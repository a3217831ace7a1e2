"""Month: how full each day is, what is closed, and where there is room; a day is one click away."""

from datetime import date

from ketaclinic.domain.changes import Changes
from ketaclinic.domain.overview import MonthView
from ketaclinic.ui import text
from ketaclinic.ui.period_screen import PeriodScreen, in_one_line
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.month.canvas import MonthCanvas
from ketaclinic.ui.widgets.date_button import month_later

_TICK = 60_000
"""Milliseconds between two looks at the clock: only midnight matters."""
_SHOWN_TABLES = frozenset(
    {"absences", "appointments", "chairs", "closures", "locations", "shift_patterns", "shifts", "users"}
)


class MonthScreen(PeriodScreen[MonthCanvas]):
    """The weeks of one month at this location."""

    key = "month"
    title = "Month"
    icon = "month"

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, MonthCanvas(), _TICK)
        self.view: MonthView | None = None
        self.first = self._today().replace(day=1)
        self._shown_on = self._today()
        self.lay_out((6, 6, 6, 6))
        self.canvas.day_wanted.connect(self.open_day)
        self.canvas.month_wanted.connect(self.show_date)
        self._show_period()

    @property
    def place(self) -> date:
        at = self.canvas.cursor_day
        return at if (at.year, at.month) == (self.first.year, self.first.month) else self.first

    def tick(self) -> None:
        """The clock went on; at midnight another day is today."""
        if self.view is not None and self._shown_on != self._today():
            self._shown_on = self._today()
            self._show_period()
            self.refresh()

    def show_date(self, day: date) -> None:
        """Shows the month of a day, with the keyboard on that day."""
        self.canvas.go_to(day)
        self.first = day.replace(day=1)
        self._show_period()
        self.refresh()

    def go_back(self) -> None:
        """The month before."""
        self.show_date(month_later(self.place, -1))

    def go_forward(self) -> None:
        """The month after."""
        self.show_date(month_later(self.place, 1))

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


def _summary(view: MonthView) -> str:
    """The month in one line."""
    days = view.in_month
    opened = [day.use for day in days if day.open]
    return in_one_line(
        sum(day.visits for day in days),
        sum(opened) / len(opened) if opened else None,
        sum(day.free_starts or 0 for day in days),
        view.standard,
        sum(day.overloaded for day in days),
    )
