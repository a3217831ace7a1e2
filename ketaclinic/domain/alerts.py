"""The alerts of a session: each value that went out of its limits, each event that called for action, who saw to it."""

from dataclasses import replace
from datetime import datetime

from ketaclinic.domain import events
from ketaclinic.domain.adverse import adverse_events
from ketaclinic.domain.encounters import AlertView
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.late_answers import found_late
from ketaclinic.domain.monitoring import DueCheck, DueState
from ketaclinic.domain.observations import Level, ValueAlert, value_alerts
from ketaclinic.domain.once import once
from ketaclinic.domain.visit import Visit

_ESCALATE_AFTER = 2
"""Missed checks in a row after which somebody else must step in."""


@once
def visit_alerts(visit: Visit) -> tuple[AlertView, ...]:
    """Every alert by time, active while the last word on it is still out of limits."""
    found = [*_value_alerts(visit), *_event_alerts(visit), *_missed_checks(visit), *_found_late(visit)]
    return tuple(_seen_to(visit, alert) for alert in sorted(found, key=lambda a: (a.since, a.code)))


@once
def row_alerts(visit: Visit) -> dict[int, tuple[ValueAlert, ...]]:
    """Row id -> the values of that row out of their limits."""
    before = visit.baseline.values if visit.baseline else None
    told = {}
    for row in visit.rows:
        reference = before if visit.baseline is not None and row.observed_at > visit.baseline.observed_at else None
        told[row.id] = value_alerts(visit.values_with_oxygen(row), visit.fields, reference)
    return told


def _value_alerts(visit: Visit) -> list[AlertView]:
    """One alert for each stretch of rows in which a value stayed at a level."""
    told = row_alerts(visit)
    running: dict[str, AlertView] = {}  # by field
    over: list[AlertView] = []
    for row in visit.rows:
        now_out = {alert.code: alert for alert in told[row.id]}
        for field in row.values:
            earlier, out = running.get(field), now_out.get(field)
            if earlier is not None and (out is None or out.level is not earlier.level):
                over.append(replace(running.pop(field), active=False, resolved_at=row.observed_at))
                earlier = None
            if out is not None:
                since = earlier.since if earlier else row.observed_at
                known = min(earlier.known_at or row.entered_at, row.entered_at) if earlier else row.entered_at
                running[field] = AlertView(out.finding.code, out.level, out.finding, since, known_at=known)
    return [*over, *running.values()]


def _event_alerts(visit: Visit) -> list[AlertView]:
    alerts = []
    for adverse in adverse_events(visit):
        if adverse.level is None:
            continue
        code = f"adverse-{adverse.kind.code}-{adverse.first_id}"
        finding = Finding(code, Severity.WARN, adverse.kind.text, subject=adverse.kind.code, action=adverse.kind.action)
        alerts.append(
            AlertView(code, adverse.level, finding, adverse.onset, adverse.open, resolved_at=adverse.resolved)
        )
    return alerts


def _found_late(visit: Visit) -> list[AlertView]:
    """What was found after the start and would have stopped it: an alert until somebody declares it settled."""
    return [
        AlertView(
            f"late-{answer.item}",
            Level.RED if finding.severity is Severity.BLOCK else Level.AMBER,
            replace(finding, severity=Severity.WARN, message=f"Found after the start: {finding.message}"),
            answer.answered_at,
        )
        for answer, finding in found_late(visit)
    ]


def _missed_checks(visit: Visit) -> list[AlertView]:
    """Two missed checks in a row: a red alert until a check is made or somebody has acknowledged it."""
    alerts: list[AlertView] = []
    run: list[DueCheck] = []
    for check in visit.schedule:
        if check.state is not DueState.MISSED:
            run = []
            continue
        run.append(check)
        if len(run) == _ESCALATE_AFTER:
            code = f"missed-{run[0].label.replace(' ', '-')}"
            text = f"Checks {run[0].label} and {run[1].label} were missed"
            finding = Finding(code, Severity.WARN, text, subject="checks", action="Observe now; call a second nurse.")
            made = _made_since(visit, check.due_at)
            alerts.append(AlertView(code, Level.RED, finding, check.red_at, made is None, resolved_at=made))
    return alerts


def _made_since(visit: Visit, at: datetime) -> datetime | None:
    """When the first complete row since an instant was observed."""
    return next((r.observed_at for r in visit.rows if r.observed_at >= at and visit.required <= set(r.values)), None)


def _seen_to(visit: Visit, alert: AlertView) -> AlertView:
    """The alert with the first acknowledgement given since it began, and the word that declared it over."""
    for event in visit.happened:
        if event.data.get("code") != alert.code or event.entered_at < (alert.known_at or alert.since):
            continue  # said of an earlier one: nobody knew of this yet
        if event.kind == events.ACKNOWLEDGE and alert.acknowledged_at is None:
            alert = replace(
                alert,
                acknowledged_by=visit.name_of(event.user_id),
                acknowledged_at=event.happened_at,
                told=str(event.data.get("told", "")),
            )
        elif event.kind == events.RESOLVE and alert.active and event.data.get("since") == alert.since.isoformat():
            alert = replace(
                alert,
                active=False,
                resolved_at=event.happened_at,
                resolved_by=visit.name_of(event.user_id),
                resolution=str(event.data.get("word", "")),
            )
    return alert
