"""An order as a prescriber types it: numbers with or without their unit, and what cannot be read, field by field."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.dosing import POUNDS_PER_KG
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.orders import OrderFields

_DECIMAL = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,3})?|[0-9]{1,4},[0-9]{1,2}|0,[0-9]{1,3})\s*([a-z/]*)")
_WHOLE = re.compile(r"([0-9]{1,4})\s*([a-z/]*)")
_POUNDS = frozenset({"lb", "lbs", "pound", "pounds"})


@dataclass(frozen=True, slots=True)
class _Number:
    """One number of an order: what to call it, the units it may carry, whether it is whole."""

    missing: str
    units: frozenset[str]
    whole: bool = False


_NUMBERS = {
    "weight_kg": _Number("Enter the weight in kilograms.", frozenset({"kg"})),
    "mg_per_kg": _Number("Enter the dose in mg for each kg of weight.", frozenset({"mg/kg"})),
    "max_mg": _Number("Enter the most that may be given, in mg.", frozenset({"mg"})),
    "minutes": _Number("Enter how many minutes the infusion takes.", frozenset({"min", "minutes"}), whole=True),
    "sessions": _Number("Enter how many infusions the order covers.", frozenset({"infusions", "sessions"}), whole=True),
}


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
        value, trouble = _read(str(typed[name]), kind)
        numbers[name] = value
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
    )
    return order, tuple(findings)


def pounds_words(weight_kg: float) -> str:
    """The weight in pounds, for who thinks in them: "= 181 lb"; "" for no weight."""
    return f"= {number(weight_kg * POUNDS_PER_KG, 0)} lb" if math.isfinite(weight_kg) and weight_kg > 0 else ""


def _read(typed: str, kind: _Number) -> tuple[float, str]:
    words = typed.strip()
    if not words:
        return math.nan, kind.missing
    found = (_WHOLE if kind.whole else _DECIMAL).fullmatch(words.casefold())
    if found is None:
        example = "Write a whole one, like 40." if kind.whole else "Write it like 82.4."
        return math.nan, f"“{words}” is no number that fits here. {example}"
    value, unit = float(found[1].replace(",", ".")), found[2]
    if unit in _POUNDS and "kg" in kind.units:
        return math.nan, f"{number(value, 1)} lb is {number(value / POUNDS_PER_KG, 1)} kg. Enter kilograms."
    if unit and unit not in kind.units:
        return math.nan, f"“{unit}” is not the unit here. {kind.missing}"
    return value, ""


def _whole(value: float) -> int:
    return int(value) if math.isfinite(value) else 0


def _block(name: str, text: str) -> Finding:
    return Finding("order-unread", Severity.BLOCK, text, subject=name)
