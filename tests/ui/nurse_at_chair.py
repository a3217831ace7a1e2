"""A nurse at the chairside screen, with keyboard and finger: the page object of its tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)
from pytestqt.exceptions import TimeoutError as NotSeen
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock
from ketaclinic.db.store import open_store
from ketaclinic.domain.encounters import EncounterView
from ketaclinic.services.bundle import build_services
from ketaclinic.ui import theme
from ketaclinic.ui.ops import Ops
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.chairside.screen import ChairsideScreen
from ketaclinic.ui.screens.chairside.tile import TileWidget
from ketaclinic.ui.widgets.dialog import Dialog
from tests.conftest import AUDIT_KEY, FILE_KEY
from tests.services.chairside_desk import Chairside

W = TypeVar("W", bound=QWidget)


@pytest.fixture
def chairs(_migrated_file: bytes, tmp_path: Path, catalog: Catalog, clock: FixedClock) -> Iterator[Chairside]:
    """The staffed clinic of the charting tests, on SQLite; 09:00 at the clinic."""
    path = tmp_path / "clinic.db"
    path.write_bytes(_migrated_file)
    store = open_store(f"sqlite:///{path}", key=FILE_KEY, audit_key=AUDIT_KEY, clock=clock, station="chair-1")
    yield Chairside(store, build_services(store, catalog, clock), clock)
    store.close()


class NurseAtChair:
    """Someone at the chairside screen."""

    def __init__(self, qtbot: QtBot, chairs: Chairside, catalog: Catalog) -> None:
        self._qtbot = qtbot
        self.chairs = chairs
        self.user = chairs.nurse
        self.told: list[str] = []
        self.problems: list[str] = []
        self.went: list[tuple[str, dict[str, Any]]] = []
        self.ops = Ops(inline=True)
        chairs.store.on_commit.append(self.ops.publish)
        self.ops.failed.connect(self.problems.append)
        (location,) = chairs.services.clinic.locations(chairs.nurse)
        self.window = QWidget(windowTitle="ketaclinic")
        self.screen = ChairsideScreen(
            ScreenContext(
                ops=self.ops,
                services=chairs.services,
                user=lambda: self.user,
                location=location,
                clock=chairs.clock,
                navigate=lambda key, args: self.went.append((key, args)),
                notify=self.told.append,
                catalog=catalog,
            )
        )
        self.beeps: list[str] = []
        self.screen.watch.alarm.beep = self.beeps.append
        layout = QVBoxLayout(self.window)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.screen)
        self.ops.committed.connect(self.screen.refresh)
        qtbot.addWidget(self.window)
        self.window.resize(1500, 900)
        self.window.show()
        self.screen.shown()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()

    # seeing

    def find(self, kind: type[W], name: str, within: QWidget | None = None) -> W:
        """The visible widget with this accessible name."""
        found: list[W] = []

        def seen() -> bool:
            found[:] = [
                w
                for w in (within or self.window).findChildren(kind)
                if w.accessibleName() == name and w.isVisibleTo(self.window)
            ]
            return bool(found)

        try:
            self._qtbot.waitUntil(seen, timeout=2000)
        except NotSeen:
            pytest.fail(f"no {kind.__name__} “{name}” to be seen")
        return found[-1]

    def sees(self, name: str) -> bool:
        """Whether a widget of this name is to be seen."""
        return any(w.accessibleName() == name and w.isVisibleTo(self.window) for w in self.window.findChildren(QWidget))

    def tile(self, who: str) -> TileWidget:
        """The tile of a patient."""
        return next(t for t in self.screen.board.tiles if t.accessibleName().startswith(who))

    def dialog(self, title: str) -> Dialog:
        """The open dialog with this title."""
        return self.find(Dialog, title)

    @property
    def view(self) -> EncounterView:
        """The session on screen."""
        assert self.screen.session.view is not None
        return self.screen.session.view

    @property
    def table(self) -> QTableView:
        """The flowsheet in front."""
        return self.find(QTableView, "Rows of observations")

    def cell(self, line: str, column: int) -> str:
        """What stands in the flowsheet, by the name of the line and the number of the column, -1 the last."""
        model = self.table.model()
        headings = [str(model.headerData(n, Qt.Orientation.Vertical)) for n in range(model.rowCount())]
        place = column if column >= 0 else model.columnCount() + column
        return str(model.index(headings.index(line), place).data() or "")

    def headings(self) -> list[str]:
        """The columns of the flowsheet: "09:05 +5"."""
        model = self.table.model()
        texts = [str(model.headerData(n, Qt.Orientation.Horizontal)) for n in range(model.columnCount())]
        return [t.replace("\n", " ") for t in texts]

    # doing

    def open(self, session: int) -> None:
        """Opens a session as the day screen does."""
        self.screen.open({"appointment_id": self.chairs.view(session).appointment_id})
        self.settle()

    def settle(self) -> None:
        """Lets what was put off until the next turn happen."""
        self._qtbot.wait(0)

    def press(self, name: str, within: QWidget | None = None) -> None:
        """Presses a button."""
        button = self.find(QAbstractButton, name, within)
        assert button.isEnabled(), f"“{name}” cannot be pressed"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def type(self, name: str, words: str, within: QWidget | None = None) -> None:
        """Types into a field, replacing what stands there."""
        field = self.find(QLineEdit, name, within)
        field.setFocus()
        field.selectAll()
        keys(field, words)

    def write(self, name: str, words: str, within: QWidget | None = None) -> None:
        """Writes into a field of several lines."""
        self.find(QPlainTextEdit, name, within).setPlainText(words)

    def choose(self, name: str, words: str, within: QWidget | None = None) -> None:
        """Chooses from a list, by the beginning of the words."""
        box = self.find(QComboBox, name, within)
        index = next((n for n in range(box.count()) if box.itemText(n).startswith(words)), -1)
        assert index >= 0, f"“{words}” is not offered"
        box.setCurrentIndex(index)
        box.activated.emit(index)
        self.settle()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Presses a key where the keyboard is."""
        QTest.keyClick(self.window.focusWidget() or self.screen, key, modifier)
        self.settle()

    def draw_up(self, mg: str, ml: str) -> None:
        """Types what is in the syringe, with Enter after each number."""
        self.type("In the syringe, mg", mg)
        self.key(Qt.Key.Key_Return)
        self.type("In the syringe, mL", ml)
        self.key(Qt.Key.Key_Return)

    def all_words(self) -> str:
        """Every word to be read in the window, in labels, buttons, fields and lists."""
        texts = []
        for kind in (QLabel, QAbstractButton, QLineEdit):
            texts += [w.text() for w in self.window.findChildren(kind) if w.isVisibleTo(self.window)]
        texts += [b.currentText() for b in self.window.findChildren(QComboBox) if b.isVisibleTo(self.window)]
        return " ".join(texts)

    def row_by_keyboard(self, values: str) -> None:
        """Types a row as a nurse does: a value, Enter, the next one; a dash leaves a field out; Ctrl+Enter saves."""
        for value in values.split():
            if value != "-":
                focused = self.window.focusWidget()
                assert isinstance(focused, QLineEdit)
                keys(focused, value)
            self.key(Qt.Key.Key_Return)
        self.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def keys(field: QLineEdit, words: str) -> None:
    """Letter by letter; QTest knows the keys of Latin letters only."""
    for letter in words:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(field, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))


def freed(widget: QWidget) -> bool:
    """Whether a closed dialog is gone from memory."""
    application = QApplication.instance()
    assert application is not None
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return not isValid(widget)


@pytest.fixture
def at_chair(qtbot: QtBot, qapp: QApplication, chairs: Chairside, catalog: Catalog) -> Iterator[NurseAtChair]:
    """A nurse before the chairside screen."""
    theme.apply(qapp, "light")
    nurse = NurseAtChair(qtbot, chairs, catalog)
    yield nurse
    nurse.window.hide()
    assert not nurse.problems
