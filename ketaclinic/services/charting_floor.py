"""All chairs at once: a tile for each one in use, and what is due across them, most urgent first.

A tile holds all that is drawn of it, so that no screen reads a whole session for it, and its own lines of the queue, so
that tile, queue and the count on the rail cannot disagree.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from ketaclinic.db.chairside import Chairside
from ketaclinic.db.schedule import BoardRow
from ketaclinic.domain import events, monitoring
from ketaclinic.domain.alerts import row_alerts, visit_alerts
from ketaclinic.domain.appointments import Card
from ketaclinic.domain.checklists import ItemState, rows_done
from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.clinical_rules import discharge_criteria, may_release, may_start, statuses, stopping
from ketaclinic.domain.encounters import (
    AlertView,
    ChairsideView,
    Curve,
    DueItem,
    EmptyChair,
    NextVisit,
    Reading,
    Step,
    Tile,
    Urgency,
    Waiting,
    most_urgent,
)
from ketaclinic.domain.monitoring import DueCheck, DueState
from ketaclinic.domain.observations import Level
from ketaclinic.domain.orders import order_words
from ketaclinic.domain.visit import Visit
from ketaclinic.services.charting_view import step_of
from ketaclinic.services.charting_words import event_words

_BY_STATE = {
    DueState.RED: Urgency.RED,
    DueState.AMBER: Urgency.AMBER,
    DueState.DUE: Urgency.DUE,
    DueState.UPCOMING: Urgency.UPCOMING,
}
_MARKED = frozenset({events.MEDICINE, events.ADVERSE, events.OXYGEN, events.RATE, events.INTERVENTION})
_LOOKED_AT_AGAIN = timedelta(minutes=1)
_ESCORT_WORDS = {"here": "here", "coming": "coming", "not-reached": "not confirmed", "not-here": "not here"}


def tiles_that_hold(known: ChairsideView | None, changed: frozenset[int]) -> dict[int, Tile]:
    """By visit, the tiles of an earlier reading that nothing written since concerns: none of these patients."""
    tiles = known.tiles if known is not None else ()
    return {t.appointment_id: t for t in tiles if t.encounter_id is not None and t.patient_id not in changed}


def holds(tile: Tile | None, row: BoardRow, chair: str, now: datetime) -> bool:
    """Whether a tile read earlier still says what is so: nothing about it has turned by itself meanwhile."""
    if tile is None or tile.as_of is None or now < tile.as_of or (tile.turns_at is not None and now >= tile.turns_at):
        return False
    said = tile.chair, tile.status, tile.patient, tile.label
    return said == (chair, row.appointment.status, row.patient_name, row.label)


def chairside_view(given: Chairside, clock_off: str = "", known: Mapping[int, Tile] | None = None) -> ChairsideView:
    """Tiles by chair, the queue by urgency, who waits, the empty chairs, and the nurses on duty.

    `known` are tiles of an earlier reading, for the visits that were not read again.
    """
    tiles: list[Tile] = []
    for row in given.seated:
        visit = given.visits.get(row.appointment.id)
        before = known.get(row.appointment.id) if known else None
        chair = given.chairs[row.appointment.chair_id]
        tiles.append(_tile(visit) if visit else before or _empty_tile(row, chair))
    lines = tuple(line for tile in tiles for line in tile.lines)
    waiting = tuple(_waiting(card, given.chairs[card.appointment.chair_id]) for card in given.arrived)
    empty = tuple(EmptyChair(name, _next_visit(row)) for name, row in given.empty)
    view = ChairsideView(given.now, given.zone, tuple(tiles), lines, given.nurses, waiting, empty, clock_off)
    return replace(view, queue=view.queue_at(given.now))


def _waiting(card: Card, chair: str) -> Waiting:
    visit = card.appointment
    return Waiting(visit.id, card.patient_name, card.record, card.label, chair, visit.starts_at, card.arrived_at)


def _next_visit(row: BoardRow | None) -> NextVisit | None:
    if row is None:
        return None
    visit = row.appointment
    return NextVisit(visit.id, row.patient_name, row.label, visit.status, visit.starts_at)


def _empty_tile(row: BoardRow, chair: str) -> Tile:
    """A chair whose session nobody has opened yet."""
    visit = row.appointment
    line = DueItem(Urgency.TODO, None, "Open the session", chair, row.patient_name, visit.id, None)
    return Tile(
        appointment_id=visit.id,
        encounter_id=None,
        chair=chair,
        patient=row.patient_name,
        record=row.record,
        label=row.label,
        status=visit.status,
        step=Step.BEFORE,
        urgency=Urgency.TODO,
        progress=0.0,
        action="Open session",
        lines=(line,),
    )


def _tile(visit: Visit) -> Tile:
    step = step_of(visit)
    alert = _worst_alert(visit)
    due = monitoring.next_due(visit.schedule) if visit.encounter.signed_at is None else None
    rows, rows_all = _before_rows(visit) if step is Step.BEFORE else (0, 0)
    stopped = visit.encounter.stopped_at
    hint, action = _hint_and_action(visit, step, alert, rows, rows_all)
    lines = tuple(_lines(visit, step, hint, due))
    quiet = Urgency.TODO if step is Step.BEFORE else Urgency.UPCOMING
    tile = Tile(
        appointment_id=visit.appointment.id,
        encounter_id=visit.encounter.id,
        chair=visit.chair,
        patient=visit.patient.name,
        record=visit.patient.record,
        label=visit.label,
        status=visit.appointment.status,
        step=step,
        urgency=most_urgent([*(line.urgency for line in lines), quiet]),
        progress=_progress(visit, step, rows, rows_all),
        started_at=visit.encounter.started_at,
        planned_end=visit.pump.planned_end,
        stopped_at=stopped,
        paused_since=visit.pump.paused_since,
        earliest_release=stopped + timedelta(minutes=visit.protocol.minimum_recovery) if stopped else None,
        next_due=due,
        rows_done=rows,
        rows=rows_all,
        alert=alert,
        hint=hint,
        action=action,
        lines=lines,
        patient_id=visit.patient.id,
        as_of=visit.now,
    )
    return _with_facts(_with_vitals(tile, visit), visit)


def _with_vitals(tile: Tile, visit: Visit) -> Tile:
    """The tile with the last row, the curve and what is to come."""
    last = visit.rows[-1] if visit.rows else None
    later = [c for c in visit.schedule if c.open and c is not tile.next_due] if tile.next_due else []
    return replace(
        tile,
        last=dict(last.values) if last else {},
        levels={a.code: a.level for a in row_alerts(visit).get(last.id, ())} if last else {},
        last_at=last.observed_at if last else None,
        last_by=visit.name_of(last.user_id) if last else "",
        coming=tuple(later[:2]) if tile.step is not Step.BEFORE else (),
        turns_at=_turns_at(visit, tile),
        curve=_curve(visit),
    )


def _with_facts(tile: Tile, visit: Visit) -> Tile:
    """The tile with what a nurse asks next: what runs, who fetches the patient, what must not be given."""
    pump, dose, start = visit.pump, visit.dose, visit.start_event
    mg = float(start.data["mg"]) if start else dose.mg if dose else 0.0
    set_rate = next((float(e.data["rate"]) for e in reversed(visit.happened) if e.kind in _SETS_RATE), 0.0)
    full = mg / (float(start.data["minutes"]) / 60) / float(start.data["rate"]) if start else 0.0
    escort = visit.escort
    return replace(
        tile,
        rate=pump.rate,
        set_rate=set_rate,
        given_mg=pump.given_mg,
        dose_mg=mg,
        mg_per_hour=full * pump.rate,
        dose=f"{number(dose.mg)} mg = {number(dose.ml)} mL, {number(dose.rate)} mL/h" if dose else "",
        order=order_words(visit.order) if visit.order and tile.step is Step.BEFORE else "",
        open_points=_open_points(visit, tile.step),
        escort=escort.name if escort else "",
        escort_phone=escort.phone if escort else "",
        escort_state=_escort_state(visit),
        allergies=visit.profile.allergies,
        nurse=visit.nurse or (visit.name_of(start.user_id) if start else ""),
    )


_SETS_RATE = frozenset({events.START, events.RATE})


def _escort_state(visit: Visit) -> str:
    """What is known of the escort today: the answer at the discharge, else that before the start."""
    for code in ("escort-present", "escort-confirmed"):
        answer = visit.answers.get(code)
        if answer is not None:
            return _ESCORT_WORDS.get(str(answer.value), str(answer.value))
    return "not confirmed yet"


def _open_points(visit: Visit, step: Step) -> tuple[str, ...]:
    """What the present step still asks for, in its order."""
    if step is Step.BEFORE:
        lists = [c for c in visit.checklists if c.step == Step.BEFORE]
        told = [s for c in lists for s in statuses(visit, c)]
        waiting = [s.item.text for s in told if s.state in {ItemState.OPEN, ItemState.NOT_MET}]
        return tuple(dict.fromkeys(waiting))
    if step is Step.RECOVERY:
        return tuple(c.text for c in discharge_criteria(visit) if not c.met)
    return ()


def _turns_at(visit: Visit, tile: Tile) -> datetime | None:
    """The next instant at which a check, the end of the infusion or the minimum recovery changes something."""
    instants = [monitoring.turns_after(visit.schedule, visit.now)]
    instants += [at for at in (tile.planned_end, tile.earliest_release) if at is not None and at > visit.now]
    if tile.step is not Step.DURING:
        instants.append(visit.now + _LOOKED_AT_AGAIN)  # answers and rows go stale, whatever the clock of checks says
    return min((at for at in instants if at is not None), default=None)


def _curve(visit: Visit) -> Curve:
    baseline = visit.baseline.values if visit.baseline else {}
    pressure = next((f for f in visit.fields if f.code == "sbp"), None)
    highs = {
        limit.level: limit.value
        for limit in (pressure.limits if pressure else ())
        if limit.when in {">=", ">"} and not limit.relative
    }
    return Curve(
        readings=tuple(
            Reading(r.observed_at, *(r.values.get(code) for code in ("sbp", "dbp", "hr", "spo2"))) for r in visit.rows
        ),
        marks=tuple(
            (e.happened_at, event_words(visit, e), e.kind == events.ADVERSE)
            for e in visit.happened
            if e.kind in _MARKED
        ),
        pauses=_pauses(visit),
        baseline=(baseline["sbp"], baseline["dbp"]) if {"sbp", "dbp"} <= set(baseline) else None,
        amber=highs.get(Level.AMBER),
        red=highs.get(Level.RED),
    )


def _pauses(visit: Visit) -> tuple[tuple[datetime, datetime | None], ...]:
    found: list[tuple[datetime, datetime | None]] = []
    begun: datetime | None = None
    for event in visit.happened:
        if event.kind == events.PAUSE and begun is None:
            begun = event.happened_at
        elif event.kind in {events.RESUME, events.STOP} and begun is not None:
            found.append((begun, event.happened_at))
            begun = None
    return (*found, (begun, None)) if begun is not None else tuple(found)


def _before_rows(visit: Visit) -> tuple[int, int]:
    """Rows done and rows there are on the list before the start."""
    checklist = next((c for c in visit.checklists if c.step == Step.BEFORE), None)
    return rows_done(statuses(visit, checklist)) if checklist else (0, 0)


def _worst_alert(visit: Visit) -> AlertView | None:
    """The alert a tile shows: one nobody has seen to before one that is seen to, red before amber, the latest."""
    active = [a for a in visit_alerts(visit) if a.active]
    if not active:
        return None
    return max(active, key=lambda a: (a.acknowledged_at is None, a.level is Level.RED, a.since))


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
        if visit.dose_today.syringe is not None and visit.check_findings is None:
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


def _lines(visit: Visit, step: Step, hint: str, due: DueCheck | None) -> Iterator[DueItem]:
    """Every line of the queue that one chair gives."""

    def line(
        urgency: Urgency, due_at: datetime | None, text: str, check: DueCheck | None = None, *, seen: bool = False
    ) -> DueItem:
        who = visit.chair, visit.patient.name, visit.appointment.id, visit.encounter.id
        return DueItem(urgency, due_at, text, *who, check, seen)

    for alert in visit_alerts(visit):
        if alert.active and alert.acknowledged_at is not None:
            yield line(Urgency.AMBER, alert.since, f"{_alert_words(alert)}, seen by {alert.acknowledged_by}", seen=True)
        elif alert.active:
            urgency = Urgency.RED if alert.level is Level.RED else Urgency.AMBER
            yield line(urgency, alert.since, _alert_words(alert))
    if step is Step.BEFORE:
        yield line(Urgency.TODO, None, hint)
        return
    running = step is Step.DURING
    if due is not None and not (running and due.label == monitoring.STOP):
        yield line(_BY_STATE[due.state], due.due_at, f"Vitals {due.label}", due)
    if running:
        end = next((c for c in visit.schedule if c.label == monitoring.STOP), None)
        if end is not None and visit.pump.paused_since is None:
            # Pressing while the pump still runs, whatever was observed around it.
            state = monitoring.standing(end.due_at, end.amber_at, end.red_at, visit.now)
            yield line(_BY_STATE[state], end.due_at, "End of infusion", replace(end, state=state))
    elif not may_release(visit):
        yield line(Urgency.TODO, None, "May go: sign off")


def _alert_words(alert: AlertView) -> str:
    """As it stands in the queue; two checks missed call for somebody else, by name of the act."""
    missed = alert.finding.subject == "checks"
    return f"{alert.finding.message}: call a second nurse" if missed else alert.finding.message
