"""Consents: filed as signed, held for a year, and never signed by a patient who is not sober."""

from datetime import date

import pytest

from ketaclinic.clock import FixedClock
from ketaclinic.db.store import Store
from ketaclinic.domain.findings import Invalid, NotAllowed, Refused
from ketaclinic.services.bundle import Services
from tests.services.chairside_desk import MONDAY, Chairside


@pytest.fixture
def chair(store: Store, services: Services, clock: FixedClock) -> Chairside:
    return Chairside(store, services, clock)


def test_a_consent_holds_for_twelve_months(chair: Chairside) -> None:
    patient = chair.patient()
    consent = chair.consent(patient, signed_on=date(2026, 11, 20))
    assert (consent.expires_on, consent.witness) == (date(2027, 11, 20), "Rotimi Adeyemi")
    valid = chair.services.consents.valid
    assert valid(chair.nurse, patient.id, date(2027, 11, 20)) == consent
    assert valid(chair.nurse, patient.id, date(2027, 11, 21)) is None
    assert valid(chair.nurse, patient.id, date(2026, 11, 19)) is None


def test_without_a_consent_there_is_none(chair: Chairside) -> None:
    assert chair.services.consents.valid(chair.nurse, chair.patient().id, MONDAY) is None


def test_the_desk_sees_that_there_is_one_and_not_what_it_is_for(chair: Chairside) -> None:
    patient = chair.patient()
    chair.consent(patient)
    (seen,) = chair.services.consents.of_patient(chair.desk, patient.id)
    assert (seen.indication, seen.expires_on) == ("", date(2027, 11, 20))
    valid = chair.services.consents.valid(chair.desk, patient.id, MONDAY)
    assert valid is not None
    assert valid.indication == ""
    with pytest.raises(NotAllowed, match="The front desk may not file a signed consent"):
        chair.services.consents.record(chair.desk, patient.id, "depression", None, MONDAY)


def test_a_patient_who_is_infused_or_recovers_signs_nothing(chair: Chairside) -> None:
    patient = chair.patient()
    session = chair.seated(patient)
    chair.start(session)
    with pytest.raises(Refused, match="may sign nothing now"):
        chair.consent(patient)
    chair.run_through(session)
    with pytest.raises(Refused, match="may sign nothing now"):
        chair.consent(patient)
    assert len(chair.services.consents.of_patient(chair.nurse, patient.id)) == 1


def test_what_cannot_be_filed_says_why(chair: Chairside) -> None:
    patient = chair.patient()
    with pytest.raises(Invalid, match="Choose what the consent is for"):
        chair.consent(patient, indication="boredom")
    with pytest.raises(Invalid, match="lies ahead"):
        chair.consent(patient, signed_on=date(2026, 11, 25))


def test_a_printed_consent_is_filed_with_its_revision(chair: Chairside) -> None:
    patient, other = chair.patient(), chair.patient("Ruiz", "Mateo")
    printed = chair.services.printing.render(chair.desk, "consent", patient.id)
    consent = chair.consent(patient, document_id=printed.id)
    assert (consent.document_id, consent.revision) == (printed.id, printed.revision)
    with pytest.raises(Invalid, match="not this patient's consent"):
        chair.consent(other, document_id=printed.id)


def test_why_no_consent_counts_is_said_in_one_sentence(chair: Chairside) -> None:
    patient = chair.patient()
    standing = chair.services.consents.standing
    assert standing(chair.desk, patient.id, MONDAY) == (None, "No signed consent on file.")
    chair.consent(patient, signed_on=date(2026, 11, 20))
    consent, problem = standing(chair.desk, patient.id, date(2027, 11, 21))
    assert problem == "The consent expired on 2027-11-20."
    assert consent is not None
    assert consent.indication == ""
    assert standing(chair.nurse, patient.id, MONDAY)[1] == ""


# --- withdrawn -------------------------------------------------------------------------------------------------------


def test_harm_10_a_consent_is_withdrawn_once_with_reason_and_date(chair: Chairside) -> None:
    patient = chair.patient()
    consent = chair.consent(patient, signed_on=date(2026, 11, 20))
    withdraw = chair.services.consents.withdraw
    with pytest.raises(Invalid, match=r"Say why the consent is withdrawn\. Nothing was withdrawn\."):
        withdraw(chair.nurse, consent.id, "")
    with pytest.raises(Invalid, match="lies ahead"):
        withdraw(chair.nurse, consent.id, "Changed their mind", date(2026, 11, 24))
    with pytest.raises(Invalid, match="It was signed on 2026-11-20, after that day"):
        withdraw(chair.nurse, consent.id, "Changed their mind", date(2026, 11, 19))
    kept = withdraw(chair.nurse, consent.id, "Changed their mind", date(2026, 11, 22))
    assert (kept.withdrawn_on, kept.withdrawn_reason) == (date(2026, 11, 22), "Changed their mind")
    with pytest.raises(Refused, match="This consent was withdrawn already, on 2026-11-22"):
        withdraw(chair.prescriber, consent.id, "Once more")


def test_the_desk_sees_a_withdrawn_consent_as_missing_and_not_why(chair: Chairside) -> None:
    patient = chair.patient()
    consent, visit = chair.consent(patient), chair.visit(patient)
    assert chair.services.floor.inspect(chair.desk, visit).consent.ok
    chair.services.consents.withdraw(chair.nurse, consent.id, "Changed their mind")
    seen = chair.services.floor.inspect(chair.desk, visit).consent
    assert (seen.ok, seen.text) == (False, "withdrawn on 23 Nov 2026")
    standing = chair.services.consents.standing
    assert standing(chair.desk, patient.id, MONDAY)[1] == "The consent was withdrawn on 2026-11-23."
    assert standing(chair.nurse, patient.id, MONDAY)[1] == (
        "The consent was withdrawn on 2026-11-23: Changed their mind."
    )
    (of_desk,) = chair.services.consents.of_patient(chair.desk, patient.id)
    assert (of_desk.withdrawn_reason, of_desk.indication) == ("", "")
