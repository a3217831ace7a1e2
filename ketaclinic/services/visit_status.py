"""One change of a visit's status: the table asked, the change stamped, the place checked where it is taken again."""

from dataclasses import dataclass

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db import clearance, courses, holds, overrides, schedule, situations
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db.store import Store
from ketaclinic.domain.appointments import CANCELLED, FREES_THE_CHAIR, Appointment, Status, transition
from ketaclinic.domain.changes import Op
from ketaclinic.domain.clearance import booking_finding
from ketaclinic.domain.findings import Finding, Invalid, NotAllowed, Refused, Severity, blocking
from ketaclinic.domain.people import User
from ketaclinic.services.booking_means import Means
from ketaclinic.services.rulebook import rulebook

_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Step:
    """A change of status somebody asks for."""

    appointment_id: int
    version: int
    target: Status
    reason: str = ""
    command_id: str = ""


def set_status(store: Store, catalog: Catalog, clock: Clock, by: User, step: Step) -> Appointment:
    """Changes the status as one operation: a cancellation, which can be undone, or a step of the day, which cannot.

    Raises:
        Invalid: the reason is too long.
        NotAllowed: the step is not this role's, or is made by charting.
        NotFound: the visit is not there.
        Refused: there is no such step from where the visit stands, or its place has been taken meanwhile.
        Stale: someone else changed the visit since `version`.
    """
    reason, target = " ".join(step.reason.split()), step.target
    if len(reason) > _LONGEST_REASON:
        raise Invalid("reason", f"The reason may have at most {_LONGEST_REASON} letters.")
    leaves = CANCELLED | {Status.RESCHEDULED}
    op = Op.CANCEL_APPOINTMENT if target in leaves else Op.CHANGE_STATUS
    with store.writing(op, by=by.id, command_id=step.command_id) as writing:
        session = writing.session
        if writing.earlier is not None:
            return schedule.board_row(session, step.appointment_id).appointment
        holds.lapse_expired(session, clock.now())
        row = schedule.appointment_row(session, step.appointment_id, step.version)
        source = Status(row.status)
        _check_step(source, target, by)
        if source in FREES_THE_CHAIR and target not in FREES_THE_CHAIR:
            courses.refuse_if_stood_for(session, row)
            rules = rulebook(catalog, clock, clinic_rows.location(session, row.location_id).zone)
            if source is Status.PROPOSED:  # it takes a place now, where a missed visit comes back to its own
                findings = situations.check_placed(session, row, None, rules)
            else:
                taken = situations.check_taken_again(session, row, rules)
                findings = overrides.already_given(session, row.id, taken)
            if blocking(findings):
                raise Refused(findings)
        if source is Status.HELD and target is Status.SCHEDULED and clearance.not_cleared(session, row.patient_id):
            raise Refused([booking_finding()])
        if target is Status.HELD:
            row.held_until = Means(store, catalog, clock).hold_until(None)
        schedule.set_status(session, row, target, clock.now(), by.id, reason)
        session.flush()
        changed = schedule.board_row(session, step.appointment_id)
        writing.detail, writing.result = changed.record, {"appointment": step.appointment_id}
        return changed.appointment


def _check_step(source: Status, target: Status, by: User) -> None:
    found = transition(source, target)
    if found is None:
        text = f"A visit that is {source.word.lower()} cannot become {target.word.lower()}. Nothing was changed."
        raise Refused([Finding("no-such-step", Severity.BLOCK, text)])
    if found.clinical:
        raise NotAllowed(f"“{found.verb}” is done at the chair, where it is charted. Nothing was changed.")
    if by.role not in found.roles:
        raise NotAllowed(f"“{found.verb}” is not a step of your role. Nothing was changed.")
