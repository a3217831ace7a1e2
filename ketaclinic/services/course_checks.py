"""What can be said of a change of a course before it is made: is it allowed, is it fresh, is what was typed usable."""

from ketaclinic.domain.appointments import IN_CHAIR, Status, transition
from ketaclinic.domain.courses import LOST, Cause, Course, CourseVisit, Placed, SeriesRepair, stamps
from ketaclinic.domain.findings import Finding, Invalid, NotAllowed, Refused, Severity, Stale
from ketaclinic.domain.people import User

_LONGEST_REASON = 500
MISSED_BY = {
    Cause.MISSED: Status.NO_SHOW,
    Cause.CANCELLED: Status.CANCELLED_BY_PATIENT,
    Cause.MOVED: Status.RESCHEDULED,
}
"""The usual status of a visit that does not take place for this cause."""


def unchanged(course: Course, repair: SeriesRepair) -> CourseVisit:
    """The visit it is about, if the course is as it was when the repair was shown."""
    must_run(course)
    if stamps(course) != repair.versions or course.version != repair.series_version:
        raise Stale("Someone else changed this series meanwhile. Nothing was saved: look at the choices again.")
    if not repair.possible:
        raise Refused([f for f in repair.findings if f.severity is Severity.BLOCK])
    return course.visit(repair.appointment_id)


def placed_by(course: Course, repair: SeriesRepair) -> list[Placed]:
    """The visits of a repair that go to a new place; the one that stands for the missed visit among them."""
    subject = course.visit(repair.appointment_id)
    return [
        Placed(subject if v.appointment_id is None else course.visit(v.appointment_id), v.to, v.was)
        for v in repair.visits
        if v.to is not None
    ]


def must_run(course: Course) -> None:
    """Refuses a course that is over."""
    if not course.active:
        raise refused("series-over", "This series is over. Plan a new one instead.")


def may_be_made_up(course: Course, visit: CourseVisit, target: Status) -> None:
    """Refuses what has taken place, is under way, or has another in its place."""
    must_run(course)
    if visit.status in IN_CHAIR or visit.status is Status.DISCHARGED:
        raise refused("took-place", f"This visit is {visit.status.word.lower()}; there is nothing to make up for.")
    if visit.status in LOST:
        other = course.stand_in(visit)
        if other is not None:
            day = f"{other.place.starts_at:%d %b %Y}"
            raise refused("stood-for", f"Another visit stands for this one already, on {day}.")
    elif transition(visit.status, target) is None and target is Status.NO_SHOW:
        raise refused("no-such-step", f"A visit that is {visit.status.word.lower()} cannot become missed.")


def check_step(source: Status, target: Status, by: User) -> None:
    """Whether this role may let a visit not take place. Raises Refused or NotAllowed."""
    found = transition(source, target)
    if found is None or found.clinical or target not in LOST:
        text = f"A visit that is {source.word.lower()} cannot become {target.word.lower()}. Nothing was changed."
        raise refused("no-such-step", text)
    if by.role not in found.roles:
        raise NotAllowed(f"“{found.verb}” is not a step of your role. Nothing was changed.")


def tidy(words: str, field: str = "reason") -> str:
    """What was typed without stray spaces. Raises Invalid when it is too long."""
    kept = " ".join(words.split())
    if len(kept) > _LONGEST_REASON:
        raise Invalid(field, f"The {field} may have at most {_LONGEST_REASON} letters.")
    return kept


def refused(code: str, sentence: str) -> Refused:
    """One sentence as a refusal."""
    return Refused([Finding(code, Severity.BLOCK, sentence)])
