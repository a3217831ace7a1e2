"""Visits made longer and shorter on the board."""

from datetime import datetime

from PySide6.QtCore import Qt

from ketaclinic.domain.appointments import Status
from tests.ui.front_desk import ClinicForTests, FrontDesk, clinic, desk, dressed

__all__ = ["clinic", "desk", "dressed"]

CTRL_ALT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


def ends(clinic: ClinicForTests, id_: int) -> datetime:
    return clinic.services.floor.inspect(clinic.clerk, id_).card.appointment.ends_at


def test_the_lower_edge_makes_a_visit_longer_and_says_so_in_the_hand(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    with desk.stretching("Silva", "13:15"):
        assert desk.bubble() == "10:45–13:00 · 2 h 15 min (+35 min)"
    assert ends(clinic, id_) == datetime(2026, 11, 23, 13, 15)
    assert desk.told == ["Silva, João now 10:45–13:00, 2 h 15 min. Ctrl+Z undoes it."]
    assert clinic.place_of(id_) == "Chair 3, 10:45"


def test_what_is_taken_stops_it_in_the_hand(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    clinic.book("Ruiz, Mateo", 3, "13:00")
    with desk.stretching("Silva", "13:30"):
        assert "Chair 3 is taken from 13:00 to 14:55" in desk.bubble()
    assert ends(clinic, id_) == datetime(2026, 11, 23, 12, 40)


def test_no_visit_is_made_shorter_than_its_recovery_allows(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    with desk.stretching("Silva", "11:30"):
        assert "are needed" in desk.bubble()
    assert ends(clinic, id_) == datetime(2026, 11, 23, 12, 40)


def test_ctrl_alt_and_arrows_change_the_length(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.click("Silva")
    desk.key(Qt.Key.Key_Down, CTRL_ALT)
    assert ends(clinic, id_) == datetime(2026, 11, 23, 12, 45)
    desk.key(Qt.Key.Key_Down, CTRL_ALT)
    assert ends(clinic, id_) == datetime(2026, 11, 23, 13, 0)


def test_change_length_from_the_menu_takes_arrows_and_enter(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.click("Silva")
    desk.key(Qt.Key.Key_Return)
    desk.take("Change length with arrows")
    desk.key(Qt.Key.Key_Down)
    desk.key(Qt.Key.Key_Down)
    assert desk.bubble() == "10:45–12:45 · 2 h (+20 min)"
    assert ends(clinic, id_) == datetime(2026, 11, 23, 12, 40)
    desk.key(Qt.Key.Key_Return)
    assert ends(clinic, id_) == datetime(2026, 11, 23, 13, 0)


def test_escape_leaves_the_length_as_it_was(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    with desk.stretching("Silva", "13:15"):
        desk.key(Qt.Key.Key_Escape)
    assert ends(clinic, id_) == datetime(2026, 11, 23, 12, 40)


def test_a_visit_that_is_over_has_no_handle(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    clinic.services.floor.change_status(clinic.clerk, id_, 1, Status.NO_SHOW)
    assert not desk.card("Silva").resizable
