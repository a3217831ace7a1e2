"""What may be recorded, what is asked again, and what is to be done about it."""

import pytest

from ketaclinic.domain.findings import Severity
from ketaclinic.domain.observations import Observation, assess, mean_pressure, valid_rows
from tests.domain.clinical_builders import at, charted

FIELDS = charted().fields


def codes(values: dict[str, float], baseline: dict[str, float] | None = None) -> list[str]:
    return [f.code for f in assess(values, FIELDS, baseline)]


def test_the_fields_stand_in_the_order_of_a_monitor() -> None:
    assert [f.code for f in charted().for_family("mood")] == [
        "sbp", "dbp", "map", "hr", "rr", "spo2", "o2", "temp", "moaas", "dissociation", "nausea", "anxiety",
        "rate", "given",
    ]  # fmt: skip
    assert "pain" in [f.code for f in charted().for_family("pain")]


def test_a_calm_row_says_nothing() -> None:
    assert codes({"sbp": 121, "dbp": 76, "hr": 78, "rr": 14, "spo2": 98, "moaas": 5, "dissociation": 0}) == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"sbp": 160}, "sbp-amber"),
        ({"sbp": 179}, "sbp-amber"),
        ({"sbp": 180}, "sbp-red"),
        ({"sbp": 99}, "sbp-amber"),
        ({"sbp": 89}, "sbp-red"),
        ({"dbp": 100}, "dbp-amber"),
        ({"dbp": 110}, "dbp-red"),
        ({"hr": 111}, "hr-amber"),
        ({"hr": 131}, "hr-red"),
        ({"hr": 49}, "hr-amber"),
        ({"hr": 44}, "hr-red"),
        ({"spo2": 93}, "spo2-amber"),
        ({"spo2": 89}, "spo2-red"),
        ({"spo2": 91, "o2": 2}, "spo2-red"),
        ({"spo2": 91, "o2": 0}, "spo2-amber"),
        ({"rr": 9}, "rr-amber"),
        ({"rr": 7}, "rr-red"),
        ({"moaas": 3}, "moaas-amber"),
        ({"moaas": 2}, "moaas-red"),
        ({"dissociation": 7}, "dissociation-amber"),
    ],
)
def test_each_limit_of_the_reference_alerts_with_what_to_do(values: dict[str, float], code: str) -> None:
    (finding,) = assess(values, FIELDS)
    assert finding.code == code
    assert finding.severity is Severity.WARN  # recording is never blocked
    assert len(finding.action) > 10


@pytest.mark.parametrize(
    "values",
    [{"sbp": 159}, {"sbp": 100}, {"dbp": 99}, {"hr": 110}, {"hr": 50}, {"spo2": 94}, {"rr": 10}, {"moaas": 4}],
)
def test_just_inside_the_limits_says_nothing(values: dict[str, float]) -> None:
    assert codes(values) == []


def test_systolic_twenty_per_cent_above_baseline_is_amber() -> None:
    assert codes({"sbp": 143}, {"sbp": 120}) == []
    (finding,) = assess({"sbp": 144}, FIELDS, {"sbp": 120})
    assert (finding.code, finding.message) == ("sbp-amber", "SBP 144: 20 % above the baseline of 120")
    assert codes({"sbp": 144}, None) == []


def test_red_is_said_once_even_when_amber_limits_are_passed_too() -> None:
    assert codes({"sbp": 185}, {"sbp": 120}) == ["sbp-red"]


def test_a_pressure_of_1200_is_asked_again_and_taken_when_confirmed() -> None:
    finding = assess({"sbp": 1200, "dbp": 80}, FIELDS)[0]
    assert (finding.code, finding.severity) == ("implausible-sbp", Severity.OVERRIDE)
    assert finding.message == ("SBP 1200 mmHg is unlikely (usual range 60 to 260). Measure again, or confirm it.")
    confirmed = assess({"sbp": 1200, "dbp": 80}, FIELDS, confirmed=frozenset({"sbp"}))
    assert [f.code for f in confirmed] == ["sbp-red"]


def test_a_temperature_in_fahrenheit_is_recognised() -> None:
    finding = assess({"temp": 98.6}, FIELDS)[0]
    assert finding.message == (
        "Temp 98.6 °C is unlikely (usual range 34 to 41). Read in °F it would be 37 °C. Measure again, or confirm it."
    )


def test_a_saturation_of_nine_is_asked_again() -> None:
    assert codes({"spo2": 9})[0] == "implausible-spo2"


@pytest.mark.parametrize(
    ("values", "code", "message"),
    [
        (
            {"sbp": 80, "dbp": 120},
            "dbp-above-sbp",
            "The diastolic pressure 120 is not below the systolic 80. Read both again.",
        ),
        ({"moaas": 6}, "outside-scale", "Sedation (MOAA/S) goes from 0 to 5; 6 does not exist."),
        ({"moaas": 4.5}, "outside-scale", "Sedation (MOAA/S) has whole steps only."),
        ({"dissociation": 11}, "outside-scale", "Dissociation goes from 0 to 10; 11 does not exist."),
        ({"spo2": 101}, "outside-scale", "Oxygen saturation goes from 0 to 100; 101 does not exist."),
        ({"hr": float("nan")}, "not-a-number", "Heart rate must be a number."),
        ({"map": 90}, "unknown-value", "“map” is not a value to record here."),
        ({"mood": 3}, "unknown-value", "“mood” is not a value to record here."),
    ],
)
def test_what_cannot_be_is_refused_where_it_is_typed(values: dict[str, float], code: str, message: str) -> None:
    finding = assess(values, FIELDS)[0]
    assert (finding.code, finding.severity, finding.message) == (code, Severity.BLOCK, message)


def test_the_mean_pressure_is_computed() -> None:
    assert mean_pressure({"sbp": 121, "dbp": 76}) == 91
    assert mean_pressure({"sbp": 121}) is None


def test_a_corrected_row_does_not_count_any_more() -> None:
    wrong = Observation(1, "+5", at(5), at(5), 1, {"sbp": 212})
    right = Observation(2, "+5", at(5), at(9), 1, {"sbp": 121}, corrects_id=1)
    later = Observation(3, "+10", at(10), at(10), 1, {"sbp": 125})
    assert [row.id for row in valid_rows([later, right, wrong])] == [2, 3]
