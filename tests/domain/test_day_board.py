"""What the board counts of a day: open time, held time, and the nurses around it."""

from datetime import date, datetime, time

from ketaclinic.domain.booking_situation import BusyTime, ClosedStretch, clinic_day
from ketaclinic.domain.claims import wall_minutes
from ketaclinic.domain.day_board import chair_use, day_view, load_points
from ketaclinic.domain.resources import Chair, Hours, Location

MONDAY = date(2026, 11, 30)
MIDNIGHT = wall_minutes(datetime(2026, 11, 30))
CHAIRS = (Chair(1, 1, "Chair 1", 1), Chair(2, 1, "Chair 2", 2))
WITH_LUNCH = Location(
    1,
    "Riverside",
    "America/Chicago",
    hours=(Hours(0, time(8), time(12)), Hours(0, time(13), time(17))),
    usual_nurses=(2, 0, 0, 0, 0, 0, 0),
)


def at(clock: str) -> int:
    hour, minute = clock.split(":")
    return MIDNIGHT + int(hour) * 60 + int(minute)


def a_day(visits: tuple[tuple[int, ...], ...] = (), closures: tuple[ClosedStretch, ...] = ()) -> BusyTime:
    return BusyTime(WITH_LUNCH, CHAIRS, MIDNIGHT, 1, (), closures, visits, ())


def visit(number: int, chair: int, clock: str) -> tuple[int, ...]:
    starts = at(clock)
    return (number, chair, starts, starts + 115, starts + 20, starts + 45, starts + 100, 2)


def test_two_closures_that_overlap_close_each_minute_once() -> None:
    closures = (
        ClosedStretch(None, at("08:00"), at("10:00"), "Meeting"),
        ClosedStretch(1, at("09:00"), at("10:30"), "Pump service"),
    )
    day = clinic_day(a_day((visit(1, 1, "10:30"),), closures), MONDAY)
    # Of 480 open minutes chair 1 has 330 left, of which 90 until noon are held: 10:30 to 12:00.
    assert chair_use(day, CHAIRS) == {1: 90 / 330, 2: 0.0}


def test_a_day_that_is_all_closed_has_no_use() -> None:
    closed = ClosedStretch(None, MIDNIGHT, MIDNIGHT + 1440, "Holiday")
    view = day_view(a_day((), (closed,)), MONDAY, (), ())
    assert view.chair_use == {1: 0.0, 2: 0.0}
    assert view.use == 0.0


def test_the_strip_of_the_nurses_covers_hours_and_the_visits_beyond_them() -> None:
    points = load_points(clinic_day(a_day((visit(1, 1, "16:00"), visit(2, 2, "16:00"))), MONDAY))
    assert (points[0].at, points[-1].at) == (8 * 60, 17 * 60 + 50)  # the last visit ends at 17:55
    at_1620 = next(point for point in points if point.at == 16 * 60 + 20)
    assert (at_1620.in_setup, at_1620.monitored, at_1620.on_duty, at_1620.capacity_ok) == (2, 0, 2, True)
    too_many = load_points(clinic_day(a_day(tuple(visit(n, 1, "09:00") for n in (1, 2, 3))), MONDAY))
    assert [point.at for point in too_many if not point.capacity_ok] == [9 * 60 + 20 + 5 * n for n in range(5)]
