"""The day with the fewest people moved, found by CP-SAT and proven best, tier by tier.

The one module that knows OR-Tools, which takes half a second to load and is therefore imported when a day is repaired.
A first answer is made at once, the way a person would, by putting each visit that cannot stay to its nearest free
place; the solver begins from there, so that its answer is never worse.
"""

import time as stopwatch
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ketaclinic.domain.nurse_load import SAMPLES, sample_at_or_after
from ketaclinic.domain.repair import RepairCost, RepairSearch
from ketaclinic.planning.day_problem import DayProblem, Movable

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

TIERS = ("sent", "arrived_sent", "moved", "shift", "chair_changes")
_SEED = 20_261_123

Place = tuple[int, int] | None
"""(start in minutes since 1970, chair id), or None for another day."""
Places = Mapping[int, Place]
"""The place of each visit, by appointment id."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """The best day found.

    Attributes:
        optimal: whether every tier is proven.
        gap: how far the first tier that is not proven may be from its best.
        unproven: name of that tier; empty when all are proven.
    """

    places: Places
    cost: RepairCost
    optimal: bool
    gap: int
    seconds: float
    unproven: str = ""


def cost_of(problem: DayProblem, places: Places) -> RepairCost:
    """What a day costs, tier by tier."""
    sent = arrived = moved = shift = chairs = 0
    for visit in problem.visits:
        place = places[visit.appointment_id]
        if place is None:
            sent += 1
            arrived += visit.arrived
            continue
        starts, chair_id = place
        moved += starts != visit.own
        shift += abs(starts - visit.own)
        chairs += chair_id != visit.chair_id
    return RepairCost(sent, arrived, moved, shift, chairs)


def repair(problem: DayProblem, seconds: float, search: RepairSearch | None = None) -> Repaired:
    """Finds the best places for the visits that may be moved.

    Args:
        problem: the day.
        seconds: the longest search; what is best by then is answered with its gap.
        search: hears of better days and can stop.
    """
    began = stopwatch.perf_counter()
    search = search or RepairSearch()
    by_hand = nearest_by_hand(problem)
    if cost_of(problem, by_hand) == RepairCost():
        return Repaired(by_hand, RepairCost(), optimal=True, gap=0, seconds=stopwatch.perf_counter() - began)
    search.tell(cost_of(problem, by_hand))
    model = _Model(problem)
    best: dict[int, Place] = dict(by_hand)
    gap, unproven = 0, ""
    for tier in TIERS:
        reached = getattr(cost_of(problem, best), tier)
        left = seconds - (stopwatch.perf_counter() - began)
        if reached:
            missing = reached
            if left > 0 and not search.stopped:
                best, missing = model.improve(tier, best, left * _PATIENCE[tier], search)
            if missing and not unproven:
                gap, unproven = missing, tier
        model.hold(tier, getattr(cost_of(problem, best), tier))
    seconds_taken = stopwatch.perf_counter() - began
    return Repaired(best, cost_of(problem, best), not unproven, gap, seconds_taken, unproven)


_PATIENCE = {"sent": 0.5, "arrived_sent": 0.3, "moved": 0.6, "shift": 0.9, "chair_changes": 1.0}
"""Part of the time left that a tier may take, so that the tiers after it are looked at as well."""


class _Model:
    """The day as CP-SAT sees it: a literal for each start and for each chair of a visit, one more for another day."""

    def __init__(self, problem: DayProblem) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415 - half a second, when a day is repaired

        self._cp = cp_model
        self.problem = problem
        self.model = cp_model.CpModel()
        self.sent: dict[int, Any] = {}
        self.at: dict[int, dict[int, Any]] = {}
        self.on: dict[int, dict[int, Any]] = {}
        self.begins: dict[int, Any] = {}
        for visit in problem.visits:
            self._add_visit(visit)
        self._chairs()
        self._nurses()
        self._one_at_a_time()
        self.tiers = self._tiers()

    def _add_visit(self, visit: Movable) -> None:
        key, model, problem = visit.appointment_id, self.model, self.problem
        chairs = [c for c in problem.chairs if any(problem.open_at(c, s, visit.length) for s in visit.starts)]
        sent = self.sent[key] = model.new_bool_var(f"sent {key}")
        at = self.at[key] = {start: model.new_bool_var(f"{key} at {start}") for start in visit.starts}
        on = self.on[key] = {chair: model.new_bool_var(f"{key} on {chair}") for chair in chairs}
        model.add_exactly_one([sent, *at.values()])
        model.add_exactly_one([sent, *on.values()])
        midnight = problem.midnight
        domain = self._cp.Domain.from_values([start - midnight for start in {*visit.starts, visit.own}])
        begins = self.begins[key] = model.new_int_var_from_domain(domain, f"begins {key}")
        model.add(begins == sum((s - midnight) * literal for s, literal in at.items()) + (visit.own - midnight) * sent)
        for chair in chairs:
            for start in visit.starts:
                if not problem.open_at(chair, start, visit.length):
                    model.add_implication(on[chair], at[start].Not())

    def _chairs(self) -> None:
        for chair in self.problem.chairs:
            here = [
                self.model.new_optional_fixed_size_interval_var(
                    self.begins[v.appointment_id],
                    v.length,
                    self.on[v.appointment_id][chair],
                    f"{v.appointment_id} holds {chair}",
                )
                for v in self.problem.visits
                if chair in self.on[v.appointment_id]
            ]
            self.model.add_no_overlap(here)
        self._enough_chairs()

    def _enough_chairs(self) -> None:
        """At every start no more visits than chairs that are not taken: follows from the rest, and guides the proof."""
        problem = self.problem
        for minute in sorted({start for visit in problem.visits for start in visit.starts}):
            there = [
                literal
                for visit in problem.visits
                for start, literal in self.at[visit.appointment_id].items()
                if start <= minute < start + visit.length
            ]
            room = sum(problem.open_at(chair, minute, 1) for chair in problem.chairs)
            if len(there) > room:
                self.model.add(sum(there) <= room)

    def _nurses(self) -> None:
        """At every five minutes no more shares of nurses than are left."""
        first = sample_at_or_after(self.problem.midnight)
        asked: list[list[tuple[int, Any]]] = [[] for _ in range(SAMPLES)]
        for visit in self.problem.visits:
            for start, literal in self.at[visit.appointment_id].items():
                for sample, shares in visit.shares_at(start, first).items():
                    asked[sample].append((shares, literal))
        known: set[tuple[int, frozenset[tuple[int, int]]]] = set()
        for sample, terms in enumerate(asked):
            spare = self.problem.spare[sample]
            key = (spare, frozenset((shares, literal.index) for shares, literal in terms))
            if terms and key not in known:
                known.add(key)
                self.model.add(sum(shares * literal for shares, literal in terms) <= spare)

    def _one_at_a_time(self) -> None:
        """A patient with two visits is in one place at a time; so is a nurse who is named for a set-up."""
        visits = self.problem.visits
        for patient_id in {visit.patient_id for visit in visits}:
            own = [visit for visit in visits if visit.patient_id == patient_id]
            if len(own) > 1:
                self.model.add_no_overlap([self._while(v, 0, v.patient_length) for v in own])
        for nurse_id in {visit.nurse_id for visit in visits if visit.nurse_id is not None}:
            fixed = [
                self.model.new_fixed_size_interval_var(begins - self.problem.midnight, ends - begins, "set-up")
                for begins, ends in self.problem.set_ups.get(nurse_id, ())
            ]
            own = [visit for visit in visits if visit.nurse_id == nurse_id]
            self.model.add_no_overlap([*fixed, *(self._while(v, v.setup[0], v.setup[1] - v.setup[0]) for v in own)])

    def _while(self, visit: Movable, offset: int, length: int) -> "cp_model.IntervalVar":
        key = visit.appointment_id
        return self.model.new_optional_fixed_size_interval_var(
            self.begins[key] + offset, length, self.sent[key].Not(), f"{key} is there"
        )

    def _tiers(self) -> dict[str, Any]:
        visits = self.problem.visits
        stay = {v.appointment_id: self.at[v.appointment_id].get(v.own, 0) for v in visits}
        same = {v.appointment_id: self.on[v.appointment_id].get(v.chair_id, 0) for v in visits}
        return {
            "sent": sum(self.sent.values()),
            "arrived_sent": sum(self.sent[v.appointment_id] for v in visits if v.arrived),
            "moved": sum(1 - self.sent[key] - literal for key, literal in stay.items()),
            "shift": sum(
                abs(start - v.own) * literal for v in visits for start, literal in self.at[v.appointment_id].items()
            ),
            "chair_changes": sum(1 - self.sent[key] - literal for key, literal in same.items()),
        }

    def hold(self, tier: str, value: int) -> None:
        """Keeps a tier from getting worse again."""
        self.model.add(self.tiers[tier] <= value)

    def improve(self, tier: str, best: Places, seconds: float, search: RepairSearch) -> tuple[dict[int, Place], int]:
        """The best day for a tier, the tiers before it held; and how far it may be from the best of all."""
        cp = self._cp
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        self._hint(best)
        self.model.minimize(self.tiers[tier])
        solver = cp.CpSolver()
        solver.parameters.max_time_in_seconds = max(seconds, 0.01)
        # One thread answers the same every time. All of the model in the linear relaxation: of two nurses one left, it
        # is proven in a tenth of a second how many can stay, and not at all in ten seconds without.
        solver.parameters.num_workers = 1
        solver.parameters.linearization_level = 2
        solver.parameters.random_seed = _SEED
        search.runs(solver.stop_search)
        status = solver.solve(self.model, self._listener(search))
        search.runs(None)
        if status not in {cp.OPTIMAL, cp.FEASIBLE}:
            return dict(best), max(getattr(cost_of(self.problem, best), tier), 1)
        found = self.read(solver.boolean_value)
        if cost_of(self.problem, found).tiers > cost_of(self.problem, best).tiers:
            found = dict(best)
        reached = getattr(cost_of(self.problem, found), tier)
        return found, 0 if status == cp.OPTIMAL else max(reached - int(solver.best_objective_bound + 0.999), 0)

    def _listener(self, search: RepairSearch) -> "cp_model.CpSolverSolutionCallback":
        """Tells of each better day, and ends the search once somebody gave up."""
        model = self

        # Made late, with the solver.
        class Told(self._cp.CpSolverSolutionCallback):  # type: ignore[name-defined,misc]
            def on_solution_callback(self) -> None:
                search.tell(cost_of(model.problem, model.read(self.boolean_value)))
                if search.stopped:
                    self.stop_search()

        return Told()

    def _hint(self, places: Places) -> None:
        for key, place in places.items():
            self.model.add_hint(self.sent[key], place is None)
            for start, literal in self.at[key].items():
                self.model.add_hint(literal, place is not None and place[0] == start)
            for chair, literal in self.on[key].items():
                self.model.add_hint(literal, place is not None and place[1] == chair)

    def read(self, holds: Callable[[Any], bool]) -> dict[int, Place]:
        """The places of a solution."""
        found: dict[int, Place] = {}
        for key, sent in self.sent.items():
            if holds(sent):
                found[key] = None
                continue
            start = next(start for start, literal in self.at[key].items() if holds(literal))
            found[key] = (start, next(chair for chair, literal in self.on[key].items() if holds(literal)))
        return found


def nearest_by_hand(problem: DayProblem) -> dict[int, Place]:
    """A day as a person would make it: who can stay stays, the others go to their nearest free place, soonest first."""
    room = _Room(problem)
    places: dict[int, Place] = {}
    in_order = sorted(problem.visits, key=lambda visit: (not visit.arrived, visit.own, visit.appointment_id))
    waiting = []
    for visit in in_order:
        if visit.own in visit.starts and room.fits(visit, visit.own, visit.chair_id):
            room.put(visit, visit.own, visit.chair_id)
            places[visit.appointment_id] = (visit.own, visit.chair_id)
        else:
            waiting.append(visit)
    for visit in waiting:
        found = room.nearest(visit)
        places[visit.appointment_id] = found
        if found is not None:
            room.put(visit, *found)
    return places


class _Room:
    """What is left of chairs and nurses while visits are put in one by one."""

    def __init__(self, problem: DayProblem) -> None:
        self.problem = problem
        self.spare = list(problem.spare)
        self.held: dict[int, list[tuple[int, int]]] = {key: list(problem.taken.get(key, ())) for key in problem.chairs}
        self.there: dict[int, list[tuple[int, int]]] = {}
        self.set_ups: dict[int, list[tuple[int, int]]] = {key: list(value) for key, value in problem.set_ups.items()}
        self.first = sample_at_or_after(problem.midnight)

    def fits(self, visit: Movable, start: int, chair_id: int) -> bool:
        """Whether a visit finds its chair, its nurse and its patient free."""
        return (
            chair_id in self.held
            and _free(self.held[chair_id], start, start + visit.length)
            and _free(self.there.get(visit.patient_id, ()), start, start + visit.patient_length)
            and (visit.nurse_id is None or _free(self.set_ups.get(visit.nurse_id, ()), *_set_up(visit, start)))
            and all(self.spare[at] >= shares for at, shares in visit.shares_at(start, self.first).items())
        )

    def put(self, visit: Movable, start: int, chair_id: int) -> None:
        """Takes what the visit needs."""
        self.held[chair_id].append((start, start + visit.length))
        self.there.setdefault(visit.patient_id, []).append((start, start + visit.patient_length))
        if visit.nurse_id is not None:
            self.set_ups.setdefault(visit.nurse_id, []).append(_set_up(visit, start))
        for at, shares in visit.shares_at(start, self.first).items():
            self.spare[at] -= shares

    def nearest(self, visit: Movable) -> Place:
        """The nearest start that fits, on its own chair where that is free; None when there is none."""
        chairs = sorted(self.held, key=lambda chair: chair != visit.chair_id)
        for start in sorted(visit.starts, key=lambda start: (abs(start - visit.own), start)):
            for chair in chairs:
                if self.fits(visit, start, chair):
                    return start, chair
        return None


def _set_up(visit: Movable, start: int) -> tuple[int, int]:
    return start + visit.setup[0], start + visit.setup[1]


def _free(held: Iterable[tuple[int, int]], starts: int, ends: int) -> bool:
    return all(finish <= starts or ends <= begin for begin, finish in held)
