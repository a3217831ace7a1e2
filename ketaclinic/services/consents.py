"""Consents: recorded as signed, and whether there is one that counts."""

from dataclasses import replace
from datetime import date

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import Clock
from ketaclinic.db import charting as rows
from ketaclinic.db import documents, people, visits
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op
from ketaclinic.domain.consents import INFUSING_STATUSES, Consent, best_consent, months_later
from ketaclinic.domain.findings import Finding, Invalid, Refused, Severity
from ketaclinic.domain.orders import INDICATIONS
from ketaclinic.domain.people import Role, User
from ketaclinic.services.guard import intention
from ketaclinic.services.wall import clinic_now

_LEAST_REASON = 3
_MAY_KNOW_WHAT_FOR = frozenset({Role.NURSE, Role.PRESCRIBER})


class Consents:
    """Signed consents of patients; the front desk sees that there is one, never what it is for."""

    area = "consents"

    def __init__(self, store: Store, catalog: Catalog, clock: Clock) -> None:
        self._store = store
        self._catalog = catalog
        self._clock = clock

    @intention
    def record(
        self,
        by: User,
        patient_id: int,
        indication: str,
        document_id: int | None,
        signed_on: date,
        command_id: str = "",
    ) -> Consent:
        """The consent, filed as signed; `by` is its witness.

        Raises:
            Invalid: the indication is none, the day lies ahead, or the document is another patient's or no consent.
            Refused: the patient is being infused or recovers, and signs nothing now.
        """
        if indication not in INDICATIONS:
            raise Invalid("indication", "Choose what the consent is for.")
        if signed_on > clinic_now(self._store, self._clock).date():
            raise Invalid("signed_on", "The day of the signature lies ahead. Nothing was filed.")
        with self._store.writing(Op.RECORD_CONSENT, by=by.id, command_id=command_id) as writing:
            session = writing.session
            if writing.earlier is not None:
                return _one(rows.consents(session, [patient_id])[patient_id], writing.earlier["consent"])
            patient = people.patient_to_write_for(session, patient_id)
            if rows.statuses_of_patient(session, patient_id, INFUSING_STATUSES):
                text = "The patient is being infused or recovers, and may sign nothing now. Nothing was filed."
                raise Refused([Finding("not-sober", Severity.BLOCK, text)])
            revision = visits.consent_revision(self._catalog) or 1
            if document_id is not None:
                document = documents.document(session, document_id)
                if document.patient_id != patient_id or document.kind != "consent":
                    raise Invalid("document_id", "This document is not this patient's consent. Nothing was filed.")
                revision = document.revision
            until = months_later(signed_on, self._catalog.rules.whole("clinical.consent-months"))
            consent_id = rows.add_consent(
                session, patient_id, indication, document_id, revision, signed_on, until, by.id
            )
            writing.result, writing.detail = {"consent": consent_id}, patient.record
            return _one(rows.consents(session, [patient_id])[patient_id], consent_id)

    @intention
    def withdraw(self, by: User, consent_id: int, reason: str, withdrawn_on: date | None = None) -> Consent:
        """The consent, withdrawn by the patient with a reason; from that day on nothing is started under it.

        `withdrawn_on` is today where nothing is said. An infusion that runs is not touched by it; the withdrawal is
        told at its chair.

        Raises:
            Invalid: the reason is missing, or the day lies ahead or before the signature.
            Refused: it was withdrawn already.
        """
        if len(reason.strip()) < _LEAST_REASON:
            raise Invalid("reason", "Say why the consent is withdrawn. Nothing was withdrawn.")
        today = clinic_now(self._store, self._clock).date()
        day = withdrawn_on or today
        if day > today:
            raise Invalid("withdrawn_on", "The day of the withdrawal lies ahead. Nothing was withdrawn.")
        with self._store.writing(Op.WITHDRAW_CONSENT, by=by.id, detail=f"consent {consent_id}") as writing:
            row = rows.consent_row(writing.session, consent_id)
            if row.withdrawn_on is not None:
                text = f"This consent was withdrawn already, on {row.withdrawn_on.isoformat()}."
                raise Refused([Finding("consent-withdrawn", Severity.BLOCK, text)])
            if day < row.signed_on:
                text = f"It was signed on {row.signed_on.isoformat()}, after that day. Nothing was withdrawn."
                raise Invalid("withdrawn_on", text)
            row.withdrawn_on, row.withdrawn_reason = day, reason.strip()
            writing.session.flush()
            return _for(by, _one(rows.consents(writing.session, [row.patient_id])[row.patient_id], consent_id))

    @intention
    def of_patient(self, by: User, patient_id: int) -> tuple[Consent, ...]:
        """Every consent of a patient, the latest first."""
        with self._store.reading() as session:
            return tuple(_for(by, consent) for consent in rows.consents(session, [patient_id])[patient_id])

    @intention
    def valid(self, by: User, patient_id: int, day: date) -> Consent | None:
        """The consent that counts on a day: signed, in force, on the present revision; None when there is none."""
        consent, problem = self.standing(by, patient_id, day)
        return None if problem else consent

    @intention
    def standing(self, by: User, patient_id: int, day: date) -> tuple[Consent | None, str]:
        """The consent that counts on a day and "", or the latest one and the sentence that says why it does not."""
        with self._store.reading() as session:
            found = rows.consents(session, [patient_id])[patient_id]
        known = tuple(_for(by, consent) for consent in found)
        return best_consent(known, day=day, revision=visits.consent_revision(self._catalog))


def _one(found: tuple[Consent, ...], consent_id: int) -> Consent:
    return next(consent for consent in found if consent.id == consent_id)


def _for(by: User, consent: Consent) -> Consent:
    """What this role may know of a consent."""
    return consent if by.role in _MAY_KNOW_WHAT_FOR else replace(consent, indication="", withdrawn_reason="")
