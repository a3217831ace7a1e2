"""Orders: written and signed by a prescriber, and closed from then on."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.findings import Invalid, NotAllowed, Refused
from ketaclinic.domain.orders import order_words
from ketaclinic.domain.people import Role
from ketaclinic.services.bundle import Services
from tests.services.chairside_desk import Chairside
from tests.services.people_builders import STAFF_PIN


@pytest.fixture
def chair(store: Store, services: Services, clock: FixedClock) -> Chairside:
    return Chairside(store, services, clock)


def test_an_order_counts_when_it_is_signed(chair: Chairside) -> None:
    patient = chair.patient()
    written = chair.order(patient, sign=False)
    assert (written.signed, written.prescriber) == (False, "Rotimi Adeyemi")
    signed = chair.services.orders.sign(chair.prescriber, written.id, STAFF_PIN)
    assert signed.signed_at == chair.clock.now()
    assert chair.services.orders.of_patient(chair.nurse, patient.id) == (signed,)


def test_a_signed_order_does_not_change(chair: Chairside) -> None:
    order = chair.order(chair.patient())
    with pytest.raises(Refused, match="signed already"):
        chair.services.orders.sign(chair.prescriber, order.id, STAFF_PIN)


def test_a_wrong_pin_signs_nothing(chair: Chairside) -> None:
    patient = chair.patient()
    order = chair.order(patient, sign=False)
    with pytest.raises(Invalid):
        chair.services.orders.sign(chair.prescriber, order.id, "9999")
    assert not chair.services.orders.of_patient(chair.nurse, patient.id)[0].signed


def test_who_wrote_an_order_signs_it(chair: Chairside) -> None:
    order = chair.order(chair.patient(), sign=False)
    other = chair.services.users.add(chair.staff[Role.MANAGER], "ines", "Inês Faria", Role.PRESCRIBER, STAFF_PIN)
    with pytest.raises(Refused, match="Rotimi Adeyemi wrote this order"):
        chair.services.orders.sign(other, order.id, STAFF_PIN)


def test_only_a_prescriber_writes_and_the_desk_reads_none(chair: Chairside) -> None:
    patient = chair.patient()
    order = chair.order(patient, sign=False)
    with pytest.raises(NotAllowed, match="A nurse may not write orders"):
        chair.services.orders.write(chair.nurse, order.fields)
    with pytest.raises(NotAllowed, match="A nurse may not sign orders"):
        chair.services.orders.sign(chair.nurse, order.id, STAFF_PIN)
    with pytest.raises(NotAllowed, match="The front desk may not see orders"):
        chair.services.orders.of_patient(chair.desk, patient.id)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"mg_per_kg": 5.0}, "The dose must be above 0 and at most 1.5 mg/kg under this protocol."),
        ({"mg_per_kg": float("nan")}, "The dose must be above 0 and at most 1.5 mg/kg under this protocol."),
        ({"max_mg": 400.0}, "The ceiling must be above 0 and at most 200 mg under this protocol."),
        ({"minutes": 0}, "The infusion must take 5 to 70 minutes."),
        ({"sessions": 0}, "An order covers 1 to 60 infusions."),
        ({"weight_kg": 700.0}, "The weight must be 30 to 250 kg."),
        ({"expires_on": date(2026, 11, 22)}, "The order would have expired already."),
        ({"expires_on": date(2027, 11, 24)}, "An order holds at most 12 months."),
        ({"indication": "chronic_pain"}, "Induction, twice a week is not for Chronic pain."),
        ({"protocol_id": "nothing"}, "Choose a protocol."),
    ],
)
def test_an_order_that_cannot_stand_says_why(chair: Chairside, changes: dict[str, Any], sentence: str) -> None:
    patient = chair.patient()
    with pytest.raises(Refused) as told:
        chair.order(patient, **changes)
    assert str(told.value) == sentence
    assert told.value.findings[0].subject == next(iter(changes))
    assert chair.services.orders.of_patient(chair.nurse, patient.id) == ()


def test_a_high_dose_is_written_with_a_warning(chair: Chairside) -> None:
    order = chair.order(chair.patient(), mg_per_kg=1.2, max_mg=120.0, sign=False)
    findings = chair.services.orders.check(chair.prescriber, order.fields)
    assert [f.code for f in findings] == ["order-high-dose"]


def test_a_wrong_pin_is_told_in_the_words_of_a_signature(chair: Chairside) -> None:
    order = chair.order(chair.patient(), sign=False)
    with pytest.raises(Invalid, match=r"The PIN is wrong\. Nothing was signed: try again\.") as told:
        chair.services.orders.sign(chair.prescriber, order.id, "9999")
    assert told.value.field == "pin"


def test_a_high_dose_is_told_while_another_field_is_still_wrong(chair: Chairside) -> None:
    order = chair.order(chair.patient(), mg_per_kg=1.2, sign=False)
    findings = chair.services.orders.check(chair.prescriber, replace(order.fields, weight_kg=700.0))
    assert [(f.subject, f.severity.value) for f in findings] == [("weight_kg", "block"), ("mg_per_kg", "warn")]


@pytest.mark.parametrize(
    ("weight", "sentence"),
    [
        (181.0, "181 lb would be 82.1 kg: was it read in pounds? The order before was for 82 kg."),
        (60.0, "The order before was for 82 kg. Weigh again, or sign if it is so."),
    ],
)
def test_a_weight_far_from_the_order_before_is_asked_about(chair: Chairside, weight: float, sentence: str) -> None:
    before = chair.order(chair.patient())
    (finding,) = chair.services.orders.check(chair.prescriber, replace(before.fields, weight_kg=weight))
    assert (finding.message, finding.severity.value, finding.subject) == (sentence, "warn", "weight_kg")


def test_a_weight_near_the_order_before_is_not_asked_about(chair: Chairside) -> None:
    before = chair.order(chair.patient())
    assert chair.services.orders.check(chair.prescriber, replace(before.fields, weight_kg=84.0)) == ()


def test_an_order_holds_to_the_end_of_its_last_day_at_the_clinic(chair: Chairside) -> None:
    order = chair.order(chair.patient(), sign=False, expires_on=date(2026, 11, 23))
    chair.clock.at = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)  # half past nine on the evening of the 23rd in Chicago
    assert chair.services.orders.sign(chair.prescriber, order.id, STAFF_PIN).signed


# --- titration, rescue medicines -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        (
            {"titrate_low": 0.6, "titrate_high": 0.8},
            "titrate_low",
            "The lowest dose must be above 0 and not above the 0.5 mg/kg of the order.",
        ),
        (
            {"titrate_low": 0.3, "titrate_high": 1.6},
            "titrate_high",
            "The highest dose must be at least the 0.5 mg/kg of the order and at most 1.5 mg/kg.",
        ),
        (
            {"titrate_low": 0.3},
            "titrate_high",
            "Enter the lowest and the highest dose of the titration, or neither.",
        ),
        ({"rescue_codes": ("aspirin",)}, "rescue_codes", "“aspirin” is not among the clinic's medicines."),
    ],
)
def test_a_titration_or_a_medicine_that_cannot_stand_says_why(
    chair: Chairside, changes: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(Refused) as told:
        chair.order(chair.patient(), **changes)
    assert (str(told.value), told.value.findings[0].subject) == (sentence, field)


def test_an_order_keeps_its_titration_and_its_medicines(chair: Chairside) -> None:
    patient = chair.patient()
    chair.order(patient, titrate_low=0.3, titrate_high=0.8, rescue_codes=("labetalol", "ondansetron"))
    (order,) = chair.services.orders.of_patient(chair.nurse, patient.id)
    kept = order.fields
    assert (kept.titrate_low, kept.titrate_high, kept.rescue_codes) == (0.3, 0.8, ("labetalol", "ondansetron"))
    assert order_words(order) == (
        "Ketamine 0.5 mg/kg (0.3 to 0.8 mg/kg allowed) over 40 min, ceiling 60 mg, 0 of 6 given, until 2027-05-23"
    )


# --- withdrawn -------------------------------------------------------------------------------------------------------


def test_harm_10_an_order_is_withdrawn_once_with_reason_and_pin(chair: Chairside) -> None:
    order = chair.order(chair.patient())
    withdraw = chair.services.orders.withdraw
    with pytest.raises(Invalid, match=r"Say why the order is withdrawn\. Nothing was withdrawn\.") as told:
        withdraw(chair.prescriber, order.id, "  ", STAFF_PIN)
    assert told.value.field == "reason"
    with pytest.raises(Invalid, match=r"The PIN is wrong\. Nothing was withdrawn: try again\."):
        withdraw(chair.prescriber, order.id, "New cardiac history", "9999")
    kept = withdraw(chair.prescriber, order.id, " New cardiac history ", STAFF_PIN)
    assert (kept.withdrawn_at, kept.withdrawn_reason, kept.withdrawn_by) == (
        chair.clock.now(),
        "New cardiac history",
        "Rotimi Adeyemi",
    )
    assert (kept.fields, kept.signed_at) == (order.fields, order.signed_at)  # what was signed does not change
    with pytest.raises(Refused, match="Rotimi Adeyemi has withdrawn this order already"):
        withdraw(chair.prescriber, order.id, "Once more", STAFF_PIN)


def test_an_unsigned_order_is_withdrawn_too_and_signed_by_nobody_then(chair: Chairside) -> None:
    order = chair.order(chair.patient(), sign=False)
    other = chair.services.users.add(chair.staff[Role.MANAGER], "ines", "Inês Faria", Role.PRESCRIBER, STAFF_PIN)
    assert chair.services.orders.withdraw(other, order.id, "Written twice", STAFF_PIN).withdrawn
    with pytest.raises(Refused, match="This order was withdrawn"):
        chair.services.orders.sign(chair.prescriber, order.id, STAFF_PIN)


def test_the_desk_sees_a_withdrawn_order_as_missing_and_not_why(chair: Chairside) -> None:
    patient = chair.patient()
    order = chair.order(patient)
    visit = chair.visit(patient)
    inspect, page = chair.services.floor.inspect, chair.services.patients.page
    assert inspect(chair.desk, visit).order.ok
    assert page(chair.desk, patient.id).order == "Signed, valid until 2027-05-23"
    chair.services.orders.withdraw(chair.prescriber, order.id, "New cardiac history", STAFF_PIN)
    seen = inspect(chair.desk, visit)
    assert (seen.order.ok, seen.order.text) == (False, "withdrawn by the prescriber")
    assert "order" in seen.card.missing
    assert page(chair.desk, patient.id).order == "Withdrawn by the prescriber"
    chair.order(patient)
    assert inspect(chair.desk, visit).order.ok
