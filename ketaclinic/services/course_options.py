"""The ways a course goes on after a session that does not take place, and a change of several sessions at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ketaclinic.domain.booking_situation import weekday_name
from ketaclinic.domain.course_rules import marks, needs_review
from ketaclinic.domain.course_words import TITLES, facts, place_words
from ketaclinic.domain.courses import (
    NEW,
    Course,
    CourseVisit,
    Placed,
    RepairedVisit,
    Scope,
    SeriesChange,
    SeriesRepair,
    Strategy,
    stamps,
)
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.overrides import REVIEWED
from ketaclinic.domain.wishes import PlannedSession
from ketaclinic.planning.course_repair import Aim, shifted
from ketaclinic.services.course_bench import CourseBench, at_new_place, in_its_place


def missed_options(bench: CourseBench, missed: CourseVisit) -> tuple[SeriesRepair, ...]:
    """Append, shift, replace and leave, in this order; what comes to the same as one before it is left out."""
    options: list[SeriesRepair] = []
    seen: set[tuple[object, ...]] = set()
    for make in (_append, _shift, _replace, _leave):
        option = make(bench, missed)
        if option is None:
            continue
        comes_to = tuple(sorted((v.appointment_id or NEW, v.to.starts_at) for v in option.visits if v.to is not None))
        if option.possible and comes_to and comes_to in seen:
            continue
        seen.add(comes_to)
        options.append(option)
    return tuple(options)


def _append(bench: CourseBench, missed: CourseVisit) -> SeriesRepair | None:
    kept = [v.place for v in bench.course.given_or_booked(without=missed.id)]
    low, high = bench.course_target(len(kept))
    last = max((p.starts_at.date() for p in kept), default=missed.day - timedelta(days=low))
    aim = Aim(last + timedelta(days=low), last + timedelta(days=high), missed.place)
    free = bench.places(missed, {missed.id}, [missed.place])
    after = max(last, missed.day)
    to = free.best(aim, bench.apart(kept), after=after)
    if to is None:
        return _impossible(bench, missed, Strategy.APPEND, f"No free place until {free.last_day:%d %b %Y}.")
    text = f"One more on {place_words(to, bench.chair(to.chair_id))}. All others stay."
    return _repair(bench, missed, Strategy.APPEND, text, [in_its_place(missed, to)])


def _replace(bench: CourseBench, missed: CourseVisit) -> SeriesRepair | None:
    kept = [v.place for v in bench.course.given_or_booked(without=missed.id)]
    last = max((p.starts_at.date() for p in kept), default=date.min)
    if last <= missed.day:
        return None  # there is nothing after it: that is to append
    soonest = max(missed.day, bench.now.date())
    free = bench.places(missed, {missed.id}, [missed.place])
    to = free.best(Aim(soonest, soonest, missed.place), bench.apart(kept), after=missed.day)
    if to is None or to.starts_at.date() > last:
        text = "No place between the others keeps the least gap of the protocol."
        return _impossible(bench, missed, Strategy.REPLACE, text)
    text = f"On {place_words(to, bench.chair(to.chair_id))}. All others stay."
    return _repair(bench, missed, Strategy.REPLACE, text, [in_its_place(missed, to)])


def _shift(bench: CourseBench, missed: CourseVisit) -> SeriesRepair | None:
    rest = [v for v in bench.course.ahead(bench.now) if v.place.starts_at > missed.place.starts_at]
    if not rest:
        return None  # nothing to shift: that is to append
    moving = [missed, *rest]
    ids = {v.id for v in moving}
    kept = [v.place for v in bench.course.given_or_booked() if v.id not in ids]
    stands = [v.place for v in moving]
    kinds = {(v.phases, v.nurse): v for v in moving}
    free = {key: bench.places(v, ids, stands) for key, v in kinds.items()}
    found = shifted([free[v.phases, v.nurse] for v in moving], stands, bench.apart(kept), bench.weights)
    if found is None:
        text = "No shift of up to four weeks finds a free place for every session."
        return _impossible(bench, missed, Strategy.SHIFT, text)
    days, places = found
    placed = [in_its_place(missed, places[0]), *(at_new_place(v, p) for v, p in zip(rest, places[1:], strict=True))]
    others = "the following one" if len(rest) == 1 else f"the following {len(rest)}"
    text = f"This one and {others} come {days} day{'s' * (days != 1)} later, with the gaps they had."
    return _repair(bench, missed, Strategy.SHIFT, text, placed)


def _leave(bench: CourseBench, missed: CourseVisit) -> SeriesRepair:
    course = bench.course
    text = "It waits on the pinboard and in Recall until a place is found. All others stay."
    gone = frozenset({missed.id})
    shown = marks(course, (), gone=gone, to_place=missed)
    number = course.numbers({NEW: missed.place}, gone)[NEW]
    waiting = RepairedVisit(None, missed.position, course.label(number), None, None)
    return SeriesRepair(
        strategy=Strategy.LEAVE,
        title=TITLES[Strategy.LEAVE],
        text=text,
        visits=(waiting,),
        findings=(),
        review=False,
        last_day=max((v.day for v in course.given_or_booked(without=missed.id)), default=None),
        series_id=course.series_id,
        appointment_id=missed.id,
        facts=facts(course, shown, (), bench.chairs),
        marks=shown,
        versions=stamps(course),
        series_version=course.version,
    )


def _impossible(bench: CourseBench, missed: CourseVisit, strategy: Strategy, text: str) -> SeriesRepair:
    return SeriesRepair(
        strategy=strategy,
        title=TITLES[strategy],
        text=text,
        visits=(),
        findings=(Finding("no-place", Severity.BLOCK, text),),
        review=False,
        last_day=None,
        series_id=bench.course.series_id,
        appointment_id=missed.id,
        versions=stamps(bench.course),
        series_version=bench.course.version,
    )


def _repair(
    bench: CourseBench, missed: CourseVisit, strategy: Strategy, text: str, placed: Sequence[Placed]
) -> SeriesRepair:
    gone = frozenset({missed.id})
    found = bench.judged(placed, gone)
    return _made(bench, missed, strategy, text, placed, found, gone=gone)


def _made(
    bench: CourseBench,
    subject: CourseVisit,
    strategy: Strategy,
    text: str,
    placed: Sequence[Placed],
    found: Mapping[int, tuple[Finding, ...]],
    *,
    gone: frozenset[int] = frozenset(),
    staying: Sequence[RepairedVisit] = (),
) -> SeriesRepair:
    course = bench.course
    numbers = course.numbers({p.key: p.to for p in placed}, gone)
    shown = marks(course, placed, gone=gone)
    visits = [
        RepairedVisit(
            appointment_id=p.visit.id if p.was is not None else None,
            position=p.visit.position,
            label=course.label(numbers[p.key]),
            was=p.was,
            to=p.to,
            findings=found.get(p.key, ()),
            chair=bench.chair(p.to.chair_id),
        )
        for p in placed
    ]
    findings = tuple(dict.fromkeys(f for several in found.values() for f in several))
    days = [p.to.starts_at.date() for p in placed]
    days += [v.day for v in course.given_or_booked() if v.id not in gone | {p.visit.id for p in placed}]
    every = sorted([*visits, *staying], key=lambda v: v.to.starts_at if v.to else v.was.starts_at if v.was else v)  # type: ignore[arg-type, return-value]
    return SeriesRepair(
        strategy=strategy,
        title=TITLES[strategy],
        text=text,
        visits=tuple(every),
        findings=findings,
        review=needs_review(findings),
        last_day=max(days, default=None),
        series_id=course.series_id,
        appointment_id=subject.id,
        facts=facts(course, shown, placed, bench.chairs),
        marks=shown,
        versions=stamps(course),
        series_version=course.version,
    )


# --- this one, this and the following, all ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choices:
    """What was said of single visits: those that stay, and those that take the nearest place."""

    leave: frozenset[int] = frozenset()
    nearest: frozenset[int] = frozenset()


def in_scope(subject: CourseVisit, scope: Scope, ahead: Sequence[CourseVisit], anchor: datetime) -> list[CourseVisit]:
    """The visits a change concerns, by time; `anchor` is where the session taken up stood."""
    if scope is Scope.THIS:
        return [subject]
    return [v for v in ahead if scope is Scope.ALL or v is subject or v.place.starts_at >= anchor]


def edited(
    bench: CourseBench,
    subject: CourseVisit,
    visits: Sequence[CourseVisit],
    wishes: Mapping[int, PlannedSession],
    choices: Choices,
    where: str,
) -> SeriesRepair:
    """The change where it can be made; every visit that cannot go stays, with the reason and the nearest place."""
    asked = [v for v in visits if wishes[v.id] != v.place and v.id not in choices.leave]
    stuck: dict[int, tuple[Finding, ...]] = {}
    nearest = {v.id: bench.nearest(v, wishes, asked) for v in asked if v.id in choices.nearest}
    while True:
        going = [v for v in asked if v.id not in stuck]
        placed = [at_new_place(v, nearest.get(v.id) or wishes[v.id]) for v in going]
        found = bench.judged(placed)
        newly = _against(bench.course, placed, found)
        if not newly:
            break
        stuck |= newly
    staying = [_staying(bench, v, wishes, asked, stuck.get(v.id, ())) for v in visits if v not in going]
    moves = f"{len(going)} visit{'s' * (len(going) != 1)} move{'s' * (len(going) == 1)}"
    kept = [s for s in staying if s.findings]
    text = f"{moves}{where}."
    if kept:
        stay = "cannot go and stays where it is" if len(kept) == 1 else "cannot go and stay where they are"
        text += f" {len(kept)} {stay}."
    return _made(bench, subject, Strategy.EDIT, text, placed, found, staying=staying)


def _against(
    course: Course, placed: Sequence[Placed], found: Mapping[int, tuple[Finding, ...]]
) -> dict[int, tuple[Finding, ...]]:
    """What keeps visits from going; a gap that shows at a visit that stays is the doing of the nearest that goes."""
    against: dict[int, tuple[Finding, ...]] = {}
    going = {p.key: p for p in placed}
    for key, findings in found.items():
        stopping = _stopping(findings)
        if not stopping or not placed:
            continue
        if key not in going:
            stands = course.visit(key).place.starts_at
            key = min(placed, key=lambda p: abs(p.to.starts_at - stands)).key  # noqa: PLW2901 - whose doing it is
        against[key] = (*against.get(key, ()), *stopping)
    return against


def _stopping(findings: Collection[Finding]) -> tuple[Finding, ...]:
    """What keeps a visit from going: everything but warnings and what the prescriber may review afterwards."""
    return tuple(
        f
        for f in findings
        if f.severity is Severity.BLOCK or (f.severity is Severity.OVERRIDE and f.code not in REVIEWED)
    )


def _staying(
    bench: CourseBench,
    visit: CourseVisit,
    wishes: Mapping[int, PlannedSession],
    asked: Sequence[CourseVisit],
    findings: tuple[Finding, ...],
) -> RepairedVisit:
    number = bench.course.numbers().get(visit.id, visit.position)
    return RepairedVisit(
        appointment_id=visit.id,
        position=visit.position,
        label=bench.course.label(number),
        was=visit.place,
        to=None,
        findings=findings,
        nearest=bench.nearest(visit, wishes, asked) if findings else None,
        chair=bench.chair(visit.place.chair_id),
    )


def where_words(change: SeriesChange, anchor: date) -> str:
    """Where a change takes the visits: " 1 day later to 13:30"."""
    words = []
    if change.days:
        later = "later" if change.days > 0 else "earlier"
        words.append(f" {abs(change.days)} day{'s' * (abs(change.days) != 1)} {later}")
    if change.weekday is not None and change.weekday != anchor.weekday():
        words.append(f" from {weekday_name(anchor.weekday())} to {weekday_name(change.weekday)}")
    if change.starts is not None:
        words.append(f" to {change.starts:%H:%M}")
    return "".join(words)
