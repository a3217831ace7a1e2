"""The clinic itself: set-up, locations, chairs, closures, who is on duty, and what a change of these would break."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock, wall_now
from ketaclinic.db import chairs as chair_rows
from ketaclinic.db import clinic as rows
from ketaclinic.db import duty_entries
from ketaclinic.db import users as user_rows
from ketaclinic.db.store import Store
from ketaclinic.domain.capacity_change import BrokenVisit, CapacityChange, HolidayCountry, HolidayOffer
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import ClinicError, Invalid, Refused
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.resources import Absence, Chair, Clinic, Closure, DutySpan, Location, Shift, ShiftPattern
from ketaclinic.domain.set_up import SetUp, check_set_up, letterhead_too_long
from ketaclinic.services import clinic_closures, clinic_duty, clinic_places
from ketaclinic.services.clinic_duty import ShiftEntry
from ketaclinic.services.guard import intention
from ketaclinic.services.pins import Cost, check_new_pin, hash_pin
from ketaclinic.services.users import check_new_user

__all__ = ["ClinicService", "SetUp", "ShiftEntry"]

# ruff: noqa: ARG002 - the guard reads `by`, also where a method has no other use for it


class ClinicService:
    """What the clinic has, when it is open and who is there."""

    area = "clinic"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock
        self._rules = catalog.rules
        self._cost = Cost(catalog.rules.whole("users.pin-memory"), catalog.rules.whole("users.pin-passes"))

    def is_set_up(self) -> bool:
        """Whether the first start's questions are answered."""
        with self._store.reading() as session:
            return rows.is_set_up(session)

    def is_demonstration(self) -> bool:
        """Whether the patients are invented."""
        with self._store.reading() as session:
            return rows.is_demonstration(session)

    def set_up(self, given: SetUp) -> User:
        """Makes the clinic, its first location, its chairs and its first manager, who is returned.

        Raises:
            Refused: something is missing; each finding names its field.
            Invalid: the manager's name or PIN cannot be taken.
            ClinicError: the clinic is set up already.
        """
        if findings := check_set_up(given):
            raise Refused(findings)
        login, name = check_new_user(given.manager_login, given.manager_name)
        check_new_pin(given.manager_pin, self._rules)
        pin_hash = hash_pin(given.manager_pin, self._cost)
        with self._store.writing(Op.SET_UP_CLINIC) as writing:
            if rows.is_set_up(writing.session):
                raise ClinicError("This database holds a clinic already. Nothing was changed: sign in.")
            rows.make_clinic(writing.session, given)
            return user_rows.add_user(writing.session, login, name, Role.MANAGER, pin_hash)

    # -- letterhead and locations

    @intention
    def clinic(self, by: User) -> Clinic:
        """Name and contacts as on letterheads."""
        with self._store.reading() as session:
            return rows.clinic(session)

    @intention
    def edit_clinic(self, by: User, given: Clinic) -> Clinic:
        """Name and contacts changed.

        Raises:
            Invalid: there is no name, or a line is too long for a letterhead.
            Stale: someone else was faster.
        """
        if not given.name.strip():
            raise Invalid("name", "The clinic needs a name.")
        if sentence := letterhead_too_long(given):
            raise Invalid("name", f"{sentence} Nothing was saved: shorten it.")
        with self._store.writing(Op.EDIT_CLINIC, by=by.id) as writing:
            return rows.save_clinic(writing.session, given)

    @intention
    def locations(self, by: User) -> tuple[Location, ...]:
        """Every location."""
        with self._store.reading() as session:
            return rows.locations(session)

    @intention
    def add_location(self, by: User, given: Location, chairs: Sequence[str], command_id: str = "") -> Location:
        """Another site of the clinic, with its chairs in their order; the id of `given` is not looked at.

        Raises:
            Refused: something is missing, or the name is taken; each finding names its field.
        """
        return clinic_places.add_location(self._store, by, given, chairs, command_id)

    @intention
    def edit_location(self, by: User, given: Location) -> Location:
        """Name, contacts, hours, usual nurses and region changed; the zone stays, and so does every visit booked.

        Raises:
            Refused: something is missing; each finding names its field.
            Stale: someone else was faster.
        """
        return clinic_places.edit_location(self._store, by, given)

    # -- chairs

    @intention
    def chairs(self, by: User, location_id: int, day: date | None = None) -> tuple[Chair, ...]:
        """The chairs in use on that day, in their order."""
        with self._store.reading() as session:
            return rows.chairs(session, location_id, day)

    @intention
    def retired_chairs(self, by: User, location_id: int) -> tuple[Chair, ...]:
        """The chairs that can be brought back, the last retired first."""
        with self._store.reading() as session:
            return chair_rows.retired_chairs(session, location_id)

    @intention
    def add_chair(self, by: User, location_id: int, name: str, command_id: str = "") -> Chair:
        """A new chair, free from now on; closures of the whole location hold for it too.

        Raises:
            Refused: it has no name, or that of another chair.
        """
        return clinic_places.add_chair(self._store, by, location_id, name, command_id)

    @intention
    def rename_chair(self, by: User, chair_id: int, name: str) -> Chair:
        """The chair under another name. Raises Refused without a name or with that of another chair."""
        return clinic_places.rename_chair(self._store, by, chair_id, name)

    @intention
    def retire_chair(self, by: User, chair_id: int) -> Chair:
        """The chair out of use from today, or from tomorrow when somebody has sat in it today; its past stays.

        Raises:
            Refused: visits are still booked on it, or it is the only chair.
        """
        return clinic_places.retire_chair(self._store, self._clock, by, chair_id)

    @intention
    def unretire_chair(self, by: User, chair_id: int) -> Chair:
        """A retired chair in use again from now on. Raises Refused where another chair has its name meanwhile."""
        return clinic_places.unretire_chair(self._store, by, chair_id)

    # -- closures and holidays

    @intention
    def closures(self, by: User, location_id: int, first: date, last: date) -> tuple[Closure, ...]:
        """Closures that touch the days from `first` to `last`."""
        with self._store.reading() as session:
            return rows.closures(session, location_id, first, last)

    @intention
    def add_closure(
        self,
        by: User,
        location_id: int,
        chair_id: int | None,
        starts_at: datetime,
        ends_at: datetime,
        reason: str,
        command_id: str = "",
    ) -> Closure:
        """Closes a chair, or the whole location, for some hours.

        Raises:
            Invalid: the hours do not end after they begin, are more than a year, or there is no reason.
            Refused: a visit is booked then; move it first.
        """
        place, hours = (location_id, chair_id), (starts_at, ends_at)
        return clinic_closures.add_closure(self._store, by, place, hours, reason, command_id)

    @intention
    def remove_closure(self, by: User, closure_id: int) -> None:
        """Opens the hours again."""
        with self._store.writing(Op.REMOVE_CLOSURE, by=by.id, detail=f"closure {closure_id}") as writing:
            rows.remove_closure(writing.session, closure_id)

    @intention
    def holiday_countries(self, by: User) -> tuple[HolidayCountry, ...]:
        """Every country whose public holidays are known, with its states or regions, by name."""
        return clinic_closures.countries()

    @intention
    def holidays(self, by: User, location_id: int, year: int) -> tuple[HolidayOffer, ...]:
        """The public holidays of the location's country and region, each with how many visits it would hit.

        Raises:
            Invalid: the location has no country yet, or nothing is known of it or of the year.
        """
        return clinic_closures.holidays(self._store, location_id, year)

    @intention
    def close_holidays(
        self, by: User, location_id: int, days: Sequence[date], command_id: str = ""
    ) -> tuple[Closure, ...]:
        """Closes the whole location on public holidays, under their names, all of them or none.

        Raises:
            Invalid: no day was chosen, or one is no holiday there.
            Refused: a visit is booked then; move it first.
        """
        return clinic_closures.close_holidays(self._store, by, location_id, days, command_id)

    # -- who is on duty

    @intention
    def duty(
        self, by: User, location_id: int, first: date, last: date, role: Role | None = None
    ) -> tuple[DutySpan, ...]:
        """Who is really there, by start: usual shifts and shifts of one day, less breaks and absences.

        Somebody entered for a day but away for all of it has a span without length.
        """
        return clinic_duty.duty(self._store, location_id, first, last, role)

    @intention
    def patterns(self, by: User, location_id: int, since: date | None = None) -> tuple[ShiftPattern, ...]:
        """The usual shifts that are not over by a day, or by the Monday of this week; by user, weekday and hour."""
        with self._store.reading() as session:
            today = wall_now(self._clock, rows.location(session, location_id).zone).date()
            return duty_entries.patterns(session, location_id, since or today - timedelta(days=today.weekday()))

    @intention
    def add_pattern(
        self, by: User, given: ShiftPattern, weekdays: Sequence[int] = (), command_id: str = ""
    ) -> tuple[ShiftPattern, ...]:
        """A usual shift, on its weekday or on several at once, all of them or none.

        Raises:
            Refused: hours, breaks or dates do not fit together, or the user would be in two usual shifts at once.
            NotFound: there is no such user or location.
        """
        return clinic_duty.add_patterns(self._store, by, given, weekdays, command_id)

    @intention
    def edit_pattern(self, by: User, given: ShiftPattern) -> ShiftPattern:
        """Hours, weekday, weeks, dates and breaks of a usual shift changed; user and location stay.

        Raises:
            Refused: as for a new one.
            Stale: someone else was faster.
            NotFound: it is not there any more.
        """
        return clinic_duty.edit_pattern(self._store, by, given)

    @intention
    def end_pattern(self, by: User, pattern_id: int, version: int, last_day: date) -> ShiftPattern | None:
        """A usual shift with its last day; taken out, and None, where it had not begun by then.

        Raises:
            Stale: someone else was faster.
            NotFound: it is not there any more.
        """
        return clinic_duty.end_pattern(self._store, by, pattern_id, version, last_day)

    @intention
    def shifts(self, by: User, location_id: int, first: date, last: date) -> tuple[Shift, ...]:
        """Shifts of one day from `first` to `last`; each stands in place of the user's usual one."""
        with self._store.reading() as session:
            return duty_entries.shifts(session, location_id, first, last)

    @intention
    def add_shifts(self, by: User, given: Sequence[ShiftEntry]) -> tuple[Shift, ...]:
        """Enters shifts of (user, location, starts, ends) or with breaks after these, all of them or none.

        Raises:
            Invalid: a shift does not end after it begins, is longer than a day, or its breaks do not fit.
            Refused: someone would be in two shifts at once.
        """
        return clinic_duty.add_shifts(self._store, by, given)

    @intention
    def edit_shift(self, by: User, given: Shift) -> Shift:
        """Hours and breaks of a shift of one day changed; its user and location stay.

        Raises:
            Invalid: as for a new one.
            Refused: the user would be in two shifts at once.
            Stale: someone else was faster.
        """
        return clinic_duty.edit_shift(self._store, by, given)

    @intention
    def remove_shift(self, by: User, shift_id: int) -> None:
        """Takes a shift of one day out, so that the usual one holds again; visits already booked stay."""
        with self._store.writing(Op.EDIT_SHIFTS, by=by.id, detail=f"shift {shift_id} removed") as writing:
            duty_entries.remove_shift(writing.session, shift_id)

    @intention
    def absences(self, by: User, location_id: int, first: date, last: date) -> tuple[Absence, ...]:
        """Absences that touch these days, of everybody: who is away is away from every location."""
        with self._store.reading() as session:
            rows.location(session, location_id)
            return duty_entries.absences(session, first, last)

    @intention
    def add_absence(
        self,
        by: User,
        user_id: int,
        starts_at: datetime,
        ends_at: datetime,
        reason: str = "",
        command_id: str = "",
    ) -> Absence:
        """Hours a user is away in spite of all that is entered: sick, on leave, gone early.

        Raises:
            Invalid: it does not end after it begins, is longer than a year, or the reason is too long.
            NotFound: there is no such user.
        """
        return clinic_duty.add_absence(self._store, by, user_id, starts_at, ends_at, reason, command_id)

    @intention
    def remove_absence(self, by: User, absence_id: int) -> None:
        """The user is back, or was never away. Raises NotFound."""
        with self._store.writing(Op.EDIT_SHIFTS, by=by.id, detail=f"absence {absence_id} removed") as writing:
            duty_entries.remove_absence(writing.session, absence_id)

    # -- what a change would break

    @intention
    def would_break(self, by: User, location_id: int, change: CapacityChange) -> tuple[BrokenVisit, ...]:
        """The booked visits to come that a change would leave where they cannot stay, by time; nothing is saved."""
        from ketaclinic.db import out_of_place  # noqa: PLC0415 - the first window does without the schedule

        with self._store.reading() as session:
            now = wall_now(self._clock, rows.location(session, location_id).zone)
            booked_until = out_of_place.last_booked(session, location_id)
            first, last = change.days or (now.date(), date.max)
            first, last = max(first, now.date()), min(last, booked_until or date.min)
            if last < first:
                return ()
            days = out_of_place.Days(location_id, first, last, now)
            return out_of_place.would_break(session, self._catalog, days, change)

    @intention
    def out_of_place(self, by: User, location_id: int, first: date, last: date) -> tuple[BrokenVisit, ...]:
        """The visits of some days that cannot stay where they are: outside hours, closed, without nurse or prescriber.

        What is over already is left out.
        """
        from ketaclinic.db import out_of_place  # noqa: PLC0415 - the first window does without the schedule

        with self._store.reading() as session:
            now = wall_now(self._clock, rows.location(session, location_id).zone)
            days = out_of_place.Days(location_id, first, last, now)
            return out_of_place.out_of_place(session, self._catalog, days)
