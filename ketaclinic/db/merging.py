"""Two records of one person made one: every row of the one goes over to the other, each in the change log."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ketaclinic.db.models import (
    AppointmentRow,
    AssessmentRow,
    CallRow,
    ChangeRow,
    ClinicalProfileRow,
    ConsentRow,
    DocumentRow,
    EncounterRow,
    EscortRow,
    OrderRow,
    PatientRow,
    PolicyEventRow,
    SeriesRow,
    TaskRow,
    WaitlistRow,
)
from ketaclinic.db.people import index_again, patient
from ketaclinic.domain.appointments import FREES_THE_CHAIR, IN_CHAIR
from ketaclinic.domain.booking_situation import day_name
from ketaclinic.domain.findings import Finding, Severity
from ketaclinic.domain.merging import MergePreview, differences

_Owned = (
    type[SeriesRow]
    | type[AppointmentRow]
    | type[OrderRow]
    | type[ConsentRow]
    | type[EncounterRow]
    | type[AssessmentRow]
    | type[DocumentRow]
    | type[EscortRow]
    | type[TaskRow]
    | type[WaitlistRow]
    | type[CallRow]
    | type[PolicyEventRow]
)
_GOES_OVER: tuple[tuple[_Owned, str, str], ...] = (
    (SeriesRow, "series", "series"),
    (AppointmentRow, "visit", "visits"),
    (OrderRow, "order", "orders"),
    (ConsentRow, "consent", "consents"),
    (EncounterRow, "session record", "session records"),
    (DocumentRow, "document", "documents"),
    (AssessmentRow, "score", "scores"),
    (EscortRow, "escort", "escorts"),
    (TaskRow, "task", "tasks"),
    (WaitlistRow, "waitlist entry", "waitlist entries"),
    (CallRow, "call", "calls"),
    (PolicyEventRow, "noted fee or waiver", "noted fees or waivers"),
)
_CHARTED = (
    "addenda",
    "answers",
    "assessments",
    "consents",
    "documents",
    "encounters",
    "events",
    "observations",
    "orders",
)
_SEEN_BY_THE_DESK = (SeriesRow, AppointmentRow, ConsentRow, DocumentRow, EscortRow, WaitlistRow)


def preview(session: Session, keep_id: int, other_id: int) -> MergePreview:
    """What merging the other record into the kept one would do, and what stands in the way. Raises NotFound."""
    keep, other = patient(session, keep_id), patient(session, other_id)
    found: list[Finding] = []
    if keep_id == other_id:
        found.append(Finding("same-record", Severity.BLOCK, "This is one record, not two. Choose the other one."))
    for one in (keep, other):
        if one.merged_into_id is not None:
            text = f"{one.record} was merged into another record before. Choose that one."
            found.append(Finding("merged-before", Severity.BLOCK, text))
        if in_chair(session, one.id):
            text = f"{one.record} is in a chair now. Merge the records when the patient has gone home."
            found.append(Finding("in-chair", Severity.BLOCK, text))
    if keep.fields.born and other.fields.born and keep.fields.born != other.fields.born:
        text = "The dates of birth differ: make sure that this is one person."
        found.append(Finding("born-differs", Severity.WARN, text, subject="born"))
    days = days_of_both(session, keep_id, other_id) if keep_id != other_id else ()
    if days:
        text = f"Both have a visit on {', '.join(map(day_name, days[:3]))}. Cancel one of them first."
        found.append(Finding("visits-clash", Severity.BLOCK, text))
    goes_over = counts(session, other_id)
    return MergePreview(keep, other, goes_over, differences(keep.fields, other.fields), tuple(found))


def counts(session: Session, patient_id: int) -> tuple[str, ...]:
    """What a record holds, as the front desk may read it: "1 series", "4 visits"."""
    found = []
    for model, one, many in _GOES_OVER:
        if model not in _SEEN_BY_THE_DESK:
            continue
        count = session.scalar(select(func.count()).where(model.patient_id == patient_id)) or 0
        if count:
            found.append(f"{count} {one if count == 1 else many}")
    return tuple(found)


def in_chair(session: Session, patient_id: int) -> bool:
    """Whether the patient is being treated now."""
    here = select(AppointmentRow.id).where(
        AppointmentRow.patient_id == patient_id, AppointmentRow.status.in_([status.value for status in IN_CHAIR])
    )
    return session.scalar(here.limit(1)) is not None


def days_of_both(session: Session, one: int, other: int) -> tuple[date, ...]:
    """Days on which both records have a visit."""
    days = [
        {
            at.date()
            for at in session.scalars(
                select(AppointmentRow.starts_at).where(
                    AppointmentRow.patient_id == patient_id,
                    AppointmentRow.status.not_in([status.value for status in FREES_THE_CHAIR]),
                )
            )
        }
        for patient_id in (one, other)
    ]
    return tuple(sorted(days[0] & days[1]))


def take_over(session: Session, keep_id: int, other_id: int) -> None:
    """Lets everything the other record holds belong to the one that is kept, and closes the other."""
    for model, _, _ in _GOES_OVER:
        for row in session.scalars(select(model).where(model.patient_id == other_id)).all():
            setattr(row, "patient_id", keep_id)  # noqa: B010 - of eleven kinds of rows
    _join_profiles(session, keep_id, other_id)
    other = session.get_one(PatientRow, other_id)
    other.merged_into_id, other.active = keep_id, False
    for earlier in session.scalars(select(PatientRow).where(PatientRow.merged_into_id == other_id)):
        earlier.merged_into_id = keep_id
    session.flush()
    index_again(session, [keep_id, other_id])


def _join_profiles(session: Session, keep_id: int, other_id: int) -> None:
    """Clinical details of both in one; what the two do not agree in is asked again."""
    profiles = {
        row.patient_id: row
        for row in session.scalars(
            select(ClinicalProfileRow).where(ClinicalProfileRow.patient_id.in_([keep_id, other_id]))
        )
    }
    other, keep = profiles.get(other_id), profiles.get(keep_id)
    if other is None:
        return
    if keep is None:
        other.patient_id = keep_id
        return
    for name in ("allergies", "diagnosis", "medicines"):
        setattr(keep, name, _both([getattr(keep, name), getattr(other, name)]))
    if keep.childbearing_potential != other.childbearing_potential:
        known = [row.childbearing_potential for row in (keep, other) if row.childbearing_potential is not None]
        keep.childbearing_potential = known[0] if len(known) == 1 else None
    session.delete(other)


def _both(texts: Sequence[str]) -> str:
    return "\n".join(dict.fromkeys(text.strip() for text in texts if text.strip()))


def charted_since(session: Session, seq: int) -> bool:
    """Whether anything clinical was written for the patients of a merge after it."""
    patients = set(
        session.scalars(
            select(ChangeRow.row_id).where(ChangeRow.seq == seq, ChangeRow.table == PatientRow.__tablename__)
        )
    )
    later = select(ChangeRow.id).where(
        ChangeRow.seq > seq, ChangeRow.table.in_(_CHARTED), ChangeRow.patient_id.in_(patients)
    )
    return session.scalar(later.limit(1)) is not None
