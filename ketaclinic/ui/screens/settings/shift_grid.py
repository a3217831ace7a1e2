"""The week of shifts: a row for each person, a column for each day, and how many nurses that makes.

Signals of `ShiftGrid`: `chosen(object)` a PersonDay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from ketaclinic.domain.capacity_change import usual_shift, whole_day
from ketaclinic.domain.claims import from_wall_minutes, wall_minutes
from ketaclinic.domain.duty import covered
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.resources import Absence, DutySpan, Shift, ShiftPattern
from ketaclinic.domain.schedule import DayView
from ketaclinic.ui import text
from ketaclinic.ui.screens.settings.shift_cell import PersonDay, ShiftButton
from ketaclinic.ui.widgets.pill import Pill
from ketaclinic.ui.widgets.wrapped_text import WrappedText

_NAMES = 168
NO_PRESCRIBER = "No prescriber"


@dataclass(frozen=True, slots=True)
class DutyDay:
    """A day of the week: how many are there against how many usually are.

    Attributes:
        prescribers: the spans of prescribers, those without length included.
    """

    view: DayView
    prescribers: tuple[DutySpan, ...]

    @property
    def nurses(self) -> str:
        """How many nurses there are: those entered, or else the usual number."""
        if not self.view.hours:
            return "Closed"
        usual = self.view.location.usual_nurses[self.view.day.weekday()]
        if not self.view.duty:
            return f"{text.count(usual, 'nurse')} (usual)"
        there = {span.user_id for span in self.view.duty if span.starts_at < span.ends_at}
        return f"{text.count(len(there), 'nurse')}, usually {usual}"

    @property
    def prescriber(self) -> str:
        """When a prescriber is there; empty where none is entered, so that one is taken to be."""
        if not self.view.hours or not self.prescribers:
            return ""
        there = [span for span in self.prescribers if span.starts_at < span.ends_at]
        if not there:
            return NO_PRESCRIBER
        spans = [(span.user_id, wall_minutes(span.starts_at), wall_minutes(span.ends_at)) for span in there]
        hours = [text.span(from_wall_minutes(a), from_wall_minutes(b)) for a, b in covered(spans)]
        return f"Prescriber {', '.join(hours)}"

    @property
    def too_few(self) -> str:
        """Where more is booked than the nurses there can watch; empty when they are enough."""
        first = next((point.at for point in self.view.load if not point.capacity_ok), None)
        return "" if first is None else f"! Too few at {first // 60:02}:{first % 60:02}"


class ShiftGrid(QWidget):
    """Arrow keys go from day to day and from person to person; Tab leaves the row."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__(objectName="scrolled")
        self._cells: list[list[ShiftButton]] = []
        self._grid = QGridLayout(self, horizontalSpacing=6, verticalSpacing=6)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnMinimumWidth(0, _NAMES)
        for column in range(1, 8):
            self._grid.setColumnStretch(column, 1)

    def show_week(self, days: Sequence[DutyDay], people: Sequence[Sequence[PersonDay]], today: date) -> None:
        """Replaces what is shown; the keyboard stays on its day of its person."""
        kept = self._place_of_keyboard()
        self._empty()
        for column, day in enumerate(days, start=1):
            self._grid.addWidget(_DayHead(day, is_today=day.view.day == today), 0, column)
        hours = [h for day in days for h in day.view.hours]
        opens = min((h.opens for h in hours), default=time(8))
        closes = max((h.closes for h in hours), default=time(17))
        for row, week in enumerate(people, start=1):
            self._grid.addWidget(_PersonHead(week[0].user), row, 0)
            self._cells.append([ShiftButton(person, opens, closes) for person in week])
            for column, cell in enumerate(self._cells[-1], start=1):
                cell.clicked.connect(self._clicked)
                cell.moved.connect(self._moved)
                self._grid.addWidget(cell, row, column)
        self._grid.setRowStretch(len(people) + 1, 1)
        self._put_keyboard(kept)

    def cell(self, user_id: int, day: date) -> ShiftButton | None:
        """The cell of a person on a day."""
        return next((c for row in self._cells for c in row if (c.person.user.id, c.person.day) == (user_id, day)), None)

    def _place_of_keyboard(self) -> tuple[int, int] | None:
        """The person and weekday the keyboard is on."""
        for row in self._cells:
            for cell in row:
                if cell.hasFocus():
                    return cell.person.user.id, cell.person.day.weekday()
        return None

    def _put_keyboard(self, place: tuple[int, int] | None) -> None:
        for row in self._cells if place else ():
            for cell in row:
                if (cell.person.user.id, cell.person.day.weekday()) == place:
                    cell.setFocus(Qt.FocusReason.OtherFocusReason)

    def _empty(self) -> None:
        for row in range(len(self._cells) + 2):
            self._grid.setRowStretch(row, 0)
        self._cells = []
        while self._grid.count():
            widget = self._grid.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _clicked(self) -> None:
        cell = self.sender()
        if isinstance(cell, ShiftButton):
            self.chosen.emit(cell.person)

    def _moved(self, columns: int, rows: int) -> None:
        cell = self.sender()
        for number, row in enumerate(self._cells):
            if cell in row:
                at = row.index(cell) + columns
                down = number + rows
                if 0 <= down < len(self._cells) and 0 <= at < 7:
                    self._cells[down][at].setFocus(Qt.FocusReason.OtherFocusReason)
                return


class _DayHead(QFrame):
    """The day, how many nurses there are, the prescriber, and what is missing."""

    def __init__(self, day: DutyDay, *, is_today: bool) -> None:
        super().__init__(accessibleName=f"{text.full_day(day.view.day)}: {day.nurses}")
        column = QVBoxLayout(self, spacing=2)
        column.setContentsMargins(9, 0, 4, 4)
        title = QLabel(text.weekday_day(day.view.day) + (" · today" if is_today else ""))
        title.setProperty("kind", "section")
        column.addWidget(title)
        for words in (day.nurses, day.prescriber):
            if words == NO_PRESCRIBER:
                column.addWidget(Pill(f"! {words}", "amber"))
            elif words:
                label = QLabel(words, wordWrap=True)
                label.setProperty("kind", "small")
                column.addWidget(label)
        if day.too_few:
            column.addWidget(Pill(day.too_few, "amber"))
        column.addStretch()


class _PersonHead(QWidget):
    """Name and role."""

    def __init__(self, user: User) -> None:
        super().__init__(accessibleName=f"{user.name}, {user.role.word}")
        self.setFixedWidth(_NAMES)
        column = QVBoxLayout(self, spacing=0)
        column.setContentsMargins(0, 4, 8, 4)
        role = QLabel(user.role.word if user.active else f"{user.role.word}, may not sign in")
        role.setProperty("kind", "small")
        column.addStretch()
        column.addWidget(WrappedText(13, user.name))
        column.addWidget(role)
        column.addStretch()


@dataclass(frozen=True, slots=True)
class Entered:
    """All that is entered of a week at a location, and what it makes."""

    monday: date
    users: tuple[User, ...]
    patterns: tuple[ShiftPattern, ...]
    shifts: tuple[Shift, ...]
    absences: tuple[Absence, ...]
    duty: tuple[DutySpan, ...]

    def people(self) -> list[list[PersonDay]]:
        """A week for each person: nurses, then prescribers, then whoever else is entered."""
        entries: tuple[ShiftPattern | Shift, ...] = (*self.patterns, *self.shifts)
        entered = {one.user_id for one in entries}
        order = {Role.NURSE: 0, Role.PRESCRIBER: 1}
        shown = [user for user in self.users if user.id in entered or (user.active and user.role in order)]
        shown.sort(key=lambda user: (order.get(user.role, 2), user.name))
        return [[self._day(user, self.monday + timedelta(days=number)) for number in range(7)] for user in shown]

    def _day(self, user: User, day: date) -> PersonDay:
        begin, end = whole_day(day)
        shifts = tuple(s for s in self.shifts if s.user_id == user.id and s.starts_at.date() == day)
        number = (day - date(1970, 1, 1)).days
        usual = tuple(p for p in self.patterns if p.user_id == user.id and usual_shift(p).is_on(number))
        away = tuple(a for a in self.absences if a.user_id == user.id and a.starts_at < end and a.ends_at > begin)
        there = tuple(
            d for d in self.duty if d.user_id == user.id and begin <= d.starts_at < end and d.starts_at < d.ends_at
        )
        return PersonDay(user, day, usual, shifts, away, there)
