"""PINs: hashed with argon2id, checked, and slowed down after several wrong ones in a row."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from ketaclinic.catalog.rules import Rules
from ketaclinic.clock import Clock
from ketaclinic.db import users as rows
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.findings import Invalid
from ketaclinic.domain.people import User

_log = logging.getLogger(__name__)

WRONG = "Name or PIN is wrong. Nobody was signed in: try again."


@dataclass(frozen=True, slots=True)
class Cost:
    """What one check of a PIN costs: memory in KiB and passes over it."""

    memory: int = 19456
    passes: int = 2


def hash_pin(pin: str, cost: Cost | None = None) -> str:
    """The argon2id hash to keep of a PIN."""
    from argon2 import PasswordHasher  # noqa: PLC0415 - not needed for the first window

    cost = cost or Cost()
    return PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory, parallelism=1).hash(pin)


def matches(pin_hash: str, pin: str) -> bool:
    """Whether the PIN is the one the hash was made of."""
    from argon2 import PasswordHasher  # noqa: PLC0415 - loaded when it is needed
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - loaded when it is needed

    try:
        return PasswordHasher().verify(pin_hash, pin.encode("utf-8", "surrogatepass"))
    except (VerificationError, InvalidHashError):
        return False


def check_new_pin(pin: str, rules: Rules) -> None:
    """Raises Invalid when this cannot be a PIN."""
    fewest, most = rules.whole("users.pin-min-digits"), rules.whole("users.pin-max-digits")
    if not (pin.isascii() and pin.isdigit() and fewest <= len(pin) <= most):
        raise Invalid("pin", f"A PIN has {fewest} to {most} digits and nothing else.")


class _ChangedMeanwhileError(Exception):
    """What a PIN was checked against no longer holds."""


def _as_looked_at(current: rows.Credentials, before: rows.Credentials) -> bool:
    return (current.pin_hash, current.user.active, current.locked_until) == (
        before.pin_hash,
        before.user.active,
        before.locked_until,
    )


class PinCheck:
    """Tells who someone is by a PIN; every success and every refusal is in the audit."""

    def __init__(self, store: Store, rules: Rules, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    def by_login(self, login: str, pin: str, purpose: str = "") -> User:
        """The user who signs in so.

        Raises:
            Invalid: at the field "pin"; the sentence does not tell which part was wrong.
        """
        with self._store.reading() as session:
            found = rows.credentials(session, login.strip().casefold())
        return self._check(found, pin, purpose)

    def by_id(self, user_id: int, pin: str, purpose: str = "") -> User:
        """The user, who typed the own PIN once more, for instance to sign. Raises Invalid like `by_login`."""
        with self._store.reading() as session:
            found = rows.credentials_by_id(session, user_id)
        return self._check(found, pin, purpose)

    def own(self, user_id: int, pin: str, purpose: str, done: str) -> User:
        """The user who signs with the own PIN; a wrong one says what was not `done`. Raises Invalid at "pin"."""
        try:
            return self.by_id(user_id, pin, purpose)
        except Invalid as error:
            if str(error) != WRONG:
                raise
            raise Invalid("pin", f"Your PIN is wrong. Nothing was {done}: try again.") from error

    def _check(self, found: rows.Credentials | None, pin: str, purpose: str) -> User:
        right = matches(found.pin_hash if found else _nobodys_hash(), pin)
        if found is None:
            self._refused("unknown sign-in name")
            raise Invalid("pin", WRONG)
        now = self._clock.now()
        self._refuse_waiting(found, now)
        if not (right and found.user.active):
            self._count_wrong(found, now)
            raise Invalid("pin", WRONG)
        detail = f"user {found.user.id}" + (f", {purpose}" if purpose else "")
        with (
            suppress(_ChangedMeanwhileError),
            self._store.writing(Op.SIGN_IN, by=found.user.id, detail=detail) as writing,
        ):
            current = rows.credentials_by_id(writing.session, found.user.id)
            if current is None or not _as_looked_at(current, found):
                raise _ChangedMeanwhileError
            rows.note_wrong_pins(writing.session, found.user.id, 0, None)
            return rows.user(writing.session, found.user.id)
        return self._check_again(found.user.id, pin, purpose)

    def _check_again(self, user_id: int, pin: str, purpose: str) -> User:
        """Looks anew: while this PIN was checked, another station tried one, or a manager changed the user."""
        with self._store.reading() as session:
            found = rows.credentials_by_id(session, user_id)
        return self._check(found, pin, purpose)

    def _refuse_waiting(self, found: rows.Credentials, now: datetime) -> None:
        if found.locked_until is not None and now < found.locked_until:
            self._refused(f"user {found.user.id}, waiting")
            raise Invalid("pin", _wait_sentence(found.locked_until - now))

    def _refused(self, detail: str) -> None:
        with self._store.writing(Op.SIGN_IN_REFUSED, detail=detail):
            _log.info("sign-in refused: %s", detail)

    def _count_wrong(self, found: rows.Credentials, now: datetime) -> None:
        with self._store.writing(Op.SIGN_IN_REFUSED, detail=f"user {found.user.id}, wrong PIN") as writing:
            current = rows.credentials_by_id(writing.session, found.user.id) or found
            count = current.wrong_pins + 1
            rows.note_wrong_pins(writing.session, found.user.id, count, self._wait_until(count, now))
        _log.info("sign-in refused: user %d, %d wrong in a row", found.user.id, count)

    def _wait_until(self, wrong: int, now: datetime) -> datetime | None:
        over = wrong - self._rules.whole("users.wrong-pins")
        if over < 0:
            return None
        seconds = min(self._rules["users.first-wait"] * 2.0 ** min(over, 20), self._rules["users.longest-wait"])
        return now + timedelta(seconds=seconds)


def _wait_sentence(wait: timedelta) -> str:
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    return f"Too many wrong PINs. Wait {minutes} {'minute' if minutes == 1 else 'minutes'}, then try again."


@cache
def _nobodys_hash() -> str:
    """Something to check against for an unknown name, so that the answer takes as long as for a known one."""
    return hash_pin("0000")
