"""Brings a database to the schema of this program, and says in one sentence why one cannot be used."""

from pathlib import Path

from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from ketaclinic.db import faults
from ketaclinic.db.engine import Engines, use_write_ahead_log
from ketaclinic.domain.findings import StoreUnusable

REVISIONS = ("0001", "0002", "0003", "0004")
"""Every schema this program can read or bring up to date, the newest last."""

_SCRIPTS = Path(__file__).parent / "migrations"


def prepare(engines: Engines, *, create: bool) -> None:
    """Makes the database ready for this program; a database that is ready costs two small queries.

    Raises:
        StoreUnusable: missing, not a database, wrong key, not a clinic's, or of a newer version.
    """
    _look_for_file(engines, create=create)
    try:
        missing_steps = _needs_upgrade(engines, create=create)
        if engines.is_sqlite:
            use_write_ahead_log(engines)
        if missing_steps:
            _upgrade(engines)
    except DBAPIError as error:
        raise StoreUnusable(_why(engines, error)) from error


def version_of(connection: Connection) -> str | None:
    """The schema version of a database, None when it has no clinic in it."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return found


def _look_for_file(engines: Engines, *, create: bool) -> None:
    path = engines.path
    if path is None or str(path) in {"", "."}:
        return
    if path.is_dir():
        raise StoreUnusable(f"“{path}” is a folder, not a database. Name the file.")
    if not path.exists() and not create:
        raise StoreUnusable(f"There is no database at “{path}”. Check the place, or make one with init.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnusable(
            f"The folder “{path.parent}” cannot be made: {error.strerror}. Choose another place."
        ) from error


def _needs_upgrade(engines: Engines, *, create: bool) -> bool:
    with engines.reading.connect() as connection:
        version = version_of(connection)
        if version is None and inspect(connection).get_table_names():
            raise StoreUnusable("This database belongs to another program; nothing was changed. Name the clinic's own.")
    if version is None and not create:
        raise StoreUnusable("This database holds no clinic yet. Make one with init.")
    if version is not None and version not in REVISIONS:
        raise StoreUnusable(
            "This database was made by a newer version of ketaclinic; nothing was changed. Update this program first."
        )
    return version != REVISIONS[-1]


def _upgrade(engines: Engines) -> None:
    """Runs the missing steps in one transaction; of several stations that start at once, one does it."""
    from alembic import command  # noqa: PLC0415 - only a database that is not ready needs it
    from alembic.config import Config  # noqa: PLC0415 - loaded when it is needed

    with engines.writing.begin() as connection:
        if version_of(connection) == REVISIONS[-1]:
            return
        config = Config()
        config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _why(engines: Engines, error: DBAPIError) -> str:
    if faults.is_not_a_database(error):
        return (
            f"“{engines.path}” cannot be read with this key: it is not a clinic's database, or another clinic's. "
            "Nothing was changed."
        )
    fault = faults.explained(error)
    if fault is not None:
        return str(fault)
    return "The database cannot be opened; nothing was changed. The log file has the reason."
