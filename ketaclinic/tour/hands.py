"""A person's hands and eyes at the window: finds by accessible name what can be seen, clicks, types, drags.

What is covered, switched off or not there cannot be used: the tour then ends with a sentence that says so.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QRadioButton,
    QScrollArea,
    QWidget,
)

from ketaclinic.domain.findings import ClinicError
from ketaclinic.ui.main_window import MainWindow
from ketaclinic.ui.widgets.dialog import Dialog

W = TypeVar("W", bound=QWidget)
_PATIENCE = 4.0
_LOOK_MS = 10
_LEFT = Qt.MouseButton.LeftButton
_NONE = Qt.KeyboardModifier.NoModifier


class TourFailed(ClinicError):
    """A step could not be done as a person would; its text is the sentence to show."""


class _Flashes(QObject):
    """Notices every window that opens by itself: only menus, lists and the dialogs of the system may."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Only looks."""
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            temporary = watched.windowType() in {Qt.WindowType.Popup, Qt.WindowType.ToolTip}
            if not temporary and not isinstance(watched, MainWindow | QDialog):
                self.seen.append(name_of(watched))
        return False


class Hands:
    """One person at one window."""

    def __init__(self, window: MainWindow, errors: list[BaseException]) -> None:
        self.window = window
        self._errors = errors
        self._flashes = _Flashes(window)
        QApplication.instance().installEventFilter(self._flashes)  # type: ignore[union-attr]

    # -- seeing

    def scope(self) -> QWidget:
        """What can be reached: the sign-in or the topmost dialog where one covers the window."""
        if self.window.sign_in.isVisible():
            return self.window.sign_in
        dialogs = [dialog for dialog in self.window.dialogs() if dialog.isVisible()]
        return dialogs[-1] if dialogs else self.window

    def all(self, kind: type[W], name: str = "", within: QWidget | None = None) -> list[W]:
        """Everything visible of a kind that is called so, or whose name begins so, from top to bottom."""
        found = sorted((w for w in (within or self.scope()).findChildren(kind) if w.isVisible()), key=self._place)
        if not name:
            return found
        exact = [w for w in found if name_of(w) == name]
        return exact or [w for w in found if name_of(w).startswith(name)]

    def sees(self, name: str, kind: type[QWidget] = QWidget) -> bool:
        """Whether something of this name can be seen now."""
        return bool(self.all(kind, name))

    def find(self, kind: type[W], name: str, within: QWidget | None = None) -> W:
        """What is called so, once it can be seen. Raises TourFailed."""
        found: list[W] = []

        def seen() -> bool:
            found[:] = self.all(kind, name, within)
            return bool(found)

        self.until(seen, f"nothing called “{name}” can be seen")
        return found[0]

    def _place(self, widget: QWidget) -> tuple[int, int]:
        corner = widget.mapTo(self.window, QPoint())
        return corner.y(), corner.x()

    def read(self, name: str, within: QWidget | None = None) -> str:
        """The words of the label, field or button of this name."""
        widget = self.find(QWidget, name, within)
        return words_of(widget) or widget.accessibleDescription() or widget.accessibleName()

    def words(self, within: QWidget | None = None) -> list[str]:
        """All that can be read in a part of the window, from top to bottom; what is on buttons left out."""
        shown = [w for w in self.all(QWidget, within=within) if not isinstance(w, QAbstractButton)]
        return [words for w in shown if (words := words_of(w))]

    def spoken(self, kind: type[QWidget], within: QWidget | None = None) -> list[str]:
        """Accessible names of everything visible of a kind, from top to bottom and left to right."""
        return [w.accessibleName() for w in self.all(kind, within=within) if w.accessibleName()]

    def rows(self, name: str) -> list[str]:
        """The rows of a list as they are spoken."""
        model = self.find(QAbstractItemView, name).model()
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    def until(self, so: Callable[[], bool], problem: str, *, seconds: float = _PATIENCE) -> None:
        """Waits until something is so. Raises TourFailed with the problem."""
        for _ in range(round(seconds * 1000) // _LOOK_MS):
            if so():
                return
            self.rest(_LOOK_MS)
        raise TourFailed(f"The tour stopped: {problem}.")

    def rest(self, milliseconds: int = 1) -> None:
        """Lets the window do what it has to. Raises TourFailed when it breaks, or a stray window shows meanwhile."""
        QTest.qWait(milliseconds)
        if self._errors:
            error = self._errors[0]
            raise TourFailed(f"The tour stopped: the program broke ({type(error).__name__}: {error}).") from error
        if self._flashes.seen:
            raise TourFailed(f"The tour stopped: “{self._flashes.seen[0]}” opened as a window of its own.")

    # -- doing

    def press(self, name: str, within: QWidget | None = None) -> None:
        """Presses a button."""
        self.click(self.find(QAbstractButton, name, within))

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Clicks what can be reached by the mouse. Raises TourFailed."""
        name = name_of(widget)
        self.until(lambda: widget.isVisible() and widget.isEnabled(), f"“{name}” cannot be used")
        self._bring_into_view(widget)
        spot = at or (QPoint(12, widget.height() // 2) if _has_box(widget) else widget.rect().center())
        here = widget.window()
        hit = here.childAt(widget.mapTo(here, spot))
        if hit is None or not (hit is widget or widget.isAncestorOf(hit)):
            over = f"“{name_of(hit)}”" if hit is not None else "the edge of the window"
            raise TourFailed(f"The tour stopped: “{name}” lies under {over}.")
        QTest.mouseClick(widget, _LEFT, _NONE, spot)
        self.rest()

    def look_at(self, widget: QWidget) -> None:
        """Scrolls to something."""
        self._bring_into_view(widget)

    def _bring_into_view(self, widget: QWidget) -> None:
        """Scrolls, as the wheel would, until the middle of the widget shows."""
        parent = widget.parentWidget()
        while parent is not None and not parent.isWindow():
            inside = parent.widget() if isinstance(parent, QScrollArea) else None
            if isinstance(parent, QScrollArea) and inside is not None:
                spot = widget.mapTo(inside, widget.rect().center())
                parent.ensureVisible(spot.x(), spot.y(), 40, widget.height() // 2 + 12)
                self.rest()
            parent = parent.parentWidget()

    def type_into(self, name: str, words: str, within: QWidget | None = None) -> None:
        """Types into a field, replacing what stands there."""
        fields: list[QWidget] = [*self.all(QLineEdit, name, within), *self.all(QPlainTextEdit, name, within)]
        field = fields[0] if fields else self.find(QLineEdit, name, within)
        self.click(field)
        if isinstance(field, QLineEdit | QPlainTextEdit):
            field.selectAll()
        self.type(words)

    def type(self, words: str) -> None:
        """Types where the keyboard is, in any script."""
        for sign in words:
            target = QApplication.focusWidget()
            if target is None:
                raise TourFailed(f"The tour stopped: there is nowhere to type “{words}”.")
            key = Qt.Key(ord(sign.upper())) if sign.isascii() else Qt.Key.Key_unknown
            if sign == "\n":
                key, sign = Qt.Key.Key_Return, "\r"  # noqa: PLW2901 - as the keyboard sends it
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(target, QKeyEvent(kind, key, _NONE, sign))
        self.rest()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = _NONE) -> None:
        """Presses a key where the keyboard is."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        self.rest()

    def key_return(self) -> None:
        """Presses Enter where the keyboard is."""
        self.key(Qt.Key.Key_Return)

    def choose(self, name: str, words: str, within: QWidget | None = None) -> None:
        """Opens a list of choices and takes the one that begins with these words."""
        box = self.find(QComboBox, name, within)
        at = next((i for i in range(box.count()) if box.itemText(i).startswith(words)), -1)
        if at < 0:
            raise TourFailed(f"The tour stopped: “{name}” does not offer “{words}”.")
        self.click(box)
        view = box.view()
        self.until(view.isVisible, f"the list of “{name}” does not open")
        for _ in range(box.count()):
            away = at - view.currentIndex().row()
            if not away:
                break
            QTest.keyClick(view, Qt.Key.Key_Down if away > 0 else Qt.Key.Key_Up)
        QTest.keyClick(view, Qt.Key.Key_Return)
        self.until(lambda: not view.isVisible() and box.currentIndex() == at, f"“{name}” does not take “{words}”")

    def take_row(self, name: str, row: int) -> None:
        """Clicks a row of a list."""
        view = self.find(QAbstractItemView, name)
        index = view.model().index(row, 0)
        view.scrollTo(index)
        QTest.mouseClick(view.viewport(), _LEFT, _NONE, view.visualRect(index).center())
        self.rest()

    def take(self, words: str) -> None:
        """Takes an entry of the menu that is open."""
        menu = QApplication.activePopupWidget()
        action = next((a for a in menu.actions() if a.text() == words), None) if isinstance(menu, QMenu) else None
        if action is None or not isinstance(menu, QMenu):
            raise TourFailed(f"The tour stopped: no menu offers “{words}”.")
        QTest.mouseClick(menu, _LEFT, _NONE, menu.actionGeometry(action).center())
        self.rest()

    def lift(self, widget: QWidget, grip: QPoint) -> None:
        """Takes hold of something with the mouse."""
        self._bring_into_view(widget)
        QTest.mousePress(widget, _LEFT, _NONE, grip)
        QTest.mouseMove(widget, grip + QPoint(18, 18))
        self.rest()

    def carry(self, widget: QWidget, to: QPoint) -> None:
        """Moves the mouse, with what it holds, to a place in the widget's own coordinates."""
        QTest.mouseMove(widget, to)
        self.rest()

    def let_go(self, widget: QWidget, at: QPoint) -> None:
        """Lets go of it."""
        QTest.mouseRelease(widget, _LEFT, _NONE, at)
        self.rest()

    def wiggle(self) -> None:
        """Moves the mouse a little: somebody is there."""
        handle = self.window.windowHandle()
        if handle is not None:
            QTest.mouseMove(handle, QPoint(300, 4))
            QTest.mouseMove(handle, QPoint(301, 4))

    def take_next_day(self) -> None:
        """Takes the day after the one shown in the month that is open."""
        month = QApplication.activePopupWidget()
        if month is None:
            raise TourFailed("The tour stopped: no month is open to take a day from.")
        for key in (Qt.Key.Key_Right, Qt.Key.Key_Return):
            QTest.keyClick(month.focusWidget() or month, key)
        self.until(lambda: QApplication.activePopupWidget() is None, "the month does not close")

    def notice(self) -> str:
        """The sentence that passes at the lower edge, if any."""
        return self.window.toast.text if self.window.toast.isVisible() else ""

    def dismiss_notice(self) -> None:
        """Clicks the passing sentence away."""
        if self.window.toast.isVisible():
            self.click(self.window.toast)

    def save_as(self, path: Path) -> None:
        """Answers the dialog that asks where to save; it is the system's, so it is not clicked at."""
        dialogs: list[QFileDialog] = []

        def opened() -> bool:
            dialogs[:] = [w for w in QApplication.topLevelWidgets() if isinstance(w, QFileDialog) and w.isVisible()]
            return bool(dialogs)

        self.until(opened, "nobody asks where to save")
        asking = dialogs[0]
        asking.setOption(QFileDialog.Option.DontConfirmOverwrite)
        asking.setDirectory(str(path.parent))
        next(iter(asking.findChildren(QLineEdit))).setText(path.name)
        asking.accept()
        self.until(lambda: not opened(), "the dialog that asks where to save stays open")
        self.window.activateWindow()  # what a desktop does by itself
        self.until(self.window.isActiveWindow, "the window does not come back to the front")

    def dialog(self, title: str) -> Dialog:
        """The open dialog of this title."""
        return self.find(Dialog, title, self.window)

    def no_dialog(self, problem: str) -> None:
        """Waits until the dialogs have closed, and says with their findings what keeps them."""

        def closed() -> bool:
            return not any(dialog.isVisible() for dialog in self.window.dialogs())

        try:
            self.until(closed, problem)
        except TourFailed as stopped:
            raise TourFailed(f"{stopped} It says: {' '.join(self._said(self.window.dialogs()))}") from stopped

    @staticmethod
    def _said(dialogs: Iterable[Dialog]) -> list[str]:
        return [
            words for dialog in dialogs if dialog.isVisible() for words in (dialog.findings.text(), dialog.hint.text())
        ]


def name_of(widget: QWidget) -> str:
    """What a widget is called: its accessible name, the words on a button, or what it is."""
    words = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or words or type(widget).__name__


def words_of(widget: QWidget) -> str:
    """What can be read on a widget that shows words; a PIN cannot."""
    if isinstance(widget, QLineEdit) and widget.echoMode() is not QLineEdit.EchoMode.Normal:
        return ""
    said = getattr(widget, "text", None)
    words = said() if callable(said) else ""
    return words if isinstance(words, str) else ""


def _has_box(widget: QWidget) -> bool:
    """Whether it is clicked at its left, where its box is: the rest of its width may be empty."""
    return isinstance(widget, QCheckBox | QRadioButton)
