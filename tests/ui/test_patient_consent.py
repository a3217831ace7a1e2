"""Consent on the patient page: everyone sees whether there is one; a nurse records what was signed."""

from datetime import date, datetime

from PySide6.QtCore import Qt

from ketaclinic.db.models import AppointmentRow
from ketaclinic.domain.changes import Op
from ketaclinic.domain.consents import Consent
from tests.ui.at_the_patient import DEPRESSION, AtThePatient, at_patient, freed

__all__ = ["at_patient"]

ON_PAPER = "On paper, not filed"


def consents(at: AtThePatient) -> tuple[Consent, ...]:
    return at.practice.services.consents.of_patient(at.practice.nurse, at.practice.joao.id)


def test_nurse_records_a_consent_on_the_filed_copy(at_patient: AtThePatient) -> None:
    practice = at_patient.practice
    copy = practice.services.printing.render(practice.clerk, "consent", practice.joao.id)
    maria = at_patient.sit_down("Maria Ortiz")
    assert "! Missing" in at_patient.pills()
    assert "No signed consent on file." in maria.reads()
    maria.click("Record signed consent")
    dialog = maria.dialog()
    assert maria.value("Signed copy") == f"{copy.title}, revision {copy.revision}, filed Mon 23 Nov 2026, 09:00"
    assert (maria.value("Signed on"), maria.value("Indication")) == ("", "Choose the indication")
    maria.type("Signed on", "11/23/2026")
    maria.choose("Indication", DEPRESSION)
    assert "Holds until 23 Nov 2027" in maria.reads()
    maria.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert freed(dialog)
    (consent,) = consents(at_patient)
    assert (consent.signed_on, consent.indication) == (date(2026, 11, 23), "depression")
    assert (consent.document_id, consent.witness) == (copy.id, "Maria Ortiz")
    assert "✓ Valid" in at_patient.pills()
    said = maria.reads().splitlines()
    assert "23 Nov 2026, until 23 Nov 2027" in said
    assert DEPRESSION in said


def test_a_consent_may_be_on_paper(at_patient: AtThePatient) -> None:
    maria = at_patient.sit_down("Maria Ortiz")
    maria.click("Record signed consent")
    assert maria.value("Signed copy") == ON_PAPER
    maria.type("Signed on", "20 Nov 2026")
    maria.choose("Indication", DEPRESSION)
    maria.click("Record consent")
    (consent,) = consents(at_patient)
    assert consent.document_id is None
    assert "on paper, not filed" in maria.reads()


def test_what_is_missing_is_said_at_its_field(at_patient: AtThePatient) -> None:
    maria = at_patient.sit_down("Maria Ortiz")
    maria.click("Record signed consent")
    maria.click("Record consent")
    said = maria.reads()
    assert "Enter the day of the signature." in said
    assert "Choose what the consent is for." in said
    assert maria.window.focusWidget() is maria.find("Signed on")
    maria.type("Signed on", "24 Nov 2026")
    maria.choose("Indication", DEPRESSION)
    maria.click("Record consent")
    assert "The day of the signature lies ahead." in maria.reads()
    assert maria.value("Indication") == DEPRESSION
    assert consents(at_patient) == ()


def test_a_copy_printed_after_the_signature_is_pointed_out(at_patient: AtThePatient) -> None:
    practice = at_patient.practice
    practice.services.printing.render(practice.clerk, "consent", practice.joao.id)
    maria = at_patient.sit_down("Maria Ortiz")
    maria.click("Record signed consent")
    maria.type("Signed on", "20 Nov 2026")
    later = "This copy was printed on 23 Nov 2026, after the day of the signature."
    assert later in maria.reads()
    maria.choose("Signed copy", ON_PAPER)
    assert later not in maria.reads()


def test_the_indication_of_the_order_stands_beside_the_field(at_patient: AtThePatient) -> None:
    at_patient.order(indication="ptsd")
    maria = at_patient.sit_down("Maria Ortiz")
    maria.click("Record signed consent")
    assert "The order is for: PTSD" in maria.reads()
    assert maria.value("Indication") == "Choose the indication"


def test_a_patient_who_is_infused_signs_nothing(at_patient: AtThePatient) -> None:
    visit = at_patient.book(datetime(2026, 11, 23, 9, 0))
    with at_patient.practice.store.writing(Op.CHANGE_STATUS) as writing:
        writing.session.get_one(AppointmentRow, visit).status = "infusing"
    maria = at_patient.sit_down("Maria Ortiz")
    maria.click("Record signed consent")
    maria.type("Signed on", "23 Nov 2026")
    maria.choose("Indication", DEPRESSION)
    maria.click("Record consent")
    sentence = "The patient is being infused or recovers, and may sign nothing now. Nothing was filed."
    assert sentence in maria.reads()
    assert (maria.value("Signed on"), maria.value("Indication")) == ("23 Nov 2026", DEPRESSION)
    assert consents(at_patient) == ()


def test_escape_asks_before_what_was_typed_is_lost(at_patient: AtThePatient) -> None:
    maria = at_patient.sit_down("Maria Ortiz")
    maria.click("Record signed consent")
    dialog = maria.dialog()
    maria.type("Signed on", "20 Nov 2026")
    maria.press(Qt.Key.Key_Escape)
    assert "Close once more to throw it away" in maria.reads()
    maria.press(Qt.Key.Key_Escape)
    assert freed(dialog)
    assert consents(at_patient) == ()


def test_desk_prints_and_does_not_record(at_patient: AtThePatient) -> None:
    ada = at_patient.sit_down("Ada Petrov")
    assert "! Missing" in at_patient.pills()
    assert not ada.sees("Record signed consent")
    ada.click("Print consent")
    assert ada.window.top.title.text() == "Documents"
    assert "Silva, João" in ada.reads()


def test_a_consent_that_ends_before_a_visit_is_amber(at_patient: AtThePatient) -> None:
    practice = at_patient.practice
    at_patient.book(datetime(2026, 11, 30, 9, 0))
    practice.services.consents.record(practice.nurse, practice.joao.id, "depression", None, date(2025, 11, 27))
    ada = at_patient.sit_down("Ada Petrov")
    assert "! Expires" in at_patient.pills()
    assert "It ends before the visit on Mon 30 Nov." in ada.reads()


def test_an_expired_consent_says_when(at_patient: AtThePatient) -> None:
    practice = at_patient.practice
    practice.services.consents.record(practice.nurse, practice.joao.id, "depression", None, date(2025, 11, 2))
    ada = at_patient.sit_down("Ada Petrov")
    assert "! Not valid" in at_patient.pills()
    assert "The consent expired on 2 Nov 2026." in ada.reads()


def test_a_nurse_withdraws_a_consent_and_the_desk_reads_only_since_when(at_patient: AtThePatient) -> None:
    practice = at_patient.practice
    kept = practice.services.consents.record(practice.nurse, practice.joao.id, "depression", None, date(2026, 11, 20))
    maria = at_patient.sit_down("Maria Ortiz")
    maria.click(f"Withdraw consent {kept.id}")
    dialog = maria.dialog()
    maria.type("Reason", "Changed their mind")
    maria.type("Withdrawn on", "24 Nov 2026")
    maria.click("Withdraw consent")
    assert "The day of the withdrawal lies ahead. Nothing was withdrawn." in maria.reads()
    maria.type("Withdrawn on", "22 Nov 2026")
    maria.click("Withdraw consent")
    assert freed(dialog)
    assert "Sun 22 Nov 2026: Changed their mind" in maria.reads().splitlines()
    assert "! Not valid" in at_patient.pills()
    ada = at_patient.sit_down("Ada Petrov")
    assert "The consent was withdrawn on 22 Nov 2026." in ada.reads()
    assert "Changed their mind" not in ada.reads()
    assert not ada.sees(f"Withdraw consent {kept.id}")
