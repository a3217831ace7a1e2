"""A session's stored facts as the frozen value its screen draws."""

from datetime import datetime, timedelta

from ketaclinic.clock import to_wall
from ketaclinic.domain import events, monitoring
from ketaclinic.domain.adverse import adverse_events, from_last_time, suggestions
from ketaclinic.domain.alerts import row_alerts, visit_alerts
from ketaclinic.domain.answers import shown_value, spoken_value
from ketaclinic.domain.checklists import Checklist, ItemState, ItemStatus, rows_done
from ketaclinic.domain.clinical_rules import (
    asked_of,
    cosign_reasons,
    discharge_criteria,
    listed,
    may_release,
    may_start,
    statuses,
)
from ketaclinic.domain.encounters import (
    ChecklistView,
    EncounterHeader,
    EncounterView,
    EventView,
    ItemView,
    LateAnswer,
    ObservationView,
    SignatureView,
    Step,
)
from ketaclinic.domain.events import Event
from ketaclinic.domain.findings import Severity
from ketaclinic.domain.late_answers import late_findings
from ketaclinic.domain.observations import Level, Observation, mean_pressure
from ketaclinic.domain.orders import order_words
from ketaclinic.domain.people import age_on
from ketaclinic.domain.stagger import stagger, stagger_words
from ketaclinic.domain.visit import Visit
from ketaclinic.services.charting_words import event_words
from ketaclinic.services.dosing_view import dosing_view, withdrawals

_MEANINGS = {events.SECOND_CHECK: "second-checked", events.OVERRIDE: "overridden", events.ACKNOWLEDGE: "acknowledged"}


def step_of(visit: Visit) -> Step:
    """Where a session stands."""
    encounter = visit.encounter
    if encounter.signed_at is not None:
        return Step.CLOSED
    if encounter.started_at is None:
        return Step.BEFORE
    return Step.DURING if encounter.stopped_at is None else Step.RECOVERY


def encounter_view(visit: Visit) -> EncounterView:
    """The whole session at the moment it was read."""
    pump = visit.pump
    baseline = visit.baseline
    observed = _observations(visit)
    started = visit.encounter.started_at is not None
    return EncounterView(
        id=visit.encounter.id,
        appointment_id=visit.appointment.id,
        version=visit.encounter.version,
        as_of=visit.now,
        zone=visit.zone,
        header=_header(visit),
        status=visit.appointment.status,
        step=step_of(visit),
        protocol=visit.protocol.clinical_name,
        order=order_words(visit.order) if visit.order else "",
        order_id=visit.order.id if visit.order else None,
        order_weight_kg=visit.order.fields.weight_kg if visit.order else None,
        concentrations=visit.charted.concentrations,
        dose=visit.dose,
        second_check=_second_check(visit),
        started_at=visit.encounter.started_at,
        planned_end=pump.planned_end,
        stopped_at=visit.encounter.stopped_at,
        paused_since=pump.paused_since,
        minutes_left=_minutes_left(pump.planned_end, visit.now),
        rate=pump.rate,
        given_mg=pump.given_mg,
        checklists=tuple(checklist_view(visit, checklist) for checklist in visit.checklists),
        fields=visit.fields,
        observations=observed,
        baseline=next((o for o in observed if baseline is not None and o.id == baseline.id), None),
        schedule=visit.schedule,
        next_due=monitoring.next_due(visit.schedule) if visit.encounter.signed_at is None else None,
        alerts=visit_alerts(visit),
        events=tuple(_event(visit, e) for e in sorted(visit.events, key=lambda e: (e.happened_at, e.id), reverse=True)),
        criteria=discharge_criteria(visit) if started else (),
        may_start=() if started else may_start(visit),
        start_hint="" if started else start_hint(visit),
        may_release=may_release(visit),
        cosign=listed(cosign_reasons(visit)),
        signatures=_signatures(visit),
        outcome=visit.encounter.outcome,
        signed_at=visit.encounter.signed_at,
        adverse_events=tuple((a.code, a.text) for a in visit.charted.adverse_events),
        interventions=tuple((i.code, i.text) for i in visit.charted.interventions),
        dosing=dosing_view(visit),
        notices=(*withdrawals(visit), *from_last_time(visit)),
        suggested=suggestions(visit),
        adverse=adverse_events(visit),
        prescribers=tuple((p.id, p.name) for p in sorted(visit.prescribers, key=lambda p: (not p.on_shift, p.name))),
        rescue_codes=visit.order.fields.rescue_codes if visit.order else (),
    )


def start_hint(visit: Visit) -> str:
    """The minute to start in so that the checks of several chairs do not come due together; "" for nothing to say."""
    limits, plan = visit.limits, visit.protocol
    minutes = visit.order.fields.minutes if visit.order else plan.phases.infusion
    most, ahead = int(limits.stagger_most), int(limits.stagger_ahead)
    found = stagger(plan.monitoring, minutes, visit.around.others_due, visit.now, most=most, ahead=ahead)
    return stagger_words(found, f"{to_wall(found.start, visit.zone):%H:%M}") if found else ""


def checklist_view(visit: Visit, checklist: Checklist) -> ChecklistView:
    """A checklist with every item's answer and state."""
    told = statuses(visit, asked_of(visit, checklist))
    done, rows = rows_done(told)
    views = tuple(_item(visit, status) for status in told)
    return ChecklistView(checklist.id, checklist.title, checklist.version, Step(checklist.step), views, done, rows)


def _header(visit: Visit) -> EncounterHeader:
    fields = visit.patient.fields
    escort = visit.escort
    return EncounterHeader(
        patient_id=visit.patient.id,
        name=visit.patient.name,
        record=visit.patient.record,
        born=fields.born,
        age=age_on(fields.born, visit.appointment.starts_at.date()) if fields.born else None,
        allergies=visit.profile.allergies,
        note=fields.note,
        weight_kg=visit.weight_kg,
        label=visit.label,
        chair=visit.chair,
        escort=", ".join(filter(None, (escort.name, escort.phone))) if escort else "",
        nurse=visit.nurse,
    )


def _second_check(visit: Visit) -> str:
    event, findings = visit.check_event, visit.check_findings
    if event is None or findings is None:
        return ""
    return f"{visit.name_of(event.second_user_id)}: {'differs' if findings else 'agreed'}"


def _minutes_left(planned_end: datetime | None, now: datetime) -> int | None:
    """Whole minutes, rounded up: "1 min left" until the very end."""
    if planned_end is None:
        return None
    return max(0, -(-int((planned_end - now).total_seconds()) // 60))


def _item(visit: Visit, status: ItemStatus) -> ItemView:
    answer = status.answer
    first = next((f for f in status.findings if f.severity is Severity.OVERRIDE), None)
    overridable = status.state is ItemState.NOT_MET and all(f.severity is not Severity.BLOCK for f in status.findings)
    return ItemView(
        item=status.item,
        state=status.state,
        value=shown_value(status.item, answer.value) if answer else None,
        why=status.why,
        score=status.score,
        answered_by=visit.name_of(answer.user_id) if answer else "",
        answered_at=answer.answered_at if answer else None,
        second_by=visit.name_of(answer.second_user_id) if answer else "",
        overridden_by=visit.name_of(status.overridden_by),
        override_code=first.code if first and overridable else "",
        findings=status.findings,
        late=_late(visit, status),
    )


def _late(visit: Visit, status: ItemStatus) -> LateAnswer | None:
    """What was answered after the start, beside what the start was judged by."""
    answer = visit.late_answers.get(status.item.code)
    if answer is None:
        return None
    found = late_findings(visit, status.item, answer)
    words = spoken_value(status.item, answer.value)
    return LateAnswer(
        shown_value(status.item, answer.value), words, visit.name_of(answer.user_id), answer.answered_at, found
    )


def _observations(visit: Visit) -> tuple[ObservationView, ...]:
    told = row_alerts(visit)
    struck = {row.corrects_id for row in visit.observations}
    views = []
    for row in sorted(visit.observations, key=lambda r: (r.observed_at, r.id)):
        alerts = told.get(row.id, ())
        late = row.entered_at - row.observed_at > timedelta(minutes=visit.limits.late_entry)
        views.append(
            ObservationView(
                id=row.id,
                due=row.due,
                observed_at=row.observed_at,
                entered_at=row.entered_at,
                by=visit.name_of(row.user_id),
                values=shown_values(visit, row),
                levels={alert.code: Level(alert.level) for alert in alerts},
                note=row.note,
                struck=row.id in struck,
                corrects_id=row.corrects_id,
                late=late,
            )
        )
    return tuple(views)


def shown_values(visit: Visit, row: Observation) -> dict[str, float]:
    """A row's values with the computed ones: mean pressure and what the pump had given by then."""
    values = dict(row.values)
    mean = mean_pressure(values)
    if mean is not None:
        values["map"] = mean
    values["given"] = round(events.pump_state(visit.events, row.observed_at).given_mg, 1)
    return values


def _event(visit: Visit, event: Event) -> EventView:
    struck = any(e.corrects_id == event.id for e in visit.events)
    by = visit.name_of(event.user_id)
    return EventView(
        event.id, event.kind, event.happened_at, event.entered_at, event_words(visit, event), by, event.data, struck
    )


def _signatures(visit: Visit) -> tuple[SignatureView, ...]:
    """Everyone who put the own name under something, with its meaning."""
    found = []
    for event in visit.happened:
        if event.kind == events.SIGNATURE:
            role, meaning = str(event.data.get("role", "")), str(event.data.get("meaning", "signed"))
            found.append(SignatureView(visit.name_of(event.user_id), role, event.happened_at, meaning))
        elif event.kind in {events.SECOND_CHECK, events.OVERRIDE}:
            name, role = visit.name_of(event.second_user_id), str(event.data.get("role", ""))
            text = event_words(visit, event)
            found.append(SignatureView(name, role, event.happened_at, _MEANINGS[event.kind], text))
    return tuple(found)
