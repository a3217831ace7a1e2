"""Week: each day's chairs at a glance, with what is still free; a day, a visit or free time is one click away."""

from datetime import date, datetime, time, timedelta

from ketaclinic.domain.changes import Changes
from ketaclinic.domain.overview import WeekView, monday_of
from ketaclinic.ui import text
from ketaclinic.ui.period_screen import PeriodScreen, in_one_line
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.week.canvas import WeekCanvas
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


class WeekScreen(PeriodScreen[WeekCanvas]):
    """Seven days of this location, those that are open as columns."""

    key = "week"
    title = "Week"
    icon = "week"

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context, WeekCanvas(), _TICK)
        self.view: WeekView | None = None
        self.monday = monday_of(self.now().date())
        self.legend = StatusLegend()
        self.lay_out((10, 8, 10, 6), self.legend)
        self.canvas.day_wanted.connect(self.open_day)
        self.canvas.visit_wanted.connect(self._open_visit)
        self.canvas.booking_wanted.connect(self._book_at)
        self._show_period()

    @property
    def place(self) -> date:
        return self.canvas.cursor_day or self.monday

    def tick(self) -> None:
        """The clock went on; at midnight another day is today, and what has passed is no longer free."""
        if self.view is not None and self.canvas.last_day_seen != self._today():
            self.refresh()
        self.canvas.tick(self.now())

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
        self.show_date(self.place + timedelta(days=days))

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

    def _open_visit(self, day: date, appointment_id: int) -> None:
        self.context.navigate("day", {"day": day, "appointment_id": appointment_id})

    def _book_at(self, day: date, chair_id: int, minute: int) -> None:
        starts_at = datetime.combine(day, time()) + timedelta(minutes=minute)
        self.context.navigate("day", {"day": day, "book": True, "chair_id": chair_id, "starts_at": starts_at})


def _summary(view: WeekView) -> str:
    """The week in one line."""
    opened, held = (sum(day.open_minutes for day in view.days), sum(day.held_minutes for day in view.days))
    return in_one_line(
        sum(day.visits for day in view.days),
        held / opened if opened else None,
        sum(day.free_starts for day in view.days),
        view.standard,
        sum(day.overloaded for day in view.days),
    )
