"""Places held for a while: seen by the other desks, booked, released, or free again when the time is over."""

from datetime import UTC, datetime, timedelta

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Changes, Op
from ketaclinic.domain.findings import Invalid, NotFound, Refused
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import DESK, MONDAY, NURSE, Desk, a_desk, on, session, stored_visits


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store)


def statuses(desk: Desk) -> list[str]:
    return [status for *_, status in stored_visits(desk.store)]


def test_a_held_series_is_seen_by_other_desks_and_booked_when_the_patient_agrees(desk: Desk, clock: FixedClock) -> None:
    held = desk.services.booking.hold_series(DESK, desk.wishes(), [session(3, "09:00"), session(0, "09:00")])
    assert desk.board(0) == [("Silva, João", "09:00", 1, "held")]
    assert [card.label for card in desk.day(3).cards] == ["2 of 2"]
    assert desk.visit(held.appointment_ids[0]).held_until == clock.at + timedelta(minutes=15)
    with pytest.raises(Refused, match=r"Chair 1 is taken from 09:00 to 10:55\."):
        desk.book(2, session(0, "10:00"), by=NURSE)
    booked = desk.services.booking.confirm_hold(DESK, held.series_id)
    assert booked == held
    assert desk.board(0) == [("Silva, João", "09:00", 1, "scheduled")]
    assert desk.visit(held.appointment_ids[0]).held_until is None


def test_a_hold_that_ran_out_gives_its_places_to_who_comes_next(desk: Desk, clock: FixedClock) -> None:
    held = desk.services.booking.hold_series(DESK, desk.wishes(), [session(0, "09:00")], minutes=5)
    clock.at += timedelta(minutes=4, seconds=59)
    with pytest.raises(Refused, match="Chair 1 is taken"):
        desk.book(2, session(0, "09:00"))
    clock.at += timedelta(seconds=1)
    desk.book(2, session(0, "09:00"))
    assert statuses(desk) == ["lapsed", "scheduled"]
    assert desk.board(0) == [("Okafor, Chidinma", "09:00", 1, "scheduled")]
    with pytest.raises(Refused, match="The hold has run out; its places are free for others"):
        desk.services.booking.confirm_hold(DESK, held.series_id)


def test_the_sweep_is_one_operation_of_nobody_and_none_where_nothing_ran_out(desk: Desk, clock: FixedClock) -> None:
    booking = desk.services.booking
    booking.hold_series(DESK, desk.wishes(), [session(0, "09:00"), session(3, "09:00")])
    booking.hold_series(DESK, desk.wishes(2), [session(1, "09:00")], minutes=60)
    heard: list[Changes] = []
    desk.store.on_commit.append(heard.append)
    assert booking.lapse_holds() == 0
    assert heard == []
    clock.at += timedelta(minutes=15)
    assert booking.lapse_holds(DESK) == 2
    (swept,) = heard
    assert (swept.op, swept.user_id, swept.patients) == (Op.LAPSE_HOLDS, None, {1})
    assert swept.days == {MONDAY, MONDAY + timedelta(days=3)}
    assert booking.lapse_holds() == 0
    assert statuses(desk) == ["lapsed", "lapsed", "held"]


def test_a_hold_is_released_and_the_release_taken_back(desk: Desk) -> None:
    held = desk.services.booking.hold_series(DESK, desk.wishes(), [session(0, "09:00")])
    desk.services.booking.release_hold(DESK, held.series_id)
    assert desk.board(0) == []
    assert desk.services.history.undo_state(DESK).undo == "Release hold, Silva"
    desk.services.history.undo(DESK)
    assert desk.board(0) == [("Silva, João", "09:00", 1, "held")]
    desk.services.history.redo(DESK)
    with pytest.raises(Refused, match="The hold has run out"):
        desk.services.booking.release_hold(DESK, held.series_id)


def test_a_release_is_not_taken_back_after_the_hold_would_have_run_out(desk: Desk, clock: FixedClock) -> None:
    held = desk.services.booking.hold_series(DESK, desk.wishes(), [session(0, "09:00")])
    desk.services.booking.release_hold(DESK, held.series_id)
    clock.at += timedelta(minutes=20)
    with pytest.raises(Refused, match="The hold has run out meanwhile; its places are free for others"):
        desk.services.history.undo(DESK)
    assert statuses(desk) == ["lapsed"]


def test_a_hold_that_ran_out_does_not_stand_in_the_way_of_undo(desk: Desk, clock: FixedClock) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.services.booking.move(DESK, visit, 1, 2, on(0, "09:00"))
    desk.services.booking.hold_series(DESK, desk.wishes(2), [session(1, "09:00")])
    assert desk.services.history.undo_state(DESK).undo == "Hold series, Okafor"
    clock.at += timedelta(minutes=15)
    desk.services.booking.lapse_holds()
    assert desk.services.history.undo_state(DESK).undo == "Move appointment, Silva"
    desk.services.history.undo(DESK)
    assert desk.visit(visit).chair_id == 1
    assert desk.services.history.undo_state(DESK).undo == "Book series, Silva"
    desk.services.history.undo(DESK)
    assert desk.services.history.undo_state(DESK).undo == ""
    desk.services.history.redo(DESK)
    desk.services.history.redo(DESK)
    assert desk.visit(visit).chair_id == 2


def test_an_undo_does_not_bring_a_hold_back_that_ran_out_meanwhile(desk: Desk, clock: FixedClock) -> None:
    desk.services.booking.hold_series(NURSE, desk.wishes(), [session(0, "09:00")])
    clock.at += timedelta(minutes=15)
    desk.book(2, session(0, "09:00"))  # lets the hold lapse in passing
    desk.services.history.undo(DESK)
    assert statuses(desk) == ["lapsed"]
    desk.book(3, session(0, "09:00"))


def test_a_confirmation_taken_back_after_its_time_frees_the_places(desk: Desk, clock: FixedClock) -> None:
    held = desk.services.booking.hold_series(DESK, desk.wishes(), [session(0, "09:00")])
    desk.services.booking.confirm_hold(DESK, held.series_id)
    desk.services.history.undo(DESK)
    assert statuses(desk) == ["held"]
    desk.services.history.redo(DESK)
    clock.at += timedelta(hours=1)
    desk.services.history.undo(DESK)
    assert statuses(desk) == ["lapsed"]
    desk.services.history.redo(DESK)
    assert statuses(desk) == ["scheduled"]


def test_a_whole_hold_is_taken_back(desk: Desk) -> None:
    desk.services.booking.hold_series(DESK, desk.wishes(), [session(0, "09:00"), session(3, "09:00")])
    desk.services.history.undo(DESK)
    assert stored_visits(desk.store) == []
    desk.services.history.redo(DESK)
    assert statuses(desk) == ["held", "held"]


def test_a_hold_lasts_as_long_as_a_clinic_can_wait(desk: Desk) -> None:
    for minutes in (0, -5, 2881):
        with pytest.raises(Invalid, match="A hold lasts from 1 to 2880 minutes") as wrong:
            desk.services.booking.hold_series(DESK, desk.wishes(), [session(0, "09:00")], minutes)
        assert wrong.value.field == "minutes"
    with pytest.raises(NotFound):
        desk.services.booking.confirm_hold(DESK, 77)
    with pytest.raises(Refused, match="The hold has run out"):
        desk.services.booking.confirm_hold(DESK, desk.book(1, session(0, "09:00")).series_id)


def test_a_double_click_holds_and_confirms_once(desk: Desk) -> None:
    booking = desk.services.booking
    held = booking.hold_series(DESK, desk.wishes(), [session(0, "09:00")], command_id="hold")
    assert booking.hold_series(DESK, desk.wishes(), [session(0, "09:00")], command_id="hold") == held
    booked = booking.confirm_hold(DESK, held.series_id, command_id="confirm")
    assert booking.confirm_hold(DESK, held.series_id, command_id="confirm") == booked


def test_a_held_visit_is_moved_and_stays_held(desk: Desk, clock: FixedClock) -> None:
    visit = desk.services.booking.hold_series(DESK, desk.wishes(), [session(0, "09:00")]).appointment_ids[0]
    moved = desk.services.booking.move(DESK, visit, 1, 2, on(0, "10:00"))
    assert (moved.status, moved.held_until) == (Status.HELD, clock.at + timedelta(minutes=15))


# --- on trial --------------------------------------------------------------------------------------------------------


def test_two_sessions_come_first_and_the_rest_is_held_until_the_day_of_decision(desk: Desk) -> None:
    days = [session(day, "09:00") for day in (0, 3, 7, 10, 14, 17)]
    booked = desk.services.booking.book_series(DESK, desk.wishes(), days, trial=2)
    assert statuses(desk) == ["scheduled", "scheduled", "held", "held", "held", "held"]
    # The second is on Thursday; two days later, at midnight after Saturday in Chicago (UTC-6), it is decided.
    assert desk.visit(booked.appointment_ids[2]).held_until == datetime(2026, 12, 6, 6, tzinfo=UTC)
    desk.services.booking.confirm_hold(DESK, booked.series_id)
    assert statuses(desk) == ["scheduled"] * 6


def test_a_decision_is_due_before_the_next_session_starts(desk: Desk) -> None:
    days = [session(day, "09:00") for day in (0, 2, 4)]
    booked = desk.services.booking.book_series(DESK, desk.wishes(), days, trial=2)
    assert desk.visit(booked.appointment_ids[2]).held_until == datetime(2026, 12, 4, 15, tzinfo=UTC)  # Friday 09:00


def test_who_does_not_go_on_loses_the_rest_only(desk: Desk, clock: FixedClock) -> None:
    booked = desk.services.booking.book_series(
        DESK, desk.wishes(), [session(day, "09:00") for day in (0, 3, 7)], trial=2
    )
    clock.at = datetime(2026, 12, 6, 6, tzinfo=UTC)
    desk.services.booking.lapse_holds()
    assert statuses(desk) == ["scheduled", "scheduled", "lapsed"]
    assert desk.visit(booked.appointment_ids[2]).position == 3


def test_not_every_session_can_be_on_trial(desk: Desk) -> None:
    for trial in (0, 2, 5):
        with pytest.raises(Invalid, match="From 1 to 1 of the sessions can come first on trial") as wrong:
            desk.services.booking.book_series(
                DESK, desk.wishes(), [session(0, "09:00"), session(3, "09:00")], trial=trial
            )
        assert wrong.value.field == "trial"
    assert stored_visits(desk.store) == []
