"""The clinic that is measured, in a fresh encrypted file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from ketaclinic.bench.keys import AUDIT_KEY, KEY
from ketaclinic.catalog.catalog import Catalog, load_catalog
from ketaclinic.clock import FixedClock, SystemClock, to_instant, wall_now
from ketaclinic.db.store import Store, open_store
from ketaclinic.domain.people import User
from ketaclinic.paths import resources_dir, sqlite_url
from ketaclinic.services.bundle import Services, build_services
from ketaclinic.services.demonstration import Wish


@dataclass(frozen=True, slots=True)
class MeasuredClinic:
    """An open clinic with its file, the people who use it and its first free working day."""

    path: Path
    store: Store
    services: Services
    catalog: Catalog
    clock: FixedClock
    desk: User
    day: date
    zone: str

    def wall(self) -> datetime:
        """What the clock on the wall shows."""
        return wall_now(self.clock, self.zone)


@contextmanager
def measured_clinic(wish: Wish) -> Iterator[MeasuredClinic]:
    """Makes the clinic in a folder of its own and removes it afterwards."""
    clock = FixedClock(SystemClock().now())
    with TemporaryDirectory(prefix="ketaclinic-bench-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "clinic.db"
        store = open_store(sqlite_url(path), key=KEY, audit_key=AUDIT_KEY, clock=clock, create=True)
        try:
            catalog = load_catalog(resources_dir())
            services = build_services(store, catalog, clock)
            filled = services.demonstration.fill(wish)
            clock.at = to_instant(filled.now, filled.zone)
            desk = next(user for user in services.users.who_may_sign_in() if user.login == "desk")
            monday = filled.now.date() + timedelta(days=7 - filled.now.weekday())
            yield MeasuredClinic(path, store, services, catalog, clock, desk, monday, filled.zone)
        finally:
            store.close()
