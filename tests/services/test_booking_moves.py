"""Moving and cancelling visits: what may be dropped where, and what a refusal leaves behind."""

from datetime import UTC, datetime, timedelta

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Changes, Op
from ketaclinic.domain.findings import Invalid, NotFound, Refused, Stale
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import DESK, MONDAY, NURSE, Desk, a_desk, on, session


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store)


def test_a_visit_moves_to_another_chair_and_time(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    heard: list[Changes] = []
    desk.store.on_commit.append(heard.append)
    moved = desk.services.booking.move(DESK, visit, 1, 2, on(1, "10:05"))
    assert (moved.chair_id, moved.starts_at, moved.ends_at, moved.version) == (2, on(1, "10:05"), on(1, "12:00"), 2)
    assert desk.board(0) == []
    assert desk.board(1) == [("Silva, João", "10:05", 2, "scheduled")]
    assert (heard[0].op, heard[0].days) == (Op.MOVE_APPOINTMENT, {MONDAY, MONDAY + timedelta(days=1)})


def test_a_refused_move_leaves_the_visit_where_it_was(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.book(2, session(0, "11:00"))
    with pytest.raises(Refused, match=r"Chair 1 is taken from 11:00 to 12:55\."):
        desk.services.booking.move(DESK, visit, 1, 1, on(0, "10:00"))
    assert desk.board(0) == [("Silva, João", "09:00", 1, "scheduled"), ("Okafor, Chidinma", "11:00", 1, "scheduled")]
    assert desk.visit(visit).version == 1


def test_a_visit_may_move_into_the_time_it_holds_itself(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    assert desk.services.booking.move(DESK, visit, 1, 1, on(0, "09:30")).starts_at == on(0, "09:30")


def test_gaps_hold_for_a_move_too(desk: Desk) -> None:
    second = desk.book(1, session(0, "09:00"), session(3, "09:00"), session(7, "09:00")).appointment_ids[1]
    with pytest.raises(Refused, match="Only 1 day between Mon 30 Nov and Tue 1 Dec; at least 2 are needed"):
        desk.services.booking.move(DESK, second, 1, 1, on(1, "09:00"))
    assert desk.services.booking.move(DESK, second, 1, 1, on(4, "09:00")).starts_at == on(4, "09:00")


def test_a_gap_left_by_a_missed_session_does_not_nail_the_next_one_down(desk: Desk) -> None:
    booked = desk.book(1, session(0, "09:00"), session(4, "09:00"), session(9, "09:00"))
    desk.services.booking.cancel(DESK, booked.appointment_ids[1], 1, Status.CANCELLED_BY_PATIENT)
    third = booked.appointment_ids[2]
    assert desk.services.booking.move(DESK, third, 1, 1, on(9, "10:00")).starts_at == on(9, "10:00")
    with pytest.raises(Refused, match="10 days between Mon 30 Nov and Thu 10 Dec; more than 7 need a review"):
        desk.services.booking.move(DESK, third, 2, 1, on(10, "10:00"))


def test_who_moves_on_old_knowledge_is_told(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.services.booking.move(DESK, visit, 1, 2, on(0, "09:00"))
    with pytest.raises(Stale, match="Someone else changed this visit meanwhile"):
        desk.services.booking.move(DESK, visit, 1, 1, on(0, "10:00"))
    assert desk.board(0) == [("Silva, João", "09:00", 2, "scheduled")]


def test_a_visit_in_the_chair_is_not_moved(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    arrived = desk.services.floor.change_status(DESK, visit, 1, Status.ARRIVED)
    seated = desk.services.floor.change_status(NURSE, visit, arrived.version, Status.CHECKED_IN)
    with pytest.raises(Refused, match="This visit is checked in; it stays where it is"):
        desk.services.booking.move(DESK, visit, seated.version, 2, on(0, "09:00"))


def test_an_arrived_patient_changes_chairs_after_the_planned_start(desk: Desk, clock: FixedClock) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    clock.at = datetime(2026, 11, 30, 15, 20, tzinfo=UTC)  # 09:20
    arrived = desk.services.floor.change_status(DESK, visit, 1, Status.ARRIVED)
    moved = desk.services.booking.move(DESK, visit, arrived.version, 2, on(0, "09:00"))
    assert moved.chair_id == 2
    with pytest.raises(Refused, match=r"09:15 has passed\."):
        desk.services.booking.move(DESK, visit, moved.version, 2, on(0, "09:15"))


def test_a_double_click_moves_once(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    first = desk.services.booking.move(DESK, visit, 1, 2, on(0, "10:00"), command_id="drop-1")
    assert desk.services.booking.move(DESK, visit, 1, 2, on(0, "10:00"), command_id="drop-1") == first


# --- in the hand -----------------------------------------------------------------------------------------------------


def test_in_the_hand_the_same_findings_come_without_the_database(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00"), session(3, "09:00")).appointment_ids[0]
    desk.book(2, session(0, "13:00", 2))
    check = desk.services.booking.move_check(DESK, visit)
    assert check.appointment.id == visit
    assert check.findings(2, on(0, "11:00")) == ()
    for chair, day, clock in ((2, 0, "12:00"), (1, 0, "07:00"), (1, 2, "09:00"), (1, -2, "09:00"), (9, 0, "10:00")):
        found = check.findings(chair, on(day, clock))
        assert found
        with pytest.raises(Refused) as refused:
            desk.services.booking.move(DESK, visit, 1, chair, on(day, clock))
        assert refused.value.findings == found


def test_a_far_day_can_be_taken_along(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    near = desk.services.booking.move_check(DESK, visit)
    assert [f.code for f in near.findings(1, on(14, "09:00"))] == ["day-far"]
    far = desk.services.booking.move_check(DESK, visit, MONDAY + timedelta(days=14))
    assert far.findings(1, on(14, "09:00")) == ()


def test_a_visit_that_is_not_there_cannot_be_taken_up(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.services.booking.move_check(DESK, 99)
    with pytest.raises(NotFound):
        desk.services.booking.move(DESK, 99, 1, 1, on(0, "09:00"))


# --- cancelling ------------------------------------------------------------------------------------------------------


def test_a_cancelled_visit_frees_its_chair_and_stays_on_the_board(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    gone = desk.services.booking.cancel(DESK, visit, 1, Status.CANCELLED_BY_PATIENT, "  has the   flu ")
    assert (gone.status, gone.version) == (Status.CANCELLED_BY_PATIENT, 2)
    desk.book(2, session(0, "09:00"))
    assert [name for name, *_ in desk.board(0)] == ["Silva, João", "Okafor, Chidinma"]
    assert desk.day(0).visits == 1


def test_only_a_cancellation_cancels(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    with pytest.raises(Invalid, match="“Arrived” is no cancellation"):
        desk.services.booking.cancel(DESK, visit, 1, Status.ARRIVED)
    with pytest.raises(Invalid, match="at most 500 letters"):
        desk.services.booking.cancel(DESK, visit, 1, Status.CANCELLED_LATE, "x" * 501)
    desk.services.booking.cancel(DESK, visit, 1, Status.RESCHEDULED)
    with pytest.raises(Refused, match="A visit that is rescheduled cannot become cancelled late"):
        desk.services.booking.cancel(DESK, visit, 2, Status.CANCELLED_LATE)


def test_a_session_moved_past_the_next_one_leaves_a_long_gap_behind_and_says_so(desk: Desk) -> None:
    booked = desk.book(1, session(0, "09:00"), session(4, "09:00"), session(8, "09:00"))
    with pytest.raises(Refused, match="8 days between Mon 30 Nov and Tue 8 Dec; more than 7 need a review"):
        desk.services.booking.move(DESK, booked.appointment_ids[1], 1, 1, on(11, "09:00"))
    assert desk.visit(booked.appointment_ids[1]).starts_at == on(4, "09:00")
