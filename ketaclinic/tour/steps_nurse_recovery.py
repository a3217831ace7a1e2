"""The nurse in recovery: criteria that fail closed, the escort who is not there yet, the signatures."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ketaclinic.tour import people
from ketaclinic.tour.hands import Hands
from ketaclinic.tour.stage import Stage
from ketaclinic.tour.steps_nurse_before import CALM, answer, next_open
from ketaclinic.tour.steps_nurse_during import record
from ketaclinic.ui.screens.chairside.criteria_card import CriteriaCard
from ketaclinic.ui.screens.chairside.item_row import ItemRow
from ketaclinic.ui.screens.chairside.tile import TileWidget

_ESCORT = "The escort is here in person"
_VITALS = CALM | {"Temperature": ""}


def recovery(stage: Stage) -> None:
    """Observations go on; the list is answered, the escort is not there: the patient may not go."""
    hands = stage.hands
    stage.step("recovery begins", criteria=criteria(hands))
    for minutes in (0, 15, 15):
        stage.pass_time(minutes)
        hands.press("Vitals and flowsheet")
        record(hands, _VITALS)
    stage.step("recovery vitals", criteria=criteria(hands))
    hands.press("Discharge list")
    while (point := next_open(hands)) is not None:
        answer(hands, point)
    stage.step(
        "escort not here", criteria=criteria(hands), may_go=hands.find(QWidget, "Sign off and discharge").isEnabled()
    )


def criteria(hands: Hands) -> list[str]:
    """Every criterion with its state."""
    card = hands.find(CriteriaCard, "Discharge criteria")
    return [name for name in hands.spoken(QWidget, card) if ": met" in name or ": not met" in name]


def discharge(stage: Stage) -> None:
    """The escort comes; the nurse signs, the prescriber co-signs because of the alert, and nothing changes any more."""
    hands = stage.hands
    row = hands.find(ItemRow, _ESCORT)
    hands.press("The escort is here in person: Here", row)
    hands.until(lambda: row.accessibleName().endswith(": Met"), "the escort is not taken as here")
    stage.step("fit for discharge", criteria=criteria(hands))
    hands.press("Sign off and discharge")
    dialog = hands.scope()
    hands.type_into("Your PIN", people.PIN, dialog)
    if hands.sees("Prescriber"):
        hands.choose("Prescriber", people.PRESCRIBER)
        hands.type_into("PIN of the prescriber", people.PIN, dialog)
    stage.step("signatures", says=hands.words(dialog))
    hands.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    hands.no_dialog("the session is not signed")
    stage.step("discharged", session=hands.words(hands.find(QWidget, "Session"))[:5])


def back_to_the_chairs(stage: Stage) -> None:
    """The chair is free."""
    hands = stage.hands
    hands.press("Back to all chairs")
    hands.find(TileWidget, "")
    stage.step("chairs after the discharge", tiles=hands.spoken(TileWidget))
