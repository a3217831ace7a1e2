"""Events put right, entered late, followed to their end; alerts told and over; two people at one question."""

from datetime import datetime, timedelta

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.findings import Invalid, Refused
from ketaclinic.services.bundle import Services
from tests.services.chairside_desk import POST, PRE, Chairside, criterion
from tests.services.people_builders import STAFF_PIN


@pytest.fixture
def chair(store: Store, services: Services, clock: FixedClock) -> Chairside:
    return Chairside(store, services, clock)


def test_a_pause_and_a_resume_entered_late_count_from_their_true_times(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    started = chair.clock.now()
    chair.clock.forward(minutes=20)
    assert chair.view(session).given_mg == pytest.approx(20.6, abs=0.01)
    chair.charting.pause(chair.nurse, session, "cough", happened_at=started + timedelta(minutes=10))
    with pytest.raises(Refused, match="The infusion is running then: it cannot be resumed"):
        chair.charting.resume(chair.nurse, session, happened_at=started + timedelta(minutes=8))
    view = chair.charting.resume(chair.nurse, session, happened_at=datetime(2026, 11, 23, 9, 15))  # on the wall
    assert view.given_mg == pytest.approx(15.45, abs=0.01)
    assert [e.text for e in view.events if e.kind in {"pause", "resume"}] == ["Resumed", "Paused: cough"]
    with pytest.raises(Invalid, match="This time lies ahead"):
        chair.charting.pause(chair.nurse, session, happened_at=chair.clock.now() + timedelta(minutes=5))
    with pytest.raises(Invalid, match="This time lies before the patient came"):
        chair.charting.pause(chair.nurse, session, happened_at=started - timedelta(hours=3))


def test_a_stop_entered_late_or_put_right_moves_recovery_and_the_total(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    started = chair.clock.now()
    chair.clock.forward(minutes=30)
    view = chair.charting.stop(chair.nurse, session, "asks", happened_at=started + timedelta(minutes=20))
    assert (view.stopped_at, view.events[0].text) == (started + timedelta(minutes=20), "Stopped, 20.6 mg given: asks")
    stop = view.events[0]
    later = started + timedelta(minutes=25)
    view = chair.charting.correct_event(chair.nurse, stop.id, {"reason": "asks"}, later, "clock read wrongly")
    assert view.stopped_at == later
    assert view.given_mg == pytest.approx(25.75, abs=0.01)
    told = {e.id: (e.text, e.struck) for e in view.events if e.kind == "stop"}
    assert told[stop.id][1]
    assert [text for text, struck in told.values() if not struck] == [
        "Stopped, 25.8 mg given: asks · corrected: clock read wrongly"
    ]
    with pytest.raises(Refused, match="corrected already"):
        chair.charting.correct_event(chair.nurse, stop.id, {"reason": ""}, later)


def test_a_start_is_put_right_in_time_but_never_before_the_second_check(chair: Chairside) -> None:
    session = chair.seated()
    chair.clock.forward(minutes=10)
    chair.ready(session)
    chair.clock.forward(minutes=4)
    view = chair.charting.start(chair.nurse, session)
    begun = next(e for e in view.events if e.kind == "start")
    with pytest.raises(Refused, match="The second check was made at 09:10: the start cannot lie before it"):
        chair.charting.correct_event(chair.nurse, begun.id, {}, begun.at - timedelta(minutes=5), "typed late")
    view = chair.charting.correct_event(chair.nurse, begun.id, {"mg": 400}, begun.at - timedelta(minutes=2), "late")
    assert view.started_at == begun.at - timedelta(minutes=2)
    newer = next(e for e in view.events if e.kind == "start" and not e.struck)
    assert newer.data["mg"] == 41.2  # checked by two, never typed again
    with pytest.raises(Refused, match="Start and stop cannot be struck"):
        chair.charting.correct_event(chair.nurse, newer.id, {"void": True}, reason="never pressed it at all")


def test_what_was_entered_in_error_is_struck_with_its_reason(chair: Chairside) -> None:
    session = chair.seated()
    view = chair.charting.record_event(
        chair.nurse, session, "medicine", {"code": "ondansetron", "dose": "4 mg", "route": "IV", "order": "order"}
    )
    given = view.events[0].id
    with pytest.raises(Invalid, match="Say in at least 15 characters why it was entered in error"):
        chair.charting.correct_event(chair.nurse, given, {"void": True}, reason="oops")
    view = chair.charting.correct_event(chair.nurse, given, {"void": True}, reason="Belongs to chair 2, not here")
    assert [(e.text, e.struck) for e in view.events[:2]] == [
        ("Entered in error: Belongs to chair 2, not here", False),
        ("Ondansetron 4 mg IV, order 1", True),
    ]
    assert not any(c.label.startswith("after") for c in view.schedule)


@pytest.mark.parametrize("kind", ["dose", "second-check"])
def test_a_check_of_the_dose_stands_as_it_was_given(chair: Chairside, kind: str) -> None:
    session = chair.seated()
    chair.ready(session)
    entry = next(e for e in chair.view(session).events if e.kind == kind)
    with pytest.raises(Refused, match="This entry cannot be corrected: it stands as it was given"):
        chair.charting.correct_event(chair.nurse, entry.id, {"mg": 1})


def test_an_adverse_event_is_followed_from_onset_to_its_end(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    chair.clock.forward(minutes=10)
    data = {
        "code": "psychotomimetic", "severity": "moderate", "onset": "2026-11-23T09:06", "peak": "8 of 10 at 09:09",
        "related": "yes", "expected": True, "action": "reassured", "reported_to": "Dr Adeyemi",
    }  # fmt: skip
    view = chair.charting.record_event(chair.nurse, session, "adverse", data)
    assert view.events[0].at == chair.clock.now() - timedelta(minutes=4)
    assert view.events[0].text == (
        "Hallucinations, dissociation, moderate · peak 8 of 10 at 09:09 · related · expected · reassured"
        " · reported to Dr Adeyemi"
    )
    (adverse,) = view.adverse
    with pytest.raises(Invalid, match="It cannot have gone before it began"):
        chair.charting.correct_event(
            chair.nurse, adverse.event_id, data | {"resolved": (adverse.onset - timedelta(minutes=1)).isoformat()}
        )
    chair.clock.forward(minutes=15)
    gone = data | {"resolved": chair.clock.now().isoformat(), "outcome": "recovered"}
    view = chair.charting.correct_event(chair.nurse, adverse.event_id, gone)
    (adverse,) = view.adverse
    assert (adverse.open, adverse.resolved, adverse.outcome) == (False, chair.clock.now(), "recovered")
    assert adverse.onset == chair.clock.now() - timedelta(minutes=19)
    assert view.events[0].text.endswith("recovered · reported to Dr Adeyemi · resolved 09:25")


def test_new_urinary_symptoms_give_the_prescriber_a_task_that_holds_the_next_booking(chair: Chairside) -> None:
    session = chair.seated()
    chair.charting.record_event(chair.nurse, session, "adverse", {"code": "urinary", "severity": "mild"})
    chair.answer(session, "urinary", "new")
    (task,) = [t for t in chair.tasks() if t.kind == "review-urinary"]
    assert task.text == "A prescriber looks at this patient before the next booking."
    assert task.detail.startswith("Urinary symptoms")


def test_a_suggestion_is_taken_with_one_act_or_declined_for_good(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    chair.clock.forward(minutes=5)
    view = chair.observe(session, sbp=168.0, hr=115.0)
    assert [s.code for s in view.suggested] == ["bp-rise", "tachycardia"]
    high = view.suggested[0]
    taken = {"code": high.code, "severity": "mild", "onset": high.since.isoformat(), "peak": high.peak}
    chair.charting.record_event(chair.nurse, session, "adverse", taken)
    view = chair.charting.dismiss(chair.nurse, session, "tachycardia")
    assert view.suggested == ()
    chair.clock.forward(minutes=5)
    assert chair.observe(session, sbp=180.0, hr=120.0).suggested == ()
    with pytest.raises(Refused, match="not suggested any more"):
        chair.charting.dismiss(chair.nurse, session, "tachycardia")


def test_an_alert_is_told_then_declared_over_with_a_word(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    chair.clock.forward(minutes=5)
    chair.observe(session, sbp=184.0)
    with pytest.raises(Refused, match="First say who was told"):
        chair.charting.resolve_alert(chair.nurse, session, "sbp-red", "cuff slipped")
    chair.charting.acknowledge(chair.nurse, session, "sbp-red", "prescriber")
    with pytest.raises(Invalid, match="Say in a word why it is over"):
        chair.charting.resolve_alert(chair.nurse, session, "sbp-red", "  ")
    chair.clock.forward(minutes=1)
    view = chair.charting.resolve_alert(chair.nurse, session, "sbp-red", "cuff slipped")
    (alert,) = [a for a in view.alerts if a.code == "sbp-red"]
    assert (alert.active, alert.told, alert.resolution, alert.resolved_by) == (
        False, "prescriber", "cuff slipped", "Maria Ortiz",
    )  # fmt: skip
    assert alert.resolved_at == chair.clock.now()


def test_an_alert_is_over_by_itself_when_the_value_is_back(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    chair.clock.forward(minutes=5)
    chair.observe(session, spo2=89.0)
    chair.clock.forward(minutes=2)
    (alert,) = [a for a in chair.observe(session).alerts if a.code == "spo2-red"]
    assert (alert.active, alert.resolved_at, alert.resolved_by) == (False, chair.clock.now(), "")


def test_an_answer_somebody_else_gave_meanwhile_is_told_before_mine_takes_its_place(chair: Chairside) -> None:
    session = chair.seated()
    seen = next(i for i in chair.view(session).checklists[0].items if i.item.code == "iv-gauge").answered_at
    chair.charting.answer(chair.second_nurse, session, PRE, "iv-gauge", "20")
    chair.clock.forward(seconds=30)
    with pytest.raises(Refused, match="Kaja Lund answered “20 G” at 09:00") as told:
        chair.charting.answer(chair.nurse, session, PRE, "iv-gauge", "22", seen_at=seen)
    assert told.value.findings[0].severity == "override"  # asked again, not refused for ever
    view = chair.charting.answer(chair.nurse, session, PRE, "iv-gauge", "22", seen_at=seen, confirmed=True)
    assert next(i for i in view.checklists[0].items if i.item.code == "iv-gauge").value == "22"


def test_the_same_answer_given_twice_disturbs_nobody(chair: Chairside) -> None:
    session = chair.seated()
    chair.charting.answer(chair.second_nurse, session, PRE, "iv-gauge", "20")
    chair.clock.forward(seconds=30)
    view = chair.charting.answer(chair.nurse, session, PRE, "iv-gauge", "20", seen_at=None)
    (kept,) = [i for i in view.checklists[0].items if i.item.code == "iv-gauge"]
    assert (kept.value, kept.state, kept.answered_by) == ("20", "met", "Maria Ortiz")


def test_what_is_held_before_the_start_is_written_down_once(chair: Chairside) -> None:
    session = chair.seated()
    chair.answer(session, "urinary", "new")
    chair.answer(session, "urinary", "none")
    chair.answer(session, "urinary", "new")
    held = [e for e in chair.view(session).events if e.kind == "held"]
    assert [(e.data["code"], e.text) for e in held] == [
        ("urinary", "Held: New urinary symptoms: frequency, urgency, pain, blood: New.")
    ]


def test_a_co_signature_given_ahead_lets_the_nurse_sign_alone(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    chair.clock.forward(minutes=5)
    chair.observe(session, sbp=184.0)
    chair.charting.acknowledge(chair.nurse, session, "sbp-red", "prescriber")
    for minutes in (5, 10, 10):
        chair.clock.forward(minutes=minutes)
        chair.observe(session)
    chair.clock.forward(minutes=10)
    chair.charting.stop(chair.nurse, session)
    chair.observe(session)
    chair.recover(session)
    with pytest.raises(Refused, match="A prescriber signs too, because of a red alert"):
        chair.sign(session)
    chair.charting.cosign(chair.prescriber, session, STAFF_PIN)
    view = chair.sign(session)
    assert [(s.name, s.meaning) for s in view.signatures][-2:] == [
        ("Rotimi Adeyemi", "co-signed"),
        ("Maria Ortiz", "discharged"),
    ]


def test_harm_04_nobody_is_released_when_the_escort_has_gone(chair: Chairside) -> None:
    session = chair.seated()
    chair.start(session)
    chair.run_through(session)
    chair.recover(session)
    view = chair.answer(session, "escort-present", "not-here", POST)
    assert not criterion(view, "escort-present").met
    with pytest.raises(Refused, match=r"The escort is here in person: Not here\. Nothing was signed\.") as told:
        chair.sign(session)
    assert "The patient may not go yet." in str(told.value)
