"""What the tests of dose, monitoring and rules start from."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from ketaclinic.catalog.checklists import load_checklists
from ketaclinic.catalog.instruments import load_instruments
from ketaclinic.catalog.observations import load_observations
from ketaclinic.catalog.protocols import load_protocols
from ketaclinic.catalog.rules import load_rules
from ketaclinic.domain.answers import stored_value
from ketaclinic.domain.appointments import Appointment, Status
from ketaclinic.domain.checklists import Answer, Checklist
from ketaclinic.domain.clinical_limits import ClinicalLimits, clinical_limits
from ketaclinic.domain.consents import Consent
from ketaclinic.domain.events import Event
from ketaclinic.domain.instruments import Instrument
from ketaclinic.domain.observations import Observation, ObservationCatalog
from ketaclinic.domain.orders import Order, OrderFields
from ketaclinic.domain.people import ClinicalProfile, Escort, Patient, PatientFields
from ketaclinic.domain.protocols import DoseLimits, MonitoringSchedule, Protocol
from ketaclinic.domain.visit import Encounter, Prescriber, Visit

CALM = {
    "sbp": 121.0,
    "dbp": 76.0,
    "hr": 78.0,
    "rr": 14.0,
    "spo2": 98.0,
    "moaas": 5.0,
    "dissociation": 0.0,
    "temp": 36.6,
    "o2": 0.0,
}
"""A full set of somebody at rest; the baseline of the tests."""

BEFORE: dict[str, Any] = {
    "identifiers": {"name": True, "born": True},
    "weight": 82.4,
    "allergies": True,
    "contraindication": "none",
    "solid-food": datetime(2026, 11, 23, 2, 0),
    "clear-liquids": datetime(2026, 11, 23, 6, 30),
    "escort-confirmed": "coming",
    "childbearing": "no",
    "substances": "none",
    "medicines": "none",
    "benzodiazepine": 0,
    "lamotrigine": "no",
    "maoi": "no",
    "stimulant": "no",
    "opioid": "no",
    "antihypertensive": "not-prescribed",
    "c-ssrs": {"answers": {"q1": 0, "q2": 0, "q6": 0}},
    "phq-9": {"answers": {f"q{n}": 1 for n in range(1, 9)} | {"q9": 0}},
    "urinary": "none",
    "mania-psychosis": "none",
    "adverse-since": "none",
    "iv-site": "left-hand",
    "iv-gauge": "22",
    "iv-attempts": 1,
    "iv-patent": True,
    "equipment": "done",
}
"""Every answer by hand of a checklist that lets the infusion start; the prescriber on site comes on top."""

AFTER: dict[str, Any] = {
    "aldrete-activity": "four",
    "aldrete-respiration": "deep",
    "aldrete-consciousness": "awake",
    "padss-comfort": "minimal",
    "padss-bleeding": "minimal",
    "padss-intake": "both",
    "oriented": "fully",
    "gait": "steady",
    "nausea": "none",
    "new-suicidality": "none",
    "iv-out": True,
    "escort-present": "here",
    "aftercare": "read-back",
    "next-appointment": "told",
    "waste": "witnessed",
}
"""Every answer by hand of a discharge checklist of somebody who may go."""

RESOURCES = Path(__file__).parents[2] / "resources"
NINE = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""09:00 in Chicago: the start of the infusion."""
MOOD_DOSE = DoseLimits(usual_mg_per_kg=0.5, reattest_above_mg_per_kg=1.0, max_mg_per_kg=1.5, max_mg=200.0)
MOOD_PLAN = MonitoringSchedule(
    baseline_within=15,
    from_start=(5,),
    infusion_every=10,
    from_stop=(15, 30),
    recovery_every=15,
    amber_after=3,
    red_after=5,
)
PAIN_PLAN = MonitoringSchedule(15, (5, 15, 25, 30), 15, (15, 30), 15, 3, 5)


def at(minute: float) -> datetime:
    """So many minutes after the start."""
    return NINE + timedelta(minutes=minute)


@cache
def limits() -> ClinicalLimits:
    """The limits as shipped."""
    return clinical_limits(load_rules(RESOURCES))


@cache
def charted() -> ObservationCatalog:
    """Fields and pick-lists as shipped."""
    return load_observations(RESOURCES / "observations.toml")


@cache
def instrument(name: str) -> Instrument:
    """A scale as shipped."""
    return load_instruments(RESOURCES / "instruments")[name]


def pump_event(kind: str, minute: float, number: int = 0, **data: object) -> Event:
    """An event of the pump, numbered by its minute unless told."""
    return Event(number or int(minute * 1000) + 1, kind, at(minute), at(minute), 1, data=data)


def a_start(mg: float = 40.0, minutes: int = 40, rate: float = 6.0) -> Event:
    """40 mg over 40 minutes at 6 mL/h: one milligram a minute."""
    return pump_event("start", 0, mg=mg, minutes=minutes, rate=rate)


@cache
def checklists() -> Mapping[str, Checklist]:
    """The checklists as shipped."""
    return load_checklists(RESOURCES / "checklists")


@cache
def mood() -> Protocol:
    """Mood induction, twice a week, as shipped."""
    return load_protocols(RESOURCES)["induction-mood-2-per-week"]


NURSE, SECOND, PRESCRIBER = 1, 2, 3
NAMES = {NURSE: "Maria Ortiz", SECOND: "Kaja Lund", PRESCRIBER: "Rotimi Adeyemi"}


def answered(given: Mapping[str, Any], minute: float) -> dict[str, Answer]:
    """Answers by hand, given at a minute."""
    kept = {}
    for checklist in (c for name, c in checklists().items() if "@" not in name):
        for item in checklist.items:
            if given.get(item.code) is not None:
                value = given[item.code]
                stored = value if item.options_from else stored_value(item, value, {n: instrument(n) for n in SCALES})
                kept[item.code] = Answer(checklist.id, item.code, stored, at(minute), NURSE)
    return kept


SCALES = ("phq-9", "c-ssrs-screener")


def a_row(minute: float, number: int = 0, note: str = "", **changes: float | None) -> Observation:
    """A full set of vitals at a minute, calm but for the changes."""
    values = {k: float(v) for k, v in (CALM | changes).items() if v is not None}
    return Observation(number or round((minute + 1000) * 100), "", at(minute), at(minute), NURSE, values, note)


def an_order(**changes: Any) -> Order:
    """0.5 mg/kg over 40 minutes, at most 60 mg, for 82 kg; signed, two of six given."""
    given: dict[str, Any] = {
        "patient_id": 1,
        "protocol_id": mood().id,
        "indication": "depression",
        "mg_per_kg": 0.5,
        "max_mg": 60.0,
        "minutes": 40,
        "sessions": 6,
        "weight_kg": 82.0,
        "expires_on": date(2027, 5, 23),
    }
    return Order(7, OrderFields(**(given | changes)), PRESCRIBER, NAMES[PRESCRIBER], at(-10_000), used=2)


def a_checked_dose(
    mg: float = 41.2, ml: float = 4.12, rate: float = 6.18, *, drawn: tuple[float, float] = (41.2, 4.12)
) -> tuple[Event, ...]:
    """The vial of 10 mg/mL, what is in the syringe, and the second person's calculation."""
    check = {"mg": mg, "ml": ml, "rate": rate, "agreed": True, "role": "nurse"}
    chosen = {"concentration": 10.0, "weight_kg": 82.4, "mg": drawn[0], "ml": drawn[1]}
    return (
        Event(1, "dose", at(-3), at(-3), NURSE, data=chosen),
        Event(2, "second-check", at(-2), at(-2), NURSE, SECOND, check),
    )


def a_visit(**changes: Any) -> Visit:
    """Everything is ready and in order, one minute before the start: what a test changes is what it is about."""
    minute = changes.pop("minute", 0.0)
    before = BEFORE | {"prescriber": str(PRESCRIBER)} | changes.pop("answer", {})
    given: dict[str, Any] = {
        "now": at(minute),
        "zone": "America/Chicago",
        "encounter": Encounter(1, 1, 1, at(-30)),
        "appointment": Appointment(
            1, 1, 1, 1, 1, datetime(2026, 11, 23, 8, 30), datetime(2026, 11, 23, 10, 25), mood().phases,
            Status.CHECKED_IN, 3, escort_id=1,
        ),
        "protocol": mood(),
        "patient": Patient(1, "KC-0147", PatientFields("Silva", "João", date(1979, 4, 3))),
        "profile": ClinicalProfile(1, allergies="latex"),
        "label": "3 of 6",
        "chair": "Chair 3",
        "nurse": "",
        "escort": Escort(1, 1, "Ana Silva", "+1 312 555 0188"),
        "order": an_order(),
        "order_problem": "",
        "consent": Consent(1, 1, None, 1, "depression", date(2026, 11, 20), date(2027, 11, 20)),
        "consent_problem": "",
        "answers": answered(before, -5),
        "observations": (a_row(-5),),
        "events": a_checked_dose(),
        "checklists": (checklists()["pre-infusion"], checklists()["discharge"]),
        "instruments": {name: instrument(name) for name in SCALES},
        "charted": charted(),
        "limits": limits(),
        "prescribers": (Prescriber(PRESCRIBER, NAMES[PRESCRIBER], on_shift=True),),
        "names": NAMES,
    }  # fmt: skip
    return Visit(**(given | changes))


_STARTED = {"mg": 41.2, "ml": 4.12, "minutes": 40, "rate": 6.18, "concentration": 10.0, "weight_kg": 82.4}

ON_TIME = (5.0, 10.0, 20.0, 30.0, 40.0, 55.0, 70.0)
"""Minutes of the checks of a mood infusion of 40 minutes, and of half an hour after it."""


def a_recovered_visit(**changes: Any) -> Visit:
    """Started at 0, stopped at 40, every check calm and on time, every question answered at 68: may go at 70."""
    rows = changes.pop("rows", None)
    answer = changes.pop("answer", {})
    events = changes.pop("events", ())
    stop = changes.pop("stop", 40.0)
    ready = a_visit(answer=changes.pop("before", {}))
    encounter = replace(ready.encounter, started_at=at(0), stopped_at=at(stop), order_id=7)
    pump = (
        Event(3, "start", at(0), at(0), NURSE, SECOND, _STARTED),
        Event(4, "stop", at(stop), at(stop), NURSE, data={"reason": "", "given_mg": 41.2}),
    )
    given: dict[str, Any] = {
        "now": at(changes.pop("minute", 70.0)),
        "encounter": encounter,
        "appointment": replace(ready.appointment, status=Status.RECOVERING, session_number=3),
        "answers": dict(ready.answers) | answered(AFTER | answer, changes.pop("answered_at", 68.0)),
        "observations": (a_row(-5), *(rows if rows is not None else (a_row(m) for m in ON_TIME))),
        "events": (*a_checked_dose(), *pump, *events),
    }
    for code, value in answer.items():
        if value is None:
            given["answers"].pop(code, None)
    return replace(ready, **(given | changes))
