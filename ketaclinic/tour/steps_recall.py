"""The calls of a day: visits confirmed by single keys, a late cancellation, and who may take the freed place."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QRadioButton, QTabBar, QTableView, QWidget

from ketaclinic.tour.hands import Hands, TourFailed
from ketaclinic.tour.stage import Stage
from ketaclinic.ui.dialogs.freed_strip import FreedStrip
from ketaclinic.ui.screens.recall.screen import RecallScreen


def confirm(stage: Stage) -> None:
    """The list of the next two working days; an outcome is one key, and the next person is in front."""
    hands = stage.hands
    hands.press("Recall", hands.window.rail)
    hands.until(lambda: bool(_rows(hands, "To confirm")), "nobody is to be confirmed")
    stage.step("confirmation list", lists=_lists(hands), rows=_rows(hands, "To confirm")[:4], person=_person(hands))
    for key in (Qt.Key.Key_C, Qt.Key.Key_V):
        before = _now(hands)
        hands.key(key)
        hands.until(lambda was=before: _now(hands) != was, "the outcome of the call is not taken")  # type: ignore[misc]
    stage.step("calls noted", says=hands.notice(), lists=_lists(hands)[:1], person=_person(hands)[:1])
    hands.dismiss_notice()


def cancel_late(stage: Stage) -> None:
    """One of them cancels: what the clinic's policy says of the notice given, and who may take the place."""
    hands = stage.hands
    hands.key(Qt.Key.Key_Home)
    hands.key(Qt.Key.Key_X)
    dialog = hands.dialog("Cancel visit")
    hands.until(lambda: hands.sees("Policy"), "the policy says nothing")
    hands.type_into("Reason", "Has no escort after all.", dialog)
    chosen = [button.text() for button in hands.all(QRadioButton, within=dialog) if button.isChecked()]
    stage.step(
        "cancelled on the telephone", chosen=chosen, policy=hands.find(QWidget, "Policy").accessibleDescription()
    )
    hands.press("Cancel visit", dialog)
    hands.no_dialog("the visit is not cancelled")
    hands.dismiss_notice()
    hands.until(lambda: bool(hands.all(FreedStrip)), "nobody may take the freed place")
    stage.step("freed place offered", says=hands.words(hands.find(FreedStrip, "Freed place offer")))
    hands.press("Show who may take it")
    who = hands.dialog("Who may take a freed place")
    hands.until(lambda: bool(_rows(hands, "Who may take it")), "nobody is named for the freed place")
    stage.step("who may take it", people=_rows(hands, "Who may take it")[:5], says=hands.words(who)[:4])
    hands.key(Qt.Key.Key_Escape)
    hands.no_dialog("the list of who may take the place does not close")


def recall(stage: Stage) -> None:
    """Everybody else who should hear from the clinic, list by list."""
    hands = stage.hands
    for title, name in (
        ("Overdue", "recall overdue"),
        ("Unfinished", "recall unfinished courses"),
        ("To place", "recall visits to place"),
        ("Waiting", "recall waitlist"),
        ("Review", "recall reviews"),
    ):
        turn_to(hands, title)
        if _rows(hands, title):
            stage.step(name, lists=_lists(hands), rows=_rows(hands, title)[:4], person=_person(hands))


def turn_to(hands: Hands, title: str) -> None:
    """Brings a list of the recall screen to the front."""
    tabs = hands.find(QTabBar, "Recall lists")
    number = next((n for n in range(tabs.count()) if tabs.tabText(n).startswith(title)), -1)
    if number < 0:
        raise TourFailed(f"The tour stopped: there is no list “{title}”.")
    hands.click(tabs, tabs.tabRect(number).center())


def _lists(hands: Hands) -> list[str]:
    tabs = hands.find(QTabBar, "Recall lists")
    return [tabs.tabText(n) for n in range(tabs.count())]


def _rows(hands: Hands, name: str) -> list[str]:
    found = hands.all(QTableView, name)
    if not found:
        return []
    model = found[0].model()
    columns = range(model.columnCount())
    return [
        " | ".join(str(model.index(row, column).data() or "") for column in columns) for row in range(model.rowCount())
    ]


def _person(hands: Hands) -> list[str]:
    return hands.words(hands.find(QWidget, "Person"))


def _now(hands: Hands) -> object:
    return hands.find(RecallScreen, "").table.current()
