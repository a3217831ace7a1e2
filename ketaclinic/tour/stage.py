"""Where the tour takes place: a database in a folder of its own, the services, the window, and a clock one can turn."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock, to_instant, to_wall
from ketaclinic.db.store import open_store
from ketaclinic.paths import sqlite_url
from ketaclinic.services.bundle import build_services
from ketaclinic.services.demonstration import Wish
from ketaclinic.tour.hands import Hands
from ketaclinic.tour.report import Report
from ketaclinic.ui.application import build_window

ZONE = "America/Chicago"
SIZE = (1600, 1000)
_MID_MORNING = time(11, 11)
_TICKS_FROM_MS = 1000


@dataclass
class Stage:
    """What each step works with: somebody's hands, the clock on the wall, and the report."""

    hands: Hands
    clock: FixedClock
    report: Report
    folder: Path

    @property
    def now(self) -> datetime:
        """What the clock on the wall shows."""
        return to_wall(self.clock.now(), ZONE)

    def pass_time(self, minutes: float) -> None:
        """Lets the clock go on while somebody stays at the window, which counts on by itself."""
        until = self.clock.now() + timedelta(minutes=minutes)
        while self.clock.now() < until:
            self.clock.at = min(until, self.clock.at + timedelta(minutes=1))
            self.hands.wiggle()
        for timer in self.hands.window.findChildren(QTimer):
            if timer.isActive() and timer.interval() >= _TICKS_FROM_MS and not timer.isSingleShot():
                timer.timeout.emit()
        self.hands.rest()

    def step(self, name: str, documents: tuple[str, ...] = (), **shown: object) -> None:
        """Takes the picture of a step."""
        self.hands.rest()
        self.report.add(name, self.hands.window, documents, at=f"{self.now:%H:%M}", **shown)


def opening(today: date) -> FixedClock:
    """The clock at which the tour begins."""
    return FixedClock(to_instant(datetime.combine(today, _MID_MORNING), ZONE))


@contextmanager
def stage(
    catalog: Catalog, clock: FixedClock, report: Report, wish: Wish | None, errors: list[BaseException]
) -> Iterator[Stage]:
    """A window on a new database: filled as wished, or empty as at the first start.

    `errors` is where those of the program are collected: any ends the tour.
    """
    with tempfile.TemporaryDirectory(prefix="ketaclinic-tour-", ignore_cleanup_errors=True) as folder:
        url = sqlite_url(Path(folder) / "clinic.db")
        store = open_store(
            url, key=secrets.token_hex(32), audit_key=secrets.token_bytes(32), clock=clock, station="tour", create=True
        )
        try:
            services = build_services(store, catalog, clock)
            if wish is not None:
                services.demonstration.fill(wish)
            window = build_window(services, store, catalog, clock, demonstration=wish is not None)
            window.resize(*SIZE)
            window.show()
            QTest.qWaitForWindowExposed(window)
            try:
                yield Stage(Hands(window, errors), clock, report, report.folder)
            finally:
                store.on_commit.remove(window.ops.publish)
                for dialog in window.dialogs():
                    dialog.hide()
                    dialog.deleteLater()
                window.close()
                window.deleteLater()
                QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        finally:
            store.close()
