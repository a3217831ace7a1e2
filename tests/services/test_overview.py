"""Weeks and months at a glance: bars, free capacity, closures and overload, as the desk reads them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from ketaclinic.db import overview as rows
from ketaclinic.db.models import ChairRow, ClosureRow, LocationRow, PatientRow, ShiftRow
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import NotFound
from ketaclinic.domain.overview import Bar, MonthDay, Shut, WeekDay, weeks_of_month
from ketaclinic.domain.wishes import PlannedSession
from ketaclinic.services.bundle import Services
from tests.services.booking_builders import DESK, MONDAY, NURSE, PRESCRIBER, Desk, a_desk, on, session, write


@pytest.fixture
def desk(services: Services, store: Store) -> Desk:
    """Two chairs, two nurses, 08:00 to 17:00; the week after the clock's."""
    return a_desk(services, store)


def week_day(desk: Desk, day: int = 0) -> WeekDay:
    return desk.services.overview.week(DESK, 1, MONDAY).days[day]


def month_day(desk: Desk, day: date) -> MonthDay:
    view = desk.services.overview.month(DESK, 1, day)
    return next(found for found in view.days if found.day == day)


def test_a_day_shows_each_chair_with_its_bars(desk: Desk) -> None:
    desk.book(1, session(0, "09:00", chair=1))
    desk.book(2, session(0, "10:15", chair=2))
    day = week_day(desk)
    assert [(chair.name, bars) for chair, bars in day.chairs] == [
        ("Chair 1", (Bar(1, 540, 655, Status.SCHEDULED, "Silva, João", "1 of 1", 1),)),
        ("Chair 2", (Bar(2, 615, 730, Status.SCHEDULED, "Okafor, Chidinma", "1 of 1", 2),)),
    ]
    assert [bar.name for bar in day.bars] == ["Silva, João", "Okafor, Chidinma"]
    assert (day.day, day.hours, day.visits) == (MONDAY, ((480, 1020),), 2)


def test_open_and_held_time_of_all_chairs(desk: Desk) -> None:
    desk.book(1, session(0, "09:00"))
    day = week_day(desk)
    assert (day.open_minutes, day.held_minutes, day.free_minutes) == (2 * 540, 115, 965)
    assert day.room.use == pytest.approx(0.1065, abs=1e-4)


def test_a_week_is_found_from_any_of_its_days(desk: Desk) -> None:
    view = desk.services.overview.week(DESK, 1, MONDAY + timedelta(days=3))
    assert [day.day.isoformat() for day in view.days][:2] == ["2026-11-30", "2026-12-01"]
    assert [day.day.weekday() for day in view.shown] == [0, 1, 2, 3, 4]


def test_a_no_show_keeps_its_bar_but_not_its_place(desk: Desk) -> None:
    booked = desk.book(1, session(0, "09:00"))
    desk.services.floor.change_status(DESK, booked.appointment_ids[0], 1, Status.NO_SHOW)
    day = week_day(desk)
    assert [bar.status for bar in day.bars] == [Status.NO_SHOW]
    assert (day.visits, day.held_minutes) == (0, 0)


def test_a_cancelled_visit_has_no_bar(desk: Desk) -> None:
    booked = desk.book(1, session(0, "09:00"))
    desk.services.booking.cancel(DESK, booked.appointment_ids[0], 1, Status.CANCELLED_BY_PATIENT)
    assert week_day(desk).bars == ()


def test_as_many_more_visits_as_said_can_really_be_booked(desk: Desk) -> None:
    """The number is booked one after the other, each by the booking rules; each takes one from it, to none."""
    write(
        desk.store,
        [ClosureRow(location_id=1, chair_id=2, starts_at=on(0, "08:00"), ends_at=on(0, "12:00"), reason="Pump")],
    )
    desk.book(1, session(0, "10:15"))
    left = [week_day(desk).free_starts]
    patient = 2
    while left[-1]:
        place = desk.services.booking.free(DESK, 1, MONDAY, 115)[0]
        sitting = PlannedSession(place.starts_at, place.starts_at, place.chair_id)
        with desk.store.writing(Op.ADD_PATIENT) as writing:
            row = PatientRow(record=f"KC-9{patient:03}", family_name="Ruiz", given_name=str(patient))
            writing.session.add(row)
            writing.session.flush()
            patient = row.id
        desk.book(patient, sitting)
        left.append(week_day(desk).free_starts)
    assert left == [5, 4, 3, 2, 1, 0]


def test_nurses_bound_what_fits(desk: Desk) -> None:
    """One nurse until noon: the second set-up, at 09:50, waits for the first patient to leave at 09:40."""
    with_two = week_day(desk).free_starts
    write(desk.store, [ShiftRow(user_id=NURSE.id, location_id=1, starts_at=on(0, "08:00"), ends_at=on(0, "12:00"))])
    assert (with_two, week_day(desk).free_starts) == (8, 2)


def test_too_few_nurses_are_shown_with_the_stretch(desk: Desk) -> None:
    desk.book(1, session(0, "09:00", chair=1))
    desk.book(2, session(0, "09:00", chair=2))
    write(desk.store, [ShiftRow(user_id=NURSE.id, location_id=1, starts_at=on(0, "08:00"), ends_at=on(0, "17:00"))])
    day = week_day(desk)
    assert day.overloaded
    assert day.room.short == ((560, 585),)  # both set up from 09:20 to 09:45, with one nurse
    assert month_day(desk, MONDAY).short == ((560, 585),)


def test_a_closure_is_named_and_takes_open_time(desk: Desk) -> None:
    thursday = on(3, "00:00")
    write(
        desk.store,
        [
            ClosureRow(location_id=1, starts_at=thursday, ends_at=thursday + timedelta(days=1), reason="Holiday"),
            ClosureRow(location_id=1, chair_id=2, starts_at=on(1, "08:00"), ends_at=on(1, "09:30"), reason="Pump"),
        ],
    )
    closed, service = week_day(desk, 3), week_day(desk, 1)
    assert closed.closures == (Shut(None, 0, 1440, "Holiday"),)
    assert (closed.open_minutes, closed.free_starts) == (0, 0)
    assert service.closures == (Shut(2, 480, 570, "Pump"),)
    assert service.open_minutes == 2 * 540 - 90
    holiday = month_day(desk, thursday.date())
    assert (holiday.open, holiday.free_starts, holiday.closures) == (False, None, ("Holiday",))
    assert month_day(desk, on(1, "00:00").date()).closures == ("Chair 2: Pump",)


def test_public_holidays_are_named_whether_closed_or_not(desk: Desk) -> None:
    assert not any(day.holiday for day in desk.services.overview.month(DESK, 1, date(2026, 12, 1)).days)
    with desk.store.writing(Op.EDIT_CLINIC) as writing:
        here = writing.session.get(LocationRow, 1)
        assert here is not None
        here.country = "US"
    found = {day.day: (day.holiday, day.open) for day in desk.services.overview.month(DESK, 1, date(2026, 12, 1)).days}
    assert found[date(2026, 12, 25)] == ("Christmas Day", True)
    assert found[date(2027, 1, 1)] == ("New Year's Day", True)
    assert found[date(2026, 12, 24)] == ("", True)


def test_a_month_is_whole_weeks_with_the_load_of_each_day(desk: Desk) -> None:
    desk.book(1, session(0, "09:00"))
    view = desk.services.overview.month(DESK, 1, date(2026, 12, 24))
    assert (view.days[0].day, view.days[-1].day) == (MONDAY, date(2027, 1, 3))
    assert (view.in_month[0].day, view.in_month[-1].day) == (date(2026, 12, 1), date(2026, 12, 31))
    assert view.days[0] == MonthDay(MONDAY, 1, pytest.approx(115 / 1080), 6, (), open=True)
    assert [day.open for day in view.days[:7]] == [True] * 5 + [False] * 2
    assert view.standard is not None
    assert (view.standard.short_name, view.standard.minutes) == ("Induction", 115)


def test_what_has_passed_has_no_free_starts(desk: Desk) -> None:
    """It is Monday 23 November, 09:00 in Chicago."""
    view = desk.services.overview.month(DESK, 1, date(2026, 11, 1))
    by_day = {day.day.day: day.free_starts for day in view.in_month}
    assert (by_day[20], by_day[21], by_day[24]) == (None, None, 8)
    this_week = desk.services.overview.week(DESK, 1, date(2026, 11, 23))
    assert [day.past for day in this_week.days] == [False] * 7
    assert this_week.days[0].free_starts == 6  # from 09:00 on
    last_week = desk.services.overview.week(DESK, 1, date(2026, 11, 16))
    assert all(day.past and day.free_starts == 0 for day in last_week.days)


def test_a_chair_that_leaves_in_the_week_is_there_until_then(desk: Desk) -> None:
    with desk.store.writing(Op.EDIT_CLINIC) as writing:
        chair = writing.session.get(ChairRow, 2)
        assert chair is not None
        chair.retired_on = MONDAY + timedelta(days=2)
    counted = [(len(day.chairs), day.open_minutes) for day in desk.services.overview.week(DESK, 1, MONDAY).days[:4]]
    assert counted == [(2, 1080), (2, 1080), (1, 540), (1, 540)]


def test_an_unknown_location_is_said(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.services.overview.week(PRESCRIBER, 7, MONDAY)
    with pytest.raises(NotFound):
        desk.services.overview.month(PRESCRIBER, 7, MONDAY)


def test_years_of_history_are_not_read(desk: Desk, store: Store) -> None:
    """The bars of a week are found by location and start; no statement walks through a table."""
    desk.book(1, session(0, "09:00"))
    if store.engines.reading.dialect.name != "sqlite":
        pytest.skip("the plan of an empty table says nothing on PostgreSQL")
    with store.reading() as reading:
        statement = rows._BARS
        compiled = statement.params(location=1, begin=0, end=10).compile(
            reading.connection(), compile_kwargs={"literal_binds": True}
        )
        plan = [row.detail for row in reading.connection().execute(text(f"EXPLAIN QUERY PLAN {compiled}"))]
    assert any(
        "ix_appointments_location_starts (location_id=? AND starts_at>? AND starts_at<?)" in step for step in plan
    )
    assert not any(step.startswith("SCAN") for step in plan)


def test_weeks_of_a_month() -> None:
    assert weeks_of_month(date(2027, 2, 1)) == (date(2027, 2, 1), 28)
    assert weeks_of_month(date(2026, 12, 1)) == (date(2026, 11, 30), 35)
    assert weeks_of_month(date(2026, 8, 1)) == (date(2026, 7, 27), 42)
