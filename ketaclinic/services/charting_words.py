"""Events in words, as "What happened" shows them and the record prints them."""

from collections.abc import Callable, Mapping
from typing import Any

from ketaclinic.domain import events
from ketaclinic.domain.clinical_limits import number
from ketaclinic.domain.events import Event
from ketaclinic.domain.visit import Visit


def event_words(visit: Visit, event: Event) -> str:
    """One event as a sentence: "Ondansetron 4 mg IV, as ordered"."""
    say = _SAYING.get(event.kind)
    return say(visit, event) if say else event.kind.replace("-", " ").capitalize()


def _start(visit: Visit, event: Event) -> str:
    checked = visit.name_of(event.second_user_id)
    by = f" · second check by {checked}, blind, agreed" if checked else ""
    return f"Started: {number(event.data['mg'], 1)} mg at {number(event.data['rate'])} mL/h{by}"


def _stop(_: Visit, event: Event) -> str:
    given = event.data.get("given_mg")
    told = f", {number(given, 1)} mg given" if given is not None else ""
    return f"Stopped{told}{_because(event.data)}"


def _medicine(visit: Visit, event: Event) -> str:
    kind = visit.charted.intervention(str(event.data.get("code", "")))
    name = kind.text if kind else str(event.data.get("code", ""))
    order = "verbal order, to be co-signed" if event.data.get("order") == "verbal" else "as ordered"
    return f"{name} {event.data.get('dose', '')} {event.data.get('route', '')}".rstrip() + f", {order}"


def _adverse(visit: Visit, event: Event) -> str:
    kind = visit.charted.adverse_event(str(event.data.get("code", "")))
    text = f"{kind.text if kind else event.data.get('code')}, {event.data.get('severity')}"
    resolved = " · resolved" if event.data.get("resolved") else ""
    return f"{text}{_note(event.data)}{resolved}"


def _intervention(visit: Visit, event: Event) -> str:
    kind = visit.charted.intervention(str(event.data.get("code", "")))
    return f"{kind.text if kind else event.data.get('code')}{_note(event.data)}"


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


def _dose(_: Visit, event: Event) -> str:
    return f"Vial chosen: {number(event.data['concentration'])} mg/mL, {number(event.data['weight_kg'], 1)} kg"


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
}
