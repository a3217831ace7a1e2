"""The clinic as it stands on letterheads, its opening hours and nurses, and its chairs."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ketaclinic.clock import wall_now
from ketaclinic.domain.capacity_change import BrokenVisit, CapacityChange, HolidayCountry
from ketaclinic.domain.repair import OutageKind
from ketaclinic.domain.resources import Chair, Clinic, Location
from ketaclinic.ui import text
from ketaclinic.ui.form import Field
from ketaclinic.ui.icons import icon
from ketaclinic.ui.rows_model import Column
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.settings.form_dialog import ConfirmDialog, FormDialog, Typed, wrong
from ketaclinic.ui.screens.settings.list_card import ListCard
from ketaclinic.ui.screens.settings.location_dialog import LocationDialog
from ketaclinic.ui.screens.settings.week_form import WEEKDAYS
from ketaclinic.ui.widgets.card import TitledCard, empty_layout
from ketaclinic.ui.widgets.wrapped_text import WrappedText

_LETTERHEAD = (
    Field("name", "Name of the clinic", required=True, span=2),
    Field("phone", "Telephone"),
    Field("after_hours_phone", "Telephone after hours", hint="Patients find it on their aftercare sheet."),
    Field("address", "Address", kind="lines", span=2),
    Field("email", "E-mail"),
    Field("website", "Website"),
)
_CHAIR = (Field("name", "Name of the chair", required=True, span=2, placeholder="A room counts as a chair"),)
_CHAIRS: tuple[Column[Chair], ...] = (Column("Name", lambda chair: chair.name),)
_ROOM_FOR_TWO = 860


@dataclass(frozen=True, slots=True)
class ClinicView:
    """What the page shows, read in one go."""

    clinic: Clinic
    location: Location
    chairs: tuple[Chair, ...]
    retired: tuple[Chair, ...]


class ClinicPage(QScrollArea):
    """Shows it all; each card has its own form."""

    title = "Clinic"
    tables = frozenset({"clinic", "locations", "chairs"})

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(
            widgetResizable=True,
            frameShape=QFrame.Shape.NoFrame,
            horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff,
            accessibleName="Clinic page",
        )
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._context = context
        self.view: ClinicView | None = None
        self.letterhead = TitledCard("Letterhead", action="Edit", action_icon="edit", name="Edit letterhead")
        self.hours = TitledCard("Hours and nurses", action="Edit", action_icon="edit", name="Edit hours and nurses")
        self.chairs: ListCard[Chair] = ListCard(
            "Chairs",
            "In the order of the day board. A chair is retired, never deleted: its past visits stay.",
            _CHAIRS,
            lambda chair: chair.id,
            lambda _chair, _column: "strong",
            empty="There is no chair yet.",
        )
        self.chairs.offer_csv(context, "Chairs")
        for card in (self.letterhead, self.hours):
            card.title.setProperty("kind", "heading")
        self.chairs.table.horizontalHeader().hide()
        self.chairs.setMinimumHeight(300)
        self.chairs.add_button("Retire", self.retire_chair, name="Retire chair")
        self.bring_back = self.chairs.add_button(
            "Bring back", self.unretire_chair, name="Bring a chair back", needs_row=False
        )
        self.chairs.add_button("Rename", self.rename_chair, name="Rename chair", icon_name="edit")
        self.chairs.add_button("Add chair", self.add_chair, icon_name="add", kind="primary")
        self.chairs.activated.connect(self._rename)
        self.letterhead.action.clicked.connect(self.edit_letterhead)
        self.hours.action.clicked.connect(self.edit_hours)
        self._lay_out()

    def _lay_out(self) -> None:
        inside = QWidget(objectName="scrolled")
        left = QVBoxLayout(spacing=12)
        left.addWidget(self.letterhead)
        left.addWidget(self.hours)
        self.add_place = QPushButton(icon("add"), "Add location", accessibleName="Add location")
        self.add_place.clicked.connect(self.add_location)
        left.addWidget(self.add_place, alignment=Qt.AlignmentFlag.AlignLeft)
        left.addStretch()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, inside, spacing=12)
        self._columns.setContentsMargins(0, 0, 4, 0)
        self._columns.addLayout(left, 1)
        self._columns.addWidget(self.chairs, 1)
        self.setWidget(inside)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _ROOM_FOR_TWO
        self._columns.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    # -- showing

    def look(self) -> None:
        """Reads the clinic anew."""
        self._context.ops.run(self, self._read, self._show, latest="clinic")

    def _read(self) -> ClinicView:
        service, by, here = self._context.services.clinic, self._context.user(), self._context.location
        (location,) = (place for place in service.locations(by) if place.id == here.id)
        return ClinicView(
            service.clinic(by), location, service.chairs(by, here.id), service.retired_chairs(by, here.id)
        )

    def _show(self, view: ClinicView) -> None:
        self.view = view
        clinic = view.clinic
        _fill(
            self.letterhead,
            (
                ("Name", clinic.name),
                ("Telephone", clinic.phone),
                ("After hours", clinic.after_hours_phone),
                ("Address", clinic.address),
                ("E-mail", clinic.email),
                ("Website", clinic.website),
            ),
        )
        self.hours.title.setText(f"{view.location.name} · hours and nurses")
        place = view.location
        _fill(
            self.hours,
            (
                *((WEEKDAYS[day], _day_line(place, day)) for day in range(7)),
                ("Time zone", place.zone),
                *((word, said) for word, said in (("Telephone", place.phone), ("Address", place.address)) if said),
                ("Holidays of", " · ".join(filter(None, (place.country, place.subdivision))) or "Not chosen"),
            ),
        )
        self.chairs.show_rows(view.chairs)
        self.bring_back.setVisible(bool(view.retired))

    # -- doing

    def edit_letterhead(self) -> None:
        """Opens name and contacts."""
        if self.view is None:
            self._context.ops.run(self, self._read, self._read_first, latest="clinic")
            return
        clinic, service, by = self.view.clinic, self._context.services.clinic, self._context.user()

        def save(typed: Typed, _command: str) -> Clinic:
            return service.edit_clinic(by, replace(clinic, **typed))

        dialog = FormDialog(
            self._context,
            "Letterhead",
            _LETTERHEAD,
            save,
            parent=self,
            values={field.name: getattr(clinic, field.name) for field in _LETTERHEAD},
            check=lambda typed: () if typed["name"] else (wrong("name", "The clinic needs a name."),),
            subtitle="As it stands on every document printed from now on.",
            button="Save letterhead",
        )
        dialog.saved.connect(lambda _saved: self._context.notify("Letterhead saved."))
        dialog.open()

    def _read_first(self, view: ClinicView) -> None:
        self._show(view)
        self.edit_letterhead()

    def edit_hours(self) -> None:
        """Opens hours and usual nurses."""
        if self.view is not None:
            self._open_location(self.view.location, "Hours of {} saved.")

    def add_location(self) -> None:
        """Opens the form of another site, with this one's hours to begin with."""
        if self.view is not None:
            stands = self.view.location
            fresh = replace(stands, id=0, name="", phone="", address="", version=1)
            self._open_location(fresh, "{} added. Choose it at the foot of the window.")

    def _open_location(self, location: Location, words: str) -> None:
        read = partial(self._context.services.clinic.holiday_countries, self._context.user())
        self._context.ops.run(self, read, partial(self._opened_location, location, words))

    def _opened_location(self, location: Location, words: str, countries: tuple[HolidayCountry, ...]) -> None:
        dialog = LocationDialog(self._context, location, countries, parent=self)
        dialog.saved.connect(lambda saved: self._context.notify(words.format(saved.name)))
        dialog.open()

    def add_chair(self) -> None:
        """Opens the form of a new chair."""
        service, by, here = self._context.services.clinic, self._context.user(), self._context.location

        def save(typed: Typed, command: str) -> Chair:
            return service.add_chair(by, here.id, typed["name"], command)

        self._open_chair("Add chair", save, {}, "Add chair")

    def rename_chair(self) -> None:
        """Opens the name of the chair that is chosen."""
        chair = self.chairs.chosen()
        if chair is not None:
            self._rename(chair)

    def _rename(self, chair: Chair) -> None:
        service, by = self._context.services.clinic, self._context.user()

        def save(typed: Typed, _command: str) -> Chair:
            return service.rename_chair(by, chair.id, typed["name"])

        self._open_chair("Rename chair", save, {"name": chair.name}, "Save name")

    def _open_chair(
        self, title: str, save: Callable[[Typed, str], Chair], values: Mapping[str, str], button: str
    ) -> None:
        dialog = FormDialog(self._context, title, _CHAIR, save, parent=self, values=values, button=button, width=480)
        dialog.saved.connect(self._chair_saved)
        dialog.open()

    def _chair_saved(self, chair: Chair) -> None:
        self._context.notify(f"{chair.name} saved.")

    def retire_chair(self) -> None:
        """Asks, then takes the chosen chair out of use."""
        chair = self.chairs.chosen()
        if chair is None:
            return
        retire = partial(self._context.services.clinic.retire_chair, self._context.user(), chair.id)
        words = f"Nothing can be booked on {chair.name} any more. Its past visits stay in the records."
        change = CapacityChange(chairs_retired=((chair.id, self._today()),))
        service, by = self._context.services.clinic, self._context.user()
        look = partial(service.would_break, by, chair.location_id, change)
        dialog = ConfirmDialog(
            self._context,
            f"Retire {chair.name}",
            words,
            "Retire",
            retire,
            parent=self,
            look=look,
            blocks=True,
            repair=partial(_repair_args, chair),
        )
        dialog.done.connect(lambda: self._context.notify(f"{chair.name} is retired."))
        dialog.open()

    def _today(self) -> date:
        return wall_now(self._context.clock, self._context.location.zone).date()

    def unretire_chair(self) -> None:
        """Asks which retired chair comes back into use."""
        if self.view is None or not self.view.retired:
            return
        service, by = self._context.services.clinic, self._context.user()
        choices = tuple(
            (chair.id, f"{chair.name} · retired {text.day_month_year(chair.retired_on)}")
            for chair in self.view.retired
            if chair.retired_on is not None
        )
        dialog = FormDialog(
            self._context,
            "Bring a chair back",
            (Field("chair", "Chair", kind="choice", choices=choices, span=2),),
            lambda typed, _command: service.unretire_chair(by, typed["chair"]),
            parent=self,
            subtitle="It can be booked again from now on.",
            button="Bring back",
            width=480,
        )
        dialog.saved.connect(lambda chair: self._context.notify(f"{chair.name} is in use again."))
        dialog.open()


def _repair_args(chair: Chair, broken: Sequence[BrokenVisit]) -> dict[str, Any]:
    """What opens the first day with visits on a chair that is to go; on the day itself, from now on."""
    out = {"kind": OutageKind.CHAIR, "id": chair.id, "reason": f"{chair.name} goes out of use"}
    return {"day": broken[0].card.appointment.starts_at.date(), "repair": out}


def _day_line(location: Location, day: int) -> str:
    hours = [text.span(h.opens, h.closes) for h in location.hours if h.weekday == day]
    return f"{', '.join(hours)} · {text.count(location.usual_nurses[day], 'nurse')}" if hours else "Closed"


def _fill(card: TitledCard, rows: Iterable[tuple[str, str]]) -> None:
    empty_layout(card.body)
    holder = QWidget()
    grid = QGridLayout(holder, horizontalSpacing=14, verticalSpacing=7)
    grid.setContentsMargins(0, 0, 0, 0)
    for number, (word, value) in enumerate(rows):
        label = QLabel(word)
        label.setProperty("kind", "second")
        grid.addWidget(label, number, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(WrappedText(13, value or "–", bold=False), number, 1)
    grid.setColumnMinimumWidth(0, 96)
    grid.setColumnStretch(1, 1)
    card.body.addWidget(holder)
