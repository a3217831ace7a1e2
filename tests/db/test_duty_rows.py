"""Usual shifts, shifts of one day and absences as they are read on both engines, and the doctor's own count of them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from ketaclinic.db.busy_time import busy_time, busy_time_on
from ketaclinic.db.clinic import location
from ketaclinic.db.duty import duty
from ketaclinic.db.models import AbsenceRow, LocationRow, ShiftPatternRow, ShiftRow, UserRow
from ketaclinic.db.nurse_counts import first_of_each_day, shortages
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.claims import from_wall_minutes, wall_minutes
from ketaclinic.domain.people import Role
from tests.db.rows import MANAGER, NINE, NURSE, NURSE_2, a_clinic, a_series

TUESDAY = NINE.date()
PRESCRIBER = 5


def enter(store: Store, *rows: object) -> None:
    with store.writing(Op.EDIT_SHIFTS, by=MANAGER) as writing:
        writing.session.add_all(rows)


def usual(user: int, weekday: int = 1, starts: int = 480, ends: int = 960, **more: object) -> ShiftPatternRow:
    given = {"location_id": 1, "valid_from": date(2026, 11, 2), **more}
    return ShiftPatternRow(user_id=user, weekday=weekday, starts=starts, ends=ends, **given)


@pytest.fixture
def clinic(store: Store) -> Store:
    a_clinic(store)
    enter(store, UserRow(login="dr", name="Rotimi Adeyemi", role="prescriber", pin_hash="-"))
    return store


def there(store: Store, day: date = TUESDAY, days: int = 1, role: Role = Role.NURSE) -> list[tuple[int, str, str]]:
    with store.reading() as session:
        found = duty(session, 1, day, days, role)
    return [(user, f"{from_wall_minutes(a):%d %H:%M}", f"{from_wall_minutes(b):%d %H:%M}") for user, a, b in found]


def test_usual_shifts_are_read_with_breaks_weeks_and_dates(clinic: Store) -> None:
    enter(
        clinic,
        usual(NURSE, breaks=[[720, 750]]),
        usual(NURSE_2, every_weeks=2),  # the week of 2 November is the first: 16 and 30 November are, the 23rd is not
        usual(NURSE_2, weekday=2, valid_until=date(2026, 11, 20)),
        usual(PRESCRIBER, weekday=1, starts=540, ends=1020),
    )
    assert there(clinic) == [(NURSE, "24 08:00", "24 12:00"), (NURSE, "24 12:30", "24 16:00")]
    assert there(clinic, TUESDAY + timedelta(days=7))[-1] == (NURSE_2, "01 08:00", "01 16:00")
    assert there(clinic, TUESDAY + timedelta(days=1)) == []
    assert there(clinic, role=Role.PRESCRIBER) == [(PRESCRIBER, "24 09:00", "24 17:00")]


def test_a_shift_of_one_day_replaces_the_usual_one_even_from_another_site(clinic: Store) -> None:
    enter(clinic, LocationRow(name="Northside", zone="America/Chicago", hours=[], usual_nurses=[0] * 7))
    noon = datetime(2026, 11, 24, 12)
    enter(
        clinic,
        usual(NURSE),
        usual(NURSE_2),
        ShiftRow(user_id=NURSE, location_id=1, starts_at=noon, ends_at=noon + timedelta(hours=6), breaks=[[900, 930]]),
        ShiftRow(user_id=NURSE_2, location_id=2, starts_at=noon, ends_at=noon + timedelta(hours=6)),
    )
    assert there(clinic) == [(NURSE, "24 12:00", "24 15:00"), (NURSE, "24 15:30", "24 18:00")]


def test_who_is_away_all_day_leaves_the_day_entered_and_the_strip_at_none(clinic: Store) -> None:
    enter(clinic, usual(NURSE))
    enter(clinic, AbsenceRow(user_id=NURSE, starts_at=datetime(2026, 11, 23), ends_at=datetime(2026, 11, 26)))
    assert there(clinic) == [(NURSE, "24 08:00", "24 08:00")]
    with clinic.reading() as session:
        (tuesday, wednesday) = (TUESDAY, TUESDAY + timedelta(days=1))
        week = busy_time(session, location(session, 1), TUESDAY, 7)
        both = busy_time_on(session, location(session, 1), [tuesday, wednesday, TUESDAY + timedelta(days=300)], ())
    nine = wall_minutes(NINE)
    assert list(week.shifts) == [(NURSE, nine - 60, nine - 60)]
    assert [span[0] for span in both.shifts] == [NURSE]


def test_who_may_not_sign_in_any_more_is_not_on_duty(clinic: Store) -> None:
    enter(clinic, usual(NURSE))
    with clinic.writing(Op.EDIT_USER, by=MANAGER) as writing:
        row = writing.session.get(UserRow, NURSE)
        assert row is not None
        row.active = False
    assert there(clinic) == []


@pytest.mark.parametrize(
    ("rows", "short"),
    [
        (list, []),  # nobody is entered: two are usual
        (lambda: [usual(NURSE)], []),
        (lambda: [usual(NURSE, ends=620)], ["2026-11-24 10:20"]),
        (lambda: [usual(NURSE, breaks=[[600, 630]])], ["2026-11-24 10:00"]),
        (lambda: [usual(NURSE, every_weeks=3)], []),  # 2 November, then the 23rd
        (lambda: [usual(NURSE, valid_until=date(2026, 11, 23))], []),
        (lambda: [usual(NURSE, weekday=2)], []),
        (
            lambda: [usual(NURSE), AbsenceRow(user_id=NURSE, starts_at=NINE, ends_at=NINE + timedelta(minutes=30))],
            ["2026-11-24 09:00"],
        ),
        (lambda: [usual(PRESCRIBER, ends=620)], []),
        (
            lambda: [
                usual(NURSE),
                ShiftRow(
                    user_id=NURSE, location_id=1, starts_at=NINE + timedelta(hours=4), ends_at=NINE.replace(hour=17)
                ),
            ],
            ["2026-11-24 09:00"],
        ),
    ],
)
def test_the_doctor_counts_who_is_there_by_itself(
    clinic: Store, rows: Callable[[], list[object]], short: list[str]
) -> None:
    a_series(clinic, 1, (1, NINE))
    enter(clinic, *rows())
    with clinic.reading() as session:
        found = first_of_each_day(shortages(session.connection(), wall_minutes(datetime(2026, 11, 23))))
    assert [f"{one.day} {one.time}" for one in found] == short
