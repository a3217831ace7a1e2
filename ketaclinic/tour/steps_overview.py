"""Beyond one day: the week and the month at a glance, and the board as somebody wants it, saved as a view."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QListWidget, QListWidgetItem, QPushButton, QWidget

from ketaclinic.tour.hands import Hands, TourFailed
from ketaclinic.tour.stage import Stage
from ketaclinic.tour.steps_front_desk import go_to_today
from ketaclinic.ui.screens.day.columns_panel import ColumnsPanel
from ketaclinic.ui.screens.month.canvas import MonthCanvas
from ketaclinic.ui.screens.week.canvas import WeekCanvas

_VIEW = "Left side"
_BOX = 14
"""Pixels from the left edge of a row to its tick."""
_TICKED = Qt.CheckState.Checked
_CTRL = Qt.KeyboardModifier.ControlModifier


def week_and_month(stage: Stage) -> None:
    """This week with its free time, then the month; Enter on a day of the month opens it."""
    hands = stage.hands
    hands.press("Week", hands.window.rail)
    canvas = hands.find(WeekCanvas, "Week")
    hands.until(lambda: canvas.view is not None, "the week is not shown")
    stage.step("week", summary=hands.read("Summary of the week"), day=canvas.accessibleDescription())
    hands.press("Month", hands.window.rail)
    month = hands.find(MonthCanvas, "Month")
    hands.until(lambda: bool(month.accessibleDescription()), "the month is not shown")
    stage.step("month", summary=hands.read("Summary of the month"), day=month.accessibleDescription())
    hands.key(Qt.Key.Key_Right)
    hands.key_return()
    hands.until(lambda: hands.sees("Summary of the day"), "the day of the month does not open")
    stage.step("day opened from the month", day=hands.find(QPushButton, "Date").text())
    go_to_today(hands)


def views(stage: Stage) -> None:
    """Half of the chairs are chosen, saved under a function key, drawn larger; F1 brings all back."""
    hands = stage.hands
    hands.press("Chairs and views")
    panel = QApplication.activePopupWidget()
    if not isinstance(panel, ColumnsPanel):
        raise TourFailed("The tour stopped: the chairs to choose from do not open.")
    chairs = hands.find(QListWidget, "Chairs shown", panel)
    for row in range(chairs.count() // 2, chairs.count()):
        box = chairs.visualItemRect(chairs.item(row))
        hands.click(chairs.viewport(), QPoint(box.left() + _BOX, box.center().y()))
    hands.type_into("Name of the view", _VIEW, panel)
    stage.step("chairs and views", shown=[item.text() for item in _items(chairs) if item.checkState() is _TICKED])
    hands.press("Save view", panel)
    hands.until(lambda: QApplication.activePopupWidget() is None, "the view is not saved")
    hands.key(Qt.Key.Key_Plus, _CTRL)
    stage.step("view saved and drawn larger", says=hands.notice(), shows=_view(hands), step=_zoom(hands))
    hands.dismiss_notice()
    hands.key(Qt.Key.Key_Minus, _CTRL)
    hands.key(Qt.Key.Key_F1)
    hands.until(lambda: _VIEW not in _view(hands), "F1 does not show every chair")


def _items(chairs: QListWidget) -> list[QListWidgetItem]:
    return [chairs.item(row) for row in range(chairs.count())]


def _view(hands: Hands) -> str:
    return hands.find(QWidget, "Chairs and views: ").accessibleName()


def _zoom(hands: Hands) -> str:
    return hands.find(QWidget, "Step of the board: ").accessibleName()
