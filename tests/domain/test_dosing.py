"""mg, mL and rate; the blind second check; weights that cannot be."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ketaclinic.domain.dosing import (
    Calculation,
    Dose,
    check_entered_dose,
    check_weight,
    compute_dose,
    second_check,
    weight_change,
)
from tests.domain.clinical_builders import MOOD_DOSE, limits


def a_dose(
    mg_per_kg: float = 0.5, weight: float = 82.4, concentration: float = 10.0, max_mg: float = 60.0, minutes: int = 40
) -> Dose:
    return compute_dose(
        mg_per_kg=mg_per_kg,
        max_mg=max_mg,
        minutes=minutes,
        weight_kg=weight,
        concentration=concentration,
        protocol=MOOD_DOSE,
    )


@pytest.mark.parametrize(
    ("weight", "concentration", "mg", "ml", "rate"),
    [
        (82.4, 10.0, 41.2, 4.12, 6.18),
        (82.4, 50.0, 41.2, 0.82, 1.24),
        (82.4, 100.0, 41.2, 0.41, 0.62),
        (60.0, 10.0, 30.0, 3.0, 4.5),
    ],
)
def test_the_dose_follows_the_weight_and_the_vial(
    weight: float, concentration: float, mg: float, ml: float, rate: float
) -> None:
    dose = a_dose(weight=weight, concentration=concentration)
    assert (dose.mg, dose.ml, dose.rate) == (mg, ml, rate)
    assert dose.findings == ()


def test_the_dose_reads_as_it_is_set_at_the_pump() -> None:
    assert a_dose().words == "41.2 mg = 4.12 mL of 10 mg/mL at 6.18 mL/h over 40 min"


def test_the_ceiling_of_the_order_cuts_the_dose_and_says_so() -> None:
    dose = a_dose(weight=140.0, max_mg=60.0)
    assert (dose.mg, dose.capped) == (60.0, True)
    assert [(f.code, f.severity) for f in dose.findings] == [("dose-capped", "warn")]
    assert dose.findings[0].message == "70 mg by weight is above the order's ceiling: the dose is cut to 60 mg."


def test_above_one_mg_per_kg_the_prescriber_attests_again() -> None:
    dose = a_dose(mg_per_kg=1.2, max_mg=150.0)
    assert [(f.code, f.severity, f.override_roles) for f in dose.findings] == [
        ("dose-reattest", "override", ("prescriber",))
    ]


def test_above_the_protocol_nothing_is_started() -> None:
    dose = a_dose(mg_per_kg=1.6, max_mg=190.0)
    assert [(f.code, f.severity) for f in dose.findings] == [("dose-above-protocol", "block")]


@given(
    mg_per_kg=st.floats(0.1, 1.5),
    weight=st.floats(30, 250),
    concentration=st.sampled_from([10.0, 50.0, 100.0]),
    max_mg=st.floats(5, 200),
)
def test_no_dose_is_ever_above_the_ceiling(
    mg_per_kg: float, weight: float, concentration: float, max_mg: float
) -> None:
    dose = a_dose(mg_per_kg, weight, concentration, max_mg)
    assert dose.mg <= max_mg + 0.05
    assert dose.mg <= max_mg or not dose.capped
    assert abs(dose.ml * concentration - dose.mg) <= 0.005 * concentration + 1e-6


# --- the second check ------------------------------------------------------------------------------------------------


def test_the_same_calculation_agrees() -> None:
    assert second_check(a_dose(), Calculation(41.2, 4.12, 6.18), limits()) == ()


@pytest.mark.parametrize(
    ("mg", "ml", "rate"), [(41.2 * 1.02, 4.12, 6.18), (41.2, 4.12 * 0.981, 6.18), (41.2, 4.12, 6.3)]
)
def test_within_two_per_cent_it_agrees(mg: float, ml: float, rate: float) -> None:
    assert second_check(a_dose(), Calculation(mg, ml, rate), limits()) == ()


@pytest.mark.parametrize(
    ("mg", "ml", "rate", "unit"),
    [(42.2, 4.12, 6.18, "mg"), (41.2, 4.3, 6.18, "mL"), (41.2, 4.12, 6.5, "mL/h")],
)
def test_beyond_two_per_cent_it_differs_and_names_only_the_unit(mg: float, ml: float, rate: float, unit: str) -> None:
    (finding,) = second_check(a_dose(), Calculation(mg, ml, rate), limits())
    assert finding.severity == "block"
    assert finding.message == (
        f"The two calculations differ in {unit}. Both compute again from order, weight and vial."
    )


def test_harm_01_a_vial_ten_times_as_strong_is_caught_by_the_second_calculation() -> None:
    """The first chose 10 mg/mL; the vial in the second's hand says 100 mg/mL."""
    (finding,) = second_check(a_dose(concentration=10.0), Calculation(41.2, 0.41, 0.62), limits())
    assert finding.message == (
        "The two calculations differ in mL and mL/h. One is about ten times the other: read the strength on the "
        "vial again. Both compute again from order, weight and vial."
    )


@pytest.mark.parametrize("nonsense", [0.0, -1.0, float("nan"), float("inf")])
def test_nonsense_never_agrees(nonsense: float) -> None:
    assert second_check(a_dose(), Calculation(nonsense, nonsense, nonsense), limits()) != ()


@given(factor=st.one_of(st.floats(0.01, 0.9799), st.floats(1.0201, 100)), which=st.integers(0, 2))
def test_no_calculation_beyond_the_tolerance_ever_agrees(factor: float, which: int) -> None:
    right = [41.2, 4.12, 6.18]
    right[which] *= factor
    assert second_check(a_dose(), Calculation(*right), limits()) != ()


@st.composite
def planned(draw: st.DrawFn) -> dict[str, float]:
    """Any order, weight and vial that the clinic could have."""
    return {
        "mg_per_kg": draw(st.integers(10, 150)) / 100,
        "max_mg": draw(st.integers(100, 2000)) / 10,
        "minutes": draw(st.integers(20, 240)),
        "weight_kg": draw(st.integers(300, 2500)) / 10,
        "concentration": draw(st.sampled_from([10.0, 50.0, 100.0])),
    }


def by_hand(plan: dict[str, float]) -> Calculation:
    """What a second person works out on paper, without any of the program's arithmetic."""
    mg = min(Fraction(plan["mg_per_kg"]) * Fraction(plan["weight_kg"]), Fraction(plan["max_mg"]))
    ml = mg / Fraction(plan["concentration"])
    return Calculation(float(mg), float(ml), float(ml / (Fraction(plan["minutes"]) / 60)))


@given(plan=planned())
@settings(max_examples=300)
def test_harm_01_02_any_dose_is_right_and_any_usual_slip_is_caught(plan: dict[str, float]) -> None:
    dose = compute_dose(**plan, protocol=MOOD_DOSE)  # type: ignore[arg-type]
    assert dose.mg <= plan["max_mg"] + 1e-9
    assert abs(dose.ml * dose.concentration - dose.mg) <= 0.005 * dose.concentration + 1e-9
    assert abs(dose.rate * dose.minutes / 60 - dose.mg / dose.concentration) <= 0.005 * dose.minutes / 60 + 1e-9

    own = by_hand(plan)
    assert second_check(dose, own, limits()) == ()
    for factor in (10, 0.1):
        assert second_check(dose, Calculation(own.mg * factor, own.ml, own.rate), limits())
        assert second_check(dose, Calculation(own.mg, own.ml * factor, own.rate), limits())
        assert second_check(dose, Calculation(own.mg, own.ml, own.rate * factor), limits())
    for strength in {10.0, 50.0, 100.0} - {plan["concentration"]}:
        assert second_check(dose, by_hand(plan | {"concentration": strength}), limits())
    in_pounds = by_hand(plan | {"weight_kg": plan["weight_kg"] * 2.20462})
    assert in_pounds.mg <= own.mg * 1.02 or second_check(dose, in_pounds, limits())


@given(plan=planned())
def test_harm_01_02_a_syringe_of_another_strength_or_for_pounds_is_never_let_pass(plan: dict[str, float]) -> None:
    dose = compute_dose(**plan, protocol=MOOD_DOSE)  # type: ignore[arg-type]

    def severities(mg: float, ml: float) -> set[str]:
        found = check_entered_dose(mg, ml, dose, max_mg=plan["max_mg"], limits=limits(), protocol=MOOD_DOSE)
        return {str(f.severity) for f in found}

    assert severities(dose.mg, dose.mg / dose.concentration) <= {"override"}  # a high dose is attested, no more
    for strength in {10.0, 50.0, 100.0} - {plan["concentration"]}:
        assert "block" in severities(dose.mg, dose.mg / strength)
    assert "block" in severities(plan["max_mg"] + 0.1, (plan["max_mg"] + 0.1) / dose.concentration)
    pounds = min(plan["mg_per_kg"] * plan["weight_kg"] * 2.20462, plan["max_mg"])
    if pounds > dose.mg * 1.11:
        assert severities(pounds, pounds / dose.concentration) & {"override", "block"}


# --- a dose entered by hand ------------------------------------------------------------------------------------------


def test_harm_02_a_dose_above_the_order_is_a_hard_stop() -> None:
    findings = check_entered_dose(60.1, 6.01, a_dose(), max_mg=60.0, limits=limits())
    assert [(f.code, f.severity) for f in findings] == [("dose-above-order", "block")]
    assert findings[0].message == "60.1 mg is above the order's ceiling of 60 mg."


def test_a_dose_far_from_the_weight_needs_the_prescriber() -> None:
    findings = check_entered_dose(50.0, 5.0, a_dose(), max_mg=60.0, limits=limits())
    assert [(f.code, f.severity) for f in findings] == [("dose-differs", "override")]


FAR = "is more than 10 % away from 0.5 mg/kg × 82.4 kg = 41.2 mg."


@pytest.mark.parametrize(
    ("mg", "words"),
    [
        (50.0, f"50 mg {FAR}"),
        (
            90.8,
            f"90.8 mg {FAR} It fits the weight in pounds: compute with kilograms.",
        ),
        (
            4.12,
            f"4.1 mg {FAR} One is about ten times the other: read it again.",
        ),
    ],
)
def test_harm_02_a_dose_far_from_the_weight_says_what_may_have_happened(mg: float, words: str) -> None:
    (finding,) = check_entered_dose(mg, mg / 10, a_dose(max_mg=120.0), max_mg=120.0, limits=limits())
    assert (finding.severity, finding.message) == ("override", words)


def test_harm_02_a_syringe_above_one_mg_per_kg_is_attested_and_above_the_protocol_stopped() -> None:
    dose = a_dose(mg_per_kg=1.0, max_mg=150.0)
    high = check_entered_dose(88.0, 8.8, dose, max_mg=150.0, limits=limits(), protocol=MOOD_DOSE)
    assert {f.code: str(f.severity) for f in high} == {"dose-rounded": "warn", "dose-reattest": "override"}
    over = check_entered_dose(130.0, 13.0, dose, max_mg=150.0, limits=limits(), protocol=MOOD_DOSE)
    assert {f.code: str(f.severity) for f in over} == {"dose-differs": "override", "dose-above-protocol": "block"}


def test_harm_02_a_dose_that_the_ceiling_cuts_is_compared_with_the_ceiling() -> None:
    dose = a_dose(weight=140.0)
    assert check_entered_dose(60.0, 6.0, dose, max_mg=60.0, limits=limits()) == ()
    (finding,) = check_entered_dose(30.0, 3.0, dose, max_mg=60.0, limits=limits())
    assert finding.message == "30 mg is more than 10 % away from the ceiling of 60 mg."


@pytest.mark.parametrize("nonsense", [0.0, -1.0, float("nan"), float("inf")])
def test_a_syringe_of_nonsense_is_a_hard_stop(nonsense: float) -> None:
    for mg, ml in ((nonsense, 4.12), (41.2, nonsense)):
        (finding,) = check_entered_dose(mg, ml, a_dose(), max_mg=60.0, limits=limits())
        assert finding.severity == "block"


def test_a_drawn_volume_that_is_not_the_dose_is_a_hard_stop() -> None:
    findings = check_entered_dose(41.2, 41.2, a_dose(), max_mg=60.0, limits=limits())
    assert [(f.code, f.severity) for f in findings] == [("volume-differs", "block")]


# --- weight ----------------------------------------------------------------------------------------------------------


def test_a_weight_of_700_kg_is_refused() -> None:
    (finding,) = check_weight(700.0, 82.0, limits())
    assert finding.severity == "block"
    assert finding.message == "700 kg is not a weight this clinic can treat (30 to 250 kg). Weigh again."


def test_harm_02_pounds_entered_as_kilograms_are_asked_again() -> None:
    (finding,) = check_weight(181.0, 82.0, limits())
    assert finding.severity == "override"
    assert finding.message == (
        "181 kg is 121 % away from the 82 kg of the order. 181 lb would be 82.1 kg: was it read in pounds? "
        "Weigh again, or confirm it."
    )


def test_the_usual_change_of_weight_is_not_asked_about() -> None:
    assert check_weight(82.4, 82.0, limits()) == ()
    assert check_weight(82.4, None, limits()) == ()


@pytest.mark.parametrize(
    ("today", "order", "looked_at"),
    [(85.0, 82.0, False), (86.1, 82.0, False), (86.2, 82.0, True), (77.8, 82.0, True), (47.9, 45.0, False)],
)
def test_beyond_five_per_cent_and_three_kilograms_the_order_is_looked_at(
    today: float, order: float, looked_at: bool
) -> None:
    finding = weight_change(today, order, limits())
    assert (finding is not None) is looked_at
    assert finding is None or finding.override_roles == ("prescriber",)
