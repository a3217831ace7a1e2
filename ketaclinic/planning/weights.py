"""What the series planner weighs: points for each thing that is not as wished; data of the clinic."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

_MOST_POINTS = 100_000
_MOST_PER_MINUTE = 1_000


@dataclass(frozen=True, slots=True)
class PlannerWeights:
    """Points of the planner, and two of its measures.

    Attributes:
        gap_day: for each day a gap lies outside its target range.
        same_time_change: for a change of clock time from one session to the next, where the same time is wished.
        same_time_minute: and for each minute of it.
        time_change: for a change of clock time where it is not wished.
        time_minute: and for each minute of it.
        chair_change: for a change of chair from one session to the next.
        preferred_chair: for a session on another chair than the one preferred.
        first_day: for each day the first session is after the first day wished.
        finish_week: for each full week the last session is after the first day wished; by weeks, so that a steady
            pattern of weekdays is not given up to end a day earlier.
        late_hour: for each hour a session starts after the earliest time; parts of an hour count in whole points.
        other_time: minutes between first starts from which two proposals count as truly different.
        horizon: days the planner looks ahead at least.
    """

    gap_day: int
    same_time_change: int
    same_time_minute: int
    time_change: int
    time_minute: int
    chair_change: int
    first_day: int
    finish_week: int
    late_hour: int
    preferred_chair: int = 60
    other_time: int = 180
    horizon: int = 84

    def __post_init__(self) -> None:
        """Refuses weights with which whole-number costs could overflow.

        Raises:
            ValueError: a weight is negative or too large.
        """
        for field in fields(self):
            most = _MOST_PER_MINUTE if field.name.endswith("_minute") else _MOST_POINTS
            if not 0 <= getattr(self, field.name) <= most:
                raise ValueError(f"planner weight {field.name} must be between 0 and {most}")


def weights_from(rules: Mapping[str, float]) -> PlannerWeights:
    """The weights that hold, from the clinic's rules; `planner.gap-day` is `gap_day`."""
    names = [field.name for field in fields(PlannerWeights)]
    return PlannerWeights(**{name: round(rules[f"planner.{name.replace('_', '-')}"]) for name in names})
