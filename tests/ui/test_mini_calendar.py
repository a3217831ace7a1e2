"""The month beside the board: clicked, walked with the keyboard, and dropped upon."""

from collections.abc import Iterator
from datetime import date

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ketaclinic.ui import theme
from ketaclinic.ui.widgets.mini_calendar import MiniCalendar, visit_mime
from tests.desk import Person

TODAY = date(2026, 11, 23)


class Visitor(Person):
    """Somebody with a visit in the hand, or at the keyboard."""

    def __init__(self, window: QWidget, calendar: MiniCalendar) -> None:
        super().__init__(window)
        self.calendar = calendar
        self.chosen: list[date] = []
        self.dropped: list[tuple[int, date]] = []
        self.months: list[date] = []
        calendar.day_chosen.connect(self.chosen.append)
        calendar.visit_dropped.connect(lambda visit, day: self.dropped.append((visit, day)))
        calendar.month_shown.connect(self.months.append)

    def where(self, day: date) -> QPoint:
        grid = self.calendar.grid
        return grid.mapTo(self.calendar, grid.cell_of(day).center())

    def over(self, at: QPoint, data: QMimeData) -> bool:
        """Carries something over a point; whether it might be let go there."""
        copy, left, none = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(at, copy, data, left, none)
        QApplication.sendEvent(self.calendar, enter)
        move = QDragMoveEvent(at, copy, data, left, none)
        QApplication.sendEvent(self.calendar, move)
        return enter.isAccepted() and move.isAccepted()

    def drop(self, at: QPoint, data: QMimeData) -> None:
        event = QDropEvent(
            QPointF(at), Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(self.calendar, event)

    def carry_away(self) -> None:
        QApplication.sendEvent(self.calendar, QDragLeaveEvent())


@pytest.fixture
def visitor(qapp: QApplication, qtbot: QtBot) -> Iterator[Visitor]:
    """November 2026, the 23rd being today."""
    theme.apply(qapp, "light")
    window = QWidget()
    qtbot.addWidget(window)
    calendar = MiniCalendar(lambda: TODAY)
    QVBoxLayout(window).addWidget(calendar)
    window.show()
    calendar.setFocus()
    yield Visitor(window, calendar)
    calendar.carry_ended()


def test_a_day_is_chosen_with_a_click(visitor: Visitor) -> None:
    grid = visitor.calendar.grid
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.cell_of(date(2026, 11, 26)).center())
    assert visitor.chosen == [date(2026, 11, 26)]
    assert visitor.calendar.day == date(2026, 11, 26)


def test_a_day_is_chosen_with_the_keyboard_alone(visitor: Visitor) -> None:
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Left):
        visitor.press(key)
    assert visitor.chosen == []
    visitor.press(Qt.Key.Key_Return)
    assert visitor.chosen == [date(2026, 12, 31)]
    visitor.press(Qt.Key.Key_T)
    visitor.press(Qt.Key.Key_PageUp)
    visitor.press(Qt.Key.Key_Up)
    visitor.press(Qt.Key.Key_Space)
    assert visitor.chosen[1:] == [date(2026, 10, 16)]


def test_its_keys_are_not_the_screens_while_it_has_the_keyboard(visitor: Visitor) -> None:
    turned: list[bool] = []
    action = QAction("Day after", visitor.window, shortcut=QKeySequence("PgDown"))
    action.triggered.connect(lambda: turned.append(True))
    visitor.window.addAction(action)
    visitor.press(Qt.Key.Key_PageDown)
    assert turned == []
    assert visitor.calendar.month == date(2026, 12, 1)


def test_the_arrows_turn_the_page_and_tell_the_month(visitor: Visitor) -> None:
    visitor.click("Next month")
    visitor.click("Next month")
    visitor.click("Month before")
    assert visitor.months == [date(2026, 12, 1), date(2027, 1, 1), date(2026, 12, 1)]
    assert "December 2026" in visitor.reads()
    assert visitor.calendar.day == TODAY


def test_how_full_a_day_is_is_said(visitor: Visitor) -> None:
    visitor.calendar.set_load({TODAY: 0.74})
    assert visitor.calendar.grid.accessibleDescription() == "Mon 23 Nov 2026, 74 % full"


def test_a_fuller_day_has_a_longer_bar(visitor: Visitor) -> None:
    calendar, near, far = visitor.calendar, date(2026, 11, 24), date(2026, 11, 25)
    calendar.set_load({near: 0.2, far: 0.9})
    picture = calendar.grid.grab().toImage()

    def dark(day: date) -> int:
        cell = calendar.grid.cell_of(day)
        y = cell.bottom() - 5
        accent = theme.color(theme.tokens().accent).rgb()
        return sum(picture.pixelColor(x, y).rgb() == accent for x in range(cell.left(), cell.right()))

    assert dark(far) > 2 * dark(near) > 0


def test_a_visit_is_dropped_on_a_day(visitor: Visitor) -> None:
    thursday = visitor.where(date(2026, 11, 26))
    assert visitor.over(thursday, visit_mime(4711))
    assert visitor.calendar.grid.target == date(2026, 11, 26)
    visitor.drop(thursday, visit_mime(4711))
    assert visitor.dropped == [(4711, date(2026, 11, 26))]
    assert visitor.calendar.grid.target is None


def test_nothing_is_dropped_on_a_day_that_has_passed(visitor: Visitor) -> None:
    sunday = visitor.where(date(2026, 11, 22))
    assert not visitor.over(sunday, visit_mime(4711))
    visitor.drop(sunday, visit_mime(4711))
    assert visitor.dropped == []


def test_what_is_no_visit_is_not_taken(visitor: Visitor) -> None:
    words, letters = QMimeData(), QMimeData()
    words.setText("4711")
    letters.setData("application/x-ketaclinic-visit", b"not a number")
    for data in (words, letters):
        assert not visitor.over(visitor.where(date(2026, 11, 26)), data)
        visitor.drop(visitor.where(date(2026, 11, 26)), data)
    assert visitor.dropped == []


def test_a_visit_held_over_an_arrow_turns_the_page(visitor: Visitor, qtbot: QtBot) -> None:
    arrow = visitor.find("Next month")
    with qtbot.waitSignal(visitor.calendar.month_shown, timeout=5000):
        visitor.over(arrow.geometry().center(), visit_mime(4711))
    third = date(2026, 12, 3)
    assert visitor.over(visitor.where(third), visit_mime(4711))
    visitor.drop(visitor.where(third), visit_mime(4711))
    assert visitor.dropped == [(4711, date(2026, 12, 3))]


def test_a_visit_carried_away_leaves_nothing_behind(visitor: Visitor) -> None:
    visitor.over(visitor.find("Next month").geometry().center(), visit_mime(4711))
    visitor.carry_away()
    visitor.over(visitor.where(date(2026, 11, 26)), visit_mime(4711))
    visitor.carry_away()
    assert visitor.calendar.grid.target is None
    assert visitor.months == []
