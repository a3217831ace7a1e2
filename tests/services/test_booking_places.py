"""The pinboard, the length of a visit, and several visits at once."""

from datetime import UTC, datetime, timedelta

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Changes, Op
from ketaclinic.domain.findings import Invalid, NotFound, Refused, Stale
from ketaclinic.domain.moves import VisitMove
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import DESK, MONDAY, NURSE, Desk, a_desk, on, session, stored_visits


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store)


def to_place(desk: Desk) -> list[tuple[str, str, str]]:
    return [
        (card.patient_name, card.label, f"{card.appointment.starts_at:%a %H:%M}")
        for card in desk.services.booking.to_place(DESK, 1)
    ]


# --- the pinboard ----------------------------------------------------------------------------------------------------


def test_a_parked_visit_leaves_its_place_and_keeps_its_number(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00"), session(3, "09:00")).appointment_ids[1]
    parked = desk.services.booking.park(DESK, visit, 1)
    assert (parked.status, parked.position, parked.version) == (Status.PROPOSED, 2, 2)
    assert desk.board(3) == []
    assert to_place(desk) == [("Silva, João", "2 of 2", "Thu 09:00")]
    desk.book(2, session(3, "09:00"))  # the place is free
    with pytest.raises(Refused, match=r"Chair 1 is taken from 09:00 to 10:55\."):
        desk.services.booking.place(DESK, visit, 2, 1, on(3, "09:00"))
    placed = desk.services.booking.place(DESK, visit, 2, 2, on(4, "10:00"))
    assert (placed.status, placed.chair_id, placed.starts_at) == (Status.SCHEDULED, 2, on(4, "10:00"))
    assert to_place(desk) == []
    assert [card.label for card in desk.day(4).cards] == ["2 of 2"]


def test_parking_and_placing_are_taken_back_step_by_step(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.services.booking.park(DESK, visit, 1)
    desk.services.booking.place(DESK, visit, 2, 2, on(1, "10:00"))
    history = desk.services.history
    assert history.undo_state(DESK).undo == "Place appointment, Silva"
    history.undo(DESK)
    assert to_place(desk) == [("Silva, João", "1 of 1", "Mon 09:00")]
    assert history.undo_state(DESK).undo == "Put on pinboard, Silva"
    history.undo(DESK)
    assert desk.board(0) == [("Silva, João", "09:00", 1, "scheduled")]
    history.redo(DESK)
    history.redo(DESK)
    assert desk.board(1) == [("Silva, João", "10:00", 2, "scheduled")]


def test_a_parked_visit_does_not_come_back_to_a_place_that_was_given_away(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.services.booking.park(DESK, visit, 1)
    desk.book(2, session(0, "10:00"), by=NURSE)
    with pytest.raises(Refused, match="Chair 1 is taken from 10:00"):
        desk.services.history.undo(DESK)
    assert to_place(desk) == [("Silva, João", "1 of 1", "Mon 09:00")]


def test_gaps_hold_for_what_is_placed(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00"), session(3, "09:00")).appointment_ids[1]
    desk.services.booking.park(DESK, visit, 1)
    with pytest.raises(Refused, match="Only 1 day between Mon 30 Nov and Tue 1 Dec; at least 2 are needed"):
        desk.services.booking.place(DESK, visit, 2, 1, on(1, "09:00"))


def test_in_the_hand_a_parked_visit_is_judged_where_it_was_meant_to_be_as_well(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.services.booking.park(DESK, visit, 1)
    assert desk.services.booking.move_check(DESK, visit).findings(1, on(0, "09:00")) == ()
    desk.book(2, session(0, "09:00"))
    check = desk.services.booking.move_check(DESK, visit)
    assert [f.message for f in check.findings(1, on(0, "09:00"))] == ["Chair 1 is taken from 09:00 to 10:55."]
    assert check.findings(2, on(0, "09:00")) == ()


def test_only_what_may_move_is_parked_and_only_what_is_parked_is_placed(desk: Desk, clock: FixedClock) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    with pytest.raises(Refused, match="This visit is scheduled: it has its place already"):
        desk.services.booking.place(DESK, visit, 1, 2, on(0, "09:00"))
    clock.at = datetime(2026, 11, 30, 15, tzinfo=UTC)
    desk.services.floor.change_status(DESK, visit, 1, Status.ARRIVED)
    with pytest.raises(Refused, match="This visit is arrived; it stays where it is"):
        desk.services.booking.park(DESK, visit, 2)
    with pytest.raises(Stale):
        desk.services.booking.park(DESK, visit, 1)
    with pytest.raises(NotFound):
        desk.services.booking.park(DESK, 99, 1)


def test_a_double_click_parks_and_places_once(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    booking = desk.services.booking
    assert booking.park(DESK, visit, 1, "park") == booking.park(DESK, visit, 1, "park")
    first = booking.place(DESK, visit, 2, 2, on(0, "09:00"), "place")
    assert booking.place(DESK, visit, 2, 2, on(0, "09:00"), "place") == first


def test_a_status_given_by_hand_does_not_place_a_visit_in_the_past(desk: Desk, clock: FixedClock) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.services.booking.park(DESK, visit, 1)
    clock.at = datetime(2026, 11, 30, 18, tzinfo=UTC)  # noon
    with pytest.raises(Refused, match=r"09:00 has passed\."):
        desk.services.floor.change_status(DESK, visit, 2, Status.SCHEDULED)


# --- length ----------------------------------------------------------------------------------------------------------


def test_recovery_gives_and_takes_the_minutes(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    longer = desk.services.booking.resize(DESK, visit, 1, 145)
    assert (longer.ends_at, longer.phases.recovery, longer.phases.infusion) == (on(0, "11:25"), 60, 40)
    back = desk.services.booking.resize(DESK, visit, 2, 115)
    assert (back.ends_at, back.phases.recovery) == (on(0, "10:55"), 30)
    assert desk.services.history.undo_state(DESK).undo == "Change length, Silva"
    desk.services.history.undo(DESK)
    assert desk.visit(visit).ends_at == on(0, "11:25")


def test_less_recovery_than_the_protocol_asks_for_is_refused(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    sentence = "A visit of 100 minutes leaves 15 for recovery; at least 30 are needed, 115 minutes in all."
    with pytest.raises(Refused) as refused:
        desk.services.booking.resize(DESK, visit, 1, 100)
    assert str(refused.value) == sentence
    check = desk.services.booking.move_check(DESK, visit)
    assert [f.message for f in check.findings(1, on(0, "09:00"), 100)] == [sentence]
    for minutes in (0, 4, 1441):
        with pytest.raises(Invalid) as wrong:
            desk.services.booking.resize(DESK, visit, 1, minutes)
        assert wrong.value.field == "minutes"


def test_a_longer_visit_needs_chair_and_nurses_like_any_other(services: Services, store: Store) -> None:
    desk = a_desk(services, store, chairs=3, nurses=1)
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    next_here = desk.book(2, session(0, "11:00")).appointment_ids[0]
    with pytest.raises(Refused, match="Chair 1 is taken from 11:00 to 12:55"):
        desk.services.booking.resize(DESK, visit, 1, 125)
    desk.services.booking.move(DESK, next_here, 1, 2, on(0, "11:00"))
    # The second patient's set-up is from 11:20 to 11:45 and takes the only nurse.
    assert desk.services.booking.resize(DESK, visit, 1, 155).phases.recovery == 70
    with pytest.raises(Refused, match="Too few nurses at 11:20: 1 set-up and 1 monitored, with 1 nurse on duty"):
        desk.services.booking.resize(DESK, visit, 2, 160)
    check = desk.services.booking.move_check(DESK, visit)
    assert [f.code for f in check.findings(1, on(0, "09:00"), 160)] == ["nurse-load"]


def test_a_visit_that_has_begun_may_take_longer(desk: Desk, clock: FixedClock) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    clock.at = datetime(2026, 11, 30, 16, tzinfo=UTC)  # 10:00
    desk.services.floor.change_status(DESK, visit, 1, Status.ARRIVED)
    desk.services.floor.change_status(NURSE, visit, 2, Status.CHECKED_IN)
    assert desk.services.booking.resize(DESK, visit, 3, 145).ends_at == on(0, "11:25")


def test_what_is_parked_or_over_keeps_its_length(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.services.booking.park(DESK, visit, 1)
    with pytest.raises(Refused, match="This visit is to place; it keeps its length"):
        desk.services.booking.resize(DESK, visit, 2, 145)


def test_what_stays_as_it_is_leaves_nothing_to_undo(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    heard: list[Changes] = []
    desk.store.on_commit.append(heard.append)
    desk.services.booking.move(DESK, visit, 1, 1, on(0, "09:00"))
    desk.services.booking.resize(DESK, visit, 1, 115)
    assert heard == []
    assert desk.services.history.undo_state(DESK).undo == "Book series, Silva"


# --- several at once -------------------------------------------------------------------------------------------------


def test_two_visits_change_places(desk: Desk) -> None:
    one = desk.book(1, session(0, "09:00", 1)).appointment_ids[0]
    other = desk.book(2, session(0, "09:30", 2)).appointment_ids[0]
    heard: list[Changes] = []
    desk.store.on_commit.append(heard.append)
    moves = [VisitMove(one, 1, 2, on(0, "09:30")), VisitMove(other, 1, 1, on(0, "09:00"))]
    moved = desk.services.booking.move_all(DESK, moves)
    assert [(visit.id, visit.chair_id, visit.version) for visit in moved] == [(one, 2, 2), (other, 1, 2)]
    assert desk.board(0) == [("Okafor, Chidinma", "09:00", 1, "scheduled"), ("Silva, João", "09:30", 2, "scheduled")]
    assert [change.op for change in heard] == [Op.MOVE_APPOINTMENTS]
    desk.services.history.undo(DESK)
    assert desk.board(0) == [("Silva, João", "09:00", 1, "scheduled"), ("Okafor, Chidinma", "09:30", 2, "scheduled")]
    desk.services.history.redo(DESK)
    assert desk.visit(one).chair_id == 2


def test_all_of_them_move_or_none(desk: Desk) -> None:
    one = desk.book(1, session(0, "09:00", 1)).appointment_ids[0]
    other = desk.book(2, session(0, "09:00", 2)).appointment_ids[0]
    desk.book(3, session(1, "09:00", 1))
    before = stored_visits(desk.store)
    moves = [VisitMove(one, 1, 1, on(0, "13:00")), VisitMove(other, 1, 1, on(1, "09:30"))]
    with pytest.raises(Refused) as refused:
        desk.services.booking.move_all(DESK, moves)
    assert str(refused.value) == "Okafor, 09:30: Chair 1 is taken from 09:00 to 10:55."
    assert [finding.subject for finding in refused.value.findings] == [f"appointment {other}"]
    assert stored_visits(desk.store) == before


def test_several_are_checked_against_one_another_where_they_go(desk: Desk) -> None:
    one = desk.book(1, session(0, "09:00", 1)).appointment_ids[0]
    other = desk.book(2, session(1, "09:00", 2)).appointment_ids[0]
    with pytest.raises(Refused, match=r"Silva, 10:00: Chair 1 is taken from 11:00 to 12:55\."):
        desk.services.booking.move_all(
            DESK, [VisitMove(one, 1, 1, on(2, "10:00")), VisitMove(other, 1, 1, on(2, "11:00"))]
        )


def test_the_rest_of_a_series_moves_together_and_its_gaps_stay_as_they_were(desk: Desk) -> None:
    booked = desk.book(1, *(session(day, "09:00") for day in (0, 3, 7))).appointment_ids
    moves = [VisitMove(booked[1], 1, 1, on(4, "09:00")), VisitMove(booked[2], 1, 1, on(8, "09:00"))]
    moved = desk.services.booking.move_all(DESK, moves)
    assert [visit.starts_at for visit in moved] == [on(4, "09:00"), on(8, "09:00")]
    with pytest.raises(Refused, match="Only 1 day between Mon 30 Nov and Tue 1 Dec"):
        desk.services.booking.move_all(
            DESK, [VisitMove(booked[1], 2, 1, on(1, "09:00")), VisitMove(booked[2], 2, 1, on(4, "09:00"))]
        )


def test_one_of_several_comes_from_the_pinboard(desk: Desk) -> None:
    one = desk.book(1, session(0, "09:00", 1)).appointment_ids[0]
    other = desk.book(2, session(1, "09:00", 2)).appointment_ids[0]
    desk.services.booking.park(DESK, one, 1)
    moved = desk.services.booking.move_all(
        DESK, [VisitMove(one, 2, 2, on(1, "09:00")), VisitMove(other, 1, 1, on(1, "09:00"))]
    )
    assert [visit.status for visit in moved] == [Status.SCHEDULED, Status.SCHEDULED]


def test_several_moves_are_asked_for_as_one_thinks_of_them(desk: Desk) -> None:
    one = desk.book(1, session(0, "09:00", 1)).appointment_ids[0]
    with pytest.raises(Invalid, match="There is no visit to move"):
        desk.services.booking.move_all(DESK, [])
    with pytest.raises(Invalid, match="A visit can go to one place only"):
        desk.services.booking.move_all(
            DESK, [VisitMove(one, 1, 1, on(0, "10:00")), VisitMove(one, 1, 1, on(0, "11:00"))]
        )
    with pytest.raises(Stale):
        desk.services.booking.move_all(DESK, [VisitMove(one, 7, 1, on(0, "10:00"))])
    heard: list[Changes] = []
    desk.store.on_commit.append(heard.append)
    first = desk.services.booking.move_all(DESK, [VisitMove(one, 1, 1, on(0, "10:00"))], "drop")
    assert desk.services.booking.move_all(DESK, [VisitMove(one, 1, 1, on(0, "10:00"))], "drop") == first
    assert [change.days for change in heard] == [{MONDAY + timedelta()}]
