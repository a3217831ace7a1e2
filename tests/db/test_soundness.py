from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from ketaclinic.db.models import AppointmentRow, BookingOverrideRow, DocumentRow, LocationRow, ShiftRow
from ketaclinic.db.soundness import check_all
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.claims import wall_minutes
from tests.conftest import AUDIT_KEY
from tests.db.rows import DESK, NINE, NURSE, NURSE_2, a_clinic, a_closure, a_series, move

TODAY = wall_minutes(datetime(2026, 11, 23))


@pytest.fixture
def busy(store: Store) -> Store:
    """A clinic with a closure, a document, two series, a move and a visit cancelled."""
    a_clinic(store)
    a_closure(store, None, NINE + timedelta(days=30), NINE + timedelta(days=31))
    (visit, _) = a_series(store, 1, (1, NINE), (1, NINE + timedelta(days=3)), nurse_id=NURSE)
    a_series(store, 2, (2, NINE + timedelta(minutes=20)))
    move(store, visit, at=NINE + timedelta(days=1))
    with store.writing(Op.FILE_DOCUMENT, by=DESK) as writing:
        writing.session.add(
            DocumentRow(
                kind="consent",
                title="Consent",
                revision=1,
                made_at=datetime.fromisoformat("2026-11-23T15:00:00+00:00"),
                pages=1,
                digest="d37e0cd00f18a366f040d864a3fa641b54039aab8f55f60e09a1f11fde972caf",
                content=b"Consent",
                patient_id=1,
            )
        )
    return store


def unsound(store: Store, today: int = TODAY) -> dict[str, str]:
    with store.reading() as session:
        return {c.name: c.detail for c in check_all(session, audit_key=AUDIT_KEY, today=today) if not c.ok}


def details(store: Store, today: int = TODAY) -> dict[str, str]:
    with store.reading() as session:
        return {c.name: c.detail for c in check_all(session, audit_key=AUDIT_KEY, today=today)}


def tamper(store: Store, *statements: str) -> None:
    if store.engines.is_sqlite:
        raw = store.engines.writing.raw_connection()
        cursor = raw.cursor()
        for statement in ("PRAGMA foreign_keys = OFF", *statements, "PRAGMA foreign_keys = ON"):
            cursor.execute(statement)
        cursor.close()
        raw.close()
        return
    with store.engines.writing.begin() as connection:
        for statement in ("SET LOCAL session_replication_role = replica", *statements):
            connection.execute(text(statement))


def test_a_clinic_that_only_the_program_has_touched_is_sound(busy: Store) -> None:
    with busy.reading() as session:
        checks = check_all(session, audit_key=AUDIT_KEY, today=TODAY)
    assert [c.name for c in checks if not c.ok] == []
    assert [c.name for c in checks] == [
        "File",
        "Schema version",
        "Guards against overlaps",
        "References",
        "Audit chain",
        "Rows as the audit left them",
        "Claims",
        "Overlaps",
        "Series complete",
        "Visits whole",
        "Nurse load",
        "Documents",
        "Drug ledger",
        "Guards of what was charted",
        "Signed sessions",
        "Reviews of rules",
    ]


def test_an_empty_database_is_sound(store: Store) -> None:
    assert unsound(store) == {}


@pytest.mark.parametrize(
    ("statement", "check", "detail"),
    [
        ("UPDATE patients SET note = 'x' WHERE id = 2", "Rows as the audit left them", "patients 2 were changed"),
        ("DELETE FROM users WHERE id = 4", "Rows as the audit left them", "users 4 were changed"),
        ("DELETE FROM claims WHERE kind = 'nurse_setup' AND appointment_id = 1", "Claims", "missing: nurse_setup 2"),
        ("DELETE FROM claims WHERE closure_id = 1", "Claims", "missing: chair 1 for closure 1"),
        ("UPDATE claims SET ends = ends - 5 WHERE appointment_id = 3", "Claims", "for appointment 3"),
        ("UPDATE appointments SET status = 'no_show' WHERE id = 1", "Claims", "stray: "),
        (
            "UPDATE appointments SET chair_id = 2, starts_at = starts_at + 20, ends_at = ends_at + 20 WHERE id = 1",
            "Claims",
            "",
        ),
        ("UPDATE appointments SET position = 1 WHERE id = 2", "Series complete", "series 1 are not"),
        ("UPDATE appointments SET position = 3 WHERE id = 2", "Series complete", "series 1 are not"),
        ("DELETE FROM appointments WHERE id = 2", "Series complete", "series 1 are not"),
        ("DELETE FROM appointments WHERE id = 3", "Series complete", "series 2 are not"),
        ("UPDATE appointments SET recovery = 55 WHERE id = 1", "Visits whole", "appointments 1 are not"),
        ("UPDATE appointments SET patient_id = 3 WHERE id = 1", "Visits whole", "appointments 1 are not"),
        ("UPDATE documents SET digest = 'd37e'", "Documents", "documents 1 are not the bytes filed"),
        ("UPDATE operations SET user_id = 2 WHERE seq = 2", "Audit chain", "Operation 2 is not as it was written"),
        ("UPDATE alembic_version SET version_num = '0000'", "Schema version", "0000, this program knows 0004"),
    ],
)
def test_each_fault_is_found_and_named(busy: Store, statement: str, check: str, detail: str) -> None:
    tamper(busy, statement)
    found = unsound(busy)
    if "alembic" in statement:
        tamper(busy, "UPDATE alembic_version SET version_num = '0004'")
    assert check in found, found
    assert detail in found[check]


@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ("chair_id = 1", "chair of appointment 3"),
        ("patient_id = 1", "patient of appointment 3"),
        ("nurse_id = 2, setup_from = 5", "nurse of appointment 3"),
    ],
)
def test_an_overlap_is_seen_in_the_appointments_themselves(busy: Store, changed: str, word: str) -> None:
    tamper(busy, f"UPDATE appointments SET {changed}, starts_at = (SELECT starts_at FROM appointments WHERE id = 1), "
                 f"ends_at = (SELECT ends_at FROM appointments WHERE id = 1) WHERE id = 3")  # fmt: skip
    assert unsound(busy)["Overlaps"] == f"{word} are held twice"


def test_a_missing_guard_is_found(store: Store) -> None:
    if store.engines.is_sqlite:
        tamper(store, "DROP TRIGGER claims_no_overlap_update")
        assert list(unsound(store)) == ["Guards against overlaps"]
        return
    tamper(store, "ALTER TABLE claims RENAME CONSTRAINT claims_no_overlap TO gone")
    found = unsound(store)
    tamper(store, "ALTER TABLE claims RENAME CONSTRAINT gone TO claims_no_overlap")
    assert list(found) == ["Guards against overlaps"]


def test_a_reference_that_points_nowhere_is_found(busy: Store) -> None:
    if not busy.engines.is_sqlite:
        pytest.skip("the server keeps references itself")
    tamper(busy, "DELETE FROM chairs WHERE id = 2")
    assert "appointments 3" in unsound(busy)["References"]


# --- nurse load: 1 nurse, ratio 3, set-up 09:00 to 09:20, monitored until 10:45 --------------------------------------


def loaded(store: Store, *starts: datetime, nurses: int = 1, ratio: int = 3) -> dict[str, str]:
    a_clinic(store, chairs=6, nurses=nurses, patients=6)
    for number, at in enumerate(starts, start=1):
        a_series(store, number, (number, at), ratio=ratio)
    return unsound(store)


def after(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def test_one_nurse_sets_up_one_patient_after_another(store: Store) -> None:
    # The second set-up begins when the first ends; the first patient is monitored by nobody else meanwhile.
    assert loaded(store, after(0), after(20)) == {
        "Nurse load": "location 1, 2026-11-24 09:20 have too few nurses",
    }


def test_two_nurses_set_up_while_one_monitors(store: Store) -> None:
    assert loaded(store, after(0), after(20), after(40), after(60), nurses=2) == {}


def test_two_set_ups_at_once_need_two_nurses(store: Store) -> None:
    assert loaded(store, after(0), after(0)) == {"Nurse load": "location 1, 2026-11-24 09:00 have too few nurses"}


def test_monitoring_may_not_pass_the_ratio(store: Store) -> None:
    # At 09:40 the third is in set-up and two are monitored by the other nurse, whose ratio is one.
    found = loaded(store, after(0), after(20), after(40), nurses=2, ratio=1)
    assert found == {"Nurse load": "location 1, 2026-11-24 09:40 have too few nurses"}


def test_the_patient_who_left_asks_for_no_nurse(store: Store) -> None:
    assert loaded(store, after(0), after(105)) == {}


def test_shifts_of_nurses_count_where_any_are_entered(store: Store) -> None:
    assert loaded(store, after(0), after(20), nurses=2) == {}
    with store.writing(Op.EDIT_SHIFTS) as writing:
        for user, hours in ((NURSE, (8, 18)), (NURSE_2, (8, 9)), (DESK, (8, 18)), (NURSE, (9, 12))):
            starts, ends = (NINE.replace(hour=hour) for hour in hours)
            writing.session.add(ShiftRow(user_id=user, location_id=1, starts_at=starts, ends_at=ends))
    assert unsound(store) == {}
    assert "known to the clinic: location 1, 2026-11-24 09:20" in details(store)["Nurse load"]
    a_series(store, 3, (3, after(45)))
    assert unsound(store) == {"Nurse load": "location 1, 2026-11-24 09:45 have too few nurses"}
    later = wall_minutes(datetime(2026, 11, 25))
    assert unsound(store, today=later) == {}


def test_a_shortage_somebody_answers_for_is_no_fault(store: Store) -> None:
    loaded(store, after(0), after(20))
    with store.writing(Op.MOVE_APPOINTMENT) as writing:
        writing.session.add(
            BookingOverrideRow(
                appointment_id=2,
                code="nurse-load",
                message="-",
                reason="The manager helps out",
                at=datetime(2026, 11, 23, 15, tzinfo=UTC),
            )
        )
    assert unsound(store) == {}
    assert details(store)["Nurse load"] == "too few, known to the clinic: location 1, 2026-11-24 09:20"


def test_usual_nurses_go_by_the_day_of_the_week(store: Store) -> None:
    assert loaded(store, after(0)) == {}
    with store.writing(Op.EDIT_CLINIC) as writing:
        writing.session.get_one(LocationRow, 1).usual_nurses = [1, 0, 1, 1, 1, 1, 1]  # none on Tuesdays
    assert details(store)["Nurse load"] == "too few, known to the clinic: location 1, 2026-11-24 09:00"


def test_a_visit_booked_at_another_hour_since_makes_a_known_shortage_no_fault(store: Store) -> None:
    loaded(store, after(0), after(20), nurses=2)
    with store.writing(Op.EDIT_SHIFTS) as writing:
        writing.session.add(ShiftRow(user_id=NURSE, location_id=1, starts_at=NINE, ends_at=NINE + timedelta(hours=9)))
    assert details(store)["Nurse load"] == "too few, known to the clinic: location 1, 2026-11-24 09:20"
    a_series(store, 3, (3, after(240)))
    assert details(store)["Nurse load"] == "too few, known to the clinic: location 1, 2026-11-24 09:20"
    a_series(store, 4, (4, after(30)))
    assert unsound(store) == {"Nurse load": "location 1, 2026-11-24 09:30 have too few nurses"}


def test_a_shortage_made_by_the_operation_that_moved_the_visits_is_no_fault(store: Store) -> None:
    """As a repair of the day saves it: somebody leaves, and the patients in their chairs stay short of a nurse."""
    loaded(store, after(0), after(240), nurses=2)
    with store.writing(Op.REPAIR_DAY) as writing:
        row = writing.session.get_one(AppointmentRow, 2)
        row.starts_at, row.ends_at = after(20), after(20) + timedelta(minutes=115)
        writing.session.add(ShiftRow(user_id=NURSE, location_id=1, starts_at=NINE, ends_at=NINE + timedelta(hours=9)))
    assert details(store)["Nurse load"] == "too few, known to the clinic: location 1, 2026-11-24 09:20"
