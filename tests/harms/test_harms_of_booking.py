"""Rows 14 and 17 of the harm table, which the desk keeps: nobody is booked twice, nobody is still here at closing."""

from datetime import UTC, datetime

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.models import AppointmentRow
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import Refused
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import DESK, MANAGER, PRESCRIBER, Desk, a_desk, on, session, stored_visits

WHY = "Both nurses agreed to share this start."


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    return a_desk(services, store, chairs=3)


def test_harm_14_a_chair_is_never_given_twice_from_prep_to_turnover(desk: Desk) -> None:
    """Nobody may override it, and what goes round the booking rules is stopped by the database itself."""
    (first,) = desk.book(1, session(0, "09:00")).appointment_ids
    everyone = [BookingOverride("chair-taken", WHY, who) for who in (MANAGER, PRESCRIBER)]
    for start in ("09:00", "10:45", "08:00"):  # at once, into the turnover, and on beyond the prep
        with pytest.raises(Refused, match="Chair 1 is taken from 09:00 to 10:55"):
            desk.services.booking.book_series(DESK, desk.wishes(2), [session(0, start)], overrides=everyone)
    (second,) = desk.book(2, session(0, "09:45", chair=2)).appointment_ids
    with pytest.raises(Refused), desk.store.writing(Op.MOVE_APPOINTMENT) as writing:
        writing.session.get_one(AppointmentRow, second).chair_id = 1
    assert [(row[0], row[2]) for row in stored_visits(desk.store)] == [(first, 1), (second, 2)]


def test_harm_14_too_few_nurses_is_a_managers_word_alone(desk: Desk) -> None:
    desk.book(1, session(0, "09:00", 1))
    desk.book(2, session(0, "09:00", 2))
    third, book = [session(0, "09:00", 3)], desk.services.booking.book_series
    for given in ((), [BookingOverride("nurse-load", WHY, PRESCRIBER)]):
        with pytest.raises(Refused, match="Too few nurses at 09:20: 3 set-ups"):
            book(DESK, desk.wishes(3), third, overrides=given)
    book(DESK, desk.wishes(3), third, overrides=[BookingOverride("nurse-load", WHY, MANAGER)])
    assert len(stored_visits(desk.store)) == 3


def test_harm_17_a_recovery_that_may_outlast_the_day_needs_a_second_persons_word(desk: Desk) -> None:
    """Forty minutes of infusion and the longest recovery of 60 minutes end before the clinic closes at 17:00."""
    book, late = desk.services.booking.book_series, [session(0, "15:05")]
    with pytest.raises(Refused, match=r"A long recovery could last until 17:15; the clinic closes at 17:00\."):
        book(DESK, desk.wishes(), late)
    with pytest.raises(Refused):
        book(DESK, desk.wishes(), late, overrides=[BookingOverride("late-finish", "short", PRESCRIBER)])
    (visit,) = book(
        DESK, desk.wishes(), late, overrides=[BookingOverride("late-finish", WHY, PRESCRIBER)]
    ).appointment_ids
    told = desk.services.floor.inspect(DESK, visit).overrides
    assert told == (
        f"A long recovery could last until 17:15; the clinic closes at 17:00. Accepted by Rotimi Adeyemi: {WHY}",
    )


def test_harm_17_who_comes_late_is_checked_against_closing_time_at_the_door(desk: Desk, clock: FixedClock) -> None:
    (visit,) = desk.book(1, session(0, "14:45")).appointment_ids
    clock.at = datetime(2026, 11, 30, 21, 40, tzinfo=UTC)  # 15:40 in Chicago
    (row,) = desk.services.calls.arrivals(DESK, 1)
    assert (row.finishes_at, row.closes_at) == (on(0, "17:35"), on(0, "17:00"))
    (found,) = desk.services.calls.late_check(DESK, visit)
    assert found.action == "No start left today: another day has to be found."
