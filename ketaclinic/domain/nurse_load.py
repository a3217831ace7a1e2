"""How many nurses a day needs: one to each set-up, then one to so many monitored patients.

At every five minutes: monitored ≤ ratio × (on duty − in set-up). Where visits of different ratios meet, each monitored
visit takes its part of a nurse, 1/ratio; the parts are counted in whole shares, so that nothing is rounded.
Times are wall-clock minutes since 1970 unless they are called minutes of the day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from ketaclinic.domain.protocols import NurseNeeds, Phases

STEP = 5
"""Minutes between two counts of the nurses."""
SAMPLES = 24 * 60 // STEP
SHARES = 2520
"""Shares of one nurse: divisible by every ratio from 1 to 10."""
_DAY = 24 * 60


def shares_of(ratio: int) -> int:
    """The shares of a nurse that one monitored visit takes."""
    return SHARES // max(1, ratio)


def sample_at_or_after(minutes: int) -> int:
    """The number of the first count at or after a time."""
    return -(-minutes // STEP)


class NurseUse(NamedTuple):
    """When one visit has a nurse to itself, and until when it shares one. Hundreds are made for each question."""

    setup_starts: int
    setup_ends: int
    leaves: int
    ratio: int


def nurse_use(starts: int, phases: Phases, needs: NurseNeeds) -> NurseUse:
    """What a visit that starts then asks of the nurses."""
    setup = starts + needs.setup_from
    return NurseUse(setup, setup + needs.setup_minutes, starts + phases.visit, needs.ratio)


@dataclass(frozen=True, slots=True)
class Shortage:
    """The first minute of the day with too few nurses, and the count there, the new visit included."""

    minute: int
    in_setup: int
    monitored: int
    on_duty: int


@dataclass(frozen=True, slots=True)
class DayLoad:
    """The nurses of one day at every five minutes, from midnight: on duty, and what the visits ask of them."""

    midnight: int
    on_duty: tuple[int, ...]
    in_setup: tuple[int, ...]
    monitored: tuple[int, ...]
    shares: tuple[int, ...]

    def spare(self, sample: int) -> int:
        """Shares of nurses neither in set-up nor monitoring; negative where there are too few."""
        return SHARES * (self.on_duty[sample] - self.in_setup[sample]) - self.shares[sample]

    def shortage(self, use: NurseUse) -> Shortage | None:
        """The first count at which one more visit would find too few nurses; None when it fits."""
        setup, monitored, leaves = (
            sample_at_or_after(at - self.midnight) for at in (use.setup_starts, use.setup_ends, use.leaves)
        )
        share = shares_of(use.ratio)
        for sample in range(max(setup, 0), min(leaves, SAMPLES)):
            in_setup = sample < monitored
            if self.spare(sample) < (SHARES if in_setup else share):
                return Shortage(
                    sample * STEP,
                    self.in_setup[sample] + in_setup,
                    self.monitored[sample] + (not in_setup),
                    self.on_duty[sample],
                )
        return None


def day_load(midnight: int, on_duty: tuple[int, ...], uses: Iterable[NurseUse]) -> DayLoad:
    """Counts what the visits ask of the nurses of the day that begins at `midnight`."""
    setup, monitored, shares = ([0] * (SAMPLES + 1) for _ in range(3))
    for use in uses:
        # Written out three times: the rules count hundreds of visits while somebody waits.
        a = min(max(-((midnight - use.setup_starts) // STEP), 0), SAMPLES)
        b = min(max(-((midnight - use.setup_ends) // STEP), 0), SAMPLES)
        c = min(max(-((midnight - use.leaves) // STEP), 0), SAMPLES)
        share = SHARES // max(1, use.ratio)
        setup[a] += 1
        setup[b] -= 1
        monitored[b] += 1
        monitored[c] -= 1
        shares[b] += share
        shares[c] -= share
    counted = (tuple(accumulate(steps[:SAMPLES])) for steps in (setup, monitored, shares))
    return DayLoad(midnight, on_duty, *counted)


def nurses_on_duty(midnight: int, shifts: Iterable[tuple[int, int, int]], usual: int) -> tuple[int, ...]:
    """Nurses there at every five minutes of a day.

    Args:
        midnight: start of the day.
        shifts: (user id, starts, ends) of nurses; one that is entered twice counts once, and one without length is
            entered for its day but away.
        usual: the number on duty all day where no shift touches the day.
    """
    touching = [s for s in shifts if s[1] < midnight + _DAY and (s[2] > midnight or s[1] >= midnight)]
    if not touching:
        return (usual,) * SAMPLES
    steps = [0] * (SAMPLES + 1)
    for _, starts, ends in merged(touching):
        steps[min(max(sample_at_or_after(starts - midnight), 0), SAMPLES)] += 1
        steps[min(max(sample_at_or_after(ends - midnight), 0), SAMPLES)] -= 1
    return tuple(accumulate(steps[:SAMPLES]))


def merged(shifts: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Shifts as (user id, starts, ends), with those of one user that overlap or touch made one."""
    result: list[tuple[int, int, int]] = []
    for user, starts, ends in sorted(shifts):
        if result and result[-1][0] == user and starts <= result[-1][2]:
            result[-1] = (user, result[-1][1], max(result[-1][2], ends))
        else:
            result.append((user, starts, ends))
    return result
