"""Scores: kept, corrected, both ways with the checklist, and what they call for (`clinical.md` 5, harms 9 and 16)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.models import AppointmentRow, AssessmentRow, EncounterRow
from ketaclinic.db.store import Store
from ketaclinic.db.tasks import open_tasks
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import Invalid, NotAllowed, NotFound, Refused
from ketaclinic.domain.people import Role
from ketaclinic.services.bundle import Services
from tests.services.chairside_desk import Chairside, against, unmet
from tests.services.people_builders import STAFF_PIN

YES_TO_4 = {"answers": {"q1": 1, "q2": 1, "q3": 0, "q4": 1, "q5": 0, "q6": 0}}
ALL_NO = {"answers": {"q1": 0, "q2": 0, "q6": 0}}
on_the_file = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what adds no query: one engine shows it."""
SAW = "Spoke with the patient alone: no intent today, sister stays."


@pytest.fixture
def chair(store: Store, services: Services, clock: FixedClock) -> Chairside:
    return Chairside(store, services, clock)


def phq(total: int, item_nine: int = 0) -> dict[str, int]:
    return {"score": total, "q9": item_nine}


def record(chair: Chairside, patient: int, total: int, item_nine: int = 0, **more: Any) -> Any:
    value = phq(total, item_nine)
    return chair.services.assessments.record(chair.nurse, patient, "phq-9", value, **more)


def tasks(chair: Chairside) -> list[tuple[str, str, str]]:
    with chair.store.reading() as session:
        return [(task.kind, task.text, task.detail) for task in open_tasks(session)]


def infused(chair: Chairside, patient: int, *days: date, opened_by: int) -> None:
    """Infusions of one course in the past, on these days at 10:00 UTC, all done."""
    with chair.store.writing(Op.FILL_DEMONSTRATION) as writing:
        session = writing.session
        visit = session.query(AppointmentRow).filter_by(patient_id=patient).one()
        for number, day in enumerate(days, start=1):
            at = datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
            row = AppointmentRow(
                series_id=visit.series_id,
                patient_id=patient,
                location_id=1,
                chair_id=2,
                starts_at=datetime(day.year, day.month, day.day, 9),
                ends_at=datetime(day.year, day.month, day.day, 11),
                prep=30,
                infusion=40,
                recovery=30,
                turnover=15,
                setup_from=20,
                setup_minutes=25,
                ratio=2,
                status=Status.DISCHARGED.value,
                position=number + 10,
                session_number=number,
            )
            session.add(row)
            session.flush()
            session.add(
                EncounterRow(
                    appointment_id=row.id,
                    patient_id=patient,
                    protocol_id="induction-mood-2-per-week",
                    protocol_revision=1,
                    checklist_revisions={},
                    opened_at=at,
                    opened_by=opened_by,
                    started_at=at + timedelta(minutes=30),
                    stopped_at=at + timedelta(minutes=70),
                )
            )
        session.flush()


# --- kept ------------------------------------------------------------------------------------------------------------


def test_a_score_is_kept_with_its_band_who_and_when(chair: Chairside) -> None:
    patient = chair.patient().id
    kept = record(chair, patient, 14, taken_at=datetime(2026, 11, 20, 10, 30), note="from the referral")
    assert (kept.total, kept.band_text, kept.by, kept.given_by) == (14, "Moderate", "Maria Ortiz", "staff")
    assert kept.taken_at == datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # 10:30 in Chicago
    assert kept.entered_at == chair.clock.now()
    assert chair.services.assessments.of_patient(chair.prescriber, patient) == (kept,)


@on_the_file
def test_the_same_command_keeps_a_score_once(chair: Chairside) -> None:
    patient = chair.patient().id
    first = record(chair, patient, 14, command_id="one press")
    assert record(chair, patient, 14, command_id="one press").id == first.id
    assert len(chair.services.assessments.of_patient(chair.nurse, patient)) == 1


@on_the_file
@pytest.mark.parametrize(
    ("scale", "value", "more", "sentence"),
    [
        ("phq-9", {"score": 28, "q9": 0}, {}, "PHQ-9 goes from 0 to 27. Nothing was saved."),
        ("phq-9", {"score": 14}, {}, "PHQ-9: question 9 is still to be answered. Nothing was saved."),
        ("phq-9", {"answers": {"q1": 2}}, {}, "PHQ-9: questions 2, 3, 4, 5, 6, 7, 8, 9 are still to be answered."),
        ("phq-9", {"score": 1, "q9": 2}, {}, "a total of 1 and item 9 of 2 cannot both be right"),
        ("madrs", {"score": 61}, {}, "MADRS goes from 0 to 60."),
        ("madrs", {"score": 6}, {"taken_at": datetime(2026, 11, 24, 9)}, "lies ahead"),
        ("madrs", {"score": 6}, {"taken_at": datetime(2016, 11, 24, 9)}, "more than five years back"),
    ],
)
def test_a_score_that_cannot_be_is_refused_in_one_sentence(
    chair: Chairside, scale: str, value: dict[str, Any], more: dict[str, Any], sentence: str
) -> None:
    patient = chair.patient().id
    with pytest.raises(Invalid) as told:
        chair.services.assessments.record(chair.nurse, patient, scale, value, **more)
    assert sentence in str(told.value)
    assert chair.services.assessments.of_patient(chair.nurse, patient) == ()


@on_the_file
@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.MANAGER])
def test_scores_are_for_clinical_roles(chair: Chairside, role: Role) -> None:
    patient, service, user = chair.patient().id, chair.services.assessments, chair.staff[role]
    for ask in (service.of_patient, service.standing, service.trend):
        with pytest.raises(NotAllowed, match="may not see scores"):
            ask(user, patient)
    with pytest.raises(NotAllowed, match="may not record scores"):
        service.record(user, patient, "phq-9", phq(14))


def test_a_wrong_score_is_corrected_by_a_new_one_and_stays_struck(chair: Chairside) -> None:
    patient = chair.patient().id
    wrong = record(chair, patient, 24, taken_at=datetime(2026, 11, 20, 10))
    right = record(chair, patient, 14, corrects_id=wrong.id)
    first, second = chair.services.assessments.of_patient(chair.nurse, patient)
    assert (first.total, first.struck, second.total, second.struck) == (24, True, 14, False)
    assert right.taken_at == wrong.taken_at
    with pytest.raises(Refused, match="corrected already"):
        record(chair, patient, 15, corrects_id=wrong.id)
    with pytest.raises(NotFound):
        record(chair, chair.patient("Berg", "Ida").id, 15, corrects_id=right.id)


# --- both ways with the checklist ------------------------------------------------------------------------------------


def test_a_checklist_s_answer_is_a_score_and_the_next_one_corrects_it(chair: Chairside) -> None:
    session = chair.seated()
    patient = chair.view(session).header.patient_id
    chair.answer(session, "phq-9", phq(18, 1))
    chair.answer(session, "phq-9", phq(8))
    chair.answer(session, "c-ssrs", {"declined": True})
    scores = chair.services.assessments.of_patient(chair.nurse, patient)
    assert [(s.instrument, s.total, s.struck, s.encounter_id) for s in scores] == [
        ("phq-9", 18, True, session),
        ("phq-9", 8, False, session),
    ]


@on_the_file
def test_a_score_of_the_session_answers_its_checklist_and_says_who_gave_it(chair: Chairside) -> None:
    session = chair.seated()
    patient = chair.view(session).header.patient_id
    kept = record(chair, patient, 14, encounter_id=session, given_by="patient")
    (item,) = [i for i in chair.view(session).checklists[0].items if i.item.code == "phq-9"]
    assert (item.score, item.state, kept.given_by, kept.encounter_id) == (14, "met", "patient", session)


def test_a_score_taken_on_the_patient_s_page_that_day_counts_at_the_chair(chair: Chairside) -> None:
    patient = chair.patient()
    record(chair, patient.id, 14, 2)  # before the session is opened
    chair.clock.forward(minutes=5)
    session = chair.seated(patient)
    (item,) = [i for i in chair.view(session).checklists[0].items if i.item.code == "phq-9"]
    assert (item.score, item.state, item.answered_by) == (14, "not_met", "Maria Ortiz")
    record(chair, patient.id, 12)  # and once it is open
    (item,) = [i for i in chair.view(session).checklists[0].items if i.item.code == "phq-9"]
    assert (item.score, item.state) == (12, "met")


@on_the_file
def test_yesterday_s_score_does_not_count_at_the_chair(chair: Chairside) -> None:
    patient = chair.patient()
    record(chair, patient.id, 14, taken_at=datetime(2026, 11, 22, 18))
    (item,) = [i for i in chair.view(chair.seated(patient)).checklists[0].items if i.item.code == "phq-9"]
    assert item.state == "open"


# --- harm 9: suicide risk missed -------------------------------------------------------------------------------------


@on_the_file
def test_harm_09_item_9_above_0_demands_the_screener_of_this_visit(chair: Chairside) -> None:
    session = chair.seated()
    chair.ready(session, phq_9=phq(14, 2), c_ssrs=None)
    view = chair.view(session)
    assert set(against(view)) == {"open-c-ssrs", "phq9-item9"}
    with pytest.raises(Refused, match="C-SSRS"):
        chair.charting.start(chair.nurse, session)
    chair.answer(session, "c-ssrs", ALL_NO)
    with pytest.raises(Refused, match="PHQ-9 item 9 is 2"):
        chair.charting.start(chair.nurse, session)
    chair.charting.override(chair.nurse, session, "phq9-item9", SAW, chair.prescriber)
    chair.charting.start(chair.nurse, session)


@on_the_file
def test_harm_09_a_positive_screener_stops_until_the_prescriber_acknowledges(chair: Chairside) -> None:
    session = chair.seated()
    chair.ready(session, phq_9=phq(14, 2), c_ssrs=YES_TO_4)
    messages = [f.message for f in chair.view(session).may_start if f.severity == "override"]
    assert messages == ["C-SSRS question 4 is yes: intention.", "PHQ-9 item 9 is 2.", "PHQ-9 item 9 is 2."]
    with pytest.raises(Refused, match="intention"):
        chair.charting.start(chair.nurse, session)
    with pytest.raises(Refused, match="needs a prescriber"):
        chair.charting.override(chair.nurse, session, "c-ssrs-positive", SAW, chair.second_nurse)
    for code in ("c-ssrs-positive", "phq9-item9"):
        chair.charting.override(chair.nurse, session, code, SAW, chair.prescriber)
    assert chair.charting.start(chair.nurse, session).started_at is not None


def test_harm_09_holds_when_the_phq_9_is_corrected_after_the_acknowledgement(chair: Chairside) -> None:
    session = chair.seated()
    chair.ready(session, phq_9=phq(14), c_ssrs=YES_TO_4)
    chair.charting.override(chair.nurse, session, "c-ssrs-positive", SAW, chair.prescriber)
    assert against(chair.view(session)) == {}
    patient = chair.view(session).header.patient_id
    (wrong,) = [s for s in chair.services.assessments.of_patient(chair.nurse, patient) if s.instrument == "phq-9"]
    record(chair, patient, 17, 3, corrects_id=wrong.id)  # on the patient's page, not at the chair
    assert against(chair.view(session))["c-ssrs-positive"].message == "PHQ-9 item 9 is 3."
    with pytest.raises(Refused, match="item 9 is 3"):
        chair.charting.start(chair.nurse, session)


@on_the_file
def test_harm_09_a_declined_screener_is_asked_of_the_prescriber_again_when_item_9_comes_up(chair: Chairside) -> None:
    session = chair.seated()
    chair.ready(session, phq_9=phq(14), c_ssrs={"declined": True})
    chair.charting.override(chair.nurse, session, "c-ssrs", SAW, chair.prescriber)
    assert against(chair.view(session)) == {}
    chair.answer(session, "phq-9", phq(14, 1))
    assert set(against(chair.view(session))) == {"c-ssrs", "phq9-item9"}


@on_the_file
def test_harm_09_a_screener_that_turns_positive_on_the_patients_page_asks_for_the_safety_plan(
    chair: Chairside,
) -> None:
    """It is asked while the drug runs, and told at the chair; the plan is owed before the patient goes home."""
    session = chair.seated()
    chair.start(session)
    patient = chair.view(session).header.patient_id
    chair.clock.forward(minutes=5)
    chair.services.assessments.record(chair.nurse, patient, "c-ssrs-screener", YES_TO_4)
    messages = [alert.finding.message for alert in chair.view(session).alerts]
    assert messages == ["Found after the start: C-SSRS question 4 is yes: intention."]
    chair.run_through(session)
    chair.recover(session, safety_plan=None)
    assert "safety-plan" in unmet(chair.view(session))


@on_the_file
def test_harm_09_a_screener_answered_otherwise_after_the_start_leaves_the_safety_plan_owed(chair: Chairside) -> None:
    session = chair.seated()
    chair.ready(session, c_ssrs=YES_TO_4)
    chair.charting.override(chair.nurse, session, "c-ssrs-positive", SAW, chair.prescriber)
    chair.charting.start(chair.nurse, session)
    chair.clock.forward(minutes=5)
    chair.answer(session, "c-ssrs", ALL_NO)
    chair.run_through(session)
    chair.recover(session, safety_plan=None)
    assert "safety-plan" in unmet(chair.view(session))


@on_the_file
def test_harm_09_item_9_newly_above_0_is_a_call_by_a_clinician_the_desk_reads_without_the_reason(
    chair: Chairside,
) -> None:
    patient = chair.patient().id
    record(chair, patient, 14, 0, taken_at=datetime(2026, 11, 20, 10))
    kept = record(chair, patient, 14, 1)
    assert [f.code for f in kept.findings] == ["phq9-item9", "score-item-new"]
    (row,) = chair.services.recall.list(chair.desk, 1)
    assert row.task is not None
    assert (row.text, row.task.detail) == ("A clinician speaks with the patient; a booking alone is not enough.", "")
    (row,) = chair.services.recall.list(chair.prescriber, 1)
    assert row.task is not None
    assert row.task.detail == "PHQ-9 item 9 is newly 1 (0 before)."


# --- harm 16: a course that does not help ----------------------------------------------------------------------------


def test_harm_16_no_response_after_infusion_3_is_a_warning_and_one_review(chair: Chairside) -> None:
    patient = chair.patient()
    chair.visit(patient, at=datetime(2026, 11, 25, 9), status=Status.SCHEDULED)
    record(chair, patient.id, 20, taken_at=datetime(2026, 11, 8, 9))
    three = (date(2026, 11, 10), date(2026, 11, 13), date(2026, 11, 17))
    infused(chair, patient.id, *three, opened_by=chair.nurse.id)
    kept = record(chair, patient.id, 17, taken_at=datetime(2026, 11, 20, 9))
    assert [f.code for f in kept.findings] == ["score-no-response"]
    (task,) = tasks(chair)
    assert task == (
        "review-response",
        "A prescriber looks at the course before the next session.",
        "PHQ-9 17 after infusion 3: 15 % better than at the start of the course (20); 25 % is looked for.",
    )
    record(chair, patient.id, 18)
    assert [kind for kind, _, _ in tasks(chair)] == ["review-response"]


@on_the_file
def test_harm_16_a_review_once_made_is_not_asked_again_for_the_same_course(chair: Chairside) -> None:
    patient = chair.patient()
    chair.visit(patient, at=datetime(2026, 11, 25, 9), status=Status.SCHEDULED)
    record(chair, patient.id, 20, taken_at=datetime(2026, 11, 8, 9))
    three = (date(2026, 11, 10), date(2026, 11, 13), date(2026, 11, 17))
    infused(chair, patient.id, *three, opened_by=chair.nurse.id)
    record(chair, patient.id, 17, taken_at=datetime(2026, 11, 20, 9))
    (task,) = chair.services.courses.tasks(chair.prescriber)
    chair.services.courses.finish_task(chair.prescriber, task.id, task.version, "Goes on at 0.75 mg/kg.")
    record(chair, patient.id, 18)
    assert tasks(chair) == []


@on_the_file
def test_a_score_worse_than_at_the_start_is_one_review_whose_detail_grows(chair: Chairside) -> None:
    patient = chair.patient()
    chair.visit(patient, at=datetime(2026, 11, 25, 9), status=Status.SCHEDULED)
    record(chair, patient.id, 12, taken_at=datetime(2026, 11, 8, 9))
    infused(chair, patient.id, date(2026, 11, 10), opened_by=chair.nurse.id)
    record(chair, patient.id, 17, taken_at=datetime(2026, 11, 20, 9))
    record(chair, patient.id, 19)
    assert tasks(chair) == [
        (
            "review-scores",
            "A prescriber looks at the course before anything more is booked.",
            "PHQ-9 17 is 5 above the start of the course (12).\nPHQ-9 19 is 7 above the start of the course (12).",
        )
    ]


@on_the_file
def test_a_score_entered_late_calls_for_nothing_a_later_one_has_settled(chair: Chairside) -> None:
    patient = chair.patient().id
    record(chair, patient, 8, 0)
    record(chair, patient, 20, 3, taken_at=datetime(2026, 11, 2, 9))
    assert tasks(chair) == []


@on_the_file
def test_the_standing_of_a_patient_is_read_with_every_scale(chair: Chairside) -> None:
    patient = chair.patient()
    chair.visit(patient, at=datetime(2026, 11, 25, 9), status=Status.SCHEDULED)
    record(chair, patient.id, 20, taken_at=datetime(2026, 11, 8, 9))
    infused(chair, patient.id, date(2026, 11, 10), opened_by=chair.nurse.id)
    record(chair, patient.id, 9)
    chair.services.assessments.record(chair.nurse, patient.id, "madrs", {"score": 12})
    found = chair.services.assessments.trend(chair.prescriber, patient.id)
    assert [(s.instrument, s.latest and s.latest.total, s.response) for s in found.standings] == [
        ("madrs", 12, False),
        ("phq-9", 9, True),
    ]
    assert [i.number for i in found.infusions] == [1]
    assert found.zone == "America/Chicago"


@on_the_file
def test_a_signed_session_takes_no_score_but_its_patient_does(chair: Chairside) -> None:
    session = chair.seated()
    patient = chair.view(session).header.patient_id
    chair.answer(session, "phq-9", phq(14))
    chair.charting.sign_off(chair.nurse, session, STAFF_PIN, outcome="not_started", reason="Feels unwell, comes back.")
    with pytest.raises(Refused, match="signed and closed"):
        record(chair, patient, 12, encounter_id=session)
    (wrong,) = chair.services.assessments.of_patient(chair.nurse, patient)
    corrected = record(chair, patient, 13, corrects_id=wrong.id)
    assert (corrected.encounter_id, corrected.taken_at) == (None, wrong.taken_at)


def test_the_doctor_finds_a_score_that_stands_with_another_patient(chair: Chairside) -> None:
    session = chair.seated()
    chair.answer(session, "phq-9", phq(14))
    other = chair.patient("Berg", "Ida").id
    assert [c.detail for c in chair.services.doctor.check() if c.name == "Scores"] == [
        "1 can be scored, each with its own patient"
    ]
    with chair.store.writing(Op.RECORD_ASSESSMENT) as writing:
        for value, scale in (({"score": 99}, "phq-9"), ({"score": 4}, "no-such-scale")):
            writing.session.add(
                AssessmentRow(
                    patient_id=other,
                    encounter_id=session,
                    instrument=scale,
                    instrument_version=1,
                    value=value,
                    taken_at=chair.clock.now(),
                    entered_at=chair.clock.now(),
                    user_id=chair.nurse.id,
                    given_by="staff",
                    note="",
                )
            )
        writing.session.flush()
    (check,) = [c for c in chair.services.doctor.check() if c.name == "Scores"]
    assert not check.ok
    assert check.detail == ("assessments 2 (cannot be scored), assessments 3 (cannot be scored) are not sound")


def test_harm_16_the_session_warns_while_the_review_is_still_to_be_made(chair: Chairside) -> None:
    patient = chair.patient()
    session = chair.seated(patient)
    record(chair, patient.id, 20, taken_at=datetime(2026, 11, 8, 9))
    three = (date(2026, 11, 10), date(2026, 11, 13), date(2026, 11, 17))
    infused(chair, patient.id, *three, opened_by=chair.nurse.id)
    chair.answer(session, "phq-9", phq(17))
    (warned,) = [f for f in chair.view(session).may_start if f.code == "response-review"]
    assert warned.severity == "warn"
    assert warned.message.endswith("25 % is looked for. A prescriber has not reviewed the course yet.")
    (task,) = chair.services.courses.tasks(chair.prescriber)
    chair.services.courses.finish_task(chair.prescriber, task.id, task.version, "Goes on at 0.75 mg/kg.")
    assert [f for f in chair.view(session).may_start if f.code == "response-review"] == []


def test_the_earlier_sessions_under_a_chart_say_their_scores(chair: Chairside) -> None:
    patient = chair.patient()
    chair.visit(patient, at=datetime(2026, 11, 25, 9), status=Status.SCHEDULED)
    infused(chair, patient.id, date(2026, 11, 10), opened_by=chair.nurse.id)
    before = chair.services.assessments.trend(chair.nurse, patient.id).infusions[0]
    with chair.store.reading() as session:
        earlier = session.query(EncounterRow).filter_by(patient_id=patient.id).one().id
    wrong = record(chair, patient.id, 20, encounter_id=earlier, taken_at=before.opened_at)
    record(chair, patient.id, 19, corrects_id=wrong.id)
    chair.services.assessments.record(chair.nurse, patient.id, "gad-7", {"score": 11}, encounter_id=earlier)
    today = chair.seated(patient)
    (found,) = chair.services.records.earlier(chair.nurse, today)
    assert found.scores == "PHQ-9 19, GAD-7 11"
