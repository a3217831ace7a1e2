"""Changes a location: what it is called, when it is open, how many nurses are usually there."""

from dataclasses import replace

from PySide6.QtWidgets import QWidget

from ketaclinic.domain.resources import Location
from ketaclinic.ui.form import Field
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.settings.form_dialog import FormDialog, Typed
from ketaclinic.ui.screens.settings.week_form import WeekForm

_FIELDS = (Field("location_name", "Name of the location", required=True, span=2),)


class LocationDialog(FormDialog):
    """Visits already booked stay as they are."""

    def __init__(self, context: ScreenContext, location: Location, *, parent: QWidget) -> None:
        services, by = context.services, context.user()

        def save(typed: Typed, _command: str) -> Location:
            given = replace(
                location, name=typed["location_name"], hours=typed["hours"], usual_nurses=typed["usual_nurses"]
            )
            return services.clinic.edit_location(by, given)

        super().__init__(
            context,
            "Opening hours and nurses",
            _FIELDS,
            save,
            parent=parent,
            values={"location_name": location.name},
            subtitle=f"Wall-clock time in {location.zone}. Visits already booked stay as they are.",
            button="Save hours",
            width=640,
        )
        self.week = WeekForm(location)
        self.week.changed.connect(self._forget_leaving)
        self.body.addWidget(self.week)
        self._first = self.week.hours(), self.week.nurses()

    def typed(self) -> Typed:
        return {**super().typed(), "hours": self.week.hours(), "usual_nurses": self.week.nurses()}

    @property
    def is_changed(self) -> bool:
        return super().is_changed or (self.week.hours(), self.week.nurses()) != self._first
