"""Calls and arrivals: the list for confirming, what a call changes, who waits and who comes too late."""

from datetime import UTC, datetime, timedelta

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.models import ClosureRow
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.calls import CallOutcome, CallPurpose
from ketaclinic.domain.changes import Changes, Op
from ketaclinic.domain.findings import Invalid, NotFound, Refused, Stale
from ketaclinic.domain.people import Role, User
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import DESK, MONDAY, NURSE, Desk, a_consent, a_desk, an_escort, on, session, write


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store)


def names(desk: Desk) -> list[tuple[str, str]]:
    """The list for confirming: (day and time, name)."""
    rows = desk.services.calls.to_confirm(DESK, 1).rows
    return [(f"{row.card.appointment.starts_at:%d %b %H:%M}", row.card.patient_name) for row in rows]


def call(desk: Desk, visit: int, outcome: CallOutcome, **more: object) -> Status:
    version = desk.visit(visit).version
    return desk.services.calls.record(DESK, visit, version, outcome, **more).status  # type: ignore[arg-type]


def outcomes(desk: Desk, visit: int) -> list[str]:
    return [made.outcome.value for made in desk.services.calls.of_visit(DESK, visit)]


# --- the list --------------------------------------------------------------------------------------------------------


def test_the_next_two_working_days_are_confirmed(desk: Desk, clock: FixedClock) -> None:
    clock.at = datetime(2026, 11, 27, 15, tzinfo=UTC)  # the Friday before
    desk.book(1, session(0, "09:00"))
    desk.book(2, session(0, "08:00", 2))
    desk.book(3, session(1, "09:00"))
    desk.book(4, session(2, "09:00"))
    assert names(desk) == [
        ("30 Nov 08:00", "Okafor, Chidinma"),
        ("30 Nov 09:00", "Silva, João"),
        ("01 Dec 09:00", "Nguyễn, Thị Minh"),
    ]


def test_a_closed_day_is_no_working_day(desk: Desk, clock: FixedClock) -> None:
    clock.at = datetime(2026, 11, 27, 15, tzinfo=UTC)
    tuesday = ClosureRow(
        location_id=1, chair_id=None, starts_at=on(1, "00:00"), ends_at=on(2, "00:00"), reason="Holiday"
    )
    morning = ClosureRow(
        location_id=1, chair_id=None, starts_at=on(2, "08:00"), ends_at=on(2, "12:00"), reason="Course"
    )
    one_chair = ClosureRow(location_id=1, chair_id=1, starts_at=on(0, "00:00"), ends_at=on(1, "00:00"), reason="Repair")
    write(desk.store, [tuesday, morning, one_chair])
    days = desk.services.calls.to_confirm(DESK, 1).days
    assert days == (MONDAY, MONDAY + timedelta(days=2))


def test_only_booked_visits_are_called_about(desk: Desk, clock: FixedClock) -> None:
    clock.at = datetime(2026, 11, 27, 15, tzinfo=UTC)
    booked = desk.book(1, session(0, "09:00")).appointment_ids[0]
    gone = desk.book(2, session(0, "11:00")).appointment_ids[0]
    desk.services.booking.cancel(DESK, gone, 1, Status.CANCELLED_BY_PATIENT)
    assert [row.card.appointment.id for row in desk.services.calls.to_confirm(DESK, 1).rows] == [booked]


def test_the_row_says_all_that_is_said_in_the_call(desk: Desk, clock: FixedClock) -> None:
    clock.at = datetime(2026, 11, 27, 15, tzinfo=UTC)
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    write(desk.store, [an_escort(), a_consent()])
    desk.services.patients.choose_escort(DESK, visit, 1)
    (row,) = desk.services.calls.to_confirm(DESK, 1).rows
    assert (row.chair, row.escort, row.missing) == ("Chair 1", "Rosa Silva, (312) 555-0148", ("order",))
    assert row.reminders == (
        "Arrive at 09:00; home at about 10:40.",
        "No solid food after 03:00, clear liquids until 07:00.",
        "Nobody drives home alone: an adult takes the patient home and stays.",
        "Illness, new medicines or a pregnancy: put the call through to a nurse.",
    )


def test_a_very_early_visit_fasts_from_the_evening_before(desk: Desk) -> None:
    from ketaclinic.domain.calls import FastingHours, reminders

    desk.book(1, session(0, "08:00"))
    said = reminders(desk.day(0).cards[0], FastingHours(solids=9, liquids=2))
    assert said[1] == "No solid food after 23:00 the day before, clear liquids until 06:00."


# --- what came of it -------------------------------------------------------------------------------------------------


def test_one_key_confirms_the_visit_and_notes_the_call(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    heard: list[Changes] = []
    desk.store.on_commit.append(heard.append)
    assert call(desk, visit, CallOutcome.CONFIRMED) is Status.CONFIRMED
    assert [(c.op, sorted(c.tables)) for c in heard] == [(Op.RECORD_CALL, ["appointments", "calls", "status_changes"])]
    (made,) = desk.services.calls.of_visit(DESK, visit)
    assert (made.outcome, made.purpose, made.by) == (CallOutcome.CONFIRMED, CallPurpose.CONFIRMATION, "Ada Petrov")
    assert made.at == datetime(2026, 11, 23, 9, 0)  # on the wall in Chicago


def test_confirmed_twice_is_confirmed_once(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    call(desk, visit, CallOutcome.CONFIRMED)
    assert call(desk, visit, CallOutcome.CONFIRMED) is Status.CONFIRMED
    assert outcomes(desk, visit) == ["confirmed"]


@pytest.mark.parametrize("outcome", [CallOutcome.VOICEMAIL, CallOutcome.UNREACHABLE])
def test_nobody_reached_leaves_the_visit_scheduled(desk: Desk, outcome: CallOutcome) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    assert call(desk, visit, outcome) is Status.SCHEDULED
    assert outcomes(desk, visit) == [outcome.value]


def test_a_later_call_corrects_a_slip(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    call(desk, visit, CallOutcome.CONFIRMED)
    assert call(desk, visit, CallOutcome.VOICEMAIL) is Status.SCHEDULED
    assert outcomes(desk, visit) == ["voicemail", "confirmed"]
    assert call(desk, visit, CallOutcome.CONFIRMED) is Status.CONFIRMED


def test_a_reminder_the_next_day_takes_no_confirmation_back(desk: Desk, clock: FixedClock) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    call(desk, visit, CallOutcome.CONFIRMED)
    clock.forward(days=1)
    assert call(desk, visit, CallOutcome.VOICEMAIL) is Status.CONFIRMED


def test_a_visit_confirmed_on_the_board_stays_confirmed(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.services.floor.change_status(DESK, visit, 1, Status.CONFIRMED)
    assert call(desk, visit, CallOutcome.VOICEMAIL) is Status.CONFIRMED


def test_a_cancelled_visit_cannot_be_confirmed(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.services.booking.cancel(DESK, visit, 1, Status.CANCELLED_BY_PATIENT)
    with pytest.raises(Refused, match=r"This visit is cancelled by patient; a call cannot confirm it\."):
        call(desk, visit, CallOutcome.CONFIRMED)
    assert call(desk, visit, CallOutcome.CANCELLED) is Status.CANCELLED_BY_PATIENT
    assert outcomes(desk, visit) == ["cancelled"]


def test_who_calls_on_old_knowledge_is_told(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.services.booking.move(DESK, visit, 1, 2, on(0, "09:00"))
    with pytest.raises(Stale):
        desk.services.calls.record(DESK, visit, 1, CallOutcome.CONFIRMED)
    assert outcomes(desk, visit) == []


def test_a_double_press_is_one_call(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    for _ in range(2):
        desk.services.calls.record(DESK, visit, 1, CallOutcome.VOICEMAIL, command_id="key-1")
    assert outcomes(desk, visit) == ["voicemail"]


def test_a_very_long_note_is_refused_where_it_was_typed(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    with pytest.raises(Invalid) as refused:
        call(desk, visit, CallOutcome.VOICEMAIL, note="x" * 501)
    assert refused.value.field == "note"


def test_an_offer_needs_no_visit(desk: Desk) -> None:
    desk.services.calls.record_offer(DESK, 2, CallPurpose.FREED_SLOT, CallOutcome.DECLINED, "has to work")
    with pytest.raises(NotFound):
        desk.services.calls.record_offer(DESK, 99, CallPurpose.RECALL, CallOutcome.VOICEMAIL)


# --- the front door --------------------------------------------------------------------------------------------------


def at(clock: FixedClock, hour: int, minute: int = 0) -> None:
    """Monday 30 November at this time on the wall in Chicago."""
    clock.at = datetime(2026, 11, 30, hour + 6, minute, tzinfo=UTC)


def arrivals(desk: Desk) -> list[tuple[str, int, int, int]]:
    """(name, waiting, late, ageing) in minutes."""
    rows = desk.services.calls.arrivals(DESK, 1)
    return [(r.card.patient_name, r.waiting_minutes, r.late_minutes, r.ageing) for r in rows]


def test_who_waits_longest_stands_on_top_then_who_is_late(desk: Desk, clock: FixedClock) -> None:
    early = desk.book(1, session(0, "10:00")).appointment_ids[0]
    on_time = desk.book(2, session(0, "09:00", 2)).appointment_ids[0]
    desk.book(3, session(0, "08:00"))
    desk.book(4, session(0, "14:00"))
    at(clock, 8, 50)
    desk.services.floor.change_status(DESK, early, 1, Status.ARRIVED)
    at(clock, 9, 2)
    desk.services.floor.change_status(DESK, on_time, 1, Status.ARRIVED)
    at(clock, 9, 20)
    assert arrivals(desk) == [
        ("Okafor, Chidinma", 18, 20, 18),
        ("Silva, João", 30, 0, 0),
        ("Nguyễn, Thị Minh", 0, 80, 80),
    ]


def test_a_late_arrival_is_checked_against_the_next_visit(desk: Desk, clock: FixedClock) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.book(2, session(0, "11:00"))
    at(clock, 9, 3)
    assert desk.services.calls.late_check(DESK, visit) == ()  # ends 11:00, just in time
    at(clock, 9, 12)
    (found,) = desk.services.calls.late_check(DESK, visit)
    assert found.message == "Chair 1 is taken from 11:00 to 12:55."
    assert found.action == "Free at once: Chair 2."


def test_a_late_arrival_is_checked_against_closing_time(desk: Desk, clock: FixedClock) -> None:
    visit = desk.book(1, session(0, "14:45")).appointment_ids[0]
    at(clock, 15, 40)
    (row,) = desk.services.calls.arrivals(DESK, 1)
    assert (row.finishes_at, row.closes_at) == (on(0, "17:35"), on(0, "17:00"))
    assert row.findings == desk.services.calls.late_check(DESK, visit)
    assert [f.code for f in row.findings] == ["outside-hours"]
    assert row.findings[0].action == "No start left today: another day has to be found."


def test_the_next_start_that_would_do_is_named(desk: Desk, clock: FixedClock) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    desk.book(2, session(0, "11:00"))
    desk.book(3, session(0, "09:10", 2, 115))
    at(clock, 9, 40)
    found = desk.services.calls.late_check(DESK, visit)
    assert found[-1].action == "Next start today: 11:15, Chair 2."


def test_nobody_is_late_before_the_start(desk: Desk, clock: FixedClock) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    at(clock, 8, 59)
    assert arrivals(desk) == []
    assert desk.services.calls.late_check(DESK, visit) == ()
    at(clock, 9, 0)
    assert arrivals(desk) == []


def test_a_patient_in_the_chair_waits_no_more(desk: Desk, clock: FixedClock) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    at(clock, 9, 5)
    arrived = desk.services.floor.change_status(DESK, visit, 1, Status.ARRIVED)
    desk.services.floor.change_status(NURSE, visit, arrived.version, Status.CHECKED_IN)
    assert arrivals(desk) == []


def test_a_walk_out_leaves_the_list(desk: Desk, clock: FixedClock) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    at(clock, 9, 5)
    arrived = desk.services.floor.change_status(DESK, visit, 1, Status.ARRIVED)
    left = desk.services.booking.cancel(DESK, visit, arrived.version, Status.CANCELLED_BY_PATIENT, "left, no reason")
    assert left.status is Status.CANCELLED_BY_PATIENT
    assert arrivals(desk) == []


def test_every_role_may_call(desk: Desk) -> None:
    visit = desk.book(1, session(0, "09:00")).appointment_ids[0]
    for number, role in enumerate(Role, start=1):
        desk.services.calls.record(User(number, "x", "X", role), visit, 1, CallOutcome.VOICEMAIL)
    assert outcomes(desk, visit) == ["voicemail"] * 4
