"""Visits carried to other days: by keyboard, over the small month, and by the override that a drop may ask for."""

from datetime import date, datetime

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from ketaclinic.domain.appointments import Appointment
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.ui.dialogs.override_dialog import OverrideDialog
from tests.ui.front_desk import INDUCTION, ClinicForTests, FrontDesk, clinic, desk, dressed

__all__ = ["clinic", "desk", "dressed"]

LEFT = Qt.MouseButton.LeftButton


def visit(clinic: ClinicForTests, id_: int) -> Appointment:
    return clinic.services.floor.inspect(clinic.clerk, id_).card.appointment


def over_day(desk: FrontDesk, day: date) -> QPoint:
    """The global point of a day of the small month."""
    grid = desk.screen.calendar.calendar.grid
    return grid.mapToGlobal(grid.cell_of(day).center())


def test_the_move_mode_goes_across_days(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.click("Silva")
    desk.key(Qt.Key.Key_Return)
    desk.take("Move with arrows")
    desk.key(Qt.Key.Key_PageDown)
    assert desk.bubble() == "Tue 24 Nov, 10:45–12:25 · Chair 3"
    desk.key(Qt.Key.Key_Left)
    desk.key(Qt.Key.Key_Return)
    assert (visit(clinic, id_).starts_at, clinic.place_of(id_)) == (datetime(2026, 11, 24, 10, 45), "Chair 2, 10:45")
    assert desk.told[-1] == "Moved Silva, João to 10:45–12:25, Chair 2. Ctrl+Z undoes it."
    assert desk.selected().startswith("Silva, João")


def test_escape_on_another_day_leaves_the_visit_where_it_was(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.click("Silva")
    desk.key(Qt.Key.Key_Return)
    desk.take("Move with arrows")
    desk.key(Qt.Key.Key_PageDown)
    desk.key(Qt.Key.Key_Escape)
    assert visit(clinic, id_).starts_at == datetime(2026, 11, 23, 10, 45)
    desk.key(Qt.Key.Key_PageUp)
    assert len(desk.cards()) == 1
    assert not desk.card("Silva").carried


def test_every_step_is_announced(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    clinic.book("Ruiz, Mateo", 3, "13:00")
    desk.click("Silva")
    desk.key(Qt.Key.Key_Return)
    desk.take("Move with arrows")
    desk.key(Qt.Key.Key_Down)
    desk.key(Qt.Key.Key_Down)
    said = desk.screen.board.accessibleDescription()
    assert said == "11:15–12:55 · Chair 3\nChair 3 is taken from 13:00 to 14:55."
    desk.key(Qt.Key.Key_Escape)


def test_the_move_mode_ends_on_the_pinboard_with_p(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    desk.click("Silva")
    desk.key(Qt.Key.Key_Return)
    desk.take("Move with arrows")
    desk.key(Qt.Key.Key_P)
    assert len(desk.pinned()) == 1
    assert desk.bubble() == ""


def test_the_small_month_shows_while_a_card_is_dragged(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    desk.click("Silva")
    box = desk.screen.calendar.box
    assert not box.isVisible()
    with desk.dragging("Silva", 1, "12:00"):
        assert box.isVisible()
    assert not box.isVisible()


def test_a_drop_on_a_day_offers_its_nearest_free_start(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    clinic.book("Ruiz, Mateo", 3, "10:45", day=date(2026, 11, 25))
    card = desk.card("Silva")
    QTest.mousePress(card, LEFT, pos=QPoint(30, 8))
    QTest.mouseMove(card, QPoint(60, 40))
    there = card.mapFromGlobal(over_day(desk, date(2026, 11, 25)))
    QTest.mouseMove(card, there)
    assert not desk.screen.board.hand.ghosts._ghosts[0].isVisible()
    QTest.mouseRelease(card, LEFT, pos=there)
    dialog = desk.dialog("Move visit")
    assert dialog.day.text() == "Wed 25 Nov 2026"
    assert (dialog.time.text(), dialog.chair.currentText()) == ("10:45", "Chair 1")
    desk.press("Move visit", dialog)
    assert visit(clinic, id_).starts_at == datetime(2026, 11, 25, 10, 45)


def test_a_card_held_over_a_day_opens_it_and_is_dropped_there(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    clinic.book("Ruiz, Mateo", 1, "09:00", day=date(2026, 11, 25))
    card = desk.card("Silva")
    QTest.mousePress(card, LEFT, pos=QPoint(30, 8))
    QTest.mouseMove(card, QPoint(60, 40))
    QTest.mouseMove(card, card.mapFromGlobal(over_day(desk, date(2026, 11, 25))))
    desk.wait(lambda: desk.screen.board.view.day == date(2026, 11, 25))
    assert card.isVisible()
    canvas = desk.screen.board.canvas
    there = canvas.mapToGlobal(desk.place(2, "14:00") + QPoint(0, 8))
    QTest.mouseMove(card, card.mapFromGlobal(there))
    assert desk.bubble() == "Wed 25 Nov, 14:00–15:40 · Chair 2"
    QTest.mouseRelease(card, LEFT, pos=card.mapFromGlobal(there))
    assert (visit(clinic, id_).starts_at, clinic.place_of(id_)) == (datetime(2026, 11, 25, 14, 0), "Chair 2, 14:00")
    assert sorted(words.split(",")[0] for words in desk.cards()) == ["Ruiz", "Silva"]


def test_a_day_that_has_passed_takes_no_visit(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    card = desk.card("Silva")
    QTest.mousePress(card, LEFT, pos=QPoint(30, 8))
    QTest.mouseMove(card, QPoint(60, 40))
    there = card.mapFromGlobal(over_day(desk, date(2026, 11, 18)))
    QTest.mouseMove(card, there)
    QTest.mouseRelease(card, LEFT, pos=there)
    assert desk.open_dialogs() == []
    assert clinic.place_of(id_) == "Chair 3, 10:45"


def test_a_drop_somebody_may_override_asks_for_that(clinic: ClinicForTests, desk: FrontDesk) -> None:
    starts = [datetime(2026, 11, 23, 10, 45), datetime(2026, 11, 26, 10, 45)]
    sessions = [PlannedSession(at, at, clinic.chair_id(3)) for at in starts]
    wishes = SeriesWishes(clinic.patient("Silva, João").id, INDUCTION, clinic.location.id, starts[0].date(), count=2)
    _, second = clinic.services.booking.book_series(clinic.clerk, wishes, sessions).appointment_ids
    desk.screen.show_date(date(2026, 11, 26))
    desk.click("Silva")
    desk.key(Qt.Key.Key_Return)
    desk.take("Move with arrows")
    desk.key(Qt.Key.Key_PageUp)
    desk.key(Qt.Key.Key_PageUp)
    assert "Let go to ask for an override." in desk.bubble()
    desk.key(Qt.Key.Key_Return)
    dialog = desk.dialog("Allow it all the same?")
    assert isinstance(dialog, OverrideDialog)
    assert visit(clinic, second).starts_at == starts[1]
    dialog.reject()
    assert visit(clinic, second).starts_at == starts[1]
