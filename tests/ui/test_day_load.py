"""The nurses' strip: how many, who, and where there are too few."""

from datetime import datetime

from PySide6.QtCore import Qt

from ketaclinic.domain.schedule import LoadPoint
from ketaclinic.ui.screens.day.axis import lanes_of
from ketaclinic.ui.screens.day.load_words import overloaded, people_at, strip_words, who_words
from tests.ui.front_desk import ClinicForTests, FrontDesk, clinic, desk, dressed

__all__ = ["clinic", "desk", "dressed"]


def test_the_strip_names_patients_and_says_that_no_shifts_are_entered(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    clinic.book("Ruiz, Mateo", 1, "10:15")
    view = desk.screen.view
    assert view is not None
    point = next(p for p in view.load if p.at == 11 * 60 + 20)
    assert who_words(view, point) == (
        "11:20 · 1 in set-up · 1 monitored · 2 on duty\n"
        "In set-up: Silva, João\n"
        "Monitored: Ruiz, Mateo\n"
        "On duty: the usual number, no shifts entered"
    )


def test_with_shifts_the_nurses_are_named(clinic: ClinicForTests, desk: FrontDesk) -> None:
    starts, ends = datetime(2026, 11, 23, 8), datetime(2026, 11, 23, 16)
    clinic.services.clinic.add_shifts(clinic.manager, [(clinic.nurse.id, clinic.location.id, starts, ends)])
    view = desk.screen.view
    assert view is not None
    assert people_at(view, 12 * 60).on_duty == ("Mo Ortiz",)
    assert people_at(view, 17 * 60).on_duty == ()


def test_the_keyboard_goes_through_the_strip_and_hears_who(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    axis = desk.screen.board.axis
    axis.setFocus(Qt.FocusReason.TabFocusReason)
    desk.key(Qt.Key.Key_Down)
    assert axis.accessibleDescription().startswith("09:00 · 0 in set-up · 0 monitored · 2 on duty")
    for _ in range(9):
        desk.key(Qt.Key.Key_Down)
    assert axis.accessibleDescription() == (
        "11:15 · 1 in set-up · 0 monitored · 2 on duty. In set-up: Silva, João. "
        "On duty: the usual number, no shifts entered"
    )


def test_too_few_nurses_are_told_as_stretches() -> None:
    load = [LoadPoint(at, 2, 1, 1, capacity_ok=at not in {605, 610, 700}) for at in range(600, 720, 5)]
    assert overloaded(load) == [(605, 615), (700, 705)]
    assert strip_words(load) == "Too few nurses 10:05 to 10:15, 11:40 to 11:45"
    assert strip_words([]) == "Enough nurses all day"


def test_each_nurses_lane_shows_stretches_of_one_kind() -> None:
    load = [
        LoadPoint(600, 0, 0, 2, capacity_ok=True),
        LoadPoint(605, 1, 0, 2, capacity_ok=True),
        LoadPoint(610, 1, 2, 2, capacity_ok=True),
        LoadPoint(615, 3, 0, 2, capacity_ok=False),
        LoadPoint(640, 0, 1, 1, capacity_ok=True),  # after a gap a stretch begins anew
        LoadPoint(645, 0, 1, 1, capacity_ok=True),
    ]
    assert lanes_of(load) == [
        [("idle", 600, 605), ("setup", 605, 620), ("shared", 640, 650)],
        [("idle", 600, 610), ("shared", 610, 615), ("setup", 615, 620)],
        [("over", 615, 620)],
        [("over", 615, 620)],
    ]
    assert lanes_of([]) == []
