"""Where this station works: one of the clinic's locations, chosen by the user and remembered.

Signals of `Place`: `location_chosen(Location)` another site was chosen; `location_changed(Location)` the site itself,
or what there is to choose from, is not as it was.
"""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QActionGroup

from ketaclinic.domain.resources import Location
from ketaclinic.ui.icons import icon
from ketaclinic.ui.settings import Settings


class Place(QObject):
    """Holds the site of the station; every screen asks it."""

    location_chosen = Signal(object)
    location_changed = Signal(object)

    def __init__(self, settings: Settings, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self._known: tuple[Location, ...] = ()
        self._here: Location | None = None
        self._group = QActionGroup(self)

    def here(self) -> Location:
        """The site."""
        assert self._here is not None  # nobody is at a desk before the locations are known
        return self._here

    @property
    def actions(self) -> list[QAction]:
        """One for each site to change to; none where there is only one."""
        return self._group.actions()

    @property
    def words(self) -> str:
        """The site and its zone, as the status line says them."""
        return f"{self.here().name} · {self.here().zone}"

    def know(self, locations: Iterable[Location]) -> None:
        """Takes the clinic's locations as they are now; the site stays the same if it is still among them."""
        before, known = self._here, self._known
        self._known = tuple(locations)
        wanted = before.id if before is not None else self._settings.location_id()
        self._here = next((place for place in self._known if place.id == wanted), self._known[0])
        self._make_actions()
        if before is not None and self._known != known:
            (self.location_changed if self._here.id == before.id else self.location_chosen).emit(self._here)

    def choose(self, location_id: int) -> None:
        """Works at another site from now on, also after the next start."""
        chosen = next((place for place in self._known if place.id == location_id), None)
        if chosen is None or chosen == self._here:
            return
        self._here = chosen
        self._settings.set_location_id(chosen.id)
        self._tick()
        self.location_chosen.emit(chosen)

    def _make_actions(self) -> None:
        for action in self._group.actions():
            self._group.removeAction(action)
            action.deleteLater()
        if len(self._known) < 2:
            return
        for place in self._known:
            action = QAction(icon("address"), f"Work at {place.name}", self)
            action.setProperty("icon_name", "address")
            action.setData(place.id)
            action.setCheckable(True)
            action.triggered.connect(self._choose_sender)
            self._group.addAction(action)
        self._tick()

    def _tick(self) -> None:
        for action in self._group.actions():
            action.setChecked(self._here is not None and action.data() == self._here.id)

    def _choose_sender(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.choose(int(action.data()))
