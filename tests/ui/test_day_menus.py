"""The board's menus: right mouse button, menu key and Enter."""

from datetime import date, datetime

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.ui.dialogs.print_dialog import PrintDialog
from tests.documents.builders_documents import text_of
from tests.ui.front_desk import INDUCTION, MONDAY, ClinicForTests, FrontDesk, clinic, desk, dressed

__all__ = ["clinic", "desk", "dressed"]

CTRL = Qt.KeyboardModifier.ControlModifier


def right_click(widget: QWidget, at: QPoint) -> None:
    QApplication.sendEvent(widget, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, widget.mapToGlobal(at)))


def test_right_click_on_free_time_offers_what_fits_there(clinic: ClinicForTests, desk: FrontDesk) -> None:
    right_click(desk.screen.board.canvas, desk.place(2, "14:15") + QPoint(0, 4))
    assert [a.text() for a in desk.menu().actions() if a.text()] == [
        "Book here, 14:15, Chair 2",
        "Plan a series from here…",
        "Who could take this?",
        "Close these hours…",
    ]
    desk.take("Who could take this?")
    slot = {"chair": clinic.chair_id(2), "starts_at": datetime(2026, 11, 23, 14, 15)}
    assert desk.opened == [("recall", {"slot": slot})]


def test_book_here_from_the_menu(clinic: ClinicForTests, desk: FrontDesk) -> None:
    right_click(desk.screen.board.canvas, desk.place(2, "14:15") + QPoint(0, 4))
    desk.take("Book here, 14:15, Chair 2")
    assert desk.dialog("New booking").time.text() == "14:15"


def test_hours_are_closed_where_one_points(clinic: ClinicForTests, desk: FrontDesk) -> None:
    right_click(desk.screen.board.canvas, desk.place(2, "14:15") + QPoint(0, 4))
    desk.take("Close these hours…")
    dialog = desk.dialog("Close hours")
    desk.type("Reason", "Pump service", dialog)
    desk.press("Close these hours", dialog)
    assert desk.open_dialogs() == []
    (closure,) = clinic.services.clinic.closures(clinic.clerk, clinic.location.id, MONDAY, MONDAY)
    assert (closure.chair_id, closure.reason) == (clinic.chair_id(2), "Pump service")
    assert (closure.starts_at, closure.ends_at) == (datetime(2026, 11, 23, 14, 15), datetime(2026, 11, 23, 15, 15))
    assert any(shut.reason == "Pump service" for shut in desk.screen.board.canvas.shut)


def test_hours_with_a_visit_stay_open_and_the_form_keeps_what_was_typed(
    clinic: ClinicForTests, desk: FrontDesk
) -> None:
    clinic.book("Silva, João", 2, "14:30")
    right_click(desk.screen.board.canvas, desk.place(2, "14:15") + QPoint(0, 4))
    desk.take("Close these hours…")
    dialog = desk.dialog("Close hours")
    desk.type("Reason", "Pump service", dialog)
    desk.press("Close these hours", dialog)
    assert "Visits are booked then" in dialog.findings.text()
    assert dialog.form.values()["reason"] == "Pump service"
    assert clinic.services.clinic.closures(clinic.clerk, clinic.location.id, MONDAY, MONDAY) == ()


def test_the_keyboard_has_its_own_place_on_free_time(clinic: ClinicForTests, desk: FrontDesk) -> None:
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down):
        desk.key(key, CTRL)
    assert desk.screen.board.accessibleDescription() == "09:30, Chair 2"
    desk.key(Qt.Key.Key_Return)
    dialog = desk.dialog("New booking")
    assert (dialog.time.text(), dialog.chair.currentText()) == ("09:30", "Chair 2")


def test_the_menu_key_opens_the_menu_of_that_place(clinic: ClinicForTests, desk: FrontDesk) -> None:
    desk.key(Qt.Key.Key_Down, CTRL)
    desk.key(Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier)
    desk.take("Who could take this?")
    assert desk.opened[0][0] == "recall"


def test_the_menu_of_a_visit_has_its_acts_in_order(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    right_click(desk.card("Silva"), QPoint(20, 20))
    assert [a.text() for a in desk.menu().actions() if a.text()] == [
        "Arrived",
        "Move with arrows",
        "Move to another day…",
        "Change length with arrows",
        "Put on pinboard",
        "Confirm",
        "No-show",
        "Open patient",
        "Add escort…",
        "Call +1 312 555 0148",
        "Copy details",
        "Print",
        "Cancel visit…",
    ]


def test_details_are_copied_without_anything_clinical(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    right_click(desk.card("Silva"), QPoint(20, 20))
    desk.take("Copy details")
    assert QGuiApplication.clipboard().text() == (
        "Silva, João · KC-0001\n"
        "Mon 23 Nov 2026, 10:45–12:25 · Chair 3\n"
        "Induction, twice a week, 1 of 1 · Scheduled\n"
        "+1 312 555 0148"
    )


def test_the_menu_puts_a_visit_on_the_pinboard(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    right_click(desk.card("Silva"), QPoint(20, 20))
    desk.take("Put on pinboard")
    assert len(desk.pinned()) == 1
    clinic.services.history.undo(clinic.clerk)
    assert clinic.place_of(id_) == "Chair 3, 10:45"


def test_the_menu_of_several_speaks_of_all_of_them(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    clinic.book("Ruiz, Mateo", 1, "13:00")
    desk.click("Silva")
    QTest.mouseClick(desk.card("Ruiz"), Qt.MouseButton.LeftButton, CTRL)
    right_click(desk.card("Ruiz"), QPoint(20, 20))
    assert [a.text() for a in desk.menu().actions() if a.text()] == [
        "Move together with arrows",
        "Put on pinboard",
        "Swap places",
        "Confirm all",
        "Print cards…",
    ]


def test_a_parked_visit_is_placed_by_dialog_from_its_menu(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.pin("Silva")
    right_click(desk.screen.pinboard.strip.parked[0], QPoint(20, 20))
    desk.take("Place on a day…")
    dialog = desk.dialog("Place visit")
    desk.type("Start", "13:00", dialog)
    desk.press("Place visit", dialog)
    assert clinic.place_of(id_) == "Chair 3, 13:00"
    assert desk.pinned() == []


def test_a_held_series_is_booked_or_given_up_from_the_board(clinic: ClinicForTests, desk: FrontDesk) -> None:
    starts = datetime(2026, 11, 23, 10, 45)
    planned = PlannedSession(starts, starts, clinic.chair_id(3))
    patient = clinic.patient("Silva, João")
    wishes = SeriesWishes(patient.id, INDUCTION, clinic.location.id, date(2026, 11, 23), count=1)
    (id_,) = clinic.services.booking.hold_series(clinic.clerk, wishes, (planned,)).appointment_ids
    desk.click("Silva")
    desk.press("Schedule")
    assert clinic.services.floor.inspect(clinic.clerk, id_).card.appointment.status is Status.SCHEDULED


def test_the_cards_of_several_visits_are_one_document(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    clinic.book("Ruiz, Mateo", 1, "13:00")
    desk.click("Silva")
    QTest.mouseClick(desk.card("Ruiz"), Qt.MouseButton.LeftButton, CTRL)
    right_click(desk.card("Ruiz"), QPoint(20, 20))
    desk.take("Print cards…")
    dialog = desk.dialog("Appointment cards")
    assert isinstance(dialog, PrintDialog)
    desk.wait(dialog.print_button.isEnabled)
    said = text_of(dialog.view.content)
    assert "João Silva" in said
    assert "Mateo Ruiz" in said
    dialog.reject()


@pytest.mark.parametrize("name", ["Day sheet by chair", "Chair cards"])
def test_the_day_is_printed_when_nothing_is_selected(clinic: ClinicForTests, desk: FrontDesk, name: str) -> None:
    clinic.book("Silva, João", 3, "10:45")
    assert desk.screen.print_here()
    desk.take(name)
    title = name.removesuffix(" by chair")
    dialog = desk.dialog(title)
    desk.wait(dialog.print_button.isEnabled)
    dialog.reject()
