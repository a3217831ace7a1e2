"""Protocols: templates of a course, with phases, gaps, windows and the monitoring schedule; read from resources."""

from dataclasses import dataclass
from enum import StrEnum


class PhaseKind(StrEnum):
    """The parts of an appointment, in this order."""

    PREP = "prep"
    INFUSION = "infusion"
    RECOVERY = "recovery"
    TURNOVER = "turnover"


@dataclass(frozen=True, slots=True)
class Phases:
    """Planned minutes of each phase."""

    prep: int
    infusion: int
    recovery: int
    turnover: int

    @property
    def total(self) -> int:
        """Minutes the chair is held, prep to turnover."""
        return self.prep + self.infusion + self.recovery + self.turnover

    @property
    def visit(self) -> int:
        """Minutes the patient is there, prep to recovery."""
        return self.prep + self.infusion + self.recovery


@dataclass(frozen=True, slots=True)
class Gaps:
    """Calendar days between consecutive sessions.

    `targets` lists the wanted gap after session 1, 2, …; the last one repeats. A target is a range (low, high)
    inside which a gap costs nothing.
    """

    min_days: int
    max_days: int
    targets: tuple[tuple[int, int], ...]

    def target_after(self, session: int) -> tuple[int, int]:
        """The wanted range of days after the session with this number (from 1)."""
        return self.targets[min(session, len(self.targets)) - 1]


@dataclass(frozen=True, slots=True)
class NurseNeeds:
    """How a visit uses nurses: exclusively during set-up, then shared one nurse to `ratio` patients.

    `setup_from` and `setup_minutes` are minutes relative to the start of the appointment: the nurse is exclusive in
    [setup_from, setup_from + setup_minutes) and the patient counts as monitored from then to the end of recovery.
    """

    setup_from: int
    setup_minutes: int
    ratio: int


@dataclass(frozen=True, slots=True)
class MonitoringSchedule:
    """When observations are due, in minutes.

    `from_start` are offsets after the start of the infusion, then every `infusion_every` to its end; one at the stop;
    `from_stop` are offsets after the stop, then every `recovery_every` until discharge. `baseline_within` is how long
    before the start a baseline may be taken. `amber_after`/`red_after`: minutes past due.
    """

    baseline_within: int
    from_start: tuple[int, ...]
    infusion_every: int
    from_stop: tuple[int, ...]
    recovery_every: int
    amber_after: int
    red_after: int


@dataclass(frozen=True, slots=True)
class DoseLimits:
    """Bounds on the dose, with their units: mg/kg and mg."""

    usual_mg_per_kg: float
    reattest_above_mg_per_kg: float
    max_mg_per_kg: float
    max_mg: float


@dataclass(frozen=True, slots=True)
class Protocol:
    """The template of a course.

    Attributes:
        id: file name without ending, e.g. ``induction-mood-2-per-week``.
        desk_name: what the front desk reads ("Induction, twice a week"), never indication or dose.
        short_name: as on a card ("Induction", "Maintenance", "Long").
        clinical_name: what clinical roles read.
        sessions: how many, for an open course how many are planned at once.
        open_ended: a maintenance course; cards say "M 5" instead of "5 of 6".
        window_days: days from first to last session at most; None without a window.
        review_days: days after which a prescriber reviews an unfinished course; None for none.
        minimum_recovery: minutes after the infusion's end before discharge.
        checklists: ids of the checklists by step: before, recovery.
    """

    id: str
    revision: int
    desk_name: str
    short_name: str
    clinical_name: str
    family: str  # "mood" or "pain"
    indications: tuple[str, ...]
    sessions: int
    open_ended: bool
    phases: Phases
    gaps: Gaps
    window_days: int | None
    review_days: int | None
    nurse: NurseNeeds
    monitoring: MonitoringSchedule
    dose: DoseLimits
    minimum_recovery: int
    checklists: tuple[str, ...]
    source: str = ""

    @property
    def length(self) -> str:
        """What the desk reads: "Induction, twice a week, 115 min"."""
        return f"{self.desk_name}, {self.phases.total} min"
