"""Who works here: signing in, second persons, and the manager's list of users."""

from collections.abc import Collection

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db import users as rows
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import Finding, Invalid, Refused, Severity
from ketaclinic.domain.people import Role, User
from ketaclinic.services.guard import intention
from ketaclinic.services.pins import WRONG, Cost, PinCheck, check_new_pin, hash_pin

__all__ = ["Users", "check_new_user", "hash_pin"]

_LONGEST_LOGIN = 80
_LONGEST_NAME = 200


class Users:
    """Users of the program; PINs are kept as argon2 hashes only."""

    area = "users"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._rules = catalog.rules
        self._pins = PinCheck(store, catalog.rules, clock)
        self._cost = Cost(catalog.rules.whole("users.pin-memory"), catalog.rules.whole("users.pin-passes"))

    def sign_in(self, login: str, pin: str) -> User:
        """The user who signs in with name and PIN.

        Raises:
            Invalid: name or PIN is wrong, or too many wrong PINs were tried; the field is "pin".
        """
        return self._pins.by_login(login, pin)

    def who_may_sign_in(self) -> tuple[User, ...]:
        """Active users by name, for the tiles of the sign-in."""
        with self._store.reading() as session:
            return rows.users(session, active_only=True)

    @intention
    def second_person(self, by: User, login: str, pin: str, roles: Collection[Role]) -> User:
        """Another user of one of these roles, who confirms with the own PIN what `by` does.

        Raises:
            Invalid: it is the same user, the role is another, or name or PIN is wrong (the field is "second-pin").
        """
        try:
            second = self._pins.by_login(login, pin, f"second person for user {by.id}")
        except Invalid as error:
            words = "The second person's name or PIN is wrong. Nothing was done: try again."
            raise Invalid("second-pin", words if str(error) == WRONG else str(error)) from error
        if second.id == by.id:
            raise Invalid("login", "The second person must be someone else. Nothing was done.")
        if second.role not in roles:
            wanted = " or ".join(sorted(role.word.lower() for role in roles))
            raise Invalid("login", f"This needs a {wanted} as the second person. Nothing was done.")
        return second

    @intention
    def list(self, by: User) -> tuple[User, ...]:  # noqa: ARG002 - the guard reads it
        """Every user, the inactive ones too."""
        with self._store.reading() as session:
            return rows.users(session)

    @intention
    def add(self, by: User, login: str, name: str, role: Role, pin: str, command_id: str = "") -> User:
        """A new user.

        Raises:
            Invalid: the sign-in name is taken or empty, the name is empty, or the PIN is not one.
        """
        login, name = check_new_user(login, name)
        check_new_pin(pin, self._rules)
        pin_hash = hash_pin(pin, self._cost)
        with self._store.writing(Op.ADD_USER, by=by.id, command_id=command_id) as writing:
            if writing.earlier is not None:
                return rows.user(writing.session, writing.earlier["user"])
            added = rows.add_user(writing.session, login, name, role, pin_hash)
            writing.result, writing.detail = {"user": added.id}, f"user {added.id}"
            return added

    @intention
    def edit(
        self,
        by: User,
        user_id: int,
        *,
        version: int | None = None,
        name: str | None = None,
        role: Role | None = None,
        active: bool | None = None,
        pin: str | None = None,
    ) -> User:
        """The user with what is given changed; a user who leaves is made inactive and stays in the records.

        Who comes back needs a new PIN: nobody knows who came to know the old one meanwhile.

        Raises:
            Invalid: the name is empty, the PIN is not one, or there is none for somebody who comes back.
            Refused: nobody would be left to manage the clinic.
            Stale: someone else changed the user since `version`.
        """
        if name is not None:
            _, name = check_new_user("given", name)
        if pin is not None:
            check_new_pin(pin, self._rules)
        pin_hash = None if pin is None else hash_pin(pin, self._cost)
        with self._store.writing(Op.EDIT_USER, by=by.id, detail=f"user {user_id}") as writing:
            if active and pin is None and not rows.user(writing.session, user_id).active:
                raise Invalid("pin", "Who comes back needs a new PIN. Nothing was saved: choose one together.")
            edited = rows.edit_user(
                writing.session, user_id, version=version, name=name, role=role, active=active, pin_hash=pin_hash
            )
            if not any(user.role is Role.MANAGER for user in rows.users(writing.session, active_only=True)):
                raise Refused([Finding("last-manager", Severity.BLOCK, _LAST_MANAGER, subject="role")])
            return edited


_LAST_MANAGER = "Nobody would be left to manage the clinic. Nothing was changed: make someone else a manager first."


def check_new_user(login: str, name: str) -> tuple[str, str]:
    """Sign-in name and name as they are kept. Raises Invalid when one of them is missing."""
    login, name = login.strip().casefold(), " ".join(name.split())
    if not login or any(sign.isspace() for sign in login) or len(login) > _LONGEST_LOGIN:
        raise Invalid("login", f"A sign-in name is one word of at most {_LONGEST_LOGIN} letters.")
    if not any(letter.isalpha() for letter in name):
        raise Invalid("name", "A user needs a name, as it is to stand under signatures.")
    if len(name) > _LONGEST_NAME:
        raise Invalid("name", f"A name has at most {_LONGEST_NAME} letters.")
    return login, name
