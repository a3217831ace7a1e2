"""A location: what it is called, when it is open, how many nurses are usually there, and whose holidays it keeps."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QWidget

from ketaclinic.domain.capacity_change import BrokenVisit, CapacityChange, HolidayCountry
from ketaclinic.domain.findings import Finding
from ketaclinic.domain.resources import Location
from ketaclinic.domain.set_up import is_zone
from ketaclinic.ui.form import Field
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.settings.broken import Foresight
from ketaclinic.ui.screens.settings.form_dialog import FormDialog, Typed, wrong
from ketaclinic.ui.screens.settings.week_form import WeekForm

_NAME = Field("location_name", "Name of the location", required=True)
_ADDRESS = Field("address", "Address", span=2)
_COUNTRY = Field("country", "Public holidays of", kind="choice")
_REGION = Field("subdivision", "State or region", kind="choice")
_NONE = ("", "No country")


class LocationDialog(FormDialog):
    """Hours and nurses with what they would break; a new location also asks for its zone and its chairs."""

    def __init__(
        self,
        context: ScreenContext,
        location: Location,
        countries: tuple[HolidayCountry, ...],
        *,
        parent: QWidget,
    ) -> None:
        self._location, self._is_new = location, not location.id
        self._countries = {country.code: country for country in countries}
        super().__init__(
            context,
            "Add location" if self._is_new else "Opening hours and nurses",
            _fields(countries, is_new=self._is_new),
            _saving(context, location),
            parent=parent,
            values={
                "location_name": location.name,
                "phone": location.phone,
                "address": location.address,
                "country": location.country,
                "zone": location.zone,
                "chairs": "Chair 1\nChair 2" if self._is_new else "",
            },
            check=_check,
            subtitle="" if self._is_new else f"Wall-clock time in {location.zone}.",
            button="Add location" if self._is_new else "Save hours",
            width=700,
            foresight=None if self._is_new else Foresight(partial(_broken, context, location)),
        )
        self._offer_regions(location.subdivision)
        self.form.set_values({"subdivision": location.subdivision})  # what is offered first is nothing anybody typed
        self.form.changed.connect(self._country_changed)
        self.week = WeekForm(location)
        self.week.changed.connect(self._forget_leaving)
        self.body.addWidget(self.week)
        self._first = self.week.hours(), self.week.nurses()

    def _country_changed(self, name: str) -> None:
        if name == "country":
            self._offer_regions("")

    def _offer_regions(self, chosen: str) -> None:
        country = self._countries.get(self.form.values()["country"])
        regions = country.regions if country else ()
        self.form.set_choices("subdivision", (("", "All of it"), *regions))
        self.form.editor("subdivision").setEnabled(bool(regions))
        if chosen:
            self.form.set_values({"subdivision": chosen})

    def typed(self) -> Typed:
        return {**super().typed(), "hours": self.week.hours(), "usual_nurses": self.week.nurses()}

    @property
    def is_changed(self) -> bool:
        return super().is_changed or (self.week.hours(), self.week.nurses()) != self._first


def _fields(countries: tuple[HolidayCountry, ...], *, is_new: bool) -> tuple[Field, ...]:
    choices = (_NONE, *((country.code, country.name) for country in countries))
    shared = (_NAME, Field("phone", "Telephone"), _ADDRESS, replace(_COUNTRY, choices=choices), _REGION)
    if not is_new:
        return shared
    return (
        *shared,
        Field("zone", "Time zone", required=True, placeholder="America/New_York"),
        Field("chairs", "Chairs", kind="lines", required=True, hint="One on each line; a room counts as a chair."),
    )


def _check(typed: Typed) -> tuple[Finding, ...]:
    if "zone" in typed and not is_zone(typed["zone"]):
        return (wrong("zone", f"“{typed['zone']}” is not a time zone such as America/New_York."),)
    return ()


def _given(location: Location, typed: Typed) -> Location:
    return replace(
        location,
        name=typed["location_name"],
        phone=typed["phone"],
        address=typed["address"],
        country=typed["country"] or "",
        subdivision=typed["subdivision"] or "",
        zone=typed.get("zone", location.zone),
        hours=typed["hours"],
        usual_nurses=typed["usual_nurses"],
    )


def _saving(context: ScreenContext, location: Location) -> Callable[[Typed, str], Location]:
    service, by = context.services.clinic, context.user()

    def save(typed: Typed, command: str) -> Location:
        given = _given(location, typed)
        if location.id:
            return service.edit_location(by, given)
        return service.add_location(by, given, [line for line in typed["chairs"].splitlines() if line.strip()], command)

    return save


def _broken(context: ScreenContext, location: Location, typed: Typed) -> tuple[BrokenVisit, ...]:
    change = CapacityChange(hours=typed["hours"], usual_nurses=typed["usual_nurses"])
    return context.services.clinic.would_break(context.user(), location.id, change)
