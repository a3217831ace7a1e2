"""The recall lists are read by index: they take no longer in the tenth year than in the first."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event

from ketaclinic.db import calls, recall, waitlist
from ketaclinic.db.store import Store
from tests.db.rows import NINE, a_clinic, a_series

FIRST = date(2026, 5, 1)
READINGS: tuple[Callable[..., object], ...] = (
    lambda session: list(recall.seen_visits(session, 1, FIRST)),
    lambda session: recall.seen_elsewhere(session, 1, [1, 2], FIRST),
    lambda session: recall.patients(session, [1, 2]),
    lambda session: recall.to_place(session, 1),
    lambda session: recall.holds_ending(session, 1, datetime(2026, 11, 24, tzinfo=UTC)),
    lambda session: recall.visits_of_patients(session, [1, 2], {}),
    lambda session: calls.of_visits(session, [1, 2], "UTC"),
    lambda session: calls.last_of_patients(session, [1, 2], datetime(2026, 9, 1, tzinfo=UTC), "UTC"),
    lambda session: waitlist.open_entries(session, 1),
    lambda session: waitlist.of_patient(session, 1),
)


def plans(store: Store, reading: Callable[..., object]) -> list[str]:
    """How SQLite goes about each statement of a reading."""
    run: list[tuple[str, object]] = []

    def note(_connection, _cursor, statement: str, parameters: object, _context, _many) -> None:  # noqa: ANN001
        if statement.startswith("SELECT"):
            run.append((statement, parameters))

    event.listen(store.engines.reading, "before_cursor_execute", note)
    with store.reading() as session:
        reading(session)
    event.remove(store.engines.reading, "before_cursor_execute", note)
    with store.reading() as session:
        connection = session.connection()
        return [
            str(row[3])
            for statement, parameters in run
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
        ]


@pytest.mark.parametrize("reading", READINGS)
def test_no_table_is_read_from_end_to_end(store: Store, reading: Callable[..., object]) -> None:
    if store.engines.reading.dialect.name != "sqlite":
        pytest.skip("a small table is rightly scanned by PostgreSQL")
    a_clinic(store)
    a_series(store, 1, (1, NINE))
    steps = plans(store, reading)
    assert steps
    assert [step for step in steps if step.startswith("SCAN")] == []


def test_visits_come_with_their_course_and_of_every_status(store: Store) -> None:
    a_clinic(store)
    visits = a_series(store, 1, (1, NINE))
    a_series(store, 2, (2, NINE), status="cancelled_by_patient")
    with store.reading() as session:
        seen = sorted(recall.seen_visits(session, 1, NINE.date()))
        assert [(v.appointment_id, v.patient_id, v.status, v.sessions, bool(v.open_ended)) for v in seen] == [
            (visits[0], 1, "scheduled", 1, False),
            (visits[0] + 1, 2, "cancelled_by_patient", 1, False),
        ]
        assert seen[0].day == NINE.date()
        assert list(recall.seen_visits(session, 1, date(2026, 11, 25))) == []
        assert list(recall.seen_visits(session, 2, NINE.date())) == []


@pytest.mark.parametrize(
    ("reading", "index"),
    [
        (READINGS[0], "ix_appointments_location_starts (location_id=? AND starts_at>?)"),
        (READINGS[3], "ix_appointments_to_place"),
        (READINGS[4], "ix_appointments_held_until"),
        (READINGS[8], "ix_waitlist_closed_at"),
    ],
)
def test_few_among_a_million_are_found_by_an_index_of_their_own(
    store: Store, reading: Callable[..., object], index: str
) -> None:
    if store.engines.reading.dialect.name != "sqlite":
        pytest.skip("the plan of a small table says nothing on PostgreSQL")
    a_clinic(store)
    assert any(index in step for step in plans(store, reading))
