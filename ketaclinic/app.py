"""The composition root: arguments, log, catalog, database, services, then the window or a command."""

import gc
import logging
import platform
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from ketaclinic import __version__, logs, paths
from ketaclinic.catalog.catalog import Catalog, load_catalog
from ketaclinic.cli import commands
from ketaclinic.cli.parser import parse
from ketaclinic.cli.program import WRONG_USE, Program, tell
from ketaclinic.clock import Clock, SystemClock
from ketaclinic.db.store import Store, open_store
from ketaclinic.domain.findings import ClinicError, StoreUnusable
from ketaclinic.keys import KeyMissingError, Keys, keys_for, random_keys
from ketaclinic.services.bundle import Services, build_services

_log = logging.getLogger(__name__)


def main(argv: list[str] | None = None) -> int:
    """Runs the program; the exit status is that of `ketaclinic.cli`: 0 done, 1 refused, 2 wrong use, 3 unusable."""
    try:
        arguments = parse(argv)
    except SystemExit as wanted:
        return wanted.code if isinstance(wanted.code, int) else WRONG_USE
    log_file = logs.set_up(paths.log_dir())
    sys.excepthook = _CrashHook(log_file)
    _log.info("ketaclinic %s starts: %s", __version__, arguments.command or "window")
    try:
        catalog = load_catalog(paths.resources_dir())
        if arguments.command:
            gc.enable()  # it rested while the modules were read
            return commands.run(_program(arguments, catalog, SystemClock()))
        return _window(arguments, catalog, SystemClock())
    except ClinicError as error:
        _log.info("ended: %s", type(error).__name__)
        if not arguments.command:
            _tell_on_screen(str(error))
        return commands.refuse(error, wants_json=arguments.json)


def _program(arguments: Namespace, catalog: Catalog, clock: Clock) -> Program:
    @contextmanager
    def opened(create: bool) -> Iterator[Services]:  # noqa: FBT001 - the commands say which by name of constant
        store = _open(_database(arguments), clock, create=create)
        try:
            yield build_services(store, catalog, clock)
        finally:
            store.close()

    def key() -> str:
        return _keys(_database(arguments), clock, create=False).file

    return Program(arguments, opened, catalog.clinic_defaults, key, partial(_tour, catalog, clock), _bench)


def _window(arguments: Namespace, catalog: Catalog, clock: Clock) -> int:
    """The window on the clinic's own database, on the one named, or on a demonstration clinic."""
    from ketaclinic.ui import display  # noqa: PLC0415 - commands do without

    if problem := display.problem():
        tell(f"ketaclinic: {problem}")
        return WRONG_USE
    if arguments.demo and arguments.database is None:
        with tempfile.TemporaryDirectory(prefix="ketaclinic-", ignore_cleanup_errors=True) as folder:
            url = paths.sqlite_url(Path(folder) / "demonstration.db")
            store = _open(url, clock, create=True, keys=random_keys())
            return _show(store, catalog, clock, label="demonstration clinic, kept until you close it", fill=True)
    url = _database(arguments)
    file = paths.sqlite_path(url)
    store = _open(url, clock, create=file is None or not file.exists())
    return _show(store, catalog, clock, label=_label(url), fill=arguments.demo)


def _show(store: Store, catalog: Catalog, clock: Clock, *, label: str, fill: bool) -> int:
    from ketaclinic.ui.application import run  # noqa: PLC0415 - Qt is slow to import, and commands do without

    try:
        services = build_services(store, catalog, clock)
        if fill and not services.clinic.is_set_up():
            gc.enable()
            from ketaclinic.services.demonstration import Wish  # noqa: PLC0415 - loaded when it is needed

            services.demonstration.fill(Wish(), progress=tell)
        demonstration = services.clinic.is_demonstration()
        return run(services, store, catalog, clock, database_label=label, demonstration=demonstration)
    finally:
        store.close()


def _tell_on_screen(sentence: str) -> None:
    from ketaclinic.ui import start_trouble  # noqa: PLC0415 - brings Qt

    if start_trouble.wanted():
        start_trouble.show(sentence)


def _database(arguments: Namespace) -> str:
    """The URL of the database: the one named, or the clinic's own file."""
    url: str | None = arguments.database
    return url or paths.sqlite_url(paths.default_database())


def _open(url: str, clock: Clock, *, create: bool, keys: Keys | None = None) -> Store:
    """The store of a database.

    Raises:
        StoreUnusable: it is not there, its key is not, or it is not sound.
    """
    file = paths.sqlite_path(url)
    if file is not None:
        if create:
            _make_folder(file.parent)
        elif not file.exists():
            raise StoreUnusable(f"There is no database {file}. Nothing was done: make one with `main.py init`.")
    keys = keys or _keys(url, clock, create=create)
    key = keys.file if file is not None else None
    return open_store(url, key=key, audit_key=keys.audit, clock=clock, station=platform.node(), create=create)


def _keys(url: str, clock: Clock, *, create: bool) -> Keys:
    """The keys of a database; new ones only for a database that is new. Raises StoreUnusable without any."""
    file = paths.sqlite_path(url)
    name = paths.sqlite_url(file.resolve()) if file is not None else url
    try:
        return keys_for(name, create=False)
    except KeyMissingError as error:
        is_new = create and not (file.exists() if file is not None else _holds_a_clinic(url, clock))
        if not is_new:
            raise StoreUnusable(str(error)) from error
    try:
        return keys_for(name, create=True)
    except KeyMissingError as error:
        raise StoreUnusable(str(error)) from error


def _holds_a_clinic(url: str, clock: Clock) -> bool:
    """Whether a server has a clinic's tables already; asked only where this workstation has no key to them."""
    try:
        open_store(url, key=None, audit_key=b"", clock=clock).close()
    except StoreUnusable:
        return False
    return True


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnusable(
            f"The folder {folder} cannot be made ({error.strerror}). Name another with --database."
        ) from error


def _label(url: str) -> str:
    """The database as the window names it, without user and password."""
    file = paths.sqlite_path(url)
    return file.name if file else url.rpartition("@")[2].rpartition("//")[2]


def _tour(catalog: Catalog, clock: Clock, out: Path, today: date | None) -> dict[str, Any]:
    from ketaclinic import tour  # noqa: PLC0415 - brings Qt

    return tour.run(out, catalog, today or clock.now().date())


def _bench(appointments: int) -> dict[str, Any]:
    from ketaclinic import bench  # noqa: PLC0415 - brings Qt

    return bench.run(appointments)


class _CrashHook:
    """The last word on an error nobody expected: the log has everything, the user one line."""

    def __init__(self, log_file: Path | None) -> None:
        self._log_file = log_file

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            tell("ketaclinic: stopped. What was saved is safe.")
            return
        _log.critical("unexpected error", exc_info=(kind, error, trace))
        where = f" The log has the details: {self._log_file}" if self._log_file else ""
        tell(f"ketaclinic: something went wrong that should not have ({kind.__name__}). What was saved is safe.{where}")
