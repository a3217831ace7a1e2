"""A change of what the clinic offers, thought through before it is saved, and the booked visits it would break."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from ketaclinic.domain.appointments import Card
from ketaclinic.domain.booking_situation import BusyTime, ClosedStretch
from ketaclinic.domain.claims import wall_minutes
from ketaclinic.domain.duty import DAY, Away, DutyTuple, OneShift, Roster, UsualShift, on_duty, unnamed, weekday_of
from ketaclinic.domain.people import Role
from ketaclinic.domain.resources import Absence, Closure, Hours, Location, Shift, ShiftPattern

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class CapacityChange:
    """What is to change; what is None or empty stays as it is.

    Attributes:
        patterns: usual shifts that are new (id 0) or stand in place of the one with their id.
        shifts: shifts of one day, in the same way.
        patterns_removed: ids; `shifts_removed` likewise.
        absences: new ones.
        closures: new ones.
        chairs_retired: chair id and the first day it is out of use.
        role_changes: user id and the role from now on; None for who leaves, whose shifts count no more.
    """

    hours: tuple[Hours, ...] | None = None
    usual_nurses: tuple[int, ...] | None = None
    patterns: tuple[ShiftPattern, ...] = ()
    patterns_removed: frozenset[int] = frozenset()
    shifts: tuple[Shift, ...] = ()
    shifts_removed: frozenset[int] = frozenset()
    absences: tuple[Absence, ...] = ()
    closures: tuple[Closure, ...] = ()
    chairs_retired: tuple[tuple[int, date], ...] = ()
    role_changes: tuple[tuple[int, Role | None], ...] = ()

    @property
    def users(self) -> frozenset[int]:
        """The ids of those whose shifts or absences it names."""
        named: tuple[ShiftPattern | Shift | Absence, ...] = (*self.patterns, *self.shifts, *self.absences)
        return frozenset(one.user_id for one in named)

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and last day it can touch; None where that is any day to come."""
        for_ever = (
            self.hours is not None
            or self.usual_nurses is not None
            or self.patterns
            or self.patterns_removed
            or self.shifts_removed
            or self.chairs_retired
            or self.role_changes
        )
        # A shift that is moved to another day leaves its old one, which is not known here.
        if for_ever or any(shift.id for shift in self.shifts):
            return None
        touched: tuple[Shift | Absence | Closure, ...] = (*self.shifts, *self.absences, *self.closures)
        spans = [(one.starts_at, one.ends_at) for one in touched]
        if not spans:
            return None
        return min(starts for starts, _ in spans).date(), max(ends for _, ends in spans).date()


@dataclass(frozen=True, slots=True)
class BrokenVisit:
    """A booked visit that is, or would be, where it cannot stay, and why in a sentence.

    Attributes:
        card: the visit with its names; what is missing of consent, order and escort is not told.
        codes: the rules it breaks, as the booking rules name them.
    """

    card: Card
    text: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HolidayOffer:
    """A public holiday of the location's country or state.

    Attributes:
        open: whether the location is open on that weekday at all.
        closed: whether the whole location is closed then already.
        visits: how many are booked on it.
    """

    day: date
    name: str
    open: bool
    closed: bool
    visits: int


@dataclass(frozen=True, slots=True)
class HolidayCountry:
    """A country whose public holidays are known, with its states or regions as (code, name)."""

    code: str
    name: str
    regions: tuple[tuple[str, str], ...]


def changed_capacity(
    busy: BusyTime,
    rosters: Mapping[Role, Roster],
    change: CapacityChange,
    roles: Mapping[int, Role],
    prescribers: int = 0,
) -> BusyTime:
    """The same days with the change made.

    Args:
        busy: the days as they are.
        rosters: what is entered of who works when, by role.
        change: what is to change.
        roles: of the users it names.
        prescribers: how many there are, where none is entered for a day.
    """
    location = _changed_location(busy, change)
    midnights = range(busy.first_midnight, busy.first_midnight + busy.days * DAY, DAY)
    rosters = _with_roles(rosters, change.role_changes)

    def there(role: Role) -> list[DutyTuple]:
        users = frozenset(user for user, its in roles.items() if its is role)
        roster = changed_roster(rosters[role], change, users, location.id)
        entered = on_duty(roster, midnights)
        if not roster.away:
            return entered
        nurses = role is Role.NURSE
        usual = {day: location.usual_nurses[weekday_of(day // DAY)] if nurses else prescribers for day in midnights}
        return sorted([*entered, *unnamed(roster, entered, usual)])

    retired = dict(change.chairs_retired)
    return replace(
        busy,
        location=location,
        chairs=tuple(replace(chair, retired_on=retired.get(chair.id, chair.retired_on)) for chair in busy.chairs),
        closures=(*busy.closures, *(_closed(one) for one in change.closures if one.location_id == location.id)),
        shifts=there(Role.NURSE),
        prescribers=there(Role.PRESCRIBER),
    )


def _with_roles(rosters: Mapping[Role, Roster], changes: Iterable[tuple[int, Role | None]]) -> Mapping[Role, Roster]:
    """The same with everything that is entered of some users counted in another role, or not at all."""
    found = dict(rosters)
    for user, becomes in changes:
        parts = {role: _parted(roster, user) for role, roster in found.items()}
        found = {role: others for role, (_, others) in parts.items()}
        if becomes is not None:
            now, mine = found[becomes], [own for own, _ in parts.values()]
            found[becomes] = Roster(
                (*now.usual, *(one for own in mine for one in own.usual)),
                (*now.shifts, *(one for own in mine for one in own.shifts)),
                (*now.away, *(one for own in mine for one in own.away)),
            )
    return found


def _parted(roster: Roster, user: int) -> tuple[Roster, Roster]:
    """What is entered of one user, and of the others."""
    mine, others = (
        Roster(
            [one for one in roster.usual if (one.user_id == user) is its],
            [one for one in roster.shifts if (one.user_id == user) is its],
            [one for one in roster.away if (one.user_id == user) is its],
        )
        for its in (True, False)
    )
    return mine, others


def changed_roster(roster: Roster, change: CapacityChange, users: frozenset[int], location_id: int) -> Roster:
    """What is entered of some users once the change is made."""
    gone = change.patterns_removed | {pattern.id for pattern in change.patterns if pattern.id}
    moved = change.shifts_removed | {shift.id for shift in change.shifts if shift.id}
    return Roster(
        usual=(
            *(one for one in roster.usual if one.id not in gone),
            *(usual_shift(one) for one in change.patterns if one.user_id in users and one.location_id == location_id),
        ),
        shifts=(
            *(one for one in roster.shifts if one.id not in moved),
            *(one_shift(one, location_id) for one in change.shifts if one.user_id in users),
        ),
        away=(
            *roster.away,
            *(
                Away(one.user_id, wall_minutes(one.starts_at), wall_minutes(one.ends_at))
                for one in change.absences
                if one.user_id in users
            ),
        ),
    )


def usual_shift(pattern: ShiftPattern) -> UsualShift:
    """A usual shift in plain numbers."""
    until = None if pattern.valid_until is None else (pattern.valid_until - _EPOCH).days
    return UsualShift(
        pattern.user_id,
        pattern.weekday,
        pattern.starts,
        pattern.ends,
        (pattern.valid_from - _EPOCH).days,
        until,
        pattern.every_weeks,
        pattern.breaks,
        pattern.id,
    )


def one_shift(shift: Shift, location_id: int) -> OneShift:
    """A shift of one day in plain numbers, as seen from a location."""
    return OneShift(
        shift.user_id,
        wall_minutes(shift.starts_at),
        wall_minutes(shift.ends_at),
        shift.breaks,
        shift.location_id == location_id,
        shift.id,
    )


def whole_day(day: date) -> tuple[datetime, datetime]:
    """A day from midnight to midnight."""
    return datetime.combine(day, time()), datetime.combine(date.fromordinal(day.toordinal() + 1), time())


def _changed_location(busy: BusyTime, change: CapacityChange) -> Location:
    location = busy.location
    if change.hours is not None:
        location = replace(location, hours=change.hours)
    if change.usual_nurses is not None:
        location = replace(location, usual_nurses=change.usual_nurses)
    return location


def _closed(closure: Closure) -> ClosedStretch:
    return ClosedStretch(
        closure.chair_id, wall_minutes(closure.starts_at), wall_minutes(closure.ends_at), closure.reason
    )
