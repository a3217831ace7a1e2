"""Before the infusion: the checklist by kind, the baseline, the dose, the blind second check, the start."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit

from ketaclinic.domain.appointments import Status
from ketaclinic.domain.checklists import ItemState
from ketaclinic.domain.encounters import Step
from tests.services.chairside_desk import Chairside, against
from tests.services.people_builders import STAFF_PIN
from tests.ui.nurse_at_chair import NurseAtChair, at_chair, chairs, freed

__all__ = ["at_chair", "chairs"]


def state(nurse: NurseAtChair, code: str) -> ItemState:
    checklist = nurse.view.checklist(Step.BEFORE)
    assert checklist is not None
    return next(i.state for i in checklist.items if i.item.code == code)


def answer(chairs: Chairside, session: int, code: str) -> object:
    checklist = chairs.view(session).checklist(Step.BEFORE)
    assert checklist is not None
    return next(i.value for i in checklist.items if i.item.code == code)


def said(nurse: NurseAtChair, code: str) -> str:
    """The line below the question of an item."""
    row = nurse.screen.session.before.checklist.row(code)
    return " ".join(label.text() for label in row.findChildren(QLabel) if label.isVisibleTo(nurse.window))


def test_nothing_is_pre_filled(chairs: Chairside, at_chair: NurseAtChair) -> None:
    at_chair.open(chairs.seated())
    page = at_chair.screen.session.before
    assert [e.text() for e in page.findChildren(QLineEdit) if e.text()] == []
    assert [b.text() for b in page.findChildren(QAbstractButton) if b.isChecked()] == []


def test_each_kind_of_question_keeps_the_answer_as_given(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated()
    at_chair.open(session)
    at_chair.press("Read back: Silva, João")
    assert state(at_chair, "identifiers") is not ItemState.MET  # the second identifier is still to be read
    at_chair.press("Read back: 3 Apr 1961")
    at_chair.press("Allergies gone through again today: Yes")
    at_chair.type("Weight today", "82,4")
    at_chair.key(Qt.Key.Key_Return)
    at_chair.press("Prescriber on site until the end of the infusion: Rotimi Adeyemi")
    at_chair.press("Last solid food: Today")
    at_chair.type("Last solid food: time", "0200")
    at_chair.key(Qt.Key.Key_Return)
    at_chair.press("IV gauge: 22 G")
    assert answer(chairs, session, "identifiers") == {"name": True, "born": True}
    assert answer(chairs, session, "weight") == 82.4
    assert answer(chairs, session, "solid-food") == datetime(2026, 11, 23, 2, 0)
    assert answer(chairs, session, "iv-gauge") == "22"
    done = ("identifiers", "allergies", "weight", "prescriber", "solid-food", "iv-gauge")
    assert {state(at_chair, code) for code in done} == {ItemState.MET}


def test_the_keyboard_walks_from_one_open_point_to_the_next(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated()
    chairs.answer(session, "medicines", "none")
    at_chair.open(session)
    at_chair.find(QLineEdit, "Benzodiazepine in the last day, as diazepam").setFocus()
    at_chair.type("Benzodiazepine in the last day, as diazepam", "0")
    at_chair.key(Qt.Key.Key_Return)
    focused = at_chair.window.focusWidget()
    assert focused is not None
    assert focused.accessibleName() == "Lamotrigine taken today: No"
    at_chair.key(Qt.Key.Key_1)  # the first answer
    assert answer(chairs, session, "lamotrigine") == "no"


def test_an_answer_that_cannot_be_is_refused_at_its_place_and_stays(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated()
    at_chair.open(session)
    at_chair.type("IV attempts", "44")
    at_chair.key(Qt.Key.Key_Return)
    field = at_chair.find(QLineEdit, "IV attempts")
    assert field.text() == "44"
    assert field.property("wrong") is True
    assert "cannot be; it lies between 1 and 10" in said(at_chair, "iv-attempts")


def test_a_weight_far_from_the_order_is_asked_again(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated()
    at_chair.open(session)
    at_chair.type("Weight today", "98")
    at_chair.key(Qt.Key.Key_Return)
    assert "Weigh again, or confirm it" in said(at_chair, "weight")
    assert answer(chairs, session, "weight") is None
    at_chair.press("It is right: Weight today")
    assert answer(chairs, session, "weight") == 98


def test_a_failing_point_names_who_may_override_and_the_prescriber_does(
    chairs: Chairside, at_chair: NurseAtChair
) -> None:
    session = chairs.seated()
    chairs.answer(session, "urinary", "new")
    at_chair.open(session)
    assert "A prescriber may override" in said(at_chair, "urinary")
    name = "New urinary symptoms: frequency, urgency, pain, blood"
    at_chair.press(f"Override {name}")
    dialog = at_chair.dialog(f"Override: {name}")
    at_chair.write("Reason of the override", "too short", dialog)
    assert dialog.hint.text() == "Still missing: 6 more characters of the reason"
    at_chair.write("Reason of the override", "Test strip negative today", dialog)
    at_chair.choose("Prescriber", "Rotimi Adeyemi", dialog)
    at_chair.type("PIN of the prescriber", "0000", dialog)
    at_chair.press("Override", dialog)
    assert "wrong" in dialog.findings.text().lower()
    assert dialog.isVisible()
    at_chair.type("PIN of the prescriber", STAFF_PIN, dialog)
    at_chair.press("Override", dialog)
    assert state(at_chair, "urinary") is ItemState.OVERRIDDEN
    assert "overridden by Rotimi Adeyemi" in said(at_chair, "urinary")
    assert freed(dialog)


def test_a_scale_is_asked_and_scored(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated()
    at_chair.open(session)
    at_chair.press("C-SSRS screener, since the last contact: Ask and score…")
    dialog = at_chair.dialog("C-SSRS Screener, since last contact")
    for question in (1, 2, 6):
        at_chair.press(f"Question {question}: No", dialog)
    assert dialog.hint.text() == "Negative"
    at_chair.press("Save answers", dialog)
    assert state(at_chair, "c-ssrs") is ItemState.MET
    assert freed(dialog)


def test_a_half_filled_scale_cannot_be_saved(chairs: Chairside, at_chair: NurseAtChair) -> None:
    at_chair.open(chairs.seated())
    at_chair.press("PHQ-9, or its total and item 9: Ask and score…")
    dialog = at_chair.dialog("PHQ-9")
    at_chair.type("From paper: total", "14", dialog)
    assert dialog.hint.text() == "1 to answer"
    at_chair.type("From paper: question 9", "0", dialog)
    assert dialog.hint.text().startswith("14 · ")
    at_chair.press("Save answers", dialog)
    assert state(at_chair, "phq-9") is ItemState.MET
    assert freed(dialog)


def test_the_baseline_is_typed_row_by_row_and_saved(chairs: Chairside, at_chair: NurseAtChair) -> None:
    at_chair.open(chairs.seated())
    at_chair.find(QLineEdit, "Systolic pressure").setFocus()
    at_chair.row_by_keyboard("121 76 78 14 98 - 36.6 5 0")
    baseline = at_chair.view.baseline
    assert baseline is not None
    assert (baseline.values["sbp"], baseline.values["map"], baseline.values["temp"]) == (121, 91, 36.6)
    assert at_chair.sees("Measure the baseline again")


def test_dose_and_blind_second_check(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated()
    chairs.answer(session, "weight", 82.4)
    at_chair.open(session)
    assert at_chair.find(QLabel, "Computed mg").text() == "–"
    at_chair.press("Vial of 10 mg/mL")
    shown = [at_chair.find(QLabel, f"Computed {unit}").text() for unit in ("mg", "mL", "mL/h")]
    assert shown == ["41.2", "4.12", "6.18"]
    at_chair.draw_up("41,2 mg", "4.12 mL")  # with units, and a comma
    assert at_chair.view.dosing.syringe == (41.2, 4.12)

    at_chair.press("Second check")
    dialog = at_chair.dialog("Second check, blind")
    words = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "82.4 kg" in words
    # Nothing the first has chosen, computed or drawn is to be seen anywhere, not behind the dialog either.
    told = at_chair.all_words()
    assert [number for number in ("41.2", "4.12", "6.18", "10 mg/mL") if number in told] == []
    for name, value in (("Dose, mg", "412"), ("Drawn, mL", "41.2"), ("Pump rate, mL/h", "61.8")):
        at_chair.type(name, value, dialog)
    at_chair.choose("Second person", "Kaja Lund", dialog)
    at_chair.type("PIN of the second person", STAFF_PIN, dialog)
    at_chair.press("Compare", dialog)
    assert freed(dialog)
    assert at_chair.view.dosing.differed
    assert not at_chair.find(QAbstractButton, "Second check").isEnabled()
    assert [at_chair.find(QLineEdit, f"In the syringe, {unit}").text() for unit in ("mg", "mL")] == ["", ""]

    at_chair.draw_up("41.2", "4.12")
    at_chair.press("Second check")
    dialog = at_chair.dialog("Second check, blind")
    for name, value in (("Dose, mg", "41.2"), ("Drawn, mL", "4,12"), ("Pump rate, mL/h", "6.18")):
        at_chair.type(name, value, dialog)
    at_chair.choose("Second person", "Kaja Lund", dialog)
    at_chair.type("PIN of the second person", STAFF_PIN, dialog)
    at_chair.press("Compare", dialog)
    assert at_chair.view.second_check == "Kaja Lund: agreed"


def test_nobody_is_offered_to_check_the_own_calculation(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated()
    chairs.dose(session)
    at_chair.open(session)
    at_chair.press("Second check")
    dialog = at_chair.dialog("Second check, blind")
    box = dialog.second._who  # type: ignore[attr-defined]
    assert [box.itemText(n) for n in range(box.count())] == ["Kaja Lund · Nurse", "Rotimi Adeyemi · Prescriber"]
    at_chair.press("Cancel", dialog)
    assert freed(dialog)


def test_the_start_says_what_is_missing_and_opens_when_nothing_is(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated()
    chairs.ready(session, iv_patent=None)
    at_chair.open(session)
    button = at_chair.find(QAbstractButton, "Start infusion")
    missing = at_chair.find(QLabel, "What is still missing")
    assert not button.isEnabled()
    assert missing.text() == "1 point stands against the start:\n· IV flushes freely."
    at_chair.press("IV flushes freely: Yes")
    assert missing.text().startswith("Everything is there.")
    at_chair.press("Start infusion")
    assert at_chair.view.step is Step.DURING
    assert at_chair.sees("Flowsheet")


def test_what_is_no_point_of_the_list_is_overridden_from_the_start(chairs: Chairside, at_chair: NurseAtChair) -> None:
    other = chairs.seated(chairs.patient("Lefèvre", "Zoë"), chair=2)
    chairs.start(other)
    chairs.clock.forward(minutes=5)
    chairs.observe(other, sbp=190)
    session = chairs.seated()
    chairs.ready(session)
    at_chair.open(session)
    assert list(against(at_chair.view)) == ["red-elsewhere"]
    at_chair.press("Override Lefèvre, Zoë of yours has a red alert.")
    dialog = at_chair.dialog("Override: Lefèvre, Zoë of yours has a red alert.")
    at_chair.write("Reason of the override", "The prescriber is with her", dialog)
    at_chair.choose("Prescriber", "Rotimi", dialog)
    at_chair.type("PIN of the prescriber", STAFF_PIN, dialog)
    at_chair.press("Override", dialog)
    assert against(at_chair.view) == {}


def test_a_patient_who_has_arrived_is_checked_in_at_the_chair(chairs: Chairside, at_chair: NurseAtChair) -> None:
    visit = chairs.visit(chairs.patient())
    chairs.status(visit, Status.ARRIVED, chairs.desk)
    at_chair.screen.open({"appointment_id": visit})
    at_chair.press("Check in")
    assert at_chair.view.status is Status.CHECKED_IN
    assert not at_chair.sees("Check in")


def test_a_patient_who_cannot_be_treated_today_is_sent_home_with_a_reason(
    chairs: Chairside, at_chair: NurseAtChair
) -> None:
    at_chair.open(chairs.seated())
    at_chair.press("No infusion today")
    dialog = at_chair.dialog("No infusion today")
    at_chair.write("Reason", "Pressure 184/112, twice", dialog)
    at_chair.type("Your PIN", STAFF_PIN, dialog)
    at_chair.press("Sign: sent home", dialog)
    assert (at_chair.view.outcome, at_chair.view.status) == ("not_started", Status.CANCELLED_BY_CLINIC)
    assert freed(dialog)


def test_the_escort_is_named_from_the_list(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated(escort=False)
    at_chair.open(session)
    at_chair.press("Name the escort")
    dialog = at_chair.dialog("Responsible adult")
    at_chair.press("Escort Ana Silva", dialog)
    at_chair.press("Name this escort", dialog)
    assert chairs.view(session).header.escort == "Ana Silva, +1 312 555 0188"
    assert state(at_chair, "escort-named") is ItemState.MET
    assert freed(dialog)


def test_nothing_typed_for_one_patient_is_left_for_the_next(chairs: Chairside, at_chair: NurseAtChair) -> None:
    first, second = chairs.seated(), chairs.seated(chairs.patient("Lefèvre", "Zoë"), chair=2)
    at_chair.open(first)
    at_chair.type("Systolic pressure", "184")
    at_chair.open(second)
    assert at_chair.find(QLineEdit, "Systolic pressure").text() == ""
