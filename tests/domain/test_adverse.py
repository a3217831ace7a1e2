"""Adverse events: what is kept, what the vitals suggest, what keeps the patient here, what follows a medicine."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ketaclinic.domain.adverse import adverse_events, from_last_time, suggestions, wrong
from ketaclinic.domain.alerts import visit_alerts
from ketaclinic.domain.clinical_rules import discharge_criteria, held_codes
from ketaclinic.domain.events import Event
from ketaclinic.domain.monitoring import DueState, next_due
from ketaclinic.domain.visit import Around, Visit
from tests.domain.clinical_builders import NURSE, a_recovered_visit, a_row, a_visit, at, charted

FOUNDING = ["bp-rise", "confusion", "sedation-dizziness", "vision", "nausea-vomiting", "urinary", "psychotomimetic"]
ADDED = {
    "distress", "headache", "tachycardia", "bradycardia", "desaturation", "hypersalivation", "syncope", "infiltration",
    "allergy", "seizure", "mania", "suicidality", "other",
}  # fmt: skip


def an_adverse(code: str, minute: float, number: int = 50, corrects: int | None = None, **data: object) -> Event:
    given = {"code": code, "severity": "mild", "resolved": ""} | data
    return Event(number, "adverse", at(minute), at(minute), NURSE, data=given, corrects_id=corrects)


def running(*rows: object, events: tuple[Event, ...] = (), minute: float = 22.0) -> Visit:
    """An infusion under way, stopped by nobody."""
    visit = a_recovered_visit(rows=rows, events=events, minute=minute)
    return replace(
        visit,
        encounter=replace(visit.encounter, stopped_at=None),
        events=tuple(e for e in visit.events if e.kind != "stop"),
    )


def test_the_seven_of_the_founding_document_and_all_the_others_are_on_the_list() -> None:
    kinds = charted().adverse_events
    assert [k.code for k in kinds if k.founding] == FOUNDING
    assert {k.code for k in kinds} >= ADDED


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"sbp": 165.0}, "bp-rise"),
        ({"dbp": 100.0}, "bp-rise"),
        ({"hr": 111.0}, "tachycardia"),
        ({"hr": 49.0}, "bradycardia"),
        ({"spo2": 93.0}, "desaturation"),
        ({"dissociation": 7.0}, "psychotomimetic"),
        ({"moaas": 3.0}, "sedation-dizziness"),
        ({"nausea": 2.0}, "nausea-vomiting"),
    ],
)
def test_the_vitals_suggest_an_adverse_event(values: dict[str, float], code: str) -> None:
    assert [s.code for s in suggestions(running(a_row(5), a_row(10, **values)))] == [code]


@pytest.mark.parametrize("values", [{"sbp": 164.0, "dbp": 99.0}, {"hr": 110.0}, {"hr": 50.0}, {"spo2": 94.0}])
def test_one_step_within_the_limits_nothing_is_suggested(values: dict[str, float]) -> None:
    assert suggestions(running(a_row(5, **values))) == ()


def test_a_suggestion_tells_since_when_and_the_value_furthest_out() -> None:
    (told,) = suggestions(running(a_row(5), a_row(10, sbp=168), a_row(20, sbp=176, dbp=101)))
    assert told.text == "Rise of blood pressure? SBP 176, DBP 101"
    assert told.since == at(10)
    assert told.peak == "SBP 176, DBP 101"


def test_before_the_start_and_after_a_wrong_row_was_corrected_nothing_is_suggested() -> None:
    assert suggestions(a_visit(observations=(a_row(-5, sbp=170),))) == ()
    corrected = replace(a_row(10, 77), id=78, corrects_id=77)
    assert suggestions(running(a_row(10, 77, sbp=190), corrected)) == ()


def test_what_was_recorded_or_declined_is_not_suggested_again() -> None:
    high = (a_row(10, sbp=168), a_row(20, sbp=190))
    assert suggestions(running(*high, events=(an_adverse("bp-rise", 11),))) == ()
    declined = Event(60, "dismiss", at(11), at(11), NURSE, data={"code": "bp-rise"})
    assert suggestions(running(*high, events=(declined,))) == ()


def test_an_adverse_event_keeps_its_alert_while_it_is_followed_to_its_end() -> None:
    first = an_adverse("syncope", 10, 50)
    later = an_adverse("syncope", 10, 51, corrects=50, peak="HR 40", severity="moderate")
    seen = Event(52, "acknowledge", at(12), at(12), NURSE, data={"code": "adverse-syncope-50", "told": "prescriber"})
    (adverse,) = adverse_events(running(events=(first, later)))
    assert (adverse.event_id, adverse.first_id, adverse.severity, adverse.open) == (51, 50, "moderate", True)
    (alert,) = [a for a in visit_alerts(running(events=(first, later, seen))) if a.code.startswith("adverse")]
    assert (alert.code, alert.level, alert.active, alert.told) == ("adverse-syncope-50", "red", True, "prescriber")
    over = an_adverse("syncope", 10, 53, corrects=51, resolved=at(18).isoformat())
    (alert,) = [a for a in visit_alerts(running(events=(first, later, seen, over))) if a.code.startswith("adverse")]
    assert (alert.active, alert.resolved_at) == (False, at(18))


@pytest.mark.parametrize(
    ("code", "severity", "met"),
    [
        ("seizure", "mild", False),
        ("headache", "severe", False),
        ("confusion", "mild", False),
        ("vision", "mild", False),
        ("headache", "moderate", True),
        ("nausea-vomiting", "mild", True),
    ],
)
def test_harm_04_an_open_adverse_event_that_is_serious_keeps_the_patient_here(
    code: str, severity: str, met: bool
) -> None:
    events = (an_adverse(code, 45, severity=severity),)
    (adverse,) = [c for c in discharge_criteria(a_recovered_visit(events=events)) if c.code == "adverse"]
    assert adverse.met is met
    gone = (*events, an_adverse(code, 45, 51, corrects=50, severity=severity, resolved=at(60).isoformat()))
    (adverse,) = [c for c in discharge_criteria(a_recovered_visit(events=gone)) if c.code == "adverse"]
    assert adverse.met


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"severity": "awful"}, "The severity is mild, moderate or severe."),
        ({"severity": "mild", "related": "maybe"}, "Say whether it is related: yes, possible or no."),
        ({"severity": "mild", "expected": "often"}, "Say whether it was expected: yes or no."),
    ],
)
def test_what_cannot_be_said_of_an_adverse_event(data: dict[str, object], sentence: str) -> None:
    assert wrong(data, at(5), None, at(10))[1] == sentence


def test_an_adverse_event_goes_after_it_began_and_not_in_the_future() -> None:
    assert wrong({"severity": "mild"}, at(5), at(4), at(10)) == ("resolved", "It cannot have gone before it began.")
    assert wrong({"severity": "mild"}, at(5), at(11), at(10))[1] == "The time at which it had gone lies ahead."
    assert wrong({"severity": "mild"}, at(5), at(9), at(10)) == ("", "")


def a_medicine(code: str, minute: float, number: int = 70) -> Event:
    data = {"code": code, "dose": "10 mg", "route": "IV", "order": "order"}
    return Event(number, "medicine", at(minute), at(minute), NURSE, data=data)


def test_after_a_medicine_the_vitals_are_due() -> None:
    visit = running(a_row(5), a_row(10), a_row(20), events=(a_medicine("labetalol", 21),), minute=32)
    (due,) = [c for c in visit.schedule if c.label == "after Labetalol"]
    assert (due.due_at, due.state) == (at(31), DueState.DUE)
    assert next_due(replace(visit, observations=(*visit.observations, a_row(30.5))).schedule) != due


def test_one_set_answers_the_check_of_the_schedule_and_the_one_after_a_medicine() -> None:
    visit = running(a_row(5), a_row(10), a_row(20), a_row(30), events=(a_medicine("labetalol", 21),), minute=31)
    states = {c.label: c.state for c in visit.schedule}
    assert (states["+30"], states["after Labetalol"]) == (DueState.DONE, DueState.DONE)


def test_a_set_taken_at_once_is_no_answer_to_the_medicine() -> None:
    visit = running(a_row(5), a_row(10), a_row(20), a_row(21.5), events=(a_medicine("labetalol", 21),), minute=35)
    states = {c.label: c.state for c in visit.schedule}
    assert states["after Labetalol"] is DueState.AMBER


def test_a_medicine_given_twice_is_looked_at_twice() -> None:
    twice = (a_medicine("labetalol", 21), a_medicine("labetalol", 35, 71))
    assert [c.label for c in running(events=twice).response_checks] == ["after Labetalol", "after Labetalol 2"]


def test_no_label_of_a_check_is_longer_than_its_column() -> None:
    given = [m for m in charted().interventions if m.response_minutes]
    checks = running(events=tuple(a_medicine(m.code, 5, 100 + n) for n, m in enumerate(given))).response_checks
    assert len(checks) == 10
    assert max(len(c.label) for c in checks) <= 20


def test_what_may_be_overridden_is_written_down_once() -> None:
    visit = a_visit(answer={"urinary": "new"})
    assert [f.code for f in held_codes(visit)] == ["urinary"]
    held = Event(90, "held", at(-1), at(-1), NURSE, data={"code": "urinary"})
    assert held_codes(replace(visit, events=(*visit.events, held))) == ()


def test_the_onset_is_kept_as_an_instant() -> None:
    (adverse,) = adverse_events(running(events=(an_adverse("headache", 12),)))
    assert adverse.onset == datetime(2026, 11, 23, 15, 12, tzinfo=UTC)


def test_nausea_in_the_last_session_asks_for_treatment_before_this_one() -> None:
    last = (an_adverse("nausea-vomiting", 12, severity="moderate"), an_adverse("headache", 20, number=51))
    visit = a_visit(around=Around(last_start=date(2026, 11, 19), last_events=last))
    (told,) = from_last_time(visit)
    assert told.message == "In the last session, 19 Nov 2026: Nausea, vomiting (moderate)."
    assert told.action == "Pre-treat this time: ask the prescriber for an antiemetic before the start."
    assert from_last_time(a_visit(around=Around(last_start=date(2026, 11, 19)))) == ()
    assert from_last_time(replace(running(a_row(5)), around=visit.around)) == ()  # once it runs it is too late
