"""What stands in the way when a chair or hours are to be closed, in words that name times and nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

_SPELLED_OUT = 4


@dataclass(frozen=True, slots=True)
class BookedThen:
    """A visit that holds a chair, wall-clock from `starts_at` to `ends_at`; whose it is does not matter here."""

    chair: str
    starts_at: datetime
    ends_at: datetime


def in_the_way(visits: Sequence[BookedThen], *, chairs: bool = True) -> str:
    """The visits as one reads them: "24 November 09:00 to 10:55 (Chair 1) and 2 more"; `chairs` names each one's."""
    said = [_said(visit, chairs=chairs) for visit in visits[:_SPELLED_OUT]]
    if len(visits) > _SPELLED_OUT:
        said.append(f"{len(visits) - _SPELLED_OUT} more")
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def _said(visit: BookedThen, *, chairs: bool) -> str:
    starts = visit.starts_at
    return f"{starts.day} {starts:%B %H:%M} to {visit.ends_at:%H:%M}" + (f" ({visit.chair})" if chairs else "")
