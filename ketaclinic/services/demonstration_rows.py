"""The rows of the demonstration clinic: a simulation taken to the tables, in the order their references need."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from ketaclinic.clock import to_instant
from ketaclinic.db.bulk import BulkWriter
from ketaclinic.db.people import name_parts
from ketaclinic.domain.appointments import FREES_THE_CHAIR, Status
from ketaclinic.domain.people import Role
from ketaclinic.domain.telephone import digits
from ketaclinic.services.demonstration_charts import history_charts, phase_status
from ketaclinic.services.demonstration_live import Live
from ketaclinic.services.pins import hash_pin
from ketaclinic.services.simulator import SimPatient, SimSeries, Simulation, SimVisit

DEMONSTRATION_PIN = "1357"
_USERS = (
    ("desk", "Ada Petrov", Role.FRONT_DESK),
    ("desk2", "Luis Ortega", Role.FRONT_DESK),
    ("nurse", "Maria Ortiz", Role.NURSE),
    ("nurse2", "Kari Lund", Role.NURSE),
    ("prescriber", "Rotimi Adeyemi", Role.PRESCRIBER),
    ("manager", "Helen Park", Role.MANAGER),
)
_ALLERGIES = ("none known",) * 7 + ("latex", "penicillin", "adhesive tape")


_GOING_ON = frozenset({Status.ARRIVED, Status.CHECKED_IN, Status.INFUSING, Status.RECOVERING})
_WAY = (
    Status.SCHEDULED,
    Status.CONFIRMED,
    Status.ARRIVED,
    Status.CHECKED_IN,
    Status.INFUSING,
    Status.RECOVERING,
    Status.DISCHARGED,
)


@dataclass(frozen=True, slots=True)
class Scene:
    """What is played, where and when: `now` is wall-clock at the clinic in `zone`."""

    simulation: Simulation
    zone: str
    now: datetime
    charted: bool

    @property
    def today(self) -> date:
        """The day on the clinic's wall."""
        return self.now.date()


class ClinicWriter:
    """Takes a simulation to rows, in the order their references need."""

    def __init__(self, bulk: BulkWriter, scene: Scene) -> None:
        self._bulk = bulk
        self._scene = scene
        self._users: dict[str, int] = {}
        self._orders: dict[int, int] = {}  # by series
        self._escorts: dict[int, int] = {}
        self.live: list[Live] = []
        self._seated = {
            visit.patient
            for series in scene.simulation.series
            for visit in series.visits
            if phase_status(visit, series.protocol, scene.now) in _GOING_ON
        }

    def write(self) -> None:
        """Writes everything."""
        self._clinic()
        self._people()
        self._shifts()
        self._patients()
        self._series()

    def _clinic(self) -> None:
        bulk, p = self._bulk, self._scene.simulation.parameters
        bulk.add(
            "clinic",
            [
                {
                    "id": 1,
                    "name": "Riverside Ketamine Clinic",
                    "phone": "(312) 555-0140",
                    "after_hours_phone": "(312) 555-0199",
                    "address": "210 West River Street, Suite 4\nChicago, IL 60606",
                    "email": "front.desk@riverside.example",
                    "website": "riverside.example",
                    "demonstration": True,
                }
            ],
        )
        days = sorted({0, 1, 2, 3, 4, self._scene.now.weekday()})
        opens, closes = p.opens.hour * 60 + p.opens.minute, p.shuts.hour * 60 + p.shuts.minute
        bulk.add(
            "locations",
            [
                {
                    "id": bulk.new_id("locations"),
                    "name": "Riverside",
                    "zone": self._scene.zone,
                    "address": "210 West River Street, Suite 4\nChicago, IL 60606",
                    "phone": "(312) 555-0140",
                    "hours": [[day, opens, closes] for day in days],
                    "usual_nurses": [p.nurses if day in days else 0 for day in range(7)],
                }
            ],
        )
        bulk.add(
            "chairs",
            [
                {"id": bulk.new_id("chairs"), "location_id": 1, "name": f"Chair {n + 1}", "position": n}
                for n in range(p.chairs)
            ],
        )

    def _people(self) -> None:
        for login, name, role in _USERS:
            self._add_user(login, name, role)
        for extra in range(3, self._scene.simulation.parameters.nurses + 1):
            self._add_user(f"nurse{extra}", f"Nurse {extra}", Role.NURSE)

    def _add_user(self, login: str, name: str, role: Role) -> None:
        identifier = self._users[login] = len(self._users) + 1
        row = {"id": identifier, "login": login, "name": name, "role": role.value}
        row |= {"pin_hash": hash_pin(DEMONSTRATION_PIN), "active": True, "failed_pins": 0}
        self._bulk.add("users", [row])

    def _shifts(self) -> None:
        p = self._scene.simulation.parameters
        nurses = [login for login, _, role in _USERS if role is Role.NURSE]
        nurses += [f"nurse{extra}" for extra in range(3, p.nurses + 1)]
        day = self._scene.today - timedelta(days=7)
        rows: list[dict[str, Any]] = []
        while day <= self._scene.today + timedelta(weeks=p.weeks_ahead + 1):
            if day.weekday() < 5 or day.weekday() == self._scene.now.weekday():
                on_duty = [*nurses[: p.nurses], "prescriber"]
                rows.extend(
                    {
                        "id": self._bulk.new_id("shifts"),
                        "user_id": self._users[login],
                        "location_id": 1,
                        "starts_at": datetime.combine(day, p.opens),
                        "ends_at": datetime.combine(day, p.closes),
                    }
                    for login in on_duty
                )
            day += timedelta(days=1)
        self._bulk.add("shifts", rows)

    def _patients(self) -> None:
        patients = self._scene.simulation.patients
        self._bulk.add("patients", (_patient_row(p) for p in patients))
        self._bulk.add("name_parts", _name_part_rows(patients))
        self._bulk.add(
            "clinical_profiles",
            (
                {
                    "id": p.index + 1,
                    "patient_id": p.index + 1,
                    "allergies": _ALLERGIES[p.index % len(_ALLERGIES)],
                    "diagnosis": p.indication,
                    "medicines": "lisinopril 10 mg" if p.hypertensive else "",
                    "childbearing_potential": False if p.index % 2 or p.born.year < 1974 else None,
                }
                for p in patients
            ),
        )
        with_escort = [p for p in patients if p.index % 9 != 4 or p.index in self._seated]
        for p in with_escort:
            self._escorts[p.index] = self._bulk.new_id("escorts")
        self._bulk.add(
            "escorts",
            (
                {
                    "id": self._escorts[p.index],
                    "patient_id": p.index + 1,
                    "name": p.escort,
                    "phone": f"(708) 555-{p.index % 10000:04d}",
                    "relation": ("spouse", "sister", "brother", "friend", "parent")[p.index % 5],
                }
                for p in with_escort
            ),
        )

    def _series(self) -> None:
        simulation = self._scene.simulation
        for series in simulation.series:
            self._order(series, simulation.patients[series.patient])
        self._consents()
        self._bulk.add("series", (self._series_row(series) for series in simulation.series))
        appointments = [self._appointment_row(series, visit) for series in simulation.series for visit in series.visits]
        self._bulk.add("appointments", appointments)
        self._bulk.claim(appointments)
        self._bulk.add("status_changes", self._stamps(appointments))
        if self._scene.charted:
            for row in appointments:
                row["order_id"] = self._orders.get(row["series_id"] - 1)
            history_charts(self._bulk, simulation, appointments, self._scene.zone, self._users)

    def _order(self, series: SimSeries, patient: SimPatient) -> None:
        """One signed order for a course; a few of the newest are still to be written, as in life."""
        starts = series.visits[0].starts_at.date()
        if starts > self._scene.today and series.index % 3 == 0:
            return
        identifier = self._bulk.new_id("orders")
        self._orders[series.index] = identifier
        signed = datetime.combine(min(starts, self._scene.today) - timedelta(days=5), time(16, 0), UTC)
        pain = series.protocol.family == "pain"
        mg_per_kg = series.protocol.dose.usual_mg_per_kg
        self._bulk.add(
            "orders",
            [
                {
                    "id": identifier,
                    "patient_id": patient.index + 1,
                    "protocol_id": series.protocol.id,
                    "indication": patient.indication,
                    "mg_per_kg": mg_per_kg,
                    "max_mg": min(series.protocol.dose.max_mg, round(mg_per_kg * patient.weight_kg * 1.2, 0)),
                    "minutes": series.protocol.phases.infusion,
                    "sessions": series.sessions,
                    "weight_kg": patient.weight_kg,
                    "rescue": "ondansetron 4 mg IV; labetalol 10 mg IV" + ("; midazolam 1 mg IV" if pain else ""),
                    "prescriber_id": self._users["prescriber"],
                    "signed_at": signed,
                    "expires_on": starts + timedelta(days=270),
                }
            ],
        )

    def _consents(self) -> None:
        """Signed before the first session; missing for some who have not begun yet."""
        simulation = self._scene.simulation
        first: dict[int, date] = {}
        for series in simulation.series:
            starts = series.visits[0].starts_at.date()
            first[series.patient] = min(first.get(series.patient, starts), starts)
        rows = []
        for patient, starts in first.items():
            if starts >= self._scene.today and patient % 3 != 0 and patient not in self._seated:
                continue
            signed = min(starts, self._scene.today) - timedelta(days=2)
            rows.append({
                "id": self._bulk.new_id("consents"),
                "patient_id": patient + 1,
                "revision": 1,
                "indication": simulation.patients[patient].indication,
                "signed_on": signed,
                "expires_on": signed + timedelta(days=365),
                "witness_id": self._users["nurse2"],
            })  # fmt: skip
        self._bulk.add("consents", rows)

    def _series_row(self, series: SimSeries) -> dict[str, Any]:
        over = series.completed and series.visits[-1].starts_at.date() < self._scene.today
        status = "completed" if over else "stopped" if series.stopped else "active"
        return {
            "id": series.index + 1,
            "patient_id": series.patient + 1,
            "protocol_id": series.protocol.id,
            "protocol_revision": series.protocol.revision,
            "location_id": 1,
            "sessions": series.sessions,
            "open_ended": series.protocol.open_ended,
            "status": status,
            "order_id": self._orders.get(series.index),
        }

    def _appointment_row(self, series: SimSeries, visit: SimVisit) -> dict[str, Any]:
        protocol, phases = series.protocol, series.protocol.phases
        status = phase_status(visit, protocol, self._scene.now)
        going_on = status in _GOING_ON
        if going_on:
            status = Status.CONFIRMED  # what happens today is lived through the services afterwards
        seen = status not in {Status.SCHEDULED, Status.CONFIRMED} or visit.starts_at.date() <= self._scene.today
        escort = self._escorts.get(visit.patient) if seen or visit.patient % 4 or going_on else None
        identifier = self._bulk.new_id("appointments")
        if going_on:
            self.live.append(Live(identifier, visit, protocol))
        return {
            "id": identifier,
            "series_id": series.index + 1,
            "patient_id": visit.patient + 1,
            "location_id": 1,
            "chair_id": visit.chair + 1,
            "starts_at": visit.starts_at,
            "ends_at": visit.starts_at + timedelta(minutes=phases.total),
            "prep": phases.prep,
            "infusion": phases.infusion,
            "recovery": phases.recovery,
            "turnover": phases.turnover,
            "setup_from": protocol.nurse.setup_from,
            "setup_minutes": protocol.nurse.setup_minutes,
            "ratio": protocol.nurse.ratio,
            "status": status.value,
            "position": visit.position,
            "session_number": visit.session_number if status is Status.DISCHARGED else None,
            "nurse_id": None,
            "escort_id": escort,
        }

    def _stamps(self, appointments: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """When each visit changed its status, as far as it has got."""
        for row in appointments:
            status, starts = Status(row["status"]), to_instant(row["starts_at"], self._scene.zone)
            if status is Status.SCHEDULED:
                continue
            path = (Status.SCHEDULED, status) if status in FREES_THE_CHAIR else _WAY[: _WAY.index(status) + 1]
            to_stop = row["prep"] + row["infusion"]
            minutes = [-1440, -4, 8, row["prep"], to_stop, to_stop + row["recovery"]]
            for number, (source, target) in enumerate(pairwise(path)):
                yield {
                    "id": self._bulk.new_id("status_changes"),
                    "appointment_id": row["id"],
                    "source": source.value,
                    "target": target.value,
                    "at": starts + timedelta(minutes=minutes[number]),
                    "user_id": self._users["desk" if number < 2 else "nurse"],
                    "reason": "",
                }


def _patient_row(p: SimPatient) -> dict[str, Any]:
    return {
        "id": p.index + 1,
        "record": f"KC-{p.index + 1:04d}",
        "family_name": p.family,
        "given_name": p.given,
        "preferred_name": "",
        "born": p.born,
        "phone": p.phone,
        "phone_digits": digits(p.phone),
        "email": "",
        "address": f"{100 + p.index * 7 % 900} North Clark Street\nChicago, IL 606{p.index % 60:02d}",
        "language": "",
        "interpreter": False,
        "emergency_contact": p.escort,
        "emergency_phone": f"(708) 555-{p.index % 10000:04d}",
        "note": "Hard of hearing on the left: speak from the right side." if p.index % 37 == 5 else "",
        "external_id": None,
        "active": True,
    }


def _name_part_rows(patients: tuple[SimPatient, ...]) -> Iterator[dict[str, Any]]:
    for p in patients:
        for part in sorted(name_parts(p.family, p.given, "", p.phone)):
            yield {"part": part, "patient_id": p.index + 1}
