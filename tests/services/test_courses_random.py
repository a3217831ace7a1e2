"""Random courses in a random small clinic: whatever is taken keeps the rules or has them overridden, and is undone."""

import contextlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock
from ketaclinic.db.models import AppointmentRow, Base, BookingOverrideRow, ClosureRow, SeriesRow, TaskRow
from ketaclinic.db.soundness import check_all
from ketaclinic.db.store import Store, open_store
from ketaclinic.domain.appointments import FREES_THE_CHAIR, Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.courses import Cause, Scope, SeriesChange, SeriesRepair
from ketaclinic.domain.findings import Refused, Severity
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.services.bundle import build_services
from tests.conftest import AUDIT_KEY, FILE_KEY
from tests.services.booking_builders import DESK, PRESCRIBER, Desk, a_desk, on, session

REASON = "Agreed with the patient by telephone."
LEAST, MOST, WINDOW = 2, 7, 21
NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Plan:
    """A course of five, what else is going on, and the moment something happens."""

    gaps: tuple[int, ...]
    hour: int
    closed: tuple[tuple[int, int], ...]
    others: tuple[tuple[int, int], ...]
    now: int
    visit: int


plans = st.builds(
    Plan,
    gaps=st.tuples(*[st.integers(2, 5)] * 4),
    hour=st.integers(8, 14),
    closed=st.lists(st.tuples(st.integers(3, 40), st.integers(1, 9)), max_size=2).map(tuple),
    others=st.lists(st.tuples(st.integers(0, 30), st.integers(8, 14)), max_size=6).map(tuple),
    now=st.integers(0, 16),
    visit=st.integers(0, 4),
)


@pytest.fixture
def open_clinic(_migrated_file: bytes, tmp_path: Path, catalog: Catalog) -> Iterator[Any]:
    opened: list[Store] = []

    def make() -> tuple[Desk, FixedClock]:
        for store in opened:
            store.close()
        opened.clear()
        path = tmp_path / f"clinic-{next(NUMBERS)}.db"
        path.write_bytes(_migrated_file)
        clock = FixedClock()
        store = open_store(f"sqlite:///{path}", key=FILE_KEY, audit_key=AUDIT_KEY, clock=clock, station="desk-1")
        opened.append(store)
        return a_desk(build_services(store, catalog, clock), store), clock

    yield make
    for store in opened:
        store.close()


def set_up(desk: Desk, clock: FixedClock, plan: Plan) -> list[int] | None:
    """Books the course and the others where the rules allow it; None where the course does not fit."""
    days = list(itertools.accumulate(plan.gaps, initial=0))
    try:
        visits = desk.book(1, *(session(day, f"{plan.hour:02}:00") for day in days)).appointment_ids
    except Refused:
        return None
    for number, (day, hour) in enumerate(plan.others):
        with contextlib.suppress(Refused):
            desk.book(2 + number % 3, session(day, f"{hour:02}:30", 1 + number % 2))
    for first, length in plan.closed:
        closure = ClosureRow(
            location_id=1, starts_at=on(first, "00:00"), ends_at=on(first + length, "00:00"), reason="Holiday"
        )
        with contextlib.suppress(Refused), desk.store.writing(Op.ADD_CLOSURE) as writing:
            writing.session.add(closure)
    clock.at = datetime(2026, 11, 30, 17, 30, tzinfo=UTC) + timedelta(days=plan.now)
    return list(visits)


def everything(store: Store) -> dict[str, list[dict[str, Any]]]:
    """All recorded rows as they are, without versions, which only ever go up."""
    with store.reading() as rows:
        return {
            name: [
                {key: value for key, value in row._mapping.items() if key != "version"}
                for row in rows.execute(table.select().order_by(table.c.id))
            ]
            for name, table in Base.metadata.tables.items()
            if "version" in table.c
        }


def claims(store: Store) -> set[tuple[Any, ...]]:
    table = Base.metadata.tables["claims"]
    with store.reading() as rows:
        columns = select(table.c.kind, table.c.resource_id, table.c.starts, table.c.ends, table.c.appointment_id)
        return {tuple(row) for row in rows.execute(columns)}


def broken(store: Store) -> list[str]:
    """Gaps and windows of the course that no rule of the protocol allows, judged anew over the rows."""
    with store.reading() as rows:
        statement = select(AppointmentRow).where(AppointmentRow.patient_id == 1).order_by(AppointmentRow.starts_at)
        days = [row.starts_at.date() for row in rows.scalars(statement) if row.status not in FREES_THE_CHAIR]
    found = []
    for earlier, later in itertools.pairwise(days):
        gap = (later - earlier).days
        found += ["gap-short"] * (gap < LEAST) + ["gap-long"] * (gap > MOST)
    return found + ["window-long"] * (len(days) > 1 and (days[-1] - days[0]).days > WINDOW)


def check(desk: Desk, before: list[str], reviewed: bool, *, lost: bool = False) -> None:
    with desk.store.reading() as rows:
        codes = set(rows.scalars(select(BookingOverrideRow.code)))
        tasks = list(rows.scalars(select(TaskRow)))
        faults = [c for c in check_all(rows, audit_key=AUDIT_KEY, today=0) if not c.ok and c.name != "Nurse load"]
        positions = [
            row.position
            for row in rows.scalars(select(AppointmentRow).where(AppointmentRow.patient_id == 1))
            if row.status not in FREES_THE_CHAIR - {Status.PROPOSED}
        ]
        sessions = rows.scalars(select(SeriesRow.sessions).where(SeriesRow.patient_id == 1)).one()
    assert faults == []
    assert len(positions) == len(set(positions)) == sessions - lost
    assert set(broken(desk.store)) - set(before) <= codes
    assert bool(tasks) is reviewed
    assert len(desk.services.courses.tasks(PRESCRIBER)) == len(tasks)


def overrides(repair: SeriesRepair) -> tuple[BookingOverride, ...]:
    return tuple(
        {f.code: BookingOverride(f.code, REASON) for f in repair.findings if f.severity is Severity.OVERRIDE}.values()
    )


@given(plan=plans, way=st.integers(0, 3))
@settings(max_examples=12)
def test_a_missed_session_is_made_up_within_the_rules_and_undone_to_the_letter(
    open_clinic: Any, plan: Plan, way: int
) -> None:
    desk, clock = open_clinic()
    visits = set_up(desk, clock, plan)
    if visits is None:
        return
    missed = visits[plan.visit]
    past = desk.visit(missed).starts_at <= datetime.combine(clock.at.date(), time(11, 30))
    cause, target = (Cause.MISSED, Status.NO_SHOW) if past else (Cause.CANCELLED, Status.CANCELLED_BY_PATIENT)
    options = [o for o in desk.services.courses.missed_options(DESK, missed, cause) if o.possible]
    repair = options[way % len(options)]
    assert {f.code for f in repair.findings if f.severity is Severity.OVERRIDE} <= {"gap-long", "window-long"}
    rows, held, gaps = everything(desk.store), claims(desk.store), broken(desk.store)
    desk.services.courses.apply(DESK, repair, target, overrides=overrides(repair))
    after, held_after = everything(desk.store), claims(desk.store)
    check(desk, gaps if way % len(options) < len(options) - 1 else [*gaps, "gap-long"], repair.review)
    desk.services.history.undo(DESK)
    assert everything(desk.store) == rows
    assert claims(desk.store) == held
    desk.services.history.redo(DESK)
    assert everything(desk.store) == after
    assert claims(desk.store) == held_after


@given(
    plan=plans,
    scope=st.sampled_from(Scope),
    days=st.integers(-3, 8),
    hour=st.none() | st.integers(8, 15),
    chair=st.none() | st.integers(1, 2),
    nearest=st.booleans(),
    lost=st.none() | st.integers(0, 4),
)
@settings(max_examples=12)
def test_a_series_is_changed_within_the_rules_and_undone_to_the_letter(
    open_clinic: Any,
    plan: Plan,
    scope: Scope,
    days: int,
    hour: int | None,
    chair: int | None,
    nearest: bool,
    lost: int | None,
) -> None:
    desk, clock = open_clinic()
    visits = set_up(desk, clock, plan)
    if visits is None or desk.visit(visits[plan.visit]).starts_at <= datetime.combine(clock.at.date(), time(11, 30)):
        return
    if lost is not None and lost != plan.visit:
        desk.services.courses.lose(DESK, visits[lost], 1, Status.CANCELLED_BY_CLINIC)
    change = SeriesChange(days, time(hour) if hour else None, chair)
    courses = desk.services.courses
    repair = courses.edit_preview(DESK, visits[plan.visit], scope, change)
    stuck = frozenset(v.appointment_id for v in repair.visits if v.to is None and v.appointment_id)
    if nearest and stuck:
        repair = courses.edit_preview(DESK, visits[plan.visit], scope, change, nearest=stuck)
    if not any(v.to for v in repair.visits):
        return
    rows, held, gaps = everything(desk.store), claims(desk.store), broken(desk.store)
    courses.apply(DESK, repair, overrides=overrides(repair))
    check(desk, gaps, repair.review, lost=lost is not None and lost != plan.visit)
    moved = {v.appointment_id: v.to.starts_at for v in repair.visits if v.to}
    assert {visit: desk.visit(visit).starts_at for visit in moved if visit} == moved
    desk.services.history.undo(DESK)
    assert everything(desk.store) == rows
    assert claims(desk.store) == held
