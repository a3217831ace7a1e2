"""What a database error means for the person at the desk; recognised by code, never by wording."""

from sqlalchemy.exc import DataError, DBAPIError, OperationalError

from ketaclinic.domain.findings import ClinicError, StoreUnusable

OVERLAP = "ketaclinic: claims overlap"
"""What our own SQLite trigger raises with."""

BUSY = "The database is busy with someone else's work; nothing was saved. Try again in a moment."
_TOO_LONG = "Something typed is too long; nothing was saved. Shorten it, then try again."
UNFIT = (
    "Something here cannot be kept: a sign that is no letter, or a number or date beyond all bounds. "
    "Nothing was saved. Type it anew, then try again."
)
_FULL = "The disk is full; nothing was saved. Make room, then try again."
_GONE = "The database does not answer; what was saved before is safe. Check the connection, then try again."
_DAMAGED = "The database file is damaged, or the key is wrong; nothing was changed. Restore the last backup."
_READ_ONLY = "The database may not be written to; nothing was saved. Check the file's permissions."
_NO_FILE = "The database file cannot be opened; what was saved before is safe. Check its folder, then try again."
_DISK = "The disk is full or does not answer; nothing was saved. Make room on it, or check it, then try again."

_SQLITE = {
    5: BUSY,
    6: BUSY,
    8: _READ_ONLY,
    10: _DISK,
    11: _DAMAGED,
    13: _FULL,
    14: _NO_FILE,
    18: _TOO_LONG,
    26: _DAMAGED,
}
_POSTGRESQL = {
    "55P03": BUSY,
    "40001": BUSY,
    "40P01": BUSY,
    "53100": _FULL,
    "25006": _READ_ONLY,
    "53300": BUSY,
    "22001": _TOO_LONG,
    "22003": UNFIT,
    "22021": UNFIT,
    "22P05": UNFIT,
}
_EXCLUDED = "23P01"

UNFIT_VALUES = (OverflowError, UnicodeEncodeError)
"""What Python says of a number or date beyond all bounds, and of half a sign, before a database is asked."""


def is_overlap(error: DBAPIError) -> bool:
    """Whether the database refused claims because they overlap."""
    cause = error.orig
    return getattr(cause, "sqlstate", None) == _EXCLUDED or (cause is not None and OVERLAP in cause.args)


def is_not_a_database(error: DBAPIError) -> bool:
    """Whether the file is none of ours, or the key is another's."""
    return _sqlite_code(error) == 26


def explained(error: DBAPIError) -> ClinicError | None:
    """The sentence for a fault of the computer; None for an error of the program."""
    code, state = _sqlite_code(error), getattr(error.orig, "sqlstate", None)
    sentence = _SQLITE.get(code) if code is not None else _POSTGRESQL.get(state or "")
    told_by_driver = code is None and state is None
    if sentence is None and told_by_driver and isinstance(error, DataError):
        sentence = UNFIT  # what the driver does not even send, such as a NUL
    unreachable = told_by_driver and isinstance(error, OperationalError)
    if sentence is None and (unreachable or error.connection_invalidated):
        sentence = _GONE
    if sentence is None:
        return None
    return StoreUnusable(sentence) if sentence is _DAMAGED else ClinicError(sentence)


def _sqlite_code(error: DBAPIError) -> int | None:
    code = getattr(error.orig, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF
