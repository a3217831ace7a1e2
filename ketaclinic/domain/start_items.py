"""What the program answers itself on the checklist before the start, from data, with its reason."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from ketaclinic.domain.checklists import ChecklistItem, Computed
from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.dosing import Dose, weight_change
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.ledger import MICROGRAMS, milligrams
from ketaclinic.domain.observations import Observation
from ketaclinic.domain.people import Role
from ketaclinic.domain.visit import Visit

_PRESCRIBER = (Role.PRESCRIBER.value,)


def consent(visit: Visit) -> Computed:
    """Signed, current revision, not expired, for this indication."""
    if visit.consent_problem or visit.consent is None:
        return _blocked("consent", visit.consent_problem or "No signed consent on file.")
    return Computed(
        f"Signed {visit.consent.signed_on.isoformat()}, holds until {visit.consent.expires_on.isoformat()}."
    )


def order(visit: Visit) -> Computed:
    """Signed, not expired, infusions left."""
    if visit.order_problem or visit.order is None:
        return _blocked("order", visit.order_problem or "No signed order for this patient.")
    fields = visit.order.fields
    return Computed(
        f"Infusion {visit.order.used + 1} of {fields.sessions} under the order of {visit.order.prescriber}, "
        f"until {fields.expires_on.isoformat()}.{_titrated(visit)}"
    )


def _titrated(visit: Visit) -> str:
    by, today = visit.dose_today.titrated_by, visit.dose_today.mg_per_kg
    return f" Today {number(today, 3)} mg/kg, set by {visit.name_of(by)}." if by and today else ""


def weight(visit: Visit) -> Computed:
    """Today's weight against the order's."""
    if visit.weight_kg is None or visit.order is None:
        return Computed("Needs today's weight and the order.", open=True)
    finding = weight_change(visit.weight_kg, visit.order.fields.weight_kg, visit.limits)
    if finding:
        return Computed(finding.message, (finding,))
    return Computed(
        f"{number(visit.weight_kg, 1)} kg today, {number(visit.order.fields.weight_kg, 1)} kg in the order."
    )


def ketamine_allergy(visit: Visit) -> Computed:
    """No allergy to the drug in the patient's details."""
    if "ketamine" in visit.profile.allergies.casefold():
        return _blocked("ketamine-allergy", f"The details say: {visit.profile.allergies}.", "No infusion.")
    return Computed(visit.profile.allergies or "None entered.")


def pressure(visit: Visit) -> Computed:
    """Below 140/90 passes; from there recheck with a note; held from 160/100; no infusion from 180/110."""
    row = _latest(visit, "sbp", "dbp")
    if row is None:
        return Computed("Measure the blood pressure first.", open=True)
    limits, sbp, dbp = visit.limits, row.values["sbp"], row.values["dbp"]
    shown = f"{number(sbp, 0)}/{number(dbp, 0)} mmHg"
    if sbp >= limits.start_sbp_stop or dbp >= limits.start_dbp_stop:
        bound = f"{number(limits.start_sbp_stop)}/{number(limits.start_dbp_stop)}"
        return _blocked("pressure-stop", f"{shown}: no infusion from {bound} on.", "No infusion. Call the prescriber.")
    if sbp >= limits.start_sbp_hold or dbp >= limits.start_dbp_hold:
        bound = f"{number(limits.start_sbp_hold)}/{number(limits.start_dbp_hold)}"
        return _held("pressure-hold", f"{shown}: held from {bound} on.", "Rest, recheck, tell the prescriber.")
    if sbp < limits.start_sbp_low:
        text = f"{shown}: below {number(limits.start_sbp_low)} systolic."
        return _held("pressure-low", text, "Recheck; tell the prescriber.")
    if sbp < limits.start_sbp_pass and dbp < limits.start_dbp_pass:
        return Computed(f"{shown}.")
    if _rechecked(visit, row):
        text = f"{shown} on recheck: {row.note}"
        return Computed(text, (Finding("pressure-raised", Severity.WARN, text, subject="pressure"),))
    action = f"Recheck after {number(limits.start_recheck)} min and write a note with that row."
    return _held("pressure-recheck", f"{shown}: raised, to be measured again.", action)


def heart_rate(visit: Visit) -> Computed:
    """Heart rate in range."""
    return _in_range(visit, "hr", visit.limits.start_hr_low, visit.limits.start_hr_high)


def breathing(visit: Visit) -> Computed:
    """Respiratory rate in range."""
    return _in_range(visit, "rr", visit.limits.start_rr_low, visit.limits.start_rr_high)


def temperature(visit: Visit) -> Computed:
    """Temperature in range."""
    return _in_range(visit, "temp", visit.limits.start_temp_low, visit.limits.start_temp_high)


def saturation(visit: Visit) -> Computed:
    """Saturation high enough, breathing room air."""
    row = _latest(visit, "spo2")
    if row is None:
        return Computed("Measure SpO₂ first.", open=True)
    flow, spo2 = visit.oxygen(row), row.values["spo2"]
    air = "on room air" if flow <= 0 else f"with {number(flow, 1)} L/min oxygen"
    text = f"SpO₂ {number(spo2, 0)} % {air}."
    if flow > 0 or spo2 < visit.limits.start_spo2_low:
        return _held("saturation", text, "Find the reason; the prescriber decides.")
    return Computed(text)


def escort(visit: Visit) -> Computed:
    """An adult with name and telephone; the start may be overridden, the release never."""
    problem = _escort_problem(visit)
    return _held("escort", problem, "Name the escort.") if problem else Computed(_escort_words(visit))


def escort_hard(visit: Visit) -> Computed:
    """The same at the discharge, without a way round."""
    if visit.escort is None or not visit.escort.name.strip():
        return _blocked("escort", "No escort is named.", "Name the escort.")
    return Computed(_escort_words(visit))


def dose(visit: Visit) -> Computed:
    """The dose by order, today's weight and the vial that was chosen, as it is in the syringe."""
    if visit.dose is None:
        return Computed("Needs the order, today's weight and the vial's strength.", open=True)
    if visit.start_event is not None:
        return Computed(visit.dose.words + ".", visit.dose.findings)
    findings = (*visit.dose.findings, *_stock(visit, visit.dose))
    if visit.dose_today.syringe is None:
        again = " again, because the two calculations differed" if visit.dose_today.differed else ""
        text = f"Enter the mg and mL in the syringe{again}."
        if all(f.severity is Severity.WARN for f in findings):
            return Computed(text, findings, open=True)
        return Computed(text, (*findings, Finding("syringe", Severity.BLOCK, text, subject="dose")))
    return Computed(visit.dose.words + ".", findings)


def _stock(visit: Visit, dose: Dose) -> tuple[Finding, ...]:
    """No more is started than the ledger has on hand of this strength, nor out of a vial that is no longer good."""
    stock, chosen = visit.stock, visit.dose_event
    if stock is None or chosen is None:
        return ()
    findings = []
    if dose.mg * MICROGRAMS > stock.on_hand_ug(dose.concentration) + 1e-6:
        text = (
            f"{number(dose.mg, 1)} mg are needed; by the drug ledger "
            f"{milligrams(stock.on_hand_ug(dose.concentration))} mg of {number(dose.concentration)} mg/mL are on hand."
        )
        findings.append(Finding("stock-short", Severity.BLOCK, text, subject="dose"))
    elif problem := stock.problem_of(chosen.data.get("vial")):
        findings.append(Finding("vial-gone", Severity.BLOCK, problem, subject="dose"))
    return tuple(findings)


def second_check(visit: Visit) -> Computed:
    """Whether a second person has computed the same dose, blind, since the vial was chosen."""
    findings, event = visit.check_findings, visit.check_event
    if findings is None or event is None:
        return Computed("A second person computes mg, mL and rate from order, weight and vial.", open=True)
    who = visit.name_of(event.second_user_id)
    if findings:
        return Computed(findings[0].message, findings)
    return Computed(f"{who} computed the same.")


START_ITEMS: Mapping[str, Callable[[Visit], Computed]] = {
    "breathing": breathing,
    "consent": consent,
    "dose": dose,
    "escort": escort,
    "escort-hard": escort_hard,
    "heart-rate": heart_rate,
    "ketamine-allergy": ketamine_allergy,
    "order": order,
    "pressure": pressure,
    "saturation": saturation,
    "second-check": second_check,
    "temperature": temperature,
    "weight-change": weight,
}
"""By the name that a checklist file gives in `computed`."""


def start_item(visit: Visit) -> Callable[[ChecklistItem], Computed]:
    """Answers the computed items of the list before the start."""
    return lambda item: START_ITEMS[item.computed](visit)


def _latest(visit: Visit, *codes: str) -> Observation | None:
    """The last row before the start that holds these values and is fresh enough for a baseline."""
    oldest = visit.judged_at - timedelta(minutes=visit.protocol.monitoring.baseline_within)
    rows = [r for r in visit.before_start if r.observed_at >= oldest and set(codes) <= set(r.values)]
    return rows[-1] if rows else None


def _rechecked(visit: Visit, row: Observation) -> bool:
    """Whether this row repeats an earlier one after the wait, with a note."""
    wait = timedelta(minutes=visit.limits.start_recheck)
    earlier = [r for r in visit.before_start if "sbp" in r.values and r.observed_at <= row.observed_at - wait]
    return bool(earlier) and bool(row.note.strip())


def _in_range(visit: Visit, code: str, low: float, high: float) -> Computed:
    defined = visit.charted.field(code)
    row = _latest(visit, code)
    label = defined.label if defined else code
    if row is None:
        return Computed(f"{label}: not measured yet.", open=True)
    value, unit = row.values[code], defined.unit if defined else ""
    text = f"{label} {number(value, 1)} {unit}".strip()
    if low <= value <= high:
        return Computed(f"{text}.")
    action = "Recheck; the prescriber decides."
    return _held(f"start-{code}", f"{text}: outside {number(low, 1)} to {number(high, 1)}.", action)


def _escort_problem(visit: Visit) -> str:
    if visit.escort is None or not visit.escort.name.strip():
        return "No escort is named."
    return "" if visit.escort.phone.strip() else f"The escort {visit.escort.name} has no telephone number."


def _escort_words(visit: Visit) -> str:
    return ", ".join(filter(None, (visit.escort.name, visit.escort.phone))) if visit.escort else ""


def _blocked(code: str, text: str, action: str = "") -> Computed:
    return Computed(text, (Finding(code, Severity.BLOCK, text, subject=code, action=action),))


def _held(code: str, text: str, action: str) -> Computed:
    return Computed(text, (Finding(code, Severity.OVERRIDE, text, _PRESCRIBER, code, action),))
