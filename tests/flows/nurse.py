"""A nurse before the whole window, through a whole day: every screen by the rail, the chairs as in tests/ui."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.ui import theme
from ketaclinic.ui.application import build_window
from ketaclinic.ui.main_window import MainWindow
from ketaclinic.ui.screens.chairside.screen import ChairsideScreen
from ketaclinic.ui.widgets.wrapped_text import WrappedText
from tests.desk import AtTheDesk
from tests.services.chairside_desk import Chairside
from tests.services.people_builders import STAFF_PIN
from tests.ui.nurse_at_chair import NurseAtChair


class Nurse(NurseAtChair):
    """Maria Ortiz, signed in at the main window."""

    window: MainWindow

    def __init__(self, qtbot: QtBot, chairs: Chairside, catalog: Catalog) -> None:
        self._qtbot, self.chairs, self.user = qtbot, chairs, chairs.nurse
        self.problems: list[str] = []
        self.window = build_window(chairs.services, chairs.store, catalog, chairs.clock)
        self.window.ops.failed.connect(self.problems.append)
        self.window.resize(1600, 1000)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.person = AtTheDesk(self.window)
        self.person.sign_in(self.user.name, STAFF_PIN)
        self.go_to("Chairside")
        self.beeps: list[str] = []
        self.screen.watch.alarm.beep = self.beeps.append

    @property
    def screen(self) -> ChairsideScreen:  # type: ignore[override]
        """The chairs."""
        return self.window.findChildren(ChairsideScreen)[-1]

    def go_home(self) -> None:
        """The window is closed for good."""
        self.chairs.store.on_commit.remove(self.window.ops.publish)
        for dialog in self.window.dialogs():
            dialog.hide()
            dialog.deleteLater()
        self.window.close()
        self.window.ops.stop()
        self.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    # seeing

    def reads(self, within: QWidget | None = None) -> str:
        """All words on labels in front, one a line."""
        QApplication.sendPostedEvents()
        top = within or self.window
        labels = [w for kind in (QLabel, WrappedText) for w in top.findChildren(kind) if w.isVisibleTo(self.window)]
        return "\n".join(label.text() for label in labels if label.text())

    def says(self, name: str) -> str:
        """The words of the label of that name."""
        return self.find(QLabel, name).text()

    def stands(self, name: str, within: QWidget | None = None) -> str:
        """What stands in a field."""
        return self.find(QLineEdit, name, within).text()

    # doing

    def go_to(self, screen: str) -> None:
        """Presses a screen's entry on the rail."""
        self.person.go_to(screen)
        self.settle()

    def it_is(self, at: str) -> None:
        """Time passes until the clock on the clinic's wall shows so much, and the window's own timer has run."""
        hour, minute = (int(part) for part in at.split(":"))
        self.chairs.clock.at = datetime(2026, 11, 23, hour + 6, minute, tzinfo=UTC)
        self.window.tick()
        if self.window.sign_in.isVisible():  # nobody touched it for some minutes: it has locked itself
            self.person.sign_in(self.user.name, STAFF_PIN)
        self.screen.tick()
        self.settle()

    def sit_down_at(self, session: int) -> None:
        """Opens a session as the day screen does."""
        self.window.navigate("chairside", {"appointment_id": self.chairs.view(session).appointment_id})
        self.settle()

    def observes(self, values: str) -> None:
        """Types a row from the systolic pressure on, and saves it."""
        self.find(QLineEdit, "Systolic pressure").setFocus()
        self.row_by_keyboard(values)

    def second_check(self, mg: str, ml: str, rate: str) -> str:
        """Kaja Lund computes; answers what she had to go by."""
        self.press("Second check")
        dialog = self.dialog("Second check, blind")
        shown = self.reads(dialog)
        for name, value in (("Dose, mg", mg), ("Drawn, mL", ml), ("Pump rate, mL/h", rate)):
            self.type(name, value, dialog)
        self.choose("Second person", "Kaja Lund", dialog)
        self.type("PIN of the second person", STAFF_PIN, dialog)
        self.press("Compare", dialog)
        return shown

    def by_the_prescriber(self, dialog: QWidget) -> None:
        """Rotimi Adeyemi is called and types the own PIN."""
        self.choose("Prescriber", "Rotimi Adeyemi", dialog)
        self.type("PIN of the prescriber", STAFF_PIN, dialog)


@pytest.fixture
def nurse(qtbot: QtBot, qapp: QApplication, chairs: Chairside, catalog: Catalog) -> Iterator[Nurse]:
    """A nurse at the window, Monday 23 November 2026, 09:00 in Chicago."""
    theme.apply(qapp, "light")
    made = Nurse(qtbot, chairs, catalog)
    yield made
    made.go_home()
    assert not made.problems
