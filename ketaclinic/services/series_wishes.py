"""Wishes for a series: what can be said of them at once, and what is asked of the planner."""

from collections.abc import Sequence

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.db import situations
from ketaclinic.domain.booking_rules import check_booking, spacing_findings
from ketaclinic.domain.booking_situation import BusyTime, PatientVisit, situation_on
from ketaclinic.domain.findings import Finding, Invalid, NotFound
from ketaclinic.domain.protocols import Protocol
from ketaclinic.domain.wishes import PlannedSession, SeriesWishes
from ketaclinic.planning.request import CourseSoFar, SeriesRequest
from ketaclinic.planning.weights import weights_from


def checked_protocol(
    catalog: Catalog, wishes: SeriesWishes, sessions: Sequence[PlannedSession] | None = None
) -> Protocol:
    """The protocol wished for, after all that can be said of wishes without the database.

    Raises:
        Invalid: the wishes contradict themselves; `field` names the one to change.
        NotFound: there is no such protocol.
    """
    protocol = catalog.protocols.get(wishes.protocol_id)
    if protocol is None:
        raise NotFound(f"There is no protocol “{wishes.protocol_id}”.")
    most = catalog.rules.whole("booking.most-sessions")
    planned = protocol.sessions if wishes.count is None else wishes.count
    count = planned if sessions is None else len(sessions)
    if not 1 <= count <= most:
        raise Invalid("count", f"A series has from 1 to {most} sessions.")
    if wishes.earliest is not None and wishes.latest is not None and wishes.latest < wishes.earliest:
        raise Invalid("latest", "The latest start is before the earliest.")
    if not all(0 <= weekday <= 6 for weekday in wishes.weekdays):
        raise Invalid("weekdays", "A weekday is a number from 0 (Monday) to 6 (Sunday).")
    if len(wishes.pinned) > count:
        raise Invalid("count", f"{len(wishes.pinned)} sessions are fixed; a series of {count} cannot hold them.")
    return protocol


def request_for(
    catalog: Catalog,
    rules: situations.Rulebook,
    wishes: SeriesWishes,
    protocol: Protocol,
    course: CourseSoFar | None = None,
) -> SeriesRequest:
    """What the planner is asked, with the clinic's weights as they hold now."""
    weights = weights_from(catalog.rules)
    position = 1 if course is None else course.position
    return SeriesRequest(wishes, protocol, rules.limits, weights, rules.now, position, course)


def course_so_far(
    wishes: SeriesWishes, protocol: Protocol, own: Sequence[PatientVisit], position: int
) -> CourseSoFar | None:
    """The visits that new sessions go on from: those of the running course, or the last of the maintenance's family.

    Args:
        wishes: what is asked.
        protocol: of the new sessions.
        own: the patient's visits.
        position: of the first new session in its course.
    """
    if wishes.series_id is not None:
        visits = tuple(visit for visit in own if visit.series_id == wishes.series_id)
        return CourseSoFar(visits, position, strict=True) if visits else None
    if protocol.open_ended:
        before = [v for v in own if v.family == protocol.family and v.day < wishes.first_day]
        return CourseSoFar(tuple(before[-1:]), position, strict=False)
    return None


def about_pinned(request: SeriesRequest, busy: BusyTime) -> tuple[Finding, ...]:
    """What speaks against the sessions the clerk has fixed."""
    wanted = situations.wanted_series(request.protocol, request.wishes.pinned, request.wishes.series_id)
    days = {planned.starts_at.date() for planned in wanted.sessions}
    return check_booking(wanted, situation_on(busy, days, request.limits, request.now))


def broken_spacing(
    wishes: SeriesWishes, protocol: Protocol, sessions: Sequence[PlannedSession], own: Sequence[PatientVisit]
) -> tuple[Finding, ...]:
    """Gaps and window that sessions of a running course would break: what is to be overridden, said beforehand."""
    wanted = situations.wanted_series(protocol, sessions, wishes.series_id)
    return spacing_findings(wanted, own)
