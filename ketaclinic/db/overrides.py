"""Overridden booking rules as rows: which, why and by whose word, and what a prescriber must look at."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ketaclinic.db.models import AppointmentRow, BookingOverrideRow, UserRow
from ketaclinic.db.tasks import add_task
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.overrides import REVIEWED, BookingOverride, given_for
from ketaclinic.domain.people import Role, User
from ketaclinic.domain.tasks import REVIEW_SPACING


def record(
    session: Session,
    appointment_of: Callable[[Finding], AppointmentRow],
    findings: Iterable[Finding],
    overrides: Sequence[BookingOverride],
    by: User,
    now: datetime,
) -> None:
    """Writes down each override that was used, and a task for the prescriber where a reason alone was enough.

    Args:
        session: of the transaction.
        appointment_of: the visit a finding is about; it has its id by now.
        findings: all that was found; what no override settles is passed over.
        overrides: what was given.
        by: who asked for the act.
        now: the instant of record.
    """
    reviewed: dict[int, tuple[AppointmentRow, list[str]]] = {}
    for finding in findings:
        given = given_for(finding, overrides, by)
        if given is None:
            continue
        visit = appointment_of(finding)
        session.add(
            BookingOverrideRow(
                appointment_id=visit.id,
                code=finding.code,
                message=finding.message,
                reason=" ".join(given.reason.split()),
                approver_id=None if given.approver is None else given.approver.id,
                user_id=by.id,
                at=now,
            )
        )
        if finding.code in REVIEWED and given.approver is None:
            reviewed.setdefault(visit.series_id, (visit, []))[1].append(finding.message)
    for visit, messages in reviewed.values():
        add_task(
            session,
            REVIEW_SPACING,
            Role.PRESCRIBER.value,
            visit.patient_id,
            " ".join(dict.fromkeys(messages)),
            series_id=visit.series_id,
            appointment_id=visit.id,
            at=now,
            by_id=by.id,
        )


def already_given(session: Session, appointment_id: int, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings without those that were overridden for this visit before: what was accepted once may come back."""
    found = tuple(findings)
    if all(finding.severity is not Severity.OVERRIDE for finding in found):
        return found
    given = select(BookingOverrideRow.code).where(BookingOverrideRow.appointment_id == appointment_id)
    codes = set(session.scalars(given))
    return tuple(f for f in found if f.severity is not Severity.OVERRIDE or f.code not in codes)


def of_visit(session: Session, appointment_id: int) -> tuple[str, ...]:
    """What was overridden for a visit, in sentences: "Gap of 9 days … Approved by Dr Lane: holiday."."""
    rows = session.execute(
        select(BookingOverrideRow, UserRow.name)
        .outerjoin(UserRow, UserRow.id == BookingOverrideRow.approver_id)
        .where(BookingOverrideRow.appointment_id == appointment_id)
        .order_by(BookingOverrideRow.id)
    )
    return tuple(
        f"{row.message} Accepted{f' by {name}' if name else ' for review'}: {row.reason}" for row, name in rows
    )
