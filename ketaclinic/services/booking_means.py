"""What every part of booking works with: the store, the clinic's data, the clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db.situations import Rulebook
from ketaclinic.db.store import Store
from ketaclinic.domain.findings import Invalid
from ketaclinic.services.rulebook import rulebook


@dataclass(frozen=True, slots=True)
class Means:
    """The store, the clinic's data and the clock of one program."""

    store: Store
    catalog: Catalog
    clock: Clock

    def rules(self, zone: str) -> Rulebook:
        """What the booking rules go by now at a location of this zone."""
        return rulebook(self.catalog, self.clock, zone)

    def now(self) -> datetime:
        """This instant."""
        return self.clock.now()

    def hold_until(self, minutes: int | None) -> datetime:
        """When a hold made now runs out. Raises Invalid for a length no hold has."""
        most = self.catalog.rules.whole("booking.longest-hold")
        length = self.catalog.rules.whole("booking.hold-minutes") if minutes is None else minutes
        if not 1 <= length <= most:
            raise Invalid("minutes", f"A hold lasts from 1 to {most} minutes.")
        return self.now() + timedelta(minutes=length)
