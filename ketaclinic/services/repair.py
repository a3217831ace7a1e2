"""Day repair: the plan with the fewest people moved, saved in one operation, and the list of calls it makes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock, wall_now
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db import repairs
from ketaclinic.db.store import Store
from ketaclinic.domain.findings import Invalid
from ketaclinic.domain.moves import VisitMove
from ketaclinic.domain.outages import stretch_of, with_outages
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.people import User
from ketaclinic.domain.repair import (
    AppliedRepair,
    CallList,
    Outage,
    OutageKind,
    PastRepair,
    RepairChoices,
    RepairPlan,
    RepairSearch,
    cost_of_moves,
)
from ketaclinic.services.booking_means import Means
from ketaclinic.services.guard import intention
from ketaclinic.services.repair_saving import save
from ketaclinic.services.rulebook import rulebook

__all__ = ["Repair"]

_LONGEST_REASON = 200


class Repair:
    """A day repaired with the fewest people moved."""

    area = "repair"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock

    @intention
    def choices(self, by: User, location_id: int, day: date) -> RepairChoices:  # noqa: ARG002 - the guard reads it
        """Who and what may be out on a day. Raises NotFound for an unknown location."""
        with self._store.reading() as session:
            location = clinic_rows.location(session, location_id)
            now = self._now(location.zone)
            opens = min((hours.opens for hours in location.open_on(day)), default=time())
            begins = now.replace(second=0) if now.date() == day else datetime.combine(day, opens)
            return repairs.choices(session, location_id, day, begins)

    @intention
    def propose(
        self,
        by: User,  # noqa: ARG002 - the guard reads it
        location_id: int,
        day: date,
        out: Sequence[Outage],
        fixed: Sequence[VisitMove] = (),
        seconds: float | None = None,
        search: RepairSearch | None = None,
    ) -> RepairPlan:
        """The repaired day; nothing is saved. Takes up to the seconds of `repair.seconds`, on any thread.

        Args:
            by: the user.
            location_id: where.
            day: which day.
            out: who and what is out.
            fixed: places chosen by hand, also on other days; the rest is planned around them.
            seconds: longest search; None for the clinic's own number.
            search: hears of better days on the way, and gives the search up.

        Raises:
            Invalid: nothing is out, its hours cannot be, or the day has passed.
            NotFound: there is no such person, chair or location.
            Refused: a visit chosen by hand cannot be moved.
            Stale: a visit chosen by hand has been changed meanwhile.
        """
        from ketaclinic.planning import day_problem, day_repair  # noqa: PLC0415 - when a day is repaired
        from ketaclinic.services import repair_day, repair_elsewhere  # noqa: PLC0415 - NumPy likewise

        with self._store.reading() as session:
            location = clinic_rows.location(session, location_id)
            rules = rulebook(self._catalog, self._clock, location.zone)
            outages = _named(_checked(day, out, self._now(location.zone)), repairs.names_of(session, location_id, out))
            read = repair_day.read_day(session, location, day, rules, self._catalog)
        pins = repair_day.pins_of(read, fixed)
        visits = repair_day.visits_of(read, pins, outages, rules.now or 0)
        after = with_outages(read.busy, day, outages, read.prescribers)
        clinic = day_problem.Day(day, read.busy, after, rules.limits, rules.now)
        longest = self._catalog.rules.whole("repair.seconds") if seconds is None else seconds
        problem = day_problem.day_problem(clinic, visits)
        found = day_repair.repair(problem, longest, search)
        done = repair_day.repaired_day(read, outages, found.places, pins, rules)
        moves, also = repair_elsewhere.placed(self._store, self._catalog, read, done, rules)
        return RepairPlan(
            location_id,
            day,
            outages,
            moves,
            found.optimal,
            found.gap,
            found.seconds,
            (*done.findings, *also),
            cost_of_moves(moves),
            read.versions,
            found.unproven,
        )

    @intention
    def apply(
        self, by: User, plan: RepairPlan, command_id: str = "", overrides: Sequence[BookingOverride] = ()
    ) -> AppliedRepair:
        """Saves a plan as one operation: the absence or closure, every move, the list of calls; all or nothing.

        Raises:
            Refused: a rule blocks a place, asked again inside the transaction; nothing was saved.
            Stale: the day was changed at another desk since the plan was made; nothing was saved.
        """
        means = Means(self._store, self._catalog, self._clock)
        return save(means, by, plan, command_id, overrides)

    @intention
    def call_list(self, by: User, repair_id: int) -> CallList:  # noqa: ARG002 - the guard reads it
        """Whom to ring after a repair, soonest first. Raises NotFound when it was undone."""
        with self._store.reading() as session:
            return repairs.call_list(session, repair_id)

    @intention
    def latest(self, by: User, location_id: int, day: date) -> PastRepair | None:  # noqa: ARG002 - the guard reads it
        """The last repair of a day; None when there was none."""
        with self._store.reading() as session:
            return repairs.latest(session, location_id, day)

    def _now(self, zone: str) -> datetime:
        return wall_now(self._clock, zone)


def _checked(day: date, out: Sequence[Outage], now: datetime) -> tuple[Outage, ...]:
    """The outages as they are asked for, what has passed of them cut off."""
    if not out:
        raise Invalid("who", "Say who or what is out. Nothing was changed.")
    if day < now.date():
        raise Invalid("day", "This day has passed. Nothing was changed.")
    found = []
    for outage in out:
        if len(outage.reason) > _LONGEST_REASON:
            raise Invalid("reason", f"The reason may have at most {_LONGEST_REASON} letters.")
        stretch_of(outage, day)
        if outage.ends_at is not None and outage.ends_at <= now:
            raise Invalid("ends_at", "These hours have passed. Nothing was changed.")
        found.append(replace(outage, reason=" ".join(outage.reason.split())))
    return tuple(found)


def _named(out: Sequence[Outage], names: Mapping[tuple[OutageKind, int], str]) -> tuple[Outage, ...]:
    return tuple(replace(outage, name=names[outage.kind, outage.id]) for outage in out)
