"""Who is on duty, read as plain numbers: usual shifts, shifts of one day and absences become stretches of time.

Nothing here makes objects of rows: the planner asks for twelve weeks with every answer. No statement looks further back
than the longest shift or absence, so that years of history cost nothing.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import BigInteger, Date, bindparam, func, or_, select
from sqlalchemy.orm import Session

from ketaclinic.db.models import AbsenceRow, LocationRow, ShiftPatternRow, ShiftRow, UserRow
from ketaclinic.db.plain import minutes, plain
from ketaclinic.domain import duty as rules
from ketaclinic.domain.claims import wall_minutes
from ketaclinic.domain.duty import (
    DAY,
    LONGEST_SHIFT,
    LONGEST_STRETCH_DAYS,
    Away,
    DutyTuple,
    OneShift,
    Roster,
    UsualShift,
)
from ketaclinic.domain.people import Role

COUNTED = (Role.NURSE, Role.PRESCRIBER)
"""The roles whose presence visits depend on."""
_EPOCH = date(1970, 1, 1)
_NAMES = select(UserRow.id, UserRow.name).where(UserRow.id.in_(bindparam("users", type_=BigInteger, expanding=True)))

_BEGIN, _END = bindparam("begin", type_=BigInteger), bindparam("end", type_=BigInteger)
_LOCATION = bindparam("location", type_=BigInteger)
_FIRST, _LAST = bindparam("first", type_=Date), bindparam("last", type_=Date)

_PATTERNS = (
    select(
        UserRow.role,
        ShiftPatternRow.user_id,
        ShiftPatternRow.weekday,
        ShiftPatternRow.starts,
        ShiftPatternRow.ends,
        ShiftPatternRow.valid_from,
        ShiftPatternRow.valid_until,
        ShiftPatternRow.every_weeks,
        ShiftPatternRow.breaks,
        ShiftPatternRow.id,
    )
    .join(UserRow, UserRow.id == ShiftPatternRow.user_id)
    .where(
        ShiftPatternRow.location_id == _LOCATION,
        ShiftPatternRow.valid_from <= _LAST,
        or_(ShiftPatternRow.valid_until.is_(None), ShiftPatternRow.valid_until >= _FIRST),
        UserRow.active,
    )
)
# A shift at another site takes its user away from here that day; asked site by site, because the index begins there.
_SHIFTS = (
    select(
        UserRow.role,
        ShiftRow.user_id,
        minutes(ShiftRow.starts_at),
        minutes(ShiftRow.ends_at),
        ShiftRow.breaks,
        ShiftRow.location_id,
        ShiftRow.id,
    )
    .join(UserRow, UserRow.id == ShiftRow.user_id)
    .where(
        ShiftRow.location_id.in_(select(LocationRow.id)),
        minutes(ShiftRow.starts_at) > _BEGIN - LONGEST_SHIFT,
        minutes(ShiftRow.starts_at) < _END,
        UserRow.active,
    )
)
_ABSENCES = (
    select(UserRow.role, AbsenceRow.user_id, minutes(AbsenceRow.starts_at), minutes(AbsenceRow.ends_at), AbsenceRow.id)
    .join(UserRow, UserRow.id == AbsenceRow.user_id)
    .where(
        minutes(AbsenceRow.starts_at) > _BEGIN - (LONGEST_STRETCH_DAYS + 1) * DAY,
        minutes(AbsenceRow.starts_at) < _END,
        minutes(AbsenceRow.ends_at) > _BEGIN,
        UserRow.active,
    )
)


def duty(session: Session, location_id: int, first: date, days: int, role: Role) -> list[DutyTuple]:
    """Who of a role is there on some days at a location, as (user id, starts, ends) in wall minutes since 1970.

    Usual shifts and shifts of one day (which stand in their place), less breaks and absences. A user entered for a day
    but away for all of it yields one tuple without length, so that the day still counts as entered.
    """
    return rules.on_duty(rosters(session, location_id, first, days)[role], midnights(first, days))


def names(session: Session, spans: Iterable[DutyTuple]) -> dict[int, str]:
    """The names of those in some stretches."""
    users = {span[0] for span in spans}
    if not users:
        return {}
    rows = session.connection().execute(_NAMES, {"users": sorted(users)})
    return {key: name for key, name in rows}  # noqa: C416 - rows are not pairs to mypy


def midnights(first: date, days: int) -> range:
    """The beginnings of so many days."""
    begin = wall_minutes(datetime.combine(first, time()))
    return range(begin, begin + days * DAY, DAY)


def duty_on(session: Session, location_id: int, days: Iterable[date]) -> dict[Role, list[DutyTuple]]:
    """The same for single days, for every role that counts, in one reading.

    Where the usual number counts and somebody is away, those left have negative ids (`domain.duty.unnamed`).
    """
    wanted = sorted(set(days))
    found = rosters(session, location_id, wanted[0], (wanted[-1] - wanted[0]).days + 1)
    starts = [wall_minutes(datetime.combine(day, time())) for day in wanted]
    there = {role: rules.on_duty(found[role], starts) for role in COUNTED}
    for role in COUNTED:
        if found[role].away:
            usual = dict(zip(starts, _usual_numbers(session, location_id, wanted, role), strict=True))
            there[role] = sorted([*there[role], *rules.unnamed(found[role], there[role], usual)])
    return there


def _usual_numbers(session: Session, location_id: int, days: Iterable[date], role: Role) -> list[int]:
    """How many are taken to be there on days nobody is entered for: the usual nurses, every prescriber."""
    if role is Role.NURSE:
        usual = session.scalar(select(LocationRow.usual_nurses).where(LocationRow.id == location_id)) or [0] * 7
        return [int(usual[day.weekday()]) for day in days]
    everyone = select(func.count(UserRow.id)).where(UserRow.role == role.value, UserRow.active)
    number = session.scalar(everyone) or 0
    return [number for _ in days]


def rosters(session: Session, location_id: int, first: date, days: int) -> dict[Role, Roster]:
    """What is entered of who works when on some days at a location, by role."""
    begin = wall_minutes(datetime.combine(first, time()))
    given = {"location": location_id, "begin": begin, "end": begin + days * DAY}
    span = {"location": location_id, "first": first, "last": first + timedelta(days=days - 1)}
    usual: dict[str, list[UsualShift]] = {}
    shifts: dict[str, list[OneShift]] = {}
    away: dict[str, list[Away]] = {}
    for role, user, weekday, starts, ends, since, until, every, breaks, key in plain(session, _PATTERNS, span):
        kept = UsualShift(
            user,
            weekday,
            starts,
            ends,
            _day(since),
            None if until is None else _day(until),
            every,
            _breaks(breaks),
            key,
        )
        usual.setdefault(role, []).append(kept)
    for role, user, starts, ends, breaks, where, key in plain(session, _SHIFTS, given):
        shifts.setdefault(role, []).append(OneShift(user, starts, ends, _breaks(breaks), where == location_id, key))
    for role, user, starts, ends, key in plain(session, _ABSENCES, {"begin": given["begin"], "end": given["end"]}):
        away.setdefault(role, []).append(Away(user, starts, ends, key))
    return {role: Roster(usual.get(role, ()), shifts.get(role, ()), away.get(role, ())) for role in Role}


def _day(value: Any) -> int:  # noqa: ANN401 - text on one engine, a date on the other
    """A date as the driver hands it over, counted from 1970."""
    return ((date.fromisoformat(value) if isinstance(value, str) else value) - _EPOCH).days


def _breaks(value: Any) -> tuple[tuple[int, int], ...]:  # noqa: ANN401
    """A JSON column as the driver hands it over."""
    if not value or value == "[]":
        return ()
    return rules.breaks_of(json.loads(value) if isinstance(value, str) else value)
