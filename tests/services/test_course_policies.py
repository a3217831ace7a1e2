"""Notice, fee and waiver as the desk meets them: said before, noted with the act, gone with its undo."""

from datetime import UTC, datetime

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.courses import Cause, Strategy
from ketaclinic.domain.findings import Invalid
from ketaclinic.domain.policies import PolicyAnswer, PolicyKind
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import DESK, Desk, a_desk, session


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store)


@pytest.fixture
def visit(desk: Desk, clock: FixedClock) -> int:
    """Thursday 3 December, 09:00 in Chicago; it is Wednesday 20:00 there."""
    visits = desk.book(1, session(0, "09:00"), session(3, "09:00"), session(7, "09:00")).appointment_ids
    clock.at = datetime(2026, 12, 3, 2, 0, tzinfo=UTC)
    return visits[1]


def test_a_late_cancellation_is_proposed_as_such_with_its_fee(desk: Desk, visit: int) -> None:
    said = desk.services.courses.policy(DESK, visit, Status.CANCELLED_BY_PATIENT)
    assert said.text == "13 h notice, 24 h are asked. Fee noted: USD 100.00."
    assert (said.kind, said.enough_notice, said.fee, said.proposed) == (
        PolicyKind.LATE_CANCELLATION,
        False,
        10_000,
        Status.CANCELLED_LATE,
    )


def test_in_time_there_is_no_fee(desk: Desk, visit: int, clock: FixedClock) -> None:
    clock.at = datetime(2026, 12, 2, 14, 59, tzinfo=UTC)
    said = desk.services.courses.policy(DESK, visit, Status.CANCELLED_BY_PATIENT)
    assert (said.text, said.fee, said.proposed) == (
        "24 h 1 min notice, 24 h are asked: in time, no fee.",
        None,
        Status.CANCELLED_BY_PATIENT,
    )
    assert desk.services.courses.policy(DESK, visit, Status.CANCELLED_LATE).proposed is Status.CANCELLED_BY_PATIENT


def test_the_clinic_s_own_cancellation_costs_nothing(desk: Desk, visit: int) -> None:
    said = desk.services.courses.policy(DESK, visit, Status.CANCELLED_BY_CLINIC)
    assert (said.kind, said.fee, said.text) == (None, None, "The clinic's own doing: no fee.")


def test_fee_is_noted_with_the_cancellation_and_undone_with_it(desk: Desk, visit: int) -> None:
    desk.services.courses.lose(DESK, visit, 1, Status.CANCELLED_LATE, "Ill", PolicyAnswer())
    (event,) = desk.services.courses.policy_events(DESK, 1)
    assert (event.appointment_id, event.kind, event.notice_minutes, event.fee_words) == (
        visit,
        PolicyKind.LATE_CANCELLATION,
        780,
        "USD 100.00",
    )
    desk.services.history.undo(DESK)
    assert desk.services.courses.policy_events(DESK, 1) == ()
    assert desk.visit(visit).status is Status.SCHEDULED


def test_a_waiver_has_a_reason_or_nothing_is_saved(desk: Desk, visit: int) -> None:
    with pytest.raises(Invalid, match="A waiver needs its reason") as refused:
        desk.services.courses.lose(DESK, visit, 1, Status.CANCELLED_LATE, "", PolicyAnswer(waived=True, reason=" "))
    assert refused.value.field == "waiver"
    assert desk.visit(visit).status is Status.SCHEDULED
    desk.services.courses.lose(DESK, visit, 1, Status.CANCELLED_LATE, "", PolicyAnswer(waived=True, reason="Illness"))
    (event,) = desk.services.courses.policy_events(DESK, 1)
    assert event.fee_words == "waived: Illness"


def test_a_fee_is_waived_afterwards(desk: Desk, visit: int) -> None:
    desk.services.courses.lose(DESK, visit, 1, Status.CANCELLED_LATE, "", PolicyAnswer())
    waived = desk.services.courses.note_policy(DESK, visit, PolicyAnswer(waived=True, reason="First time"))
    assert waived is not None
    assert waived.fee_words == "waived: First time"
    assert len(desk.services.courses.policy_events(DESK, 1)) == 1


def test_fee_and_new_place_are_one_act(desk: Desk, visit: int) -> None:
    found = {o.strategy: o for o in desk.services.courses.missed_options(DESK, visit, Cause.CANCELLED)}
    desk.services.courses.apply(DESK, found[Strategy.APPEND], Status.CANCELLED_LATE, policy=PolicyAnswer())
    assert len(desk.services.courses.policy_events(DESK, 1)) == 1
    desk.services.history.undo(DESK)
    assert desk.services.courses.policy_events(DESK, 1) == ()


def test_missed_visits_are_counted(desk: Desk, clock: FixedClock) -> None:
    visits = desk.book(1, session(0, "09:00"), session(3, "09:00"), session(7, "09:00")).appointment_ids
    clock.at = datetime(2026, 11, 30, 15, 5, tzinfo=UTC)
    assert desk.services.courses.policy(DESK, visits[0], Status.NO_SHOW).text == (
        "It is 5 min after the start; a visit counts as missed after 15 min. Fee noted: USD 100.00."
    )
    clock.at = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
    desk.services.courses.lose(DESK, visits[0], 1, Status.NO_SHOW)
    clock.at = datetime(2026, 12, 3, 16, 0, tzinfo=UTC)
    said = desk.services.courses.policy(DESK, visits[1], Status.NO_SHOW)
    assert said.earlier == 1
    assert said.text == (
        "Missed without a call. Fee noted: USD 100.00. This is missed visit 2: the reserved places may be lost."
    )


def test_late_arrivals(desk: Desk, clock: FixedClock) -> None:
    (visit,) = desk.book(1, session(0, "09:00")).appointment_ids
    clock.at = datetime(2026, 11, 30, 15, 10, tzinfo=UTC)
    assert desk.services.courses.policy(DESK, visit, Status.ARRIVED).kind is None
    clock.at = datetime(2026, 11, 30, 15, 20, tzinfo=UTC)
    said = desk.services.courses.policy(DESK, visit, Status.ARRIVED)
    assert said.text == "20 min late; up to 10 min nothing is said. The visit may be moved to another day."
    noted = desk.services.courses.note_policy(DESK, visit, PolicyAnswer(), Status.ARRIVED)
    assert noted is not None
    assert (noted.kind, noted.notice_minutes, noted.fee) == (PolicyKind.LATE_ARRIVAL, 20, None)


def test_who_came_and_left_gave_no_bad_notice(desk: Desk, visit: int) -> None:
    arrived = desk.services.floor.change_status(DESK, visit, 1, Status.ARRIVED)
    said = desk.services.courses.policy(DESK, visit, Status.CANCELLED_BY_PATIENT)
    assert (said.kind, said.text) == (None, "The patient came: no fee.")
    desk.services.courses.lose(DESK, visit, arrived.version, Status.CANCELLED_BY_PATIENT, "", PolicyAnswer())
    assert desk.services.courses.policy_events(DESK, 1) == ()


def test_only_some_statuses_have_a_policy(desk: Desk, visit: int) -> None:
    with pytest.raises(Invalid, match="No policy is about “Confirmed”"):
        desk.services.courses.policy(DESK, visit, Status.CONFIRMED)
