"""What the tests of dose, monitoring and rules start from."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from ketaclinic.catalog.instruments import load_instruments
from ketaclinic.catalog.observations import load_observations
from ketaclinic.catalog.rules import load_rules
from ketaclinic.domain.clinical_limits import ClinicalLimits, clinical_limits
from ketaclinic.domain.events import Event
from ketaclinic.domain.instruments import Instrument
from ketaclinic.domain.observations import ObservationCatalog
from ketaclinic.domain.protocols import DoseLimits, MonitoringSchedule

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
