import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.schema import Table

from ketaclinic.clock import FixedClock
from ketaclinic.db.migrate import REVISIONS
from ketaclinic.db.models import Base, with_conditions
from ketaclinic.db.store import Store, open_store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import StoreUnusable
from tests.conftest import AUDIT_KEY, FILE_KEY, sqlalchemy_url


def opened(url: str, key: str | None = FILE_KEY, **given: Any) -> Store:
    return open_store(url, key=key, audit_key=AUDIT_KEY, clock=FixedClock(), **given)


def test_a_new_file_is_made_with_its_folder_and_is_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "new" / "clinic.db"
    store = opened(f"sqlite:///{path}", create=True)
    with store.writing(Op.SET_UP_CLINIC):
        pass
    store.close()
    assert b"SQLite" not in path.read_bytes()[:100]
    assert b"operations" not in path.read_bytes()
    opened(f"sqlite:///{path}").close()


def test_a_file_for_tests_may_be_plain(tmp_path: Path) -> None:
    path = tmp_path / "plain.db"
    opened(f"sqlite:///{path}", key=None, create=True).close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0004",)]
    connection.close()


def test_a_passphrase_opens_what_it_locked(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    opened(url, key='the "long" pass\'phrase', create=True).close()
    opened(url, key='the "long" pass\'phrase').close()
    with pytest.raises(StoreUnusable, match="cannot be read with this key"):
        opened(url, key="another")


@pytest.mark.parametrize("key", ["cd" * 32, "a passphrase", None])
def test_a_wrong_key_is_told_in_one_sentence(
    tmp_path: Path, key: str | None, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "clinic.db"
    opened(f"sqlite:///{path}", create=True).close()
    before = path.read_bytes()
    with pytest.raises(StoreUnusable, match=r"cannot be read with this key.*Nothing was changed"):
        opened(f"sqlite:///{path}", key=key)
    assert path.read_bytes() == before
    assert capfd.readouterr().err == ""


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear patient, " * 1000, encoding="utf-8")
    with pytest.raises(StoreUnusable, match="not a clinic's database"):
        opened(f"sqlite:///{path}", create=True)
    assert path.read_text(encoding="utf-8").startswith("Dear patient")


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "music.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    connection.close()
    with pytest.raises(StoreUnusable, match="belongs to another program"):
        opened(f"sqlite:///{path}", key=None, create=True)


def test_a_missing_file_is_not_made_unasked(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="There is no database at"):
        opened(f"sqlite:///{tmp_path / 'typo.db'}")
    assert list(tmp_path.iterdir()) == []


def test_a_file_left_empty_by_a_crash_is_filled_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "clinic.db"
    path.touch()
    with pytest.raises(StoreUnusable, match="holds no clinic yet"):
        opened(f"sqlite:///{path}")
    opened(f"sqlite:///{path}", create=True).close()


def test_a_folder_is_not_a_database(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="is a folder"):
        opened(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize("url", ["clinic.db", "mysql://localhost/clinic", "", "http://example.org"])
def test_an_address_of_something_else_is_refused(url: str) -> None:
    with pytest.raises(StoreUnusable, match=r"sqlite:///path or postgresql\+psycopg"):
        opened(url)


def test_a_server_that_is_not_there_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match="The database does not answer"):
        opened(f"postgresql+psycopg://postgres@/none?host={tmp_path}", key=None)


def test_a_database_of_a_newer_version_is_left_alone(store: Store, database_url: str) -> None:
    with store.engines.writing.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(StoreUnusable, match="made by a newer version of ketaclinic; nothing was changed"):
            opened(database_url, FILE_KEY if database_url.startswith("sqlite") else None)
    finally:
        with store.engines.writing.begin() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{REVISIONS[-1]}'"))


def test_a_server_database_without_a_clinic_is_told(postgres: Any) -> None:
    with pytest.raises(StoreUnusable, match="holds no clinic yet"):
        opened(sqlalchemy_url(postgres.get_uri()), key=None)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_four_desks_may_open_a_new_database_at_once(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    key, url = (FILE_KEY, f"sqlite:///{tmp_path / 'clinic.db'}") if engine == "sqlite" else (None, "")
    if not url:
        import psycopg

        server = request.getfixturevalue("postgres")
        name = f"fresh_{tmp_path.parent.name}".replace("-", "_")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        url = sqlalchemy_url(server.get_uri(name))
    with ThreadPoolExecutor(4) as desks:
        stores = list(desks.map(lambda _: opened(url, key, create=True), range(4)))
    for store in stores:
        with store.writing(Op.SIGN_IN) as writing:
            seq = writing.seq
        store.close()
    assert seq == 4


# --- the schema ------------------------------------------------------------------------------------------------------


def test_the_newest_migration_is_the_one_the_program_knows() -> None:
    from alembic.script import ScriptDirectory

    from ketaclinic.db import migrate

    scripts = ScriptDirectory(str(migrate._SCRIPTS))
    assert scripts.get_heads() == [REVISIONS[-1]]
    assert [script.revision for script in scripts.walk_revisions()][::-1] == list(REVISIONS)


def test_the_migrated_schema_is_that_of_the_models(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with store.engines.reading.connect() as connection:
        options = {"compare_type": True, "include_object": _is_ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, with_conditions(Base.metadata)) == []


def _is_ours(thing: Any, name: str | None, kind: str, reflected: bool, compared_to: Any) -> bool:
    return not (reflected and name == "claims_no_overlap")  # only the migrations can write it


def test_checks_and_ids_are_migrated_as_the_models_say(store: Store) -> None:
    """What the comparison above does not look at."""
    found = inspect(store.engines.reading)
    for table in Base.metadata.tables.values():
        wanted = {c.name for c in table.constraints if type(c).__name__ == "CheckConstraint"}
        assert {c["name"] for c in found.get_check_constraints(table.name)} == wanted, table.name
    if store.engines.is_sqlite:
        with store.engines.reading.connect() as connection:
            for table in Base.metadata.tables.values():
                assert _counts_on(connection, table) == ("version" in table.c), table.name


def _counts_on(connection: Any, table: Table) -> bool:
    query = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
    return "AUTOINCREMENT" in connection.execute(query, {"name": table.name}).scalar_one()


def test_an_open_file_has_every_safeguard_on(tmp_path: Path) -> None:
    store = opened(f"sqlite:///{tmp_path / 'clinic.db'}", create=True)
    with store.engines.writing.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    store.close()
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 15000}
