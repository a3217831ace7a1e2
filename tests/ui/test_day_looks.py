"""How cards look when something is special about them: held, waiting long, out of place."""

from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import Qt

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.resources import Hours
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from tests.ui.front_desk import INDUCTION, MONDAY, ClinicForTests, FrontDesk, clinic, desk, dressed

__all__ = ["clinic", "desk", "dressed"]


def hold(clinic: ClinicForTests) -> int:
    starts = datetime(2026, 11, 23, 10, 45)
    planned = PlannedSession(starts, starts, clinic.chair_id(3))
    wishes = SeriesWishes(clinic.patient("Silva, João").id, INDUCTION, clinic.location.id, MONDAY, count=1)
    return clinic.services.booking.hold_series(clinic.clerk, wishes, (planned,), 20).appointment_ids[0]


def test_a_held_card_says_until_when_and_the_inspector_by_whom(clinic: ClinicForTests, desk: FrontDesk) -> None:
    hold(clinic)
    words = desk.card("Silva").words
    assert words is not None
    assert words.status == "◇ Held until 09:20"
    assert "Held until 09:20" in desk.card("Silva").accessibleName()
    desk.click("Silva")
    assert desk.screen.inspector.chip.words == "◇ Held until 09:20 by Ada Park"


def test_a_hold_is_released_from_the_menu(clinic: ClinicForTests, desk: FrontDesk) -> None:
    id_ = hold(clinic)
    desk.click("Silva")
    desk.key(Qt.Key.Key_Return)
    desk.take("Release hold")
    assert desk.cards() == []
    assert clinic.services.floor.inspect(clinic.clerk, id_).card.appointment.status is Status.LAPSED


def test_who_waits_long_ages_in_words_and_colour(clinic: ClinicForTests, desk: FrontDesk) -> None:
    (id_,) = clinic.book("Silva, João", 3, "10:45").appointment_ids
    clinic.clock.at += timedelta(minutes=100)  # 10:40
    clinic.services.floor.change_status(clinic.clerk, id_, 1, Status.ARRIVED)
    for minutes, tone in ((10, ""), (11, "amber"), (15, "red")):
        clinic.clock.at += timedelta(minutes=minutes)
        desk.screen.tick()
        words = desk.card("Silva").words
        assert words is not None
        assert words.tone == tone
    assert "waiting 36 min" in desk.card("Silva").accessibleName()


def test_a_visit_outside_new_hours_is_marked_with_its_reason(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "15:45")
    (here,) = clinic.services.clinic.locations(clinic.manager)
    shorter = tuple(Hours(day.weekday, day.opens, day.closes.replace(hour=16)) for day in here.hours)
    clinic.services.clinic.edit_location(clinic.manager, replace(here, hours=shorter))
    words = desk.card("Silva").words
    assert words is not None
    assert words.wrong
    assert "out of place: " in desk.card("Silva").accessibleName()
    desk.click("Silva")
    assert desk.screen.inspector.wrong.isVisible()
    desk.drag("Silva", 3, "13:00")
    again = desk.card("Silva").words
    assert again is not None
    assert not again.wrong
    assert not desk.screen.inspector.wrong.isVisible()


def test_after_one_visit_of_a_course_moved_the_others_are_offered(clinic: ClinicForTests, desk: FrontDesk) -> None:
    starts = [datetime(2026, 11, 23, 10, 45), datetime(2026, 11, 26, 10, 45), datetime(2026, 11, 30, 10, 45)]
    sessions = [PlannedSession(at, at, clinic.chair_id(3)) for at in starts]
    wishes = SeriesWishes(clinic.patient("Silva, João").id, INDUCTION, clinic.location.id, MONDAY, count=3)
    ids = clinic.services.booking.book_series(clinic.clerk, wishes, sessions).appointment_ids
    desk.click("Silva")
    desk.drag("Silva", 3, "12:00")
    assert desk.screen.inspector.offer.text.text() == "2 later visits of this course stay where planned."
    desk.press("The others too")
    (title,) = desk.open_dialogs()
    desk.press("Move 2 visits", desk.dialog(title))
    places = [clinic.place_of(id_) for id_ in ids]
    assert places == ["Chair 3, 12:00"] * 3
    assert not desk.screen.inspector.offer.isVisible()


def test_given_up_the_one_visit_stays_moved(clinic: ClinicForTests, desk: FrontDesk) -> None:
    starts = [datetime(2026, 11, 23, 10, 45), datetime(2026, 11, 26, 10, 45)]
    sessions = [PlannedSession(at, at, clinic.chair_id(3)) for at in starts]
    wishes = SeriesWishes(clinic.patient("Silva, João").id, INDUCTION, clinic.location.id, MONDAY, count=2)
    ids = clinic.services.booking.book_series(clinic.clerk, wishes, sessions).appointment_ids
    desk.click("Silva")
    desk.drag("Silva", 3, "12:00")
    desk.press("The others too")
    (title,) = desk.open_dialogs()
    desk.dialog(title).reject()
    assert [clinic.place_of(id_) for id_ in ids] == ["Chair 3, 12:00", "Chair 3, 10:45"]


def test_a_change_of_chair_alone_offers_nothing(clinic: ClinicForTests, desk: FrontDesk) -> None:
    starts = [datetime(2026, 11, 23, 10, 45), datetime(2026, 11, 26, 10, 45)]
    sessions = [PlannedSession(at, at, clinic.chair_id(3)) for at in starts]
    wishes = SeriesWishes(clinic.patient("Silva, João").id, INDUCTION, clinic.location.id, MONDAY, count=2)
    clinic.services.booking.book_series(clinic.clerk, wishes, sessions)
    desk.click("Silva")
    desk.drag("Silva", 1, "10:45")
    assert not desk.screen.inspector.offer.isVisible()


def test_a_low_window_leaves_the_small_month_out(clinic: ClinicForTests, desk: FrontDesk) -> None:
    box = desk.screen.calendar.box
    assert box.isVisible()
    assert desk.screen.minimumSizeHint().height() <= 560
    desk.screen.resize(1280, 580)
    desk.wait(lambda: not box.isVisible())
    desk.screen.resize(1280, 900)
    desk.wait(box.isVisible)
