"""An order as it is typed: units, commas, pounds, and what is no number at all."""

import math
from datetime import date
from typing import Any

import pytest

from ketaclinic.domain.order_typed import pounds_words, typed_order
from ketaclinic.domain.orders import OrderFields, order_dose_words

TYPED: dict[str, Any] = {
    "protocol_id": "induction-mood-2-per-week",
    "indication": "depression",
    "weight_kg": "82",
    "mg_per_kg": "0.5",
    "max_mg": "60",
    "minutes": "40",
    "sessions": "6",
    "expires_on": date(2027, 5, 23),
    "rescue": " Ondansetron 4 mg IV ",
}


def said(**changes: Any) -> dict[str, str]:
    _, findings = typed_order(7, TYPED | changes)
    return {finding.subject: finding.message for finding in findings}


def test_what_is_typed_becomes_an_order() -> None:
    order, findings = typed_order(7, TYPED)
    assert findings == ()
    assert order == OrderFields(
        patient_id=7,
        protocol_id="induction-mood-2-per-week",
        indication="depression",
        mg_per_kg=0.5,
        max_mg=60.0,
        minutes=40,
        sessions=6,
        weight_kg=82.0,
        expires_on=date(2027, 5, 23),
        rescue="Ondansetron 4 mg IV",
    )


@pytest.mark.parametrize(
    ("field", "words", "value"),
    [
        ("weight_kg", "82,4", 82.4),
        ("weight_kg", "82.4 kg", 82.4),
        ("mg_per_kg", "0,125", 0.125),
        ("mg_per_kg", "0.5 mg/kg", 0.5),
        ("max_mg", "60mg", 60.0),
        ("minutes", "40 min", 40),
        ("sessions", "6 infusions", 6),
    ],
)
def test_a_number_may_carry_its_unit(field: str, words: str, value: float) -> None:
    order, findings = typed_order(7, TYPED | {field: words})
    assert findings == ()
    assert getattr(order, field) == value


@pytest.mark.parametrize(
    ("field", "words", "sentence"),
    [
        ("weight_kg", "", "Enter the weight in kilograms."),
        ("weight_kg", "181 lb", "181 lb is 82.1 kg. Enter kilograms."),
        ("weight_kg", "1,000", "“1,000” is no number that fits here. Write it like 82.4."),
        ("weight_kg", "-82", "“-82” is no number that fits here. Write it like 82.4."),
        ("weight_kg", "nan", "“nan” is no number that fits here. Write it like 82.4."),
        ("mg_per_kg", "0.5 mg", "“mg” is not the unit here. Enter the dose in mg for each kg of weight."),
        ("max_mg", "1e3", "“1e3” is no number that fits here. Write it like 82.4."),
        ("minutes", "40.5", "“40.5” is no number that fits here. Write a whole one, like 40."),
        ("sessions", "six", "“six” is no number that fits here. Write a whole one, like 40."),
        ("protocol_id", None, "Choose a protocol."),
        ("indication", None, "Choose what the infusions are for."),
        ("expires_on", None, "Enter the last day the order holds."),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(field: str, words: object, sentence: str) -> None:
    assert said(**{field: words}) == {field: sentence}


def test_a_missing_number_passes_no_check() -> None:
    order, _ = typed_order(7, TYPED | {"weight_kg": "", "mg_per_kg": "?", "minutes": "", "expires_on": None})
    assert math.isnan(order.weight_kg)
    assert math.isnan(order.mg_per_kg)
    assert (order.minutes, order.expires_on) == (0, date.min)


def test_the_weight_is_read_back_in_pounds() -> None:
    assert pounds_words(82.0) == "= 181 lb"
    assert pounds_words(math.nan) == ""


def test_the_dose_is_worked_out_while_it_is_typed() -> None:
    order, _ = typed_order(7, TYPED)
    assert order_dose_words(order) == "0.5 mg/kg × 82 kg = 41 mg"
    heavy, _ = typed_order(7, TYPED | {"weight_kg": "140"})
    assert order_dose_words(heavy) == "0.5 mg/kg × 140 kg = 70 mg, cut to 60 mg"
    unread, _ = typed_order(7, TYPED | {"weight_kg": ""})
    assert order_dose_words(unread) == ""
