"""The board grown up: visits on the pinboard, several taken together, the day on paper."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from ketaclinic.tour.hands import Hands, TourFailed
from ketaclinic.tour.stage import Stage
from ketaclinic.tour.steps_front_desk import TIMES, card_name, card_of, cards_of
from ketaclinic.tour.steps_repair import save_paper
from ketaclinic.ui.screens.day.pinboard import ParkedCard

_CTRL = Qt.KeyboardModifier.ControlModifier
_MOVABLE = ("Scheduled", "Confirmed")


def pinboard(stage: Stage) -> None:
    """A visit is laid on the pinboard with a key, and brought back by undo."""
    hands = stage.hands
    card = _movable(hands)[0]
    hands.click(card_of(hands, card))
    hands.key(Qt.Key.Key_P)
    hands.until(lambda: any(card_name(card) in p for p in hands.spoken(ParkedCard)), "the visit is not parked")
    stage.step("pinboard", says=hands.notice(), to_place=hands.spoken(ParkedCard))
    hands.dismiss_notice()
    hands.key(Qt.Key.Key_Z, _CTRL)
    hands.until(lambda: card in cards_of(hands), "the visit does not come back from the pinboard")
    hands.dismiss_notice()


def several(stage: Stage) -> None:
    """Two visits are taken with Ctrl and the mouse; what can be done with both stands beside the board."""
    hands = stage.hands
    first, second = _movable(hands)[:2]
    hands.click(card_of(hands, first))
    QTest.mouseClick(card_of(hands, second), Qt.MouseButton.LeftButton, _CTRL)
    hands.find(QWidget, "Swap places")
    stage.step("two visits selected", selected=hands.words(hands.find(QWidget, "Selected visits")))
    hands.press("Swap places")
    hands.until(lambda: first not in cards_of(hands) or bool(hands.notice()), "the two visits do not change places")
    stage.step("places swapped", says=hands.notice(), before=[first, second], now=_of(hands, first, second))
    hands.dismiss_notice()
    hands.key(Qt.Key.Key_Z, _CTRL)
    hands.until(lambda: first in cards_of(hands) and second in cards_of(hands), "the swap is not undone")
    hands.dismiss_notice()


def _movable(hands: Hands) -> list[str]:
    """Visits still to come, the last of the day first; two neighbours of them begin at different times."""
    found = [card for card in cards_of(hands) if any(word in card for word in _MOVABLE)]
    found.sort(key=lambda card: TIMES.findall(card)[0], reverse=True)
    if len(found) < 2:
        raise TourFailed("The tour stopped: no two visits are still to come today.")
    return found


def _of(hands: Hands, *spoken: str) -> list[str]:
    names = [card_name(one) for one in spoken]
    return [card for card in cards_of(hands) if card_name(card) in names]


def day_sheet(stage: Stage) -> None:
    """The day on one sheet of paper, by chair, saved as a PDF."""
    hands = stage.hands
    hands.press("Print the day")
    menu = QApplication.activePopupWidget()
    offers = [action.text() for action in menu.actions() if action.text()] if isinstance(menu, QMenu) else []
    stage.step("papers of the day", offers=offers)
    hands.take("Day sheet by chair")
    save_paper(stage, "Day sheet", "day-sheet.pdf", "day sheet")
