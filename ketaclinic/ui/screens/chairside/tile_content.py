"""What a tile says, as plain values: vitals, what is still open, the facts a nurse asks for next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.checklists import ItemState
from ketaclinic.domain.encounters import EncounterView, Step, Tile
from ketaclinic.domain.observations import Level
from ketaclinic.ui.screens.chairside.moments import given_now, hour_minute, of_tile
from ketaclinic.ui.screens.chairside.number_field import plain

_VITALS = (("hr", "HR", ""), ("spo2", "SpO₂", " %"), ("moaas", "MOAA/S", ""), ("dissociation", "Dissoc.", ""))
_LEVEL_WORDS = {Level.AMBER: "watch", Level.RED: "alert"}


@dataclass(frozen=True, slots=True)
class Vital:
    """One big number: label, text, and how far it is out of its limits."""

    label: str
    text: str
    level: Level | None = None


def vitals(values: Mapping[str, float], levels: Mapping[str, Level]) -> tuple[Vital, ...]:
    """The last values in the order of a monitor; a value that was not taken is a dash."""
    worst = _worst(levels.get("sbp"), levels.get("dbp"))
    systolic, diastolic = values.get("sbp"), values.get("dbp")
    pressure = "–" if systolic is None or diastolic is None else f"{systolic:.0f}/{diastolic:.0f}"
    found = [Vital(_label("BP", worst), pressure, worst)]
    for code, label, unit in _VITALS:
        value, level = values.get(code), levels.get(code)
        found.append(Vital(_label(label, level), "–" if value is None else f"{value:.0f}{unit}", level))
    return tuple(found)


def _worst(*levels: Level | None) -> Level | None:
    if Level.RED in levels:
        return Level.RED
    return Level.AMBER if Level.AMBER in levels else None


def _label(label: str, level: Level | None) -> str:
    return label if level is None else f"{label} · {_LEVEL_WORDS[level]}"


def still_open(session: EncounterView | None) -> tuple[str, ...]:
    """What the present step still asks for, in its order: open points before the start, criteria before release."""
    if session is None:
        return ()
    if session.step is Step.BEFORE:
        checklist = session.checklist(Step.BEFORE)
        items = checklist.items if checklist is not None else ()
        waiting = [i.item.text for i in items if i.state in {ItemState.OPEN, ItemState.NOT_MET}]
        return tuple(dict.fromkeys(waiting))
    if session.step is Step.RECOVERY:
        return tuple(c.text for c in session.criteria if not c.met)
    return ()


def facts(tile: Tile, session: EncounterView | None, zone: str, now: datetime) -> tuple[tuple[str, str], ...]:
    """Label and text of what is asked next at this chair; at most four, the most pressing first."""
    found: list[tuple[str, str]] = []
    if tile.last_at is not None:
        by = f" by {tile.last_by}" if tile.last_by else ""
        found.append(("Last check", f"{hour_minute(tile.last_at, zone)}{by}"))
    if session is not None:
        found += _session_facts(tile, session, now)
    return tuple(found)[:4]


def _session_facts(tile: Tile, session: EncounterView, now: datetime) -> list[tuple[str, str]]:
    found = []
    dose = session.dose
    if tile.step is Step.DURING and dose is not None:
        rate = "pump paused" if session.paused_since is not None else f"{plain(session.rate)} mL/h"
        found.append(("Running", f"{rate} · {given_now(session, now):.1f} of {plain(dose.mg)} mg"))
    elif tile.step is Step.RECOVERY:
        found.append(("Given", f"{session.given_mg:.1f} mg"))
    elif dose is not None:
        found.append(("Dose", f"{plain(dose.mg)} mg = {plain(dose.ml)} mL, {plain(dose.rate)} mL/h"))
    elif session.order:
        found.append(("Order", session.order))
    found.append(("Escort", session.header.escort or "nobody named yet"))
    if session.header.allergies:
        found.append(("Allergies", session.header.allergies))
    return found


def hint(tile: Tile, session: EncounterView | None = None) -> str:
    """What waits at this chair, unless the big number says it already; in recovery with the criteria by name."""
    said = tile.alert is not None and tile.hint == tile.alert.finding.message
    if said or tile.hint.startswith("Checklist"):
        return ""
    names = still_open(session) if tile.step is Step.RECOVERY else ()
    return f"{tile.hint}: {', '.join(names)}" if names else tile.hint


def spoken(tile: Tile, now: datetime) -> str:
    """The tile in one sentence, for a screen reader."""
    parts = [tile.patient, tile.chair, f"session {tile.label}", tile.status.word]
    count = of_tile(tile, now)
    parts.append(count.spoken or f"{count.word} {count.value}".strip())
    if tile.last:
        parts.append(", ".join(f"{v.label} {v.text}" for v in vitals(tile.last, tile.levels)))
    if hint(tile):
        parts.append(hint(tile))
    return ", ".join(p for p in parts if p)


def status_word(tile: Tile) -> str:
    """The status with what stops it: "Infusing", "Paused", "Ready to leave"."""
    if tile.paused_since is not None:
        return "Paused"
    return "Ready to leave" if tile.status is Status.READY else tile.status.word
