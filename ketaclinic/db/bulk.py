"""Writes many new rows at once, for a demonstration clinic or a database of a size to measure with.

The rows pass the tables' constraints and the claims' triggers like any other, but not the change log: the operation
that holds them says how many they were.
"""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.orm import Session

from ketaclinic.db import models
from ketaclinic.db.claims import claims_of_appointment

_CHUNK = 5_000


class BulkWriter:
    """Adds new rows with ids counted on from those that are there."""

    def __init__(self, session: Session) -> None:
        self._connection = session.connection()
        self._next: dict[str, int] = {}
        self._numbered: set[str] = set()
        self.written = 0

    def new_id(self, table: str) -> int:
        """The next free id of a table."""
        if table not in self._next:
            column = _table(table).c.id
            self._next[table] = (self._connection.scalar(select(func.max(column))) or 0) + 1
        found = self._next[table]
        self._next[table] += 1
        return found

    def add(self, table: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Writes the rows; a missing version is 1."""
        target = _table(table)
        versioned = "version" in target.c
        if "id" in target.c:
            self._numbered.add(table)
        several = iter(rows)
        while chunk := [({"version": 1} | dict(row)) if versioned else dict(row) for row in islice(several, _CHUNK)]:
            self._connection.execute(insert(target), chunk)
            self.written += len(chunk)

    def claim(self, appointments: Iterable[Mapping[str, Any]]) -> None:
        """Writes the claims that appointments with these rows hold."""
        self.add(
            "claims",
            (
                {
                    "kind": claim.kind.value,
                    "resource_id": claim.resource_id,
                    "starts": claim.starts,
                    "ends": claim.ends,
                    "appointment_id": row["id"],
                    "closure_id": None,
                }
                for row in appointments
                for claim in claims_of_appointment(row)
            ),
        )

    def finish(self) -> None:
        """Lets PostgreSQL count on from the ids given here."""
        if self._connection.dialect.name != "postgresql":
            return
        for name in self._numbered:
            self._connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "
                    f"COALESCE((SELECT max(id) FROM {name}), 0) + 1, false)"
                )
            )


def _table(name: str) -> Table:
    return models.Base.metadata.tables[name]
