"""The alerts of a session: each value that went out of its limits, each event that called for action, who saw to it."""

from datetime import datetime

from ketaclinic.domain import events
from ketaclinic.domain.encounters import AlertView
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.monitoring import DueCheck, DueState
from ketaclinic.domain.observations import Level, ValueAlert, value_alerts
from ketaclinic.domain.visit import Visit

_ESCALATE_AFTER = 2
"""Missed checks in a row after which somebody else must step in."""


def visit_alerts(visit: Visit) -> tuple[AlertView, ...]:
    """Every alert by time, active while the last word on it is still out of limits."""
    found = [*_value_alerts(visit), *_event_alerts(visit), *_missed_checks(visit)]
    return tuple(_acknowledged(visit, alert) for alert in sorted(found, key=lambda a: (a.since, a.code)))


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
                over.append(_ended(running.pop(field)))
                earlier = None
            if out is not None:
                since = earlier.since if earlier else row.observed_at
                running[field] = AlertView(out.finding.code, out.level, out.finding, since)
    return [*over, *running.values()]


def _event_alerts(visit: Visit) -> list[AlertView]:
    alerts = []
    for event in visit.happened:
        kind = visit.charted.adverse_event(event.data.get("code", "")) if event.kind == events.ADVERSE else None
        if kind is None:
            continue
        level = kind.level
        if event.data.get("severity") == "severe":
            level = Level.RED
        if level is None:
            continue
        code = f"adverse-{kind.code}-{event.id}"
        finding = Finding(code, Severity.WARN, kind.text, subject=kind.code, action=kind.action)
        active = not event.data.get("resolved")
        alerts.append(AlertView(code, level, finding, event.happened_at, active))
    return alerts


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
            alerts.append(AlertView(code, Level.RED, finding, check.red_at, active=_none_since(visit, check.due_at)))
    return alerts


def _none_since(visit: Visit, at: datetime) -> bool:
    return not any(row.observed_at >= at and visit.required <= set(row.values) for row in visit.rows)


def _ended(alert: AlertView) -> AlertView:
    return AlertView(alert.code, alert.level, alert.finding, alert.since, active=False)


def _acknowledged(visit: Visit, alert: AlertView) -> AlertView:
    """The alert with the first acknowledgement given since it began."""
    for event in visit.happened:
        if (
            event.kind == events.ACKNOWLEDGE
            and event.data.get("code") == alert.code
            and event.entered_at >= alert.since
        ):
            return AlertView(
                alert.code,
                alert.level,
                alert.finding,
                alert.since,
                alert.active,
                visit.name_of(event.user_id),
                event.happened_at,
                str(event.data.get("told", "")),
            )
    return alert
