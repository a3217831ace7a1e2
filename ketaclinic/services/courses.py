"""Courses: a running series changed as a whole when life happens, the clinic's policies, and tasks of prescribers."""

from datetime import datetime, timedelta

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock, wall_now
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db import courses as rows
from ketaclinic.db import holds, policy_events, schedule
from ketaclinic.db import tasks as task_rows
from ketaclinic.db.models import TaskRow
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import Appointment, Status
from ketaclinic.domain.changes import Op
from ketaclinic.domain.courses import (
    NEW,
    Cause,
    Scope,
    SeriesChange,
    SeriesRepair,
    Strategy,
)
from ketaclinic.domain.findings import Invalid
from ketaclinic.domain.overrides import BookingOverride
from ketaclinic.domain.people import User
from ketaclinic.domain.policies import PolicyAnswer, PolicyEvent, PolicyNotice
from ketaclinic.domain.series import SeriesStatus
from ketaclinic.domain.tasks import Task
from ketaclinic.domain.wishes import BookedSeries
from ketaclinic.services.course_checks import MISSED_BY, may_be_made_up, must_run, placed_by, refused, tidy, unchanged
from ketaclinic.services.course_writing import POLICY_OF, CourseWriter
from ketaclinic.services.guard import intention

__all__ = ["Courses"]

_SHORTEST_OUTCOME = 3
_STOPPABLE = frozenset({Status.PROPOSED, Status.HELD, Status.SCHEDULED, Status.CONFIRMED})


class Courses:
    """Repairs, edits and stops series; says what the clinic's policy says; keeps the prescribers' tasks."""

    area = "courses"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock
        self._writer = CourseWriter(catalog, clock)

    # -- looking

    @intention
    def missed_options(self, by: User, appointment_id: int, cause: Cause) -> tuple[SeriesRepair, ...]:  # noqa: ARG002
        """Every way the course can go on when this session does not take place, each with its consequences.

        Raises:
            NotFound: the visit is not there.
            Refused: the visit has taken place or is under way, another stands for it, or the series is over.
        """
        from ketaclinic.services import course_options  # noqa: PLC0415 - NumPy when it is needed
        from ketaclinic.services.course_bench import CourseBench  # noqa: PLC0415 - the same

        with self._store.reading() as session:
            course = rows.course_of_visit(session, appointment_id, self._catalog.protocols)
            missed = course.visit(appointment_id)
            may_be_made_up(course, missed, MISSED_BY[cause])
            return course_options.missed_options(CourseBench(session, self._catalog, self._clock, course), missed)

    @intention
    def edit_preview(
        self,
        by: User,  # noqa: ARG002 - the guard reads it
        appointment_id: int,
        scope: Scope,
        change: SeriesChange,
        leave: frozenset[int] = frozenset(),
        nearest: frozenset[int] = frozenset(),
        moved_from: datetime | None = None,
    ) -> SeriesRepair:
        """What a change of this session, of it and the following, or of all that are ahead would come to.

        What cannot go stays where it is, with the reason and the nearest place that would do.

        Args:
            by: the user.
            appointment_id: the session that was taken up.
            scope: how far the change reaches.
            change: what is changed.
            leave: visits that stay where they are.
            nearest: visits that take the nearest place to the one wished.
            moved_from: where the session stood, if it has gone alone already and the others are to go along.

        Raises:
            NotFound: the visit is not there.
            Refused: the visit has begun, is over, or its series is.
        """
        from ketaclinic.services import course_options  # noqa: PLC0415 - NumPy when it is needed
        from ketaclinic.services.course_bench import CourseBench  # noqa: PLC0415 - the same

        with self._store.reading() as session:
            course = rows.course_of_visit(session, appointment_id, self._catalog.protocols)
            subject = course.visit(appointment_id)
            zone = clinic_rows.location(session, course.location_id).zone
            ahead = course.ahead(wall_now(self._clock, zone))
            must_run(course)
            if subject not in ahead:
                raise refused("not-ahead", "This visit is not one that is still to come; it stays where it is.")
            anchor = subject.place.starts_at if moved_from is None else moved_from
            visits = course_options.in_scope(subject, scope, ahead, anchor)
            if moved_from is not None:
                visits = [v for v in visits if v is not subject]
            wishes = {v.id: change.of(v.place, anchor.date()) for v in visits}
            days = [wish.starts_at.date() for wish in wishes.values()]
            bench = CourseBench(session, self._catalog, self._clock, course, days)
            choices = course_options.Choices(leave, nearest)
            where = course_options.where_words(change, anchor.date())
            return course_options.edited(bench, subject, visits, wishes, choices, where)

    @intention
    def policy(self, by: User, appointment_id: int, target: Status) -> PolicyNotice:  # noqa: ARG002
        """What the clinic's policy says when the visit gets this status now: notice, fee, the status that fits.

        Raises:
            Invalid: no policy is about that status.
            NotFound: the visit is not there.
        """
        if target not in POLICY_OF:
            raise Invalid("target", f"No policy is about “{target.word}”.")
        with self._store.reading() as session:
            return self._writer.notice(session, appointment_id, target)

    @intention
    def policy_events(self, by: User, patient_id: int) -> tuple[PolicyEvent, ...]:  # noqa: ARG002 - the guard reads it
        """Late cancellations, missed visits and late arrivals noted for a patient, the latest first."""
        with self._store.reading() as session:
            return policy_events.of_patient(session, patient_id)

    @intention
    def tasks(self, by: User, patient_id: int | None = None) -> tuple[Task, ...]:
        """What is still to be looked at by this role, or everything of one patient; what is due first at the top."""
        with self._store.reading() as session:
            role = by.role.value if patient_id is None else None
            found = task_rows.open_tasks(session, role=role, patient_id=patient_id)
            return tuple(task.seen_by(by.role) for task in found)

    # -- changing

    @intention
    def apply(
        self,
        by: User,
        repair: SeriesRepair,
        target: Status | None = None,
        reason: str = "",
        overrides: tuple[BookingOverride, ...] = (),
        policy: PolicyAnswer | None = None,
        command_id: str = "",
    ) -> BookedSeries:
        """Takes a repair as it was shown: every visit of it or none, checked again inside the transaction.

        Args:
            by: the user.
            repair: as previewed.
            target: what becomes of the missed visit; None where it has its status already, or for an edit.
            reason: of that status.
            overrides: what somebody takes upon themselves; a long gap or window becomes a task for the prescriber.
            policy: the fee noted or waived, where the policy has one.
            command_id: of the dialog.

        Returns:
            The series, and the ids of the visits that were moved or added, by time.

        Raises:
            Refused: a rule stands against it, or there is nothing to change; nothing was saved.
            Invalid: a reason is too long.
            NotAllowed: the step is not this role's.
            NotFound: the visit is not there.
            Stale: a visit of the series was changed since; nothing was saved.
        """
        reason = tidy(reason)
        now = self._clock.now()
        op = Op.EDIT_SERIES if repair.strategy is Strategy.EDIT else Op.REPAIR_SERIES
        with self._store.writing(op, by=by.id, command_id=command_id) as writing:
            if writing.earlier is not None:
                return BookedSeries(writing.earlier["series"], tuple(writing.earlier["appointments"]))
            session = writing.session
            holds.lapse_expired(session, now)
            course = rows.course(session, repair.series_id, self._catalog.protocols)
            writing.detail = course.record
            subject = unchanged(course, repair)
            placed = placed_by(course, repair)
            if repair.strategy is Strategy.EDIT:
                if not placed:
                    raise refused("nothing", "No visit would change its place. Nothing was saved.")
                gone: frozenset[int] = frozenset()
            else:
                gone = frozenset({subject.id})
                self._writer.lose(writing, by, subject, target, reason, policy)
            changed = self._writer.put(writing, by, course, placed, gone, overrides)
            if repair.strategy is Strategy.LEAVE:
                changed[NEW] = self._writer.to_place(session, subject)
            ids = tuple(row.id for row in sorted(changed.values(), key=lambda row: (row.starts_at, row.id)))
            writing.result = {"series": course.series_id, "appointments": list(ids)}
            return BookedSeries(course.series_id, ids)

    @intention
    def lose(
        self,
        by: User,
        appointment_id: int,
        version: int,
        target: Status,
        reason: str = "",
        policy: PolicyAnswer | None = None,
        command_id: str = "",
    ) -> Appointment:
        """The visit missed or cancelled, with the fee noted or waived; nothing takes its place yet.

        A cancellation can be undone, the fee with it; a missed visit is corrected by "Arrived after all".

        Raises:
            Refused: there is no such step from where the visit stands.
            Invalid: a reason is too long, or a waiver has none.
            NotAllowed: the step is not this role's.
            NotFound: the visit is not there.
            Stale: someone else changed the visit since `version`.
        """
        reason = tidy(reason)
        op = Op.CHANGE_STATUS if target is Status.NO_SHOW else Op.CANCEL_APPOINTMENT
        with self._store.writing(op, by=by.id, command_id=command_id) as writing:
            if writing.earlier is None:
                holds.lapse_expired(writing.session, self._clock.now())
                row = schedule.appointment_row(writing.session, appointment_id, version)
                self._writer.lose(writing, by, rows.visit_value(row), target, reason, policy)
            found = schedule.board_row(writing.session, appointment_id)
            writing.detail, writing.result = found.record, {"appointment": appointment_id}
            return found.appointment

    @intention
    def note_policy(
        self, by: User, appointment_id: int, answer: PolicyAnswer, target: Status | None = None, command_id: str = ""
    ) -> PolicyEvent | None:
        """Notes the fee of a late cancellation, missed visit or late arrival, or its waiver; a later word replaces it.

        Args:
            by: the user.
            appointment_id: the visit.
            answer: noted, or waived with a reason.
            target: the status the policy is asked about; None for the one the visit has.
            command_id: of the dialog.

        Returns:
            What is noted now; None where the policy has nothing to note.

        Raises:
            Invalid: a waiver has no reason, or no policy is about the status.
            NotFound: the visit is not there.
        """
        with self._store.writing(Op.NOTE_POLICY, by=by.id, command_id=command_id) as writing:
            session = writing.session
            found = schedule.board_row(session, appointment_id)
            writing.detail, writing.result = found.record, {"appointment": appointment_id}
            if writing.earlier is None:
                self._writer.note(session, by, appointment_id, target or found.appointment.status, answer)
                session.flush()
            events = policy_events.of_patient(session, found.appointment.patient_id)
        return next((event for event in events if event.appointment_id == appointment_id), None)

    @intention
    def stop(
        self,
        by: User,
        series_id: int,
        reason: str,
        cancel_future: bool = True,  # noqa: FBT001, FBT002 - as the dialog's box
        command_id: str = "",
    ) -> BookedSeries:
        """Ends a course before its time; visits ahead are cancelled by the clinic, and their chairs free at once.

        Returns:
            The series, and the ids of the visits cancelled.

        Raises:
            Invalid: the reason is missing or too long.
            NotFound: the series is not there.
            Refused: the series is over already.
        """
        reason = tidy(reason)
        if not reason:
            raise Invalid("reason", "Say why the series ends. Nothing was changed.")
        with self._store.writing(Op.STOP_SERIES, by=by.id, command_id=command_id) as writing:
            session = writing.session
            if writing.earlier is not None:
                return BookedSeries(series_id, tuple(writing.earlier["appointments"]))
            holds.lapse_expired(session, self._clock.now())
            series = rows.series_row(session, series_id)
            course = rows.course(session, series_id, self._catalog.protocols)
            writing.detail = course.record
            must_run(course)
            series.status, series.stopped_reason = SeriesStatus.STOPPED.value, reason
            now = wall_now(self._clock, clinic_rows.location(session, series.location_id).zone)
            cancelled = []
            for row in rows.visit_rows(session, series_id) if cancel_future else ():
                waits = row.status == Status.PROPOSED.value
                if Status(row.status) in _STOPPABLE and (waits or row.starts_at > now - timedelta(minutes=1)):
                    schedule.set_status(session, row, Status.CANCELLED_BY_CLINIC, self._clock.now(), by.id, reason)
                    row.held_until = None
                    cancelled.append(row.id)
            writing.result = {"series": series_id, "appointments": cancelled}
            return BookedSeries(series_id, tuple(cancelled))

    @intention
    def finish_task(self, by: User, task_id: int, version: int, outcome: str, command_id: str = "") -> Task:
        """Closes a task with what was decided.

        Raises:
            Invalid: the outcome is missing or too long.
            NotFound: the task is not there.
            Stale: someone else has finished it.
        """
        outcome = tidy(outcome, "outcome")
        if len(outcome) < _SHORTEST_OUTCOME:
            raise Invalid("outcome", "Say in a few words what was decided. Nothing was saved.")
        with self._store.writing(Op.FINISH_TASK, by=by.id, command_id=command_id) as writing:
            session = writing.session
            if writing.earlier is None:
                row: TaskRow = task_rows.task_row(session, task_id, version)
                row.outcome, row.done_at, row.done_by = outcome, self._clock.now(), by.id
                session.flush()
            done = task_rows.task(session, task_id)
            writing.detail, writing.result = done.record, {"task": task_id}
            return done
