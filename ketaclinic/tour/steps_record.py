"""What stays of a session: the record on paper, an addendum after it was signed, the scores over the course."""

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ketaclinic.tour import people
from ketaclinic.tour.hands import TourFailed
from ketaclinic.tour.stage import Stage
from ketaclinic.tour.steps_front_desk import enter
from ketaclinic.tour.steps_repair import save_paper
from ketaclinic.ui.screens.patients.scores_card import ScoresCard


def record(stage: Stage) -> None:
    """The signed record is seen as it will be on paper, and saved."""
    hands = stage.hands
    hands.press("Print record")
    save_paper(stage, "Session record", "session-record.pdf", "session record on paper")


def addendum(stage: Stage) -> None:
    """Something is added to the signed record, under the own name; the record itself stays as it was."""
    hands = stage.hands
    hands.press("Add addendum")
    dialog = hands.scope()
    hands.type_into("Addendum", "Telephoned at 15:00: at home, feels well, no headache.", dialog)
    hands.press("Late entry", dialog)
    hands.type_into("Your PIN", people.PIN, dialog)
    stage.step("addendum", says=hands.words(dialog))
    hands.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    hands.no_dialog("the addendum is not kept")
    stage.step("addendum kept", page=hands.words(hands.find(QWidget, "Session"))[-12:])


def scores(stage: Stage) -> None:
    """The patient's page: scores over the course as a curve, sessions, orders and consents."""
    hands = stage.hands
    known = re.search(r"KC-\d+", " ".join(hands.words(hands.find(QWidget, "Session"))))
    if known is None:
        raise TourFailed("The tour stopped: the session does not say whose record it is.")
    hands.press("Patients", hands.window.rail)
    hands.type_into("Search patients", known[0])
    hands.key_return()
    scores_over_time = hands.find(ScoresCard, "")
    hands.look_at(scores_over_time)
    stage.step("scores of the course", says=hands.words(scores_over_time)[:12])
    hands.press("Chairside", hands.window.rail)


def overrides(stage: Stage) -> None:
    """The prescriber signs in and looks at what was overridden in the month."""
    hands = stage.hands
    hands.press("Lock")
    enter(hands, people.PRESCRIBER)
    hands.press("Reports", hands.window.rail)
    hands.find(QWidget, "Reports")
    stage.step("report of overrides", says=hands.words(hands.window)[:12])
