"""Booking rules overridden one by one: who may, what is written down, and what a prescriber gets to look at."""

import pytest
from sqlalchemy import select

from ketaclinic.db.models import BookingOverrideRow, TaskRow
from ketaclinic.db.store import Store
from ketaclinic.domain.findings import Refused
from ketaclinic.domain.moves import VisitMove
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.people import User
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import (
    DESK,
    MANAGER,
    NURSE,
    PRESCRIBER,
    Desk,
    a_desk,
    on,
    session,
    stored_visits,
)

WHY = "The patient flies home on Friday."


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store, chairs=3)


def override(code: str, by: User | None, reason: str = WHY) -> BookingOverride:
    return BookingOverride(code, reason, by)


def written(desk: Desk) -> list[tuple[int, str, str, int | None, int | None]]:
    columns = (
        BookingOverrideRow.appointment_id,
        BookingOverrideRow.code,
        BookingOverrideRow.reason,
        BookingOverrideRow.approver_id,
        BookingOverrideRow.user_id,
    )
    with desk.store.reading() as rows:
        return [tuple(row) for row in rows.execute(select(*columns).order_by(BookingOverrideRow.id))]  # type: ignore[misc]


def tasks(desk: Desk) -> list[tuple[str, str, int | None, str]]:
    with desk.store.reading() as rows:
        return [
            (row.kind, row.role, row.appointment_id, row.text)
            for row in rows.scalars(select(TaskRow).order_by(TaskRow.id))
        ]


def test_a_short_gap_is_a_prescribers_to_give(desk: Desk) -> None:
    sessions = [session(0, "09:00"), session(1, "09:00")]
    book = desk.services.booking.book_series
    for given in (
        (),
        [override("gap-short", MANAGER)],
        [override("gap-short", None)],
        [override("late-finish", PRESCRIBER)],
    ):
        with pytest.raises(Refused, match="Only 1 day between Mon 30 Nov and Tue 1 Dec; at least 2 are needed"):
            book(DESK, desk.wishes(), sessions, overrides=given)
    with pytest.raises(Refused):
        book(DESK, desk.wishes(), sessions, overrides=[override("gap-short", PRESCRIBER, "he said so")])
    with pytest.raises(Refused):  # nobody is their own second person
        book(PRESCRIBER, desk.wishes(), sessions, overrides=[override("gap-short", PRESCRIBER)])
    assert stored_visits(desk.store) == []
    booked = book(DESK, desk.wishes(), sessions, overrides=[override("gap-short", PRESCRIBER)])
    assert written(desk) == [(booked.appointment_ids[1], "gap-short", WHY, PRESCRIBER.id, DESK.id)]
    assert tasks(desk) == []
    told = desk.services.floor.inspect(DESK, booked.appointment_ids[1]).overrides
    assert told == (
        (
            "Session 2, Tue 1 Dec: Only 1 day between Mon 30 Nov and Tue 1 Dec; at least 2 are needed. "
            "Accepted by Rotimi Adeyemi: The patient flies home on Friday."
        ),
    )
    assert desk.services.floor.inspect(DESK, booked.appointment_ids[0]).overrides == ()


def test_a_long_gap_is_accepted_for_a_reason_and_reviewed(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00"), session(7, "09:00")).appointment_ids[1]
    with pytest.raises(Refused, match="9 days between Mon 30 Nov and Wed 9 Dec; more than 7 need a review"):
        desk.services.booking.move(DESK, visit, 1, 1, on(9, "09:00"))
    moved = desk.services.booking.move(DESK, visit, 1, 1, on(9, "09:00"), overrides=[override("gap-long", None)])
    assert moved.starts_at == on(9, "09:00")
    assert written(desk) == [(visit, "gap-long", WHY, None, DESK.id)]
    assert tasks(desk) == [
        ("review-spacing", "prescriber", visit, "9 days between Mon 30 Nov and Wed 9 Dec; more than 7 need a review.")
    ]
    assert desk.services.floor.inspect(DESK, visit).overrides == (
        (
            "9 days between Mon 30 Nov and Wed 9 Dec; more than 7 need a review. "
            "Accepted for review: The patient flies home on Friday."
        ),
    )


def test_a_prescriber_who_gives_the_word_leaves_nothing_to_review(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00"), session(7, "09:00")).appointment_ids[1]
    given = [override("gap-long", PRESCRIBER)]
    desk.services.booking.move(DESK, visit, 1, 1, on(9, "09:00"), overrides=given)
    assert tasks(desk) == []
    assert written(desk) == [(visit, "gap-long", WHY, PRESCRIBER.id, DESK.id)]


def test_too_few_nurses_is_a_managers_to_give_and_a_chair_taken_nobodys(desk: Desk) -> None:
    desk.book(1, session(0, "09:00", 1))
    desk.book(2, session(0, "09:00", 2))
    book = desk.services.booking.book_series
    third = [session(0, "09:00", 3)]
    with pytest.raises(Refused, match="Too few nurses at 09:20: 3 set-ups"):
        book(DESK, desk.wishes(3), third, overrides=[override("nurse-load", PRESCRIBER)])
    booked = book(DESK, desk.wishes(3), third, overrides=[override("nurse-load", MANAGER)])
    assert written(desk) == [(booked.appointment_ids[0], "nurse-load", WHY, MANAGER.id, DESK.id)]
    everyone = [override(code, who) for code in ("chair-taken", "nurse-load") for who in (MANAGER, PRESCRIBER)]
    with pytest.raises(Refused, match="Chair 1 is taken"):
        book(DESK, desk.wishes(4), [session(0, "09:00", 1)], overrides=everyone)


@pytest.mark.parametrize("approver", [PRESCRIBER, MANAGER])
def test_a_late_finish_is_either_ones_to_give(desk: Desk, approver: User) -> None:
    late = [session(0, "15:05")]
    with pytest.raises(Refused, match=r"A long recovery could last until 17:15; the clinic closes at 17:00\."):
        desk.services.booking.book_series(DESK, desk.wishes(), late)
    booked = desk.services.booking.book_series(DESK, desk.wishes(), late, overrides=[override("late-finish", approver)])
    assert written(desk) == [(booked.appointment_ids[0], "late-finish", WHY, approver.id, DESK.id)]


def test_several_moves_and_the_pinboard_take_overrides_too(desk: Desk) -> None:
    one = desk.book(1, session(0, "13:00")).appointment_ids[0]
    other = desk.book(2, session(1, "13:00")).appointment_ids[0]
    given = [override("late-finish", MANAGER)]
    booking = desk.services.booking
    with pytest.raises(Refused, match="A long recovery"):
        booking.move_all(DESK, [VisitMove(one, 1, 1, on(0, "15:05")), VisitMove(other, 1, 1, on(1, "15:05"))])
    booking.move_all(DESK, [VisitMove(one, 1, 1, on(0, "15:05")), VisitMove(other, 1, 1, on(1, "15:05"))], "", given)
    assert [row[:2] for row in written(desk)] == [(one, "late-finish"), (other, "late-finish")]
    booking.park(DESK, one, 2)
    with pytest.raises(Refused):
        booking.place(DESK, one, 3, 1, on(2, "15:05"))
    booking.place(DESK, one, 3, 1, on(2, "15:05"), overrides=given)
    assert [row[1] for row in written(desk)] == ["late-finish"] * 3


def test_a_longer_visit_takes_an_override_too(services: Services, store: Store) -> None:
    desk = a_desk(services, store, nurses=1)
    visit = desk.book(1, session(0, "09:00", 1)).appointment_ids[0]
    desk.book(2, session(0, "11:00", 2))
    with pytest.raises(Refused, match="Too few nurses at 11:20"):
        desk.services.booking.resize(DESK, visit, 1, 160)
    longer = desk.services.booking.resize(DESK, visit, 1, 160, overrides=[override("nurse-load", MANAGER)])
    assert longer.phases.recovery == 75
    assert [row[:2] for row in written(desk)] == [(visit, "nurse-load")]


def test_what_was_overridden_once_is_done_again_without_asking(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00"), session(7, "09:00")).appointment_ids[1]
    desk.services.booking.move(DESK, visit, 1, 1, on(9, "09:00"), overrides=[override("gap-long", None)])
    desk.services.history.undo(DESK)
    assert (written(desk), tasks(desk)) == ([], [])
    desk.services.history.redo(DESK)
    assert desk.visit(visit).starts_at == on(9, "09:00")
    assert len(written(desk)) == len(tasks(desk)) == 1
    desk.services.booking.park(NURSE, visit, desk.visit(visit).version)
    desk.services.history.undo(NURSE)
    assert desk.visit(visit).starts_at == on(9, "09:00")


@pytest.mark.parametrize(("code", "days", "nearer"), [("gap-short", (4, 1), 7), ("gap-long", (3, 9), 4)])
def test_a_gap_accepted_for_one_visit_lets_its_neighbour_come_back(
    desk: Desk, code: str, days: tuple[int, int], nearer: int
) -> None:
    before, after = days
    booking = desk.services.booking
    sessions = [session(0, "09:00"), session(before, "09:00")]
    first, second = booking.book_series(DESK, desk.wishes(), sessions).appointment_ids
    booking.move(DESK, second, 1, 1, on(after, "09:00"), overrides=[override(code, PRESCRIBER)])
    booking.move(DESK, first, 1, 1, on(nearer, "09:00"))
    desk.services.history.undo(DESK)
    assert [desk.visit(id_).starts_at for id_ in (first, second)] == [on(0, "09:00"), on(after, "09:00")]


def test_a_hole_left_by_a_session_that_went_ahead_keeps_nobody_from_coming_back(desk: Desk) -> None:
    booking = desk.services.booking
    sessions = [session(day, "09:00") for day in (0, 3, 9)]
    first, second, _ = booking.book_series(DESK, desk.wishes(), sessions).appointment_ids
    booking.move(DESK, second, 1, 1, on(14, "09:00"), overrides=[override("gap-long", PRESCRIBER)])
    booking.move(DESK, first, 1, 1, on(4, "09:00"))
    desk.services.history.undo(DESK)
    assert desk.visit(first).starts_at == on(0, "09:00")


def test_a_refusal_names_what_is_left_to_settle(desk: Desk) -> None:
    sessions = [session(0, "09:00"), session(1, "15:05")]
    with pytest.raises(Refused) as refused:
        desk.services.booking.book_series(DESK, desk.wishes(), sessions, overrides=[override("gap-short", PRESCRIBER)])
    assert "A long recovery could last until 17:15" in str(refused.value)
    assert "Only 1 day" not in str(refused.value)
    assert {finding.code for finding in refused.value.findings} == {"gap-short", "late-finish"}
