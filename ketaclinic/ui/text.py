"""Dates, times and lengths as the clinic reads them; the same on every machine, whatever its locale."""

import re
from datetime import date, datetime, time

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTH_NAMES = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def day_month(day: date) -> str:
    """As in "23 Nov"."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def day_month_year(day: date) -> str:
    """As in "23 Nov 2026"."""
    return f"{day_month(day)} {day.year}"


def weekday_day(day: date) -> str:
    """As in "Mon 23 Nov"."""
    return f"{DAYS[day.weekday()]} {day_month(day)}"


def full_day(day: date) -> str:
    """As in "Mon 23 Nov 2026"."""
    return f"{DAYS[day.weekday()]} {day_month_year(day)}"


def month_name(day: date) -> str:
    """As in "November 2026"."""
    return f"{_MONTH_NAMES[day.month - 1]} {day.year}"


def clock(at: datetime | time) -> str:
    """As in "09:05"."""
    return f"{at.hour:02}:{at.minute:02}"


def span(starts: datetime | time, ends: datetime | time) -> str:
    """As in "10:45–12:25"."""
    return f"{clock(starts)}–{clock(ends)}"


def when(at: datetime) -> str:
    """As in "Mon 23 Nov 2026, 10:45"."""
    return f"{full_day(at.date())}, {clock(at)}"


def length(minutes: int) -> str:
    """As in "45 min" or "1 h 55 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def count(number: int, one: str, many: str = "") -> str:
    """As in "1 visit", "11 visits"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def with_read_dates(words: str) -> str:
    """A sentence with its dates as this program writes them: "valid until 2 Mar 2027" for "2027-03-02"."""
    return _ISO.sub(lambda found: day_month_year(date.fromisoformat(found.group())), words)
