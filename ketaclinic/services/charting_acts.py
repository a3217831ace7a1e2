"""What is done in a session, each as one function inside the transaction that `services.charting` opens for it.

Each looks at the visit as it is stored now, raises when it may not be, and writes. Answers are never changed, later
ones supersede; a wrong row of observations is corrected by a new one.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ketaclinic.clock import to_instant, to_wall
from ketaclinic.db import charting as rows
from ketaclinic.db import users
from ketaclinic.db.store import Writing
from ketaclinic.domain import events
from ketaclinic.domain.alerts import visit_alerts
from ketaclinic.domain.answers import stored_value
from ketaclinic.domain.checklists import Answer, ItemKind
from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.clinical_rules import asked_of, may_start
from ketaclinic.domain.dose_today import take_weight
from ketaclinic.domain.findings import Finding, Invalid, NotFound, Refused, Severity
from ketaclinic.domain.observations import Observation, implausible, impossible, value_alerts
from ketaclinic.domain.people import User
from ketaclinic.domain.visit import Visit


@dataclass(frozen=True, slots=True)
class Act:
    """One intention under way: the transaction, the visit as it stands, who acts and when."""

    writing: Writing
    visit: Visit
    by: User
    now: datetime

    def event(
        self, kind: str, data: Mapping[str, Any], *, happened_at: datetime | None = None, second: int | None = None
    ) -> int:
        """Keeps an event of this session."""
        return rows.add_event(
            self.writing.session,
            self.visit.encounter.id,
            kind,
            data,
            happened_at=happened_at or self.now,
            entered_at=self.now,
            user_id=self.by.id,
            second_user_id=second,
        )

    def person(self, given: User) -> User:
        """A second person as the clinic knows them now, whatever the caller passed. Raises Refused when inactive."""
        known = users.user(self.writing.session, given.id)
        if not known.active:
            raise refused("inactive", f"{known.name} does not work here any more. Nothing was saved.")
        return known


def refused(code: str, text: str, *, subject: str = "") -> Refused:
    """A refusal with one reason."""
    return Refused([Finding(code, Severity.BLOCK, text, subject=subject)])


def answer(
    act: Act, checklist_id: str, code: str, value: object, second: User | None, *, confirmed: bool
) -> tuple[Finding, ...]:
    """Keeps an answer as given, by whom and when."""
    visit = act.visit
    checklist = next((c for c in visit.checklists if c.id == checklist_id), None)
    item = asked_of(visit, checklist).item(code) if checklist else None
    if item is None:
        raise NotFound("This question is not on the checklist of this session. Nothing was saved.")
    if checklist is not None and checklist.step == "before" and visit.encounter.started_at is not None:
        raise refused("started", "The infusion has started: this list is closed. Write a note instead.")
    try:
        stored = stored_value(item, value, visit.instruments)
    except ValueError as error:
        raise Invalid(code, f"{error} Nothing was saved.") from error
    if item.kind is ItemKind.DATETIME and datetime.fromisoformat(str(stored)) > to_wall(act.now, visit.zone):
        raise Invalid(code, f"“{item.text}” lies ahead. Nothing was saved: enter when it was.")
    if code == "weight":
        take_weight(float(stored), visit.order, visit.limits, confirmed=confirmed)
    witness = act.person(second) if second is not None else None
    if item.kind is ItemKind.SIGNATURE:
        _may_witness(act, witness, item.second_roles)
    second_id = witness.id if witness else None
    kept = Answer(checklist_id, code, stored, act.now, act.by.id, second_id)
    rows.add_answer(act.writing.session, visit.encounter.id, kept)
    return ()


def _may_witness(act: Act, witness: User | None, roles: tuple[str, ...]) -> None:
    if witness is None or witness.id == act.by.id:
        raise refused("same-person", "The second signature must be someone else's. Nothing was saved.")
    if roles and witness.role.value not in roles:
        raise refused("wrong-role", f"{witness.name} may not sign this. Nothing was saved.")


def override(act: Act, code: str, reason: str, approver: User) -> tuple[Finding, ...]:
    """A second person of the right role lets a finding pass, with a reason, for as long as it stays as it is."""
    least = int(act.visit.limits.override_reason)
    if len(reason.strip()) < least:
        raise Invalid("reason", f"The reason needs at least {least} characters. Nothing was overridden.")
    standing = [f for f in may_start(act.visit) if f.code == code]
    if not standing:
        raise refused("nothing-to-override", "There is nothing like that to override now.")
    if any(f.severity is not Severity.OVERRIDE for f in standing):
        raise refused("no-override", f"{standing[0].message} This cannot be overridden.")
    second = act.person(approver)
    if second.id == act.by.id:
        raise refused("same-person", "An override needs a second person. Nothing was overridden.")
    if any(second.role.value not in f.override_roles for f in standing):
        wanted = " or ".join(standing[0].override_roles)
        raise refused("wrong-role", f"This override needs a {wanted}. Nothing was overridden.")
    data = {
        "code": code,
        "reason": reason.strip(),
        "basis": [f.message for f in standing],
        "approver": second.id,
        "role": second.role.value,
    }
    act.event(events.OVERRIDE, data, second=second.id)
    return ()


def observe(
    act: Act,
    values: Mapping[str, float],
    *,
    observed_at: datetime | None,
    note: str,
    confirmed: frozenset[str],
    corrects: Observation | None = None,
) -> tuple[Finding, ...]:
    """Keeps a row of observations with its true time; returns its alerts with what to do."""
    visit = act.visit
    given = {code: float(value) for code, value in values.items() if value is not None}
    if not given:
        raise Invalid("values", "Nothing was entered, so nothing was saved.")
    wrong = impossible(given, visit.fields) or implausible(given, visit.fields, confirmed)
    if wrong:
        raise Refused(wrong)
    at = corrects.observed_at if corrects else true_time(act, observed_at, "observed_at")
    due = corrects.due if corrects else visit.due_label(at, given)
    row = Observation(0, due, at, act.now, act.by.id, given, note.strip(), corrects.id if corrects else None)
    rows.add_observation(act.writing.session, visit.encounter.id, row)
    baseline = visit.baseline
    reference = baseline.values if baseline is not None and at > baseline.observed_at else None
    alerts = value_alerts(visit.values_with_oxygen(row), visit.fields, reference)
    return (*(alert.finding for alert in alerts), *_pump_differs(visit, row))


def _pump_differs(visit: Visit, row: Observation) -> tuple[Finding, ...]:
    """A warning when the rate read at the pump is not the one that was set."""
    state = events.pump_state(visit.events, row.observed_at)
    read = row.values.get("rate")
    if read is None or state.started_at is None or state.stopped_at is not None:
        return ()
    if abs(read - state.rate) <= state.rate * visit.limits.order_rate_percent / 100:
        return ()
    text = f"The pump shows {number(read)} mL/h; {number(state.rate)} mL/h is set."
    return (
        Finding("rate-differs", Severity.WARN, text, subject="rate", action="Check the pump with a second person."),
    )


def true_time(act: Act, given: datetime | None, field: str) -> datetime:
    """When it truly happened: now, or as entered late. A naive time is the location's wall clock.

    Raises:
        Invalid: it lies ahead, or before the patient came.
    """
    if given is None:
        return act.now
    at = given if given.tzinfo is not None else to_instant(given, act.visit.zone)
    if at > act.now + timedelta(minutes=act.visit.limits.clock_slack):
        raise Invalid(field, "This time lies ahead. Nothing was saved: enter when it truly was.")
    opened = act.visit.encounter.opened_at
    came = rows.arrived_at(act.writing.session, act.visit.appointment.id) or opened
    if at < min(came, opened).replace(second=0, microsecond=0):
        raise Invalid(field, "This time lies before the patient came. Nothing was saved: enter when it truly was.")
    return min(at, act.now)


def record_event(act: Act, kind: str, data: Mapping[str, Any], happened_at: datetime | None) -> tuple[Finding, ...]:
    """Keeps an event that may be recorded by hand; returns what to look at because of it."""
    if kind not in events.RECORDABLE:
        raise Invalid("kind", "This is not an event to record here. Nothing was saved.")
    _check_event(act.visit, kind, data)
    at = true_time(act, happened_at, "happened_at")
    kept = dict(data)
    if kind == events.RATE:
        _pump_event(act, kind, kept, at)
        return _rate_findings(act.visit, float(kept["rate"]))
    event_id = act.event(kind, kept, happened_at=at)
    return _event_findings(act.visit, kind, kept, event_id)


def _check_event(visit: Visit, kind: str, data: Mapping[str, Any]) -> None:
    """Raises Invalid naming the first thing that is missing or unknown."""
    for key in events.NEEDS[kind]:
        if data.get(key) is None or data[key] == "":
            raise Invalid(key, f"The {key.replace('_', ' ')} is missing. Nothing was saved.")
    if kind == events.RATE and not (_is_number(data["rate"]) and data["rate"] > 0):
        raise Invalid("rate", "The rate must be a number above 0; to give nothing, pause. Nothing was saved.")
    if kind == events.OXYGEN and not (_is_number(data["l_min"]) and data["l_min"] >= 0):
        raise Invalid("l_min", "The oxygen must be a number of litres a minute, 0 for none. Nothing was saved.")
    if kind == events.ADVERSE:
        if visit.charted.adverse_event(str(data["code"])) is None:
            raise Invalid("code", "Choose the adverse event from the list. Nothing was saved.")
        if data["severity"] not in events.SEVERITIES:
            raise Invalid("severity", "The severity is mild, moderate or severe. Nothing was saved.")
    if kind in {events.MEDICINE, events.INTERVENTION} and visit.charted.intervention(str(data["code"])) is None:
        raise Invalid("code", "Choose it from the list. Nothing was saved.")
    if kind == events.GAP and len(str(data["reason"]).strip()) < int(visit.limits.override_reason):
        raise Invalid("reason", f"The reason needs at least {int(visit.limits.override_reason)} characters.")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _rate_findings(visit: Visit, rate: float) -> tuple[Finding, ...]:
    """A warning when the pump is set faster than the order asks for."""
    start = visit.start_event
    ordered = float(start.data["rate"]) if start else rate
    if rate <= ordered * (1 + visit.limits.order_rate_percent / 100):
        return ()
    text = f"{number(rate)} mL/h is {number(rate / ordered, 1)} times the {number(ordered)} mL/h of the order."
    return (Finding("rate-above-order", Severity.WARN, text, subject="rate", action="Look at the pump together."),)


def _event_findings(visit: Visit, kind: str, data: Mapping[str, Any], event_id: int) -> tuple[Finding, ...]:
    if kind == events.ADVERSE:
        adverse = visit.charted.adverse_event(str(data["code"]))
        if adverse is not None and (adverse.level or data["severity"] == "severe"):
            code = f"adverse-{adverse.code}-{event_id}"
            return (Finding(code, Severity.WARN, adverse.text, subject=adverse.code, action=adverse.action),)
    if kind != events.MEDICINE:
        return ()
    found = []
    medicine = visit.charted.intervention(str(data["code"]))
    if medicine is not None and medicine.text.casefold() in visit.profile.allergies.casefold():
        text = f"The details name an allergy to {medicine.text.lower()}: {visit.profile.allergies}."
        found.append(Finding("allergy-clash", Severity.WARN, text, subject="code", action="Call the prescriber."))
    if medicine is not None and medicine.rescue and data.get("order") != "order":
        text = f"{medicine.text} without a written order: a prescriber co-signs."
        found.append(Finding("no-rescue-order", Severity.WARN, text, subject="order"))
    return tuple(found)


def _pump_event(act: Act, kind: str, data: Mapping[str, Any], at: datetime) -> None:
    """Keeps an event of the pump, if the pump's events still make sense in their true order with it."""
    planned = events.Event(10**12, kind, at, act.now, act.by.id, data=data)
    if wrong := events.sequence_findings((*act.visit.events, planned)):
        raise Refused(wrong)
    act.event(kind, data, happened_at=at)


def acknowledge(act: Act, code: str, told: str) -> tuple[Finding, ...]:
    """Somebody has seen an alert, and says who was told."""
    alerts = [a for a in visit_alerts(act.visit) if a.code == code and a.acknowledged_at is None]
    if not alerts:
        raise refused("no-alert", "This alert is not open any more.")
    act.event(events.ACKNOWLEDGE, {"code": code, "told": told.strip(), "text": alerts[-1].finding.message})
    return ()


def pump(act: Act, kind: str, reason: str) -> tuple[Finding, ...]:
    """Pauses or resumes the infusion."""
    _pump_event(act, kind, {"reason": reason.strip()}, act.now)
    return ()
