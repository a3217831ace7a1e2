"""The screens of the rail, by dotted name: a screen is loaded when it is first shown."""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from ketaclinic.domain.people import Role
from ketaclinic.ui.screen import Screen


@dataclass(frozen=True, slots=True)
class ScreenEntry:
    """A place of the rail: its words and roles are known before its code is loaded."""

    key: str
    title: str
    icon: str
    roles: frozenset[Role]
    module: str
    class_name: str

    def load(self) -> type[Screen]:
        """The class of the screen."""
        found = getattr(import_module(self.module), self.class_name)
        assert isinstance(found, type)
        assert issubclass(found, Screen)
        return found

    def exists(self) -> bool:
        """Whether the screen is part of this build."""
        return find_spec(self.module) is not None


_EVERYONE = frozenset(Role)
_CLINICAL = frozenset({Role.NURSE, Role.PRESCRIBER})
_HERE = "ketaclinic.ui.screens"

SCREENS: tuple[ScreenEntry, ...] = (
    ScreenEntry("day", "Day", "day", _EVERYONE, f"{_HERE}.day.screen", "DayScreen"),
    ScreenEntry("patients", "Patients", "patients", _EVERYONE, f"{_HERE}.patients.screen", "PatientsScreen"),
    ScreenEntry("chairside", "Chairside", "chairside", _CLINICAL, f"{_HERE}.chairside.screen", "ChairsideScreen"),
    ScreenEntry("documents", "Documents", "documents", _EVERYONE, f"{_HERE}.documents.screen", "DocumentsScreen"),
)
"""In the order of the rail."""
