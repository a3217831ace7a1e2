"""Calendar files: the right instant on both sides of a change of the clock, in zones of every kind."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from ketaclinic.documents.calendar_file import build
from ketaclinic.domain.sheets import CalendarFile, CalendarVisit

WINTER, SUMMER = datetime(2027, 1, 15, 8, 0), datetime(2027, 7, 15, 8, 0)
# America/Chicago goes forward on 14 March 2027 and back on 7 November 2027.
AROUND_CHICAGO = (
    datetime(2027, 3, 13, 8, 0),
    datetime(2027, 3, 14, 8, 0),
    datetime(2027, 11, 6, 8, 0),
    datetime(2027, 11, 7, 8, 0),
)


def a_file(zone: str, *starts: datetime, clinic: str = "Riverside", address: str = "", phone: str = "") -> CalendarFile:
    visits = tuple(
        CalendarVisit(f"visit-{n}-3f2a@ketaclinic", n, at, at + timedelta(minutes=100), f"{n} of {len(starts)}")
        for n, at in enumerate(starts, start=1)
    )
    return CalendarFile(clinic, phone, address, zone, datetime(2026, 11, 23, 15, tzinfo=UTC), visits)


def instants(content: bytes, *, as_written: bool) -> list[datetime]:
    """When the events begin, by the zone's name or by nothing but what the file itself says of it."""
    calendar = Calendar.from_ical(content)
    (written,) = calendar.walk("VTIMEZONE")
    zone = written.to_tz(lookup_tzid=False) if as_written else ZoneInfo(str(written["TZID"]))
    return [event["DTSTART"].dt.replace(tzinfo=zone).astimezone(UTC) for event in calendar.walk("VEVENT")]


@pytest.mark.parametrize("as_written", [True, False])
@pytest.mark.parametrize(
    ("zone", "winter", "summer"),
    [
        ("America/Chicago", 14, 13),  # UTC-6, UTC-5
        ("Europe/Berlin", 7, 6),  # UTC+1, UTC+2
        ("Australia/Sydney", 21, 22),  # January is summer there: the day before, UTC+11 and UTC+10
        ("America/Phoenix", 15, 15),  # no summer time
        ("Asia/Kolkata", 2, 2),  # UTC+5:30
    ],
)
def test_a_visit_at_eight_is_at_eight_in_both_halves_of_the_year(
    zone: str, winter: int, summer: int, as_written: bool
) -> None:
    first, second = instants(build(a_file(zone, WINTER, SUMMER)), as_written=as_written)
    assert (first.hour, second.hour) == (winter, summer)


@pytest.mark.parametrize("as_written", [True, False])
def test_the_days_before_and_after_a_change_of_the_clock_are_right(as_written: bool) -> None:
    found = instants(build(a_file("America/Chicago", *AROUND_CHICAGO)), as_written=as_written)
    assert [f"{at:%m-%d %H:%M}" for at in found] == ["03-13 14:00", "03-14 13:00", "11-06 13:00", "11-07 14:00"]


@pytest.mark.parametrize("zone", ["America/Chicago", "Europe/Dublin", "Asia/Jerusalem", "Africa/Casablanca"])
def test_what_the_file_says_of_the_zone_is_true_every_day_of_two_years(zone: str) -> None:
    days = [datetime(2026, 11, 23, 12) + timedelta(days=3 * n) for n in range(240)]
    found = instants(build(a_file(zone, *days)), as_written=True)
    assert found == [day.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for day in days]


def test_a_yearly_change_is_written_as_a_rule_with_the_clock_as_it_was_before() -> None:
    said = build(a_file("America/Chicago", WINTER)).decode()
    assert (
        "BEGIN:DAYLIGHT\r\nDTSTART:20260308T020000\r\nRRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3\r\n"
        "TZNAME:CDT\r\nTZOFFSETFROM:-0600\r\nTZOFFSETTO:-0500\r\nEND:DAYLIGHT"
    ) in said
    assert "RDATE" not in said
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10" in build(a_file("Europe/Berlin", WINTER)).decode()


def test_an_entry_says_where_and_when_and_nothing_clinical() -> None:
    file = a_file("America/Chicago", WINTER, address="410 River Street; Suite 2, Chicago", phone="(312) 555-0140")
    calendar = Calendar.from_ical(build(file))
    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    (event,) = calendar.walk("VEVENT")
    assert event["SUMMARY"] == "Appointment at Riverside"
    assert event["LOCATION"] == "410 River Street; Suite 2, Chicago"
    assert event["DESCRIPTION"] == "Please arrive at 8:00 AM.\nTo change it, call (312) 555-0140."
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=100)
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("visit-1-3f2a@ketaclinic", 1, "CONFIRMED")
    assert event["DTSTAMP"].dt == datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [timedelta(days=-1), timedelta(hours=-2)]


def test_a_visit_that_is_only_held_is_tentative() -> None:
    file = a_file("America/Chicago", WINTER)
    held = CalendarVisit("visit-1@ketaclinic", 1, WINTER, WINTER + timedelta(minutes=100), "1 of 1", tentative=True)
    (event,) = Calendar.from_ical(build(CalendarFile(*_without_visits(file), visits=(held,)))).walk("VEVENT")
    assert event["STATUS"] == "TENTATIVE"
    assert "This date is not yet certain." in event["DESCRIPTION"]


def test_a_visit_called_off_takes_no_time_rings_no_more_and_says_so_in_its_first_word() -> None:
    file = a_file("America/Chicago", WINTER, SUMMER, phone="(312) 555-0140")
    off = replace(file.visits[0], cancelled=True, sequence=7)
    calendar = Calendar.from_ical(build(replace(file, visits=(off, file.visits[1]))))
    assert calendar["METHOD"] == "PUBLISH"
    gone, stays = calendar.walk("VEVENT")
    assert (gone["UID"], gone["SEQUENCE"], gone["STATUS"]) == ("visit-1-3f2a@ketaclinic", 7, "CANCELLED")
    assert gone["SUMMARY"] == "Cancelled: appointment at Riverside"
    assert gone["DESCRIPTION"] == "This appointment does not take place. To ask about it, call (312) 555-0140."
    assert (gone["TRANSP"], gone["X-MICROSOFT-CDO-BUSYSTATUS"]) == ("TRANSPARENT", "FREE")
    assert gone.walk("VALARM") == []
    assert stays["STATUS"] == "CONFIRMED"


def test_a_file_of_nothing_but_what_was_called_off_is_a_cancellation() -> None:
    file = a_file("America/Chicago", WINTER, SUMMER)
    off = tuple(replace(visit, cancelled=True) for visit in file.visits)
    assert Calendar.from_ical(build(replace(file, visits=off)))["METHOD"] == "CANCEL"


def _without_visits(file: CalendarFile) -> tuple[str, str, str, str, datetime]:
    return file.clinic, file.phone, file.address, file.zone, file.made_at


def test_lines_end_as_the_standard_asks_and_are_folded_between_letters() -> None:
    clinic = "Zentrum für Ketamin-Infusionen, Schmerz- und Psychotherapie Nguyễn & Παπαδόπουλος, Straße 12"
    content = build(a_file("Europe/Berlin", WINTER, clinic=clinic))
    assert b"\n" not in content.replace(b"\r\n", b"")
    lines = content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        line.decode("utf-8")  # no letter is torn
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    assert event["SUMMARY"] == f"Appointment at {clinic}"


def test_the_same_series_gives_the_same_bytes() -> None:
    assert build(a_file("America/Chicago", WINTER, SUMMER)) == build(a_file("America/Chicago", WINTER, SUMMER))
