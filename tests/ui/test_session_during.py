"""During the infusion: rows by keyboard, doubts asked inline, alerts, events, corrections."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from ketaclinic.domain.encounters import Step
from ketaclinic.ui.screens.chairside.flowsheet import Flowsheet
from tests.services.chairside_desk import Chairside
from tests.ui.nurse_at_chair import NurseAtChair, at_chair, chairs, freed

__all__ = ["at_chair", "chairs"]


@pytest.fixture
def session(chairs: Chairside, at_chair: NurseAtChair) -> int:
    """An infusion five minutes old, its session on screen."""
    number = chairs.seated()
    chairs.start(number)
    chairs.clock.forward(minutes=5)
    at_chair.open(number)
    return number


def flowsheet(nurse: NurseAtChair) -> Flowsheet:
    return nurse.screen.session.during.flowsheet


def test_a_row_is_recorded_by_keyboard_alone(chairs: Chairside, at_chair: NurseAtChair, session: int) -> None:
    focused = at_chair.window.focusWidget()
    assert focused is not None
    assert focused.accessibleName() == "Systolic pressure"
    at_chair.row_by_keyboard("131 82 84 13 97 - - 5 3 1")
    row = chairs.view(session).observations[-1]
    assert row.due == "+5"
    assert row.values["sbp"] == 131
    assert row.values["dissociation"] == 3
    assert "o2" not in row.values
    assert at_chair.headings() == ["09:00 baseline", "09:05 +5"]
    assert (at_chair.cell("BP mmHg", -1), at_chair.cell("MAP mmHg", -1)) == ("131/82", "98")
    assert at_chair.find(QLineEdit, "Systolic pressure").text() == ""
    assert at_chair.window.focusWidget() is at_chair.find(QLineEdit, "Systolic pressure")


def test_a_pressure_is_typed_as_it_is_read(chairs: Chairside, at_chair: NurseAtChair, session: int) -> None:
    from tests.ui.nurse_at_chair import keys

    keys(at_chair.find(QLineEdit, "Systolic pressure"), "131")
    at_chair.key(Qt.Key.Key_Slash)
    assert at_chair.window.focusWidget() is at_chair.find(QLineEdit, "Diastolic pressure")


def test_an_implausible_value_is_asked_again_inline_and_confirmed(
    chairs: Chairside, at_chair: NurseAtChair, session: int
) -> None:
    before = len(chairs.view(session).observations)
    at_chair.row_by_keyboard("131 82 224 13 97")
    assert len(chairs.view(session).observations) == before
    assert "HR 224 /min is unlikely" in flowsheet(at_chair).message
    field = at_chair.find(QLineEdit, "Heart rate")
    assert (field.text(), field.property("wrong"), field.hasFocus()) == ("224", True, True)
    at_chair.type("Heart rate", "88")  # measured again: the doubt is gone with the value
    at_chair.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert chairs.view(session).observations[-1].values["hr"] == 88


def test_a_doubted_value_that_is_right_is_taken_by_saving_again(
    chairs: Chairside, at_chair: NurseAtChair, session: int
) -> None:
    at_chair.row_by_keyboard("131 82 224 13 97")
    at_chair.press("Save row")
    assert chairs.view(session).observations[-1].values["hr"] == 224


def test_what_is_no_number_or_no_time_is_said_and_nothing_is_lost(
    chairs: Chairside, at_chair: NurseAtChair, session: int
) -> None:
    at_chair.press("Save row")
    assert flowsheet(at_chair).message == "Nothing is entered yet."
    at_chair.type("Systolic pressure", "12x")
    at_chair.press("Save row")
    assert flowsheet(at_chair).message == "Systolic pressure: “12x” is not a number."
    at_chair.type("Systolic pressure", "121")
    at_chair.type("Time of the observation", "25")
    at_chair.press("Save row")
    assert "is not a time" in flowsheet(at_chair).message
    assert at_chair.find(QLineEdit, "Systolic pressure").text() == "121"


def test_a_late_entry_keeps_its_true_time(chairs: Chairside, at_chair: NurseAtChair, session: int) -> None:
    chairs.clock.forward(minutes=7)
    at_chair.type("Time of the observation", "9:06")
    at_chair.find(QLineEdit, "Systolic pressure").setFocus()
    at_chair.row_by_keyboard("131 82 84 13 97 - - 5 3")
    row = chairs.view(session).observations[-1]
    assert (row.due, row.late) == ("+5", True)
    assert at_chair.headings()[-1] == "09:06 +5 · late"


def test_a_missed_check_stays_visible_and_its_reason_is_asked(
    chairs: Chairside, at_chair: NurseAtChair, session: int
) -> None:
    chairs.clock.forward(minutes=5)
    chairs.observe(session)
    assert at_chair.headings() == ["09:00 baseline", "09:05 +5 missed", "09:10 +10"]
    at_chair.table.selectColumn(1)
    at_chair.press("Correct a row")
    dialog = at_chair.dialog("Why was the check missed?")
    at_chair.type("Reason of the gap", "Helped at chair 2, alarm there", dialog)
    at_chair.press("Record reason", dialog)
    assert chairs.view(session).events[0].kind == "gap"
    assert freed(dialog)


def test_an_alert_says_what_to_do_and_is_answered_with_who_was_told(
    chairs: Chairside, at_chair: NurseAtChair, session: int
) -> None:
    at_chair.row_by_keyboard("184 104 96 14 96 - - 4 7")
    assert flowsheet(at_chair).message.startswith("SBP 184: at or above 180 · DBP 104: at or above 100")
    words = at_chair.all_words()
    assert words.count("Pause the infusion and call the prescriber") == 1  # what to do is said once, with its buttons
    at_chair.press("Told somebody else: SBP 184: at or above 180")
    at_chair.type("Who was told: SBP 184: at or above 180", "Rotimi Adeyemi")
    at_chair.press("Acknowledge SBP 184: at or above 180")
    alert = next(a for a in chairs.view(session).alerts if a.code == "sbp-red")
    assert (alert.told, alert.acknowledged_by) == ("Rotimi Adeyemi", "Maria Ortiz")
    assert not at_chair.sees("Acknowledge SBP 184: at or above 180")


def test_what_is_typed_stays_when_the_session_changes_elsewhere(
    chairs: Chairside, at_chair: NurseAtChair, session: int
) -> None:
    at_chair.type("Systolic pressure", "144")
    chairs.charting.record_event(chairs.second_nurse, session, "note", {"text": "Blanket"})
    assert at_chair.find(QLineEdit, "Systolic pressure").text() == "144"
    assert at_chair.screen.session.during.story.texts()[0].startswith("Blanket")


def test_a_row_is_corrected_by_a_new_one_and_the_old_is_struck(
    chairs: Chairside, at_chair: NurseAtChair, session: int
) -> None:
    chairs.observe(session, sbp=211)
    at_chair.table.selectColumn(1)
    at_chair.press("Correct a row")
    dialog = at_chair.dialog("Correct the row of 09:05")
    at_chair.press("Save correction", dialog)
    assert at_chair.sees("Correct the row of 09:05")  # it asks why first
    at_chair.type("Systolic pressure", "121", dialog)
    at_chair.type("Why the row is corrected", "Typed 211 for 121", dialog)
    at_chair.press("Save correction", dialog)
    assert [(o.values["sbp"], o.struck) for o in chairs.view(session).observations[1:]] == [(211, True), (121, False)]
    assert at_chair.headings() == ["09:00 baseline", "09:05 corrected", "09:05 +5"]
    assert freed(dialog)


def test_pause_and_resume_are_one_press_each(chairs: Chairside, at_chair: NurseAtChair, session: int) -> None:
    at_chair.press("Pause infusion")
    assert chairs.view(session).rate == 0
    chairs.clock.forward(minutes=3)
    at_chair.press("Resume infusion")
    assert chairs.view(session).rate == 6.18


@pytest.mark.parametrize(
    ("button", "title", "fields", "pressed", "saved"),
    [
        (
            "Change rate",
            "Change the rate",
            {"New pump rate, mL/h": "3,1"},
            "Record new rate",
            "Rate changed to 3.1 mL/h",
        ),
        ("Oxygen", "Oxygen", {"Oxygen, L/min": "2"}, "Record oxygen", "Oxygen 2 L/min"),
    ],
)
def test_events_of_one_number(
    chairs: Chairside,
    at_chair: NurseAtChair,
    session: int,
    button: str,
    title: str,
    fields: dict[str, str],
    pressed: str,
    saved: str,
) -> None:
    at_chair.press(button)
    dialog = at_chair.dialog(title)
    at_chair.press(pressed, dialog)
    assert dialog.isVisible()  # the number is missing
    for name, value in fields.items():
        at_chair.type(name, value, dialog)
    at_chair.press(pressed, dialog)
    assert chairs.view(session).events[0].text == saved
    assert freed(dialog)


def test_a_medicine_is_given_by_order(chairs: Chairside, at_chair: NurseAtChair, session: int) -> None:
    at_chair.press("Give medicine")
    dialog = at_chair.dialog("Give medicine")
    at_chair.choose("Medicine or intervention", "Ondansetron", dialog)
    assert at_chair.find(QLineEdit, "Dose with its unit", dialog).text() == ""  # never pre-filled
    at_chair.type("Dose with its unit", "4 mg", dialog)
    at_chair.type("Route", "IV", dialog)
    at_chair.press("Record medicine", dialog)
    assert "ordered verbally" in dialog.findings.text()
    at_chair.press("Ordered: In the order", dialog)
    at_chair.press("Record medicine", dialog)
    assert chairs.view(session).events[0].text == "Ondansetron 4 mg IV, order 1"
    assert freed(dialog)


def test_an_adverse_event_says_what_to_do(chairs: Chairside, at_chair: NurseAtChair, session: int) -> None:
    at_chair.press("Adverse event")
    dialog = at_chair.dialog("Adverse event")
    at_chair.choose("Adverse event", "Chest pain", dialog)
    at_chair.press("Severity: Moderate", dialog)
    at_chair.press("Record adverse event", dialog)
    assert freed(dialog)
    pump = at_chair.find(QWidget, "Pump and events")
    assert any("Stop the infusion, ECG" in label.text() for label in pump.findChildren(QLabel))


def test_an_early_stop_asks_for_its_reason(chairs: Chairside, at_chair: NurseAtChair, session: int) -> None:
    at_chair.press("Stop infusion")
    dialog = at_chair.dialog("Stop the infusion")
    at_chair.press("Stop infusion", dialog)
    assert "enter why the infusion is stopped" in dialog.findings.text()
    at_chair.type("Reason of the stop", "Patient asks", dialog)
    at_chair.press("Stop infusion", dialog)
    assert at_chair.view.step is Step.RECOVERY
    assert chairs.view(session).stopped_at == chairs.clock.now()
    assert freed(dialog)


def test_the_chart_shows_what_was_recorded(chairs: Chairside, at_chair: NurseAtChair, session: int) -> None:
    chairs.observe(session, sbp=150, dbp=92, hr=90)
    at_chair.press("Pause infusion")
    chairs.clock.forward(minutes=2)
    at_chair.press("Resume infusion")
    at_chair.screen.tick()
    chart = at_chair.screen.session.during.chart.chart
    assert [(p.minute, p.systolic, p.diastolic, p.heart_rate) for p in chart.data.points] == [
        (0, 121, 76, 78),
        (5, 150, 92, 90),
    ]
    assert chart.data.pauses == ((5, 7),)
    assert (chart.data.now, chart.data.end, chart.data.baseline) == (7, 42, (121, 76))
    assert [(b.low, b.tone) for b in chart.data.bands] == [(160, "amber"), (180, "red")]
    assert chart.accessibleDescription().splitlines() == [
        "2 readings, the last at 09:05: 150/92 (MAP 111) · HR 90 · SpO₂ 98 % · RR 14 · MOAA/S 5 · Diss. 0",
        "09:00: 121/76 (MAP 91) · HR 78 · SpO₂ 98 % · RR 14 · MOAA/S 5 · Diss. 0",
    ]


def test_minutes_left_and_dose_go_on_between_two_readings(
    chairs: Chairside, at_chair: NurseAtChair, session: int
) -> None:
    chairs.clock.at += timedelta(minutes=5)
    at_chair.screen.tick()
    pump = at_chair.find(QWidget, "Pump and events")
    words = [label.text() for label in pump.findChildren(QLabel)]
    assert "30 min left" in words
    assert "6.18 mL/h · 10.3 of 41.2 mg given" in words


def test_what_is_found_after_the_start_is_written_into_the_list_before_it(at_chair: NurseAtChair, session: int) -> None:
    at_chair.press("Step Before")
    assert not at_chair.sees("Start infusion")
    row = at_chair.screen.session.before.checklist.row("urinary")
    at_chair.press(f"Change {row.view.item.text}")
    at_chair.press(f"{row.view.item.text}: New")
    assert row.view.value == "none"
    assert row.view.late is not None
    assert row.view.late.text == "New"
    assert "After the start, 09:05, Maria Ortiz: New. The infusion has begun: tell the prescriber now." in " ".join(
        label.text() for label in row.findChildren(QLabel)
    )
