"""Harms of place and time: two infusions on one day, one chair taken twice, an infusion that outlasts the clinic."""

from datetime import datetime

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.models import AppointmentRow
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import Refused
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.people import Patient, Role
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.services.bundle import Services
from tests.services.chairside_desk import MOOD, Chairside, against

HERE = 1
FAST = "induction-mood-3-per-week"
REASON = "Agreed with the patient and the family"


@pytest.fixture
def chair(store: Store, services: Services, clock: FixedClock) -> Chairside:
    return Chairside(store, services, clock)


def book(
    chair: Chairside, patient: Patient, starts: datetime, *words: BookingOverride, seat: int = 1, protocol: str = MOOD
) -> int:
    wishes = SeriesWishes(patient.id, protocol, HERE, starts.date(), count=1)
    session = PlannedSession(starts, starts, seat)
    return chair.services.booking.book_series(chair.desk, wishes, [session], overrides=words).appointment_ids[0]


def word(chair: Chairside, code: str, role: Role) -> BookingOverride:
    return BookingOverride(code, REASON, chair.staff[role])


def infused_at_nine(chair: Chairside, patient: Patient) -> None:
    session = chair.seated(patient)
    chair.start(session)
    chair.run_through(session)
    chair.recover(session)
    chair.sign(session)


# --- 12: spacing ------------------------------------------------------------------------------------------------------


def test_harm_12_a_second_mood_infusion_on_one_day_is_booked_by_nobody(chair: Chairside) -> None:
    patient = chair.patient()
    book(chair, patient, datetime(2026, 11, 30, 9, 0))
    words = [word(chair, "second-infusion", role) for role in (Role.PRESCRIBER, Role.MANAGER)]
    for protocol in (MOOD, FAST):
        with pytest.raises(Refused) as caught:
            book(chair, patient, datetime(2026, 11, 30, 13, 0), *words, protocol=protocol)
        assert [(f.code, f.severity) for f in caught.value.findings] == [("second-infusion", "block")]


def test_harm_12_another_gap_takes_the_prescribers_word(chair: Chairside) -> None:
    patient = chair.patient()
    book(chair, patient, datetime(2026, 11, 30, 9, 0))
    next_day = datetime(2026, 12, 1, 9, 0)
    with pytest.raises(Refused, match="at least 2 are needed"):
        book(chair, patient, next_day)
    with pytest.raises(Refused, match="at least 2 are needed"):
        book(chair, patient, next_day, word(chair, "gap-short", Role.MANAGER))
    assert book(chair, patient, next_day, word(chair, "gap-short", Role.PRESCRIBER))


def test_harm_12_a_second_infusion_on_one_day_is_started_by_nobody(chair: Chairside) -> None:
    patient = chair.patient()
    infused_at_nine(chair, patient)
    again = chair.visit(patient, at=datetime(2026, 11, 23, 13, 0))
    chair.clock.at = datetime(2026, 11, 23, 19, 0, tzinfo=chair.clock.at.tzinfo)
    chair.arrive(again)
    session = chair.charting.open(chair.nurse, again).id
    chair.ready(session)
    assert against(chair.view(session))["same-day"].severity == "block"
    with pytest.raises(Refused, match="This cannot be overridden"):
        chair.charting.override(chair.nurse, session, "same-day", REASON, chair.prescriber)
    with pytest.raises(Refused, match="already had an infusion today"):
        chair.charting.start(chair.nurse, session)


def test_harm_12_a_gap_too_short_at_the_start_is_the_prescribers_to_allow(chair: Chairside) -> None:
    patient = chair.patient()
    infused_at_nine(chair, patient)
    again = chair.visit(patient, at=datetime(2026, 11, 24, 9, 0))
    chair.clock.at = datetime(2026, 11, 24, 15, 0, tzinfo=chair.clock.at.tzinfo)
    chair.arrive(again)
    session = chair.charting.open(chair.nurse, again).id
    chair.ready(session)
    found = against(chair.view(session))["gap-short"]
    assert (found.message, found.override_roles) == (
        "The last infusion was 1 days ago; the protocol asks for 2.",
        ("prescriber",),
    )
    chair.charting.override(chair.nurse, session, "gap-short", REASON, chair.prescriber)
    assert chair.charting.start(chair.nurse, session).started_at is not None


# --- 14: one place, one patient ---------------------------------------------------------------------------------------


def test_harm_14_the_database_itself_refuses_a_chair_twice(chair: Chairside) -> None:
    chair.visit(chair.patient("First"), at=datetime(2026, 11, 30, 9, 0))
    # Written straight past every rule, from the last minute of the other's turnover on.
    with pytest.raises(Refused):
        chair.visit(chair.patient("Second"), at=datetime(2026, 11, 30, 10, 54))
    chair.visit(chair.patient("Third"), at=datetime(2026, 11, 30, 10, 55))


def test_harm_14_the_database_itself_refuses_a_patient_in_two_chairs(chair: Chairside) -> None:
    patient = chair.patient()
    chair.visit(patient, at=datetime(2026, 11, 30, 9, 0))
    with pytest.raises(Refused):
        chair.visit(patient, chair=2, at=datetime(2026, 11, 30, 10, 0))


def test_harm_14_a_named_nurse_sets_up_one_patient_at_a_time(chair: Chairside) -> None:
    first = chair.visit(chair.patient("First"), at=datetime(2026, 11, 30, 9, 0))
    second = chair.visit(chair.patient("Second"), chair=2, at=datetime(2026, 11, 30, 9, 10))
    with chair.store.writing(Op.MOVE_APPOINTMENT) as writing:
        writing.session.get_one(AppointmentRow, first).nurse_id = chair.nurse.id
    with pytest.raises(Refused), chair.store.writing(Op.MOVE_APPOINTMENT) as writing:
        writing.session.get_one(AppointmentRow, second).nurse_id = chair.nurse.id


def test_harm_14_no_word_books_a_chair_that_is_taken(chair: Chairside) -> None:
    book(chair, chair.patient("First"), datetime(2026, 11, 30, 9, 0))
    words = [word(chair, "chair-taken", role) for role in (Role.PRESCRIBER, Role.MANAGER)]
    with pytest.raises(Refused, match=r"Chair 1 is taken from 09:00 to 10:55"):
        book(chair, chair.patient("Second"), datetime(2026, 11, 30, 10, 0), *words)


def test_harm_14_too_few_nurses_is_the_managers_to_allow_alone(chair: Chairside) -> None:
    sunday_rota = chair.services.clinic.locations(chair.desk)[0].usual_nurses
    nurses = sunday_rota[0]
    assert nurses >= 1
    nine = datetime(2026, 11, 30, 9, 0)
    findings = ()
    for seat in (1, 2):
        patient = chair.patient(f"Patient {seat}")
        try:
            book(chair, patient, nine, seat=seat)
        except Refused as refused:
            findings = refused.findings
            with pytest.raises(Refused, match="Too few nurses"):
                book(chair, patient, nine, word(chair, "nurse-load", Role.PRESCRIBER), seat=seat)
            assert book(chair, patient, nine, word(chair, "nurse-load", Role.MANAGER), seat=seat)
    if nurses == 1:
        assert [(f.code, f.severity, f.override_roles) for f in findings] == [("nurse-load", "override", ("manager",))]


# --- 17: late finish --------------------------------------------------------------------------------------------------


def test_harm_17_a_visit_that_could_outlast_the_clinic_is_booked_by_word_only(chair: Chairside) -> None:
    """Open until 17:00: prep 30, infusion 40 and the longest recovery of 60 minutes end at 17:05."""
    late, in_time = datetime(2026, 11, 30, 14, 55), datetime(2026, 11, 30, 14, 50)
    assert book(chair, chair.patient("In time"), in_time)
    with pytest.raises(Refused) as caught:
        book(chair, chair.patient("Late"), late, seat=2)
    assert [(f.code, f.override_roles) for f in caught.value.findings] == [("late-finish", ("prescriber", "manager"))]
    assert book(chair, chair.patient("Allowed"), late, word(chair, "late-finish", Role.MANAGER), seat=2)


@pytest.mark.parametrize(("minute", "late"), [(20, False), (21, True)])
def test_harm_17_an_infusion_begun_too_late_needs_a_word_at_the_start(
    chair: Chairside, minute: int, late: bool
) -> None:
    """Forty minutes of infusion and sixty of recovery end at 17:00 when it begins at 15:20."""
    chair.clock.at = datetime(2026, 11, 23, 21, 0, tzinfo=chair.clock.at.tzinfo)  # 15:00 on the wall
    session = chair.seated(at=datetime(2026, 11, 23, 14, 30))
    chair.clock.forward(minutes=minute)
    chair.ready(session)
    found = against(chair.view(session))
    assert ("late-finish" in found) is late
    if late:
        assert found["late-finish"].message == "A long recovery could last until 17:01; the clinic closes at 17:00."
        with pytest.raises(Refused, match="the clinic closes at 17:00"):
            chair.charting.start(chair.nurse, session)
        chair.charting.override(chair.nurse, session, "late-finish", REASON, chair.prescriber)
    assert chair.charting.start(chair.nurse, session).started_at is not None
