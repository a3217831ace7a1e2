"""A session that does not take place: every way the course can go on, taken as one act and undone as one."""

from datetime import UTC, date, datetime

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Changes, Op
from ketaclinic.domain.courses import Cause, SeriesRepair, Strategy
from ketaclinic.domain.findings import Invalid, NotAllowed, Refused, Severity, Stale
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import (
    DESK,
    MANAGER,
    NURSE,
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

REASON = "The patient is away until then."


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store)


def a_course(desk: Desk, patient: int = 1, clock: str = "09:00", chair: int = 1) -> tuple[int, ...]:
    """Six sessions, Monday and Thursday for three weeks."""
    days = (0, 3, 7, 10, 14, 17)
    return desk.book(patient, *(session(day, clock, chair) for day in days)).appointment_ids


def options(desk: Desk, visit: int, cause: Cause = Cause.MISSED) -> dict[Strategy, SeriesRepair]:
    return {o.strategy: o for o in desk.services.courses.missed_options(DESK, visit, cause)}


def places(repair: SeriesRepair) -> list[tuple[int | None, str]]:
    return [(v.appointment_id, f"{v.to.starts_at:%a %d %b %H:%M}") for v in repair.visits if v.to]


def course(desk: Desk) -> list[tuple[int, int, datetime, str]]:
    return [(id_, chair, starts, status) for id_, _, chair, starts, status in stored_visits(desk.store)]


def test_all_ways_are_shown_with_what_follows_from_them(desk: Desk, clock: FixedClock) -> None:
    visits = a_course(desk)
    clock.at = datetime(2026, 12, 3, 16, 0, tzinfo=UTC)  # Thursday 10:00, an hour into the second session
    found = options(desk, visits[1])
    assert list(found) == [Strategy.APPEND, Strategy.SHIFT, Strategy.REPLACE, Strategy.LEAVE]
    assert places(found[Strategy.APPEND]) == [(None, "Mon 21 Dec 09:00")]
    assert places(found[Strategy.SHIFT]) == [
        (None, "Fri 04 Dec 09:00"),
        (visits[2], "Tue 08 Dec 09:00"),
        (visits[3], "Fri 11 Dec 09:00"),
        (visits[4], "Tue 15 Dec 09:00"),
        (visits[5], "Fri 18 Dec 09:00"),
    ]
    assert places(found[Strategy.REPLACE]) == [(None, "Fri 04 Dec 09:00")]
    assert found[Strategy.LEAVE].visits[0].to is None
    assert found[Strategy.APPEND].facts == (
        "Ends Mon 21 Dec, 4 days later",
        "Gaps 3 to 7 days",
        "21 of 21 days from first to last",
        "Same clock time",
        "Same chair",
    )
    assert found[Strategy.SHIFT].facts[:2] == ("Ends Fri 18 Dec, 1 day later", "Gaps 3 to 4 days")
    assert [(f"{m.starts_at:%d %b}", m.label, m.kind.value, m.gap) for m in found[Strategy.REPLACE].marks] == [
        ("30 Nov", "1 of 6", "kept", None),
        ("03 Dec", "", "missed", None),
        ("04 Dec", "2 of 6", "added", 4),
        ("07 Dec", "3 of 6", "kept", 3),
        ("10 Dec", "4 of 6", "kept", 3),
        ("14 Dec", "5 of 6", "kept", 4),
        ("17 Dec", "6 of 6", "kept", 3),
    ]
    assert all(o.findings == () and not o.review for o in found.values())


def test_what_is_appended_is_one_act_and_undone_as_one(desk: Desk, clock: FixedClock) -> None:
    visits = a_course(desk)
    clock.at = datetime(2026, 12, 3, 16, 0, tzinfo=UTC)
    before = course(desk)
    heard: list[Changes] = []
    desk.store.on_commit.append(heard.append)
    repair = options(desk, visits[1])[Strategy.APPEND]
    done = desk.services.courses.apply(DESK, repair, Status.NO_SHOW, "No call", command_id="one")
    again = desk.services.courses.apply(DESK, repair, Status.NO_SHOW, "No call", command_id="one")
    assert done == again
    (added,) = done.appointment_ids
    assert [change.op for change in heard] == [Op.REPAIR_SERIES]
    assert course(desk) == [
        *(row if row[0] != visits[1] else (*row[:3], "no_show") for row in before),
        (added, 1, on(21, "09:00"), "scheduled"),
    ]
    stands = desk.visit(added)
    assert (stands.position, stands.replaces_id) == (2, visits[1])
    desk.services.history.undo(DESK)
    assert course(desk) == before
    desk.services.history.redo(DESK)
    assert (added, 1, on(21, "09:00"), "scheduled") in course(desk)


def test_the_rest_shifts_by_the_same_gap(desk: Desk, clock: FixedClock) -> None:
    visits = a_course(desk)
    clock.at = datetime(2026, 12, 3, 16, 0, tzinfo=UTC)
    before = course(desk)
    repair = options(desk, visits[1])[Strategy.SHIFT]
    desk.services.courses.apply(DESK, repair, Status.NO_SHOW)
    assert [starts for _, _, starts, status in sorted(course(desk), key=lambda v: v[2]) if status == "scheduled"] == [
        on(0, "09:00"),
        *(on(day, "09:00") for day in (4, 8, 11, 15, 18)),
    ]
    desk.services.history.undo(DESK)
    assert course(desk) == before


def test_a_session_may_wait_to_be_placed(desk: Desk) -> None:
    visits = a_course(desk)
    repair = options(desk, visits[2], Cause.CANCELLED)[Strategy.LEAVE]
    (waiting,) = desk.services.courses.apply(DESK, repair, Status.CANCELLED_BY_PATIENT, "On a journey").appointment_ids
    visit = desk.visit(waiting)
    assert (visit.status, visit.position, visit.replaces_id) == (Status.PROPOSED, 3, visits[2])
    assert desk.board(7) == [("Silva, João", "09:00", 1, "cancelled_by_patient")]


def test_only_one_visit_stands_for_a_missed_one(desk: Desk, clock: FixedClock) -> None:
    visits = a_course(desk)
    clock.at = datetime(2026, 12, 3, 16, 0, tzinfo=UTC)
    found = options(desk, visits[1])
    desk.services.courses.apply(DESK, found[Strategy.APPEND], Status.NO_SHOW)
    with pytest.raises(Stale, match="Someone else changed this series meanwhile"):
        desk.services.courses.apply(MANAGER, found[Strategy.REPLACE], Status.NO_SHOW)
    with pytest.raises(Refused, match="Another visit stands for this one already, on 21 Dec 2026"):
        options(desk, visits[1])
    with pytest.raises(Refused, match="another visit stands for it"):
        desk.services.floor.change_status(DESK, visits[1], desk.visit(visits[1]).version, Status.ARRIVED)


def test_a_place_taken_meanwhile_refuses_all_of_it(desk: Desk, clock: FixedClock) -> None:
    visits = a_course(desk)
    clock.at = datetime(2026, 12, 3, 16, 0, tzinfo=UTC)
    repair = options(desk, visits[1])[Strategy.SHIFT]
    desk.book(2, session(11, "10:00"))
    before = course(desk)
    with pytest.raises(Refused, match=r"Chair 1 is taken from 10:00 to 11:55\."):
        desk.services.courses.apply(DESK, repair, Status.NO_SHOW)
    assert course(desk) == before


def test_the_next_best_clock_time_is_taken_where_the_usual_one_is_not_free(desk: Desk, clock: FixedClock) -> None:
    visits = a_course(desk)
    for patient, chair in ((2, 1), (3, 2)):
        desk.book(patient, *(session(day, "09:00", chair) for day in (21, 23, 25)))
    for patient, chair in ((4, 1), (3, 2)):
        desk.services.clinic.add_closure(DESK, 1, chair, on(22, "08:00"), on(22, "11:00"), f"Repair {patient}")
        desk.services.clinic.add_closure(DESK, 1, chair, on(24, "08:00"), on(24, "11:00"), f"Repair {patient}")
    clock.at = datetime(2026, 12, 3, 16, 0, tzinfo=UTC)
    repair = options(desk, visits[1])[Strategy.APPEND]
    assert places(repair) == [(None, "Mon 21 Dec 11:00")]
    assert "At 11:00" in repair.facts


def test_nothing_follows_the_last_session_so_it_is_appended_or_waits(desk: Desk) -> None:
    visits = a_course(desk)
    assert list(options(desk, visits[5], Cause.CANCELLED)) == [Strategy.APPEND, Strategy.LEAVE]


def a_course_to_be_stretched(desk: Desk, clock: FixedClock) -> SeriesRepair:
    """Closed so long that what is appended comes after the window of 21 days."""
    visits = a_course(desk)
    desk.services.clinic.add_closure(DESK, 1, None, on(18, "00:00"), on(28, "00:00"), "Holidays")
    clock.at = datetime(2026, 12, 3, 16, 0, tzinfo=UTC)
    return options(desk, visits[1])[Strategy.APPEND]


def test_a_gap_and_window_beyond_the_most_need_a_reason_and_become_a_task(desk: Desk, clock: FixedClock) -> None:
    repair = a_course_to_be_stretched(desk, clock)
    assert places(repair) == [(None, "Mon 28 Dec 09:00")]
    assert repair.review
    assert [(f.code, f.severity) for f in repair.findings] == [
        ("gap-long", Severity.OVERRIDE),
        ("window-long", Severity.OVERRIDE),
    ]
    before = course(desk)
    with pytest.raises(Refused, match="11 days between Thu 17 Dec and Mon 28 Dec; more than 7 need a review"):
        desk.services.courses.apply(DESK, repair, Status.NO_SHOW)
    assert course(desk) == before
    given = tuple(BookingOverride(code, REASON) for code in ("gap-long", "window-long"))
    (added,) = desk.services.courses.apply(DESK, repair, Status.NO_SHOW, overrides=given).appointment_ids
    (task,) = desk.services.courses.tasks(PRESCRIBER)
    assert (task.kind, task.appointment_id, task.record) == ("review-spacing", added, "KC-0001")
    assert "11 days between Thu 17 Dec and Mon 28 Dec" in task.text
    assert "28 days from first to last session" in task.text
    assert desk.services.courses.tasks(DESK) == ()
    assert desk.services.courses.tasks(DESK, 1) == (task,)
    desk.services.history.undo(DESK)
    assert course(desk) == before
    assert desk.services.courses.tasks(PRESCRIBER) == ()
    desk.services.history.redo(DESK)
    assert len(desk.services.courses.tasks(PRESCRIBER)) == 1


def test_only_a_prescriber_finishes_the_review_and_says_what_was_decided(desk: Desk, clock: FixedClock) -> None:
    repair = a_course_to_be_stretched(desk, clock)
    given = tuple(BookingOverride(code, REASON) for code in ("gap-long", "window-long"))
    desk.services.courses.apply(DESK, repair, Status.NO_SHOW, overrides=given)
    (task,) = desk.services.courses.tasks(PRESCRIBER)
    with pytest.raises(NotAllowed, match="The front desk may not finish a prescriber's task"):
        desk.services.courses.finish_task(DESK, task.id, task.version, "Fine")
    with pytest.raises(Invalid, match="Say in a few words what was decided"):
        desk.services.courses.finish_task(PRESCRIBER, task.id, task.version, "  ")
    done = desk.services.courses.finish_task(PRESCRIBER, task.id, task.version, "Goes on as planned")
    assert (done.open, done.outcome) == (False, "Goes on as planned")
    assert desk.services.courses.tasks(PRESCRIBER) == ()
    with pytest.raises(Stale, match="Someone else has finished this task"):
        desk.services.courses.finish_task(PRESCRIBER, task.id, task.version, "Again")
    with pytest.raises(Stale):
        desk.services.history.undo(DESK)  # what was decided stays


def test_order_and_consent_that_end_before_are_said(desk: Desk) -> None:
    visits = a_course(desk)
    write(desk.store, [a_signed_order(expires=date(2026, 12, 18)), a_consent(expires=date(2026, 12, 20))])
    repair = options(desk, visits[1], Cause.CANCELLED)[Strategy.APPEND]
    texts = [f.message for f in repair.findings]
    assert "The order ends on Fri 18 Dec 2026, before Mon 21 Dec." in texts
    assert all(f.severity is Severity.WARN for f in repair.findings)


def test_a_visit_in_the_chair_or_given_has_nothing_to_make_up_for(desk: Desk) -> None:
    visits = a_course(desk)
    desk.services.floor.change_status(DESK, visits[0], 1, Status.ARRIVED)
    desk.services.floor.change_status(NURSE, visits[0], 2, Status.CHECKED_IN)
    with pytest.raises(Refused, match="This visit is checked in; there is nothing to make up for"):
        options(desk, visits[0])


def test_a_cancellation_renumbers_nothing_and_what_is_made_up_for_counts_by_its_day(
    desk: Desk, clock: FixedClock
) -> None:
    visits = a_course(desk)
    desk.services.courses.lose(DESK, visits[1], 1, Status.CANCELLED_BY_PATIENT)
    assert [v.label for v in desk.services.patients.page(DESK, 1).series[0].visits] == [
        f"{number} of 6" for number in (1, 2, 3, 4, 5, 6)
    ]
    repair = options(desk, visits[1], Cause.CANCELLED)[Strategy.APPEND]
    desk.services.courses.apply(DESK, repair)
    (progress,) = desk.services.patients.page(DESK, 1).series
    assert [(f"{v.starts_at:%d %b}", v.label) for v in progress.visits if v.status == "scheduled"] == [
        ("30 Nov", "1 of 6"),
        ("07 Dec", "2 of 6"),
        ("10 Dec", "3 of 6"),
        ("14 Dec", "4 of 6"),
        ("17 Dec", "5 of 6"),
        ("21 Dec", "6 of 6"),
    ]
    assert progress.missing == ()


def test_a_hold_is_kept_as_a_hold_when_the_rest_shifts(desk: Desk) -> None:
    sessions = [session(day, "09:00") for day in (0, 3, 7)]
    desk.services.booking.hold_series(DESK, desk.wishes(1), sessions, minutes=600)
    visits = [row[0] for row in stored_visits(desk.store)]
    repair = options(desk, visits[0], Cause.CANCELLED)[Strategy.SHIFT]
    desk.services.courses.apply(DESK, repair, Status.CANCELLED_BY_PATIENT)
    assert [desk.visit(visit).status for visit in visits[1:]] == [Status.HELD, Status.HELD]
