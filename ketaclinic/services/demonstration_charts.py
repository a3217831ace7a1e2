"""The clinical records of the demonstration clinic: what was charted before, and today as it runs."""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ketaclinic.clock import to_instant
from ketaclinic.db.bulk import BulkWriter
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.protocols import Protocol
from ketaclinic.services.demonstration_scores import history_scores
from ketaclinic.services.simulator import SimPatient, Simulation, SimVisit

CONCENTRATION = 10.0
"""mg/mL of the vials the demonstration clinic uses."""


def phase_status(visit: SimVisit, protocol: Protocol, now: datetime) -> Status:
    """Where a visit stands at the clinic's present moment; what was missed or cancelled stays so."""
    if visit.status is not Status.SCHEDULED:
        return visit.status
    since = (now - visit.starts_at) / timedelta(minutes=1)
    phases = protocol.phases
    if since >= phases.visit:
        return Status.DISCHARGED
    if since >= phases.prep + phases.infusion:
        return Status.RECOVERING
    if since >= phases.prep:
        return Status.INFUSING
    if since >= 14:
        return Status.CHECKED_IN
    if since >= -8:
        return Status.ARRIVED
    soon = (visit.starts_at.date() - now.date()).days <= 1
    return Status.CONFIRMED if soon and visit.patient % 5 != 3 else Status.SCHEDULED


class Vitals:
    """Vital signs of one session: a half-sine to 35 minutes, then a decay with a half-life of 25 minutes."""

    def __init__(self, patient: SimPatient, session: int, seed: int) -> None:
        chance = random.Random(seed * 1_000_003 + patient.index * 1009 + session)
        self._chance = chance
        self.dissociation_peak = max(0.0, chance.gauss(5.5 if session == 1 else 4.0, 2.0))
        traits = random.Random(patient.index)
        self.rise = traits.gauss(5, 6) + chance.gauss(0, 6) + 3 * patient.hypertensive
        self.rise += 4 * (self.dissociation_peak >= 6)
        self.systolic = min(156, patient.systolic + chance.gauss(0, 4))
        self.diastolic = min(96, patient.diastolic + chance.gauss(0, 3))
        self.heart = chance.gauss(74, 8)
        self.pain = 6.0 if patient.indication == "chronic_pain" else None

    def at(self, minute: float, infusion: int) -> dict[str, float]:
        """The row of values `minute` minutes after the start of an infusion of `infusion` minutes."""
        wave = _wave(minute)
        calm = 0.0 if minute <= 0 else self._chance.gauss(0, 2)
        felt = 0.0
        if 8 < minute <= infusion + 20:
            felt = math.sin(min(1.0, (minute - 8) / 22) * math.pi / 2) if minute <= infusion else 0.3
        sedation = 5 - (1 if felt > 0.8 and self.dissociation_peak > 4 else 0)
        values: dict[str, float] = {
            "sbp": round(self.systolic + self.rise * wave + calm),
            "dbp": round(self.diastolic + 0.8 * self.rise * wave + calm / 2),
            "hr": round(self.heart + 2 * wave + calm),
            "rr": round(14 - felt + (self._chance.random() < 0.3)),
            "spo2": min(100, round(97.5 - felt + self._chance.gauss(0, 0.5))),
            "moaas": sedation,
            "dissociation": round(min(10.0, self.dissociation_peak * felt)),
            "nausea": int(felt > 0.5 and self._chance.random() < 0.133),
        }
        if self.pain is not None:  # asked for under the pain protocols only
            values["pain"] = round(self.pain - 4 * min(1.0, max(0.0, minute) / infusion))
        return values


def _wave(minute: float) -> float:
    if minute <= 0:
        return 0.0
    if minute <= 35:
        return math.sin(minute / 35 * math.pi / 2)
    return float(0.5 ** ((minute - 35) / 25))


def check_offsets(protocol: Protocol) -> tuple[tuple[str, int], ...]:
    """Label and minutes after the start of each check of a session that runs as planned."""
    infusion = protocol.phases.infusion
    monitoring = protocol.monitoring
    offsets = [("baseline", -6), *((f"+{m}", m) for m in monitoring.from_start)]
    every = monitoring.infusion_every
    offsets += [(f"+{m}", m) for m in range(every, infusion, every) if m not in monitoring.from_start]
    offsets.append(("stop", infusion))
    step, last = monitoring.recovery_every, max(monitoring.from_stop, default=0)
    later = range(last + step, protocol.phases.recovery, step)
    offsets += [(f"stop +{m}", infusion + m) for m in (*monitoring.from_stop, *later)]
    return tuple(sorted(offsets, key=lambda offset: offset[1]))


def history_charts(
    bulk: BulkWriter,
    simulation: Simulation,
    appointments: Sequence[Mapping[str, Any]],
    zone: str,
    users: Mapping[str, int],
) -> None:
    """Writes session, observations and events of every visit that ended in a discharge."""
    protocols = {series.index + 1: series.protocol for series in simulation.series}
    done = [row for row in appointments if row["status"] == Status.DISCHARGED.value]
    encounters = [_encounter(bulk, row, protocols[row["series_id"]], simulation, zone, users) for row in done]
    bulk.add("encounters", encounters)
    bulk.add("observations", _observations(bulk, encounters, protocols, done, simulation, users))
    bulk.add("events", _events(bulk, encounters, users))
    bulk.add("assessments", history_scores(bulk, encounters, done, protocols, simulation))


def _encounter(
    bulk: BulkWriter,
    row: Mapping[str, Any],
    protocol: Protocol,
    simulation: Simulation,
    zone: str,
    users: Mapping[str, int],
) -> dict[str, Any]:
    starts = to_instant(row["starts_at"], zone)
    started = starts + timedelta(minutes=row["prep"])
    stopped = started + timedelta(minutes=row["infusion"])
    patient = simulation.patients[row["patient_id"] - 1]
    return {
        "id": bulk.new_id("encounters"),
        "appointment_id": row["id"],
        "patient_id": row["patient_id"],
        "protocol_id": protocol.id,
        "protocol_revision": protocol.revision,
        "order_id": row["order_id"],
        "checklist_revisions": {},
        "opened_at": starts + timedelta(minutes=9),
        "opened_by": users["nurse"],
        "started_at": started,
        "planned_minutes": row["infusion"],
        "dose_mg": round(patient.weight_kg * protocol.dose.usual_mg_per_kg, 1),
        "concentration_mg_per_ml": CONCENTRATION,
        "stopped_at": stopped,
        "outcome": "discharged",
        "signed_at": stopped + timedelta(minutes=row["recovery"]),
        "signed_by": users["nurse"],
    }


def _observations(
    bulk: BulkWriter,
    encounters: Sequence[Mapping[str, Any]],
    protocols: Mapping[int, Protocol],
    appointments: Sequence[Mapping[str, Any]],
    simulation: Simulation,
    users: Mapping[str, int],
) -> Iterator[dict[str, Any]]:
    for encounter, visit in zip(encounters, appointments, strict=True):
        protocol = protocols[visit["series_id"]]
        patient = simulation.patients[visit["patient_id"] - 1]
        vitals = Vitals(patient, visit["session_number"] or 1, simulation.parameters.seed)
        for label, minute in check_offsets(protocol):
            at = encounter["started_at"] + timedelta(minutes=minute)
            yield {
                "id": bulk.new_id("observations"),
                "encounter_id": encounter["id"],
                "due": label,
                "observed_at": at,
                "entered_at": at + timedelta(seconds=40),
                "user_id": users["nurse" if visit["chair_id"] % 2 else "nurse2"],
                "values": vitals.at(minute, protocol.phases.infusion),
                "note": "",
                "corrects_id": None,
            }


def _events(
    bulk: BulkWriter, encounters: Sequence[Mapping[str, Any]], users: Mapping[str, int]
) -> Iterator[dict[str, Any]]:
    for encounter in encounters:
        mg, minutes = encounter["dose_mg"], encounter["planned_minutes"]
        rate = round(mg / CONCENTRATION * 60 / minutes, 2)
        started = {"mg": mg, "minutes": minutes, "rate": rate, "concentration": CONCENTRATION}
        for kind, at, data in (
            ("start", encounter["started_at"], started),
            ("stop", encounter["stopped_at"], {"reason": "", "given_mg": mg}),
        ):
            yield {
                "id": bulk.new_id("events"),
                "encounter_id": encounter["id"],
                "kind": kind,
                "happened_at": at,
                "entered_at": at,
                "user_id": users["nurse"],
                "second_user_id": users["nurse2"] if kind == "start" else None,
                "data": data,
                "corrects_id": None,
            }
