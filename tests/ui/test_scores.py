"""Rating scales on screen: typed by staff with one digit a question, given to the patient, seen as a curve."""

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QTableWidget, QWidget

from ketaclinic.domain.assessments import Assessment
from ketaclinic.domain.checklists import ItemState
from ketaclinic.domain.encounters import Step
from ketaclinic.ui.dialogs.score_dialog import ScoreDialog
from ketaclinic.ui.questionnaire import Questionnaire
from ketaclinic.ui.screens.patients.scores_card import ScoresCard
from ketaclinic.ui.widgets.score_curve import ScoreCurve
from tests.desk import AtTheDesk
from tests.services.chairside_desk import Chairside
from tests.services.people_builders import STAFF_PIN
from tests.ui.at_the_patient import AtThePatient, at_patient
from tests.ui.nurse_at_chair import NurseAtChair, at_chair, chairs, freed

__all__ = ["at_chair", "at_patient", "chairs"]

ASK_PHQ = "PHQ-9, or its total and item 9: Ask and score…"


def state(nurse: NurseAtChair, code: str) -> ItemState:
    checklist = nurse.view.checklist(Step.BEFORE)
    assert checklist is not None
    return next(i.state for i in checklist.items if i.item.code == code)


def press(key: Qt.Key) -> None:
    """Presses a key where the keyboard is."""
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


def digits(words: str) -> None:
    """Types where the keyboard is."""
    for digit in words:
        press(Qt.Key(ord(digit)))


def row_of(table: QTableWidget, row: int) -> tuple[str, bool]:
    """The total in a row of the table, and whether it is struck through."""
    item = table.item(row, 1)
    assert item is not None
    return item.text(), item.font().strikeOut()


def scores(chairs: Chairside, session: int) -> tuple[Assessment, ...]:
    return chairs.services.assessments.of_patient(chairs.nurse, chairs.view(session).header.patient_id)


def given(at_chair: NurseAtChair) -> Questionnaire:
    """The PHQ-9 in the patient's hands."""
    at_chair.press(ASK_PHQ)
    at_chair.press("Give to the patient…", at_chair.dialog("PHQ-9"))
    window = at_chair.dialog("Questions of PHQ-9")
    assert isinstance(window, Questionnaire)
    return window


def test_staff_type_a_scale_with_one_digit_a_question(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated()
    at_chair.open(session)
    at_chair.press(ASK_PHQ)
    dialog = at_chair.dialog("PHQ-9")
    digits("211021010")
    assert dialog.hint.text() == "8 · Mild"
    at_chair.press("Save answers", dialog)
    assert freed(dialog)
    (kept,) = scores(chairs, session)
    assert (kept.total, kept.given_by, kept.value["answers"]["q5"]) == (8, "staff", 2)
    assert state(at_chair, "phq-9") is ItemState.MET


def test_harm_09_item_9_is_said_before_the_dialog_goes(chairs: Chairside, at_chair: NurseAtChair) -> None:
    at_chair.open(chairs.seated())
    at_chair.press(ASK_PHQ)
    dialog = at_chair.dialog("PHQ-9")
    digits("211021012")
    at_chair.press("Save answers", dialog)
    assert dialog.isVisible()
    assert "PHQ-9 item 9 is newly 2 (no earlier answer)." in dialog.findings.text()
    assert "Ask the C-SSRS screener in this visit; the prescriber is told before the start." in dialog.findings.text()
    at_chair.press("Seen", dialog)
    assert freed(dialog)


def test_the_patient_answers_on_a_locked_screen_that_only_the_pin_leaves(
    chairs: Chairside, at_chair: NurseAtChair
) -> None:
    session = chairs.seated()
    at_chair.open(session)
    window = given(at_chair)
    assert window.geometry() == at_chair.window.rect()
    at_chair.press("Begin", window)
    digits("21102101")
    assert [w.text() for w in window.findChildren(QLabel) if w.text() == "Question 9 of 9"]
    press(Qt.Key.Key_Backspace)
    digits("10")
    at_chair.press("I am done", window)
    assert [w.text() for w in window.findChildren(QLabel) if "give the computer back" in w.text()]
    (kept,) = scores(chairs, session)
    assert (kept.total, kept.given_by, kept.by) == (8, "patient", "Maria Ortiz")
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        QTest.keyClick(QApplication.focusWidget() or window, key)
    assert window.isVisible()
    assert not window.may_close()
    at_chair.type("PIN of Maria Ortiz", "0000", window)
    at_chair.press("Take over", window)
    assert window.isVisible()
    at_chair.type("PIN of Maria Ortiz", STAFF_PIN, window)
    at_chair.press("Take over", window)
    assert freed(window)
    assert state(at_chair, "phq-9") is ItemState.MET


def test_staff_take_over_what_the_patient_gave_so_far(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated()
    at_chair.open(session)
    window = given(at_chair)
    at_chair.press("Begin", window)
    digits("321")
    at_chair.press("Leave this one out", window)
    at_chair.press("Staff", window)
    at_chair.type("PIN of Maria Ortiz", STAFF_PIN, window)
    at_chair.press("Take over", window)
    assert freed(window)
    assert scores(chairs, session) == ()
    dialog = at_chair.dialog("PHQ-9")
    assert isinstance(dialog, ScoreDialog)
    assert dialog.value() == {"answers": {"q1": 3, "q2": 2, "q3": 1}}
    assert dialog.hint.text() == "6 to answer"


def test_a_patient_who_would_rather_not_answer_is_kept_as_declined(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated()
    at_chair.open(session)
    window = given(at_chair)
    at_chair.press("I would rather not answer", window)
    at_chair.type("PIN of Maria Ortiz", STAFF_PIN, window)
    at_chair.press("Take over", window)
    assert freed(window)
    assert state(at_chair, "phq-9") is ItemState.WARNED
    assert scores(chairs, session) == ()


def test_a_score_typed_from_paper_is_a_curve_and_a_row_of_the_table(at_patient: AtThePatient) -> None:
    rotimi = at_patient.sit_down("Rotimi Adeyemi")
    assert "No scores yet." in rotimi.reads()
    record(rotimi, "MADRS, total only", "32", "12 Nov 2026")
    record(rotimi, "MADRS, total only", "20", "")
    card = rotimi.find("Scores", ScoresCard)
    curve = card.curve
    assert isinstance(curve, ScoreCurve)
    assert [p.total for p in curve.curve.points] == [32, 20]
    assert curve.accessibleName() == "Curve of MADRS: last 20 on 23 Nov 2026"
    found = curve.point_at(QPointF(curve._x(curve.curve.points[0].at) + 3, curve._y(32)))
    assert found is curve.curve.points[0]
    table = card.table
    assert table is not None
    assert [row_of(table, row) for row in range(table.rowCount())] == [("20", False), ("32", False)]
    table.setFocus()
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert rotimi.dialog().accessibleName() == "Correct MADRS"
    rotimi.type("From paper: total", "12")
    rotimi.click("Save answers")
    card = rotimi.find("Scores", ScoresCard)
    assert card.table is not None
    rows = [row_of(card.table, row) for row in range(card.table.rowCount())]
    assert rows == [("12", False), ("20", True), ("32", False)]


def record(who: AtTheDesk, scale: str, total: str, day: str) -> None:
    """Records a total from paper on the patient's page."""
    who.click("Record score")
    who.choose("Scale", scale)
    who.type("From paper: total", total)
    if day:
        who.type("Answered on", day)
    who.click("Save answers")


@pytest.mark.parametrize("name", ["Ada Petrov", "Helen Park"])
def test_scores_are_nowhere_for_who_may_not_see_them(at_patient: AtThePatient, name: str) -> None:
    someone = at_patient.sit_down(name)
    assert not someone.all(QWidget, "Scores")


def test_the_window_locks_late_while_a_patient_answers_and_loses_nothing(at_patient: AtThePatient) -> None:
    maria = at_patient.sit_down("Maria Ortiz")
    maria.click("Record score")
    maria.choose("Scale", "GAD-7")
    maria.click("Give to the patient…")
    window = maria.dialog()
    assert isinstance(window, Questionnaire)
    maria.click("Begin")
    digits("21")
    shell = maria.window
    shell.clock.forward(minutes=10)  # type: ignore[attr-defined]
    shell.tick()
    assert window.isVisible()
    assert not shell.sign_in.isVisible()
    shell.clock.forward(minutes=21)  # type: ignore[attr-defined]
    shell.tick()
    assert not window.isVisible()
    maria.sign_in("Maria Ortiz")
    assert window.isVisible()
    assert [label.text() for label in window.findChildren(QLabel) if label.text() == "Question 3 of 7"]
    assert window._given() == {"q1": 2, "q2": 1}
