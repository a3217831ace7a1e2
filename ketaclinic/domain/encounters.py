"""The visit as it happened, as frozen values that a chairside screen draws; nothing here for the front desk.

Instants (aware, UTC) everywhere; `zone` tells the location's wall clock. Views carry the instants from which a screen
can count minutes by itself, so that a tile, a queue and a badge agree by construction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.checklists import ChecklistItem, ItemState
from ketaclinic.domain.dosing import Dose
from ketaclinic.domain.findings import Finding
from ketaclinic.domain.monitoring import DueCheck, DueState
from ketaclinic.domain.observations import Level, ObservationField
from ketaclinic.domain.vial_choice import VialView

if TYPE_CHECKING:
    from ketaclinic.domain.adverse import AdverseEvent, Suggestion


class Step(StrEnum):
    """Where a session stands: the stepper of its screen."""

    BEFORE = "before"
    DURING = "during"
    RECOVERY = "recovery"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a session ended."""

    DISCHARGED = "discharged"
    LEFT_AGAINST_ADVICE = "left_against_advice"
    NOT_STARTED = "not_started"


@dataclass(frozen=True, slots=True)
class EncounterHeader:
    """Who sits in the chair.

    Attributes:
        age: completed years, None when the date of birth is not known.
        note: what everyone who opens the patient must see.
        weight_kg: today's weight, None until it is entered.
        label: "5 of 6", "M 3".
    """

    patient_id: int
    name: str
    record: str
    born: date | None
    age: int | None
    allergies: str
    note: str
    weight_kg: float | None
    label: str
    chair: str
    escort: str = ""  # "Ana Silva, +1 312 555 0188"
    nurse: str = ""


@dataclass(frozen=True, slots=True)
class LateAnswer:
    """An answer to the list before the start, given after it; `findings` is what it calls for."""

    value: Any
    text: str
    by: str
    at: datetime
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemView:
    """One checklist item with the answer that counts.

    Attributes:
        value: as given, see `checklists.ItemKind`; None while open.
        why: one sentence: the reason of a computed item or of one that is not met.
        score: total of an instrument.
        override_code: code to pass to `charting.override` when `state` is NOT_MET and it may be overridden, else "".
    """

    item: ChecklistItem
    state: ItemState
    value: Any = None
    why: str = ""
    score: int | None = None
    answered_by: str = ""
    answered_at: datetime | None = None
    second_by: str = ""
    overridden_by: str = ""
    override_code: str = ""
    findings: tuple[Finding, ...] = ()
    late: LateAnswer | None = None


@dataclass(frozen=True, slots=True)
class ChecklistView:
    """The checklist of a step: `rows_done` of `rows` printed rows have nothing left to do."""

    id: str
    title: str
    version: int
    step: Step
    items: tuple[ItemView, ...]
    rows_done: int
    rows: int


@dataclass(frozen=True, slots=True)
class ObservationView:
    """One row of the flowsheet.

    Attributes:
        due: label of the check it answers, or "" for an extra one.
        values: code -> number, with the computed ones (map, given).
        levels: code -> amber or red, for values out of their limits.
        struck: corrected by a later row; shown struck through.
        corrects_id: the row this one corrects.
        late: entered more than five minutes after it was observed.
    """

    id: int
    due: str
    observed_at: datetime
    entered_at: datetime
    by: str
    values: Mapping[str, float]
    levels: Mapping[str, Level]
    note: str = ""
    struck: bool = False
    corrects_id: int | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class AlertView:
    """A value or event that asks for action.

    Attributes:
        code: pass it to `charting.acknowledge`, e.g. "sbp-red".
        finding: its message says what, its action what to do now.
        active: still so in the last observation; a past alert is kept for the record.
        told: who was told.
        resolved_at: when the value was back, or somebody declared it over; `resolved_by` is "" where the value was.
        resolution: the word it was declared over with.
        known_at: when it was first entered, where that may be later than `since`.
    """

    code: str
    level: Level
    finding: Finding
    since: datetime
    active: bool = True
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    told: str = ""
    resolved_at: datetime | None = None
    resolved_by: str = ""
    resolution: str = ""
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventView:
    """What happened, in words: "Ondansetron 4 mg IV, order 3"."""

    id: int
    kind: str
    at: datetime
    entered_at: datetime
    text: str
    by: str
    data: Mapping[str, Any] = field(default_factory=dict)
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of the discharge: met only by data that is present, fresh and in range; `why` says the reason."""

    code: str
    text: str
    met: bool
    why: str


@dataclass(frozen=True, slots=True)
class SignatureView:
    """Name, time and meaning ("second-checked", "overridden", "discharged", "co-signed")."""

    name: str
    role: str
    at: datetime
    meaning: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class DosingView:
    """What the dose rests on before the start.

    Attributes:
        mg_per_kg: today's; None without an order.
        between: the mg/kg the order lets a prescriber set on a day; None for no other dose.
        titrated_by: who has set another dose for today; "" for nobody.
        computed: by order, weight and vial, whatever is in the syringe.
        syringe: mg and mL as typed; None while they are to be typed, or typed again.
        differed: the second calculation differed, and both compute again.
        vial_id: of the drug ledger, as chosen.
        vials: what may be drawn from, earliest expiry first; None where no ledger is kept.
        problem: why there is no order; "" when there is one.
    """

    mg_per_kg: float | None = None
    between: tuple[float, float] | None = None
    titrated_by: str = ""
    computed: Dose | None = None
    syringe: tuple[float, float] | None = None
    differed: bool = False
    vial_id: int | None = None
    vials: tuple[VialView, ...] | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class EncounterView:
    """A session as its screen shows it, at `as_of`.

    Attributes:
        order: "Ketamine 0.5 mg/kg over 40 min, ceiling 60 mg, 3 of 6 given, until 2027-03-01"; "" without an order.
        order_weight_kg: the weight the order was written for.
        concentrations: vial strengths to choose from, mg/mL.
        dose: None until weight and vial are chosen.
        second_check: "" until it was made; then who and whether it agreed.
        planned_end: instant the infusion ends, pauses counted in.
        minutes_left: of the infusion, at `as_of`.
        rate: mL/h now, 0 while paused.
        given_mg: cumulative at `as_of`.
        fields: what one row of observations asks for, in the order of a monitor.
        schedule: every due check from baseline to the next after now.
        next_due: the oldest check not yet made, or the next to come.
        may_start: what stands against the start (empty, or warnings only: it may start).
        may_release: what stands against the discharge.
        cosign: why a prescriber must sign too; "" when none must.
        adverse_events, interventions: (code, words) for the event buttons.
        dosing: what the dose rests on, before the start.
        notices: what was withdrawn while the infusion runs; it is not touched by that.
        suggested: adverse events that the vitals speak for.
        adverse: the adverse events of this session, each as it stands now.
        prescribers: (id, name) of who may order by word of mouth, those on shift first.
        rescue_codes: interventions that the signed order names.
    """

    id: int
    appointment_id: int
    version: int
    as_of: datetime
    zone: str
    header: EncounterHeader
    status: Status
    step: Step
    protocol: str
    order: str
    order_id: int | None
    order_weight_kg: float | None
    concentrations: tuple[float, ...]
    dose: Dose | None
    second_check: str
    started_at: datetime | None
    planned_end: datetime | None
    stopped_at: datetime | None
    paused_since: datetime | None
    minutes_left: int | None
    rate: float
    given_mg: float
    checklists: tuple[ChecklistView, ...]
    fields: tuple[ObservationField, ...]
    observations: tuple[ObservationView, ...]
    baseline: ObservationView | None
    schedule: tuple[DueCheck, ...]
    next_due: DueCheck | None
    alerts: tuple[AlertView, ...]
    events: tuple[EventView, ...]
    criteria: tuple[Criterion, ...]
    may_start: tuple[Finding, ...]
    may_release: tuple[Finding, ...]
    cosign: str
    signatures: tuple[SignatureView, ...]
    outcome: str = ""
    signed_at: datetime | None = None
    adverse_events: tuple[tuple[str, str], ...] = ()
    interventions: tuple[tuple[str, str], ...] = ()
    suggested: "tuple[Suggestion, ...]" = ()
    adverse: "tuple[AdverseEvent, ...]" = ()
    prescribers: tuple[tuple[int, str], ...] = ()
    rescue_codes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()  # of the entry just made (an alert, a warning); empty in a plain view
    dosing: DosingView = DosingView()
    notices: tuple[Finding, ...] = ()
    start_hint: str = ""  # "Start at 14:07: …", so that checks of several chairs do not come due together

    def checklist(self, step: Step) -> ChecklistView | None:
        """The checklist of a step."""
        return next((c for c in self.checklists if c.step is step), None)

    @property
    def active_alerts(self) -> tuple[AlertView, ...]:
        """Alerts that still hold, red first."""
        return tuple(sorted((a for a in self.alerts if a.active), key=lambda a: (a.level is not Level.RED, a.since)))


class Urgency(StrEnum):
    """How pressing a line of the queue or a tile is; in this order."""

    RED = "red"
    AMBER = "amber"
    DUE = "due"
    UPCOMING = "upcoming"
    TODO = "todo"  # no clock: a checklist to finish, a second check to make


_URGENCY = {
    DueState.RED: Urgency.RED,
    DueState.AMBER: Urgency.AMBER,
    DueState.DUE: Urgency.DUE,
    DueState.UPCOMING: Urgency.UPCOMING,
}
_ORDER = {urgency: place for place, urgency in enumerate(Urgency)}


def most_urgent(found: Iterable[Urgency]) -> Urgency:
    """The one that must be seen to first."""
    return min(found, key=lambda urgency: _ORDER[urgency])


@dataclass(frozen=True, slots=True)
class DueItem:
    """One line of the queue across chairs, in the order the nurse should go.

    Attributes:
        urgency: when it was read; `urgency_at` counts on.
        due_at: None for what has no clock.
        text: "Vitals +20", "BP 182/104: pause, call the prescriber", "End of infusion".
        check: what it counts from, where it has a time to keep.
        seen: an alert that somebody has acknowledged and that still holds; it makes no sound.
    """

    urgency: Urgency
    due_at: datetime | None
    text: str
    chair: str
    patient: str
    appointment_id: int
    encounter_id: int | None
    check: DueCheck | None = None
    seen: bool = False

    def urgency_at(self, now: datetime) -> Urgency:
        """How pressing it is at another moment, while nothing is recorded."""
        return _URGENCY[self.check.state_at(now)] if self.check is not None and self.check.open else self.urgency


@dataclass(frozen=True, slots=True)
class Reading:
    """One row of vitals on a tile's curve."""

    at: datetime
    sbp: float | None = None
    dbp: float | None = None
    hr: float | None = None
    spo2: float | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """What a tile draws of its session.

    Attributes:
        marks: (instant, words, whether it was an adverse event) of what was done and what happened.
        pauses: from and to while the pump stood; the last may be open (None).
        baseline: systolic and diastolic before the start.
        amber, red: systolic pressures, mmHg, from which a value is out of its limits.
    """

    readings: tuple[Reading, ...] = ()
    marks: tuple[tuple[datetime, str, bool], ...] = ()
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()
    baseline: tuple[float, float] | None = None
    amber: float | None = None
    red: float | None = None


@dataclass(frozen=True, slots=True)
class Tile:
    """One chair in use.

    Attributes:
        lines: what the queue says of this chair; a tile is as urgent as its most urgent line.
        progress: 0 to 1 of the present step by its planned length (checklist rows done before the start).
        hint: the one thing waiting, "Second check waiting", or "".
        action: words of the main button: "Record now", "Continue checklist", "Open session", "Pause infusion" …
        coming: the checks after `next_due`, at most two.
        as_of: when it was read.
        turns_at: the next instant at which something about it changes by itself; None when nothing will.
        last: code -> number of the last observation, `levels` as in `ObservationView`.
        open_points: what the present step still asks for: points of the checklist, or criteria of the discharge.
        rate: mL/h now, 0 while nothing runs; `set_rate` to what the pump is set, also while it is paused.
        given_mg: at the moment of reading; `mg_per_hour` flows on from there up to `dose_mg`.
        dose: "41.2 mg = 4.12 mL, 6.18 mL/h", "" until weight and vial are chosen.
        escort: "Ana Silva", "" when nobody is named; `escort_state`: "coming", "here", "not confirmed" …
        nurse: who was named for the visit, else who started it.
    """

    appointment_id: int
    encounter_id: int | None
    chair: str
    patient: str
    record: str
    label: str
    status: Status
    step: Step
    urgency: Urgency
    progress: float
    started_at: datetime | None = None
    planned_end: datetime | None = None
    stopped_at: datetime | None = None
    paused_since: datetime | None = None
    earliest_release: datetime | None = None
    next_due: DueCheck | None = None
    rows_done: int = 0
    rows: int = 0
    last: Mapping[str, float] = field(default_factory=dict)
    levels: Mapping[str, Level] = field(default_factory=dict)
    last_at: datetime | None = None
    last_by: str = ""
    alert: AlertView | None = None
    hint: str = ""
    action: str = ""
    lines: tuple[DueItem, ...] = ()
    coming: tuple[DueCheck, ...] = ()
    patient_id: int = 0
    as_of: datetime | None = None
    turns_at: datetime | None = None
    curve: Curve = Curve()
    open_points: tuple[str, ...] = ()
    rate: float = 0.0
    set_rate: float = 0.0
    given_mg: float = 0.0
    dose_mg: float = 0.0
    mg_per_hour: float = 0.0
    dose: str = ""
    order: str = ""
    escort: str = ""
    escort_phone: str = ""
    escort_state: str = ""
    allergies: str = ""
    nurse: str = ""

    def urgency_at(self, now: datetime) -> Urgency:
        """How pressing this chair is at another moment, while nothing is recorded."""
        return most_urgent((line.urgency_at(now) for line in self.lines) if self.lines else (self.urgency,))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A patient who has arrived and is not in a chair yet; times are wall-clock."""

    appointment_id: int
    patient: str
    record: str
    label: str
    chair: str
    starts_at: datetime
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True)
class NextVisit:
    """Who comes next to an empty chair today; `starts_at` is wall-clock."""

    appointment_id: int
    patient: str
    label: str
    status: Status
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class EmptyChair:
    """A chair nobody sits in, and who comes next to it today (None: nobody)."""

    chair: str
    next_visit: NextVisit | None = None


@dataclass(frozen=True, slots=True)
class ChairsideView:
    """All chairs of a location at `as_of`: tiles by chair, the queue by urgency, who waits, nurses on duty.

    `clock_off` is the sentence that says that this station's clock is wrong, "" while it is right.
    """

    as_of: datetime
    zone: str
    tiles: tuple[Tile, ...]
    queue: tuple[DueItem, ...]
    nurses: int
    waiting: tuple[Waiting, ...] = ()
    empty: tuple[EmptyChair, ...] = ()
    clock_off: str = ""

    def queue_at(self, now: datetime) -> tuple[DueItem, ...]:
        """The queue in its order at another moment: red first, then by what has been due longest."""
        return tuple(
            sorted(self.queue, key=lambda i: (_ORDER[i.urgency_at(now)], i.due_at or now, i.chair, i.encounter_id or 0))
        )

    def pressing(self, now: datetime) -> int:
        """How many lines are red or amber: the count on the rail."""
        return sum(line.urgency_at(now) in {Urgency.RED, Urgency.AMBER} for line in self.queue)

    @property
    def turns_at(self) -> datetime | None:
        """The next instant at which something changes by itself, so that the floor is read again exactly then."""
        return min((tile.turns_at for tile in self.tiles if tile.turns_at is not None), default=None)
