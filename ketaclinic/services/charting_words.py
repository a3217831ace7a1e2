"""Events in words, as "What happened" shows them and the record prints them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from ketaclinic.clock import to_wall
from ketaclinic.domain import events
from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.events import Event
from ketaclinic.domain.visit import Visit


def event_words(visit: Visit, event: Event) -> str:
    """One event as a sentence: "Ondansetron 4 mg IV, as ordered"."""
    say = _SAYING.get(event.kind)
    words = say(visit, event) if say else event.kind.replace("-", " ").capitalize()
    correction = event.data.get("correction")
    return f"{words} · corrected: {correction}" if correction else words


def _start(visit: Visit, event: Event) -> str:
    checked = visit.name_of(event.second_user_id)
    by = f" · second check by {checked}, blind, agreed" if checked else ""
    return f"Started: {number(event.data['mg'], 1)} mg at {number(event.data['rate'])} mL/h{by}"


def _stop(visit: Visit, event: Event) -> str:
    given = events.pump_state(visit.events, event.happened_at).given_mg
    return f"Stopped, {number(given, 1)} mg given{_because(event.data)}"


def _medicine(visit: Visit, event: Event) -> str:
    kind = visit.charted.intervention(str(event.data.get("code", "")))
    name = kind.text if kind else str(event.data.get("code", ""))
    words = " ".join(filter(None, (name, str(event.data.get("dose", "")), str(event.data.get("route", "")))))
    return f"{words}, {_how_ordered(visit, event)}{_note(event.data)}"


def _how_ordered(visit: Visit, event: Event) -> str:
    ordered = event.data.get("order")
    if ordered == "none":
        return "without an order, to be co-signed"
    if ordered != "verbal":
        return f"order {visit.order.id}" if ordered == "order" and visit.order else "as ordered"
    prescriber = event.data.get("prescriber")
    by = f" of {visit.name_of(prescriber)}" if isinstance(prescriber, int) else ""
    return f"verbal order{by}, to be co-signed"


_RELATED = {"yes": "related", "possible": "possibly related", "no": "not related"}


def _adverse(visit: Visit, event: Event) -> str:
    data = event.data
    kind = visit.charted.adverse_event(str(data.get("code", "")))
    parts = [f"{kind.text if kind else data.get('code')}, {data.get('severity')}"]
    if data.get("peak"):
        parts.append(f"peak {data['peak']}")
    if data.get("related"):
        parts.append(_RELATED.get(str(data["related"]), str(data["related"])))
    if data.get("expected") is not None:
        parts.append("expected" if data["expected"] else "not expected")
    parts += [str(data[name]) for name in ("note", "action", "outcome") if data.get(name)]
    if data.get("reported_to"):
        parts.append(f"reported to {data['reported_to']}")
    if data.get("resolved"):
        parts.append(f"resolved{_clock(visit, data['resolved'])}")
    return " · ".join(parts)


def _clock(visit: Visit, kept: object) -> str:
    return f" {to_wall(datetime.fromisoformat(kept), visit.zone):%H:%M}" if isinstance(kept, str) else ""


def _intervention(visit: Visit, event: Event) -> str:
    kind = visit.charted.intervention(str(event.data.get("code", "")))
    dose = f" {event.data['dose']}" if event.data.get("dose") else ""
    return f"{kind.text if kind else event.data.get('code')}{dose}{_note(event.data)}"


def _second_check(visit: Visit, event: Event) -> str:
    agreed = "agreed" if event.data.get("agreed") else "differed"
    return f"Second check by {visit.name_of(event.second_user_id)}, blind: {agreed}"


def _override(visit: Visit, event: Event) -> str:
    what = " ".join(event.data.get("basis", []))
    return f"Override by {visit.name_of(event.second_user_id)}: {what} Reason: {event.data.get('reason', '')}"


def _acknowledge(_: Visit, event: Event) -> str:
    told = event.data.get("told")
    return f"Alert acknowledged: {event.data.get('text', event.data.get('code', ''))}" + (f", told {told}" * bool(told))


def _signature(_: Visit, event: Event) -> str:
    meaning = str(event.data.get("meaning", "signed")).capitalize()
    return f"{meaning}{_because(event.data)}"


def _dose(visit: Visit, event: Event) -> str:
    data = event.data
    said = [f"Vial chosen: {number(data['concentration'])} mg/mL, {number(data['weight_kg'], 1)} kg"]
    if data.get("titrated_by"):
        said.append(f"{number(data['mg_per_kg'], 3)} mg/kg today, set by {visit.name_of(data['titrated_by'])}")
    if data.get("mg") is not None and data.get("ml") is not None:
        said.append(f"in the syringe {number(data['mg'], 1)} mg in {number(data['ml'])} mL")
    return " · ".join(said)


def _because(data: Mapping[str, Any]) -> str:
    return f": {data['reason']}" if data.get("reason") else ""


def _note(data: Mapping[str, Any]) -> str:
    return f" · {data['note']}" if data.get("note") else ""


_SAYING: Mapping[str, Callable[[Visit, Event], str]] = {
    events.START: _start,
    events.PAUSE: lambda _, e: f"Paused{_because(e.data)}",
    events.RESUME: lambda _, e: f"Resumed{_because(e.data)}",
    events.RATE: lambda _, e: f"Rate changed to {number(e.data['rate'])} mL/h{_because(e.data)}",
    events.STOP: _stop,
    events.MEDICINE: _medicine,
    events.OXYGEN: lambda _, e: f"Oxygen {number(e.data['l_min'], 1)} L/min" if e.data["l_min"] else "Oxygen off",
    events.ADVERSE: _adverse,
    events.INTERVENTION: _intervention,
    events.NOTE: lambda _, e: str(e.data["text"]),
    events.GAP: lambda _, e: f"Check {e.data['label']} not made: {e.data['reason']}",
    events.DOSE: _dose,
    events.SECOND_CHECK: _second_check,
    events.OVERRIDE: _override,
    events.ACKNOWLEDGE: _acknowledge,
    events.SIGNATURE: _signature,
    events.RESOLVE: lambda _, e: f"Alert over: {e.data.get('text', '')} · {e.data.get('word', '')}",
    events.DISMISS: lambda _, e: f"Not an adverse event: {e.data.get('text', '')}",
    events.HELD: lambda _, e: f"Held: {e.data.get('message', '')}",
}
