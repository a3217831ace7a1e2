"""All chairs at once: a tile for each in use, the queue beside them, the empty chairs below.

Signals of `BoardPage`: `opened(appointment id)`, `acted(appointment id, words of the button)`.
"""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from ketaclinic.domain.encounters import ChairsideView, EmptyChair
from ketaclinic.ui.screens.chairside.empty_chairs import EmptyChairs
from ketaclinic.ui.screens.chairside.empty_tile import EmptyTile
from ketaclinic.ui.screens.chairside.queue_panel import QueuePanel
from ketaclinic.ui.screens.chairside.tile import TileWidget
from ketaclinic.ui.widgets.empty_state import EmptyState

_GAP, _QUEUE_WIDTH, _READABLE = 14, 340, 404


class TileGrid(QWidget):
    """Tiles in as many columns as there is room for; they share the height there is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="scrolled")
        self._grid = QGridLayout(self, spacing=_GAP)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._tiles: list[QWidget] = []
        self._columns = 0

    def arrange(self, tiles: list[QWidget], columns: int) -> None:
        """Places the tiles; does nothing when they already stand so."""
        if tiles == self._tiles and columns == self._columns:
            return
        for tile in self._tiles:
            self._grid.removeWidget(tile)
        self._tiles, self._columns = list(tiles), columns
        for number, tile in enumerate(tiles):
            self._grid.addWidget(tile, number // columns, number % columns)
        for column in range(self._grid.columnCount()):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)


def columns_for(tiles: int, width: int) -> int:
    """How many columns: as many as fit at a readable width, in rows as even as can be."""
    if not tiles:
        return 1
    fitting = max(1, min(tiles, (width + _GAP) // (_READABLE + _GAP)))
    rows = -(-tiles // fitting)
    return -(-tiles // rows)


class BoardPage(QWidget):
    """The first page of the chairside screen."""

    opened = Signal(int)
    acted = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, accessibleName="All chairs")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._pool: list[TileWidget] = []
        self._tiles: list[TileWidget] = []
        self._quiet: list[EmptyTile] = []
        self._empty: tuple[EmptyChair, ...] = ()
        self.queue = QueuePanel()
        self._grid = TileGrid()
        self._empty_chairs = EmptyChairs()
        self._lay_out()
        self.queue.chosen.connect(self.opened)
        self._empty_chairs.chosen.connect(self.opened)

    def _lay_out(self) -> None:
        self._scroll = QScrollArea(
            widgetResizable=True, horizontalScrollBarPolicy=Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        self._scroll.setWidget(self._grid)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._nobody = EmptyState(
            "chair", "No patient is in a chair", "Whoever arrives is listed at the right; open the session from there."
        )
        middle = QWidget()
        self._stack = QStackedLayout(middle)
        self._stack.addWidget(self._nobody)
        self._stack.addWidget(self._scroll)
        left = QVBoxLayout(spacing=10)
        left.addWidget(middle, 1)
        left.addWidget(self._empty_chairs)
        self.queue.setFixedWidth(_QUEUE_WIDTH)
        layout = QHBoxLayout(self, spacing=_GAP)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.addLayout(left, 1)
        layout.addWidget(self.queue)

    @property
    def tiles(self) -> tuple[TileWidget, ...]:
        """The tiles shown, in the order of the chairs."""
        return tuple(self._tiles)

    def show_floor(self, floor: ChairsideView, now: datetime) -> None:
        """Shows this reading of the floor; tiles are pooled, and keep their places."""
        while len(self._pool) < len(floor.tiles):
            made = TileWidget()
            made.opened.connect(self.opened)
            made.acted.connect(self.acted)
            self._pool.append(made)
        self._tiles = self._pool[: len(floor.tiles)]
        for widget, tile in zip(self._tiles, floor.tiles, strict=True):
            widget.show_tile(tile, floor.zone, tile.as_of or floor.as_of, now)
        self._empty = floor.empty
        self._arrange()
        for number, pooled in enumerate(self._pool):
            pooled.setVisible(number < len(floor.tiles))
        self._stack.setCurrentWidget(self._scroll if floor.tiles else self._nobody)
        self.queue.show_view(floor, now)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit opens the chair of that number, Enter what is most pressing."""
        wanted: int | None = None
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            wanted = self.queue.first
        elif event.text().isdigit() and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            wanted = self._numbered(event.text())
        if wanted is None:
            super().keyPressEvent(event)
        else:
            self.opened.emit(wanted)

    def _numbered(self, digit: str) -> int | None:
        """The visit in the chair whose name ends with this number, else in the tile at that place."""
        named = (tile.appointment_id for tile in self._tiles if tile.chair.split()[-1:] == [digit])
        placed = self._tiles[int(digit) - 1 : int(digit)] if digit != "0" else []
        return next(named, placed[0].appointment_id if placed else None)

    def tick(self, now: datetime) -> None:
        """Counts on everywhere from the one clock."""
        for tile in self._tiles:
            tile.tick(now)
        self.queue.tick(now)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.queue.setFixedWidth(_QUEUE_WIDTH if self.width() > 1200 else 288)
        self._arrange()

    def _arrange(self) -> None:
        """Tiles first; empty chairs take the places left over in the last row, the others a line below."""
        room = self.width() - self.queue.width() - 32 - _GAP
        columns = columns_for(len(self._tiles), room)
        left_over = -len(self._tiles) % columns if self._tiles else 0
        quiet = self._empty[:left_over]
        while len(self._quiet) < len(quiet):
            made = EmptyTile()
            made.chosen.connect(self.opened)
            self._quiet.append(made)
        for tile, empty in zip(self._quiet, quiet, strict=False):
            tile.show_chair(empty)
        shown = self._quiet[: len(quiet)]
        self._grid.arrange([*self._tiles, *shown], columns)
        for number, tile in enumerate(self._quiet):
            tile.setVisible(number < len(quiet))
        self._empty_chairs.show_chairs(self._empty[left_over:])
