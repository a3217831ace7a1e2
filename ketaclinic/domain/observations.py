"""Observations: what may be recorded, what is plausible, and what must be done about it."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How far a value is out of its limits."""

    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Limit:
    """One alert limit of a vital sign or scale.

    Attributes:
        level: amber or red.
        when: ">=", ">", "<=" or "<", compared with `value`, or with `value` per cent above baseline if `relative`.
        action: what to do now.
        also: (code, minimum): counts only when that other value of the same row is above the minimum.
    """

    level: Level
    when: str
    value: float
    action: str
    relative: bool = False
    also: tuple[str, float] | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class ObservationField:
    """A vital sign or scale: one entry field, one line of the flowsheet, perhaps a line of the chart.

    Attributes:
        code: stable name ("sbp").
        label: in full; `short` as on a monitor ("SBP").
        plausible: range outside which the value is asked again.
        required: a check is complete only with it.
        computed: "map" or "given": never typed.
        families: protocol families it is asked for; empty for all.
        chart: "band" (blood pressure), "line", "scale", "none"; `color` names a chart colour token.
        words: (value, meaning) pairs of a scale, e.g. MOAA/S 5 "Responds readily to name".
        limits: alert limits, red first.
    """

    code: str
    label: str
    short: str
    unit: str
    decimals: int
    plausible: tuple[float, float]
    required: bool = True
    computed: str = ""
    families: tuple[str, ...] = ()
    chart: str = "none"
    color: str = ""
    words: tuple[tuple[float, str], ...] = ()
    limits: tuple[Limit, ...] = ()
    source: str = ""
    since: str = ""
