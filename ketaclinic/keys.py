"""The key of the encrypted file, and the key that chains the audit, which is derived from it.

The key is kept in the system's keyring, or given in the environment variable KETACLINIC_KEY (for a computer without a
keyring, and for every further workstation of one database). It is never written to a file.
"""

import hashlib
import hmac
import os
import re
import secrets
from dataclasses import dataclass

VARIABLE = "KETACLINIC_KEY"
_SERVICE = "ketaclinic"
_NO_KEYRING = (
    "This computer has no keyring to keep the database's key in. Nothing was opened or changed. "
    f"Set {VARIABLE} to the key (for a new database: any long secret, kept safe) and start again."
)
_RAW = re.compile(r"[0-9a-fA-F]{64}")


class KeyMissingError(Exception):
    """There is no key to open the database with; its text is the sentence to show."""


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The key of the file as 64 hexadecimal digits (32 bytes), and the key of the audit chain."""

    file: str
    audit: bytes


def random_keys() -> Keys:
    """Keys for a database that nobody opens again, such as the demonstration's."""
    return _keys(secrets.token_hex(32))


def keys_for(database: str, *, create: bool) -> Keys:
    """The keys of a database, by its URL; with `create`, a new key is made and kept where there is none.

    Raises:
        KeyMissingError: there is no key, or no keyring to keep one in; says what to do.
    """
    if given := os.environ.get(VARIABLE):
        return _keys(given.lower() if _RAW.fullmatch(given) else _stretched(given))
    import keyring  # noqa: PLC0415 - slow to import, and not needed where the variable is set
    from keyring.errors import KeyringError  # noqa: PLC0415 - loaded when it is needed

    name = _entry(database)
    try:
        kept = keyring.get_password(_SERVICE, name)
        if kept is None and create:
            kept = secrets.token_hex(32)
            keyring.set_password(_SERVICE, name, kept)
            if keyring.get_password(_SERVICE, name) != kept:  # some keyrings take everything and keep nothing
                raise KeyMissingError(_NO_KEYRING)
    except KeyringError as error:
        raise KeyMissingError(_NO_KEYRING) from error
    if kept is None:
        raise KeyMissingError(
            f"The key of this database is not in this computer's keyring. Nothing was opened or changed. "
            f"Set {VARIABLE} to the key (`main.py key` shows it where it is known) and start again."
        )
    return _keys(kept)


def _keys(file: str) -> Keys:
    return Keys(file, hmac.new(bytes.fromhex(file), b"ketaclinic audit chain", hashlib.sha256).digest())


def _stretched(secret: str) -> str:
    """A passphrase as 32 bytes, slowly; the same on every workstation."""
    return hashlib.scrypt(secret.encode(), salt=b"ketaclinic file key", n=2**15, r=8, p=1, maxmem=2**26, dklen=32).hex()


def _entry(database: str) -> str:
    """The name of the key in the keyring: the URL without user and password."""
    return re.sub(r"//[^@/]*@", "//", database)
