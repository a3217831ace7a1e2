"""Says on the screen why the window does not open: who starts the program from a menu sees no terminal."""

import os
import sys

from PySide6.QtWidgets import QApplication, QMessageBox

from ketaclinic.ui import display


def wanted() -> bool:
    """Whether there is a screen with somebody in front of it, and no terminal that they read."""
    on_purpose_without = os.environ.get("QT_QPA_PLATFORM", "").startswith(display.NEED_NO_SCREEN)
    terminal = sys.stderr is not None and sys.stderr.isatty()
    return not terminal and not on_purpose_without and not display.problem()


def show(sentence: str) -> None:
    """Shows the sentence until it is closed."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    box = QMessageBox(QMessageBox.Icon.Warning, "ketaclinic", sentence, QMessageBox.StandardButton.Close)
    box.setAccessibleName(sentence)
    box.exec()
    del app
