"""Hours in which nothing may be booked: holidays, lunch, a chair out of use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ketaclinic.clock import wall_now
from ketaclinic.domain.capacity_change import BrokenVisit, CapacityChange, HolidayCountry
from ketaclinic.domain.findings import Finding
from ketaclinic.domain.repair import OutageKind
from ketaclinic.domain.resources import Chair, Closure, Location
from ketaclinic.ui import text
from ketaclinic.ui.form import Field
from ketaclinic.ui.rows_model import Column
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.settings.broken import Foresight, repair_of
from ketaclinic.ui.screens.settings.form_dialog import ConfirmDialog, FormDialog, Typed, wrong
from ketaclinic.ui.screens.settings.holidays_dialog import HolidaysDialog
from ketaclinic.ui.screens.settings.list_card import ListCard
from ketaclinic.ui.screens.settings.location_dialog import LocationDialog

Found = tuple[Location, tuple[Chair, ...], tuple[Closure, ...]]
_AHEAD = timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class ClosureRow:
    """A closure with the name of its chair."""

    closure: Closure
    where: str

    @property
    def day(self) -> str:
        """Its first and, where it differs, its last day."""
        first = self.closure.starts_at.date()
        last = (self.closure.ends_at - timedelta(minutes=1)).date()  # midnight ends the day before
        return text.full_day(first) + (f" to {text.weekday_day(last)}" if last != first else "")

    @property
    def hours(self) -> str:
        """From when to when, or all day."""
        starts, ends = self.closure.starts_at, self.closure.ends_at
        return "All day" if starts.time() == ends.time() == time() else text.span(starts, ends)


_COLUMNS: tuple[Column[ClosureRow], ...] = (
    Column("Day", lambda row: row.day, width=260),
    Column("Time", lambda row: row.hours, width=130),
    Column("Where", lambda row: row.where, width=170),
    Column("Reason", lambda row: row.closure.reason),
)


class ClosuresPage(QWidget):
    """Lists what is to come; adds and removes."""

    title = "Closures"
    tables = frozenset({"closures", "chairs", "locations"})

    def __init__(self, context: ScreenContext) -> None:
        super().__init__()
        self._context = context
        self.card: ListCard[ClosureRow] = ListCard(
            "Closures",
            "Hours in which nothing may be booked. Closures are hatched on the day board.",
            _COLUMNS,
            lambda row: row.closure.id,
            lambda _row, column: "" if column else "strong",
            empty="No closure is to come.",
        )
        self.card.add_button("Remove", self.remove, name="Remove closure")
        self.card.add_button("Public holidays", self.holidays, icon_name="month", kind="plain", needs_row=False)
        self.card.add_button("Add closure", self.add, icon_name="add", kind="primary")
        self.card.offer_csv(context, "Closures")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.card)

    def look(self) -> None:
        """Reads the closures from today on."""
        self._context.ops.run(self, self._read, self._show, latest="closures")

    def _today(self) -> date:
        return wall_now(self._context.clock, self._context.location.zone).date()

    def _read(self) -> Found:
        service, by, here = self._context.services.clinic, self._context.user(), self._context.location.id
        (location,) = (place for place in service.locations(by) if place.id == here)
        today = self._today()
        return location, service.chairs(by, here), service.closures(by, here, today, today + _AHEAD)

    def _show(self, found: Found) -> None:
        _, chairs, closures = found
        names: dict[int | None, str] = {chair.id: chair.name for chair in chairs}
        names[None] = "Whole location"
        self.card.show_rows([ClosureRow(one, names.get(one.chair_id, "A retired chair")) for one in closures])

    def add(self) -> None:
        """Opens the form of a new closure, with the chairs there are now."""
        self._context.ops.run(self, self._read, self._open_new)

    def _open_new(self, found: Found) -> None:
        location, chairs, _ = found
        service, by, here = self._context.services.clinic, self._context.user(), self._context.location.id
        today = self._today()

        def look(typed: Typed) -> tuple[BrokenVisit, ...]:
            return service.would_break(by, here, CapacityChange(closures=(_closure(here, typed),)))

        def save(typed: Typed, command: str) -> Closure:
            starts, ends = _stretch(typed)
            return service.add_closure(by, here, typed["chair"], starts, ends, typed["reason"], command)

        opens = min((h.opens for h in location.hours), default=time(8))
        closes = max((h.closes for h in location.hours), default=time(17))
        dialog = FormDialog(
            self._context,
            "Add closure",
            _fields(chairs),
            save,
            parent=self,
            values={"starts_at": opens, "ends_at": closes},
            check=partial(_check, today),
            button="Close these hours",
            foresight=Foresight(look, blocks=True, repair=partial(_repair_args, here)),
        )
        dialog.saved.connect(self._added)
        dialog.open()

    def holidays(self) -> None:
        """Opens the public holidays of this location's country and region."""
        self._context.ops.run(self, self._read, self._open_holidays)

    def _open_holidays(self, found: Found) -> None:
        dialog = HolidaysDialog(self._context, found[0], self._today(), parent=self)
        dialog.saved.connect(self._holidays_closed)
        dialog.country_wanted.connect(partial(self.choose_country, found[0]))
        dialog.open()

    def choose_country(self, location: Location) -> None:
        """Opens the location's form at its country; with the country chosen, the holidays are offered."""
        clinic, by = self._context.services.clinic, self._context.user()

        def read() -> tuple[Location, tuple[HolidayCountry, ...]]:
            return next(one for one in clinic.locations(by) if one.id == location.id), clinic.holiday_countries(by)

        self._context.ops.run(self, read, self._ask_country)

    def _ask_country(self, found: tuple[Location, tuple[HolidayCountry, ...]]) -> None:
        dialog = LocationDialog(self._context, *found, parent=self)
        dialog.saved.connect(self._country_chosen)
        dialog.open()
        dialog.form.editor("country").setFocus(Qt.FocusReason.OtherFocusReason)

    def _country_chosen(self, location: Location) -> None:
        if location.country:
            self.holidays()

    def _holidays_closed(self, closures: tuple[Closure, ...]) -> None:
        days = len({closure.starts_at.date() for closure in closures})
        self._context.notify(f"{text.count(days, 'holiday')} closed.")

    def _added(self, closure: Closure) -> None:
        self._context.notify(f"Closed: {closure.reason}, {text.when(closure.starts_at)}.")
        self.look()
        self.card.choose(closure.id)

    def remove(self) -> None:
        """Asks, then opens the hours of the chosen closure again."""
        row = self.card.chosen()
        if row is None:
            return
        work = partial(self._context.services.clinic.remove_closure, self._context.user(), row.closure.id)
        what = f"{row.closure.reason}, {row.day}, {row.hours.lower()}, {row.where.lower()}"
        words = f"{what}: visits can be booked there again."
        dialog = ConfirmDialog(self._context, "Remove closure", words, "Remove", work, parent=self)
        dialog.done.connect(lambda: self._context.notify("These hours are open again."))
        dialog.open()


def _fields(chairs: tuple[Chair, ...]) -> tuple[Field, ...]:
    where = ((None, "Whole location"), *((chair.id, chair.name) for chair in chairs))
    return (
        Field("day", "Day", kind="date", required=True, placeholder="24 Dec 2026"),
        Field("last_day", "Last day", kind="date", placeholder="The same day"),
        Field("starts_at", "From", kind="time", required=True),
        Field("ends_at", "To", kind="time", required=True),
        Field("chair", "Where", kind="choice", choices=where),
        Field("reason", "Reason", required=True, placeholder="Holiday, pump service, …"),
    )


def _check(today: date, typed: Typed) -> tuple[Finding, ...]:
    words = {"day": "On which day?", "starts_at": "From what time?", "ends_at": "Until what time?"}
    found = [wrong(name, said) for name, said in words.items() if typed[name] is None]
    day, last = typed["day"], typed["last_day"]
    if day is not None and max(day, last or day) < today:
        found.append(wrong("day", "This day is over."))
    if not found and last is not None and last < day:
        found.append(wrong("last_day", "The last day is before the first."))
    return tuple(found)


def _closure(here: int, typed: Typed) -> Closure:
    return Closure(0, here, typed["chair"], *_stretch(typed), typed["reason"])


def _repair_args(here: int, typed: Typed, broken: Sequence[BrokenVisit]) -> dict[str, object]:
    """What opens the first day in the way, to be repaired around the closure."""
    chair = typed["chair"]
    out = (OutageKind.CLINIC, here) if chair is None else (OutageKind.CHAIR, chair)
    return repair_of(broken, out, _stretch(typed), typed["reason"])


def _stretch(typed: Typed) -> tuple[datetime, datetime]:
    return (
        datetime.combine(typed["day"], typed["starts_at"]),
        datetime.combine(typed["last_day"] or typed["day"], typed["ends_at"]),
    )
