"""A place of the rail: known before the screen behind it is loaded."""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from ketaclinic.domain.people import Role
from ketaclinic.ui.screen import Screen


@dataclass(frozen=True, slots=True)
class ScreenEntry:
    """A place of the rail: its words and roles are known before its code is loaded.

    `alarming`: what waits there is an alert, and its count is red.
    """

    key: str
    title: str
    icon: str
    roles: frozenset[Role]
    module: str
    class_name: str
    alarming: bool = False

    def load(self) -> type[Screen]:
        """The class of the screen."""
        found = getattr(import_module(self.module), self.class_name)
        assert isinstance(found, type)
        assert issubclass(found, Screen)
        return found

    def exists(self) -> bool:
        """Whether the screen is part of this build."""
        try:
            return find_spec(self.module) is not None
        except ModuleNotFoundError:  # its folder is not there either
            return False
