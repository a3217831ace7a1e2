"""Proposals in words: what each is called, what it costs and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from ketaclinic.domain.booking_situation import weekday_name
from ketaclinic.domain.resources import Chair
from ketaclinic.domain.wishes import PlannedSession
from ketaclinic.planning.weights import PlannerWeights


@dataclass(frozen=True, slots=True)
class Charge:
    """One thing that is not as wished: its points, a sentence, and a few words for the row of the proposal."""

    points: int
    why: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class Tariff:
    """What the charges are counted by, besides the sessions themselves.

    Attributes:
        preferred_chair: id of the chair that costs nothing; None for no preference.
        visits: days of the visits the course goes on from, in order; empty for a new course.
        target_before: wanted range of the gap before the first session.
        number_before: session number of the visit before; 0 where it was not of this course.
        start_before: minute of the day the last of these visits starts at.
        chair_before: id of its chair; None where it is not here.
    """

    weights: PlannerWeights
    targets: tuple[tuple[int, int], ...]
    wished: date
    earliest: int
    same_time: bool
    preferred_chair: int | None = None
    visits: tuple[date, ...] = ()
    target_before: tuple[int, int] = (0, 0)
    number_before: int = 0
    start_before: int | None = None
    chair_before: int | None = None

    def change_of(self, minutes: int) -> int:
        """Points of a change of clock time by so many minutes."""
        weights = self.weights
        change, minute = (
            (weights.same_time_change, weights.same_time_minute)
            if self.same_time
            else (weights.time_change, weights.time_minute)
        )
        return change + minute * minutes if minutes else 0


def charges(sessions: Sequence[PlannedSession], tariff: Tariff) -> tuple[Charge, ...]:
    """Every charge of a series in its order; their points add up to its cost."""
    found = (
        *_start_and_finish(sessions, tariff),
        *_before(sessions[0], tariff),
        *_gaps(sessions, tariff),
        *_clock_times(sessions, tariff),
        *_chairs(sessions, tariff),
        *_preferred(sessions, tariff),
        *_late(sessions, tariff),
    )
    return tuple(charge for charge in found if charge.points)


def title(sessions: Sequence[PlannedSession]) -> str:
    """The pattern of a series: "Mon · Thu at 09:30", "Mon · Thu around 13:30"."""
    days = " · ".join(weekday_name(day) for day in sorted({s.starts_at.weekday() for s in sessions}))
    times = Counter(_clock(session.starts_at) for session in sessions)
    usual = times.most_common(1)[0][0]
    return f"{days} at {usual}" if len(times) == 1 else f"{days} around {usual}"


def summary(sessions: Sequence[PlannedSession], chairs: Mapping[int, Chair]) -> str:
    """Length, steadiness and chairs: "17 days · same time · Chair 2"."""
    length = (sessions[-1].starts_at.date() - sessions[0].starts_at.date()).days
    times = len({_clock(session.starts_at) for session in sessions})
    steady = "same time" if times == 1 else f"{_number(times)} clock times"
    names = [chairs[chair_id].name for chair_id in dict.fromkeys(session.chair_id for session in sessions)]
    return f"{_plural(length, 'day')} · {steady} · {_names(names)}"


def remark(own: Sequence[Charge]) -> str:
    """What weighs most against a proposal in a few words, or that nothing does."""
    telling = [charge for charge in own if charge.short]
    return max(telling, key=lambda charge: charge.points).short if telling else "every wish kept"


def _start_and_finish(sessions: Sequence[PlannedSession], tariff: Tariff) -> tuple[Charge, Charge]:
    later, finish = (max((s.starts_at.date() - tariff.wished).days, 0) for s in (sessions[0], sessions[-1]))
    starts = f"starts {_plural(later, 'day')} later" if later != 1 else "starts a day later"
    begins = 0 if tariff.visits else later * tariff.weights.first_day  # a course that goes on is led by its gaps
    return (
        Charge(begins, f"Starts {_plural(later, 'day')} after the first date wished.", starts),
        Charge(finish // 7 * tariff.weights.finish_week, f"Ends {_plural(finish, 'day')} after the first date wished."),
    )


def _gaps(sessions: Sequence[PlannedSession], tariff: Tariff) -> list[Charge]:
    found = []
    for number, (earlier, later) in enumerate(pairwise(sessions), start=1):
        low, high = tariff.targets[number - 1]
        gap = (later.starts_at.date() - earlier.starts_at.date()).days
        wanted = _plural(low, "day") if low == high else f"{low} to {high} days"
        why = f"{_plural(gap, 'day')} after session {number}, where {wanted} are the aim."
        off = max(low - gap, gap - high, 0)
        found.append(Charge(off * tariff.weights.gap_day, why, f"{_plural(gap, 'day')} after session {number}"))
    return found


def _before(first: PlannedSession, tariff: Tariff) -> list[Charge]:
    """The gaps between the first session and the visits around it, and what changes from the last of them."""
    day, found = first.starts_at.date(), []
    low, high = tariff.target_before
    wanted = _plural(low, "day") if low == high else f"{low} to {high} days"
    earlier = [visit for visit in tariff.visits if visit < day][-1:]
    later = [visit for visit in tariff.visits if visit > day][:1]
    after = f"session {tariff.number_before}" if tariff.number_before else "the visit before"
    for gap, where in (
        *(((day - visit).days, f"after {after}" if not later else "after the visit before") for visit in earlier),
        *(((visit - day).days, "before the next visit") for visit in later),
    ):
        off = max(low - gap, gap - high, 0)
        says = f"{_plural(gap, 'day')} {where}"
        found.append(Charge(off * tariff.weights.gap_day, f"{says}, where {wanted} are the aim.", says))
    if tariff.start_before is not None:
        minutes = abs(_minute(first) - tariff.start_before)
        at = _clock(first.starts_at)
        why = f"Starts at {at}, {minutes} minutes off the clock time of the visits before."
        found.append(Charge(tariff.change_of(minutes), why, f"now at {at}"))
    if tariff.chair_before not in {None, first.chair_id}:
        found.append(Charge(tariff.weights.chair_change, "The chair is another than before."))
    return found


def _preferred(sessions: Sequence[PlannedSession], tariff: Tariff) -> tuple[Charge, ...]:
    if tariff.preferred_chair is None:
        return ()
    count = sum(session.chair_id != tariff.preferred_chair for session in sessions)
    text = f"{_number(count).capitalize()} {'session' if count == 1 else 'sessions'} not on the chair preferred."
    return (Charge(count * tariff.weights.preferred_chair, text, "not on the chair preferred"),)


def _clock_times(sessions: Sequence[PlannedSession], tariff: Tariff) -> list[Charge]:
    found = []
    for number, (earlier, later) in enumerate(pairwise(sessions), start=2):
        minutes = abs(_minute(later) - _minute(earlier))
        at = _clock(later.starts_at)
        why = f"Session {number} at {at}, {minutes} minutes off the clock time before."
        found.append(Charge(tariff.change_of(minutes), why, f"session {number} at {at}"))
    return found


def _chairs(sessions: Sequence[PlannedSession], tariff: Tariff) -> tuple[Charge]:
    changes = sum(earlier.chair_id != later.chair_id for earlier, later in pairwise(sessions))
    return (Charge(changes * tariff.weights.chair_change, f"The chair changes {_times(changes)}."),)


def _late(sessions: Sequence[PlannedSession], tariff: Tariff) -> tuple[Charge]:
    points = sum(max(_minute(s) - tariff.earliest, 0) * tariff.weights.late_hour // 60 for s in sessions)
    at = f"{tariff.earliest // 60:02}:{tariff.earliest % 60:02}"
    return (Charge(points, f"Later in the day than {at}, the earliest time."),)


def _minute(session: PlannedSession) -> int:
    return session.starts_at.hour * 60 + session.starts_at.minute


def _clock(at: datetime) -> str:
    return f"{at.hour:02}:{at.minute:02}"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{_number(count)} times"


def _number(count: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six")
    return words[count] if count < len(words) else str(count)


def _names(names: Sequence[str]) -> str:
    """Chairs in few words: "Chair 2", "Chairs 1 and 4", "4 chairs"; rooms by their own names."""
    if len(names) == 1:
        return names[0]
    if len(names) > 3:
        return f"{len(names)} chairs"
    if all(name.startswith("Chair ") for name in names):
        names = [name.removeprefix("Chair ") for name in names]
        return f"Chairs {', '.join(names[:-1])} and {names[-1]}"
    return f"{', '.join(names[:-1])} and {names[-1]}"
