"""Booking a series: proposed, checked, all or nothing, and seen on the board."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.models import ClosureRow, ShiftRow
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Changes, Op
from ketaclinic.domain.findings import Invalid, NotFound, Refused, Severity
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import (
    DESK,
    INDUCTION,
    MONDAY,
    NURSE,
    NURSE_2,
    Desk,
    a_consent,
    a_desk,
    a_signed_order,
    an_escort,
    on,
    session,
    stored_visits,
    write,
)


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store)


@pytest.fixture
def heard(store: Store) -> list[Changes]:
    changes: list[Changes] = []
    store.on_commit.append(changes.append)
    return changes


# --- proposing -------------------------------------------------------------------------------------------------------


def test_the_best_proposal_is_booked_as_it_stands(desk: Desk, heard: list[Changes]) -> None:
    proposals = desk.services.booking.propose_series(DESK, desk.wishes()).proposals
    assert [f"{s.starts_at:%a %d %H:%M}" for s in proposals[0].sessions] == [
        "Mon 30 08:00", "Thu 03 08:00", "Mon 07 08:00", "Thu 10 08:00", "Mon 14 08:00", "Thu 17 08:00",
    ]  # fmt: skip
    booked = desk.services.booking.book_series(DESK, desk.wishes(), proposals[0].sessions)
    assert len(booked.appointment_ids) == 6
    assert desk.board(0) == [("Silva, João", "08:00", 1, "scheduled")]
    assert [card.label for card in desk.day(17).cards] == ["6 of 6"]
    (changes,) = heard
    assert changes.op is Op.BOOK_SERIES
    assert changes.days == {s.starts_at.date() for s in proposals[0].sessions}
    assert changes.patients == {1}


def test_what_is_booked_is_not_proposed_again(desk: Desk) -> None:
    desk.book(1, session(0, "08:00", 1), session(3, "08:00", 1))
    desk.book(2, session(0, "08:00", 2), session(3, "08:00", 2))
    best = desk.services.booking.propose_series(DESK, desk.wishes(3)).proposals[0]
    assert best.sessions[0].starts_at > on(0, "08:00")


def test_everything_proposed_may_be_booked(desk: Desk) -> None:
    desk.book(2, session(0, "08:15", 1), session(4, "09:00", 1), session(8, "13:00", 2))
    for proposal in desk.services.booking.propose_series(DESK, desk.wishes()).proposals:
        assert desk.services.booking.check_sessions(DESK, desk.wishes(), proposal.sessions) == ()


def test_where_nothing_is_open_it_says_so_and_what_would_help(desk: Desk) -> None:
    wishes = desk.wishes(weekdays=frozenset({0}), count=6)
    answer = desk.services.booking.propose_series(DESK, wishes)
    assert answer.proposals == ()
    assert [(f.code, f.subject) for f in answer.findings] == [("no-series", ""), ("would-do", "weekdays")]


def test_a_session_that_was_fixed_where_it_may_not_be_is_explained(desk: Desk) -> None:
    desk.book(2, session(3, "09:00", 1))
    answer = desk.services.booking.propose_series(DESK, desk.wishes(pinned=(session(3, "10:00", 1),)))
    assert answer.proposals == ()
    assert [f.code for f in answer.findings] == ["chair-taken", "no-series", "would-do"]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"count": 0}, "count"),
        ({"count": 41}, "count"),
        ({"earliest": time(12), "latest": time(9)}, "latest"),
        ({"weekdays": frozenset({7})}, "weekdays"),
    ],
)
def test_wishes_that_contradict_themselves_are_refused_at_their_field(
    desk: Desk, wish: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        desk.services.booking.propose_series(DESK, desk.wishes(**wish))
    assert refused.value.field == field


@pytest.mark.parametrize("wish", [{"patient": 99}, {"protocol": "unknown"}, {"location_id": 9}])
def test_what_is_not_there_is_said(desk: Desk, wish: dict[str, object]) -> None:
    with pytest.raises(NotFound):
        desk.services.booking.propose_series(DESK, desk.wishes(**wish))  # type: ignore[arg-type]


def test_maintenance_counts_on_from_where_the_patient_stands(desk: Desk) -> None:
    booking = desk.services.booking
    wishes = desk.wishes(protocol="maintenance-mood", count=2)
    booking.book_series(DESK, wishes, (session(0, "09:00"), session(7, "09:00")))
    later = desk.wishes(protocol="maintenance-mood", count=2, first_day=MONDAY + timedelta(days=21))
    best = booking.propose_series(DESK, later).proposals[0]
    assert best.gaps == (28,)  # after the third session
    booking.book_series(DESK, later, best.sessions)
    assert [card.label for card in booking.upcoming(DESK, 1)] == ["M 1", "M 2", "M 3", "M 4"]


# --- booking ---------------------------------------------------------------------------------------------------------


def test_one_bad_session_and_nothing_is_booked(desk: Desk, heard: list[Changes]) -> None:
    desk.book(2, session(3, "09:00", 1))
    heard.clear()
    with pytest.raises(Refused) as refused:
        desk.book(1, session(0, "09:00"), session(3, "10:00"), session(7, "09:00"))
    assert [(f.code, f.subject) for f in refused.value.findings] == [("chair-taken", "session 2")]
    assert str(refused.value) == "Session 2, Thu 3 Dec: Chair 1 is taken from 09:00 to 10:55."
    assert len(stored_visits(desk.store)) == 1
    assert heard == []


@pytest.mark.parametrize(
    ("sessions", "code"),
    [
        ((session(0, "07:00"),), "outside-hours"),
        ((session(5, "09:00"),), "outside-hours"),
        ((session(0, "15:00"),), "late-finish"),
        ((session(-8, "09:00"),), "outside-hours"),
        ((session(-10, "09:00"),), "past"),
        ((session(0, "09:00", 7),), "chair-unknown"),
        ((session(0, "09:00"), session(1, "09:00")), "gap-short"),
        ((session(0, "09:00"), session(8, "09:00")), "gap-long"),
        ((session(0, "09:00"), session(0, "13:00")), "second-infusion"),
    ],
)
def test_every_rule_is_enforced_where_it_is_booked(desk: Desk, sessions: tuple[object, ...], code: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.book(1, *sessions)  # type: ignore[arg-type]
    assert code in {finding.code for finding in refused.value.findings}
    assert stored_visits(desk.store) == []


def test_two_nurses_cannot_set_up_three_patients(services: Services, store: Store) -> None:
    desk = a_desk(services, store, chairs=3)
    desk.book(1, session(0, "09:00", 1))
    desk.book(2, session(0, "09:00", 2))
    with pytest.raises(Refused, match="Too few nurses at 09:20: 3 set-ups and 0 monitored, with 2 nurses on duty"):
        desk.book(3, session(0, "09:00", 3))
    desk.book(3, session(0, "09:30", 3))


def test_a_nurse_on_shift_counts_and_a_clerk_does_not(desk: Desk) -> None:
    write(
        desk.store,
        [
            ShiftRow(user_id=NURSE.id, location_id=1, starts_at=on(0, "08:00"), ends_at=on(0, "12:00")),
            ShiftRow(user_id=NURSE_2.id, location_id=1, starts_at=on(0, "11:00"), ends_at=on(0, "16:00")),
            ShiftRow(user_id=DESK.id, location_id=1, starts_at=on(0, "07:00"), ends_at=on(0, "18:00")),
        ],
    )
    desk.book(1, session(0, "09:00", 1))
    with pytest.raises(Refused, match="with 1 nurse on duty"):
        desk.book(2, session(0, "09:00", 2))
    assert {point.on_duty for point in desk.day(0).load if point.at in {9 * 60, 16 * 60 + 30}} == {0, 1}


def test_a_closure_refuses_with_its_reason(desk: Desk) -> None:
    lunch = ClosureRow(location_id=1, starts_at=on(0, "12:00"), ends_at=on(0, "13:00"), reason="Lunch")
    write(desk.store, [lunch])
    with pytest.raises(Refused, match="The clinic is closed from 12:00 to 13:00: Lunch"):
        desk.book(1, session(0, "11:00"))


def test_a_double_click_books_once(desk: Desk) -> None:
    first = desk.book(1, session(0, "09:00"), command="click-1")
    again = desk.book(1, session(0, "09:00"), command="click-1")
    assert again == first
    assert len(stored_visits(desk.store)) == 1


def test_booking_needs_neither_order_nor_consent_nor_escort_and_the_card_says_what_is_missing(desk: Desk) -> None:
    booked = desk.book(1, session(0, "09:00"), session(3, "09:00"))
    assert desk.day(0).cards[0].missing == ("consent", "escort", "order")
    write(desk.store, [a_consent(expires=date(2026, 12, 1)), a_signed_order(sessions=1), an_escort()])
    desk.services.patients.choose_escort(DESK, booked.appointment_ids[0], 1)
    assert desk.day(0).cards[0].missing == ()
    assert desk.day(3).cards[0].missing == ("consent", "escort", "order")  # expired; the one session is used up


def test_an_order_that_is_there_is_taken_up_by_the_series_booked(desk: Desk) -> None:
    write(desk.store, [a_signed_order(sessions=6)])
    booked = desk.book(1, session(0, "09:00"), session(3, "09:00"))
    progress = desk.services.floor.inspect(DESK, booked.appointment_ids[1])
    assert progress.series.series.order_id == 1
    assert (progress.order.ok, progress.order.text) == (True, "5 sessions left")


# --- the board -------------------------------------------------------------------------------------------------------


def test_the_board_counts_visits_chairs_and_nurses(desk: Desk) -> None:
    desk.book(1, session(0, "08:00", 1), session(3, "08:00", 1))
    desk.book(2, session(0, "09:00", 2))
    gone = desk.book(3, session(0, "11:00", 1)).appointment_ids[0]
    desk.services.booking.cancel(DESK, gone, 1, desk.visit(gone).status.CANCELLED_BY_PATIENT)
    view = desk.day(0)
    assert (view.visits, view.series_starting, len(view.cards)) == (2, 2, 3)
    assert [chair.name for chair in view.chairs] == ["Chair 1", "Chair 2"]
    assert view.chair_use == {1: 115 / 540, 2: 115 / 540}
    assert (view.load[0].at, view.load[-1].at) == (8 * 60, 16 * 60 + 55)
    at_920 = next(point for point in view.load if point.at == 9 * 60 + 20)
    assert (at_920.in_setup, at_920.monitored, at_920.on_duty, at_920.capacity_ok) == (1, 1, 2, True)


def test_a_closure_of_one_chair_is_on_the_board_and_leaves_less_time_to_use(desk: Desk) -> None:
    service = ClosureRow(
        location_id=1, chair_id=2, starts_at=on(0, "08:00"), ends_at=on(0, "12:30"), reason="Pump service"
    )
    write(desk.store, [service])
    desk.book(1, session(0, "13:00", 2))
    view = desk.day(0)
    assert [(closure.chair_id, closure.reason) for closure in view.closures] == [(2, "Pump service")]
    assert view.chair_use == {1: 0.0, 2: 115 / 270}


def test_a_booking_at_nine_stays_at_nine_whatever_the_law_does_to_clocks(
    services: Services, store: Store, clock: FixedClock
) -> None:
    """In Chicago the clocks go forward on Sunday 14 March 2027."""
    desk = a_desk(services, store)
    clock.at = datetime(2027, 3, 1, 15, tzinfo=UTC)
    wishes = desk.wishes(first_day=date(2027, 3, 8), earliest=time(9), latest=time(9))
    best = services.booking.propose_series(DESK, wishes).proposals[0]
    booked = services.booking.book_series(DESK, wishes, best.sessions)
    visits = [desk.visit(appointment_id) for appointment_id in booked.appointment_ids]
    assert {visit.starts_at.time() for visit in visits} == {time(9)}
    assert [visit.starts_at.date() for visit in visits][:3] == [date(2027, 3, 8), date(2027, 3, 11), date(2027, 3, 15)]
    assert {visit.ends_at.time() for visit in visits} == {time(10, 55)}


def test_the_past_is_what_the_wall_of_the_location_says(desk: Desk, clock: FixedClock) -> None:
    clock.at = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)  # 09:30 in Chicago
    with pytest.raises(Refused, match="09:15 has passed"):
        desk.book(1, session(0, "09:15"))
    desk.book(1, session(0, "09:30"))
    best = desk.services.booking.propose_series(DESK, desk.wishes(2)).proposals[0]
    assert best.sessions[0].starts_at >= on(0, "09:30")


# --- asking ----------------------------------------------------------------------------------------------------------


def test_why_not_names_every_reason_and_the_nearest_starts(desk: Desk) -> None:
    desk.book(1, session(0, "09:00", 1))
    why = desk.services.booking.why(DESK, 1, INDUCTION, on(0, "09:30"), 1)
    assert not why.free
    assert [f.code for f in why.findings] == ["chair-taken", "patient-busy", "second-infusion"]
    assert {(s.starts_at.date() - MONDAY).days for s in why.nearest} == {2}  # two days apart at least
    other = desk.services.booking.why(DESK, 2, INDUCTION, on(0, "09:30"), 1)
    assert [f.code for f in other.findings] == ["chair-taken"]
    assert [(f"{s.starts_at:%H:%M}", s.chair_id) for s in other.nearest] == [
        ("09:00", 2), ("09:15", 2), ("09:30", 2), ("09:45", 2),
    ]  # fmt: skip
    assert desk.services.booking.why(DESK, 2, INDUCTION, on(0, "09:30"), 2).free


def test_free_starts_of_a_day_count_nurses_where_a_protocol_takes_so_long(desk: Desk) -> None:
    desk.book(1, session(0, "08:00", 1))
    free = desk.services.booking.free(DESK, 1, MONDAY, 115)
    assert (free[0].starts_at, free[0].chair_id) == (on(0, "08:00"), 2)
    assert min(f.starts_at for f in free if f.chair_id == 1) == on(0, "10:00")
    assert max(f.starts_at for f in free) == on(0, "14:45")
    short = desk.services.booking.free(DESK, 1, MONDAY, 30)
    assert max(f.starts_at for f in short) == on(0, "16:30")
    assert desk.services.booking.free(DESK, 1, MONDAY + timedelta(days=5), 30) == ()
    with pytest.raises(Invalid):
        desk.services.booking.free(DESK, 1, MONDAY, 0)


def test_upcoming_leaves_out_what_is_over_or_cancelled(desk: Desk, clock: FixedClock) -> None:
    booked = desk.book(1, session(0, "09:00"), session(3, "09:00"), session(7, "09:00"))
    second = booked.appointment_ids[1]
    desk.services.booking.cancel(DESK, second, 1, desk.visit(second).status.CANCELLED_BY_CLINIC)
    clock.at = datetime(2026, 12, 1, 15, tzinfo=UTC)
    assert [card.label for card in desk.services.booking.upcoming(DESK, 1)] == ["3 of 3"]


def test_checking_informs_without_writing(desk: Desk, heard: list[Changes]) -> None:
    findings = desk.services.booking.check_sessions(DESK, desk.wishes(), (session(0, "07:00"), session(9, "09:00")))
    assert [(f.code, f.severity, f.subject) for f in findings] == [
        ("outside-hours", Severity.BLOCK, "session 1"),
        ("gap-long", Severity.OVERRIDE, "session 2"),
    ]
    assert heard == []
    assert stored_visits(desk.store) == []


def test_protocols_are_offered_by_their_desk_names(desk: Desk) -> None:
    names = [protocol.desk_name for protocol in desk.services.booking.protocols(DESK)]
    assert names == sorted(names)
    assert "Induction, twice a week" in names
