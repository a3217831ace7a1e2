"""All the stored facts about one session in one frozen value, and what follows from them at an instant.

Rules of start and discharge, the screen and the print all read a `Visit`; none of them asks a database or a clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from ketaclinic.domain import events, monitoring
from ketaclinic.domain.appointments import Appointment
from ketaclinic.domain.checklists import Answer, Checklist, Override
from ketaclinic.domain.clinical_limits import ClinicalLimits
from ketaclinic.domain.consents import Consent
from ketaclinic.domain.dose_today import DoseToday, dose_today
from ketaclinic.domain.dosing import Dose
from ketaclinic.domain.events import Event, PumpState
from ketaclinic.domain.findings import Finding
from ketaclinic.domain.instruments import Instrument
from ketaclinic.domain.ledger import SessionDrug
from ketaclinic.domain.monitoring import Course, DueCheck, DueState, Row
from ketaclinic.domain.observations import Observation, ObservationCatalog, ObservationField, valid_rows
from ketaclinic.domain.orders import Order
from ketaclinic.domain.people import ClinicalProfile, Escort, Patient
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.response_checks import Given, label_of, response_checks
from ketaclinic.domain.stagger import OtherChecks
from ketaclinic.domain.vial_choice import Stock

_NEXT_ID = 2**62
"""Later than every stored row."""


@dataclass(frozen=True, slots=True)
class Encounter:
    """The stored head of a session."""

    id: int
    appointment_id: int
    patient_id: int
    opened_at: datetime
    order_id: int | None = None
    checklist_revisions: Mapping[str, int] = field(default_factory=dict)
    started_at: datetime | None = None
    stopped_at: datetime | None = None
    outcome: str = ""
    signed_at: datetime | None = None
    signed_by: int | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Prescriber:
    """A prescriber who can be named as on site."""

    id: int
    name: str
    on_shift: bool = False


@dataclass(frozen=True, slots=True)
class Around:
    """What else is going on that a start must look at.

    Attributes:
        chair_running: who is being infused in the same chair, "" for nobody.
        started_today: another infusion of this patient was started today.
        last_start: day of this patient's infusion before.
        last_events: what happened in it, as it counts; empty once this session has started.
        red_elsewhere: names of other patients of the acting nurse with a red alert.
        missed_elsewhere: names of other patients of the acting nurse with a check that is missed by now.
        others_due: when the checks of the other running patients are due.
        same_name: record numbers of others here today with the same name.
        open_tasks: (kind, clinical words) of the patient's tasks from earlier visits that stand against a start.
        closes_at: when the clinic closes today, on the wall; None where that is not known or has passed.
        longest_recovery: minutes of recovery to allow for after the infusion.
    """

    chair_running: str = ""
    started_today: bool = False
    last_start: date | None = None
    last_events: tuple[Event, ...] = ()
    red_elsewhere: tuple[str, ...] = ()
    missed_elsewhere: tuple[str, ...] = ()
    others_due: tuple[OtherChecks, ...] = ()
    same_name: tuple[str, ...] = ()
    open_tasks: tuple[tuple[str, str], ...] = ()
    closes_at: datetime | None = None
    longest_recovery: int = 0


@dataclass(frozen=True)
class Visit:
    """One session with everything its rules ask, at `now`.

    Attributes:
        order, order_problem: the order that counts and "", or why none does.
        consent, consent_problem: likewise.
        answers: the answer that counts for each item code.
        names: user id -> name, for what people did.
        drug: what the drug ledger says of this session; None where the clinic keeps none.
        stock: the vials a dose may be drawn from; None where no ledger is kept, and for a session that has started.
        late_answers: what was answered to the list before the start only after it, the last one for each item.
    """

    now: datetime
    zone: str
    encounter: Encounter
    appointment: Appointment
    protocol: Protocol
    patient: Patient
    profile: ClinicalProfile
    label: str
    chair: str
    nurse: str
    escort: Escort | None
    order: Order | None
    order_problem: str
    consent: Consent | None
    consent_problem: str
    answers: Mapping[str, Answer]
    observations: tuple[Observation, ...]
    events: tuple[Event, ...]
    checklists: tuple[Checklist, ...]
    instruments: Mapping[str, Instrument]
    charted: ObservationCatalog
    limits: ClinicalLimits
    prescribers: tuple[Prescriber, ...] = ()
    names: Mapping[int, str] = field(default_factory=dict)
    around: Around = Around()
    drug: SessionDrug | None = None
    stock: Stock | None = None
    late_answers: Mapping[str, Answer] = field(default_factory=dict)

    @cached_property
    def fields(self) -> tuple[ObservationField, ...]:
        """What a row of observations holds under this protocol."""
        return self.charted.for_family(self.protocol.family)

    @cached_property
    def required(self) -> frozenset[str]:
        """The codes without which a check is not complete."""
        return frozenset(f.code for f in self.fields if f.required)

    @cached_property
    def rows(self) -> tuple[Observation, ...]:
        """The rows that count, by true time."""
        return valid_rows(self.observations)

    @cached_property
    def happened(self) -> tuple[Event, ...]:
        """The events that count, by true time."""
        return events.valid_events(self.events)

    @cached_property
    def pump(self) -> PumpState:
        """The pump at `now`."""
        return events.pump_state(self.events, self.now)

    @cached_property
    def course(self) -> Course:
        """The instants the monitoring schedule is computed from."""
        wall = self.appointment.starts_at + timedelta(minutes=self.protocol.phases.prep)
        planned = wall.replace(tzinfo=ZoneInfo(self.zone))
        return Course(planned, self.encounter.started_at, self.pump.planned_end, self.encounter.stopped_at)

    @cached_property
    def schedule(self) -> tuple[DueCheck, ...]:
        """Every due check up to the next one."""
        plan = self.protocol.monitoring
        planned = monitoring.due_checks(plan, self.course, self._due_rows, self.required, self.now)
        if not self.response_checks:
            return planned
        return tuple(sorted((*planned, *self.response_checks), key=lambda check: check.due_at))

    @cached_property
    def response_checks(self) -> tuple[DueCheck, ...]:
        """The checks that are due because a medicine was given."""
        given = []
        for event in self.happened:
            kind = self.charted.intervention(str(event.data.get("code", ""))) if event.kind == events.MEDICINE else None
            if kind is not None and kind.response_minutes:
                given.append(Given(kind.text, event.happened_at, kind.response_minutes))
        return response_checks(given, self._due_rows, self.required, self.protocol.monitoring, self.now)

    @cached_property
    def check_is_missed(self) -> bool:
        """Whether a check, or the end of the infusion, is red by now, or the last was missed and none made since."""
        red = any(check.state is DueState.RED for check in self.schedule)
        return red or monitoring.missed_in_a_row(self.schedule) > 0

    @cached_property
    def _due_rows(self) -> tuple[Row, ...]:
        return tuple(Row(o.id, o.observed_at, frozenset(o.values)) for o in self.rows)

    def due_label(self, observed_at: datetime, codes: Iterable[str]) -> str:
        """The label of the check that a new row belongs to; "" for an extra one."""
        plan, row = self.protocol.monitoring, Row(_NEXT_ID, observed_at, frozenset(codes))
        label = monitoring.label_for(plan, self.course, self._due_rows, self.required, row, self.now)
        return label or label_of(self.response_checks, observed_at)

    @cached_property
    def judged_at(self) -> datetime:
        """When the checklist before the start is judged: now, and once started, at the start."""
        return self.encounter.started_at or self.now

    @cached_property
    def baseline(self) -> Observation | None:
        """The last complete row before the drug, no older than the protocol allows; None when there is none."""
        oldest = self.judged_at - timedelta(minutes=self.protocol.monitoring.baseline_within)
        rows = [r for r in self.before_start if r.observed_at >= oldest and self.required <= set(r.values)]
        return rows[-1] if rows else None

    @cached_property
    def before_start(self) -> tuple[Observation, ...]:
        """The rows observed before the drug ran."""
        return tuple(r for r in self.rows if r.observed_at <= self.judged_at)

    @cached_property
    def after_stop(self) -> tuple[Observation, ...]:
        """The rows observed since the infusion stopped."""
        stopped = self.encounter.stopped_at
        return tuple(r for r in self.rows if stopped is not None and stopped <= r.observed_at <= self.now)

    def oxygen(self, row: Observation) -> float:
        """Litres a minute at a row: as entered with it, else by the events."""
        return row.values["o2"] if "o2" in row.values else events.oxygen_at(self.events, row.observed_at)

    def values_with_oxygen(self, row: Observation) -> dict[str, float]:
        """A row's values with the oxygen the patient was breathing, for limits that ask for it."""
        return {**row.values, "o2": self.oxygen(row)}

    @cached_property
    def weight_kg(self) -> float | None:
        """Today's weight; None until it is entered."""
        answer = self.answers.get("weight")
        return float(answer.value) if answer else None

    @cached_property
    def dose_today(self) -> DoseToday:
        """What the dose before the start rests on: vial, syringe, blind check."""
        return dose_today(
            self.happened,
            weight_kg=self.weight_kg,
            order=self.order,
            protocol=self.protocol.dose,
            limits=self.limits,
        )

    @property
    def dose_event(self) -> Event | None:
        """The last choice of the vial, None when none was made."""
        return self.dose_today.chosen

    @cached_property
    def dose(self) -> Dose | None:
        """What would be given by order, today's weight, vial and syringe, None while one of the first three is missing.

        After the start it is as it was started.
        """
        if self.start_event is not None:
            return self._started_dose(self.start_event)
        return self.dose_today.dose

    @cached_property
    def start_event(self) -> Event | None:
        """The start of the infusion, None before it."""
        return next((e for e in self.happened if e.kind == events.START), None)

    def _started_dose(self, start: Event) -> Dose | None:
        data = start.data
        mg, strength = float(data["mg"]), float(data.get("concentration") or 0.0)
        weight = data.get("weight_kg") or self.weight_kg
        if not strength or not weight:  # a record from before these were kept
            return None
        ordered = self.order.fields.mg_per_kg if self.order else mg / weight
        ordered, volume = float(data.get("mg_per_kg") or ordered), float(data.get("ml") or round(mg / strength, 2))
        return Dose(ordered, float(weight), mg, strength, volume, float(data["rate"]), int(data["minutes"]))

    @cached_property
    def check_event(self) -> Event | None:
        """The last blind check of the dose as it stands; after the start the one it was started with."""
        if self.start_event is None:
            return self.dose_today.check
        return self.dose_today.checks[-1] if self.dose_today.checks else None

    @cached_property
    def check_findings(self) -> tuple[Finding, ...] | None:
        """What the blind check says about the dose as it stands; None while there is none, empty when they agree."""
        if self.start_event is None:
            return self.dose_today.check_findings
        return None if self.check_event is None else ()

    @cached_property
    def overrides(self) -> tuple[Override, ...]:
        """What second persons have let pass, with the words that stood then."""
        return tuple(
            Override(e.data["code"], frozenset(e.data["basis"]), e.second_user_id or 0)
            for e in self.happened
            if e.kind == events.OVERRIDE
        )

    def name_of(self, user_id: int | None) -> str:
        """The name of a user, "" for nobody."""
        return self.names.get(user_id, f"user {user_id}") if user_id is not None else ""
