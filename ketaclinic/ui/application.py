"""Starts the window on services that are ready; the one place that makes a QApplication."""

import gc
import sys
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.domain.changes import Changes
from ketaclinic.services.bundle import Services
from ketaclinic.ui import theme
from ketaclinic.ui.crash import CrashWatch
from ketaclinic.ui.main_window import MainWindow
from ketaclinic.ui.ops import Ops
from ketaclinic.ui.settings import Settings
from ketaclinic.ui.setup_assistant import SetupAssistant
from ketaclinic.ui.widgets.rail import paint_mark


class Telling(Protocol):
    """What the window needs of the store: to hear of each commit, its own and those of other stations."""

    on_commit: list[Callable[[Changes], None]]

    def poll(self) -> tuple[Changes, ...]:
        """The operations of other stations since it last asked."""
        ...


def application() -> QApplication:
    """The QApplication, dressed; made when there is none."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication(sys.argv[:1])
    app.setApplicationName("ketaclinic")
    app.setApplicationDisplayName("ketaclinic")
    app.setDesktopFileName("ketaclinic")
    return app


def _collect_from_now_on() -> None:
    """The collector works again, and never looks through what the start has made: that stays until the end."""
    gc.freeze()
    gc.enable()


def run(
    services: Services,
    store: Telling,
    catalog: Catalog,
    clock: Clock,
    *,
    database_label: str,
    demonstration: bool,
) -> int:
    """Shows the window until it is closed. Returns the exit status of the program."""
    app = application()
    settings = Settings.of_this_user()
    theme.apply(app, settings.theme())
    app.setWindowIcon(_mark())
    ops = Ops()
    window = build_window(
        services,
        store,
        catalog,
        clock,
        database_label=database_label,
        demonstration=demonstration,
        ops=ops,
        settings=settings,
    )
    watch = CrashWatch()
    watch.crashed.connect(window.show_crash)
    watch.install()
    window.show()
    QTimer.singleShot(0, _collect_from_now_on)  # after the first paint
    status = app.exec()
    watch.uninstall()
    ops.stop()
    store.on_commit.remove(ops.publish)
    return status


def build_window(
    services: Services,
    store: Telling,
    catalog: Catalog,
    clock: Clock,
    *,
    database_label: str = "Connected · this computer, encrypted",
    demonstration: bool = False,
    ops: Ops | None = None,
    settings: Settings | None = None,
) -> MainWindow:
    """The window, asking who is there or, at the first start, for the clinic; not shown yet.

    Without `ops` it works in line, and without `settings` it remembers nothing: for tests, the tour and the bench.
    The caller takes `window.ops.publish` out of `store.on_commit` when it closes the window for good.
    """
    ops = ops or Ops(inline=True)
    store.on_commit.append(ops.publish)
    window = MainWindow(
        services,
        store,
        catalog,
        clock,
        ops=ops,
        settings=settings or Settings(None),
        database_label=database_label,
        demonstration=demonstration,
    )
    if services.clinic.is_set_up():
        window.start()
    else:
        assistant = SetupAssistant(window, ops, services, catalog.clinic_defaults, clock)
        assistant.finished.connect(window.start_new)
        assistant.show()
    return window


def _mark() -> QIcon:
    """The program's mark for the task bar."""
    picture = QPixmap(128, 128)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    now = theme.tokens()
    paint_mark(painter, QRectF(4, 4, 120, 120), now.brand, now.on_brand)
    painter.end()
    return QIcon(picture)
