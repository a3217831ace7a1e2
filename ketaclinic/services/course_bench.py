"""One course laid over the clinic's time: what a change of it would come to, before it is taken and while it is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock, wall_now
from ketaclinic.db import busy_time, gates, situations
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db.store import Reads
from ketaclinic.db.visits import consent_revision
from ketaclinic.domain.booking_situation import BusyTime, Situation, day_name, situation_on
from ketaclinic.domain.course_rules import judge, subject_of
from ketaclinic.domain.courses import Course, CourseVisit, Placed
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.wishes import PlannedSession
from ketaclinic.planning.course_repair import Aim, Apart, Places
from ketaclinic.planning.weights import PlannerWeights, weights_from
from ketaclinic.services.rulebook import rulebook

_BEYOND = 28
"""Days beyond the course's own that are looked at."""


class CourseBench:
    """Reads in one go what every way to change a course is judged by."""

    def __init__(
        self, session: Reads, catalog: Catalog, clock: Clock, course: Course, wished: Iterable[date] = ()
    ) -> None:
        self.course = course
        self.location = clinic_rows.location(session, course.location_id)
        self.now: datetime = wall_now(clock, self.location.zone)
        self.rules = rulebook(catalog, clock, self.location.zone)
        self.weights: PlannerWeights = weights_from(catalog.rules)
        today = self.now.date()
        last = max([today + timedelta(days=self.weights.horizon), *wished, *(v.day for v in course.visits)])
        own = busy_time.visits_of_patient(session, course.patient_id, catalog.protocols)
        days = (last - today).days + 1 + _BEYOND
        self.busy: BusyTime = busy_time.busy_time(session, self.location, today, days, own)
        self.chairs: Mapping[int, str] = {chair.id: chair.name for chair in self.busy.chairs}
        patients = [course.patient_id]
        self._consent = gates.consents_on(session, today, patients, consent_revision(catalog)).get(course.patient_id)
        self._cleared = situations.cleared(session, course.patient_id, self.rules)
        self._orders = gates.orders_on(session, today, [v.id for v in course.visits])

    def situation(self, days: Iterable[date], leaving_out: Collection[int]) -> Situation:
        """How things stand on some days without some visits."""
        found = situation_on(self.busy, days, self.rules.limits, self.rules.now, frozenset(leaving_out))
        return replace(found, cleared=self._cleared)

    def judged(self, placed: Sequence[Placed], gone: frozenset[int] = frozenset()) -> dict[int, tuple[Finding, ...]]:
        """Every finding about these visits at their new places, by visit."""
        leaving_out = {p.visit.id for p in placed} | gone
        situation = self.situation({p.to.starts_at.date() for p in placed}, leaving_out)
        found = judge(self.course, placed, situation, gone)
        for one in placed:
            found[one.key] = (*found[one.key], *self._beyond_papers(one))
        return found

    def _beyond_papers(self, placed: Placed) -> tuple[Finding, ...]:
        """Order or consent that would end before the visit, where it covers it as things stand."""
        day, found = placed.to.starts_at.date(), []
        order = self._orders.get(placed.visit.id)
        for code, what, until in (
            ("order-ends", "order", order.expires_on if order else None),
            ("consent-ends", "consent", self._consent),
        ):
            if until is not None and until < day:
                text = f"The {what} ends on {day_name(until)} {until.year}, before {day_name(day)}."
                found.append(Finding(code, Severity.WARN, text, subject=subject_of(placed.key)))
        return tuple(found)

    def places(self, visit: CourseVisit, leaving_out: Collection[int], like: Iterable[PlannedSession]) -> Places:
        """The free places of one kind of visit."""
        times = {session.starts_at.time() for session in like}
        return Places(self.busy, visit, self.rules.limits, self.rules.now, self.weights, leaving_out, times)

    def apart(self, kept: Iterable[PlannedSession]) -> tuple[Apart, ...]:
        """The days to keep away from: the course's own that stay, and the patient's other visits."""
        course = self.course
        own = (Apart(place.starts_at.date(), course.gaps.min_days) for place in kept)
        others = (
            Apart(v.day, course.gaps.min_days if v.family == course.family else 1)
            for v in self.busy.patient_visits
            if v.series_id != course.series_id
        )
        return (*own, *others)

    def nearest(
        self, visit: CourseVisit, wishes: Mapping[int, PlannedSession], moving: Sequence[CourseVisit]
    ) -> PlannedSession | None:
        """The free place nearest to where a visit was wished, with the others where they are wished."""
        going = {v.id for v in moving}
        kept = [wishes[v.id] if v.id in going else v.place for v in self.course.given_or_booked(without=visit.id)]
        wish = wishes[visit.id]
        day = wish.starts_at.date()
        free = self.places(visit, going | {visit.id}, [wish, visit.place])
        return free.best(Aim(day, day, wish), self.apart(kept))

    def course_target(self, before: int) -> tuple[int, int]:
        """The days wanted before the next session, after so many."""
        first = min((v.position for v in self.course.visits), default=1)
        return self.course.gaps.target_after(max(first - 1 + before, 1))

    def chair(self, chair_id: int) -> str:
        """A chair's name."""
        return self.chairs.get(chair_id, "")


def at_new_place(visit: CourseVisit, to: PlannedSession) -> Placed:
    """A visit there is, moved; its own length goes with it."""
    length = visit.place.ends_at - visit.place.starts_at
    return Placed(visit, replace(to, ends_at=to.starts_at + length), visit.place)


def in_its_place(missed: CourseVisit, to: PlannedSession) -> Placed:
    """The visit that stands for a missed one."""
    return Placed(missed, replace(to, ends_at=to.starts_at + timedelta(minutes=missed.phases.total)), None)
