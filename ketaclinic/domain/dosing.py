"""mg, mL and pump rate from order, today's weight and the vial; and the blind second check.

Nobody confirms a number here: the second person computes, and only agreement opens the start (ISMP 1998: two nurses
each confirmed 50 mg and 500 mg was drawn).
"""

import math
from dataclasses import dataclass, replace

from ketaclinic.domain.clinical_limits import ClinicalLimits, number
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.people import Role
from ketaclinic.domain.protocols import DoseLimits

POUNDS_PER_KG = 2.20462


@dataclass(frozen=True, slots=True)
class Dose:
    """What the pump is set to, computed from order, today's weight and the vial.

    Attributes:
        mg_per_kg: ordered.
        weight_kg: today's.
        mg: to be given in the whole infusion.
        concentration: mg/mL of the vial, chosen explicitly.
        ml: to be drawn.
        rate: mL/h.
        minutes: ordered length of the infusion.
        capped: whether the order's ceiling in mg cut the dose.
    """

    mg_per_kg: float
    weight_kg: float
    mg: float
    concentration: float
    ml: float
    rate: float
    minutes: int
    capped: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def words(self) -> str:
        """In words: "41.2 mg = 4.12 mL of 10 mg/mL at 6.18 mL/h over 40 min"."""
        return (
            f"{number(self.mg, 1)} mg = {number(self.ml)} mL of {number(self.concentration)} mg/mL "
            f"at {number(self.rate)} mL/h over {self.minutes} min"
        )


@dataclass(frozen=True, slots=True)
class Calculation:
    """What the second person worked out without seeing the first: mg, mL and mL/h."""

    mg: float
    ml: float
    rate: float


def compute_dose(
    *, mg_per_kg: float, max_mg: float, minutes: int, weight_kg: float, concentration: float, protocol: DoseLimits
) -> Dose:
    """The dose of today, to 0.1 mg and 0.01 mL, never above the order's ceiling; its findings say what to look at."""
    wanted = mg_per_kg * weight_kg
    mg = _round_down(min(wanted, max_mg)) if wanted > max_mg else round(wanted, 1)
    ml = mg / concentration
    capped = wanted > max_mg
    return Dose(
        mg_per_kg=mg_per_kg,
        weight_kg=weight_kg,
        mg=mg,
        concentration=concentration,
        ml=round(ml, 2),
        rate=round(ml * 60 / minutes, 2),
        minutes=minutes,
        capped=capped,
        findings=_dose_findings(mg_per_kg, wanted, mg, max_mg, protocol),
    )


def check_entered_dose(
    mg: float,
    ml: float,
    dose: Dose,
    *,
    max_mg: float,
    limits: ClinicalLimits,
    protocol: DoseLimits | None = None,
) -> tuple[Finding, ...]:
    """What stands against what is in the syringe: above the order's ceiling, or mL that are not the mg, hard stops.

    With `protocol` a syringe that comes to more mg/kg than it allows is stopped too, and one that comes to more than
    is attested again is attested; two per cent of rounding are left out of that.
    """
    if not (math.isfinite(mg) and math.isfinite(ml) and mg > 0 and ml > 0):
        text = "The syringe holds more than 0 mg and 0 mL. Read it again."
        return (Finding("syringe-unread", Severity.BLOCK, text, subject="mg"),)
    findings: list[Finding] = []
    if mg > max_mg + 1e-9:
        text = f"{number(mg, 1)} mg is above the order's ceiling of {number(max_mg, 1)} mg."
        findings.append(Finding("dose-above-order", Severity.BLOCK, text, subject="mg"))
    elif _differs(mg, _wanted(dose), limits.dose_tolerance_percent):
        findings.append(_override("dose-differs", _differs_words(mg, dose, limits), subject="mg"))
    elif _differs(mg, _wanted(dose), limits.second_check_percent):
        text = f"{number(mg, 1)} mg in the syringe, {number(dose.mg, 1)} mg by order and weight."
        findings.append(Finding("dose-rounded", Severity.WARN, text, subject="mg"))
    if _differs(ml, mg / dose.concentration, limits.second_check_percent):
        text = (
            f"{number(mg, 1)} mg of {number(dose.concentration)} mg/mL is {number(mg / dose.concentration)} mL, "
            f"not {number(ml)} mL. Look at the vial and draw again."
        )
        findings.append(Finding("volume-differs", Severity.BLOCK, text, subject="ml"))
    if protocol is not None and mg <= max_mg:
        findings.extend(_above(mg / dose.weight_kg / (1 + limits.second_check_percent / 100), mg, protocol))
    return tuple(findings)


def _above(mg_per_kg: float, mg: float, protocol: DoseLimits) -> tuple[Finding, ...]:
    found = _dose_findings(mg_per_kg, mg, mg, mg, protocol)
    return tuple(replace(f, subject="mg") for f in found if f.severity is not Severity.WARN)


def _wanted(dose: Dose) -> float:
    """What order and weight ask for, unrounded; the ceiling where that cuts it."""
    return dose.mg if dose.capped else dose.mg_per_kg * dose.weight_kg


def _differs_words(mg: float, dose: Dose, limits: ClinicalLimits) -> str:
    by_weight = f"{number(dose.mg_per_kg, 3)} mg/kg × {number(dose.weight_kg, 1)} kg"
    wanted = f"the ceiling of {number(dose.mg, 1)} mg" if dose.capped else f"{by_weight} = {number(dose.mg, 1)} mg"
    text = f"{number(mg, 1)} mg is more than {number(limits.dose_tolerance_percent)} % away from {wanted}."
    in_pounds = dose.mg_per_kg * dose.weight_kg * POUNDS_PER_KG
    if not dose.capped and not _differs(mg, in_pounds, limits.second_check_percent):
        text += " It fits the weight in pounds: compute with kilograms."
    elif _ten_fold(mg, dose.mg):
        text += " One is about ten times the other: read it again."
    return text


def second_check(first: Dose, second: Calculation, limits: ClinicalLimits) -> tuple[Finding, ...]:
    """Empty when both calculations agree; else which of the three differ, without telling either number."""
    tolerance = limits.second_check_percent
    ml = first.mg / first.concentration  # unrounded: two roundings must not use up the tolerance
    pairs = (("mg", second.mg, first.mg), ("mL", second.ml, ml), ("mL/h", second.rate, ml * 60 / first.minutes))
    apart = [unit for unit, mine, theirs in pairs if _differs(mine, theirs, tolerance)]
    if not apart:
        return ()
    ten_fold = any(_ten_fold(mine, theirs) for _, mine, theirs in pairs)
    hint = " One is about ten times the other: read the strength on the vial again." if ten_fold else ""
    text = f"The two calculations differ in {_listed(apart)}.{hint} Both compute again from order, weight and vial."
    return (Finding("second-check-differs", Severity.BLOCK, text, subject="second-check"),)


def check_weight(weight_kg: float, order_weight_kg: float | None, limits: ClinicalLimits) -> tuple[Finding, ...]:
    """Whether a weight can be true: outside 30 to 250 kg it is refused, far from the order's it is asked again."""
    if not math.isfinite(weight_kg) or not limits.weight_lowest <= weight_kg <= limits.weight_highest:
        text = (
            f"{number(weight_kg, 1)} kg is not a weight this clinic can treat "
            f"({number(limits.weight_lowest)} to {number(limits.weight_highest)} kg).{_pounds(weight_kg, limits)}"
        )
        return (Finding("weight-implausible", Severity.BLOCK, text, subject="weight"),)
    if order_weight_kg and _change(weight_kg, order_weight_kg) >= limits.weight_confirm_percent:
        change = _change(weight_kg, order_weight_kg)
        in_pounds = weight_kg / POUNDS_PER_KG
        pounds = ""
        if _change(in_pounds, order_weight_kg) < limits.weight_confirm_percent:
            pounds = f" {number(weight_kg, 1)} lb would be {number(in_pounds, 1)} kg: was it read in pounds?"
        text = (
            f"{number(weight_kg, 1)} kg is {number(change, 0)} % away from the {number(order_weight_kg, 1)} kg "
            f"of the order.{pounds} Weigh again, or confirm it."
        )
        return (Finding("weight-changed", Severity.OVERRIDE, text, subject="weight"),)
    return ()


def weight_change(weight_kg: float, order_weight_kg: float, limits: ClinicalLimits) -> Finding | None:
    """Whether the order must be looked at again: changed by more than 5 % and more than 3 kg."""
    kg = abs(weight_kg - order_weight_kg)
    allowed = max(order_weight_kg * limits.weight_change_percent / 100, limits.weight_change_kg)
    if kg <= allowed + 1e-9:
        return None
    text = (
        f"{number(weight_kg, 1)} kg today, {number(order_weight_kg, 1)} kg in the order: "
        f"{number(kg, 1)} kg apart, {number(allowed, 1)} kg are allowed."
    )
    return _override("weight-change", text, subject="weight", action="The prescriber looks at the order.")


def _dose_findings(
    mg_per_kg: float, wanted: float, mg: float, max_mg: float, protocol: DoseLimits
) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    if mg_per_kg > protocol.max_mg_per_kg:
        text = f"{number(mg_per_kg, 3)} mg/kg is above the protocol's limit of {number(protocol.max_mg_per_kg)} mg/kg."
        findings.append(Finding("dose-above-protocol", Severity.BLOCK, text, subject="mg_per_kg"))
    elif mg_per_kg > protocol.reattest_above_mg_per_kg:
        text = (
            f"{number(mg_per_kg, 3)} mg/kg is above {number(protocol.reattest_above_mg_per_kg)} mg/kg: "
            "the prescriber attests it again."
        )
        findings.append(_override("dose-reattest", text, subject="mg_per_kg"))
    if mg > protocol.max_mg:
        text = f"{number(mg, 1)} mg is above the protocol's limit of {number(protocol.max_mg, 1)} mg."
        findings.append(Finding("dose-above-protocol", Severity.BLOCK, text, subject="mg"))
    if wanted > max_mg:
        text = (
            f"{number(wanted, 1)} mg by weight is above the order's ceiling: the dose is cut to {number(max_mg, 1)} mg."
        )
        findings.append(Finding("dose-capped", Severity.WARN, text, subject="mg"))
    return tuple(findings)


def _override(code: str, text: str, *, subject: str, action: str = "") -> Finding:
    return Finding(code, Severity.OVERRIDE, text, (Role.PRESCRIBER.value,), subject, action)


def _differs(mine: float, theirs: float, percent: float) -> bool:
    if not math.isfinite(mine) or mine <= 0:
        return True
    return abs(mine - theirs) > abs(theirs) * percent / 100 + 1e-9


def _ten_fold(mine: float, theirs: float) -> bool:
    if mine <= 0 or theirs <= 0:
        return False
    ratio = max(mine, theirs) / min(mine, theirs)
    return 8 <= ratio <= 12.5


def _change(now: float, before: float) -> float:
    return abs(now - before) / before * 100


def _pounds(weight: float, limits: ClinicalLimits) -> str:
    kg = weight / POUNDS_PER_KG
    plausible = math.isfinite(kg) and weight > limits.weight_highest and kg <= limits.weight_highest
    return f" In pounds that is {number(kg, 1)} kg." if plausible else " Weigh again."


def _round_down(mg: float) -> float:
    return math.floor(mg * 10 + 1e-9) / 10


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
