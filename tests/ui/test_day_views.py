"""Which chairs the board shows and how large."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ketaclinic.domain.views import BoardView
from ketaclinic.ui.settings import Settings
from tests.ui.front_desk import ClinicForTests, FrontDesk, clinic, desk, dressed

__all__ = ["clinic", "desk", "dressed"]

CTRL = Qt.KeyboardModifier.ControlModifier


def chairs(desk: FrontDesk) -> list[str]:
    view = desk.screen.board.view
    assert view is not None
    return [chair.name for chair in view.chairs]


def save(clinic: ClinicForTests, name: str, key: int, *numbers: int, step: int = 15) -> BoardView:
    ids = tuple(clinic.chair_id(number) for number in numbers)
    return clinic.services.views.save(clinic.clerk, clinic.location.id, BoardView(0, key, name, ids, step))


def test_function_keys_show_the_saved_views_and_f1_all_chairs(clinic: ClinicForTests, desk: FrontDesk) -> None:
    save(clinic, "Window side", 2, 3, 1)
    desk.key(Qt.Key.Key_F2)
    assert chairs(desk) == ["Chair 3", "Chair 1"]
    assert desk.screen.toolbar.columns.text() == "Window side"
    desk.key(Qt.Key.Key_F1)
    assert chairs(desk) == ["Chair 1", "Chair 2", "Chair 3", "Chair 4"]


def test_a_view_another_desk_saved_is_there_at_once(clinic: ClinicForTests, desk: FrontDesk) -> None:
    desk.key(Qt.Key.Key_F3)
    assert len(chairs(desk)) == 4
    save(clinic, "Back", 3, 4)
    desk.key(Qt.Key.Key_F3)
    assert chairs(desk) == ["Chair 4"]


def test_a_view_that_was_removed_gives_way_to_all_chairs(clinic: ClinicForTests, desk: FrontDesk) -> None:
    view = save(clinic, "Back", 3, 4)
    desk.key(Qt.Key.Key_F3)
    clinic.services.views.remove(clinic.clerk, view.id, view.version)
    assert len(chairs(desk)) == 4


def test_chairs_are_ticked_and_saved_as_a_view(clinic: ClinicForTests, desk: FrontDesk) -> None:
    desk.screen.views.open_panel()
    panel = desk.screen.views._panel
    assert panel is not None
    for row in (1, 2):
        panel.list.item(row).setCheckState(Qt.CheckState.Unchecked)
    assert chairs(desk) == ["Chair 1", "Chair 4"]
    assert desk.screen.toolbar.columns.text() == "2 of 4 chairs"
    panel.name.setText("Door side")
    panel.save.click()
    (view,) = clinic.services.views.list(clinic.clerk, clinic.location.id)
    assert (view.name, view.position) == ("Door side", 2)
    assert view.chairs == (clinic.chair_id(1), clinic.chair_id(4))
    assert desk.told == ["View “Door side” saved: F2 shows it."]
    assert not panel.isVisible()


def test_chairs_are_put_in_order_with_the_keyboard(clinic: ClinicForTests, desk: FrontDesk) -> None:
    desk.screen.views.open_panel()
    panel = desk.screen.views._panel
    assert panel is not None
    from PySide6.QtTest import QTest

    panel.list.setCurrentRow(3)
    for _ in range(3):
        QTest.keyClick(panel.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert chairs(desk) == ["Chair 4", "Chair 1", "Chair 2", "Chair 3"]
    panel.close()


def test_no_chair_ticked_is_said_and_the_board_stays(clinic: ClinicForTests, desk: FrontDesk) -> None:
    desk.screen.views.open_panel()
    panel = desk.screen.views._panel
    assert panel is not None
    for row in range(4):
        panel.list.item(row).setCheckState(Qt.CheckState.Unchecked)
    assert panel.problem.text() == "The board shows at least one chair: tick one."
    assert chairs(desk) == ["Chair 4"]
    panel.save.click()
    assert panel.problem.text() == "The view needs a name."
    panel.close()


def test_a_visit_on_a_chair_not_shown_is_dragged_nowhere_else(clinic: ClinicForTests, desk: FrontDesk) -> None:
    save(clinic, "Back", 2, 3, 4)
    clinic.book("Silva, João", 3, "10:45")
    clinic.book("Ruiz, Mateo", 1, "10:45")
    desk.key(Qt.Key.Key_F2)
    assert [words.split(",")[0] for words in desk.cards()] == ["Silva"]
    with desk.dragging("Silva", 4, "12:00"):
        assert desk.bubble() == "12:00–13:40 · Chair 4"


def test_ctrl_plus_draws_the_day_larger_and_snaps_finer(clinic: ClinicForTests, desk: FrontDesk) -> None:
    clinic.book("Silva, João", 3, "10:45")
    height = desk.card("Silva").height()
    desk.key(Qt.Key.Key_Plus, CTRL)
    assert desk.screen.toolbar.step.text() == "10 min"
    assert desk.card("Silva").height() > height * 1.4
    desk.key(Qt.Key.Key_Plus, CTRL)
    desk.key(Qt.Key.Key_Plus, CTRL)
    assert desk.screen.toolbar.step.text() == "5 min"
    desk.click("Silva")
    desk.key(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert "10:50 to 12:30" in desk.card("Silva").accessibleName()
    desk.key(Qt.Key.Key_Minus, CTRL)
    desk.key(Qt.Key.Key_Minus, CTRL)
    assert desk.screen.toolbar.step.text() == "15 min"


def test_the_wheel_keeps_the_minute_under_the_mouse(clinic: ClinicForTests, desk: FrontDesk) -> None:
    board = desk.screen.board
    at = QPoint(300, 400)
    before = board.canvas.measure
    assert before is not None
    minute = before.minute(at.y() + board.verticalScrollBar().value())
    where = QPointF(board.viewport().mapToGlobal(at))
    for _ in range(2):
        wheel = QWheelEvent(
            QPointF(at), where, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, CTRL,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(board.viewport(), wheel)
    after = board.canvas.measure
    assert after is not None
    assert desk.screen.toolbar.step.text() == "5 min"
    assert after.minute(at.y() + board.verticalScrollBar().value()) == pytest.approx(minute, abs=1)


def test_a_view_brings_its_step(clinic: ClinicForTests, desk: FrontDesk) -> None:
    save(clinic, "Close up", 2, 3, step=5)
    desk.key(Qt.Key.Key_F2)
    assert desk.screen.toolbar.step.text() == "5 min"


def test_the_board_is_found_as_it_was_left(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "window.ini")
    settings.set_board(3, 2, 5)
    assert Settings(tmp_path / "window.ini").board(3) == (2, 5)
    assert Settings(tmp_path / "window.ini").board(4) == (1, 15)


def test_two_locations_can_be_chosen_between(qtbot: QtBot, clinic: ClinicForTests, desk: FrontDesk) -> None:
    from dataclasses import replace

    there = replace(clinic.location, id=2, name="Uptown")
    desk.screen.toolbar.show_locations((clinic.location, there), clinic.location.id)
    assert desk.screen.toolbar.location.text() == "Riverside"
    wanted: list[int] = []
    desk.screen.toolbar.location_wanted.connect(wanted.append)
    menu = desk.screen.toolbar.location.menu()
    next(action for action in menu.actions() if action.text() == "Uptown").trigger()
    assert wanted == [2]
