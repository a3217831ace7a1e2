"""Harms that reach beyond one session: urinary symptoms that nobody looks at, tests that nobody asks for."""

from datetime import date, datetime, timedelta

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.models import BookingOverrideRow, EncounterRow
from ketaclinic.db.store import Store
from ketaclinic.domain import events
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.clearance import Clearance
from ketaclinic.domain.findings import Refused
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.people import Patient
from ketaclinic.domain.tasks import LABS_DUE, REVIEW_URINARY, Task
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.services.bundle import Services
from tests.services.chairside_desk import MOOD, Chairside, against

HERE = 1
WISHES_FROM = date(2026, 11, 30)
NEEDS = "This patient needs the prescriber's clearance before the next booking."


@pytest.fixture
def chair(store: Store, services: Services, clock: FixedClock) -> Chairside:
    return Chairside(store, services, clock)


def tasks(chair: Chairside, patient: Patient, kind: str) -> list[Task]:
    return [t for t in chair.services.courses.tasks(chair.prescriber, patient.id) if t.kind == kind]


def later(day: int = 30) -> PlannedSession:
    starts = datetime(2026, 11, day, 9, 0)
    return PlannedSession(starts, starts, 1)


def book(chair: Chairside, patient: Patient, *overrides: BookingOverride) -> int:
    wishes = SeriesWishes(patient.id, MOOD, HERE, WISHES_FROM, count=1)
    booked = chair.services.booking.book_series(chair.desk, wishes, [later()], overrides=overrides)
    return booked.appointment_ids[0]


def with_symptoms(chair: Chairside) -> tuple[Patient, int]:
    """A patient who names new urinary symptoms before the start; and the session."""
    patient = chair.patient()
    session = chair.seated(patient)
    chair.answer(session, "urinary", "new")
    return patient, session


def word_of(chair: Chairside, reason: str = "Seen today, urine is clean") -> BookingOverride:
    return BookingOverride("clearance", reason, chair.prescriber)


# --- the flag ---------------------------------------------------------------------------------------------------------


def test_harm_15_new_urinary_symptoms_become_a_review_that_the_desk_reads_without_the_reason(chair: Chairside) -> None:
    patient, _ = with_symptoms(chair)
    (task,) = tasks(chair, patient, REVIEW_URINARY)
    assert "urinary" in task.detail.lower()
    (seen,) = chair.services.courses.tasks(chair.desk, patient.id)
    assert seen.detail == ""
    assert "urin" not in seen.text.lower()
    assert chair.services.patients.page(chair.desk, patient.id).clearance is Clearance.NOT_CLEARED


def test_harm_15_an_adverse_event_does_the_same_once(chair: Chairside) -> None:
    patient = chair.patient()
    session = chair.seated(patient)
    chair.start(session)
    chair.run_through(session)
    for _ in range(2):
        chair.charting.record_event(
            chair.nurse, session, events.ADVERSE, {"code": "urinary", "severity": "mild"}, chair.clock.now()
        )
    assert len(tasks(chair, patient, REVIEW_URINARY)) == 1
    assert chair.services.patients.page(chair.desk, patient.id).clearance is Clearance.NOT_CLEARED


def test_harm_15_a_further_booking_needs_the_prescribers_word(chair: Chairside) -> None:
    patient, _ = with_symptoms(chair)
    with pytest.raises(Refused) as caught:
        book(chair, patient)
    assert str(caught.value) == NEEDS
    by_a_nurse = BookingOverride("clearance", "Seen today, urine is clean", chair.nurse)
    with pytest.raises(Refused, match="needs the prescriber's clearance"):
        book(chair, patient, by_a_nurse)
    visit = book(chair, patient, word_of(chair))
    with chair.store.reading() as session:
        (row,) = session.query(BookingOverrideRow).filter_by(appointment_id=visit)
    assert (row.code, row.reason, row.approver_id) == ("clearance", "Seen today, urine is clean", chair.prescriber.id)


def test_harm_15_the_prescribers_review_lets_the_desk_book_again(chair: Chairside) -> None:
    patient, _ = with_symptoms(chair)
    (task,) = tasks(chair, patient, REVIEW_URINARY)
    chair.services.courses.finish_task(chair.prescriber, task.id, task.version, "Seen, urine clean, go on")
    assert chair.services.patients.page(chair.desk, patient.id).clearance is Clearance.CLEARED
    assert book(chair, patient)


def test_harm_15_what_is_booked_stays_booked_may_be_moved_and_shows_it(chair: Chairside) -> None:
    patient = chair.patient()
    next_visit = chair.visit(patient, at=datetime(2026, 11, 30, 9, 0))
    chair.answer(chair.seated(patient), "urinary", "new")
    (card,) = chair.services.booking.day(chair.desk, HERE, date(2026, 11, 30)).cards
    assert (card.appointment.id, card.appointment.status) == (next_visit, Status.CONFIRMED)
    assert "clearance" in card.missing
    moved = chair.services.booking.move(
        chair.desk, next_visit, card.appointment.version, 2, datetime(2026, 11, 30, 10, 0)
    )
    assert (moved.chair_id, moved.status) == (2, Status.CONFIRMED)


def test_harm_15_a_proposal_says_so_beforehand_and_a_visit_to_place_waits(chair: Chairside) -> None:
    patient = chair.patient()
    parked = chair.visit(patient, at=datetime(2026, 12, 1, 9, 0))
    booking = chair.services.booking
    booking.park(chair.desk, parked, chair.appointment(parked).version)
    chair.answer(chair.seated(patient), "urinary", "new")
    wishes = SeriesWishes(patient.id, MOOD, HERE, WISHES_FROM, count=2)
    proposals = booking.propose_series(chair.desk, wishes).proposals
    assert proposals
    for proposal in proposals:
        assert [f.message for f in proposal.findings if f.code == "clearance"] == [NEEDS]
    version = chair.appointment(parked).version
    with pytest.raises(Refused, match="needs the prescriber's clearance"):
        booking.place(chair.desk, parked, version, 1, datetime(2026, 12, 1, 9, 0))
    placed = booking.place(chair.desk, parked, version, 1, datetime(2026, 12, 1, 9, 0), overrides=(word_of(chair),))
    assert placed.status is Status.SCHEDULED


def test_harm_15_a_hold_from_before_is_not_booked_behind_the_prescribers_back(chair: Chairside) -> None:
    patient = chair.patient()
    booking = chair.services.booking
    held = booking.hold_series(
        chair.desk, SeriesWishes(patient.id, MOOD, HERE, WISHES_FROM, count=1), [later()], minutes=60
    )
    chair.answer(chair.seated(patient), "urinary", "new")
    with pytest.raises(Refused, match="needs the prescriber's clearance"):
        booking.confirm_hold(chair.desk, held.series_id)
    visit = held.appointment_ids[0]
    with pytest.raises(Refused, match="needs the prescriber's clearance"):
        chair.status(visit, Status.SCHEDULED, chair.desk)
    booking.confirm_hold(chair.desk, held.series_id, overrides=(word_of(chair),))
    assert chair.appointment(visit).status == Status.SCHEDULED


def test_harm_15_the_next_start_asks_the_prescriber_while_nobody_has_reviewed_it(chair: Chairside) -> None:
    patient, _ = with_symptoms(chair)
    again = chair.visit(patient, at=datetime(2026, 11, 26, 9, 0))
    chair.clock.at += timedelta(days=3)
    chair.arrive(again)
    session = chair.charting.open(chair.nurse, again).id
    chair.ready(session)
    found = against(chair.view(session))["urinary-review"]
    assert (found.severity, found.override_roles) == ("override", ("prescriber",))
    assert "A prescriber has not reviewed it yet." in found.message


# --- tests ------------------------------------------------------------------------------------------------------------


def given_before(chair: Chairside, patient: Patient, infusions: int) -> None:
    """So many infusions of the weeks before."""
    for number in range(infusions):
        at = datetime(2026, 8, 3, 9, 0) + timedelta(days=7 * number)
        visit = chair.visit(patient, at=at, status=Status.DISCHARGED)
        with chair.store.writing(Op.OPEN_ENCOUNTER) as writing:
            began = chair.clock.now() - timedelta(days=200 - 7 * number)
            writing.session.add(
                EncounterRow(
                    appointment_id=visit,
                    patient_id=patient.id,
                    protocol_id=MOOD,
                    protocol_revision=1,
                    checklist_revisions={},
                    opened_at=began,
                    opened_by=chair.nurse.id,
                    started_at=began,
                    stopped_at=began + timedelta(minutes=40),
                )
            )


def infused(chair: Chairside, patient: Patient) -> None:
    session = chair.seated(patient)
    chair.start(session)
    chair.run_through(session)
    chair.recover(session)
    chair.sign(session)


@pytest.mark.parametrize(("before", "due"), [(6, 0), (7, 1), (11, 1)])
def test_harm_15_from_the_eighth_infusion_on_tests_are_due(chair: Chairside, before: int, due: int) -> None:
    patient = chair.patient()
    given_before(chair, patient, before)
    infused(chair, patient)
    assert len(tasks(chair, patient, LABS_DUE)) == due
    if due:
        (task,) = tasks(chair, patient, LABS_DUE)
        assert task.detail == (
            f"Liver and urine tests: {before + 1} infusions since the first one, none entered before."
        )
        (seen,) = chair.services.courses.tasks(chair.desk, patient.id)
        assert (seen.text, seen.detail) == ("Tests are due for this patient before the next session.", "")
        assert chair.services.patients.page(chair.desk, patient.id).clearance is Clearance.CLEARED


def test_harm_15_tests_that_are_due_stand_against_the_next_start_until_they_are_done(chair: Chairside) -> None:
    patient = chair.patient()
    given_before(chair, patient, 7)
    infused(chair, patient)
    again = chair.visit(patient, at=datetime(2026, 11, 26, 9, 0))
    chair.clock.at = datetime(2026, 11, 26, 15, 0, tzinfo=chair.clock.at.tzinfo)
    chair.arrive(again)
    session = chair.charting.open(chair.nurse, again).id
    chair.ready(session)
    found = against(chair.view(session))["labs-due"]
    assert (found.severity, found.override_roles) == ("override", ("prescriber",))
    (task,) = tasks(chair, patient, LABS_DUE)
    chair.services.courses.finish_task(chair.prescriber, task.id, task.version, "Liver and urine normal")
    assert "labs-due" not in against(chair.view(session))
    # From here the count begins anew.
    chair.charting.start(chair.nurse, session)
    chair.run_through(session)
    chair.recover(session)
    chair.sign(session)
    assert tasks(chair, patient, LABS_DUE) == []
