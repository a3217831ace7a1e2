"""A visit put somewhere else, and how its length may change: values, no database."""

from dataclasses import dataclass, replace
from datetime import datetime

from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.protocols import Phases


@dataclass(frozen=True, slots=True)
class VisitMove:
    """One visit of several that are moved at once.

    Attributes:
        version: of the visit as it was looked at.
        starts_at: wall-clock at the visit's location.
    """

    appointment_id: int
    version: int
    chair_id: int
    starts_at: datetime


def resized(phases: Phases, minutes: int) -> Phases:
    """The phases of a visit that is to take so many minutes, prep to turnover: its recovery gives or takes them."""
    return replace(phases, recovery=phases.recovery + minutes - phases.total)


def too_short(phases: Phases, minutes: int, minimum_recovery: int) -> Finding | None:
    """Why a visit cannot be made as short as that; None when it can.

    Args:
        phases: as they are.
        minutes: wanted, prep to turnover.
        minimum_recovery: minutes of recovery the protocol asks for.
    """
    fixed = phases.total - phases.recovery
    if minutes >= fixed + minimum_recovery:
        return None
    text = (
        f"A visit of {minutes} minutes leaves {max(minutes - fixed, 0)} for recovery; "
        f"at least {minimum_recovery} are needed, {fixed + minimum_recovery} minutes in all."
    )
    return Finding("too-short", Severity.BLOCK, text, subject="session 1")
