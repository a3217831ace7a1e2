"""Nurses: one to each set-up, then one to so many, at every five minutes."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketaclinic.domain.nurse_load import SAMPLES, NurseUse, Shortage, day_load, merged, nurse_use, nurses_on_duty
from ketaclinic.domain.protocols import NurseNeeds, Phases

MIDNIGHT = 29_000_160 - 29_000_160 % 1440
TWO = (2,) * SAMPLES
MOOD = Phases(30, 40, 30, 15)
NEEDS = NurseNeeds(setup_from=20, setup_minutes=25, ratio=2)


def at(clock: str) -> int:
    hour, minute = clock.split(":")
    return MIDNIGHT + int(hour) * 60 + int(minute)


def visit(clock: str, ratio: int = 2) -> NurseUse:
    return nurse_use(at(clock), MOOD, NurseNeeds(20, 25, ratio))


def test_a_visit_at_nine_has_a_nurse_to_itself_from_920_to_945_and_leaves_at_1040() -> None:
    assert nurse_use(at("09:00"), MOOD, NEEDS) == NurseUse(at("09:20"), at("09:45"), at("10:40"), 2)


@pytest.mark.parametrize(
    ("there", "new", "nurses", "short"),
    [
        ([], "09:00", 1, None),
        ([], "09:00", 0, Shortage(9 * 60 + 20, 1, 0, 0)),
        (["09:00"], "09:00", 2, None),
        (["09:00"], "09:00", 1, Shortage(9 * 60 + 20, 2, 0, 1)),
        (["09:00", "09:00"], "09:00", 2, Shortage(9 * 60 + 20, 3, 0, 2)),
        # Two are monitored from 09:45 on by one nurse; the other sets up the third.
        (["09:00", "09:00"], "09:30", 2, None),
        # One nurse: while two are monitored there is none for a set-up, at 09:50 first.
        (["08:00", "08:30"], "09:30", 1, Shortage(9 * 60 + 50, 1, 1, 1)),
        # The set-up at 09:20 would find the only nurse monitoring until 09:40.
        (["08:00"], "09:00", 1, Shortage(9 * 60 + 20, 1, 1, 1)),
        (["08:00"], "09:20", 1, None),
    ],
)
def test_where_one_more_visit_finds_too_few_nurses(
    there: list[str], new: str, nurses: int, short: Shortage | None
) -> None:
    load = day_load(MIDNIGHT, (nurses,) * SAMPLES, [visit(clock) for clock in there])
    assert load.shortage(visit(new)) == short


def test_patients_of_different_ratios_take_their_parts_of_a_nurse() -> None:
    one_to_one, one_to_two, one_to_three = visit("08:00", 1), visit("08:00", 2), visit("08:00", 3)
    load = day_load(MIDNIGHT, TWO, [one_to_one, one_to_two, one_to_three])
    sample = (9 * 60) // 5  # all three are monitored at 09:00: 1 + 1/2 + 1/3 of two nurses
    assert load.spare(sample) == 2520 * 2 - 2520 - 1260 - 840
    assert (load.in_setup[sample], load.monitored[sample]) == (0, 3)


def test_shifts_count_from_their_first_to_their_last_five_minutes() -> None:
    on_duty = nurses_on_duty(MIDNIGHT, [(1, at("08:00"), at("16:00")), (2, at("12:00"), at("20:00"))], usual=9)
    clocks = ("07:55", "08:00", "12:00", "15:55", "16:00", "19:55", "20:00")
    assert [on_duty[at(clock) % 1440 // 5] for clock in clocks] == [0, 1, 2, 2, 1, 1, 0]


def test_where_no_shift_touches_the_day_the_usual_number_is_there() -> None:
    yesterday = (1, MIDNIGHT - 600, MIDNIGHT)
    assert nurses_on_duty(MIDNIGHT, [yesterday], usual=3) == (3,) * SAMPLES


def test_a_night_shift_counts_on_both_days() -> None:
    night = (1, MIDNIGHT - 120, MIDNIGHT + 60)
    on_duty = nurses_on_duty(MIDNIGHT, [night], usual=3)
    assert (on_duty[0], on_duty[11], on_duty[12]) == (1, 1, 0)


def test_shifts_of_one_nurse_that_overlap_or_touch_are_one() -> None:
    assert merged([(2, 0, 10), (1, 5, 9), (1, 0, 5), (1, 20, 30), (1, 7, 8)]) == [(1, 0, 9), (1, 20, 30), (2, 0, 10)]


@given(
    visits=st.lists(
        st.tuples(
            st.integers(0, 1300), st.integers(0, 30), st.integers(0, 40), st.integers(0, 100), st.integers(1, 10)
        ),
        max_size=8,
    ),
    nurses=st.integers(0, 4),
)
def test_one_more_fits_exactly_where_the_walk_says_so(
    visits: list[tuple[int, int, int, int, int]], nurses: int
) -> None:
    uses = [
        NurseUse(MIDNIGHT + starts, MIDNIGHT + starts + alone, MIDNIGHT + starts + alone + shared, ratio)
        for starts, _, alone, shared, ratio in visits
    ]
    *there, new = uses or [NurseUse(MIDNIGHT + 600, MIDNIGHT + 625, MIDNIGHT + 680, 2)]
    load = day_load(MIDNIGHT, (nurses,) * SAMPLES, there)
    first = None
    for minute in range(0, 1440, 5):
        if not new.setup_starts <= MIDNIGHT + minute < new.leaves:
            continue
        needed = Fraction(0)
        for use in (*there, new):
            if use.setup_starts <= MIDNIGHT + minute < use.setup_ends:
                needed += 1
            elif use.setup_ends <= MIDNIGHT + minute < use.leaves:
                needed += Fraction(1, use.ratio)
        if needed > nurses:
            first = minute
            break
    short = load.shortage(new)
    assert (short.minute if short else None) == first
