"""A random small clinic: whatever one does at its desk, what is stored is possible, and a refusal changes nothing.

After each step the rows are read through the bare driver and judged by `schedule_oracle`, which shares no code with the
program, and compared with what this machine believes to be booked.
"""

import itertools
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock
from ketaclinic.db.models import ClosureRow, ShiftRow
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Appointment, Status, transition
from ketaclinic.domain.changes import Op
from ketaclinic.domain.courses import LOST, Cause, Scope, SeriesChange, SeriesRepair, Strategy
from ketaclinic.domain.findings import Refused, Severity, Stale, blocking
from ketaclinic.domain.moves import VisitMove
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.services.booking import Booking
from ketaclinic.services.courses import Courses
from ketaclinic.services.floor import Floor
from ketaclinic.services.history import History
from tests.conftest import FILE_KEY
from tests.db.rows import a_clinic
from tests.machines.desk_book import DeskBook, Place
from tests.machines.running import run_on_empty_databases
from tests.machines.schedule_oracle import faults, read

FIRST = date(2026, 11, 30)
PROTOCOLS = ("induction-mood-2-per-week", "induction-mood-3-per-week", "pain-series")
CLERKS = (User(1, "desk", "Desk", Role.FRONT_DESK), User(4, "manager", "Manager", Role.MANAGER))
days = st.integers(0, 9)
quarters = st.integers(0, 32)
chairs = st.integers(1, 3)
clerks = st.sampled_from(CLERKS)
patients = st.integers(1, 3)
lengths = st.sampled_from([100, 115, 130, 180])


def at(day: int, quarter: int) -> datetime:
    return datetime.combine(FIRST + timedelta(days=day), time(8)) + timedelta(minutes=15 * quarter)


def _given(repair: SeriesRepair) -> tuple[BookingOverride, ...]:
    """A reason for everything a repair asks one for."""
    codes = {f.code for f in repair.findings if f.severity is Severity.OVERRIDE}
    return tuple(BookingOverride(code, "Agreed by telephone.") for code in sorted(codes))


class Desk(RuleBasedStateMachine):
    """Books, holds, moves, parks, cancels, undoes and redoes, and keeps its own book of what must be stored."""

    url: str
    store: Store
    catalog: Catalog
    numbers = itertools.count(1)

    def __init__(self) -> None:
        super().__init__()
        self.clock = FixedClock()
        self.booking = Booking(self.store, self.catalog, self.clock)
        self.courses = Courses(self.store, self.catalog, self.clock)
        self.floor = Floor(self.store, self.catalog, self.clock)
        self.history = History(self.store, self.catalog, self.clock)
        self.book = DeskBook(self.clock)

    @initialize(
        nurses=st.integers(1, 2),
        closed=st.none() | st.tuples(days, st.sampled_from([None, 1])),
        shift=st.none() | days,
    )
    def open(self, nurses: int, closed: tuple[int, int | None] | None, shift: int | None) -> None:
        a_clinic(self.store, chairs=3, nurses=nurses, patients=3)
        with self.store.writing(Op.EDIT_SHIFTS) as writing:
            if shift is not None:
                writing.session.add(ShiftRow(user_id=2, location_id=1, starts_at=at(shift, 0), ends_at=at(shift, 24)))
            if closed is not None:
                day, chair = closed
                writing.session.add(
                    ClosureRow(
                        location_id=1, chair_id=chair, starts_at=at(day, 8), ends_at=at(day, 16), reason="Closed"
                    )
                )

    # --- series ------------------------------------------------------------------------------------------------------

    @rule(by=clerks, patient=patients, protocol=st.sampled_from(PROTOCOLS), count=st.integers(1, 3), first=days)
    def book_the_best(self, by: User, patient: int, protocol: str, count: int, first: int) -> None:
        wishes = SeriesWishes(patient, protocol, 1, FIRST + timedelta(days=first), count=count)
        proposals = self.booking.propose_series(by, wishes).proposals
        if not proposals:
            assert len(self.book.visits) > 20  # twelve weeks of a small clinic are seldom full
            return
        for proposal in proposals:
            assert self.booking.check_sessions(by, wishes, proposal.sessions) == ()
        self._book(by, wishes, proposals[-1].sessions)

    @rule(by=clerks, patient=patients, places=st.lists(st.tuples(days, quarters, chairs), min_size=1, max_size=3))
    def book_anywhere(self, by: User, patient: int, places: list[tuple[int, int, int]]) -> None:
        wishes, sessions = SeriesWishes(patient, PROTOCOLS[0], 1, FIRST), planned(places)
        findings = self.booking.check_sessions(by, wishes, sessions)
        if blocking(findings) and not self._holds_run_out():
            with pytest.raises(Refused) as refused:
                self._book(by, wishes, sessions)
            assert refused.value.findings == findings
        else:
            with suppress(Refused):
                self._book(by, wishes, sessions)

    @rule(
        by=clerks,
        patient=patients,
        count=st.integers(2, 3),
        first=days,
        trial=st.none() | st.integers(1, 2),
        wait=st.sampled_from([0, 15, 60]),
    )
    def hold_the_best(self, by: User, patient: int, count: int, first: int, trial: int | None, wait: int) -> None:
        """A hold of everything, or of what comes after so many sessions on trial; often nobody settles it in time."""
        wishes = SeriesWishes(patient, PROTOCOLS[0], 1, FIRST + timedelta(days=first), count=count)
        proposals = self.booking.propose_series(by, wishes).proposals
        if not proposals:
            return
        sessions = proposals[0].sessions
        command = f"command {next(self.numbers)}"
        if trial is not None and trial < count:
            booked = self.booking.book_series(by, wishes, sessions, command, trial=trial)
        else:
            booked = self.booking.hold_series(by, wishes, sessions, command_id=command)
            trial = 0
        for number, visit in enumerate(booked.appointment_ids):
            if number >= trial:
                until = self.floor.inspect(by, visit).card.appointment.held_until
                assert until is not None
                assert self.clock.at < until
                self.book.until[visit] = until
        after = {
            visit: Place(session.chair_id, session.starts_at, "scheduled" if number < trial else "held", 115)
            for number, (visit, session) in enumerate(zip(booked.appointment_ids, sessions, strict=True))
        }
        self.book.done(by, after, holds=trial == 0)
        self.clock.at += timedelta(minutes=wait)

    @precondition(lambda self: self.book.visits)
    @rule(by=clerks, pick=st.integers(0), release=st.booleans())
    def settle_a_hold(self, by: User, pick: int, release: bool) -> None:
        series = self.floor.inspect(by, self.book.pick(pick)).series
        held = [
            visit.appointment_id
            for visit in series.visits
            if self.book.visits[visit.appointment_id].status == "held"
            and self.book.until[visit.appointment_id] > self.clock.at
        ]
        deed = self.booking.release_hold if release else self.booking.confirm_hold
        if not held:
            with pytest.raises(Refused, match="The hold has run out"):
                deed(by, series.series.id)
            return
        assert set(deed(by, series.series.id).appointment_ids) == set(held)
        status = "lapsed" if release else "scheduled"
        after = {visit: replace(self.book.visits[visit], status=status) for visit in held}
        self.book.done(by, after, alone=True)

    @rule(minutes=st.sampled_from([1, 14, 15, 60]), sweep=st.booleans())
    def wait(self, minutes: int, sweep: bool) -> None:
        self.clock.at += timedelta(minutes=minutes)
        if sweep:
            before = dict(self.book.visits)
            self.book.changed({})
            lapsed = sum(before[visit] != place for visit, place in self.book.visits.items())
            assert self.booking.lapse_holds() == lapsed

    @precondition(lambda self: self.book.visits)
    @rule(by=clerks, pick=st.integers(0), places=st.lists(st.tuples(days, quarters, chairs), min_size=1, max_size=2))
    def extend(self, by: User, pick: int, places: list[tuple[int, int, int]]) -> None:
        series = self.floor.inspect(by, self.book.pick(pick)).series.series
        with suppress(Refused):
            sessions = planned(places)
            added = self.booking.extend_series(by, series.id, sessions)
            lengths = self.catalog.protocols[series.protocol_id].phases.total
            self._booked(by, added.appointment_ids, sessions, lengths)

    @precondition(lambda self: self.book.visits)
    @rule(by=clerks, pick=st.integers(0), way=st.integers(0, 3))
    def make_up_for(self, by: User, pick: int, way: int) -> None:
        """A session that does not take place, and one of the ways the course can go on."""
        visit = self.book.pick(pick)
        place = self.book.visits[visit]
        try:
            options = [o for o in self.courses.missed_options(by, visit, Cause.CANCELLED) if o.possible]
        except Refused:
            return
        repair = options[way % len(options)]
        target = None if Status(place.status) in LOST else Status.CANCELLED_BY_PATIENT
        with suppress(Refused, Stale):
            changed = self.courses.apply(by, repair, target, overrides=_given(repair))
            after = self._repaired(repair, changed.appointment_ids, place)
            if target is not None:
                after[visit] = replace(place, status=target.value)
            self.book.done(by, after)

    @precondition(lambda self: self.book.visits)
    @rule(
        by=clerks,
        pick=st.integers(0),
        scope=st.sampled_from(Scope),
        later=st.integers(-2, 7),
        hour=st.none() | st.integers(8, 15),
        chair=st.none() | chairs,
    )
    def change_series(self, by: User, pick: int, scope: Scope, later: int, hour: int | None, chair: int | None) -> None:
        change = SeriesChange(later, time(hour) if hour else None, chair)
        with suppress(Refused, Stale):
            repair = self.courses.edit_preview(by, self.book.pick(pick), scope, change)
            self.courses.apply(by, repair, overrides=_given(repair))
            self.book.done(by, self._repaired(repair, (), None))

    @precondition(lambda self: self.book.visits)
    @rule(by=clerks, pick=st.integers(0))
    def stop_series(self, by: User, pick: int) -> None:
        series = self.floor.inspect(by, self.book.pick(pick)).series.series
        with suppress(Refused):
            stopped = self.courses.stop(by, series.id, "Response is enough")
            status = Status.CANCELLED_BY_CLINIC.value
            self.book.done(by, {v: replace(self.book.visits[v], status=status) for v in stopped.appointment_ids})

    def _repaired(self, repair: SeriesRepair, ids: Sequence[int], missed: Place | None) -> dict[int, Place]:
        """What the visits of a repair must have come to, by what was shown of it before."""
        after = {
            v.appointment_id: replace(self.book.visits[v.appointment_id], chair=v.to.chair_id, starts=v.to.starts_at)
            for v in repair.visits
            if v.to is not None and v.appointment_id is not None
        }
        for new in set(ids) - set(self.book.visits):
            assert missed is not None
            shown = next(v.to for v in repair.visits if v.appointment_id is None)
            after[new] = (
                replace(missed, status="proposed")
                if repair.strategy is Strategy.LEAVE or shown is None
                else Place(shown.chair_id, shown.starts_at, "scheduled", missed.minutes)
            )
        return after

    # --- visits ------------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.book.visits)
    @rule(by=clerks, pick=st.integers(0), day=days, quarter=quarters, chair=chairs, length=st.none() | lengths)
    def move(self, by: User, pick: int, day: int, quarter: int, chair: int, length: int | None) -> None:
        visit = self.book.pick(pick)
        now = self._visit(by, visit)
        check = self.booking.move_check(by, visit, FIRST + timedelta(days=day))
        if length is not None:
            deed = partial(self.booking.resize, by, visit, now.version, length)
            told = check.findings(now.chair_id, now.starts_at, length)
            after = replace(self.book.visits[visit], minutes=length)
        else:
            deed = partial(self.booking.move, by, visit, now.version, chair, at(day, quarter))
            told = check.findings(chair, at(day, quarter))
            after = replace(self.book.visits[visit], chair=chair, starts=at(day, quarter))
        if now.status is Status.PROPOSED:
            if length is not None:
                with pytest.raises(Refused):
                    deed()
                return
            after = replace(after, status="scheduled")
        if self._holds_run_out():
            if after == self.book.visits[visit]:
                return  # nothing to save, so that holds may lapse with it or not
            with suppress(Refused, Stale):
                deed()
                self.book.done(by, {visit: after}, alone=True)
        elif blocking(told):
            with pytest.raises(Refused):
                deed()
        elif after != self.book.visits[visit]:
            deed()
            self.book.done(by, {visit: after}, alone=True)

    @precondition(lambda self: len(self.book.visits) > 1)
    @rule(by=clerks, one=st.integers(0), other=st.integers(0))
    def change_places(self, by: User, one: int, other: int) -> None:
        first, second = self.book.pick(one), self.book.pick(other)
        here, there = self.book.visits[first], self.book.visits[second]
        if first == second:
            return
        moves = [
            VisitMove(first, self._visit(by, first).version, there.chair, there.starts),
            VisitMove(second, self._visit(by, second).version, here.chair, here.starts),
        ]
        with suppress(Refused, Stale):
            moved = self.booking.move_all(by, moves)
            after = {
                visit.id: Place(visit.chair_id, visit.starts_at, visit.status.value, visit.phases.total)
                for visit in moved
            }
            assert [(p.chair, p.starts) for p in after.values()] == [
                (there.chair, there.starts),
                (here.chair, here.starts),
            ]
            if any(self.book.visits[visit] != place for visit, place in after.items()):
                self.book.done(by, after, alone=True)

    @precondition(lambda self: self.book.visits)
    @rule(by=clerks, pick=st.integers(0))
    def park(self, by: User, pick: int) -> None:
        visit = self.book.pick(pick)
        place = self.book.visits[visit]
        deed = partial(self.booking.park, by, visit, self._visit(by, visit).version)
        gone = place.status == "held" and self.book.until[visit] <= self.clock.at
        if transition(Status(place.status), Status.PROPOSED) is None or gone:
            with pytest.raises((Refused, Stale)):
                deed()
        else:
            deed()
            self.book.done(by, {visit: replace(place, status="proposed")}, alone=True)

    @precondition(lambda self: any(place.status == "proposed" for place in self.book.visits.values()))
    @rule(by=clerks, pick=st.integers(0), day=days, quarter=quarters, chair=chairs)
    def place(self, by: User, pick: int, day: int, quarter: int, chair: int) -> None:
        waiting = sorted(visit for visit, place in self.book.visits.items() if place.status == "proposed")
        cards = self.booking.to_place(by, 1)
        assert sorted(card.appointment.id for card in cards) == waiting
        visit = waiting[pick % len(waiting)]
        with suppress(Refused):
            placed = self.booking.place(by, visit, self._visit(by, visit).version, chair, at(day, quarter))
            self.book.done(by, {visit: Place(chair, at(day, quarter), "scheduled", placed.phases.total)})

    @precondition(lambda self: self.book.visits)
    @rule(by=clerks, pick=st.integers(0), to=st.sampled_from([Status.CANCELLED_BY_PATIENT, Status.RESCHEDULED]))
    def cancel(self, by: User, pick: int, to: Status) -> None:
        visit = self.book.pick(pick)
        place = self.book.visits[visit]
        deed = partial(self.booking.cancel, by, visit, self._visit(by, visit).version, to)
        gone = place.status == "held" and self.book.until[visit] <= self.clock.at
        if transition(Status(place.status), to) is None or gone:
            with pytest.raises((Refused, Stale)):
                deed()
        else:
            deed()
            self.book.done(by, {visit: replace(place, status=to.value)}, alone=True)

    @precondition(lambda self: self.book.visits)
    @rule(by=clerks, pick=st.integers(0), to=st.sampled_from([Status.CONFIRMED, Status.NO_SHOW, Status.ARRIVED]))
    def step(self, by: User, pick: int, to: Status) -> None:
        """A step of the day; it is no scheduling, so it is not undone, and what it touched is not undone either."""
        visit = self.book.pick(pick)
        try:
            self.floor.change_status(by, visit, self._visit(by, visit).version, to)
        except (Refused, Stale):
            return
        self.book.changed({visit: replace(self.book.visits[visit], status=to.value)})

    # --- taken back --------------------------------------------------------------------------------------------------

    @rule(by=clerks, times=st.integers(1, 4))
    def undo(self, by: User, times: int) -> None:
        for _ in range(times):
            empty = self.book.empty(by, redo=False)
            told = self.book.take_back(by, self.history.undo, redo=False)
            assert ("There is nothing to undo" in told) == empty

    @rule(by=clerks, times=st.integers(1, 4))
    def redo(self, by: User, times: int) -> None:
        for _ in range(times):
            empty = self.book.empty(by, redo=True)
            told = self.book.take_back(by, self.history.redo, redo=True)
            assert ("There is nothing to redo" in told) == empty

    # --- what must be stored -----------------------------------------------------------------------------------------

    def _book(self, by: User, wishes: SeriesWishes, sessions: Sequence[PlannedSession]) -> None:
        booked = self.booking.book_series(by, wishes, sessions, f"command {next(self.numbers)}")
        self._booked(by, booked.appointment_ids, sessions, self.catalog.protocols[wishes.protocol_id].phases.total)

    def _booked(self, by: User, visits: Sequence[int], sessions: Sequence[PlannedSession], minutes: int) -> None:
        in_order = sorted(sessions, key=lambda session: session.starts_at)
        self.book.done(
            by,
            {
                visit: Place(session.chair_id, session.starts_at, "scheduled", minutes)
                for visit, session in zip(visits, in_order, strict=True)
            },
        )

    def _visit(self, by: User, visit: int) -> Appointment:
        return self.floor.inspect(by, visit).card.appointment

    def _holds_run_out(self) -> bool:
        """Whether some hold has run out that nobody has noticed yet: what is told before may then be out of date."""
        return any(
            place.status == "held" and self.book.until[visit] <= self.clock.at
            for visit, place in self.book.visits.items()
        )

    @invariant()
    def what_is_stored_is_possible_and_is_what_was_done(self) -> None:
        rows = read(self.url, FILE_KEY)
        assert faults(rows) == []
        epoch = datetime(1970, 1, 1)
        stored = {
            row["id"]: Place(
                row["chair_id"],
                epoch + timedelta(minutes=row["starts_at"]),
                row["status"],
                row["ends_at"] - row["starts_at"],
            )
            for row in rows["appointments"]
        }
        differ = {visit for visit in {*stored, *self.book.visits} if stored.get(visit) != self.book.visits.get(visit)}
        assert not differ, {visit: (stored.get(visit), self.book.visits.get(visit)) for visit in differ}


def planned(places: list[tuple[int, int, int]]) -> list[PlannedSession]:
    return [
        PlannedSession(at(day, quarter), at(day, quarter) + timedelta(minutes=115), chair)
        for day, quarter, chair in sorted(places)
    ]


def test_whatever_a_random_desk_does_nothing_impossible_is_stored(database_url: str, catalog: Catalog) -> None:
    run_on_empty_databases(Desk, database_url, catalog, sqlite=(10, 25), postgresql=(4, 20))
