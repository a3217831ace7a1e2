"""What is still entered of somebody who left and may sign in again: it counts again, and is said before it is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from ketaclinic.domain.capacity_change import CapacityChange
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.resources import Absence, Location, Shift, ShiftPattern
from ketaclinic.ui import text

if TYPE_CHECKING:
    from ketaclinic.services.clinic import ClinicService

_AHEAD = timedelta(days=366)
_FIRST = "Nothing is entered of them under Shifts: enter their shifts there."


@dataclass(frozen=True, slots=True)
class StillEntered:
    """The usual shifts, shifts of one day and absences to come of one user, at every location."""

    patterns: tuple[ShiftPattern, ...] = ()
    shifts: tuple[Shift, ...] = ()
    absences: tuple[Absence, ...] = ()

    def change(self, user_id: int, role: Role) -> CapacityChange:
        """What the clinic's days become when they count again, in this role."""
        return CapacityChange(
            patterns=self.patterns, shifts=self.shifts, absences=self.absences, role_changes=((user_id, role),)
        )

    @property
    def words(self) -> str:
        """For the form: "Counts again from today: usual shifts on Mon and Tue, 2 shifts of one day."."""
        days = sorted({pattern.weekday for pattern in self.patterns})
        parts = []
        if days:
            names = [text.DAYS[day] for day in days]
            listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
            parts.append(f"usual {'shift' if len(self.patterns) == 1 else 'shifts'} on {listed}")
        if self.shifts:
            parts.append(text.count(len(self.shifts), "shift of one day", "shifts of one day"))
        if self.absences:
            parts.append(text.count(len(self.absences), "absence"))
        return f"Counts again from today: {', '.join(parts)}. Change it under Shifts." if parts else _FIRST


def still_entered(clinic: "ClinicService", by: User, user_id: int, today: date) -> StillEntered:
    """Reads what is entered of a user from today on, for a year ahead; usual shifts as long as they hold."""
    places: Sequence[Location] = clinic.locations(by)
    until = today + _AHEAD
    midnight = datetime.combine(today, time())
    return StillEntered(
        patterns=tuple(
            one for place in places for one in clinic.patterns(by, place.id, today) if one.user_id == user_id
        ),
        shifts=tuple(
            one
            for place in places
            for one in clinic.shifts(by, place.id, today, until)
            if one.user_id == user_id and one.ends_at > midnight
        ),
        absences=tuple(one for one in clinic.absences(by, places[0].id, today, until) if one.user_id == user_id),
    )
