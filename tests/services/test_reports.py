"""Overrides counted and listed: by rule over a month, by time of a day; who may read how much of it."""

from datetime import date, datetime

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.charting import add_event
from ketaclinic.db.models import BookingOverrideRow
from ketaclinic.db.store import Store
from ketaclinic.domain import events
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import Invalid, NotAllowed
from ketaclinic.domain.governance import Area, OverrideReport, RuleRow
from ketaclinic.domain.people import Role
from ketaclinic.services.bundle import Services
from tests.services.chairside_desk import Chairside

HERE = 1
NOVEMBER = date(2026, 11, 1)
DAY = date(2026, 11, 23)


@pytest.fixture
def chair(store: Store, services: Services, clock: FixedClock) -> Chairside:
    return Chairside(store, services, clock)


def held(chair: Chairside, session: int, rule: str) -> None:
    """The program writes down that a rule stood against the start of a session."""
    with chair.store.writing(Op.ANSWER_CHECKLIST, by=chair.nurse.id) as writing:
        now = chair.clock.now()
        data = {"code": rule, "message": "It stood."}
        add_event(writing.session, session, events.HELD, data, happened_at=now, entered_at=now, user_id=chair.nurse.id)


def overridden(chair: Chairside, session: int) -> None:
    """A glass of wine: the prescriber lets the start pass."""
    chair.answer(session, "substances", "used")
    chair.charting.override(chair.nurse, session, "substances", "A glass of wine yesterday", chair.prescriber)


def booked_against(chair: Chairside, visit: int, code: str = "nurse-load") -> None:
    manager = chair.staff[Role.MANAGER]
    with chair.store.writing(Op.BOOK_APPOINTMENT, by=chair.desk.id) as writing:
        writing.session.add(
            BookingOverrideRow(
                appointment_id=visit,
                code=code,
                message="Too few nurses at 09:30.",
                reason="A second nurse comes at nine",
                approver_id=manager.id,
                user_id=chair.desk.id,
                at=chair.clock.now(),
            )
        )


def month(chair: Chairside, by: Role = Role.PRESCRIBER, of: date = DAY) -> OverrideReport:
    return chair.services.reports.overrides(chair.staff[by], of, HERE)


def row(report: OverrideReport, rule: str) -> RuleRow:
    (found,) = [r for r in report.rows if r.rule == rule]
    return found


def counted(report: OverrideReport, rule: str) -> tuple[int, int, str, bool]:
    found = row(report, rule)
    return found.asked, found.overridden, found.percent, found.over_half


def three_sessions(chair: Chairside) -> list[int]:
    noon = datetime(2026, 11, 23, 13, 0)
    places = ({"chair": 1}, {"chair": 2}, {"chair": 1, "at": noon})
    return [chair.seated(chair.patient(f"Patient {n}"), **place) for n, place in enumerate(places)]


def test_harm_20_a_rule_overridden_in_most_cases_is_marked_for_review(chair: Chairside) -> None:
    first, second, third = three_sessions(chair)
    for session in (first, second):
        overridden(chair, session)
    held(chair, third, "substances")
    for session in (first, second, third):
        held(chair, session, "escort")
    report = month(chair)
    assert counted(report, "substances") == (3, 2, "67 %", True)
    assert counted(report, "escort") == (3, 0, "0 %", False)
    assert [r.rule for r in report.rows] == ["substances", "escort"]
    assert row(report, "substances").by_whom == (("Rotimi Adeyemi", 2),)
    assert row(report, "substances").title == "Alcohol, cannabis, other substances, by the clinic's policy"
    assert report.to_review == 1


def test_harm_20_half_is_not_more_than_half(chair: Chairside) -> None:
    first, second, _ = three_sessions(chair)
    overridden(chair, first)
    held(chair, second, "substances")
    assert counted(month(chair), "substances") == (2, 1, "50 %", False)


def test_harm_20_the_decision_of_a_prescriber_is_kept_with_the_month(chair: Chairside) -> None:
    reports = chair.services.reports
    overridden(chair, chair.seated())
    assert row(month(chair), "substances").to_review
    reports.review_rule(chair.prescriber, "substances", DAY, "Keep it, and ask at the confirmation call", "c-1")
    reports.review_rule(chair.prescriber, "substances", DAY, "Keep it, and ask at the confirmation call", "c-1")
    found = row(month(chair, Role.MANAGER), "substances")
    assert found.reviewed is not None
    assert (found.reviewed.decision, found.reviewed.by, found.reviewed.month) == (
        "Keep it, and ask at the confirmation call",
        "Rotimi Adeyemi",
        NOVEMBER,
    )
    assert found.reviewed.at == datetime(2026, 11, 23, 9, 0)
    assert (found.over_half, found.to_review) == (True, False)
    reports.review_rule(chair.prescriber, "substances", DAY, "Changed our mind: leave it out")
    assert row(month(chair), "substances").standing == "Changed our mind: leave it out"


def test_a_review_needs_words_and_a_month_that_has_begun(chair: Chairside) -> None:
    review = chair.services.reports.review_rule
    with pytest.raises(Invalid, match="15 letters or more"):
        review(chair.prescriber, "substances", DAY, "fine   so")
    with pytest.raises(Invalid, match="has not begun yet"):
        review(chair.prescriber, "substances", date(2026, 12, 1), "Keep it as it stands now")
    with pytest.raises(Invalid, match="Choose the rule"):
        review(chair.prescriber, " ", DAY, "Keep it as it stands now")
    with pytest.raises(NotAllowed, match="A manager may not review a rule"):
        review(chair.staff[Role.MANAGER], "substances", DAY, "Keep it as it stands now")


def test_booking_is_counted_against_the_visits_of_the_month(chair: Chairside) -> None:
    for n, day in ((1, 23), (2, 23), (1, 24)):
        visit = chair.visit(chair.patient(f"Patient {n}{day}"), chair=n, at=datetime(2026, 11, day, 9, 0))
        if day == 24:
            booked_against(chair, visit)
    chair.visit(chair.patient("December"), at=datetime(2026, 12, 1, 9, 0))
    report = month(chair)
    assert report.visits == 3
    assert counted(report, "nurse-load") == (3, 1, "33 %", False)
    assert (row(report, "nurse-load").area, row(report, "nurse-load").title) == (Area.BOOKING, "Too few nurses")
    assert month(chair, of=date(2026, 12, 5)).rows == ()


def test_the_day_tells_who_treats_everything_and_the_manager_no_patient(chair: Chairside) -> None:
    session = chair.seated()
    overridden(chair, session)
    chair.clock.forward(minutes=30)
    booked_against(chair, chair.visit(chair.patient("Later"), at=datetime(2026, 12, 1, 9, 0)))
    reports = chair.services.reports
    told = reports.overrides_of_day(chair.prescriber, DAY, HERE)
    assert told.told
    start, booking = told.lines
    assert (start.at, start.chair, start.patient, start.reason) == (
        datetime(2026, 11, 23, 9, 0),
        "Chair 1",
        "Silva, João",
        "A glass of wine yesterday",
    )
    assert (start.asked_by, start.approver) == ("Maria Ortiz", "Rotimi Adeyemi")
    assert (booking.rule, booking.at, booking.patient) == ("nurse-load", datetime(2026, 11, 23, 9, 30), "Later, João")
    manager = chair.staff[Role.MANAGER]
    for line in reports.overrides_of_day(manager, DAY, HERE).lines:
        assert (line.at, line.chair, line.patient, line.record, line.reason, line.message) == (None, "", "", "", "", "")
        assert line.approver
    assert reports.overrides_of_day(chair.prescriber, date(2026, 11, 24), HERE).lines == ()


def test_neither_desk_nor_nurse_reads_the_reports(chair: Chairside) -> None:
    for person in (chair.desk, chair.nurse):
        with pytest.raises(NotAllowed):
            chair.services.reports.overrides(person, DAY, HERE)
        with pytest.raises(NotAllowed):
            chair.services.reports.overrides_of_day(person, DAY, HERE)


def test_both_reports_are_printed(chair: Chairside) -> None:
    overridden(chair, chair.seated())
    reports, manager = chair.services.reports, chair.staff[Role.MANAGER]
    for content in (reports.overrides_pdf(manager, DAY, HERE), reports.overrides_of_day_pdf(manager, DAY, HERE)):
        assert content.startswith(b"%PDF")
