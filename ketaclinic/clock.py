"""The only source of "now"; tests and the demonstration pass their own."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the instant."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        ...


class SystemClock:
    """The computer's clock."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place


@dataclass(slots=True)
class FixedClock:
    """A clock that stands until it is told to move."""

    at: datetime = field(default=datetime(2026, 11, 23, 15, 0, tzinfo=UTC))

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.at

    def forward(self, **delta: float) -> None:
        """Moves on by a `timedelta` given in its keywords."""
        self.at += timedelta(**delta)


def wall_now(clock: Clock, zone: str) -> datetime:
    """What the clock on the wall shows at a location (naive, to the second)."""
    return clock.now().astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0)


def to_wall(instant: datetime, zone: str) -> datetime:
    """An instant as wall-clock time (naive) at a location."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def to_instant(wall: datetime, zone: str) -> datetime:
    """A wall-clock time at a location as an instant in UTC (the earlier one where the wall shows it twice)."""
    return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


@lru_cache(maxsize=64)
def skipped_by_the_clock(zone: str, year: int) -> tuple[tuple[datetime, datetime], ...]:
    """The stretches of a year that the wall at a location never shows, because its clock goes forward then."""
    rules = ZoneInfo(zone)

    def offset(wall: datetime, fold: int) -> timedelta:
        return wall.replace(tzinfo=rules, fold=fold).utcoffset() or timedelta()

    found = []
    midnight = datetime(year, 1, 1)
    while midnight.year == year:
        tomorrow = midnight + timedelta(days=1)
        if offset(tomorrow, 0) > offset(midnight, 0):
            minutes = (midnight + timedelta(minutes=number) for number in range(24 * 60))
            begins = next(wall for wall in minutes if offset(wall, 1) > offset(wall, 0))
            found.append((begins, begins + offset(begins, 1) - offset(begins, 0)))
        midnight = tomorrow
    return tuple(found)
