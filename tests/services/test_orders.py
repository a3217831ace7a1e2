"""Orders: written and signed by a prescriber, and closed from then on."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.findings import Invalid, NotAllowed, Refused
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
