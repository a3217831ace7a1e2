"""Closed hours and public holidays: added where nothing is booked, taken out again."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache

from ketaclinic.db import chairs as chair_rows
from ketaclinic.db import clinic as rows
from ketaclinic.db.store import Store, Writing
from ketaclinic.domain.capacity_change import HolidayCountry, HolidayOffer, whole_day
from ketaclinic.domain.changes import Op
from ketaclinic.domain.claims import from_wall_minutes, wall_minutes
from ketaclinic.domain.closing import in_the_way
from ketaclinic.domain.duty import without
from ketaclinic.domain.duty_entry import LONGEST_REASON, stretch_findings
from ketaclinic.domain.findings import Finding, Invalid, Refused, Severity
from ketaclinic.domain.people import User
from ketaclinic.domain.resources import Closure, Location

_ENGLISH = "en_US"
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def add_closure(
    store: Store, by: User, place: tuple[int, int | None], hours: tuple[datetime, datetime], reason: str, command: str
) -> Closure:
    """Closes a chair, or the whole location, for some hours."""
    (location_id, chair_id), (starts_at, ends_at) = place, hours
    reason = " ".join(reason.split())
    for finding in stretch_findings(starts_at, ends_at, "A closure"):
        raise Invalid(finding.subject, finding.message)
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid("reason", f"A closure needs a reason of at most {LONGEST_REASON} letters, such as “Lunch”.")
    with store.writing(Op.ADD_CLOSURE, by=by.id, command_id=command) as writing:
        if writing.earlier is not None:
            return rows.closure(writing.session, writing.earlier["closure"])
        visits = chair_rows.booked(writing.session, location_id, chair_id, starts_at, ends_at)
        if visits:
            sentence = f"Visits are booked then: {in_the_way(visits, chairs=chair_id is None)}."
            raise _refused("visits-booked", f"{sentence} Nothing was closed: move or cancel them first.")
        added = rows.add_closure(writing.session, location_id, chair_id, starts_at, ends_at, reason)
        writing.result = {"closure": added.id}
        return added


def holidays(store: Store, location_id: int, year: int) -> tuple[HolidayOffer, ...]:
    """The public holidays of a location's region, each with what is booked on it."""
    from ketaclinic.db.out_of_place import visits_on  # noqa: PLC0415 - the first window does without the schedule

    with store.reading() as session:
        location = rows.location(session, location_id)
        closed = rows.closures(session, location_id, date(year, 1, 1), date(year, 12, 31)) if _known(year) else ()
        return tuple(
            HolidayOffer(
                day,
                name,
                open=bool(location.open_on(day)),
                closed=not _still_open(day, closed),
                visits=visits_on(session, location_id, day),
            )
            for day, name in sorted(_of_year(location, year).items())
        )


def close_holidays(store: Store, by: User, location_id: int, days: Sequence[date], command: str) -> tuple[Closure, ...]:
    """Closes the whole location on public holidays, all of them or none."""
    wanted = sorted(set(days))
    if not wanted:
        raise Invalid("days", "Tick at least one holiday.")
    with store.writing(Op.ADD_CLOSURE, by=by.id, command_id=command) as writing:
        if writing.earlier is not None:
            return tuple(rows.closure(writing.session, key) for key in writing.earlier["closures"])
        location = rows.location(writing.session, location_id)
        names = {year: _of_year(location, year) for year in {day.year for day in wanted}}
        added: list[Closure] = []
        for day in wanted:
            if day not in names[day.year]:
                raise Invalid("days", f"{day.isoformat()} is no public holiday there. Nothing was closed.")
            added += _close_day(writing, location_id, day, names[day.year][day])
        writing.result = {"closures": [closure.id for closure in added]}
        writing.detail = f"{len(wanted)} holidays"
        return tuple(added)


def _close_day(writing: Writing, location_id: int, day: date, name: str) -> list[Closure]:
    """Closes what is not closed yet of a day. Raises Refused where something is booked."""
    starts, ends = whole_day(day)
    visits = chair_rows.booked(writing.session, location_id, None, starts, ends)
    if visits:
        sentence = f"Visits are booked on {name}: {in_the_way(visits)}."
        raise _refused("visits-booked", f"{sentence} Nothing was closed: move or cancel them first.")
    left = _still_open(day, rows.closures(writing.session, location_id, day, day))
    return [
        rows.add_closure(writing.session, location_id, None, from_wall_minutes(a), from_wall_minutes(b), name[:200])
        for a, b in left
    ]


def _still_open(day: date, closures: Iterable[Closure]) -> list[tuple[int, int]]:
    """What of a day no closure of the whole location covers, in minutes since 1970."""
    starts, ends = whole_day(day)
    closed = ((wall_minutes(c.starts_at), wall_minutes(c.ends_at)) for c in closures if c.chair_id is None)
    return without((wall_minutes(starts), wall_minutes(ends)), closed)


def _of_year(location: Location, year: int) -> dict[date, str]:
    if not location.country:
        raise Invalid("country", "Choose the country of this location first: its public holidays follow from it.")
    if not _known(year):
        raise Invalid("year", f"Holidays are known from {_FIRST_YEAR} to {_LAST_YEAR}.")
    return dict(_public_holidays(location.country, location.subdivision, year))


def names_between(location: Location, first: date, last: date) -> dict[date, str]:
    """The names of the public holidays of some days; none where the region is not known."""
    if not location.country:
        return {}
    try:
        years = [_of_year(location, year) for year in range(first.year, last.year + 1) if _known(year)]
    except Invalid:
        return {}
    return {day: name for names in years for day, name in names.items() if first <= day <= last}


def _known(year: int) -> bool:
    return _FIRST_YEAR <= year <= _LAST_YEAR


@cache
def _public_holidays(country: str, region: str, year: int) -> tuple[tuple[date, str], ...]:
    """A region's holidays of a year, in English where the names are kept in it. Raises Invalid for an unknown place."""
    import holidays as calendar  # noqa: PLC0415 - only when holidays are asked for

    try:
        kind = type(calendar.country_holidays(country))
        language = _ENGLISH if _ENGLISH in kind.supported_languages else None
        found = calendar.country_holidays(country, subdiv=region or None, years=year, language=language)
    except NotImplementedError as error:
        raise Invalid("country", "No public holidays are known for this country and region. Choose another.") from error
    return tuple((day, name) for day, name in sorted(found.items()) if day.year == year)


@cache
def countries() -> tuple[HolidayCountry, ...]:
    """Every country whose holidays are known, by name."""
    import holidays as calendar  # noqa: PLC0415 - only when a country is chosen
    from holidays.registry import COUNTRIES  # noqa: PLC0415 - loaded when it is needed

    regions = calendar.list_supported_countries(include_aliases=False)
    found = {}
    for name, code, *_ in COUNTRIES.values():
        if code in regions and code not in found:
            named = {key: words for words, key in getattr(calendar, name).subdivisions_aliases.items()}
            own = tuple((key, named.get(key, key)) for key in regions[code])
            found[code] = HolidayCountry(code, _spaced(name), tuple(sorted(own, key=lambda region: region[1])))
    return tuple(sorted(found.values(), key=lambda country: country.name))


def _spaced(name: str) -> str:
    """A name written in one word ("UnitedStates") as one reads it."""
    return (
        re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
        .replace(" And ", " and ")
        .replace(" Of ", " of ")
    )


def _refused(code: str, sentence: str) -> Refused:
    return Refused([Finding(code, Severity.BLOCK, sentence)])
