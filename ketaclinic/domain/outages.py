"""A day with somebody or something out: what is left of it, and what no change of place can mend."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from ketaclinic.domain.booking_situation import MINUTES_OF_DAY, BusyTime, ClinicDay, ClosedStretch, Wanted, clock
from ketaclinic.domain.claims import wall_minutes
from ketaclinic.domain.duty import DutyTuple, first_gap, is_entered, without
from ketaclinic.domain.findings import Finding, Invalid, Severity
from ketaclinic.domain.nurse_load import SAMPLES, STEP
from ketaclinic.domain.repair import Outage, OutageKind
from ketaclinic.domain.wishes import PlannedSession

Span = tuple[int, int]


def stretch_of(outage: Outage, day: date) -> Span:
    """From when to when it is out on that day, minutes since 1970.

    Raises:
        Invalid: it does not end after it begins, or is not on that day.
    """
    midnight = wall_minutes(datetime.combine(day, time()))
    end_of_day = midnight + MINUTES_OF_DAY
    starts = wall_minutes(outage.starts_at)
    ends = end_of_day if outage.ends_at is None else wall_minutes(outage.ends_at)
    if not midnight <= starts < end_of_day:
        raise Invalid("starts_at", "That is not on the day to be repaired. Nothing was changed.")
    if ends <= starts:
        raise Invalid("ends_at", "It must end after it begins. Nothing was changed.")
    return starts, min(ends, end_of_day)


def with_outages(busy: BusyTime, day: date, outages: Iterable[Outage], prescribers: int) -> BusyTime:
    """What is left of chairs, nurses and prescribers.

    Args:
        busy: the day as it was read.
        day: the day.
        outages: what is out.
        prescribers: how many there are, where none is entered for the day.

    Raises:
        Invalid: hours that cannot be, or somebody who is not on duty that day.
    """
    for outage in outages:
        span = stretch_of(outage, day)
        if outage.kind is OutageKind.NURSE:
            usual = busy.location.usual_nurses[day.weekday()]
            busy = replace(busy, shifts=_less(busy.shifts, outage, span, usual))
        elif outage.kind is OutageKind.PRESCRIBER:
            busy = replace(busy, prescribers=_less(busy.prescribers, outage, span, prescribers))
        else:
            chair_id = outage.id if outage.kind is OutageKind.CHAIR else None
            closed = ClosedStretch(chair_id, *span, outage.reason or "Out of use")
            busy = replace(busy, closures=(*busy.closures, closed))
    return busy


def _less(there: Sequence[DutyTuple], outage: Outage, span: Span, usual: int) -> list[DutyTuple]:
    midnight = span[0] - span[0] % MINUTES_OF_DAY
    spans = list(there)
    if not is_entered(spans, midnight):
        spans += [(-1 - number, midnight, midnight + MINUTES_OF_DAY) for number in range(usual)]
    mine = [each for each in spans if each[0] == outage.id and each[1] < each[2]]
    if not mine:  # of the usual number nobody knows who is who: whoever is there longest
        unnamed = [each for each in spans if each[0] < 0]
        who = max(unnamed, key=lambda each: (each[2] - each[1], each[0]), default=None)
        if who is None:
            raise Invalid("who", f"{outage.name or 'This person'} is not on duty then. Nothing was changed.")
        mine = [each for each in spans if each[0] == who[0]]
    if all(starts >= span[1] or ends <= span[0] for _, starts, ends in mine):
        raise Invalid("who", f"{outage.name or 'This person'} is not on duty then. Nothing was changed.")
    left = [each for each in spans if each not in mine]
    for user, starts, ends in mine:
        kept = [(user, a, b) for a, b in without((starts, ends), [span])]
        left += kept or [(user, starts, starts)]
    return sorted(left)


@dataclass(frozen=True, slots=True)
class Standing:
    """A visit of the repaired day, where it is to be."""

    appointment_id: int
    who: str
    chair: str
    wanted: Wanted
    session: PlannedSession

    @property
    def span(self) -> Span:
        """From prep to turnover, minutes since 1970."""
        return wall_minutes(self.session.starts_at), wall_minutes(self.session.ends_at)


def remaining(before: ClinicDay, after: ClinicDay, standing: Sequence[Standing]) -> tuple[Finding, ...]:
    """What the outage breaks and no move mends, because its patients are in a chair: each for somebody to see to.

    Args:
        before: the day as it was booked.
        after: the repaired day with the outage.
        standing: every visit of the repaired day.
    """
    return (
        *_short_of_nurses(before, after, standing),
        *_on_closed_chairs(before, after, standing),
        *_without_prescriber(before, after, standing),
    )


def _short_of_nurses(before: ClinicDay, after: ClinicDay, standing: Sequence[Standing]) -> Iterable[Finding]:
    short = [
        sample
        for sample in range(SAMPLES)
        if after.load.spare(sample) < 0
        and (before.load.spare(sample) >= 0 or after.load.on_duty[sample] < before.load.on_duty[sample])
    ]
    for first, last in _runs(short):
        begins, ends = after.midnight + first * STEP, after.midnight + (last + 1) * STEP
        load = after.load
        there = [visit.who for visit in standing if visit.span[0] < ends and begins < visit.span[1]]
        text = (
            f"Too few nurses from {clock(begins)} to {clock(ends)}: {load.in_setup[first]} in set-up and "
            f"{load.monitored[first]} monitored, with {load.on_duty[first]} on duty. There then: {_names(there)}."
        )
        yield Finding(
            "nurse-load", Severity.WARN, text, subject=f"nurses {clock(begins)}", action="Find another nurse."
        )


def _on_closed_chairs(before: ClinicDay, after: ClinicDay, standing: Sequence[Standing]) -> Iterable[Finding]:
    for visit in standing:
        starts, ends = visit.span
        for closed in after.closures:
            hit = closed.starts < ends and starts < closed.ends and closed.chair_id in {None, visit.session.chair_id}
            if hit and closed not in before.closures:
                what = "the clinic is closed" if closed.chair_id is None else "it is out of use"
                since = max(closed.starts, starts)
                text = f"{visit.who} is in {visit.chair} until {clock(ends)}; {what} from {clock(since)}."
                yield Finding(
                    "closed",
                    Severity.WARN,
                    text,
                    subject=f"appointment {visit.appointment_id}",
                    action="Ask the nurse.",
                )


def _without_prescriber(before: ClinicDay, after: ClinicDay, standing: Sequence[Standing]) -> Iterable[Finding]:
    if after.prescribers is None:
        return
    for visit in standing:
        starts, phases = visit.span[0], visit.wanted.phases
        there = (starts + phases.prep, starts + phases.visit)
        gap = first_gap(there, after.prescribers)
        known = None if before.prescribers is None else first_gap(there, before.prescribers)
        if gap is not None and gap != known:
            text = f"{visit.who} is in {visit.chair} with no prescriber there from {clock(gap[0])} to {clock(gap[1])}."
            yield Finding(
                "no-prescriber",
                Severity.WARN,
                text,
                subject=f"appointment {visit.appointment_id}",
                action="Find another prescriber.",
            )


def _runs(samples: Sequence[int]) -> list[Span]:
    """First and last of each run of consecutive numbers."""
    runs: list[Span] = []
    for sample in samples:
        if runs and runs[-1][1] == sample - 1:
            runs[-1] = (runs[-1][0], sample)
        else:
            runs.append((sample, sample))
    return runs


def _names(names: Sequence[str], most: int = 4) -> str:
    listed = "; ".join(names[:most])
    return listed if len(names) <= most else f"{listed} and {len(names) - most} more"
