"""A day repaired: what is proposed, what one operation saves, what undo takes back, whom the desk must ring."""

import logging
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from ketaclinic.clock import FixedClock
from ketaclinic.db.models import AbsenceRow, ClosureRow, PatientRow, RepairRow, ShiftRow
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Changes, Op
from ketaclinic.domain.findings import Invalid, NotFound, Refused, Stale
from ketaclinic.domain.moves import VisitMove
from ketaclinic.domain.repair import Outage, OutageKind, RepairCost, RepairPlan
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import (
    DESK,
    MONDAY,
    NURSE,
    NURSE_2,
    PRESCRIBER,
    Desk,
    a_desk,
    on,
    session,
    write,
)

TUESDAY = MONDAY + timedelta(days=1)
PLENTY = 120.0
"""Seconds: more than any of these days takes, however slow the machine."""


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store)


def chair_fails(chair: int, clock: str, until: str | None = None, day: int = 0) -> Outage:
    return Outage(OutageKind.CHAIR, chair, on(day, clock), on(day, until) if until else None, "Pump broken")


def nurse_leaves(clock: str, user: int = NURSE.id) -> Outage:
    return Outage(OutageKind.NURSE, user, on(0, clock), None, "sick")


def propose(desk: Desk, *out: Outage, fixed: tuple[VisitMove, ...] = (), day: date = MONDAY) -> RepairPlan:
    return desk.services.repair.propose(DESK, 1, day, out, fixed, seconds=PLENTY)


def told(plan: RepairPlan) -> list[tuple[str, str, str, bool]]:
    """Each move as one reads it: (name, from, to, whether somebody rings)."""

    def place(at: object) -> str:
        return "to place" if at is None else f"{at.starts_at:%a %H:%M} on {at.chair_id}"  # type: ignore[attr-defined]

    return [(m.card.patient_name, place(m.from_), place(m.place), m.calls) for m in plan.moves]


def rows_of(store: Store, kind: type) -> list[object]:
    with store.reading() as rows:
        return list(rows.scalars(select(kind).order_by(kind.id)))  # type: ignore[attr-defined]


def test_a_broken_chair_moves_its_patient_to_the_other_chair_and_nobody_rings(desk: Desk) -> None:
    desk.book(1, session(0, "13:00", 1))
    plan = propose(desk, chair_fails(1, "11:00"))
    assert told(plan) == [("Silva, João", "Mon 13:00 on 1", "Mon 13:00 on 2", False)]
    assert (plan.optimal, plan.gap, plan.cost) == (True, 0, RepairCost(chair_changes=1))
    assert plan.outages[0].text == "Chair 1 out of use from 11:00: Pump broken"


def test_when_one_of_two_nurses_leaves_the_second_patient_waits(desk: Desk) -> None:
    desk.book(1, session(0, "09:00", 1))
    desk.book(2, session(0, "09:00", 2))
    plan = propose(desk, nurse_leaves("08:00"))
    assert plan.cost.tiers[:3] == (0, 0, 1)
    assert plan.cost.shift == 90  # she watches the first until 10:40: the second set-up is at 10:50, its visit at 10:30
    assert [move.calls for move in plan.moves] == [True]


def test_saving_writes_the_closure_and_the_move_in_one_operation_and_undo_takes_both_back(desk: Desk) -> None:
    desk.book(1, session(0, "13:00", 1))
    heard: list[Changes] = []
    desk.store.on_commit.append(heard.append)
    applied = desk.services.repair.apply(DESK, propose(desk, chair_fails(1, "11:00", "16:00")), "c1")
    assert desk.board() == [("Silva, João", "13:00", 2, "scheduled")]
    (closed,) = rows_of(desk.store, ClosureRow)
    assert isinstance(closed, ClosureRow)
    assert (closed.chair_id, closed.starts_at, closed.ends_at) == (1, on(0, "11:00"), on(0, "16:00"))
    assert [(changes.op, MONDAY in changes.days) for changes in heard] == [(Op.REPAIR_DAY, True)]
    assert desk.services.history.undo_state(DESK).undo == "Repair day, 2026-11-30"
    desk.services.history.undo(DESK)
    assert desk.board() == [("Silva, João", "13:00", 1, "scheduled")]
    assert rows_of(desk.store, ClosureRow) == []
    with pytest.raises(NotFound, match="may have been undone"):
        desk.services.repair.call_list(DESK, applied.repair_id)
    desk.services.history.redo(DESK)
    assert desk.board() == [("Silva, João", "13:00", 2, "scheduled")]
    assert desk.services.repair.call_list(DESK, applied.repair_id).chairs_only[0].patient_name == "Silva, João"


def test_a_second_click_saves_nothing_again(desk: Desk) -> None:
    desk.book(1, session(0, "13:00", 1))
    plan = propose(desk, chair_fails(1, "11:00"))
    first = desk.services.repair.apply(DESK, plan, "same")
    assert desk.services.repair.apply(DESK, plan, "same") == first
    assert len(rows_of(desk.store, RepairRow)) == 1


def test_two_patients_who_change_places_are_saved_together(desk: Desk) -> None:
    desk.book(1, session(0, "09:00", 1))
    desk.book(2, session(0, "11:00", 1))
    cards = {card.appointment.patient_id: card.appointment for card in desk.day(0).cards}
    swap = (
        VisitMove(cards[1].id, cards[1].version, 1, on(0, "11:00")),
        VisitMove(cards[2].id, cards[2].version, 1, on(0, "09:00")),
    )
    plan = propose(desk, chair_fails(2, "08:00"), fixed=swap)
    assert [(move.fixed, move.shift) for move in plan.moves] == [(True, 120), (True, -120)]
    desk.services.repair.apply(DESK, plan)
    assert desk.board() == [("Okafor, Chidinma", "09:00", 1, "scheduled"), ("Silva, João", "11:00", 1, "scheduled")]


def test_who_cannot_stay_gets_the_best_place_on_another_day_and_keeps_the_gaps(desk: Desk) -> None:
    """The clinic closes at nine; the second of three sessions, four days apart, may be a day earlier or later."""
    desk.book(1, session(-4, "09:00"), session(0, "09:00"), session(4, "09:00"))
    desk.book(2, session(0, "09:00", 2))
    plan = propose(desk, Outage(OutageKind.CLINIC, 1, on(0, "09:00"), None, "Water damage"))
    assert told(plan) == [
        ("Silva, João", "Mon 09:00 on 1", "Tue 09:00 on 1", True),
        ("Okafor, Chidinma", "Mon 09:00 on 2", "Tue 09:00 on 2", True),
    ]
    assert plan.cost == RepairCost(sent=2)
    desk.services.repair.apply(DESK, plan)
    assert desk.board(0) == []
    assert desk.board(1) == [("Silva, João", "09:00", 1, "scheduled"), ("Okafor, Chidinma", "09:00", 2, "scheduled")]
    desk.services.history.undo(DESK)
    assert len(desk.board(0)) == 2


def test_who_finds_no_day_stays_to_be_placed_by_hand(desk: Desk) -> None:
    """Tuesday is too near to the session of Wednesday; Friday to Sunday the clinic is closed."""
    booked = desk.book(1, session(-4, "09:00"), session(0, "09:00"), session(2, "09:00"))
    shut = ClosureRow(location_id=1, starts_at=on(-3, "00:00"), ends_at=on(0, "00:00"), reason="Closed")
    write(desk.store, [shut])
    plan = propose(desk, Outage(OutageKind.CLINIC, 1, on(0, "08:00")))
    assert told(plan) == [("Silva, João", "Mon 09:00 on 1", "to place", True)]
    assert [finding.code for finding in plan.findings] == ["to-place"]
    applied = desk.services.repair.apply(DESK, plan)
    assert applied.to_place == 1
    assert desk.visit(booked.appointment_ids[1]).status is Status.PROPOSED
    (line,) = desk.services.repair.call_list(DESK, applied.repair_id).calls
    assert (line.to, line.another_day, line.stands) == (None, True, True)


def test_a_patient_in_the_chair_that_fails_is_named_and_not_moved(desk: Desk, clock: FixedClock) -> None:
    visit = desk.book(1, session(0, "09:00", 1)).appointment_ids[0]
    desk.book(2, session(0, "13:00", 1))
    clock.at = datetime(2026, 11, 30, 15, 10, tzinfo=UTC)  # 09:10
    arrived = desk.services.floor.change_status(DESK, visit, 1, Status.ARRIVED)
    desk.services.floor.change_status(NURSE, visit, arrived.version, Status.CHECKED_IN)
    plan = propose(desk, chair_fails(1, "09:15"))
    assert told(plan) == [("Okafor, Chidinma", "Mon 13:00 on 1", "Mon 13:00 on 2", False)]
    assert [f.message for f in plan.findings] == ["Silva, João is in Chair 1 until 10:55; it is out of use from 09:15."]
    desk.services.repair.apply(DESK, plan)
    spans = [(row.starts_at, row.ends_at) for row in rows_of(desk.store, ClosureRow)]  # type: ignore[attr-defined]
    assert spans == [(on(0, "10:55"), on(1, "00:00"))]  # she sits there; the chair closes behind her
    assert desk.board()[0] == ("Silva, João", "09:00", 1, "checked_in")


def test_a_patient_who_waits_is_sent_away_only_when_nobody_else_can_be(desk: Desk, clock: FixedClock) -> None:
    waiting = desk.book(1, session(0, "14:00", 1)).appointment_ids[0]
    desk.book(2, session(0, "14:00", 2))
    clock.at = datetime(2026, 11, 30, 19, 50, tzinfo=UTC)  # 13:50
    desk.services.floor.change_status(DESK, waiting, 1, Status.ARRIVED)
    plan = propose(desk, nurse_leaves("13:50"))
    assert plan.cost.tiers[:2] == (1, 0)
    assert [move.card.patient_name for move in plan.moves if move.sent_away] == ["Okafor, Chidinma"]


def test_an_arrived_patient_who_must_go_is_only_scheduled_for_the_other_day(desk: Desk, clock: FixedClock) -> None:
    waiting = desk.book(1, session(0, "14:00", 1)).appointment_ids[0]
    clock.at = datetime(2026, 11, 30, 19, 50, tzinfo=UTC)
    desk.services.floor.change_status(DESK, waiting, 1, Status.ARRIVED)
    plan = propose(desk, Outage(OutageKind.CLINIC, 1, on(0, "14:00")))
    assert plan.cost == RepairCost(sent=1, arrived_sent=1)
    desk.services.repair.apply(DESK, plan)
    assert desk.visit(waiting).status is Status.SCHEDULED
    assert desk.visit(waiting).starts_at == on(1, "14:00")
    desk.services.history.undo(DESK)
    assert desk.visit(waiting).status is Status.ARRIVED


def test_a_nurse_who_is_out_is_absent_and_the_day_is_short_of_her_afterwards(desk: Desk) -> None:
    shifts = [
        ShiftRow(user_id=user, location_id=1, starts_at=on(0, "08:00"), ends_at=on(0, "17:00"), breaks=[])
        for user in (NURSE.id, NURSE_2.id)
    ]
    write(desk.store, shifts)
    desk.services.repair.apply(DESK, propose(desk, nurse_leaves("11:00")))
    (away,) = rows_of(desk.store, AbsenceRow)
    assert isinstance(away, AbsenceRow)
    assert (away.user_id, away.starts_at, away.ends_at, away.reason) == (2, on(0, "11:00"), on(1, "00:00"), "sick")
    on_duty = {point.at: point.on_duty for point in desk.day(0).load}
    assert (on_duty[10 * 60 + 55], on_duty[11 * 60]) == (2, 1)
    with pytest.raises(Invalid, match="Maria Ortiz is not on duty then"):
        propose(desk, Outage(OutageKind.NURSE, NURSE.id, on(0, "12:00")))


def test_where_only_the_usual_number_is_known_a_nurse_who_leaves_is_one_less(desk: Desk) -> None:
    desk.book(1, session(0, "13:00", 1))
    desk.book(2, session(0, "13:00", 2))
    plan = propose(desk, nurse_leaves("11:00"))
    assert (plan.cost.sent, plan.cost.moved) == (0, 1)
    desk.services.repair.apply(DESK, plan)
    on_duty = {point.at: point.on_duty for point in desk.day(0).load}
    assert (on_duty[10 * 60 + 55], on_duty[11 * 60]) == (2, 1)
    assert {point.on_duty for point in desk.day(1).load} == {2}
    assert all(point.capacity_ok for point in desk.day(0).load)


def test_without_the_only_prescriber_nobody_is_infused(desk: Desk) -> None:
    desk.book(1, session(0, "13:00", 1))
    plan = propose(desk, Outage(OutageKind.PRESCRIBER, PRESCRIBER.id, on(0, "12:00"), on(0, "14:00"), "court"))
    assert told(plan) == [("Silva, João", "Mon 13:00 on 1", "Mon 13:30 on 1", True)]  # the infusion begins at 14:00
    desk.services.repair.apply(DESK, plan)
    assert desk.board() == [("Silva, João", "13:30", 1, "scheduled")]


def test_patients_in_chairs_without_a_nurse_are_named(desk: Desk, clock: FixedClock) -> None:
    for patient, chair in ((1, 1), (2, 2)):
        visit = desk.book(patient, session(0, "09:00", chair)).appointment_ids[0]
        clock.at = datetime(2026, 11, 30, 15, 10, tzinfo=UTC)
        arrived = desk.services.floor.change_status(DESK, visit, 1, Status.ARRIVED)
        desk.services.floor.change_status(NURSE, visit, arrived.version, Status.CHECKED_IN)
        clock.at = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    clock.at = datetime(2026, 11, 30, 15, 15, tzinfo=UTC)
    plan = propose(desk, nurse_leaves("09:15"))
    assert plan.moves == ()
    (finding,) = plan.findings
    assert finding.message == (
        "Too few nurses from 09:20 to 09:45: 2 in set-up and 0 monitored, with 1 on duty. "
        "There then: Silva, João; Okafor, Chidinma."
    )
    desk.services.repair.apply(DESK, plan)
    assert len(rows_of(desk.store, AbsenceRow)) == 1


def test_the_call_list_has_numbers_old_and_new_times_soonest_first(desk: Desk) -> None:
    with desk.store.writing(Op.EDIT_PATIENT) as writing:
        for number in (1, 2, 3):
            row = writing.session.get(PatientRow, number)
            assert row is not None
            row.phone, row.language, row.interpreter = f"(312) 555-014{number}", "Português", number == 1
    desk.book(1, session(0, "13:00", 1))
    desk.book(2, session(0, "09:00", 1))
    desk.book(3, session(0, "09:00", 2))
    plan = propose(desk, Outage(OutageKind.CLINIC, 1, on(0, "09:00"), on(0, "10:00"), "Power cut"))
    calls = desk.services.repair.call_list(DESK, desk.services.repair.apply(DESK, plan).repair_id)
    assert calls.out == ("The clinic closed from 09:00 to 10:00: Power cut",)
    assert (calls.location_name, calls.day, calls.made_by) == ("Riverside", MONDAY, "Ada Petrov")
    first, second = calls.calls[:2]
    assert {first.patient_name, second.patient_name} == {"Okafor, Chidinma", "Nguyễn, Thị Minh"}
    assert (first.was.starts_at, first.was.ends_at) == (on(0, "09:00"), on(0, "10:40"))
    assert first.to is not None
    assert (first.to.starts_at, first.another_day, first.outcome) == (on(0, "10:00"), False, "")
    assert (first.label, first.language, first.interpreter) == ("1 of 1", "Português", False)
    past = desk.services.repair.latest(DESK, 1, MONDAY)
    assert past is not None
    assert (past.repair_id, past.calls, past.made_by) == (calls.repair_id, len(calls.calls), "Ada Petrov")
    assert desk.services.repair.latest(DESK, 1, TUESDAY) is None


def test_a_line_says_when_the_promised_place_no_longer_holds(desk: Desk) -> None:
    visit = desk.book(1, session(0, "13:00", 1)).appointment_ids[0]
    desk.book(2, session(0, "13:00", 2))
    plan = propose(desk, chair_fails(1, "12:00"))
    applied = desk.services.repair.apply(DESK, plan)
    moved = next(m.card.appointment.id for m in plan.moves)
    desk.services.booking.move(DESK, moved, desk.visit(moved).version, 2, on(1, "09:00"))
    (line,) = desk.services.repair.call_list(DESK, applied.repair_id).lines
    assert line.to is not None
    assert (line.to.starts_at, line.stands) == (on(1, "09:00"), False)
    assert visit in {1, 2}


def test_who_moved_a_visit_meanwhile_is_not_overrun(desk: Desk) -> None:
    visit = desk.book(1, session(0, "13:00", 1)).appointment_ids[0]
    plan = propose(desk, chair_fails(1, "11:00"))
    desk.services.booking.move(DESK, visit, 1, 1, on(0, "14:00"))
    with pytest.raises(Stale, match=r"changed at another desk meanwhile\. Nothing was saved"):
        desk.services.repair.apply(DESK, plan)
    assert desk.board() == [("Silva, João", "14:00", 1, "scheduled")]
    assert rows_of(desk.store, ClosureRow) == []


def test_who_booked_into_the_trouble_meanwhile_is_not_forgotten(desk: Desk) -> None:
    desk.book(1, session(0, "13:00", 1))
    plan = propose(desk, nurse_leaves("11:00"))
    assert plan.moves == ()
    desk.book(2, session(0, "13:00", 2))
    with pytest.raises(Stale, match="plan the repair again"):
        desk.services.repair.apply(DESK, plan)
    assert rows_of(desk.store, AbsenceRow) == []
    desk.services.repair.apply(DESK, propose(desk, nurse_leaves("11:00")))
    assert all(point.capacity_ok for point in desk.day(0).load)


def test_a_booking_elsewhere_on_the_day_does_not_spoil_the_plan(desk: Desk) -> None:
    desk.book(1, session(0, "13:00", 1))
    plan = propose(desk, chair_fails(1, "11:00"))
    desk.book(2, session(0, "09:00", 2))
    desk.services.repair.apply(DESK, plan)
    assert desk.board()[1] == ("Silva, João", "13:00", 2, "scheduled")


def test_undo_is_refused_when_the_patient_was_changed_since(desk: Desk) -> None:
    desk.book(1, session(0, "13:00", 2))
    desk.services.repair.apply(DESK, propose(desk, chair_fails(2, "13:00", "14:00")))
    desk.services.floor.change_status(DESK, 1, desk.visit(1).version, Status.CONFIRMED)
    with pytest.raises(Stale, match="changed the visit of Silva, João since"):
        desk.services.history.undo(DESK)
    assert desk.board() == [("Silva, João", "13:00", 1, "confirmed")]


def test_a_place_chosen_by_hand_is_kept_and_the_rest_planned_around_it(desk: Desk) -> None:
    """Left alone, the visit goes to chair 2; put to Tuesday by hand, it stays there and costs a day."""
    visit = desk.book(1, session(0, "13:00", 1)).appointment_ids[0]
    plan = propose(desk, chair_fails(1, "11:00"), fixed=(VisitMove(visit, 1, 1, on(1, "13:00")),))
    assert told(plan) == [("Silva, João", "Mon 13:00 on 1", "Tue 13:00 on 1", True)]
    assert plan.cost == RepairCost(sent=1)
    at_nine = propose(desk, chair_fails(1, "11:00"), fixed=(VisitMove(visit, 1, 2, on(0, "09:00")),))
    assert (told(at_nine)[0][2], at_nine.moves[0].fixed) == ("Mon 09:00 on 2", True)


def test_what_speaks_against_a_place_chosen_by_hand_is_said_and_not_saved(desk: Desk) -> None:
    visit = desk.book(1, session(0, "13:00", 1)).appointment_ids[0]
    plan = propose(desk, chair_fails(1, "11:00"), fixed=(VisitMove(visit, 1, 1, on(0, "14:00")),))
    assert [finding.code for finding in plan.findings if finding.severity == "block"] == ["closed"]
    with pytest.raises(Refused, match="Chair 1 is closed"):
        desk.services.repair.apply(DESK, plan)
    assert desk.board() == [("Silva, João", "13:00", 1, "scheduled")]


def test_what_cannot_be_is_refused_with_a_sentence(desk: Desk, clock: FixedClock) -> None:
    with pytest.raises(Invalid, match="Say who or what is out"):
        propose(desk)
    with pytest.raises(Invalid, match="must end after it begins"):
        propose(desk, chair_fails(1, "12:00", "12:00"))
    with pytest.raises(Invalid, match="not on the day to be repaired"):
        propose(desk, chair_fails(1, "12:00", day=1))
    with pytest.raises(NotFound, match="no such chair"):
        propose(desk, chair_fails(9, "12:00"))
    with pytest.raises(NotFound, match="no such nurse"):
        propose(desk, nurse_leaves("12:00", PRESCRIBER.id))
    clock.at = datetime(2026, 12, 1, 15, tzinfo=UTC)
    with pytest.raises(Invalid, match="This day has passed"):
        propose(desk, chair_fails(1, "12:00"))


def test_a_plan_the_rules_refuse_is_never_shown(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, expected_log: list[logging.LogRecord]
) -> None:
    """A search gone wrong would put two patients on one chair."""
    from ketaclinic.domain.findings import ClinicError
    from ketaclinic.planning import day_repair

    desk.book(1, session(0, "09:00", 1))
    desk.book(2, session(0, "13:00", 2))
    good = day_repair.repair

    def wrong(*given: object) -> day_repair.Repaired:
        found = good(*given)  # type: ignore[arg-type]
        return replace(found, places={1: found.places[2], 2: found.places[2]})

    monkeypatch.setattr(day_repair, "repair", wrong)
    with pytest.raises(ClinicError, match="did not pass the booking rules; nothing was changed"):
        propose(desk, chair_fails(1, "08:00"))
    assert "refused" in expected_log[0].getMessage()
    assert "Silva" not in expected_log[0].getMessage()


def test_who_may_be_out_are_those_on_duty(desk: Desk) -> None:
    found = desk.services.repair.choices(DESK, 1, MONDAY)
    assert [name for _, name, _ in found.nurses] == ["Maria Ortiz", "Sam Lee"]
    assert [name for _, name, _ in found.prescribers] == ["Rotimi Adeyemi"]
    assert [name for _, name in found.chairs] == ["Chair 1", "Chair 2"]
    write(
        desk.store,
        [ShiftRow(user_id=NURSE_2.id, location_id=1, starts_at=on(0, "08:00"), ends_at=on(0, "17:00"), breaks=[])],
    )
    assert [name for _, name, _ in desk.services.repair.choices(DESK, 1, MONDAY).nurses] == ["Sam Lee"]
