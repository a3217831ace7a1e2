"""The pinboard under a clerk's hands: visits laid aside while the day is changed."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ketaclinic.domain.appointments import Status
from tests.ui.front_desk import ClinicForTests, FrontDesk, clinic, desk, dressed

__all__ = ["clinic", "desk", "dressed"]


def status_of(clinic: ClinicForTests, id_: int) -> Status:
    return clinic.services.floor.inspect(clinic.clerk, id_).card.appointment.status


def test_a_card_dropped_on_the_pinboard_leaves_the_board_and_frees_its_chair(
    clinic: ClinicForTests, desk: FrontDesk
) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.pin("Silva")
    assert desk.cards() == []
    assert desk.pinned() == ["To place: Silva, João, 1 of 1, for Mon 23 Nov · here since 23 Nov"]
    assert status_of(clinic, id_) is Status.PROPOSED
    assert desk.told == ["Silva, João: on the pinboard. Ctrl+Z undoes it."]
    clinic.book("Ruiz, Mateo", 3, "10:45")
    assert len(desk.cards()) == 1


def test_an_empty_pinboard_shows_only_while_something_is_dragged(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    strip = desk.screen.pinboard.strip
    assert not strip.isVisible()
    with desk.dragging("Silva", 1, "12:00"):
        assert strip.isVisible()
    assert not strip.isVisible()


def test_a_parked_visit_is_dragged_back_to_another_place(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.pin("Silva")
    desk.take_from_pinboard("Silva", 1, "13:00")
    assert clinic.place_of(id_) == "Chair 1, 13:00"
    assert desk.pinned() == []
    assert desk.selected().startswith("Silva, João, 1 of 1, Scheduled, 13:00 to 14:40, Chair 1")
    assert desk.told[-1] == "Placed Silva, João, 13:00–14:40, Chair 1. Ctrl+Z undoes it."


def test_two_visits_change_places_over_the_pinboard(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (one,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    (other,) = clinic.book("Ruiz, Mateo", 1, "13:00").appointment_ids
    desk.pin("Silva")
    desk.drag("Ruiz", 3, "10:45")
    desk.take_from_pinboard("Silva", 1, "13:00")
    assert (clinic.place_of(one), clinic.place_of(other)) == ("Chair 1, 13:00", "Chair 3, 10:45")


def test_a_taken_place_is_refused_and_the_visit_stays_on_the_pinboard(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    clinic.book("Ruiz, Mateo", 1, "13:00")
    desk.pin("Silva")
    desk.take_from_pinboard("Silva", 1, "13:00")
    assert "Chair 1 is taken from 13:00 to 14:55" in desk.bubble()
    assert status_of(clinic, id_) is Status.PROPOSED
    assert len(desk.pinned()) == 1


def test_p_and_delete_park_what_is_selected(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    clinic.book("Ruiz, Mateo", 1, "13:00")
    desk.click("Silva")
    desk.key(Qt.Key.Key_P)
    desk.click("Ruiz")
    desk.key(Qt.Key.Key_Delete)
    assert [words.split(",")[0] for words in desk.pinned()] == ["To place: Silva", "To place: Ruiz"]


def test_enter_on_a_parked_visit_takes_it_to_the_board_by_arrows(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.pin("Silva")
    desk.screen.pinboard.strip.focus_first()
    desk.key(Qt.Key.Key_Return)
    assert desk.bubble() == "10:45–12:25 · Chair 3"
    desk.key(Qt.Key.Key_Left)
    desk.key(Qt.Key.Key_Down)
    desk.key(Qt.Key.Key_Return)
    assert clinic.place_of(id_) == "Chair 2, 11:00"
    assert desk.pinned() == []


def test_a_parked_visit_is_placed_on_another_day_without_the_mouse(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.pin("Silva")
    desk.screen.pinboard.strip.focus_first()
    desk.key(Qt.Key.Key_Return)
    desk.key(Qt.Key.Key_PageDown)
    desk.key(Qt.Key.Key_Return)
    visit = clinic.services.floor.inspect(clinic.clerk, id_).card.appointment
    assert (visit.status, visit.starts_at.date()) == (Status.SCHEDULED, date(2026, 11, 24))


def test_parking_is_undone(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.pin("Silva")
    clinic.services.history.undo(clinic.clerk)
    assert clinic.place_of(id_) == "Chair 3, 10:45"
    assert desk.pinned() == []
    assert len(desk.cards()) == 1


def test_the_pinboard_shows_what_another_desk_parked_on_any_day(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45", day=date(2026, 11, 30)).appointment_ids
    clinic.services.booking.park(clinic.manager, id_, 1)
    assert [words.split(",")[0] for words in desk.pinned()] == ["To place: Silva"]


def test_a_visit_in_the_chair_is_not_parked(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    clinic.services.floor.change_status(clinic.clerk, id_, 1, Status.ARRIVED)
    version = clinic.services.floor.inspect(clinic.nurse, id_).card.appointment.version
    clinic.services.floor.change_status(clinic.nurse, id_, version, Status.CHECKED_IN)
    desk.click("Silva")
    desk.key(Qt.Key.Key_P)
    assert "it stays where it is" in desk.bubble()
    assert status_of(clinic, id_) is Status.CHECKED_IN


def test_many_parked_visits_scroll_and_say_how_many_are_beyond(clinic: ClinicForTests, desk: FrontDesk) -> None:
    for index in range(9):
        chair, at = index % 4 + 1, ("08:00", "10:00", "12:00")[index // 4]
        day = date(2026, 12, 1)
        (id_,) = clinic.book(f"Wolfeschlegelstein-{index}, Γιώργος", chair, at, day=day).appointment_ids
        clinic.services.booking.park(clinic.clerk, id_, 1)
    strip = desk.screen.pinboard.strip
    desk.wait(lambda: strip._more.isVisible() and strip._more.text().startswith("+"))
    assert len(desk.pinned()) == 9
    QTest.keyClick(strip.parked[0], Qt.Key.Key_Right)
