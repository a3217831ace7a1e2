"""A random small clinic: whatever one does at its desk, what is stored is possible, and a refusal changes nothing.

After each step the rows are read through the bare driver and judged by `schedule_oracle`, which shares no code with the
program, and compared with what this machine believes to be booked.
"""

import itertools
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock
from ketaclinic.db.models import ClosureRow, ShiftRow
from ketaclinic.db.store import Store, open_store
from ketaclinic.domain.appointments import Status, transition
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import Refused, Stale, blocking
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.services.booking import Booking
from ketaclinic.services.floor import Floor
from ketaclinic.services.history import History
from tests.conftest import AUDIT_KEY, FILE_KEY, _empty
from tests.db.rows import a_clinic
from tests.machines.schedule_oracle import faults, read

FIRST = date(2026, 11, 30)
PROTOCOLS = ("induction-mood-2-per-week", "induction-mood-3-per-week", "pain-series")
CLERKS = (User(1, "desk", "Desk", Role.FRONT_DESK), User(4, "manager", "Manager", Role.MANAGER))
Place = tuple[int, datetime, str]
"""(chair, start, status) of a visit."""

days = st.integers(0, 9)
quarters = st.integers(0, 32)
chairs = st.integers(1, 3)
clerks = st.sampled_from(CLERKS)
patients = st.integers(1, 3)


def at(day: int, quarter: int) -> datetime:
    return datetime.combine(FIRST + timedelta(days=day), time(8)) + timedelta(minutes=15 * quarter)


class Desk(RuleBasedStateMachine):
    """Books, moves, cancels, undoes and redoes, and keeps its own book of what must be stored."""

    url: str
    store: Store
    catalog: Catalog
    numbers = itertools.count(1)

    def __init__(self) -> None:
        super().__init__()
        clock = FixedClock()
        self.booking = Booking(self.store, self.catalog, clock)
        self.floor = Floor(self.store, self.catalog, clock)
        self.history = History(self.store, self.catalog, clock)
        self.book: dict[int, Place] = {}
        self.undo_stack: dict[int, list[dict[int, Place | None]]] = {1: [], 4: []}
        self.redo_stack: dict[int, list[dict[int, Place | None]]] = {1: [], 4: []}

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

    # --- what one does -----------------------------------------------------------------------------------------------

    @rule(by=clerks, patient=patients, protocol=st.sampled_from(PROTOCOLS), count=st.integers(1, 3), first=days)
    def book_the_best(self, by: User, patient: int, protocol: str, count: int, first: int) -> None:
        wishes = SeriesWishes(patient, protocol, 1, FIRST + timedelta(days=first), count=count)
        proposals = self.booking.propose_series(by, wishes).proposals
        assert proposals  # six weeks of a small clinic are never full
        for proposal in proposals:
            assert self.booking.check_sessions(by, wishes, proposal.sessions) == ()
        self._book(by, wishes, proposals[-1].sessions)

    @rule(by=clerks, patient=patients, places=st.lists(st.tuples(days, quarters, chairs), min_size=1, max_size=3))
    def book_anywhere(self, by: User, patient: int, places: list[tuple[int, int, int]]) -> None:
        wishes = SeriesWishes(patient, PROTOCOLS[0], 1, FIRST)
        sessions = [
            PlannedSession(at(day, quarter), at(day, quarter) + timedelta(minutes=115), chair)
            for day, quarter, chair in sorted(places)
        ]
        findings = self.booking.check_sessions(by, wishes, sessions)
        if findings:
            with pytest.raises(Refused) as refused:
                self._book(by, wishes, sessions)
            assert refused.value.findings == findings
        else:
            self._book(by, wishes, sessions)

    def _book(self, by: User, wishes: SeriesWishes, sessions: Any) -> None:
        booked = self.booking.book_series(by, wishes, sessions, f"command {next(self.numbers)}")
        self._done(
            by,
            {
                visit: (planned.chair_id, planned.starts_at, "scheduled")
                for visit, planned in zip(booked.appointment_ids, sessions, strict=True)
            },
        )

    @precondition(lambda self: self.book)
    @rule(by=clerks, pick=st.integers(0), day=days, quarter=quarters, chair=chairs)
    def move(self, by: User, pick: int, day: int, quarter: int, chair: int) -> None:
        visit = self._pick(pick)
        version = self.floor.inspect(by, visit).card.appointment.version
        check = self.booking.move_check(by, visit, FIRST + timedelta(days=day))
        told = check.findings(chair, at(day, quarter))
        if blocking(told):
            with pytest.raises(Refused):
                self.booking.move(by, visit, version, chair, at(day, quarter))
        elif (chair, at(day, quarter)) != self.book[visit][:2]:
            self.booking.move(by, visit, version, chair, at(day, quarter))
            self._done(by, {visit: (chair, at(day, quarter), self.book[visit][2])})

    @precondition(lambda self: self.book)
    @rule(by=clerks, pick=st.integers(0), to=st.sampled_from([Status.CANCELLED_BY_PATIENT, Status.RESCHEDULED]))
    def cancel(self, by: User, pick: int, to: Status) -> None:
        visit = self._pick(pick)
        chair, starts, status = self.book[visit]
        version = self.floor.inspect(by, visit).card.appointment.version
        if transition(Status(status), to) is None:
            with pytest.raises(Refused):
                self.booking.cancel(by, visit, version, to)
        else:
            self.booking.cancel(by, visit, version, to)
            self._done(by, {visit: (chair, starts, to.value)})

    @precondition(lambda self: self.book)
    @rule(by=clerks, pick=st.integers(0), to=st.sampled_from([Status.CONFIRMED, Status.NO_SHOW, Status.ARRIVED]))
    def step(self, by: User, pick: int, to: Status) -> None:
        """A step of the day; it is no scheduling, so it is not undone, and what it touched is not undone either."""
        visit = self._pick(pick)
        chair, starts, _ = self.book[visit]
        try:
            self.floor.change_status(by, visit, self.floor.inspect(by, visit).card.appointment.version, to)
        except Refused:
            return
        self.book[visit] = (chair, starts, to.value)

    @rule(by=clerks)
    def undo(self, by: User) -> None:
        self._take_back(by, self.undo_stack[by.id], self.redo_stack[by.id], self.history.undo)

    @rule(by=clerks)
    def redo(self, by: User) -> None:
        self._take_back(by, self.redo_stack[by.id], self.undo_stack[by.id], self.history.redo)

    def _take_back(self, by: User, source: list[Any], target: list[Any], deed: Any) -> None:
        if not source:
            with pytest.raises(Refused, match="There is nothing to"):
                deed(by)
            return
        try:
            deed(by)
        except (Refused, Stale):
            return
        before = source.pop()
        target.append({visit: self.book.get(visit) for visit in before})
        self._set(before)

    # --- the machine's own book --------------------------------------------------------------------------------------

    def _done(self, by: User, after: dict[int, Place]) -> None:
        self.undo_stack[by.id].append({visit: self.book.get(visit) for visit in after})
        self.redo_stack[by.id].clear()
        self._set(after)

    def _set(self, places: Any) -> None:
        for visit, place in places.items():
            if place is None:
                del self.book[visit]
            else:
                self.book[visit] = place

    def _pick(self, number: int) -> int:
        return sorted(self.book)[number % len(self.book)]

    @invariant()
    def what_is_stored_is_possible_and_is_what_was_done(self) -> None:
        rows = read(self.url, FILE_KEY)
        assert faults(rows) == []
        epoch = datetime(1970, 1, 1)
        stored = {
            row["id"]: (row["chair_id"], epoch + timedelta(minutes=row["starts_at"]), row["status"])
            for row in rows["appointments"]
        }
        assert stored == self.book


def run(url: str, key: str | None, catalog: Catalog, renew: Any, examples: int, steps: int) -> None:
    """Runs the machine, each example on an empty database."""

    class Here(Desk):
        def __init__(self) -> None:
            renew()
            type(self).store = open_store(url, key=key, audit_key=AUDIT_KEY, clock=FixedClock())
            super().__init__()

        def teardown(self) -> None:
            self.store.close()

    Here.url, Here.catalog = url, catalog
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_a_random_desk_does_nothing_impossible_is_stored(database_url: str, catalog: Catalog) -> None:
    if database_url.startswith("sqlite"):
        path = Path(database_url.removeprefix("sqlite:///"))
        empty = path.read_bytes()

        def renew() -> None:
            for beside in ("-wal", "-shm"):
                Path(f"{path}{beside}").unlink(missing_ok=True)
            path.write_bytes(empty)

        run(database_url, FILE_KEY, catalog, renew, examples=20, steps=25)
    else:
        run(database_url, None, catalog, lambda: _empty(database_url), examples=4, steps=20)
