"""The audit chain: each operation is sealed together with the one before it, by a key that is not in the database.

A changed, removed or inserted row breaks the seal of its operation; operations taken from the end show in the sealed
head. What it cannot show by itself is the whole file put back as it once was: compare the head with one printed.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import Session

from ketaclinic.db.images import canonical
from ketaclinic.db.models import AuditHeadRow, ChangeRow, OperationRow, table_of

OPERATIONS = table_of(OperationRow)
CHANGES = table_of(ChangeRow)
HEAD = table_of(AuditHeadRow)

_OPERATION_FIELDS = ("seq", "op", "detail", "user_id", "station", "command_id", "result", "undoes")
_CHANGE_FIELDS = ("table_name", "row_id", "patient_id", "before", "after")


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends: the last operation, how many changes there are in all, its seal."""

    seq: int = 0
    changes: int = 0
    chain: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """What a walk along the whole chain found; `problem` is empty when it is sound."""

    operations: int
    changes: int
    head: str
    problem: str = ""


def read_head(connection: Connection, key: bytes) -> Head:
    """The end of the chain, to add to. A head that does not fit its seal breaks the chain for good, visibly."""
    row = connection.execute(select(HEAD)).one_or_none()
    if row is None:
        last = connection.execute(select(OPERATIONS.c.seq).order_by(OPERATIONS.c.seq.desc()).limit(1)).scalar()
        return Head() if last is None else Head(last, 0, _seal(key, "head missing"))
    head = Head(row.seq, row.changes, row.chain)
    if not hmac.compare_digest(row.mac, _seal_of_head(key, head)):
        last = connection.execute(select(OPERATIONS.c.seq).order_by(OPERATIONS.c.seq.desc()).limit(1)).scalar()
        return Head(max(head.seq, last or 0), head.changes, _seal(key, f"head changed {head.chain}"))
    return head


def append(
    connection: Connection, key: bytes, head: Head, operation: dict[str, Any], changes: list[dict[str, Any]]
) -> None:
    """Writes one operation with its changes at the end of the chain."""
    mac = _seal(key, head.chain + _text_of(operation, changes))
    connection.execute(OPERATIONS.insert(), {**operation, "mac": mac})
    if changes:
        connection.execute(CHANGES.insert(), [{**change, "seq": operation["seq"]} for change in changes])
    new = Head(operation["seq"], head.changes + len(changes), mac)
    values = {"seq": new.seq, "changes": new.changes, "chain": new.chain, "mac": _seal_of_head(key, new)}
    if connection.execute(HEAD.update().values(values)).rowcount == 0:
        connection.execute(HEAD.insert(), {"id": 1, **values})


def verify(session: Session, key: bytes) -> Verification:
    """Walks the whole chain and says where it first does not fit."""
    streamed = {"yield_per": 1000}
    with (
        session.execute(select(OPERATIONS).order_by(OPERATIONS.c.seq), execution_options=streamed) as operations,
        session.execute(select(CHANGES).order_by(CHANGES.c.seq, CHANGES.c.id), execution_options=streamed) as changes,
    ):
        found = _walk(operations, _Changes(changes), key)
    return found if found.problem else _against_head(session, key, found)


def _walk(operations: Iterable[Row[Any]], changes: "_Changes", key: bytes) -> Verification:
    chain, count, expected = "", 0, 1
    for operation in operations:
        own = changes.of(operation.seq)
        count += len(own)
        broken = _fault(operation, own, chain, key, expected)
        if broken:
            return Verification(expected - 1, count, chain, broken)
        chain, expected = operation.mac, operation.seq + 1
    stray = changes.stray()
    problem = "" if stray is None else f"A change is filed under operation {stray}, which is not there."
    return Verification(expected - 1, count, chain, problem)


def _fault(operation: Row[Any], changes: list[dict[str, Any]], chain: str, key: bytes, expected: int) -> str:
    if operation.seq != expected:
        return f"Operation {expected} is missing."
    values = {**{name: getattr(operation, name) for name in _OPERATION_FIELDS}, "at": operation.at}
    if not hmac.compare_digest(operation.mac, _seal(key, chain + _text_of(values, changes))):
        return f"Operation {operation.seq} is not as it was written, or what was before it is not."
    return ""


def _against_head(session: Session, key: bytes, found: Verification) -> Verification:
    row = session.execute(select(HEAD)).one_or_none()
    if row is None:
        problem = "The end of the audit is missing." if found.operations else ""
    elif not hmac.compare_digest(row.mac, _seal_of_head(key, Head(row.seq, row.changes, row.chain))):
        problem = "The end of the audit is not as it was written."
    elif (row.seq, row.changes, row.chain) != (found.operations, found.changes, found.head):
        problem = f"The audit ended with operation {row.seq}; it now ends with {found.operations}."
    else:
        problem = ""
    return Verification(found.operations, found.changes, found.head, problem)


class _Changes:
    """The changes in the order of their operations, taken one operation at a time."""

    def __init__(self, rows: Iterable[Row[Any]]) -> None:
        self._rows = iter(rows)
        self._next = next(self._rows, None)
        self._stray: int | None = None

    def of(self, seq: int) -> list[dict[str, Any]]:
        found = []
        while self._next is not None and self._next.seq <= seq:
            if self._next.seq < seq:
                self._stray = self._stray or self._next.seq
            else:
                found.append(self._next._asdict())
            self._next = next(self._rows, None)
        return found

    def stray(self) -> int | None:
        return self._stray or (self._next.seq if self._next is not None else None)


def _text_of(operation: dict[str, Any], changes: list[dict[str, Any]]) -> str:
    told = {name: operation[name] for name in _OPERATION_FIELDS}
    told["at"] = operation["at"].isoformat(timespec="microseconds")
    told["changes"] = [
        {**{name: change[name] for name in _CHANGE_FIELDS}, "day": change["day"] and change["day"].isoformat()}
        for change in changes
    ]
    return canonical(told)


def _seal_of_head(key: bytes, head: Head) -> str:
    return _seal(key, f"head {head.seq} {head.changes} {head.chain}")


def _seal(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
