"""The screens one user has open: loaded when first shown, kept as they are while others are in front.

Signals of `Desk`: `headed(str, str)` title and subtitle of the screen in front; `counted(str, int, str)` how many wait
at a screen, and that in words.
"""

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QStackedWidget

from ketaclinic.domain.changes import Changes
from ketaclinic.ui.screen import Screen, ScreenContext
from ketaclinic.ui.screen_entry import ScreenEntry


class Desk(QStackedWidget):
    """Holds the screens of one user; the one in front hears each change, the others catch up when they are shown."""

    headed = Signal(str, str)
    counted = Signal(str, int, str)

    def __init__(self, context: ScreenContext, entries: Iterable[ScreenEntry]) -> None:
        super().__init__()
        self.context = context
        self.entries = {entry.key: entry for entry in entries}
        self._screens: dict[str, Screen] = {}
        self._stale: set[str] = set()
        self.current: Screen | None = None

    def show_screen(self, key: str, args: dict[str, Any] | None = None) -> None:
        """Brings a screen to the front and, with `args`, goes to what they name there."""
        if key not in self.entries:
            return
        screen = self._screens.get(key) or self._load(key)
        self.current = screen
        self.setCurrentWidget(screen)
        if key in self._stale:
            self._stale.discard(key)
            screen.refresh(None)
        if args:
            screen.open(args)
        screen.shown()
        self.headed.emit(screen.title, screen.subtitle)

    def refresh(self, changes: Changes | None) -> None:
        """Hands a change to the screen in front; the others look anew when they come there."""
        self._stale.update(key for key, screen in self._screens.items() if screen is not self.current)
        if self.current is not None:
            self.current.refresh(changes)

    def mark_stale(self) -> None:
        """Something changed while another user's desk is in front."""
        self._stale.update(self._screens)

    def _load(self, key: str) -> Screen:
        screen = self.entries[key].load()(self.context)
        screen.setProperty("screen", key)
        screen.header_subtitle.connect(self._subtitle_changed)
        screen.badge_changed.connect(self._count_changed)
        self.addWidget(screen)
        self._screens[key] = screen
        self._stale.add(key)
        return screen

    def actions_in_front(self) -> list[QAction]:
        """What the screen in front can do."""
        return self.current.actions_of_screen() if self.current is not None else []

    def _subtitle_changed(self, words: str) -> None:
        if self.current is not None and self.sender() is self.current:
            self.headed.emit(self.current.title, words)

    def _count_changed(self, count: int) -> None:
        screen = self.sender()
        assert isinstance(screen, Screen)
        self.counted.emit(str(screen.property("screen")), count, screen.badge_words(count) if count else "")
