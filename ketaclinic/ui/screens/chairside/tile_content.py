"""What a tile says, as plain values: vitals, what is still open, the facts a nurse asks for next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ketaclinic.domain import monitoring
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.encounters import Step, Tile
from ketaclinic.domain.observations import Level
from ketaclinic.ui.screens.chairside.moments import given_on_tile, hour_minute, of_tile
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


def facts(tile: Tile, zone: str, as_of: datetime, now: datetime) -> tuple[tuple[str, str], ...]:
    """Label and text of what is asked next at this chair, the most pressing first; read at `as_of`, shown at `now`."""
    found = [*_running(tile, as_of, now), *_coming(tile, zone)]
    if tile.last_at is not None:
        by = f" by {tile.last_by}" if tile.last_by else ""
        found.append(("Last check", f"{hour_minute(tile.last_at, zone)}{by}"))
    found.append(("Escort", _escort(tile)))
    if tile.allergies:
        found.append(("Allergies", tile.allergies))
    if tile.nurse:
        found.append(("Nurse", tile.nurse))
    return tuple(found) if tile.encounter_id is not None else ()


def _running(tile: Tile, as_of: datetime, now: datetime) -> list[tuple[str, str]]:
    if tile.step is Step.DURING and tile.dose_mg:
        rate = "pump paused" if tile.paused_since is not None else f"{plain(tile.rate)} mL/h"
        return [("Running", f"{given_on_tile(tile, as_of, now):.1f}/{plain(tile.dose_mg)} mg · {rate}")]
    if tile.step is Step.RECOVERY:
        return [("Given", f"{tile.given_mg:.1f} mg")]
    if tile.dose:
        return [("Dose", tile.dose)]
    return [("Order", tile.order)] if tile.order else []


def _coming(tile: Tile, zone: str) -> list[tuple[str, str]]:
    """The checks after the next one, so that a round can be planned."""
    if not tile.coming:
        return []
    names = {monitoring.STOP: "end"}
    then = (
        f"{names.get(c.label, c.label.removeprefix('stop '))} at {hour_minute(c.due_at, zone)}" for c in tile.coming
    )
    return [("Then", " · ".join(then))]


def _escort(tile: Tile) -> str:
    if not tile.escort:
        return "nobody named yet"
    phone = tile.escort_phone if tile.step is Step.RECOVERY and tile.escort_state != "here" else ""
    return " · ".join(filter(None, (tile.escort_state, tile.escort, phone)))


def hint(tile: Tile) -> str:
    """What waits at this chair, unless the big number says it already; in recovery with the criteria by name."""
    said = tile.alert is not None and tile.hint == tile.alert.finding.message
    if said or tile.hint.startswith("Checklist"):
        return ""
    names = tile.open_points if tile.step is Step.RECOVERY else ()
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
