"""Rating scales of patients: only added to, a wrong one is struck by the row that corrects it. Rows in, values out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from ketaclinic.db.models import AppointmentRow, AssessmentRow, EncounterRow, SeriesRow, UserRow
from ketaclinic.domain.appointments import IN_CHAIR, Status
from ketaclinic.domain.assessments import Assessment, Infusion, instrument_of, scored
from ketaclinic.domain.findings import NotFound
from ketaclinic.domain.instruments import Instrument
from ketaclinic.domain.series import SeriesStatus

_BEFORE_THE_START = sorted((IN_CHAIR | {Status.ARRIVED}) - {Status.INFUSING, Status.RECOVERING, Status.READY})


@dataclass(frozen=True, slots=True)
class NewAssessment:
    """A filled-in scale to be kept."""

    patient_id: int
    instrument: Instrument
    value: Mapping[str, Any]
    taken_at: datetime
    given_by: str
    encounter_id: int | None = None
    note: str = ""
    corrects_id: int | None = None


def add(session: Session, new: NewAssessment, *, at: datetime, user_id: int) -> int:
    """Keeps one; returns its id."""
    row = AssessmentRow(
        patient_id=new.patient_id,
        encounter_id=new.encounter_id,
        instrument=new.instrument.id,
        instrument_version=new.instrument.version,
        value={key: value for key, value in new.value.items() if key != "instrument"},
        taken_at=new.taken_at,
        entered_at=at,
        user_id=user_id,
        given_by=new.given_by,
        note=new.note,
        corrects_id=new.corrects_id,
    )
    session.add(row)
    session.flush()
    return row.id


def of_patient(session: Session, patient_id: int, instruments: Mapping[str, Instrument]) -> tuple[Assessment, ...]:
    """Every scale of a patient by the time it was answered, struck ones too."""
    statement = (
        select(AssessmentRow, UserRow.name)
        .outerjoin(UserRow, UserRow.id == AssessmentRow.user_id)
        .where(AssessmentRow.patient_id == patient_id)
        .order_by(AssessmentRow.taken_at, AssessmentRow.id)
    )
    found = session.execute(statement).all()
    struck = {row.corrects_id for row, _ in found}
    return tuple(_value(row, name or "", instruments, struck=row.id in struck) for row, name in found)


def place(session: Session, assessment_id: int) -> AssessmentRow:
    """The row of a score. Raises NotFound."""
    row = session.get(AssessmentRow, assessment_id)
    if row is None:
        raise NotFound("This score is not there. Look at the patient's scores again.")
    return row


def corrected(session: Session, assessment_id: int, patient_id: int) -> bool:
    """Whether a later row corrects this one."""
    statement = select(AssessmentRow.id).where(
        AssessmentRow.patient_id == patient_id, AssessmentRow.corrects_id == assessment_id
    )
    return session.scalar(statement.limit(1)) is not None


def counting_in_session(session: Session, encounter_id: int, instrument: str) -> int | None:
    """The score of a session by one scale that nothing has corrected yet; None where there is none."""
    later = aliased(AssessmentRow)
    statement = (
        select(AssessmentRow.id)
        .outerjoin(later, (later.corrects_id == AssessmentRow.id) & (later.patient_id == AssessmentRow.patient_id))
        .where(
            AssessmentRow.encounter_id == encounter_id,
            AssessmentRow.instrument == instrument,
            later.id.is_(None),
        )
        .order_by(AssessmentRow.id.desc())
    )
    return session.scalar(statement.limit(1))


def taken_between(
    session: Session, patient_id: int, starts: datetime, ends: datetime, instruments: Mapping[str, Instrument]
) -> tuple[Assessment, ...]:
    """The scores of a patient that count, answered in a stretch of time."""
    later = aliased(AssessmentRow)
    statement = (
        select(AssessmentRow, UserRow.name)
        .outerjoin(UserRow, UserRow.id == AssessmentRow.user_id)
        .outerjoin(later, (later.corrects_id == AssessmentRow.id) & (later.patient_id == AssessmentRow.patient_id))
        .where(
            AssessmentRow.patient_id == patient_id,
            AssessmentRow.taken_at >= starts,
            AssessmentRow.taken_at < ends,
            later.id.is_(None),
        )
        .order_by(AssessmentRow.taken_at, AssessmentRow.id)
    )
    return tuple(_value(row, name or "", instruments) for row, name in session.execute(statement))


def totals_of_sessions(
    session: Session, encounter_ids: Sequence[int], instruments: Mapping[str, Instrument]
) -> dict[int, tuple[str, ...]]:
    """The totals taken with each session as they are read: "PHQ-9 14"; corrected ones left out."""
    later = aliased(AssessmentRow)
    statement = (
        select(AssessmentRow)
        .outerjoin(later, (later.corrects_id == AssessmentRow.id) & (later.patient_id == AssessmentRow.patient_id))
        .where(AssessmentRow.encounter_id.in_(encounter_ids), later.id.is_(None))
        .order_by(AssessmentRow.id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for row in session.scalars(statement):
        value = _value(row, "", instruments)
        if value.total is not None and row.encounter_id is not None:
            found[row.encounter_id] = (*found.get(row.encounter_id, ()), f"{value.title} {value.total}")
    return found


def infusions(session: Session, patient_id: int) -> tuple[Infusion, ...]:
    """The infusions of a patient that were started, by time."""
    statement = (
        select(EncounterRow, AppointmentRow.session_number, SeriesRow)
        .join(AppointmentRow, AppointmentRow.id == EncounterRow.appointment_id)
        .join(SeriesRow, SeriesRow.id == AppointmentRow.series_id)
        .where(EncounterRow.patient_id == patient_id, EncounterRow.started_at.is_not(None))
        .order_by(EncounterRow.started_at)
    )
    return tuple(
        Infusion(
            series_id=series.id,
            number=number or 0,
            opened_at=encounter.opened_at,
            started_at=encounter.started_at or encounter.opened_at,
            planned=series.sessions,
            maintenance=series.open_ended,
            ended=series.status != SeriesStatus.ACTIVE.value,
        )
        for encounter, number, series in session.execute(statement)
    )


def session_to_start(session: Session, patient_id: int, starts: datetime, ends: datetime) -> int | None:
    """The patient's session of a visit in this stretch of the wall that was opened and has not been started."""
    statement = (
        select(EncounterRow.id)
        .join(AppointmentRow, AppointmentRow.id == EncounterRow.appointment_id)
        .where(
            AppointmentRow.patient_id == patient_id,
            AppointmentRow.starts_at >= starts,
            AppointmentRow.starts_at < ends,
            AppointmentRow.status.in_(_BEFORE_THE_START),
            EncounterRow.started_at.is_(None),
            EncounterRow.signed_at.is_(None),
        )
        .order_by(EncounterRow.id.desc())
    )
    return session.scalar(statement.limit(1))


def session_under_way(session: Session, patient_id: int, since: datetime) -> int | None:
    """The patient's session that was started since an instant and is not signed."""
    statement = select(EncounterRow.id).where(
        EncounterRow.patient_id == patient_id,
        EncounterRow.started_at >= since,
        EncounterRow.signed_at.is_(None),
    )
    return session.scalar(statement.order_by(EncounterRow.id.desc()).limit(1))


def _value(row: AssessmentRow, name: str, instruments: Mapping[str, Instrument], *, struck: bool = False) -> Assessment:
    scale = instrument_of(instruments, row.instrument, row.instrument_version)
    title, total, band, band_text, findings = scored(scale, row.value)
    return Assessment(
        id=row.id,
        patient_id=row.patient_id,
        instrument=row.instrument,
        title=title or row.instrument.upper(),
        version=row.instrument_version,
        taken_at=row.taken_at,
        entered_at=row.entered_at,
        value=row.value,
        total=total,
        band=band,
        band_text=band_text,
        findings=findings,
        given_by=row.given_by,
        by=name,
        encounter_id=row.encounter_id,
        corrects_id=row.corrects_id,
        struck=struck,
        note=row.note,
        user_id=row.user_id,
    )
