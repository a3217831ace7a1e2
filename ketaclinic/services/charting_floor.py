"""All chairs at once: a tile for each one in use, and what is due across them, most urgent first."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ketaclinic.db.chairside import Chairside
from ketaclinic.db.schedule import BoardRow
from ketaclinic.domain import events, monitoring
from ketaclinic.domain.alerts import row_alerts, visit_alerts
from ketaclinic.domain.appointments import Card
from ketaclinic.domain.checklists import rows_done
from ketaclinic.domain.clinical_rules import may_release, may_start, statuses, stopping
from ketaclinic.domain.encounters import AlertView, ChairsideView, DueItem, Step, Tile, Urgency, Waiting
from ketaclinic.domain.monitoring import DueCheck, DueState
from ketaclinic.domain.observations import Level
from ketaclinic.domain.visit import Visit
from ketaclinic.services.charting_view import shown_values, step_of

_ORDER = {urgency: place for place, urgency in enumerate(Urgency)}
_BY_STATE = {
    DueState.RED: Urgency.RED,
    DueState.AMBER: Urgency.AMBER,
    DueState.DUE: Urgency.DUE,
    DueState.UPCOMING: Urgency.UPCOMING,
}


def chairside_view(given: Chairside) -> ChairsideView:
    """Tiles by chair, the queue by urgency, who waits, and the nurses on duty."""
    tiles: list[Tile] = []
    queue: list[DueItem] = []
    for row in given.seated:
        visit = given.visits.get(row.appointment.id)
        chair = given.chairs[row.appointment.chair_id]
        tiles.append(_tile(visit) if visit else _empty_tile(row, chair))
        queue.extend(_due(visit) if visit else (_to_open(row, chair),))
    queue.sort(key=lambda item: (_ORDER[item.urgency], item.due_at or given.now, item.chair))
    waiting = tuple(_waiting(card, given.chairs[card.appointment.chair_id]) for card in given.arrived)
    return ChairsideView(given.now, given.zone, tuple(tiles), tuple(queue), given.nurses, waiting)


def _waiting(card: Card, chair: str) -> Waiting:
    visit = card.appointment
    return Waiting(visit.id, card.patient_name, card.record, card.label, chair, visit.starts_at, card.arrived_at)


def _empty_tile(row: BoardRow, chair: str) -> Tile:
    return Tile(
        appointment_id=row.appointment.id,
        encounter_id=None,
        chair=chair,
        patient=row.patient_name,
        record=row.record,
        label=row.label,
        status=row.appointment.status,
        step=Step.BEFORE,
        urgency=Urgency.TODO,
        progress=0.0,
        action="Open session",
    )


def _to_open(row: BoardRow, chair: str) -> DueItem:
    return DueItem(Urgency.TODO, None, "Open the session", chair, row.patient_name, row.appointment.id, None)


def _tile(visit: Visit) -> Tile:
    step = step_of(visit)
    alert = _worst_alert(visit)
    due = monitoring.next_due(visit.schedule) if visit.encounter.signed_at is None else None
    rows, rows_all = _before_rows(visit)
    last = visit.rows[-1] if visit.rows else None
    stopped = visit.encounter.stopped_at
    hint, action = _hint_and_action(visit, step, alert, rows, rows_all)
    return Tile(
        appointment_id=visit.appointment.id,
        encounter_id=visit.encounter.id,
        chair=visit.chair,
        patient=visit.patient.name,
        record=visit.patient.record,
        label=visit.label,
        status=visit.appointment.status,
        step=step,
        urgency=_urgency(step, alert, due),
        progress=_progress(visit, step, rows, rows_all),
        started_at=visit.encounter.started_at,
        planned_end=visit.pump.planned_end,
        stopped_at=stopped,
        paused_since=visit.pump.paused_since,
        earliest_release=stopped + timedelta(minutes=visit.protocol.minimum_recovery) if stopped else None,
        next_due=due,
        rows_done=rows,
        rows=rows_all,
        last=shown_values(visit, last) if last else {},
        levels={a.code: a.level for a in row_alerts(visit).get(last.id, ())} if last else {},
        last_at=last.observed_at if last else None,
        last_by=visit.name_of(last.user_id) if last else "",
        trend=tuple(
            (row.observed_at, row.values["sbp"], row.values["dbp"])
            for row in visit.rows
            if {"sbp", "dbp"} <= set(row.values)
        ),
        alert=alert,
        hint=hint,
        action=action,
    )


def _before_rows(visit: Visit) -> tuple[int, int]:
    """Rows done and rows there are on the list before the start."""
    checklist = next((c for c in visit.checklists if c.step == Step.BEFORE), None)
    return rows_done(statuses(visit, checklist)) if checklist else (0, 0)


def _open_alerts(visit: Visit) -> list[AlertView]:
    return [a for a in visit_alerts(visit) if a.active and a.acknowledged_at is None]


def _worst_alert(visit: Visit) -> AlertView | None:
    """The alert a tile shows: one nobody has seen to before one that is seen to, red before amber, the latest."""
    active = [a for a in visit_alerts(visit) if a.active]
    if not active:
        return None
    return max(active, key=lambda a: (a.acknowledged_at is None, a.level is Level.RED, a.since))


def _urgency(step: Step, alert: AlertView | None, due: DueCheck | None) -> Urgency:
    found = [Urgency.TODO if step is Step.BEFORE else Urgency.UPCOMING]
    if alert is not None:
        seen = alert.acknowledged_at is not None
        found.append(Urgency.RED if alert.level is Level.RED and not seen else Urgency.AMBER)
    if due is not None and step is not Step.BEFORE:
        found.append(_BY_STATE[due.state])
    return min(found, key=lambda urgency: _ORDER[urgency])


def _progress(visit: Visit, step: Step, rows: int, rows_all: int) -> float:
    if step is Step.BEFORE:
        return rows / rows_all if rows_all else 0.0
    if step is Step.DURING:
        dose = next((float(e.data["mg"]) for e in visit.happened if e.kind == events.START), 0.0)
        return min(1.0, visit.pump.given_mg / dose) if dose else 0.0
    if visit.encounter.stopped_at is None or not visit.protocol.minimum_recovery:
        return 1.0
    passed = (visit.now - visit.encounter.stopped_at) / timedelta(minutes=visit.protocol.minimum_recovery)
    return min(1.0, passed)


def _hint_and_action(visit: Visit, step: Step, alert: AlertView | None, rows: int, rows_all: int) -> tuple[str, str]:
    """The one thing waiting, and the words of the tile's main button."""
    if step is Step.BEFORE:
        if not stopping(may_start(visit)):
            return "Ready to start", "Start infusion"
        if visit.dose is not None and visit.check_findings is None:
            return "Second check waiting", "Continue checklist"
        return f"Checklist {rows} of {rows_all}", "Continue checklist"
    if step is Step.DURING:
        return _while_running(visit, alert)
    open_points = len(may_release(visit))
    if not open_points:
        return "May go", "Discharge"
    return f"{open_points} {'criterion' if open_points == 1 else 'criteria'} open", "Record now"


def _while_running(visit: Visit, alert: AlertView | None) -> tuple[str, str]:
    if visit.pump.paused_since is not None:
        return "Paused", "Record now"
    if alert is not None and alert.level is Level.RED and alert.acknowledged_at is None:
        return alert.finding.message, "Record now" if alert.finding.subject == "checks" else "Pause infusion"
    return ("End of infusion", "Stop infusion") if visit.pump.reached_end else ("", "Record now")


def _due(visit: Visit) -> Iterator[DueItem]:
    """Every line of the queue that one chair gives."""
    step = step_of(visit)

    def line(urgency: Urgency, due_at: datetime | None, text: str) -> DueItem:
        return DueItem(urgency, due_at, text, visit.chair, visit.patient.name, visit.appointment.id, visit.encounter.id)

    for alert in _open_alerts(visit):
        urgency = Urgency.RED if alert.level is Level.RED else Urgency.AMBER
        yield line(urgency, alert.since, alert.finding.message)
    if step is Step.BEFORE:
        hint, _ = _hint_and_action(visit, step, None, *_before_rows(visit))
        yield line(Urgency.TODO, None, hint)
        return
    due = monitoring.next_due(visit.schedule)
    running = step is Step.DURING
    if due is not None and not (running and due.label == monitoring.STOP):
        yield line(_BY_STATE[due.state], due.due_at, f"Vitals {due.label}")
    if running:
        end = next((c for c in visit.schedule if c.label == monitoring.STOP), None)
        if end is not None and visit.pump.paused_since is None:
            yield line(_end_urgency(end, visit.now), end.due_at, "End of infusion")
    elif not may_release(visit):
        yield line(Urgency.TODO, None, "May go: sign off")


def _end_urgency(end: DueCheck, now: datetime) -> Urgency:
    """How pressing the end is while the pump still runs, whatever was observed around it."""
    if now >= end.red_at:
        return Urgency.RED
    if now >= end.amber_at:
        return Urgency.AMBER
    return Urgency.DUE if now >= end.due_at else Urgency.UPCOMING
