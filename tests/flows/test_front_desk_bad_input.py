"""What may not be, at the real window: refused or asked with one sentence and the nearest that would do."""

from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.ui.dialogs.book_dialog import BookDialog
from ketaclinic.ui.dialogs.plan_series_dialog import PlanSeriesDialog
from tests.flows.clerk import CTRL, SHIFT, Clerk, another_clerk, clerk, it_is, raw
from tests.ui.front_desk import INDUCTION, MONDAY, ClinicForTests, clinic, dressed

__all__ = ["clerk", "clinic", "dressed"]


def booking_for(clerk: Clerk, name: str, at: str) -> BookDialog:
    """The booking of a patient for today, as far as the last press."""
    clerk.clinic.patient(name)
    clerk.key(Qt.Key.Key_N)
    booking = clerk.dialog("New booking")
    assert isinstance(booking, BookDialog)
    clerk.type("Search patients", name.partition(",")[0], booking)
    clerk.key(Qt.Key.Key_Return)
    clerk.type("Start", at, booking)
    return booking


def planner_for(clerk: Clerk, name: str) -> PlanSeriesDialog:
    """The planner with a patient."""
    clerk.clinic.patient(name)
    clerk.key(Qt.Key.Key_N, SHIFT)
    planner = clerk.dialog("Plan a series")
    assert isinstance(planner, PlanSeriesDialog)
    clerk.type("Search patients", name.partition(",")[0], planner)
    clerk.key(Qt.Key.Key_Return)
    return planner


def test_two_desks_for_one_slot(clinic: ClinicForTests, clerk: Clerk) -> None:
    """Who presses later is told what took the place, and starts that are free; what was entered stays."""
    booking = booking_for(clerk, "Silva, João", "10:45")
    clerk.choose("Chair", "Chair 3", booking)
    clinic.services.booking.book_series(another_clerk(clinic), *asked(clinic, "Ruiz, Mateo", "10:45", 3))
    clerk.press("Book this session", booking)
    assert "Chair 3 is taken from 10:45 to 12:40." in clerk.reads()
    assert raw(clinic, "Silva, João") == []
    assert booking.time.text() == "10:45"
    free = clerk.offered("Free starts")
    assert free != []
    QTest.mouseClick(free[0], Qt.MouseButton.LeftButton)
    clerk.press("Book this session", booking)
    assert len(raw(clinic, "Silva, João")) == 1


def asked(
    clinic: ClinicForTests, name: str, at: str, chair: int, day: date = MONDAY
) -> tuple[SeriesWishes, list[PlannedSession]]:
    """One session somebody asks for."""
    starts = datetime.combine(day, time.fromisoformat(at))
    session = PlannedSession(starts, starts + timedelta(minutes=115), clinic.chair_id(chair))
    return SeriesWishes(clinic.patient(name).id, INDUCTION, clinic.location.id, day, count=1), [session]


def test_a_double_click_on_book_books_once(clinic: ClinicForTests, clerk: Clerk) -> None:
    planner = planner_for(clerk, "Silva, João")
    book = clerk.find(QPushButton, "Book 6 sessions", planner)
    for _ in range(2):
        book.click()
    assert len(raw(clinic, "Silva, João")) == 6
    assert clerk.open_dialogs() == []


def test_a_drop_outside_the_board_moves_nothing(clinic: ClinicForTests, clerk: Clerk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    card = clerk.card("Silva")
    rail = card.mapFromGlobal(clerk.window.rail.mapToGlobal(QPoint(20, 300)))
    beyond = card.mapFromGlobal(clerk.window.mapToGlobal(QPoint(400, -80)))
    for outside in (rail, beyond):
        QTest.mousePress(card, Qt.MouseButton.LeftButton, pos=QPoint(30, 8))
        QTest.mouseMove(card, QPoint(60, 40))
        QTest.mouseMove(card, outside)
        QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=outside)
        assert raw(clinic, "Silva, João") == ["1 scheduled 23 Nov 10:45 Chair 3"]
        assert clerk.card("Silva").isVisible()


def test_the_past_takes_no_booking_and_no_visit(clinic: ClinicForTests, clerk: Clerk) -> None:
    it_is(clinic, 23, "11:00")
    clinic.book("Ruiz, Mateo", 2, "13:00")
    booking = booking_for(clerk, "Silva, João", "08:30")
    assert "08:30 has passed" in clerk.reads()
    clerk.key(Qt.Key.Key_Return, CTRL)
    assert raw(clinic, "Silva, João") == []
    assert clerk.offered("Free starts") != []
    booking.reject()
    clerk.drag("Ruiz", 2, "09:00")
    assert "09:00 has passed" in clerk.bubble()
    assert raw(clinic, "Ruiz, Mateo") == ["1 scheduled 23 Nov 13:00 Chair 2"]


def test_a_closure_over_bookings_names_them_and_closes_nothing(clinic: ClinicForTests, clerk: Clerk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    canvas = clerk.screen.board.canvas
    at = clerk.place(3, "09:15") + QPoint(0, 4)
    QApplication.sendEvent(canvas, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, canvas.mapToGlobal(at)))
    clerk.take("Close these hours…")
    closing = clerk.dialog("Close hours")
    clerk.type("To", "12:00", closing)
    clerk.type("Reason", "Pump service", closing)
    clerk.press("Close these hours", closing)
    assert "Visits are booked then: 23 November 10:45 to 12:40. Nothing was closed" in closing.findings.text()
    assert clinic.services.clinic.closures(clinic.clerk, clinic.location.id, MONDAY, MONDAY) == ()
    assert raw(clinic, "Silva, João") == ["1 scheduled 23 Nov 10:45 Chair 3"]
    clerk.type("To", "10:30", closing)
    clerk.press("Close these hours", closing)
    (shut,) = clinic.services.clinic.closures(clinic.clerk, clinic.location.id, MONDAY, MONDAY)
    assert (shut.reason, shut.ends_at.time()) == ("Pump service", time(10, 30))


def test_a_series_longer_than_its_window_is_said_before_it_is_booked(clinic: ClinicForTests, clerk: Clerk) -> None:
    planner = planner_for(clerk, "Silva, João")
    clerk.wait(lambda: len(planner.cards) == 5)
    planner.form.sessions.setFocus()
    planner.form.sessions.selectAll()
    QTest.keyClicks(planner.form.sessions, "14")
    clerk.wait(lambda: len(planner.cards) == 0)
    assert planner.cards == []
    assert "No complete series of 14 keeps every rule and wish" in planner.reasons.text()
    assert "There is one of 7 sessions." in planner.reasons.text()
    assert not clerk.find(QPushButton, "Book sessions", planner).isEnabled()
    assert raw(clinic, "Silva, João") == []


def test_undo_after_someone_elses_change_is_refused_with_a_sentence(clinic: ClinicForTests, clerk: Clerk) -> None:
    (visit,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    clerk.drag("Silva", 2, "12:00")
    leo = another_clerk(clinic)
    version = clinic.services.floor.inspect(leo, visit).card.appointment.version
    clinic.services.booking.move(leo, visit, version, clinic.chair_id(4), datetime(2026, 11, 23, 13, 0))
    clerk.undo()
    assert raw(clinic, "Silva, João") == ["1 scheduled 23 Nov 13:00 Chair 4"]
    assert clerk.problems == [
        (
            "Leo Haas changed the visit of Silva, João since (Move appointment, 23 Nov 09:00). "
            "Nothing was changed: look at the day again first."
        )
    ]


def test_a_shift_that_leaves_patients_without_a_nurse_names_them(clinic: ClinicForTests, clerk: Clerk) -> None:
    """Three visits need both nurses; the only nurse on the roster would be alone with them."""
    for number, at in enumerate(("09:30", "10:00", "10:30"), start=1):
        clinic.book(f"Patient {'ABC'[number - 1]}, Test", number, at)
    change = (
        clinic.nurse.id,
        clinic.location.id,
        datetime.combine(MONDAY, time(9)),
        datetime.combine(MONDAY, time(17)),
    )
    clinic.services.clinic.add_shifts(clinic.manager, [change])
    wrong = clinic.services.clinic.out_of_place(clinic.clerk, clinic.location.id, MONDAY, MONDAY)
    assert wrong != ()
    clerk.screen.refresh()
    marked = clerk.screen.board.canvas.wrong_about(wrong[0].card.appointment.id)
    assert "nurse" in marked


def test_midnight_and_a_time_that_is_none(clinic: ClinicForTests, clerk: Clerk) -> None:
    booking = booking_for(clerk, "Silva, João", "24:00")
    clerk.key(Qt.Key.Key_Return, CTRL)
    assert clerk.open_dialogs() == ["New booking"]
    clerk.type("Start", "23:45", booking)
    assert "outside the opening hours, 08:00 to 18:00" in clerk.reads()
    clerk.key(Qt.Key.Key_Return, CTRL)
    assert raw(clinic, "Silva, João") == []
    assert clerk.offered("Free starts") != []


def test_the_day_the_clocks_go_forward(clinic: ClinicForTests, clerk: Clerk) -> None:
    """Sunday 14 March 2027 is closed; on Monday nine is nine on the wall, before and after."""
    it_is(clinic, 12, "09:00", month=3, year=2027)
    services, patient = clinic.services, clinic.patient("Silva, João")
    sunday, monday = (datetime(2027, 3, day, 9) for day in (14, 15))
    closed = services.booking.why(clinic.clerk, patient.id, INDUCTION, sunday, clinic.chair_id(1))
    assert not closed.free
    assert "is on a day the clinic is not open" in closed.findings[0].message
    assert closed.nearest[0].starts_at.date() == monday.date()
    clerk.screen.open({"day": monday.date(), "book": True, "chair_id": clinic.chair_id(1), "starts_at": monday})
    booking = clerk.dialog("New booking")
    clerk.type("Search patients", "Silva", booking)
    clerk.key(Qt.Key.Key_Return)
    clerk.press("Book this session", booking)
    assert raw(clinic, "Silva, João") == ["1 scheduled 15 Mar 09:00 Chair 1"]
    assert "09:00 to 10:40" in clerk.card("Silva").accessibleName()
