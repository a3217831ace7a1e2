"""What was charted is only added to, on both engines: by the mapper with a sentence, by triggers whatever the path."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from ketaclinic.db.models import (
    AddendumRow,
    AnswerRow,
    AssessmentRow,
    Base,
    EncounterRow,
    EventRow,
    ObservationRow,
)
from ketaclinic.db.record_soundness import missing_guards, written_after_signing
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import ClinicError
from tests.db.rows import NINE, NURSE, NURSE_2, a_clinic, a_series

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
SIGNED, OPEN = 1, 2
"""The sessions: one signed, one under way."""

CHARTED: dict[type[Base], tuple[str, Any]] = {
    AnswerRow: ("value", {"v": 99}),
    ObservationRow: ("note", "rewritten"),
    EventRow: ("data", {"text": "rewritten"}),
    AddendumRow: ("text", "rewritten"),
    AssessmentRow: ("value", {"score": 0}),
}
"""Each kind of row with a fact of it, and what somebody might write over it."""
IN_SQL = [
    ("answers", "answered_at = 0"),
    ("observations", "observed_at = 0"),
    ("events", "kind = 'note'"),
    ("addenda", "text = 'rewritten'"),
    ("assessments", "value = '{}'"),
    ("assessments", "instrument = 'gad-7'"),
    ("encounters", "outcome = 'discharged by magic'"),
    ("encounters", "signed_at = NULL"),
    ("encounters", "stopped_at = 0"),
    ("encounters", "dose_mg = 500"),
]


@pytest.fixture
def charted(store: Store) -> Store:
    """A signed session with a row of each kind, and one under way."""
    a_clinic(store)
    visits = [*a_series(store, 1, (1, NINE)), *a_series(store, 2, (2, NINE))]
    with store.writing(Op.SIGN_OFF) as writing:
        session = writing.session
        for patient, visit in enumerate(visits, start=1):
            session.add(
                EncounterRow(
                    appointment_id=visit,
                    patient_id=patient,
                    protocol_id="induction-mood-2-per-week",
                    protocol_revision=1,
                    checklist_revisions={},
                    opened_at=AT,
                    opened_by=NURSE,
                )
            )
            session.flush()
        by = {"encounter_id": SIGNED, "user_id": NURSE}
        session.add(AnswerRow(**by, checklist_id="pre-infusion", item="weight", value={"v": 82.4}, answered_at=AT))
        session.add(ObservationRow(**by, due="+5", observed_at=AT, entered_at=AT, values={"sbp": 121.0}))
        session.add(EventRow(**by, kind="note", happened_at=AT, entered_at=AT, data={"text": "calm"}))
        session.add(AddendumRow(**by, at=AT, role="nurse", meaning="review", text="Read again."))
        session.add(
            AssessmentRow(
                **by, patient_id=1, instrument="phq-9", instrument_version=1, value={"score": 12}, taken_at=AT,
                entered_at=AT, given_by="patient",
            )
        )  # fmt: skip
        session.flush()
        signed = session.get_one(EncounterRow, SIGNED)
        signed.outcome, signed.signed_at, signed.signed_by = "discharged", AT, NURSE
    return store


def write_over(store: Store, kind: type[Base], row: int, column: str, value: Any) -> None:
    with store.writing(Op.RECORD_EVENT) as writing:
        setattr(writing.session.get_one(kind, row), column, value)


def take_out(store: Store, kind: type[Base], row: int) -> None:
    with store.writing(Op.RECORD_EVENT) as writing:
        writing.session.delete(writing.session.get_one(kind, row))


def test_harm_19_what_was_charted_is_refused_before_it_is_written_over(charted: Store) -> None:
    for kind, (column, value) in CHARTED.items():
        with pytest.raises(ClinicError, match="correct it by a new entry"):
            write_over(charted, kind, 1, column, value)
        with pytest.raises(ClinicError, match="never removed"):
            take_out(charted, kind, 1)
        with charted.reading() as session:
            assert getattr(session.get_one(kind, 1), column) != value


def test_harm_19_a_signed_session_does_not_change(charted: Store) -> None:
    tried = {"outcome": "left_against_advice", "signed_at": None, "signed_by": NURSE_2, "started_at": LATER}
    for column, value in tried.items():
        with pytest.raises(ClinicError, match="signed and closed"):
            write_over(charted, EncounterRow, SIGNED, column, value)
    with charted.reading() as session:
        kept = session.get_one(EncounterRow, SIGNED)
        assert (kept.outcome, kept.signed_at, kept.signed_by, kept.started_at) == ("discharged", AT, NURSE, None)


def test_a_session_under_way_still_changes_but_is_never_removed(charted: Store) -> None:
    write_over(charted, EncounterRow, OPEN, "started_at", AT)
    with pytest.raises(ClinicError, match="never removed"):
        take_out(charted, EncounterRow, OPEN)
    with charted.reading() as session:
        assert session.get_one(EncounterRow, OPEN).started_at == AT


def test_two_records_of_one_person_are_merged_although_they_are_signed(charted: Store) -> None:
    with charted.writing(Op.MERGE_PATIENTS) as writing:
        writing.session.get_one(EncounterRow, SIGNED).patient_id = 3
        writing.session.get_one(AssessmentRow, 1).patient_id = 3
    with charted.reading() as session:
        assert session.get_one(EncounterRow, SIGNED).patient_id == 3
        assert session.get_one(AssessmentRow, 1).patient_id == 3


def test_harm_19_the_database_itself_refuses_a_change_and_a_removal(charted: Store) -> None:
    for table, change in IN_SQL:
        refuses(charted, f"UPDATE {table} SET {change} WHERE id = 1")
    for table in sorted({table for table, _ in IN_SQL}):
        refuses(charted, f"DELETE FROM {table} WHERE id = 1")


def refuses(store: Store, statement: str) -> None:
    """The statement is refused by a trigger of ours, and not for some other reason."""
    with (
        store.engines.writing.connect() as connection,
        pytest.raises(DBAPIError, match=r"only added to|does not change|never removed"),
    ):
        connection.execute(text(statement))


def test_the_doctor_finds_what_was_entered_after_the_signature(charted: Store) -> None:
    with charted.reading() as session:
        assert written_after_signing(session) == []
    with charted.writing(Op.RECORD_EVENT) as writing:
        for session_id in (SIGNED, OPEN):
            late = {"happened_at": LATER, "entered_at": LATER, "user_id": NURSE, "data": {"text": "slipped in"}}
            writing.session.add(EventRow(encounter_id=session_id, kind="note", **late))
    with charted.reading() as session:
        assert written_after_signing(session) == [f"session {SIGNED}"]


def test_the_doctor_misses_a_guard_that_was_taken_away(charted: Store) -> None:
    with charted.reading() as session:
        assert missing_guards(session) == []
    on = " ON events" if charted.engines.writing.dialect.name == "postgresql" else ""
    with charted.engines.writing.connect() as connection:  # never committed: the database is as it was for the next
        connection.execute(text(f"DROP TRIGGER events_no_update{on}"))
        session = Session(connection)
        assert missing_guards(session) == ["events_no_update"]
        session.close()
        connection.rollback()
