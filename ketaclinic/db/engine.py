"""Connections to the two engines: the encrypted SQLite file and PostgreSQL, with the same transactions on both.

SQLite: write-ahead log, foreign keys on, every commit on the disk before it is reported, `BEGIN` sent by us (the driver
would leave it out before a SELECT or a CREATE TABLE), `BEGIN IMMEDIATE` for writers. PostgreSQL: readers see one
snapshot; writers wait for one another (the audit chain is serial), then read what is committed.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from ketaclinic.domain.findings import StoreUnusable

BUSY_SECONDS = 15
"""How long a writer waits for the others before it gives up with a sentence."""

_WRITER_LOCK = 0x6B657461636C696E  # "ketaclin": the advisory lock of writers in PostgreSQL
_RAW_KEY = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True)
class Engines:
    """Two ways into one pool of connections."""

    reading: Engine
    writing: Engine

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of this computer."""
        return self.writing.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """The file, or None for a server."""
        return Path(self.writing.url.database or "") if self.is_sqlite else None

    def close(self) -> None:
        """Closes every connection."""
        self.writing.dispose()


def connect(url: str, key: str | None = None) -> Engines:
    """Engines for a database address; nothing is opened yet.

    Args:
        url: ``sqlite:///path`` or ``postgresql+psycopg://…``.
        key: of an encrypted file; 64 hexadecimal digits are the key itself (256 bits), anything else a passphrase.

    Raises:
        StoreUnusable: the address is of neither engine.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreUnusable(
            f"“{url}” is not the address of a database. Use sqlite:///path or postgresql+psycopg://…"
        ) from None
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed.database or "", key)
    if parsed.get_backend_name() == "postgresql":
        return _postgresql(parsed.set(drivername="postgresql+psycopg"))
    raise StoreUnusable(
        "Only SQLite files and PostgreSQL can hold a clinic. Use sqlite:///path or postgresql+psycopg://…"
    )


def _sqlite(path: str, key: str | None) -> Engines:
    import sqlcipher3  # noqa: PLC0415 - PostgreSQL stations do not need it

    password = f"x'{key}'" if key and _RAW_KEY.fullmatch(key) else key
    engine = create_engine(
        URL.create("sqlite+pysqlcipher" if password else "sqlite", password=password, database=path),
        module=sqlcipher3,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=60,
        connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS},
        json_serializer=_compact_json,
        hide_parameters=True,  # they are names; an error goes to the log
    )
    event.listen(engine, "do_connect", _quiet_connect)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return Engines(reading=engine, writing=engine.execution_options(ketaclinic_begin="BEGIN IMMEDIATE"))


def _quiet_connect(_dialect: Dialect, _record: object, args: list[Any], kwargs: dict[str, Any]) -> DBAPIConnection:
    import sqlcipher3  # noqa: PLC0415 - loaded when it is needed

    connection: DBAPIConnection = sqlcipher3.connect(*args, **kwargs)
    # SQLCipher writes its own log to the standard error; what went wrong reaches us as an exception as well.
    connection.cursor().execute("PRAGMA cipher_log_level = NONE")
    return connection


def _set_up_sqlite(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver sends no BEGIN of its own
    cursor = connection.cursor()
    for pragma in ("foreign_keys = ON", "synchronous = FULL", "temp_store = MEMORY", "cache_size = -16000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    begin = connection.get_execution_options().get("ketaclinic_begin", "BEGIN")
    if begin:
        connection.exec_driver_sql(begin)


def use_write_ahead_log(engines: Engines) -> None:
    """Lets readers go on while someone writes; stays on in the file."""
    with engines.reading.connect().execution_options(ketaclinic_begin="") as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")


def _postgresql(url: URL) -> Engines:
    engine = create_engine(
        url,
        pool_size=4,
        max_overflow=28,
        pool_pre_ping=True,
        connect_args={"options": f"-c lock_timeout={BUSY_SECONDS * 1000}", "application_name": "ketaclinic"},
        json_serializer=_compact_json,
        hide_parameters=True,  # they are names; an error goes to the log
    )
    writing = engine.execution_options()
    event.listen(writing, "begin", _wait_for_other_writers)
    return Engines(
        reading=engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True), writing=writing
    )


def _wait_for_other_writers(connection: Connection) -> None:
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")


def _compact_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
