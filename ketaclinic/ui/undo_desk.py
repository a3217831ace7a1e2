"""Undo and redo of who is signed in: what they name, whether they can be pressed, and what came of it.

Signals of `UndoDesk`: `known(UndoState)` what can be taken back and done again now; `done(str)` a sentence.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from ketaclinic.domain.changes import Changes, UndoState
from ketaclinic.domain.people import User
from ketaclinic.services.bundle import Services
from ketaclinic.ui.ops import Ops


class UndoDesk(QObject):
    """Asks after each change; what is refused is said where every refusal is."""

    known = Signal(object)
    done = Signal(str)

    def __init__(self, ops: Ops, services: Services, user: Callable[[], User | None], parent: QObject) -> None:
        super().__init__(parent)
        self._ops, self._services, self._user = ops, services, user

    def ask(self) -> None:
        """Reads what can be taken back."""
        user = self._user()
        if user is not None:
            self._ops.run(self, partial(self._services.history.undo_state, user), self._know, latest="undo")

    def undo(self) -> None:
        """Takes back the last scheduling of who is signed in."""
        user = self._user()
        if user is not None:
            self._ops.run(self, partial(self._services.history.undo, user), self._undone)

    def redo(self) -> None:
        """Does again what was taken back last."""
        user = self._user()
        if user is not None:
            self._ops.run(self, partial(self._services.history.redo, user), self._redone)

    def _know(self, state: UndoState) -> None:
        self.known.emit(state)

    def _undone(self, _changes: Changes) -> None:
        self.done.emit("Undone.")

    def _redone(self, _changes: Changes) -> None:
        self.done.emit("Done again.")
