"""Holds, the pinboard and papers are read by index: years of history cost nothing when a series is booked."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from ketaclinic.db import coverage, holds, schedule
from ketaclinic.db.new_visits import last_place
from ketaclinic.db.store import Store
from tests.db.rows import a_clinic
from tests.db.test_recall_reading import plans

READINGS: tuple[Callable[..., object], ...] = (
    lambda session: holds.any_expired(session, datetime(2026, 11, 24, tzinfo=UTC)),
    lambda session: holds.held_of_series(session, 1),
    lambda session: schedule.to_place_rows(session, 1),
    lambda session: schedule.last_position(session, 1, "maintenance-mood"),
    lambda session: last_place(session, 1),
    lambda session: coverage.cover_of(session, 1, "induction-mood-2-per-week", 1),
)


@pytest.mark.parametrize("reading", READINGS)
def test_no_table_is_read_from_end_to_end_for_a_booking(store: Store, reading: Callable[..., object]) -> None:
    if store.engines.reading.dialect.name != "sqlite":
        pytest.skip("the planner of PostgreSQL scans small tables whatever indexes there are")
    a_clinic(store)
    found = plans(store, reading)
    assert found
    assert [step for step in found if step.startswith("SCAN") and "CONSTANT" not in step] == []
