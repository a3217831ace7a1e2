"""How it looks otherwise: the sheet of keys, and the dark theme of the screens people look at longest."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from ketaclinic.tour import people
from ketaclinic.tour.hands import TourFailed
from ketaclinic.tour.stage import Stage
from ketaclinic.tour.steps_front_desk import go_to_today
from ketaclinic.ui import theme
from ketaclinic.ui.dialogs.proposal_card import ProposalCard

_SETTLES_MS = 50
"""Milliseconds until a screen that was read before has read itself again."""


def keys(stage: Stage) -> None:
    """The question mark shows every key that is in force here."""
    hands = stage.hands
    hands.press("Day", hands.window.rail)
    hands.key(Qt.Key.Key_Question)
    sheet = hands.dialog("Keys")
    stage.step("keys", keys=[label.text() for label in hands.all(QLabel, within=sheet)])
    hands.key(Qt.Key.Key_Escape)


def dark_desk(stage: Stage) -> None:
    """Day and planner in the dark theme, chosen in the menu of who is signed in."""
    hands = stage.hands
    hands.press("Signed in", hands.window.rail)
    stage.step("menu of who is signed in")
    hands.take("Dark theme")
    _must_be("dark")
    go_to_today(hands)
    stage.step("day dark")
    for screen in ("Week", "Month", "Recall"):
        hands.press(screen, hands.window.rail)
        hands.rest(_SETTLES_MS)
        stage.step(f"{screen.lower()} dark")
    go_to_today(hands)
    hands.key(Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    hands.type_into("Search patients", people.FAMILY_NAME)
    hands.key_return()
    hands.find(ProposalCard, "")
    stage.step("planner dark", proposals=hands.spoken(ProposalCard))
    hands.key(Qt.Key.Key_Escape)
    hands.no_dialog("the planner does not close")
    _choose_theme(stage, "Light theme")
    _must_be("light")


def dark_chairside(stage: Stage) -> None:
    """The chairs in the dark theme."""
    with in_the_dark(stage):
        stage.step("chairside dark")


def dark_session(stage: Stage) -> None:
    """The session in the dark theme."""
    with in_the_dark(stage):
        stage.step("session dark")


@contextmanager
def in_the_dark(stage: Stage) -> Iterator[None]:
    """The dark theme while it lasts."""
    _choose_theme(stage, "Dark theme")
    _must_be("dark")
    yield
    _choose_theme(stage, "Light theme")
    _must_be("light")


def _choose_theme(stage: Stage, words: str) -> None:
    stage.hands.press("Signed in", stage.hands.window.rail)
    stage.hands.take(words)


def _must_be(mode: str) -> None:
    if theme.mode() != mode:
        raise TourFailed(f"The tour stopped: the {mode} theme is not taken.")
