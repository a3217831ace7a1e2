"""Says whether the clinic's database is sound: every invariant, judged anew over raw columns."""

from datetime import datetime, time

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db.soundness import check_all
from ketaclinic.db.store import Store
from ketaclinic.domain.claims import wall_minutes
from ketaclinic.domain.people import User
from ketaclinic.domain.soundness import Check

__all__ = ["Check", "Doctor"]


class Doctor:
    """Reads everything, changes nothing, names rows by their ids only; so anyone may ask, signed in or not."""

    area = "doctor"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._scales = catalog.instruments

    def check(self, by: User | None = None) -> tuple[Check, ...]:  # noqa: ARG002 - the one who asks makes no difference
        """Every invariant with what was found; the database is sound when all are ok.

        Raises:
            StoreUnusable: the file cannot be read at all.
        """
        today = wall_minutes(datetime.combine(self._clock.now().date(), time()))
        with self._store.reading() as session:
            return check_all(session, audit_key=self._store.audit_key, today=today, instruments=self._scales)
