"""The nurse before the infusion: the chairs, the checklist, the baseline, the dose and its blind second check."""

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QPushButton, QWidget

from ketaclinic.tour import people
from ketaclinic.tour.hands import Hands, TourFailed, name_of
from ketaclinic.tour.stage import Stage
from ketaclinic.tour.steps_front_desk import enter
from ketaclinic.ui.screens.chairside.item_row import ItemRow
from ketaclinic.ui.screens.chairside.observation_entry import ValueField
from ketaclinic.ui.screens.chairside.queue_panel import QueueRow
from ketaclinic.ui.screens.chairside.tile import TileWidget

CALM = {
    "Systolic pressure": "122",
    "Diastolic pressure": "78",
    "Heart rate": "74",
    "Respiratory rate": "14",
    "Oxygen saturation": "98",
    "Oxygen given": "0",
    "Temperature": "36.6",
    "Sedation (MOAA/S)": "5",
    "Dissociation": "0",
    "Nausea": "0",
    "Anxiety": "1",
    "Pain": "2",
}
"""What is read at somebody at rest."""

_VIAL = 10
_A_DOSE = 80.0
"""mg/mL; mg, more than anybody here is given."""
_MOST_QUESTIONS = 20
_ANSWERS = {
    "Two identifiers": None,
    "Prescriber on site": people.PRESCRIBER,
    "Allergies gone through": "Yes",
    "Can the patient be pregnant": "No",
    "Alcohol, cannabis": "None",
    "Medicine for blood pressure": "None prescribed",
    "IV site": "Left",
    "IV gauge": "22",
    "IV attempts": "1",
    "IV flushes freely": "Yes",
    "Emergency equipment": "Yes",
    "Adverse event since": "Yes",
    "Benzodiazepine": "0",
    "Lamotrigine": "No",
    "MAO": "No",
    "Stimulant": "No",
    "Opioid": "No",
    "Medicines changed": "No",
    "IV removed": "Yes",
    "The escort is here": "Not here",
    "Safety plan": "Yes",
    "Waste of this dose": "Wasted with a witness",
}
"""How points of the checklists are answered, by how they begin; others with “None”, “No” or their first choice."""


def lock_and_change(stage: Stage) -> None:
    """The clerk locks the window; the nurse signs in at the same computer and sees her own screens."""
    hands = stage.hands
    hands.press("Lock")
    stage.step("locked", says=hands.words(hands.window.sign_in))
    enter(hands, people.NURSE)
    hands.press("Chairside", hands.window.rail)
    hands.find(TileWidget, "")
    stage.step("chairside", tiles=hands.spoken(TileWidget), due=hands.spoken(QueueRow))


def checklist(stage: Stage) -> None:
    """The session of the patient who is checked in: every open point is answered at its place."""
    hands = stage.hands
    tile = next((tile for tile in hands.all(TileWidget) if "Checked in" in tile.accessibleName()), None)
    if tile is None:
        raise TourFailed("The tour stopped: nobody is checked in at the demonstration clinic.")
    hands.press("Continue checklist", tile)
    stage.step("session before", open_points=_open(hands), start=hands.read("What is still missing"))
    scales = [row for row in hands.all(ItemRow) if is_open(row) and _asks(row)]
    for number, row in enumerate(scales):
        _score(stage, row, first=number == 0)
    while (point := next_open(hands)) is not None:
        answer(hands, point)
    stage.step("checklist answered", open_points=_open(hands), start=hands.read("What is still missing"))


def override(stage: Stage) -> None:
    """Something since the last visit holds the start; the prescriber lets it pass with a reason and the own PIN."""
    hands = stage.hands
    hands.press("Override Adverse event")
    dialog = hands.scope()
    hands.type_into(
        "Reason of the override", "Headache for two hours on the day after; seen today, nothing left of it.", dialog
    )
    hands.choose("Prescriber", people.PRESCRIBER, dialog)
    hands.type_into("PIN of the prescriber", people.PIN, dialog)
    stage.step("override", says=hands.words(dialog))
    hands.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    hands.no_dialog("the override is not taken")
    stage.step("overridden", start=hands.read("What is still missing"))


def is_open(row: ItemRow) -> bool:
    """Whether a point waits for its answer."""
    return row.accessibleName().endswith(": Open")


def next_open(hands: Hands) -> ItemRow | None:
    """The first point that waits for an answer by hand."""
    return next((row for row in hands.all(ItemRow) if is_open(row) and usable(row)), None)


def usable(row: ItemRow) -> list[QWidget]:
    """What of a point can be pressed or typed into."""
    kinds = (QAbstractButton, QComboBox, QLineEdit)
    return [w for kind in kinds for w in row.control.findChildren(kind) if w.isVisible() and w.isEnabled()]


def _asks(row: ItemRow) -> bool:
    return any(name_of(w).endswith("Ask and score…") for w in usable(row))


def _open(hands: Hands) -> list[str]:
    return [row.accessibleName().removesuffix(": Open") for row in hands.all(ItemRow) if is_open(row)]


def _score(stage: Stage, row: ItemRow, *, first: bool) -> None:
    """Asks a scale: every question with its first answer, which is “no” or “not at all”."""
    hands, question = stage.hands, row.accessibleName()
    hands.click(usable(row)[0])
    dialog = hands.scope()
    for number in range(1, _MOST_QUESTIONS + 1):
        if buttons := hands.all(QAbstractButton, f"Question {number}: ", dialog):
            hands.click(next((b for b in buttons if name_of(b).endswith(": No")), buttons[0]))
    if first:
        stage.step("scale asked", scale=question.removesuffix(": Open"), hint=hands.words(dialog)[-1])
    hands.press("Save answers")
    hands.no_dialog("the answers of the scale are not saved")


def answer(hands: Hands, row: ItemRow) -> None:
    """Answers one point by mouse or keyboard."""
    question = row.accessibleName()
    wanted = next((words for begins, words in _ANSWERS.items() if question.startswith(begins)), "")
    there = usable(row)
    box = next((w for w in there if isinstance(w, QComboBox)), None)
    field = next((w for w in there if isinstance(w, QLineEdit)), None)
    if box is not None:
        hands.choose(box.accessibleName(), wanted or box.itemText(0), row)
    elif field is not None:
        hands.click(field)
        hands.type(wanted or "0")
        hands.key_return()
    elif wanted is None:
        for button in there:
            hands.click(button)
    else:
        choices = {name_of(button).rpartition(": ")[2]: button for button in there}
        begins = (button for words, button in choices.items() if wanted and words.startswith(wanted))
        plain = (choices[words] for words in ("None", "No") if words in choices)
        hands.click(next(begins, None) or next(plain, there[0]))
    hands.until(lambda: row.accessibleName() != question, f"“{question}” is not answered")


def baseline(stage: Stage) -> None:
    """The vitals the session is judged by, typed with one hand: Enter goes on, Ctrl+Enter saves."""
    hands = stage.hands
    type_row(hands, CALM)
    stage.step("baseline typed", values={field.accessibleName(): field.text() for field in hands.all(ValueField)})
    hands.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    hands.until(lambda: hands.sees("Measure the baseline again"), "the baseline is not saved")


def type_row(hands: Hands, values: dict[str, str]) -> None:
    """Fills a row of observations in by keyboard alone, from its first field on."""
    fields = hands.all(ValueField)
    if not fields:
        raise TourFailed("The tour stopped: there is no row of observations to fill in.")
    first = next(iter(values))
    hands.click(hands.find(ValueField, first))
    for _ in fields:
        field = hands.window.focusWidget()
        if not isinstance(field, ValueField):
            break
        if (words := values.get(field.accessibleName(), "")) and not field.text():
            hands.type(words)
        hands.key_return()


def dose(stage: Stage) -> None:
    """The vial is named, the program computes; a second nurse computes blind, slips once, and then agrees."""
    hands = stage.hands
    hands.choose("Vial in the hand", _full_enough(hands.find(QComboBox, "Vial in the hand")))
    computed = {unit: hands.read(f"Computed {unit}") for unit in ("mg", "mL", "mL/h")}
    _draw_up(hands, computed)
    stage.step("dose", computed=computed)
    hands.press("Second check")
    mg, ml, rate = _computed_by_hand(hands.words(hands.scope()))
    _second_person(hands, mg, ml, ml)  # the rate slipped
    stage.step("second check", facts=hands.words(hands.scope()))
    hands.press("Compare")
    hands.no_dialog("the second check is not taken")
    stage.step("second check differs", start=hands.read("What is still missing"))
    _draw_up(hands, computed)
    hands.press("Second check")
    _second_person(hands, mg, ml, rate)
    hands.press("Compare")
    hands.no_dialog("the second check is not taken")
    against = hands.read("What is still missing")
    hands.until(lambda: hands.find(QPushButton, "Start infusion").isEnabled(), f"the infusion may not start: {against}")
    stage.step("ready to start", start=hands.read("What is still missing"))


def _full_enough(box: QComboBox) -> str:
    """The first vial of the strength that holds a whole dose."""
    for number in range(box.count()):
        words = box.itemText(number)
        left = re.search(r"([\d.]+) mg left", words)
        if words.startswith(f"{_VIAL} mg/mL") and left and float(left[1]) >= _A_DOSE:
            return words
    raise TourFailed("The tour stopped: no vial in stock holds a dose.")


def _draw_up(hands: Hands, computed: dict[str, str]) -> None:
    """What is in the syringe, typed as it was computed."""
    for unit in ("mg", "mL"):
        hands.type_into(f"In the syringe, {unit}", computed[unit])
        hands.key_return()


def _second_person(hands: Hands, mg: float, ml: float, rate: float) -> None:
    for name, number in (("Dose, mg", mg), ("Drawn, mL", ml), ("Pump rate, mL/h", rate)):
        hands.type_into(name, f"{number:.2f}")
    hands.choose("Second person", people.SECOND_NURSE)
    hands.type_into("PIN of the second person", people.PIN)


def _computed_by_hand(facts: list[str]) -> tuple[float, float, float]:
    """Mg, mL and mL/h from the order and the weight as they stand on the screen, and the label of the vial."""
    words = " ".join(facts)
    order = re.search(r"([\d.]+) mg/kg over (\d+) min(?:, ceiling ([\d.]+) mg)?", words)
    weight = re.search(r"([\d.]+) kg", words)
    if order is None or weight is None:
        raise TourFailed("The tour stopped: the second person does not see order and weight.")
    ceiling = float(order[3]) if order[3] else float("inf")
    mg = min(round(float(order[1]) * float(weight[1]), 1), ceiling)
    ml = mg / _VIAL
    return mg, ml, ml / (int(order[2]) / 60)
