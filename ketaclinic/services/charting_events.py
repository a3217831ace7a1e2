"""Events of a session: what was given, what happened, the pump, alerts; each recorded with its true time.

Nothing is changed: what was wrong, or has gone on, is replaced by a later event, and the old one stays, struck through.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from ketaclinic.clock import to_instant, to_wall
from ketaclinic.db import charting as rows
from ketaclinic.db.tasks import add_task
from ketaclinic.domain import adverse, events
from ketaclinic.domain.alerts import visit_alerts
from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.events import Event
from ketaclinic.domain.findings import Finding, Invalid, Refused, Severity
from ketaclinic.domain.observations import InterventionKind
from ketaclinic.domain.people import Role
from ketaclinic.domain.tasks import VERBAL_ORDER
from ketaclinic.domain.visit import Visit
from ketaclinic.services.charting_acts import Act, ask_for_review, refused, true_time

ORDERED, VERBAL, UNORDERED = "order", "verbal", "none"
"""How a medicine was ordered: in the signed order, by word of mouth of a named prescriber, not at all so far."""
_COSIGN_WITHIN = timedelta(hours=24)
_NEW = 2**62
"""Later than every stored event."""


def record_event(
    act: Act, kind: str, data: Mapping[str, Any], happened_at: datetime | None, *, confirmed: bool = False
) -> tuple[Finding, ...]:
    """Keeps an event that may be recorded by hand; returns what to look at because of it."""
    if kind not in events.RECORDABLE:
        raise Invalid("kind", "This is not an event to record here. Nothing was saved.")
    at = true_time(act, happened_at or _onset(act, data), "happened_at")
    kept = _kept(act, kind, data, at)
    if kind == events.MEDICINE and not confirmed and (clash := allergy_clash(act.visit, kept)):
        raise Refused([clash])
    if kind == events.RATE:
        _fits(act, Event(_NEW, kind, at, act.now, act.by.id, data=kept))
        act.event(kind, kept, happened_at=at)
        return _rate_findings(act.visit, float(kept["rate"]))
    event_id = act.event(kind, kept, happened_at=at)
    _ask_to_cosign(act, kind, kept, at)
    _ask_to_review(act, kind, kept)
    return _event_findings(act.visit, kind, kept, event_id)


def correct_event(
    act: Act, event_id: int, data: Mapping[str, Any], happened_at: datetime | None, reason: str
) -> tuple[Finding, ...]:
    """Replaces an event by a new one; with {"void": True} it is struck as entered in error."""
    old = next((e for e in act.visit.events if e.id == event_id), None)
    if old is None or old.kind not in events.CORRECTABLE:
        raise refused("no-event", "This entry cannot be corrected: it stands as it was given.")
    if any(e.corrects_id == event_id for e in act.visit.events):
        raise refused("corrected", "This entry was corrected already: correct the newer one.")
    at = true_time(act, happened_at, "happened_at") if happened_at is not None else old.happened_at
    why = {"correction": reason.strip()} if reason.strip() else {}
    if data.get("void"):
        return _strike(act, old, reason)
    kept = {**_kept(act, old.kind, {**data, **_unchanging(old)}, at), **why}
    if old.kind in events.PUMP_KINDS:
        _fits(act, Event(_NEW, old.kind, at, act.now, act.by.id, data=kept, corrects_id=old.id))
        _move_pump(act, old, at)
    event = act.event(old.kind, kept, happened_at=at, second=old.second_user_id, corrects=old.id)
    if old.kind == events.RATE:
        return _rate_findings(act.visit, float(kept["rate"]))
    _ask_to_review(act, old.kind, kept)
    return _event_findings(act.visit, old.kind, kept, event)


def _strike(act: Act, old: Event, reason: str) -> tuple[Finding, ...]:
    """The event never happened: it stays struck, and a note says so."""
    if len(reason.strip()) < int(act.visit.limits.override_reason):
        least = int(act.visit.limits.override_reason)
        raise Invalid("reason", f"Say in at least {least} characters why it was entered in error. Nothing was changed.")
    if old.kind in {events.START, events.STOP}:
        raise refused("no-void", "Start and stop cannot be struck: put their time right instead.")
    note = Event(_NEW, events.NOTE, old.happened_at, act.now, act.by.id, corrects_id=old.id)
    if old.kind in events.PUMP_KINDS:
        _fits(act, note)
    text = f"Entered in error: {reason.strip()}"
    act.event(events.NOTE, {"text": text, "void": old.kind}, happened_at=old.happened_at, corrects=old.id)
    return ()


def _unchanging(old: Event) -> Mapping[str, Any]:
    """What a start keeps when its time is put right: the dose was checked by two and is not typed again."""
    return old.data if old.kind == events.START else {}


def _move_pump(act: Act, old: Event, at: datetime) -> None:
    """The session's own start and stop follow the event that tells them."""
    encounter = rows.encounter_row(act.writing.session, act.visit.encounter.id)
    if old.kind == events.START:
        check = act.visit.check_event
        if check is not None and at < check.happened_at:
            wall = to_wall(check.happened_at, act.visit.zone)
            text = f"The second check was made at {wall:%H:%M}: the start cannot lie before it. Nothing was changed."
            raise refused("before-check", text, subject="happened_at")
        encounter.started_at = at
    elif old.kind == events.STOP:
        encounter.stopped_at = at


def _fits(act: Act, planned: Event) -> None:
    """Raises Refused when the pump's events make no sense in their true order with this one."""
    if wrong := events.sequence_findings((*act.visit.events, planned)):
        raise Refused(wrong)


def pump(act: Act, kind: str, reason: str, happened_at: datetime | None = None) -> tuple[Finding, ...]:
    """Pauses or resumes the infusion, now or as entered late."""
    at = true_time(act, happened_at, "happened_at")
    data = {"reason": reason.strip()}
    _fits(act, Event(_NEW, kind, at, act.now, act.by.id, data=data))
    act.event(kind, data, happened_at=at)
    return ()


def acknowledge(act: Act, code: str, told: str) -> tuple[Finding, ...]:
    """Somebody has seen an alert, and says who was told."""
    alerts = [a for a in visit_alerts(act.visit) if a.code == code and a.acknowledged_at is None]
    if not alerts:
        raise refused("no-alert", "This alert is not open any more.")
    act.event(events.ACKNOWLEDGE, {"code": code, "told": told.strip(), "text": alerts[-1].finding.message})
    return ()


def resolve_alert(act: Act, code: str, word: str) -> tuple[Finding, ...]:
    """Somebody declares an alert over, with a word why; before that it must have been acknowledged."""
    alert = next((a for a in visit_alerts(act.visit) if a.code == code and a.active), None)
    if alert is None:
        raise refused("no-alert", "This alert is over already.")
    if alert.acknowledged_at is None:
        raise refused("not-acknowledged", "First say who was told, then that it is over. Nothing was saved.")
    if not word.strip():
        raise Invalid("word", "Say in a word why it is over. Nothing was saved.")
    data = {"code": code, "since": alert.since.isoformat(), "word": word.strip(), "text": alert.finding.message}
    act.event(events.RESOLVE, data)
    return ()


def dismiss(act: Act, code: str) -> tuple[Finding, ...]:
    """A suggested adverse event is declined, and not suggested again in this session."""
    suggested = next((s for s in adverse.suggestions(act.visit) if s.code == code), None)
    if suggested is None:
        raise refused("no-suggestion", "This is not suggested any more.")
    act.event(events.DISMISS, {"code": code, "text": suggested.text})
    return ()


def allergy_clash(visit: Visit, data: Mapping[str, Any]) -> Finding | None:
    """That the patient's allergies speak against a medicine: asked again, and flagged when it was given."""
    medicine = visit.charted.intervention(str(data.get("code", "")))
    if medicine is None or not medicine.clashes_with(visit.profile.allergies):
        return None
    text = f"The details name an allergy to {medicine.text.lower()}: {visit.profile.allergies}."
    action = "Look again; recorded all the same, it is flagged. Call the prescriber."
    return Finding("allergy-clash", Severity.OVERRIDE, text, subject="code", action=action)


def in_order(visit: Visit, medicine: InterventionKind) -> bool:
    """Whether the signed order names a medicine."""
    return visit.order is not None and medicine.code in visit.order.fields.rescue_codes


def _onset(act: Act, data: Mapping[str, Any]) -> datetime | None:
    return _instant(act, data.get("onset"), "onset")


def _instant(act: Act, given: object, field: str) -> datetime | None:
    """An ISO time as an instant; a naive one is the location's wall clock. Raises Invalid where it is none."""
    if given in {None, ""}:
        return None
    try:
        at = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    except ValueError as error:
        raise Invalid(field, "This is not a time. Nothing was saved: write hours and minutes.") from error
    return at if at.tzinfo is not None else to_instant(at, act.visit.zone)


def _kept(act: Act, kind: str, data: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The data of an event in the form they are kept in. Raises Invalid naming what is missing or cannot be."""
    check_event(act.visit, kind, data)
    kept = dict(data)
    if kind == events.ADVERSE:
        resolved = _instant(act, data.get("resolved"), "resolved")
        field, sentence = adverse.wrong(data, at, resolved, act.now + timedelta(minutes=act.visit.limits.clock_slack))
        if sentence:
            raise Invalid(field, f"{sentence} Nothing was saved.")
        kept |= {"onset": at.isoformat(), "resolved": resolved.isoformat() if resolved else ""}
    if kind == events.MEDICINE:
        kept["order"] = _ordered(act, kept)
        kept.pop("prescriber" if kept["order"] != VERBAL else "", None)
    return kept


def _ordered(act: Act, data: Mapping[str, Any]) -> str:
    """How the medicine was ordered, whatever was pressed: a rescue medicine stands in the order or it does not."""
    medicine = act.visit.charted.intervention(str(data["code"]))
    said = str(data.get("order") or ORDERED)
    if medicine is not None and medicine.rescue and said == ORDERED and not in_order(act.visit, medicine):
        said = VERBAL if data.get("prescriber") else UNORDERED
    if said == VERBAL:
        person = data.get("prescriber")
        known = {p.id for p in act.visit.prescribers}
        if not isinstance(person, int) or person not in known:
            raise Invalid("prescriber", "Say which prescriber gave the verbal order. Nothing was saved.")
    if said not in {ORDERED, VERBAL, UNORDERED}:
        raise Invalid("order", "Say whether it stands in the order or was ordered verbally. Nothing was saved.")
    return said


def check_event(visit: Visit, kind: str, data: Mapping[str, Any]) -> None:
    """Raises Invalid naming the first thing that is missing or unknown."""
    for key in events.NEEDS.get(kind, ()):
        if data.get(key) is None or data[key] == "":
            raise Invalid(key, f"The {key.replace('_', ' ')} is missing. Nothing was saved.")
    if kind == events.RATE and not (_is_number(data["rate"]) and data["rate"] > 0):
        raise Invalid("rate", "The rate must be a number above 0; to give nothing, pause. Nothing was saved.")
    if kind == events.OXYGEN and not (_is_number(data["l_min"]) and 0 <= data["l_min"] <= 15):
        raise Invalid("l_min", "The oxygen must be 0 to 15 litres a minute, 0 for none. Nothing was saved.")
    if kind == events.ADVERSE and visit.charted.adverse_event(str(data["code"])) is None:
        raise Invalid("code", "Choose the adverse event from the list. Nothing was saved.")
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
        known = visit.charted.adverse_event(str(data["code"]))
        if known is not None and not data.get("resolved") and (known.level or data["severity"] == "severe"):
            code = f"adverse-{known.code}-{event_id}"
            return (Finding(code, Severity.WARN, known.text, subject=known.code, action=known.action),)
    if kind != events.MEDICINE:
        return ()
    found = []
    if clash := allergy_clash(visit, data):
        found.append(replace(clash, severity=Severity.WARN, action="Call the prescriber."))
    medicine = visit.charted.intervention(str(data["code"]))
    if medicine is not None and medicine.rescue and data["order"] != ORDERED:
        text = f"{medicine.text} without a written order: a prescriber co-signs within 24 hours."
        found.append(Finding("no-rescue-order", Severity.WARN, text, subject="order"))
    return tuple(found)


def _ask_to_cosign(act: Act, kind: str, data: Mapping[str, Any], at: datetime) -> None:
    """A medicine without a written order is co-signed within a day: the prescribers get a task."""
    if kind != events.MEDICINE or data["order"] == ORDERED:
        return
    visit, medicine = act.visit, act.visit.charted.intervention(str(data["code"]))
    name = visit.name_of(data.get("prescriber"))
    given = f"{medicine.text if medicine else data['code']} {data['dose']} {data['route']}".strip()
    ordered = f"verbal order of {name}" if name else "without an order"
    wall = to_wall(at, visit.zone)
    add_task(
        act.writing.session,
        VERBAL_ORDER,
        Role.PRESCRIBER.value,
        visit.patient.id,
        f"Co-sign what was ordered by word of mouth at {wall:%H:%M}.",
        series_id=visit.appointment.series_id,
        appointment_id=visit.appointment.id,
        due_on=to_wall(at + _COSIGN_WITHIN, visit.zone).date(),
        at=act.now,
        by_id=act.by.id,
        detail=f"{given}, {ordered}.",
    )


def _ask_to_review(act: Act, kind: str, data: Mapping[str, Any]) -> None:
    """An adverse event that a prescriber must look at before the next booking gives them a task."""
    known = act.visit.charted.adverse_event(str(data.get("code", ""))) if kind == events.ADVERSE else None
    if known is not None and known.review:
        ask_for_review(act, known.review, f"{known.text}, {data['severity']}.")
