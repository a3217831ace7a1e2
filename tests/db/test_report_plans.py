"""The reports read through their indexes: a clinic of years waits no longer for them than one of days."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, text

from ketaclinic.clock import FixedClock
from ketaclinic.db import clearance, reports
from ketaclinic.db.store import Store, open_store
from tests.conftest import AUDIT_KEY, FILE_KEY

SINCE, UNTIL = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path, _migrated_file: bytes, clock: FixedClock) -> Iterator[Store]:
    """SQLite alone: PostgreSQL plans by how many rows there are, and an empty table it simply reads."""
    path = tmp_path / "clinic.db"
    path.write_bytes(_migrated_file)
    found = open_store(f"sqlite:///{path}", key=FILE_KEY, audit_key=AUDIT_KEY, clock=clock)
    yield found
    found.close()


def test_every_report_finds_its_rows_by_an_index(store: Store) -> None:
    asked: list[tuple[str, object]] = []

    def hear(_connection: object, _cursor: object, statement: str, given: object, *_: object) -> None:
        asked.append((statement, given))

    event.listen(store.engines.reading, "before_cursor_execute", hear)
    with store.reading() as session:
        reports.starts_overridden(session, 1, "UTC", SINCE, UNTIL)
        reports.bookings_given(session, 1, "UTC", SINCE, UNTIL)
        reports.bookings_of_month(session, 1, "UTC", date(2026, 11, 1), date(2026, 12, 1))
        reports.visits_of(session, 1, date(2026, 11, 1), date(2026, 12, 1))
        reports.reviews_of(session, date(2026, 11, 1), "UTC")
        clearance.flagged(session, [1, 2])
        clearance.infusions_since_tests(session, 1)
    event.remove(store.engines.reading, "before_cursor_execute", hear)
    questions = [(words, given) for words, given in asked if words.startswith("SELECT")]
    assert len(questions) == 8
    with store.engines.reading.connect() as connection:
        for words, given in questions:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", given)
            scans = [row[3] for row in plan if row[3].startswith("SCAN") and " USING " not in row[3]]
            assert [s for s in scans if not s.endswith(("users", "asked", "approved", "chairs"))] == [], words
        governed = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = 'ix_events_governed'")).scalar()
    assert "WHERE kind IN ('held', 'override')" in str(governed)
