"""The panel of who waits: ages in colour by the clinic's rules, and names what a late start would break."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.people import User
from ketaclinic.ui.ops import Ops
from ketaclinic.ui.screen import ScreenContext
from ketaclinic.ui.screens.day.arrivals import ArrivalLine, ArrivalsPanel
from tests.ui.front_desk import ClinicForTests, clinic, dressed  # noqa: F401 - fixtures


class FrontDoor:
    """The panel in front of one user, at a time of Monday 23 November 2026 in Chicago."""

    def __init__(self, practice: ClinicForTests, user: User) -> None:
        self.clinic = practice
        self.chosen: list[int] = []
        self.stepped: list[int] = []
        self.panel = ArrivalsPanel(
            ScreenContext(
                ops=Ops(inline=True),
                services=practice.services,
                user=lambda: user,
                location=practice.location,
                clock=practice.clock,
                navigate=lambda key, args: None,  # noqa: ARG005 - nothing is opened from here
                notify=lambda words: None,  # noqa: ARG005
                catalog=practice.catalog,
            )
        )
        self.panel.resize(330, 600)
        self.panel.visit_wanted.connect(self.chosen.append)
        self.panel.step_wanted.connect(self.stepped.append)
        self.panel.show()

    def at(self, hour: int, minute: int) -> None:
        self.clinic.clock.at = datetime(2026, 11, 23, hour + 6, minute, tzinfo=UTC)
        self.panel.tick()

    def arrive(self, name: str, chair: int, booked: str) -> int:
        visit = self.clinic.book(name, chair, booked).appointment_ids[0]
        self.clinic.services.floor.change_status(self.clinic.clerk, visit, 1, Status.ARRIVED)
        return visit

    def lines(self) -> list[str]:
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return [line.accessibleName() for line in self.panel.findChildren(ArrivalLine)]

    def tones(self) -> list[str]:
        return [self.panel.tone_of(row) for row in self.panel.rows]


@pytest.fixture
def door(dressed: QApplication, qtbot: QtBot, clinic: ClinicForTests) -> Iterator[FrontDoor]:  # noqa: F811
    made = FrontDoor(clinic, clinic.clerk)
    qtbot.addWidget(made.panel)
    yield made
    made.panel.close()


def test_nobody_waits(door: FrontDoor) -> None:
    door.at(9, 0)
    assert door.lines() == []
    assert door.panel.summary.text() == "nobody waits"


def test_waiting_ages_from_quiet_to_amber_to_red(door: FrontDoor) -> None:
    door.at(9, 30)
    door.arrive("Silva, João", 1, "10:00")
    for minute, tone in ((0, "ink2"), (14, "ink2"), (15, "amber"), (29, "amber"), (30, "red")):
        door.at(10, minute)
        assert door.tones() == [tone]
    assert door.lines()[0].startswith("Silva, João, booked 10:00, Chair 1, waiting 1 h, 30 min past the start")


def test_who_is_late_is_named_with_what_would_do(door: FrontDoor) -> None:
    door.clinic.book("Silva, João", 1, "09:15")
    door.clinic.book("Ruiz, Mateo", 1, "11:10")
    door.at(9, 40)
    (line,) = door.lines()
    assert line == (
        "Silva, João, booked 09:15, Chair 1, 25 min late, not here, "
        "Chair 1 is taken from 11:10 to 13:05. Free at once: Chair 2."
    )
    assert door.panel.summary.text() == "1 late"


def test_a_click_and_a_key_choose_the_visit_and_the_button_its_step(door: FrontDoor) -> None:
    late = door.clinic.book("Silva, João", 1, "09:15").appointment_ids[0]
    door.at(9, 20)
    line = door.panel.findChildren(ArrivalLine)[-1]
    QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    QTest.keyClick(line, Qt.Key.Key_Space)
    assert door.chosen == [late, late]
    button = next(b for b in door.panel.findChildren(QPushButton) if b.accessibleName() == "Arrived: Silva, João")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert door.stepped == [late]


def test_only_a_nurse_is_offered_to_check_in(door: FrontDoor, qtbot: QtBot) -> None:
    door.at(9, 0)
    door.arrive("Silva, João", 1, "09:15")
    door.panel.refresh()
    assert [b.text() for b in door.panel.findChildren(QPushButton)] == []
    at_the_chair = FrontDoor(door.clinic, door.clinic.nurse)
    qtbot.addWidget(at_the_chair.panel)
    at_the_chair.panel.refresh()
    assert [b.text() for b in at_the_chair.panel.findChildren(QPushButton)] == ["Check in"]
    at_the_chair.panel.close()
