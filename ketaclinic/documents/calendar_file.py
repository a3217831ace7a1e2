"""A series as a calendar file that Outlook, Apple's and Google's calendars read at the right hour.

Times are written on the clinic's own clock with the rules of its zone, so that a calendar elsewhere shows the right
instant on both sides of a change to or from summer time (RFC 5545). Nothing clinical: telephones show it to anyone.

What was cancelled is in the file under the UID it had, with a higher SEQUENCE. Google's and Apple's calendars take it
out or strike it through by its STATUS; Outlook reads only METHOD:CANCEL, which holds for a file as a whole (RFC 5546),
so where other visits stay, the entry says in its first word that it is off, takes no time and rings no more.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event

from ketaclinic.documents.calendar_zone import time_zone
from ketaclinic.domain.handouts import clock_time
from ketaclinic.domain.sheets import CalendarFile, CalendarVisit

_REMINDERS = (timedelta(days=-1), timedelta(hours=-2))


def build(file: CalendarFile) -> bytes:
    """The file; the same value gives the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//ketaclinic//appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    all_off = all(visit.cancelled for visit in file.visits) and bool(file.visits)
    calendar.add("method", "CANCEL" if all_off else "PUBLISH")
    years = [visit.starts_at.year for visit in file.visits]
    first, last = min(years, default=file.made_at.year), max(years, default=file.made_at.year)
    calendar.add_component(time_zone(file.zone, first - 1, last + 1))
    for visit in file.visits:
        calendar.add_component(_event(file, visit))
    return bytes(calendar.to_ical())


def _event(file: CalendarFile, visit: CalendarVisit) -> Event:
    zone = ZoneInfo(file.zone)
    event = Event()
    event.add("uid", visit.uid)
    event.add("dtstamp", file.made_at)
    event.add("sequence", visit.sequence)
    event.add("dtstart", visit.starts_at.replace(tzinfo=zone))
    event.add("dtend", visit.ends_at.replace(tzinfo=zone))
    event.add("summary", f"{'Cancelled: appointment' if visit.cancelled else 'Appointment'} at {file.clinic}")
    if file.address:
        event.add("location", file.address)
    event.add("description", _description(file, visit))
    if visit.cancelled:
        event.add("status", "CANCELLED")
        event.add("transp", "TRANSPARENT")
        event.add("x-microsoft-cdo-busystatus", "FREE")
        return event
    event.add("status", "TENTATIVE" if visit.tentative else "CONFIRMED")
    event.add("transp", "OPAQUE")
    for before in _REMINDERS:
        event.add_component(_alarm(file, before))
    return event


def _description(file: CalendarFile, visit: CalendarVisit) -> str:
    if visit.cancelled:
        ask = f" To ask about it, call {file.phone}." if file.phone else ""
        return f"This appointment does not take place.{ask}"
    lines = [f"Please arrive at {clock_time(visit.starts_at)}."]
    if visit.tentative:
        lines.append("This date is not yet certain.")
    if file.phone:
        lines.append(f"To change it, call {file.phone}.")
    return "\n".join(lines)


def _alarm(file: CalendarFile, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"Appointment at {file.clinic}")
    alarm.add("trigger", before)
    return alarm
