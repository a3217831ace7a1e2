"""Numbers as people type them: with a point or a comma, with or without their unit, and never guessed at."""

import math
import re
from dataclasses import dataclass

from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.dosing import POUNDS_PER_KG

_DECIMAL = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,3})?|[0-9]{1,4},[0-9]{1,2}|0,[0-9]{1,3})\s*([a-zµ/]*)")
"""A comma with three figures behind it could be a thousand: only behind a nought it cannot."""
_WHOLE = re.compile(r"([0-9]{1,4})\s*([a-z/]*)")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+\s*[a-z/]*")
_POUNDS = frozenset({"lb", "lbs", "pound", "pounds"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """One number to be typed: what to say while it is missing, the units it may carry, whether it is whole."""

    missing: str
    units: frozenset[str]
    whole: bool = False


WEIGHT = Wanted("Enter the weight in kilograms.", frozenset({"kg"}))
MG_PER_KG = Wanted("Enter the dose in mg for each kg of weight.", frozenset({"mg/kg"}))
MILLIGRAMS = Wanted("Enter the mg in the syringe.", frozenset({"mg"}))
MILLILITRES = Wanted("Enter the mL in the syringe.", frozenset({"ml"}))
PUMP_RATE = Wanted("Enter the rate in mL/h.", frozenset({"ml/h", "ml/hr"}))


def read_number(typed: str, wanted: Wanted) -> tuple[float, str]:
    """What was typed and "", or NaN and the sentence that says why it cannot be taken."""
    words = typed.strip()
    if not words:
        return math.nan, wanted.missing
    found = (_WHOLE if wanted.whole else _DECIMAL).fullmatch(words.casefold())
    if found is None:
        example = "Write a whole one, like 40." if wanted.whole else "Write it like 82.4."
        return math.nan, f"“{words}” is no number that fits here. {example}"
    value, unit = float(found[1].replace(",", ".")), found[2]
    if unit in _POUNDS and "kg" in wanted.units:
        return math.nan, f"{number(value, 1)} lb is {number(value / POUNDS_PER_KG, 1)} kg. Enter kilograms."
    if unit and unit not in wanted.units:
        return math.nan, f"“{unit}” is not the unit here. {wanted.missing}"
    return value, ""


def may_be_thousands(typed: str) -> bool:
    """Whether a comma could set thousands apart: "1,000" is one or a thousand, and nobody may guess which."""
    return bool(_THOUSANDS.fullmatch(typed.strip().casefold()))
