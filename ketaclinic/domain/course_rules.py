"""Whether every rule is kept when a course is changed as a whole, and the course as it would be, by day."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.booking_rules import BOOKING_RULES, CHAIR_RULES, spacing
from ketaclinic.domain.booking_situation import PatientVisit, Situation, Wanted
from ketaclinic.domain.claims import wall_minutes
from ketaclinic.domain.courses import LOST, NEW, Course, CourseMark, CourseVisit, MarkKind, Placed
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.overrides import REVIEWED
from ketaclinic.domain.people import Role
from ketaclinic.domain.spacing import Breach, spacing_breaches
from ketaclinic.domain.wishes import PlannedSession


def judge(
    course: Course, placed: Sequence[Placed], situation: Situation, gone: frozenset[int] = frozenset()
) -> dict[int, tuple[Finding, ...]]:
    """Every finding about a course with these visits at their new places, by visit (`NEW` for the new one).

    Spacing is judged for the course as a whole; what was so before, or is no worse than before, only informs.

    Args:
        course: as it stands.
        placed: the visits at their new places.
        situation: the days concerned, without any visit that is placed anew or gone.
        gone: visits that were or become missed and are being made up for now.
    """
    found: dict[int, list[Finding]] = {p.key: [] for p in placed}
    for one in placed:
        others = [_as_seen(course, p.visit, p.to) for p in placed if p is not one]
        visits = tuple(sorted((*situation.patient_visits, *others), key=lambda v: v.starts))
        wanted = _wanted(course, one.visit, (one.to,), one.was)
        around = replace(situation, patient_visits=visits)
        for rule in CHAIR_RULES if wanted.only_changes_chair else BOOKING_RULES:
            if rule is not spacing:
                found[one.key] += (replace(f, subject=subject_of(one.key)) for f in rule(wanted, around))
    for key, finding in _spacing(course, placed, situation, gone):
        found.setdefault(key, []).append(finding)
    return {key: tuple(findings) for key, findings in found.items()}


def subject_of(key: int) -> str:
    """What a finding about a visit carries, so that it can be shown and written down with that visit."""
    return f"visit {key}"


def key_of(finding: Finding) -> int:
    """The visit a finding is about; `NEW` for the new one."""
    word, _, number = finding.subject.partition(" ")
    return int(number) if word == "visit" and number.isdigit() else NEW


def needs_review(findings: Iterable[Finding]) -> bool:
    """Whether some of it becomes a task for the prescriber."""
    return any(f.severity is Severity.OVERRIDE and f.code in REVIEWED for f in findings)


def _spacing(
    course: Course, placed: Sequence[Placed], situation: Situation, gone: frozenset[int]
) -> list[tuple[int, Finding]]:
    moving = {p.key for p in placed}
    stay = [(v.id, v.place) for v in course.given_or_booked() if v.id not in moving and v.id not in gone]
    after = sorted([*stay, *((p.key, p.to) for p in placed)], key=lambda item: item[1].starts_at)
    held = {v.id for v in course.given_or_booked()} | gone  # a missed one kept the gaps until it was missed
    before = [v.place for v in course.visits if v.id in held]
    strangers = tuple(v for v in situation.patient_visits if v.series_id != course.series_id)
    any_visit = course.visits[0]
    old = spacing_breaches(_wanted(course, any_visit, before, None), before, strangers)
    worst: dict[str, int] = {}
    for breach in old:
        worst[breach.code] = max(worst.get(breach.code, 0), breach.days)
    places = [place for _, place in after]
    found = []
    for breach in spacing_breaches(_wanted(course, any_visit, places, None), places, strangers):
        key = after[breach.session - 1][0]
        if any(breach.code == b.code and breach.text == b.text for b in old):
            continue  # as it was; nothing here makes it so
        found.append((key, _finding(breach, key, worst.get(breach.code, 0))))
    return found


def _finding(breach: Breach, key: int, before: int) -> Finding:
    if breach.code == "second-infusion" and breach.hard:
        return Finding(breach.code, Severity.BLOCK, breach.text, subject=subject_of(key))
    if breach.days <= before:
        return Finding(breach.code, Severity.WARN, breach.text, subject=subject_of(key))
    return Finding(breach.code, Severity.OVERRIDE, breach.text, (Role.PRESCRIBER.value,), subject_of(key))


def _wanted(
    course: Course, visit: CourseVisit, sessions: Iterable[PlannedSession], was: PlannedSession | None
) -> Wanted:
    return Wanted(
        family=course.family,
        phases=visit.phases,
        nurse=visit.nurse,
        gaps=course.gaps,
        window_days=course.window_days,
        sessions=tuple(sessions),
        series_id=course.series_id,
        was=was,
    )


def _as_seen(course: Course, visit: CourseVisit, to: PlannedSession) -> PatientVisit:
    starts = wall_minutes(to.starts_at)
    return PatientVisit(visit.id, course.series_id, course.family, starts, starts + visit.phases.visit)


# --- the course as it would be ---------------------------------------------------------------------------------------


def marks(
    course: Course, placed: Sequence[Placed], *, gone: frozenset[int] = frozenset(), to_place: CourseVisit | None = None
) -> tuple[CourseMark, ...]:
    """The whole course as it would be, by time, with the days between the sessions that take place.

    Args:
        course: as it stands.
        placed: the visits at their new places.
        gone: visits that become missed or cancelled.
        to_place: the visit for which one to place is kept.
    """
    places = {p.key: p.to for p in placed}
    added = places.get(NEW, to_place.place if to_place else None)
    numbers = course.numbers(places if added is None else {**places, NEW: added}, gone)
    lines: list[tuple[datetime, str, MarkKind]] = []
    for visit in course.visits:
        missed = visit.id in gone or visit.status in LOST
        if missed and visit.id not in gone and course.stand_in(visit) is not None:
            continue  # another visit has long stood for it
        label = "" if missed else course.label(numbers[visit.id])
        starts = places.get(visit.id, visit.place).starts_at
        lines.append((starts, label, _kind(visit, missed=missed, moved=visit.id in places)))
    if added is not None:
        kind = MarkKind.ADDED if NEW in places else MarkKind.TO_PLACE
        lines.append((added.starts_at, course.label(numbers[NEW]), kind))
    return _with_gaps(sorted(lines, key=lambda mark: (mark[0], mark[2] is MarkKind.TO_PLACE)), course.gaps.max_days)


def _kind(visit: CourseVisit, *, missed: bool, moved: bool) -> MarkKind:
    if missed:
        return MarkKind.MISSED
    if moved:
        return MarkKind.MOVED
    if visit.status is Status.PROPOSED:
        return MarkKind.TO_PLACE
    return MarkKind.GIVEN if visit.status is Status.DISCHARGED else MarkKind.KEPT


def _with_gaps(lines: Iterable[tuple[datetime, str, MarkKind]], most: int) -> tuple[CourseMark, ...]:
    found = []
    last = None
    for starts_at, label, kind in lines:
        gap = None
        if kind not in {MarkKind.MISSED, MarkKind.TO_PLACE}:
            gap = None if last is None else (starts_at.date() - last).days
            last = starts_at.date()
        found.append(CourseMark(starts_at, label, kind, gap, gap is not None and gap > most))
    return tuple(found)
