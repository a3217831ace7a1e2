"""Why a day has too few nurses: somebody overrode the rule, or people were taken off duty after the visits were booked.

Neither is a fault of the database; a shortage that nobody answers for is one. Asked are only the visits that need a
nurse at that minute: what else was booked on the day since makes nothing worse.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from ketaclinic.db.nurse_counts import Shortage
from ketaclinic.domain.claims import wall_minutes

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


def unexplained(connection: Connection, shortages: Iterable[Shortage]) -> tuple[Shortage, ...]:
    """The shortages nobody answers for."""
    asked = tuple(shortages)
    if not asked:
        return ()
    last_capacity = connection.scalar(_CAPACITY) or 0
    bookings: dict[str, list[_Booking]] = {}
    found = []
    for shortage in asked:
        if shortage.day not in bookings:
            bookings[shortage.day] = _bookings(connection, shortage.day)
        last = _last_over(bookings[shortage.day], shortage)
        if last > last_capacity and not _overridden(connection, shortage):
            found.append(shortage)
    return tuple(found)


def _overridden(connection: Connection, shortage: Shortage) -> bool:
    begin = (date.fromisoformat(shortage.day) - _EPOCH).days * _DAY
    given = {"location": shortage.location_id, "begin": begin, "end": begin + _DAY}
    return bool(connection.scalar(_OVERRIDDEN, given))


_Booking = tuple[int, dict[str, Any]]
"""The number of an operation, and a visit as it put it somewhere."""


def _bookings(connection: Connection, day: str) -> list[_Booking]:
    """What put visits into a day, the latest first."""
    found = []
    for seq, before, after in connection.execute(_OF_THE_DAY, {"day": day}):
        was, now = _image(before), _image(after)
        if now and now["status"] not in _FREE and (not was or was["status"] in _FREE or _moved(was, now)):
            found.append((int(seq), now))
    return found


def _last_over(bookings: Iterable[_Booking], shortage: Shortage) -> int:
    """The last operation that put a visit over those minutes; 0 when the audit knows of none."""
    minute = wall_minutes(datetime.fromisoformat(f"{shortage.day} {shortage.time}"))
    for seq, visit in bookings:
        if visit["location_id"] == shortage.location_id and _needs_a_nurse(visit, minute):
            return seq
    return 0


def _needs_a_nurse(visit: dict[str, Any], minute: int) -> bool:
    starts = wall_minutes(datetime.fromisoformat(visit["starts_at"]))
    leaves = starts + visit["prep"] + visit["infusion"] + visit["recovery"]
    return bool(starts + visit["setup_from"] <= minute < leaves)


def _moved(was: dict[str, Any], now: dict[str, Any]) -> bool:
    return any(was.get(key) != now.get(key) for key in _PLACE)


def _image(column: str | dict[str, Any] | None) -> dict[str, Any] | None:
    """The JSON column, which one engine hands over as text."""
    found: dict[str, Any] | None = json.loads(column) if isinstance(column, str) else column
    return found
