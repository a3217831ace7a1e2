"""The clinic's numbers for booking, taken from its rules once for each question."""

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock, wall_now
from ketaclinic.db.situations import Rulebook
from ketaclinic.domain.booking_situation import BookingLimits
from ketaclinic.domain.claims import wall_minutes


def rulebook(catalog: Catalog, clock: Clock, zone: str) -> Rulebook:
    """What the booking rules go by now at a location of this zone."""
    limits = BookingLimits(
        longest_recovery=catalog.rules.whole("booking.longest-recovery"), grid=catalog.rules.whole("booking.grid")
    )
    return Rulebook(catalog.protocols, limits, wall_minutes(wall_now(clock, zone)))
