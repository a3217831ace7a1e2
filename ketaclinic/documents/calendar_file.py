"""A series as a calendar file that Outlook, Apple's and Google's calendars read at the right hour.

Times are written on the clinic's own clock with the rules of its zone, so that a calendar elsewhere shows the right
instant on both sides of a change to or from summer time (RFC 5545). Nothing clinical: telephones show it to anyone.
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
    calendar.add("method", "PUBLISH")
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
    event.add("summary", f"Appointment at {file.clinic}")
    if file.address:
        event.add("location", file.address)
    event.add("description", _description(file, visit))
    event.add("status", "TENTATIVE" if visit.tentative else "CONFIRMED")
    event.add("transp", "OPAQUE")
    for before in _REMINDERS:
        event.add_component(_alarm(file, before))
    return event


def _description(file: CalendarFile, visit: CalendarVisit) -> str:
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
