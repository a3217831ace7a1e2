"""Notice counted on the wall and in opening hours, and the fee ladder."""

from datetime import datetime, time

import pytest

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.policies import FeeStep, Policies, PolicyKind, money, notice, notice_minutes
from ketaclinic.domain.resources import Closure, Hours

NINE_TO_FIVE = tuple(Hours(day, time(9), time(17)) for day in range(5))
MONDAY = datetime(2026, 11, 30, 9, 0)
TERMS = Policies(
    notice_hours=48,
    business_hours=False,
    grace_minutes=10,
    may_reschedule_minutes=15,
    no_show_minutes=15,
    loses_place_after=2,
    currency="USD",
    fees=(
        FeeStep(PolicyKind.LATE_CANCELLATION, 5_000, 48),
        FeeStep(PolicyKind.LATE_CANCELLATION, 10_000, 24),
        FeeStep(PolicyKind.NO_SHOW, 40_000),
    ),
    waiver_reasons=("Illness",),
)


@pytest.mark.parametrize(
    ("called", "minutes"),
    [
        (datetime(2026, 11, 27, 16, 0), 60),  # Friday 16:00: one hour is left, then it is Monday 09:00
        (datetime(2026, 11, 27, 9, 0), 480),
        (datetime(2026, 11, 28, 12, 0), 0),  # Saturday
        (datetime(2026, 11, 26, 17, 30), 480),
        (datetime(2026, 11, 30, 9, 0), 0),
        (datetime(2026, 11, 30, 10, 0), 0),  # after the start
    ],
)
def test_only_opening_hours_count_where_the_clinic_says_so(called: datetime, minutes: int) -> None:
    assert notice_minutes(called, MONDAY, NINE_TO_FIVE) == minutes


def test_hours_the_location_is_closed_do_not_count_and_a_chair_s_closure_does_not_matter() -> None:
    closed = (
        Closure(1, 1, None, datetime(2026, 11, 27, 12, 0), datetime(2026, 11, 27, 15, 0), "Training"),
        Closure(2, 1, None, datetime(2026, 11, 27, 14, 0), datetime(2026, 11, 27, 16, 0), "Water"),
        Closure(3, 1, 7, datetime(2026, 11, 27, 9, 0), datetime(2026, 11, 27, 17, 0), "Chair"),
    )
    assert notice_minutes(datetime(2026, 11, 27, 9, 0), MONDAY, NINE_TO_FIVE, closed) == 240


def test_a_location_open_until_midnight_counts_to_midnight() -> None:
    late = (Hours(4, time(20), time(0)),)
    assert notice_minutes(datetime(2026, 11, 27, 21, 30), MONDAY, late) == 150


@pytest.mark.parametrize(
    ("called", "fee"),
    [
        (datetime(2026, 11, 28, 8, 59), None),  # 48 h 1 min
        (datetime(2026, 11, 28, 9, 1), 5_000),
        (datetime(2026, 11, 29, 9, 0), 5_000),  # 24 h
        (datetime(2026, 11, 29, 9, 1), 10_000),
        (datetime(2026, 11, 30, 8, 59), 10_000),
    ],
)
def test_the_ladder_is_climbed_by_the_hours_of_notice(called: datetime, fee: int | None) -> None:
    assert notice(TERMS, Status.CANCELLED_BY_PATIENT, called, MONDAY, NINE_TO_FIVE).fee == fee


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (10_000, "USD", "USD 100.00"),
        (123_456, "EUR", "EUR 1,234.56"),
        (5_000, "JPY", "JPY 5,000"),
        (1, "KWD", "KWD 0.001"),
    ],
)
def test_amounts_are_read_in_the_currency_s_own_unit(amount: int, currency: str, words: str) -> None:
    assert money(amount, currency) == words
