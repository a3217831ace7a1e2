"""At the chair nothing typed is lost, and nothing of somebody else's is run over."""

from PySide6.QtWidgets import QLabel, QLineEdit

from ketaclinic.ui.screens.chairside.item_controls import Control
from tests.services.chairside_desk import PRE, Chairside
from tests.ui.nurse_at_chair import NurseAtChair, at_chair, chairs

__all__ = ["at_chair", "chairs"]


def test_a_row_half_typed_is_there_again_after_leaving(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated()
    chairs.start(session)
    at_chair.open(session)
    at_chair.type("Systolic pressure", "146")
    at_chair.press("Back to all chairs")
    at_chair.open(session)
    assert at_chair.find(QLineEdit, "Systolic pressure").text() == "146"
    assert at_chair.screen.session.during.flowsheet.message == "This row was typed earlier and is not saved yet."
    assert len(chairs.view(session).observations) == 1  # the baseline alone


def test_another_station_s_answer_is_shown_before_mine_goes_over_it(chairs: Chairside, at_chair: NurseAtChair) -> None:
    session = chairs.seated()
    at_chair.open(session)
    row = at_chair.screen.session.before.checklist.row("iv-attempts")
    chairs.store.on_commit.clear()  # the other station's notice has not come yet
    chairs.charting.answer(chairs.second_nurse, session, PRE, "iv-attempts", 2)
    chairs.clock.forward(seconds=20)
    control: Control = row.control
    control.answered.emit(1.0)
    at_chair.settle()
    said = " ".join(label.text() for label in row.findChildren(QLabel))
    assert "Kaja Lund answered “2” at 09:00." in said
    at_chair.press(f"It is right: {row.view.item.text}")
    items = {i.item.code: i for i in chairs.view(session).checklists[0].items}
    assert (items["iv-attempts"].value, items["iv-attempts"].answered_by) == (1.0, "Maria Ortiz")


def test_a_suggested_adverse_event_is_taken_with_one_key_and_followed_to_its_end(
    chairs: Chairside, at_chair: NurseAtChair
) -> None:
    session = chairs.seated()
    chairs.start(session)
    chairs.clock.forward(minutes=5)
    chairs.observe(session, sbp=168.0)
    at_chair.open(session)
    at_chair.press("Mild: Rise of blood pressure? SBP 168")
    assert chairs.view(session).events[0].text == "Rise of blood pressure, mild · peak SBP 168"
    at_chair.press("Resolve Rise of blood pressure")
    dialog = at_chair.dialog("Rise of blood pressure")
    chairs.clock.forward(minutes=10)
    at_chair.type("Resolved at", "2 min ago", dialog)
    at_chair.press("Save", dialog)
    (adverse,) = chairs.view(session).adverse
    assert not adverse.open
    assert not at_chair.sees("Resolve Rise of blood pressure")
