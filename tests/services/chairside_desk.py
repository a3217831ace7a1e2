"""A clinic with a patient in the chair, and a nurse's hands: what the tests of the nurse's side are written in."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from ketaclinic.clock import FixedClock
from ketaclinic.db.models import AppointmentRow, EscortRow, SeriesRow
from ketaclinic.db.store import Store
from ketaclinic.db.tasks import open_tasks
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.encounters import Criterion, EncounterView
from ketaclinic.domain.findings import Finding
from ketaclinic.domain.orders import Order, OrderFields
from ketaclinic.domain.people import ClinicalProfile, Patient, Role, User
from ketaclinic.services.bundle import Services
from tests.domain.clinical_builders import AFTER, BEFORE, CALM
from tests.services.people_builders import STAFF_PIN, a_patient, a_staffed_clinic

MOOD = "induction-mood-2-per-week"
MONDAY = date(2026, 11, 23)
PRE = "pre-infusion"
POST = "discharge"


@dataclass
class Chairside:
    """A staffed clinic at 09:00 on Monday 23 November 2026, Chicago time, with patients booked for then."""

    store: Store
    services: Services
    clock: FixedClock
    staff: dict[Role, User] = field(default_factory=dict)
    second_nurse: User | None = None

    def __post_init__(self) -> None:
        self.staff = a_staffed_clinic(self.services)
        manager = self.staff[Role.MANAGER]
        self.second_nurse = self.services.users.add(manager, "kaja", "Kaja Lund", Role.NURSE, STAFF_PIN)

    @property
    def nurse(self) -> User:
        return self.staff[Role.NURSE]

    @property
    def prescriber(self) -> User:
        return self.staff[Role.PRESCRIBER]

    @property
    def desk(self) -> User:
        return self.staff[Role.FRONT_DESK]

    @property
    def charting(self) -> Any:
        return self.services.charting

    # --- getting ready ------------------------------------------------------------------------------------------------

    def patient(self, family: str = "Silva", given: str = "João", **profile: Any) -> Patient:
        """A patient, with a clinical profile where one is given."""
        patient = a_patient(self.services, self.desk, family, given)
        if profile:
            details = ClinicalProfile(patient.id, version=0, **profile)
            self.services.patients.edit_clinical_profile(self.nurse, details)
        return patient

    def visit(
        self,
        patient: Patient,
        *,
        chair: int = 1,
        at: datetime = datetime(2026, 11, 23, 9, 0),
        status: Status = Status.CONFIRMED,
        escort: bool = True,
        protocol: str = MOOD,
    ) -> int:
        """A booked visit of 115 minutes; returns its id."""
        with self.store.writing(Op.BOOK_APPOINTMENT) as writing:
            series = SeriesRow(
                patient_id=patient.id,
                protocol_id=protocol,
                protocol_revision=1,
                location_id=1,
                sessions=6,
                status="active",
            )
            writing.session.add(series)
            companion = EscortRow(patient_id=patient.id, name="Ana Silva", phone="+1 312 555 0188")
            writing.session.add(companion)
            writing.session.flush()
            row = AppointmentRow(
                series_id=series.id,
                patient_id=patient.id,
                location_id=1,
                chair_id=chair,
                starts_at=at,
                ends_at=at + timedelta(minutes=115),
                prep=30,
                infusion=40,
                recovery=30,
                turnover=15,
                setup_from=20,
                setup_minutes=25,
                ratio=2,
                status=status.value,
                position=1,
                escort_id=companion.id if escort else None,
            )
            writing.session.add(row)
            writing.session.flush()
            return row.id

    def order(self, patient: Patient, *, sign: bool = True, **changes: Any) -> Order:
        """An order of 0.5 mg/kg over 40 minutes, at most 60 mg, for 82 kg, six infusions."""
        given: dict[str, Any] = {
            "patient_id": patient.id,
            "protocol_id": MOOD,
            "indication": "depression",
            "mg_per_kg": 0.5,
            "max_mg": 60.0,
            "minutes": 40,
            "sessions": 6,
            "weight_kg": 82.0,
            "expires_on": date(2027, 5, 23),
        }
        order = self.services.orders.write(self.prescriber, OrderFields(**(given | changes)))
        return self.services.orders.sign(self.prescriber, order.id, STAFF_PIN) if sign else order

    def consent(self, patient: Patient, **changes: Any) -> Any:
        """A consent for depression, signed three days ago."""
        given: dict[str, Any] = {"indication": "depression", "document_id": None, "signed_on": date(2026, 11, 20)}
        return self.services.consents.record(self.prescriber, patient.id, **(given | changes))

    def arrive(self, visit: int) -> None:
        """The patient comes and is checked in."""
        self.status(visit, Status.ARRIVED, self.desk)
        self.status(visit, Status.CHECKED_IN, self.nurse)

    def status(self, visit: int, target: Status, by: User) -> None:
        self.services.floor.change_status(by, visit, self.appointment(visit).version, target)

    def appointment(self, visit: int) -> AppointmentRow:
        with self.store.reading() as session:
            return session.get_one(AppointmentRow, visit)

    def seated(self, patient: Patient | None = None, **visit: Any) -> int:
        """A patient with order and consent, checked in, session opened; returns the session's id."""
        patient = patient or self.patient()
        self.order(patient)
        self.consent(patient)
        booked = self.visit(patient, **visit)
        self.arrive(booked)
        return self.charting.open(self.nurse, booked).id

    # --- charting -----------------------------------------------------------------------------------------------------

    def view(self, session: int) -> EncounterView:
        return self.charting.view(self.nurse, session)

    def answer(self, session: int, item: str, value: Any, checklist: str = PRE) -> EncounterView:
        return self.charting.answer(self.nurse, session, checklist, item, value)

    def fill_before(self, session: int, **changes: Any) -> None:
        """Answers the whole checklist before the start; `changes` by item code with _ for -; None leaves it open."""
        answers = BEFORE | {"prescriber": str(self.prescriber.id)}
        for item, value in (answers | {k.replace("_", "-"): v for k, v in changes.items()}).items():
            if value is not None:
                self.answer(session, item, value)

    def observe(self, session: int, minutes_ago: float = 0, note: str = "", **changes: float | None) -> EncounterView:
        """A full set of vitals, calm but for the changes."""
        at = self.clock.now() - timedelta(minutes=minutes_ago) if minutes_ago else None
        values = {k: v for k, v in (CALM | changes).items() if v is not None}
        return self.charting.record_observation(self.nurse, session, values, observed_at=at, note=note)

    def dose(self, session: int, weight: float = 82.4, concentration: float = 10.0, **more: Any) -> EncounterView:
        """Weight and vial, then the syringe as the program computes it, or with mg and ml as `more` says."""
        view = self.charting.set_dose(self.nurse, session, weight, concentration, **more)
        if "mg" in more or view.dose is None:
            return view
        vial = {"vial_id": more["vial_id"]} if "vial_id" in more else {}
        return self.charting.set_dose(
            self.nurse, session, weight, concentration, mg=view.dose.mg, ml=view.dose.ml, **vial
        )

    def check(self, session: int, mg: float = 41.2, ml: float = 4.12, rate: float = 6.18) -> EncounterView:
        """The second nurse's blind calculation."""
        return self.charting.second_check(self.nurse, session, self.second_nurse, mg, ml, rate)

    def ready(self, session: int, **changes: Any) -> None:
        """Everything before the start, done."""
        self.fill_before(session, **changes)
        self.observe(session)
        self.dose(session)
        self.check(session)

    def start(self, session: int, **changes: Any) -> EncounterView:
        self.ready(session, **changes)
        return self.charting.start(self.nurse, session)

    def run_through(self, session: int) -> None:
        """The whole infusion with every check on time and calm, stopped after 40 minutes."""
        started = self.clock.now()
        for minute in (5, 10, 20, 30):
            self.clock.at = started + timedelta(minutes=minute)
            self.observe(session)
        self.clock.at = started + timedelta(minutes=40)
        self.charting.stop(self.nurse, session)
        self.observe(session)

    def recover(self, session: int, **changes: Any) -> None:
        """Half an hour of recovery with its checks, and every question of the discharge answered."""
        for _ in range(2):
            self.clock.forward(minutes=15)
            self.observe(session)
        for item, value in (AFTER | {k.replace("_", "-"): v for k, v in changes.items()}).items():
            if value is not None:
                self.answer(session, item, value, POST)

    def tasks(self) -> Any:
        """What the prescribers have still to look at."""
        with self.store.reading() as session:
            return open_tasks(session, Role.PRESCRIBER.value)

    def sign(self, session: int, **more: Any) -> EncounterView:
        return self.charting.sign_off(self.nurse, session, STAFF_PIN, **more)


def against(view: EncounterView) -> dict[str, Finding]:
    """What stands against the start, by code, warnings left out."""
    return {f.code: f for f in view.may_start if f.severity != "warn"}


def criterion(view: EncounterView, code: str) -> Criterion:
    """One criterion of the discharge."""
    return next(c for c in view.criteria if c.code == code)


def unmet(view: EncounterView) -> set[str]:
    """The codes of the criteria that are not met."""
    return {c.code for c in view.criteria if not c.met}
