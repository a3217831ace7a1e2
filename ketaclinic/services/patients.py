"""Patients as the desk keeps them: search, page, details, escorts; clinical details for clinical roles alone."""

from datetime import datetime

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock, wall_now
from ketaclinic.db import clearance, merging, patient_pages, patient_search
from ketaclinic.db import clinic as clinic_rows
from ketaclinic.db import people as rows
from ketaclinic.db.store import Store
from ketaclinic.domain import telephone
from ketaclinic.domain.changes import Op
from ketaclinic.domain.clearance import Clearance
from ketaclinic.domain.findings import Finding, Invalid, Refused, Severity, Stale, blocking
from ketaclinic.domain.merging import MergePreview, merged
from ketaclinic.domain.patient_query import parse
from ketaclinic.domain.patients import PatientPage, check_patient, tidy
from ketaclinic.domain.people import ClinicalProfile, Escort, Patient, PatientFields, PatientRow, User
from ketaclinic.services.guard import intention
from ketaclinic.services.telephones import doubtful

__all__ = ["PatientPage", "Patients"]


class Patients:
    """Finds and keeps patients."""

    area = "patients"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._rules = catalog.rules
        self._protocols = catalog.protocols
        self._clock = clock
        self._zone: str | None = None

    @intention
    def search(self, by: User, text: str, limit: int = 20) -> tuple[PatientRow, ...]:  # noqa: ARG002 - the guard reads it
        """Patients by the beginnings of their names in any order, telephone, date of birth or record number.

        Accents may be left out and one slip of the keys is forgiven. The likeliest come first.
        """
        with self._store.reading() as session:
            now = self._now()
            found = patient_search.find_patients(session, parse(text, now.date()), limit)
            return patient_pages.with_next_visits(session, found, now, self._protocols)

    @intention
    def get(self, by: User, patient_id: int) -> Patient:  # noqa: ARG002 - the guard reads it
        """The patient. Raises NotFound."""
        with self._store.reading() as session:
            return rows.patient(session, patient_id)

    @intention
    def by_record(self, by: User, record: str) -> Patient:  # noqa: ARG002 - the guard reads it
        """The patient with this record number. Raises NotFound."""
        with self._store.reading() as session:
            return rows.patient_by_record(session, record)

    @intention
    def page(self, by: User, patient_id: int) -> PatientPage:  # noqa: ARG002 - the guard reads it
        """Details, escorts, series with visits, and how consent and order stand; nothing clinical."""
        with self._store.reading() as session:
            today = self._now().date()
            return PatientPage(
                patient=rows.patient(session, patient_id),
                escorts=rows.escorts(session, patient_id),
                series=patient_pages.courses(session, patient_id, self._protocols),
                consent=patient_pages.consent_words(session, patient_id, today),
                order=patient_pages.order_words(session, patient_id, today),
                clearance=clearance.flagged(session, [patient_id]).get(patient_id, Clearance.CLEARED),
            )

    def check(self, fields: PatientFields) -> tuple[Finding, ...]:
        """What is wrong or worth a question, each finding with the name of its field as subject."""
        found = list(check_patient(fields, self._now().date(), self._rules.whole("patients.oldest")))
        concerned = {finding.subject for finding in found}
        doubts = {field: doubtful(getattr(fields, field)) for field in ("phone", "emergency_phone")}
        found += [
            Finding("phone-doubtful", Severity.WARN, doubt, subject=field)
            for field, doubt in doubts.items()
            if doubt and field not in concerned
        ]
        return tuple(found)

    @intention
    def same_person(self, by: User, fields: PatientFields) -> tuple[PatientRow, ...]:  # noqa: ARG002
        """Patients who may be the one typed: of name, date of birth and telephone at least two agree."""
        with self._store.reading() as session:
            return patient_search.find_same_person(session, fields)

    @intention
    def add(self, by: User, fields: PatientFields, command_id: str = "") -> Patient:
        """A new patient with the next record number.

        Raises:
            Refused: what was typed cannot be taken; each finding names its field.
        """
        fields = self._checked(fields)
        with self._store.writing(Op.ADD_PATIENT, by=by.id, command_id=command_id) as writing:
            if writing.earlier is not None:
                return rows.patient(writing.session, writing.earlier["patient"])
            self._refuse_known_number(fields, rows.external_id_owner(writing.session, fields.external_id), None)
            (added,) = rows.add_patients(writing.session, [fields])
            writing.result, writing.detail = {"patient": added.id}, added.record
            return added

    @intention
    def edit(self, by: User, patient_id: int, version: int, fields: PatientFields) -> Patient:
        """The patient's details changed.

        Raises:
            Refused: what was typed cannot be taken; each finding names its field.
            Stale: someone else changed the patient since `version`.
        """
        fields = self._checked(fields)
        with self._store.writing(Op.EDIT_PATIENT, by=by.id) as writing:
            self._refuse_known_number(fields, rows.external_id_owner(writing.session, fields.external_id), patient_id)
            edited = rows.edit_patient(writing.session, patient_id, version, fields)
            writing.detail = edited.record
            return edited

    @intention
    def add_escort(self, by: User, patient_id: int, name: str, phone: str, relation: str = "") -> Escort:
        """A responsible adult who takes this patient home.

        Raises:
            Invalid: the name is missing, or the telephone number has no digits.
        """
        name, phone, relation = _checked_escort(name, phone, relation)
        with self._store.writing(Op.EDIT_ESCORT, by=by.id, detail=f"patient {patient_id}") as writing:
            return rows.add_escort(writing.session, patient_id, name, phone, relation)

    @intention
    def edit_escort(self, by: User, escort_id: int, version: int, name: str, phone: str, relation: str = "") -> Escort:
        """The escort with other details, for every visit that names this escort.

        Raises:
            Invalid: the name is missing, or the telephone number has no digits.
            Stale: someone else changed the escort since `version`.
            NotFound: the escort is not there.
        """
        name, phone, relation = _checked_escort(name, phone, relation)
        with self._store.writing(Op.EDIT_ESCORT, by=by.id, detail=f"escort {escort_id}") as writing:
            return rows.edit_escort(writing.session, escort_id, version, name, phone, relation)

    @intention
    def remove_escort(self, by: User, escort_id: int, version: int) -> None:
        """Takes an escort off the patient's list.

        Raises:
            Refused: a visit names this escort; nothing was changed.
            Stale: someone else changed the escort since `version`.
            NotFound: the escort is not there.
        """
        with self._store.writing(Op.EDIT_ESCORT, by=by.id, detail=f"escort {escort_id}") as writing:
            rows.remove_escort(writing.session, escort_id, version)

    @intention
    def choose_escort(self, by: User, appointment_id: int, escort_id: int | None) -> None:
        """Names the escort of one visit, or takes the name away again.

        Raises:
            Invalid: the escort is another patient's.
            NotFound: visit or escort is not there.
        """
        with self._store.writing(Op.EDIT_ESCORT, by=by.id, detail=f"appointment {appointment_id}") as writing:
            rows.set_escort(writing.session, appointment_id, escort_id)

    @intention
    def clinical_profile(self, by: User, patient_id: int) -> ClinicalProfile:  # noqa: ARG002 - the guard reads it
        """Allergies, diagnosis, medicines; empty with version 0 where nothing is entered yet."""
        with self._store.reading() as session:
            return rows.clinical_profile(session, patient_id)

    @intention
    def edit_clinical_profile(self, by: User, profile: ClinicalProfile) -> ClinicalProfile:
        """The clinical details as saved. Raises Stale when someone else changed them since."""
        detail = f"clinical details of patient {profile.patient_id}"
        with self._store.writing(Op.EDIT_PATIENT, by=by.id, detail=detail) as writing:
            return rows.save_clinical_profile(writing.session, profile)

    @intention
    def merge_check(self, by: User, keep_id: int, other_id: int) -> MergePreview:  # noqa: ARG002 - the guard reads it
        """What merging the other record into the kept one would do. Raises NotFound."""
        with self._store.reading() as session:
            return merging.preview(session, keep_id, other_id)

    @intention
    def merge(
        self,
        by: User,
        seen: MergePreview,
        from_other: frozenset[str] = frozenset(),
        command_id: str = "",
    ) -> Patient:
        """One record of two: everything the other holds goes over; its number leads to the one kept from now on.

        Args:
            by: the user.
            seen: what was shown, so that nothing else is merged than what was looked at.
            from_other: names of fields whose value is taken from the other record.
            command_id: of the dialog.

        Raises:
            Refused: the two cannot be one as they stand; nothing was changed.
            Stale: someone changed one of the records since.
            NotFound: a record is not there.
        """
        keep_id, other_id = seen.keep.id, seen.other.id
        with self._store.writing(Op.MERGE_PATIENTS, by=by.id, command_id=command_id) as writing:
            session = writing.session
            if writing.earlier is not None:
                return rows.patient(session, keep_id)
            now = merging.preview(session, keep_id, other_id)
            if (now.keep.version, now.other.version) != (seen.keep.version, seen.other.version):
                raise Stale("Someone changed one of the two records meanwhile. Nothing was merged: look at them again.")
            if findings := blocking(now.findings):
                raise Refused(findings)
            fields = merged(now.keep.fields, now.other.fields, from_other)
            merging.take_over(session, keep_id, other_id)
            kept = rows.edit_patient(session, keep_id, now.keep.version, fields)
            writing.detail, writing.result = f"{now.other.record} into {kept.record}", {"patient": keep_id}
            return kept

    def _checked(self, fields: PatientFields) -> PatientFields:
        fields = tidy(fields)
        if findings := blocking(self.check(fields)):
            raise Refused(findings)
        return fields

    def _refuse_known_number(self, fields: PatientFields, owner: Patient | None, patient_id: int | None) -> None:
        if owner is not None and owner.id != patient_id:
            sentence = (
                f"{owner.record} has the number {fields.external_id} in the other program already. Nothing was saved."
            )
            raise Refused([Finding("external-id-taken", Severity.BLOCK, sentence, subject="external_id")])

    def _now(self) -> datetime:
        """The wall-clock at the clinic's first location; in UTC before there is one."""
        if self._zone is None:
            with self._store.reading() as session:
                found = clinic_rows.locations(session)
            self._zone = found[0].zone if found else None
        return wall_now(self._clock, self._zone or "UTC")


def _checked_escort(name: str, phone: str, relation: str) -> tuple[str, str, str]:
    name, phone, relation = (" ".join(text.split()) for text in (name, phone, relation))
    if not any(letter.isalpha() for letter in name):
        raise Invalid("name", "An escort needs a name.")
    for field, text, most in (("name", name, 200), ("phone", phone, 60), ("relation", relation, 80)):
        if len(text) > most:
            raise Invalid(field, f"This is longer than {most} letters. Nothing was saved: shorten it.")
    if not telephone.digits(phone):
        raise Invalid("phone", "An escort needs a telephone number, to be reached when the patient is ready.")
    return name, phone, relation
