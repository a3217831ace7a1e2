"""The controlled drug: drawn before the start, accounted for after the stop with a witness, counted at the close."""

from PySide6.QtWidgets import QLabel, QLineEdit

from ketaclinic.tour import people
from ketaclinic.tour.hands import TourFailed
from ketaclinic.tour.stage import Stage
from ketaclinic.ui.screens.chairside.drug_card import DrugCard

_VIAL_FIELD = ", mL"
_MORE_THAN_A_SYRINGE = 2.0
"""mg added to what is drawn up: the line to the patient is filled first, and the rest is wasted."""


def draw(stage: Stage) -> None:
    """What is in the syringe is written into the ledger of its vial, with a little more for the line."""
    hands = stage.hands
    syringe = float(hands.read("In the syringe, mg"))
    hands.press("Draw", hands.find(DrugCard, "Drug of this session"))
    dialog = hands.dialog("Draw")
    hands.type_into("Drawn, mg", f"{syringe + _MORE_THAN_A_SYRINGE:.1f}", dialog)
    stage.step("drug drawn", says=hands.words(dialog))
    hands.press("Write down", dialog)
    hands.no_dialog("the draw is not written down")
    hands.dismiss_notice()


def account(stage: Stage) -> None:
    """After the stop: what the pump gave is proposed, the rest is wasted before a witness who signs."""
    hands = stage.hands
    card = hands.find(DrugCard, "Drug of this session")
    hands.press("Given and waste", card)
    dialog = hands.dialog("Administered and waste")
    if hands.sees("Witness"):
        hands.type_into("How the rest was wasted", "Into the waste container", dialog)
        hands.type_into("Your PIN", people.PIN, dialog)
        hands.choose("Witness", people.SECOND_NURSE, dialog)
        hands.type_into("PIN of the witness", people.PIN, dialog)
    stage.step("administered and waste", says=hands.words(dialog))
    hands.press("Write down", dialog)
    hands.no_dialog("the drug is not accounted for")
    hands.dismiss_notice()
    hands.until(lambda: hands.sees("What the drug ledger says"), "the ledger says nothing")
    stage.step("drug reconciled", ledger=hands.read("What the drug ledger says"))


def ledger(stage: Stage) -> None:
    """The cupboard at the close: every vial is read off blind; a slip shows as a difference to be explained."""
    hands = stage.hands
    hands.press("Drug ledger", hands.window.rail)
    hands.until(lambda: hands.sees("Count"), "the drug ledger does not show")
    stage.step("drug ledger", vials=hands.rows("Vials"))
    hands.press("Count")
    dialog = hands.dialog("Count")
    fields = [field for field in hands.all(QLineEdit, within=dialog) if field.accessibleName().endswith(_VIAL_FIELD)]
    if not fields:
        raise TourFailed("The tour stopped: there is no vial to count.")
    for field in fields:
        hands.type_into(field.accessibleName(), "1", dialog)
    hands.type_into("Your PIN", people.PIN, dialog)
    hands.choose("Witness", people.SECOND_NURSE, dialog)
    hands.type_into("PIN of the witness", people.PIN, dialog)
    stage.step("blind count", asks=[label.text() for label in hands.all(QLabel, within=dialog)])
    hands.press("Keep the count", dialog)
    hands.until(lambda: hands.scope() is not dialog, "the count is not kept")
    stage.step("count differs", says=hands.words(hands.scope())[:12])
    hands.press("Cancel", hands.scope())
    hands.no_dialog("the explanation does not close")
    hands.dismiss_notice()
    stage.step("day of the ledger stays open", ledger=hands.words(hands.window)[:20])
