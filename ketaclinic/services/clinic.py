"""The clinic itself: first set-up, locations, chairs, closures and shifts."""

from collections.abc import Sequence
from datetime import date, datetime

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db import clinic as rows
from ketaclinic.db import users as user_rows
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import ClinicError, Finding, Invalid, Refused, Severity
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.resources import Chair, Clinic, Closure, Location, Shift
from ketaclinic.domain.set_up import SetUp, check_set_up, letterhead_too_long
from ketaclinic.services.guard import intention
from ketaclinic.services.pins import Cost, check_new_pin, hash_pin
from ketaclinic.services.users import check_new_user

__all__ = ["ClinicService", "SetUp"]

_LONGEST_REASON = 200


class ClinicService:
    """What the clinic has and when it is open."""

    area = "clinic"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:  # noqa: ARG002 - all services are made alike
        self._store = store
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
    def chairs(self, by: User, location_id: int, day: date | None = None) -> tuple[Chair, ...]:  # noqa: ARG002
        """The chairs in use on that day, in their order."""
        with self._store.reading() as session:
            return rows.chairs(session, location_id, day)

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
