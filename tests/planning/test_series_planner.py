"""The best complete series is the best of all there are, and what is proposed besides it is truly different."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import combinations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ketaclinic.domain.booking_rules import check_booking, spacing_findings
from ketaclinic.domain.booking_situation import BusyTime, ClosedStretch, PatientVisit, Wanted, situation_on
from ketaclinic.domain.findings import blocking
from ketaclinic.domain.protocols import Gaps, NurseNeeds, Phases
from ketaclinic.domain.wishes import PlannedSession, Proposal
from ketaclinic.planning.request import CourseSoFar, SeriesRequest
from ketaclinic.planning.series_planner import nearest_starts, obstacles, propose
from ketaclinic.planning.weights import PlannerWeights, weights_from
from tests.planning.builders_planning import (
    LIMITS,
    MONDAY,
    WEIGHTS,
    TriedAll,
    a_location,
    a_protocol,
    a_request,
    a_visit,
    at,
    busy,
)


def days_and_times(proposal: Proposal) -> list[str]:
    return [f"{session.starts_at:%a %d %b %H:%M}" for session in proposal.sessions]


def test_an_empty_clinic_gives_monday_and_thursday_at_the_first_hour() -> None:
    best, *_ = propose(a_request(), busy(chair_count=2))
    assert days_and_times(best) == [
        "Mon 30 Nov 08:00",
        "Thu 03 Dec 08:00",
        "Mon 07 Dec 08:00",
        "Thu 10 Dec 08:00",
        "Mon 14 Dec 08:00",
        "Thu 17 Dec 08:00",
    ]
    assert best.title == "Mon · Thu at 08:00"
    assert best.summary == "17 days · same time · Chair 1"
    assert best.remark == "every wish kept"
    assert best.gaps == (3, 4, 3, 4, 3)
    assert best.cost == 1000
    assert best.why == ("Ends 17 days after the first date wished. (1000)",)


def test_the_others_differ_in_weekdays_time_of_day_and_week() -> None:
    proposals = propose(a_request(), busy(chair_count=2))
    assert [(p.title, p.remark) for p in proposals] == [
        ("Mon · Thu at 08:00", "every wish kept"),
        ("Mon · Thu at 11:00", "every wish kept"),
        ("Tue · Fri at 08:00", "starts a day later"),
        ("Tue · Fri at 11:00", "starts a day later"),
        ("Mon · Thu at 08:00", "starts 7 days later"),
    ]
    assert days_and_times(proposals[4])[0] == "Mon 07 Dec 08:00"
    assert [p.cost for p in proposals] == sorted(p.cost for p in proposals)


def test_where_a_thursday_is_full_until_two_every_session_goes_to_two() -> None:
    thursday = tuple(a_visit(n, 1, at(10, clock)) for n, clock in enumerate(["08:00", "10:00", "12:00"], start=1))
    request = a_request(weekdays=frozenset({0, 3}))
    best, *_ = propose(request, busy(visits=thursday))
    assert (best.title, best.summary) == ("Mon · Thu at 14:00", "17 days · same time · Chair 1")
    assert best.why == (
        "Ends 17 days after the first date wished. (1000)",
        "Later in the day than 08:00, the earliest time. (360)",
    )


def test_one_session_at_another_time_is_named() -> None:
    thursday = tuple(a_visit(n, 1, at(10, clock)) for n, clock in enumerate(["08:00", "10:00", "12:00"], start=1))
    afternoons = tuple(a_visit(9 + day, 1, at(day, "14:00")) for day in (0, 3, 7, 14, 17))
    closed_soon = busy(visits=thursday + afternoons, days=19)  # nothing can be put off
    best, *_ = propose(a_request(weekdays=frozenset({0, 3})), closed_soon)
    assert best.title == "Mon · Thu around 12:00"  # the nearest to 14:00 that the other days have
    assert best.summary == "17 days · two clock times · Chair 1"
    assert best.remark == "session 4 at 14:00"
    assert "Session 4 at 14:00, 120 minutes off the clock time before. (4400)" in best.why


@pytest.mark.parametrize(
    ("wish", "first"),
    [
        ({"weekdays": frozenset({2, 4})}, "Wed 02 Dec 08:00"),
        ({"earliest": time(10, 5)}, "Mon 30 Nov 10:15"),
        ({"earliest": time(13), "latest": time(13, 20)}, "Mon 30 Nov 13:00"),
        ({"first_day": date(2026, 12, 5)}, "Mon 07 Dec 08:00"),
        ({"count": 1}, "Mon 30 Nov 08:00"),
    ],
)
def test_wishes_are_kept(wish: dict[str, object], first: str) -> None:
    best, *_ = propose(a_request(**wish), busy(chair_count=2))
    assert days_and_times(best)[0] == first
    assert len(best.sessions) == wish.get("count", 6)


def test_the_chair_wished_for_is_the_only_one() -> None:
    taken = busy(chair_count=3, visits=(a_visit(1, 2, at(0, "08:00")),))
    best, *_ = propose(a_request(chair_id=2), taken)
    assert {session.chair_id for session in best.sessions} == {2}
    assert days_and_times(best)[0] == "Mon 30 Nov 10:00"


def test_the_same_clock_time_is_worth_a_later_hour_but_only_where_it_is_wished() -> None:
    taken = busy(visits=(a_visit(1, 1, at(3, "08:00")),))  # Thursday 08:00 is gone
    wished = {"weekdays": frozenset({0, 3})}
    steady, *_ = propose(a_request(**wished), taken)
    assert steady.title == "Mon · Thu at 10:00"
    loose, *_ = propose(a_request(same_time=False, **wished), taken)
    assert loose.title == "Mon · Thu at 10:00"  # a change of 50 points and 120 minutes costs more than later mornings
    light = replace(WEIGHTS, time_change=0, time_minute=0)
    free, *_ = propose(replace(a_request(same_time=False, **wished), weights=light), taken)
    assert [session.starts_at.hour for session in free.sessions] == [8, 10, 8, 8, 8, 8]
    assert free.summary == "17 days · two clock times · Chair 1"


def test_a_pinned_session_stays_and_the_others_are_planned_around_it() -> None:
    pinned = PlannedSession(datetime(2026, 12, 9, 9, 20), datetime(2026, 12, 9, 11, 15), 2)
    best, *_ = propose(a_request(pinned=(pinned,)), busy(chair_count=2))
    assert pinned in best.sessions
    assert len(best.sessions) == 6
    assert all(2 <= gap <= 7 for gap in best.gaps)


def test_a_pinned_session_may_be_before_the_first_date_and_outside_the_wishes() -> None:
    pinned = PlannedSession(datetime(2026, 12, 1, 14), datetime(2026, 12, 1, 15, 55), 1)
    request = a_request(first_day=date(2026, 12, 3), weekdays=frozenset({0, 3}), latest=time(9), pinned=(pinned,))
    assert request.first_day == date(2026, 12, 1)
    taken = replace(busy(), first_midnight=at(1, "00:00"), days=request.days)
    best, *_ = propose(request, taken)
    assert days_and_times(best)[0] == "Tue 01 Dec 14:00"
    assert {session.starts_at.weekday() for session in best.sessions[1:]} <= {0, 3}


def test_nothing_is_proposed_before_now() -> None:
    request = replace(a_request(), now=at(0, "13:30"))
    best, *_ = propose(request, busy())
    assert all(session.starts_at >= datetime(2026, 11, 30, 13, 30) for session in best.sessions)


def test_the_least_gap_holds_against_the_patients_other_visits_of_the_family() -> None:
    other = PatientVisit(50, 9, "mood", at(0, "09:00"), at(0, "10:40"))
    best, *_ = propose(a_request(count=1), busy(patient_visits=(other,)))
    assert best.sessions[0].starts_at == datetime(2026, 12, 2, 8)
    pain = replace(other, family="pain")
    best, *_ = propose(a_request(count=1), busy(patient_visits=(pain,)))
    assert best.sessions[0].starts_at == datetime(2026, 12, 1, 8)  # another course: only never on the same day


def test_maintenance_goes_on_at_the_gap_where_it_stands() -> None:
    protocol = a_protocol(4, gaps=Gaps(7, 60, ((7, 7), (14, 14), (28, 28))), window=None)
    first, *_ = propose(a_request(protocol), busy(days=133))
    assert first.gaps == (7, 14, 28)
    later = replace(a_request(protocol), first_position=5)
    best, *_ = propose(later, busy(days=later.days))
    assert best.gaps == (28, 28, 28)


def test_where_there_is_no_series_it_says_which_wish_stands_in_the_way() -> None:
    monday_alone = a_request(weekdays=frozenset({0}), chair_id=1)
    assert propose(monday_alone, busy(chair_count=2)) == ()  # six Mondays take 35 days; the window is 21
    findings = obstacles(monday_alone, busy(chair_count=2))
    assert [(f.code, f.subject) for f in findings] == [("no-series", ""), ("would-do", "weekdays")]
    assert findings[0].message == ("No complete series of 6 keeps every rule and wish from Mon 30 Nov to Mon 22 Feb.")
    assert findings[1].message == "There is one on other weekdays as well."


def test_where_no_wish_stands_in_the_way_it_says_how_many_sessions_fit() -> None:
    two_weeks = busy(days=12)
    assert [(f.code, f.subject, f.message) for f in obstacles(a_request(), two_weeks)[1:]] == [
        ("would-do", "count", "There is one of 5 sessions.")
    ]
    closed = ClosedStretch(None, at(0, "00:00"), at(12, "00:00"), "Flood")
    assert [f.message for f in obstacles(a_request(), replace(two_weeks, closures=(closed,)))[1:]] == [
        "Not a single session fits in these days."
    ]


def test_the_nearest_starts_keep_the_chair_where_it_is_free() -> None:
    taken = busy(chair_count=2, days=3, visits=(a_visit(1, 1, at(0, "10:00")), a_visit(2, 2, at(0, "09:00"))))
    request = a_request(count=1)
    found = nearest_starts(request, taken, datetime(2026, 11, 30, 10), 1, most=3)
    assert [(f"{s.starts_at:%H:%M}", s.chair_id) for s in found] == [("11:00", 2), ("11:15", 2), ("11:30", 2)]


def test_the_window_is_kept_even_where_the_cheapest_gaps_break_it() -> None:
    """Targets of 7 days cost nothing, but six sessions of them take 35 days: the planner must squeeze."""
    protocol = a_protocol(4, gaps=Gaps(2, 7, ((7, 7),)), window=12)
    request = a_request(protocol)
    best, *_ = propose(request, busy(days=29))
    assert sum(best.gaps) <= 12
    assert best.cost == min(cost for cost, _ in TriedAll(_at_one_hour(request), busy(days=15)).series())


def _at_one_hour(request: SeriesRequest) -> SeriesRequest:
    return replace(request, wishes=replace(request.wishes, latest=time(8)))


# --- against everything there is -------------------------------------------------------------------------------------

points = st.sampled_from([0, 1, 7, 50, 100, 1000])
all_weights = st.builds(
    PlannerWeights,
    gap_day=points,
    same_time_change=points,
    same_time_minute=st.sampled_from([0, 1, 20]),
    time_change=points,
    time_minute=st.sampled_from([0, 1, 5]),
    chair_change=points,
    first_day=points,
    finish_week=points,
    late_hour=points,
    preferred_chair=points,
    other_time=st.just(60),
)
small_clinics = st.fixed_dictionaries(
    {
        "chair_count": st.integers(1, 2),
        "visits": st.lists(st.tuples(st.integers(1, 2), st.integers(0, 8), st.integers(8 * 12, 11 * 12)), max_size=9),
        "nurses": st.integers(1, 2),
        "closed": st.lists(st.tuples(st.sampled_from([None, 1]), st.integers(0, 8)), max_size=1),
        "own": st.lists(st.integers(0, 8), max_size=1),
    }
)
SHORT = Phases(10, 30, 15, 5)


def a_small_clinic(wish: dict[str, object]) -> BusyTime:
    midnight = at(0, "00:00")
    nurse = NurseNeeds(5, 15, 2)
    return busy(
        replace(a_location(time(8), time(11, 30), days=6, nurses=int(wish["nurses"]))),  # type: ignore[call-overload]
        wish["chair_count"],  # type: ignore[arg-type]
        9,
        tuple(
            a_visit(number, chair, midnight + day * 1440 + five * 5, SHORT, nurse)
            for number, (chair, day, five) in enumerate(wish["visits"], start=1)  # type: ignore[arg-type, var-annotated]
        ),
        tuple(
            ClosedStretch(chair, midnight + day * 1440, midnight + day * 1440 + 600, "Fair")
            for chair, day in wish["closed"]  # type: ignore[attr-defined]
        ),
        patient_visits=tuple(
            PatientVisit(99, 9, "mood", midnight + day * 1440 + 540, midnight + day * 1440 + 600)
            for day in wish["own"]  # type: ignore[attr-defined]
        ),
    )


@given(
    clinic=small_clinics,
    weights=all_weights,
    gaps=st.sampled_from([Gaps(1, 3, ((1, 2),)), Gaps(2, 4, ((3, 3), (2, 2))), Gaps(1, 8, ((4, 5),))]),
    window=st.sampled_from([None, 3, 4, 6]),
    same_time=st.booleans(),
    weekdays=st.sampled_from([frozenset(), frozenset({0, 2, 4}), frozenset({1, 2, 3, 5})]),
    earliest=st.sampled_from([None, time(8, 30)]),
    pinned=st.lists(st.tuples(st.integers(0, 8), st.sampled_from([495, 510, 545])), max_size=1),
    count=st.integers(1, 3),
    first=st.integers(0, 1),
    preferred=st.sampled_from([None, 1, 2, 7]),
)
@example(  # the cheap begins on other weekdays are all much like the best: the one wholly elsewhere must not be missed
    clinic={"visits": [], "closed": [(1, 2)], "chair_count": 1, "nurses": 2, "own": []},
    weights=PlannerWeights(
        gap_day=50, same_time_change=1000, same_time_minute=1, time_change=7, time_minute=1, chair_change=7,
        first_day=1000, finish_week=0, late_hour=1000, preferred_chair=100, other_time=60,
    ),
    gaps=Gaps(2, 4, ((3, 3), (2, 2))),
    window=6, same_time=False, weekdays=frozenset(), earliest=time(8, 30), pinned=[], count=3, first=0, preferred=None,
)  # fmt: skip
@settings(max_examples=120)
def test_the_best_is_the_best_of_all_there_are(
    clinic: dict[str, object],
    weights: PlannerWeights,
    gaps: Gaps,
    window: int | None,
    same_time: bool,
    weekdays: frozenset[int],
    earliest: time | None,
    pinned: list[tuple[int, int]],
    count: int,
    first: int,
    preferred: int | None,
) -> None:
    taken = a_small_clinic(clinic)
    protocol = a_protocol(count, SHORT, NurseNeeds(5, 15, 2), gaps, window)
    fixed = tuple(
        PlannedSession(start := datetime.combine(MONDAY, time()) + timedelta(days=day, minutes=minute), start, 1)
        for day, minute in pinned
    )
    request = replace(
        a_request(
            protocol,
            same_time=same_time,
            weekdays=weekdays,
            earliest=earliest,
            latest=time(10, 30),
            pinned=fixed,
            first_day=MONDAY + timedelta(days=first),
            preferred_chair_id=preferred,
        ),
        weights=weights,
        limits=replace(LIMITS, grid=30, longest_recovery=15),
    )
    # The table begins on Monday, whatever was wished or pinned: the oracle walks the same days.
    tried = TriedAll(request, taken)
    everything = list(tried.series())
    proposals = propose(request, taken)
    if not everything:
        assert proposals == ()
        return
    assert proposals[0].cost == min(cost for cost, _ in everything)
    there = {series: cost for cost, series in everything}
    for proposal in proposals:
        places = tuple(
            ((s.starts_at.date() - MONDAY).days, s.starts_at.hour * 60 + s.starts_at.minute, s.chair_id)
            for s in proposal.sessions
        )
        assert there[places] == proposal.cost  # complete, allowed, and its cost is what the oracle counts
        assert sum(int(why.rpartition("(")[2].rstrip(")")) for why in proposal.why) == proposal.cost
        assert sum(line.points for line in proposal.costs) == proposal.cost
        assert [f"{line.text} ({line.points})" for line in proposal.costs] == list(proposal.why)
        wanted = Wanted("mood", SHORT, protocol.nurse, gaps, window, proposal.sessions)
        situation = situation_on(taken, [s.starts_at.date() for s in proposal.sessions], request.limits, None)
        assert not blocking(check_booking(wanted, situation))
    for one, other in combinations(proposals, 2):
        assert truly_different(one, other, weights.other_time)
    assert _an_other_is_the_best_of_them(everything, proposals)


def truly_different(one: Proposal, other: Proposal, minutes: int) -> bool:
    """Other weekdays for half of the sessions, another time of day, no chair in common, or a week apart."""

    def usual(proposal: Proposal) -> int:
        starts = [s.starts_at.hour * 60 + s.starts_at.minute for s in proposal.sessions]
        return max(starts, key=starts.count)

    def foreign(here: Proposal, there: Proposal) -> bool:
        used = {s.starts_at.weekday() for s in there.sessions}
        return 2 * sum(s.starts_at.weekday() not in used for s in here.sessions) >= len(here.sessions)

    return (
        foreign(one, other)
        or foreign(other, one)
        or abs(usual(one) - usual(other)) >= minutes
        or {s.chair_id for s in one.sessions}.isdisjoint(s.chair_id for s in other.sessions)
        or abs((one.sessions[0].starts_at.date() - other.sessions[0].starts_at.date()).days) >= 7
    )


def _an_other_is_the_best_of_them(
    everything: list[tuple[int, tuple[tuple[int, int, int], ...]]], proposals: tuple[Proposal, ...]
) -> bool:
    """No series that begins on another weekday than the best uses, and is unlike it, is cheaper than all proposed."""
    used = {session.starts_at.weekday() for session in proposals[0].sessions}
    costs = [cost for cost, series in everything if series[0][0] % 7 not in used]
    proposed = [p.cost for p in proposals[1:] if p.sessions[0].starts_at.weekday() not in used]
    foreign_all = [cost for cost, series in everything if not {day % 7 for day, _, _ in series} & used]
    return not foreign_all or (bool(proposed) and min(costs) <= min(proposed) <= min(foreign_all))


@given(
    clinic=small_clinics,
    weights=all_weights,
    gaps=st.sampled_from([Gaps(1, 3, ((1, 2),)), Gaps(2, 4, ((3, 3), (2, 2))), Gaps(1, 8, ((4, 5),))]),
    window=st.sampled_from([None, 4, 6]),
    before=st.lists(
        st.tuples(st.integers(-4, 6), st.sampled_from([480, 510, 600]), st.integers(1, 3)),
        min_size=1, max_size=3, unique_by=lambda visit: visit[0],
    ),
    count=st.integers(1, 2),
    strict=st.booleans(),
    same_time=st.booleans(),
    position=st.integers(1, 4),
)  # fmt: skip
@settings(max_examples=120)
def test_a_course_that_goes_on_goes_on_as_well_as_it_can(
    clinic: dict[str, object],
    weights: PlannerWeights,
    gaps: Gaps,
    window: int | None,
    before: list[tuple[int, int, int]],
    count: int,
    strict: bool,
    same_time: bool,
    position: int,
) -> None:
    midnight = at(0, "00:00")
    visits = tuple(
        PatientVisit(70 + day, 4, "mood", midnight + day * 1440 + start, midnight + day * 1440 + start + 55, chair)
        for day, start, chair in sorted(before)
    )
    clinic = clinic | {"own": []}
    taken = replace(a_small_clinic(clinic), patient_visits=visits)
    protocol = a_protocol(count, SHORT, NurseNeeds(5, 15, 2), gaps, window)
    request = replace(
        a_request(protocol, same_time=same_time, latest=time(10, 30)),
        weights=weights,
        limits=replace(LIMITS, grid=30, longest_recovery=15),
        first_position=position,
        course=CourseSoFar(visits, position, strict),
    )
    everything = list(TriedAll(request, taken).series())
    if not strict and window is not None:  # the window is that of the new sessions alone
        assert all(series[-1][0] - series[0][0] <= window for _, series in everything)
    proposals = propose(request, taken)
    assert bool(proposals) == bool(everything)
    if proposals:
        assert proposals[0].cost == min(cost for cost, _ in everything)
        for proposal in proposals:
            assert sum(line.points for line in proposal.costs) == proposal.cost
            if strict:
                wanted = Wanted("mood", SHORT, protocol.nurse, gaps, window, proposal.sessions, series_id=4)
                assert spacing_findings(wanted, visits) == ()


def test_the_weights_come_from_the_clinics_rules() -> None:
    rules = {
        f"planner.{name}": float(value)
        for value, name in enumerate(
            (
                "gap-day", "same-time-change", "same-time-minute", "time-change", "time-minute", "chair-change",
                "first-day", "finish-week", "late-hour", "preferred-chair", "other-time", "horizon",
            )
        )
    }  # fmt: skip
    assert weights_from(rules) == PlannerWeights(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)


def test_weights_that_could_overflow_are_refused() -> None:
    with pytest.raises(ValueError, match="gap_day must be between 0 and 100000"):
        replace(WEIGHTS, gap_day=100_001)
    with pytest.raises(ValueError, match="time_minute must be between 0 and 1000"):
        replace(WEIGHTS, time_minute=-1)


def test_a_clinic_without_hours_or_without_chairs_has_no_series() -> None:
    assert propose(a_request(), busy(replace(a_location(), hours=()))) == ()
    assert propose(a_request(), busy(chair_count=0)) == ()


@given(
    visits=st.lists(st.tuples(st.integers(1, 2), st.integers(0, 40), st.sampled_from([480, 540, 600])), max_size=40),
    weights=all_weights,
    window=st.sampled_from([None, 6, 21]),
    looked_at=st.integers(1, 40),
)
@settings(max_examples=80)
def test_what_the_first_look_settles_no_further_look_betters(
    visits: list[tuple[int, int, int]], weights: PlannerWeights, window: int | None, looked_at: int
) -> None:
    protocol = a_protocol(3, SHORT, NurseNeeds(5, 15, 2), Gaps(2, 7, ((3, 4),)), window)
    request = replace(
        a_request(protocol), weights=replace(weights, horizon=30), limits=replace(LIMITS, grid=60, longest_recovery=15)
    )
    whole = busy(
        a_location(time(8), time(11)),
        2,
        request.days,
        tuple(a_visit(n, chair, at(day, "00:00") + minute, SHORT) for n, (chair, day, minute) in enumerate(visits)),
    )
    first = propose(request, replace(whole, days=looked_at))
    if request.settles(first, looked_at):
        assert first[0].cost == propose(request, whole)[0].cost
        assert len(first) >= 3


def test_an_ordinary_week_is_settled_by_the_first_look() -> None:
    request = a_request()
    assert (request.first_look(()), request.days) == (41, 85)
    running = PatientVisit(50, 9, "mood", at(20, "09:00"), at(20, "10:40"))
    assert request.first_look((running,)) == 61
    assert request.first_look((replace(running, family="pain"),)) == 41
    assert request.settles(propose(request, busy(days=41)), 41)


def test_a_clinic_full_for_two_months_is_looked_at_further() -> None:
    full = tuple(
        a_visit(day * 9 + n, 1, at(day, f"{hour:02}:00")) for day in range(60) for n, hour in enumerate((8, 10, 12, 14))
    )
    request = a_request()
    assert propose(request, busy(days=41, visits=full)) == ()
    assert not request.settles((), 41)
    best, *_ = propose(request, busy(days=85, visits=full))
    assert best.sessions[0].starts_at == datetime(2027, 1, 29, 8)
