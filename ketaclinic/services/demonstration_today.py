"""Today at the demonstration clinic, lived through the same services as a real day: each act at its own minute."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock, to_instant, to_wall
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Status
from ketaclinic.domain.checklists import ChecklistItem, ItemKind, Result
from ketaclinic.domain.people import User
from ketaclinic.services.charting import Charting
from ketaclinic.services.demonstration_charts import CONCENTRATION, Vitals, check_offsets
from ketaclinic.services.demonstration_live import Live
from ketaclinic.services.demonstration_scores import phq9_answers
from ketaclinic.services.floor import Floor
from ketaclinic.services.simulator import SimPatient, Simulation
from ketaclinic.services.users import Users

_STEADY_SYSTOLIC = 132.0
_STEADY_DIASTOLIC = 82.0
"""mmHg; today's patients were fit to start."""


_ITEM_NINE = "phq9-item9"
"""The finding that a thought of death makes, until a prescriber has looked."""


@dataclass(frozen=True, slots=True)
class _Act:
    at: datetime
    do: Callable[[], object]


def play_today(
    store: Store, catalog: Catalog, zone: str, now: datetime, simulation: Simulation, live: tuple[Live, ...]
) -> None:
    """Brings every visit that is going on from confirmed to where it stands at `now` (wall-clock)."""
    clock = FixedClock()
    today = _Today(store, catalog, clock, zone)
    acts = [act for one in live for act in today.acts(one, simulation)]
    present = to_instant(now, zone)
    for act in sorted(acts, key=lambda act: act.at):
        if act.at <= present:
            clock.at = act.at
            act.do()


class _Today:
    """The people at work and the services they use, on a clock that is moved from act to act."""

    def __init__(self, store: Store, catalog: Catalog, clock: FixedClock, zone: str) -> None:
        self._catalog = catalog
        self._clock = clock
        self._zone = zone
        self._floor = Floor(store, catalog, clock)
        self._charting = Charting(store, catalog, clock, compare_clocks=False)
        self._users = {user.login: user for user in Users(store, catalog, clock).who_may_sign_in()}

    def acts(self, live: Live, simulation: Simulation) -> Iterator[_Act]:
        """What happens at one visit, in time, were it to run to the end of its recovery."""
        patient = simulation.patients[live.visit.patient]
        seat = _Seat(self, live, patient, simulation.parameters.seed)
        return seat.acts()

    def user(self, login: str) -> User:
        """One of the clinic's people."""
        return self._users[login]

    @property
    def floor(self) -> Floor:
        """The steps of a visit."""
        return self._floor

    @property
    def charting(self) -> Charting:
        """The nurse's side."""
        return self._charting

    @property
    def catalog(self) -> Catalog:
        """The checklists and instruments."""
        return self._catalog

    def instant(self, wall: datetime) -> datetime:
        """A time on the clinic's wall as an instant."""
        return to_instant(wall, self._zone)

    def wall(self) -> datetime:
        """What the wall shows at the present act."""
        return to_wall(self._clock.now(), self._zone)


class _Seat:
    """One patient's visit today."""

    def __init__(self, today: _Today, live: Live, patient: SimPatient, seed: int) -> None:
        self._today = today
        self._live = live
        self._patient = patient
        self._version = 1
        self._session = 0
        self._seed = seed
        logins = ("nurse", "nurse2") if live.visit.chair % 2 == 0 else ("nurse2", "nurse")
        self._nurse, self._second = (today.user(login) for login in logins)
        self._vitals = Vitals(patient, live.visit.position, seed)
        self._vitals.systolic = min(self._vitals.systolic, _STEADY_SYSTOLIC)
        self._vitals.diastolic = min(self._vitals.diastolic, _STEADY_DIASTOLIC)
        if live.visit.chair % 3 == 2:
            self._vitals.rise = max(self._vitals.rise, 32)  # someone whose pressure wants watching

    def acts(self) -> Iterator[_Act]:
        """From the door to the end of recovery."""
        phases = self._live.protocol.phases
        yield self._at(-6, lambda: self._step(self._today.user("desk"), Status.ARRIVED))
        yield self._at(4, lambda: self._step(self._nurse, Status.CHECKED_IN))
        yield self._at(5, self._open)
        checklist = next(c for c in self._today.catalog.checklists.values() if c.step == "before")
        minutes = 6.0
        for item in checklist.items:
            value = self._answer(item)
            if value is not None:
                minutes += 0.3
                yield self._at(minutes, self._answering(checklist.id, item, value))
        start = phases.prep
        yield self._at(start - 8, self._dose)
        yield self._at(start - 5, self._checked_twice)
        yield self._at(start - 3, self._seen_by_the_prescriber)
        yield self._at(start, lambda: self._today.charting.start(self._nurse, self._session))
        for _, minute in check_offsets(self._live.protocol):
            yield self._at(start + minute + 0.7, self._observing(minute))
        yield self._at(start + phases.infusion, lambda: self._today.charting.stop(self._nurse, self._session))

    def _at(self, minutes: float, do: Callable[[], object]) -> _Act:
        return _Act(self._today.instant(self._live.visit.starts_at) + timedelta(minutes=minutes), do)

    def _step(self, who: User, status: Status) -> None:
        after = self._today.floor.change_status(who, self._live.appointment_id, self._version, status)
        self._version = after.version

    def _open(self) -> None:
        self._session = self._today.charting.open(self._nurse, self._live.appointment_id).id

    def _answering(self, checklist: str, item: ChecklistItem, value: object) -> Callable[[], object]:
        def answer() -> None:
            given = value
            if item.kind is ItemKind.DATETIME:
                given = self._today.wall().replace(second=0) - timedelta(hours=(item.hours_before or 0) + 1.5)
            self._today.charting.answer(self._nurse, self._session, checklist, item.code, given, confirmed=True)

        return answer

    def _answer(self, item: ChecklistItem) -> object:
        """What a patient fit for the infusion answers; None where the program answers by itself or nothing is asked."""
        if item.asked_when is not None or item.kind in {ItemKind.COMPUTED, ItemKind.SIGNATURE}:
            return None
        if item.code == "weight":
            return self._patient.weight_kg
        if item.options_from == "prescribers":
            return str(self._today.user("prescriber").id)
        answers: dict[ItemKind, Any] = {
            ItemKind.TICK: True,
            ItemKind.TEXT: "–",
            ItemKind.DATETIME: "soon enough",
            ItemKind.NUMBER: item.low if item.low is not None else (item.plausible or (0, 0))[0],
            ItemKind.IDENTIFIERS: {"name": True, "born": True},
        }
        if item.kind is ItemKind.CHOICE:
            return next(option.code for option in item.options if option.result is Result.MET)
        if item.kind is ItemKind.INSTRUMENT:
            return {"answers": self._scores(item.instrument)}
        return answers[item.kind]

    def _scores(self, instrument: str) -> dict[str, int]:
        questions = [question.code for question in self._today.catalog.instruments[instrument].questions]
        if instrument != "phq-9":
            return dict.fromkeys(questions, 0)
        return phq9_answers(self._patient, self._live.protocol, self._live.visit.position, self._seed)

    def _dose(self) -> None:
        weight = self._patient.weight_kg
        charting, session = self._today.charting, self._session
        dose = charting.set_dose(self._nurse, session, weight, CONCENTRATION, confirmed=True).dose
        if dose is not None:
            charting.set_dose(self._nurse, session, weight, CONCENTRATION, confirmed=True, mg=dose.mg, ml=dose.ml)

    def _checked_twice(self) -> None:
        dose = self._today.charting.view(self._nurse, self._session).dose
        if dose is not None:
            self._today.charting.second_check(self._nurse, self._session, self._second, dose.mg, dose.ml, dose.rate)

    def _seen_by_the_prescriber(self) -> None:
        """Who answered item 9 with more than nothing is seen before the start."""
        charting = self._today.charting
        standing = {finding.code for finding in charting.view(self._nurse, self._session).may_start}
        if _ITEM_NINE in standing:
            prescriber = self._today.user("prescriber")
            charting.override(
                self._nurse, self._session, _ITEM_NINE, "Spoke with the patient, screener clear.", prescriber
            )

    def _observing(self, minute: int) -> Callable[[], object]:
        values = self._vitals.at(minute, self._live.protocol.phases.infusion)
        if minute < 0:
            values |= {"temp": 36.6}
        if self._live.protocol.family == "pain":
            values |= {"pain": float(max(2, 6 - max(0, minute) // 30))}
        everything = frozenset(values)
        return lambda: self._today.charting.record_observation(self._nurse, self._session, values, confirmed=everything)
