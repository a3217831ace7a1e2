"""When checks are due, and which row answers which."""

from collections.abc import Iterable
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketaclinic.domain.monitoring import (
    Course,
    DueCheck,
    DueState,
    Row,
    due_checks,
    label_for,
    missed_in_a_row,
    next_due,
)
from tests.domain.clinical_builders import MOOD_PLAN, NINE, PAIN_PLAN, at

FULL = frozenset({"sbp", "dbp", "hr"})


def rows(minutes: Iterable[float]) -> list[Row]:
    return [Row(number, at(minute), FULL) for number, minute in enumerate(minutes, start=1)]


def running(now: float, observed: Iterable[float] = (-5,), end: float = 40) -> tuple[DueCheck, ...]:
    return due_checks(MOOD_PLAN, Course(NINE, NINE, at(end)), rows(observed), FULL, at(now))


def stopped(now: float, observed: Iterable[float], stop: float = 40) -> tuple[DueCheck, ...]:
    return due_checks(MOOD_PLAN, Course(NINE, NINE, None, at(stop)), rows(observed), FULL, at(now))


def states(checks: Iterable[DueCheck]) -> dict[str, str]:
    return {check.label: check.state.value for check in checks}


def test_a_mood_infusion_is_checked_at_5_10_20_30_and_at_its_end() -> None:
    assert [(c.label, c.due_at) for c in running(0)] == [
        ("baseline", at(0)),
        ("+5", at(5)),
        ("+10", at(10)),
        ("+20", at(20)),
        ("+30", at(30)),
        ("stop", at(40)),
    ]


def test_recovery_is_checked_at_15_and_30_and_every_15_minutes_after() -> None:
    labels = [c.label for c in stopped(now=40 + 62, observed=())][5:]
    assert labels == ["stop", "stop +15", "stop +30", "stop +45", "stop +60", "stop +75"]


def test_a_pain_infusion_is_checked_every_15_minutes_after_the_first_half_hour() -> None:
    checks = due_checks(PAIN_PLAN, Course(NINE, NINE, at(240)), (), FULL, at(0))
    assert [c.label for c in checks][:8] == ["baseline", "+5", "+15", "+25", "+30", "+45", "+60", "+75"]
    assert [c.label for c in checks][-2:] == ["+225", "stop"]


@pytest.mark.parametrize(
    ("now", "state"),
    [(19.9, "upcoming"), (20, "due"), (22.9, "due"), (23, "amber"), (24.9, "amber"), (25, "red"), (29.9, "red")],
)
def test_a_check_turns_amber_after_three_minutes_and_red_after_five(now: float, state: str) -> None:
    assert states(running(now, observed=(-5, 5, 10)))["+20"] == state


def test_a_check_nobody_made_is_missed_when_the_next_one_is_due_and_stays_so() -> None:
    checks = states(running(30, observed=(-5, 5, 10)))
    assert (checks["+20"], checks["+30"]) == ("missed", "due")
    assert states(running(39, observed=(-5, 5, 10, 30)))["+20"] == "missed"


def test_who_comes_late_has_made_that_check_and_the_next_one_still_comes() -> None:
    (twenty,) = [c for c in running(29, observed=(-5, 5, 10, 28)) if c.label == "+20"]
    assert (twenty.state, twenty.late, twenty.observation_id) == (DueState.DONE, True, 4)
    assert states(running(30, observed=(-5, 5, 10, 28)))["+30"] == "due"


def test_a_row_up_to_three_minutes_early_counts() -> None:
    assert states(running(18, observed=(-5, 5, 10, 17)))["+20"] == "done"
    assert states(running(18, observed=(-5, 5, 10, 16.9)))["+20"] == "upcoming"


def test_an_entry_made_late_closes_the_gap_with_its_true_time() -> None:
    assert states(running(36, observed=(-5, 5, 10, 21, 30)))["+20"] == "done"


def test_a_set_entered_in_two_rows_counts_with_the_second() -> None:
    halves = [Row(1, at(-5), FULL), Row(2, at(5), frozenset({"sbp", "dbp"})), Row(3, at(5.5), frozenset({"hr"}))]
    checks = due_checks(MOOD_PLAN, Course(NINE, NINE, at(40)), halves[:2], FULL, at(6))
    assert states(checks)["+5"] == "due"
    checks = due_checks(MOOD_PLAN, Course(NINE, NINE, at(40)), halves, FULL, at(6))
    assert {c.label: c.observation_id for c in checks}["+5"] == 3


def test_a_baseline_counts_for_a_quarter_of_an_hour_and_never_after_the_start() -> None:
    assert states(running(1, observed=(-15,)))["baseline"] == "done"
    assert states(running(1, observed=(-15.1,)))["baseline"] == "missed"
    assert states(running(1, observed=(0.5,)))["baseline"] == "missed"


def test_before_the_start_a_baseline_goes_stale_but_never_amber() -> None:
    waiting = Course(planned_start=NINE)
    assert states(due_checks(MOOD_PLAN, waiting, rows([-20]), FULL, at(-10))) == {"baseline": "done"}
    assert states(due_checks(MOOD_PLAN, waiting, rows([-20]), FULL, at(-4))) == {"baseline": "upcoming"}
    assert states(due_checks(MOOD_PLAN, waiting, rows([-20]), FULL, at(40))) == {"baseline": "due"}


def test_an_infusion_that_runs_on_past_its_end_turns_red_and_is_still_checked() -> None:
    checks = states(running(52, observed=(-5, 5, 10, 20, 30)))
    assert (checks["stop"], checks["+50"]) == ("missed", "due")


def test_a_pause_that_moves_the_end_adds_the_check_in_between() -> None:
    assert [c.label for c in running(0, end=45)][-2:] == ["+40", "stop"]


def test_a_check_just_before_the_stop_gives_way_to_the_one_at_the_stop() -> None:
    assert [c.label for c in stopped(now=41, observed=(), stop=32)] == [
        "baseline", "+5", "+10", "+20", "stop", "stop +15",
    ]  # fmt: skip


def test_the_next_due_check_is_the_oldest_still_open() -> None:
    check = next_due(running(21, observed=(-5, 5, 10)))
    assert check is not None
    assert check.label == "+20"
    assert next_due(()) is None


def test_two_missed_checks_in_a_row_are_counted() -> None:
    assert missed_in_a_row(running(20, observed=(-5,))) == 2
    assert missed_in_a_row(running(21, observed=(-5, 20))) == 0


def test_a_row_is_labelled_by_the_check_it_answers() -> None:
    course = Course(NINE, NINE, at(40))

    def label(minute: float, before: list[Row]) -> str:
        return label_for(MOOD_PLAN, course, before, FULL, Row(99, at(minute), FULL), at(39))

    assert label(-3, []) == "baseline"
    assert label(8, rows([-3])) == "+5"
    assert label(12, rows([-3, 5, 10])) == ""
    assert label(18, rows([-3, 5, 10])) == "+20"


# --- whatever happens ------------------------------------------------------------------------------------------------

minutes = st.floats(-30, 150, allow_nan=False).map(lambda m: round(m, 1))


@given(observed=st.lists(minutes, max_size=12), now=st.floats(0, 150), stop=st.none() | st.floats(1, 60))
def test_every_row_answers_at_most_one_check_and_never_one_it_is_too_early_for(
    observed: list[float], now: float, stop: float | None
) -> None:
    end = None if stop is not None else at(40)
    course = Course(NINE, NINE, end, at(stop) if stop is not None else None)
    known = [row for row in rows(observed) if row.observed_at <= at(now)]
    checks = due_checks(MOOD_PLAN, course, known, FULL, at(now))
    answering = [c.observation_id for c in checks if c.observation_id is not None]
    assert len(answering) == len(set(answering))
    by_id = {row.id: row.observed_at for row in known}
    for check in checks:
        if check.observation_id is not None:
            early = (check.due_at - by_id[check.observation_id]).total_seconds() / 60
            assert early <= (15 if check.label == "baseline" else 3)


@given(observed=st.lists(minutes, max_size=12), now=st.floats(0, 150), stop=st.none() | st.floats(1, 60))
def test_nothing_due_is_ever_out_of_sight(observed: list[float], now: float, stop: float | None) -> None:
    """Whenever a check is past due and not made, it is due, amber, red or missed; and one more is always to come."""
    stopped_at = at(stop) if stop is not None and stop <= now else None
    course = Course(NINE, NINE, None if stopped_at else at(40), stopped_at)
    known = [row for row in rows(observed) if row.observed_at <= at(now)]
    checks = due_checks(MOOD_PLAN, course, known, FULL, at(now))
    assert [c.due_at for c in checks] == sorted(c.due_at for c in checks)
    for check in checks:
        overdue = check.due_at <= at(now)
        waits = check.state in {DueState.DUE, DueState.AMBER, DueState.RED, DueState.MISSED}
        assert check.state is DueState.DONE or overdue == waits
    if stopped_at is not None:
        assert checks[-1].due_at > at(now)


@given(now=st.floats(0, 39), later=st.floats(0, 60))
def test_asking_later_never_makes_an_unanswered_check_calmer(now: float, later: float) -> None:
    order = ["upcoming", "due", "amber", "red", "missed"]
    first, second = states(running(now, observed=())), states(running(now + later, observed=()))
    for label in first:
        if label in second:
            assert order.index(second[label]) >= order.index(first[label])


def test_the_clock_of_the_wall_does_not_matter() -> None:
    """The same instants written in another zone give the same checks."""
    from zoneinfo import ZoneInfo

    def moved(moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo("America/Chicago"))

    here = due_checks(MOOD_PLAN, Course(NINE, NINE, at(40)), rows([-5, 6]), FULL, at(11))
    there = due_checks(MOOD_PLAN, Course(moved(NINE), moved(NINE), moved(at(40))), rows([-5, 6]), FULL, moved(at(11)))
    assert here == there
