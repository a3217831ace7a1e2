"""The month: load, closures and room of each day; a day is one click or Enter away."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ketaclinic.ui.screens.month.painting import lines_of
from ketaclinic.ui.screens.month.screen import MonthScreen
from tests.ui.front_desk import MONDAY, ClinicForTests, clinic, dressed
from tests.ui.test_week_screen import Planner

__all__ = ["clinic", "dressed"]


@pytest.fixture
def month(dressed: QApplication, qtbot: QtBot, clinic: ClinicForTests) -> Iterator[Planner]:
    """Ada before November 2026; it is Monday the 23rd, 09:00 in Chicago."""
    clinic.book("Silva, João", 3, "10:45")
    clinic.book("Ruiz, Mateo", 1, "14:00", MONDAY + timedelta(days=2))
    planner = Planner(clinic, MonthScreen)
    yield planner
    planner.close()


def words(month: Planner, day: date) -> list[str]:
    """The lines written into a day."""
    found = next(shown for shown in month.canvas.view.days if shown.day == day)
    return [line for line, _, _ in lines_of(found)]


def click(month: Planner, day: date) -> None:
    index = month.canvas.measure.index_of(day)
    QTest.mouseClick(month.canvas, Qt.MouseButton.LeftButton, pos=month.canvas.measure.cell(index).center())


def test_whole_weeks_around_the_month(month: Planner) -> None:
    days = [day.day for day in month.canvas.view.days]
    assert (days[0], days[-1]) == (date(2026, 10, 26), date(2026, 12, 6))
    assert month.find("Date, November 2026").isVisible()
    summary = month.find("Summary of the month").text()  # type: ignore[attr-defined]
    assert summary.startswith("2 visits · ")


def test_a_day_says_its_visits_use_and_room(month: Planner) -> None:
    assert month.told().startswith("Mon 23 Nov 2026: 1 visit\nChairs 5 % used\nRoom for ")
    assert words(month, date(2026, 11, 20)) == []
    assert words(month, date(2026, 11, 24))[0].startswith("Room for ")


def test_a_click_opens_the_day(month: Planner) -> None:
    click(month, date(2026, 11, 26))
    assert month.opened == [("day", {"day": date(2026, 11, 26)})]


def test_the_keyboard_walks_days_weeks_and_months(month: Planner) -> None:
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Return):
        month.press(key)
    assert month.opened == [("day", {"day": date(2026, 11, 17)})]
    month.press(Qt.Key.Key_End)
    assert month.told().startswith("Mon 30 Nov 2026")
    month.press(Qt.Key.Key_Right)
    assert month.canvas.view.first == date(2026, 12, 1)
    assert month.told().startswith("Tue 1 Dec 2026")
    month.press(Qt.Key.Key_PageDown)
    assert month.canvas.view.first == date(2027, 1, 1)
    month.press(Qt.Key.Key_PageUp)
    month.press(Qt.Key.Key_T)
    assert month.told().startswith("Mon 23 Nov 2026")


def test_a_new_booking_is_never_in_the_past(month: Planner) -> None:
    month.press(Qt.Key.Key_Home)
    month.press(Qt.Key.Key_N)
    assert month.opened == [("day", {"day": MONDAY, "book": True})]


def test_a_closure_is_named(month: Planner, clinic: ClinicForTests) -> None:
    thursday = datetime(2026, 11, 26)
    clinic.services.clinic.add_closure(
        clinic.manager, clinic.location.id, None, thursday, thursday + timedelta(days=1), "Thanksgiving"
    )
    assert words(month, thursday.date()) == ["Thanksgiving"]
    index = month.canvas.measure.index_of(thursday.date())
    assert "Closed: Thanksgiving" in month.canvas.words_at(month.canvas.measure.cell(index).center())


def test_a_change_repaints_its_day_alone(month: Planner, clinic: ClinicForTests, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(month.canvas.painted) == 42)
    clinic.book("Haddad, Samir", 2, "10:00", MONDAY + timedelta(days=3))
    qtbot.waitUntil(lambda: len(month.canvas.painted) < 42)
    assert date(2026, 11, 26) in month.canvas.painted
    assert len(month.canvas.painted) <= 4  # the day, and what a pixel of it touches


def test_a_change_of_another_month_is_not_even_read(
    month: Planner, clinic: ClinicForTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    overview = clinic.services.overview
    monkeypatch.setattr(overview, "month", lambda *given: read.append(given) or type(overview).month(overview, *given))
    clinic.book("Haddad, Samir", 2, "10:00", MONDAY + timedelta(days=30))
    assert read == []
    clinic.book("Petrova, Olga", 2, "10:00", MONDAY + timedelta(days=10))  # shown, although of December
    assert len(read) == 1


def test_at_midnight_another_day_is_today(month: Planner, clinic: ClinicForTests) -> None:
    clinic.clock.forward(hours=16)
    month.screen.tick()  # type: ignore[attr-defined]
    assert words(month, MONDAY) == []
