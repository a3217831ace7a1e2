"""A clerk before the whole window: every screen by its entry on the rail, the board as in tests/ui/front_desk.py."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QTabBar, QTableView
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from ketaclinic.clock import to_instant
from ketaclinic.db.models import AppointmentRow, PatientRow
from ketaclinic.domain.people import User
from ketaclinic.ui.application import build_window
from ketaclinic.ui.main_window import MainWindow
from ketaclinic.ui.screens.day.screen import DayScreen
from tests.desk import AtTheDesk
from tests.ui.front_desk import ClinicForTests, FrontDesk

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
CLERK_PIN = "593024"


class Clerk(FrontDesk):
    """Somebody of the front desk, signed in at the main window, with mouse and keyboard."""

    window: MainWindow  # type: ignore[assignment]

    def __init__(self, qtbot: QtBot, clinic: ClinicForTests, user: User, pin: str = CLERK_PIN) -> None:
        self._qtbot = qtbot
        self.clinic, self.user = clinic, user
        self.problems: list[str] = []
        self.window = build_window(clinic.services, clinic.store, clinic.catalog, clinic.clock)
        self.window.ops.failed.connect(self.problems.append)
        self.window.resize(1500, 940)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.person = AtTheDesk(self.window)
        self.person.sign_in(user.name, pin)

    @property
    def screen(self) -> DayScreen:  # type: ignore[override]
        """The day screen of who is signed in."""
        return self.window.findChildren(DayScreen)[-1]

    def close(self) -> None:
        """Goes home."""
        self.screen.board.hand.give_up()
        self.clinic.store.on_commit.remove(self.window.ops.publish)
        for dialog in self.window.dialogs():
            dialog.hide()
            dialog.deleteLater()
        self.window.close()
        self.window.ops.stop()
        self.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    # seeing

    def said(self) -> str:
        """The sentence that passes at the lower edge."""
        return self.window.toast.text if self.window.toast.isVisible() else ""

    def reads(self) -> str:
        """All words on labels in front."""
        return self.person.reads()

    def rows(self, name: str) -> list[str]:
        """The rows of a list, their cells between bars."""
        model = self.find(QTableView, name).model()
        columns = range(model.columnCount())
        cells = ([str(model.index(row, column).data() or "") for column in columns] for row in range(model.rowCount()))
        return [" | ".join(row) for row in cells]

    def undo_offers(self) -> str:
        """What Undo would take back."""
        return self.window.top.undo.toolTip()

    # doing

    def go_to(self, screen: str) -> None:
        """Presses a screen's entry on the rail."""
        self.person.go_to(screen)

    def go_to_list(self, title: str) -> None:
        """Clicks a tab of the recall lists."""
        bar = self.find(QTabBar, "Recall lists")
        number = next(n for n in range(bar.count()) if bar.tabText(n).startswith(title))
        QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(number).center())

    def show_day(self, words: str) -> None:
        """Goes on to a day by the arrow beside the date, as far as it takes."""
        for _ in range(60):
            if self.screen.toolbar.date.text() == words:
                return
            self.press("Day after", self.screen)
        pytest.fail(f"“{words}” is not among the next days")

    def undo(self) -> None:
        """Ctrl+Z."""
        self.key(Qt.Key.Key_Z, CTRL)

    def redo(self) -> None:
        """Ctrl+Y, or what the desktop has for it."""
        self.window.redo_action.trigger()

    @contextmanager
    def dragging(self, name: str, chair: int, at: str) -> Iterator[None]:
        """Holds a card at another place, looked for once the board has made room for the pinboard."""
        card, canvas, grip = self.card(name), self.screen.board.canvas, QPoint(30, 8)
        QTest.mousePress(card, Qt.MouseButton.LeftButton, pos=grip)
        QTest.mouseMove(card, grip + QPoint(20, 20))
        QApplication.sendPostedEvents()
        there = self.place(chair, at) + QPoint(0, grip.y())
        QTest.mouseMove(card, card.mapFrom(canvas, there))
        yield
        QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=card.mapFrom(canvas, there))

    def take_by_key(self, words: str) -> None:
        """Goes through the open menu with the arrow and takes an entry with Enter."""
        menu = self.menu()
        for _ in menu.actions():
            active = menu.activeAction()
            if active is not None and active.text() == words:
                break
            QTest.keyClick(menu, Qt.Key.Key_Down)
        else:
            pytest.fail(f"“{words}” is not among {[action.text() for action in menu.actions()]}")
        QTest.keyClick(menu, Qt.Key.Key_Return)

    def go_by_key(self, screen: str) -> None:
        """Ctrl and the number of a screen on the rail."""
        number = self.person.screens().index(screen) + 1
        self.key(Qt.Key(Qt.Key.Key_0.value + number), CTRL)

    def add_to_selection(self, name: str) -> None:
        """Ctrl and a click on a card."""
        QTest.mouseClick(self.card(name), Qt.MouseButton.LeftButton, CTRL)

    def tick(self, name: str) -> None:
        """Ticks a box or chooses a radio button."""
        self.find(QAbstractButton, name).click()


@pytest.fixture
def clerk(dressed: QApplication, qtbot: QtBot, clinic: ClinicForTests) -> Iterator[Clerk]:
    """Ada of the front desk at the window, Monday 23 November 2026, 09:00 in Chicago."""
    yield (made := Clerk(qtbot, clinic, clinic.clerk))
    made.close()


def it_is(clinic: ClinicForTests, day: int, at: str, month: int = 11, year: int = 2026) -> None:
    """Puts the clock on the wall of the clinic to a day and a time."""
    hour, minute = (int(part) for part in at.split(":"))
    clinic.clock.at = to_instant(datetime(year, month, day, hour, minute), clinic.location.zone)


def raw(clinic: ClinicForTests, name: str) -> list[str]:
    """The visits of a patient as they stand in the table, in their order: "1 scheduled 30 Nov 09:00 Chair 1"."""
    chairs = {chair.id: chair.name for chair in clinic.services.clinic.chairs(clinic.manager, clinic.location.id)}
    family, given = name.split(", ")
    statement = (
        select(AppointmentRow)
        .join(PatientRow, PatientRow.id == AppointmentRow.patient_id)
        .where(PatientRow.family_name == family, PatientRow.given_name == given)
        .order_by(AppointmentRow.starts_at, AppointmentRow.id)
    )
    with clinic.store.reading() as session:
        return [
            f"{row.position} {row.status} {row.starts_at:%d %b %H:%M} {chairs[row.chair_id]}"
            for row in session.scalars(statement)
        ]


def another_clerk(clinic: ClinicForTests) -> User:
    """Leo, at the second workstation."""
    return clinic.services.users.add(clinic.manager, "leo", "Leo Haas", clinic.clerk.role, "731946")
