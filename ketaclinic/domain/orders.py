"""A prescriber's order: what it may say, and whether it holds on a day."""

import math
from dataclasses import dataclass
from datetime import date, datetime

from ketaclinic.domain.clinical_limits import ClinicalLimits, number
from ketaclinic.domain.consents import months_later
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.protocols import Protocol

INDICATIONS: dict[str, str] = {
    "depression": "Treatment-resistant depression",
    "bipolar_depression": "Bipolar depression",
    "ptsd": "PTSD",
    "ocd": "OCD",
    "chronic_pain": "Chronic pain",
}
"""Indication codes of protocols, orders and consents, in words. Clinical: never shown at the front desk."""


@dataclass(frozen=True, slots=True)
class OrderFields:
    """What a prescriber writes.

    Attributes:
        mg_per_kg: for the whole infusion.
        max_mg: ceiling; today's dose is cut to it.
        minutes: length of the infusion.
        sessions: how many infusions the order covers.
        weight_kg: the weight the dose was thought for.
        rescue: medicines that may be given without asking, in words.
    """

    patient_id: int
    protocol_id: str
    indication: str
    mg_per_kg: float
    max_mg: float
    minutes: int
    sessions: int
    weight_kg: float
    expires_on: date
    rescue: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """An order as it stands; signed when `signed_at` is set, and immutable from then on."""

    id: int
    fields: OrderFields
    prescriber_id: int
    prescriber: str = ""
    signed_at: datetime | None = None
    used: int = 0  # infusions started under it
    version: int = 1

    @property
    def signed(self) -> bool:
        """Whether it is an order at all."""
        return self.signed_at is not None


def check_order(fields: OrderFields, protocol: Protocol, today: date, limits: ClinicalLimits) -> tuple[Finding, ...]:
    """What stands against writing this order; `subject` names the field."""
    dose = protocol.dose
    rules = (
        (
            fields.indication in protocol.indications,
            "indication",
            f"{protocol.desk_name} is not for {INDICATIONS.get(fields.indication, fields.indication) or 'this'}.",
        ),
        (
            _positive(fields.mg_per_kg) and fields.mg_per_kg <= dose.max_mg_per_kg,
            "mg_per_kg",
            f"The dose must be above 0 and at most {number(dose.max_mg_per_kg)} mg/kg under this protocol.",
        ),
        (
            _positive(fields.max_mg) and fields.max_mg <= dose.max_mg,
            "max_mg",
            f"The ceiling must be above 0 and at most {number(dose.max_mg)} mg under this protocol.",
        ),
        (
            5 <= fields.minutes <= protocol.phases.infusion + protocol.phases.recovery,
            "minutes",
            f"The infusion must take 5 to {protocol.phases.infusion + protocol.phases.recovery} minutes.",
        ),
        (1 <= fields.sessions <= 60, "sessions", "An order covers 1 to 60 infusions."),
        (
            limits.weight_lowest <= fields.weight_kg <= limits.weight_highest,
            "weight_kg",
            f"The weight must be {number(limits.weight_lowest)} to {number(limits.weight_highest)} kg.",
        ),
        (fields.expires_on >= today, "expires_on", "The order would have expired already."),
        (
            fields.expires_on <= months_later(today, int(limits.order_months)),
            "expires_on",
            f"An order holds at most {number(limits.order_months)} months.",
        ),
    )
    blocks = [Finding(f"order-{s}", Severity.BLOCK, text, subject=s) for passed, s, text in rules if not passed]
    return (*blocks, *_order_warnings(fields, protocol)) if not blocks else tuple(blocks)


def order_problem(order: Order | None, *, protocol_id: str, day: date) -> str:
    """Why there is no active order for an infusion under this protocol on this day; "" when there is one."""
    if order is None:
        return "No signed order for this patient."
    if not order.signed:
        return "The order has not been signed."
    if order.fields.protocol_id != protocol_id:
        return "The signed order is for another protocol."
    if order.fields.expires_on < day:
        return f"The order expired on {order.fields.expires_on.isoformat()}."
    if order.used >= order.fields.sessions:
        return f"All {order.fields.sessions} infusions of the order have been given."
    return ""


def order_words(order: Order) -> str:
    """The order in one line for clinical roles."""
    f = order.fields
    return (
        f"Ketamine {number(f.mg_per_kg)} mg/kg over {f.minutes} min, ceiling {number(f.max_mg, 1)} mg, "
        f"{order.used} of {f.sessions} given, until {f.expires_on.isoformat()}"
    )


def _order_warnings(fields: OrderFields, protocol: Protocol) -> tuple[Finding, ...]:
    warnings = []
    if fields.mg_per_kg > protocol.dose.reattest_above_mg_per_kg:
        text = f"{number(fields.mg_per_kg)} mg/kg is high: it is attested again before each start."
        warnings.append(Finding("order-high-dose", Severity.WARN, text, subject="mg_per_kg"))
    if fields.minutes != protocol.phases.infusion:
        text = f"The protocol plans {protocol.phases.infusion} minutes; the chair is booked for that."
        warnings.append(Finding("order-minutes", Severity.WARN, text, subject="minutes"))
    return tuple(warnings)


def _positive(value: float) -> bool:
    return math.isfinite(value) and value > 0
