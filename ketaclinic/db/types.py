"""Two kinds of time that never mix: wall-clock at a location, and instants of record in UTC."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from ketaclinic.domain.claims import from_wall_minutes, wall_minutes

_UTC_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Wall(TypeDecorator[datetime]):
    """Wall-clock time, stored as whole minutes since 1970-01-01 00:00; a naive datetime in Python."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - signature
        """Refuses an aware datetime: an instant is not a time on the wall."""
        if value is None:
            return None
        if value.tzinfo is not None:
            raise TypeError("a wall-clock column takes a naive datetime")
        return wall_minutes(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - signature
        """A naive datetime."""
        return None if value is None else from_wall_minutes(value)


class Instant(TypeDecorator[datetime]):
    """An instant of record, stored as microseconds since 1970 in UTC; an aware datetime in Python."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - signature
        """Refuses a naive datetime: a time on the wall is not an instant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("an instant column takes an aware datetime")
        return (value - _UTC_EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - signature
        """An aware datetime in UTC."""
        return None if value is None else _UTC_EPOCH + timedelta(microseconds=value)
