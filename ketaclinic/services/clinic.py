"""The clinic itself: first set-up, locations, chairs, closures and shifts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock, wall_now
from ketaclinic.db import chairs as chair_rows
from ketaclinic.db import clinic as rows
from ketaclinic.db import users as user_rows
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import OVER
from ketaclinic.domain.changes import Op
from ketaclinic.domain.closing import in_the_way
from ketaclinic.domain.findings import ClinicError, Finding, Invalid, Refused, Severity
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.resources import Chair, Clinic, Closure, Location, Shift
from ketaclinic.domain.set_up import (
    SetUp,
    chair_findings,
    check_set_up,
    letterhead_too_long,
    location_findings,
)
from ketaclinic.services.guard import intention
from ketaclinic.services.pins import Cost, check_new_pin, hash_pin
from ketaclinic.services.users import check_new_user

__all__ = ["ClinicService", "SetUp"]

_LONGEST_REASON = 200


class ClinicService:
    """What the clinic has and when it is open."""

    area = "clinic"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
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

    @intention
    def clinic(self, by: User) -> Clinic:  # noqa: ARG002 - the guard reads it
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
    def locations(self, by: User) -> tuple[Location, ...]:  # noqa: ARG002
        """Every location."""
        with self._store.reading() as session:
            return rows.locations(session)

    @intention
    def edit_location(self, by: User, given: Location) -> Location:
        """Name, contacts, opening hours and usual nurses changed; the zone stays, and so does every visit booked.

        Raises:
            Refused: something is missing; each finding names its field.
            Stale: someone else was faster.
        """
        given = replace(given, name=" ".join(given.name.split()))
        if findings := tuple(location_findings(given.name, given.hours, given.usual_nurses)):
            raise Refused(findings)
        with self._store.writing(Op.EDIT_CLINIC, by=by.id, detail=f"location {given.id}") as writing:
            return rows.save_location(writing.session, given)

    @intention
    def chairs(self, by: User, location_id: int, day: date | None = None) -> tuple[Chair, ...]:  # noqa: ARG002
        """The chairs in use on that day, in their order."""
        with self._store.reading() as session:
            return rows.chairs(session, location_id, day)

    @intention
    def add_chair(self, by: User, location_id: int, name: str, command_id: str = "") -> Chair:
        """A new chair, free from now on; closures of the whole location hold for it too.

        Raises:
            Refused: it has no name, or that of another chair.
        """
        with self._store.writing(Op.EDIT_CLINIC, by=by.id, command_id=command_id) as writing:
            if writing.earlier is not None:
                return chair_rows.chair(writing.session, writing.earlier["chair"])
            name = _chair_name(name, rows.chairs(writing.session, location_id))
            added = chair_rows.add_chair(writing.session, location_id, name)
            writing.result, writing.detail = {"chair": added.id}, f"chair {added.id} added"
            return added

    @intention
    def rename_chair(self, by: User, chair_id: int, name: str) -> Chair:
        """The chair under another name. Raises Refused without a name or with that of another chair."""
        with self._store.writing(Op.EDIT_CLINIC, by=by.id, detail=f"chair {chair_id} renamed") as writing:
            here = rows.chairs(writing.session, chair_rows.chair(writing.session, chair_id).location_id)
            name = _chair_name(name, [chair for chair in here if chair.id != chair_id])
            return chair_rows.rename_chair(writing.session, chair_id, name)

    @intention
    def retire_chair(self, by: User, chair_id: int) -> Chair:
        """The chair out of use from today, or from tomorrow when somebody has sat in it today; its past stays.

        Raises:
            Refused: visits are still booked on it, or it is the only chair.
        """
        with self._store.writing(Op.EDIT_CLINIC, by=by.id, detail=f"chair {chair_id} retired") as writing:
            chair = chair_rows.chair(writing.session, chair_id)
            today = wall_now(self._clock, rows.location(writing.session, chair.location_id).zone).date()
            midnight = datetime.combine(today, time.min)
            visits = chair_rows.booked(writing.session, chair.location_id, chair_id, midnight, without=OVER)
            if visits:
                sentence = f"{chair.name} is still booked: {in_the_way(visits, chairs=False)}."
                raise _refused("chair-booked", f"{sentence} Nothing was changed: move these visits first.")
            if len(rows.chairs(writing.session, chair.location_id)) == 1:
                raise _refused("only-chair", "This is the only chair. Nothing was changed: add another one first.")
            sat_in = chair_rows.booked(writing.session, chair.location_id, chair_id, midnight)
            return chair_rows.retire_chair(writing.session, chair_id, today + timedelta(days=1 if sat_in else 0))

    @intention
    def closures(self, by: User, location_id: int, first: date, last: date) -> tuple[Closure, ...]:  # noqa: ARG002
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
            Invalid: the hours do not end after they begin, or there is no reason.
            Refused: a visit is booked then; move it first.
        """
        reason = " ".join(reason.split())
        if ends_at <= starts_at:
            raise Invalid("ends_at", "A closure must end after it begins.")
        if not reason or len(reason) > _LONGEST_REASON:
            raise Invalid("reason", f"A closure needs a reason of at most {_LONGEST_REASON} letters, such as “Lunch”.")
        with self._store.writing(Op.ADD_CLOSURE, by=by.id, command_id=command_id) as writing:
            if writing.earlier is not None:
                return rows.closure(writing.session, writing.earlier["closure"])
            visits = chair_rows.booked(writing.session, location_id, chair_id, starts_at, ends_at)
            if visits:
                sentence = f"Visits are booked then: {in_the_way(visits, chairs=chair_id is None)}."
                raise _refused("visits-booked", f"{sentence} Nothing was closed: move or cancel them first.")
            added = rows.add_closure(writing.session, location_id, chair_id, starts_at, ends_at, reason)
            writing.result = {"closure": added.id}
            return added

    @intention
    def remove_closure(self, by: User, closure_id: int) -> None:
        """Opens the hours again."""
        with self._store.writing(Op.REMOVE_CLOSURE, by=by.id, detail=f"closure {closure_id}") as writing:
            rows.remove_closure(writing.session, closure_id)

    @intention
    def shifts(self, by: User, location_id: int, first: date, last: date) -> tuple[Shift, ...]:  # noqa: ARG002
        """Shifts that touch the days from `first` to `last`."""
        with self._store.reading() as session:
            return rows.shifts(session, location_id, first, last)

    @intention
    def add_shifts(self, by: User, given: Sequence[tuple[int, int, datetime, datetime]]) -> tuple[Shift, ...]:
        """Enters shifts of (user, location, starts, ends), all of them or none.

        Raises:
            Invalid: a shift does not end after it begins.
            Refused: someone would be in two shifts at once.
        """
        with self._store.writing(Op.EDIT_SHIFTS, by=by.id, detail=f"{len(given)} shifts") as writing:
            entered: list[Shift] = []
            for user_id, location_id, starts_at, ends_at in given:
                if ends_at <= starts_at:
                    raise Invalid("ends_at", "A shift must end after it begins. No shift was entered.")
                user = user_rows.user(writing.session, user_id)
                rows.location(writing.session, location_id)
                if rows.works_then(writing.session, user_id, starts_at, ends_at):
                    sentence = (
                        f"{user.name} has a shift then already ({starts_at:%Y-%m-%d %H:%M}). No shift was entered."
                    )
                    raise Refused([Finding("shift-overlaps", Severity.BLOCK, sentence, subject="starts_at")])
                entered += rows.add_shifts(writing.session, [(user_id, location_id, starts_at, ends_at)])
        return tuple(entered)

    @intention
    def remove_shift(self, by: User, shift_id: int) -> None:
        """Takes somebody off duty for these hours; visits already booked stay."""
        with self._store.writing(Op.EDIT_SHIFTS, by=by.id, detail=f"shift {shift_id} removed") as writing:
            rows.remove_shift(writing.session, shift_id)


def _chair_name(name: str, others: Sequence[Chair]) -> str:
    """The name as it is kept. Raises Refused when a chair cannot be called so among the others."""
    name = " ".join(name.split())
    if findings := tuple(chair_findings(name, [chair.name for chair in others])):
        raise Refused(findings)
    return name


def _refused(code: str, sentence: str) -> Refused:
    return Refused([Finding(code, Severity.BLOCK, sentence)])
