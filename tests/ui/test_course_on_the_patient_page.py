"""The series on the patient page: what was missed, what waits, what is under review, what was noted."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QAbstractButton

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.courses import Cause, Strategy
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.people import Role
from ketaclinic.domain.policies import PolicyAnswer
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.ui.widgets.visit_chips import VisitChip
from tests.desk import AtTheDesk
from tests.ui.conftest import Practice

INDUCTION = "induction-mood-2-per-week"


@pytest.fixture
def visits(practice: Practice) -> tuple[int, ...]:
    """João: Monday and Thursday at 10:00 on Chair 1, six times from Monday 23 November."""
    (here,) = practice.services.clinic.locations(practice.clerk)
    chair = practice.services.clinic.chairs(practice.clerk, here.id)[0]
    starts = [datetime(2026, 11, 23, 10) + timedelta(days=n) for n in (0, 3, 7, 10, 14, 17)]
    sessions = [PlannedSession(s, s + timedelta(minutes=115), chair.id) for s in starts]
    wishes = SeriesWishes(practice.joao.id, INDUCTION, here.id, starts[0].date())
    booked = practice.services.booking.book_series(practice.clerk, wishes, sessions).appointment_ids
    practice.clock.at = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)  # Thursday 11:00, the second did not come
    return booked


def way(practice: Practice, visit: int, cause: Cause, strategy: Strategy) -> object:
    options = practice.services.courses.missed_options(practice.clerk, visit, cause)
    return next(o for o in options if o.strategy is strategy)


def page(person: AtTheDesk, practice: Practice) -> None:
    person.window.navigate("patients", {"patient_id": practice.joao.id})
    person.reads()


def chips(person: AtTheDesk) -> list[str]:
    return [chip.accessibleName() for chip in person.all(VisitChip)]


def test_a_missed_session_is_made_up_for_from_the_page(
    clerk_at_desk: AtTheDesk, practice: Practice, visits: tuple[int, ...]
) -> None:
    practice.services.courses.lose(practice.clerk, visits[1], 1, Status.NO_SHOW, "", PolicyAnswer())
    page(clerk_at_desk, practice)
    assert "Thu 26 Nov: no-show. Nothing stands for it yet." in clerk_at_desk.reads()
    assert "No-show, USD 100.00" in clerk_at_desk.reads()
    clerk_at_desk.click("Make up for Thu 26 Nov")
    assert clerk_at_desk.dialog().accessibleName() == "Missed session"
    assert not clerk_at_desk.sees("Mark missed only")
    clerk_at_desk.click("Take this way")
    clerk_at_desk.reads()
    assert not clerk_at_desk.sees("Make up for Thu 26 Nov")
    assert "Mon 14 Dec 2026, 6 of 6, Scheduled" in chips(clerk_at_desk)


def test_what_waits_to_be_placed_is_said(clerk_at_desk: AtTheDesk, practice: Practice, visits: tuple[int, ...]) -> None:
    repair = way(practice, visits[2], Cause.CANCELLED, Strategy.LEAVE)
    practice.services.courses.apply(practice.clerk, repair, Status.CANCELLED_BY_PATIENT)  # type: ignore[arg-type]
    page(clerk_at_desk, practice)
    assert "Session 3 of 6 waits on the pinboard to be placed." in clerk_at_desk.reads()


def test_a_review_is_read_by_the_desk_and_finished_by_a_prescriber(
    someone: AtTheDesk, practice: Practice, visits: tuple[int, ...]
) -> None:
    services, here = practice.services, practice.services.clinic.locations(practice.clerk)[0]
    services.users.add(practice.manager, "rotimi", "Rotimi Adeyemi", Role.PRESCRIBER, "1357")
    first, last = datetime(2026, 12, 11), datetime(2026, 12, 21)
    services.clinic.add_closure(practice.clerk, here.id, None, first, last, "Holidays")
    repair = way(practice, visits[1], Cause.MISSED, Strategy.APPEND)
    given = tuple(BookingOverride(code, "The clinic is closed then.") for code in ("gap-long", "window-long"))
    services.courses.apply(practice.clerk, repair, Status.NO_SHOW, overrides=given)  # type: ignore[arg-type]
    someone.sign_in("Ada Petrov")
    page(someone, practice)
    assert "11 days between Thu 10 Dec and Mon 21 Dec" in someone.reads()
    assert [b for b in someone.all(QAbstractButton) if b.text() == "Finish…"] == []
    someone.window.lock()
    someone.sign_in("Rotimi Adeyemi")
    page(someone, practice)
    button = next(b for b in someone.all(QAbstractButton) if b.text() == "Finish…")
    button.click()
    someone.type("Outcome", "Goes on as planned")
    someone.click("Finish task")
    someone.reads()
    assert "11 days between" not in someone.reads()


def test_a_series_is_stopped_from_the_page(
    clerk_at_desk: AtTheDesk, practice: Practice, visits: tuple[int, ...]
) -> None:
    page(clerk_at_desk, practice)
    clerk_at_desk.click("Stop series Induction, twice a week")
    clerk_at_desk.type("Reason", "Moves away")
    clerk_at_desk.click("Stop series")
    words = clerk_at_desk.reads()
    assert "Stopped: Moves away" in words
    assert "Thu 10 Dec 2026, 6 of 6, Cancelled by clinic" in chips(clerk_at_desk)
