import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from ketaclinic.clock import FixedClock
from ketaclinic.db import engine
from ketaclinic.db.models import PatientRow
from ketaclinic.db.store import Store, open_store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import ClinicError, StoreUnusable
from tests.conftest import AUDIT_KEY, FILE_KEY, OpenStation
from tests.db.rows import NINE, a_clinic, a_series


def test_a_desk_that_waits_too_long_is_told_and_loses_nothing(
    open_station: OpenStation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    store, other = open_station("desk-1"), open_station("desk-2")
    a_clinic(store)
    with other.writing(Op.ADD_PATIENT) as writing:
        writing.session.add(PatientRow(record="KC-0100", family_name="Slow"))
        writing.session.flush()
        with pytest.raises(ClinicError, match="busy with someone else's work; nothing was saved"):
            a_series(store, 1, (1, NINE))
    assert a_series(store, 1, (1, NINE)) == [1]


def test_desks_wait_for_each_other_and_all_are_served(store: Store, open_station: OpenStation) -> None:
    a_clinic(store, patients=1)
    stations = [store, *(open_station(f"desk-{number}") for number in (2, 3))]

    def add(station: Store, number: int) -> None:
        for count in range(5):
            with station.writing(Op.ADD_PATIENT) as writing:
                writing.session.add(PatientRow(record=f"KC-{number}{count:03d}", family_name="New"))

    threads = [threading.Thread(target=add, args=(station, n)) for n, station in enumerate(stations * 2, start=1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.reading() as session:
        assert session.execute(text("SELECT count(*) FROM patients")).scalar() == 31
        assert session.execute(text("SELECT count(*), max(seq) FROM operations")).one() == (31, 31)


def test_a_name_too_long_for_the_server_is_told(postgres_url: str) -> None:
    store = open_store(postgres_url, key=None, audit_key=AUDIT_KEY, clock=FixedClock())
    with pytest.raises(ClinicError, match="too long; nothing was saved"), store.writing(Op.ADD_PATIENT) as writing:
        writing.session.add(PatientRow(record="KC-0001", family_name="X" * 201))
    store.close()


def test_what_no_database_can_hold_is_told_and_not_saved(store: Store) -> None:
    a_clinic(store, patients=1)
    half_a_sign = "Zo\ud83d"
    with pytest.raises(ClinicError, match="cannot be kept"), store.writing(Op.ADD_PATIENT) as writing:
        writing.session.add(PatientRow(record="KC-0100", family_name=half_a_sign))
    with pytest.raises(ClinicError, match="cannot be kept"), store.reading() as session:
        session.execute(text("SELECT id FROM patients WHERE family_name = :name"), {"name": half_a_sign})
    with pytest.raises(ClinicError, match="beyond all bounds"), store.reading() as session:
        session.get(PatientRow, 2**63)
    with store.reading() as session:
        assert session.execute(text("SELECT count(*) FROM patients")).scalar() == 1


def test_a_sign_the_server_does_not_take_is_told(postgres_url: str) -> None:
    store = open_store(postgres_url, key=None, audit_key=AUDIT_KEY, clock=FixedClock())
    with pytest.raises(ClinicError, match="a sign that is no letter"), store.writing(Op.ADD_PATIENT) as writing:
        writing.session.add(PatientRow(record="KC-0001", family_name="Sil\x00va"))
    store.close()


def a_file(tmp_path: Path) -> Store:
    return open_store(
        f"sqlite:///{tmp_path / 'clinic.db'}", key=FILE_KEY, audit_key=AUDIT_KEY, clock=FixedClock(), create=True
    )


def test_a_full_disk_is_told_and_what_was_saved_stays(tmp_path: Path) -> None:
    store = a_file(tmp_path)
    a_clinic(store)

    def write_much() -> None:
        with store.writing(Op.EDIT_PATIENT) as writing:
            # The file may not grow any more: what SQLite answers then is what it answers on a full disk.
            pages = writing.session.execute(text("PRAGMA page_count")).scalar_one()
            writing.session.execute(text(f"PRAGMA max_page_count = {pages}"))
            writing.session.get_one(PatientRow, 1).note = "x" * 100_000

    with pytest.raises(ClinicError, match="The disk is full; nothing was saved"):
        write_much()
    with store.reading() as session:
        assert session.get_one(PatientRow, 1).note == ""
    store.close()


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    store = a_file(tmp_path)
    a_clinic(store)
    store.close()
    path = tmp_path / "clinic.db"
    data = bytearray(path.read_bytes())
    for page in range(1, len(data) // 4096):
        data[page * 4096 + 100] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(StoreUnusable, match="is damaged, or the key is wrong; nothing was changed"):
        a_file(tmp_path)


def test_a_server_that_stops_answering_is_told(postgres: Any, postgres_url: str) -> None:
    store = open_store(postgres_url, key=None, audit_key=AUDIT_KEY, clock=FixedClock())

    def lose_the_connection() -> None:
        with store.reading() as session:
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(ClinicError, match="The database does not answer"):
        lose_the_connection()
    with store.reading() as session:  # the next one connects anew
        assert session.execute(text("SELECT 1")).scalar() == 1
    store.close()
