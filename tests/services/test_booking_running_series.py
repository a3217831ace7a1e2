"""A course that goes on: sessions added, maintenance by its taper, papers that end too soon, and why not then."""

from dataclasses import replace
from datetime import date, time

import pytest

from ketaclinic.db.models import SeriesRow
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import NotFound, Refused, Severity
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import (
    DESK,
    INDUCTION,
    PRESCRIBER,
    Desk,
    a_consent,
    a_desk,
    a_signed_order,
    on,
    session,
    stored_visits,
    write,
)

MAINTENANCE = "maintenance-mood"
WHY = "Agreed with the patient on the phone."


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store)


# --- sessions added --------------------------------------------------------------------------------------------------


def test_added_sessions_go_on_counting_and_are_taken_back_together(desk: Desk) -> None:
    booked = desk.book(1, session(0, "09:00"), session(3, "09:00"))
    added = desk.services.booking.extend_series(DESK, booked.series_id, [session(10, "09:00"), session(7, "09:00")])
    assert added.series_id == booked.series_id
    assert [desk.visit(visit).position for visit in added.appointment_ids] == [3, 4]
    assert [card.label for day in (0, 7, 10) for card in desk.day(day).cards] == ["1 of 4", "3 of 4", "4 of 4"]
    desk.services.history.undo(DESK)
    assert [card.label for card in desk.day(0).cards] == ["1 of 2"]
    assert len(stored_visits(desk.store)) == 2
    desk.services.history.redo(DESK)
    assert [card.label for card in desk.day(10).cards] == ["4 of 4"]


def test_the_place_of_a_cancelled_session_is_not_given_again(desk: Desk) -> None:
    booked = desk.book(1, session(0, "09:00"), session(3, "09:00"))
    desk.services.booking.cancel(DESK, booked.appointment_ids[1], 1, Status.CANCELLED_BY_PATIENT)
    added = desk.services.booking.extend_series(DESK, booked.series_id, [session(4, "09:00")])
    assert desk.visit(added.appointment_ids[0]).position == 3


def test_gaps_and_window_hold_together_with_the_sessions_there_are(desk: Desk) -> None:
    booked = desk.book(1, *(session(day, "09:00") for day in (0, 4, 8, 14, 17)))
    extend = desk.services.booking.extend_series
    with pytest.raises(Refused, match="Only 1 day between Thu 17 Dec and Fri 18 Dec; at least 2 are needed"):
        extend(DESK, booked.series_id, [session(18, "09:00")])
    with pytest.raises(Refused, match="The series takes 24 days from first to last session; at most 21 are planned"):
        extend(DESK, booked.series_id, [session(24, "09:00")])
    given = [BookingOverride("window-long", WHY)]
    added = extend(DESK, booked.series_id, [session(24, "09:00")], "add", given)
    assert extend(DESK, booked.series_id, [session(24, "09:00")], "add", given) == added
    assert desk.services.floor.inspect(DESK, added.appointment_ids[0]).overrides[0].endswith(WHY)


def test_a_stopped_course_is_not_made_longer(desk: Desk, store: Store) -> None:
    booked = desk.book(1, session(0, "09:00"))
    with store.writing(Op.FILL_DEMONSTRATION) as writing:
        writing.session.get_one(SeriesRow, booked.series_id).status = "stopped"
    with pytest.raises(Refused, match="This course was stopped"):
        desk.services.booking.extend_series(DESK, booked.series_id, [session(3, "09:00")])
    with pytest.raises(NotFound):
        desk.services.booking.extend_series(DESK, 99, [session(3, "09:00")])


def test_further_sessions_are_planned_from_the_last_one(desk: Desk) -> None:
    booked = desk.book(1, session(0, "10:00", 2), session(3, "10:00", 2))
    wishes = desk.wishes(count=2, series_id=booked.series_id)
    best = desk.services.booking.propose_series(DESK, wishes).proposals[0]
    assert [(f"{s.starts_at:%a %d %H:%M}", s.chair_id) for s in best.sessions] == [
        ("Mon 07 10:00", 2), ("Thu 10 10:00", 2),
    ]  # fmt: skip
    assert sum(line.points for line in best.costs) == best.cost
    added = desk.services.booking.book_series(DESK, wishes, best.sessions)
    assert added.series_id == booked.series_id
    assert [card.label for card in desk.day(10).cards] == ["4 of 4"]


def test_one_more_session_may_go_between_two_there_are(desk: Desk) -> None:
    booked = desk.book(1, session(0, "09:00"), session(7, "09:00"))
    wishes = desk.wishes(count=1, series_id=booked.series_id)
    best = desk.services.booking.propose_series(DESK, wishes).proposals[0]
    assert best.sessions[0].starts_at == on(3, "09:00")
    assert best.findings == ()


def test_where_the_window_has_passed_a_plan_says_what_a_prescriber_must_see(desk: Desk) -> None:
    booked = desk.book(1, *(session(day, "09:00") for day in (0, 7, 14, 21)))
    answer = desk.services.booking.propose_series(DESK, desk.wishes(count=1, series_id=booked.series_id))
    inside = answer.proposals[0]
    assert inside.sessions[0].starts_at.date() < date(2026, 12, 21)  # between the others, the window kept
    late = desk.wishes(count=1, series_id=booked.series_id, first_day=date(2026, 12, 22))
    best = desk.services.booking.propose_series(DESK, late).proposals[0]
    assert [(f.code, f.severity) for f in best.findings] == [("window-long", Severity.OVERRIDE)]
    assert best.sessions[0].starts_at == on(24, "09:00")


# --- maintenance -----------------------------------------------------------------------------------------------------


def maintain(desk: Desk, *days: int) -> int:
    wishes = desk.wishes(protocol=MAINTENANCE)
    sessions = [session(day, "09:00") for day in days]
    return desk.services.booking.book_series(DESK, wishes, sessions).series_id


def test_the_taper_says_when_the_next_session_is_due(desk: Desk) -> None:
    booking = desk.services.booking
    assert booking.maintenance_window(DESK, 1) is None
    desk.book(1, session(0, "09:00"))
    first = booking.maintenance_window(DESK, 1)
    assert first is not None
    assert (first.due_from, first.target, first.latest) == (date(2026, 12, 7), date(2026, 12, 7), date(2027, 1, 29))
    assert (first.session_number, first.protocol_id) == (1, MAINTENANCE)
    maintain(desk, 7, 14)
    third = booking.maintenance_window(DESK, 1)
    assert third is not None
    # After session 2 fourteen days are the aim.
    assert (third.due_from, third.target, third.session_number) == (date(2026, 12, 21), date(2026, 12, 28), 3)


def test_maintenance_is_planned_one_by_one_or_as_a_run(desk: Desk) -> None:
    maintain(desk, 0)
    wishes = desk.wishes(protocol=MAINTENANCE, first_day=date(2026, 12, 1), count=1)
    one = desk.services.booking.propose_series(DESK, wishes).proposals[0]
    assert one.sessions[0].starts_at == on(7, "09:00")  # seven days after session 1, at its time
    run = desk.services.booking.propose_series(DESK, replace(wishes, count=3)).proposals[0]
    assert [s.starts_at for s in run.sessions] == [on(7, "09:00"), on(21, "09:00"), on(49, "09:00")]
    desk.services.booking.book_series(DESK, wishes, run.sessions)
    assert [card.label for card in desk.day(21).cards] == ["M 3"]


def test_who_comes_back_later_than_the_taper_is_told_how_late(desk: Desk) -> None:
    maintain(desk, 0)
    wishes = desk.wishes(protocol=MAINTENANCE, first_day=date(2026, 12, 14), count=1)
    best = desk.services.booking.propose_series(DESK, wishes).proposals[0]
    assert best.sessions[0].starts_at == on(14, "09:00")
    assert [(line.points, line.text) for line in best.costs] == [
        (7000, "14 days after session 1, where 7 days are the aim."),
        (10, "Later in the day than 08:00, the earliest time."),
    ]
    assert best.remark == "14 days after session 1"


# --- order and consent -----------------------------------------------------------------------------------------------


def findings(desk: Desk, *days: int) -> list[tuple[str, str]]:
    sessions = [session(day, "09:00") for day in days]
    return [(f.code, f.message) for f in desk.services.booking.check_sessions(DESK, desk.wishes(), sessions)]


def test_an_order_that_ends_before_the_last_sessions_is_told(desk: Desk) -> None:
    write(desk.store, [a_signed_order(expires=date(2026, 12, 11)), a_consent(expires=date(2026, 12, 8))])
    assert findings(desk, 0, 3, 7, 10, 14, 17) == [
        ("order-ends", "The order ends on Fri 11 Dec, before session 5 on Mon 14 Dec."),
        ("consent-ends", "The consent ends on Tue 8 Dec, before session 4 on Thu 10 Dec."),
    ]
    proposals = desk.services.booking.propose_series(DESK, desk.wishes()).proposals
    assert {tuple(f.code for f in proposal.findings) for proposal in proposals} == {("order-ends", "consent-ends")}
    assert {f.severity for proposal in proposals for f in proposal.findings} == {Severity.WARN}


def test_an_order_with_fewer_sessions_left_than_asked_is_told(desk: Desk) -> None:
    write(desk.store, [a_signed_order(sessions=4)])
    booked = desk.book(1, session(0, "09:00"))
    assert booked.series_id
    assert findings(desk, 3, 7, 10, 14) == [("order-left", "The order has 3 sessions left; 4 are planned.")]
    assert findings(desk, 3, 7, 10) == []
    assert findings(desk, 3) == []


def test_what_is_not_on_file_at_all_is_told_by_the_cards_alone(desk: Desk) -> None:
    assert findings(desk, 0, 3) == []
    write(desk.store, [a_signed_order(patient=2, expires=date(2026, 12, 1)), a_consent(2, date(2026, 12, 1))])
    assert findings(desk, 0, 3) == []


# --- wishes and reasons ----------------------------------------------------------------------------------------------


def test_a_preferred_chair_is_taken_where_nothing_worse_comes_of_it(desk: Desk) -> None:
    wishes = desk.wishes(preferred_chair_id=2)
    best = desk.services.booking.propose_series(DESK, wishes).proposals[0]
    assert {s.chair_id for s in best.sessions} == {2}
    desk.book(2, *(session(day, "08:00", 2) for day in (0, 3, 7, 10, 14)))
    near = replace(wishes, weekdays=frozenset({0, 3}), latest=time(8))
    best = desk.services.booking.propose_series(DESK, near).proposals[0]
    assert {s.chair_id for s in best.sessions} == {1}
    assert "Six sessions not on the chair preferred. (360)" in best.why


def test_why_not_then_gives_every_reason_and_the_nearest_starts(desk: Desk) -> None:
    desk.book(1, session(0, "09:00", 1))
    desk.book(2, session(2, "09:00", 1))
    answer = desk.services.booking.why(DESK, 1, INDUCTION, on(1, "15:30"), 1)
    assert [f.code for f in answer.findings] == ["outside-hours", "gap-short"]
    answer = desk.services.booking.why(DESK, 1, INDUCTION, on(2, "10:00"), 1)
    assert [f.code for f in answer.findings] == ["chair-taken"]
    assert [(f"{s.starts_at:%a %H:%M}", s.chair_id) for s in answer.nearest] == [
        ("Wed 09:30", 2), ("Wed 09:45", 2), ("Wed 10:00", 2), ("Wed 10:15", 2),
    ]  # fmt: skip


def test_why_not_then_counts_the_running_course(desk: Desk) -> None:
    booked = desk.book(1, *(session(day, "09:00") for day in (0, 7, 14)))
    why = desk.services.booking.why
    assert why(DESK, 1, INDUCTION, on(24, "09:00"), 1).free
    answer = why(DESK, 1, INDUCTION, on(24, "09:00"), 1, booked.series_id)
    assert [f.code for f in answer.findings] == ["gap-long", "window-long"]
    assert all(on(0, "00:00") < s.starts_at < on(22, "00:00") for s in answer.nearest)
    assert PRESCRIBER.role.value in answer.findings[0].override_roles
