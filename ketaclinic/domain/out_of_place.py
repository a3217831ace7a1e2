"""Booked visits that are where they cannot stay: hours shortened, a chair gone, nobody there to watch them.

The same definitions as the booking rules, asked of visits that are booked already, thousands at a time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ketaclinic.domain.booking_situation import (
    MINUTES_OF_DAY,
    BusyTime,
    ClinicDay,
    Visit,
    clinic_day,
    clock,
    day_name,
)
from ketaclinic.domain.claims import from_wall_minutes
from ketaclinic.domain.duty import without
from ketaclinic.domain.nurse_load import SAMPLES, SHARES, STEP, sample_at_or_after


@dataclass(frozen=True, slots=True)
class Misfit:
    """One reason a visit cannot stay; `weight` is how many minutes of it are concerned."""

    code: str
    text: str
    weight: int


@dataclass(frozen=True, slots=True)
class VisitThere:
    """A visit with what the rows of `BusyTime.visits` do not tell."""

    visit: Visit
    infusion_starts: int


Misfits = dict[int, tuple[Misfit, ...]]


def misfits(busy: BusyTime, preps: Mapping[int, int]) -> Misfits:
    """Appointment id to every reason it cannot stay, by time; only those that have one.

    Args:
        busy: the days asked about.
        preps: minutes from the start of each visit to the start of its infusion.
    """
    found: Misfits = {}
    by_day: dict[int, list[Sequence[int]]] = {}
    for row in busy.visits:
        by_day.setdefault(row[2] // MINUTES_OF_DAY, []).append(row)
    chairs = {chair.id: chair.retired_on for chair in busy.chairs}
    for number in sorted(by_day):
        day = from_wall_minutes(number * MINUTES_OF_DAY).date()
        if not busy.first_midnight <= number * MINUTES_OF_DAY < busy.first_midnight + busy.days * MINUTES_OF_DAY:
            continue
        clinic = clinic_day(replace(busy, visits=by_day[number]), day)
        short = _short(clinic)
        for visit in sorted(clinic.visits, key=lambda one: (one.starts, one.chair_id)):
            there = VisitThere(visit, visit.starts + preps.get(visit.appointment_id, 0))
            reasons = tuple(_reasons(there, clinic, chairs, short, day))
            if reasons:
                found[visit.appointment_id] = reasons
    return found


def newly(before: Misfits, after: Misfits) -> Misfits:
    """The visits that get a reason they had not, or more of one they had."""
    fresh: Misfits = {}
    for visit, reasons in after.items():
        known = {reason.code: reason.weight for reason in before.get(visit, ())}
        worse = tuple(reason for reason in reasons if reason.weight > known.get(reason.code, 0))
        if worse:
            fresh[visit] = worse
    return fresh


def in_words(reasons: Iterable[Misfit]) -> str:
    """The reasons as sentences."""
    return " ".join(reason.text for reason in reasons)


def _reasons(
    there: VisitThere, day: ClinicDay, chairs: Mapping[int, date | None], short: Sequence[int], on: date
) -> Iterator[Misfit]:
    visit = there.visit
    span = visit.starts, visit.ends
    if not any(opens <= span[0] and span[1] <= closes for opens, closes in day.hours):
        outside = min((_length(without(span, [stretch])) for stretch in day.hours), default=span[1] - span[0])
        text = f"Outside the opening hours, {_hours(day)}." if day.hours else "The clinic is not open that day."
        yield Misfit("outside-hours", text, outside)
    for closed in day.closures:
        if closed.starts < visit.ends and visit.starts < closed.ends and closed.chair_id in {None, visit.chair_id}:
            hours = min(closed.ends, visit.ends) - max(closed.starts, visit.starts)
            yield Misfit("closed", f"Closed then: {closed.reason}.", hours)
    if visit.chair_id not in chairs:
        yield Misfit("chair-retired", "Its chair is out of use.", 1)
    elif (retired := chairs[visit.chair_id]) is not None and retired <= on:
        yield Misfit("chair-retired", f"Its chair is out of use from {day_name(retired)}.", 1)
    yield from _without_nurse(visit, day, short)
    if day.prescribers is not None:
        gaps = without((there.infusion_starts, visit.use.leaves), day.prescribers)
        if gaps:
            text = f"No prescriber is there from {clock(gaps[0][0])} to {clock(gaps[0][1])}."
            yield Misfit("no-prescriber", text, _length(gaps))


def _short(day: ClinicDay) -> list[int]:
    """The counts of the day at which there are too few nurses."""
    load = day.load
    return [sample for sample in range(SAMPLES) if load.spare(sample) < 0]


def _without_nurse(visit: Visit, day: ClinicDay, short: Sequence[int]) -> Iterator[Misfit]:
    use = visit.use
    first, last = (sample_at_or_after(at - day.midnight) for at in (use.setup_starts, use.leaves))
    mine = [sample for sample in short if first <= sample < last]
    if not mine:
        return
    load, at = day.load, mine[0]
    missing = sum(-(load.spare(sample) // SHARES) for sample in mine)
    have = load.on_duty[at]
    nurses = f"{have} nurse{'' if have == 1 else 's'}"
    needed = f"{load.in_setup[at]} in set-up and {load.monitored[at]} monitored"
    yield Misfit("nurse-load", f"Too few nurses at {clock(at * STEP)}: {needed}, {nurses} on duty.", missing * STEP)


def _hours(day: ClinicDay) -> str:
    return " and ".join(f"{clock(opens)} to {clock(closes)}" for opens, closes in day.hours)


def _length(stretches: Iterable[tuple[int, int]]) -> int:
    return sum(ends - starts for starts, ends in stretches)
