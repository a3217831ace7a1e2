"""PHQ-9 of the demonstration clinic: before every mood infusion, with courses that help, help little and fade.

Half of the patients respond and a good quarter remit, as in community data (McInnes 2022: 53.6 and 28.9 %); one score
in seven was not taken, for incomplete scoring is the norm there.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from ketaclinic.db.bulk import BulkWriter
from ketaclinic.domain.assessments import PATIENT, STAFF
from ketaclinic.domain.protocols import Protocol
from ketaclinic.services.simulator import SimPatient, Simulation

_ITEMS = tuple(f"q{number}" for number in range(1, 10))
_EACH = 0.62
"""What each infusion leaves of the way still to go."""


def phq9_answers(patient: SimPatient, protocol: Protocol, session: int, seed: int) -> dict[str, int]:
    """The nine answers before a session of a course, the same for the same demonstration."""
    chance = random.Random(seed * 9_973 + patient.index * 101 + session * 7 + protocol.open_ended)
    depth = _depth(patient)
    infusions = session - 1 if not protocol.open_ended else 6
    fading = 0.12 * (session % 4) if protocol.open_ended else 0.0
    left = 1 - max(0.0, depth * (1 - _EACH**infusions) - fading * depth)
    total = min(26, max(0, round(patient.baseline_phq9 * left + chance.gauss(0, 1.1))))
    nine = min(3, int(total >= 15 and patient.index % 3 == 0) + int(total >= 22 and patient.index % 6 == 0))
    eight = min(24, total - nine)
    spread = {code: min(3, eight // 8 + (place < eight % 8)) for place, code in enumerate(_ITEMS[:8])}
    return spread | {_ITEMS[8]: nine}


def history_scores(
    bulk: BulkWriter,
    encounters: Sequence[Mapping[str, Any]],
    appointments: Sequence[Mapping[str, Any]],
    protocols: Mapping[int, Protocol],
    simulation: Simulation,
) -> Iterator[dict[str, Any]]:
    """The scores of every past session under a mood protocol, as rows."""
    seed = simulation.parameters.seed
    for encounter, visit in zip(encounters, appointments, strict=True):
        protocol = protocols[visit["series_id"]]
        patient = simulation.patients[visit["patient_id"] - 1]
        missed = random.Random(seed + encounter["appointment_id"] * 31).random() < 1 / 7
        session = visit["session_number"] or 1
        if protocol.family == "pain" or (missed and session > 1):
            continue
        at = encounter["opened_at"] + timedelta(minutes=4)
        yield {
            "id": bulk.new_id("assessments"),
            "patient_id": visit["patient_id"],
            "encounter_id": encounter["id"],
            "instrument": "phq-9",
            "instrument_version": 1,
            "value": {"answers": phq9_answers(patient, protocol, session, seed)},
            "taken_at": at,
            "entered_at": at,
            "user_id": encounter["opened_by"],
            "given_by": PATIENT if patient.index % 2 else STAFF,
            "note": "",
            "corrects_id": None,
        }


def _depth(patient: SimPatient) -> float:
    """How far a whole induction takes this patient: 1 would be to nothing."""
    where = random.Random(patient.index * 17 + 5).random()
    if where < 0.29:
        return 0.9
    if where < 0.54:
        return 0.62
    return 0.35 if where < 0.9 else -0.05
