import pytest
from sqlalchemy import text

from ketaclinic.db.changelog import verify
from ketaclinic.db.models import PatientRow
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from tests.conftest import AUDIT_KEY
from tests.db.rows import NINE, a_clinic, a_series, move


@pytest.fixture
def store_with_history(store: Store) -> Store:
    """Four operations: the clinic, two bookings, a move."""
    a_clinic(store)
    (visit,) = a_series(store, 1, (1, NINE), command_id="c-1")
    a_series(store, 2, (2, NINE))
    move(store, visit, at=NINE.replace(day=25))
    return store


def problem(store: Store, key: bytes = AUDIT_KEY) -> str:
    with store.reading() as session:
        return verify(session, key).problem


def tamper(store: Store, *statements: str) -> None:
    """What somebody does who has the file and its key, but not the audit's."""
    with store.engines.writing.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_an_untouched_audit_is_sound(store_with_history: Store) -> None:
    with store_with_history.reading() as session:
        found = verify(session, AUDIT_KEY)
    assert (found.operations, found.changes, found.problem) == (4, 16, "")


def test_an_empty_audit_is_sound(store: Store) -> None:
    assert problem(store) == ""


@pytest.mark.parametrize(
    ("what", "statements", "found"),
    [
        ("who did it", ["UPDATE operations SET user_id = 2 WHERE seq = 2"], "Operation 2 is not as it was written"),
        ("when", ["UPDATE operations SET at = at + 1 WHERE seq = 3"], "Operation 3 is not as it was written"),
        ("what it was", ["UPDATE operations SET op = 'Undo' WHERE seq = 4"], "Operation 4 is not as it was written"),
        ("its command", ["UPDATE operations SET command_id = NULL WHERE seq = 2"], "Operation 2 is not"),
        ("the seal", ["UPDATE operations SET mac = 'f00' WHERE seq = 1"], "Operation 1 is not as it was written"),
        ("an image", ["UPDATE changes SET after = before WHERE seq = 4"], "Operation 4 is not as it was written"),
        ("the row meant", ["UPDATE changes SET row_id = 3 WHERE seq = 4"], "Operation 4 is not as it was written"),
        ("a change removed", ["DELETE FROM changes WHERE seq = 3 AND table_name = 'series'"], "Operation 3 is not"),
        (
            "a change inserted",
            ["INSERT INTO changes (seq, table_name, row_id) VALUES (3, 'patients', 1)"],
            "Operation 3 is not as it was written",
        ),
        (
            "an operation removed",
            ["DELETE FROM changes WHERE seq = 2", "DELETE FROM operations WHERE seq = 2"],
            "Operation 2 is missing.",
        ),
        (
            "the first operation removed",
            ["DELETE FROM changes WHERE seq = 1", "DELETE FROM operations WHERE seq = 1"],
            "Operation 1 is missing.",
        ),
        (
            "the last operation removed",
            ["DELETE FROM changes WHERE seq = 4", "DELETE FROM operations WHERE seq = 4"],
            "The audit ended with operation 4; it now ends with 3.",
        ),
        (
            "an operation inserted",
            ["INSERT INTO operations (seq, op, detail, at, station, mac) VALUES (5, 'Undo', '', 1, '', 'f00')"],
            "Operation 5 is not as it was written",
        ),
        (
            "the end forged",
            [
                "DELETE FROM changes WHERE seq = 4",
                "DELETE FROM operations WHERE seq = 4",
                "UPDATE audit_head SET seq = 3, changes = 15, chain = (SELECT mac FROM operations WHERE seq = 3)",
            ],
            "The end of the audit is not as it was written.",
        ),
        ("the end removed", ["DELETE FROM audit_head"], "The end of the audit is missing."),
        (
            "everything removed but the end",
            ["DELETE FROM changes", "DELETE FROM operations"],
            "The audit ended with operation 4; it now ends with 0.",
        ),
    ],
)
def test_tampering_shows(store_with_history: Store, what: str, statements: list[str], found: str) -> None:
    tamper(store_with_history, *statements)
    assert problem(store_with_history).startswith(found), what


def test_without_the_key_nothing_can_be_sealed_anew(store_with_history: Store) -> None:
    assert problem(store_with_history, b"another key").startswith("Operation 1 is not as it was written")


@pytest.mark.parametrize(
    "forged",
    [
        "UPDATE audit_head SET seq = 3, changes = 15, chain = (SELECT mac FROM operations WHERE seq = 3)",
        "DELETE FROM audit_head",
    ],
)
def test_work_after_a_forged_end_does_not_heal_it(store_with_history: Store, forged: str) -> None:
    tamper(store_with_history, "DELETE FROM changes WHERE seq = 4", "DELETE FROM operations WHERE seq = 4", forged)
    with store_with_history.writing(Op.ADD_PATIENT) as writing:
        writing.session.add(PatientRow(record="KC-0009", family_name="Silva"))
    assert problem(store_with_history).startswith("Operation 4 is not as it was written")
