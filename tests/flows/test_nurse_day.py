"""A nurse's morning at the screen: one patient from the checklist to the door, a second chair beside it."""

from datetime import datetime, timedelta

from PySide6.QtWidgets import QAbstractButton, QLineEdit

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.encounters import Step
from tests.services.chairside_desk import Chairside
from tests.services.people_builders import STAFF_PIN
from tests.ui.nurse_at_chair import NurseAtChair, at_chair, chairs, freed

__all__ = ["at_chair", "chairs"]

_HAZARD = (
    "Aneurysm, arteriovenous malformation, earlier brain haemorrhage, or another condition in which a rise of "
    "pressure is a serious hazard"
)
PRESSED = (
    "Read back: Silva, João",
    "Read back: 3 Apr 1961",
    "Prescriber on site until the end of the infusion: Rotimi Adeyemi",
    "Allergies gone through again today: Yes",
    "Last solid food: Today",
    "Last clear liquids: Today",
    "Alcohol, cannabis, other substances, by the clinic's policy: None, or test negative",
    "Medicines changed since the last visit: No",
    "Lamotrigine taken today: No",
    "MAO inhibitor: No",
    "Stimulant taken today: No",
    "Opioid taken today: No",
    "Medicine for blood pressure: None prescribed",
    "New urinary symptoms: frequency, urgency, pain, blood: None",
    "New mania or psychosis: None",
    "Adverse event since the last visit: None",
    "IV gauge: 22 G",
    "IV flushes freely: Yes",
    "Emergency equipment checked today: Yes",
)
"""The answers before the start that are one press each."""


def test_a_patient_from_the_checklist_to_the_door(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated(chairs.patient(allergies="latex"))
    at_chair.press("Continue checklist, Silva, João, Chair 1")

    # Before: every point answered at the screen, nothing was there already.
    _answer_the_checklist(at_chair)
    at_chair.find(QLineEdit, "Systolic pressure").setFocus()
    at_chair.row_by_keyboard("121 76 78 14 98 - 36.6 5 0")
    at_chair.press("Vial of 10 mg/mL")
    at_chair.draw_up("41.2", "4.12")
    at_chair.press("Second check")
    dialog = at_chair.dialog("Second check, blind")
    for name, value in (("Dose, mg", "41.2"), ("Drawn, mL", "4.12"), ("Pump rate, mL/h", "6.18")):
        at_chair.type(name, value, dialog)
    at_chair.choose("Second person", "Kaja Lund", dialog)
    at_chair.type("PIN of the second person", STAFF_PIN, dialog)
    at_chair.press("Compare", dialog)
    assert freed(dialog)
    assert chairs.view(session).may_start == ()
    at_chair.press("Start infusion")

    # During: each check by keyboard, one of them red.
    started = chairs.clock.now()
    for minute, row in (
        (5, "128 80 82 14 98"),
        (10, "140 88 86 13 97"),
        (20, "184 102 94 13 96"),
        (30, "150 90 88 14 97"),
    ):
        chairs.clock.at = started + timedelta(minutes=minute)
        at_chair.screen.tick()
        at_chair.row_by_keyboard(f"{row} - - 4 3")
        if minute == 20:
            at_chair.press("Told somebody else: SBP 184: at or above 180")
            at_chair.type("Who was told: SBP 184: at or above 180", "Rotimi Adeyemi")
            at_chair.press("Acknowledge SBP 184: at or above 180")
            at_chair.screen.session.during.focus()
    assert at_chair.headings() == ["09:00 baseline", "09:05 +5", "09:10 +10", "09:20 +20", "09:30 +30"]
    chairs.clock.at = started + timedelta(minutes=40)
    at_chair.press("Stop infusion")
    at_chair.press("Stop infusion", at_chair.dialog("Stop the infusion"))

    # Recovery: the release is refused until time, vitals, list and escort are there.
    assert at_chair.view.step is Step.RECOVERY
    assert not at_chair.find(QAbstractButton, "Sign off and discharge").isEnabled()
    _recover(chairs, at_chair)
    assert [c.text for c in at_chair.view.criteria if not c.met] == []
    at_chair.press("Sign off and discharge")
    dialog = at_chair.dialog("Sign off and discharge")
    at_chair.type("Your PIN", STAFF_PIN, dialog)
    at_chair.choose("Prescriber", "Rotimi Adeyemi", dialog)  # there was a red alert
    at_chair.type("PIN of the prescriber", STAFF_PIN, dialog)
    at_chair.press("Sign and discharge", dialog)
    assert freed(dialog)

    # The record is closed, the chair is free.
    assert chairs.view(session).status is Status.DISCHARGED
    at_chair.press("Back to all chairs")
    assert at_chair.screen.board.tiles == ()


def _answer_the_checklist(at_chair: NurseAtChair) -> None:
    at_chair.type("Weight today", "82.4")
    for name, words in (("Last solid food: time", "02:00"), ("Last clear liquids: time", "6.30")):
        at_chair.type(name, words)
    for name in PRESSED:
        at_chair.press(name)
    for name, words in (
        ("Benzodiazepine in the last day, as diazepam", "0"),
        ("IV attempts", "1"),
    ):
        at_chair.type(name, words)
    at_chair.screen.setFocus()  # leaving a field sends it
    for name, words in (
        (
            _HAZARD,
            "None",
        ),
        ("Escort confirmed for today", "Reached"),
        ("Can the patient be pregnant?", "No"),
        ("IV site", "Left hand"),
    ):
        _choose(at_chair, name, words)
    at_chair.press("C-SSRS screener, since the last contact: Ask and score…")
    dialog = at_chair.dialog("C-SSRS Screener, since last contact")
    for question in (1, 2, 6):
        at_chair.press(f"Question {question}: No", dialog)
    at_chair.press("Save answers", dialog)
    at_chair.press("PHQ-9, or its total and item 9: Ask and score…")
    dialog = at_chair.dialog("PHQ-9")
    at_chair.type("From paper: total", "9", dialog)
    at_chair.type("From paper: question 9", "0", dialog)
    at_chair.press("Save answers", dialog)


def _choose(at_chair: NurseAtChair, name: str, words: str) -> None:
    """A choice, whether it is drawn as buttons or as a list."""
    buttons = [
        b for b in at_chair.window.findChildren(QAbstractButton) if b.accessibleName().startswith(f"{name}: {words}")
    ]
    if buttons:
        at_chair.press(buttons[0].accessibleName())
    else:
        at_chair.choose(name, words)


def _recover(chairs: Chairside, at_chair: NurseAtChair) -> None:
    at_chair.screen.open({"appointment_id": at_chair.view.appointment_id, "step": "record"})
    at_chair.settle()
    at_chair.row_by_keyboard("138 84 82 14 97 - - 5 1")
    for _ in range(2):
        chairs.clock.forward(minutes=15)
        at_chair.screen.tick()
        at_chair.row_by_keyboard("124 78 78 14 98 - - 5 0")
    at_chair.press("Discharge list")
    for name, words in (
        ("Aldrete: activity", "Moves four limbs"),
        ("Aldrete: respiration", "Breathes deeply"),
        ("Aldrete: consciousness", "Fully awake"),
        ("PADSS: pain, nausea, vomiting", "None or minimal"),
        ("PADSS: bleeding, at the IV site", "None or minimal"),
        ("PADSS: drinks and passes water", "Both"),
        ("Oriented to person, place and time", "To all three"),
        ("Walks steadily, unaided or as before the visit", "Steady"),
        ("Nausea under control", "None"),
        ("New suicidal thoughts", "None"),
        ("IV removed, site looked at", "Yes"),
        ("The escort is here in person", "Here"),
        ("Aftercare sheet given and read back", "Given and read back"),
        ("Next appointment told", "Told"),
        ("Waste of this dose reconciled", "Wasted with a witness"),
    ):
        _choose(at_chair, name, words)


def test_two_chairs_are_run_from_the_queue(chairs: Chairside, at_chair: NurseAtChair) -> None:
    first = chairs.seated()
    chairs.start(first)
    chairs.clock.forward(minutes=3)
    second = chairs.seated(chairs.patient("Lefèvre", "Zoë"), chair=2, at=datetime(2026, 11, 23, 9, 5))
    chairs.start(second)
    chairs.clock.forward(minutes=2)
    at_chair.screen.tick()

    # The first chair is due now, the other in three minutes: the nurse goes where the queue says.
    at_chair.press("now, Vitals +5, Chair 1 · Silva, João")
    at_chair.row_by_keyboard("128 80 82 14 98 - - 5 1")
    at_chair.press("Back to all chairs")
    assert at_chair.tile("Silva").countdown.value == "5:00"
    assert at_chair.tile("Lefèvre").countdown.value == "3:00"
    chairs.clock.forward(minutes=3)
    at_chair.screen.tick()
    at_chair.press("Record now, Lefèvre, Zoë, Chair 2")
    at_chair.row_by_keyboard("131 82 84 14 97 - - 5 2")
    assert [o.due for o in chairs.view(second).observations] == ["baseline", "+5"]
    assert [o.due for o in chairs.view(first).observations] == ["baseline", "+5"]
