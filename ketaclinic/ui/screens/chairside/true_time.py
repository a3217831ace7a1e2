"""When something truly was, as a nurse types it: "14:05", "1405", "12 min ago", or nothing for now."""

import re
from datetime import datetime, timedelta

from ketaclinic.clock import to_instant, to_wall
from ketaclinic.ui.screens.chairside.item_controls import clock_time

HINT = "now, 14:05 or 5 min ago"
_AGO = re.compile(r"^-?\s*(\d{1,3})\s*(?:m|min|mins|minutes?)?\s*(?:ago)?$", re.IGNORECASE)
_SAYS_AGO = re.compile(r"^-|m|ago", re.IGNORECASE)
_AHEAD = timedelta(hours=12)


def read_time(words: str, now: datetime, zone: str) -> tuple[datetime | None, str]:
    """(instant, "") for what was typed, (None, "") for now, (None, sentence) where it is no time.

    A time of the day is today's; one that would lie more than twelve hours ahead was yesterday's.
    """
    typed = words.strip()
    if not typed:
        return None, ""
    ago = _AGO.match(typed)
    if ago and _SAYS_AGO.search(typed):
        return now - timedelta(minutes=int(ago.group(1))), ""
    at = clock_time(typed)
    if at is None:
        return None, f"“{typed}” is not a time. Write hours and minutes, e.g. 11:06, or 5 min ago."
    today = to_wall(now, zone).date()
    instant = to_instant(datetime.combine(today, at), zone)
    if instant - now > _AHEAD:
        instant = to_instant(datetime.combine(today - timedelta(days=1), at), zone)
    return instant, ""
