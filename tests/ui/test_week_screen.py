"""The week: read, clicked, walked with the keyboard, and repainted only where something changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.overview import Bar
from ketaclinic.ui.ops import Ops
from ketaclinic.ui.screen import Screen, ScreenContext
from ketaclinic.ui.screens.month.screen import MonthScreen
from ketaclinic.ui.screens.week.screen import WeekScreen
from tests.desk import Person
from tests.ui.front_desk import MONDAY, ClinicForTests, clinic, dressed

__all__ = ["clinic", "dressed"]


class Planner(Person):
    """The clerk Ada before one screen of her own."""

    def __init__(self, clinic: ClinicForTests, kind: type[Screen]) -> None:
        super().__init__(QWidget(windowTitle="ketaclinic"))
        self.opened: list[tuple[str, dict[str, Any]]] = []
        self.ops = Ops(inline=True)
        clinic.store.on_commit.append(self.ops.publish)
        self.screen = kind(
            ScreenContext(
                ops=self.ops,
                services=clinic.services,
                user=lambda: clinic.clerk,
                location=clinic.location,
                clock=clinic.clock,
                navigate=lambda key, args: self.opened.append((key, args)),
                notify=str,
                catalog=clinic.catalog,
            )
        )
        self.screen.setParent(self.window)
        self.ops.committed.connect(self.screen.refresh)
        self.window.resize(1280, 800)
        self.screen.resize(1280, 800)
        self.window.show()
        self.screen.shown()
        QApplication.sendPostedEvents()

    @property
    def canvas(self) -> Any:
        assert isinstance(self.screen, WeekScreen | MonthScreen)
        return self.screen.canvas

    def told(self) -> str:
        """What the keyboard's place is said to be."""
        return str(self.canvas.accessibleDescription())

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    # the week's places

    def bar_of(self, name: str) -> tuple[Bar, QPoint]:
        measure = self.canvas.measure
        for index, day in enumerate(measure.days):
            for place, (_, bars) in enumerate(day.chairs):
                for bar in bars:
                    if bar.name.startswith(name):
                        return bar, measure.bar(index, place, bar).center()
        raise AssertionError(f"no bar of {name}")

    def free(self, day: date, chair: int, at: str) -> QPoint:
        measure = self.canvas.measure
        index = next(i for i, shown in enumerate(measure.days) if shown.day == day)
        hour, minute = (int(part) for part in at.split(":"))
        return QPoint(measure.strip(index, chair - 1).center().x(), measure.y(hour * 60 + minute) + 1)

    def head(self, day: date) -> QPoint:
        measure = self.canvas.measure
        return measure.head(next(i for i, shown in enumerate(measure.days) if shown.day == day)).center()

    def click_at(self, place: QPoint) -> None:
        QTest.mouseClick(self.canvas, Qt.MouseButton.LeftButton, pos=place)


@pytest.fixture
def week(dressed: QApplication, qtbot: QtBot, clinic: ClinicForTests) -> Iterator[Planner]:
    """Ada before the week of Monday 23 November 2026; it is 09:00 in Chicago."""
    clinic.book("Silva, João", 3, "10:45")
    clinic.book("Ruiz, Mateo", 1, "14:00", MONDAY + timedelta(days=2))
    planner = Planner(clinic, WeekScreen)
    yield planner
    planner.close()


def test_each_open_day_is_a_column_with_what_is_booked_and_free(week: Planner) -> None:
    assert [day.day.day for day in week.canvas.measure.days] == [23, 24, 25, 26, 27]
    assert "23 – 29 Nov 2026" in week.find("Date, 23 – 29 Nov 2026").text()  # type: ignore[attr-defined]
    summary = week.find("Summary of the week").text()  # type: ignore[attr-defined]
    assert summary.startswith("2 visits · chair use ")
    assert "induction, 115 min" in summary
    assert week.told().startswith("Mon 23 Nov 2026: 1 visit\nChairs 5 % used\nRoom for ")


def test_a_bar_says_who_when_and_how_it_stands(week: Planner) -> None:
    _, place = week.bar_of("Silva")
    assert week.canvas.words_at(place.x(), place.y()) == (
        "Silva, João · 1 of 1\nScheduled\nMon 23 Nov, 10:45–12:40, Chair 3"
    )


def test_a_click_on_a_days_head_opens_the_day(week: Planner) -> None:
    week.click_at(week.head(date(2026, 11, 26)))
    assert week.opened == [("day", {"day": date(2026, 11, 26)})]


def test_a_click_on_a_bar_opens_its_visit(week: Planner) -> None:
    bar, place = week.bar_of("Ruiz")
    week.click_at(place)
    assert week.opened == [("day", {"day": date(2026, 11, 25), "appointment_id": bar.appointment_id})]


def test_a_click_on_free_time_starts_a_booking_there(week: Planner, clinic: ClinicForTests) -> None:
    place = week.free(date(2026, 11, 24), 2, "13:15")
    assert week.canvas.words_at(place.x(), place.y()) == "Tue 24 Nov, 13:15, Chair 2: free. Click to book."
    week.click_at(place)
    assert week.opened == [
        (
            "day",
            {
                "day": date(2026, 11, 24),
                "book": True,
                "chair_id": clinic.chair_id(2),
                "starts_at": datetime(2026, 11, 24, 13, 15),
            },
        )
    ]


def test_nothing_is_booked_where_time_has_passed(week: Planner) -> None:
    week.click_at(week.free(MONDAY, 1, "08:15"))  # it is 09:00
    assert week.opened == [("day", {"day": MONDAY})]


def test_the_keyboard_walks_days_and_visits(week: Planner) -> None:
    week.press(Qt.Key.Key_Down)
    assert week.told().startswith("Silva, João · 1 of 1")
    week.press(Qt.Key.Key_Return)
    week.press(Qt.Key.Key_Up)
    assert week.told().startswith("Mon 23 Nov 2026")
    for key in (Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Down):
        week.press(key)
    assert week.told().startswith("Ruiz, Mateo")
    week.press(Qt.Key.Key_Right)
    week.press(Qt.Key.Key_Return)
    silva, _ = week.bar_of("Silva")
    assert week.opened == [
        ("day", {"day": MONDAY, "appointment_id": silva.appointment_id}),
        ("day", {"day": date(2026, 11, 26)}),
    ]


def test_other_weeks_by_key_and_back_to_now(week: Planner) -> None:
    week.press(Qt.Key.Key_PageDown)
    assert week.canvas.view.monday == date(2026, 11, 30)
    assert week.told().startswith("Mon 30 Nov 2026")
    week.press(Qt.Key.Key_PageUp)
    week.press(Qt.Key.Key_PageUp)
    assert week.canvas.view.monday == date(2026, 11, 16)
    assert "Room" not in week.told()
    week.press(Qt.Key.Key_T)
    assert week.canvas.view.monday == MONDAY
    assert not week.find("This week").isEnabled()


def test_a_new_booking_begins_on_the_day_of_the_keyboard(week: Planner) -> None:
    week.press(Qt.Key.Key_Right)
    week.press(Qt.Key.Key_N)
    assert week.opened == [("day", {"day": date(2026, 11, 24), "book": True})]


def test_a_change_repaints_its_day_alone(week: Planner, clinic: ClinicForTests, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: week.canvas.painted == [MONDAY + timedelta(days=n) for n in range(5)])
    clinic.book("Haddad, Samir", 2, "10:00", MONDAY + timedelta(days=3))
    qtbot.waitUntil(lambda: week.canvas.painted != [MONDAY + timedelta(days=n) for n in range(5)])
    assert week.canvas.painted == [date(2026, 11, 26)]
    assert week.bar_of("Haddad")[0].status is Status.SCHEDULED


def test_a_change_of_another_week_is_not_even_read(
    week: Planner, clinic: ClinicForTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[object] = []
    overview = clinic.services.overview
    monkeypatch.setattr(overview, "week", lambda *given: read.append(given) or type(overview).week(overview, *given))
    clinic.book("Haddad, Samir", 2, "10:00", MONDAY + timedelta(days=8))
    assert read == []
    clinic.book("Petrova, Olga", 2, "10:00", MONDAY + timedelta(days=4))
    assert len(read) == 1


def test_a_new_name_shows(week: Planner, clinic: ClinicForTests) -> None:
    joao = clinic.patient("Silva, João")
    clinic.services.patients.edit(clinic.clerk, joao.id, joao.version, replace(joao.fields, family_name="Silveira"))
    assert week.bar_of("Silveira")[0].name == "Silveira, João"


def test_a_closure_is_hatched_and_not_bookable(week: Planner, clinic: ClinicForTests) -> None:
    thursday = MONDAY + timedelta(days=3)
    begin = datetime.combine(thursday, time())
    clinic.services.clinic.add_closure(
        clinic.manager, clinic.location.id, None, begin, begin + timedelta(days=1), "Thanksgiving"
    )
    place = week.free(thursday, 2, "13:15")
    assert "Closed: Thanksgiving" in week.canvas.words_at(place.x(), place.y())
    week.click_at(place)
    assert week.opened == [("day", {"day": thursday})]


def test_too_few_nurses_are_said_with_the_time(week: Planner, clinic: ClinicForTests) -> None:
    friday = MONDAY + timedelta(days=4)
    clinic.book("Haddad, Samir", 1, "10:00", friday)
    clinic.book("Petrova, Olga", 2, "10:00", friday)
    shift = datetime.combine(friday, time(8)), datetime.combine(friday, time(18))
    clinic.services.clinic.add_shifts(clinic.manager, [(clinic.nurse.id, clinic.location.id, *shift)])
    week.press(Qt.Key.Key_End)
    assert "Too few nurses 10:20–10:45" in week.told()
    assert "too few nurses on 1 day" in week.find("Summary of the week").text()  # type: ignore[attr-defined]


def test_at_midnight_another_day_is_today(week: Planner, clinic: ClinicForTests) -> None:
    clinic.clock.forward(hours=16)
    week.screen.tick()  # type: ignore[attr-defined]
    days = week.canvas.measure.days
    assert [day.past for day in days] == [True, False, False, False, False]
