"""Page objects: a person at the program, who finds things by what they are called and clicks and types like anyone."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from shiboken6 import isValid

from ketaclinic.ui.main_window import MainWindow
from ketaclinic.ui.widgets.dialog import Dialog
from ketaclinic.ui.widgets.wrapped_text import WrappedText

W = TypeVar("W", bound=QWidget)


class Person:
    """Somebody at a window. Nothing is reached that cannot be seen."""

    def __init__(self, window: QWidget) -> None:
        self.window = window

    # -- finding

    def all(self, kind: type[W], name: str = "") -> list[W]:
        """Everything visible of a kind, whose accessible name is `name` (any, when empty)."""
        QApplication.sendPostedEvents()  # what was just added is shown
        found = self.top().findChildren(kind)
        return [one for one in found if one.isVisibleTo(self.window) and (not name or one.accessibleName() == name)]

    def find(self, name: str, kind: type[W] = QWidget) -> W:  # type: ignore[assignment]
        """The one visible thing of that name."""
        found = self.all(kind, name)
        if not found:
            known = sorted({one.accessibleName() for one in self.all(QWidget) if one.accessibleName()})
            raise AssertionError(f"nothing called “{name}” is to be seen; there are: {', '.join(known)}")
        return found[0]

    def sees(self, name: str) -> bool:
        """Whether something of that name is visible."""
        return bool(self.all(QWidget, name))

    def reads(self) -> str:
        """All words on labels in front, one a line."""
        labels = [*self.all(QLabel), *self.all(WrappedText)]
        return "\n".join(label.text() for label in labels if label.text())

    def top(self) -> QWidget:
        """What takes the mouse: the topmost dialog, or else the window."""
        dialogs = [one for one in self.window.children() if isinstance(one, Dialog) and one.isVisible()]
        return dialogs[-1] if dialogs else self.window

    def dialog(self) -> Dialog:
        """The dialog in front."""
        found = self.top()
        assert isinstance(found, Dialog), "no dialog is open"
        return found

    # -- doing

    def click(self, name: str) -> None:
        """Clicks what is called so."""
        thing = self.find(name)
        assert thing.isEnabled(), f"“{name}” cannot be pressed now"
        QTest.mouseClick(thing, Qt.MouseButton.LeftButton)

    def type(self, name: str, words: str) -> None:
        """Types into a field, over what stands there."""
        field = self.find(name)
        field.setFocus()
        if isinstance(field, QLineEdit | QPlainTextEdit):
            field.selectAll()
        if not words:
            QTest.keyClick(field, Qt.Key.Key_Delete)
        for letter in words:
            _type_letter(field, letter)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Presses a key where the keyboard is."""
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifier)

    def choose(self, name: str, words: str) -> None:
        """Chooses from a list of choices."""
        combo = self.find(name, QComboBox)
        at = combo.findText(words)
        assert at >= 0, f"“{name}” does not offer “{words}”"
        combo.setCurrentIndex(at)
        combo.activated.emit(at)

    def tick(self, name: str) -> None:
        """Ticks a box or chooses a radio button."""
        self.find(name, QAbstractButton).click()

    def value(self, name: str) -> str:
        """What stands in a field."""
        field = self.find(name)
        if isinstance(field, QLineEdit):
            return field.text()
        if isinstance(field, QPlainTextEdit):
            return field.toPlainText()
        if isinstance(field, QComboBox):
            return field.currentText()
        assert isinstance(field, QCheckBox)
        return "yes" if field.isChecked() else "no"


class AtTheDesk(Person):
    """Somebody at the main window."""

    window: MainWindow

    def sign_in(self, name: str, pin: str = "1357") -> None:
        """Chooses the tile and types the PIN."""
        tile = next(one for one in self.all(QAbstractButton) if one.accessibleName().startswith(f"{name}, "))
        QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
        self.type("PIN", pin)
        self.press(Qt.Key.Key_Return)

    def go_to(self, screen: str) -> None:
        """Presses a screen's entry on the rail."""
        rail = self.window.rail
        button = next(one for one in rail.findChildren(QAbstractButton) if one.accessibleName() == screen)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def screens(self) -> list[str]:
        """The entries of the rail, from the top."""
        buttons = [one for one in self.window.rail.findChildren(QAbstractButton) if one.isVisibleTo(self.window)]
        return [one.text() for one in buttons if one.isCheckable()]


def freed(make: Callable[[], Dialog], close: Callable[[Dialog], None] = Dialog.reject) -> bool:
    """Whether a dialog is gone after it was opened and closed."""
    dialog = make()
    dialog.open()
    close(dialog)
    QApplication.sendPostedEvents(dialog, QEvent.Type.DeferredDelete)
    return not isValid(dialog)


def _type_letter(field: QWidget, letter: str) -> None:
    """QTest knows ASCII only; other scripts come as their keyboards send them."""
    if letter.isascii():
        QTest.keyClicks(field, letter)
        return
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(field, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))
