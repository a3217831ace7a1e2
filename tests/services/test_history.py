"""Undo and redo: named, checked again, refused with the reason; and the audit."""

import pytest

from ketaclinic.db.models import ClosureRow
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import NotAllowed, Refused, Stale
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import (
    DESK,
    MANAGER,
    NURSE,
    NURSE_2,
    Desk,
    a_desk,
    on,
    session,
    stored_visits,
    write,
)


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store)


def test_a_whole_series_is_taken_back_and_booked_again(desk: Desk) -> None:
    desk.book(1, session(0, "09:00"), session(3, "09:00"))
    state = desk.services.history.undo_state(DESK)
    assert (state.undo, state.redo) == ("Book series, Silva", "")
    undone = desk.services.history.undo(DESK)
    assert (undone.op, undone.patients, {day.day for day in undone.days}) == (Op.UNDO, {1}, {30, 3})
    assert stored_visits(desk.store) == []
    assert desk.services.history.undo_state(DESK).redo == "Book series, Silva"
    desk.services.history.redo(DESK)
    assert [visit[2:4] for visit in stored_visits(desk.store)] == [(1, on(0, "09:00")), (1, on(3, "09:00"))]
    assert desk.services.history.undo_state(DESK).undo == "Book series, Silva"


def test_moves_are_taken_back_one_by_one(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.services.booking.move(DESK, visit, 1, 1, on(0, "10:00"))
    desk.services.booking.move(DESK, visit, 2, 2, on(0, "11:00"))
    for chair, clock in ((1, "10:00"), (1, "09:00")):
        desk.services.history.undo(DESK)
        assert (desk.visit(visit).chair_id, desk.visit(visit).starts_at) == (chair, on(0, clock))
    desk.services.history.redo(DESK)
    desk.services.history.redo(DESK)
    assert (desk.visit(visit).chair_id, desk.visit(visit).starts_at) == (2, on(0, "11:00"))
    with pytest.raises(Refused, match="There is nothing to redo"):
        desk.services.history.redo(DESK)


def test_new_scheduling_forgets_what_could_be_done_again(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.services.booking.move(DESK, visit, 1, 1, on(0, "10:00"))
    desk.services.history.undo(DESK)
    desk.book(2, session(1, "09:00"))
    assert desk.services.history.undo_state(DESK).redo == ""


def test_each_user_takes_back_what_is_their_own(desk: Desk) -> None:
    desk.book(1, session(0, "09:00"))
    assert desk.services.history.undo_state(NURSE).undo == ""
    with pytest.raises(Refused, match="There is nothing to undo"):
        desk.services.history.undo(NURSE)


def test_a_cancellation_is_not_taken_back_into_a_place_that_was_given_away(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.services.booking.cancel(DESK, visit, 1, Status.CANCELLED_BY_PATIENT)
    desk.book(2, session(0, "09:30"), by=NURSE)
    with pytest.raises(Refused, match="Chair 1 is taken from 09:30") as refusal:
        desk.services.history.undo(DESK)
    assert str(refusal.value).endswith(" is booked there. Nothing was changed: find Silva, João another place.")
    assert desk.visit(visit).status is Status.CANCELLED_BY_PATIENT
    assert desk.services.history.undo_state(DESK).undo == "Cancel appointment, Silva"


def test_a_cancellation_taken_back_needs_nurses_like_any_booking(services: Services, store: Store) -> None:
    desk = a_desk(services, store, chairs=3)
    visit = desk.book(1, session(0, "09:00", 1)).appointment_ids[0]
    desk.services.booking.cancel(DESK, visit, 1, Status.CANCELLED_BY_CLINIC)
    desk.book(2, session(0, "09:00", 2), by=NURSE)
    desk.book(3, session(0, "09:00", 3), by=NURSE)
    with pytest.raises(Refused, match="Too few nurses at 09:20: 3 set-ups"):
        desk.services.history.undo(DESK)
    assert desk.visit(visit).status is Status.CANCELLED_BY_CLINIC


def test_an_undo_refused_because_somebody_was_called_away_names_them(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.services.booking.move(DESK, visit, 1, 1, on(0, "13:00"))
    for nurse, ends in ((NURSE, "12:00"), (NURSE_2, "17:00")):
        desk.services.clinic.add_absence(MANAGER, nurse.id, on(0, "08:00"), on(0, ends), "Sick")
    with pytest.raises(Refused) as refusal:
        desk.services.history.undo(DESK)
    assert str(refusal.value) == (
        "Too few nurses at 09:20: 1 set-up and 0 monitored, with 0 nurses on duty (one nurse to 2). "
        "Maria Ortiz is away from 08:00 to 12:00. Sam Lee is away from 08:00 to 17:00. "
        "Nothing was changed: find Silva, João another place."
    )


def test_a_move_is_not_taken_back_into_a_closure(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.services.booking.move(DESK, visit, 1, 1, on(0, "13:00"))
    write(desk.store, [ClosureRow(location_id=1, starts_at=on(0, "08:00"), ends_at=on(0, "12:00"), reason="Course")])
    with pytest.raises(Refused, match="closed from 08:00"):
        desk.services.history.undo(DESK)
    assert desk.visit(visit).starts_at == on(0, "13:00")


def test_what_somebody_else_changed_since_is_left_alone(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.services.booking.move(DESK, visit, 1, 1, on(0, "10:00"))
    desk.services.floor.change_status(NURSE, visit, 2, Status.ARRIVED)
    with pytest.raises(Stale) as refusal:
        desk.services.history.undo(DESK)
    assert str(refusal.value) == (
        "Maria Ortiz changed the visit of Silva, João since (Change status, 23 Nov 09:00). "
        "Nothing was changed: look at the day again first."
    )
    assert desk.visit(visit).starts_at == on(0, "10:00")


def test_a_gap_that_closed_meanwhile_holds_for_an_undo_too(desk: Desk) -> None:
    first, second = desk.book(1, session(0, "09:00"), session(5 + 2, "09:00")).appointment_ids
    desk.services.booking.move(DESK, second, 1, 1, on(4, "09:00"))
    desk.services.booking.move(NURSE, first, 1, 1, on(-3, "09:00"))
    with pytest.raises(Refused, match="10 days between Fri 27 Nov and Mon 7 Dec"):
        desk.services.history.undo(DESK)
    assert desk.visit(second).starts_at == on(4, "09:00")


def test_steps_of_the_day_are_not_undone(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.services.floor.change_status(DESK, visit, 1, Status.CONFIRMED)
    assert desk.services.history.undo_state(DESK).undo == "Book series, Silva"
    with pytest.raises(Stale):
        desk.services.history.undo(DESK)
    assert desk.visit(visit).status is Status.CONFIRMED


def test_the_audit_tells_who_did_what_from_the_first_row_and_is_the_managers_to_read(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.services.booking.move(DESK, visit, 1, 1, on(0, "10:00"))
    desk.services.history.undo(DESK)
    entries = desk.services.history.audit(MANAGER)
    assert [(entry.op, entry.user, entry.detail, entry.rows) for entry in entries[:3]] == [
        ("Undo", "Ada Petrov", "KC-0001", 1),
        ("Move appointment", "Ada Petrov", "KC-0001", 1),
        ("Book series", "Ada Petrov", "KC-0001", 2),
    ]
    assert entries[0].undoes == entries[1].seq
    assert entries[-1].op == "Set up clinic"
    assert [entry.seq for entry in desk.services.history.audit(MANAGER, 2)] == [entries[0].seq, entries[1].seq]
    with pytest.raises(NotAllowed, match="The front desk may not read the audit"):
        desk.services.history.audit(DESK)
