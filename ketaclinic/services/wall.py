"""What day it is at the clinic: the day on its wall, not the day in UTC."""

from datetime import datetime

from ketaclinic.clock import Clock, wall_now
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db.store import Store

_BEFORE_SET_UP = "UTC"


def clinic_now(store: Store, clock: Clock) -> datetime:
    """The clock on the wall of the clinic's first location (naive)."""
    with store.reading() as session:
        zones = [location.zone for location in clinic_rows.locations(session)]
    return wall_now(clock, zones[0] if zones else _BEFORE_SET_UP)
