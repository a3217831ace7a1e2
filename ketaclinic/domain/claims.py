"""Claims: stretches of time held on a chair, a patient or a nurse's set-up, which the database never lets overlap.

Times are wall-clock at the location, counted in whole minutes since 1970-01-01 00:00, half open [starts, ends).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_EPOCH = datetime(1970, 1, 1)


class ClaimKind(StrEnum):
    """What the claim holds."""

    CHAIR = "chair"
    PATIENT = "patient"
    NURSE_SETUP = "nurse_setup"


@dataclass(frozen=True, slots=True)
class Claim:
    """A stretch of time held exclusively on one resource."""

    kind: ClaimKind
    resource_id: int
    starts: int
    ends: int

    def overlaps(self, other: "Claim") -> bool:
        """Whether both hold the same resource at the same minute."""
        same = self.kind is other.kind and self.resource_id == other.resource_id
        return same and self.starts < other.ends and other.starts < self.ends


def wall_minutes(at: datetime) -> int:
    """A wall-clock time as whole minutes since 1970-01-01 00:00 on that wall."""
    return (at - _EPOCH) // timedelta(minutes=1)


def from_wall_minutes(minutes: int) -> datetime:
    """The wall-clock time of a count of minutes."""
    return _EPOCH + timedelta(minutes=minutes)
