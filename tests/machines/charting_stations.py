"""Two stations of one clinic, its people and its patients: what the machine that charts at random stands on."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store, open_store
from ketaclinic.domain.people import Role, User
from ketaclinic.services.bundle import Services, build_services
from tests.conftest import AUDIT_KEY, FILE_KEY
from tests.domain.clinical_builders import AFTER, BEFORE, CALM
from tests.machines.charting_rows import ZONE
from tests.services.chairside_desk import Chairside

MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
"""09:00 in Chicago."""
CLOCKS_GO_BACK = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
"""00:30 in Chicago; an hour and a half later it is 01:00 again."""
CLOCKS_GO_FORWARD = datetime(2027, 3, 14, 7, 30, tzinfo=UTC)
"""01:30 in Chicago; half an hour later it is 03:00."""
BEFORE_MIDNIGHT = datetime(2026, 11, 24, 4, 40, tzinfo=UTC)
"""22:40 in Chicago: what is begun today ends tomorrow."""
OPENINGS = (MONDAY, MONDAY, MONDAY, CLOCKS_GO_BACK, CLOCKS_GO_FORWARD, BEFORE_MIDNIGHT)


class Stations:
    """Two workstations, each with a store and services of its own, and one clock on the wall for both."""

    def __init__(self, url: str, catalog: Catalog, opens: datetime) -> None:
        self.url, self.catalog = url, catalog
        self.clock = FixedClock(opens)
        self._stores = [self._open(0), self._open(1)]
        self.services: list[Services] = [self._serve(0), self._serve(1)]
        self.chair = Chairside(self._stores[0], self.services[0], self.clock)
        staff = self.chair.staff
        second = self.chair.second_nurse
        assert second is not None
        self.maria, self.kaja, self.rotimi = staff[Role.NURSE], second, staff[Role.PRESCRIBER]
        self.ada, self.helen = staff[Role.FRONT_DESK], staff[Role.MANAGER]

    @property
    def people(self) -> tuple[User, ...]:
        """Everybody who might touch a session, those who may more often."""
        return (*(self.maria, self.kaja) * 4, self.rotimi, self.rotimi, self.ada, self.helen)

    def restart(self, station: int) -> None:
        """The station's program is ended and started again."""
        self._stores[station].close()
        self._stores[station] = self._open(station)
        self.services[station] = self._serve(station)
        self.chair.store, self.chair.services = self._stores[0], self.services[0]

    def close(self) -> None:
        """Both stations are shut down."""
        for store in self._stores:
            store.close()

    def _open(self, station: int) -> Store:
        key = FILE_KEY if self.url.startswith("sqlite") else None
        return open_store(self.url, key=key, audit_key=AUDIT_KEY, clock=self.clock, station=f"chairside-{station}")

    def _serve(self, station: int) -> Services:
        return build_services(self._stores[station], self.catalog, self.clock)

    # --- who is expected ----------------------------------------------------------------------------------------------

    def expect(self, number: int, papers: str) -> tuple[int, int]:
        """A patient with a visit in the next hours and another later; `papers` says how order and consent stand."""
        family, given = (("Silva", "João"), ("Okafor", "Amara"), ("Nowak", "Zofia"), ("Silva", "João"))[number % 4]
        patient = self.chair.patient(family, given)
        at = self.wall().replace(second=0, microsecond=0) + timedelta(minutes=130 * (number // 2))
        again = timedelta(hours=6) if papers == "second visit today" else timedelta(days=1 + number)
        chair = 1 + number % 2
        visits = [
            self.chair.visit(patient, chair=chair, at=starts, escort=papers != "no escort")
            for starts in (at, at + again)
        ]
        self._papers(patient, papers)
        return visits[0], visits[1]

    def wall(self) -> datetime:
        """What the clinic's wall shows."""
        return self.clock.now().astimezone(ZONE).replace(tzinfo=None)

    def put_right(self, patient_id: int, which: str) -> None:
        """A new order or a new consent that is good."""
        patient = self.services[0].patients.get(self.maria, patient_id)
        self._papers(patient, "no consent" if which == "order" else "no order")

    def _papers(self, patient: Any, papers: str) -> None:
        today = self.wall().date()
        order: dict[str, Any] = {"expires_on": today + timedelta(days=150)}
        consent: dict[str, Any] = {"signed_on": today - timedelta(days=3)}
        if papers == "order ends today":
            order["expires_on"] = today
        if papers == "one infusion left":
            order["sessions"] = 1
        if papers == "titration":
            order |= {"titrate_low": 0.4, "titrate_high": 0.9}
        if papers == "high dose":
            order |= {"mg_per_kg": 1.2, "max_mg": 100.0}
        if papers == "consent for PTSD":
            consent["indication"] = "ptsd"
        if papers == "old consent":
            consent["signed_on"] = date(today.year - 1, today.month, min(today.day, 28)) - timedelta(days=2)
        if papers != "no order":
            self.chair.order(patient, sign=papers != "order not signed", **order)
        if papers != "no consent":
            self.chair.consent(patient, **consent)


PAPERS = (
    *("good",) * 12,
    *(
        "titration",
        "titration",
        "order ends today",
        "one infusion left",
        "high dose",
        "high dose",
        "second visit today",
    ),
    *("no escort", "consent for PTSD", "old consent", "no order", "order not signed", "no consent"),
)

# --- what may be answered and observed -------------------------------------------------------------------------------


def good_answers(now: datetime, prescriber: int) -> dict[str, Any]:
    """Every answer before the start under which it may begin."""
    fasted = {"solid-food": now - timedelta(hours=7), "clear-liquids": now - timedelta(hours=2, minutes=30)}
    return (
        BEFORE
        | {key: at.replace(second=0, microsecond=0) for key, at in fasted.items()}
        | {"prescriber": str(prescriber)}
    )


def spoilt_answers(now: datetime) -> tuple[tuple[str, Any], ...]:
    """Answers that must keep a patient from being infused, from going home, or that are no answers at all."""
    return (
        ("identifiers", {"name": True, "born": False}),
        ("identifiers", "yes"),
        ("allergies", False),
        ("contraindication", "present"),
        ("contraindication", "perhaps"),
        ("solid-food", now.replace(second=0, microsecond=0) - timedelta(hours=3)),
        ("solid-food", now + timedelta(hours=1)),
        ("clear-liquids", now.replace(second=0, microsecond=0) - timedelta(minutes=30)),
        ("escort-confirmed", "not-reached"),
        ("childbearing", "yes"),
        ("pregnancy-test", "positive"),
        ("pregnancy-test", "negative"),
        ("substances", "used"),
        ("benzodiazepine", 30),
        ("benzodiazepine", float("nan")),
        ("c-ssrs", {"answers": _SCREENER | {"q4": 1}}),
        ("c-ssrs", {"answers": _SCREENER | {"q5": 1, "q6": 1}}),
        ("c-ssrs", {"answers": {"q1": 0, "q2": 0, "q6": 1}}),
        ("c-ssrs", {"answers": {"q1": 0, "q2": 1}}),
        ("c-ssrs", {"declined": True}),
        ("phq-9", {"answers": {f"q{n}": 3 for n in range(1, 10)}}),
        ("phq-9", {"answers": {"q1": 9}}),
        ("urinary", "new"),
        ("mania-psychosis", "signs"),
        ("adverse-since", "yes"),
        ("iv-patent", False),
        ("iv-attempts", 0),
        ("weight", 88.4),
        ("weight", 74.0),
        ("weight", 181.0),
        ("weight", 12.0),
        ("prescriber", "999"),
        ("prescriber", "4"),
        ("equipment", "not-done"),
    )


_SCREENER = {"q1": 1, "q2": 1, "q3": 1, "q4": 0, "q5": 0, "q6": 0}
SCALES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("phq-9", {"answers": {f"q{n}": 0 for n in range(1, 10)}}),
    ("phq-9", {"answers": {f"q{n}": 3 for n in range(1, 10)}}),
    ("phq-9", {"answers": {"q1": 9}}),
    ("c-ssrs-screener", {"answers": {"q1": 0, "q2": 0, "q6": 0}}),
    ("c-ssrs-screener", {"answers": _SCREENER | {"q5": 1}}),
    ("c-ssrs-screener", {"answers": {"q1": 0, "q2": 0, "q6": 1}}),
    ("c-ssrs-screener", {"answers": {"q1": 0}}),
    ("gad-7", {"answers": {f"q{n}": 1 for n in range(1, 8)}}),
    ("happiness", {"answers": {"q1": 1}}),
)
"""Scales filled in on the patient's page, whole, half, or none there is."""


SPOILT_AFTER: tuple[tuple[str, Any], ...] = (
    ("aldrete-activity", "two"),
    ("aldrete-respiration", "apnoea"),
    ("aldrete-consciousness", "rouses"),
    ("padss-comfort", "severe"),
    ("padss-intake", "neither"),
    ("oriented", "partly"),
    ("gait", "unsteady"),
    ("gait", "baseline"),
    ("nausea", "not-controlled"),
    ("new-suicidality", "new"),
    ("safety-plan", True),
    ("iv-out", False),
    ("escort-present", "not-here"),
    ("aftercare", "given"),
    ("next-appointment", "none-planned"),
    ("waste", "open"),
)
GOOD_AFTER = AFTER
Values = dict[str, float]
VITALS: tuple[Values, ...] = (
    *(CALM, CALM, CALM, CALM),
    CALM | {"sbp": 146.0, "dbp": 92.0},
    CALM | {"sbp": 165.0, "dbp": 95.0},
    CALM | {"sbp": 182.0, "dbp": 104.0},
    CALM | {"sbp": 184.0, "dbp": 112.0, "hr": 120.0},
    CALM | {"sbp": 86.0, "dbp": 50.0},
    CALM | {"hr": 44.0},
    CALM | {"hr": 118.0},
    CALM | {"rr": 7.0},
    CALM | {"spo2": 91.0},
    CALM | {"spo2": 91.0, "o2": 2.0},
    CALM | {"spo2": 88.0},
    CALM | {"moaas": 2.0, "dissociation": 8.0},
    CALM | {"moaas": 4.0, "dissociation": 3.0},
    CALM | {"temp": 38.4},
    {"sbp": 124.0, "dbp": 78.0},
    {"hr": 80.0, "rr": 15.0, "spo2": 97.0, "moaas": 5.0, "dissociation": 0.0},
)
"""Rows a monitor may show."""
NONSENSE: tuple[Values, ...] = (
    CALM | {"sbp": 1200.0},
    CALM | {"sbp": 70.0, "dbp": 95.0},
    CALM | {"spo2": 9.0},
    CALM | {"spo2": 110.0},
    CALM | {"temp": 98.6},
    CALM | {"moaas": 6.0},
    CALM | {"dissociation": 2.5},
    CALM | {"hr": float("inf")},
    {"map": 90.0},
    {},
)
"""Rows that are slips of the keys."""
Deed = Callable[[], object]
