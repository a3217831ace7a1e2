"""The dose at the chair: what is typed and not taken says why in its place, the ledger's vials, titration."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit

from tests.services.chairside_desk import MONDAY, Chairside
from tests.services.drug_cupboard import Cupboard
from tests.services.people_builders import STAFF_PIN
from tests.ui.nurse_at_chair import NurseAtChair, at_chair, chairs, freed

__all__ = ["at_chair", "chairs"]

OF_DOSE, OF_SYRINGE = "What is wrong with the dose", "What is wrong with the syringe"


def said(nurse: NurseAtChair, where: str) -> str:
    return nurse.find(QLabel, where).text() if nurse.sees(where) else ""


def test_harm_01_02_slips_are_told_where_they_are_typed_and_nothing_is_lost(
    chairs: Chairside, at_chair: NurseAtChair
) -> None:
    session = chairs.seated()
    at_chair.open(session)
    at_chair.type("Weight today, kg", "181 lb")
    at_chair.key(Qt.Key.Key_Return)
    assert said(at_chair, OF_DOSE) == "181 lb is 82.1 kg. Enter kilograms."
    at_chair.type("Weight today, kg", "1,082")
    at_chair.key(Qt.Key.Key_Return)
    assert said(at_chair, OF_DOSE) == "“1,082” is no number that fits here. Write it like 82.4."
    at_chair.type("Weight today, kg", "82,4 kg")
    at_chair.press("Vial of 100 mg/mL")
    assert said(at_chair, OF_DOSE) == ""

    at_chair.draw_up("41,2 mg", "4.12")  # as from a vial of 10 mg/mL
    assert said(at_chair, OF_SYRINGE) == (
        "41.2 mg of 100 mg/mL is 0.41 mL, not 4.12 mL. Look at the vial and draw again."
    )
    field = at_chair.find(QLineEdit, "In the syringe, mL")
    assert (field.text(), field.property("wrong")) == ("4.12", True)
    at_chair.draw_up("412", "4.12")
    assert "412 mg is above the order's ceiling of 60 mg." in said(at_chair, OF_SYRINGE)
    at_chair.draw_up("4.12 mL", "41.2")
    assert said(at_chair, OF_SYRINGE) == "“ml” is not the unit here. Enter the mg in the syringe."
    assert not at_chair.find(QAbstractButton, "Second check").isEnabled()

    at_chair.draw_up("41.2", "0.412")
    assert said(at_chair, OF_SYRINGE) == ""
    assert at_chair.view.dosing.syringe == (41.2, 0.412)
    assert at_chair.find(QAbstractButton, "Second check").isEnabled()


def test_harm_02_a_weight_read_in_pounds_is_asked_again_before_anything_is_computed(
    chairs: Chairside, at_chair: NurseAtChair
) -> None:
    at_chair.open(chairs.seated())
    at_chair.press("Vial of 10 mg/mL")
    at_chair.type("Weight today, kg", "181")
    at_chair.key(Qt.Key.Key_Return)
    assert said(at_chair, OF_DOSE) == (
        "181 kg is 121 % away from the 82 kg of the order. 181 lb would be 82.1 kg: was it read in pounds? "
        "Weigh again, or confirm it."
    )
    assert at_chair.find(QLabel, "Computed mg").text() == "–"
    at_chair.press("The weight is right")
    assert at_chair.find(QLabel, "Computed mg").text() == "60"  # the ceiling cuts it


def test_where_a_ledger_is_kept_the_vial_is_chosen_from_it(chairs: Chairside, at_chair: NurseAtChair) -> None:
    cupboard, session = Cupboard(chairs), chairs.seated()
    small = cupboard.receive(strength=10, ml="2", lot="KX-7", until=date(2027, 3, 31))
    cupboard.receive(strength=50, ml="10", lot="KX-5", until=MONDAY)
    chairs.clock.forward(days=1)
    at_chair.open(session)
    box = at_chair.find(QComboBox, "Vial in the hand")
    assert box.currentIndex() == -1  # nothing is chosen beforehand
    assert [box.itemText(n) for n in range(box.count())] == [
        "50 mg/mL · V-0002 · lot KX-5 · Expired on 23 Nov 2026.",
        "10 mg/mL · V-0001 · lot KX-7 · to 31 Mar 2027 · 20 mg left",
    ]
    flags = [box.model().flags(box.model().index(n, 0)) for n in range(box.count())]
    assert [bool(f & Qt.ItemFlag.ItemIsEnabled) for f in flags] == [False, True]
    at_chair.type("Weight today, kg", "82.4")
    at_chair.choose("Vial in the hand", "10 mg/mL")
    assert (at_chair.view.dosing.vial_id, said(at_chair, "The vial in the hand")) == (
        small.id,
        "Lot KX-7 · to 31 Mar 2027 · 20 mg left",
    )
    at_chair.draw_up("41.2", "4.12")
    assert said(at_chair, "What to know of the dose") == (
        "41.2 mg are needed; by the drug ledger 20 mg of 10 mg/mL are on hand."
    )


def test_a_prescriber_titrates_at_the_chair_with_the_own_pin(chairs: Chairside, at_chair: NurseAtChair) -> None:
    patient = chairs.patient()
    chairs.order(patient, titrate_low=0.4, titrate_high=0.6)
    visit = chairs.visit(patient)
    chairs.arrive(visit)
    session = chairs.charting.open(chairs.nurse, visit).id
    chairs.dose(session)
    at_chair.open(session)
    at_chair.press("Set another dose for today")
    dialog = at_chair.dialog("Dose for today")
    at_chair.type("Dose today, mg/kg", "0,7", dialog)
    at_chair.choose("Prescriber", "Rotimi", dialog)
    at_chair.type("PIN of the prescriber", STAFF_PIN, dialog)
    at_chair.press("Set this dose", dialog)
    assert "0.7 mg/kg is outside the order's titration of 0.4 to 0.6 mg/kg." in dialog.findings.text()
    at_chair.type("Dose today, mg/kg", "0,6", dialog)
    at_chair.press("Set this dose", dialog)
    assert freed(dialog)
    assert at_chair.find(QLabel, "Dose today").text() == "0.6 mg/kg, set by Rotimi Adeyemi"
    assert at_chair.find(QLabel, "Computed mg").text() == "49.4"
    assert at_chair.find(QLineEdit, "In the syringe, mg").text() == ""  # drawn for another dose


def test_an_order_withdrawn_meanwhile_is_told_at_the_chair(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated()
    chairs.start(session)
    at_chair.open(session)
    (order,) = chairs.services.orders.of_patient(chairs.nurse, 1)
    chairs.services.orders.withdraw(chairs.prescriber, order.id, "New cardiac history", STAFF_PIN)
    assert at_chair.screen.session.notices.text() == (
        "Note Rotimi Adeyemi withdrew the order at 09:00: New cardiac history. "
        "This infusion is not touched by it. Call the prescriber."
    )
    assert at_chair.view.rate == 6.18
