"""A front desk on which everything happens: courses changed, days repaired, people away, records merged, all undone.

What is stored is read after each step through the bare driver and judged by `front_desk_oracle`, which shares no code
with the program. A refusal changes nothing; what is undone is as it was, and what is done again as it had become.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import select

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock, to_instant
from ketaclinic.db import courses as course_rows
from ketaclinic.db import schedule, session_numbers
from ketaclinic.db.models import AppointmentRow, OperationRow, ShiftPatternRow, UserRow
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Appointment, Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.courses import LOST, Cause, Scope, SeriesChange
from ketaclinic.domain.findings import ClinicError, Finding, Severity
from ketaclinic.domain.moves import VisitMove
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.repair import Outage, OutageKind
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.services.bundle import Services, build_services
from tests.conftest import FILE_KEY
from tests.db.rows import a_clinic
from tests.machines.front_desk_oracle import Rows, answered, changed, faults, read, renumbered, short
from tests.machines.running import run_on_empty_databases

FIRST = date(2026, 11, 23)
"""The day of the machine's clock, a Monday: what happens today can be repaired and missed."""
PROTOCOL = "induction-mood-2-per-week"
CHAIRS, PATIENTS = 3, 4
ADA, NURSE, HELEN = (
    User(1, "desk", "Ada", Role.FRONT_DESK),
    User(2, "nurse", "Maria", Role.NURSE),
    User(4, "manager", "Helen", Role.MANAGER),
)
PRESCRIBER = User(5, "prescriber", "Rotimi", Role.PRESCRIBER)
DUE = {Status.SCHEDULED, Status.CONFIRMED, Status.ARRIVED}
REASON = "Agreed with the patient by telephone."
clerks = st.sampled_from((ADA, HELEN))
days = st.integers(0, 5)
quarters = st.integers(0, 32)
chairs = st.integers(1, CHAIRS)
patients = st.integers(1, PATIENTS)
picks = st.integers(0, 1_000)
hours = st.integers(8, 16)


def at(day: int, quarter: int) -> datetime:
    return datetime.combine(FIRST + timedelta(days=day), time(8)) + timedelta(minutes=15 * quarter)


def planned(places: Sequence[tuple[int, int, int]]) -> list[PlannedSession]:
    starts = [(at(day, quarter), chair) for day, quarter, chair in sorted(places)]
    return [PlannedSession(when, when + timedelta(minutes=115), chair) for when, chair in starts]


def given(findings: Sequence[Finding]) -> tuple[BookingOverride, ...]:
    """Somebody of the right role for everything that may be overridden."""
    of_role = {"manager": User(4, "manager", "Helen", Role.MANAGER), "prescriber": PRESCRIBER}
    return tuple(
        BookingOverride(f.code, REASON, of_role[f.override_roles[0]] if f.override_roles else None)
        for f in findings
        if f.severity is Severity.OVERRIDE
    )


class FrontDesk(RuleBasedStateMachine):
    """Two clerks at one clinic; every step is one operation or none."""

    url: str
    store: Store
    catalog: Catalog

    def __init__(self) -> None:
        super().__init__()
        self.clock = FixedClock()
        self.services: Services = build_services(self.store, self.catalog, self.clock)
        self.rows: Rows = {}
        self.done: dict[int, tuple[Rows, Rows]] = {}
        self.told: list[str] = []

    @initialize(
        nurses=st.integers(1, 2),
        usual=st.sampled_from([(), (2,), (2, 3)]),
        prescriber=st.booleans(),
        booked=st.lists(st.tuples(hours, st.integers(1, 3)), max_size=PATIENTS),
    )
    def open(self, nurses: int, usual: tuple[int, ...], prescriber: bool, booked: list[tuple[int, int]]) -> None:
        a_clinic(self.store, chairs=CHAIRS, nurses=nurses, patients=PATIENTS)
        with self.store.writing(Op.EDIT_SHIFTS) as writing:
            writing.session.add(UserRow(login="prescriber", name="Rotimi", role="prescriber", pin_hash="-"))
            writing.session.flush()
            for user, weekday in itertools.product((*usual, *((5,) if prescriber else ())), range(7)):
                writing.session.add(
                    ShiftPatternRow(
                        user_id=user,
                        location_id=1,
                        weekday=weekday,
                        starts=480,
                        ends=1080 if user != 3 else 900,
                        breaks=[[720, 750]] if user == 3 else [],
                        valid_from=FIRST,
                    )
                )
        self.rows = read(self.url, FILE_KEY)
        for patient, (hour, count) in enumerate(booked, start=1):
            wishes = SeriesWishes(patient, PROTOCOL, 1, FIRST, count=count, earliest=time(hour))
            proposals = self.services.booking.propose_series(ADA, wishes).proposals
            if proposals:
                self.do(partial(self.services.booking.book_series, ADA, wishes, proposals[0].sessions))

    # --- what a step must be -----------------------------------------------------------------------------------------

    def do(self, deed: Callable[[], object], *, capacity: bool = False) -> bool:
        """Does something: all of it is stored, or nothing and one sentence; answers whether it was done.

        `capacity` says that it may leave visits without nurses enough: shifts, absences, or what is out.
        """
        before = self.rows
        try:
            deed()
        except ClinicError as refused:
            self.told.append(str(refused))
            self.rows = read(self.url, FILE_KEY)
            assert changed(before, self.rows) == set()
            assert self.told[-1].endswith(".")
            return False
        self.rows = read(self.url, FILE_KEY)
        self.judge(before, capacity=capacity)
        if changed(before, self.rows):
            self.done[self._last().seq] = (before, self.rows)
        return True

    def judge(self, before: Rows, *, capacity: bool) -> None:
        """What may not be stored at any time, and what may not happen in one step."""
        found = faults(self.rows)
        assert not found, found
        assert renumbered(before, self.rows) == []
        if not capacity:
            was = short(before)
            worse = [m for m, lack in short(self.rows).items() if lack > was.get(m, 0) and not answered(self.rows, m)]
            assert worse == [], f"too few nurses at {worse}"

    def take_back(self, by: User, *, redo: bool) -> bool:
        """Undoes or redoes: the rows of the operation are as they were before it, and nothing else has changed."""
        before = self.rows
        deed = self.services.history.redo if redo else self.services.history.undo
        if not self.do(lambda: deed(by), capacity=True):
            return False
        taken = self._last().undoes
        assert taken in self.done
        was, became = self.done[taken]
        touched = changed(was, became)
        expected = {key: row for key, row in before.items() if key not in touched}
        expected |= {key: was[key] for key in touched if key in was}
        assert self._lapsed(expected) == self._lapsed(self.rows)
        worse = [m for m, lack in short(self.rows).items() if lack > max(short(before).get(m, 0), short(was).get(m, 0))]
        assert [m for m in worse if not answered(self.rows, m)] == []
        return True

    def _lapsed(self, rows: Rows) -> Rows:
        """The rows with every hold that has run out given up, without the stamps of that."""
        now = (self.clock.at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
        found = {}
        for key, row in rows.items():
            if key[0] == "status_changes" and row["target"] == "lapsed":
                continue
            over = row.get("status") == "held" and row["held_until"] <= now
            found[key] = {**row, "status": "lapsed", "held_until": None} if over else row
        return found

    def _last(self) -> OperationRow:
        with self.store.reading() as session:
            return session.scalars(select(OperationRow).order_by(OperationRow.seq.desc()).limit(1)).one()

    # --- booking -----------------------------------------------------------------------------------------------------

    @rule(by=clerks, patient=patients, count=st.integers(1, 4), first=days, hold=st.booleans())
    def book_the_best(self, by: User, patient: int, count: int, first: int, hold: bool) -> None:
        wishes = SeriesWishes(patient, PROTOCOL, 1, FIRST + timedelta(days=first), count=count)
        try:
            proposals = self.services.booking.propose_series(by, wishes).proposals
        except ClinicError:
            return
        if proposals:
            book = self.services.booking.hold_series if hold else self.services.booking.book_series
            self.do(lambda: book(by, wishes, proposals[0].sessions))

    @rule(
        by=clerks,
        patient=patients,
        places=st.lists(st.tuples(days, quarters, chairs), min_size=1, max_size=3),
        override=st.booleans(),
    )
    def book_anywhere(
        self,
        by: User,
        patient: int,
        places: list[tuple[int, int, int]],
        override: bool,
    ) -> None:
        wishes, sessions = SeriesWishes(patient, PROTOCOL, 1, FIRST), planned(places)
        found = self.services.booking.check_sessions(by, wishes, sessions)
        takes = given(found) if override else ()
        self.do(lambda: self.services.booking.book_series(by, wishes, sessions, overrides=takes))

    @precondition(lambda self: self._visits())
    @rule(by=clerks, pick=picks, release=st.booleans())
    def settle_a_hold(self, by: User, pick: int, release: bool) -> None:
        held = [visit for visit in self._visits() if visit.status is Status.HELD] or self._visits()
        series = held[pick % len(held)].series_id
        deed = self.services.booking.release_hold if release else self.services.booking.confirm_hold
        self.do(lambda: deed(by, series))

    @precondition(lambda self: self._visits())
    @rule(by=clerks, pick=picks, place=st.tuples(days, quarters, chairs))
    def extend(self, by: User, pick: int, place: tuple[int, int, int]) -> None:
        series = self._visit(pick).series_id
        self.do(lambda: self.services.booking.extend_series(by, series, planned([place])))

    @rule(minutes=st.sampled_from([1, 15, 60, 300, 1440]), sweep=st.booleans())
    def wait(self, minutes: int, sweep: bool) -> None:
        self.clock.at += timedelta(minutes=minutes)
        if sweep:
            expected = self._lapsed(self.rows)
            self.do(self.services.booking.lapse_holds)
            assert self._lapsed(self.rows) == expected

    # --- visits ------------------------------------------------------------------------------------------------------

    @precondition(lambda self: self._visits())
    @rule(by=clerks, pick=picks, day=days, quarter=quarters, chair=chairs, override=st.booleans())
    def move(self, by: User, pick: int, day: int, quarter: int, chair: int, override: bool) -> None:
        visit = self._visit(pick)
        found = self.services.booking.move_check(by, visit.id, FIRST + timedelta(days=day)).findings(
            chair, at(day, quarter)
        )
        takes = given(found) if override else ()
        place = self.services.booking.place if visit.status is Status.PROPOSED else self.services.booking.move
        self.do(lambda: place(by, visit.id, visit.version, chair, at(day, quarter), overrides=takes))

    @precondition(lambda self: self._visits())
    @rule(by=clerks, pick=picks, minutes=st.sampled_from([100, 130, 180]))
    def resize(self, by: User, pick: int, minutes: int) -> None:
        visit = self._visit(pick)
        self.do(lambda: self.services.booking.resize(by, visit.id, visit.version, minutes))

    @precondition(lambda self: self._visits())
    @rule(by=clerks, pick=picks)
    def park(self, by: User, pick: int) -> None:
        visit = self._visit(pick)
        self.do(lambda: self.services.booking.park(by, visit.id, visit.version))

    @precondition(lambda self: len(self._visits()) > 1)
    @rule(by=clerks, one=picks, other=picks)
    def change_places(self, by: User, one: int, other: int) -> None:
        here, there = self._visit(one), self._visit(other)
        moves = [
            VisitMove(here.id, here.version, there.chair_id, there.starts_at),
            VisitMove(there.id, there.version, here.chair_id, here.starts_at),
        ]
        self.do(lambda: self.services.booking.move_all(by, moves))

    @precondition(lambda self: self._visits())
    @rule(
        by=st.sampled_from((ADA, NURSE)),
        pick=picks,
        to=st.sampled_from(
            [Status.CONFIRMED, Status.ARRIVED, Status.ARRIVED, Status.CHECKED_IN, Status.CHECKED_IN, Status.NO_SHOW]
        ),
    )
    def step(self, by: User, pick: int, to: Status) -> None:
        """A step of the day; it is no scheduling and is not undone."""
        visit = self._visit(pick)
        self.do(lambda: self.services.floor.change_status(by, visit.id, visit.version, to))

    @precondition(lambda self: any(v.status in DUE for v in self._visits()))
    @rule(pick=picks, late=st.integers(-10, 30))
    def come(self, pick: int, late: int) -> None:
        """The day has come: a patient arrives, and is brought to the chair."""
        due = [visit for visit in self._visits() if visit.status in DUE]
        visit = due[pick % len(due)]
        begins = to_instant(visit.starts_at, "America/Chicago") + timedelta(minutes=late)
        self.clock.at = max(self.clock.at, begins)
        for by, to in ((ADA, Status.ARRIVED), (NURSE, Status.CHECKED_IN)):
            now = self._visit_by_id(visit.id).version
            self.do(partial(self.services.floor.change_status, by, visit.id, now, to))

    @precondition(lambda self: any(v.status is Status.CHECKED_IN for v in self._visits()))
    @rule(pick=picks)
    def give(self, pick: int) -> None:
        """The infusion of a patient in a chair, from start to discharge, as charting leaves the visit."""
        there = [visit for visit in self._visits() if visit.status is Status.CHECKED_IN]
        visit = there[pick % len(there)]

        def started() -> None:
            with self.store.writing(Op.START_INFUSION, by=NURSE.id) as writing:
                row = writing.session.get_one(AppointmentRow, visit.id)
                if row.session_number is None:
                    row.session_number = session_numbers.next_number(writing.session, row.series_id)
                schedule.set_status(writing.session, row, Status.DISCHARGED, self.clock.at, NURSE.id, "")
                writing.session.flush()
                course_rows.complete_when_given(writing.session, row.series_id)

        self.do(started)

    # --- courses -----------------------------------------------------------------------------------------------------

    @precondition(lambda self: self._visits())
    @rule(by=clerks, pick=picks, cause=st.sampled_from(Cause), way=st.integers(0, 3))
    def make_up_for(self, by: User, pick: int, cause: Cause, way: int) -> None:
        """A session that does not take place, and one of the ways the course can go on."""
        visit = self._visit(pick)
        try:
            options = self.services.courses.missed_options(by, visit.id, cause)
        except ClinicError:
            return
        repair = options[way % len(options)]
        lost = {
            Cause.MISSED: Status.NO_SHOW,
            Cause.CANCELLED: Status.CANCELLED_BY_CLINIC,
            Cause.MOVED: Status.RESCHEDULED,
        }
        target = None if visit.status in LOST else lost[cause]
        done = self.do(
            lambda: self.services.courses.apply(by, repair, target, overrides=given(repair.findings)),
        )
        if done:
            assert self._visit_by_id(visit.id).status in LOST
            self._are_there({v.appointment_id: v.to for v in repair.visits if v.appointment_id})

    @precondition(lambda self: self._visits())
    @rule(
        by=clerks,
        pick=picks,
        scope=st.sampled_from(Scope),
        later=st.integers(-2, 6),
        hour=st.none() | hours,
        chair=st.none() | chairs,
        nearest=st.booleans(),
    )
    def change_series(
        self,
        by: User,
        pick: int,
        scope: Scope,
        later: int,
        hour: int | None,
        chair: int | None,
        nearest: bool,
    ) -> None:
        visit, change = self._visit(pick), SeriesChange(later, time(hour) if hour else None, chair)
        courses = self.services.courses
        try:
            repair = courses.edit_preview(by, visit.id, scope, change)
            stuck = frozenset(v.appointment_id for v in repair.visits if v.to is None and v.appointment_id)
            if nearest and stuck:
                repair = courses.edit_preview(by, visit.id, scope, change, nearest=stuck)
        except ClinicError:
            return
        if self.do(lambda: courses.apply(by, repair, overrides=given(repair.findings))):
            self._are_there({v.appointment_id: v.to for v in repair.visits if v.appointment_id})

    @precondition(lambda self: self._visits())
    @rule(by=clerks, pick=picks, all_ahead=st.booleans())
    def stop_series(self, by: User, pick: int, all_ahead: bool) -> None:
        if pick % 4 == 0:  # or little would be left to happen
            series = self._visit(pick).series_id
            self.do(lambda: self.services.courses.stop(by, series, "Response is enough", cancel_future=all_ahead))

    # --- the day -----------------------------------------------------------------------------------------------------

    @precondition(lambda self: self._visits())
    @rule(
        by=clerks,
        day=days,
        kind=st.sampled_from(OutageKind),
        who=st.integers(1, 3),
        begins=hours,
        ends=st.none() | hours,
        by_hand=st.none() | st.tuples(picks, quarters, chairs),
    )
    def repair_the_day(
        self,
        by: User,
        day: int,
        kind: OutageKind,
        who: int,
        begins: int,
        ends: int | None,
        by_hand: tuple[int, int, int] | None,
    ) -> None:
        """Somebody or something is out; one visit may have been put somewhere by hand."""
        here = FIRST + timedelta(days=day)
        one = {OutageKind.NURSE: 2 + who % 2, OutageKind.PRESCRIBER: 5, OutageKind.CHAIR: who, OutageKind.CLINIC: 1}
        until = None if ends is None else datetime.combine(here, time(ends))
        out = Outage(kind, one[kind], datetime.combine(here, time(begins)), until, "out")
        fixed: list[VisitMove] = []
        today = [visit for visit in self._visits() if visit.starts_at.date() == here]
        if by_hand is not None and today:
            visit = today[by_hand[0] % len(today)]
            fixed = [VisitMove(visit.id, visit.version, by_hand[2], at(day, by_hand[1]))]
        try:
            plan = self.services.repair.propose(by, 1, here, (out,), fixed, seconds=5.0)
        except ClinicError as refused:
            self.told.append(str(refused))
            assert "did not pass the booking rules" not in self.told[-1]
            return
        done = self.do(lambda: self.services.repair.apply(by, plan, overrides=given(plan.findings)), capacity=True)
        if done:
            self._are_there({move.card.appointment.id: move.place for move in plan.moves})
            assert all(
                self._visit_by_id(move.card.appointment.id).status is Status.PROPOSED
                for move in plan.moves
                if move.place is None
            )

    @rule(
        who=st.sampled_from(["away", "away", "comes", "usual"]),
        user=st.sampled_from([2, 3, 5]),
        day=days,
        begins=hours,
        length=st.integers(1, 12),
    )
    def change_the_staff(self, who: str, user: int, day: int, begins: int, length: int) -> None:
        clinic = self.services.clinic
        starts = datetime.combine(FIRST + timedelta(days=day), time(begins))
        ends = starts + timedelta(hours=length)
        if who == "away":
            self.do(lambda: clinic.add_absence(HELEN, user, starts, ends, "sick"), capacity=True)
        elif who == "comes":
            self.do(lambda: clinic.add_shifts(HELEN, [(user, 1, starts, ends, ())]), capacity=True)
        else:
            (here,) = clinic.locations(HELEN)
            changed_here = replace(here, usual_nurses=(1 + length % 3,) * 7)
            self.do(lambda: clinic.edit_location(HELEN, changed_here), capacity=True)

    @rule(day=days, chair=st.none() | chairs, begins=hours, length=st.integers(1, 12), retire=st.booleans())
    def close(self, day: int, chair: int | None, begins: int, length: int, retire: bool) -> None:
        clinic = self.services.clinic
        starts = datetime.combine(FIRST + timedelta(days=day), time(begins))
        if retire and chair is not None:
            back = chair in {old.id for old in clinic.retired_chairs(HELEN, 1)}
            self.do(lambda: (clinic.unretire_chair if back else clinic.retire_chair)(HELEN, chair))
        else:
            ends = starts + timedelta(hours=length)
            self.do(lambda: clinic.add_closure(HELEN, 1, chair, starts, ends, "Cleaning"))

    @rule(pick=picks, table=st.sampled_from(["absences", "shifts", "closures"]))
    def take_out(self, pick: int, table: str) -> None:
        ids = sorted(number for name, number in self.rows if name == table)
        if ids:
            clinic = self.services.clinic
            remove = {
                "absences": clinic.remove_absence,
                "shifts": clinic.remove_shift,
                "closures": clinic.remove_closure,
            }
            self.do(lambda: remove[table](HELEN, ids[pick % len(ids)]), capacity=table == "shifts")

    # --- records -----------------------------------------------------------------------------------------------------

    @rule(by=clerks, keep=patients, other=patients)
    def merge(self, by: User, keep: int, other: int) -> None:
        if keep != other:
            seen = self.services.patients.merge_check(by, keep, other)
            self.do(lambda: self.services.patients.merge(by, seen))

    # --- taken back --------------------------------------------------------------------------------------------------

    @rule(by=clerks, times=st.integers(1, 3))
    def undo(self, by: User, times: int) -> None:
        for _ in range(times):
            self.take_back(by, redo=False)

    @rule(by=clerks, times=st.integers(1, 3))
    def redo(self, by: User, times: int) -> None:
        for _ in range(times):
            self.take_back(by, redo=True)

    @rule(by=clerks)
    def there_and_back(self, by: User) -> None:
        """What is undone can be done again at once, and is then to the letter what it was."""
        before = self._lapsed(self.rows)
        if self.take_back(by, redo=False):
            if self.take_back(by, redo=True):
                assert self._lapsed(self.rows) == before
            else:  # somebody was called away since it was done first
                assert any(word in self.told[-1] for word in ("nurse", "prescriber")), self.told[-1]

    # --- what must be stored -----------------------------------------------------------------------------------------

    @invariant()
    def nothing_impossible_is_stored(self) -> None:
        assert not faults(self.rows), faults(self.rows)

    def teardown(self) -> None:
        checks = self.services.doctor.check()
        bad = [check for check in checks if not check.ok]
        assert not bad, bad

    def _visits(self) -> list[Appointment]:
        with self.store.reading() as session:
            ids = session.scalars(select(AppointmentRow.id).order_by(AppointmentRow.id)).all()
            return [schedule.board_row(session, number).appointment for number in ids]

    def _visit(self, pick: int) -> Appointment:
        visits = self._visits()
        return visits[pick % len(visits)]

    def _visit_by_id(self, number: int) -> Appointment:
        with self.store.reading() as session:
            return schedule.board_row(session, number).appointment

    def _are_there(self, places: dict[int, PlannedSession | None]) -> None:
        """Every visit that was to go somewhere is there."""
        for number, place in places.items():
            if place is not None:
                visit = self._visit_by_id(number)
                assert (visit.starts_at, visit.chair_id) == (place.starts_at, place.chair_id)


def test_whatever_happens_at_a_front_desk_every_invariant_is_kept(database_url: str, catalog: Catalog) -> None:
    run_on_empty_databases(FrontDesk, database_url, catalog, sqlite=(5, 40), postgresql=(1, 30))
