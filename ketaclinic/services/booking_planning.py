"""What is asked before anything is booked: proposals, checks, why a start is not offered, when maintenance is due."""

import time as stopwatch
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from ketaclinic.db import busy_time, coverage, people, schedule, situations
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db.visits import consent_revision
from ketaclinic.domain.booking_situation import BookingLimits, PatientVisit
from ketaclinic.domain.clearance import booking_finding
from ketaclinic.domain.findings import Finding, Invalid, blocking
from ketaclinic.domain.protocols import NurseNeeds, Phases, Protocol
from ketaclinic.domain.wishes import (
    Explanation,
    FreeStart,
    MaintenanceWindow,
    PlannedSession,
    Proposal,
    Proposals,
    SeriesWishes,
)
from ketaclinic.services.booking_means import Means
from ketaclinic.services.series_wishes import (
    about_pinned,
    broken_spacing,
    checked_protocol,
    course_so_far,
    request_for,
)

_NEAREST_DAYS = 14
"""Days before and after a refused start among which the nearest open ones are looked for."""


class SeriesPlanning:
    """Answers questions; writes nothing."""

    def __init__(self, means: Means) -> None:
        self._means = means

    def propose(self, wishes: SeriesWishes) -> Proposals:
        """Up to five complete series, best first; when there is none, the findings say why and what would help."""
        from ketaclinic.planning.series_planner import obstacles, propose  # noqa: PLC0415 - NumPy when it is needed

        began = stopwatch.perf_counter()
        catalog = self._means.catalog
        protocol = checked_protocol(catalog, wishes)
        with self._means.store.reading() as session:
            people.patient(session, wishes.patient_id)
            location = clinic_rows.location(session, wishes.location_id)
            own = busy_time.visits_of_patient(session, wishes.patient_id, catalog.protocols)
            position = schedule.next_position(session, wishes, protocol)
            course = course_so_far(wishes, protocol, own, position)
            rules = self._means.rules(location.zone)
            request = request_for(catalog, rules, wishes, protocol, course)
            for days in (request.first_look(own), request.days):
                busy = busy_time.busy_time(session, location, request.first_day, days, own)
                proposals = propose(request, busy)
                if request.settles(proposals, days):
                    break
            if not proposals and course is not None and course.strict:
                request = replace(request, course=replace(course, strict=False))
                proposals = propose(request, busy)
            cover = coverage.cover_of(session, wishes.patient_id, protocol.id, consent_revision(catalog))
            held = () if situations.cleared(session, wishes.patient_id, rules) else (booking_finding(),)
        findings: tuple[Finding, ...] = ()
        if not proposals:
            findings = (*about_pinned(request, busy), *obstacles(request, busy))
        told = tuple(self._told(proposal, wishes, protocol, own, cover, held) for proposal in proposals)
        return Proposals(told, findings, (stopwatch.perf_counter() - began) * 1000)

    def check(self, wishes: SeriesWishes, sessions: Sequence[PlannedSession]) -> tuple[Finding, ...]:
        """Everything that speaks against booking these sessions, and what is worth knowing about them."""
        catalog = self._means.catalog
        protocol = checked_protocol(catalog, wishes, sessions)
        wanted = situations.wanted_series(protocol, sessions, wishes.series_id)
        with self._means.store.reading() as session:
            people.patient(session, wishes.patient_id)
            place = clinic_rows.location(session, wishes.location_id)
            findings = situations.check_series(session, wishes, wanted, self._means.rules(place.zone), place)
            cover = coverage.cover_of(session, wishes.patient_id, protocol.id, consent_revision(catalog))
        return (*findings, *cover.findings([planned.starts_at.date() for planned in wanted.sessions]))

    def free(self, location_id: int, day: date, minutes: int) -> tuple[FreeStart, ...]:
        """Open starts of a day for a visit of this length, prep to turnover, by time and chair."""
        from ketaclinic.planning.capacity import free_starts  # noqa: PLC0415 - NumPy when it is needed

        if not 5 <= minutes <= 24 * 60:
            raise Invalid("minutes", "A visit takes from 5 minutes to a day.")
        with self._means.store.reading() as session:
            busy = busy_time.busy_time(session, clinic_rows.location(session, location_id), day, 1)
        rules = self._means.rules(busy.location.zone)
        known = (protocol for protocol in self._means.catalog.protocols.values() if protocol.phases.total == minutes)
        protocol = next(known, None)
        if protocol is not None:
            return free_starts(busy, protocol.phases, protocol.nurse, rules.limits, rules.now)
        chair_alone = Phases(prep=0, infusion=0, recovery=0, turnover=minutes)
        no_nurse = NurseNeeds(setup_from=0, setup_minutes=0, ratio=1)
        return free_starts(busy, chair_alone, no_nurse, BookingLimits(0, rules.limits.grid), rules.now)

    def why(
        self, patient_id: int, protocol_id: str, starts_at: datetime, chair_id: int, series_id: int | None
    ) -> Explanation:
        """Whether one session could start there; if not, every reason, and the nearest starts that would do."""
        from ketaclinic.planning.series_planner import nearest_starts  # noqa: PLC0415 - NumPy when it is needed

        catalog = self._means.catalog
        with self._means.store.reading() as session:
            people.patient(session, patient_id)
            location = schedule.location_of_chair(session, chair_id)
            planned = PlannedSession(starts_at, starts_at, chair_id)
            wishes = SeriesWishes(patient_id, protocol_id, location.id, starts_at.date(), count=1, series_id=series_id)
            protocol = checked_protocol(catalog, wishes)
            wanted = situations.wanted_series(protocol, [planned], series_id)
            rules = self._means.rules(location.zone)
            findings = situations.check_series(session, wishes, wanted, rules, location)
            if not blocking(findings):
                return Explanation(free=True, findings=findings, nearest=())
            wishes = replace(wishes, first_day=starts_at.date() - timedelta(days=_NEAREST_DAYS))
            own = busy_time.visits_of_patient(session, patient_id, catalog.protocols)
            course = course_so_far(wishes, protocol, own, schedule.next_position(session, wishes, protocol))
            request = request_for(catalog, rules, wishes, protocol, course)
            busy = busy_time.busy_time(session, location, request.first_day, 2 * _NEAREST_DAYS + 1, own)
        return Explanation(free=False, findings=findings, nearest=nearest_starts(request, busy, starts_at, chair_id))

    def maintenance_window(self, patient_id: int) -> MaintenanceWindow | None:
        """When the patient's next maintenance is due by the protocol's taper; None where nothing was given or booked.

        It is counted from the patient's last visit of the same family that holds its place, booked ones included.
        """
        catalog = self._means.catalog
        with self._means.store.reading() as session:
            people.patient(session, patient_id)
            own = busy_time.visits_of_patient(session, patient_id, catalog.protocols)
            protocol = _maintenance_of(own, catalog.protocols.values())
            if protocol is None:
                return None
            given = schedule.last_position(session, patient_id, protocol.id)
        last = max(visit.day for visit in own if visit.family == protocol.family)
        low, _ = protocol.gaps.target_after(max(given, 1))
        return MaintenanceWindow(
            due_from=last + timedelta(days=protocol.gaps.min_days),
            target=last + timedelta(days=low),
            latest=last + timedelta(days=protocol.gaps.max_days),
            session_number=given + 1,
            protocol_id=protocol.id,
        )

    def _told(
        self,
        proposal: Proposal,
        wishes: SeriesWishes,
        protocol: Protocol,
        own: tuple[PatientVisit, ...],
        cover: coverage.Cover,
        held: tuple[Finding, ...],
    ) -> Proposal:
        """A proposal with what is worth knowing: what asks for a prescriber's word, papers that end too soon."""
        days = [planned.starts_at.date() for planned in proposal.sessions]
        spacing = () if wishes.series_id is None else broken_spacing(wishes, protocol, proposal.sessions, own)
        return replace(proposal, findings=(*held, *spacing, *cover.findings(days)))


def _maintenance_of(own: Sequence[PatientVisit], protocols: Iterable[Protocol]) -> Protocol | None:
    """The open course that follows a patient's last visit; None where there is none."""
    for visit in sorted(own, key=lambda found: found.starts, reverse=True):
        for protocol in protocols:
            if protocol.open_ended and protocol.family == visit.family:
                return protocol
    return None
