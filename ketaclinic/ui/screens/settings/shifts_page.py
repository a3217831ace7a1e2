"""Who is on duty, a week at a time. Without shifts, a day has the location's usual number of nurses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.findings import Finding
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.resources import Location, Shift
from ketaclinic.domain.schedule import DayView
from ketaclinic.ui import text
from ketaclinic.ui.form import Field
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.settings.form_dialog import ConfirmDialog, FormDialog, Typed, wrong
from ketaclinic.ui.screens.settings.shift_column import ShiftColumn, ShiftDay
from ketaclinic.ui.widgets.card import empty_layout

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WeekView:
    """A week with its shifts, and with what is booked against them."""

    monday: date
    location: Location
    users: tuple[User, ...]
    shifts: tuple[Shift, ...]
    days: tuple[DayView, ...]


class ShiftsPage(QWidget):
    """Shows a week; adds, repeats and removes shifts."""

    title = "Shifts"
    tables = frozenset({"shifts", "users", "locations", "appointments"})

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        today = self._today()
        self.monday = today - timedelta(days=today.weekday())
        self.view: WeekView | None = None
        self.heading = QLabel()
        self.heading.setProperty("kind", "heading")
        self.back = QPushButton(icon("back"), "", accessibleName="Week before", toolTip="Week before")
        self.this_week = QPushButton("This week", accessibleName="This week")
        self.forward = QPushButton(icon("forward"), "", accessibleName="Week after", toolTip="Week after")
        self.repeat = QPushButton(icon("repeat"), "Repeat last week", accessibleName="Repeat last week")
        self.new = QPushButton(icon("add", "on_accent"), "Add shifts", accessibleName="Add shifts")
        self.new.setProperty("kind", "primary")
        self._columns = QHBoxLayout(spacing=8)
        self._lay_out()
        self.back.clicked.connect(self._go_back)
        self.forward.clicked.connect(self._go_on)
        self.this_week.clicked.connect(self._go_here)
        self.repeat.clicked.connect(self._repeat)
        self.new.clicked.connect(self.add)

    def _lay_out(self) -> None:
        card = QFrame(accessibleName="Shifts card")
        card.setProperty("kind", "card")
        words = QLabel(
            "Click a shift to take it out. On a day without a nurse's shift, the usual number of nurses counts.",
            wordWrap=True,
        )
        words.setProperty("kind", "second")
        head = QHBoxLayout(spacing=8)
        for button in (self.back, self.this_week, self.forward):
            head.addWidget(button)
        head.addSpacing(8)
        head.addWidget(self.heading, 1)
        head.addWidget(self.repeat)
        head.addWidget(self.new)
        inside = QWidget(objectName="scrolled")
        inside.setLayout(self._columns)
        self._columns.setContentsMargins(0, 0, 0, 0)
        scroll = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame, accessibleName="Week of shifts")
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        column = QVBoxLayout(card, spacing=12)
        column.setContentsMargins(18, 16, 18, 16)
        column.addLayout(head)
        column.addWidget(words)
        column.addWidget(scroll, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(card)

    # -- showing

    def look(self) -> None:
        """Reads the week in hand anew."""
        self._context.ops.run(self, partial(self._read, self.monday), self._show, latest="shifts")

    def _today(self) -> date:
        return wall_now(self._context.clock, self._context.location.zone).date()

    def _read(self, monday: date) -> WeekView:
        services, by, here = self._context.services, self._context.user(), self._context.location.id
        (location,) = (place for place in services.clinic.locations(by) if place.id == here)
        days = tuple(monday + timedelta(days=number) for number in range(7))
        return WeekView(
            monday,
            location,
            services.users.list(by),
            services.clinic.shifts(by, here, days[0], days[-1]),
            tuple(services.booking.day(by, here, day) for day in days),
        )

    def _show(self, view: WeekView) -> None:
        if view.monday != self.monday:
            return
        self.view = view
        sunday = view.monday + timedelta(days=6)
        self.heading.setText(f"{text.day_month(view.monday)} – {text.day_month_year(sunday)}")
        self.repeat.setVisible(not view.shifts)
        empty_layout(self._columns)
        for day in _days(view):
            column = ShiftColumn(day, is_today=day.view.day == self._today())
            column.shift_chosen.connect(self._ask_removal)
            self._columns.addWidget(column, 1)

    def _go(self, monday: date) -> None:
        self.monday = monday
        self.look()

    def _go_back(self) -> None:
        self._go(self.monday - _WEEK)

    def _go_on(self) -> None:
        self._go(self.monday + _WEEK)

    def _go_here(self) -> None:
        today = self._today()
        self._go(today - timedelta(days=today.weekday()))

    # -- doing

    def add(self) -> None:
        """Opens the form: who, from when to when, on which days of this week."""
        self._context.ops.run(self, partial(self._read, self.monday), self._open_new)

    def _open_new(self, view: WeekView) -> None:
        service, by, hours = self._context.services.clinic, self._context.user(), view.location.hours

        def save(typed: Typed, _command: str) -> tuple[Shift, ...]:
            return service.add_shifts(by, _wanted(view, typed))

        dialog = FormDialog(
            self._context,
            "Add shifts",
            _fields(view),
            save,
            parent=self,
            values={
                "starts_at": min((h.opens for h in hours), default=time(8)),
                "ends_at": max((h.closes for h in hours), default=time(17)),
            },
            check=_check,
            subtitle=f"Week of {text.full_day(view.monday)}. The same hours on every day that is ticked.",
            button="Add shifts",
            columns=4,
            width=720,
        )
        dialog.saved.connect(self._added)
        dialog.open()

    def _added(self, shifts: Sequence[Shift]) -> None:
        self._context.notify(f"{text.count(len(shifts), 'shift')} entered.")

    def _repeat(self) -> None:
        """Enters the shifts of the week before for this one, all of them or none."""
        self._context.ops.run(self, partial(self._copy_week, self.monday), self._added)

    def _copy_week(self, monday: date) -> tuple[Shift, ...]:
        service, by, here = self._context.services.clinic, self._context.user(), self._context.location.id
        users = {user.id for user in self._context.services.users.list(by) if user.active}
        before = service.shifts(by, here, monday - _WEEK, monday - timedelta(days=1))
        again = [
            (shift.user_id, here, shift.starts_at + _WEEK, shift.ends_at + _WEEK)
            for shift in before
            if shift.user_id in users and shift.starts_at.date() >= monday - _WEEK
        ]
        return service.add_shifts(by, again) if again else ()

    def _ask_removal(self, shift: Shift) -> None:
        name = _names(self.view)[shift.user_id] if self.view else ""
        when = f"{text.full_day(shift.starts_at.date())}, {text.span(shift.starts_at, shift.ends_at)}"
        work = partial(self._context.services.clinic.remove_shift, self._context.user(), shift.id)
        words = f"{name} is not on duty then: {when}. Visits already booked stay as they are."
        dialog = ConfirmDialog(self._context, "Take shift out", words, "Take out", work, parent=self)
        dialog.done.connect(partial(self._context.notify, f"The shift of {name} is taken out."))
        dialog.open()


def _names(view: WeekView) -> dict[int, str]:
    return {user.id: user.name for user in view.users}


def _days(view: WeekView) -> list[ShiftDay]:
    names, nurses = _names(view), {user.id for user in view.users if user.role is Role.NURSE}
    made = []
    for day in view.days:
        here = tuple(shift for shift in view.shifts if shift.starts_at.date() <= day.day <= shift.ends_at.date())
        made.append(ShiftDay(day, here, names, frozenset(nurses)))
    return made


def _fields(view: WeekView) -> tuple[Field, ...]:
    people = sorted(
        (user for user in view.users if user.active), key=lambda user: (user.role is not Role.NURSE, user.name)
    )
    who = tuple((user.id, f"{user.name} · {user.role.word}") for user in people)
    days = (view.monday + timedelta(days=number) for number in range(7))
    return (
        Field("user", "Who", kind="choice", choices=who, span=2),
        Field("starts_at", "From", kind="time", required=True),
        Field("ends_at", "To", kind="time", required=True),
        *(Field(f"day{number}", text.weekday_day(day), kind="yes") for number, day in enumerate(days)),
    )


def _check(typed: Typed) -> tuple[Finding, ...]:
    words = {"starts_at": "From what time?", "ends_at": "Until what time?"}
    found = [wrong(name, said) for name, said in words.items() if typed[name] is None]
    if not any(typed[f"day{number}"] for number in range(7)):
        found.append(wrong("day0", "Tick at least one day."))
    return tuple(found)


def _wanted(view: WeekView, typed: Typed) -> list[tuple[int, int, datetime, datetime]]:
    days = [view.monday + timedelta(days=number) for number in range(7) if typed[f"day{number}"]]
    starts, ends = typed["starts_at"], typed["ends_at"]
    return [
        (typed["user"], view.location.id, datetime.combine(day, starts), datetime.combine(day, ends)) for day in days
    ]
