"""Numbers as they are typed at the chair and on an order: understood, or refused in one sentence."""

import math

import pytest

from ketaclinic.domain.typed_numbers import (
    MG_PER_KG,
    MILLIGRAMS,
    MILLILITRES,
    PUMP_RATE,
    WEIGHT,
    Wanted,
    may_be_thousands,
    read_number,
)


@pytest.mark.parametrize(
    ("typed", "wanted", "value"),
    [
        ("41.2", MILLIGRAMS, 41.2),
        ("41,2 mg", MILLIGRAMS, 41.2),
        (" 41.2MG ", MILLIGRAMS, 41.2),
        ("4,12 mL", MILLILITRES, 4.12),
        ("6.18 mL/h", PUMP_RATE, 6.18),
        ("0,125", MG_PER_KG, 0.125),
        ("82", WEIGHT, 82.0),
    ],
)
def test_point_comma_and_unit_are_understood(typed: str, wanted: Wanted, value: float) -> None:
    assert read_number(typed, wanted) == (value, "")


@pytest.mark.parametrize(
    ("typed", "wanted", "sentence"),
    [
        ("1,200", MILLIGRAMS, "“1,200” is no number that fits here. Write it like 82.4."),
        ("1.2.3", MILLIGRAMS, "“1.2.3” is no number that fits here. Write it like 82.4."),
        ("4 12", MILLILITRES, "“4 12” is no number that fits here. Write it like 82.4."),
        ("0.0412 g", MILLIGRAMS, "“0.0412 g” is no number that fits here. Write it like 82.4."),
        ("41 g", MILLIGRAMS, "“g” is not the unit here. Enter the mg in the syringe."),
        ("4.12 mL", MILLIGRAMS, "“ml” is not the unit here. Enter the mg in the syringe."),
        ("181 lbs", WEIGHT, "181 lb is 82.1 kg. Enter kilograms."),
        ("", MILLILITRES, "Enter the mL in the syringe."),
        ("-4", MILLILITRES, "“-4” is no number that fits here. Write it like 82.4."),
        ("inf", MILLILITRES, "“inf” is no number that fits here. Write it like 82.4."),
    ],
)
def test_what_could_be_read_two_ways_or_not_at_all_is_refused_in_one_sentence(
    typed: str, wanted: Wanted, sentence: str
) -> None:
    value, told = read_number(typed, wanted)
    assert (math.isnan(value), told) == (True, sentence)


@pytest.mark.parametrize(
    ("typed", "thousands"), [("1,000", True), ("82,400 kg", True), ("0,125", False), ("82,4", False), ("1.000", False)]
)
def test_a_comma_before_three_figures_may_mean_thousands(typed: str, thousands: bool) -> None:
    assert may_be_thousands(typed) is thousands
