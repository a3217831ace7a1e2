"""Work on the database thread; results, errors and the notice of changes back on the thread of the window.

Long searches run beside it (`run_beside`), so that nobody's booking waits for them.

Signals of `Ops`: `committed(Changes)` after each commit, of this station or another; `failed(str)` the sentence of a
refusal nobody else shows; `crashed(object)` an exception that is a bug; `busy_changed(bool)`.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from queue import SimpleQueue
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot
from shiboken6 import isValid

from ketaclinic.domain.changes import Changes
from ketaclinic.domain.findings import ClinicError

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Task:
    """One piece of work. Only the window's thread lets go of it: its callables may hold widgets."""

    owner: QObject
    work: Callable[[], Any]
    then: Callable[[Any], None] | None
    failed: Callable[[ClinicError], None] | None
    key: tuple[int, str] | None
    cancel: Callable[[], None] | None = None
    needless: bool = False
    result: Any = None
    error: Exception | None = None


class Ops(QObject):
    """The one way off the window's thread. `inline=True` works at once, for tests that are not about threads."""

    committed = Signal(object)
    failed = Signal(str)
    crashed = Signal(object)
    busy_changed = Signal(bool)
    _finished = Signal(int)
    _published = Signal(object)

    def __init__(self, parent: QObject | None = None, *, inline: bool = False) -> None:
        super().__init__(parent)
        self._inline = inline
        self._numbers = count(1)
        self._tasks: dict[int, _Task] = {}
        self._latest: dict[tuple[int, str], int] = {}
        self._notices: list[Changes] = []
        self._depth = 0
        self._queue: SimpleQueue[int | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._beside: dict[int, threading.Thread] = {}
        self._finished.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._published.connect(self.committed, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether any work is under way or waiting."""
        return bool(self._tasks)

    def run(
        self,
        owner: QObject,
        work: Callable[[], T],
        then: Callable[[T], None] | None = None,
        failed: Callable[[ClinicError], None] | None = None,
        *,
        latest: str = "",
    ) -> None:
        """Does `work` on the database thread, then hands its result to `then` here, if `owner` still lives.

        A `ClinicError` goes to `failed`, or else is shown as its sentence. With `latest`, only the newest of the
        owner's tasks of that name is answered (search as you type).
        """
        number = self._add(_Task(owner, work, then, failed, (id(owner), latest) if latest else None))
        if self._inline:
            self._run_inline(number)
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._loop, name="ketaclinic-database", daemon=True)
            self._thread.start()
        self._queue.put(number)

    def run_beside(
        self,
        owner: QObject,
        work: Callable[[], T],
        then: Callable[[T], None] | None = None,
        failed: Callable[[ClinicError], None] | None = None,
        *,
        cancel: Callable[[], None],
        latest: str = "",
    ) -> None:
        """Does long `work` on a thread of its own, answered like `run`; the database thread stays free.

        `cancel` makes the work end soon, from any thread: it is called when the program stops, and when a newer task of
        the same owner and `latest` makes this one needless.
        """
        key = (id(owner), latest) if latest else None
        for older in [task for task in self._tasks.values() if key is not None and task.key == key]:
            older.needless = True
            if older.cancel is not None:
                older.cancel()
        number = self._add(_Task(owner, work, then, failed, key, cancel))
        if self._inline:
            self._run_inline(number)
            return
        thread = threading.Thread(target=self._once, args=(number,), name=f"ketaclinic-beside-{number}", daemon=True)
        self._beside[number] = thread
        thread.start()

    def _add(self, task: _Task) -> int:
        number = next(self._numbers)
        self._tasks[number] = task
        if task.key is not None:
            self._latest[task.key] = number
        if len(self._tasks) == 1 and not self._inline:
            self.busy_changed.emit(True)
        return number

    def publish(self, changes: Changes) -> None:
        """For `Store.on_commit`: tells the screens, from whatever thread, what changed."""
        if self._inline:
            self._notices.append(changes)
            if not self._depth:
                self._flush()
            return
        self._published.emit(changes)

    def stop(self) -> None:
        """Finishes what is under way and ends every thread; nothing is delivered any more."""
        for number, thread in self._beside.items():
            task = self._tasks.get(number)
            if task is not None and task.cancel is not None:
                task.cancel()
            thread.join()
        self._beside.clear()
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
            self._thread = None
        self._tasks.clear()

    def _run_inline(self, number: int) -> None:
        self._depth += 1
        try:
            self._call(self._tasks[number])
        finally:
            self._depth -= 1
        if not self._depth:
            self._flush()
        self._deliver(number)

    def _flush(self) -> None:
        while self._notices:
            self.committed.emit(self._notices.pop(0))

    def _loop(self) -> None:
        while (number := self._queue.get()) is not None:
            self._call(self._tasks[number])
            self._finished.emit(number)

    def _once(self, number: int) -> None:
        self._call(self._tasks[number])
        self._finished.emit(number)

    def _call(self, task: _Task) -> None:
        if self._superseded(task):
            return
        try:
            task.result = task.work()
        except Exception as error:  # noqa: BLE001 - the one place: nothing may end the database thread
            task.error = error

    def _superseded(self, task: _Task) -> bool:
        if task.needless or task.key is None:
            return task.needless
        newest = self._latest.get(task.key)
        return newest is not None and self._tasks.get(newest) is not task

    @Slot(int)
    def _deliver(self, number: int) -> None:
        if number in self._beside:
            self._beside.pop(number).join()
        task = self._tasks.get(number)
        if task is None:
            return
        superseded = self._superseded(task)
        del self._tasks[number]
        if task.key is not None and self._latest.get(task.key) == number:
            del self._latest[task.key]
        if not self._tasks:
            self.busy_changed.emit(False)
        if superseded:
            return
        alive = isValid(task.owner)
        if task.error is not None:
            self._report(task, task.error, alive=alive)
        elif alive and task.then is not None:
            task.then(task.result)

    def _report(self, task: _Task, error: Exception, *, alive: bool) -> None:
        if isinstance(error, ClinicError):
            if alive and task.failed is not None:
                task.failed(error)
            else:
                self.failed.emit(str(error))
            return
        if self._inline:
            raise error
        _log.error("work failed", exc_info=error)
        self.crashed.emit(error)
