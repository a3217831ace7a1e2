"""May it start, may the patient leave; with the harms these rules prevent."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketaclinic.domain.alerts import visit_alerts
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.clinical_rules import cosign_reasons, discharge_criteria, may_release, may_start, stopping
from ketaclinic.domain.events import Event
from ketaclinic.domain.people import ClinicalProfile, Escort
from ketaclinic.domain.visit import Around, Visit
from tests.domain.clinical_builders import (
    AFTER,
    BEFORE,
    NURSE,
    ON_TIME,
    PRESCRIBER,
    a_checked_dose,
    a_recovered_visit,
    a_row,
    a_visit,
    an_order,
    answered,
    at,
)


def against(visit: Visit) -> dict[str, str]:
    """What stands against the start: code -> block or override."""
    return {f.code: f.severity.value for f in stopping(may_start(visit))}


def unmet(visit: Visit) -> set[str]:
    return {c.code for c in discharge_criteria(visit) if not c.met}


def why(visit: Visit, code: str) -> str:
    return next(c.why for c in discharge_criteria(visit) if c.code == code)


# --- the start -------------------------------------------------------------------------------------------------------


def test_a_patient_who_is_ready_may_start() -> None:
    assert may_start(a_visit()) == ()


@pytest.mark.parametrize("left_open", sorted(BEFORE))
def test_no_answer_may_be_left_out(left_open: str) -> None:
    assert against(a_visit(answer={left_open: None})).get(f"open-{left_open}") == "block"


def test_harm_01_nothing_starts_without_the_blind_second_check() -> None:
    assert against(a_visit(events=a_checked_dose()[:1])) == {"open-second-check": "block"}
    assert against(a_visit(events=())) == {"open-dose": "block", "open-second-check": "block"}


def test_harm_01_a_second_check_that_differs_stops_the_start() -> None:
    """And both compute again: what is in the syringe is entered anew."""
    stands = {"second-check-differs": "block"}
    assert against(a_visit(events=a_checked_dose(ml=0.41, rate=0.62))) == stands
    kept = a_checked_dose(ml=0.41, rate=0.62)[1]
    differed = replace(kept, data=kept.data | {"agreed": False})
    stands |= {"open-dose": "block"}
    assert against(a_visit(events=(a_checked_dose()[0], differed))) == stands


def test_harm_01_a_vial_changed_after_the_check_makes_it_void() -> None:
    changed = Event(9, "dose", at(-1), at(-1), NURSE, data={"concentration": 100.0, "weight_kg": 82.4})
    stands = {"open-dose": "block", "open-second-check": "block"}
    assert against(a_visit(events=(*a_checked_dose(), changed))) == stands


def test_harm_02_a_weight_changed_after_the_check_makes_it_void() -> None:
    """Even one that stays within what two calculations may be apart: what was checked was another weight."""
    stands = {"open-dose": "block", "open-second-check": "block"}
    assert against(a_visit(answer={"weight": 85.0})) == stands
    assert against(a_visit(answer={"weight": 82.5})) == stands


def test_harm_02_a_weight_far_from_the_order_needs_the_prescriber() -> None:
    assert against(a_visit(order=an_order(weight_kg=75.0))) == {"weight-change": "override"}


def test_harm_02_a_dose_above_one_mg_per_kg_is_attested_again() -> None:
    visit = a_visit(
        order=an_order(mg_per_kg=1.2, max_mg=120.0), events=a_checked_dose(98.9, 9.89, 14.83, drawn=(98.9, 9.89))
    )
    assert against(visit) == {"dose-reattest": "override"}


def test_harm_03_without_two_identifiers_nothing_starts() -> None:
    assert against(a_visit(answer={"identifiers": {"name": True, "born": False}})) == {"identifiers": "block"}


def test_harm_03_another_patient_of_the_same_name_is_pointed_out() -> None:
    visit = a_visit(around=Around(same_name=("KC-0201",)))
    assert [(f.code, f.message) for f in may_start(visit)] == [
        ("same-name", "Another patient of this name is here today: KC-0201.")
    ]


def test_harm_05_without_a_fresh_baseline_nothing_starts() -> None:
    stale = {"open-pressure", "open-heart-rate", "open-saturation", "open-breathing", "open-temperature", "baseline"}
    assert set(against(a_visit(observations=(a_row(-16),)))) == stale
    assert against(a_visit(observations=(a_row(-5, moaas=None),))) == {"baseline": "block"}


def test_harm_05_a_nurse_with_a_red_patient_starts_no_other() -> None:
    assert against(a_visit(around=Around(red_elsewhere=("Ruiz, Mateo",)))) == {"red-elsewhere": "override"}


@pytest.mark.parametrize(
    ("sbp", "dbp", "stands"),
    [
        (139, 89, {}),
        (140, 80, {"pressure-recheck": "override"}),
        (130, 90, {"pressure-recheck": "override"}),
        (160, 80, {"pressure-hold": "override"}),
        (130, 100, {"pressure-hold": "override"}),
        (180, 80, {"pressure-stop": "block"}),
        (130, 110, {"pressure-stop": "block"}),
        (89, 60, {"pressure-low": "override"}),
    ],
)
def test_harm_06_pressure_at_the_start(sbp: float, dbp: float, stands: dict[str, str]) -> None:
    assert against(a_visit(observations=(a_row(-5, sbp=sbp, dbp=dbp),))) == stands


def test_harm_06_a_raised_pressure_passes_after_the_wait_with_a_note() -> None:
    first = a_row(-13, sbp=148, dbp=92)
    assert against(a_visit(observations=(first, a_row(-2, sbp=146, dbp=91)))) == {"pressure-recheck": "override"}
    noted = a_visit(observations=(first, a_row(-2, sbp=146, dbp=91, note="Rested, no symptoms")))
    assert against(noted) == {}
    assert [f.code for f in may_start(noted)] == ["pressure-raised"]
    too_soon = a_visit(observations=(a_row(-10, sbp=148, dbp=92), a_row(-2, sbp=146, dbp=91, note="Rested")))
    assert against(too_soon) == {"pressure-recheck": "override"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"hr": 49}, "start-hr"),
        ({"hr": 111}, "start-hr"),
        ({"rr": 9}, "start-rr"),
        ({"rr": 25}, "start-rr"),
        ({"temp": 38.1}, "start-temp"),
        ({"spo2": 93}, "saturation"),
        ({"spo2": 99, "o2": 2.0}, "saturation"),
    ],
)
def test_harm_06_other_vitals_out_of_range_hold_the_start(changes: dict[str, float], code: str) -> None:
    assert against(a_visit(observations=(a_row(-5, **changes),))) == {code: "override"}


def test_harm_07_a_ketamine_allergy_in_the_details_stops_the_start() -> None:
    visit = a_visit(profile=ClinicalProfile(1, allergies="Ketamine (hives)"))
    assert against(visit) == {"ketamine-allergy": "block"}


def test_harm_07_a_positive_pregnancy_test_stops_the_start() -> None:
    visit = a_visit(answer={"childbearing": "yes", "pregnancy-test": "positive"})
    assert against(visit) == {"pregnancy-test": "block"}


def test_harm_07_details_and_checklist_that_disagree_about_pregnancy_are_told() -> None:
    visit = a_visit(profile=ClinicalProfile(1, childbearing_potential=True))
    assert against(visit) == {"childbearing-conflict": "override"}


def test_harm_07_a_contraindication_stops_the_start() -> None:
    assert against(a_visit(answer={"contraindication": "present"})) == {"contraindication": "block"}


def test_harm_08_without_a_prescriber_on_site_nothing_starts() -> None:
    assert against(a_visit(answer={"prescriber": None})) == {"open-prescriber": "block"}


def test_harm_09_a_positive_c_ssrs_waits_for_the_prescriber() -> None:
    positive = {"c-ssrs": {"answers": {"q1": 1, "q2": 1, "q3": 0, "q4": 1, "q5": 0, "q6": 0}}}
    assert against(a_visit(answer=positive)) == {"c-ssrs-positive": "override"}
    (finding,) = stopping(may_start(a_visit(answer=positive)))
    assert finding.override_roles == ("prescriber",)


def test_harm_09_the_c_ssrs_is_asked_at_every_visit() -> None:
    assert against(a_visit(answer={"c-ssrs": None})) == {"open-c-ssrs": "block"}


def test_harm_10_without_consent_or_order_nothing_starts() -> None:
    assert against(a_visit(consent=None, consent_problem="The consent expired on 2026-11-01.")) == {"consent": "block"}
    visit = a_visit(order=None, order_problem="The order expired on 2026-11-01.")
    assert against(visit)["order"] == "block"


def test_harm_12_a_second_infusion_on_one_day_is_stopped() -> None:
    around = Around(started_today=True, last_start=date(2026, 11, 23))
    assert against(a_visit(around=around)) == {"same-day": "block"}


def test_harm_12_an_infusion_too_soon_needs_the_prescriber() -> None:
    assert against(a_visit(around=Around(last_start=date(2026, 11, 22)))) == {"gap-short": "override"}
    assert against(a_visit(around=Around(last_start=date(2026, 11, 21)))) == {}


def test_a_chair_in_which_an_infusion_runs_starts_no_other() -> None:
    assert against(a_visit(around=Around(chair_running="Ruiz, Mateo"))) == {"chair-running": "block"}


def test_a_running_infusion_is_not_started_again() -> None:
    assert [f.code for f in may_start(a_recovered_visit())] == ["started"]


def test_only_a_patient_who_is_checked_in_starts() -> None:
    visit = a_visit()
    waiting = replace(visit, appointment=replace(visit.appointment, status=Status.ARRIVED))
    assert against(waiting) == {"not-checked-in": "block"}


def test_what_was_checked_before_the_start_stands_still_after_it() -> None:
    """A weight that gets in later changes neither the dose that runs nor its check."""
    later = a_recovered_visit(answers=dict(a_recovered_visit().answers) | answered({"weight": 95.0}, 20))
    assert later.dose is not None
    assert (later.dose.mg, later.dose.weight_kg) == (41.2, 82.4)
    assert later.check_findings == ()


# --- alerts ----------------------------------------------------------------------------------------------------------


def test_an_alert_lasts_until_the_value_is_back() -> None:
    rows = [a_row(-5), a_row(5), a_row(10, sbp=184), a_row(20, sbp=182), a_row(30)]
    (alert,) = [a for a in visit_alerts(a_recovered_visit(rows=rows[1:])) if a.code == "sbp-red"]
    assert (alert.since, alert.active) == (at(10), False)


def test_an_acknowledgement_belongs_to_the_alert_it_was_given_for() -> None:
    seen = Event(60, "acknowledge", at(11), at(11), NURSE, data={"code": "sbp-red", "told": "Dr. Adeyemi"})
    rows = [a_row(5), a_row(10, sbp=184), a_row(20), a_row(30, sbp=186), a_row(40), a_row(55), a_row(70)]
    first, second = [a for a in visit_alerts(a_recovered_visit(rows=rows, events=(seen,))) if a.code == "sbp-red"]
    assert (first.acknowledged_by, first.told) == ("Maria Ortiz", "Dr. Adeyemi")
    assert second.acknowledged_at is None


def test_an_acknowledgement_does_not_count_for_a_row_that_was_entered_after_it() -> None:
    seen = Event(60, "acknowledge", at(31), at(31), NURSE, data={"code": "sbp-red", "told": "Dr. Adeyemi"})
    from_paper = replace(a_row(10, sbp=184), entered_at=at(45))
    rows = [a_row(5), from_paper, a_row(20), a_row(30, sbp=186), a_row(40), a_row(55), a_row(70)]
    first, second = [a for a in visit_alerts(a_recovered_visit(rows=rows, events=(seen,))) if a.code == "sbp-red"]
    assert first.acknowledged_at is None
    assert second.acknowledged_by == "Maria Ortiz"


def test_harm_05_two_missed_checks_call_for_somebody_else() -> None:
    rows = [a_row(m) for m in ON_TIME if m not in {10, 20}]
    codes = [a.code for a in visit_alerts(a_recovered_visit(rows=rows)) if a.level == "red"]
    assert codes == ["missed-+10"]


def test_chest_pain_is_a_red_alert_that_stays_until_seen_to() -> None:
    pain = Event(61, "adverse", at(12), at(12), NURSE, data={"code": "chest-pain", "severity": "mild"})
    (alert,) = [a for a in visit_alerts(a_recovered_visit(events=(pain,))) if a.level == "red"]
    assert alert.active
    assert alert.finding.action == "Stop the infusion, ECG, call the prescriber and 911."


# --- the discharge ---------------------------------------------------------------------------------------------------


def test_a_patient_who_meets_every_criterion_may_go() -> None:
    visit = a_recovered_visit()
    assert unmet(visit) == set()
    assert may_release(visit) == ()


@pytest.mark.parametrize("missing", sorted(AFTER))
def test_harm_04_no_question_of_the_discharge_may_be_left_out(missing: str) -> None:
    assert unmet(a_recovered_visit(answer={missing: None})) != set()


@pytest.mark.parametrize("value", ["sbp", "dbp", "spo2", "moaas", "dissociation", "hr"])
def test_harm_04_no_vital_may_be_missing_after_the_stop(value: str) -> None:
    rows = [a_row(m, **{value: None} if m > 40 else {}) for m in ON_TIME]
    assert unmet(a_recovered_visit(rows=rows)) != set()


def test_harm_04_the_minimum_time_since_the_stop() -> None:
    assert unmet(a_recovered_visit(minute=69.9)) >= {"time-since-stop"}
    assert why(a_recovered_visit(minute=69.9), "time-since-stop") == "29 minutes."
    assert "time-since-stop" not in unmet(a_recovered_visit(minute=70))


def test_harm_04_after_a_reversal_two_hours() -> None:
    reversed_ = Event(62, "medicine", at(45), at(45), NURSE, data={"code": "flumazenil", "dose": "0.2 mg"})
    assert "reversal" in unmet(a_recovered_visit(events=(reversed_,)))


def test_harm_04_answers_given_before_the_stop_do_not_count() -> None:
    assert {"oriented", "gait", "iv-out", "escort-present", "aldrete"} <= unmet(a_recovered_visit(answered_at=39.0))


def test_harm_04_old_answers_do_not_count() -> None:
    rows = [*(a_row(m) for m in ON_TIME), a_row(85), a_row(100)]
    visit = a_recovered_visit(minute=100, rows=rows)
    assert unmet(visit) == {"oriented", "gait", "nausea", "escort-present", "aldrete", "padss"}
    assert why(visit, "oriented") == "Older than 30 minutes: ask again."


def test_harm_04_old_vitals_do_not_count() -> None:
    assert {"moaas", "dissociation", "pressure", "saturation"} <= unmet(a_recovered_visit(minute=86))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"oriented": "partly"}, "oriented"),
        ({"gait": "unsteady"}, "gait"),
        ({"nausea": "not-controlled"}, "nausea"),
        ({"new-suicidality": "new"}, "new-suicidality"),
        ({"iv-out": False}, "iv-out"),
        ({"escort-present": "not-here"}, "escort-present"),
        ({"aftercare": "given"}, "aftercare"),
        ({"waste": "open"}, "waste"),
        ({"aldrete-consciousness": "none"}, "aldrete"),
    ],
)
def test_harm_04_an_answer_that_says_no_keeps_the_patient_here(changes: dict[str, Any], code: str) -> None:
    assert code in unmet(a_recovered_visit(answer=changes))


def test_harm_04_without_an_escort_nobody_goes() -> None:
    visit = a_recovered_visit(escort=None)
    assert unmet(visit) == {"escort"}
    assert why(visit, "escort") == "No escort is named."
    assert unmet(a_recovered_visit(escort=Escort(1, 1, "Ana", ""))) == set()


def test_harm_04_sedation_and_dissociation() -> None:
    assert "moaas" in unmet(a_recovered_visit(rows=[*(a_row(m) for m in ON_TIME[:-1]), a_row(70, moaas=4)]))
    assert "dissociation" in unmet(
        a_recovered_visit(rows=[*(a_row(m) for m in ON_TIME[:-1]), a_row(70, dissociation=2)])
    )


@pytest.mark.parametrize(
    ("before", "now", "met"),
    [
        ((121, 76), (121, 76), True),
        ((121, 76), (145, 90), True),  # + 20 % at most
        ((121, 76), (146, 90), False),
        ((138, 88), (104, 66), True),  # fell, but into the normal range
        ((121, 76), (96, 70), False),  # fell below it
        ((100, 62), (125, 70), False),  # rose, even though into the normal range
        ((138, 88), (160, 88), False),  # 160 is never
        ((138, 88), (138, 100), False),
    ],
)
def test_harm_04_pressure_within_20_per_cent_or_fallen_into_normal(
    before: tuple[int, int], now: tuple[int, int], *, met: bool
) -> None:
    baseline = a_row(-5, sbp=before[0], dbp=before[1])
    rows = [a_row(m, sbp=now[0], dbp=now[1]) for m in ON_TIME]
    visit = a_recovered_visit(observations=(baseline, *rows))
    assert ("pressure" not in unmet(visit)) is met


def test_harm_04_two_sets_ten_minutes_apart() -> None:
    calm = [a_row(m) for m in (5, 10, 20, 30, 40)]
    one = a_recovered_visit(rows=[*calm[:4], a_row(40, sbp=165), a_row(55, sbp=165), a_row(70)])
    assert why(one, "pressure") == "Only one set in range since then: Systolic 165 is not below 160."
    close = a_recovered_visit(rows=[*calm[:4], a_row(62), a_row(70)])
    assert why(close, "pressure") == "A second set is needed, 10 minutes after the first."


def test_harm_04_saturation_with_oxygen_running_does_not_count() -> None:
    oxygen = Event(63, "oxygen", at(50), at(50), NURSE, data={"l_min": 2.0})
    rows = [a_row(m, o2=None) for m in ON_TIME]
    assert "saturation" in unmet(a_recovered_visit(rows=rows, events=(oxygen,)))
    assert why(a_recovered_visit(rows=rows, events=(oxygen,)), "saturation") == "SpO₂ 98 % with 2 L/min oxygen."


def test_harm_05_a_missed_check_needs_its_reason() -> None:
    rows = [a_row(m) for m in ON_TIME if m != 20]
    assert why(a_recovered_visit(rows=rows), "checks") == "Missing: +20."
    reason = Event(64, "gap", at(69), at(69), NURSE, data={"label": "+20", "reason": "Cuff failed, replaced it"})
    assert unmet(a_recovered_visit(rows=rows, events=(reason,))) == set()


def test_harm_05_no_discharge_without_the_set_at_the_stop() -> None:
    rows = [a_row(m) for m in ON_TIME if m != 40]
    assert why(a_recovered_visit(rows=rows), "checks") == "Missing: stop."


def test_harm_05_a_red_alert_must_be_acknowledged() -> None:
    rows = [a_row(m, **{"sbp": 184} if m == 20 else {}) for m in ON_TIME]
    assert unmet(a_recovered_visit(rows=rows)) == {"alerts"}


def test_harm_09_after_a_positive_c_ssrs_the_safety_plan_is_gone_through() -> None:
    positive = {"c-ssrs": {"answers": {"q1": 1, "q2": 1, "q3": 0, "q4": 1, "q5": 0, "q6": 0}}}
    assert "safety-plan" in unmet(a_recovered_visit(before=positive))
    assert unmet(a_recovered_visit(before=positive, answer={"safety-plan": True})) == set()


def test_the_scores_are_shown() -> None:
    visit = a_recovered_visit()
    assert (why(visit, "aldrete"), why(visit, "padss")) == ("10 of 10.", "10 of 10.")


@given(gone=st.sets(st.sampled_from([*sorted(AFTER), *(f"row {m:g}" for m in ON_TIME)]), min_size=1))
def test_harm_04_whatever_is_missing_the_patient_stays(gone: set[str]) -> None:
    """The gate fails closed: any answer and any check left out keeps the patient here."""
    rows = [a_row(m) for m in ON_TIME if f"row {m:g}" not in gone]
    visit = a_recovered_visit(rows=rows, answer={code: None for code in gone if not code.startswith("row")})
    assert may_release(visit) != ()


def test_who_must_sign_too() -> None:
    assert cosign_reasons(a_recovered_visit()) == ()
    rescue = Event(65, "medicine", at(12), at(12), NURSE, data={"code": "labetalol", "order": "order"})
    passed = Event(66, "override", at(-1), at(-1), NURSE, PRESCRIBER, {"code": "x", "basis": []})
    rows = [a_row(m, **{"sbp": 184} if m == 20 else {}) for m in ON_TIME]
    assert cosign_reasons(a_recovered_visit(events=(rescue,))) == ("a rescue medicine",)
    assert cosign_reasons(a_recovered_visit(events=(passed,))) == ("an override",)
    assert cosign_reasons(a_recovered_visit(rows=rows)) == ("a red alert",)
