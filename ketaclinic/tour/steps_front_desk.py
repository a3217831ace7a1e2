"""The front desk: signing in, the day, finding people, adding the patient who telephones."""

import re
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QWidget

from ketaclinic.tour import people
from ketaclinic.tour.hands import Hands, TourFailed
from ketaclinic.tour.stage import Stage
from ketaclinic.ui.screens.day.card import CardWidget

TIMES = re.compile(r"\d\d:\d\d")
"""Clock times in what a card says."""


def sign_in(stage: Stage) -> None:
    """A wrong PIN is refused in a sentence; the right one opens the day."""
    hands = stage.hands
    stage.step("sign in", users=[tile.accessibleName() for tile in _tiles(hands)])
    hands.press(people.CLERK)
    hands.type("1234")
    hands.key(Qt.Key.Key_Return)
    stage.step("wrong PIN", says=hands.read("What is wrong"))
    hands.type(people.PIN)
    hands.key(Qt.Key.Key_Return)
    hands.until(lambda: not hands.window.sign_in.isVisible(), "the right PIN is refused")


def enter(hands: Hands, name: str) -> None:
    """Chooses a name, types the PIN, and is in."""
    hands.press(name)
    hands.type(people.PIN)
    hands.key(Qt.Key.Key_Return)
    hands.until(lambda: not hands.window.sign_in.isVisible(), f"{name} cannot sign in")


def go_to_today(hands: Hands) -> None:
    """Shows the board of today."""
    hands.press("Day", hands.window.rail)
    if hands.find(QPushButton, "Today").isEnabled():
        hands.press("Today")


def _tiles(hands: Hands) -> list[QAbstractButton]:
    return [b for b in hands.all(QAbstractButton) if ", " in b.accessibleName()]


def the_day(stage: Stage) -> None:
    """The board as it stands, a visit with all about it, and the same without its escort."""
    hands = stage.hands
    cards = cards_of(hands)
    if len(cards) < 4:
        raise TourFailed("The tour stopped: the day of the demonstration clinic is empty.")
    stage.step("day", summary=hands.read("Summary of the day"), cards=cards, open_points=open_points(hands))
    wanted = next((card for card in cards if "Confirmed" in card and "escort missing" in card), cards[0])
    hands.click(card_of(hands, wanted))
    stage.step("visit", selected=wanted, inspector=open_points(hands))


def arrival(stage: Stage) -> None:
    """The next patient comes: one press on the one next step."""
    hands = stage.hands
    waiting = [card for card in cards_of(hands) if "Confirmed" in card]
    if not waiting:
        raise TourFailed("The tour stopped: nobody is confirmed for today.")
    nxt = min(waiting, key=lambda card: TIMES.findall(card)[0])
    hands.click(card_of(hands, nxt))
    hands.press("Arrived")
    hands.until(lambda: "Arrived" in spoken_now(hands, nxt), f"the arrival is not taken: {nxt}; {hands.notice()}")
    stage.step("arrived", says=hands.notice(), card=spoken_now(hands, nxt), inspector=open_points(hands))
    hands.dismiss_notice()


def spoken_now(hands: Hands, spoken: str) -> str:
    """How the card of the same patient at the same time is spoken now; there may be namesakes."""
    name = card_name(spoken)
    when = TIMES.findall(spoken)
    return next((c for c in cards_of(hands) if card_name(c) == name and TIMES.findall(c) == when), "")


def search(stage: Stage) -> None:
    """Ctrl+K finds patients and actions; three letters are enough, and a wrong one is forgiven."""
    hands = stage.hands
    name = card_name(cards_of(hands)[0])
    hands.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    hands.type(name[:3].casefold())
    stage.step("search", typed=name[:3].casefold(), found=hands.rows("Found"))
    hands.key(Qt.Key.Key_Escape)


def patients(stage: Stage) -> None:
    """Search as you type, and the page of somebody with a series behind them."""
    hands = stage.hands
    name = card_name(cards_of(hands)[0])
    hands.press("Patients", hands.window.rail)
    hands.type_into("Search patients", name[:3])
    stage.step("patients while typing", typed=name[:3], found=hands.rows("Patients"))
    hands.take_row("Patients", 0)
    stage.step("patient", page=hands.words(hands.find(QWidget, "Patient page")))


def new_patient(stage: Stage) -> None:
    """A birth date in the future is refused where it stands; then the patient is added."""
    hands = stage.hands
    hands.press("Add patient")
    hands.type_into("Family name", people.FAMILY_NAME)
    hands.type_into("Given name", people.GIVEN_NAME)
    tomorrow = stage.now.date() + timedelta(days=1)
    hands.type_into("Date of birth", f"{tomorrow:%Y-%m-%d}")
    hands.type_into("Telephone", "312 555 0184")
    hands.press("Save patient")
    stage.step("birth date in the future", says=errors(hands))
    hands.type_into("Date of birth", "15 Jun 1991")
    hands.type_into("Emergency contact", "Łukasz Kowalczyk")
    hands.type_into("Note everyone must see", "Hard of hearing on the left; speak from the right.")
    hands.press("Save patient")
    hands.no_dialog("the new patient is not saved")
    stage.step("patient added", says=hands.notice(), page=hands.words(hands.find(QWidget, "Patient page")))
    hands.dismiss_notice()


def errors(hands: Hands) -> list[str]:
    """Every sentence that stands in red."""
    return [label.text() for label in hands.all(QLabel) if label.property("kind") == "error" and label.text()]


def cards_of(hands: Hands) -> list[str]:
    """Every card on the board as it is spoken, by chair and time."""
    cards = sorted(hands.all(CardWidget, within=hands.window), key=lambda card: (card.x(), card.y()))
    return [card.accessibleName() for card in cards]


def card_of(hands: Hands, spoken: str) -> CardWidget:
    """The card that is spoken so, or begins so."""
    return hands.find(CardWidget, spoken)


def card_name(spoken: str) -> str:
    """The patient's name of a spoken card."""
    family, given = spoken.split(", ")[:2]
    return f"{family}, {given}"


def open_points(hands: Hands) -> list[str]:
    """What the panel at the right says: of the visit that is selected, or what the day still lacks."""
    return hands.words(hands.find(QWidget, "Selected visit"))
