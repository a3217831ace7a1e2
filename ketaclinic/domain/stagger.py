"""The next minute to start in, so that one nurse's patients do not all come due in the same minute.

A proposal and nothing more: who starts at once is not stopped. It says nothing where starting now is as good, and
nothing where no minute within reach is better.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ketaclinic.domain.monitoring import expected_offsets
from ketaclinic.domain.protocols import MonitoringSchedule

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class OtherChecks:
    """When the checks of another running patient are due from now on; `mine`: of the nurse who is about to start."""

    chair: str
    due: tuple[datetime, ...]
    mine: bool = False


@dataclass(frozen=True, slots=True)
class Stagger:
    """A better start.

    Attributes:
        start: the minute to start in.
        chairs: those whose checks would fall in the same minutes when starting now.
        apart: minutes between the nearest checks when starting then.
    """

    start: datetime
    chairs: tuple[str, ...]
    apart: int


def stagger(
    plan: MonitoringSchedule,
    infusion: int,
    others: Sequence[OtherChecks],
    now: datetime,
    *,
    most: int,
    ahead: int,
) -> Stagger | None:
    """The first minute in which this patient's checks share no minute with the others'; None for nothing to say.

    Args:
        plan: the protocol's monitoring.
        infusion: its minutes.
        others: the running patients; where some are the nurse's own, only those count.
        now: the moment of asking; a start counts in whole minutes.
        most: minutes that a start may be put off.
        ahead: minutes from now that are looked at.
    """
    own = [each for each in others if each.mine] or list(others)
    until = now + timedelta(minutes=ahead)
    taken = {each.chair: _minutes(at for at in each.due if now <= at < until) for each in own}
    every = frozenset().union(*taken.values()) if taken else frozenset()
    offsets = expected_offsets(plan, infusion, ahead)
    this_minute = now.replace(second=0, microsecond=0)

    def minutes_from(start: datetime) -> frozenset[int]:
        return _minutes(at for at in (start + timedelta(minutes=o) for o in offsets) if at < until)

    clashing = minutes_from(this_minute)
    if not clashing & every:
        return None
    for later in range(1, most + 1):
        start = this_minute + timedelta(minutes=later)
        mine = minutes_from(start)
        if not mine & every:
            apart = min(abs(one - other) for one in mine for other in every)
            chairs = tuple(chair for chair, minutes in taken.items() if minutes & clashing)
            return Stagger(start, chairs, apart)
    return None


def stagger_words(found: Stagger, clock: str) -> str:
    """As in "Start at 14:07: the checks then fall 5 min apart from Chair 2's."; `clock` is the start on the wall."""
    whose = " and ".join(f"{chair}'s" for chair in found.chairs)
    return f"Start at {clock}: the checks then fall at least {found.apart} min apart from {whose}."


def _minutes(instants: Iterable[datetime]) -> frozenset[int]:
    return frozenset(int(at.timestamp() // 60) for at in instants)
