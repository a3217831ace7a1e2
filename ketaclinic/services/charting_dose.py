"""Today's dose at the chair: weight and vial, what is in the syringe, and the blind second check.

Each is one function inside the transaction that `services.charting` opens for it. Only the order says what may be
given: within its titration a prescriber sets today's dose, above its ceiling nobody does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ketaclinic.clock import to_wall
from ketaclinic.db import charting as rows
from ketaclinic.db import ledger
from ketaclinic.domain import events
from ketaclinic.domain.checklists import Answer
from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.dose_today import DoseToday, dose_today, take_weight, titration_problem
from ketaclinic.domain.dosing import Calculation, check_entered_dose
from ketaclinic.domain.dosing import second_check as compare
from ketaclinic.domain.events import Event
from ketaclinic.domain.findings import Finding, Invalid, Refused, Severity
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.permissions import CLINICAL
from ketaclinic.services.charting_acts import Act, refused

_NEXT_ID = 2**62
"""Later than every stored event."""


@dataclass(frozen=True, slots=True)
class DoseEntry:
    """What was entered for the dose.

    Attributes:
        vial_id: of the drug ledger, where one is kept.
        mg_per_kg: today's dose within the order's titration; None leaves it as it stands.
        attested_by: the prescriber who sets it while somebody else is signed in.
        mg, ml: what is in the syringe; both or neither.
    """

    weight_kg: float
    concentration: float
    vial_id: int | None = None
    mg_per_kg: float | None = None
    attested_by: User | None = None
    mg: float | None = None
    ml: float | None = None


def set_dose(act: Act, entry: DoseEntry, *, confirmed: bool) -> tuple[Finding, ...]:
    """Keeps today's weight, the vial and what is in the syringe; what was checked before must be checked again."""
    visit = act.visit
    if visit.encounter.started_at is not None:
        raise refused("started", "The infusion runs already: its dose does not change. Nothing was saved.")
    if entry.concentration not in visit.charted.concentrations:
        strengths = ", ".join(number(c) for c in visit.charted.concentrations)
        raise Invalid("concentration", f"Choose the vial's strength: {strengths} mg/mL. Nothing was saved.")
    known = entry.weight_kg == visit.weight_kg  # it was asked again when it was entered
    take_weight(entry.weight_kg, visit.order, visit.limits, confirmed=confirmed or known)
    data: dict[str, Any] = {
        "concentration": entry.concentration,
        "weight_kg": entry.weight_kg,
        "order": visit.order.id if visit.order else None,
    }
    if entry.vial_id is not None:
        _may_use(act, entry.vial_id, entry.concentration)
        data["vial"] = entry.vial_id
    data |= _titrated(act, entry)
    findings = _drawn(act, entry, data)
    if visit.weight_kg != entry.weight_kg:
        checklist = next((c.id for c in visit.checklists if c.item("weight")), "")
        kept = Answer(checklist, "weight", float(entry.weight_kg), act.now, act.by.id)
        rows.add_answer(act.writing.session, visit.encounter.id, kept)
    act.event(events.DOSE, data, second=data.get("titrated_by") if entry.mg_per_kg is not None else None)
    if visit.order is None:
        return (Finding("order", Severity.WARN, visit.order_problem, subject="order"),)
    return findings


def _titrated(act: Act, entry: DoseEntry) -> dict[str, Any]:
    """Today's mg/kg and the prescriber who set it; as before where nothing is said of it."""
    order, before = act.visit.order, act.visit.dose_today
    if order is None:
        if entry.mg_per_kg is not None:
            raise refused("no-order", f"{act.visit.order_problem} Nothing was saved.", subject="mg_per_kg")
        return {}
    if entry.mg_per_kg is None or entry.mg_per_kg == before.mg_per_kg:
        kept = {"mg_per_kg": before.mg_per_kg}
        return kept | ({"titrated_by": before.titrated_by} if before.titrated_by else {})
    if problem := titration_problem(order, entry.mg_per_kg):
        raise refused("titration", problem, subject="mg_per_kg")
    prescriber = act.by if entry.attested_by is None else act.person(entry.attested_by)
    if prescriber.role is not Role.PRESCRIBER:
        text = "A prescriber sets another dose than the one that stands, with the own PIN. Nothing was saved."
        raise refused("titration-prescriber", text, subject="mg_per_kg")
    return {"mg_per_kg": float(entry.mg_per_kg), "titrated_by": prescriber.id}


def _drawn(act: Act, entry: DoseEntry, data: dict[str, Any]) -> tuple[Finding, ...]:
    """Puts what is in the syringe into `data`; raises Refused for what is wrong beyond any override."""
    if entry.mg is None and entry.ml is None:
        return ()
    if entry.mg is None or entry.ml is None:
        field = "mg" if entry.mg is None else "ml"
        raise Invalid(field, "Enter both the mg and the mL in the syringe. Nothing was saved.")
    order, today = act.visit.order, _with(act, data, entry.weight_kg)
    if order is None or today.computed is None:
        raise refused("no-dose", f"{act.visit.order_problem} Nothing was saved.", subject="mg")
    found = check_entered_dose(
        entry.mg,
        entry.ml,
        today.computed,
        max_mg=order.fields.max_mg,
        limits=act.visit.limits,
        protocol=act.visit.protocol.dose,
    )
    if stopping := tuple(f for f in found if f.severity is Severity.BLOCK):
        raise Refused(stopping)
    data["mg"], data["ml"] = float(entry.mg), float(entry.ml)
    return found


def _with(act: Act, data: Mapping[str, Any], weight_kg: float) -> DoseToday:
    """Today's dose as it would be with this choice."""
    planned = Event(_NEXT_ID, events.DOSE, act.now, act.now, act.by.id, data=data)
    visit = act.visit
    return dose_today(
        (*visit.happened, planned),
        weight_kg=weight_kg,
        order=visit.order,
        protocol=visit.protocol.dose,
        limits=visit.limits,
    )


def _may_use(act: Act, vial_id: int, concentration: float) -> None:
    """Raises Refused for a vial of the drug ledger that is not here, expired, or of another strength."""
    kept, visit = ledger.vial(act.writing.session, vial_id), act.visit
    if kept.location_id != visit.appointment.location_id:
        raise refused("ledger-elsewhere", f"{kept.number} is in stock at another location. Nothing was saved.")
    if kept.mg_per_ml != concentration:
        text = f"{kept.number} holds {kept.mg_per_ml} mg/mL, not {number(concentration)} mg/mL. Nothing was saved."
        raise refused("ledger-strength", text)
    if kept.expires_on < to_wall(act.now, visit.zone).date():
        raise refused("ledger-expired", f"{kept.number} expired on {kept.expires_on.isoformat()}. Nothing was saved.")
    if visit.stock is not None and (problem := visit.stock.problem_of(vial_id)):
        raise refused("ledger-empty", f"{problem} Nothing was saved.")


def second_check(act: Act, approver: User, given: Calculation) -> tuple[Finding, ...]:
    """Keeps what the second person worked out, whether it agrees or not; only agreement opens the start.

    After one that differs both compute again: the syringe is entered anew before anybody checks it.
    """
    visit, today = act.visit, act.visit.dose_today
    if visit.encounter.started_at is not None:
        raise refused("started", "The infusion runs already. Nothing was saved.")
    if today.computed is None or today.chosen is None:
        raise refused("no-dose", "First the order, today's weight and the vial. Nothing was saved.")
    second = act.person(approver)
    if second.id in {act.by.id, today.chosen.user_id}:
        raise refused("same-person", "The second check must be made by someone else. Nothing was saved.")
    if second.role not in CLINICAL:
        raise refused("wrong-role", f"{second.name} may not make a second check. Nothing was saved.")
    if today.syringe is None:
        again = " once more: the two calculations differed, and both compute again" if today.differed else ""
        raise refused("no-syringe", f"First enter the mg and mL in the syringe{again}. Nothing was saved.")
    findings = compare(today.computed, given, visit.limits)
    data = {
        "mg": given.mg,
        "ml": given.ml,
        "rate": given.rate,
        "agreed": not findings,
        "role": second.role.value,
    }
    act.event(events.SECOND_CHECK, data, second=second.id)
    return findings
