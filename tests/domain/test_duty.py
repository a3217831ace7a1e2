"""Who is really there: usual shifts, the shifts of one day, breaks and absences."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketaclinic.domain.claims import wall_minutes
from ketaclinic.domain.duty import (
    DAY,
    Away,
    OneShift,
    Roster,
    UsualShift,
    cover_on,
    covered,
    first_gap,
    is_entered,
    on_duty,
    unnamed,
    without,
)
from ketaclinic.domain.nurse_load import nurses_on_duty

MONDAY = date(2026, 11, 30)
MARIA, SAM = 2, 3


def number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def midnight(day: int = 0) -> int:
    return wall_minutes(datetime.combine(MONDAY + timedelta(days=day), time()))


def at(day: int, clock: str) -> int:
    hour, minute = clock.split(":")
    return midnight(day) + int(hour) * 60 + int(minute)


def usual(weekday: int = 0, user: int = MARIA, **more: object) -> UsualShift:
    values = {"starts": 480, "ends": 960, "valid_from": number(MONDAY), **more}
    return UsualShift(user, weekday, **values)  # type: ignore[arg-type]


def there(roster: Roster, *days: int) -> list[tuple[int, int, str, str]]:
    """Who is there as one reads it: (user, day, from, to)."""

    def told(user: int, starts: int, ends: int) -> tuple[int, int, str, str]:
        day = (starts - midnight()) // 1440
        clocks = (f"{m // 60 % 24:02}:{m % 60:02}" for m in (starts, ends))
        return (user, day, *clocks)  # type: ignore[return-value]

    return [told(*span) for span in on_duty(roster, [midnight(day) for day in days])]


def test_a_usual_shift_is_on_its_weekday_from_its_first_day_to_its_last() -> None:
    roster = Roster(usual=[usual(valid_until=number(date(2026, 12, 10)))])
    assert there(roster, *range(-7, 21)) == [(MARIA, 0, "08:00", "16:00"), (MARIA, 7, "08:00", "16:00")]


def test_every_second_week_counts_from_the_week_of_its_first_day() -> None:
    # Valid from Wednesday 2 December: that week's Thursday, then the Thursday two weeks later. Of Mondays the first one
    # is in the second week, which does not count.
    first = number(date(2026, 12, 2))
    roster = Roster(usual=[usual(3, every_weeks=2, valid_from=first), usual(0, SAM, every_weeks=2, valid_from=first)])
    assert [(user, day) for user, day, _, _ in there(roster, *range(28))] == [(MARIA, 3), (MARIA, 17), (SAM, 14)]


def test_breaks_are_cut_out() -> None:
    roster = Roster(usual=[usual(breaks=((720, 750), (600, 610)))])
    assert there(roster, 0) == [
        (MARIA, 0, "08:00", "10:00"),
        (MARIA, 0, "10:10", "12:00"),
        (MARIA, 0, "12:30", "16:00"),
    ]


def test_a_shift_of_one_day_stands_in_place_of_the_usual_one() -> None:
    swapped = OneShift(MARIA, at(0, "12:00"), at(0, "20:00"), ((900, 930),))
    roster = Roster(usual=[usual(), usual(user=SAM)], shifts=[swapped])
    assert there(roster, 0) == [
        (MARIA, 0, "12:00", "15:00"),
        (MARIA, 0, "15:30", "20:00"),
        (SAM, 0, "08:00", "16:00"),
    ]
    assert there(roster, 7) == [(MARIA, 7, "08:00", "16:00"), (SAM, 7, "08:00", "16:00")]


def test_who_works_at_another_site_that_day_is_not_here() -> None:
    elsewhere = OneShift(MARIA, at(0, "12:00"), at(0, "20:00"), here=False)
    assert there(Roster(usual=[usual()], shifts=[elsewhere]), 0) == []


def test_an_absence_takes_its_hours_out_of_shift_and_pattern() -> None:
    roster = Roster(usual=[usual()], away=[Away(MARIA, at(0, "14:00"), at(0, "23:00"))])
    assert there(roster, 0) == [(MARIA, 0, "08:00", "14:00")]


def test_who_is_away_all_day_is_still_entered() -> None:
    roster = Roster(usual=[usual()], away=[Away(MARIA, at(0, "00:00"), at(1, "00:00"))])
    assert there(roster, 0) == [(MARIA, 0, "08:00", "08:00")]
    spans = on_duty(roster, [midnight()])
    assert is_entered(spans, midnight())
    assert not is_entered(spans, midnight(1))
    assert cover_on(spans, midnight()) == ()
    assert cover_on(spans, midnight(1)) is None


def test_a_night_lost_after_midnight_leaves_the_second_day_entered() -> None:
    night = OneShift(MARIA, at(0, "20:00"), at(1, "04:00"))
    roster = Roster(shifts=[night], away=[Away(MARIA, at(1, "00:00"), at(1, "12:00"))])
    assert there(roster, 0, 1) == [(MARIA, 0, "20:00", "00:00"), (MARIA, 1, "00:00", "00:00")]


def test_hand_over_without_a_gap_covers() -> None:
    spans = [(9, 60, 120), (8, 120, 180), (7, 200, 200), (7, 240, 300), (8, 100, 130)]
    assert covered(spans) == [(60, 180), (240, 300)]
    assert first_gap((70, 180), covered(spans)) is None
    assert first_gap((170, 250), covered(spans)) == (180, 240)


@pytest.mark.parametrize(
    ("gaps", "left"),
    [
        ((), [(10, 20)]),
        (((0, 10), (20, 30)), [(10, 20)]),
        (((12, 14), (13, 15)), [(10, 12), (15, 20)]),
        (((5, 12), (18, 25)), [(12, 18)]),
        (((0, 30),), []),
    ],
)
def test_what_is_left_of_a_stretch(gaps: tuple[tuple[int, int], ...], left: list[tuple[int, int]]) -> None:
    assert without((10, 20), gaps) == left


pairs = st.tuples(st.integers(0, 1500), st.integers(1, 600)).map(lambda p: (p[0], p[0] + p[1]))


@given(
    shifts=st.lists(pairs, max_size=3),
    breaks=st.lists(pairs, max_size=2),
    gone=st.lists(pairs, max_size=2),
)
def test_minute_by_minute_it_is_shift_less_break_less_absence(
    shifts: list[tuple[int, int]], breaks: list[tuple[int, int]], gone: list[tuple[int, int]]
) -> None:
    base = midnight()
    roster = Roster(
        shifts=[OneShift(MARIA, base + a, base + b, tuple(breaks)) for a, b in shifts],
        away=[Away(MARIA, base + a, base + b) for a, b in gone],
    )
    spans = on_duty(roster, [midnight(day) for day in range(3)])
    for minute in range(0, 2 * 1440, 7):
        expected = False
        for a, b in shifts:
            begun = a - a % 1440  # breaks count from the midnight of the day the shift begins
            if a <= minute < b and not any(begun + c <= minute < begun + d for c, d in breaks):
                expected = True
        if any(a <= minute < b for a, b in gone):
            expected = False
        assert any(starts <= base + minute < ends for _, starts, ends in spans) == expected


def test_of_the_usual_number_one_less_is_there_while_somebody_is_away() -> None:
    """Nobody is entered on Tuesday, two nurses are usual: from eleven there is one."""
    monday, tuesday = number(MONDAY) * DAY, (number(MONDAY) + 1) * DAY
    roster = Roster(away=[Away(7, tuesday + 660, tuesday + DAY)])
    found = unnamed(roster, [], {monday: 2, tuesday: 2})
    assert found == [(-1, tuesday, tuesday + 660), (-2, tuesday, tuesday + DAY)]
    assert nurses_on_duty(tuesday, found, 2)[131:134] == (2, 1, 1)  # 10:55, 11:00, 11:05
    elsewhere = Roster(shifts=[OneShift(7, tuesday, tuesday + 900, here=False)], away=roster.away)
    assert unnamed(elsewhere, [], {tuesday: 2}) == []
    whole_day = Roster(away=[Away(7, monday, tuesday)])
    assert nurses_on_duty(monday, unnamed(whole_day, [], {monday: 1}), 1) == (0,) * 288


def test_of_the_usual_number_as_many_are_missing_as_are_away_at_that_minute() -> None:
    """One of the usual number is missing whichever of two nurses is away, and two when both are."""
    monday = 20_000 * DAY
    away = [Away(2, monday + 540, monday + 660), Away(3, monday + 600, monday + 900)]
    there = nurses_on_duty(monday, unnamed(Roster(away=away), [], {monday: 2}), 2)
    assert [there[minute // 5] for minute in (535, 540, 600, 660, 900)] == [2, 1, 0, 1, 2]
    alone = nurses_on_duty(monday, unnamed(Roster(away=away), [], {monday: 1}), 1)
    assert [alone[minute // 5] for minute in (535, 540, 660, 900)] == [1, 0, 0, 1]
