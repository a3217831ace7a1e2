"""Open starts, counted in bulk, are those that a minute-by-minute walk finds."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ketaclinic.domain.booking_rules import check_booking
from ketaclinic.domain.booking_situation import BusyTime, ClosedStretch, PatientVisit, Wanted, situation_on
from ketaclinic.domain.findings import blocking
from ketaclinic.domain.protocols import NurseNeeds, Phases
from ketaclinic.domain.resources import Hours, Location
from ketaclinic.domain.wishes import PlannedSession
from ketaclinic.planning.capacity import free_starts, open_starts
from ketaclinic.planning.request import SeriesRequest
from tests.planning.builders_planning import (
    LIMITS,
    MONDAY,
    NURSE,
    PHASES,
    TriedAll,
    a_location,
    a_protocol,
    a_request,
    a_visit,
    at,
    busy,
    chairs,
)


def starts_on(day: int, taken: BusyTime, phases: Phases = PHASES, nurse: NurseNeeds = NURSE) -> list[tuple[str, int]]:
    found = free_starts(taken, phases, nurse, LIMITS, None)
    return [
        (f"{start.starts_at:%H:%M}", start.chair_id)
        for start in found
        if start.starts_at.date() == MONDAY + timedelta(days=day)
    ]


def test_an_empty_day_is_open_from_the_first_hour_to_the_last_start() -> None:
    starts = [clock for clock, _ in starts_on(0, busy(days=1))]
    # Infusion from start + 30, 40 minutes, then an hour of recovery at worst: 17:00 less 130 minutes is 14:50.
    assert starts[0] == "08:00"
    assert starts[-1] == "14:45"


def test_a_visit_holds_its_chair_from_prep_to_turnover() -> None:
    taken = busy(chair_count=2, days=1, visits=(a_visit(1, 1, at(0, "10:00")),))
    on_chair_1 = [clock for clock, chair in starts_on(0, taken) if chair == 1]
    assert on_chair_1[0] == "08:00"  # ends at 09:55
    assert on_chair_1[1] == "12:00"  # from 11:55 on
    assert ("10:30", 2) in starts_on(0, taken)


def test_a_visit_off_the_grid_is_kept_clear_of_to_the_minute() -> None:
    taken = busy(days=1, visits=(a_visit(1, 1, at(0, "09:55")),))
    assert starts_on(0, taken)[:2] == [("08:00", 1), ("12:00", 1)]  # 08:00 ends at 09:55 sharp; 11:50 is free again


def test_two_nurses_set_up_two_patients_at_a_time_and_no_third() -> None:
    location = a_location(nurses=2)
    taken = busy(location, 3, 1, (a_visit(1, 1, at(0, "09:00")), a_visit(2, 2, at(0, "09:00"))))
    on_chair_3 = [clock for clock, chair in starts_on(0, taken) if chair == 3]
    # Set-up 09:20 to 09:45 takes both nurses; a third visit's own set-up is 20 to 45 minutes after its start, and until
    # the two leave at 10:40 one nurse watches both of them.
    assert "08:15" not in on_chair_3  # would be monitored from 09:00 to 09:55 with no nurse left at 09:20
    assert "09:15" not in on_chair_3
    assert "09:30" in on_chair_3  # set-up 09:50 to 10:15: one nurse for it, the other for the two


def test_shifts_count_instead_of_the_usual_nurses_on_their_day_alone() -> None:
    shifts = ((7, at(0, "08:00"), at(0, "12:00")),)
    taken = busy(a_location(nurses=3), 1, 2, shifts=shifts)
    assert [clock for clock, _ in starts_on(0, taken)][-1] == "10:15"  # recovery over at 11:55; the nurse goes at 12:00
    assert [clock for clock, _ in starts_on(1, taken)][-1] == "14:45"


def test_one_nurse_entered_twice_is_one_nurse() -> None:
    shifts = ((7, at(0, "08:00"), at(0, "14:00")), (7, at(0, "09:00"), at(0, "17:00")))
    visits = (a_visit(1, 1, at(0, "09:00")),)
    taken = busy(a_location(nurses=0), 2, 1, visits, shifts=shifts)
    assert "09:00" not in [clock for clock, chair in starts_on(0, taken) if chair == 2]


def test_where_prescribers_are_entered_one_is_there_from_infusion_to_the_end_of_recovery() -> None:
    there = (
        (9, at(0, "09:00"), at(0, "12:00")),
        (8, at(0, "12:00"), at(0, "14:00")),
        (9, at(2, "00:00"), at(2, "00:00")),
    )
    taken = busy(days=3, prescribers=there)
    starts = [clock for clock, _ in starts_on(0, taken)]
    # Infusion begins 30 minutes after the start, recovery ends 100 minutes after it: 09:00 less 30, 14:00 less 100.
    assert (starts[0], starts[-1]) == ("08:30", "12:15")
    assert "11:30" in starts  # one prescriber takes over from the other at noon
    assert [clock for clock, _ in starts_on(1, taken)][-1] == "14:45"  # none is entered: one is taken to be there
    assert starts_on(2, taken) == []  # entered, but away all day


def test_a_day_whose_nurses_are_all_away_has_none_instead_of_the_usual_number() -> None:
    taken = busy(a_location(nurses=3), 1, 2, shifts=((7, at(0, "08:00"), at(0, "08:00")),))
    assert starts_on(0, taken) == []
    assert starts_on(1, taken)[0] == ("08:00", 1)


def test_a_closure_of_several_days_closes_each_of_them() -> None:
    holiday = ClosedStretch(None, at(0, "12:00"), at(2, "10:00"), "Renovation")
    taken = busy(days=3, closures=(holiday,))
    assert [clock for clock, _ in starts_on(0, taken)] == [
        "08:00",
        "08:15",
        "08:30",
        "08:45",
        "09:00",
        "09:15",
        "09:30",
        "09:45",
        "10:00",
    ]
    assert starts_on(1, taken) == []
    assert starts_on(2, taken)[0] == ("10:00", 1)


def test_a_chair_taken_out_of_use_is_free_until_that_day() -> None:
    taken = busy(days=3)
    retired = replace(taken, chairs=(replace(chairs(1)[0], retired_on=date(2026, 12, 1)),))
    assert starts_on(0, retired)
    assert starts_on(1, retired) == []


def test_a_lunch_break_in_the_hours_splits_the_day() -> None:
    hours = (Hours(0, time(8), time(12)), Hours(0, time(13), time(17)))
    location = Location(1, "Riverside", "America/Chicago", hours=hours, usual_nurses=(4,) * 7)
    starts = [clock for clock, _ in starts_on(0, busy(location, days=1))]
    assert starts[0] == "08:00"
    assert "09:45" in starts  # 09:45 + 130 = 11:55
    assert "10:00" not in starts
    assert "13:00" in starts


# --- anything at all -------------------------------------------------------------------------------------------------

visits = st.lists(
    st.tuples(
        st.integers(1, 2),  # chair
        st.integers(0, 3),  # day
        st.integers(7 * 60, 12 * 60),  # start, to the minute
        st.sampled_from([Phases(30, 40, 30, 15), Phases(7, 31, 12, 3), Phases(0, 60, 60, 0)]),
        st.tuples(st.integers(0, 20), st.integers(0, 25), st.integers(1, 3)),
    ),
    max_size=6,
)


@given(
    visits=visits,
    nurses=st.integers(0, 2),
    shifts=st.lists(st.tuples(st.integers(1, 2), st.integers(0, 4 * 96 - 1), st.integers(0, 60)), max_size=3),
    prescribers=st.lists(st.tuples(st.integers(3, 4), st.integers(0, 4 * 1440 - 1), st.integers(0, 900)), max_size=5),
    closed=st.lists(
        st.tuples(st.sampled_from([None, 1, 2]), st.integers(0, 4 * 1440), st.integers(1, 2000)), max_size=2
    ),
    own=st.lists(st.tuples(st.integers(0, 4 * 1440), st.sampled_from(["mood", "pain"])), max_size=1),
    now=st.none() | st.integers(0, 2 * 1440),
    grid=st.sampled_from([15, 20]),
)
@settings(max_examples=60)
def test_open_starts_are_those_of_the_walk_and_of_the_booking_rules(
    visits: list[tuple[int, int, int, Phases, tuple[int, int, int]]],
    nurses: int,
    shifts: list[tuple[int, int, int]],
    prescribers: list[tuple[int, int, int]],
    closed: list[tuple[int | None, int, int]],
    own: list[tuple[int, str]],
    now: int | None,
    grid: int,
) -> None:
    midnight = at(0, "00:00")
    location = a_location(time(7, 30), time(13), nurses=nurses)
    taken = busy(
        location,
        2,
        4,
        tuple(
            a_visit(number, chair, midnight + day * 1440 + minute, phases, NurseNeeds(*nurse))
            for number, (chair, day, minute, phases, nurse) in enumerate(visits, start=1)
        ),
        tuple(
            ClosedStretch(chair, midnight + starts, midnight + starts + length, "x") for chair, starts, length in closed
        ),
        tuple((user, midnight + starts * 15, midnight + (starts + length) * 15) for user, starts, length in shifts),
        tuple(PatientVisit(99, 9, family, midnight + starts, midnight + starts + 100) for starts, family in own),
        tuple((user, midnight + starts, midnight + starts + length) for user, starts, length in prescribers),
    )
    phases, nurse = Phases(20, 40, 30, 12), NurseNeeds(10, 25, 2)
    protocol = a_protocol(1, phases, nurse)
    request: SeriesRequest = replace(
        a_request(protocol), limits=replace(LIMITS, grid=grid), now=None if now is None else midnight + now
    )
    without_patient = replace(taken, patient_visits=())
    walked = set(TriedAll(request, without_patient).places())
    capacity = open_starts(without_patient, phases, nurse, request.limits, request.now)
    counted = {
        (day, int(capacity.starts[start]), capacity.chair_ids[chair])
        for start, day, chair in zip(*capacity.free.nonzero(), strict=True)
    }
    assert counted == walked
    may_be = set(TriedAll(request, taken).places())
    days = [MONDAY + timedelta(days=n) for n in range(4)]
    situation = situation_on(taken, days, request.limits, request.now)
    for number, day in enumerate(days):
        for minute in range(7 * 60, 13 * 60, grid):
            for chair in (1, 2):
                starts = datetime.combine(day, time()) + timedelta(minutes=minute)
                planned = PlannedSession(starts, starts + timedelta(minutes=phases.total), chair)
                wanted = Wanted("mood", phases, nurse, protocol.gaps, protocol.window_days, (planned,))
                free = not blocking(check_booking(wanted, situation))
                assert free == ((number, minute, chair) in may_be)
