"""Why a day has too few nurses: somebody overrode the rule, or people were taken off duty after the day was booked.

Neither is a fault of the database; a shortage that nobody answers for is one.
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from ketaclinic.db.nurse_counts import Shortage

_OVERRIDDEN = text("""
    SELECT count(*) FROM booking_overrides AS o JOIN appointments AS a ON a.id = o.appointment_id
    WHERE o.code = 'nurse-load' AND a.location_id = :location AND a.starts_at >= :begin AND a.starts_at < :end
""")
_OF_THE_DAY = text("""
    SELECT seq, before, after FROM changes WHERE table_name = 'appointments' AND day = :day ORDER BY id DESC
""")
_CAPACITY = text("""
    SELECT max(seq) FROM changes
    WHERE table_name IN ('absences', 'shifts', 'shift_patterns', 'locations', 'users')
""")
_PLACE = ("starts_at", "ends_at", "location_id", "setup_from", "setup_minutes", "ratio")
_FREE = {
    "no_show",
    "cancelled_by_patient",
    "cancelled_by_clinic",
    "cancelled_late",
    "rescheduled",
    "proposed",
    "lapsed",
}
_EPOCH = date(1970, 1, 1)
_DAY = 24 * 60


def unexplained(connection: Connection, shortages: Iterator[Shortage]) -> tuple[Shortage, ...]:
    """The shortages nobody answers for."""
    last_capacity: int | None = None
    found = []
    for shortage in shortages:
        if last_capacity is None:
            last_capacity = connection.scalar(_CAPACITY) or 0
        if not _overridden(connection, shortage) and _last_booking(connection, shortage) >= last_capacity:
            found.append(shortage)
    return tuple(found)


def _overridden(connection: Connection, shortage: Shortage) -> bool:
    begin = (date.fromisoformat(shortage.day) - _EPOCH).days * _DAY
    given = {"location": shortage.location_id, "begin": begin, "end": begin + _DAY}
    return bool(connection.scalar(_OVERRIDDEN, given))


def _last_booking(connection: Connection, shortage: Shortage) -> int:
    """The last operation that put a visit into that day; 0 when the audit knows of none."""
    for seq, before, after in connection.execute(_OF_THE_DAY, {"day": shortage.day}):
        was, now = _image(before), _image(after)
        if now and now["status"] not in _FREE and (not was or was["status"] in _FREE or _moved(was, now)):
            return int(seq)
    return 0


def _moved(was: dict[str, Any], now: dict[str, Any]) -> bool:
    return any(was.get(key) != now.get(key) for key in _PLACE)


def _image(column: str | dict[str, Any] | None) -> dict[str, Any] | None:
    """The JSON column, which one engine hands over as text."""
    found: dict[str, Any] | None = json.loads(column) if isinstance(column, str) else column
    return found
