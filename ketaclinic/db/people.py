"""Patients, their escorts and clinical profiles: rows in, domain values out."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from ketaclinic.db.models import AppointmentRow, ClinicalProfileRow, EscortRow, NamePartRow, PatientRow
from ketaclinic.domain import telephone
from ketaclinic.domain.findings import Finding, Invalid, NotFound, Refused, Severity, Stale
from ketaclinic.domain.names import search_parts
from ketaclinic.domain.patient_query import RECORD_PREFIX, record_number
from ketaclinic.domain.people import ClinicalProfile, Escort, Patient, PatientFields


def name_parts(family: str, given: str, preferred: str = "", phone: str = "") -> frozenset[str]:
    """The keys of the search index for one patient: the parts of the names, the telephone from both ends."""
    return search_parts(family, given, preferred) | telephone.search_keys(phone)


def patient(session: Session, patient_id: int) -> Patient:
    """The patient. Raises NotFound."""
    return patient_value(_patient_row(session, patient_id))


def patient_to_write_for(session: Session, patient_id: int) -> Patient:
    """The patient for whom something new is entered: a record that was merged into another takes nothing any more.

    Raises:
        NotFound: there is no such patient.
        Stale: the record was merged into another.
    """
    return patient_value(_row_to_write_for(session, patient_id))


def patient_by_record(session: Session, record: str) -> Patient:
    """The patient with this record number; of a merged record, the one it was merged into. Raises NotFound."""
    row = session.scalar(select(PatientRow).where(PatientRow.record == record.strip().upper()))
    if row is None:
        raise NotFound(f"There is no patient with the record number {record.strip()}.")
    if row.merged_into_id is not None:
        row = session.get_one(PatientRow, row.merged_into_id)
    return patient_value(row)


def add_patients(session: Session, people: Sequence[PatientFields]) -> tuple[Patient, ...]:
    """New patients, numbered on from the last one. Writers wait for one another, so no number is given twice."""
    last = session.scalar(select(PatientRow.record).order_by(PatientRow.id.desc()).limit(1))
    number = int(last.removeprefix(RECORD_PREFIX)) if last else 0
    rows = [PatientRow(record=record_number(number + place)) for place in range(1, len(people) + 1)]
    for row, fields in zip(rows, people, strict=True):
        _fill(row, fields)
    session.add_all(rows)
    session.flush()
    _index(session, zip((row.id for row in rows), people, strict=True))
    return tuple(patient_value(row) for row in rows)


def edit_patient(session: Session, patient_id: int, version: int, fields: PatientFields) -> Patient:
    """The patient with other fields. Raises NotFound, and Stale when someone else was faster."""
    row = _patient_row(session, patient_id)
    if row.version != version:
        raise Stale(f"Someone else changed {row.record} meanwhile. Nothing was saved: look at the new details first.")
    if row.merged_into_id is not None:
        raise Stale(_merged(session, row))
    _fill(row, fields)
    session.flush()
    index_again(session, [patient_id])
    return patient_value(row)


def index_again(session: Session, patient_ids: Iterable[int]) -> None:
    """Makes the search index of some patients anew; one is also found by the names of records merged into it."""
    wanted = list(patient_ids)
    session.flush()
    for part in session.scalars(select(NamePartRow).where(NamePartRow.patient_id.in_(wanted))):
        session.delete(part)
    session.flush()
    concerned = select(PatientRow).where(or_(PatientRow.id.in_(wanted), PatientRow.merged_into_id.in_(wanted)))
    keys: set[tuple[str, int]] = set()
    for row in session.scalars(concerned):
        found_as = row.merged_into_id or row.id
        if found_as in wanted:
            parts = name_parts(row.family_name, row.given_name, row.preferred_name, row.phone)
            keys.update((part, found_as) for part in parts)
    if keys:
        session.execute(insert(NamePartRow), [{"part": part, "patient_id": key} for part, key in sorted(keys)])


def escorts(session: Session, patient_id: int) -> tuple[Escort, ...]:
    """The adults known to take this patient home, the latest first."""
    rows = session.scalars(select(EscortRow).where(EscortRow.patient_id == patient_id).order_by(EscortRow.id.desc()))
    return tuple(escort_value(row) for row in rows)


def escort(session: Session, escort_id: int) -> Escort:
    """The escort. Raises NotFound."""
    row = session.get(EscortRow, escort_id)
    if row is None:
        raise NotFound("This escort is not there any more. Nothing was changed: choose another.")
    return escort_value(row)


def add_escort(session: Session, patient_id: int, name: str, phone: str, relation: str) -> Escort:
    """A new escort of a patient. Raises NotFound for an unknown patient, Stale for a merged record."""
    _row_to_write_for(session, patient_id)
    row = EscortRow(patient_id=patient_id, name=name, phone=phone, relation=relation)
    session.add(row)
    session.flush()
    return escort_value(row)


def edit_escort(session: Session, escort_id: int, version: int, name: str, phone: str, relation: str) -> Escort:
    """The escort with other details. Raises NotFound, and Stale when someone else was faster."""
    row = _escort_row(session, escort_id, version)
    row.name, row.phone, row.relation = name, phone, relation
    session.flush()
    return escort_value(row)


def remove_escort(session: Session, escort_id: int, version: int) -> int:
    """Takes an escort nobody counts on off the list; returns the patient's id.

    Raises:
        NotFound: the escort is not there.
        Stale: someone else changed the escort since `version`.
        Refused: a visit names this escort; nothing was changed.
    """
    row = _escort_row(session, escort_id, version)
    visits = session.scalar(select(func.count()).where(AppointmentRow.escort_id == escort_id)) or 0
    if visits:
        many = "a visit names" if visits == 1 else f"{visits} visits name"
        text = f"{row.name} stays on the list: {many} this escort. Choose another one there first."
        raise Refused([Finding("escort-named", Severity.BLOCK, text, subject="escort")])
    patient_id = row.patient_id
    session.delete(row)
    return patient_id


def _escort_row(session: Session, escort_id: int, version: int) -> EscortRow:
    row = session.get(EscortRow, escort_id)
    if row is None:
        raise NotFound("This escort is not there any more. Nothing was changed: choose another.")
    if row.version != version:
        raise Stale("Someone else changed this escort meanwhile. Nothing was saved: look at the new details first.")
    return row


def set_escort(session: Session, appointment_id: int, escort_id: int | None) -> None:
    """Names the escort of a visit. Raises NotFound, and Invalid when the escort is another patient's."""
    visit = session.get(AppointmentRow, appointment_id)
    if visit is None:
        raise NotFound("This visit is not there any more. Nothing was changed.")
    if escort_id is not None and escort(session, escort_id).patient_id != visit.patient_id:
        raise Invalid("escort", "This is another patient's escort. Nothing was changed.")
    visit.escort_id = escort_id


def external_id_owner(session: Session, external_id: str) -> Patient | None:
    """The patient another program knew by this number, or None."""
    row = session.scalar(select(PatientRow).where(PatientRow.external_id == external_id)) if external_id else None
    return None if row is None else patient_value(row)


def clinical_profile(session: Session, patient_id: int) -> ClinicalProfile:
    """The clinical profile; an empty one with version 0 where nothing is entered yet."""
    row = session.scalar(select(ClinicalProfileRow).where(ClinicalProfileRow.patient_id == patient_id))
    if row is None:
        _patient_row(session, patient_id)
        return ClinicalProfile(patient_id, version=0)
    return _profile_value(row)


def save_clinical_profile(session: Session, profile: ClinicalProfile) -> ClinicalProfile:
    """The profile as saved. Raises Stale when someone was faster or merged the record, NotFound without a patient."""
    row = session.scalar(select(ClinicalProfileRow).where(ClinicalProfileRow.patient_id == profile.patient_id))
    if (row.version if row else 0) != profile.version:
        raise Stale("Someone else changed the clinical details meanwhile. Nothing was saved: look at them first.")
    if row is None:
        _row_to_write_for(session, profile.patient_id)
        row = ClinicalProfileRow(patient_id=profile.patient_id)
        session.add(row)
    row.allergies, row.diagnosis, row.medicines = profile.allergies, profile.diagnosis, profile.medicines
    row.childbearing_potential = profile.childbearing_potential
    session.flush()
    return _profile_value(row)


def identities(session: Session) -> Iterable[tuple[str, str, date | None, str, str | None]]:
    """Of every patient: family name, given name, date of birth, telephone digits, number in another program."""
    columns = (
        PatientRow.family_name,
        PatientRow.given_name,
        PatientRow.born,
        PatientRow.phone_digits,
        PatientRow.external_id,
    )
    for row in session.execute(select(*columns)):
        family, given, born, number, external_id = row
        yield family, given, born, number, external_id


def patient_value(row: PatientRow) -> Patient:
    """A row as a domain value."""
    fields = PatientFields(
        family_name=row.family_name,
        given_name=row.given_name,
        born=row.born,
        preferred_name=row.preferred_name,
        phone=row.phone,
        email=row.email,
        address=row.address,
        language=row.language,
        interpreter=row.interpreter,
        emergency_contact=row.emergency_contact,
        emergency_phone=row.emergency_phone,
        note=row.note,
        external_id=row.external_id or "",
    )
    return Patient(row.id, row.record, fields, row.active, row.version, row.merged_into_id)


def escort_value(row: EscortRow) -> Escort:
    """A row as a domain value."""
    return Escort(row.id, row.patient_id, row.name, row.phone, row.relation, row.version)


def _profile_value(row: ClinicalProfileRow) -> ClinicalProfile:
    return ClinicalProfile(
        row.patient_id, row.allergies, row.diagnosis, row.medicines, row.childbearing_potential, row.version
    )


def _patient_row(session: Session, patient_id: int) -> PatientRow:
    row = session.get(PatientRow, patient_id)
    if row is None:
        raise NotFound("This patient is not in the database. Nothing was changed.")
    return row


def _row_to_write_for(session: Session, patient_id: int) -> PatientRow:
    row = _patient_row(session, patient_id)
    if row.merged_into_id is not None:
        raise Stale(_merged(session, row))
    return row


def _merged(session: Session, row: PatientRow) -> str:
    kept = session.get_one(PatientRow, row.merged_into_id)
    return f"{row.record} was merged into {kept.record}. Nothing was saved: open that record instead."


def _fill(row: PatientRow, fields: PatientFields) -> None:
    row.family_name, row.given_name, row.preferred_name = fields.family_name, fields.given_name, fields.preferred_name
    row.born = fields.born
    row.phone, row.phone_digits = fields.phone, telephone.digits(fields.phone)
    row.email, row.address = fields.email, fields.address
    row.language, row.interpreter = fields.language, fields.interpreter
    row.emergency_contact, row.emergency_phone = fields.emergency_contact, fields.emergency_phone
    row.note, row.external_id = fields.note, fields.external_id or None


def _index(session: Session, people: Iterable[tuple[int, PatientFields]]) -> None:
    keys = [
        {"part": part, "patient_id": patient_id}
        for patient_id, f in people
        for part in sorted(name_parts(f.family_name, f.given_name, f.preferred_name, f.phone))
    ]
    if keys:
        session.execute(insert(NamePartRow), keys)
