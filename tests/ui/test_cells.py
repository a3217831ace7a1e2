"""Cells of lists: what does not fit is told to the mouse at rest, and what speaks for somebody takes two lines."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from ketaclinic.ui import theme
from ketaclinic.ui.rows_model import Column
from ketaclinic.ui.widgets.call_table import CallTable
from ketaclinic.ui.widgets.empty_state import EmptyState

LONG = (
    "3 days past the target · 6 days since the last session, at least 2 needed · waits 12 days · takes 2 hours notice"
)


def a_list(qtbot: QtBot, look: str, words: str, width: int) -> CallTable:
    theme.apply(QApplication.instance(), "light")  # type: ignore[arg-type]
    columns = (Column[str]("Why", lambda row: row, width),)
    table = CallTable(
        "Who may take it", columns, lambda _row, _n: look, lambda row: row, empty=EmptyState("day", "", "")
    )
    table.resize(900, 200)
    qtbot.addWidget(table)
    table.show_rows((words,))
    table.show()
    qtbot.waitExposed(table)
    return table


def tip(table: CallTable) -> str:
    """What the mouse at rest on the first cell is told."""
    QToolTip.hideText()
    at = table.view.visualRect(table.model.index(0, 0)).center()
    view = table.view.viewport()
    QApplication.sendEvent(view, QHelpEvent(QHelpEvent.Type.ToolTip, at, view.mapToGlobal(at)))
    return QToolTip.text()


def test_words_that_are_cut_are_told_whole(qtbot: QtBot) -> None:
    assert tip(a_list(qtbot, "", LONG, 300)) == LONG
    assert tip(a_list(qtbot, "lines", LONG, 200)) == LONG
    assert tip(a_list(qtbot, "pills", "consent, escort, order", 120)) == "consent, escort, order"


def test_words_that_can_be_read_are_not_told_again(qtbot: QtBot) -> None:
    assert tip(a_list(qtbot, "", "waits 12 days", 300)) == ""
    assert tip(a_list(qtbot, "lines", LONG, 440)) == ""


def test_two_lines_show_more_than_one(qtbot: QtBot) -> None:
    def ink(look: str) -> set[int]:
        """The rows of pixels with something dark on them."""
        table = a_list(qtbot, look, LONG, 440)
        image = table.view.viewport().grab(table.view.visualRect(table.model.index(0, 0))).toImage()
        return {
            y
            for y in range(image.height() - 2)
            if any(image.pixelColor(x, y).lightness() < 120 for x in range(10, image.width() - 10))
        }

    assert len(ink("lines")) > len(ink("")) + 4


def test_a_screen_reader_hears_the_whole_cell(qtbot: QtBot) -> None:
    table = a_list(qtbot, "lines", LONG, 200)
    assert table.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == LONG
