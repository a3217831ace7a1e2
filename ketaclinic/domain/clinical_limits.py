"""The numbers that the clinical rules go by, as one value; they live in `resources/rules-clinical.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class ClinicalLimits:
    """Each attribute is the rule of the same name ("clinical.weight-lowest"), in the unit given there.

    `labs_every` is "labs.every".
    """

    weight_lowest: float
    weight_highest: float
    weight_change_percent: float
    weight_change_kg: float
    weight_confirm_percent: float
    dose_tolerance_percent: float
    second_check_percent: float
    order_months: float
    order_rate_percent: float
    consent_months: float
    override_reason: float
    start_sbp_pass: float
    start_dbp_pass: float
    start_sbp_hold: float
    start_dbp_hold: float
    start_sbp_stop: float
    start_dbp_stop: float
    start_recheck: float
    start_sbp_low: float
    start_hr_low: float
    start_hr_high: float
    start_rr_low: float
    start_rr_high: float
    start_spo2_low: float
    start_temp_low: float
    start_temp_high: float
    benzodiazepine_flag: float
    discharge_fresh: float
    discharge_sets_apart: float
    discharge_bp_percent: float
    discharge_sbp_below: float
    discharge_dbp_below: float
    normal_sbp_low: float
    normal_sbp_high: float
    normal_dbp_low: float
    normal_dbp_high: float
    discharge_spo2_low: float
    discharge_dissociation: float
    discharge_moaas: float
    discharge_aldrete: float
    discharge_padss: float
    reversal_hours: float
    late_entry: float
    clock_slack: float
    stagger_most: float
    stagger_ahead: float
    labs_every: float


_ELSEWHERE = {"labs_every": "labs.every"}
"""Attributes whose rule has another name."""


def clinical_limits(rules: Mapping[str, float]) -> ClinicalLimits:
    """The clinical numbers out of all rules; a missing one is a KeyError with its name."""
    names = {f.name: _ELSEWHERE.get(f.name, f"clinical.{f.name.replace('_', '-')}") for f in fields(ClinicalLimits)}
    return ClinicalLimits(**{field: rules[name] for field, name in names.items()})


def number(value: float, decimals: int | None = None) -> str:
    """A number as it is written on screen: no needless zeros, at most `decimals` of them (default 2)."""
    text = f"{value:.{2 if decimals is None else decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
