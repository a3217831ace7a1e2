"""The waitlist: who would come sooner, at what notice, on which days and at what times."""

from dataclasses import dataclass
from datetime import datetime, time

from ketaclinic.domain.booking_situation import clock, minute_of_day, weekday_name
from ketaclinic.domain.findings import Invalid

LONGEST_NOTE = 1000
LONGEST_NOTICE = 24 * 60
"""Hours: two months."""


@dataclass(frozen=True, slots=True)
class WaitingFields:
    """What is typed about somebody who waits.

    Attributes:
        protocol_id: what they wait for.
        appointment_id: the booked visit they would rather have earlier; None for a place at all.
        notice_hours: the shortest notice they take.
        weekdays: days they can come, 0 is Monday; empty for any.
        earliest: earliest start; None for any.
        latest: latest start; None for any.
    """

    patient_id: int
    location_id: int
    protocol_id: str
    appointment_id: int | None = None
    series_id: int | None = None
    notice_hours: int = 24
    weekdays: frozenset[int] = frozenset()
    earliest: time | None = None
    latest: time | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry of the waitlist; `since` is an instant in UTC."""

    id: int
    fields: WaitingFields
    since: datetime
    version: int = 1

    def would_come(self, starts_at: datetime, now: datetime) -> str:
        """Why this start does not suit them, in words; nothing when it does. Both wall-clock."""
        fields = self.fields
        hours = (starts_at - now).total_seconds() / 3600
        if hours < fields.notice_hours:
            return f"needs {notice_words(fields.notice_hours)} notice"
        if fields.weekdays and starts_at.weekday() not in fields.weekdays:
            return f"comes on {weekday_words(fields.weekdays)} only"
        minute = minute_of_day(starts_at.time())
        if fields.earliest is not None and minute < minute_of_day(fields.earliest):
            return f"not before {clock(minute_of_day(fields.earliest))}"
        if fields.latest is not None and minute > minute_of_day(fields.latest):
            return f"not after {clock(minute_of_day(fields.latest))}"
        return ""


def check_waiting(fields: WaitingFields) -> None:
    """Raises Invalid, naming the field, for an entry that contradicts itself."""
    if not 0 <= fields.notice_hours <= LONGEST_NOTICE:
        raise Invalid("notice_hours", "The notice is from 0 hours to 60 days.")
    if not all(0 <= weekday <= 6 for weekday in fields.weekdays):
        raise Invalid("weekdays", "A weekday is a number from 0 (Monday) to 6 (Sunday).")
    if fields.earliest is not None and fields.latest is not None and fields.latest < fields.earliest:
        raise Invalid("latest", "The latest start is before the earliest.")
    if len(fields.note) > LONGEST_NOTE:
        raise Invalid("note", f"The note may have at most {LONGEST_NOTE:,} letters.")


def notice_words(hours: int) -> str:
    """A notice as it is read: "no", "4 h", "2 days"."""
    if hours == 0:
        return "no"
    if hours % 24 == 0:
        return f"{hours // 24} day" if hours == 24 else f"{hours // 24} days"
    return f"{hours} h"


def weekday_words(weekdays: frozenset[int]) -> str:
    """Days as they are read: "Mon, Wed"."""
    return ", ".join(weekday_name(day) for day in sorted(weekdays))


def wish_words(fields: WaitingFields) -> str:
    """The whole wish in one line: "Mon, Wed · 09:00 to 12:00 · 4 h notice"."""
    parts = [weekday_words(fields.weekdays) or "any day"]
    if fields.earliest is not None and fields.latest is not None:
        parts.append(f"{fields.earliest:%H:%M} to {fields.latest:%H:%M}")
    elif fields.earliest is not None:
        parts.append(f"from {fields.earliest:%H:%M}")
    elif fields.latest is not None:
        parts.append(f"to {fields.latest:%H:%M}")
    parts.append(f"{notice_words(fields.notice_hours)} notice")
    return " · ".join(parts)
