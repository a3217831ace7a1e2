"""When to start so that checks of several chairs do not come due in the same minute."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ketaclinic.domain.monitoring import Course, expected_checks, expected_offsets
from ketaclinic.domain.stagger import OtherChecks, Stagger, stagger, stagger_words
from tests.domain.clinical_builders import MOOD_PLAN, NINE, at


def running(start: float, now: float = 0, chair: str = "Chair 2", *, mine: bool = False) -> OtherChecks:
    """Somebody whose infusion of 40 minutes began at a minute."""
    course = Course(at(start), at(start), at(start + 40))
    return OtherChecks(chair, expected_checks(MOOD_PLAN, course, at(now), at(now + 60)), mine)


def proposed(*others: OtherChecks, now: datetime = NINE) -> Stagger | None:
    return stagger(MOOD_PLAN, 40, others, now, most=5, ahead=60)


def test_a_patient_who_goes_as_planned_is_checked_at_these_minutes() -> None:
    assert expected_offsets(MOOD_PLAN, 40, 60) == (5, 10, 20, 30, 40, 55)
    assert expected_offsets(MOOD_PLAN, 40, 30) == (5, 10, 20, 30)


def test_what_is_to_come_goes_on_after_the_planned_end() -> None:
    assert expected_checks(MOOD_PLAN, Course(NINE, NINE, at(40)), at(25), at(85)) == tuple(
        at(minute) for minute in (30, 40, 55, 70)
    )
    stopped = Course(NINE, NINE, None, at(32))
    assert expected_checks(MOOD_PLAN, stopped, at(40), at(100)) == tuple(at(m) for m in (47, 62, 77, 92))


def test_somebody_who_started_ten_minutes_ago_puts_the_start_off_by_a_minute() -> None:
    found = proposed(running(-10))
    assert found == Stagger(at(1), ("Chair 2",), 1)
    assert stagger_words(found, "09:01") == "Start at 09:01: the checks then fall at least 1 min apart from Chair 2's."


def test_nothing_is_said_where_starting_now_is_as_good() -> None:
    assert proposed() is None
    assert proposed(running(-8)) is None


def test_the_nurses_own_patients_count_before_all_others() -> None:
    assert proposed(running(-10), running(-8, chair="Chair 3", mine=True)) is None
    found = proposed(running(-8), running(-10, chair="Chair 3", mine=True))
    assert found is not None
    assert found.chairs == ("Chair 3",)


def test_nothing_is_said_where_no_minute_is_free() -> None:
    every_minute = OtherChecks("Chair 2", tuple(at(minute) for minute in range(60)))
    assert proposed(every_minute) is None


@given(
    starts=st.lists(st.tuples(st.integers(-90, 0), st.booleans()), max_size=5),
    seconds=st.integers(0, 3599),
    most=st.integers(1, 9),
)
def test_a_proposal_is_within_reach_and_shares_no_minute_and_silence_means_there_is_none(
    starts: list[tuple[int, bool]], seconds: int, most: int
) -> None:
    """Asked minute by minute, written out again: own checks at 5, 10, 20, 30, 40 and 55 minutes after the start."""
    now = NINE + timedelta(seconds=seconds)
    others = [running(start, seconds / 60, f"Chair {n}", mine=mine) for n, (start, mine) in enumerate(starts)]
    counting = [each for each in others if each.mine] or others
    taken = {due.replace(second=0) for each in counting for due in each.due}
    first = now.replace(second=0, microsecond=0)

    def shares(start: datetime) -> bool:
        mine = [start + timedelta(minutes=minute) for minute in (5, 10, 20, 30, 40, 55)]
        return any(check in taken for check in mine if check < now + timedelta(hours=1))

    found = stagger(MOOD_PLAN, 40, others, now, most=most, ahead=60)
    free = [later for later in range(most + 1) if not shares(first + timedelta(minutes=later))]
    if found is None:
        assert not free or free[0] == 0
    else:
        assert found.start == first + timedelta(minutes=free[0])
        assert shares(first)
        assert found.apart >= 1
