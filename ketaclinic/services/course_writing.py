"""What a change of a course writes: visits at their new places, the missed one's status, the fee or its waiver."""

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock, wall_now
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db import courses as rows
from ketaclinic.db import policy_events, schedule
from ketaclinic.db.models import AppointmentRow, PolicyEventRow
from ketaclinic.db.store import Reads, Writing
from ketaclinic.domain import policies as terms
from ketaclinic.domain.appointments import CANCELLED, IN_CHAIR, Status
from ketaclinic.domain.course_rules import key_of
from ketaclinic.domain.courses import LOST, Course, CourseVisit, Placed
from ketaclinic.domain.findings import Finding, Invalid
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.people import User
from ketaclinic.domain.policies import PolicyAnswer, PolicyNotice
from ketaclinic.services.course_checks import check_step, tidy
from ketaclinic.services.overriding import accept, record

POLICY_OF = CANCELLED | {Status.NO_SHOW, Status.RESCHEDULED, Status.ARRIVED}
"""Statuses a policy is about."""
_CAME = IN_CHAIR | {Status.ARRIVED}


class CourseWriter:
    """Works inside the transaction of whoever calls it."""

    def __init__(self, catalog: Catalog, clock: Clock) -> None:
        self._catalog = catalog
        self._clock = clock

    def put(
        self,
        writing: Writing,
        by: User,
        course: Course,
        placed: list[Placed],
        gone: frozenset[int],
        overrides: tuple[BookingOverride, ...],
    ) -> dict[int, AppointmentRow]:
        """Checks the visits at their new places and puts them there; by id, `NEW` for the added one."""
        if not placed:
            return {}
        from ketaclinic.services.course_bench import CourseBench  # noqa: PLC0415 - NumPy when it is needed

        session = writing.session
        bench = CourseBench(session, self._catalog, self._clock, course, [p.to.starts_at.date() for p in placed])
        findings = [f for several in bench.judged(placed, gone).values() for f in several]
        accept(findings, overrides, by)
        changed: dict[int, AppointmentRow] = {}
        for one in placed:
            row = session.get_one(AppointmentRow, one.visit.id)
            if one.was is None:
                row = rows.stand_in(row, one.to, Status.SCHEDULED)
                session.add(row)
            else:
                row.starts_at, row.ends_at, row.chair_id = one.to.starts_at, one.to.ends_at, one.to.chair_id
            changed[one.key] = row
        session.flush()

        def appointment_of(finding: Finding) -> AppointmentRow:
            key = key_of(finding)
            return changed[key] if key in changed else session.get_one(AppointmentRow, key)

        record(session, appointment_of, findings, overrides, by, self._clock.now())
        return changed

    def to_place(self, session: Reads, subject: CourseVisit) -> AppointmentRow:
        """A visit without a place in the missed one's stead."""
        missed = session.get_one(AppointmentRow, subject.id)
        row = rows.stand_in(missed, subject.place, Status.PROPOSED)
        session.add(row)
        session.flush()
        return row

    def lose(
        self,
        writing: Writing,
        by: User,
        subject: CourseVisit,
        target: Status | None,
        reason: str,
        policy: PolicyAnswer | None,
    ) -> None:
        """Gives the missed visit its status, and notes the fee or its waiver."""
        session = writing.session
        status = target if target is not None and target is not subject.status else None
        if status is None and subject.status not in LOST:
            raise Invalid("target", "Say what became of the visit: missed, cancelled or rescheduled.")
        if status is not None:
            check_step(subject.status, status, by)
        if policy is not None:
            self.note(session, by, subject.id, status or subject.status, policy)
        if status is not None:
            row = session.get_one(AppointmentRow, subject.id)
            schedule.set_status(session, row, status, self._clock.now(), by.id, reason)
            row.held_until = None
        session.flush()

    def note(self, session: Reads, by: User, appointment_id: int, target: Status, answer: PolicyAnswer) -> None:
        """Notes the fee or its waiver, where the policy has something to note."""
        if target not in POLICY_OF:
            raise Invalid("target", f"No policy is about “{target.word}”. Nothing was noted.")
        said = self.notice(session, appointment_id, target)
        if said.kind is None:
            return
        reason = tidy(answer.reason)
        if answer.waived and not reason:
            raise Invalid("waiver", "A waiver needs its reason. Nothing was saved.")
        row = policy_events.of_visit(session, appointment_id, said.kind)
        if row is None:
            patient_id = session.get_one(AppointmentRow, appointment_id).patient_id
            row = PolicyEventRow(appointment_id=appointment_id, patient_id=patient_id, kind=said.kind.value)
            row.notice_minutes, row.fee, row.currency = said.notice_minutes, said.fee, said.currency
            session.add(row)
        row.waived, row.reason = answer.waived, reason
        row.at, row.user_id = self._clock.now(), by.id

    def notice(self, session: Reads, appointment_id: int, target: Status) -> PolicyNotice:
        """What the policy says when the visit gets this status now."""
        visit = schedule.board_row(session, appointment_id).appointment
        if visit.status in _CAME and target in CANCELLED:
            return terms.came(self._catalog.policies, target)
        location = clinic_rows.location(session, visit.location_id)
        now = wall_now(self._clock, location.zone)
        shut = clinic_rows.closures(session, location.id, now.date(), max(visit.starts_at, now).date())
        earlier = policy_events.missed_before(session, visit.patient_id, visit.id)
        return terms.notice(self._catalog.policies, target, now, visit.starts_at, location.hours, shut, earlier)
