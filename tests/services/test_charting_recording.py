"""Charting at the chair: what is recorded, with its true time, and what never gets lost."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Changes, Op
from ketaclinic.domain.findings import Invalid, NotAllowed, NotFound, Refused
from ketaclinic.services.bundle import Services
from tests.domain.clinical_builders import CALM
from tests.services.chairside_desk import PRE, Chairside, against
from tests.services.people_builders import STAFF_PIN


@pytest.fixture
def chair(store: Store, services: Services, clock: FixedClock) -> Chairside:
    return Chairside(store, services, clock)


def test_a_session_opens_once_and_only_for_a_patient_who_came(chair: Chairside) -> None:
    visit = chair.visit(chair.patient())
    with pytest.raises(Refused, match="The visit is confirmed: a session opens when the patient has arrived"):
        chair.charting.open(chair.nurse, visit)
    chair.arrive(visit)
    first = chair.charting.open(chair.nurse, visit)
    assert chair.charting.open(chair.prescriber, visit).id == first.id
    assert first.step == "before"
    assert first.observations == ()
    assert all(item.value is None for checklist in first.checklists for item in checklist.items)


@pytest.mark.parametrize("who", ["desk", "manager"])
def test_nobody_but_clinical_roles_sees_a_session(chair: Chairside, who: str) -> None:
    session = chair.seated()
    user = {"desk": chair.desk, "manager": next(u for u in chair.staff.values() if u.role == "manager")}[who]
    with pytest.raises(NotAllowed):
        chair.charting.view(user, session)
    with pytest.raises(NotAllowed):
        chair.charting.floor(user, 1)
    with pytest.raises(NotAllowed):
        chair.charting.record_observation(user, session, CALM)


def test_an_answer_is_kept_with_who_and_when_and_the_last_one_counts(chair: Chairside) -> None:
    session = chair.seated()
    chair.answer(session, "iv-site", "left-hand")
    chair.clock.forward(minutes=2)
    view = chair.charting.answer(chair.prescriber, session, PRE, "iv-site", "right-hand")
    (site,) = [i for i in view.checklists[0].items if i.item.code == "iv-site"]
    assert (site.value, site.answered_by, site.answered_at) == ("right-hand", "Rotimi Adeyemi", chair.clock.now())


def test_times_on_a_checklist_are_the_wall_s(chair: Chairside) -> None:
    session = chair.seated()
    view = chair.answer(session, "solid-food", datetime(2026, 11, 23, 2, 0))
    (food,) = [i for i in view.checklists[0].items if i.item.code == "solid-food"]
    assert food.value == datetime(2026, 11, 23, 2, 0)
    assert food.state == "met"  # at 09:00 in Chicago, seven hours later


def test_two_nurses_fill_one_list_from_two_stations(chair: Chairside, open_station: Callable[[str], Store]) -> None:
    from ketaclinic.services.charting import Charting

    session = chair.seated()
    other = Charting(open_station("chairside-2"), chair.services.charting._catalog, chair.clock)
    chair.answer(session, "allergies", value=True)
    view = other.answer(chair.second_nurse, session, PRE, "iv-gauge", "20")
    answered = {i.item.code: i.answered_by for i in view.checklists[0].items if i.answered_by}
    assert answered == {"allergies": "Maria Ortiz", "iv-gauge": "Kaja Lund"}


def test_an_answer_that_cannot_be_is_said_where_it_was_given(chair: Chairside) -> None:
    session = chair.seated()
    with pytest.raises(Invalid, match="has no answer “12”") as told:
        chair.answer(session, "iv-gauge", "12")
    assert told.value.field == "iv-gauge"
    with pytest.raises(NotFound):
        chair.answer(session, "shoe-size", 42)


def test_pounds_are_asked_again_and_taken_when_confirmed(chair: Chairside) -> None:
    session = chair.seated()
    with pytest.raises(Refused, match="was it read in pounds"):
        chair.dose(session, weight=181.0)
    assert chair.view(session).header.weight_kg is None
    view = chair.charting.set_dose(chair.nurse, session, 95.0, 10.0, confirmed=True)
    assert view.header.weight_kg == 95.0
    with pytest.raises(Refused, match="700 kg is not a weight"):
        chair.charting.set_dose(chair.nurse, session, 700.0, 10.0, confirmed=True)
    with pytest.raises(Invalid, match="Choose the vial's strength: 10, 50, 100 mg/mL"):
        chair.dose(session, concentration=20.0)


def test_an_observation_keeps_its_true_time_and_its_time_of_entry(chair: Chairside) -> None:
    session = chair.seated()
    chair.clock.forward(minutes=20)
    view = chair.observe(session, minutes_ago=12)
    (row,) = view.observations
    assert row.observed_at == chair.clock.now() - timedelta(minutes=12)
    assert row.entered_at == chair.clock.now()
    assert row.late
    assert row.values["map"] == 91.0


def test_a_naive_time_is_read_off_the_clinic_s_wall(chair: Chairside) -> None:
    session = chair.seated()
    chair.clock.forward(minutes=20)
    view = chair.charting.record_observation(chair.nurse, session, CALM, observed_at=datetime(2026, 11, 23, 9, 11))
    assert view.observations[0].observed_at.isoformat() == "2026-11-23T15:11:00+00:00"


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [(2, "This time lies ahead"), (-31, "This time lies before the patient came")],
)
def test_a_time_that_cannot_be_is_refused(chair: Chairside, minutes: int, sentence: str) -> None:
    session = chair.seated()
    chair.clock.forward(minutes=30)
    at = chair.clock.now() + timedelta(minutes=minutes)
    with pytest.raises(Invalid, match=sentence) as told:
        chair.charting.record_observation(chair.nurse, session, CALM, observed_at=at)
    assert told.value.field == "observed_at"
    assert chair.view(session).observations == ()


def test_an_implausible_value_is_asked_again_and_nothing_is_kept_until_it_is_confirmed(chair: Chairside) -> None:
    session = chair.seated()
    with pytest.raises(Refused, match="SpO₂ 9 % is unlikely") as told:
        chair.observe(session, spo2=9.0)
    assert [f.subject for f in told.value.findings] == ["spo2"]
    assert chair.view(session).observations == ()
    view = chair.charting.record_observation(chair.nurse, session, CALM | {"spo2": 65.0}, confirmed=frozenset({"spo2"}))
    assert [f.code for f in view.findings] == ["spo2-red"]


def test_an_empty_row_is_not_kept(chair: Chairside) -> None:
    with pytest.raises(Invalid, match="Nothing was entered"):
        chair.charting.record_observation(chair.nurse, chair.seated(), {})


def test_a_wrong_row_is_corrected_by_a_new_one_and_stays_struck_through(chair: Chairside) -> None:
    session = chair.seated()
    wrong = chair.observe(session, sbp=184.0).observations[0]
    chair.clock.forward(minutes=3)
    view = chair.charting.correct_observation(chair.nurse, wrong.id, CALM, "Read the wrong line")
    old, new = view.observations
    assert (old.struck, new.struck, new.corrects_id) == (True, False, wrong.id)
    assert new.observed_at == wrong.observed_at
    assert new.entered_at == chair.clock.now()
    assert [a.code for a in view.active_alerts] == []
    with pytest.raises(Refused, match="corrected already"):
        chair.charting.correct_observation(chair.nurse, wrong.id, CALM)


def test_a_double_click_keeps_one_row(chair: Chairside) -> None:
    session = chair.seated()
    for _ in range(2):
        view = chair.charting.record_observation(chair.nurse, session, CALM, command_id="row-1")
    assert len(view.observations) == 1


def test_the_pump_s_rate_read_off_is_compared_with_the_one_set(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    assert [f.code for f in chair.observe(session, rate=6.18).findings] == []
    view = chair.observe(session, rate=61.8)
    assert view.findings[0].message == "The pump shows 61.8 mL/h; 6.18 mL/h is set."


def test_what_was_given_is_right_across_pause_and_rate_change(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    chair.clock.forward(minutes=10)
    chair.charting.pause(chair.nurse, session, "Nausea")
    chair.clock.forward(minutes=5)
    assert chair.view(session).given_mg == 10.3
    chair.charting.resume(chair.nurse, session)
    chair.charting.record_event(chair.nurse, session, "rate", {"rate": 3.09, "reason": "Dissociation"})
    chair.clock.forward(minutes=20)
    view = chair.charting.stop(chair.nurse, session, "Patient asked")
    assert view.given_mg == 20.6  # 10 min at full rate, 20 at half
    assert "Stopped, 20.6 mg given: Patient asked" in [e.text for e in view.events]


def test_a_rate_ten_times_the_order_s_is_kept_and_pointed_out(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    view = chair.charting.record_event(chair.nurse, session, "rate", {"rate": 61.8})
    assert view.findings[0].message == "61.8 mL/h is 10 times the 6.18 mL/h of the order."
    for nonsense in (0, -3, float("inf"), "fast", True):
        with pytest.raises(Invalid, match="above 0"):
            chair.charting.record_event(chair.nurse, session, "rate", {"rate": nonsense})


def test_what_is_found_after_the_start_is_kept_as_late_and_changes_nothing_that_was_judged(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    chair.clock.forward(minutes=7)
    view = chair.answer(session, "urinary", "new")
    (item,) = [i for i in view.checklists[0].items if i.item.code == "urinary"]
    assert (item.value, item.state) == ("none", "met")  # what the start was judged by
    assert item.late is not None
    assert (item.late.text, item.late.by, item.late.at) == ("New", "Maria Ortiz", chair.clock.now())
    assert view.findings[0].action.startswith("The infusion has begun: tell the prescriber now.")
    alert = view.active_alerts[0]
    assert (alert.code, alert.level) == ("late-urinary", "amber")
    assert alert.finding.message == (
        "Found after the start: New urinary symptoms: frequency, urgency, pain, blood: New."
    )
    assert view.dose is not None
    assert chair.answer(session, "weight", 80.0).dose == view.dose


def test_a_meal_that_lies_ahead_is_refused(chair: Chairside) -> None:
    session = chair.seated()
    with pytest.raises(Invalid, match="“Last solid food” lies ahead"):
        chair.answer(session, "solid-food", datetime(2026, 11, 23, 20, 0))


def test_the_pump_is_not_paused_twice_nor_after_the_stop(chair: Chairside) -> None:
    session = chair.seated()
    with pytest.raises(Refused, match="has not been started"):
        chair.charting.pause(chair.nurse, session)
    chair.start(session)
    chair.charting.pause(chair.nurse, session)
    with pytest.raises(Refused, match="is paused then: it cannot be paused"):
        chair.charting.pause(chair.nurse, session)
    chair.charting.stop(chair.nurse, session)
    with pytest.raises(Refused, match="has been stopped then: it cannot be resumed"):
        chair.charting.resume(chair.nurse, session)
    with pytest.raises(Refused, match="has been stopped then: it cannot be stopped"):
        chair.charting.stop(chair.nurse, session)


def test_events_need_what_they_need(chair: Chairside) -> None:
    session = chair.seated()
    record = chair.charting.record_event
    with pytest.raises(Invalid, match="The dose is missing"):
        record(chair.nurse, session, "medicine", {"code": "ondansetron", "route": "IV"})
    with pytest.raises(Invalid, match="Choose the adverse event from the list"):
        record(chair.nurse, session, "adverse", {"code": "boredom", "severity": "mild"})
    with pytest.raises(Invalid, match="mild, moderate or severe"):
        record(chair.nurse, session, "adverse", {"code": "headache", "severity": "bad"})
    with pytest.raises(Invalid, match="not an event to record here"):
        record(chair.nurse, session, "start", {})
    assert chair.view(session).events == ()


def test_an_adverse_event_reads_in_words_and_alerts_when_it_must(chair: Chairside) -> None:
    session = chair.seated()
    view = chair.charting.record_event(
        chair.nurse, session, "adverse", {"code": "nausea-vomiting", "severity": "mild", "note": "after 10 min"}
    )
    assert view.events[0].text == "Nausea, vomiting, mild · after 10 min"
    assert view.findings == ()
    view = chair.charting.record_event(chair.nurse, session, "adverse", {"code": "seizure", "severity": "severe"})
    assert view.findings[0].action == "Stop the infusion, protect the airway, call 911."
    assert view.active_alerts[0].level == "red"


def test_harm_11_a_rescue_medicine_without_order_is_kept_and_flagged(chair: Chairside) -> None:
    session = chair.seated(chair.patient(allergies="labetalol, latex"))
    given = {"code": "labetalol", "dose": "10 mg", "route": "IV", "order": "verbal", "prescriber": chair.prescriber.id}
    with pytest.raises(Refused, match="The details name an allergy to labetalol: labetalol, latex"):
        chair.charting.record_event(chair.nurse, session, "medicine", given)
    view = chair.charting.record_event(chair.nurse, session, "medicine", given, confirmed=True)
    assert [f.code for f in view.findings] == ["allergy-clash", "no-rescue-order"]
    assert view.events[0].text == "Labetalol 10 mg IV, verbal order of Rotimi Adeyemi, to be co-signed"
    assert view.cosign == "a rescue medicine and a verbal order"
    (task,) = [t for t in chair.tasks() if t.kind == "verbal-order"]
    assert (task.role, task.due_on) == ("prescriber", date(2026, 11, 24))
    assert task.text == "Co-sign what was ordered by word of mouth at 09:00."
    assert task.detail == "Labetalol 10 mg IV, verbal order of Rotimi Adeyemi."


def test_harm_11_a_verbal_order_names_its_prescriber(chair: Chairside) -> None:
    session = chair.seated()
    given = {"code": "midazolam", "dose": "1 mg", "route": "IV", "order": "verbal"}
    with pytest.raises(Invalid, match="Say which prescriber gave the verbal order"):
        chair.charting.record_event(chair.nurse, session, "medicine", given)
    with pytest.raises(Invalid, match="Say which prescriber"):
        chair.charting.record_event(chair.nurse, session, "medicine", given | {"prescriber": chair.nurse.id})
    view = chair.charting.record_event(chair.nurse, session, "medicine", given | {"order": "none"})
    assert view.events[0].text == "Midazolam 1 mg IV, without an order, to be co-signed"


def test_harm_11_a_rescue_medicine_counts_as_ordered_only_when_the_order_names_it(chair: Chairside) -> None:
    patient = chair.patient()
    chair.order(patient, rescue_codes=("labetalol",))
    chair.consent(patient)
    booked = chair.visit(patient)
    chair.arrive(booked)
    session = chair.charting.open(chair.nurse, booked).id
    given = {"dose": "10 mg", "route": "IV", "order": "order"}
    named = chair.charting.record_event(chair.nurse, session, "medicine", given | {"code": "labetalol"})
    assert named.events[0].text == "Labetalol 10 mg IV, order 1"
    assert named.findings == ()
    other = chair.charting.record_event(chair.nurse, session, "medicine", given | {"code": "hydralazine"})
    assert other.events[0].text == "Hydralazine 10 mg IV, without an order, to be co-signed"


def test_harm_11_the_prescriber_co_signs_ahead_and_the_task_is_done(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    given = {"code": "labetalol", "dose": "10 mg", "route": "IV", "order": "verbal", "prescriber": chair.prescriber.id}
    chair.charting.record_event(chair.nurse, session, "medicine", given)
    with pytest.raises(Invalid, match="PIN"):
        chair.charting.cosign(chair.prescriber, session, "0000")
    with pytest.raises(NotAllowed, match="nurse may not co-sign a session"):
        chair.charting.cosign(chair.nurse, session, STAFF_PIN)
    view = chair.charting.cosign(chair.prescriber, session, STAFF_PIN)
    assert view.cosign == ""
    assert [t for t in chair.tasks() if t.kind == "verbal-order"] == []
    with pytest.raises(Refused, match="Nothing in this session waits for a co-signature"):
        chair.charting.cosign(chair.prescriber, session, STAFF_PIN)
    later = chair.charting.record_event(chair.nurse, session, "medicine", given)
    assert later.cosign == "a rescue medicine and a verbal order"  # what happens after it is signed for again


def test_every_entry_is_its_own_operation_in_the_audit_and_tells_the_screens(chair: Chairside) -> None:
    session = chair.seated()
    heard: list[Changes] = []
    chair.store.on_commit.append(heard.append)
    chair.observe(session)
    assert [(c.op, c.tables) for c in heard] == [(Op.RECORD_OBSERVATION, frozenset({"observations"}))]


def test_a_refusal_leaves_no_trace(chair: Chairside) -> None:
    session = chair.seated()
    heard: list[Changes] = []
    chair.store.on_commit.append(heard.append)
    with pytest.raises(Refused):
        chair.observe(session, dbp=130.0)
    with pytest.raises(Refused):
        chair.charting.start(chair.nurse, session)
    assert heard == []
    assert chair.appointment(1).status == Status.CHECKED_IN.value


def test_recording_is_never_blocked(chair: Chairside) -> None:
    """Without order, consent, checklist or escort, what happened is still recorded."""
    visit = chair.visit(chair.patient(), escort=False)
    chair.arrive(visit)
    session = chair.charting.open(chair.nurse, visit).id
    assert {"order", "consent"} <= set(against(chair.view(session)))
    chair.observe(session, sbp=190.0)
    chair.charting.record_event(chair.nurse, session, "note", {"text": "Felt faint in the waiting room"})
    assert len(chair.view(session).observations) == 1


def test_what_is_typed_and_not_saved_is_found_again_by_who_typed_it(chair: Chairside) -> None:
    session = chair.seated()
    chair.charting.keep_draft(chair.nurse, session, "row", {"sbp": "14", "note": "moved"})
    chair.charting.keep_draft(chair.nurse, session, "row", {"sbp": "146", "note": "moved"})
    assert chair.charting.drafts(chair.nurse, session) == {"row": {"sbp": "146", "note": "moved"}}
    assert chair.charting.drafts(chair.second_nurse, session) == {}
    assert chair.view(session).observations == ()
    chair.charting.keep_draft(chair.nurse, session, "row", {})
    assert chair.charting.drafts(chair.nurse, session) == {}


def test_a_draft_tells_no_screen_to_read_again_and_goes_with_the_signature(chair: Chairside) -> None:
    session = chair.seated()
    heard: list[Changes] = []
    chair.store.on_commit.append(heard.append)
    chair.charting.keep_draft(chair.nurse, session, "row", {"sbp": "146"})
    assert [c.tables for c in heard] == [frozenset()]
    chair.charting.sign_off(chair.nurse, session, STAFF_PIN, outcome="not_started", reason="Patient has a fever of 39")
    assert chair.charting.drafts(chair.nurse, session) == {}
    chair.charting.keep_draft(chair.nurse, session, "row", {"sbp": "150"})
    assert chair.charting.drafts(chair.nurse, session) == {}
