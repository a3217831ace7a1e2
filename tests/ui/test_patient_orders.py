"""Orders on the patient page: written and signed by a prescriber, read by a nurse, unseen at the desk."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton

from ketaclinic.domain.people import Role
from tests.ui.at_the_patient import DEPRESSION, MOOD_NAME, AtThePatient, at_patient, freed, press_enter

__all__ = ["at_patient"]

CTRL = Qt.KeyboardModifier.ControlModifier
WRONG_PIN = "The PIN is wrong. Nothing was signed: try again."


def test_prescriber_writes_and_signs_by_typing(at_patient: AtThePatient) -> None:
    rotimi = at_patient.sit_down("Rotimi Adeyemi")
    assert "No order yet. No infusion starts without a signed one." in rotimi.reads()
    rotimi.click("New order")
    at_patient.fill_order()
    form = rotimi.dialog()
    rotimi.press(Qt.Key.Key_Return, CTRL)
    signature = rotimi.dialog()
    assert signature.accessibleName() == "Sign order"
    assert freed(form)
    rotimi.type("Your PIN", "1357")
    press_enter(rotimi)
    assert freed(signature)
    (order,) = at_patient.orders()
    assert order.signed
    assert (order.fields.weight_kg, order.fields.mg_per_kg, order.fields.max_mg) == (82.0, 0.5, 60.0)
    assert (order.fields.minutes, order.fields.sessions, order.fields.expires_on) == (40, 6, date(2027, 5, 23))
    assert (order.fields.indication, order.fields.rescue) == ("depression", "Ondansetron 4 mg IV")
    said = rotimi.reads()
    for words in (
        MOOD_NAME,
        DEPRESSION,
        "0.5 mg/kg × 82 kg = 41 mg, over 40 min",
        "60 mg",
        "0 of 6 used, 6 left",
        "Sun 23 May 2027",
        "Ondansetron 4 mg IV",
        "Rotimi Adeyemi, Mon 23 Nov 2026, 09:00",
    ):
        assert words in said.splitlines(), words
    assert "✓ Signed" in at_patient.pills()
    assert not rotimi.sees("Sign order")


def test_nothing_a_prescriber_decides_is_filled_in(at_patient: AtThePatient) -> None:
    rotimi = at_patient.sit_down("Rotimi Adeyemi")
    rotimi.click("New order")
    rotimi.choose("Protocol", MOOD_NAME)
    assert rotimi.value("Indication") == "Choose the indication"
    for field in ("Weight, kg", "Dose, mg/kg", "Ceiling, mg", "Infusion, minutes", "Number of infusions", "Expires on"):
        assert rotimi.value(field) == "", field
    said = rotimi.reads().splitlines()
    for hint in (
        "30 to 250 kg",
        "Usual 0.5; attested again above 1; at most 1.5",
        "At most 200 under this protocol",
        "The protocol plans 40; the chair is booked for that",
        "6 in this course",
        "At most 12 months: 23 Nov 2027",
    ):
        assert hint in said, hint


def test_only_indications_of_the_protocol_are_offered(at_patient: AtThePatient) -> None:
    rotimi = at_patient.sit_down("Rotimi Adeyemi")
    rotimi.click("New order")
    rotimi.choose("Protocol", MOOD_NAME)
    box = rotimi.find("Indication", QComboBox)
    offered = [box.itemText(n) for n in range(1, box.count())]
    assert offered == [DEPRESSION, "Bipolar depression", "PTSD", "OCD"]


def test_what_is_booked_is_said_beside_the_protocol(at_patient: AtThePatient) -> None:
    at_patient.book(at_patient.practice.clock.now().replace(tzinfo=None, day=24, hour=9))
    rotimi = at_patient.sit_down("Rotimi Adeyemi")
    rotimi.click("New order")
    assert "Booked: Induction, twice a week" in rotimi.reads()


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("Weight, kg", "700", "The weight must be 30 to 250 kg."),
        ("Weight, kg", "181 lb", "181 lb is 82.1 kg. Enter kilograms."),
        ("Dose, mg/kg", "5", "The dose must be above 0 and at most 1.5 mg/kg under this protocol."),
        ("Ceiling, mg", "400", "The ceiling must be above 0 and at most 200 mg under this protocol."),
        ("Infusion, minutes", "", "Enter how many minutes the infusion takes."),
        ("Number of infusions", "six", "“six” is no number that fits here. Write a whole one, like 40."),
        ("Expires on", "23 Nov 2028", "An order holds at most 12 months."),
        ("Expires on", "31 Feb 2027", "“31 Feb 2027” is no date. Write it like 12 Mar 1979."),
    ],
)
def test_what_cannot_stand_is_refused_at_its_field(
    at_patient: AtThePatient, field: str, typed: str, sentence: str
) -> None:
    rotimi = at_patient.sit_down("Rotimi Adeyemi")
    rotimi.click("New order")
    at_patient.fill_order(**{field: typed})
    rotimi.click("Save and sign…")
    assert sentence in rotimi.reads().splitlines()
    assert rotimi.find(field).property("wrong") is True
    assert rotimi.window.focusWidget() is rotimi.find(field)
    assert rotimi.value(field) == typed
    assert at_patient.orders() == ()


def test_weight_of_700_kg_is_told_when_its_field_is_left(at_patient: AtThePatient) -> None:
    rotimi = at_patient.sit_down("Rotimi Adeyemi")
    rotimi.click("New order")
    rotimi.choose("Protocol", MOOD_NAME)
    rotimi.type("Weight, kg", "700")
    rotimi.press(Qt.Key.Key_Tab)
    said = rotimi.reads()
    assert "The weight must be 30 to 250 kg." in said
    assert "Enter the dose in mg for each kg of weight." not in said


def test_high_dose_is_told_and_may_be_signed(at_patient: AtThePatient) -> None:
    rotimi = at_patient.sit_down("Rotimi Adeyemi")
    rotimi.click("New order")
    at_patient.fill_order(**{"Dose, mg/kg": "1.2"})
    assert "1.2 mg/kg is high: it is attested again before each start." in rotimi.reads()
    assert "Each infusion: 1.2 mg/kg × 82 kg = 98.4 mg, cut to 60 mg, over 40 min" in rotimi.reads()
    rotimi.click("Save and sign…")
    assert rotimi.sees("Note 1.2 mg/kg is high: it is attested again before each start.")
    rotimi.type("Your PIN", "1357")
    rotimi.click("Sign order")
    assert [order.signed for order in at_patient.orders()] == [True]


def test_weight_typed_in_pounds_is_asked_about(at_patient: AtThePatient) -> None:
    at_patient.order()
    rotimi = at_patient.sit_down("Rotimi Adeyemi")
    rotimi.click("New order")
    at_patient.fill_order(**{"Weight, kg": "181"})
    said = rotimi.reads()
    assert "181 lb would be 82.1 kg: was it read in pounds? The order before was for 82 kg." in said


def test_wrong_pin_signs_nothing_and_keeps_everything(at_patient: AtThePatient) -> None:
    at_patient.order(sign=False)
    rotimi = at_patient.sit_down("Rotimi Adeyemi")
    assert "! Not signed" in at_patient.pills()
    rotimi.click("Sign order")
    rotimi.type("Your PIN", "9999")
    press_enter(rotimi)
    assert WRONG_PIN in rotimi.reads()
    assert rotimi.value("Your PIN") == ""
    assert rotimi.window.focusWidget() is rotimi.find("Your PIN")
    assert "0.5 mg/kg × 82 kg = 41 mg, over 40 min" in rotimi.reads()
    assert [order.signed for order in at_patient.orders()] == [False]
    rotimi.type("Your PIN", "1357")
    press_enter(rotimi)
    assert [order.signed for order in at_patient.orders()] == [True]


def test_without_a_pin_nothing_is_signed(at_patient: AtThePatient) -> None:
    at_patient.order(sign=False)
    rotimi = at_patient.sit_down("Rotimi Adeyemi")
    rotimi.click("Sign order")
    rotimi.find("Sign order", QPushButton).click()
    assert "Type your PIN to sign." in rotimi.reads()
    assert [order.signed for order in at_patient.orders()] == [False]


def test_order_stays_written_when_it_is_not_signed_now(at_patient: AtThePatient) -> None:
    rotimi = at_patient.sit_down("Rotimi Adeyemi")
    rotimi.click("New order")
    at_patient.fill_order()
    rotimi.click("Save and sign…")
    signature = rotimi.dialog()
    rotimi.click("Not now")
    assert freed(signature)
    assert [order.signed for order in at_patient.orders()] == [False]
    assert "You wrote it and have not signed it." in rotimi.reads()


def test_escape_does_not_throw_an_order_away(at_patient: AtThePatient) -> None:
    rotimi = at_patient.sit_down("Rotimi Adeyemi")
    rotimi.click("New order")
    rotimi.type("Weight, kg", "82")
    form = rotimi.dialog()
    rotimi.press(Qt.Key.Key_Escape)
    assert rotimi.value("Weight, kg") == "82"
    assert "Close once more to throw it away" in rotimi.reads()
    rotimi.press(Qt.Key.Key_Escape)
    assert freed(form)
    assert at_patient.orders() == ()


def test_double_click_writes_one_order(at_patient: AtThePatient) -> None:
    rotimi = at_patient.sit_down("Rotimi Adeyemi")
    rotimi.click("New order")
    at_patient.fill_order()
    button = rotimi.dialog().main_button
    assert button is not None
    button.click()
    button.click()
    assert len(at_patient.orders()) == 1


def test_another_prescriber_reads_who_has_to_sign(at_patient: AtThePatient) -> None:
    at_patient.order(sign=False)
    practice = at_patient.practice
    practice.services.users.add(practice.manager, "ines", "Inês Faria", Role.PRESCRIBER, "1357")
    ines = at_patient.sit_down("Inês Faria")
    assert "Rotimi Adeyemi wrote it and has to sign it." in ines.reads()
    assert not ines.sees("Sign order")
    assert ines.sees("New order")


def test_nurse_reads_orders_and_writes_none(at_patient: AtThePatient) -> None:
    at_patient.order()
    maria = at_patient.sit_down("Maria Ortiz")
    assert "0.5 mg/kg × 82 kg = 41 mg, over 40 min" in maria.reads()
    assert not maria.sees("New order")


def test_an_order_that_has_run_out_says_so(at_patient: AtThePatient) -> None:
    at_patient.order(expires_on=date(2026, 11, 24))
    at_patient.practice.clock.forward(days=2)
    at_patient.sit_down("Maria Ortiz")
    assert "Expired" in at_patient.pills()


@pytest.mark.parametrize("name", ["Ada Petrov", "Helen Park"])
def test_desk_and_manager_see_no_indication_and_no_dose(at_patient: AtThePatient, name: str) -> None:
    at_patient.order()
    practice = at_patient.practice
    services = practice.services
    services.consents.record(practice.nurse, practice.joao.id, "depression", None, date(2026, 11, 20))
    person = at_patient.sit_down(name)
    assert not person.sees("Orders")
    page = at_patient.screen.page
    said = "\n".join(
        [
            person.reads(),
            *at_patient.pills(),
            *(w.toolTip() for w in page.findChildren(QLabel)),
            *(w.accessibleName() for w in page.findChildren(QPushButton)),
        ]
    ).casefold()
    for clinical in ("depression", "mood", "mg", "82 kg", "indication", "ondansetron"):
        assert clinical not in said, clinical
    assert "✓ Valid" in at_patient.pills()
    assert "✓ Order: Signed, valid until 23 May 2027" in at_patient.pills()


def test_titration_medicines_and_withdrawal_are_written_on_the_page(at_patient: AtThePatient) -> None:
    rotimi = at_patient.sit_down("Rotimi Adeyemi")
    rotimi.click("New order")
    at_patient.fill_order(**{"Titration from, mg/kg": "0,4", "Titration to, mg/kg": "1.6"})
    rotimi.click("Rescue medicine Labetalol")
    rotimi.click("Save and sign…")
    highest = "The highest dose must be at least the 0.5 mg/kg of the order and at most 1.5 mg/kg."
    assert highest in rotimi.reads().splitlines()
    rotimi.type("Titration to, mg/kg", "0.8 mg/kg")
    rotimi.click("Save and sign…")
    assert "0.4 to 0.8 mg/kg" in rotimi.reads().splitlines()
    rotimi.type("Your PIN", "1357")
    press_enter(rotimi)
    (order,) = at_patient.orders()
    assert (order.fields.titrate_low, order.fields.titrate_high) == (0.4, 0.8)
    assert order.fields.rescue_codes == ("labetalol",)
    assert "Labetalol; Ondansetron 4 mg IV" in rotimi.reads().splitlines()

    rotimi.click(f"Withdraw order {order.id}")
    dialog = rotimi.dialog()
    rotimi.type("Your PIN", "9999")
    rotimi.find("Withdraw order", QPushButton).click()
    assert "Say why." in rotimi.reads()
    rotimi.type("Reason", "New cardiac history")
    rotimi.find("Withdraw order", QPushButton).click()
    assert "The PIN is wrong. Nothing was withdrawn: try again." in rotimi.reads()
    rotimi.type("Your PIN", "1357")
    press_enter(rotimi)
    assert freed(dialog)
    assert "✕ Withdrawn" in at_patient.pills()
    assert "Rotimi Adeyemi, Mon 23 Nov 2026, 09:00: New cardiac history" in rotimi.reads().splitlines()
    assert at_patient.orders()[0].withdrawn
