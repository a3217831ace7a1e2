"""Users: rows in, domain values out. The hash of a PIN leaves through `credentials` alone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ketaclinic.db.models import UserRow
from ketaclinic.domain.findings import Invalid, NotFound, Stale
from ketaclinic.domain.people import Role, User


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    """What a sign-in is checked against."""

    user: User
    pin_hash: str
    wrong_pins: int
    locked_until: datetime | None


def credentials(session: Session, login: str) -> Credentials | None:
    """The credentials of a login name, or None."""
    row = session.scalar(select(UserRow).where(UserRow.login == login))
    return None if row is None else _credentials(row)


def credentials_by_id(session: Session, user_id: int) -> Credentials | None:
    """The credentials of a user, or None."""
    row = session.get(UserRow, user_id, populate_existing=True)
    return None if row is None else _credentials(row)


def note_wrong_pins(session: Session, user_id: int, count: int, locked_until: datetime | None) -> None:
    """Remembers how often in a row the PIN was wrong, and until when no further one is tried."""
    row = user_row(session, user_id)
    if row.failed_pins != count or row.locked_until != locked_until:
        row.failed_pins, row.locked_until = count, locked_until


def users(session: Session, *, active_only: bool = False) -> tuple[User, ...]:
    """Users by name."""
    statement = select(UserRow).order_by(UserRow.name, UserRow.id)
    if active_only:
        statement = statement.where(UserRow.active)
    return tuple(user_value(row) for row in session.scalars(statement))


def user(session: Session, user_id: int) -> User:
    """The user. Raises NotFound."""
    return user_value(user_row(session, user_id))


def add_user(session: Session, login: str, name: str, role: Role, pin_hash: str) -> User:
    """A new user. Raises Invalid when the login name is taken."""
    taken = session.scalar(select(UserRow).where(UserRow.login == login))
    if taken is not None and not taken.active:
        raise Invalid(
            "login",
            f"“{login}” was the sign-in name of {taken.name}, who left. Nothing was added: let them sign in again, or "
            "choose another.",
        )
    if taken is not None:
        raise Invalid("login", f"The sign-in name “{login}” is taken. Nothing was added: choose another.")
    row = UserRow(login=login, name=name, role=role.value, pin_hash=pin_hash, active=True, failed_pins=0)
    session.add(row)
    session.flush()
    return user_value(row)


def edit_user(
    session: Session,
    user_id: int,
    *,
    version: int | None = None,
    name: str | None = None,
    role: Role | None = None,
    active: bool | None = None,
    pin_hash: str | None = None,
) -> User:
    """The user with what is given changed; a new PIN ends any waiting. Raises Stale when someone else was faster."""
    row = user_row(session, user_id)
    if version is not None and row.version != version:
        raise Stale("Someone else changed this user meanwhile. Nothing was saved: look at the details first.")
    if name is not None:
        row.name = name
    if role is not None:
        row.role = role.value
    if active is not None:
        row.active = active
    if pin_hash is not None:
        row.pin_hash, row.failed_pins, row.locked_until = pin_hash, 0, None
    session.flush()
    return user_value(row)


def user_row(session: Session, user_id: int) -> UserRow:
    """The row. Raises NotFound."""
    row = session.get(UserRow, user_id)
    if row is None:
        raise NotFound("There is no such user.")
    return row


def user_value(row: UserRow) -> User:
    """A row as a domain value."""
    return User(row.id, row.login, row.name, Role(row.role), row.active, row.version)


def _credentials(row: UserRow) -> Credentials:
    return Credentials(user_value(row), row.pin_hash, row.failed_pins, row.locked_until)
