"""A process of its own for what can only be measured from a fresh start; prints one line when the window is painted.

`python -m ketaclinic.bench.child window FILE` starts as the program does; `… bare` shows an empty Qt window.
"""

import gc
import os
import sys

from ketaclinic.bench.timing import memory_mib


def main(words: list[str]) -> int:
    """Shows the window, prints "ready" and the memory in MiB at its first paint, and ends."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if words[0] == "bare":
        return _bare()
    return _program(words[1])


def _bare() -> int:
    from PySide6.QtCore import QTimer  # noqa: PLC0415 - the import is part of what is measured
    from PySide6.QtWidgets import QApplication, QLabel  # noqa: PLC0415 - loaded when it is needed

    app = QApplication([])
    window = QLabel("ketaclinic")
    window.resize(1600, 1000)
    window.show()
    QTimer.singleShot(0, _ready)
    return app.exec()


def _program(file: str) -> int:
    gc.disable()  # as the program does until its first paint
    from PySide6.QtCore import QTimer  # noqa: PLC0415 - the import is part of what is measured

    from ketaclinic import paths  # noqa: PLC0415 - loaded when it is needed
    from ketaclinic.bench.keys import AUDIT_KEY, KEY  # noqa: PLC0415 - loaded when it is needed
    from ketaclinic.catalog.catalog import load_catalog  # noqa: PLC0415 - loaded when it is needed
    from ketaclinic.clock import SystemClock  # noqa: PLC0415 - loaded when it is needed
    from ketaclinic.db.store import open_store  # noqa: PLC0415 - loaded when it is needed
    from ketaclinic.services.bundle import build_services  # noqa: PLC0415 - loaded when it is needed
    from ketaclinic.ui import theme  # noqa: PLC0415 - loaded when it is needed
    from ketaclinic.ui.application import application, build_window  # noqa: PLC0415 - loaded when it is needed

    catalog, clock = load_catalog(paths.resources_dir()), SystemClock()
    store = open_store(file, key=KEY, audit_key=AUDIT_KEY, clock=clock)
    app = application()
    theme.apply(app, "light")
    window = build_window(build_services(store, catalog, clock), store, catalog, clock)
    window.resize(1600, 1000)
    window.show()
    QTimer.singleShot(0, _ready)
    return app.exec()


def _ready() -> None:
    """Runs after the first paint: the loop works the paint off before a timer of no length."""
    sys.stdout.write(f"ready {memory_mib():.1f}\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
