"""Who is on duty, a week at a time: usual shifts, shifts of one day, breaks and absences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.capacity_change import BrokenVisit, CapacityChange
from ketaclinic.domain.people import Role
from ketaclinic.domain.resources import Absence, Location, Shift, ShiftPattern
from ketaclinic.ui import text
from ketaclinic.ui.icons import icon
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.settings.duty_dialog import DutyDialog
from ketaclinic.ui.screens.settings.duty_forms import DutyForms, Staff
from ketaclinic.ui.screens.settings.form_dialog import ConfirmDialog
from ketaclinic.ui.screens.settings.shift_cell import PersonDay
from ketaclinic.ui.screens.settings.shift_grid import DutyDay, Entered, ShiftGrid

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class WeekView:
    """A week with all that is entered, and with what is booked against it."""

    location: Location
    entered: Entered
    days: tuple[DutyDay, ...]

    @property
    def staff(self) -> Staff:
        """What the forms need."""
        return Staff(self.location, self.entered.users, self.entered.monday)


class ShiftsPage(QWidget):
    """Shows a week; enters usual shifts, shifts of one day and absences."""

    title = "Shifts"
    tables = frozenset({"shifts", "shift_patterns", "absences", "users", "locations", "appointments"})

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        today = self._today()
        self.monday = today - timedelta(days=today.weekday())
        self.view: WeekView | None = None
        self.forms = DutyForms(context, self, context.notify)
        self.heading = QLabel()
        self.heading.setProperty("kind", "heading")
        self.back = QPushButton(icon("back"), "", accessibleName="Week before", toolTip="Week before")
        self.this_week = QPushButton("This week", accessibleName="This week")
        self.forward = QPushButton(icon("forward"), "", accessibleName="Week after", toolTip="Week after")
        self.repeat = QPushButton(icon("repeat"), "Repeat last week", accessibleName="Repeat last week")
        self.absence = QPushButton("Add absence", accessibleName="Add absence")
        self.new = QPushButton("Add shifts", accessibleName="Add shifts")
        self.usual = QPushButton(icon("add", "on_accent"), "Add usual shift", accessibleName="Add usual shift")
        self.usual.setProperty("kind", "primary")
        self.grid = ShiftGrid()
        self._lay_out()
        for button, slot in (
            (self.back, self._go_back),
            (self.forward, self._go_on),
            (self.this_week, self._go_here),
            (self.repeat, self._repeat),
            (self.absence, self.add_absence),
            (self.new, self.add),
            (self.usual, self.add_usual),
        ):
            button.clicked.connect(slot)
        self.grid.chosen.connect(self._open_day)

    def _lay_out(self) -> None:
        card = QFrame(accessibleName="Shifts card")
        card.setProperty("kind", "card")
        words = QLabel(
            "A shift of one day stands in place of the usual one; who is absent is not counted. On a day without a "
            "nurse's shift, the usual number of nurses counts; without a prescriber's, one is taken to be there.",
            wordWrap=True,
        )
        words.setProperty("kind", "second")
        head = QHBoxLayout(spacing=8)
        for button in (self.back, self.this_week, self.forward):
            head.addWidget(button)
        head.addSpacing(8)
        head.addWidget(self.heading, 1)
        for button in (self.repeat, self.absence, self.new, self.usual):
            head.addWidget(button)
        scroll = QScrollArea(widgetResizable=True, frameShape=QFrame.Shape.NoFrame, accessibleName="Week of shifts")
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self.grid)
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
        self._context.ops.run(
            self, partial(self._read, self.monday, self._context.location), self._show, latest="shifts"
        )

    def _today(self) -> date:
        return wall_now(self._context.clock, self._context.location.zone).date()

    def _read(self, monday: date, here: Location) -> WeekView:
        services, by = self._context.services, self._context.user()
        clinic, sunday = services.clinic, monday + timedelta(days=6)
        (location,) = (place for place in clinic.locations(by) if place.id == here.id)
        duty = clinic.duty(by, here.id, monday, sunday)
        users = services.users.list(by)
        prescribers = {user.id for user in users if user.role is Role.PRESCRIBER}
        patterns = tuple(p for p in clinic.patterns(by, here.id, monday) if p.valid_from <= sunday)
        entered = Entered(
            monday,
            users,
            patterns,
            clinic.shifts(by, here.id, monday, sunday),
            clinic.absences(by, here.id, monday, sunday),
            duty,
        )
        days = (services.booking.day(by, here.id, monday + timedelta(days=number)) for number in range(7))
        return WeekView(
            location,
            entered,
            tuple(
                DutyDay(day, tuple(d for d in duty if d.user_id in prescribers and d.starts_at.date() == day.day))
                for day in days
            ),
        )

    def _show(self, view: WeekView) -> None:
        if view.entered.monday != self.monday:
            return
        self.view = view
        sunday = self.monday + timedelta(days=6)
        self.heading.setText(f"{text.day_month(self.monday)} – {text.day_month_year(sunday)}")
        self.repeat.setVisible(not view.entered.shifts and not view.entered.patterns)
        self.grid.show_week(view.days, view.entered.people(), self._today())

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
        """Opens the form of shifts of this week's days."""
        self._with_staff(self.forms.add_shifts)

    def add_usual(self) -> None:
        """Opens the form of a usual shift."""
        self._with_staff(self.forms.add_usual)

    def add_absence(self) -> None:
        """Opens the form of an absence."""
        self._with_staff(self.forms.add_absence)

    def _with_staff(self, form: Callable[[Staff], None]) -> None:
        read = partial(self._read, self.monday, self._context.location)
        self._context.ops.run(self, read, lambda view: form(view.staff))

    def _open_day(self, person: PersonDay) -> None:
        dialog = DutyDialog(self, person)
        dialog.asked.connect(partial(self._asked, person))
        dialog.open()

    def _asked(self, person: PersonDay, deed: str, entry: object) -> None:
        if self.view is None:
            return
        staff, who, day = self.view.staff, person.user.id, person.day
        if isinstance(entry, ShiftPattern):
            if deed == "edit-usual":
                self.forms.edit_usual(staff, entry)
            else:
                self.forms.end_usual(staff, entry, day - timedelta(days=1))
        elif isinstance(entry, Shift):
            if deed == "edit-shift":
                self.forms.edit_shift(staff, entry)
            else:
                self._ask_removal(staff, entry)
        elif isinstance(entry, Absence):
            self._ask_back(staff, entry)
        elif deed == "add-usual":
            self.forms.add_usual(staff, who, day.weekday())
        elif deed == "add-shift":
            self.forms.add_shifts(staff, who, day)
        else:
            self.forms.add_absence(staff, who, day)

    def _ask_removal(self, staff: Staff, shift: Shift) -> None:
        name = staff.name(shift.user_id)
        when = f"{text.full_day(shift.starts_at.date())}, {text.span(shift.starts_at, shift.ends_at)}"
        work = partial(self._context.services.clinic.remove_shift, self._context.user(), shift.id)
        change = CapacityChange(shifts_removed=frozenset({shift.id}))
        words = f"{name} has no shift of this day alone any more: {when}. A usual shift holds again."
        dialog = ConfirmDialog(
            self._context, "Take shift out", words, "Take out", work, parent=self, look=self._look(staff, change)
        )
        dialog.done.connect(partial(self._context.notify, f"The shift of {name} is taken out."))
        dialog.open()

    def _ask_back(self, staff: Staff, absence: Absence) -> None:
        name = staff.name(absence.user_id)
        work = partial(self._context.services.clinic.remove_absence, self._context.user(), absence.id)
        words = f"{name} counts again from {text.when(absence.starts_at)} to {text.when(absence.ends_at)}."
        dialog = ConfirmDialog(self._context, "Take absence out", words, "Take out", work, parent=self)
        dialog.done.connect(partial(self._context.notify, f"The absence of {name} is taken out."))
        dialog.open()

    def _look(self, staff: Staff, change: CapacityChange) -> Callable[[], tuple[BrokenVisit, ...]]:
        return partial(self._context.services.clinic.would_break, self._context.user(), staff.location.id, change)

    def _repeat(self) -> None:
        """Enters the shifts of the week before for this one, all of them or none."""
        self._context.ops.run(self, partial(self._copy_week, self.monday, self._context.location.id), self._repeated)

    def _repeated(self, shifts: Sequence[Shift]) -> None:
        self._context.notify(f"{text.count(len(shifts), 'shift')} entered.")

    def _copy_week(self, monday: date, here: int) -> tuple[Shift, ...]:
        service, by = self._context.services.clinic, self._context.user()
        users = {user.id for user in self._context.services.users.list(by) if user.active}
        before = service.shifts(by, here, monday - _WEEK, monday - timedelta(days=1))
        again = [
            (shift.user_id, here, shift.starts_at + _WEEK, shift.ends_at + _WEEK, shift.breaks)
            for shift in before
            if shift.user_id in users and shift.starts_at.date() >= monday - _WEEK
        ]
        return service.add_shifts(by, again) if again else ()
