"""The table of status transitions, and the phases of a visit."""

from datetime import datetime

from ketaclinic.domain.appointments import (
    FREES_THE_CHAIR,
    MOVABLE,
    OVER,
    TRANSITIONS,
    Appointment,
    Status,
    transition,
    transitions_from,
)
from ketaclinic.domain.protocols import PhaseKind, Phases


def test_a_visit_goes_from_scheduled_to_discharged_by_its_usual_steps() -> None:
    way = [Status.SCHEDULED, Status.CONFIRMED, Status.ARRIVED, Status.CHECKED_IN, Status.INFUSING, Status.RECOVERING]
    for source, target in zip(way, [*way[1:], Status.READY], strict=True):
        assert transitions_from(source)[0].target is target
    assert transition(Status.READY, Status.DISCHARGED) is not None


def test_the_steps_at_the_chair_are_made_by_charting_alone() -> None:
    clinical = {(t.source, t.target) for t in TRANSITIONS if t.clinical}
    assert clinical == {
        (Status.CHECKED_IN, Status.INFUSING),
        (Status.INFUSING, Status.RECOVERING),
        (Status.RECOVERING, Status.READY),
        (Status.READY, Status.RECOVERING),
        (Status.RECOVERING, Status.DISCHARGED),
        (Status.READY, Status.DISCHARGED),
    }


def test_no_step_stands_in_the_table_twice_and_none_leads_out_of_the_end() -> None:
    pairs = [(t.source, t.target) for t in TRANSITIONS]
    assert len(set(pairs)) == len(pairs)
    out_of_the_end = {t.source for t in TRANSITIONS} & OVER
    assert out_of_the_end == {Status.NO_SHOW}  # "arrived after all"
    over_or_begun = OVER | {Status.INFUSING, Status.RECOVERING, Status.READY}
    assert not MOVABLE & over_or_begun
    assert {Status.PROPOSED} == MOVABLE & FREES_THE_CHAIR  # what is to place has no place yet


def test_the_phases_follow_one_another_on_the_wall() -> None:
    visit = Appointment(
        1, 1, 1, 1, 1, datetime(2026, 11, 30, 9), datetime(2026, 11, 30, 10, 55), Phases(30, 40, 30, 15),
        Status.SCHEDULED, 1,
    )  # fmt: skip
    assert visit.phase_starts() == (
        (PhaseKind.PREP, datetime(2026, 11, 30, 9), datetime(2026, 11, 30, 9, 30)),
        (PhaseKind.INFUSION, datetime(2026, 11, 30, 9, 30), datetime(2026, 11, 30, 10, 10)),
        (PhaseKind.RECOVERY, datetime(2026, 11, 30, 10, 10), datetime(2026, 11, 30, 10, 40)),
        (PhaseKind.TURNOVER, datetime(2026, 11, 30, 10, 40), datetime(2026, 11, 30, 10, 55)),
    )
