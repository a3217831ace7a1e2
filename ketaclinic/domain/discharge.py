"""May the patient go home: every criterion met by data that is present, fresh and in range, or not met.

Fails closed: what is missing, stale or out of range is not met, and each criterion says why.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ketaclinic.domain import events, monitoring
from ketaclinic.domain.adverse import adverse_events
from ketaclinic.domain.answers import Asked, evaluate
from ketaclinic.domain.checklists import Checklist, ChecklistItem, Computed, ItemKind, ItemState, ItemStatus
from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.encounters import AlertView, Criterion
from ketaclinic.domain.late_answers import found_late
from ketaclinic.domain.monitoring import DueCheck, DueState
from ketaclinic.domain.observations import Level, Observation
from ketaclinic.domain.response_checks import AFTER
from ketaclinic.domain.start_items import START_ITEMS
from ketaclinic.domain.visit import Visit

_WASTE = "waste"
"""The item of the discharge checklist that the drug ledger answers."""
_RECONCILED = "waste-reconciled"


def criteria(visit: Visit, statuses: Sequence[ItemStatus], alerts: Sequence[AlertView]) -> tuple[Criterion, ...]:
    """Every criterion of the discharge. `statuses` are those of the recovery checklist."""
    asked = tuple(_of_item(s) for s in statuses if not s.item.part_of and s.state is not ItemState.NOT_ASKED)
    return (
        _time_since_stop(visit),
        *_reversal(visit),
        _score("aldrete", "Aldrete", visit.limits.discharge_aldrete, statuses, no_zero=True),
        _score("padss", "PADSS", visit.limits.discharge_padss, statuses, no_zero=False),
        _sedation(visit),
        _dissociation(visit),
        _pressure(visit),
        _saturation(visit),
        *asked,
        _checks(visit),
        _adverse(visit),
        _red_alerts(alerts),
    )


def recovery_statuses(visit: Visit, checklist: Checklist, asked: Asked) -> tuple[ItemStatus, ...]:
    """The recovery checklist with its computed rows; what was found before the start or after it asks alike."""
    found = {answer.item: answer for answer, _ in found_late(visit)}
    plain = evaluate(checklist, {**visit.late_answers, **visit.answers, **found}, asked)
    answered = {status.item.code: status for status in plain}
    return tuple(
        _computed_row(status.item, _COMPUTATIONS[status.item.computed](visit, answered))
        if status.item.computed in _COMPUTATIONS
        else status
        for status in plain
    )


def later_item(visit: Visit) -> Callable[[ChecklistItem], Computed]:
    """Answers the computed items that need no other answers; the rest is filled in by `recovery_statuses`."""
    return lambda item: (
        START_ITEMS[item.computed](visit) if item.computed in START_ITEMS else Computed("Needs the vitals.", open=True)
    )


def from_ledger(visit: Visit, item: ChecklistItem) -> ChecklistItem:
    """The item about waste, answered by the drug ledger where the clinic keeps one; any other item as it is."""
    if item.code != _WASTE or visit.drug is None:
        return item
    return replace(item, kind=ItemKind.COMPUTED, computed=_RECONCILED, options=())


def _computed_row(item: ChecklistItem, told: Computed) -> ItemStatus:
    return ItemStatus(item, ItemState.OPEN if told.open else ItemState.MET, why=told.why, score=told.score)


def _of_item(status: ItemStatus) -> Criterion:
    met = status.state in {ItemState.MET, ItemState.WARNED}
    why = status.why if met or status.why else "Not answered yet."
    return Criterion(status.item.code, status.item.text, met, why)


def _time_since_stop(visit: Visit) -> Criterion:
    minutes = visit.protocol.minimum_recovery
    text = f"At least {minutes} minutes since the infusion stopped"
    stopped = visit.encounter.stopped_at
    if stopped is None:
        return Criterion("time-since-stop", text, met=False, why="The infusion has not been stopped.")
    passed = int((visit.now - stopped).total_seconds() // 60)
    return Criterion("time-since-stop", text, met=passed >= minutes, why=f"{passed} minutes.")


def _reversal(visit: Visit) -> tuple[Criterion, ...]:
    given = [e for e in visit.happened if e.kind == events.MEDICINE and _reverses(visit, e.data.get("code", ""))]
    if not given:
        return ()
    hours = visit.limits.reversal_hours
    passed = visit.now - given[-1].happened_at
    met = passed >= timedelta(hours=hours)
    text = f"At least {number(hours)} h since a sedative was reversed"
    return (Criterion("reversal", text, met, f"{int(passed.total_seconds() // 60)} minutes."),)


def _reverses(visit: Visit, code: str) -> bool:
    kind = visit.charted.intervention(code)
    return kind is not None and kind.reversal


def _score(code: str, name: str, least: float, statuses: Sequence[ItemStatus], *, no_zero: bool) -> Criterion:
    parts = [s for s in statuses if s.item.part_of == code]
    text = f"{name} at least {number(least)}" + (", no zero" if no_zero else "")
    missing = [s.item.text for s in parts if s.state is ItemState.OPEN or s.score is None]
    if missing or not parts:
        return Criterion(code, text, met=False, why=f"Still open: {'; '.join(missing)}." if missing else "Not asked.")
    points = [s.score or 0 for s in parts]
    total = sum(points)
    zero = no_zero and 0 in points
    why = f"{total} of {2 * len(parts)}" + (", with a zero." if zero else ".")
    return Criterion(code, text, met=total >= least and not zero, why=why)


def _sedation(visit: Visit) -> Criterion:
    least = visit.limits.discharge_moaas
    text = f"Sedation (MOAA/S) {number(least)}"
    row, stale = _fresh(visit, "moaas")
    if row is None:
        return Criterion("moaas", text, met=False, why=stale)
    return Criterion("moaas", text, met=row.values["moaas"] >= least, why=f"MOAA/S {number(row.values['moaas'])}.")


def _dissociation(visit: Visit) -> Criterion:
    most = visit.limits.discharge_dissociation
    text = f"Dissociation at most {number(most)}, or back to baseline"
    row, stale = _fresh(visit, "dissociation")
    if row is None:
        return Criterion("dissociation", text, met=False, why=stale)
    value = row.values["dissociation"]
    before = visit.baseline.values.get("dissociation") if visit.baseline else None
    met = value <= most or (before is not None and value <= before)
    return Criterion("dissociation", text, met, f"Dissociation {number(value)}.")


def _pressure(visit: Visit) -> Criterion:
    limits = visit.limits
    text = (
        f"Pressure within {number(limits.discharge_bp_percent)} % of baseline and below "
        f"{number(limits.discharge_sbp_below)}/{number(limits.discharge_dbp_below)}, in two sets "
        f"{number(limits.discharge_sets_apart)} min apart"
    )
    if visit.baseline is None:
        return Criterion("pressure", text, met=False, why="There is no baseline to compare with.")
    why = _two_sets(visit, ("sbp", "dbp"), lambda row: _pressure_fault(visit, row))
    latest = _latest_after_stop(visit, "sbp", "dbp")
    shown = _shown_pressure(latest) if latest else ""
    return Criterion("pressure", text, met=not why, why=why or f"{shown}, baseline {_shown_pressure(visit.baseline)}.")


def _pressure_fault(visit: Visit, row: Observation) -> str:
    """Why a row's pressures are not those of a patient who may go; "" when they are."""
    limits, baseline = visit.limits, visit.baseline
    if baseline is None:
        return "There is no baseline to compare with."
    ceilings = {"sbp": limits.discharge_sbp_below, "dbp": limits.discharge_dbp_below}
    normal = {
        "sbp": (limits.normal_sbp_low, limits.normal_sbp_high),
        "dbp": (limits.normal_dbp_low, limits.normal_dbp_high),
    }
    for code, word in (("sbp", "Systolic"), ("dbp", "Diastolic")):
        value, before = row.values[code], baseline.values[code]
        if value >= ceilings[code]:
            return f"{word} {number(value, 0)} is not below {number(ceilings[code])}."
        apart = abs(value - before) / before * 100
        low, high = normal[code]
        fell_into_normal = value < before and low <= value < high
        if apart > limits.discharge_bp_percent + 1e-9 and not fell_into_normal:
            return f"{word} {number(value, 0)} is {number(apart, 0)} % away from the baseline of {number(before, 0)}."
    return ""


def _saturation(visit: Visit) -> Criterion:
    low = visit.limits.discharge_spo2_low
    text = f"SpO₂ at least {number(low)} % on room air, or the baseline, in two sets"
    why = _two_sets(visit, ("spo2",), lambda row: _saturation_fault(visit, row))
    latest = _latest_after_stop(visit, "spo2")
    shown = f"SpO₂ {number(latest.values['spo2'], 0)} %." if latest else ""
    return Criterion("saturation", text, met=not why, why=why or shown)


def _saturation_fault(visit: Visit, row: Observation) -> str:
    spo2, flow, baseline = row.values["spo2"], visit.oxygen(row), visit.baseline
    before = baseline.values.get("spo2") if baseline else None
    base_flow = visit.oxygen(baseline) if baseline else 0.0
    if flow > base_flow:
        return f"SpO₂ {number(spo2, 0)} % with {number(flow, 1)} L/min oxygen."
    if spo2 >= visit.limits.discharge_spo2_low or (before is not None and spo2 >= before):
        return ""
    return f"SpO₂ {number(spo2, 0)} % is below {number(visit.limits.discharge_spo2_low)} % and below the baseline."


def _two_sets(visit: Visit, codes: tuple[str, ...], fault: Callable[[Observation], str]) -> str:
    """Why there are not two sets in range far enough apart, with nothing out of range between; "" when there are."""
    rows = [r for r in visit.after_stop if set(codes) <= set(r.values)]
    if not rows:
        return "Not measured since the infusion stopped."
    latest = rows[-1]
    if why := fault(latest):
        return why
    if stale := _stale(visit, latest.observed_at):
        return stale
    apart = timedelta(minutes=visit.limits.discharge_sets_apart)
    for row in reversed(rows[:-1]):
        if why := fault(row):
            return f"Only one set in range since then: {why}"
        if latest.observed_at - row.observed_at >= apart:
            return ""
    return f"A second set is needed, {number(visit.limits.discharge_sets_apart)} minutes after the first."


def _checks(visit: Visit) -> Criterion:
    """No due check was left out, or each gap has its reason."""
    reasons = {e.data.get("label", "") for e in visit.happened if e.kind == events.GAP}
    stopped = visit.encounter.stopped_at
    fixed = {monitoring.STOP, *(f"{monitoring.STOP} +{m}" for m in visit.protocol.monitoring.from_stop)}
    missed = [
        check.label
        for check in visit.schedule
        if check.label not in reasons and (check.state is DueState.MISSED or _still_owed(check, fixed, visit))
    ]
    text = "Every due check made, or the reason of the gap written down"
    why = f"Missing: {', '.join(missed)}." if missed else "Complete."
    return Criterion("checks", text, met=not missed and stopped is not None, why=why)


def _still_owed(check: DueCheck, fixed: set[str], visit: Visit) -> bool:
    """Whether a check that every visit has is due and not made yet; the ones after may still wait."""
    owed = check.label in fixed or check.label.startswith(AFTER)
    return owed and check.open and check.due_at <= visit.now


def _adverse(visit: Visit) -> Criterion:
    """Nobody goes home while a serious adverse event lasts, or one that must have gone first."""
    left = [a.kind.text for a in adverse_events(visit) if a.holds_release]
    text = "Every serious adverse event over"
    return Criterion("adverse", text, met=not left, why=f"Still open: {'; '.join(left)}." if left else "None open.")


def _red_alerts(alerts: Sequence[AlertView]) -> Criterion:
    left = [a.finding.message for a in alerts if a.level is Level.RED and a.acknowledged_at is None]
    text = "Every red alert acknowledged"
    return Criterion("alerts", text, met=not left, why=f"{'; '.join(left)}." if left else "None open.")


def _aldrete_circulation(visit: Visit) -> Computed:
    row, stale = _fresh(visit, "sbp")
    if row is None or visit.baseline is None:
        return Computed(stale or "There is no baseline to compare with.", open=True)
    apart = _apart(row.values["sbp"], visit.baseline.values["sbp"])
    points = 2 if apart <= 20 else 1 if apart < 50 else 0
    return Computed(f"Systolic {number(apart, 0)} % from baseline: {points}.", score=points)


def _aldrete_saturation(visit: Visit) -> Computed:
    row, stale = _fresh(visit, "spo2")
    if row is None:
        return Computed(stale, open=True)
    spo2, flow = row.values["spo2"], visit.oxygen(row)
    points = 2 if spo2 > 92 and flow <= 0 else 1 if spo2 >= 90 else 0
    air = "room air" if flow <= 0 else f"{number(flow, 1)} L/min"
    return Computed(f"SpO₂ {number(spo2, 0)} %, {air}: {points}.", score=points)


def _padss_vitals(visit: Visit) -> Computed:
    row, stale = _fresh(visit, "sbp", "hr")
    if row is None or visit.baseline is None:
        return Computed(stale or "There is no baseline to compare with.", open=True)
    apart = max(_apart(row.values[code], visit.baseline.values[code]) for code in ("sbp", "hr"))
    points = 2 if apart <= 20 else 1 if apart <= 40 else 0
    return Computed(f"{number(apart, 0)} % from baseline at most: {points}.", score=points)


def _padss_activity(answered: Mapping[str, ItemStatus]) -> Computed:
    oriented, gait = answered.get("oriented"), answered.get("gait")
    if oriented is None or gait is None or ItemState.OPEN in {oriented.state, gait.state}:
        return Computed("Needs orientation and gait.", open=True)
    points = sum(status.state is ItemState.MET for status in (oriented, gait))
    return Computed(f"From orientation and gait: {points}.", score=points)


def _waste(visit: Visit) -> Computed:
    """All that was drawn for this session was administered or wasted; nothing drawn at all is not reconciled."""
    drug = visit.drug
    if drug is None:
        return Computed("The drug ledger does not know this session.", open=True)
    return Computed(drug.words, open=not drug.reconciled)


def _fresh(visit: Visit, *codes: str) -> tuple[Observation | None, str]:
    """The last row since the stop that holds these values, if it is fresh; else None and why."""
    row = _latest_after_stop(visit, *codes)
    if row is None:
        return None, "Not observed since the infusion stopped."
    stale = _stale(visit, row.observed_at)
    return (None, stale) if stale else (row, "")


def _latest_after_stop(visit: Visit, *codes: str) -> Observation | None:
    rows = [r for r in visit.after_stop if set(codes) <= set(r.values)]
    return rows[-1] if rows else None


def _stale(visit: Visit, observed_at: datetime) -> str:
    limit = visit.limits.discharge_fresh
    age = visit.now - observed_at
    return f"Older than {number(limit)} minutes: observe again." if age > timedelta(minutes=limit) else ""


def _apart(value: float, before: float) -> float:
    return abs(value - before) / before * 100 if before else 100.0


def _shown_pressure(row: Observation) -> str:
    return f"{number(row.values['sbp'], 0)}/{number(row.values['dbp'], 0)}"


_COMPUTATIONS: Mapping[str, Callable[[Visit, Mapping[str, ItemStatus]], Computed]] = {
    "aldrete-circulation": lambda visit, _: _aldrete_circulation(visit),
    "aldrete-saturation": lambda visit, _: _aldrete_saturation(visit),
    "padss-vitals": lambda visit, _: _padss_vitals(visit),
    "padss-activity": lambda _, answered: _padss_activity(answered),
    _RECONCILED: lambda visit, _: _waste(visit),
}
COMPUTED_HERE = frozenset(_COMPUTATIONS)
"""What a discharge checklist may name in `computed`, besides the items of the start."""
