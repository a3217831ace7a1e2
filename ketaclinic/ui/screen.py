"""What a screen is and what it is given: everything it needs comes in with its context.

Signals of `Screen`: `header_subtitle(str)` what stands beside the screen's title; `badge_changed(int)` a count on the
rail's entry (0 for none).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.domain.changes import Changes
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.resources import Location
from ketaclinic.services.bundle import Services
from ketaclinic.ui.ops import Ops
from ketaclinic.ui.settings import Settings

if TYPE_CHECKING:
    from ketaclinic.ui.chair_watch import ChairWatch


class ScreenContext:
    """All that a screen or dialog works with.

    Attributes:
        ops: work off this thread, and the notice of changes.
        services: what people do.
        user: who is signed in now.
        clock: the only source of now.
        navigate: opens a screen by its key with arguments, e.g. ``navigate("patients", {"patient_id": 3})``.
        notify: shows a sentence in passing; nothing that must be answered.
        catalog: protocols, checklists, limits and texts of the clinic.
        watch: who knows the chairs at this station; None where nobody watches them.
        settings: what this station remembers; nothing is kept where there is none.
        choose_location: works at another site from now on, by its id.
    """

    __slots__ = (
        "_here",
        "catalog",
        "choose_location",
        "clock",
        "navigate",
        "notify",
        "ops",
        "services",
        "settings",
        "user",
        "watch",
    )

    def __init__(
        self,
        *,
        ops: Ops,
        services: Services,
        user: Callable[[], User],
        location: Location | Callable[[], Location],
        clock: Clock,
        navigate: Callable[[str, dict[str, Any]], None],
        notify: Callable[[str], None],
        catalog: Catalog,
        settings: Settings | None = None,
        choose_location: Callable[[int], None] | None = None,
        watch: "ChairWatch | None" = None,
    ) -> None:
        self.ops, self.services, self.user, self.clock = ops, services, user, clock
        self.navigate, self.notify, self.catalog = navigate, notify, catalog
        self.settings = settings or Settings(None)
        self.choose_location = choose_location
        self.watch = watch
        self._here = location

    @property
    def location(self) -> Location:
        """The site this station works at now; another one when the user has chosen it."""
        return self._here if isinstance(self._here, Location) else self._here()


class Screen(QWidget):
    """One place of the rail. Keeps its state while another screen is shown."""

    key: ClassVar[str] = ""
    title: ClassVar[str] = ""
    icon: ClassVar[str] = ""
    roles: ClassVar[frozenset[Role]] = frozenset(Role)
    uses_f1: ClassVar[bool] = False
    """Whether F1 means something of the screen's own; "?" shows the sheet of keys everywhere."""

    header_subtitle = Signal(str)
    badge_changed = Signal(int)

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(accessibleName=self.title)
        self.context = context
        self.subtitle = ""

    def refresh(self, changes: Changes | None = None) -> None:
        """Shows what is true now; `changes` is what was committed, None for everything."""

    def shown(self) -> None:
        """Called each time the screen comes to the front."""

    def badge_words(self, count: int) -> str:
        """What the count on the rail says, for the mouse at rest and a screen reader."""
        return f"{count} waiting"

    def open(self, args: dict[str, Any]) -> None:
        """Goes to what `args` names, e.g. a patient or a day."""

    def home(self) -> QWidget | None:
        """Where the keyboard goes when what it was on has gone, e.g. a visit that was cancelled."""
        return None

    def actions_of_screen(self) -> list[QAction]:
        """What the screen can do, for the search field, the sheet of keys and their shortcuts."""
        return list(self.actions())

    def print_here(self) -> bool:
        """Prints what is in front, for Ctrl+P; False where there is nothing to print."""
        return False

    def set_subtitle(self, text: str) -> None:
        """Sets what stands beside the title in the top bar."""
        self.subtitle = text
        self.header_subtitle.emit(text)

    def add_action(self, name: str, slot: Callable[[], None], *, key: str = "", icon: str = "") -> QAction:
        """Adds something the screen can do, with its key; it acts only while the screen is in front."""
        from ketaclinic.ui.icons import icon as made  # noqa: PLC0415 - the name is taken here by the argument

        action = QAction(made(icon), name, self) if icon else QAction(name, self)
        action.setProperty("icon_name", icon)
        if key:
            action.setShortcut(QKeySequence(key))
        action.triggered.connect(slot)
        self.addAction(action)
        return action
