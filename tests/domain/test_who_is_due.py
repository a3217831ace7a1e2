"""Who should be called: maintenance in its window, courses that stand still, missed visits without another."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import pytest

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.domain.claims import wall_minutes
from ketaclinic.domain.recall import RecallLimits, SeenVisit, who_is_due

TODAY = date(2026, 11, 23)
LIMITS = RecallLimits(opens=7, look_back=180)
INDUCTION, MAINTENANCE, PAIN = "induction-mood-2-per-week", "maintenance-mood", "pain-series"


class Course:
    """The visits of one patient's course, made by days from today."""

    def __init__(self, series: int = 1, protocol: str = INDUCTION, sessions: int = 6, status: str = "active") -> None:
        self.series, self.protocol, self.sessions, self.status = series, protocol, sessions, status
        self.visits: list[SeenVisit] = []

    def visit(self, days: int, status: str = "discharged", *, replaces: int | None = None) -> int:
        """One more visit; its id."""
        number = 100 * self.series + len(self.visits) + 1
        starts = wall_minutes(datetime.combine(TODAY + timedelta(days=days), time(9)))
        open_ended = self.protocol == MAINTENANCE
        self.visits.append(
            SeenVisit(
                number,
                1,
                self.series,
                starts,
                status,
                len(self.visits) + 1,
                replaces,
                self.protocol,
                self.sessions,
                open_ended,
                self.status,
            )
        )
        return number


@pytest.fixture
def due(catalog: Catalog):  # noqa: ANN201 - a function of courses
    def found(*courses: Course) -> list[tuple[str, date, str]]:
        visits: Sequence[SeenVisit] = [visit for course in courses for visit in course.visits]
        return [(d.kind.value, d.due, d.text) for d in who_is_due(visits, catalog.protocols, LIMITS, TODAY)]

    return found


def induction(*, last: int, series: int = 1, status: str = "active") -> Course:
    course = Course(series, status=status)
    for number in range(6):
        course.visit(last - 3 * (5 - number))
    return course


def maintenance(*days: int, status: str = "active") -> Course:
    course = Course(2, MAINTENANCE, 4, status)
    for day in days:
        course.visit(day)
    return course


@pytest.mark.parametrize(
    ("last", "answer"),
    [
        (0, [("maintenance_due", date(2026, 11, 30), "Maintenance, session 1")]),
        (-7, [("maintenance_due", date(2026, 11, 23), "Maintenance, session 1")]),
        (-8, [("overdue", date(2026, 11, 22), "Maintenance, session 1")]),
        (
            -70,
            [
                (
                    "overdue",
                    date(2026, 9, 21),
                    "Maintenance, session 1; past Fri 13 Nov, a prescriber reviews it",
                )
            ],
        ),
        (-180, [("overdue", date(2026, 6, 3), "Maintenance, session 1; past Sun 26 Jul, a prescriber reviews it")]),
        (-181, []),
    ],
)
def test_after_an_induction_maintenance_comes_up_then_is_overdue_then_is_history(due, last: int, answer: list) -> None:  # noqa: ANN001
    assert due(induction(last=last)) == answer


@pytest.mark.parametrize(
    ("days", "kind", "target"),
    [
        ((-7,), "maintenance_due", date(2026, 11, 23)),  # a week after the first
        ((-14, -7), None, None),  # two weeks after the second: in a week, the window opens today
        ((-28, -14, -8), None, None),  # four weeks after the third
        ((-49, -35, -21), "maintenance_due", date(2026, 11, 30)),
        ((-57, -43, -29), "overdue", date(2026, 11, 22)),
    ],
)
def test_the_window_follows_the_taper(due, days: tuple[int, ...], kind: str | None, target: date | None) -> None:  # noqa: ANN001
    found = due(maintenance(*days))
    if kind is None:
        assert [f for f in found if f[0] == "overdue"] == []
    else:
        assert [(f[0], f[1]) for f in found] == [(kind, target)]


def test_the_window_opens_a_week_before_the_target(due) -> None:  # noqa: ANN001
    assert [f[:2] for f in due(maintenance(-14, -7))] == [("maintenance_due", date(2026, 11, 30))]
    assert due(maintenance(-14, -6)) == []


def test_who_has_a_visit_booked_or_to_place_is_not_due(due) -> None:  # noqa: ANN001
    for status in ("scheduled", "confirmed", "held", "proposed"):
        course = maintenance(-60, -40)
        course.visit(3, status)
        assert due(course) == []


def test_who_comes_today_is_not_due_until_discharged(due) -> None:  # noqa: ANN001
    waiting = maintenance(-60, -40)
    waiting.visit(0, "arrived")
    assert due(waiting) == []


def test_a_cancelled_booking_does_not_count(due) -> None:  # noqa: ANN001
    course = maintenance(-60, -40)
    course.visit(3, "cancelled_by_patient")
    assert [f[:2] for f in due(course)] == [("overdue", date(2026, 10, 28))]


def test_a_stopped_course_is_left_alone(due) -> None:  # noqa: ANN001
    assert due(maintenance(-60, -40, status="stopped")) == []
    assert due(induction(last=-20, status="stopped")) == []


def test_pain_has_no_maintenance_to_follow(due) -> None:  # noqa: ANN001
    course = Course(1, PAIN, 2)
    course.visit(-20)
    course.visit(-19)
    assert due(course) == []


def test_a_missed_session_without_another_is_to_be_booked(due) -> None:  # noqa: ANN001
    course = Course(sessions=3)
    course.visit(-10)
    course.visit(-6, "no_show")
    course.visit(4, "scheduled")
    assert due(course) == [("missed", date(2026, 11, 17), "Session 2 of 3 missed, no other place yet")]


def test_a_missed_session_with_another_is_settled(due) -> None:  # noqa: ANN001
    course = Course(sessions=3)
    course.visit(-10)
    missed = course.visit(-6, "no_show")
    course.visit(4, "scheduled")
    course.visit(8, "scheduled", replaces=missed)
    assert due(course) == []


def test_a_course_nobody_booked_on_is_unfinished(due) -> None:  # noqa: ANN001
    course = Course()
    for day in (-10, -7, -3):
        course.visit(day)
    course.visit(4, "cancelled_by_clinic")
    course.visit(7, "lapsed")
    course.visit(11, "lapsed")
    assert due(course) == [("unfinished", date(2026, 11, 23), "3 of 6 sessions booked or done")]


def test_a_course_past_its_review_says_so(due) -> None:  # noqa: ANN001
    course = Course()
    course.visit(-40)
    course.visit(-36)
    assert due(course)[0][2] == "2 of 6 sessions booked or done; past 28 days, a prescriber reviews it"


def test_only_the_latest_course_of_a_family_counts(due) -> None:  # noqa: ANN001
    old = Course(1)
    old.visit(-100)
    new = maintenance(-30, -20)
    new.visit(5, "scheduled")
    assert due(old, new) == []


def test_a_missed_maintenance_session_shows_once(due) -> None:  # noqa: ANN001
    course = maintenance(-60, -40)
    course.visit(-12, "no_show")
    assert due(course) == [("missed", date(2026, 11, 11), "Session 3 of maintenance missed, no other place yet")]
