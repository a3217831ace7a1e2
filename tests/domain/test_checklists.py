"""What an answer means, item by item."""

from datetime import datetime
from typing import Any

import pytest

from ketaclinic.domain.answers import stored_value
from ketaclinic.domain.checklists import ItemState, ItemStatus, rows_done
from ketaclinic.domain.clinical_rules import statuses
from ketaclinic.domain.events import Event
from ketaclinic.domain.visit import Visit
from tests.domain.clinical_builders import NURSE, PRESCRIBER, a_visit, an_order, at, checklists, instrument


def item(visit: Visit, code: str) -> ItemStatus:
    return next(s for s in statuses(visit, visit.checklists[0]) if s.item.code == code)


def with_answer(**answer: Any) -> Visit:
    return a_visit(answer={k.replace("_", "-"): v for k, v in answer.items()})


def test_a_complete_list_has_all_21_rows_done() -> None:
    found = statuses(a_visit(), checklists()["pre-infusion"])
    assert rows_done(found) == (21, 21)


def test_nothing_is_answered_before_somebody_answers() -> None:
    visit = a_visit(answers={}, observations=(), events=(), order=None, order_problem="No order.", consent=None)
    by_hand = [s for s in statuses(visit, visit.checklists[0]) if not s.item.computed]
    assert {s.state for s in by_hand} == {ItemState.OPEN, ItemState.NOT_ASKED}
    not_asked = [s.item.code for s in by_hand if s.state is ItemState.NOT_ASKED]
    assert not_asked == ["pregnancy-exemption", "pregnancy-test", "pregnancy-declined"]


@pytest.mark.parametrize(
    ("code", "value", "state", "severity"),
    [
        ("identifiers", {"name": True, "born": False}, "not_met", "block"),
        ("allergies", False, "not_met", "block"),
        ("contraindication", "present", "not_met", "block"),
        ("solid-food", datetime(2026, 11, 23, 3, 1), "not_met", "override"),
        ("solid-food", datetime(2026, 11, 23, 3, 0), "met", None),
        ("clear-liquids", datetime(2026, 11, 23, 7, 1), "not_met", "override"),
        ("escort-confirmed", "not-reached", "not_met", "override"),
        ("substances", "used", "not_met", "override"),
        ("medicines", "changed", "warned", "warn"),
        ("benzodiazepine", 8, "met", None),
        ("benzodiazepine", 8.5, "warned", "warn"),
        ("maoi", "yes", "warned", "warn"),
        ("antihypertensive", "not-taken", "warned", "warn"),
        ("c-ssrs", {"answers": {"q1": 0, "q2": 0, "q6": 1}}, "not_met", "override"),
        ("c-ssrs", {"declined": True}, "not_met", "override"),
        ("phq-9", {"declined": True}, "warned", "warn"),
        ("phq-9", {"score": 9, "q9": 1}, "not_met", "override"),
        ("urinary", "new", "not_met", "override"),
        ("mania-psychosis", "signs", "not_met", "override"),
        ("adverse-since", "yes", "not_met", "override"),
        ("iv-patent", False, "not_met", "block"),
        ("equipment", "not-done", "warned", "warn"),
    ],
)
def test_each_row_stops_as_the_reference_says(code: str, value: Any, state: str, severity: str | None) -> None:
    status = item(a_visit(answer={code: value}), code)
    assert status.state == state
    assert {f.severity.value for f in status.findings} == ({severity} if severity else set())


def test_the_pregnancy_test_is_asked_only_where_it_applies() -> None:
    assert item(with_answer(childbearing="no"), "pregnancy-test").state is ItemState.NOT_ASKED
    assert item(with_answer(childbearing="yes"), "pregnancy-test").state is ItemState.OPEN
    tested = with_answer(childbearing="yes", pregnancy_test="positive")
    assert item(tested, "pregnancy-test").findings[0].severity == "block"
    assert item(with_answer(childbearing="yes", pregnancy_test="declined"), "pregnancy-test").state == "warned"


def test_an_exemption_from_the_pregnancy_test_is_documented() -> None:
    assert item(with_answer(childbearing="exempt"), "pregnancy-exemption").state is ItemState.OPEN
    told = with_answer(childbearing="exempt", pregnancy_exemption="Hysterectomy 2019")
    assert item(told, "pregnancy-exemption").state is ItemState.MET
    assert item(told, "pregnancy-test").state is ItemState.NOT_ASKED


def test_what_depends_on_a_question_that_is_not_asked_any_more_is_not_asked_either() -> None:
    declined = with_answer(childbearing="yes", pregnancy_test="declined")
    assert item(declined, "pregnancy-declined").state is ItemState.OPEN
    taken_back = with_answer(childbearing="no", pregnancy_test="declined")
    assert item(taken_back, "pregnancy-declined").state is ItemState.NOT_ASKED


def test_a_half_filled_scale_stays_open_and_says_what_is_left() -> None:
    status = item(with_answer(phq_9={"answers": {"q1": 2}}), "phq-9")
    assert status.state is ItemState.OPEN
    assert status.why == "PHQ-9: still to answer: q2, q3, q4, q5, q6, q7, q8, q9."


def test_the_prescriber_on_site_must_be_one_who_works_here() -> None:
    assert item(a_visit(), "prescriber").why == "Rotimi Adeyemi (on shift)"
    assert item(a_visit(prescribers=()), "prescriber").state is ItemState.OPEN


def an_override(code: str, basis: str) -> Event:
    data = {"code": code, "basis": [basis], "reason": "Ate a banana, prescriber agrees"}
    return Event(50, "override", at(-1), at(-1), NURSE, PRESCRIBER, data)


def test_an_override_holds_only_for_what_stood_then() -> None:
    eaten = {"solid-food": datetime(2026, 11, 23, 5, 0)}
    sentence = item(a_visit(answer=eaten), "solid-food").findings[0].message
    assert sentence == "Last solid food: 2026-11-23 05:00, at least 6 h are needed."
    let_pass = (*a_visit().events, an_override("solid-food", sentence))
    status = item(a_visit(answer=eaten, events=let_pass), "solid-food")
    assert (status.state, status.overridden_by) == (ItemState.OVERRIDDEN, PRESCRIBER)
    later = item(a_visit(answer={"solid-food": datetime(2026, 11, 23, 8, 30)}, events=let_pass), "solid-food")
    assert later.state is ItemState.NOT_MET


def test_a_hard_stop_is_never_overridden() -> None:
    sentence = item(with_answer(contraindication="present"), "contraindication").findings[0].message
    let_pass = (*a_visit().events, an_override("contraindication", sentence))
    visit = a_visit(answer={"contraindication": "present"}, events=let_pass)
    assert item(visit, "contraindication").state is ItemState.NOT_MET


def test_the_weight_is_compared_with_the_order() -> None:
    assert item(a_visit(), "weight-change").why == "82.4 kg today, 82 kg in the order."
    changed = item(a_visit(order=an_order(weight_kg=75.0)), "weight-change")
    assert changed.findings[0].message == "82.4 kg today, 75 kg in the order: 7.4 kg apart, 3.8 kg are allowed."


@pytest.mark.parametrize(
    ("code", "value", "sentence"),
    [
        ("allergies", "yes", "“Allergies gone through again today” is answered by yes or no."),
        ("iv-gauge", "12", "“IV gauge” has no answer “12”."),
        ("weight", "82", "“Weight today” must be a number."),
        ("weight", 700, "“Weight today”: 700 kg cannot be; it lies between 30 and 250."),
        ("solid-food", "yesterday", "“Last solid food” must be a date and time."),
        ("pressure", 120, "“Blood pressure before the start” is answered from data, not by hand."),
        ("c-ssrs", {"answers": {"q1": 7}}, "C-SSRS Screener, since last contact, q1: 7 is not one of its answers."),
    ],
)
def test_what_cannot_be_an_answer_is_said_in_one_sentence(code: str, value: Any, sentence: str) -> None:
    asked = checklists()["pre-infusion"].item(code)
    assert asked is not None
    with pytest.raises(ValueError) as told:  # noqa: PT011 - the sentence is compared below
        stored_value(asked, value, {"c-ssrs-screener": instrument("c-ssrs-screener")})
    assert str(told.value) == sentence
