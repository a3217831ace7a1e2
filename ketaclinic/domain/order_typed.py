"""An order as a prescriber types it: numbers with or without their unit, and what cannot be read, field by field."""

import math
from collections.abc import Mapping
from datetime import date
from typing import Any

from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.dosing import POUNDS_PER_KG
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.orders import OrderFields
from ketaclinic.domain.typed_numbers import MG_PER_KG, WEIGHT, Wanted, read_number

_NUMBERS = {
    "weight_kg": WEIGHT,
    "mg_per_kg": MG_PER_KG,
    "max_mg": Wanted("Enter the most that may be given, in mg.", frozenset({"mg"})),
    "minutes": Wanted("Enter how many minutes the infusion takes.", frozenset({"min", "minutes"}), whole=True),
    "sessions": Wanted("Enter how many infusions the order covers.", frozenset({"infusions", "sessions"}), whole=True),
}
_TITRATION = ("titrate_low", "titrate_high")


def typed_order(patient_id: int, typed: Mapping[str, Any]) -> tuple[OrderFields, tuple[Finding, ...]]:
    """What was typed as an order, and what is missing or cannot be read; its `subject` names the field.

    A value that is missing stands in the order as one that no check lets pass.

    Args:
        patient_id: whom the order is for.
        typed: by the names of `OrderFields`: numbers as text, the expiry as a date or None.
    """
    findings: list[Finding] = []
    numbers: dict[str, float] = {}
    for name, kind in _NUMBERS.items():
        value, trouble = read_number(str(typed[name]), kind)
        numbers[name] = value
        if trouble:
            findings.append(_block(name, trouble))
    between: dict[str, float | None] = dict.fromkeys(_TITRATION)
    for name in _TITRATION:
        if words := str(typed.get(name) or "").strip():
            between[name], trouble = read_number(words, MG_PER_KG)
            if trouble:
                findings.append(_block(name, trouble))
    if not typed["protocol_id"]:
        findings.append(_block("protocol_id", "Choose a protocol."))
    if not typed["indication"]:
        findings.append(_block("indication", "Choose what the infusions are for."))
    if typed["expires_on"] is None:
        findings.append(_block("expires_on", "Enter the last day the order holds."))
    order = OrderFields(
        patient_id=patient_id,
        protocol_id=typed["protocol_id"] or "",
        indication=typed["indication"] or "",
        mg_per_kg=numbers["mg_per_kg"],
        max_mg=numbers["max_mg"],
        minutes=_whole(numbers["minutes"]),
        sessions=_whole(numbers["sessions"]),
        weight_kg=numbers["weight_kg"],
        expires_on=typed["expires_on"] or date.min,
        rescue=str(typed["rescue"]).strip(),
        titrate_low=between["titrate_low"],
        titrate_high=between["titrate_high"],
        rescue_codes=tuple(typed.get("rescue_codes") or ()),
    )
    return order, tuple(findings)


def pounds_words(weight_kg: float) -> str:
    """The weight in pounds, for who thinks in them: "= 181 lb"; "" for no weight."""
    return f"= {number(weight_kg * POUNDS_PER_KG, 0)} lb" if math.isfinite(weight_kg) and weight_kg > 0 else ""


def _whole(value: float) -> int:
    return int(value) if math.isfinite(value) else 0


def _block(name: str, text: str) -> Finding:
    return Finding("order-unread", Severity.BLOCK, text, subject=name)
