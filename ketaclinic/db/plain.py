"""Rows as the driver hands them over, for whole numbers and text that many objects would be too slow for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BigInteger, ColumnElement, Executable, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session


def minutes(column: InstrumentedAttribute[datetime]) -> ColumnElement[int]:
    """A wall-clock column as it is stored: whole minutes since 1970."""
    return type_coerce(column, BigInteger)


def plain(session: Session, statement: Executable, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows without any conversion; dates and JSON are text on one engine and values on the other."""
    result = session.connection().execute(statement, given)
    cursor = result.cursor
    assert cursor is not None
    rows = cast("list[tuple[Any, ...]]", cursor.fetchall())
    result.close()
    return rows
