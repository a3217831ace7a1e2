"""When the next check is due: one place, from the protocol's schedule and the stored instants."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DueState(StrEnum):
    """Where one due check stands."""

    DONE = "done"
    UPCOMING = "upcoming"
    DUE = "due"
    AMBER = "amber"
    RED = "red"
    MISSED = "missed"  # the next check has come due and this one was never made


@dataclass(frozen=True, slots=True)
class DueCheck:
    """One check of the schedule: "baseline", "+5", "+10", "stop", "stop +15" …

    Attributes:
        label: stable name, stored with the observation that answers it.
        due_at: instant it is due.
        amber_at, red_at: instants at which it turns amber and red, so that a screen can count on by itself.
        observation_id: of the row that answers it; None while nothing does.
    """

    label: str
    due_at: datetime
    state: DueState
    amber_at: datetime
    red_at: datetime
    observation_id: int | None = None
