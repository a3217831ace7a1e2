"""The first evening of a new clinic: its manager adds a nurse, closes a holiday and enters the week's shifts."""

from PySide6.QtWidgets import QTabBar

from ketaclinic.tour import people
from ketaclinic.tour.stage import Stage
from ketaclinic.ui.screens.settings.shift_cell import ShiftButton

_PIN = "97531"


def users(stage: Stage) -> None:
    """A nurse is added; two PINs that differ are refused at their field."""
    hands = stage.hands
    hands.press("Settings", hands.window.rail)
    hands.press("Add user")
    hands.type_into("Name", people.NURSE)
    hands.type_into("Sign-in name", "maria")
    hands.choose("Role", "Nurse")
    hands.type_into("PIN", _PIN)
    hands.type_into("PIN once more", _PIN[::-1])
    hands.press("Add user")
    stage.step("new user", says=[line for line in hands.words() if "PINs" in line])
    hands.type_into("PIN once more", _PIN)
    hands.press("Add user")
    hands.no_dialog("the new user is not taken")
    stage.step("users", users=hands.rows("Users"))
    hands.dismiss_notice()


def clinic(stage: Stage) -> None:
    """Letterhead, hours and chairs as they stand."""
    _show_page(stage, 1)
    stage.step("clinic", chairs=stage.hands.rows("Chairs"))


def closures(stage: Stage) -> None:
    """The next New Year is closed."""
    hands = stage.hands
    _show_page(stage, 2)
    hands.press("Add closure")
    hands.type_into("Day", f"1 Jan {stage.now.year + 1}")
    hands.type_into("Reason", "New Year")
    hands.press("Close these hours")
    hands.no_dialog("the closure is not taken")
    stage.step("closures", closures=hands.rows("Closures"))
    hands.dismiss_notice()


def shifts(stage: Stage) -> None:
    """The nurse is on duty on two days of the week."""
    hands = stage.hands
    _show_page(stage, 3)
    hands.press("Add shifts")
    for weekday in ("Tue", "Thu"):
        hands.press(weekday)
    hands.press("Add shifts")
    hands.no_dialog("the shifts are not taken")
    stage.step("shifts", shifts=hands.spoken(ShiftButton))
    hands.dismiss_notice()


def _show_page(stage: Stage, number: int) -> None:
    tabs = stage.hands.find(QTabBar, "Settings pages")
    stage.hands.click(tabs, tabs.tabRect(number).center())
