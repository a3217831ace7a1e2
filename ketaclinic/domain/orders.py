"""A prescriber's order: what it may say, and whether it holds on a day."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ketaclinic.domain.clinical_limits import ClinicalLimits, number
from ketaclinic.domain.consents import months_later
from ketaclinic.domain.dosing import POUNDS_PER_KG
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.observations import ObservationCatalog
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
        titrate_low, titrate_high: mg/kg a prescriber may set on a day without a new order; None: `mg_per_kg` alone.
        rescue_codes: interventions of `observations.toml` that are medicines and may be given without asking.
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
    titrate_low: float | None = None
    titrate_high: float | None = None
    rescue_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """An order as it stands; signed when `signed_at` is set, from then on it can only be withdrawn."""

    id: int
    fields: OrderFields
    prescriber_id: int
    prescriber: str = ""
    signed_at: datetime | None = None
    used: int = 0  # infusions started under it
    version: int = 1
    withdrawn_at: datetime | None = None
    withdrawn_reason: str = ""
    withdrawn_by: str = ""

    @property
    def signed(self) -> bool:
        """Whether it is an order at all."""
        return self.signed_at is not None

    @property
    def withdrawn(self) -> bool:
        """Whether a prescriber has taken it back; it stays to be read."""
        return self.withdrawn_at is not None


def check_order(
    fields: OrderFields, protocol: Protocol, today: date, limits: ClinicalLimits, known_kg: float | None = None
) -> tuple[Finding, ...]:
    """What stands against writing this order; `subject` names the field.

    Args:
        fields: as written.
        protocol: the one it is for.
        today: the first day it may expire on.
        limits: the clinic's numbers.
        known_kg: the patient's weight in an earlier order; one far from it is asked about.
    """
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
        *_titration_rules(fields, protocol),
    )
    blocks = [Finding(f"order-{s}", Severity.BLOCK, text, subject=s) for passed, s, text in rules if not passed]
    refused = {finding.subject for finding in blocks}
    warnings = (*_order_warnings(fields, protocol), *_weight_warnings(fields.weight_kg, known_kg, limits))
    return (*blocks, *(finding for finding in warnings if finding.subject not in refused))


def order_problem(order: Order | None, *, protocol_id: str, day: date) -> str:
    """Why there is no active order for an infusion under this protocol on this day; "" when there is one."""
    if order is None:
        return "No signed order for this patient."
    if order.withdrawn:
        return f"The order was withdrawn: {order.withdrawn_reason.rstrip('.')}."
    if not order.signed:
        return "The order has not been signed."
    if order.fields.protocol_id != protocol_id:
        return "The signed order is for another protocol."
    if order.fields.expires_on < day:
        return f"The order expired on {order.fields.expires_on.isoformat()}."
    if order.used >= order.fields.sessions:
        return f"All {order.fields.sessions} infusions of the order have been given."
    return ""


def titration(fields: OrderFields) -> tuple[float, float] | None:
    """The mg/kg a prescriber may set on a day, lowest and highest; None where the order allows no other dose."""
    if fields.titrate_low is None or fields.titrate_high is None:
        return None
    return fields.titrate_low, fields.titrate_high


def rescue_choices(charted: ObservationCatalog) -> tuple[tuple[str, str], ...]:
    """The medicines an order may let a nurse give without asking, as (code, words)."""
    return tuple((kind.code, kind.text) for kind in charted.interventions if kind.medicine)


def rescue_words(fields: OrderFields, names: Mapping[str, str]) -> str:
    """The rescue medicines in one line: those of the list, then what was written by hand."""
    listed = ", ".join(names.get(code, code) for code in fields.rescue_codes)
    return "; ".join(filter(None, (listed, fields.rescue)))


def titration_words(fields: OrderFields) -> str:
    """The titration as it is read: "0.4 to 0.8 mg/kg"; "" for none."""
    allowed = titration(fields)
    return f"{number(allowed[0], 3)} to {number(allowed[1], 3)} mg/kg" if allowed else ""


def order_words(order: Order) -> str:
    """The order in one line for clinical roles."""
    f = order.fields
    between = titration_words(f)
    return (
        f"Ketamine {number(f.mg_per_kg, 3)} mg/kg{f' ({between} allowed)' * bool(between)} over {f.minutes} min, "
        f"ceiling {number(f.max_mg, 1)} mg, {order.used} of {f.sessions} given, until {f.expires_on.isoformat()}"
    )


def order_dose_words(fields: OrderFields) -> str:
    """What the order comes to, e.g. "0.5 mg/kg × 82 kg = 41 mg"; "" while it has no numbers to multiply."""
    wanted = fields.mg_per_kg * fields.weight_kg
    if not (_positive(wanted) and _positive(fields.max_mg)):
        return ""
    words = f"{number(fields.mg_per_kg, 3)} mg/kg × {number(fields.weight_kg, 1)} kg = {number(wanted, 1)} mg"
    return words if wanted <= fields.max_mg else f"{words}, cut to {number(fields.max_mg, 1)} mg"


def _weight_warnings(weight_kg: float, known_kg: float | None, limits: ClinicalLimits) -> tuple[Finding, ...]:
    """Whether the weight was read in pounds, or has changed as much as makes the nurse weigh again."""
    far = limits.weight_confirm_percent / 100
    if not known_kg or abs(weight_kg - known_kg) < far * known_kg:
        return ()
    in_pounds = weight_kg / POUNDS_PER_KG
    text = f"The order before was for {number(known_kg, 1)} kg. Weigh again, or sign if it is so."
    if abs(in_pounds - known_kg) < far * known_kg:
        read = f"{number(weight_kg, 1)} lb would be {number(in_pounds, 1)} kg"
        text = f"{read}: was it read in pounds? The order before was for {number(known_kg, 1)} kg."
    return (Finding("order-weight", Severity.WARN, text, subject="weight_kg"),)


def _order_warnings(fields: OrderFields, protocol: Protocol) -> tuple[Finding, ...]:
    warnings = []
    if fields.mg_per_kg > protocol.dose.reattest_above_mg_per_kg:
        text = f"{number(fields.mg_per_kg, 3)} mg/kg is high: it is attested again before each start."
        warnings.append(Finding("order-high-dose", Severity.WARN, text, subject="mg_per_kg"))
    elif fields.titrate_high is not None and fields.titrate_high > protocol.dose.reattest_above_mg_per_kg:
        above = number(protocol.dose.reattest_above_mg_per_kg)
        text = f"Above {above} mg/kg a dose is high: it is attested again before each start."
        warnings.append(Finding("order-high-dose", Severity.WARN, text, subject="titrate_high"))
    if fields.minutes != protocol.phases.infusion:
        text = f"The protocol plans {protocol.phases.infusion} minutes; the chair is booked for that."
        warnings.append(Finding("order-minutes", Severity.WARN, text, subject="minutes"))
    return tuple(warnings)


def _titration_rules(fields: OrderFields, protocol: Protocol) -> tuple[tuple[bool, str, str], ...]:
    """Both ends or none, around the ordered dose, and within what the protocol lets be given at all."""
    low, high = fields.titrate_low, fields.titrate_high
    if low is None and high is None:
        return ()
    if low is None or high is None:
        missing = "titrate_low" if low is None else "titrate_high"
        return ((False, missing, "Enter the lowest and the highest dose of the titration, or neither."),)
    ordered, most = number(fields.mg_per_kg, 3), protocol.dose.max_mg_per_kg
    if math.isnan(low) or math.isnan(high):  # told where it was typed
        return ()
    unread = not _positive(fields.mg_per_kg)
    return (
        (
            _positive(low) and (unread or low <= fields.mg_per_kg),
            "titrate_low",
            f"The lowest dose must be above 0 and not above the {ordered} mg/kg of the order.",
        ),
        (
            math.isfinite(high) and (unread or high >= fields.mg_per_kg) and high <= most,
            "titrate_high",
            f"The highest dose must be at least the {ordered} mg/kg of the order and at most {number(most)} mg/kg.",
        ),
    )


def _positive(value: float) -> bool:
    return math.isfinite(value) and value > 0
