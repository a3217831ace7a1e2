"""The day board under a clerk's hands."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from ketaclinic.domain.appointments import Status
from ketaclinic.ui import theme
from ketaclinic.ui.screens.day.load_words import load_words
from tests.ui.front_desk import ClinicForTests, FrontDesk, clinic, desk, dressed, freed

__all__ = ["clinic", "desk", "dressed"]

ALT = Qt.KeyboardModifier.AltModifier


def test_card_says_name_label_status_time_and_chair(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    assert desk.cards() == [
        "Silva, João, 1 of 1, Scheduled, 10:45 to 12:25, Chair 3, consent missing, escort missing, order missing"
    ]


def test_closed_hours_take_no_booking(clinic: ClinicForTests, desk: FrontDesk) -> None:
    start, end = datetime(2026, 11, 23, 14), datetime(2026, 11, 23, 15)
    clinic.services.clinic.add_closure(clinic.manager, clinic.location.id, None, start, end, "Staff meeting")
    desk.click_free_time(2, "14:15")
    assert desk.open_dialogs() == []


def test_click_on_free_time_opens_the_booking_there(desk: FrontDesk) -> None:
    desk.click_free_time(2, "14:15")
    dialog = desk.dialog("New booking")
    assert dialog.time.text() == "14:15"
    assert dialog.chair.currentText() == "Chair 2"


def test_past_time_takes_no_booking(desk: FrontDesk) -> None:
    desk.click_free_time(2, "08:15")
    assert desk.open_dialogs() == []


def test_drag_moves_a_visit_to_another_chair_and_time(clinic: ClinicForTests, desk: FrontDesk) -> None:
    booked = clinic.book("Silva, João", 3, "10:45")
    desk.drag("Silva", 1, "12:00")
    assert clinic.place_of(booked.appointment_ids[0]) == "Chair 1, 12:00"
    assert desk.card("Silva").accessibleName().startswith("Silva, João, 1 of 1, Scheduled, 12:00 to 13:40, Chair 1")
    assert desk.told == ["Moved Silva, João to 12:00–13:40, Chair 1. Ctrl+Z undoes it."]


def test_while_it_is_dragged_the_new_time_stands_beside_it(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    with desk.dragging("Silva", 1, "12:00"):
        assert desk.bubble() == "12:00–13:40 · Chair 1"


def test_a_taken_place_is_refused_while_in_the_hand_and_at_the_drop(clinic: ClinicForTests, desk: FrontDesk) -> None:
    booked = clinic.book("Silva, João", 3, "10:45")
    clinic.book("Ruiz, Mateo", 1, "12:00")
    with desk.dragging("Silva", 1, "12:30"):
        assert "Chair 1 is taken from 12:00 to 13:55" in desk.bubble()
    assert desk.bubble().startswith("12:30–14:10 · Chair 1\nChair 1 is taken from 12:00 to 13:55")
    assert clinic.place_of(booked.appointment_ids[0]) == "Chair 3, 10:45"
    assert desk.told == []


def test_escape_gives_a_drag_up(clinic: ClinicForTests, desk: FrontDesk) -> None:
    booked = clinic.book("Silva, João", 3, "10:45")
    with desk.dragging("Silva", 1, "12:00"):
        desk.key(Qt.Key.Key_Escape)
        assert desk.bubble() == ""
    assert clinic.place_of(booked.appointment_ids[0]) == "Chair 3, 10:45"


def test_a_visit_that_began_stays_where_it_is(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    clinic.services.floor.change_status(clinic.clerk, id_, 1, Status.ARRIVED)
    version = clinic.services.floor.inspect(clinic.nurse, id_).card.appointment.version
    clinic.services.floor.change_status(clinic.nurse, id_, version, Status.CHECKED_IN)
    with desk.dragging("Silva", 1, "12:00"):
        assert "Silva, João is checked in; this visit stays where it is." in desk.bubble()
    assert clinic.place_of(id_) == "Chair 3, 10:45"


def test_alt_with_arrows_moves_in_time_and_to_the_next_chair(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.click("Silva")
    desk.key(Qt.Key.Key_Down, ALT)
    assert clinic.place_of(id_) == "Chair 3, 11:00"
    desk.key(Qt.Key.Key_Left, ALT)
    assert clinic.place_of(id_) == "Chair 2, 11:00"


def test_move_mode_carries_with_arrows_and_drops_with_enter(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.click("Silva")
    desk.key(Qt.Key.Key_Return)
    desk.take("Move with arrows")
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        desk.key(key)
    assert desk.bubble() == "11:15–12:55 · Chair 4"
    assert clinic.place_of(id_) == "Chair 3, 10:45"
    desk.key(Qt.Key.Key_Return)
    assert clinic.place_of(id_) == "Chair 4, 11:15"


def test_move_mode_is_left_with_escape(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.click("Silva")
    desk.key(Qt.Key.Key_Return)
    desk.take("Move with arrows")
    desk.key(Qt.Key.Key_Down)
    desk.key(Qt.Key.Key_Escape)
    assert desk.bubble() == ""
    assert clinic.place_of(id_) == "Chair 3, 10:45"


def test_arrows_walk_from_visit_to_visit(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Okafor, Chidinma", 1, "10:00")
    clinic.book("Ruiz, Mateo", 1, "13:00")
    clinic.book("Silva, João", 3, "13:30")
    desk.click("Okafor")
    desk.key(Qt.Key.Key_Down)
    assert desk.selected().startswith("Ruiz, Mateo")
    desk.key(Qt.Key.Key_Right)
    assert desk.selected().startswith("Silva, João")


def test_a_move_is_undone(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.drag("Silva", 1, "12:00")
    clinic.services.history.undo(clinic.clerk)
    assert clinic.place_of(id_) == "Chair 3, 10:45"
    assert "10:45 to 12:25, Chair 3" in desk.card("Silva").accessibleName()


def test_someone_else_moved_it_meanwhile(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.ops.committed.disconnect(desk.screen.refresh)
    clinic.services.booking.move(clinic.manager, id_, 1, clinic.chair_id(2), datetime(2026, 11, 23, 13, 0))
    desk.ops.committed.connect(desk.screen.refresh)
    desk.drag("Silva", 1, "12:00")
    assert "meanwhile" in desk.bubble()
    assert clinic.place_of(id_) == "Chair 2, 13:00"
    assert "13:00 to 14:40, Chair 2" in desk.card("Silva").accessibleName()


def test_selection_and_focus_stay_when_the_day_is_read_again(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    desk.click("Silva")
    before = desk.card("Silva")
    clinic.book("Ruiz, Mateo", 1, "12:00")
    assert desk.selected().startswith("Silva, João")
    assert desk.card("Silva") is before
    assert before.hasFocus()
    assert len(desk.cards()) == 2


def test_a_change_of_another_day_does_not_read_this_one_again(
    clinic: ClinicForTests, desk: FrontDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[date] = []
    monkeypatch.setattr(desk.screen, "_show", lambda view: read.append(view.day))
    clinic.book("Silva, João", 3, "10:45", day=date(2026, 11, 30))
    assert read == []
    clinic.book("Ruiz, Mateo", 3, "10:45")
    assert read == [date(2026, 11, 23)]


def test_a_changed_name_shows_on_the_board(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    patient = clinic.patient("Silva, João")
    married = replace(patient.fields, family_name="Silva Prado")
    clinic.services.patients.edit(clinic.clerk, patient.id, patient.version, married)
    assert desk.card("Silva Prado, João").isVisibleTo(desk.window)


def test_everything_that_can_be_pressed_has_a_name(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    desk.click("Silva")
    desk.press("Add escort…")
    kinds = (QAbstractButton, QLineEdit, QComboBox)
    seen = [w for kind in kinds for w in desk.window.findChildren(kind) if w.isVisibleTo(desk.window)]
    assert len(seen) > 10
    assert [w for w in seen if not w.accessibleName()] == []


def test_a_drag_is_saved_off_the_window_thread(dressed: QApplication, qtbot: QtBot, clinic: ClinicForTests) -> None:
    desk = FrontDesk(qtbot, clinic, clinic.clerk, inline=False)
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    desk.wait(lambda: len(desk.cards()) == 1)
    desk.drag("Silva", 1, "12:00")
    desk.wait(lambda: "12:00 to 13:40, Chair 1" in desk.card("Silva").accessibleName())
    assert clinic.place_of(id_) == "Chair 1, 12:00"
    desk.ops.stop()


def test_keys_turn_the_days(clinic: ClinicForTests, desk: FrontDesk) -> None:
    desk.key(Qt.Key.Key_PageDown)
    assert desk.screen.toolbar.date.text() == "Tue 24 Nov 2026"
    desk.key(Qt.Key.Key_PageUp)
    desk.key(Qt.Key.Key_PageUp)
    assert desk.screen.toolbar.date.text() == "Sun 22 Nov 2026"
    desk.key(Qt.Key.Key_T)
    assert desk.screen.toolbar.date.text() == "Mon 23 Nov 2026"


def test_summary_counts_the_day(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    clinic.book("Ruiz, Mateo", 1, "12:00")
    assert desk.screen.toolbar.summary.text() == "2 visits · 2 series start · chair use 10 %"


def test_cards_of_a_cancelled_visit_leave_the_board(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    desk.click("Silva")
    desk.screen.open_cancel()
    dialog = desk.dialog("Cancel visit")
    desk.press("Cancelled late", dialog)
    desk.type("Reason", "Car broke down", dialog)
    desk.press("Cancel visit", dialog)
    assert desk.cards() == []
    assert freed(dialog)


def test_hands_and_clock_meet_on_the_now_line(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    clinic.services.floor.change_status(clinic.clerk, id_, 1, Status.ARRIVED)
    clinic.clock.at += timedelta(minutes=19)
    desk.screen.tick()
    words = desk.card("Silva").words
    assert words is not None
    assert words.status == "● Arrived · 19 min"


def test_letting_go_outside_the_board_changes_nothing(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    card = desk.card("Silva")
    outside = card.mapFromGlobal(desk.screen.inspector.mapToGlobal(QPoint(160, 300)))
    QTest.mousePress(card, Qt.MouseButton.LeftButton, pos=QPoint(30, 8))
    for there in (QPoint(60, 40), outside):
        QTest.mouseMove(card, there)
    assert desk.bubble() == "Let go here to leave it where it is"
    QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=outside)
    assert clinic.place_of(id_) == "Chair 3, 10:45"
    assert desk.bubble() == ""


def test_a_day_longer_than_the_screen_scrolls_while_dragging(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    desk.window.resize(1100, 420)
    desk.screen.resize(1100, 420)
    bar = desk.screen.board.verticalScrollBar()
    desk.wait(lambda: bar.maximum() > 0)
    bar.setValue(0)
    card = desk.card("Silva")
    low = QPoint(30, card.mapFrom(desk.screen.board.viewport(), QPoint(0, desk.screen.board.viewport().height())).y())
    QTest.mousePress(card, Qt.MouseButton.LeftButton, pos=QPoint(30, 8))
    for there in (QPoint(60, 40), low - QPoint(0, 4)):
        QTest.mouseMove(card, there)
    desk.wait(lambda: bar.value() == bar.maximum())
    desk.key(Qt.Key.Key_Escape)
    QTest.mouseRelease(card, Qt.MouseButton.LeftButton, pos=low)


def test_nurse_strip_tells_its_numbers(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    axis = desk.screen.board.axis
    measure = desk.screen.board.canvas.measure
    assert measure is not None
    point = axis.load_at(measure.y(11 * 60 + 7))
    assert point is not None
    assert load_words(point) == "11:05 · 1 in set-up · 0 monitored · 2 on duty"


@pytest.mark.parametrize("size", [(220, 140), (130, 60), (64, 140), (220, 40), (120, 20), (20, 8)])
def test_a_card_of_any_size_shows_its_status_colour(
    clinic: ClinicForTests, desk: FrontDesk, size: tuple[int, int]
) -> None:
    clinic.book("Παπαδόπουλος-Wolfeschlegelstein, Γιώργος Ματθαίος", 3, "10:45")
    card = desk.card("Παπαδόπουλος")
    card.resize(*size)
    bar = card.grab().toImage().pixelColor(3, size[1] // 2)
    assert bar.blue() > bar.red() + 35  # the blue of "scheduled"


def test_board_follows_the_dark_theme(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    card = desk.card("Silva")
    light = card.grab().toImage().pixelColor(card.width() // 2, card.height() // 2).lightness()
    theme.set_mode("dark")
    dark = card.grab().toImage().pixelColor(card.width() // 2, card.height() // 2).lightness()
    theme.set_mode("light")
    assert light > 180
    assert dark < 90


def test_cards_reuse_their_widgets_from_day_to_day(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    clinic.book("Ruiz, Mateo", 1, "12:00", day=date(2026, 11, 24))
    before = desk.card("Silva")
    desk.key(Qt.Key.Key_PageDown)
    assert desk.card("Ruiz") is before
