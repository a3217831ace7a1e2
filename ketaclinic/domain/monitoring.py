"""When the next check is due: one place, from the protocol's schedule and the stored instants.

Nothing is remembered between calls: a tile, the queue, the badge and the print ask the same function with the same
instants, so they agree by construction, after sleep, restart and a change of the clock.

Each check may be answered from a little before it is due until the next one is due, by a complete set of vitals
observed then, whenever it was entered. A row answers the oldest check that still waits for it, and no other: who comes
eight minutes late has made that check, and the next one is due two minutes later. A check nobody made stays missed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from ketaclinic.domain.protocols import MonitoringSchedule

_LAST_STAYS_OPEN = timedelta(days=1)
BASELINE = "baseline"
STOP = "stop"


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
    """One check of the schedule: "baseline", "+5", "+10", "stop", "stop +15" and so on.

    Attributes:
        label: stable name, stored with the observation that answers it.
        due_at: instant it is due.
        amber_at, red_at: instants at which it turns amber and red, so that a screen can count on by itself.
        observation_id: of the row that answers it; None while nothing does.
        late: answered, but only after it had turned red.
    """

    label: str
    due_at: datetime
    state: DueState
    amber_at: datetime
    red_at: datetime
    observation_id: int | None = None
    late: bool = False

    @property
    def open(self) -> bool:
        """Whether it can still be answered now or later."""
        return self.state not in {DueState.DONE, DueState.MISSED}

    def state_at(self, now: datetime) -> DueState:
        """Where it stands at another moment, as long as nobody has recorded anything: counted from its instants."""
        return standing(self.due_at, self.amber_at, self.red_at, now) if self.open else self.state


@dataclass(frozen=True, slots=True)
class Course:
    """The stored instants a schedule is computed from.

    Attributes:
        planned_start: wall-clock plan as an instant; only the baseline before the start looks at it.
        started_at, stopped_at: None while that has not happened.
        planned_end: of the infusion, pauses and rate changes counted in; None before the start.
    """

    planned_start: datetime
    started_at: datetime | None = None
    planned_end: datetime | None = None
    stopped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of observations that counts: its id, its true time, the codes it holds."""

    id: int
    observed_at: datetime
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Given:
    """The rows a check was given, and the one that made its set complete."""

    row_ids: tuple[int, ...] = ()
    codes: frozenset[str] = frozenset()
    completed: Row | None = None


_NOTHING = _Given()


@dataclass(frozen=True, slots=True)
class _Planned:
    label: str
    due_at: datetime
    opens: datetime
    closes: datetime


def standing(due_at: datetime, amber_at: datetime, red_at: datetime, now: datetime) -> DueState:
    """How pressing is what must be done by an instant and has not been: the one place where amber and red begin."""
    if now < due_at:
        return DueState.UPCOMING
    return DueState.RED if now >= red_at else DueState.AMBER if now >= amber_at else DueState.DUE


def turns_after(checks: Iterable[DueCheck], now: datetime) -> datetime | None:
    """The next instant at which one of the checks changes its state by itself; None when none will."""
    instants = (at for check in checks for at in (check.due_at, check.amber_at, check.red_at))
    return min((at for at in instants if at > now), default=None)


def due_checks(
    plan: MonitoringSchedule, course: Course, rows: Iterable[Row], required: frozenset[str], now: datetime
) -> tuple[DueCheck, ...]:
    """Every check from the baseline to the next one after `now`, in order of time.

    While the drug runs, the rest of the infusion is shown too, up to the planned end; after the stop one check more
    than has come due.
    """
    planned = tuple(_planned(plan, course, now))
    answers = _answers(planned, rows, required)
    checks = [_judge(each, answers.get(each.label, _NOTHING), plan, now) for each in planned]
    if checks and course.started_at is None:
        checks = [_calm(checks[0])]
    return tuple(checks)


def planned_checks(
    plan: MonitoringSchedule, start: datetime, infusion: int, recovery: int
) -> tuple[tuple[str, datetime], ...]:
    """(label, instant) of every check of a visit that goes as planned, baseline to the end of the recovery.

    Args:
        plan: the protocol's schedule.
        start: of the infusion.
        infusion: its minutes.
        recovery: minutes from the stop to the release.
    """
    stop = start + timedelta(minutes=infusion)
    leaves = stop + timedelta(minutes=recovery)
    planned = _planned(plan, Course(start, start, stop, stop), leaves)
    return tuple((check.label, check.due_at) for check in planned if check.due_at <= leaves)


def expected_offsets(plan: MonitoringSchedule, infusion: int, ahead: int) -> tuple[int, ...]:
    """Minutes after the start of every check of an infusion that goes as planned, up to `ahead` minutes."""
    begin = datetime(2000, 1, 1, tzinfo=UTC)
    checks = planned_checks(plan, begin, infusion, max(0, ahead - infusion))
    minutes = (int((at - begin) / timedelta(minutes=1)) for label, at in checks if label != BASELINE)
    return tuple(minute for minute in minutes if minute <= ahead)


def expected_checks(plan: MonitoringSchedule, course: Course, now: datetime, until: datetime) -> tuple[datetime, ...]:
    """When the checks of a running or recovering patient are due from now on, if it goes as planned."""
    if course.started_at is None:
        return ()
    stop = course.stopped_at or max(course.planned_end or course.started_at, now)
    instants = [at for _, at in _times(plan, course, now)]
    for offset in _offsets(plan.from_stop, plan.recovery_every):
        at = stop + timedelta(minutes=offset)
        if at >= until:
            break
        instants.append(at)
    return tuple(sorted({at for at in instants if now <= at < until}))


def next_due(checks: Sequence[DueCheck]) -> DueCheck | None:
    """The oldest check that is due and still open, else the next to come; None when nothing is left."""
    return next((check for check in checks if check.open), None)


def label_for(
    plan: MonitoringSchedule, course: Course, rows: Iterable[Row], required: frozenset[str], row: Row, now: datetime
) -> str:
    """The label of the check a new row belongs to; "" for an extra one."""
    answers = _answers(tuple(_planned(plan, course, now)), [*rows, row], required)
    return next((label for label, given in answers.items() if row.id in given.row_ids), "")


def missed_in_a_row(checks: Sequence[DueCheck]) -> int:
    """How many checks in a row were missed up to now: two call for someone else to step in."""
    count = 0
    for check in checks:
        if check.state is DueState.MISSED:
            count += 1
        elif check.state is DueState.DONE:
            count = 0
    return count


def _planned(plan: MonitoringSchedule, course: Course, now: datetime) -> Iterator[_Planned]:
    """Each check with the time in which it may be answered, half open [opens, closes)."""
    within = timedelta(minutes=plan.baseline_within)
    if course.started_at is None:
        yield _Planned(BASELINE, course.planned_start, now - within, now + timedelta.resolution)
        return
    started = course.started_at
    yield _Planned(BASELINE, started, started - within, started + timedelta.resolution)
    times = sorted(_times(plan, course, now), key=lambda each: each[1])
    early = timedelta(minutes=plan.amber_after)
    befores = [started, *(due for _, due in times)]
    opens = [due - min(early, (due - before) / 2) for (_, due), before in zip(times, befores, strict=False)]
    closes = [*(due for _, due in times[1:]), times[-1][1] + _LAST_STAYS_OPEN]
    for (label, due), opened, closed in zip(times, opens, closes, strict=True):
        yield _Planned(label, due, opened, closed)


def _times(plan: MonitoringSchedule, course: Course, now: datetime) -> Iterator[tuple[str, datetime]]:
    """(label, instant) of each check after the start."""
    started, stopped = course.started_at, course.stopped_at
    if started is None:
        return
    end = stopped or course.planned_end or started
    near_stop, beyond = end - timedelta(minutes=plan.amber_after), False
    for offset in _offsets(plan.from_start, plan.infusion_every):
        at = started + timedelta(minutes=offset)
        if stopped is not None and at > near_stop:
            break  # so close to the stop, the check at the stop takes its place
        if stopped is None and at >= end and (now < end or beyond):
            break  # while it runs on past its end, one check more than has come due
        beyond = at > now
        if not (stopped is None and at == end):
            yield f"+{offset}", at
    if stopped is None:
        yield STOP, end
        return
    yield STOP, stopped
    for offset in _offsets(plan.from_stop, plan.recovery_every):
        at = stopped + timedelta(minutes=offset)
        yield f"{STOP} +{offset}", at
        if at > now:
            break


def _offsets(first: Sequence[int], every: int) -> Iterator[int]:
    """The given minutes, then every whole multiple of `every` beyond the last of them, without end."""
    yield from first
    step = (first[-1] if first else 0) // every + 1
    while True:
        yield step * every
        step += 1


def _answers(planned: Sequence[_Planned], rows: Iterable[Row], required: frozenset[str]) -> dict[str, _Given]:
    """Which rows each check got: a row goes to the oldest check it can answer; a set may be entered in two rows."""
    given: dict[str, _Given] = {}
    for row in sorted(rows, key=lambda each: (each.observed_at, each.id)):
        for check in planned:
            so_far = given.get(check.label, _NOTHING)
            if so_far.completed is None and check.opens <= row.observed_at < check.closes:
                codes = so_far.codes | row.codes
                given[check.label] = _Given((*so_far.row_ids, row.id), codes, row if required <= codes else None)
                break
    return given


def _judge(planned: _Planned, given: _Given, plan: MonitoringSchedule, now: datetime) -> DueCheck:
    amber = planned.due_at + timedelta(minutes=plan.amber_after)
    red = planned.due_at + timedelta(minutes=plan.red_after)
    if given.completed is not None:
        late = planned.label != BASELINE and given.completed.observed_at >= red
        return DueCheck(planned.label, planned.due_at, DueState.DONE, amber, red, given.completed.id, late)
    missed = planned.due_at <= now and now >= planned.closes
    state = DueState.MISSED if missed else standing(planned.due_at, amber, red, now)
    return DueCheck(planned.label, planned.due_at, state, amber, red)


def _calm(baseline: DueCheck) -> DueCheck:
    """Before the drug runs a baseline is due, never amber: a late patient is no missed check."""
    late = baseline.state in {DueState.AMBER, DueState.RED, DueState.MISSED}
    return replace(baseline, state=DueState.DUE) if late else baseline
