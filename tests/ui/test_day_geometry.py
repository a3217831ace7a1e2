"""Where chairs and minutes lie on the board, by numbers."""

from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ketaclinic.domain.appointments import Appointment, Card, Status
from ketaclinic.domain.protocols import Phases
from ketaclinic.domain.resources import Closure, Hours
from ketaclinic.ui.screens.day.geometry import (
    Geometry,
    Span,
    lanes,
    neighbour,
    shut_times,
    snapped,
    span_of,
)

DAY = date(2026, 11, 23)
OPEN = (Hours(0, time(8), time(12)), Hours(0, time(13), time(18)))


def visit(id_: int, at: str, minutes: int = 115, chair: int = 1) -> Appointment:
    starts = datetime.combine(DAY, time.fromisoformat(at))
    phases = Phases(30, 40, 30, 15) if minutes == 115 else Phases(0, minutes, 0, 0)
    ends = starts + timedelta(minutes=minutes)
    return Appointment(id_, id_, id_, 1, chair, starts, ends, phases, Status.SCHEDULED, 1)


def card(id_: int, at: str, chair: int) -> Card:
    return Card(visit(id_, at, chair=chair), "Silva, João", "KC-0147", "5 of 6", "Induction")


def test_day_runs_from_opening_to_closing() -> None:
    assert span_of(DAY, OPEN, ()) == Span(480, 1080)


def test_day_grows_to_whole_half_hours_for_a_visit_outside_the_hours() -> None:
    assert span_of(DAY, OPEN, [visit(1, "07:40"), visit(2, "17:00")]) == Span(450, 1140)


def test_closed_day_without_visits_still_shows_a_usual_day() -> None:
    assert span_of(DAY, (), ()) == Span(480, 1080)


def test_day_fills_the_height_where_it_fits() -> None:
    fitted = Geometry.fitted(Span(480, 1080), columns=4, width=800, height=800)
    assert (fitted.height, fitted.width) == (800, 800)


def test_day_scrolls_instead_of_shrinking_below_what_can_be_read() -> None:
    fitted = Geometry.fitted(Span(480, 1080), columns=20, width=800, height=300)
    assert fitted.height == 536
    assert fitted.width == 20 * 136


def test_starts_snap_to_the_quarter_of_an_hour() -> None:
    assert [snapped(m) for m in (607, 608, 622, 623)] == [600, 615, 615, 630]


@given(minute=st.integers(480, 1080), height=st.integers(200, 2000))
def test_a_minute_is_found_again_at_its_line(minute: int, height: int) -> None:
    board = Geometry.fitted(Span(480, 1080), columns=4, width=900, height=height)
    assert abs(board.minute(board.y(minute)) - minute) < 1.0


def test_visits_one_after_the_other_have_the_column_to_themselves() -> None:
    assert lanes([visit(1, "08:00"), visit(2, "09:55")]) == {1: (0, 1), 2: (0, 1)}


def test_a_missed_visit_lies_beside_the_one_that_took_its_place() -> None:
    assert lanes([visit(1, "08:00"), visit(2, "08:30"), visit(3, "10:30")]) == {1: (0, 2), 2: (1, 2), 3: (0, 1)}


def test_lunch_and_closures_are_shut_at_their_chairs() -> None:
    pump = Closure(7, 1, 2, datetime(2026, 11, 23, 8), datetime(2026, 11, 23, 9, 30), "Pump service")
    found = shut_times(DAY, Span(480, 1080), OPEN, (pump,), (1, 2))
    assert [(s.column, s.begins, s.ends, s.reason) for s in found] == [
        (0, 720, 780, ""),
        (1, 720, 780, ""),
        (1, 480, 570, "Pump service"),
    ]


def test_whole_day_is_shut_when_the_clinic_does_not_open() -> None:
    (found,) = shut_times(DAY, Span(480, 1080), (), (), (1,))
    assert (found.begins, found.ends) == (480, 1080)


def test_arrows_lead_by_time_at_a_chair_and_to_the_nearest_time_at_the_next() -> None:
    board = [card(1, "08:00", 1), card(2, "10:00", 1), card(3, "09:45", 3), card(4, "14:00", 3)]
    order = (1, 2, 3)
    assert neighbour(board, order, 1, 0, 1) == 2
    assert neighbour(board, order, 2, 0, 1) is None
    assert neighbour(board, order, 2, 1, 0) == 3
    assert neighbour(board, order, 4, -1, 0) == 2
    assert neighbour(board, order, 1, -1, 0) is None
