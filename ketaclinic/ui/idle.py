"""How long nobody has touched the window."""

from datetime import datetime

from PySide6.QtCore import QEvent, QObject

from ketaclinic.clock import Clock

_TOUCHES = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.TabletPress,
}


class IdleWatch(QObject):
    """Filters the events of a native window: few, and before any widget sees them.

    Idleness is counted from the clock, not by a timer, so a computer that slept an hour counts that hour.
    """

    def __init__(self, clock: Clock, parent: QObject) -> None:
        super().__init__(parent)
        self._clock = clock
        self._touched: datetime = clock.now()

    def touch(self) -> None:
        """Counts from now."""
        self._touched = self._clock.now()

    @property
    def seconds(self) -> float:
        """Since the last touch."""
        return (self._clock.now() - self._touched).total_seconds()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            self.touch()
        return False
