"""What a station does all the time: it hears the others, and lets holds lapse whose time has come.

Signals of `Pulse`: `trouble(str)` why the others cannot be heard, "" once they are.
"""

from datetime import datetime
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from ketaclinic.clock import Clock
from ketaclinic.domain.changes import Changes
from ketaclinic.domain.findings import ClinicError
from ketaclinic.services.bundle import Services
from ketaclinic.ui.ops import Ops

_SWEEP_SECONDS = 5
"""How often holds that ran out are looked for."""


class Hearing(Protocol):
    """What the window needs of the store: the operations of other stations since it last asked."""

    def poll(self) -> tuple[Changes, ...]:
        """Cheap when there are none."""
        ...


class Pulse(QObject):
    """Never asks again before the last answer is there."""

    trouble = Signal(str)

    def __init__(self, ops: Ops, store: Hearing, services: Services, clock: Clock, parent: QObject) -> None:
        super().__init__(parent)
        self._ops, self._store, self._services, self._clock = ops, store, services, clock
        self._listening = self._sweeping = False
        self._swept: datetime | None = None

    def listen(self) -> None:
        """Tells what other stations have committed since it last asked."""
        if not self._listening:
            self._listening = True
            self._ops.run(self, self._store.poll, self._heard, self._cannot_hear)

    def sweep(self) -> None:
        """Lets holds lapse whose time has come, for every station's sake."""
        now = self._clock.now()
        due = self._swept is None or (now - self._swept).total_seconds() >= _SWEEP_SECONDS
        if due and not self._sweeping:
            self._swept, self._sweeping = now, True
            self._ops.run(self, self._services.booking.lapse_holds, self._swept_up, self._could_not_sweep)

    def _heard(self, notices: tuple[Changes, ...]) -> None:
        self._listening = False
        self.trouble.emit("")
        for changes in notices:
            self._ops.committed.emit(changes)

    def _cannot_hear(self, error: ClinicError) -> None:
        self._listening = False
        self.trouble.emit(str(error))

    def _swept_up(self, _lapsed: int) -> None:
        self._sweeping = False

    def _could_not_sweep(self, _error: ClinicError) -> None:
        self._sweeping = False  # listening says what is wrong with the database
