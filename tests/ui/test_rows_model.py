"""The one table model: columns over frozen rows, sorted and refreshed without losing the place."""

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from ketaclinic.ui.rows_model import Column, RowRole, RowsModel


@dataclass(frozen=True)
class Vial:
    number: int
    name: str


@pytest.fixture
def model(qapp: QApplication) -> RowsModel[Vial]:
    columns = (
        Column[Vial]("Number", lambda v: f"no. {v.number}", sort=lambda v: v.number, right=True),
        Column[Vial]("Name", lambda v: v.name, tip=lambda v: f"{v.name} (vial)"),
    )
    made = RowsModel(columns, lambda v: v.number)
    made.replace([Vial(2, "b"), Vial(10, "a")])
    return made


def shown(model: RowsModel[Vial]) -> list[str]:
    return [model.index(row, 1).data() for row in range(model.rowCount())]


def test_model_keeps_the_rules_of_models(model: RowsModel[Vial], qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model)
    model.replace([Vial(1, "c")])
    model.sort(0)
    qtmodeltester.check(model)


def test_cells_speak_through_their_columns(model: RowsModel[Vial]) -> None:
    assert model.index(0, 0).data() == "no. 2"
    assert model.index(0, 1).data(Qt.ItemDataRole.ToolTipRole) == "b (vial)"
    assert model.index(1, 0).data(RowRole) == Vial(10, "a")
    assert model.headerData(0, Qt.Orientation.Horizontal) == "Number"
    assert model.index(0, 0).data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight


def test_numbers_sort_as_numbers(model: RowsModel[Vial]) -> None:
    model.sort(0, Qt.SortOrder.DescendingOrder)
    assert shown(model) == ["a", "b"]
    model.sort(0, Qt.SortOrder.AscendingOrder)
    assert shown(model) == ["b", "a"]


def test_new_rows_come_in_the_order_chosen(model: RowsModel[Vial]) -> None:
    model.sort(1)
    model.replace([Vial(3, "z"), Vial(4, "m")])
    assert shown(model) == ["m", "z"]


def test_selection_follows_its_row_when_sorted(model: RowsModel[Vial]) -> None:
    chosen = QItemSelectionModel(model)
    chosen.setCurrentIndex(model.index(0, 0), QItemSelectionModel.SelectionFlag.Select)
    model.sort(1)
    row = model.row(chosen.currentIndex())
    assert row == Vial(2, "b")
    assert chosen.currentIndex().row() == 1


def test_changed_row_changes_in_place(model: RowsModel[Vial], qtbot: QtBot) -> None:
    kept = QPersistentModelIndex(model.index(1, 0))
    with qtbot.wait_signal(model.dataChanged) as told, qtbot.assert_not_emitted(model.modelReset):
        model.replace([Vial(2, "b"), Vial(10, "changed")])
    assert told.args[0].row() == 1
    assert kept.isValid()


def test_row_is_found_by_its_identity(model: RowsModel[Vial]) -> None:
    assert model.index_of(10).row() == 1
    assert not model.index_of(99).isValid()
