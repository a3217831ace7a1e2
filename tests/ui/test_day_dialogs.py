"""New booking, move and cancel: the dialogs of the day board."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from ketaclinic.domain.waitlist import WaitingFields
from ketaclinic.ui.dialogs.book_dialog import BookDialog
from ketaclinic.ui.dialogs.freed_slot_dialog import FreedSlotDialog
from ketaclinic.ui.dialogs.plan_series_dialog import PlanSeriesDialog
from tests.ui.front_desk import INDUCTION, ClinicForTests, FrontDesk, clinic, desk, dressed, freed

__all__ = ["clinic", "desk", "dressed"]


def booking(desk: FrontDesk) -> BookDialog:
    dialog = desk.dialog("New booking")
    assert isinstance(dialog, BookDialog)
    return dialog


def pick(desk: FrontDesk, dialog: BookDialog, letters: str) -> None:
    desk.type("Search patients", letters, dialog)
    QTest.keyClick(dialog.who.picker.field, Qt.Key.Key_Return)


def test_one_session_is_booked_into_free_time(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.patient("Silva, João")
    desk.click_free_time(2, "14:15")
    dialog = booking(desk)
    pick(desk, dialog, "silv")
    desk.choose("Protocol", "Induction, twice a week", dialog)
    assert "Free: Mon 23 Nov, 14:15–15:55, Chair 2." in dialog.answer.text
    desk.press("Book this session", dialog)
    assert desk.card("Silva").accessibleName().startswith("Silva, João, 1 of 1, Scheduled, 14:15 to 15:55, Chair 2")
    assert desk.selected().startswith("Silva, João")
    assert freed(dialog)


def test_a_place_that_will_not_do_says_why_and_offers_the_nearest(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.patient("Silva, João")
    clinic.book("Ruiz, Mateo", 2, "14:00")
    desk.key(Qt.Key.Key_N)
    dialog = booking(desk)
    pick(desk, dialog, "silv")
    desk.choose("Protocol", "Induction, twice a week", dialog)
    desk.choose("Chair", "Chair 2", dialog)
    desk.type("Start", "14:30", dialog)
    assert "Chair 2 is taken from 14:00 to 15:55" in dialog.answer.text
    assert not dialog.confirm.isEnabled()
    desk.offered("Free starts")[0].click()
    assert dialog.confirm.isEnabled()
    desk.press("Cancel", dialog)
    assert freed(dialog)


def test_a_time_that_is_none_is_shown_at_its_field(clinic: ClinicForTests, desk: FrontDesk) -> None:
    desk.key(Qt.Key.Key_N)
    dialog = booking(desk)
    desk.type("Start", "25:00", dialog)
    assert dialog.time.property("wrong") is True
    assert "“25:00” is not a time of day" in dialog.answer.text
    desk.press("Cancel", dialog)


def test_a_place_taken_a_second_ago_keeps_what_was_entered(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.patient("Silva, João")
    desk.click_free_time(2, "14:15")
    dialog = booking(desk)
    pick(desk, dialog, "silv")
    desk.choose("Protocol", "Induction, twice a week", dialog)
    clinic.book("Ruiz, Mateo", 2, "14:00")
    desk.press("Book this session", dialog)
    assert "Chair 2 is taken from 14:00 to 15:55" in dialog.findings.text()
    assert dialog.who.picker.field.text() == "Silva, João"
    assert dialog.time.text() == "14:15"
    desk.press("Cancel", dialog)


def test_a_series_is_planned_from_the_booking(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.patient("Silva, João")
    desk.click_free_time(2, "14:15")
    dialog = booking(desk)
    pick(desk, dialog, "silv")
    desk.choose("Protocol", "Induction, twice a week", dialog)
    assert dialog.series.text() == "Plan 6 sessions from here…"
    desk.press("Plan 6 sessions from here…", dialog)
    planner = desk.dialog("Plan a series")
    assert planner.form.who.picker.field.text() == "Silva, João"
    assert planner.form.earliest.text() == "12:45"
    desk.press("Cancel", planner)
    assert freed(planner)
    assert freed(dialog)


def test_move_dialog_moves_to_another_day(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.click("Silva")
    desk.press("Move")
    dialog = desk.dialog("Move visit")
    desk.press("Day after", dialog)
    desk.type("Start", "9:15", dialog)
    assert "Tue 24 Nov, 09:15–10:55, Chair 3" in dialog.answer.text
    desk.press("Move visit", dialog)
    assert clinic.place_of(id_) == "Chair 3, 09:15"
    assert desk.cards() == []
    assert desk.told == ["Moved Silva, João to Tue 24 Nov, 09:15–10:55, Chair 3. Ctrl+Z undoes it."]
    assert freed(dialog)


def test_move_dialog_says_why_a_place_will_not_do(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    clinic.book("Ruiz, Mateo", 1, "12:00")
    desk.click("Silva")
    desk.press("Move")
    dialog = desk.dialog("Move visit")
    desk.choose("Chair", "Chair 1", dialog)
    desk.type("Start", "12:30", dialog)
    assert "Chair 1 is taken from 12:00 to 13:55" in dialog.answer.text
    assert not dialog.confirm.isEnabled()
    QTest.keyClick(dialog.time, Qt.Key.Key_Escape)
    assert freed(dialog)


def test_free_starts_of_the_move_include_a_quarter_of_an_hour_later(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    desk.click("Silva")
    desk.press("Move")
    dialog = desk.dialog("Move visit")
    desk.press("Start 11:00", dialog)
    assert "Mon 23 Nov, 11:00–12:40, Chair 3" in dialog.answer.text
    desk.press("Cancel", dialog)


def test_keeping_the_visit_closes_the_cancellation(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    desk.click("Silva")
    desk.screen.open_cancel()
    dialog = desk.dialog("Cancel visit")
    desk.press("Keep visit", dialog)
    assert freed(dialog)
    assert len(desk.cards()) == 1


def test_calendar_opens_a_day(desk: FrontDesk) -> None:
    button = desk.screen.toolbar.date
    button.open()
    assert button.popup is not None
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(button.popup.grid, key)
    assert desk.screen.day == date(2026, 12, 1)
    assert not button.popup.isVisible()


def test_a_booking_somebody_may_override_asks_for_that(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.patient("Silva, João")
    desk.screen.new_booking()
    dialog = booking(desk)
    pick(desk, dialog, "Sil")
    desk.choose("Protocol", "Induction, twice", dialog)
    desk.type("Start", "16:00", dialog)
    desk.press("Book this session", dialog)
    assert desk.open_dialogs() == ["New booking", "Allow it all the same?"]
    desk.dialog("Allow it all the same?").reject()
    assert desk.cards() == []
    assert desk.open_dialogs() == ["New booking"]


def test_a_cancelled_visit_offers_its_place_beside_the_board(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "14:00")
    waits = clinic.patient("Ruiz, Mateo")
    clinic.services.recall.add_waiting(clinic.clerk, WaitingFields(waits.id, 1, INDUCTION, notice_hours=2))
    desk.click("Silva")
    desk.screen.open_cancel()
    desk.press("Cancel visit", desk.dialog("Cancel visit"))
    strip = desk.screen.freed
    assert strip.isVisible()
    assert desk.window.focusWidget() is desk.screen.board
    assert strip.words.text() == "Mon 23 Nov 2026, 14:00 is free again · 1 person may take it, Ruiz, Mateo first"
    desk.key(Qt.Key.Key_W)
    offer = desk.dialog("Who may take a freed place")
    assert isinstance(offer, FreedSlotDialog)
    assert [row.name for row in offer.table.model.rows] == ["Ruiz, Mateo"]
    assert not strip.isVisible()
    desk.press("Book the place", offer)
    dialog = booking(desk)
    assert dialog.protocol.currentData() == INDUCTION
    assert dialog.time.text() == "14:00"
    desk.press("Book this session", dialog)
    assert desk.card("Ruiz").accessibleName().startswith("Ruiz, Mateo, 1 of 1, Scheduled, 14:00 to 15:40, Chair 3")


def test_a_place_given_back_by_undo_is_offered_no_more(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "14:00")
    waits = clinic.patient("Ruiz, Mateo")
    clinic.services.recall.add_waiting(clinic.clerk, WaitingFields(waits.id, 1, INDUCTION, notice_hours=2))
    desk.click("Silva")
    desk.screen.open_cancel()
    desk.press("Cancel visit", desk.dialog("Cancel visit"))
    assert desk.screen.freed.isVisible()
    clinic.services.history.undo(desk.user)
    desk.wait(lambda: not desk.screen.freed.isVisible())


def test_a_visit_that_is_moved_offers_its_place_to_those_who_wait(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "14:00")
    waits = clinic.patient("Ruiz, Mateo")
    clinic.services.recall.add_waiting(clinic.clerk, WaitingFields(waits.id, 1, INDUCTION, notice_hours=2))
    desk.drag("Silva", 3, "14:30")
    assert not desk.screen.freed.isVisible()  # what is left of it is too short for anybody
    desk.drag("Silva", 1, "13:00")
    strip = desk.screen.freed
    assert strip.words.text() == "Mon 23 Nov 2026, 14:30 is free again · 1 person may take it, Ruiz, Mateo first"
    assert strip.isVisible()
    clinic.services.history.undo(desk.user)
    desk.wait(lambda: not strip.isVisible())
    desk.click("Silva")
    desk.screen.open_move()
    desk.type("Start", "11:30", desk.dialog("Move visit"))
    desk.press("Move visit", desk.dialog("Move visit"))
    assert strip.isVisible()
    desk.press("Leave the place free")
    assert not strip.isVisible()


def test_a_moved_visit_frees_nothing_where_nobody_waits(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "14:00")
    desk.drag("Silva", 1, "13:00")
    assert not desk.screen.freed.isVisible()
    desk.pin("Silva")
    assert not desk.screen.freed.isVisible()


def test_a_whole_series_may_be_planned_from_a_freed_place(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "14:00")
    waits = clinic.patient("Ruiz, Mateo")
    clinic.services.recall.add_waiting(clinic.clerk, WaitingFields(waits.id, 1, INDUCTION, notice_hours=2))
    desk.click("Silva")
    desk.screen.open_cancel()
    desk.press("Cancel visit", desk.dialog("Cancel visit"))
    desk.press("Show who may take it")
    desk.press("Book the place", desk.dialog("Who may take a freed place"))
    booking(desk).series.click()
    planner = desk.dialog("Plan a series")
    assert isinstance(planner, PlanSeriesDialog)
    assert planner.form.who.chosen is not None
    assert planner.form.who.chosen.name == "Ruiz, Mateo"
    planner.reject()
