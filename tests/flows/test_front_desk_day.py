"""A day of the front desk, from the first call to the last arrival, on the screen."""

from datetime import date, datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ketaclinic.domain.appointments import Status
from tests.ui.front_desk import ClinicForTests, FrontDesk, clinic, desk, dressed

__all__ = ["clinic", "desk", "dressed"]


def book_on_the_phone(desk: FrontDesk) -> None:
    """ "I'd like to start next week, mornings": six sessions in one stroke."""
    desk.key(Qt.Key.Key_N)
    booking = desk.dialog("New booking")
    desk.type("Search patients", "ngu", booking)
    QTest.keyClick(booking.focusWidget(), Qt.Key.Key_Return)
    desk.choose("Protocol", "Induction, twice a week", booking)
    desk.press("Plan 6 sessions from here…", booking)
    planner = desk.dialog("Plan a series")
    desk.type("Latest start", "11:30", planner)
    desk.wait(lambda: planner.form.wishes() is not None and planner.form.wishes().latest is not None)
    desk.wait(lambda: len(planner.cards) > 0)
    desk.press("Book 6 sessions", planner)


def test_front_desk_works_through_a_day(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.patient("Nguyễn, Thị Minh")
    (silva,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    (ruiz,) = clinic.book("Ruiz, Mateo", 1, "13:00").appointment_ids

    book_on_the_phone(desk)
    coming = clinic.services.booking.upcoming(clinic.clerk, clinic.patient("Nguyễn, Thị Minh").id)
    assert [card.label for card in coming] == ["1 of 6", "2 of 6", "3 of 6", "4 of 6", "5 of 6", "6 of 6"]
    assert all(card.appointment.starts_at.hour < 12 for card in coming)

    # Mr Silva is here; his sister takes him home.
    clinic.clock.at = datetime(2026, 11, 23, 16, 40, tzinfo=clinic.clock.at.tzinfo)
    desk.click("Silva")
    desk.press("Arrived")
    desk.press("Add escort…")
    desk.type("Escort name", "Maria Silva")
    desk.type("Escort phone", "+1 312 555 0199")
    desk.press("Save escort")

    # Mr Ruiz calls: the afternoon is too late, could it be noon? It could, on chair 2.
    desk.drag("Ruiz", 2, "12:00")
    assert clinic.place_of(ruiz) == "Chair 2, 12:00"

    # A slip of the hand, taken back.
    desk.click("Ruiz")
    desk.key(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert clinic.place_of(ruiz) == "Chair 2, 12:15"
    clinic.services.history.undo(clinic.clerk)
    assert clinic.place_of(ruiz) == "Chair 2, 12:00"

    # The nurse takes Mr Silva; nothing moves him any more.
    version = clinic.services.floor.inspect(clinic.nurse, silva).card.appointment.version
    clinic.services.floor.change_status(clinic.nurse, silva, version, Status.CHECKED_IN)
    desk.drag("Silva", 4, "12:00")
    assert clinic.place_of(silva) == "Chair 3, 10:45"
    assert "this visit stays where it is" in desk.bubble()

    # Mr Ruiz does not come.
    desk.click("Ruiz")
    desk.key(Qt.Key.Key_Return)
    desk.take("No-show")
    desk.press("Mark missed only")
    assert desk.card("Ruiz").accessibleName().startswith("Ruiz, Mateo, 1 of 1, No-show, 12:00 to 13:40, Chair 2")

    # His place can be booked again.
    desk.screen.open({"day": date(2026, 11, 23)})
    clinic.book("Okafor, Chidinma", 2, "12:30")
    assert desk.card("Okafor").isVisibleTo(desk.window)
    assert desk.card("Ruiz").width() < desk.card("Silva").width()
    assert desk.problems == []
